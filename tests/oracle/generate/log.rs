//! A log that suits a playbook: what it waits for, at the very times that it names.

use super::book::Book;
use super::kinds::Field;
use super::marks::part;
use super::types::{Carry, Sort, Ty};
use super::words::{CLASSES, KINDS, POINTS, ROLES, TAGS, TEXTS};
use chrono::{DateTime, NaiveDateTime, TimeZone};
use chrono_tz::Tz;

const DAY: i64 = 86_400_000;

impl Book {
    fn zone(&self) -> Tz {
        self.place.zone.parse().expect("a zone")
    }

    /// The first moment that shows this local time, or the first after a gap over it.
    fn instant(&self, local: NaiveDateTime) -> i64 {
        let zone = self.zone();
        (0..8)
            .find_map(|quarter| zone.from_local_datetime(&(local + chrono::Duration::minutes(15 * quarter))).earliest())
            .map_or_else(|| local.and_utc().timestamp_millis(), |at| at.timestamp_millis())
    }

    fn local(&self, at: i64) -> NaiveDateTime {
        DateTime::from_timestamp_millis(at).expect("a time").with_timezone(&self.zone()).naive_local()
    }

    /// The next time after `at` at which local clocks show this.
    fn next_clock(&self, at: i64, clock: &str) -> i64 {
        let time = chrono::NaiveTime::parse_from_str(clock, "%H:%M").expect("a time of day");
        let day = self.local(at).date();
        (0..3)
            .map(|n| self.instant((day + chrono::Duration::days(n)).and_time(time)))
            .find(|found| *found > at)
            .unwrap_or(at + DAY)
    }

