//! Random playbooks that the checker takes, with logs that make them act.

mod actions;
mod answers;
mod book;
pub mod dice;
pub mod draft;
mod expressions;
mod flows;
mod items;
mod kinds;
mod log;
pub mod marks;
mod past;
mod rough;
mod types;
mod words;

use crate::case::Outcome;
use book::{Book, Definition, Flow, Message, Metric, Tiers};
use dice::Dice;
use draft::Draft;
use kinds::{Field, Kind};
use marks::{part, plain};
use std::collections::{BTreeMap, BTreeSet};
use types::{Carry, Scope, Ty};
use words::{ACTIONS, CLASSES, FIELDS, KINDS, POINTS, ROLES, TAGS, VOICES};

/// The same case with the answers of people; `simulate` is asked what they answer to.
pub fn answered(mut draft: Draft, seed: u64, simulate: &dyn Fn(&Draft) -> Option<Outcome>) -> Draft {
    let mut d = Dice::new(seed ^ 0x0A11_5EED);
    for round in 0..2 {
        let Some(outcome) = simulate(&draft) else { break };
        if answers::add(&mut draft, &outcome, &mut d, round) == 0 {
            break;
        }
    }
    draft
}

/// A playbook with a log, without answers; a `narrow` one mostly looks at each group for itself.
pub fn playbook(seed: u64, narrow: bool) -> Draft {
    let mut book = Book::new(seed, narrow);
    let plan = book.skeleton();
    let mut contents = BTreeMap::new();
    let mut items = book.definitions_of(&mut contents);
    items.extend(book.active_items(&plan));
    let declared = book.declarations(&items, &contents);
    let directory = book.d.chance(40).then(|| {
        let all: String = declared.iter().map(|text| plain(text)).collect();
        let begins = |start: &str, end: &str| {
            let mut lines = all.lines().map(str::trim);
            lines.any(|line| line.starts_with(start) && line.ends_with(end))
        };
        // A field of names is only of use with names.
        let is_field = |word: &str, scope: &str| {
            let named = match word {
                "mood" => begins("class ", ""),
                "best" => begins("tag ", ""),
                _ => true,
            };
            named && begins(&format!("field {word}:"), &format!("for {scope}"))
        };
        book.directory(&|word, scope| word == "kind" || is_field(word, scope))
    });
    let (log, until) = book.log();
    let files = book.files(declared, items);
    let keep_after_removal = book.d.chance(30);
    let mut draft = Draft { files, contents, directory, log, until, keep_after_removal, spans: book.spans };
    rough::make(&mut draft, seed);
    draft
}

/// What is to be written, beside what others read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Active {
    Rule,
    /// A rule that gives strikes.
    Striker,
    Flow(usize),
    Ladder(usize),
    Tiers(usize),
    Metric(usize),
    Calendar,
    Limit,
}

impl Book {
    /// Chooses which items there are and names those that others may name.
    fn skeleton(&mut self) -> Vec<Active> {
        let mut active = Vec::new();
        let many = self.d.weighted(&[(1, 1), (3, 2), (4, 3), (4, 4), (3, 5), (2, 6)]);
        for _ in 0..many {
            let sort = self.d.weighted(&[(40, 0), (14, 1), (12, 2), (9, 3), (8, 4), (5, 5), (14, 6)]);
            active.push(match sort {
                1 => Active::Flow(self.new_flow()),
                2 => Active::Ladder(self.new_ladder()),
                3 => Active::Tiers(self.new_tiers()),
                4 => Active::Metric(self.new_metric()),
                5 => Active::Calendar,
                6 => Active::Limit,
                _ => Active::Rule,
            });
        }
        let acts = active.iter().any(|item| matches!(item, Active::Rule | Active::Calendar | Active::Flow(_)));
        if !acts {
            active.push(Active::Rule);
        }
        if !self.ladders.is_empty() && self.d.chance(85) {
            active.push(Active::Striker);
        }
        // A limit chooses among what the others do.
        active.sort_by_key(|item| *item == Active::Limit);
        self.new_definitions();
        self.new_messages();
        active
    }

    fn new_flow(&mut self) -> usize {
        let (name, scope) = (self.name("flow"), self.scope());
        let params = if self.d.chance(25) { self.params(2) } else { Vec::new() };
        let by_event = params.is_empty() && self.d.chance(88);
        self.flows.push(Flow { name, scope, params, by_event });
        self.flows.len() - 1
    }

