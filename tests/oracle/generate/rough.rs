//! What a tidy generator leaves out: logs as they come from the wild, clocks of more zones, more lines of cron. All of it
//! is chosen by dice of its own, so that the rest of a seed's case stays what it is.

use super::dice::Dice;
use super::draft::Draft;
use super::marks::{CLOSE, OPEN, part, plain};

/// Zones that stand in for London's: other hours and halves of hours, a gap of two hours, changes at midnight.
const ZONES: [&str; 6] =
    ["Europe/Berlin", "Africa/Cairo", "Asia/Kathmandu", "America/St_Johns", "Antarctica/Troll", "Asia/Beirut"];

const MINUTES: [&str; 6] = ["0", "30", "59", "0,45", "*/30", "5-20/15"];
const HOURS: [&str; 7] = ["0", "2", "1-3", "*/8", "23", "0,12", "9-17/4"];
const DAYS_OF_MONTH: [&str; 8] = ["*", "*", "*", "1", "31", "29,30", "1-7", "*/10"];
const MONTHS: [&str; 6] = ["*", "*", "*", "2-4", "mar,OCT", "1,3-12/2"];
const DAYS_OF_WEEK: [&str; 9] = ["*", "*", "0", "7", "1-5", "sun", "MON,wed", "5-7", "*/2"];

/// Makes a case rougher.
pub fn make(draft: &mut Draft, seed: u64) {
    let mut d = Dice::new(seed ^ 0x0F0F_1234_5EED);
    for (_, text) in &mut draft.files {
        if d.chance(50) {
            *text = text.replace("Europe/London", d.pick(&ZONES));
        }
        if d.chance(70) {
            *text = crons(text, &mut d);
        }
    }
    if d.chance(35) {
        for _ in 0..d.between(1, 4) {
            roughen(draft, &mut d);
        }
    }
}

/// The text with other lines of cron.
fn crons(text: &str, d: &mut Dice) -> String {
    let mut pieces = text.split("cron \"");
    let mut whole = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let rest = piece.split_once('"').map_or("", |(_, rest)| rest);
        let fields = [&MINUTES[..], &HOURS, &DAYS_OF_MONTH, &MONTHS, &DAYS_OF_WEEK].map(|field| d.pick(field));
        whole.push_str(&format!("cron \"{}\"{rest}", fields.join(" ")));
    }
    whole
}

/// One thing about the log that is not as it should be, and that means nothing.
fn roughen(draft: &mut Draft, d: &mut Dice) {
    if draft.log.is_empty() {
        return;
    }
    let position = d.below(draft.log.len());
    let (at, line) = draft.log[position].clone();
    let has = |key: &str| plain(&line).contains(&format!("\"{key}\":"));
    match d.below(9) {
        // The same line again: it is skipped.
        0 if has("id") => draft.log.insert(position + 1, (at, line)),
        1 => {
            let unknown = format!("{{\"id\":\"u{position}\",\"at\":{at},\"kind\":\"nobody.knows\",\"group\":\"g9\"}}");
            draft.log.insert(position, (at, unknown));
        }
        2 => draft.log[position].1 = without_id(&line),
        3 if !has("nobody") => add(draft, position, ",\"nobody\":[1,{\"a\":null}]"),
        4 if !has("links") => add(draft, position, ",\"links\":null"),
        5 if !has("score") => add(draft, position, ",\"score\":null"),
        // A key that the kind does not carry.
        6 if !has("member") && !has("group") => add(draft, position, ",\"group\":\"g1\",\"member\":\"m1\""),
        7 => draft.log.insert(position, (at, String::new())),
        _ => draft.log[position].1 = line.replace('群', "\\u7fa4").replace("{\"id\"", " { \"id\""),
    }
}

fn add(draft: &mut Draft, position: usize, more: &str) {
    let line = &mut draft.log[position].1;
    if let Some(end) = line.rfind('}') {
        line.insert_str(end, &part(more));
    }
}

/// Such an event is named after its line.
fn without_id(line: &str) -> String {
    let Some((head, rest)) = line.split_once("\"id\":\"") else { return line.to_owned() };
    let is_marked = head.ends_with([OPEN, CLOSE]);
    match rest.split_once("\",") {
        Some((_, rest)) if !is_marked => format!("{head}{rest}"),
        _ => line.to_owned(),
    }
}
