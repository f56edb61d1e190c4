//! Budgets: kept or broken, and the largest overruns with the decision that broke them.

use super::{grouped, plural};
use crate::simulate::budget::{BudgetFigures, Overrun};
use crate::time::Zone;
use serde_json::{Value, json};

/// One paragraph a budget: what it came to, then the largest overruns, indented.
#[must_use]
pub fn lines(budgets: &[BudgetFigures], zone: Zone) -> Vec<String> {
    let mut lines = Vec::new();
    for budget in budgets {
        lines.push(format!("{}: {}", budget.name, verdict(budget)));
        lines.extend(overruns(budget, zone).into_iter().map(|line| format!("  {line}")));
    }
    lines
}

/// `kept`, or `broken 3 times by 2 members, 7 actions beyond it (order.sop:12:1)`
#[must_use]
pub fn verdict(budget: &BudgetFigures) -> String {
    if budget.overruns == 0 {
        return "kept".to_owned();
    }
    let times = match budget.overruns {
        1 => "once".to_owned(),
        n => format!("{} times", grouped(n)),
    };
    let subject = match budget.largest.first() {
        Some(Overrun { role: Some(_), .. }) => "role",
        Some(Overrun { member: Some(_), .. }) => "member",
        Some(Overrun { group: Some(_), .. }) => "group",
        _ => return format!("broken {times}, {} beyond it ({})", plural(budget.beyond, "action"), budget.source),
    };
    let (by, beyond) = (plural(budget.subjects, subject), plural(budget.beyond, "action"));
    format!("broken {times} by {by}, {beyond} beyond it ({})", budget.source)
}

/// The largest overruns, one a line, and how many there are besides.
#[must_use]
pub fn overruns(budget: &BudgetFigures, zone: Zone) -> Vec<String> {
    let mut lines: Vec<String> = budget.largest.iter().map(|overrun| line(overrun, zone)).collect();
    let more = budget.overruns.saturating_sub(lines.len() as u64);
    if more > 0 {
        lines.push(format!("and {}", plural(more, "more overrun")));
    }
    lines
}

fn line(overrun: &Overrun, zone: Zone) -> String {
    let whose = [&overrun.role, &overrun.member, &overrun.group].into_iter().flatten().cloned().collect::<Vec<_>>();
    let whose = if whose.is_empty() { String::new() } else { format!("{}: ", whose.join(" in ")) };
    let Overrun { cap, action, item, decided, .. } = overrun;
    let (count, from, at) = (grouped(overrun.count), zone.short(overrun.from), zone.short(overrun.at));
    format!(
        "{whose}{count} from {from} on, where it says `{cap}`; the first beyond at {at}, `{action}` of {item} ({decided})"
    )
}

/// For programs.
#[must_use]
pub fn json(budget: &BudgetFigures, zone: Zone) -> Value {
    let overrun = |overrun: &Overrun| {
        json!({
            "cap": overrun.cap, "group": overrun.group, "member": overrun.member, "role": overrun.role,
            "count": overrun.count, "most": overrun.most, "from": zone.format(overrun.from),
            "first": {
                "at": zone.format(overrun.at), "id": overrun.id, "action": overrun.action, "item": overrun.item,
                "source": overrun.decided,
            },
        })
    };
    json!({
        "name": budget.name, "source": budget.source, "overruns": budget.overruns, "beyond": budget.beyond,
        "subjects": budget.subjects, "largest": budget.largest.iter().map(overrun).collect::<Vec<_>>(),
    })
}
