//! What binds how.

use super::items;
use qun::syntax::tree::{Before, Expr, ExprKind, ItemKind, Op, Past, Path, Text, TextPart, Window, WindowKind};

/// The tree of an expression, with all parentheses.
fn shape(expr: &str) -> String {
    let items = items(&format!("let x = {expr}"));
    let ItemKind::Let { value, .. } = &items[0].kind else { panic!("no `let`") };
    show(value)
}

fn show(expr: &Expr) -> String {
    match &expr.kind {
        ExprKind::Bool(value) => value.to_string(),
        ExprKind::Number(number) => number.to_string(),
        ExprKind::Percent(share) => format!("share {share}"),
        ExprKind::Money { amount, currency } => format!("money {amount} {}", currency.as_deref().unwrap_or("-")),
        ExprKind::Duration(duration) => format!("{}ms", duration.ms()),
        ExprKind::TimeOfDay(time) => format!("{:02}:{:02}", time.hour(), time.minute()),
        ExprKind::Date(date) => date.to_string(),
        ExprKind::DateTime(moment) => moment.to_string(),
        ExprKind::Text(text) => show_text(text),
        ExprKind::Regex(regex) => format!("/{regex}/"),
        ExprKind::List(values) => format!("[{}]", shown(values)),
        ExprKind::Path(path) => show_path(path),
        ExprKind::Not(value) => format!("(not {})", show(value)),
        ExprKind::Negate(value) => format!("(- {})", show(value)),
        ExprKind::Binary { op, left, right } => format!("({} {} {})", show(left), sign(*op), show(right)),
        ExprKind::Matches { left, pattern } => format!("({} matches {})", show(left), show(pattern)),
        ExprKind::Between { value, low, high } => format!("({} between {} and {})", show(value), show(low), show(high)),
        ExprKind::Else { value, fallback } => format!("({} else {})", show(value), show(fallback)),
        ExprKind::If { condition, then, otherwise } => {
            format!("(if {} then {} else {})", show(condition), show(then), show(otherwise))
        }
        ExprKind::Past(past) => show_past(past),
        ExprKind::Call { name, args } => format!("call {}({})", name.text, shown(args)),
    }
}

fn shown(values: &[Expr]) -> String {
    values.iter().map(show).collect::<Vec<_>>().join(", ")
}

fn show_path(path: &Path) -> String {
    path.words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(".")
}

fn show_text(text: &Text) -> String {
    let parts = text.parts.iter().map(|part| match part {
        TextPart::Words(words) => words.clone(),
        TextPart::Hole(value) => format!("<{}>", show(value)),
    });
    format!("\"{}\"", parts.collect::<String>())
}

fn sign(op: Op) -> &'static str {
    match op {
        Op::And => "and",
        Op::Or => "or",
        Op::Equal => "==",
        Op::NotEqual => "!=",
        Op::Less => "<",
        Op::LessOrEqual => "<=",
        Op::Greater => ">",
        Op::GreaterOrEqual => ">=",
        Op::In => "in",
        Op::Has => "has",
        Op::Contains => "contains",
        Op::Add => "+",
        Op::Subtract => "-",
        Op::Multiply => "*",
        Op::Divide => "/",
    }
}

fn show_past(past: &Past) -> String {
    let mut text = format!("{} of {}", past.function.text, show_path(&past.source));
    if let Some(condition) = &past.where_ {
        text += &format!(" where {}", show(condition));
    }
    for key in &past.by {
        text += &format!(" by {}", key.name.text);
        text += &key.value.as_ref().map(|value| format!(" = {}", show(value))).unwrap_or_default();
    }
    text + &past.window.as_ref().map(show_window).unwrap_or_default()
}

