//! What was decided against what must be decided.

use super::clock::Clock;
use super::lines::{Arg, Expect, Probe};
use super::read::{Case, Scenario};
use super::run::{Shown, Told, Tried};
use super::words::Sign;
use crate::engine::{DecisionId, Program};
use crate::syntax::source::Sources;
use crate::syntax::span::Span;
use crate::time::{Duration, Instant};
use rust_decimal::Decimal;
use std::str::FromStr;

/// Something that is not as it must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// A stable, readable name of what is wrong.
    pub code: &'static str,
    /// What is wrong.
    pub headline: String,
    /// Where it is asked for; the scenario's name, where nothing asks for it.
    pub span: Span,
    /// Side by side.
    pub fields: Vec<Field>,
    /// How it came about.
    pub why: Vec<String>,
    /// The line that would ask for it.
    pub line: Option<String>,
}

/// One thing as it must be and as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// As it must be.
    pub expected: Option<String>,
    /// As it is.
    pub actual: Option<String>,
    /// Whether they agree.
    pub agrees: bool,
}

/// Compares what came of a case with what must come of it.
#[must_use]
pub fn compare(program: &Program, sources: &Sources, scenario: &Scenario, case: &Case, tried: &Tried) -> Vec<Failure> {
    let mut of = Comparison { program, sources, clock: scenario.clock, tried, scenario, failures: Vec::new() };
    of.nameless();
    of.decisions(case);
    of.states(&case.probes);
    for note in &tried.notes {
        of.failures.push(Failure {
            code: "error-of-the-run",
            headline: note.clone(),
            span: scenario.span,
            fields: Vec::new(),
            why: Vec::new(),
            line: None,
        });
    }
    let mut failures = of.failures;
    failures.sort_by_key(|failure| (failure.code == "unexpected-decision", failure.span));
    failures
}

struct Comparison<'a> {
    program: &'a Program,
    sources: &'a Sources,
    clock: Clock,
    tried: &'a Tried,
    scenario: &'a Scenario,
    failures: Vec<Failure>,
}

