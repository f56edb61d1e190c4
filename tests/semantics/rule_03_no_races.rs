//! Rule 03_no_races
