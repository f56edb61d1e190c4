//! Rule 06_limits