impl Comparison<'_> {
    fn nameless(&mut self) {
        for named in &self.tried.nameless {
            let about = named.member.as_ref().map(|member| format!(" about `{member}`")).unwrap_or_default();
            self.failures.push(Failure {
                code: "no-such-decision",
                headline: format!("there is no decision `{}`{about} up to here", named.action),
                span: named.span,
                fields: Vec::new(),
                why: Vec::new(),
                line: None,
            });
        }
    }

    // ---- decisions ----------------------------------------------------------------------------------------------

    fn decisions(&mut self, case: &Case) {
        let wanted: Vec<&Expect> =
            case.expects.iter().flat_map(|expect| std::iter::repeat_n(expect, expect.times)).collect();
        let watched = |told: &&Told| self.scenario.watch.as_ref().is_none_or(|items| items.contains(&told.item));
        let told: Vec<&Told> = self.tried.told.iter().collect();
        let unwatched: Vec<bool> = told.iter().map(|told| !watched(told)).collect();
        let pairs = matched(&wanted, &told, |expect, told| self.fits(expect, told));
        let mut used: Vec<bool> = told.iter().map(|_| false).collect();
        pairs.iter().flatten().for_each(|position| mark(&mut used, *position));
        for (expect, pair) in wanted.iter().zip(&pairs) {
            if pair.is_none() {
                let taken: Vec<bool> =
                    used.iter().zip(&unwatched).map(|(used, unwatched)| *used || *unwatched).collect();
                let nearest = self.nearest(expect, &told, &taken);
                nearest.iter().for_each(|position| mark(&mut used, *position));
                let nearest = nearest.and_then(|position| told.get(position)).copied();
                let failure = self.missing(expect, nearest);
                self.failures.push(failure);
            }
        }
        for expect in case.expects.iter().filter(|expect| expect.times == 0) {
            for (position, told) in told.iter().enumerate() {
                if self.fits(expect, told) && !used.get(position).copied().unwrap_or_default() {
                    mark(&mut used, position);
                    let headline = format!("`{}` must not be decided here", expect.action);
                    let failure = self.failure("forbidden-decision", headline, expect.span, Some(told));
                    self.failures.push(failure);
                }
            }
        }
        if self.scenario.others {
            return;
        }
        for (told, _) in told.iter().zip(&used).filter(|(told, used)| !**used && watched(told)) {
            let headline = format!("nobody expects `{}` {}", told.action, self.clock.shown(told.at));
            let failure = self.failure("unexpected-decision", headline, self.scenario.span, Some(told));
            self.failures.push(Failure { line: Some(self.line(told)), ..failure });
        }
    }

    fn failure(&self, code: &'static str, headline: String, span: Span, told: Option<&Told>) -> Failure {
        let why = told.map(|told| self.why(told)).unwrap_or_default();
        Failure { code, headline, span, fields: Vec::new(), why, line: told.map(|told| self.line(told)) }
    }

    fn missing(&self, expect: &Expect, nearest: Option<&Told>) -> Failure {
        let when = self.clock.shown(expect.at);
        let Some(told) = nearest else {
            let headline = format!("`{}` was not decided {when}", expect.action);
            return Failure {
                why: self.misses(expect),
                ..self.failure("missing-decision", headline, expect.span, None)
            };
        };
        let headline = format!("`{}` was decided in another way", expect.action);
        let failure = self.failure("other-decision", headline, expect.span, Some(told));
        Failure { fields: self.fields(expect, told), line: None, ..failure }
    }

    fn fits(&self, expect: &Expect, told: &Told) -> bool {
        expect.action == told.action && self.fields(expect, told).iter().all(|field| field.agrees)
    }

    /// What an expectation says, side by side with a decision.
    fn fields(&self, expect: &Expect, told: &Told) -> Vec<Field> {
        let mut fields = Vec::new();
        let mut field = |name: &str, expected: Option<String>, actual: Option<String>| {
            let agrees = expected == actual;
            fields.push(Field { name: name.to_owned(), expected, actual, agrees });
        };
        field("action", Some(expect.action.clone()), Some(told.action.clone()));
        field("time", Some(self.clock.shown(expect.at)), Some(self.clock.shown(told.at)));
        field("group", expect.whom.group.clone(), told.group.clone());
        field("member", expect.whom.member.clone(), told.member.clone());
        field("status", Some(expect.status.word().to_owned()), Some(told.status.word().to_owned()));
        if let Some((_, name)) = &expect.item {
            field("item", Some(name.clone()), Some(self.program.item_name(told.item).to_owned()));
        }
        if expect.reason.is_some() {
            field("reason", expect.reason.clone(), told.reason.clone());
        }
        // A group that is not named is not asked for where the member says enough.
        let unasked = expect.whom.group.is_none() && expect.whom.member.is_some();
        fields.retain(|field| !(unasked && field.name == "group"));
        for arg in &expect.args {
            let actual = told.args.iter().find(|(name, _)| *name == arg.name).map(|(_, value)| value);
            let actual = actual.unwrap_or(&Shown::Nothing);
            fields.push(Field {
                name: arg.name.clone(),
                expected: Some(expected(arg.sign, &arg.text)),
                actual: self.written(actual),
                agrees: self.agrees(arg, actual),
            });
        }
        fields
    }

    fn agrees(&self, arg: &Arg, actual: &Shown) -> bool {
        agrees(arg.sign, &arg.text, actual, self.clock)
    }

    /// The decision that is most like what was expected.
    fn nearest(&self, expect: &Expect, told: &[&Told], used: &[bool]) -> Option<usize> {
        let free = told.iter().enumerate().filter(|(position, _)| !used.get(*position).copied().unwrap_or(true));
        let scored = free.filter_map(|(position, told)| {
            let fields = self.fields(expect, told);
            let agree = |name: &str| fields.iter().any(|field| field.name == name && field.agrees);
            let alike = agree("member") || agree("time");
            let score = fields.iter().filter(|field| field.agrees).count() + usize::from(agree("time"));
            (agree("action") && alike).then_some((score, std::cmp::Reverse(position)))
        });
        scored.max().map(|(_, std::cmp::Reverse(position))| position)
    }

    // ---- why ----------------------------------------------------------------------------------------------------

    /// What led to a decision, the nearest first.
    fn why(&self, told: &Told) -> Vec<String> {
        let item = self.program.item_name(told.item);
        let mut why = vec![format!("by {item} ({})", told.source)];
        if let Some(reason) = &told.reason {
            why.push(format!("{}: {reason}", told.status.word()));
        }
        why.extend(told.causes.iter().filter_map(|cause| self.cause(cause)));
        why
    }

    /// One cause; what the engine made on the way says nothing to people.
    fn cause(&self, id: &str) -> Option<String> {
        if let Some((_, span)) = self.tried.events.iter().find(|(event, _)| event == id) {
            let (line, _) = self.sources.line_col(*span);
            return Some(format!("from `{}` ({}:{line})", self.sources.slice(*span), self.sources.path(span.file)));
        }
        if let Some(told) = self.tried.told.iter().find(|told| told.id == id) {
            let item = self.program.item_name(told.item);
            return Some(format!("from {} by {item} {} ({})", told.action, self.clock.since(told.at), told.source));
        }
        match id.split_once('@') {
            Some((item, at)) => Some(format!("from the clock: {item} at {at}")),
            None => (DecisionId::parse(id).is_none()).then(|| format!("from {id}")),
        }
    }

    /// Why the item that was expected did not act.
    fn misses(&self, expect: &Expect) -> Vec<String> {
        let mut why = self.left_out(expect);
        let Some((item, name)) = &expect.item else { return why };
        let acted = self.tried.told.iter().filter(|told| told.item == *item).count();
        if acted > 0 {
            why.push(format!("{name} made {}", crate::report::plural(acted as u64, "other decision")));
        }
        let misses = self.tried.misses.of(*item).filter(|misses| misses.tested > 0);
        let Some(misses) = misses else {
            if acted == 0 {
                why.push(format!(
                    "no condition of {name} was tested and false: nothing woke it, or its time did not come"
                ));
            }
            return why;
        };
        for part in misses.conditions.iter().flat_map(|condition| &condition.parts) {
            let written = self.program.plan.expression(&part.part);
            if part.failed > 0 {
                let near = part.nearest.as_ref().map(|near| self.near(near)).unwrap_or_default();
                why.push(format!("`{written}` was false {}{near}", times(part.failed)));
            }
            if part.unknown > 0 {
                why.push(format!("`{written}` could not be known {}", times(part.unknown)));
            }
        }
        why
    }

    /// Events that the playbook prevented.
    fn left_out(&self, expect: &Expect) -> Vec<String> {
        let Some(member) = &expect.whom.member else { return Vec::new() };
        let count = self.tried.left_out.iter().filter(|left_out| *left_out == member).count();
        if count == 0 {
            return Vec::new();
        }
        let some = crate::report::plural(count as u64, "event");
        vec![format!("{some} of {member} left out: the playbook had put {member} out of the group")]
    }

    fn near(&self, near: &crate::simulate::misses::Near) -> String {
        let word = |value| crate::simulate::value_in_words(self.program, value);
        format!(", nearest: {} against {}", word(&near.left), word(&near.right))
    }

    // ---- lines --------------------------------------------------------------------------------------------------

    /// A decision as a line that expects it.
    fn line(&self, told: &Told) -> String {
        line(self.program, self.clock, told)
    }

    fn written(&self, shown: &Shown) -> Option<String> {
        written(shown, self.clock)
    }

    // ---- states -------------------------------------------------------------------------------------------------

    fn states(&mut self, probes: &[Probe]) {
        for (probe, answer) in probes.iter().zip(&self.tried.answers) {
            if agrees(probe.sign, &probe.text, answer, self.clock) {
                continue;
            }
            let expected = expected(probe.sign, &probe.text);
            self.failures.push(Failure {
                code: "other-state",
                headline: format!("`{}` is not so {}", probe.name, self.clock.shown(probe.at)),
                span: probe.span,
                fields: vec![Field {
                    name: probe.name.clone(),
                    expected: Some(expected),
                    actual: self.written(answer),
                    agrees: false,
                }],
                why: Vec::new(),
                line: None,
            });
        }
    }
}

