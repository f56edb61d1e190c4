//! Types of expressions: what a value is measured in, and which words it is taken from.

use crate::plan::FieldType;
use crate::plan::ids::TiersId;
use crate::plan::value::Value;
use crate::time::Duration;
use rust_decimal::Decimal;

/// The type of an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    /// Something is wrong and has been said: fits everything.
    Error,
    Bool,
    Number,
    /// A number that is written with `%`.
    Percent,
    /// In the community's currency.
    Money,
    Duration,
    Time,
    /// A time that is the beginning of a local day.
    Date,
    TimeOfDay,
    Text,
    Regex,
    List(Box<Type>),
    Name(Sort),
    /// A level of certain tiers, or of any.
    Tier(Option<TiersId>),
    Member,
    Group,
}

/// Which list of words a name is taken from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Sort {
    Kind,
    Role,
    Tag,
    Class,
    Points,
    Message,
    Pool,
    Ladder,
    Flow,
    Segment,
    Tiers,
    /// A rule, flow, ladder, tiers, calendar, limit, metric or segment.
    Item,
    /// The name of a task.
    Task,
    Weekday,
}

impl Sort {
    /// What it is called, in the catalogues: `noun-role`.
    pub(crate) fn noun(self) -> &'static str {
        match self {
            Sort::Kind => "noun-kind",
            Sort::Role => "noun-role",
            Sort::Tag => "noun-tag",
            Sort::Class => "noun-class",
            Sort::Points => "noun-points",
            Sort::Message => "noun-message",
            Sort::Pool => "noun-pool",
            Sort::Ladder => "noun-ladder",
            Sort::Flow => "noun-flow",
            Sort::Segment => "noun-segment",
            Sort::Tiers => "noun-tiers",
            Sort::Item => "noun-item",
            Sort::Task => "noun-task",
            Sort::Weekday => "noun-weekday",
        }
    }

    /// The word that declares one: `kind`.
    pub(crate) fn keyword(self) -> Option<&'static str> {
        match self {
            Sort::Kind => Some("kind"),
            Sort::Role => Some("role"),
            Sort::Tag => Some("tag"),
            Sort::Class => Some("class"),
            Sort::Points => Some("points"),
            _ => None,
        }
    }
}

/// The words that stand for types in declarations, with their types. The later ones are for the prelude's events.
pub(crate) const TYPE_WORDS: [(&str, Type); 25] = [
    ("bool", Type::Bool),
    ("number", Type::Number),
    ("percent", Type::Percent),
    ("money", Type::Money),
    ("duration", Type::Duration),
    ("time", Type::Time),
    ("text", Type::Text),
    ("list", Type::Error),
    ("kind", Type::Name(Sort::Kind)),
    ("role", Type::Name(Sort::Role)),
    ("tag", Type::Name(Sort::Tag)),
    ("class", Type::Name(Sort::Class)),
    ("tier", Type::Tier(None)),
    ("member", Type::Member),
    ("group", Type::Group),
    ("message", Type::Name(Sort::Message)),
    ("pool", Type::Name(Sort::Pool)),
    ("points", Type::Name(Sort::Points)),
    ("ladder", Type::Name(Sort::Ladder)),
    ("flow", Type::Name(Sort::Flow)),
    ("segment", Type::Name(Sort::Segment)),
    ("tiers", Type::Name(Sort::Tiers)),
    ("item", Type::Name(Sort::Item)),
    ("task", Type::Name(Sort::Task)),
    ("weekday", Type::Name(Sort::Weekday)),
];

/// How many of [`TYPE_WORDS`] are offered to writers of playbooks.
pub(crate) const OFFERED_TYPE_WORDS: usize = 15;

impl Type {
    /// Zero in this unit.
    pub(crate) fn zero(&self) -> Value {
        match self {
            Type::Money => Value::Money(Decimal::ZERO),
            Type::Duration => Value::Duration(Duration::default()),
            _ => Value::Number(Decimal::ZERO),
        }
    }

    /// The type that a word stands for.
    pub(crate) fn parse(word: &str) -> Option<Type> {
        if word == "list" {
            return Some(Type::List(Box::new(Type::Text)));
        }
        TYPE_WORDS.iter().find(|(name, _)| *name == word).map(|(_, ty)| ty.clone())
    }

    /// Whether something has been said about it already.
    pub(crate) fn is_error(&self) -> bool {
        match self {
            Type::Error => true,
            Type::List(of) => of.is_error(),
            _ => false,
        }
    }

    /// A number, with or without `%`.
    pub(crate) fn is_number(&self) -> bool {
        matches!(self, Type::Number | Type::Percent)
    }

    /// A point in time.
    pub(crate) fn is_time(&self) -> bool {
        matches!(self, Type::Time | Type::Date)
    }

    /// Whether values have a natural order.
    pub(crate) fn is_ordered(&self) -> bool {
        match self {
            Type::Error | Type::Money | Type::Duration | Type::Tier(_) => true,
            ty => ty.is_number() || ty.is_time(),
        }
    }

    /// Whether a value of the other type may stand where this one is wanted.
    pub(crate) fn takes(&self, other: &Type) -> bool {
        match (self, other) {
            (Type::Error, _) | (_, Type::Error) => true,
            (Type::List(a), Type::List(b)) => a.takes(b),
            (Type::Tier(a), Type::Tier(b)) => a.is_none() || b.is_none() || a == b,
            (a, b) => a == b || (a.is_number() && b.is_number()) || (a.is_time() && b.is_time()),
        }
    }

    /// What a field of this type holds in a log; `None` for what no field can hold.
    pub(crate) fn field_type(&self) -> Option<FieldType> {
        Some(match self {
            Type::Bool => FieldType::Bool,
            Type::Number => FieldType::Number,
            Type::Percent => FieldType::Percent,
            Type::Money => FieldType::Money,
            Type::Duration => FieldType::Duration,
            Type::Time | Type::Date => FieldType::Time,
            Type::Text => FieldType::Text,
            Type::List(_) => FieldType::List,
            Type::Name(_) => FieldType::Name,
            Type::Tier(_) => FieldType::Tier,
            Type::Member => FieldType::Member,
            Type::Group => FieldType::Group,
            Type::Error | Type::TimeOfDay | Type::Regex => return None,
        })
    }
}
