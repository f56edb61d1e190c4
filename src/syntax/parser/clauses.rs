//! Items with a subject, except rules and flows: heads, segments, metrics, ladders, tiers, calendars, limits, budgets.

use super::super::error::{Belongs, Part, Slip};
use super::super::keywords::{Sort, Tongue};
use super::super::tree::{
    Action, Appeal, Budget, BudgetCap, CalendarRow, Cap, CapPer, Expr, Fading, Head, ItemKind, Ladder, LadderStep,
    Limit, LimitElse, LimitElseKind, Path, Schedule, ScopeRef, TierLevel, Tiers, Word,
};
use super::past::optional;
use super::{Builder, Node, Rule, Span, child, spell};
use crate::time::TimeOfDay;

impl Builder<'_> {
    pub(super) fn subject_item(&mut self, node: Node<'_>) -> Option<ItemKind> {
        match node.as_rule() {
            Rule::segment => self.segment(node),
            Rule::metric => self.metric(node),
            Rule::rule => self.rule(node).map(ItemKind::Rule),
            Rule::flow => self.flow(node).map(ItemKind::Flow),
            Rule::ladder => self.ladder(node).map(ItemKind::Ladder),
            Rule::tiers => self.tiers(node).map(ItemKind::Tiers),
            Rule::calendar => self.calendar(node),
            Rule::limit => self.limit(node).map(ItemKind::Limit),
            Rule::budget => self.budget(node).map(ItemKind::Budget),
            _ => None,
        }
    }

    pub(super) fn head(&mut self, item: &Node<'_>) -> Option<Head> {
        let node = child(item.clone(), Rule::head)?;
        let name = self.first_name(node.clone())?;
        let mut head = Head { name, params: Vec::new(), scope: None, each: false, where_: None, per: None };
        let mut seen: Vec<(Rule, Span)> = Vec::new();
        for part in node.into_inner() {
            let clause = head_keyword(part.as_rule());
            if let Some((_, first)) = seen.iter().find(|(rule, _)| Some(*rule) == clause) {
                self.twice(&part, clause?, *first);
            }
            seen.extend(clause.map(|clause| (clause, self.span(&part))));
            self.head_part(&mut head, part)?;
        }
        Some(head)
    }

    fn head_part(&mut self, head: &mut Head, part: Node<'_>) -> Option<()> {
        match part.as_rule() {
            Rule::params => head.params = self.declarations(part),
            Rule::for_clause => (head.each, head.scope) = self.subject(part),
            Rule::where_clause => head.where_ = Some(self.value(child(part, Rule::expr)?)?),
            Rule::per_clause => head.per = child(part, Rule::path).map(|path| self.per_path(&path)),
            _ => {}
        }
        Some(())
    }

    /// `for each member in group`: whether each, and the scope.
    fn subject(&mut self, clause: Node<'_>) -> (bool, Option<ScopeRef>) {
        let each = child(clause.clone(), Rule::kw_each).is_some();
        (each, child(clause, Rule::scope).and_then(|scope| self.scope(scope)))
    }

    /// `event.text_hash`, `事件.text_hash`
    fn per_path(&mut self, node: &Node<'_>) -> Path {
        let outer = std::mem::replace(&mut self.row, true);
        let path = self.subject_path(node);
        self.row = outer;
        path
    }

    fn expr(&mut self, node: &Node<'_>) -> Option<Expr> {
        self.value(child(node.clone(), Rule::expr)?)
    }

    fn segment(&mut self, node: Node<'_>) -> Option<ItemKind> {
        let head = self.head(&node);
        let when = self.expr(&node);
        Some(ItemKind::Segment { head: head?, when: when? })
    }

    fn metric(&mut self, node: Node<'_>) -> Option<ItemKind> {
        let head = self.head(&node);
        let schedule = child(node.clone(), Rule::every).and_then(|every| self.every(every));
        let value = self.expr(&node);
        Some(ItemKind::Metric { head: head?, schedule: schedule?, value: value? })
    }

    // ---- ladders

    fn ladder(&mut self, node: Node<'_>) -> Option<Ladder> {
        let head = self.head(&node)?;
        let mut ladder = Ladder { head, fading: Vec::new(), steps: Vec::new(), appeal: None };
        for part in node.into_inner() {
            match part.as_rule() {
                Rule::strikes => {
                    let span = self.span(&part);
                    ladder.fading.extend(self.fading(part).map(|fading| (fading, span)));
                }
                Rule::ladder_step => ladder.steps.extend(self.ladder_step(part)),
                Rule::appeal => ladder.appeal = self.appeal(part).or(ladder.appeal),
                _ => {}
            }
        }
        Some(ladder)
    }

    fn fading(&mut self, node: Node<'_>) -> Option<Fading> {
        let inner = node.into_inner().nth(1)?;
        let span = child(inner.clone(), Rule::time_span).map(|span| self.value(span));
        match inner.as_rule() {
            Rule::fade_last => span?.map(Fading::Last),
            Rule::fade_cleared => span?.map(Fading::ClearedAfter),
            Rule::fade_by => {
                let amount = self.value(child(inner, Rule::sum)?);
                Some(Fading::Fade { amount: amount?, per: span?? })
            }
            _ => Some(Fading::Never),
        }
    }

    fn ladder_step(&mut self, node: Node<'_>) -> Option<LadderStep> {
        let span = self.span(&node);
        let at = child(node.clone(), Rule::sum).and_then(|at| self.value(at));
        let Some(clause) = child(node.clone(), Rule::do_clause) else {
            self.missing(Part::Do, "at", &node);
            return None;
        };
        let do_ = self.do_clause(clause);
        Some(LadderStep { at: at?, do_, span })
    }

    fn appeal(&mut self, node: Node<'_>) -> Option<Appeal> {
        let span = self.span(&node);
        let within = child(node.clone(), Rule::within).map(|within| self.within(within));
        let role = child(node.clone(), Rule::to_role).and_then(|role| self.first_name(role));
        if within.is_none() {
            self.missing(Part::Within, "appeal", &node);
        }
        if role.is_none() {
            self.missing(Part::Judge, "appeal", &node);
        }
        Some(Appeal { within: within??, role: role?, span })
    }

    // ---- tiers

    fn tiers(&mut self, node: Node<'_>) -> Option<Tiers> {
        let head = self.head(&node)?;
        let (on_promotion, on_demotion) = (Vec::new(), Vec::new());
        let mut tiers = Tiers { head, levels: Vec::new(), review: None, demote_after: None, on_promotion, on_demotion };
        for part in node.into_inner() {
            match part.as_rule() {
                Rule::level => tiers.levels.extend(self.level(part)),
                Rule::review => tiers.review = self.review(part).or(tiers.review),
                Rule::demote => tiers.demote_after = child(part, Rule::sum).and_then(|count| self.value(count)),
                Rule::on_change => self.on_change(&mut tiers, part),
                _ => {}
            }
        }
        Some(tiers)
    }

    fn level(&mut self, node: Node<'_>) -> Option<TierLevel> {
        let when = child(node.clone(), Rule::when_clause).map(|when| self.when_clause(when));
        Some(TierLevel { name: self.first_name(node)?, when: optional(when)? })
    }

    fn review(&mut self, node: Node<'_>) -> Option<Schedule> {
        self.every(child(node, Rule::every)?)
    }

    fn on_change(&mut self, tiers: &mut Tiers, node: Node<'_>) {
        let promotion = child(node.clone(), Rule::kw_promotion).is_some();
        let actions = child(node, Rule::do_clause).map(|clause| self.do_clause(clause)).unwrap_or_default();
        if promotion { tiers.on_promotion.extend(actions) } else { tiers.on_demotion.extend(actions) }
    }

    // ---- calendars

    fn calendar(&mut self, node: Node<'_>) -> Option<ItemKind> {
        let head = self.head(&node);
        let rows = node.into_inner().filter(|part| part.as_rule() == Rule::row);
        let rows = rows.filter_map(|row| self.row(row)).collect();
        Some(ItemKind::Calendar { head: head?, rows })
    }

    fn row(&mut self, node: Node<'_>) -> Option<CalendarRow> {
        let span = self.span(&node);
        let schedule = node.clone().into_inner().find(|part| part.as_rule() != Rule::kw_on)?;
        let schedule = if schedule.as_rule() == Rule::every { self.every(schedule) } else { self.on_date(schedule) };
        let (when, do_) = self.when_do(&node);
        Some(CalendarRow { span, schedule: schedule?, when: when?, do_: do_? })
    }

    /// The `when` and `do` of a step or a row, in this order; each `None` if it could not be built.
    pub(super) fn when_do(&mut self, node: &Node<'_>) -> (Option<Option<Expr>>, Option<Vec<Action>>) {
        let (mut when, mut do_, mut do_span) = (Some(None), None, None);
        let mut first_when = None;
        for part in node.clone().into_inner() {
            match part.as_rule() {
                Rule::when_clause => {
                    self.when_place(&part, first_when, do_span);
                    first_when = Some(self.span(&part));
                    when = self.when_clause(part).map(Some);
                }
                Rule::do_clause => {
                    do_span.into_iter().for_each(|first| self.twice(&part, Rule::kw_do, first));
                    do_span = Some(self.span(&part));
                    do_ = Some(self.do_clause(part));
                }
                Rule::otherwise => self.slip(Slip::OtherwiseInStep, &part, ""),
                _ => {}
            }
        }
        if do_.is_none() {
            self.missing(Part::Do, "", node);
        }
        (when, do_)
    }

    fn when_place(&mut self, node: &Node<'_>, first: Option<Span>, done: Option<Span>) {
        if let Some(first) = first {
            self.twice(node, Rule::kw_when, first);
        } else if let Some(done) = done {
            self.order(node, Rule::kw_when, Belongs::Before, (Rule::kw_do, done));
        }
    }

    // ---- limits

    fn limit(&mut self, node: Node<'_>) -> Option<Limit> {
        let head = self.head(&node)?;
        let (actions, counting, caps, quiet) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let mut limit = Limit { head, actions, class: None, counting, caps, quiet, otherwise: None };
        for part in node.into_inner() {
            match part.as_rule() {
                Rule::limit_on => {
                    limit.class = child(part.clone(), Rule::as_class).and_then(|class| self.first_name(class));
                    limit.actions.extend(self.action_names(part));
                }
                Rule::counting => limit.counting.extend(self.action_names(part)),
                Rule::cap => limit.caps.extend(self.cap(part)),
                Rule::quiet => limit.quiet.extend(self.quiet(part)),
                Rule::limit_else => limit.otherwise = self.limit_else(part),
                _ => {}
            }
        }
        Some(limit)
    }

    fn budget(&mut self, node: Node<'_>) -> Option<Budget> {
        let head = self.head(&node)?;
        let mut budget = Budget { head, actions: Vec::new(), class: None, caps: Vec::new() };
        for part in node.into_inner() {
            match part.as_rule() {
                Rule::limit_on => {
                    budget.class = child(part.clone(), Rule::as_class).and_then(|class| self.first_name(class));
                    budget.actions.extend(self.action_names(part));
                }
                Rule::budget_cap => budget.caps.extend(self.budget_cap(part)),
                _ => {}
            }
        }
        Some(budget)
    }

    fn budget_cap(&mut self, node: Node<'_>) -> Option<BudgetCap> {
        let per_role = child(node.clone(), Rule::per_role).map(|per| self.span(&per));
        let cap = child(node, Rule::cap).and_then(|cap| self.cap(cap))?;
        Some(BudgetCap { cap, per_role })
    }

    fn action_names(&mut self, node: Node<'_>) -> Vec<Word> {
        let names = node.into_inner().filter(|part| part.as_rule() == Rule::action_name);
        names.filter_map(|name| self.action_name(name)).collect()
    }

    fn cap(&mut self, node: Node<'_>) -> Option<Cap> {
        let span = self.span(&node);
        let most = child(node.clone(), Rule::sum).and_then(|most| self.value(most));
        let Some(per) = child(node.clone(), Rule::cap_per).and_then(|per| per.into_inner().nth(1)) else {
            self.missing(Part::Per, "at most", &node);
            return None;
        };
        let per = match per.as_rule() {
            Rule::word => CapPer::Word(self.loose(Sort::Period, &per)),
            _ => CapPer::Duration(self.value(per)?),
        };
        Some(Cap { most: most?, per, span })
    }

    fn quiet(&mut self, node: Node<'_>) -> Option<(TimeOfDay, TimeOfDay, Span)> {
        let span = self.span(&node);
        let mut times = Vec::new();
        for part in node.into_inner() {
            match part.as_rule() {
                Rule::clock => times.push(self.clock(part)),
                Rule::kw_to | Rule::range_sign => {
                    let tongue = Tongue::of(part.as_str());
                    self.slip(Slip::RangeSign, &part, spell(Rule::kw_and, tongue));
                }
                _ => {}
            }
        }
        let mut times = times.into_iter().flatten();
        Some((times.next()?, times.next()?, span))
    }

    fn limit_else(&mut self, node: Node<'_>) -> Option<LimitElse> {
        let span = self.span(&node);
        let mut inner = node.into_inner();
        let (first, what) = (inner.next()?, inner.next()?);
        if first.as_rule() == Rule::kw_otherwise {
            let right = spell(Rule::kw_else, Tongue::of(first.as_str()));
            self.slip(Slip::OtherwiseForElse, &first, right);
        }
        let kind = match what.as_rule() {
            Rule::kw_skip => LimitElseKind::Skip,
            Rule::kw_defer => LimitElseKind::Defer,
            Rule::hold => self.hold(what)?,
            _ => LimitElseKind::Unknown(self.word(&what)),
        };
        Some(LimitElse { kind, span })
    }

    fn hold(&mut self, node: Node<'_>) -> Option<LimitElseKind> {
        let within = child(node.clone(), Rule::within).map(|within| self.within(within));
        let Some(role) = child(node.clone(), Rule::for_role) else {
            self.missing(Part::Role, "hold", &node);
            return None;
        };
        Some(LimitElseKind::Hold { role: self.first_name(role)?, within: optional(within)? })
    }

    /// `day 7`: the number, or the slip of a unit after it.
    pub(super) fn day_number(&mut self, node: Node<'_>) -> Option<Expr> {
        let inner = super::expressions::peeled(node);
        if !matches!(inner.as_rule(), Rule::duration | Rule::spaced_duration) {
            return self.value(inner);
        }
        let digits: String = inner.as_str().chars().take_while(char::is_ascii_digit).collect();
        let number = digits.parse().ok().map(super::super::tree::ExprKind::Number);
        self.slip(Slip::DayWithUnit, &inner, digits);
        Some(Expr { span: self.span(&inner), kind: number? })
    }
}

fn head_keyword(kind: Rule) -> Option<Rule> {
    match kind {
        Rule::for_clause => Some(Rule::kw_for),
        Rule::where_clause => Some(Rule::kw_where),
        Rule::per_clause => Some(Rule::kw_per),
        _ => None,
    }
}
