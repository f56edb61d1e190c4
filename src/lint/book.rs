//! A checked playbook as lints see it: what is written beside what it has become.

use super::judge::{self, View};
use super::platform::Platform;
use super::witness::Runs;
use crate::Compiled;
use crate::check::content::Contents;
use crate::check::sites::Sites;
use crate::diagnostic::Diagnostic;
use crate::engine::{Directory, Program};
use crate::plan::ids::{EffectId, HandlerId, NameId, PlaceId};
use crate::plan::{Effect, Handler, Plan};
use crate::syntax::source::Sources;
use crate::syntax::span::Span;
use crate::syntax::tree::{self, Action, Head, Item, ItemKind, Tree};
use crate::syntax::twins::Quoted;
use crate::time::{Gap, Instant, Zone};
use chrono::NaiveDate;
use rustc_hash::FxHashMap;
use std::cell::OnceCell;

/// A checked playbook with all that lints may ask.
pub struct Book<'a> {
    /// What runs.
    pub plan: &'a Plan,
    /// The plan made ready, for witnesses.
    pub program: &'a Program,
    /// What is written.
    pub tree: &'a Tree,
    /// The files.
    pub sources: &'a Sources,
    /// Where the plan's parts stand.
    pub sites: &'a Sites,
    /// What the checker has warned of.
    pub warnings: &'a [Diagnostic],
    /// Where content files lie.
    pub contents: &'a dyn Contents,
    /// Who is there at the start, where it is known.
    pub directory: Option<&'a Directory>,
    /// Where the community lives, where it is known.
    pub platform: Option<&'a Platform>,
    /// Today: where horizons begin.
    pub now: Instant,
    /// Every handler that a rule, a calendar or a ladder was made into, in the order of the files.
    pub cases: Vec<Case<'a>>,
    /// Runs witnesses.
    pub runs: Runs<'a>,
    effects: FxHashMap<Span, Vec<EffectId>>,
    gaps: OnceCell<Vec<Gap>>,
    quoted: OnceCell<Quoted>,
    views: Vec<View<'a>>,
}

/// A handler with what it was made from.
pub struct Case<'a> {
    /// The item.
    pub item: &'a Item,
    /// Its head.
    pub head: &'a Head,
    /// Which handler.
    pub id: HandlerId,
    /// What it became.
    pub handler: &'a Handler,
    /// The branch, the row or the step.
    pub span: Span,
    /// Its condition.
    pub when: Option<&'a tree::Expr>,
    /// Which of the candidates are taken.
    pub select: Option<&'a tree::Select>,
    /// What is done.
    pub actions: &'a [Action],
    /// What is done otherwise.
    pub otherwise: &'a [Action],
}

/// What a book is made from.
#[derive(Clone, Copy)]
pub struct Given<'a> {
    /// The playbook.
    pub compiled: &'a Compiled,
    /// Its plan.
    pub program: &'a Program,
    /// Where content files lie.
    pub contents: &'a dyn Contents,
    /// Who is there at the start.
    pub directory: Option<&'a Directory>,
    /// Where the community lives.
    pub platform: Option<&'a Platform>,
    /// Today.
    pub now: Instant,
}

impl<'a> Book<'a> {
    /// Sets the tree beside the plan.
    #[must_use]
    pub fn new(given: Given<'a>) -> Book<'a> {
        let Given { compiled, program, contents, directory, platform, now } = given;
        let plan = &program.plan;
        let mut book = Book {
            plan,
            program,
            tree: &compiled.tree,
            sources: &compiled.sources,
            sites: &compiled.sites,
            warnings: &compiled.diagnostics,
            contents,
            directory,
            platform,
            now,
            cases: Vec::new(),
            runs: Runs::new(program),
            effects: FxHashMap::default(),
            gaps: OnceCell::new(),
            quoted: OnceCell::new(),
            views: Vec::new(),
        };
        book.cases = book.find_cases();
        for (position, effect) in plan.effects.iter().enumerate() {
            book.effects.entry(book.sites.of(effect.place)).or_default().push(EffectId(position as u32));
        }
        book.views = judge::views(&book);
        book
    }

    fn find_cases(&self) -> Vec<Case<'a>> {
        let mut handlers: FxHashMap<Span, HandlerId> = FxHashMap::default();
        for (position, handler) in self.plan.handlers.iter().enumerate() {
            handlers.insert(self.sites.of(handler.place), HandlerId(position as u32));
        }
        let mut cases = Vec::new();
        for item in &self.tree.items {
            for written in Written::of(item) {
                let Some(id) = handlers.get(&written.span).copied() else { continue };
                let Some(handler) = self.plan.handlers.get(id.index()) else { continue };
                cases.push(Case {
                    item,
                    head: written.head,
                    id,
                    handler,
                    span: written.span,
                    when: written.when,
                    select: written.select,
                    actions: written.actions,
                    otherwise: written.otherwise,
                });
            }
        }
        cases
    }

