//! The part of a configuration that says where decisions go: connectors by name, and routes to them.

use super::config::{ConfigProblem, Reader, SecretAt};
use crate::check::BUILT_IN;
use crate::connector::{Kind, Route, Routes, Way, What};
use crate::log::nearest;
use crate::log::yaml::{Content, Node};
use crate::run::outbox::INWARD;

/// A connector of the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: Kind,
    /// What it is told.
    pub settings: Vec<(&'static str, Setting)>,
    /// How much goes to one destination in a minute, where it is not what the platform's facts say.
    pub per_minute: Option<u32>,
    /// Whether what may have arrived is sent again, where nobody would know it again.
    pub repeats: bool,
}

/// What a key of a connector says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Setting {
    /// It may be seen by everybody.
    Text(String),
    /// It is a secret.
    Secret(SecretAt),
}

/// Keys of every connector.
const COMMON: [&str; 3] = ["kind", "per_minute", "on_uncertain"];
/// Keys of a route.
const ROUTE: [&str; 5] = ["actions", "groups", "roles", "to", "destination"];
/// What a route leads to that drops on purpose.
const NOWHERE: &str = "none";
/// The actions that every playbook knows and that leave it, as a configuration names them.
fn outward() -> impl Iterator<Item = &'static str> {
    BUILT_IN.into_iter().filter(|action| !INWARD.contains(action) && !action.contains(' '))
}

impl Line {
    /// The connector of `deliver`: one webhook for everything.
    pub(super) fn webhook(url: Setting, signing: Option<SecretAt>) -> Line {
        let signing = signing.map(|at| ("signing", Setting::Secret(at)));
        let settings = std::iter::once(("url", url)).chain(signing).collect();
        Line { name: "deliver".to_owned(), kind: Kind::Webhook, settings, per_minute: None, repeats: false }
    }
}

/// Where everything goes by a configuration.
#[must_use]
pub(super) fn routes(lines: &[Line], routes: Vec<Route>) -> Routes {
    let ways = lines.iter().map(|line| {
        let facts = line.kind.facts();
        let ends = |timed| facts.timed.contains(&timed);
        Way {
            name: line.name.clone(),
            ends: (ends(crate::connector::Timed::Mute), ends(crate::connector::Timed::Ban)),
            repeats: line.repeats || facts.keys,
        }
    });
    Routes { ways: ways.collect(), routes }
}

fn pairs(node: &Node) -> Option<&[(Node, Node)]> {
    match &node.content {
        Content::Map(pairs) => Some(pairs),
        _ => None,
    }
}

impl Reader {
    /// `connectors`: each under its name.
    pub(super) fn connectors(&mut self, node: &Node) -> Vec<Line> {
        let Some(pairs) = pairs(node).filter(|pairs| !pairs.is_empty()) else {
            self.misfit("connectors", node, "connectors under their names");
            return Vec::new();
        };
        let mut lines: Vec<Line> = Vec::new();
        for (key, value) in pairs {
            let name = key.text().unwrap_or_default();
            let fine = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
            if name.is_empty() || name == NOWHERE || !name.chars().all(fine) {
                self.misfit("connectors", key, "names of letters, digits, `_` and `-`; `none` is none");
            } else if lines.iter().any(|line| line.name == name) {
                self.wrong(key.place, ConfigProblem::Repeated(name.to_owned()));
            } else {
                lines.extend(self.line(name, key, value));
            }
        }
        lines
    }

    fn line(&mut self, name: &str, key: &Node, node: &Node) -> Option<Line> {
        let Some(pairs) = pairs(node) else {
            self.misfit(name, node, "`kind` and what the connector is told");
            return None;
        };
        let Some((_, kind)) = pairs.iter().find(|(key, _)| key.text() == Some("kind")) else {
            self.wrong(key.place, ConfigProblem::Lacking { of: name.to_owned(), key: "kind" });
            return None;
        };
        let word = kind.text().unwrap_or_default();
        let Some(kind) = Kind::of(word) else {
            let known: Vec<&str> = Kind::ALL.into_iter().map(Kind::word).collect();
            self.unknown("kind of connector", word, kind, &known);
            return None;
        };
        let mut line = Line { name: name.to_owned(), kind, settings: Vec::new(), per_minute: None, repeats: false };
        let fields = self.fields(pairs);
        for (name, key, value) in &fields {
            self.setting(&mut line, name, key, value);
        }
        let seen: Vec<&str> = fields.iter().map(|(name, ..)| *name).collect();
        for needed in kind.keys().iter().filter(|known| known.needed && !seen.contains(&known.name)) {
            self.wrong(key.place, ConfigProblem::Lacking { of: line.name.clone(), key: needed.name });
        }
        Some(line)
    }

