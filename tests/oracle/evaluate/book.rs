//! The playbook as its items declare it: names, events, and the actions of each item numbered in order.

use super::agenda::days_from_monday;
use super::value::Value;
use super::zone::Zone;
use chrono::NaiveDate;
use qun::syntax::source::{Sources, parse};
use qun::syntax::span::Span;
use qun::syntax::tree::*;
use qun::time::TimeOfDay;
use std::collections::BTreeMap;

/// Whose an item, a field or a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    Community,
    Group,
    Member,
    Membership,
}

impl Scope {
    pub fn of(scope: &ScopeRef) -> Scope {
        match (scope.first.text.as_str(), &scope.second) {
            ("member", Some(_)) => Scope::Membership,
            ("member", None) => Scope::Member,
            ("group", _) => Scope::Group,
            _ => Scope::Community,
        }
    }

    pub fn has_group(self) -> bool {
        matches!(self, Scope::Group | Scope::Membership)
    }

    pub fn has_member(self) -> bool {
        matches!(self, Scope::Member | Scope::Membership)
    }
}

/// A kind of event: which keys it may carry, and its fields.
#[derive(Debug)]
pub struct Kind<'b> {
    pub member: bool,
    pub group: bool,
    pub fields: Vec<&'b FieldDecl>,
    /// Fields that a metric's sample or a `field` of the playbook adds, with their types.
    pub more: Vec<(String, String)>,
}

impl Kind<'_> {
    /// The type of a field, if there is one of this name.
    pub fn ty(&self, field: &str) -> Option<&str> {
        let declared = self.fields.iter().rev().find(|declared| declared.name.text == field);
        let more = || self.more.iter().find(|(name, _)| name == field).map(|(_, ty)| ty.as_str());
        declared.map(|declared| declared.ty.name.text.as_str()).or_else(more)
    }

    /// All fields in order.
    pub fn names(&self) -> Vec<String> {
        let declared = self.fields.iter().map(|field| field.name.text.clone());
        declared.chain(self.more.iter().map(|(name, _)| name.clone())).collect()
    }
}

/// A field of a member, a membership or a group.
#[derive(Debug)]
pub struct Field<'b> {
    pub name: &'b str,
    pub ty: &'b str,
    pub scope: Scope,
}

/// An action at its place, with what a task does when it is overdue.
#[derive(Debug)]
pub struct Act<'b> {
    pub action: &'b Action,
    /// The position of its item in the playbook.
    pub item: usize,
    /// Its number within the item.
    pub ordinal: u32,
    pub otherwise: Vec<Act<'b>>,
}

/// When a step of a flow comes.
#[derive(Debug, Clone, Copy)]
pub enum StepAt<'b> {
    Start,
    Offset(i64),
    Time(&'b Expr),
    Day(u64, TimeOfDay),
    Tasks(&'b [Word]),
}

/// One step of a flow.
#[derive(Debug)]
pub struct Step<'b> {
    pub at: StepAt<'b>,
    pub when: Option<&'b Expr>,
    pub acts: Vec<Act<'b>>,
}

/// The actions of an item, by where they stand.
#[derive(Debug, Default)]
pub struct Acts<'b> {
    /// `do` and `otherwise` of each branch, step of a ladder, or row of a calendar; of tiers promotion and demotion.
    pub parts: Vec<(Vec<Act<'b>>, Vec<Act<'b>>)>,
    pub steps: Vec<Step<'b>>,
}

/// What a message says.
#[derive(Debug)]
pub enum Pieces {
    Texts(Vec<Text>),
    Dated(Vec<(NaiveDate, Text)>),
}

/// A whole playbook.
pub struct Book<'b> {
    pub tree: &'b Tree,
    pub sources: &'b Sources,
    pub zone: Zone,
    pub currency: String,
    pub name: Option<String>,
    pub kinds: BTreeMap<String, Kind<'b>>,
    pub words: BTreeMap<String, WordSort>,
    pub fields: Vec<Field<'b>>,
    pub pieces: BTreeMap<String, Pieces>,
    pub acts: Vec<Acts<'b>>,
}

