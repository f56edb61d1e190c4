//! Actions, as many as an item may do without beginning something that never ends.

use super::book::{Book, Manner};
use super::kinds::EMITTED;
use super::marks::part;
use super::types::{Carry, Env, Scope, Sort, Ty};
use super::words::{ACTIONS, CLASSES, FIELDS, KINDS, POINTS, ROLES, TAGS};

impl Book {
    /// What stands after `do`.
    pub fn actions(&mut self, env: &Env) -> String {
        let many = if self.manner == Manner::Loop { 1 } else { self.d.weighted(&[(60, 1), (28, 2), (12, 3)]) };
        let actions: Vec<String> = (0..many).map(|_| part(self.action(env, true))).collect();
        let between = self.d.pick(&["  ", "; "]);
        // Commas and semicolons between actions may be left out, but not stand alone.
        let between = if between == "; " && actions.len() > 1 { "  " } else { between };
        format!("{{ {} }}", actions.join(between.trim_end_matches("; ")))
    }

    /// One action; `approval` says whether it may wait for one.
    pub fn action(&mut self, env: &Env, tasks: bool) -> String {
        for _ in 0..20 {
            let action = match self.manner {
                Manner::Free => self.any_action(env, tasks),
                Manner::Quiet => self.quiet_action(env),
                Manner::Loop => self.loop_action(env),
            };
            if let Some(action) = action {
                self.acts.push(action.split([' ', '(']).next().unwrap_or_default().to_owned());
                let approval = if self.d.chance(8) { self.approval() } else { String::new() };
                return format!("{action}{approval}");
            }
        }
        "ring()".to_owned()
    }

    fn approval(&mut self) -> String {
        let one = if self.d.chance(35) && !self.narrow { "one " } else { "" };
        let (role, span) = (self.d.pick(&ROLES), self.span());
        let otherwise = self.d.pick(&["drop", "drop", "proceed"]);
        part(format!(" needs {one}approval by {role} within {span} else {otherwise}"))
    }

    /// `to MEMBER`, now and then; with it an action needs no member of its own.
    fn to(&mut self, env: &Env, percent: usize) -> Option<String> {
        if !self.d.chance(percent) {
            return None;
        }
        // Mostly somebody who is surely there.
        if self.event_has(env, true) && self.d.chance(70) {
            return Some(" to event.member".to_owned());
        }
        self.leaf(Ty::Member, env).map(|who| format!(" to {who}"))
    }

    /// Nothing where the item has a member, else somebody.
    fn somebody(&mut self, env: &Env) -> Option<String> {
        if env.member {
            return Some(self.to(env, 12).map(part).unwrap_or_default());
        }
        let percent = if self.event_has(env, true) { 100 } else { 30 };
        self.to(env, percent)
    }

    fn any_action(&mut self, env: &Env, tasks: bool) -> Option<String> {
        let strikes = if self.ladders.is_empty() { 0 } else { 16 };
        let flows = if self.flows.is_empty() { 0 } else { 6 };
        match self.d.weighted(&[
            (9, 0),
            (7, 1),
            (10, 2),
            (6, 3),
            (6, 4),
            (5, 5),
            (11, 6),
            (strikes, 7),
            (10, 8),
            (flows, 9),
            (6, 10),
            (4, 11),
        ]) {
            0 => self.post(env),
            1 => self.dm(env),
            2 => self.tagging(env),
            3 => self.set(env),
            4 => self.ledger(env),
            5 => self.invite(env),
            6 => self.sanction(env),
            7 => self.strike(env),
            8 if tasks => Some(self.task(env)),
            9 => self.flow_action(env),
            10 => self.emit(env),
            _ => self.own(env),
        }
    }

    fn quiet_action(&mut self, env: &Env) -> Option<String> {
        match self.d.below(12) {
            0..5 => self.dm(env),
            5 => self.set(env),
            6..9 => self.sanction(env).filter(|_| !self.sanctions_are_awaited(env)),
            _ => self.own(env),
        }
    }