fn times(count: u64) -> String {
    if count == 1 { "once".to_owned() } else { crate::report::plural(count, "time") }
}

fn mark(used: &mut [bool], position: usize) {
    if let Some(slot) = used.get_mut(position) {
        *slot = true;
    }
}

fn expected(sign: Sign, text: &str) -> String {
    match sign {
        Sign::Is => text.to_owned(),
        Sign::IsNot => format!("not {text}"),
        Sign::Contains => format!("… {text} …"),
    }
}

fn agrees(sign: Sign, text: &str, actual: &Shown, clock: Clock) -> bool {
    let equal = match actual {
        Shown::Nothing => text.is_empty() || text == "none",
        Shown::Number(n) => amount(text).is_some_and(|wanted| wanted == *n),
        Shown::Time(at) => clock.word(text) == Some(*at),
        Shown::Length(length) => span(text) == Some(*length),
        Shown::Text(actual) => actual == text,
    };
    match sign {
        Sign::Is => equal,
        Sign::IsNot => !equal,
        Sign::Contains => written(actual, clock).is_some_and(|actual| actual.contains(text)),
    }
}

/// `1d12h`, or a number of seconds, as decisions are written.
fn span(text: &str) -> Option<Duration> {
    Duration::parse(text).ok().or_else(|| Some(Duration::from_secs(text.parse().ok()?)))
}

