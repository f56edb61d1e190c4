//! How an answer to why and why not looks: text for people, JSON for programs.

use super::pretty;
use crate::engine::{Gate, InForce, Outlook};
use crate::explain::{
    CauseSeen, CauseSort, Counted, DecisionSeen, ItemSeen, LimitSeen, Miss, Node, Overview, Strikes, Test, Truth, Why,
    WhyNot,
};
use crate::time::{Instant, Zone};
use rust_decimal::Decimal;
use serde_json::{Value, json};
use std::fmt::Write;

/// Why, for people.
#[must_use]
pub fn why(why: &Why) -> String {
    let decision = &why.decision;
    let mut text = format!("{}\n", headline(decision));
    let DecisionSeen { id, sort, item, source, certainty, .. } = decision;
    let _ = writeln!(text, "  decision {id}, {sort} `{item}`, {source}, {certainty}");
    if decision.args != "{}" {
        let _ = writeln!(text, "  {}", decision.args);
    }
    if why.became.len() > 1 {
        for (at, status, reason) in &why.became {
            let _ = writeln!(text, "  {at}  {status}{}", in_brackets(reason.as_deref()));
        }
    }
    text.push_str("\nWhat led to it\n");
    for cause in why.causes.iter().rev() {
        text.push_str(&link(cause));
    }
    let _ = writeln!(text, "  {} `{}` acted", decision.sort, decision.item);
    tests(&mut text, &why.tests, &decision.at);
    if let Some(strikes) = &why.strikes {
        text.push_str(&of_strikes(strikes));
    }
    text.push_str(&of_limits(&why.limits));
    if let Some(sentence) = &why.sentence {
        let _ = write!(text, "\nTo the member\n  {sentence}\n");
    }
    text
}

/// Why not, for people.
#[must_use]
pub fn why_not(answer: &WhyNot) -> String {
    let place = answer.group.as_ref().map(|group| format!(" in `{group}`")).unwrap_or_default();
    let mut text = format!("`{}` and `{}`{place}, up to {}\n", answer.item, answer.member, answer.at);
    let _ = writeln!(text, "  {}", answer.source);
    let acted = match answer.acted {
        0 => "  it never acted for this member".to_owned(),
        n => format!("  it acted {} for this member", times(n)),
    };
    let _ = writeln!(text, "{acted}");
    for done in &answer.last {
        let reason = in_brackets(done.reason.as_deref());
        let _ = writeln!(text, "    {}  {} {}{reason}  {}", done.at, done.action, done.status, done.id);
    }
    if answer.tested > 0 {
        let (tested, held) = (times(answer.tested), times(answer.held));
        let _ = writeln!(text, "  its conditions were tested {tested} and were true {held}");
    } else if answer.acted == 0 && answer.strikes.is_none() {
        text.push_str("  none of its conditions was ever tested for this member\n");
    }
    if !answer.wakes.is_empty() {
        text.push_str("\nWhat wakes it\n");
        for (kind, count) in &answer.wakes {
            let _ = writeln!(text, "  {kind}: {count} about this member");
        }
    }
    if let Some(next) = &answer.next {
        let _ = writeln!(text, "  the clock: next on {next}");
    }
    if let Some(miss) = &answer.nearest {
        of_miss(&mut text, "The nearest it came", miss);
    }
    if let (Some(latest), Some(nearest)) = (&answer.latest, &answer.nearest)
        && latest.at != nearest.at
    {
        of_miss(&mut text, "The last time it was tested", latest);
    }
    if let Some((stopped, last, next)) = &answer.spent {
        let next =
            next.as_ref().map_or("it does not act again".to_owned(), |next| format!("it may act again on {next}"));
        let _ = write!(text, "\nOnce\n  stopped {}: it had acted on {last}; {next}\n", times(*stopped));
    }
    if let Some(strikes) = &answer.strikes {
        text.push_str(&of_strikes(strikes));
    }
    text.push_str(&of_limits(&answer.limits));
    text
}

