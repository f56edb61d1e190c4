//! The small world of the tests of the semantics, in which the oracle is asked as well.

use crate::case::Case;
use crate::examples::compare;
use crate::original;
use chrono::{NaiveDate, NaiveDateTime};
use qun::engine::{DirectoryMember, Program};
use qun::log::OwnedEvent;
use std::ops::{Deref, DerefMut};

pub use crate::original::errors;

const YEAR: i32 = 2024;

/// A world that remembers what it was made of.
pub struct World {
    inner: original::World,
    case: Case,
    lines: Vec<String>,
    has_members: bool,
}

impl World {
    pub fn new(items: &str) -> World {
        let community = "community { timezone \"Asia/Shanghai\" currency CNY }\n";
        let head = if items.contains("timezone ") { "" } else { community };
        let files = vec![("a.sop".to_owned(), format!("{head}{items}"))];
        let case = Case { files, keep_after_removal: true, ..Case::default() };
        World { inner: original::World::new(items), case, lines: Vec::new(), has_members: false }
    }

    pub fn file(mut self, path: &str, items: &str) -> World {
        self.case.files.push((path.to_owned(), items.to_owned()));
        World { inner: self.inner.file(path, items), ..self }
    }

    pub fn content(mut self, path: &str, text: &str) -> World {
        self.case.contents.insert(path.to_owned(), text.to_owned());
        World { inner: self.inner.content(path, text), ..self }
    }

    pub fn log(mut self, lines: &str) -> World {
        self.lines.extend(split(lines));
        World { inner: self.inner.log(lines), ..self }
    }

    pub fn member(self, id: &str, change: impl FnOnce(&mut DirectoryMember)) -> World {
        World { inner: self.inner.member(id, change), has_members: true, ..self }
    }

    pub fn until(mut self, time: &str) -> World {
        self.case.until = Some(time.to_owned());
        World { inner: self.inner.until(time), ..self }
    }

    pub fn run(self) -> Run {
        let World { inner, mut case, lines, has_members } = self;
        let until = case.until.take();
        let inner = inner.run();
        let zone = inner.program.plan.community.calendar.zone.name().parse().unwrap();
        case.log = lines.iter().enumerate().map(|(n, line)| json(zone, n + 1, line)).collect();
        case.until = until.map(|until| rfc3339(instant(zone, &until)));
        let run = Run { inner, is_sorted: is_sorted(zone, &lines), case, zone, has_members };
        run.compare();
        run
    }

    pub fn parts(self) -> (Program, Vec<OwnedEvent>) {
        self.inner.parts()
    }

    pub fn refused(self) -> String {
        self.inner.refused()
    }
}

/// A run of both.
pub struct Run {
    inner: original::Run,
    case: Case,
    zone: chrono_tz::Tz,
    has_members: bool,
    is_sorted: bool,
}

impl Deref for Run {
    type Target = original::Run;

    fn deref(&self) -> &original::Run {
        &self.inner
    }
}

impl DerefMut for Run {
    fn deref_mut(&mut self) -> &mut original::Run {
        &mut self.inner
    }
}

impl Run {
    pub fn and_log(mut self, lines: &str) -> Run {
        let more = split(lines);
        self.case.log.extend(more.iter().enumerate().map(|(n, line)| json(self.zone, 1000 + n, line)));
        self.case.until = None;
        let run = Run { inner: self.inner.and_log(lines), ..self };
        run.compare();
        run
    }

    pub fn and_until(mut self, time: &str) -> Run {
        self.case.until = Some(rfc3339(instant(self.zone, time)));
        let run = Run { inner: self.inner.and_until(time), ..self };
        run.compare();
        run
    }

    fn compare(&self) {
        // A directory, or a log whose time goes back, is for the engine alone; so is what is never allowed: the engine
        // records that it is deferred again every few hours.
        let never = self.case.files.iter().any(|(_, text)| text.contains("at most 0 per"));
        if self.has_members || !self.is_sorted || never {
            return;
        }
        compare(&self.case);
    }
}

fn split(lines: &str) -> Vec<String> {
    lines.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

fn is_sorted(zone: chrono_tz::Tz, lines: &[String]) -> bool {
    let at = |line: &String| instant(zone, &line.split_whitespace().take(2).collect::<Vec<_>>().join(" "));
    lines.is_sorted_by_key(at)
}

fn rfc3339(ms: i64) -> String {
    chrono::DateTime::from_timestamp_millis(ms).unwrap().to_rfc3339()
}

fn instant(zone: chrono_tz::Tz, text: &str) -> i64 {
    let full = if text.len() > 10 && text.as_bytes()[4] == b'-' { text.to_owned() } else { format!("{YEAR}-{text}") };
    let forms = ["%Y-%m-%d %H:%M:%S%.3f", "%Y-%m-%d %H:%M"];
    let local = forms.iter().find_map(|form| NaiveDateTime::parse_from_str(&full, form).ok());
    let local = local.or_else(|| NaiveDate::parse_from_str(&full, "%Y-%m-%d").ok()?.and_hms_opt(0, 0, 0)).unwrap();
    qun::time::Zone::parse(zone.name()).unwrap().instant(local).ms()
}

fn json(zone: chrono_tz::Tz, number: usize, line: &str) -> String {
    let words: Vec<&str> = line.split_whitespace().collect();
    let at = instant(zone, &format!("{} {}", words[0], words[1]));
    let mut json = serde_json::json!({"id": format!("e{number}"), "at": at, "kind": words[2]});
    for (key, word) in [("group", words[3]), ("member", words[4])] {
        if word != "-" {
            json[key] = word.into();
        }
    }
    for word in &words[5..] {
        let (key, value) = word.split_once('=').unwrap();
        json[key] = match value.strip_prefix('@') {
            Some(time) => instant(zone, &time.replace('T', " ")).into(),
            None => serde_json::from_str(value).unwrap_or_else(|_| value.into()),
        };
    }
    json.to_string()
}
