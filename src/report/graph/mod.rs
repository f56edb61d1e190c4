//! Who wakes whom, as a drawing: what is drawn is gathered here, `mermaid` and `dot` write it.

mod dot;
mod mermaid;

pub use dot::dot;
pub use mermaid::mermaid;

use crate::lint::triggers::{Signal, Triggers, sets};
use crate::plan::expr::Expr;
use crate::plan::ids::{ItemId, KindId};
use crate::plan::{Handler, ItemSort, Plan, ScheduledWork};
use std::collections::{BTreeMap, BTreeSet};

/// What is drawn.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Graph {
    /// In the order in which they are met.
    pub nodes: Vec<Node>,
    /// Each once.
    pub edges: Vec<Edge>,
    /// The items of each way back to where it began, by name.
    pub circles: Vec<Vec<String>>,
}

/// One thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// What it says.
    pub label: String,
    /// What it is.
    pub sort: NodeSort,
}

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NodeSort {
    /// A kind of event, or the clock.
    Event,
    /// A rule, flow, ladder …
    Item,
    /// A tag, a field, a ledger.
    State,
}

/// One arrow.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edge {
    /// The position of the node where it begins.
    pub from: usize,
    /// The position of the node where it ends.
    pub to: usize,
    /// What it is.
    pub sort: EdgeSort,
    /// What it says; may be empty.
    pub label: String,
    /// Whether it is part of a way back to where it began.
    pub circular: bool,
}

/// What an arrow says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EdgeSort {
    /// The one wakes the other.
    Wakes,
    /// The item tells of an event that wakes nobody.
    Tells,
    /// The item changes it.
    Sets,
}

impl Graph {
    /// Gathers what a plan's items wait for, tell of and change.
    #[must_use]
    pub fn of(plan: &Plan) -> Graph {
        let mut drawing = Drawing { plan, nodes: BTreeMap::new(), graph: Graph::default(), edges: BTreeSet::new() };
        let triggers = Triggers::of(plan);
        (0..plan.items.len()).for_each(|item| drawing.item(ItemId(item as u32)));
        drawing.outside(&triggers);
        drawing.inside(&triggers);
        drawing.changes();
        drawing.graph.edges = drawing.edges.into_iter().collect();
        drawing.graph
    }
}

struct Drawing<'p> {
    plan: &'p Plan,
    nodes: BTreeMap<(NodeSort, String), usize>,
    graph: Graph,
    edges: BTreeSet<Edge>,
}