fn show_window(window: &Window) -> String {
    match &window.kind {
        WindowKind::Last { during, before: None } => format!(", last {}", show(during)),
        WindowKind::Last { during, before: Some(Before::Duration(back)) } => {
            format!(", last {} before {}", show(during), show(back))
        }
        WindowKind::Last { during, before: Some(Before::Today) } => format!(", last {} before today", show(during)),
        WindowKind::Last { during, before: Some(Before::This(period)) } => {
            format!(", last {} before this {}", show(during), period.text)
        }
        WindowKind::Today => ", today".to_owned(),
        WindowKind::Yesterday => ", yesterday".to_owned(),
        WindowKind::This(period) => format!(", this {}", period.text),
        WindowKind::LastPeriod(period) => format!(", last {}", period.text),
        WindowKind::Since(moment) => format!(", since {}", moment.text),
    }
}

#[track_caller]
fn same(pairs: &[(&str, &str)]) {
    for (expr, expected) in pairs {
        assert_eq!(shape(expr), *expected, "{expr}");
    }
}

#[test]
fn operators_bind_in_their_order() {
    same(&[
        ("a or b and c", "(a or (b and c))"),
        ("a and b or c and d", "((a and b) or (c and d))"),
        ("not a and b", "((not a) and b)"),
        ("not member is admin", "(not (member == admin))"),
        ("not not a", "(not (not a))"),
        ("a + b * c - d / e", "((a + (b * c)) - (d / e))"),
        ("-a * b", "((- a) * b)"),
        ("a - -b", "(a - (- b))"),
        ("(a + b) * c", "((a + b) * c)"),
        ("a else 0 + 1 > 2", "((a else (0 + 1)) > 2)"),
        ("a else b else c", "(a else (b else c))"),
        ("a > 1 or b < 2 and c >= 3", "((a > 1) or ((b < 2) and (c >= 3)))"),
    ]);
}

#[test]
fn comparisons() {
    same(&[
        ("a is b", "(a == b)"),
        ("a == b", "(a == b)"),
        ("a is not b", "(not (a == b))"),
        ("a != b", "(a != b)"),
        ("a ≤ b", "(a <= b)"),
        ("a ≥ b", "(a >= b)"),
        ("a ＞＝ b", "(a >= b)"),
        ("a in [1, 2] and b has c", "((a in [1, 2]) and (b has c))"),
        ("a contains \"x\"", "(a contains \"x\")"),
        ("a between 1 and 3 and b", "((a between 1 and 3) and b)"),
        ("not (a between 1 and 3)", "(not (a between 1 and 3))"),
        ("a matches /^x\\/[^-]+\\d#\"$/ or b", "((a matches /^x\\/[^-]+\\d#\"$/) or b)"),
    ]);
}

#[test]
fn choices() {
    same(&[
        ("if a then 1 else 2", "(if a then 1 else 2)"),
        ("if a > 1 and b then (c > 1) else d", "(if ((a > 1) and b) then (c > 1) else d)"),
        ("if a then 1 else if b then 2 else 3", "(if a then 1 else (if b then 2 else 3))"),
        ("if a then (b else 0) else c else 1", "(if a then (b else 0) else (c else 1))"),
        ("2 * (if a then 1 else 2)", "(2 * (if a then 1 else 2))"),
    ]);
}

#[test]
fn literals() {
    same(&[
        ("12", "12"),
        ("2.50", "2.50"),
        ("20%", "share 0.2"),
        ("20％", "share 0.2"),
        ("¥199.90", "money 199.90 -"),
        ("￥5", "money 5 -"),
        ("199.90 CNY", "money 199.90 CNY"),
        ("5USD", "money 5 USD"),
        ("1d12h", "129600000ms"),
        ("1天12小时", "129600000ms"),
        ("2w", "1209600000ms"),
        ("08:30", "08:30"),
        ("08：30", "08:30"),
        ("2026-12-24", "2026-12-24"),
        ("2026-12-24T20:00", "2026-12-24 20:00:00"),
        ("[7, 21, 30]", "[7, 21, 30]"),
        ("[]", "[]"),
        ("true", "true"),
        ("假", "false"),
    ]);
}

