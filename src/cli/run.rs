//! `qun run`

mod asked;
mod input;
mod threads;

use super::failure::{Failure, Outcome};
use super::logging::{self, LogFormat};
use super::{outlets, playbook, when};
use crate::diagnostic::{Diagnostic, Severity};
use crate::l10n::{Catalogue, Lang};
use crate::load::load;
use crate::plan::Plan;
use crate::report::{Style, diagnostics};
use crate::run::{
    Config, Executor, Figures, Gate, How, Opening, Outlet, Restart, SecretAt, Setting, Store, Version, serve,
    tell_of_reload,
};
use crate::syntax::source::Sources;
use asked::Asked;
use clap::Args;
use secrecy::SecretString;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::sync_channel;
use threads::{Doors, Threads};
use tracing::info;

/// Run a playbook live, and keep a journal of all that happens and is decided.
///
/// Events come by HTTP (`listen` in the configuration) or standard input. An event is acknowledged once it is on the disk
/// together with what was decided on it. Decisions that reach beyond the playbook go to the address `deliver` or the
/// `connectors` of the configuration; with `--shadow` they are only recorded. `qun journal decisions` reads them.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// A folder of *.sop files, or a single file.
    playbook: PathBuf,

    /// How it runs, as YAML.
    #[arg(long, value_name = "FILE", default_value = "qun.yaml")]
    config: PathBuf,

    /// Decide and record everything, deliver nothing.
    #[arg(long)]
    shadow: bool,

    /// Also take events from standard input, one a line. Without `listen` the run ends with it.
    #[arg(long)]
    stdin: bool,

    /// How what happens is told on standard error.
    #[arg(long, value_enum, default_value_t, value_name = "FORM")]
    log_format: LogFormat,

    /// Let this version of the playbook count as if it had always been in force, and not from now on: the journal is
    /// replayed with it. What was decided stays, and what this version would have decided before is not done.
    #[arg(long)]
    adopt: bool,
}

const EXAMPLES: &str = "Examples:\n  \
    qun run my-club --config qun.yaml --shadow\n  \
    bridge | qun run my-club --shadow --stdin";

impl Arguments {
    pub(super) fn run(&self) -> Result<Outcome, Failure> {
        logging::begin(self.log_format);
        let config = match self.config()? {
            Ok(config) => config,
            Err(findings) => return Ok(findings),
        };
        if config.connectors.is_empty() && !self.shadow {
            return Err(Failure::Usage {
                headline: "there is nowhere for decisions to go".to_owned(),
                help: Some(
                    "add `deliver` or `connectors` to the configuration, or give `--shadow` to record them only"
                        .to_owned(),
                ),
            });
        }
        if config.listen.is_none() && config.tail.is_none() && !self.stdin {
            return Err(Failure::Usage {
                headline: "there is nowhere for events to come from".to_owned(),
                help: Some("add `listen` or `tail` to the configuration, or give `--stdin`".to_owned()),
            });
        }
        let (compiled, version) = match playbook::version(&self.playbook)? {
            Ok(made) => made,
            Err(findings) => return Ok(findings),
        };
        let policy = (!self.shadow).then(|| outlets::policy(&config));
        let misfits =
            policy.as_ref().map_or_else(Vec::new, |policy| outlets::misfits_in_words(&compiled, &config, policy));
        if !misfits.is_empty() {
            return Ok(playbook::tell(&misfits, &compiled.sources));
        }
        let gate = Gate { token: secret(config.token.as_ref())?, signing: secret(config.signing.as_ref())? };
        let listener = config.listen.map(|address| {
            TcpListener::bind(address)
                .map_err(|error| Failure::usage(format!("`listen: {address}` cannot be used: {error}")))
        });
        let listener = listener.transpose()?;
        let store = Store::open(&config.store)?;
        let written = match directory(&config, &store, &version.program.plan)? {
            Ok(written) => written,
            Err(findings) => return Ok(findings),
        };
        let outlets = policy.as_ref().map(|policy| outlets::outlets(&config, policy)).transpose()?.unwrap_or_default();
        let snapshot = i64::try_from(config.snapshot).unwrap_or(i64::MAX);
        let opening = Opening { now: when::now(), adopt: self.adopt, policy, snapshot };
        let executor = Executor::open(&version, &written, store, opening)?;
        self.serve(executor, &config, Given { gate, listener, outlets })
    }

