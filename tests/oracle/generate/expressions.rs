//! Expressions, by the type that is wanted.

use super::book::Book;
use super::marks::{part, whole};
use super::types::{Carry, Env, Scope, Sort, Ty};
use super::words::{CLASSES, FIELDS, KINDS, POINTS, ROLES, TAGS, TEXTS, WEEKDAYS};

/// How expressions are compared.
const ORDERS: [&str; 6] = [">=", "<", ">", "<=", "==", "!="];

impl Book {
    /// An expression of a type, where there can be one.
    pub fn value(&mut self, ty: Ty, env: &Env, depth: usize) -> Option<String> {
        if depth > 0 && self.d.chance(55) {
            for _ in 0..3 {
                if let Some(text) = self.compound(ty, env, depth - 1) {
                    return Some(whole(format!("({text})")));
                }
            }
        }
        if self.d.chance(70)
            && let Some(leaf) = self.leaf(ty, env)
        {
            return Some(whole(leaf));
        }
        self.literal(ty, env).or_else(|| self.leaf(ty, env))
    }

    /// A value that is mostly there: what may be missing has a stand-in.
    pub fn present(&mut self, ty: Ty, env: &Env, depth: usize) -> Option<String> {
        let stands_in = !matches!(ty, Ty::Name(_) | Ty::Tier(_) | Ty::Member | Ty::Group) && self.d.chance(65);
        if !stands_in {
            return self.value(ty, env, depth);
        }
        let (value, literal) = (self.typed(ty, env, depth)?, self.literal(ty, env)?);
        Some(whole(format!("({value}{})", part(format!(" else {literal}")))))
    }

    /// The same, but no bare word whose meaning hangs on what stands beside it.
    pub fn typed(&mut self, ty: Ty, env: &Env, depth: usize) -> Option<String> {
        if depth > 0 && self.d.chance(50) {
            for _ in 0..3 {
                if let Some(text) = self.compound(ty, env, depth - 1) {
                    return Some(whole(format!("({text})")));
                }
            }
        }
        let leaf = self.leaf(ty, env);
        match ty {
            Ty::Name(_) | Ty::Tier(_) | Ty::Member | Ty::Group => leaf,
            _ => leaf.or_else(|| self.literal(ty, env)),
        }
    }

    /// A literal; members and groups have none.
    pub fn literal(&mut self, ty: Ty, env: &Env) -> Option<String> {
        Some(match ty {
            Ty::Bool => self.d.pick(&["true", "true", "false"]).to_owned(),
            Ty::Number => self.d.pick(&["0", "1", "1", "2", "2", "3", "4", "5", "10", "0.5", "2.5", "1.25"]).to_owned(),
            Ty::Percent => self.d.pick(&["0%", "20%", "34%", "50%", "100%", "12.5%"]).to_owned(),
            Ty::Money => self.money(),
            Ty::Duration => self.span().to_owned(),
            Ty::Time if env.row.is_some_and(|(_, event)| !event) || self.d.chance(60) => self.date(),
            Ty::Time => "now".to_owned(),
            Ty::Text => format!("\"{}\"", self.d.pick(&TEXTS)),
            Ty::List => format!("[\"{}\", \"{}\"]", self.d.pick(&TEXTS), self.d.pick(&TEXTS)),
            Ty::Name(sort) => self.word(sort)?,
            Ty::Tier(Some(tiers)) => self.d.one(&self.tiers[tiers].levels).clone(),
            Ty::Tier(None) => {
                let all: Vec<String> = self.tiers.iter().flat_map(|tiers| tiers.levels.clone()).collect();
                (!all.is_empty()).then(|| self.d.one(&all).clone())?
            }
            Ty::Member | Ty::Group => return None,
        })
    }

    pub fn money(&mut self) -> String {
        let amount = self.d.pick(&["0", "1", "5", "9.90", "100", "199.95", "33.33"]);
        match self.place.currency {
            code @ ("CNY" | "JPY") if self.d.chance(30) => format!("{amount} {code}"),
            "CNY" | "JPY" => format!("¥{amount}"),
            code => format!("{amount} {code}"),
        }
    }

