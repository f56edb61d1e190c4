//! A small world for tests: items of a playbook, a log in short notation, and the decisions in short notation.

use chrono::{NaiveDate, NaiveDateTime};
use qun::check::check;
use qun::check::content::Contents;
use qun::diagnostic::Severity;
use qun::engine::{Decision, Directory, DirectoryMember, Event, Happening, Input, Output, Program, State, step};
use qun::l10n::Lang;
use qun::log::{Decoded, Decoder, OwnedEvent};
use qun::plan::value::Value;
use qun::syntax::source::{Sources, parse};
use qun::time::{Calendar, Instant};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// The year of every date that is written without one; 2024-03-04 is a Monday.
const YEAR: i32 = 2024;

/// Collects a playbook and a log; `run` consumes it.
pub struct World {
    files: Vec<(String, String)>,
    contents: BTreeMap<String, String>,
    events: Vec<String>,
    members: Vec<DirectoryMember>,
    until: Option<String>,
}

impl World {
    /// A playbook of one file in Shanghai, unless the items bring a `community` of their own.
    pub fn new(items: &str) -> World {
        let community = "community { timezone \"Asia/Shanghai\" currency CNY }\n";
        let head = if items.contains("timezone ") { "" } else { community };
        World {
            files: vec![("a.sop".to_owned(), format!("{head}{items}"))],
            contents: BTreeMap::new(),
            events: Vec::new(),
            members: Vec::new(),
            until: None,
        }
    }

    pub fn file(mut self, path: &str, items: &str) -> World {
        self.files.push((path.to_owned(), items.to_owned()));
        self
    }

    pub fn content(mut self, path: &str, text: &str) -> World {
        self.contents.insert(path.to_owned(), text.to_owned());
        self
    }

    /// `03-04 08:00:05 message.posted g1 m1 links=1 text=hi id=e7`, one event a line; `-` for no group or member.
    pub fn log(mut self, lines: &str) -> World {
        self.events.extend(lines.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned));
        self
    }

    pub fn member(mut self, id: &str, change: impl FnOnce(&mut DirectoryMember)) -> World {
        let mut member = DirectoryMember { id: id.into(), ..DirectoryMember::default() };
        change(&mut member);
        self.members.push(member);
        self
    }

    pub fn until(mut self, time: &str) -> World {
        self.until = Some(time.to_owned());
        self
    }

    pub fn run(self) -> Run {
        let program = self.program();
        let calendar = program.plan.community.calendar;
        let decoder = Decoder::new(&program.plan);
        let lines = self.events.iter().enumerate();
        let events: Vec<OwnedEvent> = lines.map(|(i, line)| event(&decoder, &calendar, i + 1, line)).collect();
        let mut run = Run { state: State::new(&program), program, out: Output::default() };
        if !self.members.is_empty() {
            let at = events.first().map_or_else(|| Instant::from_ms(0), |event| event.at);
            let directory = Directory { members: self.members, ..Directory::default() };
            run.step(Input::Start { at, directory: &directory });
        }
        for event in &events {
            run.advance(event.at);
            run.event(&event.event());
        }
        let end = self.until.map(|time| instant(&calendar, &time)).or(events.last().map(|event| event.at));
        run.advance(end.expect("a world has an end"));
        run
    }

    /// The program and the events alone, for what drives the engine by itself.
    pub fn parts(self) -> (Program, Vec<OwnedEvent>) {
        let program = self.program();
        let decoder = Decoder::new(&program.plan);
        let calendar = program.plan.community.calendar;
        let lines = self.events.iter().enumerate();
        let events = lines.map(|(i, line)| event(&decoder, &calendar, i + 1, line)).collect();
        (program, events)
    }

    /// What the checker says of a playbook that it does not take.
    pub fn refused(self) -> String {
        let mut sources = Sources::new();
        for (path, text) in &self.files {
            sources.add(path, text);
        }
        let (tree, errors) = parse(&sources);
        assert!(errors.is_empty(), "syntax: {errors:?}");
        let checked = check(&tree, &sources, &self, Lang::En);
        assert!(checked.plan.is_none(), "the checker takes it");
        checked.diagnostics.iter().map(|diagnostic| format!("{diagnostic:?}\n")).collect()
    }

    fn program(&self) -> Program {
        let mut sources = Sources::new();
        for (path, text) in &self.files {
            sources.add(path, text);
        }
        let (tree, errors) = parse(&sources);
        assert!(errors.is_empty(), "syntax: {errors:?}");
        let checked = check(&tree, &sources, self, Lang::En);
        let plan = checked.plan.unwrap_or_else(|| panic!("check: {:#?}", checked.diagnostics));
        Program::new(plan).expect("a checked plan runs")
    }
}