impl<'b> Book<'b> {
    pub fn read(
        prelude: &'b Tree,
        tree: &'b Tree,
        sources: &'b Sources,
        contents: &BTreeMap<String, String>,
    ) -> Book<'b> {
        let mut book = Book {
            tree,
            sources,
            zone: Zone { tz: chrono_tz::UTC, week_start: 0 },
            currency: String::new(),
            name: None,
            kinds: BTreeMap::new(),
            words: BTreeMap::new(),
            fields: Vec::new(),
            pieces: BTreeMap::new(),
            acts: Vec::new(),
        };
        for item in prelude.items.iter().chain(&tree.items) {
            book.declare(item, contents);
        }
        for (position, item) in tree.items.iter().enumerate() {
            book.declare_metric(&item.kind);
            book.acts.push(acts_of(position, &item.kind));
        }
        book.add_fields();
        book
    }

    fn declare(&mut self, item: &'b Item, contents: &BTreeMap<String, String>) {
        match &item.kind {
            ItemKind::Community(settings) => settings.iter().for_each(|setting| self.set(setting)),
            ItemKind::Words(sort, words) => {
                self.words.extend(words.iter().map(|word| (word.text.clone(), *sort)));
            }
            ItemKind::Field { name, ty, scope } => {
                self.fields.push(Field { name: &name.text, ty: &ty.name.text, scope: Scope::of(scope) });
            }
            ItemKind::Event { name, scope, fields } => self.declare_event(&dotted(name), scope, fields),
            ItemKind::Message(message) => {
                let pieces = match &message.body {
                    MessageBody::Texts(texts) => Pieces::Texts(texts.clone()),
                    MessageBody::From(path) => pieces(&contents[&plain_words(path)]),
                };
                self.pieces.insert(message.name.text.clone(), pieces);
            }
            _ => {}
        }
    }

    fn set(&mut self, setting: &Setting) {
        match (setting.key.text.as_str(), &setting.value) {
            ("timezone", SettingValue::Text(text)) => self.zone.tz = plain_words(text).parse().unwrap(),
            ("currency", SettingValue::Word(word)) => self.currency = word.text.clone(),
            ("week_starts", SettingValue::Word(word)) => self.zone.week_start = days_from_monday(&word.text),
            ("name", SettingValue::Text(text)) => self.name = Some(plain_words(text)),
            other => panic!("a setting: {other:?}"),
        }
    }

    fn declare_event(&mut self, name: &str, scope: &ScopeRef, fields: &'b [FieldDecl]) {
        let first = scope.first.text.as_str();
        let kind = self.kinds.entry(name.to_owned()).or_insert_with(|| Kind {
            member: first == "member",
            group: first == "group" || scope.second.is_some(),
            fields: Vec::new(),
            more: Vec::new(),
        });
        kind.fields.extend(fields);
    }

    fn declare_metric(&mut self, item: &'b ItemKind) {
        let ItemKind::Metric { head, .. } = item else { return };
        let scope = scope_of(head);
        let kind = Kind {
            member: scope.has_member(),
            group: scope.has_group(),
            fields: Vec::new(),
            more: vec![("value".to_owned(), "metric".to_owned())],
        };
        self.kinds.insert(format!("metric.{}", head.name.text), kind);
    }

    /// `member.updated` has every field for member, `group.created` every one for group; a metric its `per` field.
    fn add_fields(&mut self) {
        for (name, scope) in [("member.updated", Scope::Member), ("group.created", Scope::Group)] {
            for field in self.fields.iter().filter(|field| field.scope == scope) {
                let kind = self.kinds.get_mut(name).unwrap();
                if kind.ty(field.name).is_none() {
                    kind.more.push((field.name.to_owned(), field.ty.to_owned()));
                }
            }
        }
        for item in &self.tree.items {
            if let ItemKind::Metric { head, .. } = &item.kind
                && let Some(per) = &head.per
            {
                let name = per.words.last().unwrap().text.clone();
                let ty = self.kinds.values().find_map(|kind| kind.ty(&name)).unwrap_or("text").to_owned();
                let kind = self.kinds.get_mut(&format!("metric.{}", head.name.text)).unwrap();
                kind.more.push((name, ty));
            }
        }
    }

    /// Whether the playbook has a word, an item, a level or a task of this name.
    pub fn declares(&self, name: &str) -> bool {
        let task = |act: &Act<'_>| match &act.action.kind {
            ActionKind::Task(task) => task.name.as_ref().is_some_and(|it| it.text == name),
            _ => false,
        };
        let acts = |acts: &Acts<'_>| {
            let parts = acts.parts.iter().flat_map(|(taken, others)| taken.iter().chain(others));
            parts
                .chain(acts.steps.iter().flat_map(|step| &step.acts))
                .any(|act| task(act) || act.otherwise.iter().any(task))
        };
        let named = |item: &ItemKind| match item {
            ItemKind::Message(message) => message.name.text == name,
            ItemKind::Pool { name: pool, .. } => pool.text == name,
            ItemKind::Tiers(tiers) => tiers.levels.iter().any(|level| level.name.text == name),
            _ => false,
        };
        let item = |item: &'b ItemKind| head(item).is_some_and(|head| head.name.text == name) || named(item);
        self.words.contains_key(name) || self.items().any(|(_, kind)| item(kind)) || self.acts.iter().any(acts)
    }

    pub fn item(&self, position: usize) -> &'b ItemKind {
        &self.tree.items[position].kind
    }

    pub fn item_name(&self, position: usize) -> &'b str {
        head(self.item(position)).map_or("", |head| &head.name.text)
    }

    /// `file:line:col`
    pub fn place(&self, span: Span) -> String {
        let (line, column) = self.sources.line_col(span);
        format!("{}:{line}:{column}", self.sources.path(span.file))
    }

    /// Every item with its position.
    pub fn items(&self) -> impl Iterator<Item = (usize, &'b ItemKind)> + use<'b> {
        self.tree.items.iter().map(|item| &item.kind).enumerate()
    }

    fn find<T>(&self, pick: impl Fn(usize, &'b ItemKind) -> Option<T>) -> Option<T> {
        self.items().find_map(|(position, item)| pick(position, item))
    }

    pub fn message(&self, name: &str) -> &'b Message {
        let found = self.find(|_, item| match item {
            ItemKind::Message(message) if message.name.text == name => Some(message),
            _ => None,
        });
        found.unwrap_or_else(|| panic!("a message {name}"))
    }

    pub fn pool(&self, name: &str) -> (&'b [Word], Option<&'b Expr>) {
        let found = self.find(|_, item| match item {
            ItemKind::Pool { name: pool, members, weight } if pool.text == name => {
                Some((members.as_slice(), weight.as_ref()))
            }
            _ => None,
        });
        found.unwrap()
    }

    /// A `let` of a name, for a scope that passes.
    pub fn let_of(&self, name: &str, fits: impl Fn(Option<Scope>) -> bool) -> Option<(Option<Scope>, &'b Expr)> {
        self.find(|_, item| match item {
            ItemKind::Let { name: it, scope, value } => {
                let scope = scope.as_ref().map(Scope::of);
                (it.text == name && fits(scope)).then_some((scope, value))
            }
            _ => None,
        })
    }

    pub fn segment(&self, name: &str) -> Option<(&'b Head, &'b Expr)> {
        self.find(|_, item| match item {
            ItemKind::Segment { head, when } if head.name.text == name => Some((head, when)),
            _ => None,
        })
    }

    pub fn tiers(&self, name: &str) -> Option<(usize, &'b Tiers)> {
        self.find(|position, item| match item {
            ItemKind::Tiers(tiers) if tiers.head.name.text == name => Some((position, tiers)),
            _ => None,
        })
    }

    pub fn ladder(&self, name: &str) -> (usize, &'b Ladder) {
        let found = self.find(|position, item| match item {
            ItemKind::Ladder(ladder) if ladder.head.name.text == name => Some((position, ladder)),
            _ => None,
        });
        found.unwrap()
    }

    pub fn flow(&self, name: &str) -> (usize, &'b Flow) {
        let found = self.find(|position, item| match item {
            ItemKind::Flow(flow) if flow.head.name.text == name => Some((position, flow)),
            _ => None,
        });
        found.unwrap()
    }

    pub fn metric(&self, name: &str) -> Option<(&'b Head, &'b Expr)> {
        self.find(|_, item| match item {
            ItemKind::Metric { head, value, .. } if head.name.text == name => Some((head, value)),
            _ => None,
        })
    }

    pub fn custom(&self, name: &str) -> &'b [FieldDecl] {
        let found = self.find(|_, item| match item {
            ItemKind::Action { name: it, params } if it.text == name => Some(params.as_slice()),
            _ => None,
        });
        found.unwrap()
    }

    pub fn is(&self, sort: WordSort, word: &str) -> bool {
        self.words.get(word) == Some(&sort)
    }

    pub fn field(&self, name: &str, scope: Scope) -> Option<&Field<'b>> {
        self.fields.iter().find(|field| field.name == name && field.scope == scope)
    }

    pub fn level_name(&self, tiers: &str, level: usize) -> String {
        self.tiers(tiers).unwrap().1.levels[level].name.text.clone()
    }

    /// The level of a name, of the first tiers that has it.
    pub fn level_of(&self, name: &str) -> Value {
        let found = self.find(|_, item| {
            let ItemKind::Tiers(tiers) = item else { return None };
            let level = tiers.levels.iter().position(|level| level.name.text == name)?;
            Some(Value::Tier(tiers.head.name.text.clone(), level))
        });
        found.unwrap_or(Value::Unknown)
    }

    /// The event that a path begins with, and what follows it.
    pub fn event_of<'p>(&self, path: &'p Path) -> (String, Option<&'p str>) {
        let words: Vec<&str> = path.words.iter().map(|word| word.text.as_str()).collect();
        let whole = words.join(".");
        match words.split_last() {
            _ if self.kinds.contains_key(&whole) => (whole, None),
            Some((field, event)) => (event.join("."), Some(field)),
            None => (whole, None),
        }
    }
}

