//! What a run tells while it goes on, line by line on standard error: for people, or as JSON for programs.

use clap::ValueEnum;
use std::fmt;
use std::io;
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

/// The form of what a run tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum LogFormat {
    /// For people.
    #[default]
    Human,
    /// One JSON object a line, with `timestamp` and `level`.
    Json,
}

/// From now on what is told is written in this form.
pub(super) fn begin(format: LogFormat) {
    let lines = tracing_subscriber::fmt().with_writer(io::stderr).with_max_level(Level::INFO).with_ansi(false);
    // Where somebody has begun before, it goes on in that form.
    let _ = match format {
        LogFormat::Human => lines.event_format(Plain).try_init(),
        LogFormat::Json => lines.json().flatten_event(true).with_target(false).try_init(),
    };
}

/// The message alone, marked where something is wrong.
struct Plain;

impl<S, N> FormatEvent<S, N> for Plain
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(&self, context: &FmtContext<'_, S, N>, mut writer: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        match *event.metadata().level() {
            Level::ERROR => writer.write_str("error: ")?,
            Level::WARN => writer.write_str("warning: ")?,
            _ => {}
        }
        context.field_format().format_fields(writer.by_ref(), event)?;
        writeln!(writer)
    }
}
