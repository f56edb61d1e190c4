//! Lines like those before them: a log repeats its keys in the same order, so they are not looked up but expected.
//!
//! What is not as expected, and everything that is wrong, is left to the [`Decoder`]'s own way, which needs no memory.

use super::batch::{Batch, Entry, Piece};
use super::clock::Clock;
use super::json::{self, Raw, Sort};
use super::line::{Decoder, MAX_ID, MAX_LINE, MAX_TEXT, Shape, TIMES};
use crate::plan::ids::KindId;
use crate::plan::value::Value;
use crate::plan::{Carries, FieldType};
use crate::time::Instant;
use memchr::memchr;
use rust_decimal::Decimal;
use std::ops::Range;

/// The most keys of a kind that are remembered.
const MAX_KEYS: usize = 64;

/// What is remembered from line to line; it makes no difference but in speed.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    clock: Clock,
    /// By kind.
    routes: Vec<Route>,
    /// The kind of the last line.
    last: KindId,
}

/// The bit of [`Role::bit`] for the kind.
const KIND: u8 = 16;

/// The keys of the lines of a kind, in their order. A line may leave out some of them.
#[derive(Debug, Default)]
struct Route {
    stops: Vec<Stop>,
    /// Where the kind stands.
    kind: usize,
    /// What stands before the kind.
    before: u8,
    /// How many lines took another way.
    misses: u32,
}

/// A key and what its value is.
#[derive(Debug)]
struct Stop {
    /// With its quotes, the colon and the space before the value.
    key: Literal,
    name: Box<str>,
    role: Role,
}

/// What the value of a key is.
#[derive(Debug)]
enum Role {
    Id,
    At,
    /// The kind itself, with its quotes.
    Kind(Literal),
    Group,
    Member,
    /// A field of the kind, by position.
    Field(usize),
    Undeclared,
}

impl Role {
    /// A bit for each of what every event may have.
    #[inline]
    fn bit(&self) -> u8 {
        match self {
            Role::Id => 1,
            Role::At => 2,
            Role::Group => 4,
            Role::Member => 8,
            // Only of this kind.
            Role::Field(_) | Role::Undeclared => 128,
            Role::Kind(_) => KIND,
        }
    }
}

/// A text to be compared with in a few steps.
#[derive(Debug)]
struct Literal {
    text: Box<[u8]>,
    /// Its first bytes, and which bytes of a word they are.
    head: u128,
    mask: u128,
}

impl Literal {
    fn new(text: &str) -> Literal {
        let bytes = text.as_bytes();
        let (mut head, mut mask) = ([0; 16], [0; 16]);
        for ((head, mask), byte) in head.iter_mut().zip(&mut mask).zip(bytes) {
            (*head, *mask) = (*byte, 0xFF);
        }
        Literal { text: bytes.into(), head: u128::from_le_bytes(head), mask: u128::from_le_bytes(mask) }
    }

    /// Whether it stands at the beginning of a text, whose first bytes are these.
    #[inline]
    fn begins(&self, first: u128, text: &[u8]) -> bool {
        (first ^ self.head) & self.mask == 0 && (self.text.len() <= 16 || text.starts_with(&self.text))
    }
}

/// Why a line is not read this way.
enum Miss {
    /// It is of another kind than expected.
    Kind(KindId),
    Irregular,
}

impl Memory {
    /// Reads the line that stands at `start` in a block, if it is like one before it: the event, and where the next line
    /// begins. The batch already holds the block.
    #[inline]
    pub(crate) fn read(
        &mut self,
        decoder: &Decoder,
        block: &str,
        start: usize,
        batch: &mut Batch,
    ) -> Option<(Entry, usize)> {
        let (values, kept) = (batch.values.len(), batch.text.len());
        let mut kind = self.last;
        loop {
            let miss = match self.follow(decoder, block, start, batch, kind) {
                Ok(read) => {
                    self.last = read.0.kind;
                    return Some(read);
                }
                Err(miss) => miss,
            };
            batch.values.truncate(values);
            batch.text.truncate(kept);
            match miss {
                Miss::Kind(other) if kind == self.last => kind = other,
                _ => return None,
            }
        }
    }