    fn setting(&mut self, line: &mut Line, name: &str, key: &Node, value: &Node) {
        match (name, line.kind.keys().iter().find(|known| known.name == name)) {
            ("kind", _) => {}
            ("per_minute", _) => {
                line.per_minute = self.count(name, value, 100_000).and_then(|count| u32::try_from(count).ok());
            }
            ("on_uncertain", _) => match value.text() {
                Some("retry") => line.repeats = true,
                Some("hold") => {}
                _ => self.misfit(name, value, "`retry` or `hold`"),
            },
            (_, Some(known)) => {
                let setting = self.told(known.name, known.what, value);
                line.settings.extend(setting.map(|setting| (known.name, setting)));
            }
            (_, None) => {
                let known: Vec<&str> = COMMON.into_iter().chain(line.kind.keys().iter().map(|key| key.name)).collect();
                self.stray(&format!("connector of kind `{}`", line.kind.word()), name, key, &known);
            }
        }
    }

    fn told(&mut self, key: &str, what: What, node: &Node) -> Option<Setting> {
        match what {
            What::Secret => self.secret(key, node).map(Setting::Secret),
            What::Address => self.target(key, node),
            What::Text => self.text(key, node, "a text").map(|text| Setting::Text(text.to_owned())),
            What::OneOf(words) => match node.text() {
                Some(word) if words.contains(&word) => Some(Setting::Text(word.to_owned())),
                _ => {
                    self.misfit(key, node, &format!("one of {}", words.join(", ")));
                    None
                }
            },
            What::Host => {
                let wanted = "a host with a port, such as `irc.example.org:6667`";
                let text = self.text(key, node, wanted)?;
                let port = text.rsplit_once(':').and_then(|(host, port)| Some((host, port.parse::<u16>().ok()?)));
                if port.is_some_and(|(host, _)| !host.is_empty()) {
                    return Some(Setting::Text(text.to_owned()));
                }
                self.misfit(key, node, wanted);
                None
            }
            What::Server => {
                let wanted = "an address that begins with `https://` or `http://`";
                let text = self.text(key, node, wanted)?;
                if text.starts_with("https://") || text.starts_with("http://") {
                    return Some(Setting::Text(text.to_owned()));
                }
                self.misfit(key, node, wanted);
                None
            }
        }
    }

    /// `routes`, the first that fits; `known` are the connectors.
    pub(super) fn routes(&mut self, node: &Node, known: &[Line]) -> Vec<Route> {
        let Content::List(nodes) = &node.content else {
            self.misfit("routes", node, "a list of routes");
            return Vec::new();
        };
        let mut routes: Vec<Route> = Vec::new();
        for node in nodes {
            if routes.iter().any(|route| route.takes_all()) {
                self.wrong(node.place, ConfigProblem::Unreached);
            }
            routes.extend(self.route(node, known));
        }
        routes
    }

    fn route(&mut self, node: &Node, known: &[Line]) -> Option<Route> {
        let Some(pairs) = pairs(node) else {
            self.misfit("routes", node, &format!("routes with {}", ROUTE.join(", ")));
            return None;
        };
        let mut route = Route::default();
        for (name, key, value) in self.fields(pairs) {
            match name {
                "actions" => route.actions = self.actions(value),
                "groups" => route.groups = self.words(name, value),
                "roles" => route.roles = self.words(name, value),
                "to" => route.to = self.to(value, known),
                "destination" => {
                    route.destination = self.text(name, value, "to whom, as the connector names it").map(str::to_owned);
                }
                _ => self.stray("route", name, key, &ROUTE),
            }
        }
        if !pairs.iter().any(|(key, _)| key.text() == Some("to")) {
            let at = pairs.first().map_or(node.place, |(key, _)| key.place);
            self.wrong(at, ConfigProblem::Lacking { of: "a route".to_owned(), key: "to" });
        }
        Some(route)
    }

    fn to(&mut self, node: &Node, known: &[Line]) -> Option<String> {
        let word = node.text().unwrap_or_default();
        if word == NOWHERE {
            return None;
        }
        let known: Vec<&str> = known.iter().map(|line| line.name.as_str()).chain([NOWHERE]).collect();
        if !known.contains(&word) {
            self.unknown("connector", word, node, &known);
        }
        Some(word.to_owned())
    }

    fn actions(&mut self, node: &Node) -> Vec<String> {
        let words = self.words("actions", node);
        for word in &words {
            if INWARD.contains(&word.as_str()) {
                self.wrong(node.place, ConfigProblem::Inward(word.clone()));
            } else if let Some(near) = nearest(word, outward()).filter(|near| near != word) {
                // A declared action may have any other name: a word that is nearly one of these is a slip.
                let similar = Some(near.to_owned());
                let problem = ConfigProblem::Unknown {
                    what: "action",
                    word: word.clone(),
                    similar,
                    known: outward().collect::<Vec<_>>().join(", "),
                };
                self.wrong(node.place, problem);
            }
        }
        words
    }

    fn words(&mut self, key: &str, node: &Node) -> Vec<String> {
        let words = match &node.content {
            Content::List(nodes) if !nodes.is_empty() => {
                nodes.iter().map(|node| node.text().filter(|text| !text.is_empty()).map(str::to_owned)).collect()
            }
            _ => None,
        };
        if words.is_none() {
            self.misfit(key, node, "a list of words, such as `[a, b]`");
        }
        words.unwrap_or_default()
    }

