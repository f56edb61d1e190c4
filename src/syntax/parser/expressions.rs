//! Expressions, from the loosest binding to the tightest.

use super::super::error::{Limit, Mistake, Part, Slip};
use super::super::keywords::{Sort, Tongue};
use super::super::span::Span;
use super::super::tree::{Expr, ExprKind, Op, Path};
use super::{Builder, MAX_OPERATORS, Node, Rule, child, spell};
use pest::iterators::Pairs;

impl Builder<'_> {
    /// Any node that is a value.
    pub(super) fn value(&mut self, node: Node<'_>) -> Option<Expr> {
        let node = peeled(node);
        match node.as_rule() {
            Rule::expr => self.deeper(&node.clone(), |builder| builder.chain(node)),
            Rule::conjunction | Rule::sum | Rule::product => self.chain(node),
            Rule::negation => self.negation(node),
            Rule::comparison => self.comparison(node),
            Rule::fallback => self.fallback(node),
            Rule::unary => self.unary(node),
            Rule::choice => self.deeper(&node.clone(), |builder| builder.choice(node)),
            Rule::paren => self.value(child(node, Rule::expr)?),
            Rule::reference => self.reference(node),
            Rule::time_span => self.time_span(node),
            _ => self.leaf(node),
        }
    }

    fn leaf(&mut self, node: Node<'_>) -> Option<Expr> {
        let span = self.span(&node);
        let kind = match node.as_rule() {
            Rule::kw_true => ExprKind::Bool(true),
            Rule::kw_false => ExprKind::Bool(false),
            Rule::text => ExprKind::Text(self.text(node)?),
            Rule::regex => ExprKind::Regex(unslashed(node.as_str())),
            Rule::list => ExprKind::List(self.values(node)),
            Rule::path => ExprKind::Path(self.subject_path(&node)),
            _ => self.literal(&node)?,
        };
        Some(Expr { span, kind })
    }

    /// All expressions among the children of a node.
    pub(super) fn values(&mut self, node: Node<'_>) -> Vec<Expr> {
        let values = node.into_inner().filter(|child| child.as_rule() == Rule::expr);
        values.filter_map(|value| self.value(value)).collect()
    }

    /// `a + b - c`, `a and b`: operands with operators between them, from the left.
    fn chain(&mut self, node: Node<'_>) -> Option<Expr> {
        let mut inner = node.into_inner();
        let mut left = self.value(inner.next()?);
        while let (Some(sign), Some(operand)) = (inner.next(), inner.next()) {
            let op = self.operator(&sign);
            let right = self.value(operand);
            left = self.binary(op, left?, right?);
        }
        left
    }

    fn operator(&mut self, sign: &Node<'_>) -> Op {
        match (sign.as_rule(), sign.as_str()) {
            (Rule::kw_or, _) => Op::Or,
            (Rule::kw_and, _) => Op::And,
            (Rule::or_sign, _) => self.word_for_sign(sign, "or", Op::Or),
            (Rule::and_sign, _) => self.word_for_sign(sign, "and", Op::And),
            (_, "+") => Op::Add,
            (_, "-") => Op::Subtract,
            (_, "*") => Op::Multiply,
            _ => Op::Divide,
        }
    }

    fn word_for_sign(&mut self, sign: &Node<'_>, right: &str, op: Op) -> Op {
        self.slip(Slip::SignForWord, sign, right);
        op
    }

    pub(super) fn binary(&mut self, op: Op, left: Expr, right: Expr) -> Option<Expr> {
        let span = left.span.to(right.span);
        self.operation(span, ExprKind::Binary { op, left: Box::new(left), right: Box::new(right) })
    }

    /// An operation, unless the expression has too many.
    fn operation(&mut self, span: Span, kind: ExprKind) -> Option<Expr> {
        self.operators += 1;
        if self.operators == MAX_OPERATORS + 1 {
            self.wrong(span, Mistake::Beyond(Limit::Operators));
        }
        (self.operators <= MAX_OPERATORS).then_some(Expr { span, kind })
    }

    fn negation(&mut self, node: Node<'_>) -> Option<Expr> {
        let (mut signs, mut value) = (Vec::new(), None);
        for part in node.into_inner() {
            match part.as_rule() {
                Rule::kw_not => signs.push(self.span(&part)),
                Rule::not_sign => {
                    self.slip(Slip::SignForWord, &part, "not");
                    signs.push(self.span(&part));
                }
                _ => value = self.value(part),
            }
        }
        signs
            .into_iter()
            .rev()
            .try_fold(value?, |value, sign| self.operation(sign.to(value.span), ExprKind::Not(Box::new(value))))
    }

    fn unary(&mut self, node: Node<'_>) -> Option<Expr> {
        let (mut signs, mut value) = (Vec::new(), None);
        for part in node.into_inner() {
            match part.as_rule() {
                Rule::minus => signs.push(self.span(&part)),
                _ => value = self.value(part),
            }
        }
        signs
            .into_iter()
            .rev()
            .try_fold(value?, |value, sign| self.operation(sign.to(value.span), ExprKind::Negate(Box::new(value))))
    }

    /// `a else b else c`: the last is the fallback of the one before.
    fn fallback(&mut self, node: Node<'_>) -> Option<Expr> {
        let operands = node.into_inner().filter(|part| part.as_rule() != Rule::kw_else);
        let values: Vec<_> = operands.map(|part| self.value(part)).collect();
        let mut values = values.into_iter().rev();
        let last = values.next()??;
        values.try_fold(last, |fallback, value| {
            let value = value?;
            let span = value.span.to(fallback.span);
            self.operation(span, ExprKind::Else { value: Box::new(value), fallback: Box::new(fallback) })
        })
    }

    fn comparison(&mut self, node: Node<'_>) -> Option<Expr> {
        let mut inner = node.clone().into_inner();
        let left_node = inner.next()?;
        let left = self.value(left_node.clone());
        let first = inner.next()?;
        if let Some(second) = inner.next() {
            self.chained(&left_node, &first, &second);
        }
        self.compared(left?, first)
    }

    fn chained(&mut self, left: &Node<'_>, first: &Node<'_>, second: &Node<'_>) {
        let middle = first.clone().into_inner().last().map(|middle| self.source(&middle)).unwrap_or_default();
        let (left, first, rest) = (self.source(left), self.source(first), self.source(second));
        let and = spell(Rule::kw_and, Tongue::of(&rest));
        let right = Some(format!("{left} {first} {and} {middle} {rest}"));
        self.wrong(self.span(second), Mistake::Chained { right });
    }

    /// What stands right of the left side of a comparison.
    pub(super) fn compared(&mut self, left: Expr, node: Node<'_>) -> Option<Expr> {
        let mut inner = node.clone().into_inner();
        let mut sign = inner.next()?;
        let outer_not = (sign.as_rule() == Rule::kw_not).then(|| sign.clone());
        if outer_not.is_some() {
            sign = inner.next()?;
            self.not_inside(&left, &node);
        }
        let built = self.compare(left, &sign, inner)?;
        if outer_not.is_some() { self.operation(built.span, ExprKind::Not(Box::new(built))) } else { Some(built) }
    }

    fn not_inside(&mut self, left: &Expr, node: &Node<'_>) {
        let start = left.span.start as usize - self.base;
        let left_text = self.text.get(start..start + (left.span.end - left.span.start) as usize).unwrap_or("");
        let rest = self.source(node);
        let not = rest.chars().take_while(|c| c.is_alphabetic()).collect::<String>();
        let right = format!("{not} {left_text}{}", rest.strip_prefix(not.as_str()).unwrap_or(""));
        let wrong = format!("{left_text} {rest}");
        self.wrong(left.span.to(self.span(node)), Mistake::Slip { slip: Slip::NotInside, wrong, right });
    }

    fn compare(&mut self, left: Expr, sign: &Node<'_>, mut rest: Pairs<'_, Rule>) -> Option<Expr> {
        match sign.as_rule() {
            Rule::compare_sign => {
                let op = self.compare_sign(sign);
                self.compare_with(op, left, rest.next()?)
            }
            Rule::kw_is => self.is(left, rest),
            Rule::kw_in => self.compare_with(Op::In, left, rest.next()?),
            Rule::kw_has => self.compare_with(Op::Has, left, rest.next()?),
            Rule::kw_contains => self.compare_with(Op::Contains, left, rest.next()?),
            Rule::kw_matches => self.matches(left, rest.next()?),
            _ => self.between(left, rest),
        }
    }

    /// `x is y`, and `x is not y` for `not x is y`.
    fn is(&mut self, left: Expr, mut rest: Pairs<'_, Rule>) -> Option<Expr> {
        let next = rest.next()?;
        if next.as_rule() != Rule::kw_not {
            return self.compare_with(Op::Equal, left, next);
        }
        let equal = self.compare_with(Op::Equal, left, rest.next()?)?;
        self.operation(equal.span, ExprKind::Not(Box::new(equal)))
    }

    fn compare_with(&mut self, op: Op, left: Expr, right: Node<'_>) -> Option<Expr> {
        let mut right = self.value(right)?;
        if is_weekday(&left) {
            self.weekdays(&mut right);
        }
        self.binary(op, left, right)
    }

    /// Beside `now.weekday`, weekdays are keywords.
    fn weekdays(&mut self, expr: &mut Expr) {
        match &mut expr.kind {
            ExprKind::Path(path) => {
                if let [word] = path.words.as_mut_slice() {
                    self.translate(word, Sort::Day);
                }
            }
            ExprKind::List(days) => days.iter_mut().for_each(|day| self.weekdays(day)),
            _ => {}
        }
    }

    fn compare_sign(&mut self, sign: &Node<'_>) -> Op {
        let ascii: String = sign.as_str().chars().map(ascii_sign).collect();
        match ascii.as_str() {
            "==" => Op::Equal,
            "!=" => Op::NotEqual,
            "<" => Op::Less,
            ">" => Op::Greater,
            "<=" | "≤" => Op::LessOrEqual,
            ">=" | "≥" => Op::GreaterOrEqual,
            "=" => self.sign_slip(Slip::SingleEquals, sign, "==", Op::Equal),
            "=<" => self.sign_slip(Slip::SignOfOthers, sign, "<=", Op::LessOrEqual),
            "=>" => self.sign_slip(Slip::SignOfOthers, sign, ">=", Op::GreaterOrEqual),
            _ => self.sign_slip(Slip::SignOfOthers, sign, "!=", Op::NotEqual),
        }
    }

    fn sign_slip(&mut self, slip: Slip, sign: &Node<'_>, right: &str, op: Op) -> Op {
        self.slip(slip, sign, right);
        op
    }

    fn matches(&mut self, left: Expr, pattern: Node<'_>) -> Option<Expr> {
        let pattern = self.value(pattern)?;
        let span = left.span.to(pattern.span);
        self.operation(span, ExprKind::Matches { left: Box::new(left), pattern: Box::new(pattern) })
    }

    fn between(&mut self, value: Expr, rest: Pairs<'_, Rule>) -> Option<Expr> {
        let ends: Vec<_> = rest.filter(|part| part.as_rule() != Rule::kw_and).map(|part| self.value(part)).collect();
        let mut ends = ends.into_iter();
        let (low, high) = (ends.next()??, ends.next()??);
        let span = value.span.to(high.span);
        self.operation(span, ExprKind::Between { value: Box::new(value), low: Box::new(low), high: Box::new(high) })
    }

    fn choice(&mut self, node: Node<'_>) -> Option<Expr> {
        let span = self.span(&node);
        let (mut condition, mut then, mut otherwise) = (None, None, None);
        for part in node.clone().into_inner() {
            match part.as_rule() {
                Rule::expr => condition = self.value(part),
                Rule::sum => then = self.value(part),
                Rule::open_branch => then = self.open_branch(then, part),
                Rule::choice_else => otherwise = Some(self.value(child(part, Rule::fallback)?)),
                _ => {}
            }
        }
        if otherwise.is_none() {
            self.missing(Part::Else, "if", &node);
        }
        let (condition, then, otherwise) = (Box::new(condition?), Box::new(then?), Box::new(otherwise??));
        self.operation(span, ExprKind::If { condition, then, otherwise })
    }

    fn open_branch(&mut self, left: Option<Expr>, node: Node<'_>) -> Option<Expr> {
        let mut inner = node.into_inner();
        let sign = inner.next()?;
        let branch = self.compare(left?, &sign, inner)?;
        let wrong = self.source_at(branch.span);
        let right = format!("({wrong})");
        self.wrong(branch.span, Mistake::Slip { slip: Slip::OpenBranch, wrong, right });
        Some(branch)
    }

    pub(super) fn source_at(&self, span: Span) -> String {
        let start = span.start as usize - self.base;
        self.text.get(start..span.end as usize - self.base).unwrap_or("").to_owned()
    }

    fn reference(&mut self, node: Node<'_>) -> Option<Expr> {
        let span = self.span(&node);
        let mut inner = node.into_inner();
        let path = inner.next()?;
        let kind = match inner.next() {
            Some(call) => self.call(&path, call)?,
            None => ExprKind::Path(self.subject_path(&path)),
        };
        Some(Expr { span, kind })
    }

    /// A path in an expression: its first word may be a subject, its second a property of one, in either tongue.
    pub(super) fn subject_path(&mut self, node: &Node<'_>) -> Path {
        let mut path = self.path(node);
        let mut words = path.words.iter_mut();
        let subject = words.next().and_then(|word| self.translate(word, Sort::Subject));
        match (subject, words.next()) {
            (Some("event"), Some(field)) => self.translate_known(field, Sort::Field),
            (Some(_), Some(property)) => self.translate_known(property, Sort::Property),
            (None, None) => path.words.iter_mut().for_each(|word| self.bare_word(word)),
            _ => {}
        }
        path
    }

    /// A field of the event that is counted, or what ladders and pools know.
    fn bare_word(&mut self, word: &mut super::Word) {
        let known = super::keywords::english(Sort::Field, &word.text)
            .is_some_and(|english| ["reason", "weight", "total", "piece"].contains(&english));
        if self.row || known {
            self.translate_known(word, Sort::Field);
        }
    }
}

/// The innermost node of the same extent: a level of binding with one operand is that operand.
pub(super) fn peeled(mut node: Node<'_>) -> Node<'_> {
    while is_level(node.as_rule()) {
        let mut inner = node.clone().into_inner();
        match (inner.next(), inner.next()) {
            (Some(only), None) => node = only,
            _ => break,
        }
    }
    node
}

fn is_level(kind: Rule) -> bool {
    matches!(
        kind,
        Rule::conjunction
            | Rule::negation
            | Rule::comparison
            | Rule::fallback
            | Rule::sum
            | Rule::product
            | Rule::unary
    )
}

fn ascii_sign(c: char) -> char {
    match c {
        '＝' => '=',
        '＜' => '<',
        '＞' => '>',
        '！' => '!',
        other => other,
    }
}

fn unslashed(regex: &str) -> String {
    regex.strip_prefix('/').and_then(|rest| rest.strip_suffix('/')).unwrap_or(regex).to_owned()
}

/// `now.weekday`
fn is_weekday(expr: &Expr) -> bool {
    let ExprKind::Path(path) = &expr.kind else { return false };
    let words: Vec<_> = path.words.iter().map(|word| word.text.as_str()).collect();
    words == ["now", "weekday"]
}