pub fn dotted(path: &Path) -> String {
    path.words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(".")
}

/// The words of a text without holes.
pub fn plain_words(text: &Text) -> String {
    let word = |part: &TextPart| match part {
        TextPart::Words(words) => words.clone(),
        TextPart::Hole(_) => String::new(),
    };
    text.parts.iter().map(word).collect()
}

pub fn head(item: &ItemKind) -> Option<&Head> {
    match item {
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

pub fn scope_of(head: &Head) -> Scope {
    head.scope.as_ref().map_or(Scope::Community, Scope::of)
}

/// A literal duration.
pub fn duration(expr: &Expr) -> i64 {
    match &expr.kind {
        ExprKind::Duration(during) => during.ms(),
        other => panic!("a literal duration: {other:?}"),
    }
}

// ---- actions ------------------------------------------------------------------------------------------------------

fn acts<'b>(actions: &'b [Action], item: usize, next: &mut u32) -> Vec<Act<'b>> {
    let mut all = Vec::new();
    for action in actions {
        let ordinal = *next;
        *next += 1;
        let otherwise = match &action.kind {
            ActionKind::Task(task) => acts(&task.otherwise, item, next),
            _ => Vec::new(),
        };
        all.push(Act { action, item, ordinal, otherwise });
    }
    all
}