    /// A day near the case's, or a local time of it.
    fn date(&mut self) -> String {
        let day = self.day;
        if self.d.chance(50) {
            return day.to_owned();
        }
        format!("{day}T{}", self.clock())
    }

    /// A name of a sort that is declared.
    pub fn word(&mut self, sort: Sort) -> Option<String> {
        let names: Vec<String> = match sort {
            Sort::Kind => KINDS.map(str::to_owned).to_vec(),
            Sort::Role => ROLES.map(str::to_owned).to_vec(),
            Sort::Tag => TAGS.map(str::to_owned).to_vec(),
            Sort::Class => CLASSES.map(str::to_owned).to_vec(),
            Sort::Points => POINTS.map(str::to_owned).to_vec(),
            Sort::Weekday => WEEKDAYS.map(str::to_owned).to_vec(),
            Sort::Message => self.messages.iter().map(|message| message.name.clone()).collect(),
            Sort::Ladder => self.ladders.iter().map(|(name, _)| name.clone()).collect(),
            Sort::Flow => self.flows.iter().map(|flow| flow.name.clone()).collect(),
            Sort::Segment => {
                self.definitions.iter().filter(|d| d.ty.is_none()).map(|definition| definition.name.clone()).collect()
            }
            Sort::Tiers => self.tiers.iter().map(|tiers| tiers.name.clone()).collect(),
            // Only those that surely are items by now.
            Sort::Item => {
                let flows = self.flows.iter().map(|flow| flow.name.clone());
                flows.chain(self.ladders.iter().map(|(name, _)| name.clone())).collect()
            }
            Sort::Task => self.tasks.clone(),
        };
        (!names.is_empty()).then(|| self.d.one(&names).clone())
    }

    // ---- leaves -----------------------------------------------------------------------------------------------------

    /// Something that is there: a field, a property, a parameter.
    pub fn leaf(&mut self, ty: Ty, env: &Env) -> Option<String> {
        let leaves = self.leaves(ty, env);
        (!leaves.is_empty()).then(|| self.d.one(&leaves).clone())
    }

    fn leaves(&self, ty: Ty, env: &Env) -> Vec<String> {
        let mut leaves: Vec<(Ty, String)> = Vec::new();
        if let Some((kind, event)) = env.row {
            self.row_leaves(kind, &mut leaves);
            if event {
                self.event_leaves(env, &mut leaves);
                leaves.extend(env.params.iter().map(|(name, ty)| (*ty, name.clone())));
                leaves.push((Ty::Time, "now".to_owned()));
            }
        } else {
            self.event_leaves(env, &mut leaves);
            leaves.extend(env.params.iter().map(|(name, ty)| (*ty, name.clone())));
            self.state_leaves(env, &mut leaves);
        }
        leaves.extend(self.constants.iter().map(|(name, ty)| (*ty, name.clone())));
        leaves.retain(|(found, _)| ty.takes(*found));
        leaves.into_iter().map(|(_, text)| text).collect()
    }

    fn row_leaves(&self, kind: usize, leaves: &mut Vec<(Ty, String)>) {
        let kind = &self.kinds[kind];
        leaves.extend(kind.fields.iter().map(|field| (field.ty, field.name.clone())));
        if kind.member != Carry::Never {
            leaves.push((Ty::Member, "member".to_owned()));
        }
        if kind.group != Carry::Never {
            leaves.push((Ty::Group, "group".to_owned()));
        }
    }

    fn event_leaves(&self, env: &Env, leaves: &mut Vec<(Ty, String)>) {
        if env.event.is_empty() {
            return;
        }
        for (name, ty) in self.common_fields(&env.event) {
            // Twice, since an item is mostly about its event.
            leaves.push((ty, format!("event.{name}")));
            leaves.push((ty, format!("event.{name}")));
        }
        leaves.push((Ty::Time, "event.at".to_owned()));
        leaves.push((Ty::Text, "event.id".to_owned()));
        if self.event_has(env, true) {
            leaves.push((Ty::Member, "event.member".to_owned()));
        }
        if self.event_has(env, false) {
            leaves.push((Ty::Group, "event.group".to_owned()));
        }
    }

