//! The report as text: what was read, what would have been done, and what to take with care.

use super::super::{Style, budgets, grouped, percent, plural};
use super::table::{Columns, INDENT, NUMBERS, WORDS};
use super::{bad_lines, silence};
use crate::engine::{Certainty, Status};
use crate::log::{Accounts, FileAccount};
use crate::simulate::Report;
use crate::simulate::report::{Certainties, ItemFigures, Statuses};
use crate::time::Instant;
use chrono::NaiveDate;
use std::fmt::Write;

/// How many kinds are named one by one.
const KINDS: usize = 12;

/// For people.
#[must_use]
pub fn human(report: &Report, style: Style) -> String {
    let mut page = Page { text: String::new(), report, style };
    page.read();
    page.left_out();
    if page.has_nothing() {
        return page.text;
    }
    page.done();
    page.limits();
    page.budgets();
    page.metrics();
    page.days();
    page.members();
    page.silent();
    page.unhappened();
    page.notes();
    page.text
}

/// The text so far.
struct Page<'a> {
    text: String,
    report: &'a Report,
    style: Style,
}

impl Page<'_> {
    fn head(&mut self, head: &str) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        let _ = match self.style.color {
            true => writeln!(self.text, "\u{1b}[1m{head}\u{1b}[0m"),
            false => writeln!(self.text, "{head}"),
        };
    }

    fn line(&mut self, line: &str) {
        let _ = writeln!(self.text, "{INDENT}{line}");
    }

    fn table(&mut self, table: Columns) {
        self.text.push_str(&table.text());
    }

    // ---- the log ----------------------------------------------------------------------------------------------------

    fn read(&mut self) {
        if self.report.read.events == 0 {
            return self.nothing_read();
        }
        let read = &self.report.read;
        self.head("What was read");
        self.line(&format!(
            "{} of {} in {}",
            plural(read.events, "event"),
            plural(read.members, "member"),
            plural(read.groups, "group")
        ));
        if let Some((first, last)) = read.span {
            let zone = self.report.zone;
            let days = (last - first).secs() / 86_400 + 1;
            let days = plural(u64::try_from(days).unwrap_or_default(), "day");
            self.line(&format!("from {} to {}, {days} ({zone})", zone.short(first), zone.short(last)));
        }
        self.kinds();
        self.text.push('\n');
        self.files();
    }

    /// The fact that matters, and the files.
    fn nothing_read(&mut self) {
        let total = self.report.accounts.total();
        let fact = match (total.outside, total.lines - total.blank) {
            (1.., _) => format!("No event lies {}.", silence::not_between(self.report)),
            (_, 0) => "The log holds no events.".to_owned(),
            _ => "The log holds no events that the playbook knows.".to_owned(),
        };
        let _ = writeln!(self.text, "{fact}\n");
        self.files();
    }

    /// Whether nothing was handled and nothing came of it.
    fn has_nothing(&self) -> bool {
        self.report.read.events + self.report.decisions + self.report.note_count == 0
    }

    fn kinds(&mut self) {
        let kinds = &self.report.read.kinds;
        let named = kinds.iter().take(KINDS).map(|(kind, count)| format!("{kind} {}", grouped(*count)));
        let mut named: Vec<String> = named.collect();
        if kinds.len() > KINDS {
            named.push(plural((kinds.len() - KINDS) as u64, "more kind"));
        }
        if !named.is_empty() {
            self.line(&named.join(", "));
        }
    }

    fn files(&mut self) {
        let heads = [("file", WORDS), ("lines", NUMBERS), ("events", NUMBERS), ("left out", NUMBERS)];
        let mut table = Columns::new(&heads, self.style);
        for file in &self.report.accounts.files {
            table.row([file.name.clone(), grouped(file.lines), grouped(file.events), without(file)]);
        }
        self.table(table);
    }

    fn left_out(&mut self) {
        let accounts = &self.report.accounts;
        let mut lines = left_out(accounts, &accounts.total());
        let roles = self.report.read.undeclared_roles;
        if roles > 0 {
            let some = plural(roles, "role event");
            lines.push(format!(
                "{some} about a role that the playbook does not declare: such a role counts for nothing"
            ));
        }
        let put_out = self.report.unhappened.left_out;
        if put_out > 0 {
            let (some, all) = (grouped(put_out), plural(self.report.read.events, "event"));
            lines.push(format!("{some} of the {all}: by members whom the playbook had put out of the group"));
        }
        if lines.is_empty() {
            return;
        }
        self.head("What was left out");
        lines.iter().for_each(|line| self.line(line));
    }

    // ---- the playbook -----------------------------------------------------------------------------------------------

    fn done(&mut self) {
        let report = self.report;
        self.head("What the playbook would have done");
        if report.decisions == 0 {
            return self.line("nothing");
        }
        let counts: Vec<String> = report
            .statuses
            .iter()
            .filter(|(_, count)| *count > 0)
            .map(|(status, count)| format!("{} {}", grouped(count), status.word()))
            .collect();
        self.line(&format!("{}: {}", plural(report.decisions, "decision"), counts.join(", ")));
        if report.waiting > 0 {
            self.line(&format!("{} still waited when the clock stopped", grouped(report.waiting)));
        }
        if report.statuses.of(Status::Deferred) + report.statuses.of(Status::Held) > 0 {
            self.line("(what was deferred or held is counted once more when it was settled)");
        }
        let shown = shown_statuses(&report.statuses);
        self.text.push('\n');
        self.table(self.items(&shown));
    }

    fn items(&self, shown: &[Status]) -> Columns {
        let mut heads = vec![("item", WORDS), ("fired", NUMBERS), ("members", NUMBERS)];
        heads.extend(shown.iter().map(|status| (status.word(), NUMBERS)));
        heads.extend([("first", WORDS), ("last", WORDS), ("busiest hour", WORDS)]);
        let mut table = Columns::new(&heads, self.style);
        for item in self.report.active() {
            let mut row = vec![title(item), grouped(item.fired), grouped(item.members)];
            row.extend(shown.iter().map(|status| grouped(item.statuses.of(*status))));
            row.extend([self.date(item.span.map(|(first, _)| first)), self.date(item.span.map(|(_, last)| last))]);
            row.push(busiest(item));
            table.row(row);
        }
        table
    }

    fn date(&self, at: Option<Instant>) -> String {
        at.map_or_else(String::new, |at| self.report.zone.date(at).to_string())
    }

    fn limits(&mut self) {
        if self.report.limits.is_empty() {
            return;
        }
        self.head("What limits stopped");
        let heads = [("limit", WORDS), ("skipped", NUMBERS), ("deferred", NUMBERS), ("held", NUMBERS)];
        let mut table = Columns::new(&heads, self.style);
        for limit in &self.report.limits {
            let count = |status: Status| grouped(limit.statuses.of(status));
            table.row([limit.name.clone(), count(Status::Skipped), count(Status::Deferred), count(Status::Held)]);
        }
        self.table(table);
    }

    fn budgets(&mut self) {
        if self.report.budgets.is_empty() {
            return;
        }
        self.head("What budgets allow");
        let lines = budgets::lines(&self.report.budgets, self.report.zone);
        lines.iter().for_each(|line| self.line(line));
    }

    fn metrics(&mut self) {
        if self.report.metrics.is_empty() {
            return;
        }
        self.head("Metrics");
        let heads =
            [("metric", WORDS), ("samples", NUMBERS), ("unknown", NUMBERS), ("lowest", NUMBERS), ("highest", NUMBERS)];
        let mut table = Columns::new(&heads, self.style);
        for metric in &self.report.metrics {
            let (low, high) = metric.range.clone().unwrap_or_default();
            table.row([metric.name.clone(), grouped(metric.samples), grouped(metric.unknown), low, high]);
        }
        self.table(table);
    }

    fn days(&mut self) {
        if self.report.days.is_empty() {
            return;
        }
        self.head("The busiest days");
        let heads =
            [("day", WORDS), ("decisions", NUMBERS), ("done", NUMBERS), ("members", NUMBERS), ("events", NUMBERS)];
        let mut table = Columns::new(&heads, self.style);
        for day in &self.report.days {
            let counts = [day.decisions, day.done, day.members, day.events].map(grouped);
            table.row(std::iter::once(with_weekday(&day.date)).chain(counts));
        }
        self.table(table);
    }

    fn members(&mut self) {
        if self.report.members.is_empty() {
            return;
        }
        let receiving = plural(self.report.receiving, "member");
        self.head(&format!("Who would receive most ({receiving} would receive anything)"));
        let mut table = Columns::new(&[("member", WORDS), ("times", NUMBERS), ("what", WORDS)], self.style);
        for member in &self.report.members {
            let mut actions: Vec<(&String, &u64)> = member.actions.iter().collect();
            actions.sort_by(|(x, a), (y, b)| b.cmp(a).then_with(|| x.cmp(y)));
            let what: Vec<String> = actions.iter().map(|(action, n)| format!("{action} {}", grouped(**n))).collect();
            table.row([member.member.clone(), grouped(member.received), what.join(", ")]);
        }
        self.table(table);
    }

    fn silent(&mut self) {
        let silent: Vec<String> =
            self.report.silent().map(|(item, silence)| silence::lines(self.report, item, silence)).collect();
        if silent.is_empty() {
            return;
        }
        self.head("What never acted, and how near it came");
        silent.iter().for_each(|lines| lines.lines().for_each(|line| self.line(line)));
    }

    // ---- with care --------------------------------------------------------------------------------------------------

    fn unhappened(&mut self) {
        let (report, what) = (self.report, self.report.unhappened);
        let nothing = what.left_out + what.kept + what.muted == 0;
        if nothing && report.decisions == 0 {
            return;
        }
        self.head("What would not have happened");
        if nothing {
            self.line(match report.put_out_or_muted {
                0 => "Nobody was put out or muted, so nothing in the log would have gone differently.",
                _ => "Nothing in the log comes from members while they were put out or muted.",
            });
            return self.certainties();
        }
        self.line("The log goes on as it was recorded, also where this playbook would have stepped in:");
        let put_out = "members whom the playbook had put out of the group";
        if what.left_out > 0 {
            self.line(&format!("{} came from {put_out}: left out", plural(what.left_out, "event")));
        }
        if what.kept > 0 {
            self.line(&format!("{} came from {put_out}: let through", plural(what.kept, "event")));
        }
        if what.left_out + what.kept > 0 {
            self.line("(a later `member.joined` lets in again whom the playbook had removed)");
        }
        if what.muted > 0 {
            let muted = plural(what.muted, "message");
            self.line(&format!("{muted} came from members whom the playbook had muted: let through"));
        }
        self.certainties();
    }

    fn certainties(&mut self) {
        if self.report.decisions == 0 {
            return;
        }
        self.head("How sure that is");
        self.line(
            "certain: all it read is recorded fact, and no sanction of the playbook would have prevented any of it",
        );
        self.line("depends: it read what the playbook did itself, and holds if people had behaved as recorded");
        self.line(
            "unknowable: it read what sanctions would have prevented, or how people took what was never really said",
        );
        let heads = [("item", WORDS), ("decisions", NUMBERS)].into_iter();
        let heads: Vec<_> = heads.chain(Certainty::ALL.map(|certainty| (certainty.word(), NUMBERS))).collect();
        let mut table = Columns::new(&heads, self.style);
        let shares = |all: u64, certainties: &Certainties| {
            let shares = certainties.iter().map(move |(_, count)| percent(count, all));
            shares.collect::<Vec<_>>()
        };
        for item in self.report.items.iter().filter(|item| item.decisions > 0) {
            table.row(
                [title(item), grouped(item.decisions)].into_iter().chain(shares(item.decisions, &item.certainties)),
            );
        }
        let all = ["all".to_owned(), grouped(self.report.decisions)].into_iter();
        table.row(all.chain(shares(self.report.decisions, &self.report.certainties)));
        self.text.push('\n');
        self.table(table);
    }

    fn notes(&mut self) {
        if self.report.note_count == 0 {
            return;
        }
        self.head("Errors of the run");
        self.report.notes.iter().for_each(|note| self.line(note));
        let more = self.report.note_count - self.report.notes.len() as u64;
        if more > 0 {
            self.line(&format!("and {more} more"));
        }
    }
}

