//! Going through what is written in an item.

use crate::syntax::tree::{
    Action, ActionKind, Due, Expr, ExprKind, Item, ItemKind, MessageBody, Said, ScheduleKind, SelectKind, StepTime,
    Text, TextPart, Trigger, WindowKind,
};

/// Calls `f` with each action of an item, those of tasks included.
pub fn actions<'t>(item: &'t Item, f: &mut dyn FnMut(&'t Action)) {
    let mut all = |list: &'t [Action]| list.iter().for_each(|action| with_tasks(action, f));
    match &item.kind {
        ItemKind::Rule(rule) => rule.branches.iter().for_each(|branch| {
            all(&branch.do_);
            all(&branch.otherwise);
        }),
        ItemKind::Flow(flow) => flow.steps.iter().for_each(|step| all(&step.do_)),
        ItemKind::Ladder(ladder) => ladder.steps.iter().for_each(|step| all(&step.do_)),
        ItemKind::Tiers(tiers) => {
            all(&tiers.on_promotion);
            all(&tiers.on_demotion);
        }
        ItemKind::Calendar { rows, .. } => rows.iter().for_each(|row| all(&row.do_)),
        _ => {}
    }
}

fn with_tasks<'t>(action: &'t Action, f: &mut dyn FnMut(&'t Action)) {
    f(action);
    if let ActionKind::Task(task) = &action.kind {
        task.otherwise.iter().for_each(|action| with_tasks(action, f));
    }
}

/// Calls `f` with each expression of an item and all its parts.
pub fn exprs<'t>(item: &'t Item, f: &mut dyn FnMut(&'t Expr)) {
    if let Some(head) = super::book::head(item) {
        head.where_.iter().for_each(|e| expr(e, f));
    }
    match &item.kind {
        ItemKind::Message(message) => match &message.body {
            MessageBody::Texts(texts) => texts.iter().for_each(|t| text(t, f)),
            MessageBody::From(from) => text(from, f),
        },
        ItemKind::Pool { weight, .. } => weight.iter().for_each(|e| expr(e, f)),
        ItemKind::Let { value, .. } => expr(value, f),
        ItemKind::Segment { when, .. } => expr(when, f),
        ItemKind::Metric { value, schedule, .. } => {
            if let ScheduleKind::Every(e) = &schedule.kind {
                expr(e, f);
            }
            expr(value, f);
        }
        ItemKind::Rule(rule) => {
            for trigger in &rule.triggers {
                if let Trigger::Silence { during, .. } = trigger {
                    expr(during, f);
                }
            }
            for branch in &rule.branches {
                branch.when.iter().for_each(|e| expr(e, f));
                if let Some(select) = &branch.select {
                    expr(&select.amount, f);
                    if let SelectKind::Top(by) = &select.kind {
                        expr(by, f);
                    }
                }
            }
            rule.once.iter().filter_map(|once| once.per.as_ref()).for_each(|e| expr(e, f));
        }
        ItemKind::Flow(flow) => {
            flow.edges.iter().filter_map(|edge| edge.when.as_ref()).for_each(|e| expr(e, f));
            flow.goals.iter().chain(&flow.anchors).for_each(|e| expr(e, f));
            for step in &flow.steps {
                step.when.iter().for_each(|e| expr(e, f));
                match &step.time {
                    StepTime::After(e) | StepTime::At(e) => expr(e, f),
                    _ => {}
                }
            }
        }
        ItemKind::Tiers(tiers) => tiers.levels.iter().filter_map(|level| level.when.as_ref()).for_each(|e| expr(e, f)),
        ItemKind::Calendar { rows, .. } => rows.iter().filter_map(|row| row.when.as_ref()).for_each(|e| expr(e, f)),
        _ => {}
    }
    actions(item, &mut |action| action_exprs(action, f));
}

/// Calls `f` with each expression of one action and all its parts; those of actions inside it are left out.
pub fn action_exprs<'t>(action: &'t Action, f: &mut dyn FnMut(&'t Expr)) {
    action.to.iter().for_each(|e| expr(e, f));
    match &action.kind {
        ActionKind::Say { what, .. } => match what {
            Said::Message { args, .. } => args.iter().for_each(|e| expr(e, f)),
            Said::Text(said) => text(said, f),
            Said::Pool(_) => {}
        },
        ActionKind::Set { value: e, .. }
        | ActionKind::Award { amount: e, .. }
        | ActionKind::Redeem { amount: e, .. }
        | ActionKind::Invite(e)
        | ActionKind::InviteWhere(e)
        | ActionKind::Mute { during: e, .. } => expr(e, f),
        ActionKind::Ban { during, .. } => during.iter().for_each(|e| expr(e, f)),
        ActionKind::Strike { weight, because, .. } => {
            weight.iter().for_each(|e| expr(e, f));
            because.iter().for_each(|t| text(t, f));
        }
        ActionKind::Task(task) => {
            text(&task.title, f);
            match &task.due {
                Due::After(e) | Due::At(e) => expr(e, f),
                Due::Offset(_) => {}
            }
        }
        ActionKind::Start { args, .. } | ActionKind::Custom { args, .. } => args.iter().for_each(|e| expr(e, f)),
        ActionKind::Emit { fields, .. } => fields.iter().for_each(|(_, e)| expr(e, f)),
        _ => {}
    }
}

fn text<'t>(text: &'t Text, f: &mut dyn FnMut(&'t Expr)) {
    for part in &text.parts {
        if let TextPart::Hole(e) = part {
            expr(e, f);
        }
    }
}

/// Calls `f` with an expression and all its parts.
pub fn expr<'t>(e: &'t Expr, f: &mut dyn FnMut(&'t Expr)) {
    f(e);
    match &e.kind {
        ExprKind::Text(t) => text(t, f),
        ExprKind::List(items) => items.iter().for_each(|e| expr(e, f)),
        ExprKind::Not(inner) | ExprKind::Negate(inner) => expr(inner, f),
        ExprKind::Binary { left, right, .. } | ExprKind::Matches { left, pattern: right } => {
            expr(left, f);
            expr(right, f);
        }
        ExprKind::Between { value, low, high } => [value, low, high].into_iter().for_each(|e| expr(e, f)),
        ExprKind::Else { value, fallback } => [value, fallback].into_iter().for_each(|e| expr(e, f)),
        ExprKind::If { condition, then, otherwise } => {
            [condition, then, otherwise].into_iter().for_each(|e| expr(e, f));
        }
        ExprKind::Past(past) => {
            past.where_.iter().for_each(|e| expr(e, f));
            past.by.iter().filter_map(|by| by.value.as_ref()).for_each(|e| expr(e, f));
            if let Some(WindowKind::Last { during, .. }) = past.window.as_ref().map(|window| &window.kind) {
                expr(during, f);
            }
        }
        ExprKind::Call { args, .. } => args.iter().for_each(|e| expr(e, f)),
        _ => {}
    }
}
