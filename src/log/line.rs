//! One line of a log becomes an event.

use super::batch::{Batch, Entry, Other, OwnedEvent, Piece};
use super::error::{Found, LineError};
use super::json::{self, Raw, Sort, Stop};
use super::number;
use super::quick::Memory;
use crate::plan::ids::{KindId, NameId, TiersId};
use crate::plan::value::Value;
use crate::plan::{Carries, EventField, EventKind, FieldType, Plan};
use crate::time::{Duration, Instant};
use compact_str::CompactString;
use memchr::memchr;
use rustc_hash::FxHashMap;
use smallvec::SmallVec;
use std::borrow::Cow;
use std::sync::Arc;

/// The longest line, in bytes.
pub const MAX_LINE: usize = 1 << 20;
/// The longest text of a field, in bytes.
pub const MAX_TEXT: usize = 64 << 10;
/// The longest id, in bytes.
pub const MAX_ID: usize = 256;
/// The most fields of one line.
pub const MAX_FIELDS: usize = 256;
/// How many bytes a line of a log has or more, to have room for its events.
const USUAL_LINE: usize = 128;
/// The first and the last millisecond that can be written as RFC 3339.
pub(crate) const TIMES: std::ops::RangeInclusive<i64> = -62_135_596_800_000..=253_402_300_799_999;

/// Boxed, so that what is sound stays small on its way.
type Fault = Box<LineError>;

/// Turns lines into events of the kinds that a plan knows.
///
/// What the language leaves open is settled so: `null` is the same as leaving a field out; ids are texts that are not
/// empty; a number of seconds is cut off after its milliseconds, as the decimals of a time are; a number that cannot be
/// kept exactly is wrong; a `group` or `member` that a kind does not carry is a field that it does not declare.
#[derive(Clone, Debug)]
pub struct Decoder {
    tables: Arc<Tables>,
}

#[derive(Debug)]
struct Tables {
    kinds: FxHashMap<Box<str>, KindId>,
    shapes: Vec<Shape>,
    names: FxHashMap<Box<str>, NameId>,
    /// Levels by name; of several tiers that have it, the first is meant.
    levels: FxHashMap<Box<str>, Value>,
}

/// What an event of a kind looks like.
#[derive(Debug)]
pub(crate) struct Shape {
    pub(crate) kind: EventKind,
    /// How many fields there are up to the last one that the plan uses.
    pub(crate) used: usize,
    /// The values of an event that leaves out every field.
    pub(crate) blank: Vec<Value>,
    /// Which of the first 64 fields must be there.
    pub(crate) required: u64,
}

/// What a line turned out to be.
#[derive(Clone, Debug, PartialEq)]
pub enum Decoded {
    /// An event in order.
    Event(OwnedEvent),
    /// Sound JSON, but of a kind that the plan does not know.
    UnknownKind(CompactString),
}

/// What a line turned out to be, in a batch.
enum Line {
    Event(Entry),
    UnknownKind(CompactString),
}

/// The time asked for: from the first instant on, before the second.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Between {
    pub(crate) from: Instant,
    pub(crate) to: Instant,
}

/// A line, and where it stands in the text of its batch.
#[derive(Clone, Copy)]
struct Place<'a> {
    line: &'a str,
    start: usize,
}

/// A block on its way to a batch.
struct Job<'a> {
    decoder: &'a Decoder,
    between: Between,
    memory: &'a mut Memory,
    batch: &'a mut Batch,
}

/// The pairs of a line: those that every event may have, and the rest.
#[derive(Default)]
struct Pairs<'a> {
    id: Option<Raw<'a>>,
    at: Option<Raw<'a>>,
    kind: Option<Raw<'a>>,
    group: Option<Raw<'a>>,
    member: Option<Raw<'a>>,
    rest: SmallVec<[(Raw<'a>, Raw<'a>); 10]>,
}

