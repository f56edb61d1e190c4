//! How a command ends.

use crate::load::LoadError;
use crate::log::{LogError, said};
use crate::run::{ExportError, StoreError};
use crate::simulate::Stop;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// A command that did what it was asked to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Clean,
    /// There are errors in the playbook or in the log.
    Findings,
    /// What was given cannot be used, so that nothing was tested.
    Unusable,
    /// Two versions decide differently, and it was asked whether they do.
    Differences,
}

/// A command that could not do what it was asked to.
#[derive(Debug)]
pub(super) enum Failure {
    /// What was given cannot be right: no such file, an impossible time.
    Usage { headline: String, help: Option<String> },
    /// What was given is wrong inside.
    Finding { headline: String, help: Option<String> },
    /// A file or the terminal cannot be written.
    Write { to: Option<PathBuf>, error: io::Error },
    /// An error in the program.
    Internal(String),
}

impl Failure {
    pub(super) fn usage(headline: impl Into<String>) -> Failure {
        Failure::Usage { headline: headline.into(), help: None }
    }

    /// Writing to a file failed.
    pub(super) fn write(to: &Path) -> impl FnOnce(io::Error) -> Failure {
        move |error| Failure::Write { to: Some(to.to_owned()), error }
    }

    /// A file cannot be opened.
    pub(super) fn open(path: &Path) -> impl FnOnce(io::Error) -> Failure {
        move |error| Failure::usage(format!("`{}` cannot be opened: {}", path.display(), said(&error)))
    }

    /// Says it on standard error, and answers how the program ends.
    pub(super) fn tell(self) -> ExitCode {
        let (code, headline, help) = match self {
            // Who reads our output has seen enough.
            Failure::Write { error, .. } if error.kind() == io::ErrorKind::BrokenPipe => {
                return ExitCode::SUCCESS;
            }
            Failure::Usage { headline, help } => (2, headline, help),
            Failure::Finding { headline, help } => (1, headline, help),
            Failure::Write { to: Some(to), error } => {
                (2, format!("`{}` cannot be written: {}", to.display(), said(&error)), None)
            }
            Failure::Write { to: None, error } => (2, format!("the output cannot be written: {}", said(&error)), None),
            Failure::Internal(what) => (3, format!("an error in qun itself: {what}"), None),
        };
        complain(&headline, help.as_deref());
        ExitCode::from(code)
    }
}

/// One line on standard error, and one with the way out.
pub(super) fn complain(headline: &str, help: Option<&str>) {
    let mut err = io::stderr().lock();
    // Where nobody listens there is nobody to tell.
    let _ = writeln!(err, "error: {headline}");
    if let Some(help) = help {
        let _ = writeln!(err, "  help: {help}");
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Failure {
        Failure::Write { to: None, error }
    }
}

impl From<LoadError> for Failure {
    fn from(error: LoadError) -> Failure {
        let headline = error.to_string();
        match error {
            LoadError::Unreadable { .. } => Failure::usage(headline),
            LoadError::Empty { .. } => {
                Failure::Usage { headline, help: Some("`qun new DIR` writes a first playbook".to_owned()) }
            }
            LoadError::NotUtf8 { .. } | LoadError::Beyond { .. } => Failure::Finding { headline, help: None },
        }
    }
}

impl From<LogError> for Failure {
    fn from(error: LogError) -> Failure {
        let (headline, help) = (error.to_string(), error.help().map(str::to_owned));
        match error {
            LogError::Open { .. } | LogError::InputTwice | LogError::Read { .. } => Failure::Usage { headline, help },
            LogError::Stopped => Failure::Internal(headline),
            _ => Failure::Finding { headline, help },
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Failure {
        let (headline, help) = (error.to_string(), error.help().map(str::to_owned));
        match error {
            StoreError::Damaged { .. }
            | StoreError::Diverged { .. }
            | StoreError::OldVersion { .. }
            | StoreError::Directory(_) => Failure::Finding { headline, help },
            StoreError::Broken | StoreError::Snapshot(_) => Failure::Internal(headline),
            _ => Failure::Usage { headline, help },
        }
    }
}

impl From<ExportError> for Failure {
    fn from(error: ExportError) -> Failure {
        match error {
            ExportError::Store(error) => error.into(),
            ExportError::Write(error) => error.into(),
        }
    }
}

impl From<Stop> for Failure {
    fn from(stop: Stop) -> Failure {
        match stop {
            Stop::Log(error) => error.into(),
            Stop::Sink(error) => error.into(),
        }
    }
}
