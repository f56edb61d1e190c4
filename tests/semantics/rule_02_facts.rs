//! Rule 02_facts