    /// Reads a line that is expected to be of a kind.
    #[inline]
    fn follow(
        &mut self,
        decoder: &Decoder,
        block: &str,
        start: usize,
        batch: &mut Batch,
        kind: KindId,
    ) -> Result<(Entry, usize), Miss> {
        let mut cursor = Cursor { block, text: block.as_bytes(), start, at: start + 1 };
        if cursor.text.get(start) != Some(&b'{') {
            return Err(Miss::Irregular);
        }
        let Memory { clock, routes, .. } = self;
        let mut trip = Trip::new(decoder, routes, kind, batch).ok_or(Miss::Irregular)?;
        loop {
            let stop = trip.next_stop(&mut cursor).ok_or(Miss::Irregular)?;
            match &stop.role {
                Role::Kind(kind) => {
                    if !cursor.pass(kind) {
                        trip.turn(&mut cursor, batch)?;
                    }
                }
                Role::At => trip.at = Some(cursor.instant(clock).ok_or(Miss::Irregular)?),
                role => trip.value(role, &mut cursor, batch).ok_or(Miss::Irregular)?,
            }
            trip.met |= stop.role.bit();
            if !cursor.goes_on().ok_or(Miss::Irregular)? {
                break;
            }
        }
        let end = cursor.line_end().ok_or(Miss::Irregular)?;
        Ok((trip.entry().ok_or(Miss::Irregular)?, end))
    }

    /// Takes in the way of a line that is an event of a kind. As lines may take ever new ways, that is done ever more
    /// rarely.
    pub(crate) fn learn(&mut self, decoder: &Decoder, kind: KindId, line: &str) {
        self.last = kind;
        let Some(shape) = decoder.shape(kind).filter(|shape| shape.kind.fields.len() <= MAX_KEYS) else { return };
        if self.routes.len() <= kind.index() {
            self.routes.resize_with(kind.index() + 1, Route::default);
        }
        let Some(route) = self.routes.get_mut(kind.index()) else { return };
        route.misses += 1;
        if route.misses.is_power_of_two()
            && let Some(stops) = stops(shape, line)
        {
            route.join(stops);
        }
    }
}

/// The keys of a line of a kind; `None` where they are written in an unusual way.
fn stops(shape: &Shape, line: &str) -> Option<Vec<Stop>> {
    let mut stops = Vec::new();
    let base = line.as_ptr().addr();
    let scanned = json::object(line, |key, value| {
        let start = key.written().as_ptr().addr() - base - 1;
        let end = value.written().as_ptr().addr() - base - usize::from(value.is_text());
        let key_text = line.get(start..end).filter(|_| key.sort() == Sort::Text && stops.len() < MAX_KEYS).ok_or(())?;
        let role = Role::new(shape, key.written(), value).ok_or(())?;
        stops.push(Stop { key: Literal::new(key_text), name: key.written().into(), role });
        Ok::<(), ()>(())
    });
    scanned.is_ok().then_some(stops)
}

impl Role {
    fn new(shape: &Shape, name: &str, value: Raw<'_>) -> Option<Role> {
        Some(match name {
            "id" => Role::Id,
            "at" => Role::At,
            "kind" if value.sort() == Sort::Text => Role::Kind(Literal::new(&format!("\"{}\"", value.written()))),
            "kind" => return None,
            "group" if shape.kind.group != Carries::Never => Role::Group,
            "member" if shape.kind.member != Carries::Never => Role::Member,
            name => match shape.kind.fields.iter().position(|field| field.name == name) {
                Some(position) => Role::Field(position),
                None => Role::Undeclared,
            },
        })
    }
}

impl Route {
    /// Takes in another way: with the keys of both where their orders agree, else in place of the old one.
    fn join(&mut self, stops: Vec<Stop>) {
        let places = stops.iter().filter_map(|stop| self.stops.iter().position(|old| old.name == stop.name));
        let places: Vec<usize> = places.collect();
        let same = |stop: &Stop| self.stops.iter().all(|old| old.name != stop.name || old.key.text == stop.key.text);
        let agree = places.is_sorted() && stops.iter().all(same);
        if agree && self.stops.len() + stops.len() - places.len() <= MAX_KEYS {
            let mut old = std::mem::take(&mut self.stops).into_iter();
            for stop in stops {
                if old.as_slice().iter().any(|old| old.name == stop.name) {
                    self.stops.extend(old.by_ref().take_while(|old| old.name != stop.name));
                }
                self.stops.push(stop);
            }
            self.stops.extend(old);
        } else {
            self.stops = stops;
        }
        let kind = self.stops.iter().position(|stop| matches!(stop.role, Role::Kind(_)));
        self.kind = kind.unwrap_or_default();
        self.before = self.stops.iter().take(self.kind).fold(0, |bits, stop| bits | stop.role.bit());
    }
}

/// A line on its way to an event.
struct Trip<'a> {
    decoder: &'a Decoder,
    routes: &'a [Route],
    route: &'a Route,
    shape: &'a Shape,
    kind: KindId,
    /// The next stop that may come.
    next: usize,
    /// What has been met of what every event may have.
    met: u8,
    /// Which fields have a value.
    seen: u64,
    /// Where the values begin.
    values: usize,
    at: Option<Instant>,
    id: Piece,
    group: Piece,
    member: Piece,
}