    fn unknown(&mut self, what: &'static str, word: &str, node: &Node, known: &[&str]) {
        let similar = nearest(word, known.iter().copied()).map(str::to_owned);
        let known = known.join(", ");
        self.wrong(node.place, ConfigProblem::Unknown { what, word: word.to_owned(), similar, known });
    }

    fn stray(&mut self, of: &str, name: &str, key: &Node, known: &[&str]) {
        let similar = nearest(name, known.iter().copied()).map(str::to_owned);
        let problem =
            ConfigProblem::Stray { of: of.to_owned(), key: name.to_owned(), similar, known: known.join(", ") };
        self.wrong(key.place, problem);
    }
}

#[cfg(test)]
mod tests {
    use crate::run::{ConfigError, read_config};

    fn told(more: &str) -> Vec<String> {
        let errors = read_config(&format!("store: a\n{more}")).unwrap_err();
        let told = |error: &ConfigError| format!("{}: {}", error.problem.code(), error.problem);
        errors.iter().map(told).collect()
    }

    const TWO: &str = "connectors:\n  forum:\n    kind: telegram\n    token: env:T\n  office:\n    kind: wecom\n    url: env:U\n    per_minute: 9\n";

    #[test]
    fn routes_lead_to_connectors() {
        let routes = "routes:\n  - actions: [task]\n    roles: [owner]\n    to: office\n  - groups: [g9]\n    to: none\n  - to: forum\n";
        let config = read_config(&format!("store: a\n{TWO}{routes}")).unwrap();
        let find = |action, group, role| {
            let found = config.routes.find(action, group, "m1", role);
            found.map(|(way, to)| format!("{} {to}", way.name))
        };
        assert_eq!(find("task", "g1", Some("owner")).as_deref(), Some("office g1"));
        assert_eq!(find("task", "g1", Some("admin")).as_deref(), Some("forum g1"));
        assert_eq!(find("post", "g9", None), None);
        assert_eq!(find("dm", "g1", None).as_deref(), Some("forum m1"));
        assert_eq!(config.connectors[1].per_minute, Some(9));
        // One connector needs no routes, and `deliver` is one.
        let config = read_config("store: a\nconnectors:\n  it:\n    kind: console\n").unwrap();
        assert_eq!(config.routes.find("post", "g", "", None).unwrap().0.name, "it");
        let config = read_config("store: a\ndeliver: https://x\ndeliver_signing: env:S\n").unwrap();
        assert_eq!(config.connectors[0].settings.len(), 2);
        assert!(config.routes.find("post", "g", "", None).unwrap().0.repeats);
    }

    #[test]
    fn mistakes_are_told() {
        let expected = ["unknown-name: there is no kind of connector `telegrm`"];
        assert_eq!(told("connectors:\n  forum:\n    kind: telegrm\n"), expected);
        let expected = ["missing-key: `forum` needs `token`", "bad-value: `on_uncertain` needs `retry` or `hold`"];
        assert_eq!(told("connectors:\n  forum:\n    kind: telegram\n    on_uncertain: ask\n"), expected);
        let expected = ["bare-secret: `token` is a secret and must not stand in the file"];
        assert_eq!(told("connectors:\n  forum:\n    kind: slack\n    token: hunter2\n"), expected);
        let expected = ["unknown-key: `tokn` is not a key of a connector of kind `slack`"];
        assert_eq!(told("connectors:\n  f:\n    kind: slack\n    token: env:A\n    tokn: env:B\n"), expected);
        assert_eq!(told(TWO), ["missing-key: `routes` is missing"]);
        let routes = "routes:\n  - to: forum\n  - to: offfice\n  - actions: [mutee, tag]\n    dest: a\n";
        let expected = [
            "unreachable-route: no decision comes to this route",
            "unknown-name: there is no connector `offfice`",
            "missing-key: `a route` needs `to`",
            "unreachable-route: no decision comes to this route",
            "unknown-name: there is no action `mutee`",
            "never-leaves: `tag` never leaves the playbook",
            "unknown-key: `dest` is not a key of a route",
        ];
        let mut told_routes = told(&format!("{TWO}{routes}"));
        told_routes.sort();
        let mut wanted = expected.map(str::to_owned).to_vec();
        wanted.sort();
        assert_eq!(told_routes, wanted);
        let expected = ["idle-connector: no route leads to `office`"];
        assert_eq!(told(&format!("{TWO}routes:\n  - to: forum\n")), expected);
        let expected = ["two-ways: `deliver` is a connector of its own"];
        assert_eq!(told("deliver: https://x\nconnectors:\n  it:\n    kind: console\n"), expected);
        assert_eq!(told("routes:\n  - to: none\n"), ["idle-key: `routes` means nothing without `connectors`"]);
    }
}
