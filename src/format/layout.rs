//! From the tokens of a file to a document.

use super::doc::Doc;
use super::table::{Class, Joint, Row, table};
use crate::syntax::concrete::{Kind, Node, Sheet, Sort, Token};
use crate::syntax::keywords::{BEFORE_NUMBERS, Tongue, is_han, is_keyword};

/// The document of a file.
pub(super) fn file(sheet: &Sheet, tongue: Option<Tongue>) -> Vec<Doc> {
    let mut layout =
        Layout { tongue, stack: vec![Vec::new()], last: None, next: Separator::Start, led: false, depth: 0 };
    let rows = sheet.nodes.iter().map(|node| layout.item(node)).collect();
    layout.put(table(rows, 0));
    layout.next = Separator::Close;
    layout.lead(&sheet.end);
    layout.stack.pop().unwrap_or_default()
}

/// What stands before the next token.
#[derive(Clone, Copy, Debug)]
enum Separator {
    /// What its neighbours need.
    Usual,
    /// Nothing: it is already there.
    Nothing,
    /// A place where the line may break.
    Line(usize),
    /// A new line for the first in a body, or in the file.
    Start,
    /// A new line for the next in a body.
    Next,
    /// A place for the next of several, which a blank line breaks.
    Element(usize),
    /// A new line for what closes a body.
    Close,
}

/// The last token, as far as its neighbour asks.
struct Last {
    sort: Sort,
    text: String,
    /// Whether it takes a number right after it.
    takes_number: bool,
    /// `每`
    every: bool,
}

struct Layout {
    tongue: Option<Tongue>,
    /// The parts of the groups that are being made.
    stack: Vec<Vec<Doc>>,
    last: Option<Last>,
    next: Separator,
    /// Whether the separator and the comments of the next token are there already.
    led: bool,
    /// How many bodies are open.
    depth: usize,
}

impl Layout {
    fn push(&mut self, doc: Doc) {
        if let Some(parts) = self.stack.last_mut() {
            parts.push(doc);
        }
    }

    fn put(&mut self, docs: Vec<Doc>) {
        docs.into_iter().for_each(|doc| self.push(doc));
    }

    fn capture(&mut self, make: impl FnOnce(&mut Self)) -> Vec<Doc> {
        self.stack.push(Vec::new());
        make(self);
        self.stack.pop().unwrap_or_default()
    }

    fn group(&mut self, make: impl FnOnce(&mut Self)) {
        let parts = self.capture(make);
        self.push(Doc::Group(parts));
    }

    fn nest(&mut self, make: impl FnOnce(&mut Self)) {
        let parts = self.capture(make);
        self.push(Doc::Nest(parts));
    }

    // ---- tokens

    /// What stands before a token: space, line breaks, comments.
    fn lead(&mut self, token: &Token) {
        if std::mem::replace(&mut self.led, true) {
            return;
        }
        let separator = std::mem::replace(&mut self.next, Separator::Usual);
        let keeps_blank = matches!(separator, Separator::Next | Separator::Element(_));
        let mut blank = false;
        for comment in &token.before {
            if comment.own_line {
                self.push(Doc::Hard { blank: comment.blank && (keeps_blank || blank) });
                self.push(Doc::Text(comment.text.clone()));
            } else {
                self.push(Doc::Trailing(comment.text.clone()));
            }
            // After the first comment of a body a blank line may stand.
            blank = !matches!(separator, Separator::Usual | Separator::Nothing | Separator::Line(_));
        }
        if !token.before.is_empty() {
            let closes = matches!(separator, Separator::Close);
            self.push(Doc::Hard { blank: token.blank && blank && !closes });
            return;
        }
        match separator {
            Separator::Usual => self.space(token),
            Separator::Nothing => {}
            Separator::Line(spaces) => self.push(Doc::Line(spaces)),
            Separator::Element(spaces) if !token.blank => self.push(Doc::Line(spaces)),
            Separator::Element(_) | Separator::Next => self.push(Doc::Hard { blank: token.blank }),
            Separator::Start | Separator::Close => self.push(Doc::Hard { blank: false }),
        }
    }

    fn space(&mut self, token: &Token) {
        let text = token.spelled(self.tongue);
        if self.last.as_ref().is_some_and(|last| last.stands_apart(token.sort, &text)) {
            self.push(Doc::Text(" ".to_owned()));
        }
    }

