//! A progress bar on standard error, on a terminal only.

use crate::engine::{Event, Output};
use crate::log::Progress;
use crate::simulate::{Moment, Sink};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{self, IsTerminal};
use std::sync::Arc;

/// After how many events the bar is brought up to date.
const TELL: u64 = 4096;

/// Shows bytes read, events a second and the time left.
pub(super) struct Bar {
    bar: ProgressBar,
    progress: Arc<Progress>,
    events: u64,
}

impl Bar {
    /// A bar for a log; none where nobody would see it.
    pub(super) fn new(progress: Arc<Progress>) -> Option<Bar> {
        if !io::stderr().is_terminal() {
            return None;
        }
        let bar = match progress.total() {
            0 => ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr()),
            total => ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr()),
        };
        if let Ok(style) = ProgressStyle::with_template(template(progress.total() > 0)) {
            bar.set_style(style);
        }
        Some(Bar { bar, progress, events: 0 })
    }

    fn tell(&self) {
        self.bar.set_position(self.progress.bytes());
        let seconds = self.bar.elapsed().as_secs_f64().max(0.001);
        let speed = (self.events as f64 / seconds).round() as u64;
        self.bar.set_message(format!("{} events/s", crate::report::grouped(speed)));
    }
}

/// Shows events made, events a second and the time left.
pub(super) struct Count {
    bar: ProgressBar,
}

impl Count {
    /// A bar for so many events; none where nobody would see it.
    pub(super) fn new(events: u64) -> Option<Count> {
        if !io::stderr().is_terminal() {
            return None;
        }
        let bar = ProgressBar::with_draw_target(Some(events), ProgressDrawTarget::stderr());
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {human_pos} of {human_len}, {per_sec}, {eta} left") {
            bar.set_style(style);
        }
        Some(Count { bar })
    }

    pub(super) fn tell(&self, events: u64) {
        self.bar.set_position(events);
    }
}

impl Drop for Count {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

fn template(sized: bool) -> &'static str {
    if sized { "{bar:30} {bytes} of {total_bytes}, {msg}, {eta} left" } else { "{spinner} {bytes}, {msg}" }
}

impl Sink for Bar {
    fn event(&mut self, _moment: &Moment<'_>, _event: &Event<'_>, _left_out: bool) -> io::Result<()> {
        self.events += 1;
        if self.events.is_multiple_of(TELL) {
            self.tell();
        }
        Ok(())
    }

    fn output(&mut self, _moment: &Moment<'_>, _output: &Output) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
