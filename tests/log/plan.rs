//! A plan with a few kinds of events, written by hand: the shapes of the prelude and one kind with a field of every type.

use qun::plan::ids::{LatchId, NameId};
use qun::plan::value::Value;
use qun::plan::{Attribute, Carries, EventField, EventKind, FieldType, Plan, Scope, Tiers};
use rust_decimal::Decimal;

/// An optional field.
fn field(name: &str, ty: FieldType, used: bool) -> EventField {
    EventField { name: name.into(), ty, optional: true, default: Value::Unknown, used }
}

/// A field that must be there.
fn required(name: &str, ty: FieldType) -> EventField {
    EventField { optional: false, ..field(name, ty, true) }
}

/// A field that counts as 0 where it is missing.
fn zero(name: &str, used: bool) -> EventField {
    EventField { default: Value::Number(Decimal::ZERO), ..field(name, FieldType::Number, used) }
}

fn kind(name: &str, member: Carries, group: Carries, fields: Vec<EventField>) -> EventKind {
    EventKind { name: name.into(), member, group, fields, sets: Vec::new(), built_in: true }
}

/// One field of every type.
fn every_type() -> Vec<EventField> {
    use FieldType::*;
    let types = [
        ("bool", Bool),
        ("number", Number),
        ("percent", Percent),
        ("money", Money),
        ("duration", Duration),
        ("time", Time),
        ("text", Text),
        ("list", List),
        ("name", Name),
        ("tier", Tier),
        ("who", Member),
        ("where", Group),
    ];
    types.map(|(name, ty)| field(name, ty, true)).into()
}

/// Declared fields; `(name, scope, type)`.
const ATTRIBUTES: [(&str, Scope, FieldType); 11] = [
    ("city", Scope::Group, FieldType::Text),
    ("rent", Scope::Group, FieldType::Money),
    ("city", Scope::Member, FieldType::Text),
    ("born", Scope::Member, FieldType::Time),
    ("vip", Scope::Member, FieldType::Bool),
    ("patience", Scope::Member, FieldType::Duration),
    ("likes", Scope::Member, FieldType::List),
    ("friend", Scope::Member, FieldType::Member),
    ("level", Scope::Member, FieldType::Tier),
    ("best", Scope::Member, FieldType::Name),
    ("seat", Scope::Membership, FieldType::Number),
];

/// The words of the playbook; those of fields come after.
const WORDS: [&str; 7] = ["welfare", "lead", "owner", "admin", "membership", "basic", "silver"];

fn attributes() -> Vec<Attribute> {
    let numbered = (WORDS.len() as u32..).map(NameId).zip(ATTRIBUTES);
    numbered.map(|(name, (_, scope, ty))| Attribute { name, scope, ty }).collect()
}

/// The plan.
pub(crate) fn plan() -> Plan {
    use Carries::*;
    use FieldType::*;
    Plan {
        names: WORDS.into_iter().chain(ATTRIBUTES.map(|(name, ..)| name)).map(String::from).collect(),
        attributes: attributes(),
        tiers: vec![Tiers { name: NameId(4), levels: vec![NameId(5), NameId(6)], latch: LatchId(0) }],
        group_kinds: vec![NameId(0), NameId(1)],
        roles: vec![NameId(2), NameId(3)],
        kinds: vec![
            kind("member.joined", Always, Always, vec![field("channel", Text, false), field("inviter", Member, false)]),
            kind("member.left", Always, Always, vec![]),
            kind(
                "message.posted",
                Always,
                Always,
                vec![
                    field("text", Text, false),
                    field("text_hash", Text, false),
                    field("length", Number, false),
                    zero("links", true),
                    zero("mentions", false),
                    zero("images", false),
                    field("reply_to", Text, false),
                ],
            ),
            kind("purchase.made", Always, Maybe, vec![required("amount", Money), field("sku", Text, false)]),
            kind("weather.alert", Never, Never, vec![field("city", Text, true)]),
            kind("every.type", Never, Never, every_type()),
        ],
        ..Plan::default()
    }
}
