//! Calls: functions over the past and their windows.

use super::super::error::{Expected, Found, Mistake, Slip};
use super::super::keywords::{Sort, Tongue};
use super::super::tree::{Before, ByKey, ExprKind, Past, Path, Window, WindowKind, Word};
use super::expressions::peeled;
use super::{Builder, Node, Rule, child, guess};

/// An argument of a call, as nodes.
struct Argument<'i> {
    node: Node<'i>,
    value: Option<Node<'i>>,
    where_: Option<Node<'i>>,
    keys: Option<Node<'i>>,
    window: Option<Node<'i>>,
}

impl<'i> Argument<'i> {
    fn new(node: Node<'i>) -> Argument<'i> {
        let mut argument = Argument { node: node.clone(), value: None, where_: None, keys: None, window: None };
        for part in node.into_inner() {
            match part.as_rule() {
                Rule::expr if argument.value.is_none() => argument.value = Some(part),
                Rule::expr => argument.where_ = Some(part),
                Rule::keys => argument.keys = Some(part),
                Rule::window => argument.window = Some(part),
                _ => {}
            }
        }
        argument
    }

    /// Whether it could stand in any call.
    fn is_plain(&self) -> bool {
        self.value.is_some() && self.where_.is_none() && self.keys.is_none()
    }
}

impl Builder<'_> {
    pub(super) fn call(&mut self, path: &Node<'_>, call: Node<'_>) -> Option<ExprKind> {
        let mut function = Word { text: path.as_str().to_owned(), span: self.span(path) };
        let known = self.translate(&mut function, Sort::Function).is_some();
        let node = call.clone();
        let arguments: Vec<_> =
            call.into_inner().filter(|node| node.as_rule() == Rule::argument).map(Argument::new).collect();
        let plain = arguments.iter().all(Argument::is_plain);
        match source(&arguments) {
            Some(event) if known || !plain => self.past(function, &event, arguments),
            None if known || !plain => self.no_source(&arguments, &node),
            _ => {
                let values = arguments.into_iter().filter_map(|argument| argument.value);
                Some(ExprKind::Call { name: function, args: values.filter_map(|value| self.value(value)).collect() })
            }
        }
    }

    fn past(&mut self, function: Word, source: &Node<'_>, arguments: Vec<Argument<'_>>) -> Option<ExprKind> {
        let mut arguments = arguments.into_iter();
        let first = arguments.next()?;
        let outer = std::mem::replace(&mut self.row, !is_population(source));
        let where_ = first.where_.map(|condition| self.value(condition));
        self.row = outer;
        let by = first.keys.map(|keys| self.keys(keys)).unwrap_or_default();
        let window = arguments.next().and_then(|argument| argument.window).map(|window| self.window(window));
        if let Some(extra) = arguments.next() {
            self.unexpected(&extra.node, Expected::Just(")"));
        }
        let source = self.source_path(source, takes_field(&function.text));
        // A part that could not be built has told its own mistake.
        let (where_, window) = (optional(where_)?, optional(window)?);
        Some(ExprKind::Past(Box::new(Past { function, source, where_, by, window })))
    }

    /// An event, with a field of it where the function takes one, or `members` and `groups`.
    fn source_path(&mut self, node: &Node<'_>, field: bool) -> Path {
        if is_population(node) {
            return self.subject_path(node);
        }
        let mut path = self.event_path(node);
        if field && path.words.len() > 1 {
            path.words.last_mut().into_iter().for_each(|word| self.translate_known(word, Sort::Field));
        }
        path
    }