impl Decoder {
    /// A decoder for the kinds of a plan.
    #[must_use]
    pub fn new(plan: &Plan) -> Decoder {
        let kinds = (0u16..).map(KindId).zip(&plan.kinds).map(|(id, kind)| (kind.name.as_str().into(), id));
        let names = (0u32..).map(NameId).zip(&plan.names).map(|(id, name)| (name.as_str().into(), id));
        let shapes = plan.kinds.iter().cloned().map(Shape::new).collect();
        let mut levels = FxHashMap::default();
        for (id, tiers) in (0u16..).map(TiersId).zip(&plan.tiers) {
            for (level, name) in (0u8..).zip(&tiers.levels) {
                let name = plan.names.get(name.index()).map_or("", |name| name.as_str());
                levels.entry(name.into()).or_insert(Value::Tier(id, level));
            }
        }
        Decoder { tables: Arc::new(Tables { kinds: kinds.collect(), shapes, names: names.collect(), levels }) }
    }

    /// Reads one line, without its line break.
    ///
    /// # Errors
    /// Says what keeps the line from being an event.
    pub fn decode(&self, line: &[u8]) -> Result<Decoded, Box<LineError>> {
        if line.len() > MAX_LINE {
            return Err(Box::new(LineError::LineTooLong));
        }
        let line = simdutf8::basic::from_utf8(line).map_err(|_| not_utf8(line))?;
        let mut batch = Batch { text: line.to_owned(), ..Batch::default() };
        Ok(match self.line(line, 0, &mut batch)? {
            Line::Event(entry) => Decoded::Event(batch.event(&entry).into()),
            Line::UnknownKind(name) => Decoded::UnknownKind(name),
        })
    }

    /// Reads a block of lines, each with its line break.
    pub(crate) fn batch(&self, block: &[u8], between: Between, memory: &mut Memory) -> Batch {
        let mut batch = Batch::default();
        let mut job = Job { decoder: self, between, memory, batch: &mut batch };
        match simdutf8::basic::from_utf8(block) {
            Ok(text) => job.sound(text),
            Err(_) => block.split_inclusive(|byte| *byte == b'\n').for_each(|line| job.doubtful(line)),
        }
        batch
    }

    /// Reads a line that stands at `start` in the batch's text.
    fn line(&self, line: &str, start: usize, batch: &mut Batch) -> Result<Line, Fault> {
        if line.len() > MAX_LINE {
            return Err(Box::new(LineError::LineTooLong));
        }
        let mut pairs = Pairs::default();
        json::object(line, |key, value| pairs.take(key, value)).map_err(|stop| bad_json(line, stop))?;
        let name = text("kind", given(pairs.kind).ok_or_else(|| missing("kind", None))?, FieldType::Text)?.text();
        let Some((kind, shape)) = self.kind(&name).and_then(|id| Some((id, self.shape(id)?))) else {
            return Ok(Line::UnknownKind(shortened(&name)));
        };
        let values = batch.values.len();
        let event = self.event(kind, shape, &pairs, Place { line, start }, batch);
        if event.is_err() {
            batch.values.truncate(values);
        }
        event.map(Line::Event)
    }

    /// The kind of a name.
    pub(crate) fn kind(&self, name: &str) -> Option<KindId> {
        self.tables.kinds.get(name).copied()
    }

    /// What an event of a kind looks like.
    #[inline]
    pub(crate) fn shape(&self, kind: KindId) -> Option<&Shape> {
        self.tables.shapes.get(kind.index())
    }

    /// The known kind whose name is nearest to one that is not known.
    #[must_use]
    pub fn similar_kind(&self, name: &str) -> Option<&str> {
        let near = super::nearest(name, self.tables.kinds.keys().map(|kind| &**kind));
        near.filter(|kind| !are_opposites(name, kind))
    }

