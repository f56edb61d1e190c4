//! Rule 12_decisions
