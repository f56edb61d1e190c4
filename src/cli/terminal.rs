//! What the terminal can do.

use crate::report::Style;
use std::io::IsTerminal;
use terminal_size::{Width, terminal_size};

/// The narrowest and the widest that texts are set.
const WIDTHS: (usize, usize) = (60, 140);

/// How text on standard output is drawn; a file and a pipe get no colours.
pub(super) fn stdout_style() -> Style {
    style(std::io::stdout().is_terminal())
}

/// How text on standard error is drawn.
pub(super) fn stderr_style() -> Style {
    style(std::io::stderr().is_terminal())
}

fn style(terminal: bool) -> Style {
    if !terminal {
        return Style::default();
    }
    let width = terminal_size().map_or(Style::default().width, |(Width(width), _)| usize::from(width));
    Style { terminal, color: wants_color(), width: width.clamp(WIDTHS.0, WIDTHS.1) }
}

/// Whether colours are wanted: see <https://no-color.org>.
fn wants_color() -> bool {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    set("NO_COLOR").is_none() && set("TERM").is_none_or(|terminal| terminal != "dumb")
}
