//! Actions: what each needs, and its arguments.

use super::env::{Env, EventEnv};
use super::errors::{EventError, ItemError, NameError, ScopeError, TypeError};
use super::expr::Typed;
use super::lower::{ItemCounter, Lower, number};
use super::names::{Slot, Symbol, keys_of, scope_words};
use super::types::{Sort, Type};
use crate::l10n::Text;
use crate::plan::expr::Expr;
use crate::plan::ids::{AttributeId, EffectId, NameId};
use crate::plan::value::Value;
use crate::plan::{self, Act, Carries, Effect, Scope};
use crate::syntax::span::Span;
use crate::syntax::tree::{self, Action, ActionKind, Word};
use rust_decimal::Decimal;

/// The actions of the language, `_` for a space.
pub(crate) const BUILT_IN: [&str; 24] = [
    "post",
    "announce",
    "dissolve",
    "dm",
    "warn",
    "delete_message",
    "mute",
    "unmute",
    "remove",
    "ban",
    "unban",
    "tag",
    "untag",
    "set",
    "award",
    "redeem",
    "invite",
    "strike",
    "pardon",
    "task",
    "start",
    "stop",
    "emit",
    "delete message",
];

/// What an action works on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Needs {
    pub member: bool,
    pub group: bool,
}

impl Needs {
    fn of(scope: Scope) -> Needs {
        let (member, group) = keys_of(scope);
        Needs { member, group }
    }
}

/// What an action works on; `None` where that is a matter of what it names.
pub(crate) fn needs(kind: &ActionKind) -> Option<Needs> {
    let membership = |everywhere: bool| Needs { member: true, group: !everywhere };
    Some(match kind {
        ActionKind::Say { how: tree::Say::Post | tree::Say::Announce, .. } | ActionKind::Dissolve => {
            Needs::of(Scope::Group)
        }
        ActionKind::Say { how: tree::Say::Warn, .. } | ActionKind::DeleteMessage => membership(false),
        ActionKind::Mute { everywhere, .. }
        | ActionKind::Unmute { everywhere }
        | ActionKind::Remove { everywhere }
        | ActionKind::Ban { everywhere, .. }
        | ActionKind::Unban { everywhere } => membership(*everywhere),
        ActionKind::Say { .. }
        | ActionKind::Tag(_)
        | ActionKind::Untag(_)
        | ActionKind::Award { .. }
        | ActionKind::Redeem { .. }
        | ActionKind::Invite(_)
        | ActionKind::InviteWhere(_) => Needs::of(Scope::Member),
        _ => return None,
    })
}

/// The name of an action, as it stands in decisions and limits.
pub(crate) fn action_name(kind: &ActionKind) -> &str {
    match kind {
        ActionKind::Say { how, .. } => match how {
            tree::Say::Post => "post",
            tree::Say::Announce => "announce",
            tree::Say::Dm => "dm",
            tree::Say::Warn => "warn",
        },
        ActionKind::Dissolve => "dissolve",
        ActionKind::Tag(_) => "tag",
        ActionKind::Untag(_) => "untag",
        ActionKind::Set { .. } => "set",
        ActionKind::Award { .. } => "award",
        ActionKind::Redeem { .. } => "redeem",
        ActionKind::Invite(_) | ActionKind::InviteWhere(_) => "invite",
        ActionKind::DeleteMessage => "delete_message",
        ActionKind::Mute { .. } => "mute",
        ActionKind::Unmute { .. } => "unmute",
        ActionKind::Remove { .. } => "remove",
        ActionKind::Ban { .. } => "ban",
        ActionKind::Unban { .. } => "unban",
        ActionKind::Strike { .. } => "strike",
        ActionKind::Pardon { .. } => "pardon",
        ActionKind::Task(_) => "task",
        ActionKind::Start { .. } => "start",
        ActionKind::Stop { .. } => "stop",
        ActionKind::Emit { .. } => "emit",
        ActionKind::Custom { name, .. } => &name.text,
    }
}

/// An action with what surrounds it.
pub(crate) struct At<'a> {
    pub env: &'a Env<'a>,
    /// Whether it ends in `to MEMBER`.
    pub to: bool,
    pub span: Span,
    pub name: &'a str,
}

