//! Lines of a scenario become events, expectations and questions to the state.

use super::clock::{self, Clock};
use super::lexicon::{Lexicon, Topic, holds_id, may_have};
use super::mistake::{Mistake, Wrong};
use super::words::{Line, Sign, Word};
use crate::engine::Status;
use crate::log::{Decoded, Decoder};
use crate::plan::ids::ItemId;
use crate::plan::{EventKind, FieldType};
use crate::syntax::span::Span;
use crate::time::{Duration, Instant, TimeOfDay};
use serde_json::{Map, Value as Json};

/// The most events of one scenario.
pub(super) const MAX_EVENTS: usize = 100_000;

/// Something that happens, or only time that passes.
#[derive(Clone, Debug)]
pub struct Happens {
    /// When.
    pub at: Instant,
    /// The line.
    pub span: Span,
    /// The event as a line of a log, without its id; none where only time passes.
    pub event: Option<Map<String, Json>>,
    /// Fields that hold the id of a decision.
    pub decisions: Vec<(String, Named)>,
}

/// A decision by its name: `^remove`, `^remove(m1)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Its action.
    pub action: String,
    /// Whom it is about.
    pub member: Option<String>,
    /// Where it is named.
    pub span: Span,
}

/// Whom something is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Whom {
    /// The group's id.
    pub group: Option<String>,
    /// The member's id.
    pub member: Option<String>,
}

/// A decision that must come.
#[derive(Clone, Debug)]
pub struct Expect {
    /// The line.
    pub span: Span,
    /// When.
    pub at: Instant,
    /// What is done.
    pub action: String,
    /// Whom it is about.
    pub whom: Whom,
    /// What becomes of it.
    pub status: Status,
    /// Which item decides it; any, where none is named.
    pub item: Option<(ItemId, String)>,
    /// The reason in full; any, where none is named.
    pub reason: Option<String>,
    /// How often.
    pub times: usize,
    /// What its arguments must be.
    pub args: Vec<Arg>,
}

/// What one argument must be.
#[derive(Clone, Debug)]
pub struct Arg {
    /// Its name.
    pub name: String,
    /// Equal, different, or a part of it.
    pub sign: Sign,
    /// The value.
    pub text: String,
}

/// What must be so at a time.
#[derive(Clone, Debug)]
pub struct Probe {
    /// When: after all that happens at this time.
    pub at: Instant,
    /// Of whom.
    pub whom: Whom,
    /// What is asked.
    pub topic: Topic,
    /// As it is written, for people.
    pub name: String,
    /// Equal, different, or a part of it.
    pub sign: Sign,
    /// The value.
    pub text: String,
    /// The word that asks.
    pub span: Span,
}

/// What lines are read with.
pub(super) struct Reader<'a> {
    pub(super) lexicon: Lexicon<'a>,
    pub(super) clock: Clock,
    pub(super) decoder: &'a Decoder,
}

/// How often something comes, and how far apart.
struct Repeat {
    every: Duration,
    times: usize,
}

/// The words of a line one after the other.
struct Cursor<'l> {
    line: &'l Line,
    next: usize,
}

impl<'l> Cursor<'l> {
    fn new(line: &'l Line) -> Cursor<'l> {
        Cursor { line, next: 0 }
    }

    fn peek(&self) -> Option<&'l Word> {
        self.line.words.get(self.next)
    }

    fn take(&mut self) -> Option<&'l Word> {
        let word = self.peek();
        self.next += usize::from(word.is_some());
        word
    }

    /// The next word, if it is this one.
    fn takes(&mut self, word: &str) -> bool {
        let is = self.peek().is_some_and(|next| next.is(word));
        self.next += usize::from(is);
        is
    }

    /// The next word that is no pair.
    fn plain(&mut self) -> Option<&'l Word> {
        let word = self.peek().filter(|word| word.key.is_none());
        self.next += usize::from(word.is_some());
        word
    }

    fn needs(&mut self, what: &'static str) -> Result<&'l Word, Wrong> {
        let span = self.line.span;
        self.plain().ok_or_else(|| Wrong::new(span, Mistake::Needs(what)))
    }
}