/// What happened to a member, for people.
#[must_use]
pub fn overview(answer: &Overview, zone: Zone) -> String {
    let place = answer.group.as_ref().map(|group| format!(" in `{group}`")).unwrap_or_default();
    let mut text = format!("`{}`{place}, up to {}\n", answer.member, answer.at);
    for line in stands(&answer.stands, zone) {
        let _ = writeln!(text, "  {line}");
    }
    match answer.decided {
        0 => text.push_str("\nNothing was decided about this member\n"),
        n if n > answer.last.len() => {
            let _ = write!(text, "\nWhat was decided: {} decisions, the last of them\n", super::grouped(n as u64));
        }
        _ => text.push_str("\nWhat was decided\n"),
    }
    for DecisionSeen { id, at, action, group, status, reason, item, sort, .. } in &answer.last {
        let group = group.as_ref().map(|group| format!(" in `{group}`")).unwrap_or_default();
        let reason = in_brackets(reason.as_deref());
        let _ = writeln!(text, "  {at}  {action}{group} {status}{reason}, {sort} `{item}`  {id}");
    }
    if !answer.last.is_empty() {
        text.push_str("  why: `--decision` with the id at the end of a line\n");
    }
    if !answer.items.is_empty() {
        text.push_str("\nWhat looked at this member\n");
    }
    for item in &answer.items {
        let _ = writeln!(text, "  {} `{}`, {}: {}", item.sort, item.item, item.source, looked(item));
        if let Some(near) = item.nearest.as_ref().filter(|_| item.decided == 0) {
            let _ = writeln!(text, "    nearest on {}{}", near.at, nearest(near));
        }
    }
    match answer.others {
        0 => {}
        1 => text.push_str("  1 other item never had to do with this member\n"),
        n => _ = writeln!(text, "  {n} other items never had to do with this member"),
    }
    text
}

/// Where a member stands, one line for each sort of thing.
fn stands(outlook: &Outlook, zone: Zone) -> Vec<String> {
    let until = |until: Option<Instant>| match until {
        None => String::new(),
        Some(until) if until == Instant::MAX => " for ever".to_owned(),
        Some(until) => format!(" until {}", zone.short(until)),
    };
    let mut lines: Vec<String> = outlook
        .sanctions
        .iter()
        .map(|force| format!("{} in `{}`{}", force.what, force.group, until(force.until)))
        .collect();
    lines.extend(outlook.tiers.iter().map(|(tiers, group, level)| match group {
        Some(group) => format!("{tiers}: {level} in `{group}`"),
        None => format!("{tiers}: {level}"),
    }));
    lines.extend(outlook.points.iter().map(|(points, amount)| format!("{amount} {points}")));
    if !outlook.tags.is_empty() {
        lines.push(format!("tags: {}", outlook.tags.join(", ")));
    }
    if lines.is_empty() {
        lines.push("no sanction, no tier above the lowest, no tags, no points".to_owned());
    }
    lines
}

/// `2 decisions; tested 6 times, never true`
fn looked(item: &ItemSeen) -> String {
    let decided = (item.decided > 0).then(|| super::plural(item.decided as u64, "decision"));
    let tested = (item.tested > 0).then(|| format!("tested {}, {} true", times(item.tested), times(item.held)));
    decided.into_iter().chain(tested).collect::<Vec<_>>().join("; ")
}

/// The part that stopped an item, with what its sides came to.
fn nearest(miss: &Miss) -> String {
    let Some(part) = &miss.part else { return String::new() };
    let sides: Vec<String> = sides(&miss.test.node, part).iter().map(|n| format!("{} = {}", n.text, n.value)).collect();
    let sides = if sides.is_empty() { String::new() } else { format!(" ({})", sides.join(", ")) };
    let how = if miss.test.truth == Truth::Unknown { "could not be known" } else { "was not true" };
    format!(": `{part}` {how}{sides}")
}

/// The parts of the node of this text.
fn sides<'n>(node: &'n Node, text: &str) -> &'n [Node] {
    if node.text == text {
        return &node.parts;
    }
    node.parts.iter().map(|part| sides(part, text)).find(|sides| !sides.is_empty()).unwrap_or_default()
}

fn times(count: usize) -> String {
    match count {
        0 => "never".to_owned(),
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        n => format!("{} times", super::grouped(n as u64)),
    }
}

fn of_miss(text: &mut String, head: &str, miss: &Miss) {
    let _ = write!(text, "\n{head}: {}\n", miss.at);
    tests(text, std::slice::from_ref(&miss.test), &miss.at);
    if let Some(part) = &miss.part {
        let how = if miss.test.truth == Truth::Unknown { "could not be known" } else { "was not true" };
        let _ = writeln!(text, "  it stopped at `{part}`, which {how}");
    }
    if let Some(remedy) = &miss.remedy {
        let _ = writeln!(text, "  for it to act: {remedy}");
    }
    if let Some(from) = &miss.by_time {
        let _ = writeln!(text, "  if nothing else happens, that is so from {from} on");
    }
}

fn headline(decision: &DecisionSeen) -> String {
    let member = decision.member.as_ref().map(|member| format!(" of `{member}`")).unwrap_or_default();
    let group = decision.group.as_ref().map(|group| format!(" in `{group}`")).unwrap_or_default();
    let reason = in_brackets(decision.reason.as_deref());
    format!("{}{member}{group} on {}: {}{reason}", decision.action, decision.at, decision.status)
}

fn in_brackets(reason: Option<&str>) -> String {
    reason.map(|reason| format!(" ({reason})")).unwrap_or_default()
}

