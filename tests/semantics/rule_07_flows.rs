//! Rule 07_flows
