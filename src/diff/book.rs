//! What is written differently in two versions of a playbook: definitions by name, and their lines.

use crate::lint::book::head;
use crate::syntax::source::Sources;
use crate::syntax::tree::{Item, ItemKind, Tree, WordSort};
use similar::{Algorithm, DiffOp, capture_diff_slices};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// A definition of one version.
#[derive(Clone, Debug)]
struct Definition {
    sort: &'static str,
    name: String,
    file: String,
    /// The number of its first line.
    first: usize,
    /// Its lines without comments and the space around them.
    lines: Vec<String>,
    /// The names that occur in it.
    words: BTreeSet<String>,
    /// What comes from files beside the playbook.
    content: String,
}

/// The definitions of one version.
#[derive(Clone, Debug, Default)]
pub struct Book {
    definitions: BTreeMap<Key, Definition>,
}

/// Sort and name.
type Key = (&'static str, String);

/// Some lines of one version.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lines {
    /// The file, relative to the playbook's folder.
    pub file: String,
    /// The number of the first line.
    pub first: usize,
    /// The lines, without comments.
    pub text: Vec<String>,
}

impl Lines {
    /// `file:line`
    #[must_use]
    pub fn place(&self) -> String {
        format!("{}:{}", self.file, self.first)
    }

    fn covers(&self, source: &str) -> bool {
        let mut parts = source.rsplitn(3, ':');
        let (_, line, file) = (parts.next(), parts.next(), parts.next());
        let line: usize = line.and_then(|line| line.parse().ok()).unwrap_or_default();
        file == Some(self.file.as_str()) && (self.first..self.first + self.text.len()).contains(&line)
    }
}

/// One place where the versions differ: lines of one definition that became others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// `rule`, `message` …
    pub sort: &'static str,
    /// The name in the new version, or in the old one where it is gone.
    pub name: String,
    /// The name in the old version, where it is another one.
    pub renamed_from: Option<String>,
    /// What stood there; none where the definition is new.
    pub old: Option<Lines>,
    /// What stands there; none where the definition is gone.
    pub new: Option<Lines>,
}

impl Change {
    /// `` rule `flood` ``
    #[must_use]
    pub fn title(&self) -> String {
        if self.name.is_empty() { self.sort.to_owned() } else { format!("{} `{}`", self.sort, self.name) }
    }
}

/// The two versions beside each other.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// In the order of sort and name, then of lines.
    pub list: Vec<Change>,
    /// Of each changed definition, where its changes stand in the list.
    by_key: BTreeMap<Key, Vec<usize>>,
    /// New names of renamed definitions by the old ones.
    renamed: BTreeMap<Key, String>,
    /// By name: in which definitions it is defined, and which names occur there.
    uses: BTreeMap<String, BTreeSet<String>>,
}

impl Book {
    /// The definitions of a playbook; `content` says what a message has from files beside the playbook.
    #[must_use]
    pub fn new(tree: &Tree, sources: &Sources, content: &dyn Fn(&str) -> String) -> Book {
        let mut book = Book::default();
        for item in &tree.items {
            let (sort, name) = key(item);
            let text = sources.slice(item.span);
            let lines: Vec<String> = text.lines().map(|line| without_comment(line).trim().to_owned()).collect();
            let words = lines.iter().flat_map(|line| words(line)).filter(|word| *word != name).collect();
            let content = if sort == "message" { content(&name) } else { String::new() };
            let (first, _) = sources.line_col(item.span);
            let file = sources.path(item.span.file).to_owned();
            let definition = Definition { sort, name: name.clone(), file, first, lines, words, content };
            book.definitions.insert((sort, name), definition);
        }
        book
    }
}

/// What an item is, and its name.
fn key(item: &Item) -> Key {
    let named = |sort, name: &str| (sort, name.to_owned());
    match &item.kind {
        ItemKind::Community(_) => named("community", ""),
        ItemKind::Words(sort, words) => {
            let sort = match sort {
                WordSort::Kind => "kind",
                WordSort::Role => "role",
                WordSort::Tag => "tag",
                WordSort::Class => "class",
                WordSort::Points => "points",
            };
            (sort, words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(", "))
        }
        ItemKind::Voice { name, .. } => named("voice", &name.text),
        ItemKind::Field { name, .. } => named("field", &name.text),
        ItemKind::Event { name, .. } => {
            ("event", name.words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join("."))
        }
        ItemKind::Action { name, .. } => named("action", &name.text),
        ItemKind::Message(message) => named("message", &message.name.text),
        ItemKind::Pool { name, .. } => named("pool", &name.text),
        ItemKind::Let { name, .. } => named("let", &name.text),
        _ => {
            let name = head(item).map_or("", |head| &head.name.text);
            let sort = match &item.kind {
                ItemKind::Rule(_) => "rule",
                ItemKind::Flow(_) => "flow",
                ItemKind::Ladder(_) => "ladder",
                ItemKind::Tiers(_) => "tiers",
                ItemKind::Calendar { .. } => "calendar",
                ItemKind::Limit(_) => "limit",
                ItemKind::Budget(_) => "budget",
                ItemKind::Metric { .. } => "metric",
                _ => "segment",
            };
            named(sort, name)
        }
    }
}

