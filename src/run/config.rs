//! `qun.yaml`: how a playbook runs.
//!
//! ```yaml
//! store: qun.db                   # the only key that must be there
//! directory: people.yaml          # who is there when the store is new
//! listen: 127.0.0.1:8080          # events by HTTP
//! token: env:QUN_TOKEN            # who may hand them in: a bearer token …
//! signing: file:/etc/qun/secret   # … or a secret for signatures by Standard Webhooks
//! tail: events.jsonl              # a file that another program writes events to
//! body: 1048576                   # the largest request, in bytes
//! queue: 1024                     # how many requests may wait
//! batch: 512                      # how many events share a commit at most
//! snapshot: 20000                 # after how many entries of the journal a snapshot is taken
//! deliver: https://bridge.example/decisions   # where decisions go; may be a secret: env:NAME, file:PATH
//! deliver_signing: env:QUN_OUT    # a secret by which they are signed
//! allow: [mute, remove]           # which actions that take something from somebody may go there
//! attempts: 10                    # how often a delivery is tried
//! expire: 86400                   # how many seconds after its decision it still makes sense
//! connectors:                     # in place of `deliver`: several ways, each under its name …
//!   forum:
//!     kind: telegram
//!     token: env:TELEGRAM_TOKEN
//! routes:                         # … and what goes by which: the first that fits
//!   - to: forum
//! ```
//!
//! Paths are relative to the file. A secret never stands in it: only where it is.

mod problem;

pub use problem::{ConfigError, ConfigProblem};

use super::outbox::GUARDED;
use super::wiring::{self, Line, Setting};
use crate::connector::{Route, Routes};
use crate::log::nearest;
use crate::log::yaml::{self, Content, Node, Place};
use std::net::SocketAddr;
use std::path::PathBuf;

/// How a playbook runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// The file of the store.
    pub store: PathBuf,
    /// Who is there at the start.
    pub directory: Option<PathBuf>,
    /// Where events are taken by HTTP.
    pub listen: Option<SocketAddr>,
    /// A bearer token that lets events in.
    pub token: Option<SecretAt>,
    /// A secret by which events are signed.
    pub signing: Option<SecretAt>,
    /// A file that another program writes events to.
    pub tail: Option<PathBuf>,
    /// The largest request, in bytes.
    pub body: usize,
    /// How many requests may wait.
    pub queue: usize,
    /// How many events share a commit at most.
    pub batch: usize,
    /// After how many entries of the journal a snapshot is taken.
    pub snapshot: usize,
    /// What carries decisions out.
    pub connectors: Vec<Line>,
    /// What goes by which.
    pub routes: Routes,
    /// The guarded actions that may go there.
    pub allow: Vec<String>,
    /// How often a delivery is tried.
    pub attempts: usize,
    /// How many seconds after its decision a delivery still makes sense.
    pub expire: usize,
}

/// Where a secret is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretAt {
    /// In a variable of the environment.
    Env(String),
    /// In a file.
    File(PathBuf),
}

const KEYS: [&str; 17] = [
    "store",
    "directory",
    "listen",
    "token",
    "signing",
    "tail",
    "body",
    "queue",
    "batch",
    "snapshot",
    "deliver",
    "deliver_signing",
    "allow",
    "attempts",
    "expire",
    "connectors",
    "routes",
];
/// Keys that mean nothing without another.
const NEEDING: [(&str, &str); 7] = [
    ("token", "listen"),
    ("signing", "listen"),
    ("deliver_signing", "deliver"),
    ("routes", "connectors"),
    ("allow", "deliver"),
    ("attempts", "deliver"),
    ("expire", "deliver"),
];
const MOST_BODY: usize = 64 << 20;
const MOST: usize = 1 << 20;

/// Reads a configuration.
///
/// # Errors
/// All mistakes, in the order of the file; of mistakes in the YAML itself only the first.
pub fn read_config(text: &str) -> Result<Config, Vec<ConfigError>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let tree = yaml::parse(text).map_err(|(at, why)| vec![ConfigError::at(at, ConfigProblem::Yaml(why))])?;
    let mut reader = Reader { errors: Vec::new(), top: tree.place };
    let config = reader.config(&tree);
    match config {
        Some(config) if reader.errors.is_empty() => Ok(config),
        _ => {
            reader.errors.sort_by_key(|error| error.start);
            Err(reader.errors)
        }
    }
}

