//! Times as logs repeat them: mostly of the day of the one before, at the same offset.

use crate::time::Instant;

/// The longest time that is read here, with its closing quote and some bytes to spare.
const SPACE: usize = 32;
/// How long a date with the letter after it is: `2024-03-01T`.
const DATE: usize = 11;

/// The day and the offset of the time read last.
#[derive(Debug, Default)]
pub(crate) struct Clock {
    /// The date as it is written, in two words that overlap; zero is none.
    date: (u64, u64),
    date_ms: i64,
    /// The offset as it is written, with the closing quote.
    offset: u64,
    /// Which bytes of a word that takes up.
    mask: u64,
    offset_ms: i64,
    offset_length: usize,
}

impl Clock {
    /// The time that stands at `start`, after its opening quote, and where its closing quote ends; `None` where it is
    /// wrong or written in another way than `2024-03-01T08:30:00+08:00`, with or without milliseconds, or with `Z`.
    #[inline]
    pub(crate) fn read(&mut self, text: &[u8], start: usize) -> Option<(Instant, usize)> {
        let space: &[u8; SPACE] = text.get(start..)?.first_chunk()?;
        let [.., dot] = *space.first_chunk::<20>()?;
        let (fraction, zone) = if dot == b'.' { (fraction_ms(space)?, 23) } else { (0, 19) };
        let time = time_ms(word(space, DATE))?;
        let offset = if zone == 23 { word(space, 23) } else { word(space, 19) };
        let known = (word(space, 0), word(space, 3)) == self.date && offset & self.mask == self.offset;
        if !known {
            self.learn(space, zone)?;
        }
        let at = Instant::from_ms(self.date_ms + time + fraction + self.offset_ms);
        Some((at, start + zone + self.offset_length))
    }

    /// Takes in a new day or offset.
    #[cold]
    fn learn(&mut self, space: &[u8; SPACE], zone: usize) -> Option<()> {
        let end = space.iter().position(|byte| *byte == b'"')?;
        let date = std::str::from_utf8(space.get(..DATE)?).ok()?;
        let offset = std::str::from_utf8(space.get(zone..end)?).ok()?;
        let date_ms = Instant::parse(&format!("{date}00:00:00Z")).ok()?.ms();
        let offset_ms = Instant::parse(&format!("1970-01-01T00:00:00{offset}")).ok()?.ms();
        let offset_length = offset.len() + 1;
        let mask = u64::MAX.checked_shr(64 - 8 * u32::try_from(offset_length).ok()?)?;
        let offset = (if zone == 23 { word(space, 23) } else { word(space, 19) }) & mask;
        let date = (word(space, 0), word(space, 3));
        *self = Clock { date, date_ms, offset, mask, offset_ms, offset_length };
        Some(())
    }
}

/// Eight bytes of those there are, the first one lowest.
#[inline]
fn word(space: &[u8; SPACE], at: usize) -> u64 {
    space.get(at..).and_then(<[u8]>::first_chunk).map_or(0, |word| u64::from_le_bytes(*word))
}

/// The milliseconds of `HH:MM:SS`; `None` also for a leap second.
#[inline]
fn time_ms(text: u64) -> Option<i64> {
    // Digits become their numbers and the colons nothing; whatever else becomes more than is added up to 0x7F.
    let digits = text ^ 0x3030_3A30_303A_3030;
    if (digits.wrapping_add(0x7676_7F76_767F_7676) | digits) & 0x8080_8080_8080_8080 != 0 {
        return None;
    }
    let pair = |shift: u32| ((digits >> shift) & 0xF) * 10 + ((digits >> (shift + 8)) & 0xF);
    let (hour, minute, second) = (pair(0), pair(24), pair(48));
    let sound = hour < 24 && minute < 60 && second < 60;
    sound.then_some((hour * 3_600_000 + minute * 60_000 + second * 1_000) as i64)
}

/// The milliseconds of `.mmm` behind the seconds.
#[inline]
fn fraction_ms(space: &[u8; SPACE]) -> Option<i64> {
    let text = word(space, 19) as u32;
    let digits = text ^ 0x3030_302E;
    if (digits.wrapping_add(0x7676_767F) | digits) & 0x8080_8080 != 0 {
        return None;
    }
    let digit = |shift: u32| i64::from((digits >> shift) & 0xF);
    Some(digit(8) * 100 + digit(16) * 10 + digit(24))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn agrees(clock: &mut Clock, text: &str) -> bool {
        let line = format!("\"{text}\",\"kind\":\"member.joined\",\"group\"");
        let read = clock.read(line.as_bytes(), 1);
        if let Some((at, end)) = read {
            assert_eq!(Ok(at), Instant::parse(text), "{text}");
            assert_eq!(end, text.len() + 2, "{text}");
        }
        read.is_some()
    }

    #[test]
    fn common_forms_are_read() {
        let mut clock = Clock::default();
        for text in [
            "2024-03-01T08:30:00+08:00",
            "2024-03-01T08:30:01.250+08:00",
            "2024-03-01T23:59:59.999Z",
            "2024-03-01T23:59:59Z",
            "2024-02-29 00:00:00.000-05:30",
            "0001-01-01T00:00:00Z",
        ] {
            assert!(agrees(&mut clock, text) && agrees(&mut clock, text), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_or_rare_is_left_to_others() {
        let mut clock = Clock::default();
        assert!(agrees(&mut clock, "2024-03-01T08:30:00+08:00"));
        for text in [
            "2024-03-01T08:30:60+08:00",
            "2024-03-01T24:30:00+08:00",
            "2024-03-01T08:60:00+08:00",
            "2024-03-01T08:3x:00+08:00",
            "2024-03-01T08:30:00.25+08:00",
            "2024-03-01T08:30:00.2500+08:00",
            "2024-03-01T08:30:00",
            "2024-03-01T08:30:00+0800",
            "2024-02-30T08:30:00+08:00",
            "2024-03-01T08:30:00Zx",
        ] {
            assert!(!agrees(&mut clock, text), "{text}");
        }
    }

    proptest! {
        #[test]
        fn agrees_with_the_reader_of_any_time(
            texts in proptest::collection::vec(r"20(00|23|24)-(0[1-3]|1[0-3])-(0[1-3]|3[01])[T ]([01][0-9]|2[0-5]):[0-6][0-9]:[0-6][0-9](\.[0-9:]{3})?(Z|[+-]0[08]:[0-6]0)", 1..20)
        ) {
            let mut clock = Clock::default();
            for text in texts {
                let read = agrees(&mut clock, &text);
                prop_assert!(read || Instant::parse(&text).is_err() || text.contains(":60"));
            }
        }
    }
}