    fn token(&mut self, token: &Token) {
        self.lead(token);
        self.led = false;
        let text = token.spelled(self.tongue);
        let keyword = token.keyword().filter(|_| text.starts_with(is_han));
        let takes_number = keyword.is_some_and(|row| BEFORE_NUMBERS.contains(&row.rule));
        let every = keyword.is_some_and(|row| row.rule == "kw_every");
        self.push(Doc::Text(text.clone()));
        self.last = Some(Last { sort: token.sort, text, takes_number, every });
    }

    fn lead_node(&mut self, node: &Node) {
        if let Some(token) = node.first() {
            self.lead(token);
        }
    }

    // ---- nodes

    fn nodes(&mut self, nodes: &[Node]) {
        nodes.iter().for_each(|node| self.node(node));
    }

    fn node(&mut self, node: &Node) {
        match node {
            Node::Token(token) => {
                self.token(token);
                if token.sort == Sort::Comma {
                    self.next = Separator::Line(1);
                }
            }
            Node::Branch(kind, parts) => {
                self.lead_node(node);
                self.branch(*kind, parts);
            }
        }
    }

    fn branch(&mut self, kind: Kind, parts: &[Node]) {
        match kind {
            Kind::Block => self.block(parts),
            Kind::Fields => self.braces(parts, 1, false),
            Kind::Brackets => self.brackets(parts),
            Kind::Paren => self.brackets(parts),
            Kind::Action => self.action(parts),
            Kind::Operation => self.group(|layout| layout.operation(parts)),
            Kind::Choice => self.group(|layout| layout.choice(parts)),
            Kind::Argument => self.group(|layout| layout.argument(parts)),
            Kind::Texts => self.group(|layout| layout.texts(parts)),
            Kind::Do | Kind::Otherwise => self.group(|layout| layout.actions(parts)),
            Kind::Operand => self.nodes(parts),
            Kind::HeadClause | Kind::Tail | Kind::LateTail | Kind::Element => self.group(|layout| layout.nodes(parts)),
            _ => self.group(|layout| layout.clause(parts)),
        }
    }

    /// A keyword, and the rest indented below it where it needs several lines.
    fn clause(&mut self, parts: &[Node]) {
        let Some((first, rest)) = parts.split_first() else { return };
        self.node(first);
        self.nest(|layout| layout.nodes(rest));
    }

    /// `do …`: a `;` at the end says nothing.
    fn actions(&mut self, parts: &[Node]) {
        parts.iter().filter(|part| !part.is(Sort::Semicolon)).for_each(|part| self.node(part));
    }

    fn operation(&mut self, parts: &[Node]) {
        for (index, part) in parts.iter().enumerate() {
            if index % 2 == 1 {
                self.next = Separator::Line(1);
            }
            self.node(part);
        }
    }

    fn choice(&mut self, parts: &[Node]) {
        for (index, part) in parts.iter().enumerate() {
            if index > 0 && part.is(Sort::Keyword) {
                self.next = Separator::Line(1);
            }
            self.node(part);
        }
    }

    fn argument(&mut self, parts: &[Node]) {
        let Some((first, rest)) = parts.split_first() else { return };
        self.node(first);
        self.nest(|layout| {
            for part in rest {
                let begins = matches!(part, Node::Token(token)
                    if token.keyword().is_some_and(|row| matches!(row.rule, "kw_where" | "kw_by")));
                if begins && first.kind().is_none_or(|kind| kind != Kind::Clause) {
                    layout.next = Separator::Line(1);
                }
                layout.node(part);
            }
        });
    }

    fn texts(&mut self, parts: &[Node]) {
        for part in parts {
            if part.is(Sort::Keyword) && self.last.as_ref().is_some_and(|last| last.sort == Sort::Text) {
                self.next = Separator::Line(1);
            }
            self.node(part);
        }
    }

    fn action(&mut self, parts: &[Node]) {
        self.group(|layout| {
            let tails = parts.iter().position(|part| matches!(part.kind(), Some(Kind::Tail | Kind::LateTail)));
            let (core, tails) = parts.split_at_checked(tails.unwrap_or(parts.len())).unwrap_or((parts, &[]));
            layout.nodes(core);
            layout.nest(|layout| {
                for tail in tails {
                    match tail.kind() {
                        Some(Kind::LateTail) => layout.next = Separator::Line(2),
                        Some(Kind::Tail) => layout.next = Separator::Line(1),
                        _ => {}
                    }
                    layout.node(tail);
                }
            });
        });
    }

