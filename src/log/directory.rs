//! The directory: what a log does not hold.
//!
//! ```yaml
//! groups:
//!   g1:
//!     kind: welfare            # a declared kind of group
//!     name: 福利一群
//!     capacity: 500
//!     owner: m1                # a member's id
//!     city: 上海               # a field declared for group
//! members:
//!   m1:
//!     name: 小王
//!     roles: [owner]           # roles held everywhere
//!     city: 北京               # a field declared for member
//!     groups:                  # the groups the person is in at the start
//!       g1: { name: 上海-餐饮-小王, roles: [admin] }
//!       g2:
//! ```
//!
//! Everything may be left out. Fields are written as in a log: money is a number, a time has an offset. Ids, names and texts
//! need no quotes, even where they look like numbers.

use super::line::{MAX_ID, MAX_TEXT};
use super::yaml::{self, Content, Node, Place};
use super::{nearest, number};
use crate::diagnostic::{Diagnostic, Severity};
use crate::engine::input::{Directory, DirectoryGroup, DirectoryMember, DirectoryMembership};
use crate::plan::ids::{AttributeId, NameId, TiersId};
use crate::plan::value::Value;
use crate::plan::{FieldType, Plan, Scope};
use crate::syntax::span::{FileId, Span};
use crate::time::{Duration, Instant};
use compact_str::CompactString;
use rust_decimal::Decimal;
use rustc_hash::FxHashSet;
use std::fmt;

/// The longest directory, in bytes.
pub const MAX_DIRECTORY: usize = 256 << 20;

/// Something wrong in a directory, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirectoryError {
    /// The line, from 1.
    pub line: u32,
    /// The character in the line, from 1.
    pub column: u32,
    /// The bytes of the file.
    pub bytes: std::ops::Range<u32>,
    /// What is wrong.
    pub problem: DirectoryProblem,
}

/// What can be wrong in a directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DirectoryProblem {
    /// No YAML.
    Yaml(String),
    /// Longer than [`MAX_DIRECTORY`].
    TooLarge,
    /// A key that does not belong there.
    UnknownKey {
        /// As written.
        key: String,
        /// Whose key it is: `a group`.
        of: &'static str,
        /// The key that is probably meant.
        similar: Option<String>,
        /// All keys that may stand there.
        known: Vec<String>,
    },
    /// A word that the playbook does not declare.
    Undeclared {
        /// As written.
        word: String,
        /// What it should name: `role`.
        sort: &'static str,
        /// The word that is probably meant.
        similar: Option<String>,
        /// All words that are declared.
        known: Vec<String>,
    },
    /// A key, a group or a role that is there before.
    Repeated(String),
    /// A value of the wrong form.
    Wrong {
        /// The key before it.
        key: String,
        /// What is needed: `a number`.
        wanted: &'static str,
    },
    /// A text that is no time or no duration.
    Unreadable {
        /// The key before it.
        key: String,
        /// Why not.
        why: String,
        /// What to write.
        help: String,
    },
    /// An id that is empty.
    EmptyId,
    /// A text or an id longer than can be kept.
    TooLong {
        /// The most bytes it may have.
        most: usize,
    },
}

/// Reads a directory and checks it against what a playbook declares.
///
/// # Errors
/// All mistakes, in the order of the file; of mistakes in the YAML itself only the first.
pub fn read_directory(text: &str, plan: &Plan) -> Result<Directory, Vec<DirectoryError>> {
    if text.len() > MAX_DIRECTORY {
        return Err(vec![DirectoryError::new(Place::default(), DirectoryProblem::TooLarge)]);
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let tree = yaml::parse(text).map_err(|(at, why)| vec![DirectoryError::new(at, DirectoryProblem::Yaml(why))])?;
    read_directory_node(&tree, plan)
}

/// The same of a part of a document that has been read.
pub(crate) fn read_directory_node(tree: &Node, plan: &Plan) -> Result<Directory, Vec<DirectoryError>> {
    let mut reader = Reader { plan, errors: Vec::new() };
    let directory = reader.directory(tree);
    if reader.errors.is_empty() {
        return Ok(directory);
    }
    reader.errors.sort_by_key(|error| (error.line, error.column));
    Err(reader.errors)
}

struct Reader<'p> {
    plan: &'p Plan,
    errors: Vec<DirectoryError>,
}