/// Keys whose values may be shown to everybody.
const HARMLESS: [&str; 26] = [
    "tail",
    "store",
    "directory",
    "listen",
    "body",
    "queue",
    "batch",
    "snapshot",
    "allow",
    "attempts",
    "expire",
    "connectors",
    "routes",
    "kind",
    "per_minute",
    "on_uncertain",
    "actions",
    "groups",
    "roles",
    "to",
    "destination",
    "guild",
    "nick",
    "channels",
    "security",
    "from",
];

/// The text of a configuration as it may be shown: everything that could be a secret written where it must not stand is
/// covered, byte by byte, so that all places stay where they are.
#[must_use]
pub fn masked(text: &str) -> String {
    text.split_inclusive('\n').map(masked_line).collect()
}

fn masked_line(line: &str) -> String {
    let (head, value) = match line.split_once(':') {
        Some((key, value)) if HARMLESS.contains(&bare(key)) && !value.contains('{') => return line.to_owned(),
        Some((key, value)) => (format!("{key}:"), value),
        None => (String::new(), line),
    };
    if ["env:", "file:"].iter().any(|place| value.trim_start().starts_with(place)) {
        return head + value;
    }
    let cover = |c: char| if c.is_whitespace() { c.to_string() } else { "*".repeat(c.len_utf8()) };
    head + &value.chars().map(cover).collect::<String>()
}

/// A key without what marks it as the first of an entry of a list.
fn bare(key: &str) -> &str {
    let key = key.trim();
    key.strip_prefix("- ").unwrap_or(key).trim()
}

pub(super) struct Reader {
    errors: Vec<ConfigError>,
    /// Where what is missing is told.
    top: Place,
}

impl Reader {
    pub(super) fn wrong(&mut self, at: Place, problem: ConfigProblem) {
        self.errors.push(ConfigError::at(at, problem));
    }

