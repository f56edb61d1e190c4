//! Rule 10_once