    /// Whether the item at hand waits for what sanctions come to.
    fn sanctions_are_awaited(&self, env: &Env) -> bool {
        let sanctions = ["member.muted", "member.removed", "member.banned", "group.closed"];
        env.event.is_empty() || env.event.iter().any(|kind| sanctions.contains(&self.kinds[*kind].name.as_str()))
    }

    fn loop_action(&mut self, env: &Env) -> Option<String> {
        match self.d.below(10) {
            0..4 => self.emit(env),
            4..7 => self.tagging(env),
            7 => self.ledger(env),
            _ => self.post(env),
        }
    }

    // ---- saying -----------------------------------------------------------------------------------------------------

    fn class(&mut self) -> String {
        if self.d.chance(40) { part(format!(" as {}", self.d.pick(&CLASSES))) } else { String::new() }
    }

    fn post(&mut self, env: &Env) -> Option<String> {
        if !env.group {
            return None;
        }
        let how = self.d.pick(&["post", "post", "post", "announce"]);
        let said = self.said(env, env.member, how != "announce");
        Some(format!("{how} {said}{}", self.class()))
    }

    fn dm(&mut self, env: &Env) -> Option<String> {
        let to = self.somebody(env)?;
        let said = self.said(env, true, true);
        Some(format!("dm {said}{}{to}", if self.d.chance(20) { self.class() } else { String::new() }))
    }

    /// A message, a pool or a text.
    fn said(&mut self, env: &Env, member: bool, pools: bool) -> String {
        let reaches = |scope: Scope| (!scope.has_member() || member) && (!scope.has_group() || env.group);
        let found: Vec<String> =
            self.pools.iter().filter(|(_, scope)| reaches(*scope)).map(|(name, _)| name.clone()).collect();
        if pools && !found.is_empty() && self.d.chance(45) {
            return format!("from {}", self.d.one(&found));
        }
        let found: Vec<usize> = (0..self.messages.len()).filter(|i| reaches(self.messages[*i].scope)).collect();
        if !found.is_empty() && self.d.chance(60) {
            let position = *self.d.one(&found);
            let (name, params) = (self.messages[position].name.clone(), self.messages[position].params.clone());
            let args: Option<Vec<String>> = params.iter().map(|(_, ty)| self.present(*ty, env, 1)).collect();
            match args {
                Some(args) if args.is_empty() => return name,
                Some(args) => return format!("{name}({})", args.join(", ")),
                None => {}
            }
        }
        self.text(env, 2)
    }

    // ---- people -----------------------------------------------------------------------------------------------------

    fn tagging(&mut self, env: &Env) -> Option<String> {
        if self.narrow {
            return None;
        }
        let to = self.somebody(env)?;
        Some(format!("{} {}{to}", self.d.pick(&["tag", "tag", "untag"]), self.d.pick(&TAGS)))
    }

    fn set(&mut self, env: &Env) -> Option<String> {
        let to = self.to(env, 10).unwrap_or_default();
        let member = env.member || !to.is_empty();
        let fits: Vec<_> = FIELDS
            .iter()
            .filter(|(_, _, scope)| (!scope.has_member() || member) && (!scope.has_group() || env.group))
            .filter(|(_, _, scope)| self.within(*scope) == *scope)
            .collect();
        if fits.is_empty() {
            return None;
        }
        let (name, ty, _) = **self.d.one(&fits);
        // A field of this name for a nearer scope comes first.
        let ty = if name == "city" { Ty::Text } else { ty };
        let value = self.present(ty, env, 2)?;
        Some(format!("set {name} = {value}{to}"))
    }

    fn ledger(&mut self, env: &Env) -> Option<String> {
        if self.narrow {
            return None;
        }
        let to = self.somebody(env)?;
        let amount = if self.d.chance(65) {
            self.d.pick(&["1", "2", "3", "5", "2.5", "10"]).to_owned()
        } else {
            format!("({})", self.present(Ty::Number, env, 1)?)
        };
        Some(format!("{} {amount} {}{to}", self.d.pick(&["award", "award", "redeem"]), self.d.pick(&POINTS)))
    }

