//! The report as one JSON document.

use super::super::{budgets, pretty};
use crate::log::{Accounts, FileAccount, Packing};
use crate::simulate::Report;
use crate::simulate::report::{Certainties, ItemFigures, Silence, Statuses};
use crate::time::{Instant, Zone};
use serde_json::{Map, Value, json};

/// For programs; `version` changes when a field changes its meaning or goes away.
#[must_use]
pub fn json(report: &Report) -> String {
    let zone = report.zone;
    pretty(&json!({
        "version": 1,
        "timezone": zone.name(),
        "read": read(report),
        "decisions": report.decisions,
        "statuses": statuses(&report.statuses),
        "waiting": report.waiting,
        "items": report.items.iter().map(|figures| item(figures, zone)).collect::<Vec<_>>(),
        "limits": limits(report),
        "budgets": report.budgets.iter().map(|budget| budgets::json(budget, zone)).collect::<Vec<_>>(),
        "metrics": metrics(report),
        "days": days(report),
        "members": members(report),
        "receiving": report.receiving,
        "unhappened": {
            "left_out": report.unhappened.left_out,
            "kept": report.unhappened.kept,
            "muted": report.unhappened.muted,
        },
        "certainty": certainties(&report.certainties),
        "errors": { "count": report.note_count, "first": report.notes },
    }))
}

fn read(report: &Report) -> Value {
    let (read, accounts) = (&report.read, &report.accounts);
    json!({
        "events": read.events,
        "groups": read.groups,
        "members": read.members,
        "first": read.span.map(|(first, _)| report.zone.format(first)),
        "last": read.span.map(|(_, last)| report.zone.format(last)),
        "kinds": read.kinds.iter().map(|(kind, n)| json!({ "kind": kind, "events": n })).collect::<Vec<_>>(),
        "files": accounts.files.iter().map(file).collect::<Vec<_>>(),
        "bad": bad(accounts),
        "unknown": unknown(accounts),
    })
}

fn file(file: &FileAccount) -> Value {
    let packing = match file.packing {
        Packing::Plain => "plain",
        Packing::Gzip => "gzip",
        Packing::Zstd => "zstd",
    };
    json!({
        "name": file.name, "packing": packing, "lines": file.lines, "events": file.events, "blank": file.blank,
        "bad": file.bad, "repeated": file.repeated, "unknown": file.unknown, "outside": file.outside,
        "undelivered": file.undelivered,
    })
}

fn bad(accounts: &Accounts) -> Value {
    let first = accounts.bad.iter().map(|bad| {
        let file = accounts.files.get(bad.file).map_or("", |file| &file.name);
        let reason = bad.error.reason();
        json!({
            "file": file, "line": bad.line, "code": reason.code, "field": reason.field.as_deref(),
            "headline": bad.error.to_string(), "help": bad.error.help(),
        })
    });
    let reasons = accounts
        .reasons
        .iter()
        .map(|(reason, count)| json!({ "code": reason.code, "field": reason.field.as_deref(), "lines": count }));
    json!({ "first": first.collect::<Vec<_>>(), "reasons": reasons.collect::<Vec<_>>() })
}

fn unknown(accounts: &Accounts) -> Value {
    let kinds = accounts
        .unknown
        .iter()
        .map(|(name, unknown)| json!({ "kind": name.as_str(), "events": unknown.count, "similar": unknown.similar }));
    json!({ "kinds": kinds.collect::<Vec<_>>(), "more": accounts.more_unknown })
}

fn statuses(statuses: &Statuses) -> Value {
    Value::Object(
        statuses.iter().map(|(status, count)| (status.word().to_owned(), json!(count))).collect::<Map<_, _>>(),
    )
}

fn item(item: &ItemFigures, zone: Zone) -> Value {
    let time = |at: Option<Instant>| at.map(|at| zone.format(at));
    json!({
        "name": item.name,
        "sort": item.sort,
        "source": item.source,
        "fired": item.fired,
        "decisions": item.decisions,
        "members": item.members,
        "statuses": statuses(&item.statuses),
        "first": time(item.span.map(|(first, _)| first)),
        "last": time(item.span.map(|(_, last)| last)),
        "busiest_hour": item.busiest.as_ref().map(|(hour, n)| json!({ "hour": hour, "fired": n })),
        "certainty": certainties(&item.certainties),
        "silence": item.silence.as_ref().map(silence),
    })
}

fn certainties(certainties: &Certainties) -> Value {
    certainties.iter().map(|(certainty, count)| (certainty.word().to_owned(), json!(count))).collect()
}

fn silence(silence: &Silence) -> Value {
    json!({
        "tested": silence.tested,
        "nearest": silence.nearest.as_ref().map(|near| json!({
            "part": near.part, "reached": near.reached, "unknown": near.unknown,
            "left": near.left, "right": near.right,
        })),
        "stopped_by": silence.stopped_by.as_ref().map(|(part, times)| json!({ "part": part, "times": times })),
        "unheard": silence.unheard,
        "strikes": silence.strikes.map(|(most, first)| json!({ "most": most, "first_step": first })),
    })
}

fn limits(report: &Report) -> Vec<Value> {
    let limit = |limit: &crate::simulate::report::LimitFigures| json!({ "name": limit.name, "source": limit.source, "statuses": statuses(&limit.statuses) });
    report.limits.iter().map(limit).collect()
}

fn metrics(report: &Report) -> Vec<Value> {
    let metric = |metric: &crate::simulate::report::MetricFigures| {
        let (lowest, highest) = metric.range.clone().unzip();
        json!({
            "name": metric.name, "samples": metric.samples, "unknown": metric.unknown,
            "lowest": lowest, "highest": highest, "last": metric.last.map(|at| report.zone.format(at)),
        })
    };
    report.metrics.iter().map(metric).collect()
}

fn days(report: &Report) -> Vec<Value> {
    let day = |day: &crate::simulate::report::DayFigures| {
        json!({
            "date": day.date, "decisions": day.decisions, "done": day.done, "members": day.members,
            "events": day.events,
        })
    };
    report.days.iter().map(day).collect()
}

fn members(report: &Report) -> Vec<Value> {
    let member = |member: &crate::simulate::report::MemberFigures| json!({ "member": member.member, "received": member.received, "actions": member.actions });
    report.members.iter().map(member).collect()
}