/// `rule flood`
pub(super) fn title(item: &ItemFigures) -> String {
    format!("{} {}", item.sort, item.name)
}

/// Statuses that were recorded at all, and `done`.
fn shown_statuses(all: &Statuses) -> Vec<Status> {
    Status::ALL.into_iter().filter(|status| *status == Status::Done || all.of(*status) > 0).collect()
}

fn busiest(item: &ItemFigures) -> String {
    item.busiest.as_ref().map_or_else(String::new, |(hour, count)| format!("{hour} ({})", grouped(*count)))
}

fn with_weekday(date: &str) -> String {
    date.parse::<NaiveDate>().map_or_else(|_| date.to_owned(), |day| format!("{date} {}", day.format("%a")))
}

/// How many lines became no events, and how many of these are blank.
fn without(file: &FileAccount) -> String {
    let left_out = grouped(file.lines - file.events);
    match file.blank {
        0 => left_out,
        blank => format!("{left_out} ({} blank)", grouped(blank)),
    }
}

/// Why events were not handled, one line each.
fn left_out(accounts: &Accounts, total: &FileAccount) -> Vec<String> {
    let mut lines = Vec::new();
    if total.bad > 0 {
        lines.push(format!("{}:", plural(total.bad, "bad line")));
        lines.extend(bad_lines(accounts).into_iter().map(|line| format!("{INDENT}{line}")));
    }
    if total.blank > 0 {
        lines.push(plural(total.blank, "blank line"));
    }
    if total.repeated > 0 {
        lines.push(format!("{} with the id of an earlier one", plural(total.repeated, "event")));
    }
    if total.unknown > 0 {
        lines.push(format!("{} of kinds that the playbook does not know:", plural(total.unknown, "event")));
        lines.extend(unknown(accounts).into_iter().map(|line| format!("{INDENT}{line}")));
    }
    if total.outside > 0 {
        lines.push(format!("{} outside the time asked for", plural(total.outside, "event")));
    }
    if total.undelivered > 0 {
        lines.push(format!("{} after the reading ended", plural(total.undelivered, "event")));
    }
    lines
}

fn unknown(accounts: &Accounts) -> Vec<String> {
    let mut kinds: Vec<_> = accounts.unknown.iter().collect();
    kinds.sort_by(|(x, a), (y, b)| b.count.cmp(&a.count).then_with(|| x.cmp(y)));
    let named = |(name, unknown): &(&compact_str::CompactString, &crate::log::Unknown)| {
        let meant = unknown.similar.as_ref().map_or_else(String::new, |kind| format!(" (did you mean `{kind}`?)"));
        format!("{name} {}{meant}", grouped(unknown.count))
    };
    let mut lines: Vec<String> = kinds.iter().take(KINDS).map(named).collect();
    let rest: u64 = kinds.iter().skip(KINDS).map(|(_, unknown)| unknown.count).sum::<u64>() + accounts.more_unknown;
    if rest > 0 {
        lines.push(format!("other kinds {}", grouped(rest)));
    }
    if kinds.iter().any(|(_, unknown)| unknown.similar.is_none()) {
        lines.push("(a kind is declared so: `event NAME for member in group { FIELD: TYPE }`)".to_owned());
    }
    lines
}
