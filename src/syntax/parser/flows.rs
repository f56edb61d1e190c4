//! Flows: edges, goal, anchor and steps.

use super::super::error::{Part, Slip};
use super::super::keywords::{Sort, Tongue};
use super::super::tree::{Edge, EdgeKind, Expr, Flow, OnChange, Step, StepTime};
use super::expressions::peeled;
use super::past::optional;
use super::{Builder, Node, Rule, child, spell};
use crate::time::Duration;

impl Builder<'_> {
    pub(super) fn flow(&mut self, node: Node<'_>) -> Option<Flow> {
        let head = self.head(&node)?;
        let (edges, goals, anchors, steps) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let mut flow = Flow { head, edges, goals, anchors, once: None, on_change: None, steps };
        for part in node.into_inner() {
            self.flow_clause(&mut flow, part);
        }
        Some(flow)
    }

    fn flow_clause(&mut self, flow: &mut Flow, part: Node<'_>) {
        match part.as_rule() {
            Rule::edge => flow.edges.extend(self.edge(part)),
            Rule::goal => flow.goals.extend(self.goal(part)),
            Rule::anchor => flow.anchors.extend(child(part, Rule::expr).and_then(|value| self.value(value))),
            Rule::once => self.flow_once(flow, part),
            Rule::on_reload => self.on_reload(flow, &part),
            Rule::step => flow.steps.extend(self.step(part)),
            Rule::on_clause => self.on_in_flow(&part),
            _ => {}
        }
    }

    fn flow_once(&mut self, flow: &mut Flow, part: Node<'_>) {
        if let Some(first) = &flow.once {
            self.twice(&part, Rule::kw_once, first.span);
        }
        flow.once = self.once(part);
    }

    fn on_reload(&mut self, flow: &mut Flow, part: &Node<'_>) {
        if let Some(first) = &flow.on_change {
            self.twice(part, Rule::kw_on_change, first.span);
        }
        let span = self.span(part);
        match child(part.clone(), Rule::word) {
            Some(word) => flow.on_change = Some(OnChange { word: self.loose(Sort::Choice, &word), span }),
            None => self.missing(Part::ChangePolicy, "on change", part),
        }
    }

    fn on_in_flow(&mut self, node: &Node<'_>) {
        let on = node.clone().into_inner().next().map(|on| on.as_str().to_owned()).unwrap_or_default();
        let right = format!("{} {}", spell(Rule::kw_start, Tongue::of(&on)), self.source(node));
        self.slip(Slip::OnInFlow, node, right);
    }

    fn edge(&mut self, node: Node<'_>) -> Option<Edge> {
        let span = self.span(&node);
        let kind = edge_kind(child(node.clone(), Rule::edge_kind)?)?;
        let events = child(node.clone(), Rule::events).map(|events| self.events(events))?;
        let when = child(node, Rule::when_clause).map(|when| self.when_clause(when));
        Some(Edge { kind, events, when: optional(when)?, span })
    }

    fn goal(&mut self, node: Node<'_>) -> Option<Expr> {
        let value = child(node.clone(), Rule::expr)?;
        if child(node.clone(), Rule::kw_when).is_none() {
            let goal = child(node, Rule::kw_goal)?;
            let tongue = Tongue::of(goal.as_str());
            self.slip(Slip::NoWhen, &goal, format!("{} {}", goal.as_str(), spell(Rule::kw_when, tongue)));
        }
        self.value(value)
    }

    fn step(&mut self, node: Node<'_>) -> Option<Step> {
        let span = self.span(&node);
        let time = node.clone().into_inner().next().and_then(|time| self.step_time(time));
        let (when, do_) = self.when_do(&node);
        Some(Step { span, time: time?, when: when?, do_: do_? })
    }

    fn step_time(&mut self, node: Node<'_>) -> Option<StepTime> {
        match node.as_rule() {
            Rule::at_once => Some(StepTime::Once),
            Rule::after => self.after(node),
            Rule::on_day => self.on_day(node),
            _ => self.at_time(node),
        }
    }

    fn after(&mut self, node: Node<'_>) -> Option<StepTime> {
        let what = node.into_inner().nth(1)?;
        match what.as_rule() {
            Rule::names => Some(StepTime::AfterTasks(self.names(what.into_inner()))),
            _ => self.value(what).map(StepTime::After),
        }
    }

    fn on_day(&mut self, node: Node<'_>) -> Option<StepTime> {
        let day = child(node.clone(), Rule::sum).and_then(|day| self.day_number(day));
        let Some(times) = child(node.clone(), Rule::at_times) else {
            self.missing(Part::AtTime, "day", &node);
            return None;
        };
        let at = self.at_times(times);
        Some(StepTime::Day { day: day?, at })
    }

    fn at_time(&mut self, node: Node<'_>) -> Option<StepTime> {
        if let Some(offset) = child(node.clone(), Rule::offset) {
            return self.offset(offset).map(StepTime::Offset);
        }
        let expr = child(node, Rule::expr)?;
        let only = expr.clone().into_inner().next().map(peeled)?;
        if only.as_rule() == Rule::duration {
            return self.unsigned(&only).map(StepTime::Offset);
        }
        self.value(expr).map(StepTime::At)
    }

    /// `at 3d`, which could mean before or after the anchor.
    fn unsigned(&mut self, node: &Node<'_>) -> Option<Duration> {
        let duration = self.duration(node)?;
        self.slip(Slip::UnsignedOffset, node, format!("+{}", node.as_str()));
        Some(duration)
    }
}

fn edge_kind(node: Node<'_>) -> Option<EdgeKind> {
    match node.into_inner().next()?.as_rule() {
        Rule::kw_start => Some(EdgeKind::Start),
        Rule::kw_update => Some(EdgeKind::Update),
        Rule::kw_stop => Some(EdgeKind::Stop),
        Rule::kw_restart => Some(EdgeKind::Restart),
        _ => None,
    }
}
