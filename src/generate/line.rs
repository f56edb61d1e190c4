//! The bytes of a line, written without a detour.

use super::population::{GroupId, MemberId};
use crate::time::{Instant, Zone};

/// What an event is called in the log.
#[derive(Clone, Copy, Debug)]
pub(super) struct EventId(pub(super) u32);

/// A page of whole lines.
#[derive(Debug)]
pub(super) struct Page {
    bytes: Vec<u8>,
    stamp: Stamp,
    /// The events written so far, over all pages; the id of the latest.
    written: u32,
}

/// The time as text; within a minute only its seconds change.
#[derive(Debug)]
struct Stamp {
    zone: Zone,
    first: Instant,
    minute: Option<u32>,
    text: String,
}

/// A line that is not complete.
pub(super) struct Line<'p>(&'p mut Vec<u8>);

impl Page {
    pub(super) fn new(zone: Zone, first: Instant) -> Page {
        let stamp = Stamp { zone, first, minute: None, text: String::new() };
        Page { bytes: Vec::new(), stamp, written: 0 }
    }

    pub(super) fn clear(&mut self) {
        self.bytes.clear();
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    #[inline]
    pub(super) fn written(&self) -> u32 {
        self.written
    }

    /// The id of the latest event.
    #[inline]
    pub(super) fn latest(&self) -> EventId {
        EventId(self.written)
    }

    /// Begins a line.
    #[inline]
    pub(super) fn event(&mut self, at: u32, kind: &str) -> Line<'_> {
        self.written += 1;
        self.bytes.extend_from_slice(b"{\"id\":\"e");
        push_number(&mut self.bytes, self.written);
        self.bytes.extend_from_slice(b"\",\"at\":\"");
        self.stamp.push(&mut self.bytes, at);
        self.bytes.extend_from_slice(b"\",\"kind\":\"");
        self.bytes.extend_from_slice(kind.as_bytes());
        self.bytes.push(b'"');
        Line(&mut self.bytes)
    }

    /// A moment as text, for a field.
    pub(super) fn moment(&self, at: u32) -> String {
        self.stamp.zone.format(self.stamp.instant(at))
    }
}

impl Stamp {
    fn instant(&self, at: u32) -> Instant {
        Instant::from_ms(self.first.ms() + i64::from(at) * 1_000)
    }

    #[inline]
    fn push(&mut self, bytes: &mut Vec<u8>, at: u32) {
        if self.minute != Some(at / 60) {
            self.minute = Some(at / 60);
            self.text.clear();
            let minute = self.instant(at - at % 60);
            self.zone.write_rfc3339(&mut self.text, minute);
        }
        let text = self.text.as_bytes();
        let seconds = "2025-01-01T00:00:".len();
        if let Some((date, rest)) = text.split_at_checked(seconds) {
            bytes.extend_from_slice(date);
            let second = (at % 60) as u8;
            bytes.extend_from_slice(&[b'0' + second / 10, b'0' + second % 10]);
            bytes.extend_from_slice(rest.get(2..).unwrap_or_default());
        }
    }
}

impl Line<'_> {
    #[inline]
    fn key(&mut self, key: &str) {
        self.0.extend_from_slice(b",\"");
        self.0.extend_from_slice(key.as_bytes());
        self.0.extend_from_slice(b"\":");
    }

    #[inline]
    pub(super) fn group(self, group: GroupId) -> Self {
        self.0.extend_from_slice(b",\"group\":\"g");
        push_number(self.0, group.number());
        self.0.push(b'"');
        self
    }

    #[inline]
    pub(super) fn member(self, member: MemberId) -> Self {
        self.0.extend_from_slice(b",\"member\":\"m");
        push_number(self.0, member.number());
        self.0.push(b'"');
        self
    }

    /// A text that needs no escapes.
    #[inline]
    pub(super) fn text(mut self, key: &str, text: &str) -> Self {
        self.key(key);
        self.0.push(b'"');
        self.0.extend_from_slice(text.as_bytes());
        self.0.push(b'"');
        self
    }

    /// A name made of a letter and a number.
    #[inline]
    pub(super) fn name(mut self, key: &str, letter: char, number: u32) -> Self {
        self.key(key);
        self.0.push(b'"');
        self.0.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
        push_number(self.0, number);
        self.0.push(b'"');
        self
    }

    #[inline]
    pub(super) fn who(self, key: &str, member: MemberId) -> Self {
        self.name(key, 'm', member.number())
    }

    #[inline]
    pub(super) fn number(mut self, key: &str, number: u32) -> Self {
        self.key(key);
        push_number(self.0, number);
        self
    }

    /// A number that is left out where there is none.
    #[inline]
    pub(super) fn some(self, key: &str, number: u32) -> Self {
        if number == 0 { self } else { self.number(key, number) }
    }

    /// An amount of money with two decimals.
    pub(super) fn money(mut self, key: &str, cents: u32) -> Self {
        self.key(key);
        push_number(self.0, cents / 100);
        let cents = (cents % 100) as u8;
        self.0.extend_from_slice(&[b'.', b'0' + cents / 10, b'0' + cents % 10]);
        self
    }

    /// A hash of a text: 48 of its bits.
    #[inline]
    pub(super) fn hash(mut self, key: &str, hash: u64) -> Self {
        self.key(key);
        self.0.push(b'"');
        let nibble = |place: u32| {
            let digit = (hash >> (4 * place) & 15) as u8;
            if digit < 10 { b'0' + digit } else { b'a' + digit - 10 }
        };
        let digits: [u8; 12] = std::array::from_fn(|place| nibble(place as u32));
        self.0.extend_from_slice(&digits);
        self.0.push(b'"');
        self
    }

    #[inline]
    pub(super) fn end(self) {
        self.0.extend_from_slice(b"}\n");
    }
}

#[inline]
fn push_number(bytes: &mut Vec<u8>, mut number: u32) {
    let mut digits = [0_u8; 10];
    let mut used = 0;
    for place in digits.iter_mut().rev() {
        *place = b'0' + (number % 10) as u8;
        used += 1;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    bytes.extend_from_slice(digits.get(digits.len() - used..).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_what_a_log_wants() {
        let zone = Zone::parse("Asia/Kathmandu").unwrap();
        let mut page = Page::new(zone, Instant::parse("2025-01-01T00:00:00+05:45").unwrap());
        let line = page.event(0, "purchase.made").group(GroupId(0)).member(MemberId(99));
        line.money("amount", 1_205).name("sku", 's', 40).some("n", 0).hash("h", 0xfedc_ba98_7654_3210).end();
        page.event(3_661, "member.left").group(GroupId(1)).member(MemberId(u32::MAX - 1)).number("n", 100).end();
        let text = std::str::from_utf8(page.bytes()).unwrap();
        assert_eq!(
            text,
            concat!(
                r#"{"id":"e1","at":"2025-01-01T00:00:00+05:45","kind":"purchase.made","group":"g1","member":"m100","#,
                r#""amount":12.05,"sku":"s40","h":"0123456789ab"}"#,
                "\n",
                r#"{"id":"e2","at":"2025-01-01T01:01:01+05:45","kind":"member.left","group":"g2","member":"m4294967295","#,
                r#""n":100}"#,
                "\n"
            )
        );
    }
}
