//! Expressions as text.

use super::Shown;
use crate::plan::expr::{
    Aggregate, Arithmetic, Comparison, Crowd, Expr, Function, Population, Show, Template, TemplatePart, Window,
};
use crate::plan::ids::{KindId, SeriesId};
use crate::plan::value::Value;
use crate::plan::{Column, KeyPart, Scope};
use crate::time::{Duration, Period, TimeOfDay};

/// Where `Row` points to.
#[derive(Clone, Copy)]
pub(super) enum Rows {
    /// Nowhere.
    None,
    /// Fields of a kind of event.
    Fields(KindId),
    /// Columns of a series.
    Columns(SeriesId),
}

impl Shown<'_> {
    /// An expression that stands alone.
    pub(super) fn expr(&self, expr: &Expr) -> String {
        self.in_rows(expr, Rows::None)
    }

    pub(super) fn in_rows(&self, expr: &Expr, rows: Rows) -> String {
        match expr {
            Expr::Const(value) => self.value(value),
            Expr::Row(position) => self.row(*position, rows),
            Expr::EventField(fields) => {
                let first = fields.first().map_or("?", |(kind, position)| self.field(*kind, *position));
                format!("event.{first}")
            }
            Expr::Param(position) => format!("param {position}"),
            Expr::MemberAttribute(id) => format!("member.{}", self.attribute(id.index())),
            Expr::GroupAttribute(id) => format!("group.{}", self.attribute(id.index())),
            Expr::MemberHasAttribute(id) => format!("member has {}", self.attribute(id.index())),
            Expr::GroupHasAttribute(id) => format!("group has {}", self.attribute(id.index())),
            Expr::Ledger(id) => {
                format!("member.{}", self.plan.ledgers.get(id.index()).map_or("?", |id| self.name(*id)))
            }
            Expr::Tier(_) | Expr::InSegment(_) | Expr::Metric(_) | Expr::Let(_) if self.written => self.named(expr),
            Expr::Tier(id) => {
                format!("tier of {}", self.plan.tiers.get(id.index()).map_or("?", |tiers| self.name(tiers.name)))
            }
            Expr::HasTag(tag) => format!("member has {}", self.name(*tag)),
            Expr::HasRole { who, role } => format!("{} is {}", self.inner(who, rows), self.name(*role)),
            Expr::InSegment(id) => {
                format!("in {}", self.plan.segments.get(id.index()).map_or("?", |segment| self.name(segment.name)))
            }
            Expr::Metric(id) => {
                format!("metric {}", self.plan.metrics.get(id.index()).map_or("?", |metric| self.name(metric.name)))
            }
            Expr::Let(id) => {
                format!("let {}", self.plan.lets.get(id.index()).map_or("?", |named| self.name(named.name)))
            }
            Expr::Text(template) => self.template_in(template, rows),
            Expr::Aggregate(aggregate) if self.written => self.written_aggregate(aggregate),
            Expr::Aggregate(aggregate) => self.aggregate(aggregate),
            Expr::Population(population) => self.population(population),
            expr => word(expr).map_or_else(|| self.operation(expr, rows), str::to_owned),
        }
    }

    /// An expression within another: in brackets where it has parts.
    fn inner(&self, expr: &Expr, rows: Rows) -> String {
        let text = self.in_rows(expr, rows);
        let whole = matches!(
            expr,
            Expr::Const(_) | Expr::EventField(_) | Expr::Aggregate(_) | Expr::Population(_) | Expr::Text(_)
        );
        if whole || !text.contains(' ') { text } else { format!("({text})") }
    }

    fn operation(&self, expr: &Expr, rows: Rows) -> String {
        let of = |expr: &Expr| self.inner(expr, rows);
        match expr {
            Expr::Not(one) => format!("not {}", of(one)),
            Expr::Negate(one) => format!("-{}", of(one)),
            Expr::And(all) => self.joined(all, " and ", rows),
            Expr::Or(all) => self.joined(all, " or ", rows),
            Expr::List(all) => format!("[{}]", self.joined(all, ", ", rows)),
            Expr::Compare { op, left, right } => format!("{} {} {}", of(left), comparison(*op), of(right)),
            Expr::Arithmetic { op, left, right } => format!("{} {} {}", of(left), arithmetic(*op), of(right)),
            Expr::In { value, list } => format!("{} in {}", of(value), of(list)),
            Expr::Contains { whole, part } => format!("{} contains {}", of(whole), of(part)),
            Expr::Matches { value, pattern } => {
                let pattern = self.plan.patterns.get(pattern.index()).map_or("?", String::as_str);
                format!("{} matches /{pattern}/", of(value))
            }
            Expr::Between { value, low, high, half_open } => {
                let open = if *half_open { " (half open)" } else { "" };
                format!("{} between {} and {}{open}", of(value), of(low), of(high))
            }
            Expr::TimeOfDayBetween { value, low, high } => {
                format!("{} between {} and {}", of(value), minutes(*low), minutes(*high))
            }
            Expr::Else { value, fallback } => format!("{} else {}", of(value), of(fallback)),
            Expr::If { condition, then, otherwise } => {
                format!("if {} then {} else {}", of(condition), of(then), of(otherwise))
            }
            _ => "?".to_owned(),
        }
    }

    fn joined(&self, all: &[Expr], between: &str, rows: Rows) -> String {
        all.iter().map(|part| self.inner(part, rows)).collect::<Vec<_>>().join(between)
    }

    fn attribute(&self, position: usize) -> &str {
        self.plan.attributes.get(position).map_or("?", |attribute| self.name(attribute.name))
    }

    fn row(&self, position: u8, rows: Rows) -> String {
        match rows {
            Rows::Fields(kind) => self.field(kind, position).to_owned(),
            Rows::Columns(series) => {
                let series = self.plan.series.get(series.index());
                let column = series.and_then(|series| Some((series.kind, series.columns.get(usize::from(position))?)));
                column.map_or_else(|| "?".to_owned(), |(kind, column)| self.column(kind, *column))
            }
            Rows::None => format!("row {position}"),
        }
    }

    pub(super) fn column(&self, kind: KindId, column: Column) -> String {
        match column {
            Column::Field(position) => self.field(kind, position).to_owned(),
            Column::Member => "member".to_owned(),
            Column::Group => "group".to_owned(),
        }
    }

    pub(super) fn key_part(&self, kind: KindId, part: KeyPart) -> String {
        match part {
            KeyPart::Group => "group".to_owned(),
            KeyPart::Member => "member".to_owned(),
            KeyPart::Field(position) => self.field(kind, position).to_owned(),
        }
    }

    pub(super) fn value(&self, value: &Value) -> String {
        match value {
            Value::Unknown => "unknown".to_owned(),
            Value::Bool(value) => value.to_string(),
            Value::Number(number) => number.to_string(),
            Value::Money(amount) => format!("{amount} {}", self.plan.community.currency),
            Value::Duration(duration) => duration.to_string(),
            Value::Time(at) => self.plan.community.calendar.zone.format(*at),
            Value::Text(text) => format!("{text:?}"),
            Value::Name(name) => self.name(*name).to_owned(),
            Value::Tier(id, level) => {
                let tiers = self.plan.tiers.get(id.index());
                let level = tiers.and_then(|tiers| tiers.levels.get(usize::from(*level)));
                level.map_or("?", |level| self.name(*level)).to_owned()
            }
            Value::Member(id) => format!("member {}", id.0),
            Value::Group(id) => format!("group {}", id.0),
            Value::List(items) => {
                let items: Vec<String> = items.iter().map(|item| self.value(item)).collect();
                format!("[{}]", items.join(", "))
            }
        }
    }

    pub(super) fn template(&self, template: &Template) -> String {
        self.template_in(template, Rows::None)
    }

    fn template_in(&self, template: &Template, rows: Rows) -> String {
        let mut text = String::from("\"");
        for part in &template.parts {
            match part {
                TemplatePart::Words(words) => text.push_str(&on_one_line(words)),
                TemplatePart::Hole { value, show } => {
                    let show = match show {
                        Show::Plain => "",
                        Show::Percent => " as percent",
                        Show::Date => " as date",
                    };
                    text.push_str(&format!("{{{}{show}}}", self.in_rows(value, rows)));
                }
            }
        }
        text.push('"');
        text
    }

    fn aggregate(&self, aggregate: &Aggregate) -> String {
        let id = aggregate.series;
        let Some(series) = self.plan.series.get(id.index()) else {
            return "?".to_owned();
        };
        let mut text = format!("{}(series {}", function(aggregate.function), id.0);
        if let Some(column) = aggregate.column {
            text.push_str(&format!(".{}", self.row(column, Rows::Columns(id))));
        }
        if let Some(rest) = &aggregate.rest {
            text.push_str(&format!(" where {}", self.in_rows(rest, Rows::Columns(id))));
        }
        let keys = series.key.iter().zip(&aggregate.key);
        let keys: Vec<String> =
            keys.map(|(part, value)| format!("{} = {}", self.key_part(series.kind, *part), self.expr(value))).collect();
        if !keys.is_empty() {
            text.push_str(&format!(" by {}", keys.join(", ")));
        }
        text.push_str(&window(&aggregate.window));
        text.push(')');
        text
    }

    /// A function over the past as a playbook writes it; keys that are the subject's own go without saying.
    fn written_aggregate(&self, aggregate: &Aggregate) -> String {
        let id = aggregate.series;
        let Some(series) = self.plan.series.get(id.index()) else {
            return "?".to_owned();
        };
        let mut text = format!("{}({}", function(aggregate.function), self.kind(series.kind));
        if let Some(column) = aggregate.column {
            text.push_str(&format!(".{}", self.row(column, Rows::Columns(id))));
        }
        let filter = series.filter.as_ref().map(|filter| self.in_rows(filter, Rows::Fields(series.kind)));
        let rest = aggregate.rest.as_ref().map(|rest| self.in_rows(rest, Rows::Columns(id)));
        let conditions: Vec<String> = filter.into_iter().chain(rest).collect();
        if !conditions.is_empty() {
            text.push_str(&format!(" where {}", conditions.join(" and ")));
        }
        let fields = series.key.iter().filter(|part| matches!(part, KeyPart::Field(_)));
        let fields: Vec<String> = fields.map(|part| self.key_part(series.kind, *part)).collect();
        if !fields.is_empty() {
            text.push_str(&format!(" by {}", fields.join(", ")));
        }
        text.push_str(&window(&aggregate.window));
        text.push(')');
        text
    }

    /// What has a name of its own, as a playbook writes it.
    fn named(&self, expr: &Expr) -> String {
        match expr {
            Expr::Tier(id) => {
                format!("member.{}", self.plan.tiers.get(id.index()).map_or("?", |tiers| self.name(tiers.name)))
            }
            Expr::InSegment(id) => {
                let segment = self.plan.segments.get(id.index());
                segment.map_or_else(String::new, |s| format!("{} in {}", whose(s.scope), self.name(s.name)))
            }
            Expr::Metric(id) => {
                let metric = self.plan.metrics.get(id.index());
                metric.map_or_else(String::new, |m| format!("{}.{}", whose(m.scope), self.name(m.name)))
            }
            Expr::Let(id) => {
                let named = self.plan.lets.get(id.index());
                named.map_or_else(String::new, |l| format!("{}.{}", whose(l.scope), self.name(l.name)))
            }
            _ => String::new(),
        }
    }

    fn population(&self, population: &Population) -> String {
        let of = match population.of {
            Crowd::GroupMembers => "members of the group",
            Crowd::Persons => "persons",
            Crowd::Groups => "groups",
        };
        let mut text = format!("{}(", function(population.function));
        if let Some(value) = &population.value {
            text.push_str(&format!("{} of ", self.inner(value, Rows::None)));
        }
        text.push_str(of);
        if let Some(filter) = &population.filter {
            text.push_str(&format!(" where {}", self.expr(filter)));
        }
        text.push(')');
        text
    }
}

