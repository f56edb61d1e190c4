//! Flows: runs of steps around an anchor.

use super::book::{Book, Manner};
use super::marks::part;
use super::types::{Env, Scope, Ty};

impl Book {
    pub fn flow(&mut self, position: usize) -> String {
        let found = &self.flows[position];
        let (name, scope, params, by_event) = (found.name.clone(), found.scope, found.params.clone(), found.by_event);
        self.next_flow = position + 1;
        let base = Env { params: params.clone(), flow: true, ..Env::of(scope) };
        let (edges, brought, all) = self.edges(scope, by_event, &base);
        self.awaited.extend(all.iter().copied());
        let env = base.clone().with_event(brought.clone());
        let per = if by_event { self.flow_per(&all) } else { String::new() };
        let where_ =
            if self.d.chance(10) { part(format!(" where {}", self.condition(&env, 1))) } else { String::new() };
        let made = all.iter().any(|kind| self.kinds[*kind].is_made());
        self.manner = if made { Manner::Quiet } else { Manner::Free };
        let mut body = edges;
        if self.d.chance(35) {
            let goal = Env { defines: true, ..env.clone() };
            body.push_str(&part(format!("  goal when {}\n", self.condition(&goal, 1))));
        }
        if self.d.chance(30)
            && let Some(anchor) = self.value(Ty::Time, &env, 1)
        {
            body.push_str(&part(format!("  anchor {anchor}\n")));
        }
        match self.d.below(10) {
            0 => body.push_str(&part("  once\n")),
            1 | 2 => body.push_str(&part(format!("  once per {}\n", self.span()))),
            _ => {}
        }
        body.push_str(&self.steps(&env));
        self.manner = Manner::Free;
        self.next_flow = 0;
        let params: Vec<String> = params.iter().map(|(name, ty)| format!("{name}: {}", ty.word())).collect();
        let params = if params.is_empty() { String::new() } else { format!("({})", params.join(", ")) };
        format!("flow {name}{params} for {}{where_}{per} {{\n{body}}}\n", scope.words())
    }

    /// The edges as text, the kinds of `event` in steps, and all kinds.
    fn edges(&mut self, scope: Scope, by_event: bool, base: &Env) -> (String, Vec<usize>, Vec<usize>) {
        let (mut text, mut brought, mut all) = (String::new(), Vec::new(), Vec::new());
        if by_event {
            let made = self.d.chance(15);
            let kind = if made { self.start_of_made(scope) } else { None };
            if let Some(kind) = kind.or_else(|| self.recorded_trigger(scope, false)) {
                text.push_str(&self.edge("start", &[kind], base, 25));
                brought.push(kind);
                let twin = match self.kinds[kind].name.as_str() {
                    "plan.made" => Some("plan.moved"),
                    "live.scheduled" => Some("live.moved"),
                    _ => None,
                };
                if let Some(twin) = twin {
                    let twin = self.kind(twin);
                    text.push_str(&self.edge("update", &[twin], base, 15));
                    brought.push(twin);
                } else if self.d.chance(15) {
                    text.push_str(&self.edge("update", &[kind], base, 60));
                }
                if self.d.chance(15) {
                    text.push_str(&self.edge("restart", &[kind], base, 60));
                }
            }
        }
        all.extend(&brought);
        if self.d.chance(55) {
            let mut kinds = Vec::new();
            let known =
                ["member.left", "member.removed", "plan.cancelled", "live.cancelled", "tag.added", "flow.ended"];
            if self.d.chance(50) {
                let name = self.d.pick(&known);
                let kind = self.kind(name);
                let fits = self.carries(kind, scope);
                kinds.extend(fits.then_some(kind));
            }
            if kinds.is_empty() {
                kinds.extend(self.recorded_trigger(scope, false));
            }
            if !kinds.is_empty() {
                text.push_str(&self.edge("stop", &kinds, base, 25));
                all.extend(kinds);
            }
        }
        (text, brought, all)
    }

    /// What the engine makes and a flow may start on without beginning again and again at one instant.
    fn start_of_made(&mut self, scope: Scope) -> Option<usize> {
        let names = ["tag.added", "strike.given", "tier.changed", "segment.entered", "member.muted", "ping.sent"];
        let kind = self.kind(self.d.clone().pick(&names));
        self.d.next();
        self.carries(kind, scope).then_some(kind)
    }

    fn edge(&mut self, sort: &str, kinds: &[usize], base: &Env, percent: usize) -> String {
        let names: Vec<String> = kinds.iter().map(|kind| self.kinds[*kind].name.clone()).collect();
        let when = if self.d.chance(percent) {
            let env = base.clone().with_event(kinds.to_vec());
            part(format!(" when {}", self.condition(&env, 1)))
        } else {
            String::new()
        };
        part(format!("  {sort} on {}{when}\n", names.join(", ")))
    }

    fn flow_per(&mut self, all: &[usize]) -> String {
        let fields = self.common_fields(all);
        if fields.is_empty() || !self.d.chance(40) {
            return String::new();
        }
        part(format!(" per event.{}", self.d.one(&fields).0))
    }

    // ---- steps --------------------------------------------------------------------------------------------------------

    fn steps(&mut self, env: &Env) -> String {
        let mut text = String::new();
        let mut tasks: Vec<String> = Vec::new();
        for _ in 0..self.d.between(1, 4) {
            let time = self.step_time(env, &tasks);
            let when =
                if self.d.chance(30) { part(format!("  when {}", self.condition(env, 1))) } else { String::new() };
            let named = self.manner == Manner::Free && self.d.chance(20);
            let actions = if named {
                let name = format!("chore{}", tasks.len() + 1);
                let task = self.task_named(&format!(" {name}"), env);
                tasks.push(name.clone());
                if !self.tasks.contains(&name) {
                    self.tasks.push(name);
                }
                format!("{{ {task} }}")
            } else {
                self.actions(env)
            };
            text.push_str(&part(format!("  {time}{when}  do {actions}\n")));
        }
        text
    }

    fn step_time(&mut self, env: &Env, tasks: &[String]) -> String {
        if !tasks.is_empty() && self.d.chance(55) {
            if tasks.len() > 1 && self.d.chance(40) {
                return format!("after {}", tasks.join(", "));
            }
            return format!("after {}", self.d.one(tasks));
        }
        let span = self.span();
        match self.d.below(12) {
            0..2 => "at once".to_owned(),
            2..5 => format!("after {span}"),
            5 => format!("at +{span}"),
            6 => format!("at -{span}"),
            7 => "at 0".to_owned(),
            8 => match self.value(Ty::Time, env, 1) {
                Some(time) => format!("at {time}"),
                None => "at once".to_owned(),
            },
            _ => {
                let day = self.d.between(1, 4);
                let more = if self.d.chance(15) { format!(", {}", self.clock()) } else { String::new() };
                format!("day {day} at {}{more}", self.clock())
            }
        }
    }
}