/// What a map belongs to, and the keys it may have beside declared fields.
struct Form {
    of: &'static str,
    keys: &'static [&'static str],
    /// Whose declared fields may stand there.
    fields: Option<Scope>,
}

const DIRECTORY: Form = Form { of: "a directory", keys: &["groups", "members"], fields: None };
const GROUP: Form = Form { of: "a group", keys: &["kind", "name", "capacity", "owner"], fields: Some(Scope::Group) };
const MEMBER: Form = Form { of: "a member", keys: &["name", "roles", "groups"], fields: Some(Scope::Member) };
const MEMBERSHIP: Form = Form { of: "a membership", keys: &["name", "roles"], fields: Some(Scope::Membership) };

impl Reader<'_> {
    fn wrong(&mut self, at: Place, problem: DirectoryProblem) {
        self.errors.push(DirectoryError::new(at, problem));
    }

    fn directory(&mut self, tree: &Node) -> Directory {
        let mut directory = Directory::default();
        for (key, value) in self.pairs("the directory", tree) {
            match key.text().unwrap_or_default() {
                "groups" => directory.groups = self.entries("groups", value, Reader::group),
                "members" => directory.members = self.entries("members", value, Reader::member),
                _ => self.unknown_key(&DIRECTORY, key),
            }
        }
        directory
    }

    /// The things of a map from ids.
    fn entries<T>(&mut self, what: &str, node: &Node, read: fn(&mut Self, CompactString, &Node) -> T) -> Vec<T> {
        let mut entries = Vec::new();
        for (key, value) in self.pairs(what, node) {
            if let Some(id) = self.id(what, key) {
                entries.push(read(self, id, value));
            }
        }
        entries
    }

    fn group(&mut self, id: CompactString, node: &Node) -> DirectoryGroup {
        let mut group = DirectoryGroup { id, ..DirectoryGroup::default() };
        for (key, value) in self.pairs(&group.id, node) {
            let name = key.text().unwrap_or_default();
            match name {
                "kind" => group.kind = self.declared("kind", &self.plan.group_kinds, name, value),
                "name" => group.name = self.text(name, value),
                "capacity" => group.capacity = self.capacity(name, value),
                "owner" => group.owner = self.id(name, value),
                _ => group.attributes.extend(self.attribute(&GROUP, key, value)),
            }
        }
        group
    }

    fn member(&mut self, id: CompactString, node: &Node) -> DirectoryMember {
        let mut member = DirectoryMember { id, ..DirectoryMember::default() };
        for (key, value) in self.pairs(&member.id, node) {
            let name = key.text().unwrap_or_default();
            match name {
                "name" => member.name = self.text(name, value),
                "roles" => member.roles = self.roles(name, value),
                "groups" => member.groups = self.entries(name, value, Reader::membership),
                _ => member.attributes.extend(self.attribute(&MEMBER, key, value)),
            }
        }
        member
    }

    fn membership(&mut self, group: CompactString, node: &Node) -> DirectoryMembership {
        let mut membership = DirectoryMembership { group, ..DirectoryMembership::default() };
        for (key, value) in self.pairs(&membership.group, node) {
            let name = key.text().unwrap_or_default();
            match name {
                "name" => membership.name = self.text(name, value),
                "roles" => membership.roles = self.roles(name, value),
                _ => membership.attributes.extend(self.attribute(&MEMBERSHIP, key, value)),
            }
        }
        membership
    }

    /// The pairs of a map whose keys are texts, each key once; nothing at all is an empty map.
    fn pairs<'n>(&mut self, what: &str, node: &'n Node) -> Vec<(&'n Node, &'n Node)> {
        let pairs = match &node.content {
            Content::Map(pairs) => pairs.as_slice(),
            Content::Nothing => &[],
            _ => {
                self.wrong(node.place, DirectoryProblem::Wrong { key: what.to_owned(), wanted: "a map" });
                &[]
            }
        };
        let mut met = FxHashSet::default();
        let mut new = |key: &'n Node| key.text().is_none_or(|text| met.insert(text));
        let (first, again): (Vec<_>, Vec<_>) =
            pairs.iter().map(|(key, value)| (key, value)).partition(|(key, _)| new(key));
        for (key, _) in again {
            self.wrong(key.place, DirectoryProblem::Repeated(key.text().unwrap_or_default().to_owned()));
        }
        first
    }

    fn id(&mut self, key: &str, node: &Node) -> Option<CompactString> {
        let problem = match node.text() {
            None => DirectoryProblem::Wrong { key: key.to_owned(), wanted: "an id" },
            Some("") => DirectoryProblem::EmptyId,
            Some(text) if text.len() > MAX_ID => DirectoryProblem::TooLong { most: MAX_ID },
            Some(text) => return Some(text.into()),
        };
        self.wrong(node.place, problem);
        None
    }

    fn text(&mut self, key: &str, node: &Node) -> Option<String> {
        match node.text() {
            Some(text) if text.len() <= MAX_TEXT => return Some(text.to_owned()),
            Some(_) => self.wrong(node.place, DirectoryProblem::TooLong { most: MAX_TEXT }),
            None => self.needs(key, "a text", node),
        }
        None
    }

    fn needs(&mut self, key: &str, wanted: &'static str, node: &Node) {
        self.wrong(node.place, DirectoryProblem::Wrong { key: key.to_owned(), wanted });
    }

    fn capacity(&mut self, key: &str, node: &Node) -> Option<u32> {
        let capacity = decimal(node).and_then(number::whole).and_then(|n| u32::try_from(n).ok());
        if capacity.is_none() {
            self.needs(key, "a whole number", node);
        }
        capacity
    }

    fn roles(&mut self, key: &str, node: &Node) -> Vec<NameId> {
        let Content::List(roles) = &node.content else {
            self.needs(key, "a list of roles such as `[owner]`", node);
            return Vec::new();
        };
        let mut held = Vec::new();
        for role in roles {
            let Some(name) = self.declared("role", &self.plan.roles, key, role) else { continue };
            if held.contains(&name) {
                self.wrong(role.place, DirectoryProblem::Repeated(role.text().unwrap_or_default().to_owned()));
            } else {
                held.push(name);
            }
        }
        held
    }

    /// One of some declared words.
    fn declared(&mut self, sort: &'static str, among: &[NameId], key: &str, node: &Node) -> Option<NameId> {
        let Some(word) = node.text() else {
            self.needs(key, "a word", node);
            return None;
        };
        let named = |id: &NameId| self.plan.names.get(id.index()).is_some_and(|name| name == word);
        let found = among.iter().copied().find(named);
        if found.is_none() {
            let known = among.iter().filter_map(|id| self.plan.names.get(id.index())).cloned().collect();
            self.undeclared(sort, word, known, node.place);
        }
        found
    }

    fn undeclared(&mut self, sort: &'static str, word: &str, known: Vec<String>, at: Place) {
        let similar = nearest(word, known.iter().map(String::as_str)).map(str::to_owned);
        self.wrong(at, DirectoryProblem::Undeclared { word: word.to_owned(), sort, similar, known });
    }

    fn unknown_key(&mut self, form: &Form, key: &Node) {
        let Some(word) = key.text() else {
            return self.needs("the key", "a text", key);
        };
        let fields = form.fields.into_iter().flat_map(|scope| self.fields(scope)).map(|(_, name, _)| name.to_owned());
        let known: Vec<String> = form.keys.iter().map(|key| (*key).to_owned()).chain(fields).collect();
        let similar = nearest(word, known.iter().map(String::as_str)).map(str::to_owned);
        let problem = DirectoryProblem::UnknownKey { key: word.to_owned(), of: form.of, similar, known };
        self.wrong(key.place, problem);
    }

    /// The fields declared for a scope.
    fn fields(&self, scope: Scope) -> impl Iterator<Item = (AttributeId, &str, FieldType)> {
        let declared = (0u16..).map(AttributeId).zip(&self.plan.attributes);
        declared.filter(move |(_, attribute)| attribute.scope == scope).filter_map(|(id, attribute)| {
            Some((id, self.plan.names.get(attribute.name.index())?.as_str(), attribute.ty))
        })
    }

    fn attribute(&mut self, form: &Form, key: &Node, value: &Node) -> Option<(AttributeId, Value)> {
        let word = key.text().unwrap_or_default();
        let declared = form.fields.into_iter().flat_map(|scope| self.fields(scope)).find(|(_, name, _)| *name == word);
        let Some((id, _, ty)) = declared else {
            self.unknown_key(form, key);
            return None;
        };
        // As in a log, nothing is the same as leaving the field out.
        if value.content == Content::Nothing {
            return None;
        }
        self.value(word, ty, value).map(|value| (id, value))
    }

    fn value(&mut self, key: &str, ty: FieldType, node: &Node) -> Option<Value> {
        match ty {
            FieldType::Bool => self.boolean(key, node),
            FieldType::Number | FieldType::Percent => self.number(key, node).map(Value::Number),
            FieldType::Money => self.number(key, node).map(Value::Money),
            FieldType::Duration => self.duration(key, node),
            FieldType::Time => self.time(key, node),
            FieldType::Text => self.text(key, node).map(Value::text),
            FieldType::List => self.list(key, node),
            FieldType::Name => self.name(key, node),
            FieldType::Tier => self.tier(key, node),
            FieldType::Member | FieldType::Group => self.id(key, node).map(|id| Value::text(id.as_str())),
        }
    }

    fn boolean(&mut self, key: &str, node: &Node) -> Option<Value> {
        match &node.content {
            Content::Plain(word) if word == "true" || word == "false" => return Some(Value::Bool(word == "true")),
            _ => self.needs(key, "`true` or `false`", node),
        }
        None
    }

    fn number(&mut self, key: &str, node: &Node) -> Option<Decimal> {
        let number = decimal(node);
        if number.is_none() {
            self.needs(key, "a number", node);
        }
        number
    }

    fn duration(&mut self, key: &str, node: &Node) -> Option<Value> {
        if let Content::Text(text) = &node.content {
            let read = Duration::parse(text).map_err(|why| (why.to_string(), why.help().to_owned()));
            return self.readable(key, node.place, read).map(Value::Duration);
        }
        let seconds = decimal(node).and_then(|seconds| seconds.checked_mul(1000.into()));
        let length = seconds.and_then(|ms| number::whole(ms.trunc())).map(Duration::from_ms);
        if length.is_none() {
            self.needs(key, "a number of seconds or a text such as `1d12h`", node);
        }
        length.map(Value::Duration)
    }

    fn time(&mut self, key: &str, node: &Node) -> Option<Value> {
        let Content::Text(text) = &node.content else {
            self.needs(key, "a time such as `2024-03-01T08:30:00+08:00`", node);
            return None;
        };
        let read = Instant::parse(text).map_err(|why| (why.to_string(), why.help()));
        self.readable(key, node.place, read).map(Value::Time)
    }

    fn readable<T>(&mut self, key: &str, at: Place, read: Result<T, (String, String)>) -> Option<T> {
        match read {
            Ok(value) => Some(value),
            Err((why, help)) => {
                self.wrong(at, DirectoryProblem::Unreadable { key: key.to_owned(), why, help });
                None
            }
        }
    }

    fn list(&mut self, key: &str, node: &Node) -> Option<Value> {
        let Content::List(elements) = &node.content else {
            self.needs(key, "a list of texts", node);
            return None;
        };
        let texts: Vec<Value> = elements.iter().filter_map(|node| self.text(key, node)).map(Value::text).collect();
        Some(Value::List(texts.into()))
    }

    fn name(&mut self, key: &str, node: &Node) -> Option<Value> {
        let all: Vec<NameId> = (0u32..).map(NameId).zip(&self.plan.names).map(|(id, _)| id).collect();
        self.declared("word", &all, key, node).map(Value::Name)
    }

    /// The first level of that name in any tiers.
    fn tier(&mut self, key: &str, node: &Node) -> Option<Value> {
        let levels: Vec<NameId> = self.plan.tiers.iter().flat_map(|tiers| tiers.levels.iter().copied()).collect();
        let name = self.declared("tier", &levels, key, node)?;
        let tiers = (0u16..).map(TiersId).zip(&self.plan.tiers);
        let mut found =
            tiers.filter_map(|(id, tiers)| Some((id, tiers.levels.iter().position(|level| *level == name)?)));
        let (tiers, level) = found.next()?;
        Some(Value::Tier(tiers, u8::try_from(level).ok()?))
    }
}

