//! Schedules: `every …` and `on DATE`.

use super::super::error::Part;
use super::super::keywords::Sort;
use super::super::tree::{Schedule, ScheduleKind};
use super::{Builder, Node, Rule, child};
use crate::time::TimeOfDay;

impl Builder<'_> {
    pub(super) fn every(&mut self, node: Node<'_>) -> Option<Schedule> {
        let span = self.span(&node);
        let mut at = Vec::new();
        let mut kind = None;
        for part in node.into_inner() {
            match part.as_rule() {
                Rule::at_times => at = self.at_times(part),
                Rule::kw_every => {}
                _ => kind = self.every_what(part),
            }
        }
        Some(Schedule { span, kind: kind?, at })
    }

    fn every_what(&mut self, node: Node<'_>) -> Option<ScheduleKind> {
        match node.as_rule() {
            Rule::cron => self.text(child(node, Rule::text)?).map(ScheduleKind::Cron),
            Rule::month => self.month(node),
            Rule::time_span => self.value(node).map(ScheduleKind::Every),
            _ => Some(ScheduleKind::Days(node.into_inner().filter_map(|day| self.day(&day)).collect())),
        }
    }

    fn day(&mut self, node: &Node<'_>) -> Option<super::Word> {
        (node.as_rule() == Rule::name).then(|| self.loose(Sort::Day, node))
    }

    fn month(&mut self, node: Node<'_>) -> Option<ScheduleKind> {
        let mut parts = node.into_inner().rev();
        let (last, which) = (parts.next()?, parts.next()?);
        if last.as_rule() != Rule::word {
            return self.day_number(last).map(ScheduleKind::MonthDay);
        }
        let day = self.loose(Sort::Day, &last);
        let nth = match which.as_rule() {
            Rule::kw_first => 1,
            Rule::kw_second => 2,
            Rule::kw_third => 3,
            Rule::kw_fourth => 4,
            Rule::kw_fifth => 5,
            _ => return Some(ScheduleKind::MonthLast(day)),
        };
        Some(ScheduleKind::MonthNth(nth, day))
    }

    pub(super) fn at_times(&mut self, node: Node<'_>) -> Vec<TimeOfDay> {
        let times = node.into_inner().filter(|part| part.as_rule() == Rule::clock);
        times.filter_map(|time| self.clock(time)).collect()
    }

    /// `2026-12-24 at 20:00`, `2026-12-24T20:00`
    pub(super) fn on_date(&mut self, node: Node<'_>) -> Option<Schedule> {
        let span = self.span(&node);
        let times = child(node.clone(), Rule::at_times).map(|times| self.at_times(times));
        let date = node.clone().into_inner().next()?;
        let moment = match date.as_rule() {
            Rule::date_time => self.date_time(&date)?,
            _ => self.date(&date)?.into(),
        };
        if times.is_none() && date.as_rule() == Rule::date {
            self.missing(Part::AtTime, "on", &node);
        }
        Some(Schedule { span, kind: ScheduleKind::Date(moment), at: times.unwrap_or_default() })
    }
}
