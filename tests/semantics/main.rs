//! The numbered rules of the language's meaning, one file each.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::string_slice)]
#![allow(unreachable_pub, reason = "a test crate has no public face")]

mod world;

mod certainty;
mod rule_01_order;
mod rule_02_facts;
mod rule_03_no_races;
mod rule_04_cascades;
mod rule_05_sanctions;
mod rule_06_limits;
mod rule_07_flows;
mod rule_08_ladders;
mod rule_09_tiers;
mod rule_10_once;
mod rule_11_zones;
mod rule_12_decisions;
mod rule_13_past;
mod values;