    fn new_ladder(&mut self) -> usize {
        let name = self.name("ladder");
        let scope = if self.d.chance(65) { Scope::Membership } else { Scope::Member };
        let scope = self.within(scope);
        self.ladders.push((name, scope));
        self.ladders.len() - 1
    }

    fn new_tiers(&mut self) -> usize {
        let name = self.name("tiers");
        let scope =
            self.d.weighted(&[(6, Scope::Member), (2, Scope::Membership), (2, Scope::Group), (1, Scope::Community)]);
        let many = self.d.between(2, 3);
        let scope = self.within(scope);
        // Bare levels are of one tiers item alone, or a level of that name would not say of which.
        let is_bare = !self.d.chance(85) && !self.tiers.iter().any(|tiers| tiers.levels[0] == "tier_low");
        let prefix = if is_bare { "tier_".to_owned() } else { format!("{name}_") };
        let levels =
            ["low", "mid", "high"].iter().take(many as usize).map(|level| format!("{prefix}{level}")).collect();
        self.tiers.push(Tiers { name, scope, levels });
        self.tiers.len() - 1
    }

    fn new_metric(&mut self) -> usize {
        let name = self.name("metric");
        let scope =
            self.d.weighted(&[(6, Scope::Group), (2, Scope::Community), (2, Scope::Member), (2, Scope::Membership)]);
        let scope = self.within(scope);
        let mut ty = self.d.weighted(&[(7, Ty::Number), (1, Ty::Money), (1, Ty::Duration)]);
        let mut per = None;
        if self.d.chance(22) {
            let hot: Vec<(String, Ty)> = self
                .hot
                .iter()
                .filter(|kind| self.carries(**kind, scope))
                .flat_map(|kind| self.kinds[*kind].fields.iter().map(|field| (field.name.clone(), field.ty)))
                .collect();
            if !hot.is_empty() {
                ty = Ty::Number;
                let found = self.d.one(&hot).clone();
                per = (found.0 != "value").then_some(found);
            }
        }
        let mut fields = vec![Field { name: "value".to_owned(), ty, optional: false }];
        fields.extend(per.clone().map(|(name, ty)| Field { name, ty, optional: false }));
        let key = |there: bool| if there { Carry::Always } else { Carry::Never };
        self.kinds.push(Kind {
            name: format!("metric.{name}"),
            member: key(scope.has_member()),
            group: key(scope.has_group()),
            fields,
            recorded: false,
            declared: None,
        });
        self.metrics.push(Metric { name, scope, ty, per });
        self.metrics.len() - 1
    }

    fn new_definitions(&mut self) {
        for _ in 0..self.d.weighted(&[(50, 0), (30, 1), (20, 2)]) {
            let segment = self.d.chance(60);
            let name = self.name(if segment { "segment" } else { "let" });
            let scope = self.d.weighted(&[
                (6, Scope::Member),
                (4, Scope::Membership),
                (3, Scope::Group),
                (1, Scope::Community),
            ]);
            let scope = self.within(scope);
            let types = [Ty::Number, Ty::Number, Ty::Bool, Ty::Money, Ty::Duration, Ty::Text, Ty::Percent, Ty::Time];
            let ty = (!segment).then(|| *self.d.one(&types));
            self.definitions.push(Definition { name, scope, ty });
        }
        if self.d.chance(15) {
            let (name, ty) = (self.name("constant"), *self.d.one(&[Ty::Number, Ty::Duration, Ty::Money, Ty::Text]));
            self.constants.push((name, ty));
        }
        if self.d.chance(8) {
            let name = self.name("pattern");
            self.patterns.push(name);
        }
    }

    fn new_messages(&mut self) {
        for _ in 0..self.d.weighted(&[(30, 0), (30, 1), (25, 2), (15, 3)]) {
            let name = self.name("message");
            let scope = self.d.weighted(&[
                (4, Scope::Membership),
                (3, Scope::Member),
                (4, Scope::Group),
                (1, Scope::Community),
            ]);
            let params = if self.d.chance(30) { self.params(2) } else { Vec::new() };
            self.messages.push(Message { name, scope, params });
        }
        if self.d.chance(35) {
            let plain: Vec<Scope> =
                self.messages.iter().filter(|message| message.params.is_empty()).map(|message| message.scope).collect();
            if !plain.is_empty() {
                let (name, scope) = (self.name("pool"), *self.d.one(&plain));
                self.pools.push((name, scope));
            }
        }
    }

