//! Keeps every token of a file with the comments before it.

use super::super::concrete::{Comment, Kind, Node, Piece, Sheet, Sort, Token};
use super::super::error::SyntaxError;
use super::super::keywords::{self, Keyword, Tongue};
use super::super::span::FileId;
use super::{Builder, Grammar, MAX_FILE_BYTES, Node as Pair, Rule};
use pest::Parser as _;
use std::collections::BTreeSet;
use std::ops::Range;

/// Reads a file for the formatter; the names that the playbook declares are its own.
///
/// # Errors
/// The mistakes in the writing, in the order of their places.
pub fn read_sheet(file: FileId, text: &str, declared: &BTreeSet<String>) -> Result<Sheet, Vec<SyntaxError>> {
    let start = if text.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 };
    let mut builder = Builder::new(file, start, text.get(start..).unwrap_or(""), declared);
    let items = if text.len() > MAX_FILE_BYTES { builder.too_large(text) } else { builder.file() };
    builder.errors.sort_by_key(|error| (error.span.start, error.span.end));
    if !builder.errors.is_empty() {
        return Err(builder.errors);
    }
    let mut read: Vec<Known> =
        builder.read.iter().map(|(span, row)| Known { place: span.start as usize..span.end as usize, row }).collect();
    read.sort_by_key(|known| (known.place.start, known.place.end));
    let mut reader = Reader { text: builder.text, base: start, known: read, at: 0, waiting: Vec::new() };
    let nodes = Grammar::parse(Rule::file, builder.text).into_iter().flatten().flat_map(Pair::into_inner);
    let nodes = nodes.filter(|node| node.as_rule() == Rule::item).flat_map(|node| reader.nodes(node)).collect();
    let end = reader.token(Sort::File, builder.text.len()..builder.text.len(), Vec::new());
    Ok(Sheet { items, nodes, end })
}

/// A word of the table, where it stands.
struct Known {
    place: Range<usize>,
    row: &'static Keyword,
}

struct Reader<'t> {
    text: &'t str,
    /// Where the text starts in its file.
    base: usize,
    /// The words of the table that the builder of the tree found, in the order of their places.
    known: Vec<Known>,
    /// The end of the last token.
    at: usize,
    /// Comments that belong before the next token.
    waiting: Vec<Comment>,
}

impl Reader<'_> {
    /// A node, or the nodes in it where it has no layout of its own.
    fn nodes(&mut self, pair: Pair<'_>) -> Vec<Node> {
        let what = pair.as_rule();
        if let Some(sort) = sort(what) {
            return vec![Node::Token(self.leaf(sort, &pair))];
        }
        let parts: Vec<Node> = pair.into_inner().flat_map(|inner| self.nodes(inner)).collect();
        match kind(what) {
            Some(Kind::Operation | Kind::Operand) if parts.len() == 1 => parts,
            Some(kind) => vec![Node::Branch(kind, with_calls(what, parts))],
            None => parts,
        }
    }

    fn leaf(&mut self, sort: Sort, pair: &Pair<'_>) -> Token {
        let place = pair.as_span().start()..pair.as_span().end();
        let pieces = self.pieces(pair, &place);
        let token = self.token(sort, place.clone(), pieces);
        if sort == Sort::Keyword {
            // A comment may stand between the words of one keyword.
            self.at = place.start;
            self.comments(place.end);
        }
        self.at = place.end;
        token
    }

    /// A token with the comments before it. Those before a comma or a semicolon wait for the next one.
    fn token(&mut self, sort: Sort, place: Range<usize>, pieces: Vec<Piece>) -> Token {
        let blank = self.comments(place.start) > 1;
        let waits = matches!(sort, Sort::Comma | Sort::Semicolon);
        let before = if waits { Vec::new() } else { std::mem::take(&mut self.waiting) };
        Token { sort, pieces, place: self.in_file(&place), before, blank }
    }

    fn in_file(&self, place: &Range<usize>) -> Range<usize> {
        place.start + self.base..place.end + self.base
    }

    /// Keeps the comments up to a place, and answers how many line breaks follow the last one.
    fn comments(&mut self, end: usize) -> usize {
        let mut rest = self.text.get(self.at..end).unwrap_or("");
        let mut fresh = self.at == 0;
        let mut breaks = 0;
        while let Some(c) = rest.chars().next() {
            if matches!(c, '#' | '＃') {
                let length = rest.find(['\n', '\r']).unwrap_or(rest.len());
                let (comment, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
                let text = format!("#{}", comment.trim_start_matches(c_only(c)).trim_end());
                let text = if c == '#' { comment.trim_end().to_owned() } else { text };
                self.waiting.push(Comment { text, own_line: fresh || breaks > 0, blank: breaks > 1 });
                (rest, breaks, fresh) = (after, 0, false);
                continue;
            }
            let length = if rest.starts_with("\r\n") { 2 } else { c.len_utf8() };
            breaks += usize::from(matches!(c, '\n' | '\r'));
            rest = rest.get(length..).unwrap_or("");
        }
        breaks
    }

    // ---- the pieces of a token

    fn pieces(&self, pair: &Pair<'_>, place: &Range<usize>) -> Vec<Piece> {
        let text = pair.as_str();
        let what = pair.as_rule();
        match what {
            Rule::text => self.text_pieces(pair, place),
            Rule::path | Rule::name | Rule::word => self.cut(text, place, self.known_in(place)),
            Rule::duration => self.cut(text, place, units(text, place.start)),
            _ => {
                let keyword = keyword(what);
                let text = keyword.map_or_else(|| narrow(what, text), |row| row.in_tongue(Tongue::of(text)).to_owned());
                vec![Piece { text, keyword, place: self.in_file(place) }]
            }
        }
    }

    /// The words of the table inside of a token.
    fn known_in(&self, place: &Range<usize>) -> Vec<Known> {
        let inside = self.in_file(place);
        let first = self.known.partition_point(|known| known.place.start < inside.start);
        let known = self.known.iter().skip(first).take_while(|known| known.place.start < inside.end);
        known
            .map(|known| Known { place: known.place.start - self.base..known.place.end - self.base, row: known.row })
            .collect()
    }

    /// A text: the words in its holes are pieces of their own; the quotes are narrow where they can be.
    fn text_pieces(&self, pair: &Pair<'_>, place: &Range<usize>) -> Vec<Piece> {
        let mut known = self.known_in(place);
        words_of_holes(pair.clone(), &mut known);
        known.sort_by_key(|known| (known.place.start, known.place.end));
        let text = pair.as_str();
        let mut pieces = self.cut(text, place, known);
        if text.starts_with('“') && !text.contains('"') {
            if let Some(first) = pieces.first_mut() {
                first.text = first.text.replacen('“', "\"", 1);
            }
            if let Some(last) = pieces.last_mut() {
                last.text = format!("{}\"", last.text.strip_suffix('”').unwrap_or(&last.text));
            }
        }
        pieces
    }

    /// Cuts a token at the words of the table in it.
    fn cut(&self, text: &str, place: &Range<usize>, known: Vec<Known>) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let mut at = place.start;
        let mut push = |from: usize, to: usize, keyword: Option<&'static Keyword>| {
            let part = text.get(from - place.start..to - place.start).unwrap_or("");
            if !part.is_empty() {
                pieces.push(Piece { text: part.to_owned(), keyword, place: self.in_file(&(from..to)) });
            }
        };
        for known in known.into_iter().filter(|known| known.place.end <= place.end) {
            if known.place.start < at {
                continue;
            }
            push(at, known.place.start, None);
            push(known.place.start, known.place.end, Some(known.row));
            at = known.place.end;
        }
        push(at, place.end, None);
        pieces
    }
}

