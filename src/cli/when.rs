//! Times on the command line: RFC 3339, or a local time of the community.

use super::failure::Failure;
use crate::time::{Instant, Zone};
use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

/// Reads `2024-03-01`, `2024-03-01T08:00`, `2024-03-01T08:00:30` or RFC 3339 with an offset.
pub(super) fn instant(option: &str, text: &str, zone: Zone) -> Result<Instant, Failure> {
    if let Ok(at) = Instant::parse(text) {
        return Ok(at);
    }
    let local = local(text).ok_or_else(|| Failure::Usage {
        headline: format!("`{option} {text}` is not a time"),
        help: Some("write `2024-03-01`, `2024-03-01T08:00` or `2024-03-01T08:00:00+08:00`".to_owned()),
    })?;
    Ok(zone.instant(local))
}

/// What the clock of the machine shows.
pub(super) fn now() -> Instant {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Instant::from_ms(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

fn local(text: &str) -> Option<NaiveDateTime> {
    if let Ok(date) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        return Some(date.and_time(NaiveTime::MIN));
    }
    let text = text.replacen(' ', "T", 1);
    ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"].iter().find_map(|form| NaiveDateTime::parse_from_str(&text, form).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<String> {
        let shanghai = Zone::parse("Asia/Shanghai").unwrap();
        instant("--from", text, shanghai).ok().map(|at| shanghai.format(at))
    }

    #[test]
    fn local_times_are_the_communitys() {
        assert_eq!(read("2024-03-01").as_deref(), Some("2024-03-01T00:00:00+08:00"));
        assert_eq!(read("2024-03-01T08:30").as_deref(), Some("2024-03-01T08:30:00+08:00"));
        assert_eq!(read("2024-03-01 08:30:15").as_deref(), Some("2024-03-01T08:30:15+08:00"));
        assert_eq!(read("2024-03-01T00:00:00Z").as_deref(), Some("2024-03-01T08:00:00+08:00"));
        for wrong in ["", "yesterday", "2024-02-30", "2024-03-01T25:00", "01.03.2024"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
