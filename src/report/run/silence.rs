//! Why an item never acted, in words.

use super::super::{grouped, plural};
use super::human::title;
use crate::simulate::Report;
use crate::simulate::report::{ItemFigures, Nearest, Silence};

/// The item, and a line or two below it.
pub(super) fn lines(report: &Report, item: &ItemFigures, silence: &Silence) -> String {
    let mut text = format!("{} ({})\n", title(item), item.source);
    for reason in reasons(report, silence) {
        text.push_str("  ");
        text.push_str(&reason);
        text.push('\n');
    }
    text
}

fn reasons(report: &Report, silence: &Silence) -> Vec<String> {
    if let Some((most, first)) = silence.strikes {
        return vec![strikes(most, first)];
    }
    let Some(nearest) = &silence.nearest else { return unheard(report, silence) };
    let mut reasons = vec![near(nearest, silence.tested)];
    if let Some((part, times)) = &silence.stopped_by
        && *part != nearest.part
    {
        let share = format!("{} of {} times", grouped(*times), grouped(silence.tested));
        reasons.push(format!("most often stopped by `{part}`: {share}"));
    }
    reasons
}

fn strikes(most: u64, first: u32) -> String {
    match most {
        0 => "nobody got a strike".to_owned(),
        most => format!("nobody got further than {most}; its first step is at {first}"),
    }
}

fn unheard(report: &Report, silence: &Silence) -> Vec<String> {
    let (outside, absent): (Vec<&String>, Vec<&String>) =
        silence.unheard.iter().partition(|kind| report.read.outside.contains(kind));
    let mut reasons = Vec::new();
    if !absent.is_empty() {
        reasons.push(format!("there is no {} in the log", named(&absent)));
    }
    if !outside.is_empty() {
        reasons.push(format!("there is no {} {}", named(&outside), not_between(report)));
    }
    if reasons.is_empty() {
        reasons.push("its time never came, or there was nobody it is about".to_owned());
    }
    reasons
}

fn named(kinds: &[&String]) -> String {
    let kinds: Vec<String> = kinds.iter().map(|kind| format!("`{kind}`")).collect();
    kinds.join(" and no ")
}

/// Where the log runs, for somebody who asked for a part of it.
pub(super) fn not_between(report: &Report) -> String {
    let runs = report.read.whole_span.map_or_else(String::new, |(first, last)| {
        format!("; the log runs from {} to {}", report.zone.short(first), report.zone.short(last))
    });
    format!("between `--from` and `--to`{runs}")
}

/// `count(message.posted, last 10s) >= 5` came to 4 at the nearest
fn near(nearest: &Nearest, tested: u64) -> String {
    let part = format!("`{}`", nearest.part);
    let times = if nearest.reached == tested {
        format!("tested {}", times(tested))
    } else {
        format!("reached in {} of {}", grouped(nearest.reached), plural(tested, "test"))
    };
    let (unknown, known) = (nearest.unknown, nearest.reached - nearest.unknown);
    match (&nearest.left, &nearest.right) {
        (Some(left), Some(right)) => format!("nearest: {part} came to {left} against {right} ({times})"),
        (Some(left), None) => format!("nearest: {part} came to {left} ({times})"),
        _ if known == 0 => format!("{part} could never be known ({times})"),
        _ if unknown == 0 => format!("{part} was never true ({times})"),
        _ => format!("{part} was never true, and {} unknown ({times})", self::times(unknown)),
    }
}

fn times(count: u64) -> String {
    match count {
        1 => "once".to_owned(),
        count => plural(count, "time"),
    }
}