/// A number as it is written, without an exponent or other art.
fn decimal(node: &Node) -> Option<Decimal> {
    match &node.content {
        Content::Plain(text) if text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'-')) => {
            Decimal::from_str_exact(text).ok()
        }
        _ => None,
    }
}

impl DirectoryError {
    fn new(at: Place, problem: DirectoryProblem) -> DirectoryError {
        DirectoryError { line: at.line.max(1), column: at.column.max(1), bytes: at.start..at.end, problem }
    }

    /// The way out, where there is one.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        match &self.problem {
            DirectoryProblem::UnknownKey { similar: Some(word), .. }
            | DirectoryProblem::Undeclared { similar: Some(word), .. } => Some(format!("did you mean `{word}`?")),
            DirectoryProblem::UnknownKey { known, of, .. } => Some(format!("{of} has {}", listed(known))),
            DirectoryProblem::Undeclared { known, sort, .. } if known.is_empty() => {
                Some(format!("the playbook declares no {sort}"))
            }
            DirectoryProblem::Undeclared { known, .. } => Some(format!("declared: {}", listed(known))),
            DirectoryProblem::Unreadable { help, .. } => Some(help.clone()),
            _ => None,
        }
    }

    /// As a diagnostic of the file that the directory was read from.
    #[must_use]
    pub fn diagnostic(&self, file: FileId) -> Diagnostic {
        let span = Span { file, start: self.bytes.start, end: self.bytes.end };
        Diagnostic {
            code: self.problem.code(),
            severity: Severity::Error,
            headline: self.problem.to_string(),
            labels: vec![(span, String::new())],
            help: self.help(),
        }
    }
}

