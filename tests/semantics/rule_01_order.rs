//! Rule 01_order