    fn event(
        &self,
        kind: KindId,
        shape: &Shape,
        pairs: &Pairs<'_>,
        place: Place<'_>,
        batch: &mut Batch,
    ) -> Result<Entry, Fault> {
        let at = instant("at", given(pairs.at).ok_or_else(|| missing("at", None))?)?;
        let id = given(pairs.id).map(|raw| key("id", raw)).transpose()?;
        let group = shape.key("group", shape.kind.group, pairs.group)?;
        let member = shape.key("member", shape.kind.member, pairs.member)?;
        let values = batch.values.len() as u32;
        self.fields(shape, pairs, &mut batch.values)?;
        let mut piece = |raw: Option<Raw<'_>>| raw.map_or(Piece::default(), |raw| place.piece(raw, batch));
        Ok(Entry {
            at,
            id: piece(id),
            group: piece(group),
            member: piece(member),
            values,
            line: 0,
            kind,
            width: shape.used as u16,
            nameless: id.is_none(),
        })
    }

    fn fields(&self, shape: &Shape, pairs: &Pairs<'_>, values: &mut Vec<Value>) -> Result<(), Fault> {
        let start = values.len();
        values.resize(start + shape.used, Value::Unknown);
        for (i, field) in shape.kind.fields.iter().enumerate() {
            let place = values.get_mut(start + i).filter(|_| field.used);
            match given(pairs.field(shape, &field.name)) {
                Some(raw) => self.value(field, raw, place.unwrap_or(&mut Value::Unknown))?,
                None => shape.default(field, place)?,
            }
        }
        Ok(())
    }

    /// Puts the value of a field in its place; what the plan does not use is checked, but a text is not copied.
    #[inline]
    pub(crate) fn value(&self, field: &EventField, raw: Raw<'_>, place: &mut Value) -> Result<(), Fault> {
        let name = field.name.as_str();
        match field.ty {
            FieldType::Bool => *place = Value::Bool(boolean(name, raw)?),
            FieldType::Number | FieldType::Percent => *place = Value::Number(decimal(name, raw, field.ty)?),
            FieldType::Money => *place = Value::Money(decimal(name, raw, field.ty)?),
            FieldType::Duration => *place = Value::Duration(duration(name, raw)?),
            FieldType::Time => *place = Value::Time(instant(name, raw)?),
            FieldType::Text => keep(field, text(name, raw, field.ty)?, place),
            FieldType::Member | FieldType::Group => keep(field, key(name, raw)?, place),
            FieldType::Name => *place = Value::Name(self.name(&text(name, raw, field.ty)?.text())),
            FieldType::Tier => *place = self.level(&text(name, raw, field.ty)?.text()),
            FieldType::List => list(field, raw, place)?,
        }
        Ok(())
    }

    fn name(&self, name: &str) -> NameId {
        self.tables.names.get(name).copied().unwrap_or(NameId::UNDECLARED)
    }

    fn level(&self, name: &str) -> Value {
        self.tables.levels.get(name).cloned().unwrap_or_default()
    }
}

