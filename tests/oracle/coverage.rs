//! What random cases came to: how often each action, status, reason and form occurs.

use crate::case::Outcome;
use crate::generate::draft::Draft;
use crate::generate::marks::plain;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;

/// Forms looked for in items that decided something.
const FORMS: [&str; 92] = [
    "count(",
    "sum(",
    "avg(",
    "min(",
    "max(",
    "distinct(",
    "exists(",
    "never(",
    "since(",
    "first(",
    "last(",
    "list(",
    "streak(",
    "(members",
    "(groups",
    ", last ",
    " before today",
    " before this week",
    " before this month",
    " before ",
    ", today",
    ", yesterday",
    ", this week",
    ", this month",
    ", last week",
    ", last month",
    ", since start",
    ", since joined",
    " by member",
    " by group",
    " by community",
    " where ",
    " else ",
    "if ",
    " between ",
    " matches ",
    " contains ",
    " in [",
    " has ",
    " is ",
    "not (",
    "on no ",
    "every ",
    "every cron",
    "every month",
    "  once\n",
    "once per",
    " per event.",
    "for each",
    "top ",
    "% by",
    "draw ",
    "otherwise do",
    "needs approval",
    "needs one approval",
    "else drop",
    "else proceed",
    "start on",
    "update on",
    "stop on",
    "restart on",
    "goal when",
    "anchor ",
    "at once",
    "after chore",
    "day ",
    "at -",
    "at +",
    "at 0",
    "due at",
    "strikes last",
    "strikes cleared",
    "strikes fade",
    "for ever",
    "appeal within",
    "everywhere",
    "review ",
    "demote after",
    "on promotion",
    "on demotion",
    "counting ",
    "not between",
    "else skip",
    "else defer",
    "else hold",
    "per day",
    "per week",
    "per month",
    "because ",
    "from ",
    "weighted by",
    " because",
];

#[derive(Default)]
pub struct Coverage {
    cases: usize,
    idle: usize,
    decisions: usize,
    samples: usize,
    cut: usize,
    events: usize,
    counts: BTreeMap<String, usize>,
}

impl Coverage {
    pub fn add(&mut self, draft: &Draft, outcome: &Outcome) {
        self.cases += 1;
        self.idle += usize::from(outcome.decisions.is_empty());
        self.decisions += outcome.decisions.len();
        self.samples += outcome.samples.len();
        self.cut += outcome.cut;
        self.events += draft.log.len();
        let mut items: Vec<String> = Vec::new();
        for line in &outcome.decisions {
            let decision: Value = serde_json::from_str(line).unwrap();
            let text = |key: &str| decision[key].as_str().unwrap_or_default();
            let reason = if text("reason").starts_with("limit ") { "limit" } else { text("reason") };
            self.count(format!("action {}", text("action")));
            self.count(format!("status {}", text("status")));
            if !reason.is_empty() {
                self.count(format!("reason {reason}"));
            }
            let item = text("item").to_owned();
            if !items.contains(&item) {
                items.push(item);
            }
        }
        let whole: String = draft.files.iter().map(|(_, text)| plain(text)).collect::<Vec<_>>().join("\n");
        let limits: Vec<String> = outcome
            .decisions
            .iter()
            .filter_map(|line| line.split("\"reason\":\"limit ").nth(1)?.split('"').next().map(str::to_owned))
            .collect();
        for name in items.iter().chain(&limits) {
            self.forms(&whole, name);
        }
    }

    /// The forms in one item.
    fn forms(&mut self, whole: &str, name: &str) {
        let starts = ["rule", "flow", "ladder", "tiers", "calendar", "limit", "metric"];
        for sort in starts {
            let Some(at) = whole.find(&format!("{sort} {name}")) else { continue };
            let text = &whole[at..];
            let text = &text[..text.find("\n}").unwrap_or(text.len())];
            self.count(format!("item {sort}"));
            for form in FORMS.iter().filter(|form| text.contains(**form)) {
                self.count(format!("form {}", form.trim()));
            }
        }
    }

    fn count(&mut self, what: String) {
        *self.counts.entry(what).or_default() += 1;
    }
}

impl fmt::Display for Coverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Coverage { cases, idle, decisions, samples, cut, events, .. } = self;
        writeln!(f, "{cases} cases ({idle} without a decision), {events} events")?;
        writeln!(f, "{decisions} decisions, {samples} samples, {cut} chains cut")?;
        for (what, count) in &self.counts {
            writeln!(f, "{count:>8}  {what}")?;
        }
        Ok(())
    }
}
