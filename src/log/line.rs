//! One line of a log becomes an event.

use super::error::{Found, LineError};
use super::json::{self, Raw, Sort, Stop};
use super::number;
use crate::engine::input::Event;
use crate::plan::ids::{KindId, NameId};
use crate::plan::value::Value;
use crate::plan::{Carries, EventField, EventKind, FieldType, Plan};
use crate::time::{Duration, Instant};
use compact_str::CompactString;
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
/// The first and the last millisecond that can be written as RFC 3339.
const TIMES: std::ops::RangeInclusive<i64> = -62_135_596_800_000..=253_402_300_799_999;

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
}

/// What an event of a kind looks like.
#[derive(Debug)]
struct Shape {
    kind: EventKind,
    /// How many fields there are up to the last one that the plan uses.
    used: usize,
}

/// What a line turned out to be.
#[derive(Clone, Debug, PartialEq)]
pub enum Decoded {
    /// An event in order.
    Event(Event),
    /// Sound JSON, but of a kind that the plan does not know.
    UnknownKind(CompactString),
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
        Decoder { tables: Arc::new(Tables { kinds: kinds.collect(), shapes, names: names.collect() }) }
    }

    /// Reads one line, without its line break.
    ///
    /// # Errors
    /// Says what keeps the line from being an event.
    pub fn decode(&self, line: &[u8]) -> Result<Decoded, Box<LineError>> {
        let mut event = blank();
        let unknown = self.decode_into(line, &mut event)?;
        Ok(unknown.map_or(Decoded::Event(event), Decoded::UnknownKind))
    }

    /// Reads one line into an event, which is moved about less this way; the name of its kind where that is not known.
    pub(crate) fn decode_into(&self, line: &[u8], event: &mut Event) -> Result<Option<CompactString>, Fault> {
        if line.len() > MAX_LINE {
            return Err(Box::new(LineError::LineTooLong));
        }
        let line = simdutf8::basic::from_utf8(line).map_err(|_| not_utf8(line))?;
        let mut pairs = Pairs::default();
        json::object(line, |key, value| pairs.take(key, value)).map_err(|stop| bad_json(line, stop))?;
        let name = text("kind", given(pairs.kind).ok_or_else(|| missing("kind", None))?, FieldType::Text)?.text();
        let kind = self.tables.kinds.get(&*name).copied();
        let Some((kind, shape)) = kind.and_then(|id| Some((id, self.tables.shapes.get(id.index())?))) else {
            return Ok(Some(shortened(&name)));
        };
        event.kind = kind;
        self.event(shape, &pairs, event)?;
        Ok(None)
    }

    /// The known kind whose name is nearest to one that is not known.
    #[must_use]
    pub fn similar_kind(&self, name: &str) -> Option<&str> {
        let near = super::nearest(name, self.tables.kinds.keys().map(|kind| &**kind));
        near.filter(|kind| !are_opposites(name, kind))
    }

    fn event(&self, shape: &Shape, pairs: &Pairs<'_>, event: &mut Event) -> Result<(), Fault> {
        event.at = instant("at", given(pairs.at).ok_or_else(|| missing("at", None))?)?;
        event.id = given(pairs.id).map_or(Ok(CompactString::const_new("")), |raw| id("id", raw))?;
        event.group = shape.key("group", shape.kind.group, pairs.group)?;
        event.member = shape.key("member", shape.kind.member, pairs.member)?;
        self.fields(shape, pairs, &mut event.fields)
    }

    fn fields(&self, shape: &Shape, pairs: &Pairs<'_>, values: &mut SmallVec<[Value; 4]>) -> Result<(), Fault> {
        values.clear();
        values.extend((0..shape.used).map(|_| Value::Unknown));
        for (i, field) in shape.kind.fields.iter().enumerate() {
            let place = values.get_mut(i).filter(|_| field.used);
            match given(pairs.field(shape, &field.name)) {
                Some(raw) => self.value(field, raw, place.unwrap_or(&mut Value::Unknown))?,
                None => shape.default(field, place)?,
            }
        }
        Ok(())
    }

    /// Puts the value of a field in its place; what the plan does not use is checked, but a text is not copied.
    #[inline]
    fn value(&self, field: &EventField, raw: Raw<'_>, place: &mut Value) -> Result<(), Fault> {
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
            // Levels change by decisions; what a log says of them is checked and not kept.
            FieldType::Tier => drop(text(name, raw, field.ty)?),
            FieldType::List => list(field, raw, place)?,
        }
        Ok(())
    }

    fn name(&self, name: &str) -> NameId {
        self.tables.names.get(name).copied().unwrap_or(NameId::UNDECLARED)
    }
}

impl Shape {
    fn new(kind: EventKind) -> Shape {
        let used = kind.fields.iter().rposition(|field| field.used).map_or(0, |last| last + 1);
        Shape { used, kind }
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
    fn key(&self, field: &str, carries: Carries, raw: Option<Raw<'_>>) -> Result<Option<CompactString>, Fault> {
        match (carries, given(raw)) {
            (Carries::Never, _) | (Carries::Maybe, None) => Ok(None),
            (Carries::Always, None) => Err(missing(field, Some(&self.kind.name))),
            (_, Some(raw)) => id(field, raw).map(Some),
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

/// An event to be filled.
#[inline]
pub(crate) fn blank() -> Event {
    let id = CompactString::const_new("");
    Event { id, at: Instant::MIN, kind: KindId(0), group: None, member: None, fields: SmallVec::new() }
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

#[inline]
fn id(field: &str, raw: Raw<'_>) -> Result<CompactString, Fault> {
    Ok(match key(field, raw)?.text() {
        Cow::Borrowed(text) => CompactString::new(text),
        Cow::Owned(text) => CompactString::from(text),
    })
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