/// The subject of a scope, as expressions name it.
fn whose(scope: Scope) -> &'static str {
    match scope {
        Scope::Community => "community",
        Scope::Group => "group",
        Scope::Member | Scope::Membership => "member",
    }
}

/// Words on one line, as they would be written in a text.
fn on_one_line(words: &str) -> String {
    words.replace('{', "{{").replace('"', "\\\"").replace('\n', "\\n")
}

/// Expressions that are a word or two.
fn word(expr: &Expr) -> Option<&'static str> {
    Some(match expr {
        Expr::Now => "now",
        Expr::NowHour => "now.hour",
        Expr::NowWeekday => "now.weekday",
        Expr::NowDate => "now.date",
        Expr::EventAt => "event.at",
        Expr::EventId => "event.id",
        Expr::EventMember => "event.member",
        Expr::EventGroup => "event.group",
        Expr::RowAt => "at",
        Expr::RowMember => "member",
        Expr::RowGroup => "group",
        Expr::Per => "per",
        Expr::Piece => "piece",
        Expr::Member => "member",
        Expr::Group => "group",
        Expr::MemberId => "member.id",
        Expr::MemberName => "member.name",
        Expr::GroupId => "group.id",
        Expr::GroupName => "group.name",
        Expr::GroupKind => "group.kind",
        Expr::GroupSize => "group.size",
        Expr::GroupCapacity => "group.capacity",
        Expr::GroupSeats => "group.seats",
        Expr::GroupOwner => "group.owner",
        Expr::CommunitySize => "community.size",
        Expr::CommunityName => "community.name",
        _ => return None,
    })
}