    fn config(&self) -> Result<Result<Config, Outcome>, Failure> {
        let mut config = match outlets::read(&self.config)? {
            Ok(config) => config,
            Err(findings) => return Ok(Err(findings)),
        };
        let folder = self.config.parent().unwrap_or(Path::new(""));
        config.store = folder.join(&config.store);
        config.directory = config.directory.map(|path| folder.join(path));
        config.tail = config.tail.map(|path| folder.join(path));
        let own = [&mut config.token, &mut config.signing];
        let connectors = config.connectors.iter_mut().flat_map(|line| &mut line.settings);
        let connectors = connectors.filter_map(|(_, setting)| match setting {
            Setting::Secret(secret) => Some(secret),
            Setting::Text(_) => None,
        });
        for secret in own.into_iter().filter_map(Option::as_mut).chain(connectors) {
            if let SecretAt::File(path) = secret {
                *path = folder.join(&*path);
            }
        }
        Ok(Ok(config))
    }

    /// The playbook as it lies on disk now, if it can be run and delivered with the configuration; else what is wrong.
    fn version_on_disk(&self, config: &Config) -> Result<Version, String> {
        let loaded = load(&self.playbook).map_err(|error| error.to_string())?;
        let wrong = |found: &[Diagnostic], sources: &Sources| {
            diagnostics::human(found, sources, Style::default(), &Catalogue::new(Lang::En))
        };
        let (compiled, version) = Version::compile(&loaded, Lang::En).map_err(|compiled| {
            let errors = compiled.diagnostics.iter().filter(|told| told.severity == Severity::Error);
            wrong(&errors.cloned().collect::<Vec<_>>(), &compiled.sources)
        })?;
        if !self.shadow {
            let misfits = outlets::misfits_in_words(&compiled, config, &outlets::policy(config));
            if !misfits.is_empty() {
                return Err(wrong(&misfits, &compiled.sources));
            }
        }
        Ok(version)
    }

    fn serve(&self, mut executor: Executor, config: &Config, given: Given) -> Result<Outcome, Failure> {
        let Given { gate, listener, outlets } = given;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let asked = {
            let _inside = runtime.enter();
            Asked::new()?
        };
        let (jobs, waiting) = sync_channel(config.queue);
        let figures = Arc::new(Figures::default());
        let summary = executor.summary()?;
        info!("{} events and {} decisions so far", summary.events, summary.decisions);
        tell_of_restart(executor.restart());
        if let Some(address) = listener.as_ref().and_then(|listener| listener.local_addr().ok()) {
            info!("listening on {address}");
        }
        if self.stdin {
            let (jobs, last) = (jobs.clone(), listener.is_none() && config.tail.is_none());
            threads::spawn("stdin", move || input::read(&jobs, last))?;
        }
        executor.measure(Arc::clone(&figures));
        let threads = Threads::new(config, jobs);
        if let Some(path) = &config.tail {
            threads.follow(path)?;
        }
        let deliverers = threads.deliver(outlets)?;
        let desk = threads.desk(gate, Arc::clone(&figures));
        let failed = threads.failed();
        threads.listen(runtime, Doors { asked, listener, desk, deliverers })?;
        let load = || self.version_on_disk(config);
        serve(&mut executor, &waiting, config.batch, when::now, &figures, &load)?;
        let summary = executor.summary()?;
        info!("stopped with {} events and {} decisions", summary.events, summary.decisions);
        Ok(if failed.load(Ordering::Relaxed) { Outcome::Unusable } else { Outcome::Clean })
    }
}

fn tell_of_restart(restart: &Restart) {
    match &restart.how {
        How::New | How::Replayed { without: None, .. } => {}
        How::Replayed { entries, without: Some(why) } => {
            info!("the snapshot is not used, since {why}; {entries} entries of the journal were gone through");
        }
        How::Restored { seq, entries } => {
            info!("went on from the snapshot after entry {seq}; {entries} came after it");
        }
    }
    restart.changed.iter().for_each(tell_of_reload);
}

/// What leads in and out, as it was given.
struct Given {
    gate: Gate,
    listener: Option<TcpListener>,
    outlets: Vec<Outlet>,
}

/// The directory of a run as it is written: as the store has kept it, else as the file says.
fn directory(config: &Config, store: &Store, plan: &Plan) -> Result<Result<String, Outcome>, Failure> {
    if let Some(text) = store.directory()? {
        return Ok(Ok(text));
    }
    let Some(path) = &config.directory else { return Ok(Ok(String::new())) };
    let text = playbook::text(path)?;
    let read = playbook::directory_text(&path.display().to_string(), &text, plan)?;
    Ok(read.map(|_| text))
}

pub(super) fn secret(at: Option<&SecretAt>) -> Result<Option<SecretString>, Failure> {
    let text = match at {
        None => return Ok(None),
        Some(SecretAt::Env(name)) => std::env::var(name)
            .map_err(|_| Failure::usage(format!("the secret `env:{name}` is not there, or is no text")))?,
        Some(SecretAt::File(path)) => playbook::text(path)?,
    };
    let text = text.trim();
    if text.is_empty() {
        return Err(Failure::usage("a secret is empty"));
    }
    Ok(Some(text.into()))
}