impl DirectoryProblem {
    /// A stable, readable name of the mistake.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            DirectoryProblem::Yaml(_) => "bad-yaml",
            DirectoryProblem::TooLarge => "directory-too-large",
            DirectoryProblem::UnknownKey { .. } => "unknown-key",
            DirectoryProblem::Undeclared { .. } => "unknown-name",
            DirectoryProblem::Repeated(_) => "repeated-key",
            DirectoryProblem::Wrong { .. } => "wrong-type",
            DirectoryProblem::Unreadable { .. } => "bad-value",
            DirectoryProblem::EmptyId => "empty-id",
            DirectoryProblem::TooLong { .. } => "text-too-long",
        }
    }
}

/// Up to a dozen words in backticks.
fn listed(words: &[String]) -> String {
    let shown: Vec<String> = words.iter().take(12).map(|word| format!("`{word}`")).collect();
    let more = words.len() - shown.len();
    if more > 0 { format!("{} and {more} more", shown.join(", ")) } else { shown.join(", ") }
}

impl std::error::Error for DirectoryError {}

impl fmt::Display for DirectoryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.line, self.column, self.problem)
    }
}

impl fmt::Display for DirectoryProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DirectoryProblem::Yaml(why) => write!(f, "not YAML: {why}"),
            DirectoryProblem::TooLarge => write!(f, "the directory is larger than {} MiB", MAX_DIRECTORY >> 20),
            DirectoryProblem::UnknownKey { key, of, .. } => write!(f, "`{key}` is not a key of {of}"),
            DirectoryProblem::Undeclared { word, sort, .. } => write!(f, "`{word}` is not a declared {sort}"),
            DirectoryProblem::Repeated(word) => write!(f, "`{word}` stands there twice"),
            DirectoryProblem::Wrong { key, wanted } => write!(f, "`{key}` needs {wanted}"),
            DirectoryProblem::Unreadable { key, why, .. } => write!(f, "`{key}`: {why}"),
            DirectoryProblem::EmptyId => f.write_str("an id is empty"),
            DirectoryProblem::TooLong { most } => write!(f, "a text is longer than {most} bytes"),
        }
    }
}
