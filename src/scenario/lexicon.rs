//! The words that a scenario may use: what a playbook declares, and what decisions are called.

use crate::engine::Program;
use crate::plan::ids::{AttributeId, ItemId, LedgerId, LetId, MetricId, NameId, SegmentId, TallyId, TiersId};
use crate::plan::{Act, Carries, EventKind, FieldType, Scope};

/// What a playbook knows.
#[derive(Clone, Copy)]
pub(super) struct Lexicon<'a> {
    pub(super) program: &'a Program,
}

/// What a line of `state` asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    /// `tag=NAME`
    Tag(NameId),
    /// `role=NAME`
    Role(NameId),
    /// `segment=NAME`
    Segment(SegmentId),
    /// `LEDGER=NUMBER`
    Ledger(LedgerId),
    /// `TIERS=LEVEL`
    Tiers(TiersId),
    /// `LADDER=NUMBER`: what the strikes come to
    Strikes(TallyId),
    /// `FIELD=VALUE`
    Attribute(AttributeId, Scope),
    /// `METRIC=VALUE`: the latest sample
    Metric(MetricId),
    /// `LET=VALUE`
    Let(LetId),
    /// `muted=yes`
    Muted,
    /// `present=yes`: a member of the group
    Present,
    /// `name=TEXT`
    Name,
    /// `size=NUMBER`, of a group
    Size,
}

/// Arguments that a few actions of the engine itself have.
const OWN_ACTIONS: [(&str, &[&str]); 6] = [
    ("promote", &["tiers", "from", "to"]),
    ("demote", &["tiers", "from", "to"]),
    ("unmute", &[]),
    ("unban", &[]),
    ("invite", &["to"]),
    ("mute", &["for_s"]),
];