/// One link of the chain, the events first.
fn link(cause: &CauseSeen) -> String {
    match &cause.sort {
        CauseSort::Event { kind, at, group, member } => {
            let member = member.as_ref().map(|member| format!(" of `{member}`")).unwrap_or_default();
            let group = group.as_ref().map(|group| format!(" in `{group}`")).unwrap_or_default();
            format!("  event {kind}{member}{group} on {at} (`{}`)\n", cause.id)
        }
        CauseSort::Decision { decision, tests: conditions } => {
            let mut text = format!("  {} `{}`, {}\n", decision.sort, decision.item, decision.source);
            tests(&mut text, conditions, &decision.at);
            let _ = writeln!(text, "  decision {} ({})", headline(decision), cause.id);
            text
        }
        CauseSort::Schedule { item, at } => format!("  the clock: `{item}` on {at}\n"),
        CauseSort::Other => format!("  `{}`\n", cause.id),
    }
}

fn gate(gate: Gate) -> &'static str {
    match gate {
        Gate::Subject => "where",
        Gate::Start => "start when",
        Gate::When => "when",
        Gate::Run => "run",
    }
}

/// Conditions; those that were tested at another time than `at` say when.
fn tests(text: &mut String, tests: &[Test], at: &str) {
    for test in tests {
        let on = if test.on == at { String::new() } else { format!(" on {}", test.on) };
        let _ = writeln!(text, "    {} {}: {}{on}", gate(test.gate), test.node.text, test.truth.word());
        let bare = test.node.parts.is_empty();
        events(text, &test.node, 3);
        if !bare {
            test.node.parts.iter().for_each(|part| node(text, part, 3));
        }
    }
}

fn node(text: &mut String, of: &Node, level: usize) {
    let _ = writeln!(text, "{}{} = {}", "  ".repeat(level), of.text, of.value);
    events(text, of, level + 1);
    of.parts.iter().for_each(|part| node(text, part, level + 1));
}

fn events(text: &mut String, of: &Node, level: usize) {
    if of.events.is_empty() {
        return;
    }
    let indent = "  ".repeat(level);
    if of.earlier > 0 {
        let _ = writeln!(text, "{indent}{} earlier", super::grouped(of.earlier as u64));
    }
    for Counted { at, id } in &of.events {
        let id = id.as_ref().map(|id| format!("  `{id}`")).unwrap_or_default();
        let _ = writeln!(text, "{indent}{at}{id}");
    }
}

fn of_strikes(strikes: &Strikes) -> String {
    let steps: Vec<String> = strikes.steps.iter().map(u32::to_string).collect();
    let mut text = format!("\nStrikes on `{}`: {} (steps at {})\n", strikes.ladder, strikes.total, steps.join(", "));
    for strike in &strikes.strikes {
        let group = strike.group.as_ref().map(|group| format!(" in `{group}`")).unwrap_or_default();
        let _ = writeln!(text, "  {}  {}{group}  {}  {}", strike.at, strike.weight, strike.state, strike.decision);
    }
    text
}

fn of_limits(limits: &[LimitSeen]) -> String {
    if limits.is_empty() {
        return String::new();
    }
    let mut text = "\nLimits\n".to_owned();
    for limit in limits {
        let caps: Vec<String> = limit.caps.iter().map(|(count, most)| format!("{count} of {most}")).collect();
        let verdict = match &limit.until {
            Some(until) => format!("stopped it until {until}"),
            None => "let it pass".to_owned(),
        };
        let caps = if caps.is_empty() { String::new() } else { format!(" ({} used)", caps.join(", ")) };
        let _ = writeln!(text, "  `{}` {verdict}{caps}", limit.limit);
    }
    text
}

// ---- JSON -----------------------------------------------------------------------------------------------------------

/// Why, for programs.
#[must_use]
pub fn why_json(why: &Why) -> String {
    pretty(&json!({
        "version": 1,
        "answers": "decision",
        "decision": decision_json(&why.decision),
        "became": why.became.iter().map(|(at, status, reason)| json!({
            "at": at, "status": status, "reason": reason,
        })).collect::<Vec<_>>(),
        "causes": why.causes.iter().map(cause_json).collect::<Vec<_>>(),
        "tests": why.tests.iter().map(test_json).collect::<Vec<_>>(),
        "strikes": why.strikes.as_ref().map(strikes_json),
        "limits": why.limits.iter().map(limit_json).collect::<Vec<_>>(),
        "sentence": why.sentence,
    }))
}