    /// What follows an event is no window, or there is no event.
    fn no_source(&mut self, arguments: &[Argument<'_>], call: &Node<'_>) -> Option<ExprKind> {
        let event = arguments.first().and_then(|first| plain_path(first.value.clone()?));
        let event = event.filter(|event| !is_subject(event.as_str()));
        let other = arguments.iter().skip(1).find(|argument| argument.window.is_none());
        match (event, other) {
            (Some(_), Some(other)) => self.no_window(&other.node),
            _ => self.unexpected(arguments.first().map_or(call, |first| &first.node), Expected::Event),
        }
        None
    }

    fn no_window(&mut self, node: &Node<'_>) {
        let text = self.source(node);
        let tongue = Tongue::of(&text);
        let near = guess::window(&text, tongue);
        self.wrong(self.span(node), Mistake::NotAWindow { text, near, tongue });
    }

    pub(super) fn unexpected(&mut self, node: &Node<'_>, expected: Expected) {
        self.unexpected_near(node, expected, None);
    }

    pub(super) fn unexpected_near(&mut self, node: &Node<'_>, expected: Expected, near: Option<String>) {
        let source = self.source(node);
        let (tongue, found) = (Tongue::of(&source), Found::Token(source));
        self.wrong(self.span(node), Mistake::Unexpected { found, expected, near, tongue });
    }

    fn keys(&mut self, node: Node<'_>) -> Vec<ByKey> {
        node.into_inner().filter(|key| key.as_rule() == Rule::key).filter_map(|key| self.key(key)).collect()
    }

    fn key(&mut self, node: Node<'_>) -> Option<ByKey> {
        let path = child(node.clone(), Rule::path)?;
        let mut words = self.path(&path).words;
        let dotted = words.len() > 1;
        let mut name = words.pop()?;
        if dotted {
            self.slip(Slip::KeyOfEvent, &path, name.text.clone());
        } else if self.translate(&mut name, Sort::Subject).is_none() {
            self.translate_known(&mut name, Sort::Field);
        }
        let value = child(node, Rule::expr).map(|value| self.value(value));
        Some(ByKey { name, value: optional(value)? })
    }

    fn window(&mut self, node: Node<'_>) -> Option<Window> {
        let span = self.span(&node);
        let inner = node.into_inner().next()?;
        let kind = match inner.as_rule() {
            Rule::kw_today => WindowKind::Today,
            Rule::kw_yesterday => WindowKind::Yesterday,
            Rule::kw_this_week | Rule::kw_last_week => period(&inner, self.english_word(&inner, "week")),
            Rule::kw_this_month | Rule::kw_last_month => period(&inner, self.english_word(&inner, "month")),
            Rule::this_slip => WindowKind::This(self.only_word(inner)?),
            Rule::since_window => WindowKind::Since(self.moment(inner)?),
            _ => self.last_window(inner)?,
        };
        Some(Window { span, kind })
    }

    fn english_word(&self, node: &Node<'_>, english: &str) -> Word {
        Word { text: english.to_owned(), span: self.span(node) }
    }

    fn only_word(&mut self, node: Node<'_>) -> Option<Word> {
        let word = child(node, Rule::word)?;
        Some(self.loose(Sort::Period, &word))
    }

    fn moment(&mut self, node: Node<'_>) -> Option<Word> {
        let word = child(node, Rule::word)?;
        Some(self.loose(Sort::Moment, &word))
    }

    /// `last 7d`, `last 1d before 30d`, or the slip `last quarter`
    fn last_window(&mut self, node: Node<'_>) -> Option<WindowKind> {
        let (mut during, mut before) = (None, None);
        for part in node.into_inner() {
            match part.as_rule() {
                Rule::time_span => during = self.value(part),
                Rule::before => before = Some(self.before(part)?),
                Rule::word => return Some(WindowKind::LastPeriod(self.loose(Sort::Period, &part))),
                _ => {}
            }
        }
        Some(WindowKind::Last { during: during?, before })
    }

    fn before(&mut self, node: Node<'_>) -> Option<Before> {
        let end = node.into_inner().nth(1)?;
        match end.as_rule() {
            Rule::kw_today => Some(Before::Today),
            Rule::kw_this_week => Some(Before::This(self.english_word(&end, "week"))),
            Rule::kw_this_month => Some(Before::This(self.english_word(&end, "month"))),
            Rule::this_slip => Some(Before::This(self.only_word(end)?)),
            Rule::word => Some(Before::This(self.word(&end))),
            _ => Some(Before::Duration(self.value(end)?)),
        }
    }
}

/// `event.links`, `now.hour`: the path of a value at hand, and not of an event.
fn is_subject(path: &str) -> bool {
    let values = ["event", "now", "事件", "现在"];
    path.split('.').next().is_some_and(|first| values.contains(&first))
}

/// Whether a function takes a field of an event, and not the event.
fn takes_field(function: &str) -> bool {
    !matches!(function, "count" | "exists" | "never" | "since" | "streak")
}

/// Whether a path begins with the members or groups that there are.
fn is_population(path: &Node<'_>) -> bool {
    matches!(path.as_str().split('.').next(), Some("全体成员" | "全部群" | "members" | "groups"))
}

/// The path of an event that begins the arguments, followed by at most windows.
fn source<'i>(arguments: &[Argument<'i>]) -> Option<Node<'i>> {
    let (first, rest) = arguments.split_first()?;
    let path = plain_path(first.value.clone()?)?;
    rest.iter().all(|argument| argument.window.is_some()).then_some(path)
}

/// The path that an expression consists of.
pub(super) fn plain_path(expr: Node<'_>) -> Option<Node<'_>> {
    let mut levels = expr.into_inner();
    let only = levels.next().filter(|_| levels.next().is_none())?;
    let mut parts = Some(peeled(only)).filter(|node| node.as_rule() == Rule::reference)?.into_inner();
    parts.next().filter(|_| parts.next().is_none())
}

fn period(node: &Node<'_>, word: Word) -> WindowKind {
    match node.as_rule() {
        Rule::kw_this_week | Rule::kw_this_month => WindowKind::This(word),
        _ => WindowKind::LastPeriod(word),
    }
}

/// Nothing, or something that could be built; `None` if it could not.
pub(super) fn optional<T>(built: Option<Option<T>>) -> Option<Option<T>> {
    match built {
        None => Some(None),
        Some(None) => None,
        Some(some) => Some(some),
    }
}
