//! Findings with snippets, for people.

use super::{Linted, say};
use crate::diagnostic::{Diagnostic, Severity};
use crate::l10n::{Catalogue, Text};
use crate::lint::{Finding, Group};
use crate::report::{Style, diagnostics};

/// A finding as a diagnostic; what shows it stands with the way out.
#[must_use]
pub fn diagnostic(finding: &Finding, linted: &Linted<'_>, catalogue: &Catalogue) -> Diagnostic {
    let said = say(linted.book, finding, catalogue);
    let shown = finding.witness.as_ref().map(|witness| catalogue.say(&witness.brief(linted.book)));
    let help: Vec<String> = said.help.into_iter().chain(shown).collect();
    Diagnostic {
        code: finding.lint,
        severity: if finding.group == Group::Correctness { Severity::Error } else { Severity::Warning },
        headline: said.headline,
        labels: said.labels,
        help: Some(help.join("\n")).filter(|help| !help.is_empty()),
    }
}

/// Draws findings with snippets, and says how many there are.
#[must_use]
pub fn human(linted: &[Linted<'_>], catalogue: &Catalogue, style: Style) -> String {
    let mut text = String::new();
    for of in linted {
        let told: Vec<Diagnostic> = of.findings.iter().map(|finding| diagnostic(finding, of, catalogue)).collect();
        text.push_str(&diagnostics::human(&told, of.book.sources, style, catalogue));
        if linted.len() > 1 {
            text.push_str(of.playbook);
            text.push_str(": ");
        }
        text.push_str(&summary(of, catalogue));
        text.push('\n');
        text.push_str(&acted(of, catalogue));
    }
    text
}

/// How often each item acted over the log, one a line.
fn acted(of: &Linted<'_>, catalogue: &Catalogue) -> String {
    let Some(history) = of.history else { return String::new() };
    let number = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    let mut text = catalogue.say(&Text::new("log-summary").with("events", number(history.events)));
    text.push('\n');
    for acted in &history.acted {
        let item = format!("{} {}", acted.sort, acted.item);
        let line = Text::new("log-acted").with("item", item).with("times", number(acted.times));
        text.push_str(&format!("  {}\n", catalogue.say(&line)));
    }
    text
}

fn summary(of: &Linted<'_>, catalogue: &Catalogue) -> String {
    let files = of.book.sources.iter().count();
    let text = Text::new("lint-summary").with("findings", of.findings.len()).with("files", files);
    let mut said = catalogue.say(&text);
    if !of.allowed.is_empty() {
        said.push_str(&catalogue.say(&Text::new("lint-allowed").with("findings", of.allowed.len())));
    }
    let fixes = of.findings.iter().filter(|finding| finding.fix.as_ref().is_some_and(|fix| fix.safe)).count();
    if fixes > 0 {
        said.push_str(&catalogue.say(&Text::new("lint-fixable").with("findings", fixes)));
    }
    said
}