    fn state_leaves(&self, env: &Env, leaves: &mut Vec<(Ty, String)>) {
        let mut add = |ty: Ty, text: &str| leaves.push((ty, text.to_owned()));
        if env.strike {
            add(Ty::Text, "reason");
            add(Ty::Number, "weight");
            add(Ty::Number, "total");
        }
        if env.piece {
            add(Ty::Name(Sort::Message), "piece");
        }
        for (ty, text) in [(Ty::Time, "now"), (Ty::Time, "now.date"), (Ty::Number, "now.hour")] {
            add(ty, text);
        }
        add(Ty::Name(Sort::Weekday), "now.weekday");
        if !self.narrow {
            add(Ty::Number, "community.size");
        }
        add(Ty::Text, "community.name");
        if env.member {
            add(Ty::Member, "member");
            add(Ty::Text, "member.name");
            add(Ty::Text, "member.id");
            for points in POINTS.iter().filter(|_| !self.narrow) {
                add(Ty::Number, &format!("member.{points}"));
            }
        }
        if env.group {
            let properties = [("name", Ty::Text), ("id", Ty::Text), ("size", Ty::Number), ("capacity", Ty::Number)];
            for (name, ty) in properties {
                add(ty, &format!("group.{name}"));
            }
            add(Ty::Number, "group.seats");
            add(Ty::Name(Sort::Kind), "group.kind");
            add(Ty::Member, "group.owner");
            add(Ty::Group, "group");
        }
        let there = |scope: Scope| (!scope.has_member() || env.member) && (!scope.has_group() || env.group);
        for (name, ty, scope) in FIELDS {
            if there(scope) && self.within(scope) == scope {
                add(ty, &format!("{}.{name}", scope.owner()));
            }
        }
        for (position, tiers) in self.tiers.iter().enumerate().filter(|(_, tiers)| there(tiers.scope)) {
            add(Ty::Tier(Some(position)), &format!("{}.{}", tiers.scope.owner(), tiers.name));
        }
        for definition in self.definitions.iter().take(env.level).filter(|definition| there(definition.scope)) {
            if let Some(ty) = definition.ty {
                add(ty, &format!("{}.{}", definition.scope.owner(), definition.name));
            }
        }
        for metric in self.metrics.iter().filter(|metric| there(metric.scope)) {
            if !env.defines {
                add(metric.ty, &format!("{}.{}", metric.scope.owner(), metric.name));
            }
        }
    }

    // ---- compounds --------------------------------------------------------------------------------------------------

    fn compound(&mut self, ty: Ty, env: &Env, depth: usize) -> Option<String> {
        if env.row.is_none() && self.d.chance(45) {
            return match ty {
                Ty::Bool => self.condition_once(env, depth),
                _ => self.past_of(ty, env, depth),
            };
        }
        // Levels of different tiers do not go together.
        let mixes = !matches!(ty, Ty::Tier(_));
        if mixes && self.d.chance(15) {
            return self.choice(ty, env, depth);
        }
        if mixes && self.d.chance(25) {
            let value = self.typed(ty, env, depth)?;
            let fallback = self.value(ty, env, 0)?;
            return Some(format!("{value}{}", part(format!(" else {fallback}"))));
        }
        match ty {
            Ty::Bool => self.condition_once(env, depth),
            Ty::Number => self.number(env, depth),
            Ty::Money | Ty::Duration => self.measure(ty, env, depth),
            Ty::Time => self.time(env, depth),
            Ty::Text => Some(self.text(env, depth)),
            _ => None,
        }
    }

    fn choice(&mut self, ty: Ty, env: &Env, depth: usize) -> Option<String> {
        let condition = self.condition(env, depth.min(1));
        let then = if matches!(ty, Ty::Bool) { self.typed(ty, env, 0)? } else { self.typed(ty, env, depth)? };
        let other = self.value(ty, env, 0)?;
        Some(format!("if {condition} then {then} else {other}"))
    }

