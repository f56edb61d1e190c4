//! Actions.

use super::super::error::{Belongs, Expected, Mistake, Part, Slip};
use super::super::keywords::{self, Sort, Tongue};
use super::super::tree::{Action, ActionKind, Approval, Due, Expr, Said, Say, Task, Text, Word};
use super::past::{optional, plain_path};
use super::{Builder, Node, Rule, child, first_word, guess, spell};
use crate::time::Duration;

impl Builder<'_> {
    /// What follows `do`.
    pub(super) fn actions(&mut self, node: Node<'_>) -> Vec<Action> {
        let inside = match child(node.clone(), Rule::block) {
            Some(block) => self.block(block),
            None => self.loose_actions(node),
        };
        inside.into_iter().filter_map(|action| self.deeper(&action.clone(), |builder| builder.action(action))).collect()
    }

    fn block<'i>(&mut self, node: Node<'i>) -> Vec<Node<'i>> {
        for comma in node.clone().into_inner().filter(|part| part.as_rule() == Rule::comma) {
            self.slip(Slip::CommaBetween, &comma, ";");
        }
        only_actions(node)
    }

    fn loose_actions<'i>(&mut self, node: Node<'i>) -> Vec<Node<'i>> {
        let actions = only_actions(node.clone());
        if actions.len() > 1 {
            let sources: Vec<_> = actions.iter().map(|action| self.source(action)).collect();
            self.slip(Slip::NoBraces, &node, format!("{{ {} }}", sources.join("; ")));
        }
        actions
    }

    fn action(&mut self, node: Node<'_>) -> Option<Action> {
        let span = self.span(&node);
        let mut inner = node.into_inner();
        let kind = self.action_kind(inner.next()?);
        let (mut to, mut approval) = (None, None);
        for tail in inner {
            match tail.as_rule() {
                Rule::to_member => to = Some(self.value(child(tail, Rule::expr)?)),
                _ => approval = Some(self.approval(tail)),
            }
        }
        Some(Action { span, kind: kind?, to: optional(to)?, approval: optional(approval)? })
    }

    fn action_kind(&mut self, node: Node<'_>) -> Option<ActionKind> {
        let everywhere = child(node.clone(), Rule::kw_everywhere).is_some();
        match node.as_rule() {
            Rule::say => self.say(node),
            Rule::delete_message => Some(ActionKind::DeleteMessage),
            Rule::mute => self.mute(node, everywhere),
            Rule::unmute => Some(ActionKind::Unmute { everywhere }),
            Rule::remove => Some(ActionKind::Remove { everywhere }),
            Rule::ban => self.ban(node, everywhere),
            Rule::unban => Some(ActionKind::Unban { everywhere }),
            Rule::tag_action => self.first_name(node).map(ActionKind::Tag),
            Rule::untag => self.first_name(node).map(ActionKind::Untag),
            Rule::dissolve => Some(ActionKind::Dissolve),
            Rule::pardon => self.first_name(node).map(|ladder| ActionKind::Pardon { ladder }),
            Rule::stop_flow => self.first_name(node).map(|flow| ActionKind::Stop { flow }),
            _ => self.larger_action(node),
        }
    }

    fn larger_action(&mut self, node: Node<'_>) -> Option<ActionKind> {
        match node.as_rule() {
            Rule::set => self.set(node),
            Rule::award => self.points(node).map(|(amount, ledger)| ActionKind::Award { amount, ledger }),
            Rule::redeem => self.points(node).map(|(amount, ledger)| ActionKind::Redeem { amount, ledger }),
            Rule::invite => self.invite(node),
            Rule::strike => self.strike(node),
            Rule::task => self.task(node),
            Rule::start_flow => {
                let args = child(node.clone(), Rule::args).map(|args| self.values(args)).unwrap_or_default();
                Some(ActionKind::Start { flow: self.first_name(node)?, args })
            }
            Rule::emit => self.emit(node),
            _ => self.custom(node),
        }
    }

    // ---- saying

    fn say(&mut self, node: Node<'_>) -> Option<ActionKind> {
        let (mut how, mut what, mut class) = (Say::Post, None, None);
        for part in node.clone().into_inner() {
            match part.as_rule() {
                Rule::from_pool => what = Some(self.first_name(part).map(Said::Pool)),
                Rule::text => what = Some(self.text(part).map(Said::Text)),
                Rule::said => what = Some(self.said(part)),
                Rule::as_class => class = self.first_name(part),
                keyword => how = how_said(keyword),
            }
        }
        if what.is_none() {
            self.missing(Part::Content, say_word(how), &node);
        }
        Some(ActionKind::Say { how, what: what??, class })
    }

    fn said(&mut self, node: Node<'_>) -> Option<Said> {
        let args = child(node.clone(), Rule::args).map(|args| self.values(args)).unwrap_or_default();
        Some(Said::Message { name: self.first_name(node)?, args })
    }

    // ---- sanctions

    fn mute(&mut self, node: Node<'_>, everywhere: bool) -> Option<ActionKind> {
        let Some(during) = child(node.clone(), Rule::time_span) else {
            self.missing(Part::Duration, "mute", &node);
            return None;
        };
        Some(ActionKind::Mute { during: self.value(during)?, everywhere })
    }

    fn ban(&mut self, node: Node<'_>, everywhere: bool) -> Option<ActionKind> {
        let during = child(node, Rule::time_span).map(|during| self.value(during));
        Some(ActionKind::Ban { during: optional(during)?, everywhere })
    }

    fn strike(&mut self, node: Node<'_>) -> Option<ActionKind> {
        let (mut ladder, mut weight, mut because) = (None, None, None);
        for part in node.into_inner() {
            match part.as_rule() {
                Rule::name => ladder = Some(self.word(&part)),
                Rule::strike_weight => weight = Some(self.strike_weight(part)),
                Rule::because => because = Some(self.because(part)),
                _ => {}
            }
        }
        Some(ActionKind::Strike { ladder: ladder?, weight: optional(weight)?, because: optional(because)? })
    }

    fn because(&mut self, node: Node<'_>) -> Option<Text> {
        self.text(child(node, Rule::text)?)
    }

    /// A number or parentheses; an open expression is answered, and counts as left out.
    fn strike_weight(&mut self, node: Node<'_>) -> Option<Expr> {
        let mut inner = node.clone().into_inner();
        let first = inner.next()?;
        if inner.next().is_none() && first.as_rule() != Rule::dotted {
            return self.value(first);
        }
        let right = format!("({})", self.source(&node));
        self.slip(Slip::OpenWeight, &node, right);
        None
    }

    // ---- what is kept about a member

    fn set(&mut self, node: Node<'_>) -> Option<ActionKind> {
        if let Some(to) = child(node.clone(), Rule::kw_to) {
            self.slip(Slip::SetTo, &to, "=");
        }
        let path = child(node.clone(), Rule::path)?;
        let mut words = self.path(&path).words;
        let field = words.pop()?;
        if !words.is_empty() {
            self.slip(Slip::SetOfSubject, &path, field.text.clone());
        }
        Some(ActionKind::Set { field, value: self.value(child(node, Rule::expr)?)? })
    }

    fn points(&mut self, node: Node<'_>) -> Option<(Expr, Word)> {
        let amount = node.clone().into_inner().nth(1).and_then(|amount| self.value(amount));
        let ledger = self.first_name(node)?;
        Some((amount?, ledger))
    }

    fn invite(&mut self, node: Node<'_>) -> Option<ActionKind> {
        let expr = child(node.clone(), Rule::expr)?;
        let Some(clause) = child(node, Rule::where_clause) else { return self.value(expr).map(ActionKind::Invite) };
        let is_group = plain_path(expr.clone()).is_some_and(|path| is_group(path.as_str()));
        if !is_group {
            self.unexpected(&expr, Expected::Just("group"));
        }
        self.value(child(clause, Rule::expr)?).map(ActionKind::InviteWhere)
    }

    // ---- tasks and approvals

    fn task(&mut self, node: Node<'_>) -> Option<ActionKind> {
        let (mut name, mut title, mut role, mut due) = (None, None, None, None);
        let mut otherwise = Vec::new();
        for part in node.clone().into_inner() {
            match part.as_rule() {
                Rule::name => name = Some(self.word(&part)),
                Rule::text => title = self.text(part),
                Rule::for_role => role = self.first_name(part),
                Rule::due => due = Some(self.due(part)),
                Rule::task_otherwise => otherwise = self.task_otherwise(part),
                _ => {}
            }
        }
        self.task_parts(&node, role.is_some(), due.is_some());
        let (title, role, due) = (title?, role?, due??);
        Some(ActionKind::Task(Box::new(Task { name, title, role, due, otherwise })))
    }

    fn task_parts(&mut self, node: &Node<'_>, role: bool, due: bool) {
        if !role {
            self.missing(Part::Role, "task", node);
        }
        if !due {
            self.missing(Part::Due, "task", node);
        }
    }

    fn task_otherwise(&mut self, node: Node<'_>) -> Vec<Action> {
        self.otherwise_words(&node);
        let inside = match child(node.clone(), Rule::block) {
            Some(block) => self.block(block),
            None => only_actions(node),
        };
        inside.into_iter().filter_map(|action| self.deeper(&action.clone(), |builder| builder.action(action))).collect()
    }

    /// `else do` and `otherwise` alone, which mean `otherwise do`.
    pub(super) fn otherwise_words(&mut self, node: &Node<'_>) {
        let Some(first) = node.clone().into_inner().next() else { return };
        let tongue = Tongue::of(first.as_str());
        let right = format!("{} {}", spell(Rule::kw_otherwise, tongue), spell(Rule::kw_do, tongue));
        if first.as_rule() == Rule::kw_else {
            self.slip(Slip::ElseForOtherwise, &first, right);
        } else if child(node.clone(), Rule::kw_do).is_none() {
            self.slip(Slip::NoDo, &first, right);
        }
    }

    fn due(&mut self, node: Node<'_>) -> Option<Due> {
        let has_at = child(node.clone(), Rule::kw_at).is_some();
        let last = node.into_inner().last()?;
        match last.as_rule() {
            Rule::offset => self.offset(last).map(Due::Offset),
            Rule::expr if has_at => self.value(last).map(Due::At),
            Rule::path => {
                let right = format!("{} {}", spell(Rule::kw_at, Tongue::English), last.as_str());
                self.slip(Slip::DueAt, &last, right);
                self.value(last).map(Due::At)
            }
            _ => self.value(last).map(Due::After),
        }
    }

    /// `-3d`, `+1d`, `0`
    pub(super) fn offset(&mut self, node: Node<'_>) -> Option<Duration> {
        let Some(duration) = child(node.clone(), Rule::duration) else { return Some(Duration::from_ms(0)) };
        let ms = self.duration(&duration)?.ms();
        let back = node.as_str().starts_with('-');
        Some(Duration::from_ms(if back { -ms } else { ms }))
    }

    fn approval(&mut self, node: Node<'_>) -> Option<Approval> {
        let span = self.span(&node);
        let one = child(node.clone(), Rule::kw_needs_one_approval).is_some();
        let (mut role, mut within, mut otherwise) = (None, None, None);
        for part in node.clone().into_inner() {
            match part.as_rule() {
                Rule::approval_by => role = self.first_name(part),
                Rule::within => within = Some(self.within(part)),
                Rule::approval_else => otherwise = child(part, Rule::word).map(|word| self.loose(Sort::Choice, &word)),
                _ => {}
            }
        }
        if role.is_none() {
            self.missing(Part::Approver, "needs approval", &node);
        }
        if within.is_none() {
            self.missing(Part::Within, "needs approval", &node);
        }
        Some(Approval { one, role: role?, within: within??, otherwise, span })
    }

    pub(super) fn within(&mut self, node: Node<'_>) -> Option<Expr> {
        self.value(child(node, Rule::time_span)?)
    }

    // ---- flows, events, actions of one's own

    fn emit(&mut self, node: Node<'_>) -> Option<ActionKind> {
        let event = child(node.clone(), Rule::path).map(|path| self.event_path(&path))?;
        let fields = child(node, Rule::emit_fields).map(Node::into_inner);
        let fields = fields.into_iter().flatten().filter(|field| field.as_rule() == Rule::emit_field);
        Some(ActionKind::Emit { event, fields: fields.filter_map(|field| self.emit_field(field)).collect() })
    }

    fn emit_field(&mut self, node: Node<'_>) -> Option<(Word, Expr)> {
        let mut name = child(node.clone(), Rule::word).map(|name| self.word(&name))?;
        self.translate_known(&mut name, Sort::Field);
        if let Some(sign) = child(node.clone(), Rule::equals) {
            self.slip(Slip::FieldSign, &sign, ":");
        }
        Some((name, self.value(child(node, Rule::expr)?)?))
    }

    fn custom(&mut self, node: Node<'_>) -> Option<ActionKind> {
        let name = self.first_name(node.clone())?;
        let Some(args) = child(node.clone(), Rule::args) else {
            self.unknown_action(&node, &name.text);
            return None;
        };
        Some(ActionKind::Custom { name, args: self.values(args) })
    }

    /// A word that is no action and has no parentheses.
    fn unknown_action(&mut self, node: &Node<'_>, name: &str) {
        let meant = guess::synonyms(name).map(|(_, say)| say).next();
        match meant.or_else(|| guess::near(name, keywords::rows(Sort::Action)).into_iter().next()) {
            Some(near) => self.unexpected_near(node, Expected::Action, Some(near.to_owned())),
            None => self.slip(Slip::NoParentheses, node, format!("{name}()")),
        }
    }

    /// An action's name in a limit: `delete_message`.
    pub(super) fn action_name(&mut self, node: Node<'_>) -> Option<Word> {
        let inner = node.into_inner().next()?;
        let Some(keyword) = inner.clone().into_inner().next() else { return Some(self.word(&inner)) };
        let row = keywords::of_rule(&format!("{:?}", keyword.as_rule()))?;
        let english = row.english.strip_suffix(" to").unwrap_or(row.english);
        Some(Word { text: english.replace(' ', "_"), span: self.span(&keyword) })
    }

    /// A clause that stands on the wrong side of another.
    pub(super) fn order(&mut self, node: &Node<'_>, clause: Rule, belongs: Belongs, other: (Rule, super::Span)) {
        let tongue = Tongue::of(first_word(node.as_str()));
        let mistake = Mistake::Order {
            clause: spell(clause, tongue),
            belongs,
            other: spell(other.0, tongue),
            other_span: other.1,
        };
        self.wrong(self.span(node), mistake);
    }

    /// A clause that stands twice.
    pub(super) fn twice(&mut self, node: &Node<'_>, clause: Rule, first: super::Span) {
        let clause = spell(clause, Tongue::of(first_word(node.as_str())));
        self.wrong(self.span(node), Mistake::Twice { clause, first });
    }
}

fn only_actions(node: Node<'_>) -> Vec<Node<'_>> {
    node.into_inner().filter(|part| part.as_rule() == Rule::action).collect()
}

fn how_said(keyword: Rule) -> Say {
    match keyword {
        Rule::kw_announce => Say::Announce,
        Rule::kw_dm => Say::Dm,
        Rule::kw_warn => Say::Warn,
        _ => Say::Post,
    }
}

fn say_word(how: Say) -> &'static str {
    match how {
        Say::Post => "post",
        Say::Announce => "announce",
        Say::Dm => "dm",
        Say::Warn => "warn",
    }
}

fn is_group(word: &str) -> bool {
    keywords::english(Sort::Subject, word) == Some("group")
}