    fn invite(&mut self, env: &Env) -> Option<String> {
        if self.narrow {
            return None;
        }
        let to = self.somebody(env)?;
        if self.d.chance(40) {
            let inner = Env { scope: Scope::Group, group: true, ..env.clone() };
            let condition = match self.d.below(3) {
                0 => format!("group is {}", self.d.pick(&KINDS)),
                1 => "group.seats > 0".to_owned(),
                _ => self.condition(&inner, 1),
            };
            return Some(format!("invite to group where {condition}{to}"));
        }
        let group = match self.d.below(3) {
            0 => format!("\"{}\"", self.d.one(&self.groups)),
            1 => self.leaf(Ty::Group, env)?,
            _ => format!("\"{}\"", super::words::GROUPS[2]),
        };
        Some(format!("invite to {group}{to}"))
    }

    pub fn sanction(&mut self, env: &Env) -> Option<String> {
        if !env.group && !env.member {
            return None;
        }
        let everywhere = !env.group || self.d.chance(12) && !self.narrow;
        let to = self.somebody(env)?;
        let all = match (everywhere, env.group) {
            (false, _) => String::new(),
            (true, true) => part(" everywhere"),
            (true, false) => " everywhere".to_owned(),
        };
        Some(match self.d.below(16) {
            0..3 if env.group => {
                let said = self.said(env, true, true);
                format!("warn {said}{to}")
            }
            3 if env.group && !env.event.is_empty() => format!("delete message{to}"),
            4..8 => format!("mute {}{all}{to}", self.length(env)?),
            8 => format!("unmute{all}{to}"),
            9 | 10 => format!("remove{all}{to}"),
            11 | 12 => {
                let during = if self.d.chance(60) { format!(" {}", self.length(env)?) } else { String::new() };
                format!("ban{}{all}{to}", part(during))
            }
            13 => format!("unban{all}{to}"),
            14 if env.group && self.d.chance(30) && self.manner == Manner::Free => "dissolve".to_owned(),
            _ => return None,
        })
    }

    fn length(&mut self, env: &Env) -> Option<String> {
        if self.d.chance(80) {
            return Some(self.span().to_owned());
        }
        let length = self.value(Ty::Duration, env, 1)?;
        // A constant below zero would be told by the checker.
        let varies = ["event.", "member.", "group.", "since(", "given", "now"].iter().any(|word| length.contains(word));
        Some(if varies { format!("({length})") } else { self.span().to_owned() })
    }

    fn strike(&mut self, env: &Env) -> Option<String> {
        let (name, scope) = self.d.one(&self.ladders).clone();
        let to = self.to(env, 12).unwrap_or_default();
        if scope.has_member() && !env.member && to.is_empty() || scope.has_group() && !env.group {
            return None;
        }
        if self.d.chance(12) {
            return Some(format!("pardon {name}{to}"));
        }
        let weight = match self.d.below(10) {
            0..2 => part(" 2"),
            2 => part(format!(" ({})", self.present(Ty::Number, env, 1)?)),
            _ => String::new(),
        };
        let because = if self.d.chance(45) { part(format!(" because {}", self.text(env, 1))) } else { String::new() };
        Some(format!("strike {name}{weight}{because}{to}"))
    }

    // ---- tasks, flows, events -----------------------------------------------------------------------------------------

    fn task(&mut self, env: &Env) -> String {
        let name = if self.d.chance(50) && !self.narrow {
            let name = format!("job{}", self.d.between(1, 3));
            if !self.tasks.contains(&name) {
                self.tasks.push(name.clone());
            }
            format!(" {name}")
        } else {
            String::new()
        };
        self.task_named(&name, env)
    }

