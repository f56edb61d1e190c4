//! Rule 09_tiers
