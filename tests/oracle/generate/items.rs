//! Items: rules, ladders, tiers, calendars, limits, metrics, and what they read.

use super::book::{Book, Manner, Message, Metric};
use super::marks::part;
use super::types::{Env, Scope, Sort, Ty};
use super::words::{CLASSES, KINDS, ROLES, VOICES, WEEKDAYS};
use std::collections::BTreeMap;

impl Book {
    // ---- schedules --------------------------------------------------------------------------------------------------

    pub fn schedule(&mut self) -> String {
        let mut clocks = vec![self.clock()];
        if self.d.chance(20) {
            clocks.push(self.clock());
        }
        let at = clocks.join(", ");
        match self.d.below(20) {
            0..8 => format!("every day at {at}"),
            8 | 9 => format!("every {} at {at}", self.d.pick(&["weekday", "weekend"])),
            10..12 => format!("every {}, {} at {at}", self.d.pick(&WEEKDAYS), self.d.pick(&WEEKDAYS)),
            12 => {
                self.dense = true;
                format!("every {}", self.d.pick(&["30m", "1h", "2h", "5h", "7h", "90m"]))
            }
            13 => format!("every {}", self.d.pick(&["12h", "2d", "3d", "1d"])),
            14 => format!("every 2d at {at}"),
            15 => format!("every month on day {} at {at}", self.d.pick(&["1", "7", "28", "29", "30", "31"])),
            16 => {
                let last = if self.d.chance(40) { "day" } else { self.d.pick(&WEEKDAYS) };
                let which = self.d.pick(&["last", "last", "first", "second", "third", "fourth", "fifth"]);
                format!("every month on {which} {last} at {at}")
            }
            17 => {
                let lines = ["0 9 1 * *", "30 2 * * *", "15 1,13 * * 0", "0 0 * * 7", "0 */6 * * 1-5", "30 1 1-7 * 1"];
                format!("every cron \"{}\"", self.d.pick(&lines))
            }
            _ => format!("every day at {at}"),
        }
    }

    fn on_date(&mut self) -> String {
        let day: chrono::NaiveDate = self.day.parse().expect("a day");
        let day = day + chrono::Duration::days(self.d.between(0, 3));
        if self.d.chance(50) { format!("on {day} at {}", self.clock()) } else { format!("on {day}T{}", self.clock()) }
    }

    fn once(&mut self) -> String {
        match self.d.below(10) {
            0 => part("  once\n"),
            1..4 => part(format!("  once per {}\n", self.span())),
            _ => String::new(),
        }
    }

    fn where_(&mut self, env: &Env, percent: usize) -> String {
        if !self.d.chance(percent) {
            return String::new();
        }
        let condition = if env.group && self.d.chance(40) {
            format!("group is {}", self.d.pick(&KINDS))
        } else {
            self.condition(env, 1)
        };
        part(format!(" where {condition}"))
    }

    // ---- rules ------------------------------------------------------------------------------------------------------

    pub fn rule(&mut self) -> String {
        let scope = self.scope();
        let each = self.d.chance(12);
        let name = self.name("rule");
        let (triggers, event, made) = self.rule_triggers(scope, each);
        self.awaited.extend(event.iter().copied());
        let env = Env::of(scope).with_event(event.clone());
        self.manner = match made {
            false => Manner::Free,
            true if !self.looped && !each && self.d.chance(35) => Manner::Loop,
            true => Manner::Quiet,
        };
        self.looped |= self.manner == Manner::Loop;
        let per = self.per(&event);
        let where_ = self.where_(&env, 15);
        let mut body = triggers;
        let branches = if self.manner == Manner::Loop { 1 } else { self.d.weighted(&[(80, 1), (20, 2)]) };
        for _ in 0..branches {
            body.push_str(&self.branch(&env, branches > 1));
        }
        body.push_str(&self.once());
        self.manner = Manner::Free;
        let each = if each { "each " } else { "" };
        format!("rule {name} for {each}{}{where_}{per} {{\n{body}}}\n", scope.words())
    }