/// The headlines of what the checker finds wrong with some items.
pub fn errors(items: &str) -> Vec<String> {
    let world = World::new(items);
    let mut sources = Sources::new();
    for (path, text) in &world.files {
        sources.add(path, text);
    }
    let (tree, errors) = parse(&sources);
    assert!(errors.is_empty(), "syntax: {errors:?}");
    let checked = check(&tree, &sources, &world, Lang::En);
    checked.diagnostics.into_iter().filter(|d| d.severity == Severity::Error).map(|d| d.headline).collect()
}

impl Contents for World {
    fn read(&self, path: &str) -> Result<String, String> {
        self.contents.get(path).cloned().ok_or_else(|| "there is no such file".to_owned())
    }
}

fn instant(calendar: &Calendar, text: &str) -> Instant {
    if let Ok(at) = Instant::parse(text) {
        return at;
    }
    let full = if text.len() > 10 && text.as_bytes()[4] == b'-' { text.to_owned() } else { format!("{YEAR}-{text}") };
    let local =
        ["%Y-%m-%d %H:%M:%S%.3f", "%Y-%m-%d %H:%M"].iter().find_map(|f| NaiveDateTime::parse_from_str(&full, f).ok());
    let local = local.or_else(|| NaiveDate::parse_from_str(&full, "%Y-%m-%d").ok()?.and_hms_opt(0, 0, 0));
    calendar.zone.instant(local.unwrap_or_else(|| panic!("a time: {text}")))
}

fn event(decoder: &Decoder, calendar: &Calendar, number: usize, line: &str) -> OwnedEvent {
    let words: Vec<&str> = line.split_whitespace().collect();
    let at = instant(calendar, &format!("{} {}", words[0], words[1]));
    let mut json = serde_json::json!({"id": format!("e{number}"), "at": at.ms(), "kind": words[2]});
    for (key, word) in [("group", words[3]), ("member", words[4])] {
        if word != "-" {
            json[key] = word.into();
        }
    }
    for word in &words[5..] {
        let (key, value) = word.split_once('=').expect("key=value");
        json[key] = match value.strip_prefix('@') {
            Some(time) => instant(calendar, &time.replace('T', " ")).ms().into(),
            None => serde_json::from_str(value).unwrap_or_else(|_| value.into()),
        };
    }
    match decoder.decode(json.to_string().as_bytes()) {
        Ok(Decoded::Event(event)) => event,
        other => panic!("event {json}: {other:?}"),
    }
}

/// What came of it.
pub struct Run {
    pub program: Program,
    pub state: State,
    pub out: Output,
}

impl Run {
    pub fn step(&mut self, input: Input<'_>) {
        step(&self.program, &mut self.state, input, &mut self.out);
    }

    pub fn event(&mut self, event: &Event<'_>) {
        let event = self.resolve(event);
        self.step(Input::Event(event));
    }

    pub fn resolve(&mut self, event: &Event<'_>) -> Happening {
        self.state.resolve(&self.program, event)
    }

    pub fn advance(&mut self, until: Instant) {
        while self.state.next_due().is_some_and(|due| due <= until) {
            self.step(Input::Timer);
        }
    }

    /// More events, after a first look at the decisions (their ids, say).
    pub fn and_log(mut self, lines: &str) -> Run {
        let calendar = self.program.plan.community.calendar;
        let decoder = Decoder::new(&self.program.plan);
        for (i, line) in lines.lines().map(str::trim).filter(|line| !line.is_empty()).enumerate() {
            let event = event(&decoder, &calendar, 1000 + i, line);
            self.advance(event.at);
            self.event(&event.event());
            self.advance(event.at);
        }
        self
    }

    pub fn and_until(mut self, time: &str) -> Run {
        let until = instant(&self.program.plan.community.calendar, time);
        self.advance(until);
        self
    }