    /// Actions in braces: on one line if they fit, else one a line.
    fn block(&mut self, parts: &[Node]) {
        let actions: Vec<&Node> = parts.iter().filter(|part| part.kind() == Some(Kind::Action)).collect();
        let mut ends = parts.iter().filter(|part| part.kind() != Some(Kind::Action) && !separates(part));
        self.group(|layout| {
            ends.next().into_iter().for_each(|open| layout.node(open));
            layout.nest(|layout| {
                for (index, action) in actions.iter().enumerate() {
                    if index > 0 && may_continue(action) {
                        layout.push(Doc::Text(";".to_owned()));
                    }
                    layout.next = if index > 0 { Separator::Element(2) } else { Separator::Line(1) };
                    layout.node(action);
                }
            });
            layout.close(ends.next(), actions.is_empty());
        });
    }

    fn close(&mut self, close: Option<&Node>, empty: bool) {
        let Some(close) = close else { return };
        self.next = if empty { Separator::Nothing } else { Separator::Line(1) };
        self.node(close);
    }

    /// Elements in braces with commas between them.
    fn braces(&mut self, parts: &[Node], spaces: usize, broken: bool) {
        let elements: Vec<&Node> = parts.iter().filter(|part| !is_edge(part) && !part.is(Sort::Comma)).collect();
        let mut ends = parts.iter().filter(|part| is_edge(part));
        self.group(|layout| {
            ends.next().into_iter().for_each(|open| layout.node(open));
            layout.nest(|layout| {
                for (index, element) in elements.iter().enumerate() {
                    if index > 0 && spaces == 1 {
                        layout.push(Doc::Text(",".to_owned()));
                    }
                    layout.next = match index {
                        _ if broken => {
                            if index > 0 {
                                Separator::Next
                            } else {
                                Separator::Start
                            }
                        }
                        0 => Separator::Line(1),
                        _ => Separator::Element(spaces),
                    };
                    layout.node(element);
                }
            });
            layout.close(ends.next(), elements.is_empty());
        });
    }

    /// `(a, b)`, `[a, b]`, `(x)`
    fn brackets(&mut self, parts: &[Node]) {
        let Some(((open, rest), close)) = parts.split_first().zip(parts.last()) else { return };
        let inside = rest.split_last().map_or(rest, |(_, inside)| inside);
        let elements: Vec<&Node> = inside.iter().filter(|part| !part.is(Sort::Comma)).collect();
        self.group(|layout| {
            layout.node(open);
            layout.nest(|layout| {
                for (index, element) in elements.iter().enumerate() {
                    if index > 0 {
                        layout.push(Doc::Text(",".to_owned()));
                    }
                    layout.next = Separator::Line(usize::from(index > 0));
                    layout.node(element);
                }
            });
            layout.next = if elements.is_empty() { Separator::Nothing } else { Separator::Line(0) };
            layout.node(close);
        });
    }

    // ---- rows

    /// A row whose first cell leads.
    fn row(&mut self, node: &Node, item: bool, class: Option<Class>, cells: Vec<(Joint, &[Node])>) -> Row {
        let lead = self.capture(|layout| layout.lead_node(node));
        let first = node.first();
        let comments = first.is_some_and(|token| token.before.iter().any(|c| c.blank || (item && c.own_line)));
        let splits = comments || first.is_some_and(|token| token.blank);
        let mut made = Vec::new();
        for (index, (joint, parts)) in cells.into_iter().enumerate() {
            if index > 0 {
                self.next = Separator::Nothing;
            }
            let cell = self.capture(|layout| layout.cell(parts));
            made.push((joint, Doc::Group(cell)));
        }
        self.next = Separator::Next;
        Row { lead, splits, class, cells: made }
    }

    fn cell(&mut self, parts: &[Node]) {
        match parts {
            [only] => self.node(only),
            _ => self.clause(parts),
        }
    }

    fn item(&mut self, node: &Node) -> Row {
        let Node::Branch(kind, parts) = node else {
            return self.row(node, true, None, vec![(TIGHT, std::slice::from_ref(node))]);
        };
        match kind {
            Kind::Declaration => self.row(node, true, Some(Class::Declaration), cut(parts, &[1], &[TIGHT])),
            Kind::Event => self.row(node, true, Some(Class::Event), cut(parts, &[2], &[TIGHT])),
            Kind::Message => self.message(node, parts),
            Kind::Limit => self.limit(node, parts),
            Kind::Community | Kind::Pool => self.braced_item(node, *kind, parts),
            Kind::Body => self.body_item(node, parts),
            _ => self.whole(node, |layout| layout.line_item(parts)),
        }
    }

