//! Rule 05_sanctions