impl Reader<'_> {
    /// What a line of `events` stands for.
    pub(super) fn events(&self, line: &Line) -> Result<Vec<Happens>, Wrong> {
        let mut cursor = Cursor::new(line);
        let at = self.time(&mut cursor)?;
        let repeat = repeat(&mut cursor)?;
        let times = (0..repeat.times).map(|i| (i + 1, at + each(repeat.every, i)));
        let Some(word) = cursor.plain() else {
            let silence = |(_, at)| Happens { at, span: line.span, event: None, decisions: Vec::new() };
            return Ok(times.map(silence).collect());
        };
        let kind = self.kind(word)?;
        let (group, members) = self.subject(&mut cursor, kind)?;
        let pairs = self.pairs(&mut cursor, kind)?;
        let mut all = Vec::new();
        for (number, at) in times {
            for member in &members {
                let of = Of { at, number, kind, group, member: member.as_ref() };
                all.push(self.event(line, of, &pairs)?);
                if all.len() > MAX_EVENTS {
                    return Err(Wrong::new(line.span, Mistake::TooMany { what: "events", most: MAX_EVENTS }));
                }
            }
        }
        Ok(all)
    }

    /// The decisions that a line of `expect` asks for.
    pub(super) fn expects(&self, line: &Line) -> Result<Vec<Expect>, Wrong> {
        let mut cursor = Cursor::new(line);
        let at = self.time(&mut cursor)?;
        let repeat = repeat(&mut cursor)?;
        let action = cursor.needs("the action")?;
        let known = self.lexicon.actions();
        if !known.contains(&action.text) {
            return Err(unknown(action, "action", known));
        }
        let mut expect = Expect {
            span: line.span,
            at,
            action: action.text.clone(),
            whom: Whom::default(),
            status: Status::Done,
            item: None,
            reason: None,
            times: 1,
            args: Vec::new(),
        };
        while let Some(word) = cursor.take() {
            self.expect_word(word, &mut cursor, &mut expect)?;
        }
        let each = |i| Expect { at: at + each(repeat.every, i), ..expect.clone() };
        Ok((0..repeat.times).map(each).collect())
    }

    fn expect_word(&self, word: &Word, cursor: &mut Cursor<'_>, expect: &mut Expect) -> Result<(), Wrong> {
        if let Some((name, sign)) = &word.key {
            let known = self.lexicon.args(&expect.action);
            if !known.contains(name) {
                return Err(unknown_key(word, "argument", name, known));
            }
            expect.args.push(Arg { name: name.clone(), sign: *sign, text: word.text.clone() });
        } else if word.is("in") {
            expect.whom.group = Some(cursor.needs("the group")?.text.clone());
        } else if word.is("by") {
            let item = cursor.needs("the item")?;
            let id = self.item(item)?;
            expect.item = Some((id, item.text.clone()));
        } else if word.is("because") {
            expect.reason = Some(cursor.needs("the reason")?.text.clone());
        } else if let Some(status) = Status::ALL.into_iter().find(|status| word.is(status.word())) {
            expect.status = status;
        } else if let Some(times) = times(word) {
            expect.times = times;
        } else if expect.whom.member.is_none() {
            expect.whom.member = Some(word.text.clone());
        } else {
            let wanted = "`in GROUP`, a status, `by ITEM`, `because REASON`, `x2`, or arguments such as `text=\"…\"`";
            return Err(Wrong::new(word.span, Mistake::Stray { word: word.text.clone(), wanted }));
        }
        Ok(())
    }

    pub(super) fn item(&self, word: &Word) -> Result<ItemId, Wrong> {
        self.lexicon.item(&word.text).ok_or_else(|| unknown(word, "item", self.lexicon.items()))
    }

    /// What a line of `state` asks for.
    pub(super) fn probes(&self, line: &Line) -> Result<Vec<Probe>, Wrong> {
        let mut cursor = Cursor::new(line);
        let at = self.time(&mut cursor)?;
        let mut whom = Whom::default();
        while let Some(word) = cursor.plain() {
            if word.is("in") {
                whom.group = Some(cursor.needs("the group")?.text.clone());
            } else if whom.member.is_none() {
                whom.member = Some(word.text.clone());
            } else {
                let wanted = "`in GROUP`, or what must be so, such as `tag=lurker`";
                return Err(Wrong::new(word.span, Mistake::Stray { word: word.text.clone(), wanted }));
            }
        }
        let mut probes = Vec::new();
        while let Some(word) = cursor.take() {
            let Some((name, sign)) = &word.key else {
                let wanted = "what must be so, such as `tag=lurker`";
                return Err(Wrong::new(word.span, Mistake::Stray { word: word.text.clone(), wanted }));
            };
            let of = (whom.group.is_some(), whom.member.is_some());
            let topic = self.lexicon.topic(name, &word.text, of).map_err(|(what, known)| {
                let written = if matches!(what, "tag" | "role" | "segment") { &word.text } else { name };
                unknown_key(word, what, written, known)
            })?;
            let (name, sign, text) = (name.clone(), *sign, word.text.clone());
            probes.push(Probe { at, whom: whom.clone(), topic, name, sign, text, span: word.span });
        }
        if probes.is_empty() {
            return Err(Wrong::new(line.span, Mistake::Needs("what must be so, such as `tag=lurker`,")));
        }
        Ok(probes)
    }

    // ---- times --------------------------------------------------------------------------------------------------

    fn time(&self, cursor: &mut Cursor<'_>) -> Result<Instant, Wrong> {
        let no_time = Wrong::new(cursor.line.span, Mistake::NoTime);
        let Some(first) = cursor.plain() else { return Err(no_time) };
        let at = self.time_of(first, cursor)?.ok_or(Wrong { span: first.span, ..no_time })?;
        if at < self.clock.start {
            return Err(Wrong::new(first.span, Mistake::BeforeStart));
        }
        Ok(at)
    }

    fn time_of(&self, first: &Word, cursor: &mut Cursor<'_>) -> Result<Option<Instant>, Wrong> {
        if let Some(at) = self.clock.offset(&first.text) {
            return at.map(Some).map_err(|mistake| Wrong::new(first.span, mistake));
        }
        if first.is("day") {
            let day = cursor.needs("the number of the day")?;
            let number = day.text.parse().ok().filter(|day: &u64| *day > 0);
            cursor.takes("at");
            let word = cursor.needs("the time of day")?;
            let time = time_of_day(word)?;
            let help = || "write `day 7 10:00`; the start is on day 1".to_owned();
            let bad = || Wrong::new(day.span, Mistake::Time { text: format!("day {}", day.text), help: help() });
            return number.and_then(|number| self.clock.day(number, time)).map(Some).ok_or_else(bad);
        }
        if clock::date(&first.text).is_some() {
            let time = cursor.peek().filter(|word| word.key.is_none() && word.text.contains(':'));
            let text = match time {
                Some(time) => {
                    cursor.next += 1;
                    format!("{} {}", first.text, time.text)
                }
                None => first.text.clone(),
            };
            let help = "write `2026-03-01 09:00`".to_owned();
            let bad = || Wrong::new(first.span, Mistake::Time { text: text.clone(), help });
            return clock::local(&text, self.clock.zone).map(Some).ok_or_else(bad);
        }
        Ok(self.clock.word(&first.text))
    }

    // ---- events -------------------------------------------------------------------------------------------------

    fn kind(&self, word: &Word) -> Result<&EventKind, Wrong> {
        self.lexicon.kind(&word.text).ok_or_else(|| unknown(word, "event", self.lexicon.kinds()))
    }

    /// The group and the members of an event; of one without a member there is one all the same.
    fn subject<'l>(
        &self,
        cursor: &mut Cursor<'l>,
        kind: &EventKind,
    ) -> Result<(Option<&'l Word>, Vec<Option<String>>), Wrong> {
        let (mut group, mut members) = (None, vec![None]);
        while let Some(word) = cursor.plain() {
            if word.is("in") {
                group = Some(cursor.needs("the group")?);
            } else if members.len() == 1 && members.first().is_some_and(Option::is_none) {
                members = people(word)?.into_iter().map(Some).collect();
                if !may_have(kind.member) {
                    return Err(about_no(word, kind, "member"));
                }
            } else {
                let wanted = "`in GROUP`, or fields such as `links=1`";
                return Err(Wrong::new(word.span, Mistake::Stray { word: word.text.clone(), wanted }));
            }
        }
        if let Some(group) = group.filter(|_| !may_have(kind.group)) {
            return Err(about_no(group, kind, "group"));
        }
        Ok((group, members))
    }

    fn pairs<'l>(&self, cursor: &mut Cursor<'l>, kind: &EventKind) -> Result<Vec<(&'l Word, FieldType)>, Wrong> {
        let mut pairs = Vec::new();
        while let Some(word) = cursor.take() {
            let Some((name, sign)) = &word.key else {
                let wanted = "fields such as `links=1`";
                return Err(Wrong::new(word.span, Mistake::Stray { word: word.text.clone(), wanted }));
            };
            if *sign != Sign::Is {
                let wanted = "`=` between a field and its value";
                return Err(Wrong::new(word.span, Mistake::Stray { word: sign.word().to_owned(), wanted }));
            }
            // A table leaves a field out by an empty cell.
            if word.text.is_empty() && !word.quoted {
                continue;
            }
            if name == "id" {
                pairs.push((word, FieldType::Text));
                continue;
            }
            let Some(field) = kind.fields.iter().find(|field| field.name == *name) else {
                let known = kind.fields.iter().map(|field| field.name.clone()).collect();
                return Err(unknown_key(word, "field of this event", name, known));
            };
            pairs.push((word, field.ty));
        }
        Ok(pairs)
    }

    fn event(&self, line: &Line, of: Of<'_>, pairs: &[(&Word, FieldType)]) -> Result<Happens, Wrong> {
        let mut event = Map::new();
        event.insert("at".to_owned(), Json::from(of.at.ms()));
        event.insert("kind".to_owned(), Json::from(of.kind.name.as_str()));
        let numbered = |text: &str| text.replace("<n>", &of.number.to_string());
        let member = of.member.map(|member| numbered(member));
        for (key, id) in [("group", of.group.map(|group| numbered(&group.text))), ("member", member.clone())] {
            event.extend(id.map(|id| (key.to_owned(), Json::from(id))));
        }
        let mut decisions = Vec::new();
        for (word, ty) in pairs {
            let name = word.key.as_ref().map(|(name, _)| name.clone()).unwrap_or_default();
            let text = numbered(&word.text);
            let text = member.as_ref().map_or(text.clone(), |member| text.replace("<member>", member));
            if let Some(named) = self.decision(word, &text)? {
                event.insert(name.clone(), Json::from("0".repeat(20)));
                decisions.push((name, named));
            } else {
                event.insert(name, self.json(&text, *ty));
            }
        }
        self.try_out(line, &event, pairs)?;
        Ok(Happens { at: of.at, span: line.span, event: Some(event), decisions })
    }

    /// `^remove` or `^remove(m1)`
    fn decision(&self, word: &Word, text: &str) -> Result<Option<Named>, Wrong> {
        let Some(name) = text.strip_prefix('^').filter(|_| !word.quoted) else { return Ok(None) };
        let (action, member) = match name.strip_suffix(')').and_then(|name| name.split_once('(')) {
            Some((action, member)) => (action, Some(member.to_owned())),
            None => (name, None),
        };
        let known = self.lexicon.actions();
        if !known.iter().any(|known| known == action) {
            return Err(unknown_key(word, "action", action, known));
        }
        Ok(Some(Named { action: action.to_owned(), member, span: word.span }))
    }

    /// A value as a log would have it.
    fn json(&self, text: &str, ty: FieldType) -> Json {
        match ty {
            FieldType::Bool => match text {
                "yes" | "true" => Json::Bool(true),
                "no" | "false" => Json::Bool(false),
                other => Json::from(other),
            },
            FieldType::Number | FieldType::Percent | FieldType::Money => number(text),
            FieldType::Time => match self.clock.word(text) {
                Some(at) => Json::from(self.clock.zone.format(at)),
                None => Json::from(text),
            },
            FieldType::List => {
                let inside = text.trim_start_matches('[').trim_end_matches(']');
                inside.split(',').map(str::trim).filter(|item| !item.is_empty()).map(Json::from).collect()
            }
            _ => Json::from(text),
        }
    }

    /// Reads the event as it would be read from a log.
    fn try_out(&self, line: &Line, event: &Map<String, Json>, pairs: &[(&Word, FieldType)]) -> Result<(), Wrong> {
        let error = match self.decoder.decode(Json::Object(event.clone()).to_string().as_bytes()) {
            Ok(Decoded::Event(_)) => return Ok(()),
            Ok(Decoded::UnknownKind(kind)) => format!("there is no event `{kind}`"),
            Err(error) => {
                let field = error.reason().field;
                let blamed = |(word, _): &&(&Word, FieldType)| {
                    word.key.as_ref().map(|(name, _)| name.as_str()) == field.as_deref()
                };
                let span = pairs.iter().find(blamed).map_or(line.span, |(word, _)| word.span);
                let help = error.help().or_else(|| needed(field.as_deref()));
                return Err(Wrong::new(span, Mistake::Event { said: error.to_string(), help }));
            }
        };
        Err(Wrong::new(line.span, Mistake::Event { said: error, help: None }))
    }
}