    fn number(&mut self, env: &Env, depth: usize) -> Option<String> {
        let units = self.d.weighted(&[(8, Ty::Number), (1, Ty::Money), (1, Ty::Duration)]);
        if units != Ty::Number {
            let (a, b) = (self.typed(units, env, depth)?, self.typed(units, env, depth)?);
            return Some(format!("{a} / {b}"));
        }
        let (a, b) = (self.typed(Ty::Number, env, depth)?, self.typed(Ty::Number, env, depth)?);
        let op = self.d.pick(&["+", "-", "*", "/", "/"]);
        if self.d.chance(10) {
            return Some(format!("-{a}"));
        }
        Some(format!("{a} {op} {b}"))
    }

    fn measure(&mut self, ty: Ty, env: &Env, depth: usize) -> Option<String> {
        if ty == Ty::Duration && self.d.chance(30) {
            let (a, b) = (self.typed(Ty::Time, env, depth)?, self.typed(Ty::Time, env, 0)?);
            return Some(format!("{a} - {b}"));
        }
        let a = self.typed(ty, env, depth)?;
        if self.d.chance(50) {
            let b = self.typed(Ty::Number, env, 0)?;
            return Some(format!("{a} {} {b}", self.d.pick(&["*", "/"])));
        }
        let b = self.typed(ty, env, 0)?;
        Some(format!("{a} {} {b}", self.d.pick(&["+", "-"])))
    }

    fn time(&mut self, env: &Env, depth: usize) -> Option<String> {
        let (a, b) = (self.typed(Ty::Time, env, depth)?, self.value(Ty::Duration, env, 0)?);
        Some(format!("{a} {} {b}", self.d.pick(&["+", "-"])))
    }

    // ---- texts ------------------------------------------------------------------------------------------------------

    /// A text in quotes, perhaps with holes.
    pub fn text(&mut self, env: &Env, depth: usize) -> String {
        let mut words = String::new();
        for _ in 0..self.d.between(1, 3) {
            if self.d.chance(45)
                && let Some(hole) = self.hole(env, depth)
            {
                words.push_str(&part(format!("{{{hole}}}")));
                continue;
            }
            let said = self.d.pick(&["Hello", " there ", "，", "{{x} ", "!", " 好", "1 ", "a’b"]);
            words.push_str(&part(said));
        }
        if self.d.chance(5) { format!("\"\"\"{words}\"\"\"") } else { format!("\"{words}\"") }
    }

    /// What may stand in a hole.
    fn hole(&mut self, env: &Env, depth: usize) -> Option<String> {
        let ty = self.d.weighted(&[
            (5, Ty::Text),
            (6, Ty::Number),
            (2, Ty::Money),
            (2, Ty::Duration),
            (2, Ty::Time),
            (1, Ty::Percent),
            (2, Ty::Member),
            (1, Ty::Group),
            (1, Ty::List),
            (1, Ty::Name(Sort::Class)),
            (1, Ty::Name(Sort::Weekday)),
            (1, Ty::Name(Sort::Kind)),
            (1, Ty::Tier(None)),
        ]);
        if matches!(ty, Ty::Text) && self.d.chance(40) {
            return self.leaf(ty, env);
        }
        if self.d.chance(65) && !matches!(ty, Ty::Name(_) | Ty::Tier(_) | Ty::Member | Ty::Group) {
            return self.present(ty, env, depth.min(2));
        }
        self.typed(ty, env, depth.min(2))
    }

    // ---- conditions -------------------------------------------------------------------------------------------------

    /// A condition, perhaps of several parts.
    pub fn condition(&mut self, env: &Env, depth: usize) -> String {
        let mut text = self.one_condition(env, depth);
        let more = if depth == 0 { 0 } else { self.d.weighted(&[(60, 0), (30, 1), (10, 2)]) };
        for _ in 0..more {
            let op = self.d.pick(&["and", "and", "or"]);
            let next = self.one_condition(env, depth - 1);
            text = whole(format!("({text}{})", part(format!(" {op} {next}"))));
        }
        if self.d.chance(12) { whole(format!("(not {text})")) } else { text }
    }

    fn one_condition(&mut self, env: &Env, depth: usize) -> String {
        for _ in 0..8 {
            if let Some(text) = self.condition_once(env, depth) {
                return whole(format!("({text})"));
            }
        }
        "true".to_owned()
    }