    /// An item that is one cell.
    fn whole(&mut self, node: &Node, make: impl FnOnce(&mut Self)) -> Row {
        let row = self.row(node, true, None, Vec::new());
        self.next = Separator::Usual;
        let cell = self.capture(make);
        self.next = Separator::Next;
        Row { cells: vec![(TIGHT, Doc::Group(cell))], ..row }
    }

    fn message(&mut self, node: &Node, parts: &[Node]) -> Row {
        let first = parts.iter().position(|part| part.kind() == Some(Kind::HeadClause));
        let texts = parts.iter().position(|part| part.kind() == Some(Kind::Texts)).unwrap_or(parts.len());
        let hugs = parts.get(texts).and_then(Node::first).is_some_and(|token| {
            let text = token.spelled(None);
            text.starts_with("\"\"\"\n") || text.starts_with("\"\"\"\r")
        });
        let joint = Joint { spaces: 1, breaks: !hugs };
        let row = match first {
            Some(first) => cut(parts, &[first, texts], &[TIGHT, joint]),
            None => cut(parts, &[texts], &[joint]),
        };
        self.row(node, true, Some(Class::Message), row)
    }

    fn limit(&mut self, node: &Node, parts: &[Node]) -> Row {
        let open = parts.iter().position(|part| part.is(Sort::Open)).unwrap_or(parts.len());
        let (head, body) = parts.split_at_checked(open).unwrap_or((parts, &[]));
        let mut row = self.row(node, true, Some(Class::Limit), cut(head, &[2], &[TIGHT]));
        self.next = Separator::Nothing;
        let cell = self.capture(|layout| {
            body.first().into_iter().for_each(|open| layout.lead_node(open));
            layout.braces(body, 2, false);
        });
        self.next = Separator::Next;
        row.cells.push((TIGHT, Doc::Group(cell)));
        row
    }

    fn braced_item(&mut self, node: &Node, kind: Kind, parts: &[Node]) -> Row {
        let open = parts.iter().position(|part| part.is(Sort::Open)).unwrap_or(parts.len());
        let close = parts.iter().position(|part| part.is(Sort::Close)).unwrap_or(parts.len());
        let settings = parts.iter().filter(|part| part.kind() == Some(Kind::Clause)).count();
        let community = kind == Kind::Community;
        self.whole(node, |layout| {
            layout.nodes(parts.get(..open).unwrap_or_default());
            let body = parts.get(open..=close).unwrap_or_default();
            body.first().into_iter().for_each(|open| layout.lead_node(open));
            layout.braces(body, if community { 2 } else { 1 }, community && settings > 1);
            layout.nodes(parts.get(close + 1..).unwrap_or_default());
        })
    }

    /// `metric … every … = …`: breaks before its clauses.
    fn line_item(&mut self, parts: &[Node]) {
        let Some((first, rest)) = parts.split_first() else { return };
        self.node(first);
        self.nest(|layout| {
            for part in rest {
                let begins = matches!(part.kind(), Some(Kind::HeadClause | Kind::Clause))
                    || matches!(part, Node::Token(token) if token.keyword().is_some_and(|row| row.rule == "kw_when"));
                if begins {
                    layout.next = Separator::Line(1);
                }
                layout.node(part);
            }
        });
    }

    fn body_item(&mut self, node: &Node, parts: &[Node]) -> Row {
        let open = parts.iter().position(|part| part.is(Sort::Open)).unwrap_or(parts.len());
        self.whole(node, |layout| {
            layout.group(|layout| layout.line_item(parts.get(..open).unwrap_or_default()));
            layout.body(parts.get(open..).unwrap_or_default());
        })
    }

    /// Clauses in braces, one a line.
    fn body(&mut self, parts: &[Node]) {
        let clauses: Vec<&Node> = parts.iter().filter(|part| !is_edge(part)).collect();
        let mut ends = parts.iter().filter(|part| is_edge(part));
        ends.next().into_iter().for_each(|open| self.node(open));
        self.depth += 1;
        self.next = Separator::Start;
        let branches = clauses.iter().filter(|clause| clause.kind() == Some(Kind::When)).count() > 1;
        let rows = self.rows(&clauses, branches);
        let indent = 2 * self.depth;
        self.push(Doc::Nest(table(rows, indent)));
        self.depth -= 1;
        self.next = if clauses.is_empty() { Separator::Nothing } else { Separator::Close };
        ends.next().into_iter().for_each(|close| self.node(close));
    }