    /// The effects that an action became.
    pub fn effects(&self, action: &Action) -> impl Iterator<Item = &'a Effect> {
        let ids = self.effects.get(&action.span).map_or(&[][..], Vec::as_slice);
        let plan = self.plan;
        ids.iter().filter_map(move |id| plan.effects.get(id.index()))
    }

    /// Every trigger with whom it wakes, and where their conditions hold.
    #[must_use]
    pub fn views(&self) -> &[View<'a>] {
        &self.views
    }

    /// What findings have cost so far: turns of items in runs of witnesses, and boxes held against others.
    #[must_use]
    pub fn effort(&self) -> u64 {
        self.runs.turns() + self.views.iter().map(|view| view.solver.met()).sum::<u64>()
    }

    /// How messages quote the code of the playbook in its own tongue.
    pub(crate) fn quoted(&self) -> &Quoted {
        self.quoted.get_or_init(|| Quoted::of(self.sources))
    }

    /// What the clocks of the community skip in the years for which logs and playbooks are written, 2000 to 2037.
    #[must_use]
    pub fn gaps(&self) -> &[Gap] {
        let year = |year| NaiveDate::from_ymd_opt(year, 1, 1).map(|date| Zone::UTC.day_start(date)).unwrap_or_default();
        self.gaps.get_or_init(|| self.plan.community.calendar.zone.gaps(year(2000), year(2038)))
    }

    /// An effect of the plan.
    #[must_use]
    pub fn effect(&self, id: EffectId) -> Option<&'a Effect> {
        self.plan.effects.get(id.index())
    }

    /// A name of the plan.
    #[must_use]
    pub fn name(&self, id: NameId) -> &'a str {
        self.plan.names.get(id.index()).map_or("?", String::as_str)
    }

    /// The span of a place.
    #[must_use]
    pub fn span(&self, place: PlaceId) -> Span {
        self.sites.of(place)
    }

    /// What is written at a span, on one line.
    #[must_use]
    pub fn written(&self, span: Span) -> String {
        self.sources.slice(span).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The name of a kind of event.
    #[must_use]
    pub fn kind(&self, id: crate::plan::ids::KindId) -> &'a str {
        self.plan.kinds.get(id.index()).map_or("?", |kind| kind.name.as_str())
    }
}

/// What a handler is made from.
struct Written<'a> {
    head: &'a Head,
    span: Span,
    when: Option<&'a tree::Expr>,
    select: Option<&'a tree::Select>,
    actions: &'a [Action],
    otherwise: &'a [Action],
}

impl<'a> Written<'a> {
    fn of(item: &'a Item) -> Vec<Written<'a>> {
        let plain = |head, span, when, actions| Written { head, span, when, select: None, actions, otherwise: &[] };
        match &item.kind {
            ItemKind::Rule(rule) => {
                let branches = rule.branches.iter().map(|branch| Written {
                    head: &rule.head,
                    span: branch.span,
                    when: branch.when.as_ref(),
                    select: branch.select.as_ref(),
                    actions: &branch.do_,
                    otherwise: &branch.otherwise,
                });
                branches.collect()
            }
            ItemKind::Calendar { head, rows } => {
                rows.iter().map(|row| plain(head, row.span, row.when.as_ref(), &row.do_)).collect()
            }
            ItemKind::Ladder(ladder) => {
                ladder.steps.iter().map(|step| plain(&ladder.head, step.span, None, &step.do_)).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// The head of an item, where it has one.
#[must_use]
pub fn head(item: &Item) -> Option<&Head> {
    match &item.kind {
        ItemKind::Segment { head, .. } | ItemKind::Metric { head, .. } | ItemKind::Calendar { head, .. } => Some(head),
        ItemKind::Rule(rule) => Some(&rule.head),
        ItemKind::Flow(flow) => Some(&flow.head),
        ItemKind::Ladder(ladder) => Some(&ladder.head),
        ItemKind::Tiers(tiers) => Some(&tiers.head),
        ItemKind::Limit(limit) => Some(&limit.head),
        ItemKind::Budget(budget) => Some(&budget.head),
        _ => None,
    }
}