impl Job<'_> {
    /// Lines that are UTF-8.
    fn sound(&mut self, text: &str) {
        self.batch.text.push_str(text);
        self.batch.entries.reserve(text.len() / USUAL_LINE);
        let mut start = 0;
        while let Some(rest) = text.get(start..).filter(|rest| !rest.is_empty()) {
            if let Some((entry, end)) = self.memory.read(self.decoder, text, start, self.batch) {
                self.batch.lines += 1;
                self.event(entry);
                start = end;
            } else {
                let end = memchr(b'\n', rest.as_bytes()).map_or(rest.len(), |end| end + 1);
                self.line(rest.get(..end).unwrap_or_default(), start);
                start += end;
            }
        }
    }

    /// A line that may not be UTF-8.
    fn doubtful(&mut self, line: &[u8]) {
        let start = self.batch.text.len();
        match simdutf8::basic::from_utf8(line) {
            Ok(text) => {
                self.batch.text.push_str(text);
                self.line(text, start);
            }
            Err(_) => {
                let line = line.strip_suffix(b"\n").unwrap_or(line);
                self.batch.lines += 1;
                self.other(Other::Bad(if line.len() > MAX_LINE { too_long_a_line() } else { not_utf8(line) }));
            }
        }
    }

    fn line(&mut self, line: &str, start: usize) {
        self.batch.lines += 1;
        let line = line.strip_suffix('\n').unwrap_or(line);
        let line = line.strip_suffix('\r').unwrap_or(line);
        if line.trim_ascii_start().is_empty() {
            return self.other(Other::Blank);
        }
        match self.decoder.line(line, start, self.batch) {
            Ok(Line::Event(entry)) => {
                self.memory.learn(self.decoder, entry.kind, line);
                self.event(entry);
            }
            Ok(Line::UnknownKind(name)) => self.other(Other::Unknown(name)),
            Err(fault) => self.other(Other::Bad(fault)),
        }
    }

    fn event(&mut self, entry: Entry) {
        if entry.at < self.between.from || entry.at >= self.between.to {
            self.batch.values.truncate(entry.values as usize);
            return self.other(Other::Outside(entry.kind, entry.at));
        }
        self.batch.nameless |= entry.nameless;
        self.batch.entries.push(Entry { line: self.batch.lines, ..entry });
    }

    fn other(&mut self, other: Other) {
        self.batch.others.push((self.batch.lines, other));
    }
}

impl Batch {
    /// A line that was passed over.
    pub(crate) fn too_long() -> Batch {
        Batch { lines: 1, others: vec![(1, Other::Bad(too_long_a_line()))], ..Batch::default() }
    }
}

impl Place<'_> {
    /// Where a text of the line stands in the batch; one with escapes is put behind the lines.
    #[inline]
    fn piece(self, raw: Raw<'_>, batch: &mut Batch) -> Piece {
        match raw.text() {
            Cow::Owned(text) => batch.keep(&text),
            Cow::Borrowed(text) => {
                let start = self.start + (text.as_ptr().addr() - self.line.as_ptr().addr());
                Piece::new(start..start + text.len())
            }
        }
    }
}

impl Shape {
    fn new(kind: EventKind) -> Shape {
        let used = kind.fields.iter().rposition(|field| field.used).map_or(0, |last| last + 1);
        let blank = |field: &EventField| if field.used { field.default.clone() } else { Value::Unknown };
        let must = |field: &EventField| !field.optional && !field.default.is_known();
        Shape {
            used,
            blank: kind.fields.iter().take(used).map(blank).collect(),
            required: kind.fields.iter().take(64).rev().fold(0, |bits, field| bits << 1 | u64::from(must(field))),
            kind,
        }
    }

    /// What a missing field counts as.
    #[inline]
    fn default(&self, field: &EventField, place: Option<&mut Value>) -> Result<(), Fault> {
        if !field.default.is_known() {
            return if field.optional { Ok(()) } else { Err(missing(&field.name, Some(&self.kind.name))) };
        }
        if let Some(place) = place {
            *place = field.default.clone();
        }
        Ok(())
    }

    /// The group or the member of an event.
    #[inline]
    fn key<'a>(&self, field: &str, carries: Carries, raw: Option<Raw<'a>>) -> Result<Option<Raw<'a>>, Fault> {
        match (carries, given(raw)) {
            (Carries::Never, _) | (Carries::Maybe, None) => Ok(None),
            (Carries::Always, None) => Err(missing(field, Some(&self.kind.name))),
            (_, Some(raw)) => key(field, raw).map(Some),
        }
    }
}

impl<'a> Pairs<'a> {
    #[inline]
    fn take(&mut self, key: Raw<'a>, value: Raw<'a>) -> Result<(), Fault> {
        let Some(place) = self.place(key) else {
            return self.take_other(key, value);
        };
        match place.replace(value) {
            Some(_) => Err(repeated(key)),
            None => Ok(()),
        }
    }