/// One event among those that a line stands for.
#[derive(Clone, Copy)]
struct Of<'e> {
    at: Instant,
    number: usize,
    kind: &'e EventKind,
    group: Option<&'e Word>,
    member: Option<&'e String>,
}

impl Happens {
    /// The ids that an event names: of members, and of groups.
    pub(super) fn names<'e>(&'e self, lexicon: Lexicon<'_>) -> Vec<(&'static str, &'e str)> {
        let Some(event) = &self.event else { return Vec::new() };
        let text = |key: &str| event.get(key).and_then(Json::as_str);
        let mut names: Vec<(&'static str, &str)> =
            ["group", "member"].into_iter().filter_map(|key| Some((key, text(key)?))).collect();
        let kind = text("kind").and_then(|kind| lexicon.kind(kind));
        for field in kind.iter().flat_map(|kind| &kind.fields) {
            names.extend(holds_id(field.ty).zip(text(&field.name)));
        }
        names
    }
}

fn needed(field: Option<&str>) -> Option<String> {
    match field {
        Some("member") => Some("say who it is about: `message.posted m1 in g1`".to_owned()),
        Some("group") => Some("say where it happens: `message.posted m1 in g1`".to_owned()),
        _ => None,
    }
}

fn about_no(word: &Word, kind: &EventKind, what: &str) -> Wrong {
    let said = format!("`{}` is about no {what}", kind.name);
    Wrong::new(word.span, Mistake::Event { said, help: None })
}