/// The sign of a comment itself.
fn c_only(sign: char) -> impl FnMut(char) -> bool {
    let mut seen = false;
    move |c| !std::mem::replace(&mut seen, true) && c == sign
}

/// The keywords and units in the holes of a text.
fn words_of_holes(pair: Pair<'_>, known: &mut Vec<Known>) {
    for inner in pair.into_inner() {
        let place = inner.as_span().start()..inner.as_span().end();
        if let Some(row) = keyword(inner.as_rule()) {
            known.push(Known { place, row });
        } else if inner.as_rule() == Rule::duration {
            known.extend(units(inner.as_str(), place.start));
        } else {
            words_of_holes(inner, known);
        }
    }
}

/// The units in a duration.
fn units(text: &str, start: usize) -> Vec<Known> {
    let mut units = Vec::new();
    let mut rest = text;
    while let Some(digits) = rest.find(|c: char| !c.is_ascii_digit()) {
        let after = rest.get(digits..).unwrap_or("");
        let unit = after.split(|c: char| c.is_ascii_digit()).next().unwrap_or("");
        let at = start + text.len() - after.len();
        units.extend(keywords::row(keywords::Sort::Unit, unit).map(|row| Known { place: at..at + unit.len(), row }));
        rest = after.get(unit.len()..).unwrap_or("");
    }
    units
}

fn keyword(what: Rule) -> Option<&'static Keyword> {
    let name = format!("{what:?}");
    name.starts_with("kw_").then(|| keywords::of_rule(&name)).flatten()
}

/// A literal or a sign with narrow punctuation.
fn narrow(what: Rule, text: &str) -> String {
    let fixed = match what {
        Rule::open => "{",
        Rule::close => "}",
        Rule::lparen => "(",
        Rule::rparen => ")",
        Rule::comma => ",",
        Rule::semicolon => ";",
        Rule::colon => ":",
        Rule::equals => "=",
        Rule::question => "?",
        _ => return narrow_literal(what, text),
    };
    fixed.to_owned()
}