    /// As a log writes it.
    pub fn written(&mut self, at: i64) -> String {
        let time = DateTime::from_timestamp_millis(at).expect("a time");
        if at % 1000 != 0 || self.d.chance(10) {
            return at.to_string();
        }
        match self.d.below(3) {
            0 => format!("\"{}\"", time.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)),
            _ => format!("\"{}\"", time.with_timezone(&self.zone()).to_rfc3339()),
        }
    }

    /// Lines with their times, and where the clock stops if not at the last of them.
    pub fn log(&mut self) -> (Vec<(i64, String)>, Option<i64>) {
        let horizon =
            if self.dense { self.d.weighted(&[(2, DAY / 2), (2, DAY), (1, 2 * DAY)]) } else { self.horizon() };
        let day: chrono::NaiveDate = self.day.parse().expect("a day");
        let midnight = self.instant(day.and_hms_opt(0, 0, 0).expect("midnight"));
        let start = match self.d.below(5) {
            0 => midnight,
            1 => midnight - DAY + self.d.between(0, 24) * 3_600_000,
            _ => midnight - self.d.between(0, 40) * 3_600_000 - self.d.between(0, 59) * 60_000,
        };
        let many = self.d.weighted(&[(25, 10), (40, 22), (25, 40), (10, 60)]);
        let many = self.d.between(5, many) as usize;
        let times = self.times(start, horizon, many);
        let mut lines = Vec::new();
        let joins = self.d.chance(65);
        for (position, at) in times.iter().enumerate() {
            let joining = joins && position < self.members.len() + 1;
            let kind = if joining { self.kind("member.joined") } else { self.told_kind() };
            let line = self.line(position, *at, kind);
            lines.push((*at, line));
        }
        let last = times.last().copied().unwrap_or(start);
        let most = if self.dense { DAY } else { 12 * DAY };
        let until = match self.d.below(10) {
            0..3 => None,
            3 => Some(self.next_clock(last, "00:00")),
            4 | 5 => Some(last + self.d.one(&self.spans).1.min(most)),
            6 => Some(last + self.d.one(&self.spans).1.min(most) + 1),
            _ => Some(last + self.d.between(1, most / 3_600_000) * 3_600_000),
        };
        (lines, until)
    }

    fn horizon(&mut self) -> i64 {
        let longest = self.spans.iter().map(|(_, ms)| *ms).max().unwrap_or(DAY);
        self.d.weighted(&[(3, DAY), (4, 3 * DAY), (4, 10 * DAY), (3, 2 * longest), (1, 40 * DAY)]).min(40 * DAY)
    }

    fn times(&mut self, start: i64, horizon: i64, many: usize) -> Vec<i64> {
        let mut times = vec![start];
        while times.len() < many {
            let any = *self.d.one(&times);
            let last = times[times.len() - 1];
            let span = self.d.one(&self.spans).1;
            let at = match self.d.below(100) {
                0..24 => last + self.d.one(&[0, 1_000, 1_000, 5_000, 9_999, 10_000, 60_000, 600_000]),
                24..50 => any + span + self.d.weighted(&[(70, 0), (8, -1), (8, 1), (7, 1_000), (7, -1_000)]),
                50..58 => any,
                58..68 => self.next_clock(any, "00:00") + self.d.weighted(&[(6, 0), (1, -1), (1, 1), (2, 3_600_000)]),
                68..80 => {
                    let clock = self.clock();
                    self.next_clock(any, clock) + self.d.weighted(&[(7, 0), (1, -1), (1, 1), (1, 60_000)])
                }
                80..86 => {
                    let day: chrono::NaiveDate = self.day.parse().expect("a day");
                    let hour = self.d.pick(&["00:00", "00:30", "01:00", "01:30", "01:45", "02:00", "02:30", "03:00"]);
                    let time = chrono::NaiveTime::parse_from_str(hour, "%H:%M").expect("a time of day");
                    let first = self.instant(day.and_time(time));
                    // A local time that is shown twice comes again an hour later.
                    first + self.d.weighted(&[(3, 0), (1, 3_600_000), (1, 1_800_000)])
                }
                _ => last + self.d.between(0, (horizon / 3_600_000).clamp(1, 48)) * 1_800_000,
            };
            times.push(if (start..=start + horizon).contains(&at) {
                at
            } else {
                any + self.d.between(0, 3_600) * 1_000
            });
        }
        times.sort_unstable();
        times.truncate(many);
        let end = start + horizon + DAY;
        times.retain(|at| *at <= end);
        times
    }

    fn told_kind(&mut self) -> usize {
        let recorded = |book: &Book, from: &[usize]| -> Vec<usize> {
            from.iter().copied().filter(|kind| book.kinds[*kind].recorded).collect()
        };
        let awaited = recorded(self, &self.awaited.clone());
        let name = match self.d.below(100) {
            0..42 if !awaited.is_empty() => return *self.d.one(&awaited),
            0..68 => return *self.d.one(&self.hot),
            68..75 => "member.joined",
            75..80 => "member.left",
            80 => "member.removed",
            81 => "member.banned",
            82..86 => "role.granted",
            86 => "role.revoked",
            87 => "group.created",
            88 => "member.updated",
            89 if self.d.chance(40) => "group.closed",
            90 => "member.renamed",
            91 => "appeal.filed",
            _ => {
                let all: Vec<usize> = (0..self.kinds.len()).collect();
                let all = recorded(self, &all);
                return *self.d.one(&all);
            }
        };
        self.kind(name)
    }

    fn line(&mut self, position: usize, at: i64, kind: usize) -> String {
        let found = self.kinds[kind].clone();
        let mut text = format!("{{\"id\":\"e{position}\",\"at\":{},\"kind\":\"{}\"", self.written(at), found.name);
        let there = |book: &mut Book, carry: Carry, percent: usize| match carry {
            Carry::Never => false,
            Carry::Always => true,
            Carry::Maybe => book.d.chance(percent),
        };
        if there(self, found.group, 75) {
            let group = self.d.pick(&self.groups.clone());
            text.push_str(&format!(",\"group\":\"{group}\""));
        }
        if there(self, found.member, 80) {
            let member = self.d.pick(&self.members.clone());
            text.push_str(&format!(",\"member\":\"{member}\""));
        }
        for field in &found.fields {
            let leave_out = if field.optional { 42 } else { 0 };
            if self.d.chance(leave_out) {
                continue;
            }
            if let Some(value) = self.field_value(field, &found.name, at) {
                let given = format!(",\"{}\":{value}", field.name);
                text.push_str(&if field.optional { part(given) } else { given });
            }
        }
        text.push('}');
        text
    }

    fn field_value(&mut self, field: &Field, kind: &str, at: i64) -> Option<String> {
        let quoted = |word: &str| format!("\"{word}\"");
        Some(match field.ty {
            Ty::Bool => self.d.pick(&["true", "false"]).to_owned(),
            Ty::Number if field.name == "capacity" => self.d.between(1, 5).to_string(),
            Ty::Number => self.d.pick(&["0", "1", "1", "2", "3", "4", "0.5", "2.5", "10"]).to_owned(),
            Ty::Percent => self.d.pick(&["0.2", "0.5", "1", "0.125"]).to_owned(),
            Ty::Money => self.d.pick(&["1", "5", "9.9", "100", "199.95", "500"]).to_owned(),
            Ty::Duration => {
                let (text, ms) = *self.d.one(&self.spans);
                if self.d.chance(50) { quoted(text) } else { (ms / 1000).to_string() }
            }
            Ty::Time => {
                let span = self.d.one(&self.spans).1;
                let offset = self.d.weighted(&[(5, span), (2, -span), (2, 0), (2, 2 * span), (1, DAY)]);
                self.written(at + offset)
            }
            Ty::Text if field.name == "content" || field.name == "message" => match self.word(Sort::Message) {
                Some(message) if self.d.chance(80) => quoted(&message),
                _ => quoted("e1"),
            },
            Ty::Text if matches!(kind, "appeal.decided" | "approval.decided" | "task.done") => quoted("e0"),
            Ty::Text if field.name == "plan" || field.name == "live" => quoted(self.d.pick(&["a", "b"])),
            Ty::Text => quoted(self.d.pick(&TEXTS)),
            Ty::List => format!("[\"{}\",\"{}\"]", self.d.pick(&TEXTS), self.d.pick(&TEXTS)),
            Ty::Member => {
                let members = self.members.clone();
                let stranger = self.d.chance(8);
                quoted(if stranger { "nobody" } else { self.d.pick(&members) })
            }
            Ty::Group => {
                let groups = self.groups.clone();
                quoted(self.d.pick(&groups))
            }
            Ty::Name(_) if self.d.chance(6) => quoted("undeclared"),
            Ty::Name(Sort::Kind) => quoted(self.d.pick(&KINDS)),
            Ty::Name(Sort::Role) => quoted(self.d.pick(&ROLES)),
            Ty::Name(Sort::Tag) => quoted(self.d.pick(&TAGS)),
            Ty::Name(Sort::Class) => quoted(self.d.pick(&CLASSES)),
            Ty::Name(Sort::Points) => quoted(self.d.pick(&POINTS)),
            Ty::Name(Sort::Task) => quoted(&self.word(Sort::Task)?),
            Ty::Name(_) => return None,
            Ty::Tier(_) => {
                quoted(&self.literal(Ty::Tier(None), &super::types::Env::of(super::types::Scope::Community))?)
            }
        })
    }

    // ---- the directory ------------------------------------------------------------------------------------------------

    /// Who is there at the start, as YAML; only with fields that the playbook declares.
    pub fn directory(&mut self, declared: &dyn Fn(&str, &str) -> bool) -> String {
        let mut text = String::from("groups:\n");
        for group in self.groups.clone() {
            let mut fields = String::new();
            for (key, values) in [
                ("kind", KINDS.as_slice()),
                ("name", &["Readers", "读者"]),
                ("capacity", &["1", "2", "3", "5"]),
                ("owner", &["m1", "m2"]),
                ("topic", &["tea", "a"]),
                ("city", &["a", "Bo"]),
                ("mood", CLASSES.as_slice()),
                ("open", &["true", "false"]),
            ] {
                if self.d.chance(45) && (["name", "capacity", "owner"].contains(&key) || declared(key, "group")) {
                    fields.push_str(&part(format!("    {key}: {}\n", self.d.pick(values))));
                }
            }
            text.push_str(&part(format!("  {group}:\n{fields}")));
        }
        text.push_str("members:\n");
        for member in self.members.clone() {
            let mut fields = String::new();
            for (key, values) in [
                ("name", ["Wang", "Li Li", "老王"].as_slice()),
                ("roles", &["[owner]", "[admin]", "[crew, admin]"]),
                ("city", &["a", "tea"]),
                ("score", &["1", "2.5"]),
                ("cash", &["5", "199.95"]),
                ("share", &["0.2", "0.5"]),
                ("mate", &["m1", "ann"]),
                ("best", TAGS.as_slice()),
            ] {
                if self.d.chance(35) && (["name", "roles"].contains(&key) || declared(key, "member")) {
                    fields.push_str(&part(format!("    {key}: {}\n", self.d.pick(values))));
                }
            }
            let mut groups = String::new();
            for group in self.groups.clone() {
                if self.d.chance(60) {
                    let about =
                        self.d.pick(&["", " { name: Card }", " { roles: [admin] }", " { name: X, roles: [owner] }"]);
                    groups.push_str(&part(format!("      {group}:{about}\n")));
                }
            }
            if !groups.is_empty() {
                fields.push_str(&part(format!("    groups:\n{groups}")));
            }
            text.push_str(&part(format!("  {member}:\n{fields}")));
        }
        text
    }
}