    /// Where a pair that every event may have is put.
    #[inline]
    fn place(&mut self, key: Raw<'a>) -> Option<&mut Option<Raw<'a>>> {
        let text;
        let key = if key.sort() == Sort::Escaped {
            text = key.text();
            &*text
        } else {
            key.written()
        };
        match key {
            "id" => Some(&mut self.id),
            "at" => Some(&mut self.at),
            "kind" => Some(&mut self.kind),
            "group" => Some(&mut self.group),
            "member" => Some(&mut self.member),
            _ => None,
        }
    }

    #[inline]
    fn take_other(&mut self, key: Raw<'a>, value: Raw<'a>) -> Result<(), Fault> {
        if self.rest.iter().any(|(earlier, _)| earlier.same(key)) {
            return Err(repeated(key));
        }
        if self.rest.len() == MAX_FIELDS {
            return Err(Box::new(LineError::TooManyFields));
        }
        self.rest.push((key, value));
        Ok(())
    }

    /// The value of a declared field.
    #[inline]
    fn field(&self, shape: &Shape, name: &str) -> Option<Raw<'a>> {
        match name {
            "group" if shape.kind.group == Carries::Never => self.group,
            "member" if shape.kind.member == Carries::Never => self.member,
            _ => self.rest.iter().find(|(key, _)| key.is(name)).map(|(_, value)| *value),
        }
    }
}

/// `member.muted` and `member.unmuted` are near, and neither is meant by the other.
fn are_opposites(one: &str, other: &str) -> bool {
    let undoes = |un: &str, plain: &str| un.replacen(".un", ".", 1) == plain;
    undoes(one, other) || undoes(other, one)
}

/// `null` is the same as leaving a field out.
#[inline]
fn given(raw: Option<Raw<'_>>) -> Option<Raw<'_>> {
    raw.filter(|raw| raw.sort() != Sort::Null)
}

#[inline]
fn text<'a>(field: &str, raw: Raw<'a>, wanted: FieldType) -> Result<Raw<'a>, Fault> {
    if !raw.is_text() {
        return Err(wrong(field, wanted, found(raw)));
    }
    within(field, raw, MAX_TEXT)
}

#[inline]
fn within<'a>(field: &str, text: Raw<'a>, most: usize) -> Result<Raw<'a>, Fault> {
    let bytes = text.written().len();
    if bytes > most { Err(too_long(field, bytes, most)) } else { Ok(text) }
}

/// The text of an id.
#[inline]
fn key<'a>(field: &str, raw: Raw<'a>) -> Result<Raw<'a>, Fault> {
    let text = within(field, text(field, raw, FieldType::Text)?, MAX_ID)?;
    if text.written().is_empty() { Err(Box::new(LineError::EmptyId { field: field.into() })) } else { Ok(text) }
}

fn keep(field: &EventField, text: Raw<'_>, place: &mut Value) {
    if field.used {
        *place = Value::text(&*text.text());
    }
}

fn boolean(field: &str, raw: Raw<'_>) -> Result<bool, Fault> {
    match raw.sort() {
        Sort::Bool => Ok(raw.written() == "true"),
        _ => Err(wrong(field, FieldType::Bool, found(raw))),
    }
}

#[inline]
fn decimal(field: &str, raw: Raw<'_>, wanted: FieldType) -> Result<rust_decimal::Decimal, Fault> {
    match raw.sort() {
        Sort::Number => {
            number::decimal(raw.written()).ok_or_else(|| Box::new(LineError::Number { field: field.into() }))
        }
        _ => Err(wrong(field, wanted, found(raw))),
    }
}

fn duration(field: &str, raw: Raw<'_>) -> Result<Duration, Fault> {
    if raw.is_text() {
        let why = |why| Box::new(LineError::Duration { field: field.into(), why });
        return Duration::parse(&raw.text()).map_err(why);
    }
    let seconds = decimal(field, raw, FieldType::Duration)?;
    let ms = seconds.checked_mul(1000.into()).and_then(|ms| number::whole(ms.trunc()));
    let finite = ms.map(Duration::from_ms).filter(|length| !length.is_forever());
    finite.ok_or_else(|| Box::new(LineError::DurationRange { field: field.into() }))
}

