//! Messages and pools.

use super::env::Env;
use super::errors::{ItemError, ScopeError};
use super::lower::Lower;
use super::names::{Slot, Symbol, keys_of, scope_words};
use super::types::Type;
use crate::plan::ids::{MessageId, PoolId};
use crate::plan::{self, Body, Scope};
use crate::syntax::tree::{self, Expr, ItemKind, MessageBody, Tree, Word};

impl Lower<'_> {
    /// The scopes of pools, which actions ask for.
    pub(crate) fn pool_scopes(&mut self, tree: &Tree) {
        let mut next = 0;
        for item in &tree.items {
            if let ItemKind::Pool { members, .. } = &item.kind {
                let scope = members.iter().find_map(|member| self.message_info(member)).map(|(_, scope, _)| scope);
                if let Some(known) = self.names.pools.get_mut(next) {
                    *known = scope.unwrap_or_default();
                }
                next += 1;
            }
        }
    }

    fn message_info(&self, word: &Word) -> Option<(MessageId, Scope, Vec<Slot>)> {
        let Some(Symbol::Message(id)) = self.names.symbol(&word.text) else {
            return None;
        };
        let info = self.names.messages.get(id.index())?;
        Some((id, info.scope, info.params.clone()))
    }

    pub(crate) fn message(&mut self, message: &tree::Message) {
        let Some((id, scope, params)) = self.message_info(&message.name) else {
            return;
        };
        let env = Env { params: &params, ..Env::of(scope, "place-message") };
        let body = match &message.body {
            MessageBody::Texts(texts) => Body::Texts(texts.iter().map(|text| self.template(text, &env)).collect()),
            MessageBody::From(file) => self.content(file, &env),
        };
        let voice = message.voice.as_ref().and_then(|voice| self.voice(voice));
        let name = self.name(&message.name.text);
        let params = params.into_iter().map(|param| param.name).collect();
        if self.plan.messages.len() == id.index() {
            self.plan.messages.push(plan::Message { name, params, voice, scope, body });
        }
    }

    fn voice(&mut self, voice: &Word) -> Option<plan::ids::NameId> {
        self.symbol_of(voice, "noun-voice", |symbol| (symbol == Symbol::Voice).then_some(()))?;
        Some(self.name(&voice.text))
    }

    pub(crate) fn pool(&mut self, name: &Word, members: &[Word], weight: Option<&Expr>) {
        let Some(Symbol::Pool(PoolId(id))) = self.names.symbol(&name.text) else {
            return;
        };
        let scope = self.names.pools.get(usize::from(id)).copied().unwrap_or_default();
        let messages = members.iter().filter_map(|member| self.pool_member(member, scope, members)).collect();
        if members.is_empty() {
            self.error(ItemError::Empty { item: "noun-pool", wants: "wants-messages", name: name.clone() });
        }
        let env = Env { piece: true, ..Env::of(scope, "place-pool") };
        let weight = weight.map(|weight| self.value(weight, &env, &Type::Number, "of-piece-weight").expr);
        let plan_name = self.name(&name.text);
        self.plan.pools.push(plan::Pool { name: plan_name, members: messages, weight });
    }

    /// All messages of a pool are for one scope and take no parameters.
    fn pool_member(&mut self, member: &Word, scope: Scope, members: &[Word]) -> Option<MessageId> {
        let pick = |symbol| match symbol {
            Symbol::Message(id) => Some(id),
            _ => None,
        };
        self.symbol_of(member, "noun-message", pick)?;
        let (id, own, params) = self.message_info(member)?;
        if !params.is_empty() {
            self.error(ItemError::PoolParams { name: member.clone() });
        }
        if keys_of(own) != keys_of(scope) {
            let first = members.first().cloned().unwrap_or_else(|| member.clone());
            let (scope, first_scope) = (scope_words(own), scope_words(scope));
            self.error(ScopeError::PoolScopes { name: member.clone(), scope, first, first_scope });
        }
        Some(id)
    }
}