    /// A rule that gives strikes for what is recorded.
    pub fn striker(&mut self) -> String {
        let name = self.name("rule");
        let (ladder, scope) = self.d.one(&self.ladders).clone();
        let scope = if scope == Scope::Member && self.d.chance(75) { Scope::Membership } else { scope };
        let Some(kind) = self.recorded_trigger(scope, false) else { return String::new() };
        self.awaited.push(kind);
        let env = Env::of(scope).with_event(vec![kind]);
        let when =
            if self.d.chance(25) { part(format!("  when {}\n", self.condition(&env, 1))) } else { String::new() };
        let weight = if self.d.chance(25) { part(" 2") } else { String::new() };
        let because = if self.d.chance(40) { part(format!(" because {}", self.text(&env, 1))) } else { String::new() };
        let more = if self.d.chance(40) { part(format!("  {}", self.action(&env, true))) } else { String::new() };
        let once = self.once();
        let event = self.kinds[kind].name.clone();
        let scope = scope.words();
        format!(
            "rule {name} for {scope} {{\n  on {event}\n{when}  do {{ strike {ladder}{weight}{because}{more} }}\n{once}}}\n"
        )
    }

    /// The triggers as text, the kinds of `event`, and whether the rule may wait for what it makes itself.
    fn rule_triggers(&mut self, scope: Scope, each: bool) -> (String, Vec<usize>, bool) {
        let sort = self.d.below(100);
        if sort < 12 || scope == Scope::Community && sort < 40 {
            let schedule = if self.d.chance(15) { self.on_date() } else { self.schedule() };
            let more = if self.d.chance(10) { part(format!("  {}\n", self.schedule())) } else { String::new() };
            return (format!("  {schedule}\n{more}"), Vec::new(), false);
        }
        if sort < 22 && !each {
            let kind = self.recorded_trigger(scope, false);
            let made = self.kind("content.posted");
            let kind = if self.d.chance(15) && self.carries(made, scope) { Some(made) } else { kind };
            if let Some(kind) = kind {
                let least = if self.kinds[kind].recorded { 60_000 } else { 21_600_000 };
                let span = self.long_span(least);
                let name = self.kinds[kind].name.clone();
                self.awaited.push(kind);
                return (format!("  on no {name} for {span}\n"), Vec::new(), false);
            }
        }
        let made = if self.d.chance(30) { self.made_trigger(scope, each) } else { None };
        let Some(first) = made.or_else(|| self.recorded_trigger(scope, each)) else {
            return (format!("  {}\n", self.schedule()), Vec::new(), false);
        };
        let mut kinds = vec![first];
        if self.d.chance(22)
            && let Some(second) = self.recorded_trigger(scope, each)
            && second != first
        {
            kinds.push(second);
        }
        let names: Vec<&str> = kinds.iter().map(|kind| self.kinds[*kind].name.as_str()).collect();
        let made = kinds.iter().any(|kind| self.kinds[*kind].is_made());
        (format!("  on {}\n", names.join(", ")), kinds, made)
    }

    /// `per event.x`
    pub fn per(&mut self, event: &[usize]) -> String {
        let fields = self.common_fields(event);
        if fields.is_empty() || !self.d.chance(12) {
            return String::new();
        }
        part(format!(" per event.{}", self.d.one(&fields).0))
    }

    /// A branch; one of several begins with its condition.
    fn branch(&mut self, env: &Env, several: bool) -> String {
        let when = if several || self.d.chance(58) {
            let depth = self.d.weighted(&[(4, 1), (5, 2), (1, 3)]);
            part(format!("  when {}\n", self.condition(env, depth)))
        } else {
            String::new()
        };
        let select = if self.manner != Manner::Loop && self.d.chance(20) { self.select(env) } else { String::new() };
        let actions = self.actions(env);
        let otherwise = if self.manner != Manner::Loop && self.d.chance(25) {
            part(format!("  otherwise do {}\n", self.actions(env)))
        } else {
            String::new()
        };
        part(format!("{when}{select}  do {actions}\n{otherwise}"))
    }