fn narrow_literal(what: Rule, text: &str) -> String {
    match what {
        Rule::percent => text.replace('％', "%"),
        Rule::time | Rule::date_time => text.replace('：', ":"),
        Rule::money if text.starts_with(['¥', '￥']) => text.replace('￥', "¥"),
        Rule::money => {
            let digits = text.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(text.len());
            let (amount, code) = text.split_at_checked(digits).unwrap_or((text, ""));
            format!("{amount} {}", code.trim_start())
        }
        Rule::compare_sign => {
            let ascii = text.replace('＝', "=").replace('＜', "<").replace('＞', ">").replace('！', "!");
            ascii.replace('≤', "<=").replace('≥', ">=").replace('≠', "!=")
        }
        Rule::this_slip => text.split_whitespace().collect::<Vec<_>>().join(" "),
        _ => text.to_owned(),
    }
}

/// The sort of a token; `None` for what is made of tokens.
fn sort(what: Rule) -> Option<Sort> {
    let sort = match what {
        Rule::text => Sort::Text,
        Rule::path | Rule::name | Rule::word | Rule::this_slip => Sort::Word,
        Rule::number | Rule::zero | Rule::percent | Rule::duration | Rule::time => Sort::Literal,
        Rule::date | Rule::date_time | Rule::money | Rule::regex => Sort::Literal,
        Rule::compare_sign | Rule::add_sign | Rule::times_sign | Rule::equals | Rule::range_sign => Sort::Operator,
        Rule::minus | Rule::sign => Sort::Prefix,
        Rule::open => Sort::Open,
        Rule::close => Sort::Close,
        Rule::lparen => Sort::Paren,
        Rule::lbracket => Sort::Bracket,
        Rule::rparen | Rule::rbracket => Sort::End,
        Rule::comma => Sort::Comma,
        Rule::semicolon => Sort::Semicolon,
        Rule::colon => Sort::Colon,
        Rule::question => Sort::Question,
        _ => return keyword(what).map(|_| Sort::Keyword),
    };
    Some(sort)
}

/// The `(` of parameters and arguments stands right after a name.
fn with_calls(what: Rule, mut parts: Vec<Node>) -> Vec<Node> {
    if matches!(what, Rule::params | Rule::args | Rule::call)
        && let Some(Node::Token(token)) = parts.first_mut()
    {
        token.sort = Sort::Call;
    }
    parts
}

/// The layout of a part; `None` where it is that of the part around it.
fn kind(what: Rule) -> Option<Kind> {
    item_kind(what).or_else(|| clause_kind(what)).or_else(|| part_kind(what))
}

fn item_kind(what: Rule) -> Option<Kind> {
    let kind = match what {
        Rule::community => Kind::Community,
        Rule::words | Rule::voice | Rule::field => Kind::Declaration,
        Rule::event => Kind::Event,
        Rule::message => Kind::Message,
        Rule::pool => Kind::Pool,
        Rule::limit | Rule::budget => Kind::Limit,
        Rule::action_item | Rule::let_item | Rule::segment | Rule::metric => Kind::Line,
        Rule::rule | Rule::flow | Rule::ladder | Rule::tiers | Rule::calendar => Kind::Body,
        _ => return None,
    };
    Some(kind)
}

fn clause_kind(what: Rule) -> Option<Kind> {
    let kind = match what {
        Rule::for_clause | Rule::where_clause | Rule::per_clause | Rule::by_voice => Kind::HeadClause,
        Rule::when_clause => Kind::When,
        Rule::do_clause => Kind::Do,
        Rule::otherwise => Kind::Otherwise,
        Rule::edge | Rule::goal | Rule::anchor => Kind::Edge,
        Rule::step | Rule::row | Rule::ladder_step | Rule::level => Kind::Row,
        Rule::setting | Rule::on_clause | Rule::every | Rule::top | Rule::draw | Rule::once => Kind::Clause,
        Rule::strikes | Rule::appeal | Rule::review | Rule::demote | Rule::on_change | Rule::on_reload => Kind::Clause,
        Rule::limit_on
        | Rule::counting
        | Rule::cap
        | Rule::budget_cap
        | Rule::quiet
        | Rule::limit_else
        | Rule::weight => Kind::Clause,
        _ => return None,
    };
    Some(kind)
}

fn part_kind(what: Rule) -> Option<Kind> {
    let kind = match what {
        Rule::fields | Rule::emit_fields => Kind::Fields,
        Rule::event_field | Rule::emit_field | Rule::declaration => Kind::Element,
        Rule::params | Rule::args | Rule::call | Rule::list => Kind::Brackets,
        Rule::paren => Kind::Paren,
        Rule::text_choice | Rule::from_file => Kind::Texts,
        Rule::block => Kind::Block,
        Rule::action => Kind::Action,
        Rule::to_member | Rule::because | Rule::for_role | Rule::due | Rule::as_class => Kind::Tail,
        Rule::approval | Rule::task_otherwise => Kind::LateTail,
        Rule::expr | Rule::conjunction | Rule::fallback | Rule::sum | Rule::product => Kind::Operation,
        Rule::negation | Rule::comparison | Rule::unary | Rule::reference => Kind::Operand,
        Rule::choice => Kind::Choice,
        Rule::argument => Kind::Argument,
        _ => return None,
    };
    Some(kind)
}