    fn condition_once(&mut self, env: &Env, depth: usize) -> Option<String> {
        if env.row.is_some() {
            return match self.d.below(10) {
                0..8 => self.comparison(env, 0),
                8 => self.is_between(env, 0),
                _ => self.leaf(Ty::Bool, env),
            };
        }
        match self.d.below(24) {
            0..6 => self.counted(env, depth),
            6..11 => self.comparison(env, depth),
            11..13 => self.past_condition(env, depth),
            13..16 => self.about_member(env),
            16 | 17 => self.about_group(env),
            18 => self.is_between(env, depth),
            19 => self.about_text(env, depth),
            20 => self.about_now(env),
            21 => self.in_a_list(env, depth),
            22 => self.leaf(Ty::Bool, env),
            _ => self.choice(Ty::Bool, env, depth.min(1)),
        }
    }

    /// What rules are mostly about: `count(…) >= 2`.
    fn counted(&mut self, env: &Env, depth: usize) -> Option<String> {
        let count = self.count_of(env, depth)?;
        let (op, most) =
            self.d.weighted(&[(8, (">=", 2)), (2, ("==", 3)), (1, ("<", 4)), (1, ("<=", 3)), (1, ("!=", 2))]);
        Some(format!("{count} {op} {}", self.d.between(1, most)))
    }

    fn comparison(&mut self, env: &Env, depth: usize) -> Option<String> {
        let ty = self.d.weighted(&[
            (8, Ty::Number),
            (4, Ty::Text),
            (3, Ty::Money),
            (3, Ty::Duration),
            (3, Ty::Time),
            (1, Ty::Percent),
            (2, Ty::Name(Sort::Class)),
            (2, Ty::Name(Sort::Tag)),
            (1, Ty::Name(Sort::Kind)),
            (1, Ty::Name(Sort::Role)),
            (1, Ty::Name(Sort::Message)),
            (1, Ty::Name(Sort::Flow)),
            (1, Ty::Name(Sort::Ladder)),
            (1, Ty::Name(Sort::Segment)),
            (1, Ty::Name(Sort::Task)),
            (1, Ty::Name(Sort::Item)),
            (1, Ty::Name(Sort::Points)),
            (2, Ty::Tier(None)),
            (2, Ty::Member),
            (1, Ty::Group),
        ]);
        let left = self.typed(ty, env, depth)?;
        // Which tiers a level is of must be one's own.
        let ty = if ty == Ty::Tier(None) { self.tiers_of(&left) } else { ty };
        let right = match ty {
            Ty::Tier(None) => self.literal(ty, env)?,
            Ty::Name(_) | Ty::Tier(_) if self.d.chance(75) => self.literal(ty, env)?,
            Ty::Name(_) | Ty::Tier(_) | Ty::Member | Ty::Group => self.leaf(ty, env)?,
            _ => self.value(ty, env, depth.saturating_sub(1))?,
        };
        let op = match ty {
            Ty::Tier(None) => self.d.pick(&["==", "is", "!="]),
            ty if ty.is_ordered() => self.d.pick(&ORDERS),
            _ => self.d.pick(&["==", "is", "is", "!=", "is not"]),
        };
        Some(format!("{left} {op} {right}"))
    }

    /// `member.level3` has levels of its own.
    fn tiers_of(&self, text: &str) -> Ty {
        let found = self.tiers.iter().position(|tiers| {
            let name = format!(".{}", tiers.name);
            super::marks::plain(text).ends_with(&name)
        });
        Ty::Tier(found)
    }

    fn about_member(&mut self, env: &Env) -> Option<String> {
        let who = if env.member && self.d.chance(70) { "member".to_owned() } else { self.leaf(Ty::Member, env)? };
        let mine = who == "member";
        Some(match self.d.below(8) {
            0..2 if mine && !self.narrow => format!("member has {}", self.d.pick(&TAGS)),
            2 if mine && (env.group || !self.narrow) => {
                let fields: Vec<_> = FIELDS
                    .iter()
                    .filter(|(_, _, scope)| {
                        *scope == Scope::Member && !self.narrow || *scope == Scope::Membership && env.group
                    })
                    .collect();
                format!("member has {}", self.d.one(&fields).0)
            }
            3 if mine => format!("member in [{}, {}]", self.d.pick(&ROLES), self.d.pick(&ROLES)),
            4..7 if mine => self.in_segment(env, true)?,
            6 => {
                let other = self.leaf(Ty::Member, env)?;
                format!("{who} {} {other}", self.d.pick(&["==", "!="]))
            }
            7 => format!("{who} is not {}", self.d.pick(&ROLES)),
            _ => format!("{who} is {}", self.d.pick(&ROLES)),
        })
    }

