//! Rules: triggers, then branches of `when`, `top`, `do` and `otherwise`, then `once`.

use super::super::error::{Belongs, Part, Slip};
use super::super::keywords::Tongue;
use super::super::tree::{Action, Branch, Expr, Once, Path, Rule as RuleItem, Select, SelectKind, Trigger};
use super::past::optional;
use super::{Builder, Node, Rule, Span, child, first_word, spell};

/// A branch that is being read, with the places of its clauses.
#[derive(Default)]
struct Open {
    when: Option<(Option<Expr>, Span)>,
    select: Option<(Option<Select>, Span)>,
    do_: Option<(Vec<Action>, Span)>,
    otherwise: Option<(Vec<Action>, Span)>,
}

impl Open {
    fn spans(&self) -> impl Iterator<Item = Span> {
        let when = self.when.as_ref().map(|part| part.1);
        let select = self.select.as_ref().map(|part| part.1);
        let (do_, otherwise) = (self.do_.as_ref().map(|part| part.1), self.otherwise.as_ref().map(|part| part.1));
        [when, select, do_, otherwise].into_iter().flatten()
    }
}

/// A rule's clauses as they are read.
#[derive(Default)]
struct Clauses {
    triggers: Vec<Trigger>,
    done: Vec<Open>,
    open: Open,
    once: Option<(Option<Once>, Span)>,
}