#[inline]
fn instant(field: &str, raw: Raw<'_>) -> Result<Instant, Fault> {
    let at = if raw.is_text() {
        Instant::parse(&raw.text()).map_err(|why| Box::new(LineError::Time { field: field.into(), why }))?
    } else {
        Instant::from_ms(milliseconds(field, raw)?)
    };
    if TIMES.contains(&at.ms()) { Ok(at) } else { Err(out_of_range(field)) }
}

fn milliseconds(field: &str, raw: Raw<'_>) -> Result<i64, Fault> {
    let number = decimal(field, raw, FieldType::Time)?;
    if !number.is_integer() {
        return Err(wrong(field, FieldType::Time, Found::Fraction));
    }
    number::whole(number).ok_or_else(|| out_of_range(field))
}

fn list(field: &EventField, raw: Raw<'_>, place: &mut Value) -> Result<(), Fault> {
    if raw.sort() != Sort::List {
        return Err(wrong(&field.name, FieldType::List, found(raw)));
    }
    let texts = json::elements(raw.written()).map(|element| match element.is_text() {
        true => within(&field.name, element, MAX_TEXT),
        false => Err(wrong(&field.name, FieldType::List, Found::MixedList)),
    });
    let texts: Vec<Raw<'_>> = texts.collect::<Result<_, _>>()?;
    if field.used {
        *place = Value::List(texts.iter().map(|text| Value::text(&*text.text())).collect());
    }
    Ok(())
}

fn found(raw: Raw<'_>) -> Found {
    match raw.sort() {
        Sort::Null => Found::Nothing,
        Sort::Bool => Found::Bool,
        Sort::Number => Found::Number,
        Sort::Text | Sort::Escaped => Found::Text,
        Sort::List => Found::List,
        Sort::Object => Found::Object,
    }
}

#[cold]
fn not_utf8(line: &[u8]) -> Fault {
    let sound = std::str::from_utf8(line).map_or_else(|error| error.valid_up_to(), str::len);
    Box::new(LineError::NotUtf8 { byte: sound + 1 })
}

#[cold]
fn too_long_a_line() -> Fault {
    Box::new(LineError::LineTooLong)
}

#[cold]
fn bad_json(line: &str, stop: Stop<Fault>) -> Fault {
    match stop {
        Stop::Json(error) => Box::new(LineError::Json { column: column(line, error.at), problem: error.problem }),
        Stop::NotObject => Box::new(LineError::NotObject),
        Stop::Receiver(fault) => fault,
    }
}

#[cold]
fn wrong(field: &str, wanted: FieldType, found: Found) -> Fault {
    Box::new(LineError::WrongType { field: field.into(), wanted, found })
}

#[cold]
fn out_of_range(field: &str) -> Fault {
    Box::new(LineError::TimeRange { field: field.into() })
}

#[cold]
fn too_long(field: &str, bytes: usize, most: usize) -> Fault {
    Box::new(LineError::TooLong { field: field.into(), bytes, most })
}

#[cold]
fn missing(field: &str, kind: Option<&str>) -> Fault {
    Box::new(LineError::Missing { field: field.into(), kind: kind.map(CompactString::new) })
}

#[cold]
fn repeated(key: Raw<'_>) -> Fault {
    Box::new(LineError::Repeated { field: shortened(&key.text()) })
}

/// A name of a log, as far as it is worth showing.
fn shortened(name: &str) -> CompactString {
    match name.char_indices().nth(60) {
        None => name.into(),
        Some((end, _)) => compact_str::format_compact!("{}…", name.get(..end).unwrap_or_default()),
    }
}

/// The character at a byte, counted from 1.
fn column(line: &str, at: usize) -> usize {
    line.char_indices().take_while(|(i, _)| *i < at).count() + 1
}