/// A line up to its comment.
fn without_comment(line: &str) -> &str {
    let mut closing = None;
    for (at, c) in line.char_indices() {
        match (closing, c) {
            (None, '#' | '＃') => return line.get(..at).unwrap_or(line),
            (None, '"') => closing = Some('"'),
            (None, '“') => closing = Some('”'),
            (Some(quote), c) if quote == c => closing = None,
            _ => {}
        }
    }
    line
}

/// The words of a line: dotted names whole and in parts.
fn words(line: &str) -> Vec<String> {
    let dotted = line.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '.').filter(|word| !word.is_empty());
    dotted.flat_map(|word| std::iter::once(word).chain(word.split('.'))).map(str::to_owned).collect()
}

impl Changes {
    /// What is written differently.
    #[must_use]
    pub fn between(old: &Book, new: &Book) -> Changes {
        let mut changes = Changes::default();
        changes.find_renamed(old, new);
        let mut seen = BTreeSet::new();
        for (key, before) in &old.definitions {
            let to = (key.0, changes.renamed.get(key).unwrap_or(&key.1).clone());
            let after = new.definitions.get(&to);
            changes.compare(&to, Some(before), after);
            seen.insert(to);
        }
        for (key, after) in new.definitions.iter().filter(|(key, _)| !seen.contains(*key)) {
            changes.compare(key, None, Some(after));
        }
        for definition in old.definitions.values().chain(new.definitions.values()) {
            changes.uses.entry(definition.name.clone()).or_default().extend(definition.words.iter().cloned());
        }
        changes
    }

    /// Definitions whose name is gone while another of the same body has come.
    fn find_renamed(&mut self, old: &Book, new: &Book) {
        let body = |definition: &Definition| {
            let text = definition.lines.join("\n").replacen(&definition.name, "", 1);
            (definition.sort, text, definition.content.clone())
        };
        let only = |a: &Book, b: &Book| -> Vec<Definition> {
            let missing =
                a.definitions.iter().filter(|(key, d)| !b.definitions.contains_key(*key) && !d.name.is_empty());
            missing.map(|(_, definition)| definition.clone()).collect()
        };
        let mut come = only(new, old);
        for gone in only(old, new) {
            if let Some(at) = come.iter().position(|one| body(one) == body(&gone)) {
                self.renamed.insert((gone.sort, gone.name), come.remove(at).name);
            }
        }
    }

    fn compare(&mut self, key: &Key, old: Option<&Definition>, new: Option<&Definition>) {
        let change = |old: Option<Lines>, new: Option<Lines>, renamed_from: Option<String>| Change {
            sort: key.0,
            name: key.1.clone(),
            renamed_from,
            old,
            new,
        };
        let found = match (old, new) {
            (Some(old), Some(new)) if old.name != new.name => {
                vec![change(Some(part(old, 0, 1)), Some(part(new, 0, 1)), Some(old.name.clone()))]
            }
            (Some(old), Some(new)) => hunks(old, new).map(|(a, b)| change(Some(a), Some(b), None)).collect(),
            (old, new) => {
                let whole = |definition: &Definition| part(definition, 0, definition.lines.len());
                vec![change(old.map(whole), new.map(whole), None)]
            }
        };
        if !found.is_empty() {
            let places = self.list.len()..self.list.len() + found.len();
            self.by_key.insert(key.clone(), places.collect());
            self.list.extend(found);
        }
    }

    /// What a definition of the old version is called in the new one.
    #[must_use]
    pub fn new_name<'n>(&'n self, sort: &'static str, name: &'n str) -> &'n str {
        if self.renamed.is_empty() {
            return name;
        }
        self.renamed.get(&(sort, name.to_owned())).map_or(name, String::as_str)
    }

    /// What a definition of the new version was called in the old one, where it has been renamed.
    #[must_use]
    pub fn old_name(&self, sort: &'static str, name: &str) -> Option<&str> {
        let found = self.renamed.iter().find(|((of, _), new)| *of == sort && *new == name);
        found.map(|((_, old), _)| old.as_str())
    }

    /// The change in a definition that fits a decision written at a place of the old or the new version best.
    #[must_use]
    pub fn within(&self, sort: &'static str, name: &str, old: Option<&str>, new: Option<&str>) -> Option<usize> {
        let places = self.by_key.get(&(sort, name.to_owned()))?;
        let covers = |change: &Change| {
            let at = |lines: &Option<Lines>, source: Option<&str>| {
                lines.as_ref().zip(source).is_some_and(|(lines, source)| lines.covers(source))
            };
            at(&change.old, old) || at(&change.new, new)
        };
        // What a rule says does not explain whether it fires.
        let wants_cover = sort != "rule" || old.is_some() && new.is_some();
        let fits = |at: &&usize| self.list.get(**at).is_some_and(|change| covers(change) == wants_cover);
        places.iter().find(fits).or(places.first()).copied()
    }

    /// The nearest change in what a definition names, and in what that names in turn.
    #[must_use]
    pub fn named_by(&self, name: &str) -> Option<usize> {
        let (mut seen, mut next) = (BTreeSet::from([name]), VecDeque::from([name]));
        while let Some(here) = next.pop_front() {
            for word in self.uses.get(here).into_iter().flatten() {
                if !self.uses.contains_key(word) || !seen.insert(word) {
                    continue;
                }
                if let Some(at) = self.by_key.iter().find(|((_, name), _)| name == word) {
                    return at.1.first().copied();
                }
                next.push_back(word);
            }
        }
        self.by_key.get(&("community", String::new())).and_then(|places| places.first()).copied()
    }
}