impl<'a> Lexicon<'a> {
    pub(super) fn kind(self, name: &str) -> Option<&'a EventKind> {
        self.program.plan.kinds.iter().find(|kind| kind.name == name)
    }

    /// Kinds that may stand in a log, the playbook's own first.
    pub(super) fn kinds(self) -> Vec<String> {
        let mut kinds: Vec<&EventKind> = self.program.plan.kinds.iter().collect();
        kinds.sort_by_key(|kind| kind.built_in);
        kinds.into_iter().map(|kind| kind.name.clone()).collect()
    }

    pub(super) fn item(self, name: &str) -> Option<ItemId> {
        let items = (0u32..).map(ItemId).zip(&self.program.plan.items);
        items.filter(|(_, item)| self.program.name(item.name) == name).map(|(id, _)| id).next()
    }

    pub(super) fn items(self) -> Vec<String> {
        self.program.plan.items.iter().map(|item| self.program.name(item.name).to_owned()).collect()
    }

    /// The names of all actions that this playbook can come to.
    pub(super) fn actions(self) -> Vec<String> {
        let plan = &self.program.plan;
        let effects = plan.effects.iter().filter(|effect| !matches!(effect.act, Act::Sample { .. }));
        let mut names: Vec<String> = effects.map(|effect| self.program.name(effect.name).to_owned()).collect();
        let appeals = plan.tallies.iter().any(|tally| tally.appeal.is_some());
        let own = OWN_ACTIONS.iter().map(|(name, _)| *name);
        names.extend(
            own.filter(|name| if name.ends_with("mote") { !plan.tiers.is_empty() } else { appeals }).map(str::to_owned),
        );
        if appeals {
            names.push("task".to_owned());
        }
        names.sort();
        names.dedup();
        names
    }

    /// The arguments that decisions of an action may have.
    pub(super) fn args(self, action: &str) -> Vec<String> {
        let plan = &self.program.plan;
        let own = OWN_ACTIONS.iter().filter(|(name, _)| *name == action).flat_map(|(_, args)| args.iter());
        let mut args: Vec<String> = own.map(|arg| (*arg).to_owned()).collect();
        for effect in plan.effects.iter().filter(|effect| self.program.name(effect.name) == action) {
            let fixed: &[&str] = match &effect.act {
                Act::Say { .. } => &["message", "text", "class", "voice"],
                Act::Tag(_) | Act::Untag(_) => &["tag"],
                Act::Set { .. } => &["field", "value"],
                Act::Award { .. } | Act::Redeem { .. } => &["points", "amount", "balance"],
                Act::Invite(_) | Act::InviteWhere(_) => &["to"],
                Act::DeleteMessage => &["message_id"],
                Act::Mute { .. } | Act::Ban { .. } => &["for_s"],
                Act::Strike { .. } | Act::Pardon { .. } => &["ladder", "weight", "total"],
                Act::Task(_) => TASK,
                Act::Start { .. } | Act::Stop { .. } => &["flow"],
                Act::Emit { .. } => &["event"],
                _ => &[],
            };
            args.extend(fixed.iter().map(|arg| (*arg).to_owned()));
            match &effect.act {
                Act::Custom { params } => args.extend(params.iter().map(|(name, _)| name.clone())),
                Act::Emit { kind, .. } => {
                    let kind = plan.kinds.get(kind.index());
                    args.extend(kind.iter().flat_map(|kind| &kind.fields).map(|field| field.name.clone()));
                }
                _ => {}
            }
        }
        if action == "task" {
            args.extend(TASK.iter().map(|arg| (*arg).to_owned()));
        }
        args.sort();
        args.dedup();
        args
    }

    // ---- state --------------------------------------------------------------------------------------------------

    /// What a name of a `state` line asks for; `tag`, `role` and `segment` need their value.
    pub(super) fn topic(self, key: &str, value: &str, of: (bool, bool)) -> Result<Topic, (&'static str, Vec<String>)> {
        let plan = &self.program.plan;
        match key {
            "tag" => return self.named("tag", &plan.tags, value).map(Topic::Tag),
            "role" => return self.named("role", &plan.roles, value).map(Topic::Role),
            "segment" => {
                let names: Vec<NameId> = plan.segments.iter().map(|segment| segment.name).collect();
                let name = self.named("segment", &names, value)?;
                let at = names.iter().position(|other| *other == name).unwrap_or_default();
                return Ok(Topic::Segment(SegmentId(at as u16)));
            }
            "muted" => return Ok(Topic::Muted),
            "present" => return Ok(Topic::Present),
            "name" => return Ok(Topic::Name),
            "size" => return Ok(Topic::Size),
            _ => {}
        }
        self.declared(key, of).ok_or_else(|| ("thing to ask of a state", self.topics()))
    }

    /// `of` says whether the subject has a group and a member.
    fn declared(self, key: &str, of: (bool, bool)) -> Option<Topic> {
        let plan = &self.program.plan;
        let at = |names: Vec<NameId>| names.iter().position(|name| self.program.name(*name) == key).map(|i| i as u16);
        at(plan.ledgers.clone())
            .map(|i| Topic::Ledger(LedgerId(i)))
            .or_else(|| at(plan.tiers.iter().map(|t| t.name).collect()).map(|i| Topic::Tiers(TiersId(i))))
            .or_else(|| at(plan.tallies.iter().map(|t| t.name).collect()).map(|i| Topic::Strikes(TallyId(i))))
            .or_else(|| at(plan.metrics.iter().map(|m| m.name).collect()).map(|i| Topic::Metric(MetricId(i))))
            .or_else(|| at(plan.lets.iter().map(|l| l.name).collect()).map(|i| Topic::Let(LetId(i))))
            .or_else(|| self.attribute(key, of))
    }

    /// The narrowest field of a name that the subject can have.
    fn attribute(self, key: &str, (group, member): (bool, bool)) -> Option<Topic> {
        let fits = |scope: Scope| match scope {
            Scope::Membership => group && member,
            Scope::Member => member,
            Scope::Group => group,
            Scope::Community => true,
        };
        let all = (0u16..).map(AttributeId).zip(&self.program.plan.attributes);
        let named = all.filter(|(_, a)| self.program.name(a.name) == key && fits(a.scope));
        named.max_by_key(|(_, a)| a.scope).map(|(id, a)| Topic::Attribute(id, a.scope))
    }

    fn named(self, what: &'static str, among: &[NameId], word: &str) -> Result<NameId, (&'static str, Vec<String>)> {
        let found = among.iter().copied().find(|name| self.program.name(*name) == word);
        found.ok_or_else(|| (what, among.iter().map(|name| self.program.name(*name).to_owned()).collect()))
    }

    fn topics(self) -> Vec<String> {
        let plan = &self.program.plan;
        let own = plan.ledgers.iter().copied();
        let own = own.chain(plan.tiers.iter().map(|t| t.name)).chain(plan.tallies.iter().map(|t| t.name));
        let own = own.chain(plan.attributes.iter().map(|a| a.name)).chain(plan.metrics.iter().map(|m| m.name));
        let own = own.chain(plan.lets.iter().map(|l| l.name)).map(|name| self.program.name(name).to_owned());
        let fixed = ["tag", "role", "segment", "muted", "present", "name", "size"].map(str::to_owned);
        fixed.into_iter().chain(own).collect()
    }
}

const TASK: &[&str] = &["title", "role", "due", "name"];

/// Whether a field holds a member's or a group's id.
pub(super) fn holds_id(ty: FieldType) -> Option<&'static str> {
    match ty {
        FieldType::Member => Some("member"),
        FieldType::Group => Some("group"),
        _ => None,
    }
}

/// Whether an event of a kind may have a key.
pub(super) fn may_have(carries: Carries) -> bool {
    carries != Carries::Never
}