impl Builder<'_> {
    pub(super) fn rule(&mut self, node: Node<'_>) -> Option<RuleItem> {
        let head = self.head(&node);
        let mut clauses = Clauses::default();
        for part in node.clone().into_inner() {
            self.rule_clause(&mut clauses, part);
        }
        clauses.done.push(clauses.open);
        let branches = clauses.done.into_iter().filter_map(|open| self.branch(open, &node)).collect();
        let once = clauses.once.and_then(|(once, _)| once);
        Some(RuleItem { head: head?, triggers: clauses.triggers, branches, once })
    }

    fn rule_clause(&mut self, clauses: &mut Clauses, part: Node<'_>) {
        let keyword = match part.as_rule() {
            Rule::on_clause => Rule::kw_on,
            Rule::every => Rule::kw_every,
            Rule::when_clause => Rule::kw_when,
            Rule::top => Rule::kw_top,
            Rule::draw => Rule::kw_draw,
            Rule::do_clause => Rule::kw_do,
            Rule::otherwise => Rule::kw_otherwise,
            Rule::once => return self.rule_once(clauses, part),
            _ => return,
        };
        if let Some((_, once)) = clauses.once {
            self.once_too_early(once, keyword);
        }
        match part.as_rule() {
            Rule::on_clause | Rule::every => self.trigger(clauses, part, keyword),
            _ => self.branch_clause(clauses, part, keyword),
        }
    }

    fn rule_once(&mut self, clauses: &mut Clauses, part: Node<'_>) {
        let span = self.span(&part);
        if let Some((_, first)) = clauses.once {
            self.twice(&part, Rule::kw_once, first);
        }
        clauses.once = Some((self.once(part), span));
    }

    /// Said once for each `once`.
    fn once_too_early(&mut self, once: Span, keyword: Rule) {
        if self.errors.iter().any(|error| error.span == once) {
            return;
        }
        let tongue = Tongue::of(first_word(&self.source_at(once)));
        let mistake = super::Mistake::Order {
            clause: spell(Rule::kw_once, tongue),
            belongs: Belongs::After,
            other: spell(keyword, tongue),
            other_span: once,
        };
        self.wrong(once, mistake);
    }

    fn trigger(&mut self, clauses: &mut Clauses, part: Node<'_>, keyword: Rule) {
        let before = clauses.done.iter().chain(Some(&clauses.open)).flat_map(Open::spans).min_by_key(|span| span.start);
        if let Some(before) = before {
            let other = if clauses.open.when.is_some() { Rule::kw_when } else { Rule::kw_do };
            self.order(&part, keyword, Belongs::Before, (other, before));
        }
        let triggers = self.triggers(part);
        clauses.triggers.extend(triggers);
    }

    fn triggers(&mut self, node: Node<'_>) -> Vec<Trigger> {
        if node.as_rule() == Rule::every {
            return self.every(node).map(Trigger::Schedule).into_iter().collect();
        }
        let Some(what) = node.into_inner().nth(1) else { return Vec::new() };
        match what.as_rule() {
            Rule::silence => self.silence(what).into_iter().collect(),
            Rule::on_date => self.on_date(what).map(Trigger::Schedule).into_iter().collect(),
            _ => self.events(what).into_iter().map(Trigger::Event).collect(),
        }
    }

    pub(super) fn events(&mut self, node: Node<'_>) -> Vec<Path> {
        let mut events = Vec::new();
        for part in node.into_inner() {
            match part.as_rule() {
                Rule::path => events.push(self.event_path(&part)),
                Rule::kw_or => self.slip(Slip::EventsByOr, &part, ","),
                _ => {}
            }
        }
        events
    }

    fn silence(&mut self, node: Node<'_>) -> Option<Trigger> {
        let span = self.span(&node);
        let event = child(node.clone(), Rule::path).map(|path| self.event_path(&path))?;
        let during = self.value(child(node, Rule::time_span)?)?;
        Some(Trigger::Silence { event, during, span })
    }

    fn branch_clause(&mut self, clauses: &mut Clauses, part: Node<'_>, keyword: Rule) {
        let span = self.span(&part);
        match keyword {
            Rule::kw_when => {
                self.next_branch(clauses);
                self.once_in_branch(&part, keyword, clauses.open.when.as_ref().map(|when| when.1));
                clauses.open.when = Some((self.when_clause(part), span));
            }
            Rule::kw_do => {
                self.once_in_branch(&part, keyword, clauses.open.do_.as_ref().map(|done| done.1));
                clauses.open.do_ = Some((self.do_clause(part), span));
            }
            Rule::kw_otherwise => {
                self.once_in_branch(&part, keyword, clauses.open.otherwise.as_ref().map(|other| other.1));
                self.otherwise_words(&part);
                let actions = child(part, Rule::actions).map(|actions| self.actions(actions)).unwrap_or_default();
                clauses.open.otherwise = Some((actions, span));
            }
            _ => self.select_clause(clauses, part, keyword),
        }
    }

    /// `when` after `do` begins another branch.
    fn next_branch(&mut self, clauses: &mut Clauses) {
        if clauses.open.do_.is_some() {
            let open = std::mem::take(&mut clauses.open);
            clauses.done.push(open);
        }
    }

    fn once_in_branch(&mut self, part: &Node<'_>, keyword: Rule, first: Option<Span>) {
        if let Some(first) = first {
            self.twice(part, keyword, first);
        }
    }

    fn select_clause(&mut self, clauses: &mut Clauses, part: Node<'_>, keyword: Rule) {
        let span = self.span(&part);
        if let Some((_, done)) = clauses.open.do_ {
            self.order(&part, keyword, Belongs::Before, (Rule::kw_do, done));
        }
        self.once_in_branch(&part, keyword, clauses.open.select.as_ref().map(|select| select.1));
        clauses.open.select = Some((self.select(part), span));
    }

    fn branch(&mut self, open: Open, rule: &Node<'_>) -> Option<Branch> {
        let span = open.spans().reduce(Span::to);
        let Some((do_, _)) = open.do_ else {
            self.no_do(&open, rule);
            return None;
        };
        let when = optional(open.when.map(|(when, _)| when))?;
        let select = optional(open.select.map(|(select, _)| select))?;
        let otherwise = open.otherwise.map(|(actions, _)| actions).unwrap_or_default();
        Some(Branch { span: span?, when, select, do_, otherwise })
    }

    /// A `when` that follows the only `do` is in the wrong place; else the `do` is missing.
    fn no_do(&mut self, open: &Open, rule: &Node<'_>) {
        let earlier = rule.clone().into_inner().filter(|part| part.as_rule() == Rule::do_clause).last();
        let when = rule.clone().into_inner().filter(|part| part.as_rule() == Rule::when_clause);
        let whens: Vec<_> = when.collect();
        match (earlier, whens.as_slice(), &open.when) {
            (Some(done), [when], Some(_)) => {
                let place = self.span(&done);
                self.order(when, Rule::kw_when, Belongs::Before, (Rule::kw_do, place));
            }
            (_, [.., when], Some(_)) => self.missing(Part::Do, "when", when),
            _ => {
                let place = child(rule.clone(), Rule::head).unwrap_or_else(|| rule.clone());
                self.missing(Part::Do, "rule", &place);
            }
        }
    }

    pub(super) fn when_clause(&mut self, node: Node<'_>) -> Option<Expr> {
        if let Some(if_) = child(node.clone(), Rule::kw_if) {
            let right = spell(Rule::kw_when, Tongue::of(if_.as_str()));
            self.slip(Slip::IfForWhen, &if_, right);
        }
        self.value(child(node, Rule::expr)?)
    }

    pub(super) fn do_clause(&mut self, node: Node<'_>) -> Vec<Action> {
        if let Some(then) = child(node.clone(), Rule::kw_then) {
            let right = spell(Rule::kw_do, Tongue::of(then.as_str()));
            self.slip(Slip::ThenForDo, &then, right);
        }
        child(node, Rule::actions).map(|actions| self.actions(actions)).unwrap_or_default()
    }

    fn select(&mut self, node: Node<'_>) -> Option<Select> {
        let span = self.span(&node);
        let amount = child(node.clone(), Rule::sum).and_then(|amount| self.value(amount));
        let by = child(node.clone(), Rule::expr).map(|by| self.value(by));
        let per = child(node.clone(), Rule::scope).and_then(|scope| self.scope(scope));
        let kind = match (node.as_rule(), by) {
            (Rule::draw, _) => SelectKind::Draw,
            (_, Some(by)) => SelectKind::Top(by?),
            _ => {
                self.missing(Part::By, "top", &node);
                return None;
            }
        };
        Some(Select { kind, amount: amount?, per, span })
    }

    pub(super) fn once(&mut self, node: Node<'_>) -> Option<Once> {
        let span = self.span(&node);
        let Some(inner) = node.clone().into_inner().nth(1) else { return Some(Once { span, per: None }) };
        let tongue = Tongue::of(first_word(node.as_str()));
        let per_word = spell(Rule::kw_per, tongue);
        if inner.as_rule() == Rule::once_every {
            let time = child(inner.clone(), Rule::time_span).map(|time| self.source(&time)).unwrap_or_default();
            self.slip(Slip::OnceEvery, &node, format!("{} {per_word} {time}", spell(Rule::kw_once, tongue)));
        }
        if let Some(period) = child(inner.clone(), Rule::word) {
            self.once_per_period(&node, &period, tongue);
            return None;
        }
        let per = self.value(child(inner, Rule::time_span)?)?;
        Some(Once { span, per: Some(per) })
    }

    fn once_per_period(&mut self, node: &Node<'_>, period: &Node<'_>, tongue: Tongue) {
        let span = match (period.as_str(), tongue) {
            ("hour", _) => "1h",
            ("week", _) => "7d",
            ("month", _) => "30d",
            ("周", _) => "7天",
            ("月", _) => "30天",
            (_, Tongue::English) => "24h",
            (_, Tongue::Chinese) => "24小时",
        };
        let right = format!("{} {} {span}", spell(Rule::kw_once, tongue), spell(Rule::kw_per, tongue));
        self.slip(Slip::OncePerPeriod, node, right);
    }
}
