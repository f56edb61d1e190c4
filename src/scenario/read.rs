//! A file of scenarios: YAML becomes scenarios, and each scenario its cases.

use super::clock::{self, Clock};
use super::lexicon::Lexicon;
use super::lines::{Expect, Happens, MAX_EVENTS, Probe, Reader, Whom};
use super::mistake::{Mistake, Wrong};
use super::words::{self, Line};
use super::{MAX_FILE, MAX_SCENARIOS};
use crate::diagnostic::Diagnostic;
use crate::engine::{Directory, Program};
use crate::log::yaml::{self, Content, Node, Place};
use crate::log::{Decoder, read_directory, read_directory_node};
use crate::plan::ids::ItemId;
use crate::syntax::source::Sources;
use crate::syntax::span::{FileId, Span};
use crate::time::{Instant, Zone};
use std::collections::{BTreeMap, BTreeSet};

/// A scenario: what happens, and what must come of it.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// What it says must hold.
    pub name: String,
    /// Where its name stands.
    pub span: Span,
    /// When it starts.
    pub clock: Clock,
    /// Who is there at the start.
    pub directory: Directory,
    /// Whose decisions are looked at; those of every item, where it is not said.
    pub watch: Option<BTreeSet<ItemId>>,
    /// Whether decisions that nobody asks for are in order.
    pub others: bool,
    /// One for each row of its table; one, where it has none.
    pub cases: Vec<Case>,
}

/// A scenario with the values of one row.
#[derive(Clone, Debug)]
pub struct Case {
    /// The row, for people; none where there is no table.
    pub row: Option<String>,
    /// In order of time.
    pub events: Vec<Happens>,
    /// In the order of the file.
    pub expects: Vec<Expect>,
    /// In order of time.
    pub probes: Vec<Probe>,
    /// When the clock stops.
    pub end: Instant,
}

/// Where files that a scenario names are read from.
pub trait Files {
    /// The text of a file, by its path relative to the folder of the scenarios.
    ///
    /// # Errors
    /// Says why it cannot be read.
    fn read(&self, path: &str) -> Result<String, String>;
}

/// A row of the table.
struct Row {
    span: Span,
    cells: BTreeMap<String, String>,
    shown: String,
}

/// A scenario as it is written.
#[derive(Default)]
struct Draft {
    events: Vec<Line>,
    expect: Vec<Line>,
    state: Vec<Line>,
    rows: Vec<Row>,
}

const KEYS: [&str; 10] =
    ["scenario", "start", "zone", "directory", "watch", "others", "events", "expect", "state", "cases"];

/// Reads a file of scenarios that has been added to the sources.
///
/// # Errors
/// All mistakes, in the order of the file; of mistakes in the YAML itself only the first.
pub fn read(
    file: FileId,
    sources: &mut Sources,
    program: &Program,
    files: &dyn Files,
) -> Result<Vec<Scenario>, Vec<Diagnostic>> {
    let text = sources.text(file).to_owned();
    let whole = |mistake| vec![Wrong::new(Span { file, start: 0, end: 0 }, mistake).diagnostic()];
    if text.len() > MAX_FILE {
        return Err(whole(Mistake::TooLarge));
    }
    let tree = match yaml::parse(&text) {
        Ok(tree) => tree,
        Err((at, why)) => return Err(vec![Wrong::new(span(file, at), Mistake::Yaml(why)).diagnostic()]),
    };
    let decoder = Decoder::new(&program.plan);
    let lexicon = Lexicon { program };
    let mut reading = Reading { file, text: &text, sources, lexicon, decoder: &decoder, files, wrong: Vec::new() };
    let scenarios = reading.file(&tree);
    if reading.wrong.is_empty() {
        return Ok(scenarios);
    }
    let mut wrong = reading.wrong;
    wrong.sort_by_key(|diagnostic| diagnostic.labels.first().map(|(span, _)| *span));
    wrong.dedup();
    Err(wrong)
}