    fn rows(&mut self, clauses: &[&Node], branches: bool) -> Vec<Row> {
        let mut rows: Vec<Row> = Vec::new();
        for clause in clauses {
            // Several `when … do …` are a table.
            let goes_on = branches && matches!(clause.kind(), Some(Kind::Do | Kind::Otherwise));
            let before = rows.last_mut().filter(|row| goes_on && row.class == Some(Class::Branch));
            if let Some(row) = before {
                self.next = Separator::Nothing;
                let cell = self.capture(|layout| layout.node(clause));
                row.cells.push((WIDE, Doc::Group(cell)));
                self.next = Separator::Next;
                continue;
            }
            rows.push(self.clause_row(clause, branches));
        }
        rows
    }

    fn clause_row(&mut self, clause: &Node, branches: bool) -> Row {
        let Node::Branch(kind, parts) = clause else {
            return self.row(clause, false, None, vec![(TIGHT, std::slice::from_ref(clause))]);
        };
        match kind {
            Kind::Edge => self.row(clause, false, Some(Class::Edge), cut(parts, &[1], &[TIGHT])),
            Kind::Row => self.step(clause, parts),
            _ => {
                let class = (branches && *kind == Kind::When).then_some(Class::Branch);
                self.row(clause, false, class, vec![(TIGHT, std::slice::from_ref(clause))])
            }
        }
    }

    /// When, under which condition, what.
    fn step(&mut self, node: &Node, parts: &[Node]) -> Row {
        let starts: Vec<usize> = parts
            .iter()
            .enumerate()
            .filter(|(_, part)| matches!(part.kind(), Some(Kind::When | Kind::Do)))
            .map(|(index, _)| index)
            .collect();
        let joints: Vec<Joint> = (0..starts.len()).map(|index| Joint { breaks: index > 0, ..WIDE }).collect();
        self.row(node, false, Some(Class::Row), cut(parts, &starts, &joints))
    }
}

const TIGHT: Joint = Joint { spaces: 1, breaks: false };
const WIDE: Joint = Joint { spaces: 2, breaks: true };

/// Cuts parts into cells that begin at these places.
fn cut<'n>(parts: &'n [Node], starts: &[usize], joints: &[Joint]) -> Vec<(Joint, &'n [Node])> {
    let firsts = std::iter::once(&0).chain(starts);
    let ends = starts.iter().chain(std::iter::once(&usize::MAX));
    let joints = std::iter::once(&TIGHT).chain(joints);
    let cells = firsts
        .zip(ends)
        .zip(joints)
        .map(|((first, end), joint)| (*joint, parts.get(*first..(*end).min(parts.len())).unwrap_or_default()));
    cells.filter(|(_, cell)| !cell.is_empty()).collect()
}

fn separates(node: &Node) -> bool {
    node.is(Sort::Comma) || node.is(Sort::Semicolon)
}

fn is_edge(node: &Node) -> bool {
    node.is(Sort::Open) || node.is(Sort::Close)
}

/// Whether an action could be read as the end of the one before: one of the playbook's own with the name of a keyword.
fn may_continue(action: &Node) -> bool {
    action.first().is_some_and(|token| token.sort == Sort::Word && is_keyword(&token.spelled(None)))
}

impl Last {
    /// Whether a space stands between this token and the next.
    fn stands_apart(&self, next: Sort, text: &str) -> bool {
        let after = matches!(self.sort, Sort::Paren | Sort::Call | Sort::Bracket | Sort::Prefix);
        let before =
            matches!(next, Sort::End | Sort::Comma | Sort::Semicolon | Sort::Colon | Sort::Question | Sort::Call);
        let number = text.starts_with(|c: char| c.is_ascii_digit());
        let day = text.starts_with(is_han) && !text.starts_with(['隔', '个']);
        let glued = (self.takes_number && number) || (self.every && (number || day));
        let counted = self.text.ends_with(|c: char| c.is_ascii_digit()) && text == "次复评";
        !(after || before || glued || counted)
    }
}