impl Drawing<'_> {
    fn node(&mut self, sort: NodeSort, key: String, label: String) -> usize {
        let graph = &mut self.graph;
        *self.nodes.entry((sort, key)).or_insert_with(|| {
            graph.nodes.push(Node { label, sort });
            graph.nodes.len() - 1
        })
    }

    fn item_name(&self, id: ItemId) -> String {
        let item = self.plan.items.get(id.index());
        item.and_then(|item| self.plan.names.get(item.name.index())).cloned().unwrap_or_default()
    }

    /// The node of an item; limits and budgets wake nobody and are woken by nobody.
    fn item(&mut self, id: ItemId) {
        let sort = self.plan.items.get(id.index()).map(|item| item.sort);
        if !matches!(sort, Some(ItemSort::Limit | ItemSort::Budget)) {
            self.of_item(id);
        }
    }

    fn of_item(&mut self, id: ItemId) -> usize {
        let sort = self.plan.items.get(id.index()).map_or(ItemSort::Rule, |item| item.sort).word();
        let label = format!("{sort} {}", self.item_name(id));
        self.node(NodeSort::Item, format!("{:08}", id.0), label)
    }

    fn of_kind(&mut self, kind: KindId) -> usize {
        let name = self.plan.kinds.get(kind.index()).map_or("?", |kind| kind.name.as_str());
        self.node(NodeSort::Event, name.to_owned(), name.to_owned())
    }

    fn edge(&mut self, from: usize, to: usize, sort: EdgeSort, label: String, circular: bool) {
        self.edges.insert(Edge { from, to, sort, label, circular });
    }

    /// What comes from outside: events, silences, the clock.
    fn outside(&mut self, triggers: &Triggers) {
        let told: BTreeSet<KindId> =
            triggers.parts.iter().flat_map(|part| &part.tells).map(|signal| signal.kind).collect();
        for part in &triggers.parts {
            for (kind, _) in &part.woken_by {
                if !told.contains(kind) || self.is_recorded(*kind) {
                    let (from, to) = (self.of_kind(*kind), self.of_item(part.item));
                    self.edge(from, to, EdgeSort::Wakes, String::new(), false);
                }
            }
        }
        for handler in &self.plan.handlers {
            self.silences(handler);
        }
        for scheduled in &self.plan.schedules {
            let what = match scheduled.what {
                ScheduledWork::Review(_) => "review",
                ScheduledWork::Sample(_) => "sample",
                ScheduledWork::Handlers(_) => "",
            };
            let clock = self.node(NodeSort::Event, String::new(), "the clock".to_owned());
            let to = self.of_item(scheduled.item);
            self.edge(clock, to, EdgeSort::Wakes, what.to_owned(), false);
        }
    }

    fn silences(&mut self, handler: &Handler) {
        for silence in &handler.silences {
            let (from, to) = (self.of_kind(silence.kind), self.of_item(handler.item));
            self.edge(from, to, EdgeSort::Wakes, format!("none for {}", silence.during), false);
        }
    }

    /// Whether logs tell of a kind, too: built-in kinds that people cause, and the playbook's own.
    fn is_recorded(&self, kind: KindId) -> bool {
        const ALSO_TOLD: [&str; 2] = ["member.", "group.closed"];
        self.plan.kinds.get(kind.index()).is_some_and(|kind| {
            let own = !kind.built_in && !kind.name.starts_with("metric.");
            (own || ALSO_TOLD.iter().any(|start| kind.name.starts_with(start))) && kind.name != "member.muted"
        })
    }

    /// What items tell: whom it wakes, or that it wakes nobody.
    fn inside(&mut self, triggers: &Triggers) {
        let mut circular: BTreeSet<(usize, usize)> = BTreeSet::new();
        for circle in triggers.circles() {
            let next = circle.iter().skip(1).chain(circle.first());
            circular.extend(circle.iter().copied().zip(next.copied()));
            let items = circle.iter().filter_map(|number| triggers.parts.get(*number)).map(|part| part.item);
            let names = items.map(|item| self.item_name(item)).collect();
            self.graph.circles.push(names);
        }
        for (number, (part, wakes)) in triggers.parts.iter().zip(&triggers.wakes).enumerate() {
            let from = self.of_item(part.item);
            for (next, signal) in wakes {
                let Some(woken) = triggers.parts.get(*next) else { continue };
                let to = self.of_item(woken.item);
                let label = self.signal(signal);
                self.edge(from, to, EdgeSort::Wakes, label, circular.contains(&(number, *next)));
            }
            for signal in &part.tells {
                // That every flow begins and ends says nothing.
                let named = |start: &str| {
                    self.plan.kinds.get(signal.kind.index()).is_some_and(|kind| kind.name.starts_with(start))
                };
                if !named("flow.") && !wakes.iter().any(|(_, heard)| heard == signal) {
                    let (to, label) = (self.of_kind(signal.kind), self.fields(signal));
                    self.edge(from, to, EdgeSort::Tells, label, false);
                }
            }
        }
    }

    fn changes(&mut self) {
        for effect in &self.plan.effects {
            if let Some(what) = sets(self.plan, effect) {
                let from = self.of_item(effect.item);
                let to = self.node(NodeSort::State, what.clone(), what);
                let action = self.plan.names.get(effect.name.index()).cloned().unwrap_or_default();
                self.edge(from, to, EdgeSort::Sets, action, false);
            }
        }
    }

    /// `tag.added vip`
    fn signal(&self, signal: &Signal) -> String {
        let kind = self.plan.kinds.get(signal.kind.index()).map_or("?", |kind| kind.name.as_str());
        format!("{kind} {}", self.fields(signal)).trim_end().to_owned()
    }

    fn fields(&self, signal: &Signal) -> String {
        let values = signal.fields.iter().map(|(_, value)| self.plan.expression(&Expr::Const(value.clone())));
        values.collect::<Vec<_>>().join(", ")
    }
}