impl<'a> Trip<'a> {
    #[inline]
    fn new(decoder: &'a Decoder, routes: &'a [Route], kind: KindId, batch: &mut Batch) -> Option<Trip<'a>> {
        let route = routes.get(kind.index()).filter(|route| !route.stops.is_empty())?;
        let shape = decoder.shape(kind)?;
        let values = batch.values.len();
        batch.values.extend_from_slice(&shape.blank);
        let (id, group, member) = (Piece::default(), Piece::default(), Piece::default());
        Some(Trip {
            decoder,
            routes,
            route,
            shape,
            kind,
            next: 0,
            met: 0,
            seen: 0,
            values,
            at: None,
            id,
            group,
            member,
        })
    }

    /// The stop whose key comes next, which is passed.
    #[inline]
    fn next_stop(&mut self, cursor: &mut Cursor<'_>) -> Option<&'a Stop> {
        let rest = cursor.rest();
        let first = u128::from_le_bytes(*rest.first_chunk()?);
        loop {
            let stop = self.route.stops.get(self.next)?;
            self.next += 1;
            if stop.key.begins(first, rest) {
                cursor.at += stop.key.text.len();
                return Some(stop);
            }
        }
    }

    /// Goes on as a line of the kind that stands here.
    fn turn(&mut self, cursor: &mut Cursor<'_>, batch: &mut Batch) -> Result<(), Miss> {
        let name = cursor.plain().and_then(|range| cursor.block.get(range)).ok_or(Miss::Irregular)?;
        let kind = self.decoder.kind(name).ok_or(Miss::Irregular)?;
        batch.values.truncate(self.values);
        let Trip { met, at, id, group, member, .. } = *self;
        let trip = Trip::new(self.decoder, self.routes, kind, batch).ok_or(Miss::Irregular)?;
        if met & !(trip.route.before & !Role::Undeclared.bit()) != 0 {
            return Err(Miss::Kind(kind));
        }
        *self = Trip { next: trip.route.kind + 1, met, at, id, group, member, ..trip };
        Ok(())
    }

    /// Takes in any other value.
    #[inline]
    fn value(&mut self, role: &Role, cursor: &mut Cursor<'_>, batch: &mut Batch) -> Option<()> {
        match role {
            Role::Id => self.id = cursor.id(batch)?,
            Role::Group => self.group = cursor.id(batch)?,
            Role::Member => self.member = cursor.id(batch)?,
            Role::Field(position) => self.field(*position, cursor, batch)?,
            Role::Undeclared => cursor.skip()?,
            Role::At | Role::Kind(_) => return None,
        }
        Some(())
    }

    #[inline]
    fn field(&mut self, position: usize, cursor: &mut Cursor<'_>, batch: &mut Batch) -> Option<()> {
        let field = self.shape.kind.fields.get(position)?;
        let place = batch.values.get_mut(self.values + position).filter(|_| field.used);
        match field.ty {
            FieldType::Text if !field.used && cursor.peek() == Some(b'"') => {
                let raw = cursor.raw()?;
                if raw.written().len() > MAX_TEXT {
                    return None;
                }
            }
            FieldType::Number | FieldType::Percent | FieldType::Money if cursor.at_digit() => {
                let number = cursor.decimal()?;
                if let Some(place) = place {
                    *place = if field.ty == FieldType::Money { Value::Money(number) } else { Value::Number(number) };
                }
            }
            _ => {
                let raw = cursor.raw()?;
                if raw.sort() == Sort::Null {
                    return Some(());
                }
                self.decoder.value(field, raw, place.unwrap_or(&mut Value::Unknown)).ok()?;
            }
        }
        self.seen |= 1 << position;
        Some(())
    }

    /// The event, if nothing is missing.
    #[inline]
    fn entry(&self) -> Option<Entry> {
        let (group, member) = (self.shape.kind.group, self.shape.kind.member);
        let lacks = |carries: Carries, piece: Piece| carries == Carries::Always && piece.is_empty();
        if self.met & KIND == 0
            || lacks(group, self.group)
            || lacks(member, self.member)
            || self.shape.required & !self.seen != 0
        {
            return None;
        }
        Some(Entry {
            at: self.at?,
            id: self.id,
            group: self.group,
            member: self.member,
            values: self.values as u32,
            line: 0,
            kind: self.kind,
            width: self.shape.used as u16,
            nameless: self.id.is_empty(),
        })
    }
}

/// A place in a line of a block.
struct Cursor<'a> {
    block: &'a str,
    text: &'a [u8],
    /// Where the line begins.
    start: usize,
    at: usize,
}