/// `5`, `20%`, `¥199.90`
fn amount(text: &str) -> Option<Decimal> {
    let plain = text.trim_start_matches(['¥', '￥']);
    match plain.strip_suffix('%') {
        Some(share) => Decimal::from_str(share).ok()?.checked_div(Decimal::ONE_HUNDRED),
        None => Decimal::from_str(plain).ok(),
    }
}

fn written(shown: &Shown, clock: Clock) -> Option<String> {
    match shown {
        Shown::Nothing => None,
        Shown::Number(n) => Some(n.to_string()),
        Shown::Time(at) => Some(clock.shown(*at)),
        Shown::Length(length) => Some(length.to_string()),
        Shown::Text(text) => Some(text.clone()),
    }
}

/// A decision as a line that expects it.
pub(super) fn line(program: &Program, clock: Clock, told: &Told) -> String {
    let mut line = format!("{} {}", clock.since(told.at), told.action);
    if let Some(member) = &told.member {
        line.push(' ');
        line.push_str(&quoted(member));
    }
    if let Some(group) = &told.group {
        line.push_str(" in ");
        line.push_str(&quoted(group));
    }
    if told.status != crate::engine::Status::Done {
        line.push(' ');
        line.push_str(told.status.word());
    }
    line.push_str(" by ");
    line.push_str(program.item_name(told.item));
    if let Some(reason) = &told.reason {
        line.push_str(&format!(" because \"{reason}\""));
    }
    for (name, value) in &told.args {
        line.push_str(&format!(" {name}={}", value_of(value, clock)));
    }
    line
}

fn value_of(value: &Shown, clock: Clock) -> String {
    match value {
        Shown::Time(at) => time_word(*at, clock),
        other => quoted(&written(other, clock).unwrap_or_default()),
    }
}

fn time_word(at: Instant, clock: Clock) -> String {
    if at >= clock.start { clock.since(at) } else { clock.zone.format(at) }
}

/// A word in quotes where it needs them.
pub(super) fn quoted(text: &str) -> String {
    let plain = |c: char| !c.is_whitespace() && !matches!(c, '"' | '“' | '[' | '=' | '~' | '!' | '#' | '\\' | ',');
    let own = ["in", "by", "because", "every", "day"].contains(&text) || text.starts_with(['^', '+', '<']);
    let count = text.strip_prefix(['x', '×']).is_some_and(|n| n.chars().all(|c| c.is_ascii_digit()));
    let own = own || count;
    if !text.is_empty() && text.chars().all(plain) && !own {
        return text.to_owned();
    }
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}

/// Pairs as many of one with as many of the other as can be paired: for each of the first, the position of its partner.
fn matched<A: Copy, B: Copy>(wanted: &[A], given: &[B], fits: impl Fn(A, B) -> bool) -> Vec<Option<usize>> {
    let edges: Vec<Vec<usize>> = wanted
        .iter()
        .map(|a| given.iter().enumerate().filter(|(_, b)| fits(*a, **b)).map(|(position, _)| position).collect())
        .collect();
    let mut owner: Vec<Option<usize>> = given.iter().map(|_| None).collect();
    for from in 0..wanted.len() {
        let mut seen = vec![false; given.len()];
        pair(from, &edges, &mut owner, &mut seen);
    }
    let mut pairs = vec![None; wanted.len()];
    for (position, from) in owner.iter().enumerate() {
        if let Some(slot) = from.and_then(|from| pairs.get_mut(from)) {
            *slot = Some(position);
        }
    }
    pairs
}

/// Finds a partner, if need be by finding another one for whoever has it.
fn pair(from: usize, edges: &[Vec<usize>], owner: &mut [Option<usize>], seen: &mut [bool]) -> bool {
    for &to in edges.get(from).map(Vec::as_slice).unwrap_or_default() {
        if seen.get(to).copied().unwrap_or(true) {
            continue;
        }
        mark(seen, to);
        let free = match owner.get(to).copied().flatten() {
            None => true,
            Some(other) => pair(other, edges, owner, seen),
        };
        if free {
            if let Some(slot) = owner.get_mut(to) {
                *slot = Some(from);
            }
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_can_be_paired_is_paired() {
        let fits = |a: u32, b: u32| a == 0 || a == b;
        assert_eq!(matched(&[0, 5], &[5, 7], fits), [Some(1), Some(0)]);
        assert_eq!(matched(&[5, 5], &[5], fits).iter().flatten().count(), 1);
    }

    #[test]
    fn words_are_quoted_where_they_would_mean_something_else() {
        let cases = [("m1", "m1"), ("in", "\"in\""), ("a b", "\"a b\""), ("x3", "\"x3\""), ("说\"", "\"说\\\"\"")];
        for (text, word) in cases {
            assert_eq!(quoted(text), word);
        }
    }
}
