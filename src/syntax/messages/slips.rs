//! Words for known slips: each has its corrected text.

use super::super::error::Slip;
use super::super::keywords::Tongue;
use super::Said;

pub(super) fn said(slip: Slip, wrong: &str, right: &str) -> Said {
    let (code, headline, label) = words(slip, wrong, right);
    Said::new(code, headline, label).help(help(slip, right))
}

fn help(slip: Slip, right: &str) -> String {
    match slip {
        Slip::SingleEquals => "write `==` or `is`".to_owned(),
        Slip::EventsByOr => "separate events with `,`".to_owned(),
        Slip::CommaBetween => "leave it out, or write `;`".to_owned(),
        Slip::OtherwiseInStep => "add another step with the opposite `when`".to_owned(),
        Slip::OnInFlow => format!("write `{right}`, or `stop on`, `update on`, `restart on`"),
        Slip::UnsignedOffset => format!("write `{right}` for after the anchor, `-` for before it"),
        Slip::LongUnit if Tongue::of(right) == Tongue::Chinese => {
            format!("write `{right}`; the units are `秒`, `分钟`, `小时`, `天` and `周`")
        }
        Slip::LongUnit => format!("write `{right}`; the units are `s`, `m`, `h`, `d` and `w`"),
        _ => format!("write `{right}`"),
    }
}

type Words = (&'static str, String, &'static str);

fn words(slip: Slip, wrong: &str, right: &str) -> Words {
    signs(slip, wrong)
        .or_else(|| clauses(slip, wrong))
        .or_else(|| literals(slip, wrong))
        .unwrap_or_else(|| names(slip, wrong, right))
}

/// Signs in the place of others, or of words.
fn signs(slip: Slip, wrong: &str) -> Option<Words> {
    Some(match slip {
        Slip::SingleEquals => ("single-equals", "`=` does not compare".to_owned(), "a comparison is needed here"),
        Slip::SignForWord => ("sign-for-word", format!("`{wrong}` is written as a word"), "not in the language"),
        Slip::SignOfOthers => ("foreign-sign", format!("`{wrong}` is no comparison"), "not in the language"),
        Slip::RangeSign => ("range-sign", format!("`{wrong}` does not join two times"), "between two times"),
        Slip::SetTo => ("set-to", format!("`set` is followed by `{wrong}`"), "the value follows `=`"),
        Slip::SettingSign => {
            ("setting-sign", "a setting has no sign before its value".to_owned(), "name and value alone")
        }
        Slip::FieldSign => ("field-sign", "a field of an event is given with `=`".to_owned(), "the value follows `:`"),
        Slip::Comment => ("foreign-comment", "`//` does not begin a comment".to_owned(), "not in the language"),
        Slip::Quotes => (
            "foreign-quotes",
            format!("`{wrong}` is in quotes of another kind"),
            "texts stand in `\"` or in `“` and `”`",
        ),
        Slip::EventsByOr => ("events-by-or", format!("`{wrong}` does not join events"), "between two events"),
        Slip::CommaBetween => {
            ("comma-between", "a comma stands between two actions".to_owned(), "actions follow one another")
        }
        _ => return None,
    })
}

/// Clauses with a wrong word, or in a wrong place.
fn clauses(slip: Slip, wrong: &str) -> Option<Words> {
    Some(match slip {
        Slip::NotInside => {
            ("not-inside", format!("`{wrong}` has its `not` inside"), "`not` stands before a comparison")
        }
        Slip::IfForWhen => ("if-for-when", format!("`{wrong}` does not begin a condition"), "a condition begins here"),
        Slip::ThenForDo => ("then-for-do", format!("`{wrong}` does not begin actions"), "actions begin here"),
        Slip::ElseForOtherwise => {
            ("else-for-otherwise", format!("`{wrong}` does not begin actions"), "actions begin here")
        }
        Slip::OtherwiseForElse => {
            ("otherwise-for-else", format!("`{wrong}` does not end a limit"), "no actions follow")
        }
        Slip::NoDo => ("no-do", format!("`{wrong}` stands without `do`"), "actions begin here"),
        Slip::NoWhen => ("no-when", format!("`{wrong}` stands without `when`"), "a condition begins here"),
        Slip::OnceEvery => ("once-every", format!("`{wrong}` mixes `once` with a schedule"), "how often at most?"),
        Slip::OncePerPeriod => {
            ("once-per-period", format!("`{wrong}` names a period of the calendar"), "`once` takes a duration")
        }
        Slip::NoBraces => ("no-braces", "several actions stand without braces".to_owned(), "more than one action"),
        Slip::OnInFlow => {
            ("on-in-flow", "an event in a flow neither starts nor stops it".to_owned(), "what does it do?")
        }
        Slip::OtherwiseInStep => {
            ("otherwise-in-step", "only rules and tasks have `otherwise`".to_owned(), "this is not for a step or a row")
        }
        Slip::EachInMessage => {
            ("each-in-message", format!("`{wrong}` has no place here"), "nothing triggers this item")
        }
        Slip::OpenBranch => {
            ("open-branch", "the comparison after `then` stands open".to_owned(), "parentheses are needed here")
        }
        Slip::OpenWeight => {
            ("open-weight", format!("`{wrong}` stands open after `strike`"), "parentheses are needed here")
        }
        _ => return None,
    })
}

/// Numbers and times.
fn literals(slip: Slip, wrong: &str) -> Option<Words> {
    Some(match slip {
        Slip::InnerSpace => ("inner-space", format!("`{wrong}` has a space inside"), "number and unit belong together"),
        Slip::Thousands => {
            ("thousands-comma", format!("`{wrong}` has a comma for thousands"), "a comma separates values")
        }
        Slip::LongUnit => {
            ("long-unit", format!("`{wrong}` is not how durations are written"), "not a unit of the language")
        }
        Slip::ShortTime => ("short-time", format!("`{wrong}` is not written in full"), "two digits for each part"),
        Slip::Seconds => ("seconds", format!("`{wrong}` has seconds"), "hours and minutes are enough"),
        Slip::UnsignedOffset => ("unsigned-offset", format!("`{wrong}` has no sign"), "before or after the anchor?"),
        Slip::DayWithUnit => ("day-with-unit", format!("`{wrong}` has a unit"), "days are counted without one"),
        Slip::Currency => ("foreign-money", format!("`{wrong}` is not how money is written"), "a sum of money"),
        _ => return None,
    })
}

/// Names.
fn names(slip: Slip, wrong: &str, right: &str) -> Words {
    match slip {
        Slip::Glued => {
            let keyword = right.split(' ').next().unwrap_or("");
            ("glued-word", format!("there is no space after `{keyword}`"), "read as one word")
        }
        Slip::SpacedDot => {
            ("spaced-dot", format!("`{wrong}` is not joined by a plain dot"), "one name, without spaces")
        }
        Slip::Hyphen => ("hyphen", format!("`{wrong}` has a hyphen"), "names have letters, digits and `_`"),
        Slip::NoParentheses => {
            ("no-parentheses", format!("`{wrong}` has no parentheses"), "an action of your own has them")
        }
        Slip::SetOfSubject => {
            ("set-of-subject", format!("`{wrong}` is more than a field's name"), "the field alone is needed here")
        }
        Slip::KeyOfEvent => {
            ("key-of-event", format!("`{wrong}` is more than a field's name"), "the field alone is needed here")
        }
        _ => ("due-at", format!("`{wrong}` is a time, not a duration"), "a time follows `at`"),
    }
}
