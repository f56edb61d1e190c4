//! A plan with a few kinds of events, written by hand: the shapes of the prelude and one kind with a field of every type.

use qun::plan::ids::NameId;
use qun::plan::value::Value;
use qun::plan::{Carries, EventField, EventKind, FieldType, Plan};
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

/// The plan.
pub fn plan() -> Plan {
    use Carries::*;
    use FieldType::*;
    Plan {
        names: ["welfare", "lead", "owner", "admin"].map(String::from).into(),
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
