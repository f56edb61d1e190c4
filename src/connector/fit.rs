//! What a playbook asks of connectors that cannot do it: told before anything runs.

use super::{Kind, Route, Routes};
use crate::Compiled;
use crate::diagnostic::{Diagnostic, Severity};
use crate::l10n::{Catalogue, Lang, Text};
use crate::lint::platform::Length;
use crate::plan::expr::{Expr, Template, TemplatePart};
use crate::plan::value::Value;
use crate::plan::{Act, Body, Effect, Plan, Said};
use crate::syntax::span::Span;
use std::collections::BTreeMap;

/// An action that no connector can carry out as it stands there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    /// Where it is written.
    pub span: Span,
    /// What is wrong with it, and the way out (`help`).
    pub text: Text,
}

/// Everything that is decided and could not be delivered: actions that no route takes or whose connector cannot do them,
/// texts and mutes that are too long.
///
/// `kinds` says of which kind each connector is, and `leaves` whether an action stays within the playbook or is not
/// allowed to go out.
#[must_use]
pub fn misfits(
    compiled: &Compiled,
    routes: &Routes,
    kinds: &BTreeMap<String, Kind>,
    leaves: &dyn Fn(&str) -> bool,
) -> Vec<Misfit> {
    let Some(plan) = &compiled.plan else { return Vec::new() };
    let fit = Fit { plan, routes, kinds };
    let mut found: Vec<Misfit> = Vec::new();
    let mut asked = fit.written(compiled);
    asked.extend(fit.implied(&asked));
    for (action, role, effect, span) in asked.iter().filter(|asked| leaves(&asked.0)) {
        for text in fit.asks(action, role.as_deref(), *effect) {
            let misfit = Misfit { span: *span, text };
            if !found.contains(&misfit) {
                found.push(misfit);
            }
        }
    }
    found.sort_by_cached_key(|misfit| misfit.told(&Catalogue::new(Lang::En)).place(&compiled.sources));
    found
}

impl Misfit {
    /// The same as it is told before a run.
    #[must_use]
    pub fn told(&self, words: &Catalogue) -> Diagnostic {
        Diagnostic {
            code: "connector-cannot",
            severity: Severity::Error,
            headline: words.say(&self.text),
            labels: vec![(self.span, String::new())],
            help: words.attribute(&self.text, "help"),
        }
    }
}

/// An action, the role of a task, its effect and its place.
type Asked<'a> = (String, Option<String>, Option<&'a Effect>, Span);

struct Fit<'a> {
    plan: &'a Plan,
    routes: &'a Routes,
    kinds: &'a BTreeMap<String, Kind>,
}

impl<'a> Fit<'a> {
    fn name(&self, id: crate::plan::ids::NameId) -> String {
        self.plan.names.get(id.index()).cloned().unwrap_or_default()
    }

    /// What is written in the playbook.
    fn written(&self, compiled: &Compiled) -> Vec<Asked<'a>> {
        let effects = self.plan.effects.iter().filter(|effect| !matches!(effect.act, Act::Sample { .. }));
        let asked = effects.map(|effect| {
            let role = match &effect.act {
                Act::Task(task) => Some(self.name(task.role)),
                _ => None,
            };
            (self.name(effect.name), role, Some(effect), compiled.sites.of(effect.place))
        });
        asked.collect()
    }

    /// What the engine does by itself where an appeal is upheld, or a connector does not end a sanction by itself.
    fn implied(&self, written: &[Asked<'a>]) -> Vec<Asked<'a>> {
        let appeals = self.plan.tallies.iter().any(|tally| tally.appeal.is_some());
        let mut implied = Vec::new();
        for (action, _, _, span) in written.iter().filter(|_| appeals) {
            let undone = match action.as_str() {
                "mute" => "unmute",
                "ban" => "unban",
                "remove" => "invite",
                _ => continue,
            };
            implied.push((undone.to_owned(), None, None, *span));
        }
        implied
    }

    /// What is wrong with one action.
    fn asks(&self, action: &str, role: Option<&str>, effect: Option<&Effect>) -> Vec<Text> {
        let shown = action.replace('_', " ");
        let mut wrong = Vec::new();
        for route in &self.routes.routes {
            let fits =
                (route.actions.is_empty() || route.actions.iter().any(|one| one == action)) && route.is_for(role);
            if !fits {
                continue;
            }
            wrong.extend(self.along(route, action, &shown, effect));
            if route.groups.is_empty() {
                return wrong;
            }
        }
        wrong.push(match role {
            Some(role) => Text::new("misfit-no-route-for").with("action", shown).with("role", role),
            None => Text::new("misfit-no-route").with("action", shown),
        });
        wrong
    }

    fn along(&self, route: &Route, action: &str, shown: &str, effect: Option<&Effect>) -> Option<Text> {
        let name = route.to.as_deref()?;
        let kind = *self.kinds.get(name)?;
        let facts = kind.facts();
        let misfit = |id| Text::new(id).with("connector", name).with("title", facts.title);
        if !facts.can(action) {
            return Some(misfit("misfit-cannot").with("action", shown).with("word", action));
        }
        if action == "task" && kind.needs_destination() && route.destination.is_none() {
            return Some(misfit("misfit-destination"));
        }
        match effect.map(|effect| &effect.act) {
            Some(Act::Mute { during: Expr::Const(Value::Duration(during)), .. }) => {
                let most = facts.longest_mute.filter(|most| during > most)?;
                Some(misfit("misfit-mute").with("most", most.to_string()))
            }
            Some(Act::Say { what, .. }) => {
                let Length { most, unit } = facts.text?;
                let length = self.texts(what).into_iter().map(|text| unit.of(&fixed(text))).max()?;
                (length > most).then(|| {
                    let text = misfit("misfit-too-long").with("most", most.to_string()).with("unit", unit.name());
                    text.with("length", length.to_string())
                })
            }
            _ => None,
        }
    }

    /// Every text that may be said.
    fn texts(&self, said: &'a Said) -> Vec<&'a Template> {
        match said {
            Said::Text(text) => vec![text],
            Said::Message { message, .. } => self.message(*message),
            Said::Pool(pool) => {
                let members = self.plan.pools.get(pool.index()).map_or(&[][..], |pool| &pool.members);
                members.iter().flat_map(|message| self.message(*message)).collect()
            }
        }
    }

    fn message(&self, id: crate::plan::ids::MessageId) -> Vec<&'a Template> {
        match self.plan.messages.get(id.index()).map(|message| &message.body) {
            Some(Body::Texts(texts)) => texts.iter().collect(),
            Some(Body::Dated(texts)) => texts.iter().map(|(_, text)| text).collect(),
            None => Vec::new(),
        }
    }
}

/// The words of a text without its holes.
fn fixed(text: &Template) -> String {
    let words = text.parts.iter().filter_map(|part| match part {
        TemplatePart::Words(words) => Some(words.as_str()),
        TemplatePart::Hole { .. } => None,
    });
    words.collect()
}