    fn select(&mut self, env: &Env) -> String {
        let per = match self.d.below(3) {
            0 if env.group => part(" per group"),
            1 => part(" per community"),
            _ => String::new(),
        };
        if self.d.chance(35) {
            let amount = self.d.pick(&["1", "1", "2", "3"]).to_owned();
            return part(format!("  draw {amount}{per}\n"));
        }
        let amount = match self.d.below(10) {
            0..6 => self.d.pick(&["1", "1", "2", "3"]).to_owned(),
            // How many belongs to the whole firing, and so is nothing of a member's.
            6 => {
                let wide = Env { member: false, group: false, scope: Scope::Community, ..env.clone() };
                self.leaf(Ty::Number, &wide).unwrap_or_else(|| "1".to_owned())
            }
            _ => self.d.pick(&["20%", "34%", "50%", "100%"]).to_owned(),
        };
        let ty = self.d.weighted(&[(6, Ty::Number), (1, Ty::Money), (1, Ty::Duration), (1, Ty::Time)]);
        let by = match self.count_of(env, 1) {
            Some(count) if self.d.chance(50) => count,
            _ => self.typed(ty, env, 1).unwrap_or_else(|| "1".to_owned()),
        };
        part(format!("  top {amount} by {by}{per}\n"))
    }

    // ---- ladders ----------------------------------------------------------------------------------------------------

    pub fn ladder(&mut self, name: &str, scope: Scope) -> String {
        let strike = self.kind("strike.given");
        let env = Env { strike: true, group: true, ..Env::of(scope).with_event(vec![strike]) };
        let where_ = self.where_(&env, 8);
        let mut body = String::new();
        let span = self.span();
        let fading = match self.d.below(10) {
            0..4 => format!("  strikes last {span}\n"),
            4 | 5 => format!("  strikes cleared after {span} clean\n"),
            6 | 7 => format!("  strikes fade {} per {span}\n", self.d.between(1, 2)),
            8 => "  strikes for ever\n".to_owned(),
            _ => String::new(),
        };
        body.push_str(&part(fading));
        let mut at = 0;
        let again = !self.looped && self.d.chance(5);
        self.looped |= again;
        for _ in 0..self.d.between(1, 4) {
            at += self.d.between(1, 2);
            self.manner = Manner::Quiet;
            let mut actions = Vec::new();
            for _ in 0..self.d.weighted(&[(75, 1), (25, 2)]) {
                let sanction = if self.d.chance(75) { self.sanction(&env) } else { None };
                let action = sanction.unwrap_or_else(|| self.action(&env, false));
                let approval = if self.d.chance(15) {
                    let (role, span) = (self.d.pick(&ROLES), self.span());
                    part(format!(" needs approval by {role} within {span} else drop"))
                } else {
                    String::new()
                };
                let action = if action.contains(" needs ") { action } else { format!("{action}{approval}") };
                actions.push(part(action));
            }
            if again && at <= 2 {
                actions = vec![part(format!("strike {name} because \"again\""))];
            }
            body.push_str(&part(format!("  at {at}  do {{ {} }}\n", actions.join("  "))));
        }
        self.manner = Manner::Free;
        if self.d.chance(65) {
            let span = self.span();
            body.push_str(&part(format!("  appeal within {span} to {}\n", self.d.pick(&ROLES))));
        }
        format!("ladder {name} for {}{where_} {{\n{body}}}\n", scope.words())
    }

    // ---- tiers, segments, metrics, lets -------------------------------------------------------------------------------

    pub fn tiers_item(&mut self, position: usize) -> String {
        let (name, scope) = (self.tiers[position].name.clone(), self.tiers[position].scope);
        let levels = self.tiers[position].levels.clone();
        let env = Env { defines: true, ..Env::of(scope) };
        let where_ = self.where_(&env, 12);
        let mut body = format!("  tier {}\n", levels[0]);
        for (n, level) in levels.iter().enumerate().skip(1) {
            let condition = match self.over_count(&env) {
                Some(count) if self.d.chance(70) => format!("{count} >= {}", n as i64 + self.d.between(0, 1)),
                _ => self.condition(&env, 2),
            };
            body.push_str(&part(format!("  tier {level} when {condition}\n")));
        }
        if self.d.chance(75) {
            let demote = if self.d.chance(50) {
                part(format!("  demote after {} reviews\n", self.d.between(1, 3)))
            } else {
                String::new()
            };
            body.push_str(&part(format!("  review {}\n{demote}", self.schedule())));
        }
        let changed = self.kind("tier.changed");
        let env = Env::of(scope).with_event(vec![changed]);
        for on in ["promotion", "demotion"] {
            if self.d.chance(50) {
                self.manner = Manner::Quiet;
                let actions = self.actions(&env);
                self.manner = Manner::Free;
                body.push_str(&part(format!("  on {on} do {actions}\n")));
            }
        }
        format!("tiers {name} for {}{where_} {{\n{body}}}\n", scope.words())
    }

