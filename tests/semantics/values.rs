//! Three values, units and texts.
