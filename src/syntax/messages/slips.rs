//! Known slips: each has its corrected text.

use super::super::error::Slip;
use super::super::keywords::Tongue;
use super::super::span::Span;
use crate::diagnostic::Draft;

pub(super) fn draft(slip: Slip, wrong: &str, right: &str, span: Span) -> Draft {
    let draft = Draft::new(id(slip)).with("wrong", wrong).with("right", right).at(span, "label");
    match slip {
        Slip::LongUnit if Tongue::of(right) == Tongue::Chinese => draft.help("help-chinese"),
        Slip::Glued => draft.with("keyword", right.split(' ').next().unwrap_or("")).help("help"),
        _ => draft.help("help"),
    }
}

fn id(slip: Slip) -> &'static str {
    match slip {
        Slip::SingleEquals => "syntax-single-equals",
        Slip::SignForWord => "syntax-sign-for-word",
        Slip::SignOfOthers => "syntax-foreign-sign",
        Slip::NotInside => "syntax-not-inside",
        Slip::IfForWhen => "syntax-if-for-when",
        Slip::ThenForDo => "syntax-then-for-do",
        Slip::ElseForOtherwise => "syntax-else-for-otherwise",
        Slip::OtherwiseForElse => "syntax-otherwise-for-else",
        Slip::NoDo => "syntax-no-do",
        Slip::NoWhen => "syntax-no-when",
        Slip::EventsByOr => "syntax-events-by-or",
        Slip::InnerSpace => "syntax-inner-space",
        Slip::Thousands => "syntax-thousands-comma",
        Slip::LongUnit => "syntax-long-unit",
        Slip::ShortTime => "syntax-short-time",
        Slip::Seconds => "syntax-seconds",
        Slip::RangeSign => "syntax-range-sign",
        Slip::OnceEvery => "syntax-once-every",
        Slip::OncePerPeriod => "syntax-once-per-period",
        Slip::SetTo => "syntax-set-to",
        Slip::SetOfSubject => "syntax-set-of-subject",
        Slip::SettingSign => "syntax-setting-sign",
        Slip::FieldSign => "syntax-field-sign",
        Slip::KeyOfEvent => "syntax-key-of-event",
        Slip::DueAt => "syntax-due-at",
        Slip::UnsignedOffset => "syntax-unsigned-offset",
        Slip::DayWithUnit => "syntax-day-with-unit",
        Slip::OpenWeight => "syntax-open-weight",
        Slip::OpenBranch => "syntax-open-branch",
        Slip::NoBraces => "syntax-no-braces",
        Slip::CommaBetween => "syntax-comma-between",
        Slip::NoParentheses => "syntax-no-parentheses",
        Slip::SpacedDot => "syntax-spaced-dot",
        Slip::Glued => "syntax-glued-word",
        Slip::Hyphen => "syntax-hyphen",
        Slip::OnInFlow => "syntax-on-in-flow",
        Slip::OtherwiseInStep => "syntax-otherwise-in-step",
        Slip::Comment => "syntax-foreign-comment",
        Slip::EachInMessage => "syntax-each-in-message",
        Slip::Quotes => "syntax-foreign-quotes",
        Slip::Currency => "syntax-foreign-money",
    }
}