    fn over_count(&mut self, env: &Env) -> Option<String> {
        self.count_of(env, 1)
    }

    pub fn definition(&mut self, position: usize) -> String {
        let found = &self.definitions[position];
        let (name, scope, ty) = (found.name.clone(), found.scope, found.ty);
        let env = Env { level: position, defines: true, ..Env::of(scope) };
        match ty {
            Some(ty) => {
                let value = self.typed_or_literal(ty, &env);
                format!("let {name} for {} = {value}\n", scope.words())
            }
            None => {
                let where_ = self.where_(&env, 15);
                let condition = self.condition(&env, 2);
                format!("segment {name} for {}{where_} when {condition}\n", scope.words())
            }
        }
    }

    fn typed_or_literal(&mut self, ty: Ty, env: &Env) -> String {
        let value = match ty {
            Ty::Bool => Some(self.condition(env, 2)),
            ty => self.typed(ty, env, 2),
        };
        value.or_else(|| self.literal(ty, env)).unwrap_or_else(|| "1".to_owned())
    }

    pub fn metric(&mut self, position: usize) -> String {
        let Metric { name, scope, ty, per } = &self.metrics[position];
        let (name, scope, ty, per) = (name.clone(), *scope, *ty, per.clone());
        let schedule = self.schedule();
        let env = Env { defines: true, ..Env::of(scope) };
        let where_ = self.where_(&env, 15);
        if let Some((field, _)) = per {
            // What it counts must have the field.
            let kinds: Vec<usize> = (0..self.kinds.len())
                .filter(|kind| self.carries(*kind, scope) && self.kinds[*kind].field(&field).is_some())
                .collect();
            let hot: Vec<usize> = kinds.iter().copied().filter(|kind| self.hot.contains(kind)).collect();
            let kind = *self.d.one(if hot.is_empty() { &kinds } else { &hot });
            let counted = self.kinds[kind].name.clone();
            let span = self.span();
            let window = self.d.pick(&["", ", today", ", yesterday", ", last"]).to_owned();
            let window = if window == ", last" { format!(", last {span}") } else { window };
            let value = format!("count({counted}{})", part(window));
            let value =
                if scope == Scope::Group && self.d.chance(30) { format!("{value} / group.size") } else { value };
            let scope = scope.words();
            return format!("metric {name} for {scope}{where_} per event.{field} {schedule} = {value}\n");
        }
        let value = match ty {
            Ty::Number if self.d.chance(60) => self.count_of(&env, 1).unwrap_or_else(|| "1".to_owned()),
            Ty::Number if self.d.chance(40) => {
                let count = self.count_of(&env, 1).unwrap_or_else(|| "1".to_owned());
                format!("{count} / {}.size", if env.group { "group" } else { "community" })
            }
            ty => self.typed_or_literal(ty, &env),
        };
        // The type of samples is what was promised.
        let value = if ty == Ty::Number { format!("({value}) * 1") } else { value };
        format!("metric {name} for {}{where_} {schedule} = {value}\n", scope.words())
    }

    // ---- calendars, limits --------------------------------------------------------------------------------------------