    /// `03-04 08:00:05 g1 m1 flood strike done`, with the reason in parentheses.
    pub fn brief(&self) -> Vec<String> {
        self.out.decisions.iter().map(|decision| self.line(decision)).collect()
    }

    /// The brief lines of one item without its name.
    pub fn of(&self, item: &str) -> Vec<String> {
        let mine = self.out.decisions.iter().filter(|decision| self.program.item_name(decision.item) == item);
        mine.map(|decision| self.line(decision).replacen(&format!(" {item} "), " ", 1)).collect()
    }

    /// The times of an item's decisions that were done.
    pub fn times(&self, item: &str) -> Vec<String> {
        let done = |line: &String| line.ends_with(" done");
        self.of(item)
            .into_iter()
            .filter(done)
            .map(|line| line.split(' ').take(2).collect::<Vec<_>>().join(" "))
            .collect()
    }

    /// The texts said, in order.
    pub fn texts(&self) -> Vec<String> {
        self.out.decisions.iter().filter_map(|decision| self.arg(decision, "text")).collect()
    }

    /// One argument of each decision of an item.
    pub fn args(&self, item: &str, name: &str) -> Vec<String> {
        let mine = self.out.decisions.iter().filter(|decision| self.program.item_name(decision.item) == item);
        mine.map(|decision| self.arg(decision, name).unwrap_or_default()).collect()
    }

    /// The id of an item's decision, by position from 0.
    pub fn id(&self, item: &str, position: usize) -> String {
        let mut mine = self.out.decisions.iter().filter(|decision| self.program.item_name(decision.item) == item);
        mine.nth(position).expect("a decision at this position").id.to_string()
    }

    /// `mute for_s=60`: the actions of an item, each with all its arguments.
    pub fn full(&self, item: &str) -> Vec<String> {
        let mine = self.out.decisions.iter().filter(|decision| self.program.item_name(decision.item) == item);
        let args = |d: &Decision| d.args.iter().map(|(k, v)| format!(" {k}={}", self.show(v))).collect::<String>();
        mine.map(|decision| format!("{}{}", self.program.name(decision.action), args(decision))).collect()
    }

    /// The decisions of an item as they are written out.
    pub fn json(&self, item: &str) -> Vec<serde_json::Value> {
        let recorder = qun::simulate::Recorder::new(&self.program, &self.state);
        let mine = self.out.decisions.iter().filter(|decision| self.program.item_name(decision.item) == item);
        let write = |decision| {
            let mut json = String::new();
            recorder.decision(&mut json, decision);
            serde_json::from_str(&json).expect("a decision is JSON")
        };
        mine.map(write).collect()
    }

    pub fn arg(&self, decision: &Decision, name: &str) -> Option<String> {
        decision.args.iter().find(|(label, _)| label == name).map(|(_, value)| self.show(value))
    }

    pub fn show(&self, value: &Value) -> String {
        match value {
            Value::Text(text) => text.to_string(),
            Value::Name(name) => self.program.name(*name).to_owned(),
            Value::Number(n) | Value::Money(n) => n.normalize().to_string(),
            Value::Duration(during) => Decimal::new(during.ms(), 3).normalize().to_string(),
            Value::Tier(tiers, level) => self.program.tier_name(*tiers, *level).to_owned(),
            Value::Member(member) => self.state.member_text(*member).to_owned(),
            Value::Group(group) => self.state.group_text(*group).to_owned(),
            Value::Time(at) => self.time(*at),
            other => format!("{other:?}"),
        }
    }

    fn time(&self, at: Instant) -> String {
        let local = self.program.plan.community.calendar.zone.local(at);
        let text = local.format("%m-%d %H:%M:%S").to_string();
        text.strip_suffix(":00").map_or(text.clone(), str::to_owned)
    }

    fn line(&self, decision: &Decision) -> String {
        let group = decision.keys.group.map_or("-", |group| self.state.group_text(group));
        let member = decision.keys.member.map_or("-", |member| self.state.member_text(member));
        let at = self.time(decision.at);
        let item = self.program.item_name(decision.item);
        let action = self.program.name(decision.action);
        let status = decision.status.word();
        let reason = decision.reason.map(|reason| format!(" ({})", reason.text(|name| self.program.name(name))));
        format!("{at} {group} {member} {item} {action} {status}{}", reason.unwrap_or_default())
    }
}