    fn in_segment(&mut self, env: &Env, member: bool) -> Option<String> {
        let fits: Vec<String> = self
            .definitions
            .iter()
            .take(env.level)
            .filter(|d| d.ty.is_none() && d.scope.has_member() == member && (!d.scope.has_group() || env.group))
            .map(|d| format!("{} in {}", d.scope.owner(), d.name))
            .collect();
        (!fits.is_empty()).then(|| self.d.one(&fits).clone())
    }

    fn about_group(&mut self, env: &Env) -> Option<String> {
        if !env.group {
            return self.in_segment(env, false);
        }
        Some(match self.d.below(7) {
            0..2 => format!("group is {}", self.d.pick(&KINDS)),
            2 => format!("group is not {}", self.d.pick(&KINDS)),
            3 => format!("group in [{}, {}]", self.d.pick(&KINDS), self.d.pick(&KINDS)),
            4 => {
                let fields: Vec<_> = FIELDS.iter().filter(|(_, _, scope)| *scope == Scope::Group).collect();
                format!("group has {}", self.d.one(&fields).0)
            }
            5 => format!("group.size {} {}", self.d.pick(&ORDERS), self.d.between(1, 3)),
            _ => self.in_segment(env, false)?,
        })
    }

    fn is_between(&mut self, env: &Env, depth: usize) -> Option<String> {
        let ty = self.d.weighted(&[(4, Ty::Number), (2, Ty::Money), (2, Ty::Duration), (3, Ty::Time)]);
        let value = self.typed(ty, env, depth)?;
        if ty == Ty::Time && self.d.chance(40) {
            let (from, to) = (self.clock(), self.clock());
            return Some(format!("{value} between {from} and {to}"));
        }
        let (low, high) = (self.value(ty, env, 0)?, self.value(ty, env, 0)?);
        Some(format!("{value} between {low} and {high}"))
    }

    fn about_text(&mut self, env: &Env, depth: usize) -> Option<String> {
        if self.d.chance(25) {
            let list = self.typed(Ty::List, env, depth)?;
            return Some(format!("{list} contains {}", self.value(Ty::Text, env, 0)?));
        }
        let text = self.typed(Ty::Text, env, 0)?;
        if self.d.chance(50) {
            return Some(format!("{text} contains {}", self.value(Ty::Text, env, 0)?));
        }
        Some(format!("{text} matches {}", self.d.one(&self.patterns)))
    }

    fn about_now(&mut self, env: &Env) -> Option<String> {
        Some(match self.d.below(4) {
            0 => format!("now between {} and {}", self.clock(), self.clock()),
            1 => format!("now.weekday is {}", self.d.pick(&WEEKDAYS)),
            2 => format!("now.hour {} {}", self.d.pick(&ORDERS), self.d.between(0, 23)),
            _ => {
                let time = self.leaf(Ty::Time, env)?;
                format!("{time} {} {}", self.d.pick(&ORDERS), self.date())
            }
        })
    }

    fn in_a_list(&mut self, env: &Env, depth: usize) -> Option<String> {
        let ty = self.d.weighted(&[
            (4, Ty::Number),
            (3, Ty::Text),
            (2, Ty::Name(Sort::Class)),
            (1, Ty::Name(Sort::Weekday)),
            (1, Ty::Name(Sort::Tag)),
            (1, Ty::Duration),
            (1, Ty::Money),
        ]);
        let value = self.typed(ty, env, depth)?;
        let (a, b) = (self.literal(ty, env)?, self.value(ty, env, 0)?);
        Some(format!("{value} in [{a}, {b}]"))
    }
}