impl<'a> Cursor<'a> {
    #[inline]
    fn rest(&self) -> &'a [u8] {
        self.text.get(self.at..).unwrap_or_default()
    }

    #[inline]
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    #[inline]
    fn at_digit(&self) -> bool {
        self.peek().is_some_and(|byte| byte.is_ascii_digit())
    }

    /// Passes a text, if it stands here.
    #[inline]
    fn pass(&mut self, literal: &Literal) -> bool {
        let rest = self.rest();
        let passes = rest.first_chunk().is_some_and(|first| literal.begins(u128::from_le_bytes(*first), rest));
        self.at += if passes { literal.text.len() } else { 0 };
        passes
    }

    /// After a value: whether another pair comes.
    #[inline]
    fn goes_on(&mut self) -> Option<bool> {
        let next = self.peek()?;
        self.at += 1;
        match next {
            b',' => {
                self.at += usize::from(self.peek() == Some(b' '));
                Some(true)
            }
            b'}' => Some(false),
            _ => None,
        }
    }

    /// Where the next line begins, if the line ends here.
    #[inline]
    fn line_end(&self) -> Option<usize> {
        let length = match self.rest() {
            [b'\n', ..] => 1,
            [b'\r', b'\n', ..] => 2,
            _ => return None,
        };
        (self.at - self.start <= MAX_LINE).then_some(self.at + length)
    }

    /// Passes a text without escapes and its quotes; where it stands.
    #[inline]
    fn plain(&mut self) -> Option<Range<usize>> {
        if self.peek() != Some(b'"') {
            return None;
        }
        let start = self.at + 1;
        let end = start + json::plain_bytes(self.text.get(start..)?);
        if self.text.get(end) != Some(&b'"') {
            return None;
        }
        self.at = end + 1;
        Some(start..end)
    }

    /// Passes any value.
    #[inline]
    fn raw(&mut self) -> Option<Raw<'a>> {
        match self.plain() {
            Some(range) => self.block.get(range).map(Raw::plain),
            None => self.any(),
        }
    }

    /// Passes a value in the scanner's way, which does not look beyond the line.
    fn any(&mut self) -> Option<Raw<'a>> {
        let end = self.at + memchr(b'\n', self.rest())?;
        let (raw, length) = json::value(self.block.get(self.at..end)?)?;
        self.at += length;
        Some(raw)
    }

    /// Passes the id of something; an empty piece where it is `null`.
    #[inline]
    fn id(&mut self, batch: &mut Batch) -> Option<Piece> {
        let Some(range) = self.plain() else { return self.rare_id(batch) };
        (1..=MAX_ID).contains(&range.len()).then(|| Piece::new(range))
    }

    #[cold]
    fn rare_id(&mut self, batch: &mut Batch) -> Option<Piece> {
        let raw = self.any()?;
        if raw.sort() == Sort::Null {
            return Some(Piece::default());
        }
        (raw.is_text() && (1..=MAX_ID).contains(&raw.written().len())).then(|| batch.keep(&raw.text()))
    }

    #[inline]
    fn instant(&mut self, clock: &mut Clock) -> Option<Instant> {
        let (at, end) =
            clock.read(self.text, self.at + 1).filter(|_| self.peek() == Some(b'"')).or_else(|| self.time())?;
        self.at = end;
        TIMES.contains(&at.ms()).then_some(at)
    }

    /// A time in another form, and where it ends.
    fn time(&self) -> Option<(Instant, usize)> {
        let mut ahead = Cursor { ..*self };
        let at = if ahead.at_digit() {
            Instant::from_ms(ahead.whole()? as i64)
        } else {
            let range = ahead.plain()?;
            Instant::parse(self.block.get(range)?).ok()?
        };
        Some((at, ahead.at))
    }

    /// Passes a number that is not negative.
    #[inline]
    fn decimal(&mut self) -> Option<Decimal> {
        match self.whole() {
            Some(number) => Some(Decimal::new(number as i64, 0)),
            None => super::number::decimal(self.any()?.written()),
        }
    }

    /// Passes digits, at most 18, that are all there is of a number.
    #[inline]
    fn whole(&mut self) -> Option<u64> {
        let rest = self.rest();
        let (mut number, mut length) = (0u64, 0);
        while let Some(digit) = rest.get(length).map(|byte| byte.wrapping_sub(b'0')).filter(|digit| *digit < 10) {
            number = number.wrapping_mul(10).wrapping_add(u64::from(digit));
            length += 1;
        }
        let goes_on = matches!(rest.get(length), Some(b'.' | b'e' | b'E'));
        let leading_zero = length > 1 && rest.first() == Some(&b'0');
        if goes_on || leading_zero || !(1..=18).contains(&length) {
            return None;
        }
        self.at += length;
        Some(number)
    }

    /// Passes a value that nobody reads.
    #[inline]
    fn skip(&mut self) -> Option<()> {
        if self.plain().is_some() || self.whole().is_some() { Some(()) } else { self.any().map(drop) }
    }
}