fn acts_of(item: usize, kind: &ItemKind) -> Acts<'_> {
    let mut next = 0;
    let mut all = Acts::default();
    match kind {
        ItemKind::Rule(rule) => {
            for branch in &rule.branches {
                let done = acts(&branch.do_, item, &mut next);
                all.parts.push((done, acts(&branch.otherwise, item, &mut next)));
            }
        }
        ItemKind::Ladder(ladder) => {
            all.parts.extend(ladder.steps.iter().map(|step| (acts(&step.do_, item, &mut next), Vec::new())));
        }
        ItemKind::Calendar { rows, .. } => {
            all.parts.extend(rows.iter().map(|row| (acts(&row.do_, item, &mut next), Vec::new())));
        }
        ItemKind::Tiers(tiers) => {
            let promotion = acts(&tiers.on_promotion, item, &mut next);
            all.parts.push((promotion, acts(&tiers.on_demotion, item, &mut next)));
        }
        ItemKind::Flow(flow) => {
            for step in &flow.steps {
                for at in step_times(&step.time) {
                    let acts = acts(&step.do_, item, &mut next);
                    all.steps.push(Step { at, when: step.when.as_ref(), acts });
                }
            }
        }
        _ => {}
    }
    all
}

fn step_times(time: &StepTime) -> Vec<StepAt<'_>> {
    match time {
        StepTime::Once => vec![StepAt::Start],
        StepTime::After(after) => vec![StepAt::Offset(duration(after))],
        StepTime::AfterTasks(tasks) => vec![StepAt::Tasks(tasks)],
        StepTime::Offset(offset) => vec![StepAt::Offset(offset.ms())],
        StepTime::At(time) => vec![StepAt::Time(time)],
        StepTime::Day { day, at } => {
            let ExprKind::Number(day) = &day.kind else { panic!("a literal day") };
            let day = day.to_string().parse().unwrap();
            at.iter().map(|time| StepAt::Day(day, *time)).collect()
        }
    }
}

// ---- pieces -------------------------------------------------------------------------------------------------------

#[derive(serde::Deserialize)]
#[serde(untagged)]
enum Piece {
    Text(String),
    Dated { text: String, date: Option<String> },
}

fn pieces(yaml: &str) -> Pieces {
    let pieces: Vec<Piece> = serde_yaml::from_str(yaml).unwrap();
    let mut texts = Vec::new();
    let mut dated = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Text(text) | Piece::Dated { text, date: None } => texts.push(piece_text(&text)),
            Piece::Dated { text, date: Some(date) } => dated.push((date.parse().unwrap(), piece_text(&text))),
        }
    }
    if dated.is_empty() { Pieces::Texts(texts) } else { Pieces::Dated(dated) }
}

/// A piece's text with its holes.
fn piece_text(text: &str) -> Text {
    if !text.contains(['{', '}', '｛', '｝']) {
        return Text { parts: vec![TextPart::Words(text.to_owned())], span: Span::default() };
    }
    let mut sources = Sources::new();
    // A space keeps a quote at the end of the piece apart from those that close the text.
    sources.add("piece.sop", format!("message piece \"\"\"{text} \"\"\""));
    let (tree, errors) = parse(&sources);
    assert!(errors.is_empty(), "{errors:?}");
    let Some(ItemKind::Message(Message { body: MessageBody::Texts(texts), .. })) =
        tree.items.into_iter().next().map(|item| item.kind)
    else {
        panic!("a message");
    };
    let mut text = texts.into_iter().next().unwrap();
    if let Some(TextPart::Words(words)) = text.parts.last_mut()
        && words.ends_with(' ')
    {
        words.pop();
    }
    text
}
