//! Who is there at the start.

use super::book::Scope;
use super::log::of_words;
use super::run::Run;
use super::value::Value;
use super::world::{Beginning, Keys};
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// YAML; scalars are texts.
#[derive(Debug, Clone)]
enum Node {
    Text(String),
    List(Vec<Node>),
    Map(Vec<(String, Node)>),
    Nothing,
}

struct NodeVisitor;

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Node, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Nothing)
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Node, E> {
        Ok(Node::Text(truth.to_string()))
    }

    fn visit_i64<E>(self, n: i64) -> Result<Node, E> {
        Ok(Node::Text(n.to_string()))
    }

    fn visit_u64<E>(self, n: u64) -> Result<Node, E> {
        Ok(Node::Text(n.to_string()))
    }

    /// The shortest decimal that is this number: what was written, as long as it has no more than 15 digits.
    fn visit_f64<E>(self, n: f64) -> Result<Node, E> {
        Ok(Node::Text(n.to_string()))
    }

    fn visit_str<E>(self, text: &str) -> Result<Node, E> {
        Ok(Node::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
        let mut all = Vec::new();
        while let Some(item) = items.next_element()? {
            all.push(item);
        }
        Ok(Node::List(all))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut pairs: A) -> Result<Node, A::Error> {
        let mut all = Vec::new();
        while let Some((key, value)) = pairs.next_entry::<Node, Node>()? {
            all.push((key.words().unwrap_or_default(), value));
        }
        Ok(Node::Map(all))
    }
}

impl Node {
    fn map(&self) -> Vec<(String, Node)> {
        match self {
            Node::Map(map) => map.clone(),
            _ => Vec::new(),
        }
    }

    fn words(&self) -> Option<String> {
        match self {
            Node::Text(text) => Some(text.clone()),
            _ => None,
        }
    }

    fn list(&self) -> Vec<String> {
        match self {
            Node::List(items) => items.iter().filter_map(Node::words).collect(),
            _ => Vec::new(),
        }
    }
}

fn get<'n>(properties: &'n [(String, Node)], name: &str) -> Option<&'n Node> {
    properties.iter().find(|(known, _)| known == name).map(|(_, node)| node)
}

impl Run<'_> {
    /// The groups, members and memberships of a directory.
    pub fn admit(&mut self, yaml: &str, beginning: &Beginning) {
        let whole: Node = serde_yaml::from_str(yaml).unwrap();
        let part = |name: &str| get(&whole.map(), name).map(|node| node.map()).unwrap_or_default();
        for (id, group) in part("groups") {
            let sequence = self.world.next_sequence();
            self.admit_group(&id, &group.map(), &Beginning { sequence, ..beginning.clone() });
        }
        for (id, member) in part("members") {
            let sequence = self.world.next_sequence();
            self.admit_member(&id, &member.map(), &Beginning { sequence, ..beginning.clone() });
        }
    }

    fn admit_group(&mut self, id: &str, properties: &[(String, Node)], beginning: &Beginning) {
        let group = self.world.groups.entry(id.to_owned()).or_default();
        group.life = Some(beginning.clone());
        for (name, node) in properties {
            let words = node.words();
            match name.as_str() {
                "kind" => group.kind = words,
                "name" => group.name = words,
                "owner" => group.owner = words,
                "capacity" => group.capacity = words.map(|words| of_words("number", words)),
                _ => {}
            }
        }
        self.admit_fields(Scope::Group, &Keys::of(Some(id), None), properties);
    }

    fn admit_member(&mut self, id: &str, properties: &[(String, Node)], beginning: &Beginning) {
        let person = self.world.persons.entry(id.to_owned()).or_default();
        person.seen = Some(beginning.clone());
        person.life = Some(beginning.clone());
        person.name = get(properties, "name").and_then(|node| node.words());
        person.roles.extend(get(properties, "roles").map(|node| node.list()).unwrap_or_default());
        self.admit_fields(Scope::Member, &Keys::of(None, Some(id)), properties);
        for (group, node) in get(properties, "groups").map(|node| node.map()).unwrap_or_default() {
            let known = self.world.groups.entry(group.clone()).or_default();
            known.life.get_or_insert_with(|| beginning.clone());
            let sequence = self.world.next_sequence();
            let membership = self.world.memberships.entry((group.clone(), id.to_owned())).or_default();
            membership.life = Some(Beginning { sequence, ..beginning.clone() });
            membership.joined = Some(beginning.at);
            let properties = node.map();
            membership.card = get(&properties, "name").and_then(|node| node.words());
            membership.roles.extend(get(&properties, "roles").map(|node| node.list()).unwrap_or_default());
            self.admit_fields(Scope::Membership, &Keys::of(Some(&group), Some(id)), &properties);
        }
    }

    fn admit_fields(&mut self, scope: Scope, keys: &Keys, properties: &[(String, Node)]) {
        let fields = self.book.fields.iter().filter(|field| field.scope == scope);
        let fields: Vec<(&str, &str)> = fields.map(|field| (field.name, field.ty)).collect();
        for (name, ty) in fields {
            let value = match get(properties, name) {
                Some(Node::List(items)) => Value::List(items.iter().filter_map(Node::words).map(Value::Text).collect()),
                Some(Node::Text(words)) => of_words(ty, words.clone()),
                _ => continue,
            };
            self.set_field(scope, keys, name, value);
        }
    }
}
