//! Rule 13: the past that did not happen (see also the simulator).