fn unknown(word: &Word, what: &'static str, known: Vec<String>) -> Wrong {
    Wrong::new(word.span, Mistake::Unknown { what, word: word.text.clone(), known })
}

fn unknown_key(word: &Word, what: &'static str, name: &str, known: Vec<String>) -> Wrong {
    Wrong::new(word.span, Mistake::Unknown { what, word: name.to_owned(), known })
}

/// `x6`
fn times(word: &Word) -> Option<usize> {
    if word.quoted || word.key.is_some() {
        return None;
    }
    word.text.strip_prefix(['x', '×'])?.parse().ok()
}

/// `every 10m x6`; once, where nothing is said.
fn repeat(cursor: &mut Cursor<'_>) -> Result<Repeat, Wrong> {
    if !cursor.takes("every") {
        return Ok(Repeat { every: Duration::ZERO, times: 1 });
    }
    let word = cursor.needs("the time after `every`")?;
    let bad = |help: &str| Wrong::new(word.span, Mistake::Time { text: word.text.clone(), help: help.to_owned() });
    let every = Duration::parse(&word.text).map_err(|why| bad(why.help()))?;
    if every <= Duration::ZERO {
        return Err(bad("write a time such as `10m`"));
    }
    let span = cursor.line.span;
    let count = cursor.peek().and_then(times);
    cursor.next += usize::from(count.is_some());
    match count {
        Some(times) if times <= MAX_EVENTS => Ok(Repeat { every, times }),
        Some(_) => Err(Wrong::new(span, Mistake::TooMany { what: "repetitions", most: MAX_EVENTS })),
        None => Err(Wrong::new(span, Mistake::Needs("how often (`every 10m x6`)"))),
    }
}

