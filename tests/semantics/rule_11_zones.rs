//! Rule 11_zones
