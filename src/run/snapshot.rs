//! What a run remembers as bytes, and what such bytes fit.

use crate::engine::State;
use std::io::Read;

/// How hard is packed: what comes out is written in one go while nothing else is.
const LEVEL: i32 = 1;

/// The state as bytes.
///
/// # Errors
/// What cannot be written.
pub fn pack(state: &State) -> Result<Vec<u8>, String> {
    let mut out = zstd::Encoder::new(Vec::new(), LEVEL).map_err(|error| error.to_string())?;
    rmp_serde::encode::write(&mut out, state).map_err(|error| error.to_string())?;
    out.finish().map_err(|error| error.to_string())
}

/// The state in such bytes.
///
/// # Errors
/// Why they are none.
pub fn unpack(bytes: &[u8]) -> Result<State, String> {
    let mut text = Vec::new();
    let mut packed = zstd::Decoder::new(bytes).map_err(|error| error.to_string())?;
    packed.read_to_end(&mut text).map_err(|error| error.to_string())?;
    rmp_serde::from_slice(&text).map_err(|error| error.to_string())
}

/// What a snapshot fits: one version of the playbook, and the very engine that took it.
pub(super) fn stamp(plan_digest: &str) -> String {
    format!("{plan_digest} {}", env!("QUN_ENGINE"))
}
