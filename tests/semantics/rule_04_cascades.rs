//! Rule 04_cascades
