//! The engine against a naive evaluator of the language: on the cases of the semantics, on shipped playbooks, and on
//! random playbooks and logs.
#![allow(unreachable_pub, reason = "a test crate has no public face")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test may panic"
)]

mod case;
mod certainty;
mod coverage;
mod engine;
mod evaluate;
mod examples;
mod generate;
mod random;
mod regressions;
mod reload;
mod shrink;
mod world;

#[path = "../semantics/world.rs"]
#[allow(dead_code)]
mod original;

#[path = "../semantics/rule_01_order.rs"]
mod rule_01_order;
#[path = "../semantics/rule_02_facts.rs"]
mod rule_02_facts;
#[path = "../semantics/rule_03_no_races.rs"]
mod rule_03_no_races;
#[path = "../semantics/rule_04_cascades.rs"]
mod rule_04_cascades;
#[path = "../semantics/rule_05_sanctions.rs"]
mod rule_05_sanctions;
#[path = "../semantics/rule_06_limits.rs"]
mod rule_06_limits;
#[path = "../semantics/rule_07_flows.rs"]
mod rule_07_flows;
#[path = "../semantics/rule_08_ladders.rs"]
mod rule_08_ladders;
#[path = "../semantics/rule_09_tiers.rs"]
mod rule_09_tiers;
#[path = "../semantics/rule_10_once.rs"]
mod rule_10_once;
#[path = "../semantics/rule_11_zones.rs"]
mod rule_11_zones;
#[path = "../semantics/rule_12_decisions.rs"]
mod rule_12_decisions;
#[path = "../semantics/rule_13_past.rs"]
mod rule_13_past;
#[path = "../semantics/values.rs"]
mod values;