impl Lower<'_> {
    /// Lowers actions in order.
    pub(crate) fn actions(&mut self, actions: &[Action], env: &Env<'_>, item: &mut ItemCounter) -> Vec<EffectId> {
        actions.iter().filter_map(|action| self.action(action, env, item)).collect()
    }

    fn action(&mut self, action: &Action, env: &Env<'_>, item: &mut ItemCounter) -> Option<EffectId> {
        let ordinal = item.next;
        item.next += 1;
        let to = action.to.as_ref().map(|to| self.value(to, env, &Type::Member, "of-after-to").expr);
        let at = At { env, to: to.is_some(), span: action.span, name: action_name(&action.kind) };
        if let Some(needs) = needs(&action.kind) {
            self.need(needs, &at);
        }
        let approval = action.approval.as_ref().and_then(|approval| self.approval(approval));
        let act = self.act(&action.kind, &at, item)?;
        let (place, name) = (self.place(action.span), self.name(at.name));
        self.plan.effects.push(Effect { item: item.item, place, ordinal, name, act, to, approval });
        Some(EffectId(number(self.plan.effects.len() - 1)))
    }

    /// Says which key is missing for an action.
    pub(crate) fn need(&mut self, needs: Needs, at: &At<'_>) {
        let member = needs.member && !at.env.member && !at.to;
        let group = needs.group && !at.env.group;
        if member || group {
            self.error(ScopeError::ActionLacksKey {
                action: at.name.replace('_', " "),
                member,
                group,
                subject: scope_words(at.env.subject),
                at: at.span,
            });
        }
    }

    fn approval(&mut self, approval: &tree::Approval) -> Option<plan::Approval> {
        let role = self.role(&approval.role);
        let within = self.duration(&approval.within, "of-approval-time");
        let proceed = match approval.otherwise.as_ref().map(|word| (word.text.as_str(), word)) {
            Some(("drop", _)) => false,
            Some(("proceed", _)) => true,
            Some((_, word)) => {
                let available = vec!["drop".to_owned(), "proceed".to_owned()];
                self.error(NameError::Unknown { what: "noun-choice", name: word.clone(), available, declare: None });
                return None;
            }
            None => {
                let written = self.written(approval.span);
                self.error(ItemError::ApprovalElse { at: approval.span, written });
                return None;
            }
        };
        Some(plan::Approval { one: approval.one, role, within: within?, proceed })
    }

    fn act(&mut self, kind: &ActionKind, at: &At<'_>, item: &mut ItemCounter) -> Option<Act> {
        Some(match kind {
            ActionKind::Say { how, what, class } => self.say(*how, what, class.as_ref(), at)?,
            ActionKind::Dissolve => Act::Dissolve,
            ActionKind::Tag(tag) => Act::Tag(self.word_of(tag, Sort::Tag)?),
            ActionKind::Untag(tag) => Act::Untag(self.word_of(tag, Sort::Tag)?),
            ActionKind::Set { field, value } => self.set(field, value, at)?,
            ActionKind::Award { amount, ledger } => {
                let (ledger, amount) = self.points(ledger, amount, at)?;
                Act::Award { ledger, amount }
            }
            ActionKind::Redeem { amount, ledger } => {
                let (ledger, amount) = self.points(ledger, amount, at)?;
                Act::Redeem { ledger, amount }
            }
            ActionKind::Invite(to) => self.invite(to, at),
            ActionKind::InviteWhere(condition) => {
                let env = Env { group: true, keys: Scope::Group, known: Vec::new(), ..at.env.clone() };
                Act::InviteWhere(self.condition(condition, &env).expr)
            }
            ActionKind::DeleteMessage => self.delete_message(at),
            ActionKind::Mute { during, everywhere } => {
                let during = self.sanction_length(during, at);
                Act::Mute { during, everywhere: *everywhere }
            }
            ActionKind::Unmute { everywhere } => Act::Unmute { everywhere: *everywhere },
            ActionKind::Remove { everywhere } => Act::Remove { everywhere: *everywhere },
            ActionKind::Ban { during, everywhere } => {
                let during = during.as_ref().map(|during| self.sanction_length(during, at));
                Act::Ban { during, everywhere: *everywhere }
            }
            ActionKind::Unban { everywhere } => Act::Unban { everywhere: *everywhere },
            ActionKind::Strike { ladder, weight, because } => {
                self.strike(ladder, weight.as_ref(), because.as_ref(), at)?
            }
            ActionKind::Pardon { ladder } => Act::Pardon { tally: self.ladder(ladder, at)? },
            ActionKind::Task(task) => Act::Task(self.task(task, at, item)?),
            ActionKind::Start { flow, args } => self.start(flow, args, at)?,
            ActionKind::Stop { flow } => Act::Stop { timeline: self.flow_of(flow, at)? },
            ActionKind::Emit { event, fields } => self.emit(event, fields, at)?,
            ActionKind::Custom { name, args } => self.custom(name, args, at)?,
        })
    }

    /// A value of an action; one that may be missing is told.
    pub(crate) fn argument(&mut self, expr: &tree::Expr, env: &Env<'_>, want: &Type, of: impl Into<Text>) -> Expr {
        let of = of.into();
        let typed = self.value(expr, env, want, of.clone());
        self.told_if_missing(&typed, expr.span, of);
        typed.expr
    }

    fn told_if_missing(&mut self, typed: &Typed, at: Span, of: impl Into<Text>) {
        if typed.missing {
            let written = self.written(at);
            self.error(TypeError::MayBeMissing { at, of: of.into(), written });
        }
    }

    fn set(&mut self, field: &Word, value: &tree::Expr, at: &At<'_>) -> Option<Act> {
        let (attribute, ty) = self.settable(field, at)?;
        let value = self.argument(value, at.env, &ty, Text::new("of-value-of").with("name", field.text.as_str()));
        Some(Act::Set { attribute, value })
    }

    /// The field of this name that the subject has.
    fn settable(&mut self, field: &Word, at: &At<'_>) -> Option<(AttributeId, Type)> {
        let pick = |symbol| (symbol == Symbol::Field).then_some(());
        self.symbol_of(field, "noun-field", pick)?;
        let member = at.env.member || at.to;
        let scopes =
            [(Scope::Membership, member && at.env.group), (Scope::Member, member), (Scope::Group, at.env.group)];
        for (scope, there) in scopes {
            if there && let Some(found) = self.attribute(&field.text, scope) {
                return Some(found);
            }
        }
        let declared = self.names.attributes.iter().find(|known| known.name == field.text);
        let scope = declared.map(|known| known.scope)?;
        self.need(Needs::of(scope), at);
        None
    }

    fn points(&mut self, ledger: &Word, amount: &tree::Expr, at: &At<'_>) -> Option<(plan::ids::LedgerId, Expr)> {
        let amount =
            self.argument(amount, at.env, &Type::Number, Text::new("of-number-of").with("name", ledger.text.as_str()));
        let pick = |symbol| match symbol {
            Symbol::Points(id) => Some(id),
            _ => None,
        };
        Some((self.symbol_of(ledger, "noun-points", pick)?, amount))
    }

    fn invite(&mut self, to: &tree::Expr, at: &At<'_>) -> Act {
        let typed = self.expr(to, at.env, &Type::Group);
        if !matches!(typed.ty, Type::Group | Type::Text | Type::Error) {
            let found = self.describe(&typed.ty);
            self.error(TypeError::InviteTo { at: to.span, found });
        }
        self.told_if_missing(&typed, to.span, "of-invited-group");
        Act::Invite(typed.expr)
    }

    /// What is deleted is the message of the event at hand.
    fn delete_message(&mut self, at: &At<'_>) -> Act {
        match at.env.event {
            EventEnv::Kinds(kinds) => {
                for (kind, _) in kinds {
                    if let Some((position, _)) = self.position(*kind, "message") {
                        self.use_field(*kind, position);
                    }
                }
            }
            EventEnv::Never(place) => self.error(EventError::NoEvent { at: at.span, place }),
            EventEnv::Sometimes(what, trigger) => {
                self.error(EventError::SometimesNoEvent { at: at.span, what, trigger });
            }
        }
        Act::DeleteMessage
    }

    fn sanction_length(&mut self, during: &tree::Expr, at: &At<'_>) -> Expr {
        let of = Text::new("of-length-of").with("name", at.name);
        let expr = self.argument(during, at.env, &Type::Duration, of.clone());
        if matches!(&expr, Expr::Const(Value::Duration(during)) if *during <= crate::time::Duration::ZERO) {
            self.error(TypeError::NotPositive { at: during.span, of, wanted: "wanted-duration" });
        }
        expr
    }

    /// A ladder whose subject the action can reach.
    fn ladder(&mut self, ladder: &Word, at: &At<'_>) -> Option<plan::ids::TallyId> {
        let pick = |symbol| match symbol {
            Symbol::Ladder(id) => Some(id),
            _ => None,
        };
        let id = self.symbol_of(ladder, "noun-ladder", pick)?;
        let scope = self.names.ladders.get(usize::from(id.0)).map(|ladder| ladder.scope)?;
        self.need(Needs::of(scope), at);
        Some(id)
    }

    fn strike(
        &mut self,
        ladder: &Word,
        weight: Option<&tree::Expr>,
        because: Option<&tree::Text>,
        at: &At<'_>,
    ) -> Option<Act> {
        let tally = self.ladder(ladder, at);
        let weight = match weight {
            Some(weight) => self.argument(weight, at.env, &Type::Number, "of-strike-weight"),
            None => Expr::Const(Value::Number(Decimal::ONE)),
        };
        let because = because.map(|text| self.said_text(text, at.env));
        Some(Act::Strike { tally: tally?, weight, because })
    }

    /// A text as an expression, with its holes told that may be missing.
    fn said_text(&mut self, text: &tree::Text, env: &Env<'_>) -> Expr {
        match super::text::plain(text) {
            Some(words) => Expr::Const(Value::text(words)),
            None => Expr::Text(self.template(text, env)),
        }
    }

    fn flow_of(&mut self, flow: &Word, at: &At<'_>) -> Option<plan::ids::TimelineId> {
        let pick = |symbol| match symbol {
            Symbol::Flow(id) => Some(id),
            _ => None,
        };
        let id = self.symbol_of(flow, "noun-flow", pick)?;
        let scope = self.names.flows.get(id.index()).map(|flow| flow.scope)?;
        self.need(Needs::of(scope), at);
        Some(id)
    }

    fn start(&mut self, flow: &Word, args: &[tree::Expr], at: &At<'_>) -> Option<Act> {
        let timeline = self.flow_of(flow, at)?;
        let params = self.names.flows.get(timeline.index()).map(|flow| (flow.params.clone(), flow.span))?;
        let args = self.arguments(flow, args, &params.0, params.1, at.env);
        Some(Act::Start { timeline, args })
    }

    /// Arguments in the order of parameters.
    pub(crate) fn arguments(
        &mut self,
        of: &Word,
        args: &[tree::Expr],
        params: &[Slot],
        declared: Span,
        env: &Env<'_>,
    ) -> Vec<Expr> {
        if args.len() != params.len() {
            let wanted = params.iter().map(|param| param.name.clone()).collect();
            self.error(ItemError::ArgumentCount { name: of.clone(), wanted, found: args.len(), declared });
        }
        let mut exprs = Vec::new();
        for (param, arg) in params.iter().zip(args) {
            let what = Text::new("of-argument").with("name", param.name.as_str()).with("of", of.text.as_str());
            exprs.push(if param.missing {
                self.value(arg, env, &param.ty, what).expr
            } else {
                self.argument(arg, env, &param.ty, what)
            });
        }
        exprs
    }

    fn custom(&mut self, name: &Word, args: &[tree::Expr], at: &At<'_>) -> Option<Act> {
        let Some(Symbol::Action(id)) = self.names.symbol(&name.text) else {
            self.unknown_action(name);
            return None;
        };
        let info = self.names.actions.get(id).cloned()?;
        let args = self.arguments(name, args, &info.params, info.span, at.env);
        let params = info.params.into_iter().map(|param| param.name).zip(args).collect();
        Some(Act::Custom { params })
    }

    fn unknown_action(&mut self, name: &Word) {
        let mut available: Vec<String> = BUILT_IN.iter().map(|name| name.replace('_', " ")).collect();
        available.sort();
        available.dedup();
        let own = self.names.where_symbol(|symbol| matches!(symbol, Symbol::Action(_)));
        available.extend(own);
        let error = match self.names.table.get(&name.text) {
            Some(declared) => NameError::WrongSort {
                name: name.clone(),
                is: declared.symbol.noun(),
                declared: declared.span,
                wanted: "noun-action",
                available,
            },
            None => NameError::Unknown { what: "noun-action", name: name.clone(), available, declare: Some("action") },
        };
        self.error(error);
    }

    fn emit(&mut self, event: &tree::Path, fields: &[(Word, tree::Expr)], at: &At<'_>) -> Option<Act> {
        let kind = self.event(event)?;
        let (member, group) = self.kind(kind).map(|kind| (kind.member, kind.group))?;
        self.need(Needs { member: member == Carries::Always, group: group == Carries::Always }, at);
        let name = super::events::dotted(event);
        let mut values: Vec<(u8, Expr)> = Vec::new();
        for (field, value) in fields {
            let Some((position, ty)) = self.position(kind, &field.text) else {
                let available = self.field_names(kind);
                self.error(EventError::UnknownEventField {
                    event: name.clone(),
                    name: field.clone(),
                    available,
                    trigger: None,
                });
                continue;
            };
            if values.iter().any(|(known, _)| *known == position) {
                self.error(NameError::DuplicateParam { name: field.clone() });
            }
            let optional = self.is_optional(kind, position);
            let what = Text::new("of-event-field").with("name", field.text.as_str()).with("of", name.as_str());
            let value = if optional {
                self.value(value, at.env, &ty, what).expr
            } else {
                self.argument(value, at.env, &ty, what)
            };
            values.push((position, value));
        }
        self.all_given(kind, &values, event);
        Some(Act::Emit { kind, fields: values })
    }

    fn is_optional(&self, kind: plan::ids::KindId, position: u8) -> bool {
        let field = self.kind(kind).and_then(|kind| kind.fields.get(usize::from(position)));
        field.is_some_and(|field| field.optional)
    }

    fn all_given(&mut self, kind: plan::ids::KindId, values: &[(u8, Expr)], event: &tree::Path) {
        let fields = self.kind(kind).map(|kind| kind.fields.clone()).unwrap_or_default();
        let given = |position: usize| values.iter().any(|(known, _)| usize::from(*known) == position);
        let lacking: Vec<String> = fields
            .into_iter()
            .enumerate()
            .filter(|(position, field)| !field.optional && !given(*position))
            .map(|(_, field)| field.name)
            .collect();
        if !lacking.is_empty() {
            self.error(ItemError::EmitLacks { event: super::events::dotted(event), fields: lacking, at: event.span });
        }
    }

    // ---- saying -------------------------------------------------------------------------------------------

    fn say(&mut self, how: tree::Say, what: &tree::Said, class: Option<&Word>, at: &At<'_>) -> Option<Act> {
        let class = class.map(|class| self.word_of(class, Sort::Class));
        let what = match what {
            tree::Said::Text(text) => plan::Said::Text(self.template(text, at.env)),
            tree::Said::Message { name, args } => self.message_said(name, args, at)?,
            tree::Said::Pool(name) => self.pool_said(name, at)?,
        };
        Some(Act::Say { how: how_said(how), what, class: class.map(Option::<NameId>::unwrap_or_default) })
    }

    fn message_said(&mut self, name: &Word, args: &[tree::Expr], at: &At<'_>) -> Option<plan::Said> {
        let pick = |symbol| match symbol {
            Symbol::Message(id) => Some(id),
            _ => None,
        };
        let message = self.symbol_of(name, "noun-message", pick)?;
        let info = self.names.messages.get(message.index()).cloned()?;
        self.message_reaches(&info.name, info.scope, info.span, name.span, at);
        let args = self.arguments(name, args, &info.params, info.span, at.env);
        Some(plan::Said::Message { message, args })
    }

    /// A message speaks of keys that there must be.
    fn message_reaches(&mut self, name: &str, scope: Scope, declared: Span, span: Span, at: &At<'_>) {
        let (member, group) = keys_of(scope);
        if (member && !at.env.member && !at.to) || (group && !at.env.group) {
            self.error(ScopeError::MessageLacksKey {
                message: name.to_owned(),
                scope: scope_words(scope),
                subject: scope_words(at.env.subject),
                at: span,
                declared,
            });
        }
    }

    fn pool_said(&mut self, name: &Word, at: &At<'_>) -> Option<plan::Said> {
        let pick = |symbol| match symbol {
            Symbol::Pool(id) => Some(id),
            _ => None,
        };
        let pool = self.symbol_of(name, "noun-pool", pick)?;
        let declared = self.names.table.get(&name.text).and_then(|declared| declared.span).unwrap_or_default();
        let scope = self.names.pools.get(pool.index()).copied()?;
        self.message_reaches(&name.text, scope, declared, name.span, at);
        Some(plan::Said::Pool(pool))
    }
}

fn how_said(how: tree::Say) -> plan::Say {
    match how {
        tree::Say::Post => plan::Say::Post,
        tree::Say::Announce => plan::Say::Announce,
        tree::Say::Dm => plan::Say::Dm,
        tree::Say::Warn => plan::Say::Warn,
    }
}