    pub fn calendar(&mut self) -> String {
        let name = self.name("calendar");
        let scope = self.d.weighted(&[(6, Scope::Group), (2, Scope::Membership), (1, Scope::Member)]);
        let env = Env::of(scope);
        let where_ = self.where_(&env, 25);
        let mut body = String::new();
        for _ in 0..self.d.between(1, 3) {
            let schedule = if self.d.chance(12) { self.on_date() } else { self.schedule() };
            let when =
                if self.d.chance(35) { part(format!("  when {}", self.condition(&env, 1))) } else { String::new() };
            let actions = self.actions(&env);
            body.push_str(&part(format!("  {schedule}{when}  do {actions}\n")));
        }
        format!("calendar {name} for {}{where_} {{\n{body}}}\n", scope.words())
    }

    pub fn limit(&mut self) -> String {
        let name = self.name("limit");
        let scope =
            self.d.weighted(&[(5, Scope::Group), (5, Scope::Member), (4, Scope::Community), (3, Scope::Membership)]);
        let env = Env::of(scope);
        let where_ = self.where_(&env, 10);
        let of_groups = ["post", "announce"];
        let deferrable = [
            "dm",
            "tag",
            "warn",
            "mute",
            "remove",
            "ban",
            "strike",
            "task",
            "award",
            "redeem",
            "coupon",
            "ring",
            "set",
            "invite",
            "untag",
            "unmute",
            "start",
            "stop",
            "unban",
            "delete message",
            "feed",
            "pardon",
        ];
        let mut actions: Vec<&str> = Vec::new();
        for _ in 0..self.d.between(1, 4) {
            let of_group = !scope.has_member() && self.d.chance(45);
            let done: Vec<String> = self.acts.iter().filter(|act| *act != "emit").cloned().collect();
            let done = done.iter().filter(|act| !scope.has_member() || !of_groups.contains(&act.as_str()));
            let done: Vec<&str> = done
                .filter_map(|act| deferrable.iter().chain(&of_groups).find(|known| *known == act))
                .copied()
                .collect();
            let action = match () {
                () if !done.is_empty() && self.d.chance(75) => self.d.pick(&done),
                () if of_group => self.d.pick(&of_groups),
                () => self.d.pick(&deferrable),
            };
            if !actions.contains(&action) {
                actions.push(action);
            }
        }
        let mut otherwise = match self.d.below(10) {
            0..4 => "skip".to_owned(),
            4..7 => "defer".to_owned(),
            _ => format!("hold for {} within {}", self.d.pick(&ROLES), self.span()),
        };
        if self.d.chance(8) {
            // What begins again and again must not wait for its turn.
            actions = vec!["emit"];
            otherwise = "skip".to_owned();
        }
        let class = if self.d.chance(20) { part(format!(" as {}", self.d.pick(&CLASSES))) } else { String::new() };
        let mut body = format!("  on {}{class}\n", actions.join(", "));
        if self.d.chance(20) {
            body.push_str(&part(format!("  counting {}\n", self.d.pick(&["announce", "post", "dm", "warn", "tag"]))));
        }
        let caps = self.d.weighted(&[(25, 0), (60, 1), (15, 2)]);
        for _ in 0..caps {
            let per = match self.d.below(6) {
                0 | 1 => "day".to_owned(),
                2 => self.d.pick(&["week", "month"]).to_owned(),
                _ => self.span().to_owned(),
            };
            body.push_str(&part(format!(
                "  at most {} per {per}\n",
                self.d.weighted(&[(1, 0), (6, 1), (4, 2), (1, 3)])
            )));
        }
        if caps == 0 || self.d.chance(20) {
            let (mut from, to) = (self.clock(), self.clock());
            if from == to {
                from = if to == "22:00" { "21:00" } else { "22:00" };
            }
            body.push_str(&part(format!("  not between {from} and {to}\n")));
        }
        body.push_str(&format!("  else {otherwise}\n"));
        let budget = if self.d.chance(25) { part(self.budget()) } else { String::new() };
        format!("limit {name} for {}{where_} {{\n{body}}}\n{budget}", scope.words())
    }