#[test]
fn texts() {
    same(&[
        ("\"\"", "\"\""),
        ("\"a {b} c\"", "\"a <b> c\""),
        ("\"{{a}\"", "\"{a}\""),
        ("“say \"hi\" {b}”", "\"say \"hi\" <b>\""),
        ("\"{a else \"{b else \"c\"}\"}\"", "\"<(a else \"<(b else \"c\")>\")>\""),
        ("\"a # b\" # c", "\"a # b\""),
        ("\"\"\"a \"b\" c\"\"\"", "\"a \"b\" c\""),
        ("\"\"\"\n    a\n      {b}\n    c\n    \"\"\"", "\"a\n  <b>\nc\""),
        ("\"｛a｝\"", "\"｛a｝\""),
    ]);
}

#[test]
fn the_past() {
    same(&[
        ("count(message.posted)", "count of message.posted"),
        ("count(message.posted, last 7d) > 3", "(count of message.posted, last 604800000ms > 3)"),
        ("sum(a.b.c where d > 1 and e by group, f, today)", "sum of a.b.c where ((d > 1) and e) by group by f, today"),
        ("count(a.b by inviter = member, last 30d)", "count of a.b by inviter = member, last 2592000000ms"),
        ("count(a.b, last 1d before 30d)", "count of a.b, last 86400000ms before 2592000000ms"),
        ("count(a.b, last 28d before today)", "count of a.b, last 2419200000ms before today"),
        ("count(a.b, last 28d before this week)", "count of a.b, last 2419200000ms before this week"),
        ("count(a.b, this month)", "count of a.b, this month"),
        ("count(a.b, last week)", "count of a.b, last week"),
        ("count(a.b, since start)", "count of a.b, since start"),
        ("count(a.b, since joined)", "count of a.b, since joined"),
        ("count(a.b, last (2 * 1d))", "count of a.b, last (2 * 86400000ms)"),
        ("last(a.b.c)", "last of a.b.c"),
        ("since(a.b) < 72h", "(since of a.b < 259200000ms)"),
        ("first(a.b.c) else last(a.b.c, last 7d)", "(first of a.b.c else last of a.b.c, last 604800000ms)"),
        ("round(last(a.b.c), 2)", "call round(last of a.b.c, 2)"),
        ("count(members where member in loyal)", "count of members where (member in loyal)"),
        ("sum(members.points)", "sum of members.points"),
    ]);
}

#[test]
fn chinese_expressions() {
    same(&[
        ("非 成员 是 admin", "(not (member == admin))"),
        ("成员.名字", "member.name"),
        ("群.人数 / 群.容量", "(group.size / group.capacity)"),
        ("群.城市", "group.城市"),
        ("事件.名字", "event.name"),
        ("现在.点钟 >= 8 且 现在.星期 是 周一", "((now.hour >= 8) and (now.weekday == monday))"),
        ("现在.星期 在 [周六、周日]", "(now.weekday in [saturday, sunday])"),
        ("成员 有 周一", "(member has 周一)"),
        (
            "数量（消息.发布 其中 字数 > 3 按 群，近 7天）",
            "count of message.posted where (字数 > 3) by group, last 604800000ms",
        ),
        ("数量(a.b，近1天 之前 30天)", "count of a.b, last 86400000ms before 2592000000ms"),
        ("数量(a.b，自 入群)", "count of a.b, since joined"),
        ("数量(成员.加入，今天)", "count of member.joined, today"),
        ("名单(全体成员.名字 其中 成员 是 kol)", "list of members.name where (member == kol)"),
        ("a 介于1 且 3", "(a between 1 and 3)"),
        ("如果 a 那么 1 否则 2", "(if a then 1 else 2)"),
        ("规则1 + 群规 + 近10", "((规则1 + 群规) + 近10)"),
    ]);
}