/// Why not, for programs.
#[must_use]
pub fn why_not_json(answer: &WhyNot) -> String {
    pretty(&json!({
        "version": 1,
        "answers": "item",
        "item": answer.item,
        "source": answer.source,
        "member": answer.member,
        "group": answer.group,
        "at": answer.at,
        "acted": answer.acted,
        "last": answer.last.iter().map(|done| json!({
            "id": done.id, "at": done.at, "action": done.action, "status": done.status, "reason": done.reason,
        })).collect::<Vec<_>>(),
        "tested": answer.tested,
        "true": answer.held,
        "nearest": answer.nearest.as_ref().map(miss_json),
        "latest": answer.latest.as_ref().map(miss_json),
        "once": answer.spent.as_ref().map(|(times, last, next)| json!({
            "stopped": times, "acted": last, "free": next,
        })),
        "strikes": answer.strikes.as_ref().map(strikes_json),
        "limits": answer.limits.iter().map(limit_json).collect::<Vec<_>>(),
        "wakes": answer.wakes.iter().map(|(kind, count)| json!({ "kind": kind, "events": count })).collect::<Vec<_>>(),
        "next": answer.next,
    }))
}

/// What happened to a member, for programs.
#[must_use]
pub fn overview_json(answer: &Overview, zone: Zone) -> String {
    let item = |item: &ItemSeen| {
        json!({
            "name": item.item, "sort": item.sort, "source": item.source, "decisions": item.decided,
            "tested": item.tested, "true": item.held, "nearest": item.nearest.as_ref().map(miss_json),
        })
    };
    pretty(&json!({
        "version": 1,
        "answers": "member",
        "member": answer.member,
        "group": answer.group,
        "at": answer.at,
        "stands": outlook_json(&answer.stands, zone),
        "decisions": answer.decided,
        "last": answer.last.iter().map(decision_json).collect::<Vec<_>>(),
        "items": answer.items.iter().map(item).collect::<Vec<_>>(),
        "others": answer.others,
    }))
}

/// Where a member stands, for programs.
pub(super) fn outlook_json(outlook: &Outlook, zone: Zone) -> Value {
    let until = |until: Option<Instant>| until.filter(|until| *until != Instant::MAX).map(|until| zone.format(until));
    let sanction = |force: &InForce| json!({ "what": force.what, "group": force.group, "until": until(force.until) });
    let tier = |(name, group, level): &(String, Option<String>, String)| json!({ "tiers": name, "group": group, "level": level });
    let points = |(name, amount): &(String, Decimal)| json!({ "points": name, "amount": amount.to_string() });
    json!({
        "sanctions": outlook.sanctions.iter().map(sanction).collect::<Vec<_>>(),
        "tiers": outlook.tiers.iter().map(tier).collect::<Vec<_>>(),
        "tags": outlook.tags,
        "points": outlook.points.iter().map(points).collect::<Vec<_>>(),
    })
}

fn decision_json(decision: &DecisionSeen) -> Value {
    let args: Value = serde_json::from_str(&decision.args).unwrap_or_default();
    json!({
        "id": decision.id, "at": decision.at, "action": decision.action, "group": decision.group,
        "member": decision.member, "args": args, "status": decision.status, "reason": decision.reason,
        "item": decision.item, "sort": decision.sort, "source": decision.source, "certainty": decision.certainty,
    })
}

fn cause_json(cause: &CauseSeen) -> Value {
    match &cause.sort {
        CauseSort::Event { kind, at, group, member } => {
            json!({ "id": cause.id, "event": kind, "at": at, "group": group, "member": member })
        }
        CauseSort::Decision { decision, tests } => json!({
            "id": cause.id, "decision": decision_json(decision),
            "tests": tests.iter().map(test_json).collect::<Vec<_>>(),
        }),
        CauseSort::Schedule { item, at } => json!({ "id": cause.id, "schedule": item, "at": at }),
        CauseSort::Other => json!({ "id": cause.id }),
    }
}

fn test_json(test: &Test) -> Value {
    json!({ "at": test.on, "gate": gate(test.gate), "truth": test.truth, "condition": test.node })
}

fn miss_json(miss: &Miss) -> Value {
    json!({ "at": miss.at, "test": test_json(&miss.test), "stopped_at": miss.part, "needs": miss.remedy, "by_time": miss.by_time })
}

fn strikes_json(strikes: &Strikes) -> Value {
    let of = |strike: &crate::explain::StrikeLine| {
        json!({
            "at": strike.at, "weight": strike.weight, "decision": strike.decision, "group": strike.group,
            "state": strike.state,
        })
    };
    json!({
        "ladder": strikes.ladder, "total": strikes.total, "steps": strikes.steps,
        "strikes": strikes.strikes.iter().map(of).collect::<Vec<_>>(),
    })
}

fn limit_json(limit: &LimitSeen) -> Value {
    json!({
        "limit": limit.limit, "until": limit.until,
        "caps": limit.caps.iter().map(|(count, most)| json!({ "used": count, "most": most })).collect::<Vec<_>>(),
    })
}