fn each(every: Duration, times: usize) -> Duration {
    Duration::from_ms(every.ms().saturating_mul(i64::try_from(times).unwrap_or(i64::MAX)))
}

fn time_of_day(word: &Word) -> Result<TimeOfDay, Wrong> {
    let bad = |help: &str| Wrong::new(word.span, Mistake::Time { text: word.text.clone(), help: help.to_owned() });
    TimeOfDay::parse(&word.text).map_err(|why| bad(why.help()))
}

/// `m1`, `m1,m2` or `m1..m30`
fn people(word: &Word) -> Result<Vec<String>, Wrong> {
    let mut all = Vec::new();
    if word.quoted {
        return Ok(vec![word.text.clone()]);
    }
    for part in word.text.split(',').filter(|part| !part.is_empty()) {
        match part.split_once("..").and_then(|(from, to)| series(from, to)) {
            Some(series) => all.extend(series),
            None => all.push(part.to_owned()),
        }
        if all.len() > MAX_EVENTS {
            return Err(Wrong::new(word.span, Mistake::TooMany { what: "members", most: MAX_EVENTS }));
        }
    }
    Ok(all)
}

/// The ids from `m1` to `m30`.
fn series(from: &str, to: &str) -> Option<Vec<String>> {
    let stem = from.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = |id: &str| -> Option<usize> { id.strip_prefix(stem)?.parse().ok() };
    let (first, last) = (digits(from)?, digits(to)?);
    let width = from.len() - stem.len();
    (first <= last && last - first <= MAX_EVENTS)
        .then(|| (first..=last).map(|n| format!("{stem}{n:0width$}")).collect())
}

/// A number as JSON: `12`, `20%`, `¥199.90`; what is none stays a text, and is told when it is read.
fn number(text: &str) -> Json {
    let plain = text.trim_start_matches(['¥', '￥']);
    let exact = |text: &str| rust_decimal::Decimal::from_str_exact(text).ok();
    match plain.strip_suffix('%') {
        Some(share) => exact(share)
            .and_then(|n| n.checked_div(rust_decimal::Decimal::ONE_HUNDRED))
            .map_or(Json::from(text), |n| raw(&n.normalize().to_string())),
        None => exact(plain).map_or(Json::from(text), |n| raw(&n.to_string())),
    }
}

fn raw(number: &str) -> Json {
    serde_json::from_str(number).unwrap_or_else(|_| Json::from(number))
}