fn part(definition: &Definition, from: usize, to: usize) -> Lines {
    let text = definition.lines.get(from..to).unwrap_or_default().to_vec();
    Lines { file: definition.file.clone(), first: definition.first + from, text }
}

/// Runs of lines that differ; a definition of the same lines may still have other contents.
fn hunks<'d>(old: &'d Definition, new: &'d Definition) -> impl Iterator<Item = (Lines, Lines)> + 'd {
    // Empty lines say nothing; what stands around them keeps its number.
    let said = |definition: &Definition| -> Vec<(usize, String)> {
        let lines = definition.lines.iter().enumerate().filter(|(_, line)| !line.is_empty());
        lines.map(|(at, line)| (at, line.split_whitespace().collect::<Vec<_>>().join(" "))).collect()
    };
    let (before, after) = (said(old), said(new));
    let texts = |lines: &[(usize, String)]| lines.iter().map(|(_, line)| line.clone()).collect::<Vec<_>>();
    let ops = capture_diff_slices(Algorithm::Myers, &texts(&before), &texts(&after));
    let same_lines = ops.iter().all(|op| matches!(op, DiffOp::Equal { .. }));
    let whole = (same_lines && old.content != new.content).then(|| (part(old, 0, 1), part(new, 0, 1)));
    let range = |definition: &Definition, lines: &[(usize, String)], of: std::ops::Range<usize>| {
        let at = |position: usize| lines.get(position).map_or(definition.lines.len(), |(at, _)| *at);
        let last = of.end.checked_sub(1).map_or(0, |last| at(last) + 1);
        if of.is_empty() { part(definition, at(of.start), at(of.start)) } else { part(definition, at(of.start), last) }
    };
    let differing = ops.into_iter().filter(|op| !matches!(op, DiffOp::Equal { .. }));
    let found = differing.map(move |op| (range(old, &before, op.old_range()), range(new, &after, op.new_range())));
    found.chain(whole)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::source::parse;

    fn book(text: &str) -> Book {
        let mut sources = Sources::new();
        sources.add("a.sop", text);
        let (tree, mistakes) = parse(&sources);
        assert!(mistakes.is_empty());
        Book::new(&tree, &sources, &|_| String::new())
    }

    const RULE: &str = "tag t\nlet n for member = count(message.posted)\nrule a for member {\n  on message.posted\n  when member.n >= 3\n  do tag t # why\n}\n";

    #[test]
    fn lines_that_changed_are_found_with_their_numbers() {
        let changes = Changes::between(&book(RULE), &book(&RULE.replace(">= 3", ">= 4")));
        let [change] = changes.list.as_slice() else { panic!("{changes:?}") };
        assert_eq!((change.title().as_str(), change.old.as_ref().unwrap().place().as_str()), ("rule `a`", "a.sop:5"));
        assert_eq!(change.new.as_ref().unwrap().text, ["when member.n >= 4"]);
    }

    #[test]
    fn comments_and_layout_are_no_change() {
        let other = RULE.replace("# why", "# because").replace("  on", "\n      on");
        assert_eq!(Changes::between(&book(RULE), &book(&other)).list, []);
    }

    #[test]
    fn a_definition_that_only_has_another_name_is_renamed() {
        let changes = Changes::between(&book(RULE), &book(&RULE.replace("rule a", "rule b")));
        assert_eq!(changes.new_name("rule", "a"), "b");
        assert_eq!(changes.list.len(), 1);
    }

    #[test]
    fn a_change_is_found_through_what_is_named() {
        let changes = Changes::between(&book(RULE), &book(&RULE.replace("count(message.posted)", "2 + 1")));
        assert_eq!(changes.within("rule", "a", None, None), None);
        assert_eq!(changes.named_by("a"), Some(0));
    }
}
