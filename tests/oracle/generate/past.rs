//! Functions over the past, and over those who are there now.

use super::book::Book;
use super::marks::part;
use super::types::{Carry, Env, Scope, Sort, Ty};

impl Book {
    /// `count(…)`, mostly of what this case is about.
    pub fn count_of(&mut self, env: &Env, depth: usize) -> Option<String> {
        if self.d.chance(10) {
            return Some(self.population("count", None, env, depth));
        }
        if self.d.chance(20) {
            return self.past_of(Ty::Number, env, depth);
        }
        self.over("count", None, env)
    }

    /// A condition that is a function itself.
    pub fn past_condition(&mut self, env: &Env, depth: usize) -> Option<String> {
        if self.d.chance(35) {
            let since = self.over("since", None, env)?;
            let span = self.span();
            return Some(format!("{since} {} {span}", self.d.pick(&[">=", "<", ">", "<=", "=="])));
        }
        let _ = depth;
        let function = self.d.pick(&["exists", "exists", "never"]);
        self.over(function, None, env)
    }

    /// A function over the past that gives a type.
    pub fn past_of(&mut self, ty: Ty, env: &Env, depth: usize) -> Option<String> {
        if env.row.is_some() || env.piece && self.d.chance(50) {
            return None;
        }
        match ty {
            Ty::Bool => self.past_condition(env, depth),
            Ty::Number => match self.d.below(12) {
                0..3 => self.over("count", None, env),
                3 | 4 => self.over("distinct", None, env),
                5 => self.over("streak", None, env),
                6 => self.crowd_measure(env, depth),
                7 => Some(self.population("count", None, env, depth)),
                _ => self.measured(ty, env),
            },
            Ty::Duration if self.d.chance(60) => self.over("since", None, env),
            Ty::Money | Ty::Duration | Ty::Percent => self.measured(ty, env),
            Ty::Time | Ty::Tier(None) if self.d.chance(50) => {
                let function = self.d.pick(&["min", "max"]);
                self.over(function, Some(ty), env)
            }
            Ty::List if self.d.chance(30) => Some(self.names_of_crowd(env, depth)),
            Ty::List => self.over("list", Some(Ty::Text), env),
            // Which tiers the levels of events are of is not known.
            Ty::Tier(Some(_)) | Ty::Name(Sort::Weekday) => None,
            ty => {
                let function = self.d.pick(&["first", "last"]);
                self.over(function, Some(ty), env)
            }
        }
    }

    fn measured(&mut self, ty: Ty, env: &Env) -> Option<String> {
        let function = self.d.pick(&["sum", "sum", "avg", "min", "max", "first", "last"]);
        self.over(function, Some(ty), env)
    }

    // ---- over events ------------------------------------------------------------------------------------------------

    /// A function over some events; `column` is the type of the field that is wanted.
    fn over(&mut self, function: &str, column: Option<Ty>, env: &Env) -> Option<String> {
        for _ in 0..6 {
            let kind = self.counted_kind(env)?;
            let Some(field) = self.column(function, column, kind) else { continue };
            let Some(by) = self.keys(kind, env) else { continue };
            let pure = function == "streak";
            let where_ = if self.d.chance(30) { self.row_condition(kind, env, !pure) } else { String::new() };
            let window = if pure { String::new() } else { self.window(env) };
            let name = self.kinds[kind].name.clone();
            return Some(format!("{function}({name}{field}{where_}{by}{window})"));
        }
        None
    }

    /// What is counted: mostly what this case is about, or what it makes.
    fn counted_kind(&mut self, env: &Env) -> Option<usize> {
        let mut kinds: Vec<usize> = match self.d.below(10) {
            0..7 => self.hot.clone(),
            7 | 8 => env.event.clone(),
            _ => self.awaited.clone(),
        };
        if self.d.chance(12) {
            let made =
                ["content.posted", "tag.added", "strike.given", "task.created", "points.changed", "member.muted"];
            kinds = made.iter().map(|name| self.kind(name)).collect();
        }
        if self.d.chance(4) {
            kinds = (0..self.kinds.len()).collect();
        }
        if env.defines {
            // What such a condition itself tells of must not wake it for ever.
            let own = |name: &str| name.starts_with("segment.") || name.starts_with("metric.");
            kinds.retain(|kind| !own(&self.kinds[*kind].name));
        }
        (!kinds.is_empty()).then(|| *self.d.one(&kinds))
    }

    /// `.FIELD` where the function wants one.
    fn column(&mut self, function: &str, column: Option<Ty>, kind: usize) -> Option<String> {
        let found = &self.kinds[kind];
        if function == "distinct" {
            let mut names: Vec<String> = found.fields.iter().map(|field| field.name.clone()).collect();
            names.extend((found.member != Carry::Never).then(|| "member".to_owned()));
            names.extend((found.member != Carry::Never).then(|| "member".to_owned()));
            names.extend((found.group != Carry::Never).then(|| "group".to_owned()));
            return (!names.is_empty()).then(|| format!(".{}", self.d.one(&names)));
        }
        let Some(ty) = column else { return Some(String::new()) };
        let exact = |found: Ty| match ty {
            Ty::Number => matches!(found, Ty::Number | Ty::Percent),
            ty => found == ty,
        };
        let mut names: Vec<String> =
            found.fields.iter().filter(|field| exact(field.ty)).map(|field| field.name.clone()).collect();
        names.extend((ty == Ty::Member && found.member != Carry::Never).then(|| "member".to_owned()));
        names.extend((ty == Ty::Group && found.group != Carry::Never).then(|| "group".to_owned()));
        (!names.is_empty()).then(|| format!(".{}", self.d.one(&names)))
    }

