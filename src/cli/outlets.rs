//! The connectors of a configuration, made ready.

use super::failure::{Failure, Outcome};
use super::run::secret;
use super::{locale, playbook};
use crate::Compiled;
use crate::connector::{self, Given, Misfit, Of, Rate, Unbuilt};
use crate::diagnostic::Diagnostic;
use crate::l10n::Catalogue;
use crate::run::{Config, Line, Outlet, Policy, Setting, masked, read_config};
use crate::syntax::source::Sources;
use crate::time::Duration;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;

/// A configuration as it is written, its paths not yet held against its folder; else its mistakes are told.
pub(super) fn read(path: &Path) -> Result<Result<Config, Outcome>, Failure> {
    let text = playbook::text(path)?;
    Ok(read_config(&text).map_err(|errors| {
        let mut sources = Sources::new();
        let file = sources.add(path.display().to_string(), masked(&text));
        let found: Vec<_> = errors.iter().map(|error| error.diagnostic(file)).collect();
        playbook::tell(&found, &sources)
    }))
}

/// What may be delivered, and where it goes.
pub(super) fn policy(config: &Config) -> Policy {
    Policy {
        allow: config.allow.clone(),
        attempts: u32::try_from(config.attempts).unwrap_or(u32::MAX),
        expire: Duration::from_ms(i64::try_from(config.expire).unwrap_or(i64::MAX).saturating_mul(1000)),
        routes: config.routes.clone(),
    }
}

/// What the playbook decides and could not be delivered.
pub(super) fn misfits(compiled: &Compiled, config: &Config, policy: &Policy) -> Vec<Misfit> {
    let kinds: BTreeMap<_, _> = config.connectors.iter().map(|line| (line.name.clone(), line.kind)).collect();
    connector::misfits(compiled, &policy.routes, &kinds, &|action| policy.leaves(action))
}

/// The same in words, in the tongue of the locale.
pub(super) fn misfits_in_words(compiled: &Compiled, config: &Config, policy: &Policy) -> Vec<Diagnostic> {
    let words = Catalogue::new(locale::lang());
    misfits(compiled, config, policy).iter().map(|misfit| misfit.told(&words)).collect()
}

/// Every connector, with its secrets read.
pub(super) fn outlets(config: &Config, policy: &Policy) -> Result<Vec<Outlet>, Failure> {
    config.connectors.iter().map(|line| outlet(line, policy)).collect()
}

fn outlet(line: &Line, policy: &Policy) -> Result<Outlet, Failure> {
    let mut given = Given { texts: BTreeMap::new(), secrets: BTreeMap::new(), print };
    for (key, setting) in &line.settings {
        match setting {
            Setting::Text(text) => drop(given.texts.insert(*key, text.clone())),
            Setting::Secret(at) => given.secrets.extend(secret(Some(at))?.map(|secret| (*key, secret))),
        }
    }
    let built = line.kind.build(&given);
    let connector = built.map_err(|Unbuilt { key, wanted }| Failure::Usage {
        headline: format!("`{key}` of the connector `{}` needs {wanted}", line.name),
        help: None,
    })?;
    let facts = line.kind.facts();
    let rates = rates(facts.rates, line.per_minute);
    Ok(Outlet { name: line.name.clone(), connector, facts, rates, policy: policy.clone() })
}

/// The platform's rates, or what the configuration says in place of those of a destination.
fn rates(facts: &[Rate], per_minute: Option<u32>) -> Vec<Rate> {
    let Some(most) = per_minute else { return facts.to_vec() };
    let kept = facts.iter().copied().filter(|rate| rate.of == Of::All && rate.seconds < 60);
    kept.chain([Rate { most, seconds: 60, burst: most.min(5), of: Of::Destination }]).collect()
}

/// A line on standard output, at once.
fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}