fn span(file: FileId, at: Place) -> Span {
    Span { file, start: at.start, end: at.end }
}

struct Reading<'a> {
    file: FileId,
    text: &'a str,
    sources: &'a mut Sources,
    lexicon: Lexicon<'a>,
    decoder: &'a Decoder,
    files: &'a dyn Files,
    wrong: Vec<Diagnostic>,
}

impl Reading<'_> {
    fn tell(&mut self, at: Span, mistake: Mistake) {
        self.wrong.push(Wrong::new(at, mistake).diagnostic());
    }

    fn at(&self, node: &Node) -> Span {
        span(self.file, node.place)
    }

    fn file(&mut self, tree: &Node) -> Vec<Scenario> {
        let nodes = match &tree.content {
            Content::List(nodes) => nodes.as_slice(),
            _ => std::slice::from_ref(tree),
        };
        if nodes.len() > MAX_SCENARIOS {
            self.tell(self.at(tree), Mistake::TooMany { what: "scenarios", most: MAX_SCENARIOS });
        }
        nodes.iter().filter_map(|node| self.scenario(node)).collect()
    }

    fn scenario(&mut self, node: &Node) -> Option<Scenario> {
        let Content::Map(pairs) = &node.content else {
            self.tell(self.at(node), Mistake::NoScenario);
            return None;
        };
        let keys = self.keys(pairs);
        let (name_key, name) = self.must(node, &keys, "scenario")?;
        let span = self.at(name_key).to(self.at(name));
        let name = self.word(name, "scenario")?;
        let zone = self.zone(&keys)?;
        let (_, start) = self.must(node, &keys, "start")?;
        let clock = Clock { start: self.start(start, zone)?, zone };
        let directory = self.directory(&keys);
        let watch = keys.get("watch").map(|(_, node)| self.watch(node));
        let others = keys.get("others").is_some_and(|(_, node)| self.others(node));
        let draft = Draft {
            events: self.lines(&keys, "events"),
            expect: self.lines(&keys, "expect"),
            state: self.lines(&keys, "state"),
            rows: keys.get("cases").map(|(_, node)| self.rows(node)).unwrap_or_default(),
        };
        if !keys.contains_key("expect") && !keys.contains_key("state") {
            self.tell(span, Mistake::Missing("expect"));
        }
        let cases = self.cases(&draft, clock, &directory);
        Some(Scenario { name, span, clock, directory, watch, others, cases })
    }

    /// The pairs of a scenario by their keys.
    fn keys<'n>(&mut self, pairs: &'n [(Node, Node)]) -> BTreeMap<&'n str, (&'n Node, &'n Node)> {
        let mut keys = BTreeMap::new();
        for (key, value) in pairs {
            let word = key.text().unwrap_or_default();
            if !KEYS.contains(&word) {
                let known = KEYS.iter().map(|key| (*key).to_owned()).collect();
                self.tell(self.at(key), Mistake::Unknown { what: "key of a scenario", word: word.to_owned(), known });
            } else if keys.insert(word, (key, value)).is_some() {
                self.tell(self.at(key), Mistake::Repeated(word.to_owned()));
            }
        }
        keys
    }

    fn must<'n>(
        &mut self,
        of: &Node,
        keys: &BTreeMap<&'n str, (&'n Node, &'n Node)>,
        key: &'static str,
    ) -> Option<(&'n Node, &'n Node)> {
        let found = keys.get(key).copied();
        if found.is_none() {
            // The first line is enough to show which scenario is meant.
            self.tell(self.rest_of_line(self.at(of)), Mistake::Missing(key));
        }
        found
    }

    fn word(&mut self, node: &Node, key: &'static str) -> Option<String> {
        let text = node.text().filter(|text| !text.trim().is_empty()).map(str::to_owned);
        if text.is_none() {
            self.tell(self.at(node), Mistake::Form { key, wanted: "a text" });
        }
        text
    }

    fn zone(&mut self, keys: &BTreeMap<&str, (&Node, &Node)>) -> Option<Zone> {
        let Some((_, node)) = keys.get("zone") else {
            return Some(self.lexicon.program.plan.community.calendar.zone);
        };
        let word = self.word(node, "zone")?;
        let zone = Zone::parse(&word);
        if zone.is_none() {
            let known = Zone::names().map(str::to_owned).collect();
            self.tell(self.at(node), Mistake::Unknown { what: "time zone", word, known });
        }
        zone
    }

    fn start(&mut self, node: &Node, zone: Zone) -> Option<Instant> {
        let text = self.word(node, "start")?;
        let at = Instant::parse(&text).ok().or_else(|| clock::local(&text, zone));
        if at.is_none() {
            let help = "write `2026-03-01 09:00`, a time in the zone of the scenario".to_owned();
            self.tell(self.at(node), Mistake::Time { text, help });
        }
        at
    }

    fn directory(&mut self, keys: &BTreeMap<&str, (&Node, &Node)>) -> Directory {
        let Some((_, node)) = keys.get("directory") else { return Directory::default() };
        let plan = &self.lexicon.program.plan;
        let (file, read) = match node.text() {
            None => (self.file, read_directory_node(node, plan)),
            Some(path) => match self.files.read(path) {
                Ok(text) => (self.sources.add(path, text.as_str()), read_directory(&text, plan)),
                Err(why) => {
                    self.tell(self.at(node), Mistake::File { path: path.to_owned(), why });
                    return Directory::default();
                }
            },
        };
        read.unwrap_or_else(|errors| {
            self.wrong.extend(errors.iter().map(|error| error.diagnostic(file)));
            Directory::default()
        })
    }

    fn watch(&mut self, node: &Node) -> BTreeSet<ItemId> {
        let nodes = match &node.content {
            Content::List(nodes) => nodes.as_slice(),
            _ => std::slice::from_ref(node),
        };
        let mut items = BTreeSet::new();
        for node in nodes {
            let Some(word) = self.word(node, "watch") else { continue };
            match self.lexicon.item(&word) {
                Some(item) => drop(items.insert(item)),
                None => {
                    let known = self.lexicon.items();
                    self.tell(self.at(node), Mistake::Unknown { what: "item", word, known });
                }
            }
        }
        items
    }

    fn others(&mut self, node: &Node) -> bool {
        match node.text() {
            Some("allowed") => return true,
            Some("forbidden") => {}
            _ => self.tell(self.at(node), Mistake::Form { key: "others", wanted: "`allowed` or `forbidden`" }),
        }
        false
    }

    // ---- lines --------------------------------------------------------------------------------------------------

    fn lines(&mut self, keys: &BTreeMap<&str, (&Node, &Node)>, key: &'static str) -> Vec<Line> {
        let Some((_, node)) = keys.get(key) else { return Vec::new() };
        let nodes = match &node.content {
            Content::List(nodes) => nodes.as_slice(),
            Content::Nothing => &[],
            _ => {
                self.tell(self.at(node), Mistake::Form { key, wanted: "a list of lines" });
                &[]
            }
        };
        nodes.iter().filter_map(|node| self.line(node, key)).collect()
    }

    fn line(&mut self, node: &Node, key: &'static str) -> Option<Line> {
        let at = self.at(node);
        let Some(text) = node.text() else {
            match &node.content {
                Content::Map(_) => self.tell(self.rest_of_line(at), Mistake::LineIsMap),
                _ => self.tell(at, Mistake::Form { key, wanted: "lines of text" }),
            }
            return None;
        };
        let (at, exact) = self.within(at, text);
        match words::split(text, at, exact) {
            Ok(line) => Some(line),
            Err(wrong) => {
                self.wrong.push(wrong.diagnostic());
                None
            }
        }
    }

    /// From where something begins to the end of its line.
    fn rest_of_line(&self, at: Span) -> Span {
        let rest = self.text.get(at.start as usize..).and_then(|text| text.lines().next()).unwrap_or_default();
        Span { end: at.start + u32::try_from(rest.trim_end().len()).unwrap_or_default(), ..at }
    }

    /// Where the text of a scalar stands, without quotes; and whether it stands there byte for byte.
    fn within(&self, at: Span, text: &str) -> (Span, bool) {
        let stands = |start: u32| {
            let end = start + u32::try_from(text.len()).unwrap_or_default();
            let there = self.text.get(start as usize..end as usize) == Some(text);
            there.then_some(Span { start, end, ..at })
        };
        match stands(at.start).or_else(|| stands(at.start + 1)) {
            Some(span) => (span, true),
            None => (at, false),
        }
    }

    // ---- the table ----------------------------------------------------------------------------------------------

    fn rows(&mut self, node: &Node) -> Vec<Row> {
        let Content::List(nodes) = &node.content else {
            self.tell(self.at(node), Mistake::Form { key: "cases", wanted: "a list of rows such as `- { count: 5 }`" });
            return Vec::new();
        };
        let rows: Vec<Row> = nodes.iter().filter_map(|node| self.row(node)).collect();
        let columns: BTreeSet<&String> = rows.iter().flat_map(|row| row.cells.keys()).collect();
        let missing: Vec<(Span, String)> = rows
            .iter()
            .flat_map(|row| columns.iter().map(move |column| (row, *column)))
            .filter(|(row, column)| !row.cells.contains_key(*column))
            .map(|(row, column)| (row.span, column.clone()))
            .collect();
        missing.into_iter().for_each(|(at, column)| self.tell(at, Mistake::Uneven(column)));
        rows
    }

    fn row(&mut self, node: &Node) -> Option<Row> {
        let Content::Map(pairs) = &node.content else {
            self.tell(self.at(node), Mistake::Form { key: "cases", wanted: "rows such as `- { count: 5 }`" });
            return None;
        };
        let (mut cells, mut shown) = (BTreeMap::new(), Vec::new());
        for (key, value) in pairs {
            let name = key.text().unwrap_or_default().to_owned();
            let Some(text) = value.text() else {
                self.tell(self.at(value), Mistake::Form { key: "cases", wanted: "a text or a number in each cell" });
                continue;
            };
            shown.push(format!("{name}: {text}"));
            if cells.insert(name.clone(), text.to_owned()).is_some() {
                self.tell(self.at(key), Mistake::Repeated(name));
            }
        }
        Some(Row { span: self.at(node), cells, shown: shown.join(", ") })
    }

    fn cases(&mut self, draft: &Draft, clock: Clock, directory: &Directory) -> Vec<Case> {
        if draft.rows.is_empty() {
            return self.case(draft, None, clock, directory).into_iter().collect();
        }
        self.unused(draft);
        draft.rows.iter().filter_map(|row| self.case(draft, Some(row), clock, directory)).collect()
    }

    /// Columns that no line names.
    fn unused(&mut self, draft: &Draft) {
        let Some(first) = draft.rows.first() else { return };
        for column in first.cells.keys() {
            let name = format!("<{column}>");
            let lines = draft.events.iter().chain(&draft.expect).chain(&draft.state);
            if !lines.flat_map(|line| &line.words).any(|word| word.text.contains(&name)) && column != "case" {
                self.tell(first.span, Mistake::UnusedColumn(column.clone()));
            }
        }
    }

    fn case(&mut self, draft: &Draft, row: Option<&Row>, clock: Clock, directory: &Directory) -> Option<Case> {
        let reader = Reader { lexicon: self.lexicon, clock, decoder: self.decoder };
        let before = self.wrong.len();
        let mut events: Vec<Happens> = self.all(&draft.events, row, |line| reader.events(line));
        let expects: Vec<Expect> = self.all(&draft.expect, row, |line| reader.expects(line));
        let mut probes: Vec<Probe> = self.all(&draft.state, row, |line| reader.probes(line));
        if events.len() > MAX_EVENTS {
            let at = draft.events.first().map(|line| line.span).unwrap_or_default();
            self.tell(at, Mistake::TooMany { what: "events", most: MAX_EVENTS });
        }
        events.sort_by_key(|event| event.at);
        probes.sort_by_key(|probe| probe.at);
        let end = events.last().map_or(clock.start, |event| event.at);
        let case = Case { row: row.map(|row| row.shown.clone()), events, expects, probes, end };
        self.sound(&case, clock, directory);
        (self.wrong.len() == before).then_some(case)
    }

    fn all<T>(&mut self, lines: &[Line], row: Option<&Row>, read: impl Fn(&Line) -> Result<Vec<T>, Wrong>) -> Vec<T> {
        let mut all = Vec::new();
        for line in lines {
            match self.filled(line, row).and_then(|line| read(&line)) {
                Ok(some) => all.extend(some),
                Err(wrong) => self.wrong.push(wrong.diagnostic()),
            }
        }
        all
    }

    /// A line with the values of a row.
    fn filled(&self, line: &Line, row: Option<&Row>) -> Result<Line, Wrong> {
        let Some(row) = row else { return Ok(line.clone()) };
        let mut filled = line.clone();
        for word in &mut filled.words {
            for (column, value) in &row.cells {
                word.text = word.text.replace(&format!("<{column}>"), value);
            }
            if let Some(name) = hole(&word.text).filter(|name| !matches!(*name, "n" | "member")) {
                let known = row.cells.keys().cloned().collect();
                let mistake = Mistake::Unknown { what: "column", word: name.to_owned(), known };
                return Err(Wrong::new(word.span, mistake));
            }
        }
        Ok(filled)
    }

    /// Whoever is asked about occurs, and nothing is asked after the end.
    fn sound(&mut self, case: &Case, clock: Clock, directory: &Directory) {
        let (members, groups) = self.who(case, directory);
        // What must not happen may lie anywhere.
        let end = |expect: &Expect| if expect.times == 0 { case.end } else { expect.at };
        // In a row that expects nothing of somebody, nobody need be there.
        let vain = |expect: &Expect| expect.times == 0 && case.row.is_some();
        let expects = case.expects.iter().map(|expect| (expect.span, end(expect), &expect.whom, vain(expect)));
        let probes = case.probes.iter().map(|probe| (probe.span, probe.at, &probe.whom, false));
        let mut wrong = Vec::new();
        for (span, at, whom, vain) in expects.chain(probes) {
            let Whom { group, member } = whom;
            for (what, id, known) in [("group", group, &groups), ("member", member, &members)] {
                if let Some(id) = id.as_ref().filter(|id| !known.contains(*id) && !vain) {
                    let known = known.iter().cloned().collect();
                    wrong.push(Wrong::new(span, Mistake::Nobody { what, id: id.clone(), known }));
                }
            }
            if at > case.end {
                wrong.push(Wrong::new(span, Mistake::AfterEnd { end: clock.shown(case.end) }));
            }
        }
        self.wrong.extend(wrong.iter().map(Wrong::diagnostic));
    }

    /// The members and the groups that occur.
    fn who(&self, case: &Case, directory: &Directory) -> (BTreeSet<String>, BTreeSet<String>) {
        let (mut members, mut groups) = (BTreeSet::new(), BTreeSet::new());
        for (what, id) in case.events.iter().flat_map(|event| event.names(self.lexicon)) {
            if what == "group" { &mut groups } else { &mut members }.insert(id.to_owned());
        }
        groups.extend(directory.groups.iter().map(|group| group.id.to_string()));
        members.extend(directory.groups.iter().filter_map(|group| Some(group.owner.as_ref()?.to_string())));
        for member in &directory.members {
            members.insert(member.id.to_string());
            groups.extend(member.groups.iter().map(|membership| membership.group.to_string()));
        }
        (members, groups)
    }
}

/// The name in a word's first `<name>`.
fn hole(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once('<')?;
    let (name, _) = rest.split_once('>')?;
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-');
    is_name.then_some(name)
}
