//! Rule 08_ladders