fn comparison(op: Comparison) -> &'static str {
    match op {
        Comparison::Equal => "==",
        Comparison::NotEqual => "!=",
        Comparison::Less => "<",
        Comparison::LessOrEqual => "<=",
        Comparison::Greater => ">",
        Comparison::GreaterOrEqual => ">=",
    }
}

fn arithmetic(op: Arithmetic) -> &'static str {
    match op {
        Arithmetic::Add => "+",
        Arithmetic::Subtract => "-",
        Arithmetic::Multiply => "*",
        Arithmetic::Divide => "/",
    }
}

fn minutes(minutes: u16) -> String {
    TimeOfDay::new(minutes / 60, minutes % 60).map_or_else(|| "?".to_owned(), |time| time.to_string())
}

fn function(function: Function) -> &'static str {
    match function {
        Function::Count => "count",
        Function::Sum => "sum",
        Function::Average => "avg",
        Function::Min => "min",
        Function::Max => "max",
        Function::Distinct => "distinct",
        Function::Exists => "exists",
        Function::Never => "never",
        Function::Since => "since",
        Function::First => "first",
        Function::Last => "last",
        Function::List => "list",
        Function::Streak => "streak",
    }
}

/// A window with the comma before it; nothing for all of the past.
fn window(window: &Window) -> String {
    match window {
        Window::Ever => String::new(),
        Window::Last { during, back } if *back == Duration::ZERO => format!(", last {during}"),
        Window::Last { during, back } => format!(", last {during} before {back}"),
        Window::LastBefore { during, period: Period::Day } => format!(", last {during} before today"),
        Window::LastBefore { during, period } => format!(", last {during} before this {period}"),
        Window::Period { period: Period::Day, back: 0 } => ", today".to_owned(),
        Window::Period { period: Period::Day, .. } => ", yesterday".to_owned(),
        Window::Period { period, back: 0 } => format!(", this {period}"),
        Window::Period { period, .. } => format!(", last {period}"),
        Window::SinceStart => ", since start".to_owned(),
        Window::SinceJoined => ", since joined".to_owned(),
    }
}