    /// `by …`, or nothing where the subject's own keys do.
    fn keys(&mut self, kind: usize, env: &Env) -> Option<String> {
        let own = self.carries(kind, env.scope);
        if own && self.d.chance(65) {
            return Some(String::new());
        }
        let mut keys = self.possible_keys(kind, env);
        if keys.is_empty() || self.d.chance(25) {
            return Some(" by community".to_owned());
        }
        let mut chosen = vec![keys.swap_remove(self.d.below(keys.len()))];
        if self.d.chance(40) {
            let name = |key: &str| key.split(' ').next().unwrap_or_default().to_owned();
            keys.retain(|key| name(key) != name(&chosen[0]));
            if !keys.is_empty() {
                chosen.push(self.d.one(&keys).clone());
            }
        }
        Some(format!(" by {}", chosen.join(", ")))
    }

    fn possible_keys(&mut self, kind: usize, env: &Env) -> Vec<String> {
        let counted = self.kinds[kind].clone();
        let mut keys = Vec::new();
        for (name, carry, there) in [("member", counted.member, env.member), ("group", counted.group, env.group)] {
            if carry == Carry::Never {
                continue;
            }
            if there || self.event_has(env, name == "member") {
                keys.extend([name.to_owned(), name.to_owned()]);
            }
            let ty = if name == "member" { Ty::Member } else { Ty::Group };
            if let Some(value) = self.leaf(ty, env) {
                keys.push(format!("{name} = {value}"));
            }
        }
        let common = self.common_fields(&env.event);
        for field in &counted.fields {
            if common.iter().any(|(name, ty)| *name == field.name && *ty == field.ty) {
                keys.push(field.name.clone());
            }
            let value = match field.ty {
                Ty::Tier(_) | Ty::Bool => None,
                Ty::Member | Ty::Group => self.leaf(field.ty, env),
                ty => self.value(ty, env, 0),
            };
            if let Some(value) = value
                && self.d.chance(30)
            {
                keys.push(format!("{} = {value}", field.name));
            }
        }
        keys
    }

    /// ` where …`: of the counted event, and where it may be of the event at hand.
    fn row_condition(&mut self, kind: usize, env: &Env, event: bool) -> String {
        let row = Env { row: Some((kind, event)), ..env.clone() };
        let depth = usize::from(self.d.chance(25));
        let condition = self.condition(&row, depth);
        part(format!(" where {condition}"))
    }

    fn window(&mut self, env: &Env) -> String {
        if self.d.chance(22) {
            return String::new();
        }
        let span = self.span();
        let window = match self.d.below(20) {
            0..8 => format!("last {span}"),
            8 | 9 => format!("last {span} before {}", self.span()),
            10 => format!("last {span} before {}", self.d.pick(&["today", "this week", "this month"])),
            11..13 => "today".to_owned(),
            13 => "yesterday".to_owned(),
            14 => self.d.pick(&["this week", "this month"]).to_owned(),
            15 => self.d.pick(&["last week", "last month"]).to_owned(),
            16..18 if env.flow => "since start".to_owned(),
            18..20 if env.member && env.group => "since joined".to_owned(),
            _ => format!("last {span}"),
        };
        part(format!(", {window}"))
    }

    // ---- over those who are there -------------------------------------------------------------------------------------

    /// `count(members where …)`
    fn population(&mut self, function: &str, value: Option<&str>, env: &Env, depth: usize) -> String {
        let groups = value.map_or_else(|| self.d.chance(25), |value| value.starts_with("groups"));
        let of = if groups { "groups" } else { "members" };
        let of = value.unwrap_or(of).to_owned();
        let where_ = if self.d.chance(70) {
            let inner = self.candidate(groups, env);
            part(format!(" where {}", self.condition(&inner, depth.min(1))))
        } else {
            String::new()
        };
        format!("{function}({of}{where_})")
    }

    /// What the conditions on a candidate see.
    fn candidate(&self, groups: bool, env: &Env) -> Env {
        let scope = match (groups, env.group) {
            (true, _) => Scope::Group,
            (false, true) => Scope::Membership,
            (false, false) => Scope::Member,
        };
        let member = env.member || !groups;
        let group = scope.has_group();
        Env { scope, member, group, ..env.clone() }
    }

    fn crowd_measure(&mut self, env: &Env, depth: usize) -> Option<String> {
        let groups = self.d.chance(40);
        let inner = self.candidate(groups, env);
        let owner = if groups { "group." } else { "member." };
        let mut values = Vec::new();
        for _ in 0..12 {
            let leaf = self.leaf(Ty::Number, &inner)?;
            if let Some(name) = leaf.strip_prefix(owner) {
                values.push(name.to_owned());
            }
        }
        let value = values.first()?;
        let of = format!("{}.{value}", if groups { "groups" } else { "members" });
        let function = self.d.pick(&["sum", "avg", "min", "max"]);
        Some(self.population(function, Some(&of), env, depth))
    }

    fn names_of_crowd(&mut self, env: &Env, depth: usize) -> String {
        let groups = self.d.chance(30);
        let of = if groups { "groups.name" } else { self.d.pick(&["members.name", "members.id", "members.city"]) };
        self.population("list", Some(of), env, depth)
    }
}