    /// The keys of a map with their values, each once: a key that is repeated is wrong, and the first holds.
    pub(super) fn fields<'n>(&mut self, pairs: &'n [(Node, Node)]) -> Vec<(&'n str, &'n Node, &'n Node)> {
        let mut fields: Vec<(&str, &Node, &Node)> = Vec::new();
        for (key, value) in pairs {
            let name = key.text().unwrap_or_default();
            if fields.iter().any(|(known, ..)| *known == name) {
                self.wrong(key.place, ConfigProblem::Repeated(name.to_owned()));
            } else {
                fields.push((name, key, value));
            }
        }
        fields
    }

    fn config(&mut self, tree: &Node) -> Option<Config> {
        let pairs = match &tree.content {
            Content::Map(pairs) => pairs.as_slice(),
            Content::Nothing => &[],
            _ => {
                let problem =
                    ConfigProblem::Wrong { key: "the file".to_owned(), wanted: "keys with values".to_owned() };
                self.wrong(tree.place, problem);
                return None;
            }
        };
        self.top = pairs.first().map_or(tree.place, |(key, _)| key.place);
        let fields = self.fields(pairs);
        let seen: Vec<&str> = fields.iter().map(|(name, ..)| *name).collect();
        let mut store = None;
        let (mut deliver, mut deliver_signing, mut routes) = (None, None, None);
        let mut config = Config {
            store: PathBuf::new(),
            directory: None,
            listen: None,
            token: None,
            signing: None,
            tail: None,
            body: 1 << 20,
            queue: 1024,
            batch: 512,
            snapshot: 20_000,
            connectors: Vec::new(),
            routes: Routes::default(),
            allow: Vec::new(),
            attempts: 10,
            expire: 86_400,
        };
        for (name, key, value) in fields {
            match name {
                "store" => store = self.path(name, value),
                "directory" => config.directory = self.path(name, value),
                "listen" => config.listen = self.address(name, value),
                "token" => config.token = self.secret(name, value),
                "signing" => config.signing = self.secret(name, value),
                "tail" => config.tail = self.path(name, value),
                "body" => config.body = self.count(name, value, MOST_BODY).unwrap_or(config.body),
                "queue" => config.queue = self.count(name, value, MOST).unwrap_or(config.queue),
                "batch" => config.batch = self.count(name, value, MOST).unwrap_or(config.batch),
                "snapshot" => config.snapshot = self.count(name, value, MOST).unwrap_or(config.snapshot),
                "deliver" => deliver = self.target(name, value),
                "deliver_signing" => deliver_signing = self.secret(name, value),
                "connectors" => config.connectors = self.connectors(value),
                "routes" => routes = Some(value),
                "allow" => config.allow = self.allow(name, value),
                "attempts" => config.attempts = self.count(name, value, 1000).unwrap_or(config.attempts),
                "expire" => config.expire = self.count(name, value, 366 * 86_400).unwrap_or(config.expire),
                _ => {
                    let similar = nearest(name, KEYS.into_iter()).map(str::to_owned);
                    self.wrong(key.place, ConfigProblem::UnknownKey { key: name.to_owned(), similar });
                }
            }
        }
        let place = |name: &str| pairs.iter().find(|(key, _)| key.text() == Some(name)).map(|(key, _)| key.place);
        self.what_is_needed(&seen, &place);
        let lines = std::mem::take(&mut config.connectors);
        let routes = match (place("deliver"), place("connectors")) {
            (Some(at), Some(_)) => {
                self.wrong(at, ConfigProblem::Both);
                Vec::new()
            }
            (Some(_), None) => {
                config.connectors.extend(deliver.map(|url| Line::webhook(url, deliver_signing)));
                vec![Route { to: Some("deliver".to_owned()), ..Route::default() }]
            }
            (None, _) => self.all_routes(routes, &lines),
        };
        config.connectors.extend(lines);
        config.routes = wiring::routes(&config.connectors, routes);
        if let Some((_, node)) = pairs.iter().find(|(key, _)| key.text() == Some("routes"))
            && self.errors.is_empty()
        {
            let named = |line: &Line| config.routes.routes.iter().any(|route| route.to.as_ref() == Some(&line.name));
            for line in config.connectors.iter().filter(|line| !named(line)) {
                self.wrong(node.place, ConfigProblem::Unused(line.name.clone()));
            }
        }
        Some(Config { store: store?, ..config })
    }

    /// What must be there, and what has no use without something else.
    fn what_is_needed(&mut self, seen: &[&str], place: &dyn Fn(&str) -> Option<Place>) {
        if !seen.contains(&"store") {
            self.wrong(self.top, ConfigProblem::Missing("store"));
        }
        if let Some(at) = place("listen")
            && !seen.contains(&"token")
            && !seen.contains(&"signing")
        {
            self.wrong(at, ConfigProblem::Open);
        }
        for (key, without) in NEEDING {
            let there = seen.contains(&without) || (without == "deliver" && seen.contains(&"connectors"));
            if let Some(at) = place(key).filter(|_| !there) {
                self.wrong(at, ConfigProblem::Idle { key, without });
            }
        }
    }

    /// Routes as they are written; one connector alone takes everything where there are none.
    fn all_routes(&mut self, node: Option<&Node>, lines: &[Line]) -> Vec<Route> {
        match (node, lines) {
            (Some(node), _) if !lines.is_empty() => self.routes(node, lines),
            (None, [line]) => vec![Route { to: Some(line.name.clone()), ..Route::default() }],
            (None, [_, _, ..]) => {
                self.wrong(self.top, ConfigProblem::Missing("routes"));
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    pub(super) fn text<'n>(&mut self, key: &str, node: &'n Node, wanted: &str) -> Option<&'n str> {
        let text = node.text().filter(|text| !text.is_empty());
        if text.is_none() {
            self.misfit(key, node, wanted);
        }
        text
    }

    pub(super) fn misfit(&mut self, key: &str, node: &Node, wanted: &str) {
        self.wrong(node.place, ConfigProblem::Wrong { key: key.to_owned(), wanted: wanted.to_owned() });
    }

    fn path(&mut self, key: &str, node: &Node) -> Option<PathBuf> {
        self.text(key, node, "the path of a file").map(PathBuf::from)
    }

    fn address(&mut self, key: &str, node: &Node) -> Option<SocketAddr> {
        let wanted = "an address with a port, such as `127.0.0.1:8080`";
        let address = self.text(key, node, wanted)?.parse();
        if address.is_err() {
            self.misfit(key, node, wanted);
        }
        address.ok()
    }

    pub(super) fn count(&mut self, key: &str, node: &Node, most: usize) -> Option<usize> {
        let count = node.text().and_then(|text| text.parse().ok()).filter(|count| (1..=most).contains(count));
        if count.is_none() {
            self.misfit(key, node, &format!("a whole number from 1 to {most}"));
        }
        count
    }

    /// An address that is written, or a secret.
    pub(super) fn target(&mut self, key: &str, node: &Node) -> Option<Setting> {
        match node.text() {
            Some(text) if text.starts_with("http://") || text.starts_with("https://") => {
                Some(Setting::Text(text.to_owned()))
            }
            _ => self.secret(key, node).map(Setting::Secret),
        }
    }

    fn allow(&mut self, key: &str, node: &Node) -> Vec<String> {
        let Content::List(words) = &node.content else {
            self.misfit(key, node, &format!("a list of {}", GUARDED.join(", ")));
            return Vec::new();
        };
        let mut allowed = Vec::new();
        for node in words {
            let word = node.text().unwrap_or_default();
            if GUARDED.contains(&word) {
                allowed.push(word.to_owned());
            } else {
                let similar = nearest(word, GUARDED.into_iter()).map(str::to_owned);
                self.wrong(node.place, ConfigProblem::Unguarded { word: word.to_owned(), similar });
            }
        }
        allowed
    }

    pub(super) fn secret(&mut self, key: &str, node: &Node) -> Option<SecretAt> {
        let text = self.text(key, node, "`env:NAME` or `file:PATH`")?;
        match text.split_once(':') {
            Some(("env", name)) if !name.is_empty() => Some(SecretAt::Env(name.to_owned())),
            Some(("file", path)) if !path.is_empty() => Some(SecretAt::File(PathBuf::from(path))),
            _ => {
                // It may be the secret itself.
                self.wrong(node.place, ConfigProblem::BareSecret(key.to_owned()));
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(text: &str) -> Vec<&'static str> {
        read_config(text).unwrap_err().iter().map(|error| error.problem.code()).collect()
    }

    #[test]
    fn what_is_left_out_has_its_usual_value() {
        let config = read_config("store: a.db\n").unwrap();
        assert_eq!((config.store, config.listen, config.queue, config.batch), ("a.db".into(), None, 1024, 512));
        let config =
            read_config("store: a.db\nlisten: 127.0.0.1:80\ntoken: env:T\nsigning: file:s\nbatch: 7\n").unwrap();
        assert_eq!(config.token, Some(SecretAt::Env("T".into())));
        assert_eq!(config.signing, Some(SecretAt::File("s".into())));
        assert_eq!((config.listen.unwrap().port(), config.batch), (80, 7));
    }

    #[test]
    fn every_mistake_is_told_in_order() {
        let text = "stor: a\nlisten: here\ntoken: hunter2\nqueue: 0\nbatch: x\nbatch: 2\n";
        let expected =
            ["unknown-key", "missing-key", "bad-value", "bare-secret", "bad-value", "bad-value", "repeated-key"];
        assert_eq!(codes(text), expected);
        assert_eq!(codes("store: a\nlisten: 127.0.0.1:1\n"), ["open-to-everybody"]);
        assert_eq!(codes("store: a\nsigning: env:A\n"), ["idle-key"]);
        assert_eq!(codes("- a\n"), ["bad-value"]);
        assert_eq!(codes(""), ["missing-key"]);
        assert_eq!(codes("a: [\n"), ["bad-yaml"]);
    }

    #[test]
    fn what_takes_something_away_is_allowed_by_name() {
        let head = "store: a\ndeliver: https://x\n";
        let config = read_config(&format!("{head}allow: [mute, ban]\nexpire: 60\n")).unwrap();
        assert_eq!((config.allow, config.expire, config.attempts), (vec!["mute".into(), "ban".into()], 60, 10));
        let url = config.connectors.first().and_then(|line| line.settings.first());
        assert_eq!(url, Some(&("url", Setting::Text("https://x".into()))));
        let errors = read_config(&format!("{head}allow: [mutee, warn]\n")).unwrap_err();
        let helps: Vec<_> = errors.iter().filter_map(|error| error.problem.help()).collect();
        assert_eq!(helps, ["did you mean `mute`?", "only these need to be allowed: mute, remove, ban, delete_message"]);
        assert_eq!(codes("store: a\nallow: [mute]\n"), ["idle-key"]);
        assert_eq!(codes("store: a\ndeliver: bridge\n"), ["bare-secret"]);
    }

    #[test]
    fn a_misspelt_key_is_corrected() {
        let errors = read_config("store: a\ndirectry: b\n").unwrap_err();
        assert_eq!(errors.first().unwrap().problem.help().as_deref(), Some("did you mean `directory`?"));
    }

    #[test]
    fn what_may_be_a_secret_is_covered() {
        let text = "store: a.db\ntoken: hunter2\ntokn: \"密 x\"\nsigning: env:NAME\ndeliver:\n  - hunter2\n";
        let shown = masked(text);
        assert_eq!(shown, "store: a.db\ntoken: *******\ntokn: **** **\nsigning: env:NAME\ndeliver:\n  * *******\n");
        assert_eq!(shown.len(), text.len());
    }

    #[test]
    fn a_secret_is_never_repeated() {
        for text in ["store: a\nlisten: 127.0.0.1:1\ntoken: hunter2\n", "store: a\ntoken: [hunter2]\n"] {
            let errors = read_config(text).unwrap_err();
            assert!(errors.iter().all(|error| !format!("{:?}{}", error, error.problem).contains("hunter2")));
        }
    }
}
