//! What a run remembers as bytes, and what such bytes fit.

use crate::engine::State;
use crate::plan::Plan;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::io::Read;

/// How hard is packed: what comes out is written in one go while nothing else is.
const LEVEL: i32 = 1;

/// The state as bytes.
///
/// # Errors
/// What cannot be written.
pub fn pack(state: &State) -> Result<Vec<u8>, String> {
    packed(state)
}

fn packed(what: &impl Serialize) -> Result<Vec<u8>, String> {
    let mut out = zstd::Encoder::new(Vec::new(), LEVEL).map_err(|error| error.to_string())?;
    rmp_serde::encode::write(&mut out, what).map_err(|error| error.to_string())?;
    out.finish().map_err(|error| error.to_string())
}

/// The state in such bytes.
///
/// # Errors
/// Why they are none.
pub fn unpack(bytes: &[u8]) -> Result<State, String> {
    unpacked(bytes)
}

fn unpacked<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, String> {
    let mut text = Vec::new();
    let mut packed = zstd::Decoder::new(bytes).map_err(|error| error.to_string())?;
    packed.read_to_end(&mut text).map_err(|error| error.to_string())?;
    rmp_serde::from_slice(&text).map_err(|error| error.to_string())
}

/// A plan and what a run of it remembers, as bytes.
pub(super) fn pack_run(plan: &Plan, state: &State) -> Result<Vec<u8>, String> {
    packed(&(plan, state))
}

/// The plan and the state in such bytes.
pub(super) fn unpack_run(bytes: &[u8]) -> Result<(Plan, State), String> {
    unpacked(bytes)
}

/// What a snapshot fits: one version of the playbook, and the very engine that took it.
pub(super) fn stamp(plan_digest: &str) -> String {
    format!("{plan_digest} {}", env!("QUN_ENGINE"))
}