    /// A task; `name` begins with a space where there is one.
    pub fn task_named(&mut self, name: &str, env: &Env) -> String {
        let title = self.text(env, 1);
        let role = self.d.pick(&ROLES);
        let due = match self.d.below(10) {
            0 if env.flow => format!("due at {}", self.d.pick(&["-1d", "+1d", "-1h", "+2h"])),
            1 => match self.present(Ty::Time, env, 1) {
                Some(time) => format!("due at {time}"),
                None => "due 1d".to_owned(),
            },
            2 => match self.present(Ty::Duration, env, 1) {
                Some(span) => format!("due ({span})"),
                None => "due 1d".to_owned(),
            },
            _ => format!("due {}", self.span()),
        };
        let otherwise = if self.d.chance(30) {
            // What an overdue task does must not begin another without end.
            let manner = std::mem::replace(&mut self.manner, Manner::Quiet);
            let otherwise = self.action(env, false);
            self.manner = manner;
            part(format!(" otherwise do {otherwise}"))
        } else {
            String::new()
        };
        format!("task{name} {title} for {role} {due}{otherwise}")
    }

    fn flow_action(&mut self, env: &Env) -> Option<String> {
        let from = self.next_flow;
        if from >= self.flows.len() {
            return None;
        }
        let position = from + self.d.below(self.flows.len() - from);
        let (name, scope) = (self.flows[position].name.clone(), self.flows[position].scope);
        let params = self.flows[position].params.clone();
        let to = self.to(env, 8).unwrap_or_default();
        if scope.has_member() && !env.member && to.is_empty() || scope.has_group() && !env.group {
            return None;
        }
        if self.d.chance(30) {
            return Some(format!("stop {name}{to}"));
        }
        let args: Option<Vec<String>> = params.iter().map(|(_, ty)| self.present(*ty, env, 1)).collect();
        let args = args?;
        let args = if args.is_empty() { String::new() } else { format!("({})", args.join(", ")) };
        Some(format!("start {name}{args}{to}"))
    }

    fn emit(&mut self, env: &Env) -> Option<String> {
        let recorded = self.manner == Manner::Free && self.d.chance(25);
        let kind = if recorded { self.cold_kind()? } else { self.kind(self.d.clone().pick(&EMITTED)) };
        self.d.next();
        let (member, group) = (self.kinds[kind].member, self.kinds[kind].group);
        let to = if member != Carry::Never { self.to(env, 10).unwrap_or_default() } else { String::new() };
        if member == Carry::Always && !env.member && to.is_empty() || group == Carry::Always && !env.group {
            return None;
        }
        self.awaited.push(kind);
        let mut fields = Vec::new();
        for field in self.kinds[kind].fields.clone() {
            if field.optional && self.d.chance(50) {
                continue;
            }
            let count = format!("event.{}", field.name);
            let more = self.manner == Manner::Loop && field.ty == Ty::Number && self.leaf_is(&count, env);
            let value = if more { format!("event.{} + 1", field.name) } else { self.present(field.ty, env, 1)? };
            let given = format!("{}: {value}", field.name);
            fields.push(if field.optional { part(format!("{given}, ")) } else { format!("{given}, ") });
        }
        let fields = if fields.is_empty() { String::new() } else { format!(" {{ {} }}", fields.join("")) };
        Some(format!("emit {}{fields}{to}", self.kinds[kind].name))
    }

    fn leaf_is(&self, text: &str, env: &Env) -> bool {
        let name = text.trim_start_matches("event.");
        self.common_fields(&env.event).iter().any(|(field, ty)| field == name && *ty == Ty::Number)
    }

    /// A recorded kind that no item waits for.
    fn cold_kind(&mut self) -> Option<usize> {
        let staff = ["task.done", "approval.decided", "appeal.decided", "appeal.filed"];
        let cold: Vec<usize> = (0..self.kinds.len())
            .filter(|kind| {
                let found = &self.kinds[*kind];
                let needs_tier = found.fields.iter().any(|field| !field.optional && field.ty == Ty::Name(Sort::Task));
                found.recorded
                    && !found.is_made()
                    && !self.hot.contains(kind)
                    && !staff.contains(&found.name.as_str())
                    && !needs_tier
            })
            .collect();
        (!cold.is_empty()).then(|| *self.d.one(&cold))
    }

    fn own(&mut self, env: &Env) -> Option<String> {
        let (name, params) = *self.d.one(&ACTIONS);
        let args: Option<Vec<String>> = params.iter().map(|(_, ty)| self.present(*ty, env, 1)).collect();
        Some(format!("{name}({})", args?.join(", ")))
    }
}