    /// A budget, which must change nothing: the oracle does not know of any.
    fn budget(&mut self) -> String {
        let name = self.name("budget");
        let scope = self.scope();
        let where_ = self.where_(&Env::of(scope), 30);
        let action = self.d.pick(&["dm", "post", "task", "mute", "tag"]);
        let per = self.d.pick(&["day", "week", "month", "2h", "3d"]);
        let per_role = if action == "task" && self.d.chance(50) { " per role" } else { "" };
        format!(
            "budget {name} for {}{where_} {{ on {action}  at most {} per {per}{per_role} }}\n",
            scope.words(),
            self.d.below(3)
        )
    }

    // ---- messages and pools -------------------------------------------------------------------------------------------

    pub fn message(&mut self, position: usize, contents: &mut BTreeMap<String, String>) -> String {
        let Message { name, scope, params } = &self.messages[position];
        let (name, scope, params) = (name.clone(), *scope, params.clone());
        let env = Env { params: params.clone(), ..Env::of(scope) };
        let by = if self.d.chance(25) { part(format!(" by {}", self.d.pick(&VOICES))) } else { String::new() };
        let for_ = if scope == Scope::Community { String::new() } else { format!(" for {}", scope.words()) };
        let params: Vec<String> = params.iter().map(|(name, ty)| format!("{name}: {}", ty.word())).collect();
        let params = if params.is_empty() { String::new() } else { format!("({})", params.join(", ")) };
        if self.d.chance(25) {
            let path = format!("content/{name}.yaml");
            contents.insert(path.clone(), self.pieces(&env));
            return format!("message {name}{params}{by}{for_} from \"{path}\"\n");
        }
        let mut texts = self.text(&env, 1);
        for _ in 0..self.d.weighted(&[(50, 0), (30, 1), (20, 2)]) {
            texts.push_str(&part(format!(" or {}", self.text(&env, 1))));
        }
        format!("message {name}{params}{by}{for_} {texts}\n")
    }

    /// Pieces in a file of YAML: dated or in order.
    fn pieces(&mut self, env: &Env) -> String {
        let dated = self.d.chance(45);
        let day: chrono::NaiveDate = self.day.parse().expect("a day");
        let mut text = String::new();
        for n in 0..self.d.between(1, 4) {
            let hole = if self.d.chance(50) { self.leaf(Ty::Text, env) } else { self.leaf(Ty::Number, env) };
            let said = hole.map(|hole| part(format!(" {{{hole}}}"))).unwrap_or_default();
            let piece = if dated {
                format!("- date: {}\n  text: \"{n}{said}\"\n", day + chrono::Duration::days(n * 2))
            } else {
                format!("- \"{n}{said}\"\n")
            };
            text.push_str(&part(piece));
        }
        text
    }

    pub fn pool(&mut self, position: usize) -> Option<String> {
        let (name, scope) = self.pools[position].clone();
        let mut members: Vec<String> = Vec::new();
        for message in &self.messages {
            if message.scope == scope && message.params.is_empty() {
                members.push(message.name.clone());
            }
        }
        if members.is_empty() {
            return None;
        }
        let weight = if self.d.chance(45) {
            let span = self.span();
            let opened = self.d.pick(&["content.opened", "content.posted"]);
            let field = if opened == "content.opened" { "content" } else { "message" };
            let value = match self.d.below(4) {
                0 => "if piece is ".to_owned() + &members[0] + " then 3 else 1",
                1 => format!("count({opened} by community, {field} = piece)").replace("community, ", ""),
                2 => format!("count({opened} where {field} is piece by community, last {span})"),
                _ => self.typed(Ty::Number, &Env { piece: true, ..Env::of(scope) }, 2).unwrap_or("1".to_owned()),
            };
            part(format!(" weighted by {value}"))
        } else {
            String::new()
        };
        let members: Vec<String> = members.iter().map(|member| part(format!("{member}, "))).collect();
        Some(format!("pool {name} {{ {} }}{weight}\n", members.join("")))
    }

    /// Types that a parameter may have.
    pub fn params(&mut self, most: i64) -> Vec<(String, Ty)> {
        let types =
            [Ty::Text, Ty::Number, Ty::Member, Ty::Time, Ty::Money, Ty::Name(Sort::Class), Ty::Duration, Ty::List];
        let many = self.d.between(0, most);
        (0..many).map(|n| (format!("given{n}"), *self.d.one(&types))).collect()
    }
}
