//! Types, scopes, and what an expression can see.

/// Whose an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    Community,
    Group,
    Member,
    Membership,
}

impl Scope {
    pub fn words(self) -> &'static str {
        match self {
            Scope::Community => "community",
            Scope::Group => "group",
            Scope::Member => "member",
            Scope::Membership => "member in group",
        }
    }

    pub fn has_member(self) -> bool {
        matches!(self, Scope::Member | Scope::Membership)
    }

    pub fn has_group(self) -> bool {
        matches!(self, Scope::Group | Scope::Membership)
    }

    /// Who has properties of this scope.
    pub fn owner(self) -> &'static str {
        match self {
            Scope::Community => "community",
            Scope::Group => "group",
            Scope::Member | Scope::Membership => "member",
        }
    }
}

/// Whether an event carries a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carry {
    Never,
    Maybe,
    Always,
}

/// Which list of words a name is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    Kind,
    Role,
    Tag,
    Class,
    Points,
    Message,
    Ladder,
    Flow,
    Segment,
    Tiers,
    Item,
    Task,
    Weekday,
}

/// The type of an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ty {
    Bool,
    Number,
    Percent,
    Money,
    Duration,
    Time,
    Text,
    List,
    Name(Sort),
    /// Of these tiers, or of any.
    Tier(Option<usize>),
    Member,
    Group,
}

impl Ty {
    pub fn word(self) -> &'static str {
        match self {
            Ty::Bool => "bool",
            Ty::Number => "number",
            Ty::Percent => "percent",
            Ty::Money => "money",
            Ty::Duration => "duration",
            Ty::Time => "time",
            Ty::Text => "text",
            Ty::List => "list",
            Ty::Tier(_) => "tier",
            Ty::Member => "member",
            Ty::Group => "group",
            Ty::Name(Sort::Kind) => "kind",
            Ty::Name(Sort::Role) => "role",
            Ty::Name(Sort::Tag) => "tag",
            Ty::Name(_) => "class",
        }
    }

    /// Whether a value of the other type may stand where this one is wanted.
    pub fn takes(self, other: Ty) -> bool {
        let number = |ty| matches!(ty, Ty::Number | Ty::Percent);
        match (self, other) {
            (Ty::Tier(a), Ty::Tier(b)) => a.is_none() || b.is_none() || a == b,
            (a, b) => a == b || number(a) && number(b),
        }
    }

    pub fn is_ordered(self) -> bool {
        matches!(self, Ty::Number | Ty::Percent | Ty::Money | Ty::Duration | Ty::Time | Ty::Tier(_))
    }
}

/// What an expression can see.
#[derive(Clone, Debug)]
pub struct Env {
    pub scope: Scope,
    pub member: bool,
    pub group: bool,
    /// The kinds that `event` may be; none where there is no event.
    pub event: Vec<usize>,
    pub params: Vec<(String, Ty)>,
    pub flow: bool,
    /// In a ladder.
    pub strike: bool,
    /// In the weight of a pool.
    pub piece: bool,
    /// In the `where` of a function over the past: the counted kind, and whether `event`, `now` and parameters may
    /// stand there.
    pub row: Option<(usize, bool)>,
    /// How many definitions may be read: those before the one at hand.
    pub level: usize,
    /// In a definition, a segment, tiers, a goal or a metric: what is read must not read back.
    pub defines: bool,
}

impl Env {
    pub fn of(scope: Scope) -> Env {
        Env {
            scope,
            member: scope.has_member(),
            group: scope.has_group(),
            event: Vec::new(),
            params: Vec::new(),
            flow: false,
            strike: false,
            piece: false,
            row: None,
            level: usize::MAX,
            defines: false,
        }
    }

    pub fn with_event(self, event: Vec<usize>) -> Env {
        Env { event, ..self }
    }
}