    fn definitions_of(&mut self, contents: &mut BTreeMap<String, String>) -> Vec<String> {
        let mut items = Vec::new();
        let constants = std::mem::take(&mut self.constants);
        for (name, ty) in &constants {
            let value = self.literal(*ty, &types::Env { row: Some((0, false)), ..types::Env::of(Scope::Community) });
            items.push(format!("let {name} = {}\n", value.expect("a literal")));
        }
        self.constants = constants;
        let pattern = self.patterns.iter().find(|name| !name.starts_with('/')).cloned();
        items.extend(pattern.map(|name| format!("let {name} = {}\n", words::PATTERNS[0])));
        for position in 0..self.definitions.len() {
            items.push(self.definition(position));
        }
        for position in 0..self.messages.len() {
            items.push(self.message(position, contents));
        }
        for position in 0..self.pools.len() {
            items.extend(self.pool(position));
        }
        items
    }

    fn active_items(&mut self, active: &[Active]) -> Vec<String> {
        let mut items = Vec::new();
        for item in active {
            items.push(match *item {
                Active::Rule => self.rule(),
                Active::Striker => self.striker(),
                Active::Flow(position) => self.flow(position),
                Active::Ladder(position) => {
                    let (name, scope) = self.ladders[position].clone();
                    self.ladder(&name, scope)
                }
                Active::Tiers(position) => self.tiers_item(position),
                Active::Metric(position) => self.metric(position),
                Active::Calendar => self.calendar(),
                Active::Limit => self.limit(),
            });
        }
        items
    }

    /// Declarations of the words that the items use.
    fn declarations(&mut self, items: &[String], contents: &BTreeMap<String, String>) -> Vec<String> {
        let text: String = items.iter().chain(contents.values()).map(|text| plain(text) + "\n").collect();
        let used = tokens(&text);
        let mut texts = Vec::new();
        let currency = self.place.currency;
        let week = match self.d.below(6) {
            0 => part("  week starts sunday"),
            1 => part(format!("  week starts {}", self.d.pick(&words::WEEKDAYS))),
            _ => String::new(),
        };
        let name = if self.d.chance(50) { part("  name \"Club\"") } else { String::new() };
        let zone = self.place.zone;
        texts.push(format!("community {{ timezone \"{zone}\"  currency {currency}{week}{name} }}\n"));
        let sorts = [("kind", &KINDS[..]), ("role", &ROLES), ("tag", &TAGS), ("class", &CLASSES), ("points", &POINTS)];
        for (sort, names) in sorts {
            if names.iter().any(|name| used.contains(*name)) || matches!(sort, "kind" | "role") {
                texts.push(part(format!("{sort} {}\n", names.join(", "))));
            }
        }
        for (name, ty, scope) in FIELDS {
            if used.contains(name) || self.d.chance(4) {
                texts.push(part(format!("field {name}: {} for {}\n", ty.word(), scope.words())));
            }
        }
        for voice in VOICES.iter().filter(|voice| used.contains(**voice)) {
            texts.push(part(format!("voice {voice} \"{voice}!\"\n")));
        }
        for kind in self.kinds.iter().filter(|kind| text.contains(&kind.name)) {
            texts.extend(kind.declared.as_ref().map(|text| part(format!("{text}\n"))));
        }
        for (name, params) in ACTIONS.iter().filter(|(name, _)| used.contains(*name)) {
            let params: Vec<String> = params.iter().map(|(name, ty)| format!("{name}: {}", ty.word())).collect();
            texts.push(part(format!("action {name}({})\n", params.join(", "))));
        }
        texts
    }

    /// Spreads items over files whose names are in another order than they are written.
    fn files(&mut self, declared: Vec<String>, items: Vec<String>) -> Vec<(String, String)> {
        let names: &[&str] = self.d.weighted(&[
            (60, &["a.sop"][..]),
            (20, &["b.sop", "a.sop"][..]),
            (10, &["z/a.sop", "c.sop", "b-1.sop"][..]),
            (10, &["b.sop", "B.sop"][..]),
        ]);
        let mut files: Vec<(String, String)> = names.iter().map(|name| ((*name).to_owned(), String::new())).collect();
        for (position, text) in declared.into_iter().enumerate() {
            let at = if position == 0 { 0 } else { self.d.below(files.len()) };
            files[at].1.push_str(&text);
        }
        for text in items {
            let at = self.d.below(files.len());
            files[at].1.push_str(&part(text));
        }
        // Every name is a word of its own; a file may be empty.
        files
    }
}

/// The words of a text.
fn tokens(text: &str) -> BTreeSet<String> {
    text.split(|c: char| !(c.is_alphanumeric() || c == '_')).map(str::to_owned).collect()
}
