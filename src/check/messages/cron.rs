//! Words for mistakes in cron lines.

use crate::l10n::Text;
use crate::time::{CronError, CronField, CronProblem};

/// What is wrong.
pub(super) fn why(error: &CronError) -> Text {
    match error {
        CronError::FieldCount { found } => Text::new("cron-field-count").with("found", *found),
        CronError::Seconds { .. } => Text::new("cron-seconds"),
        CronError::Macro { token, .. } => Text::new("cron-macro").with("token", token.as_str()),
        CronError::Field { field, token, problem } => {
            let text = Text::new(problem_id(*problem)).with("token", token.as_str()).with("field", name(*field));
            match problem {
                CronProblem::Unsupported(sign) => text.with("sign", sign.to_string()),
                _ => text,
            }
        }
        CronError::NeverFires => Text::new("cron-never-fires"),
        CronError::Refused(why) => Text::new("cron-refused").with("why", why.as_str()),
    }
}

/// What to write instead.
pub(super) fn help(error: &CronError) -> Text {
    match error {
        CronError::FieldCount { .. } => Text::new("cron-field-count").part("help"),
        CronError::Seconds { without } => Text::new("cron-seconds").part("help").with("without", without.as_str()),
        CronError::Macro { line: Some(line), .. } => super::write(line),
        CronError::Macro { line: None, .. } => Text::new("cron-macro").part("help"),
        CronError::Field { field, token, problem } => field_help(*field, token, *problem),
        CronError::NeverFires => Text::new("cron-never-fires").part("help"),
        CronError::Refused(_) => Text::new("cron-refused").part("help"),
    }
}

fn name(field: CronField) -> Text {
    Text::new(match field {
        CronField::Minute => "cron-minute",
        CronField::Hour => "cron-hour",
        CronField::DayOfMonth => "cron-day-of-month",
        CronField::Month => "cron-month",
        CronField::DayOfWeek => "cron-day-of-week",
    })
}

fn problem_id(problem: CronProblem) -> &'static str {
    match problem {
        CronProblem::Empty => "cron-empty",
        CronProblem::NotAValue => "cron-not-a-value",
        CronProblem::OutOfRange => "cron-out-of-range",
        CronProblem::Backwards => "cron-backwards",
        CronProblem::Step => "cron-step",
        CronProblem::StepWithoutRange => "cron-step-without-range",
        CronProblem::Unsupported(_) => "cron-unsupported",
    }
}

fn field_help(field: CronField, token: &str, problem: CronProblem) -> Text {
    let (least, greatest) = field.bounds();
    match problem {
        CronProblem::Backwards => Text::new("cron-backwards").part("help").with("allowed", allowed(field)),
        CronProblem::Step => Text::new("cron-step").part("help").with("greatest", greatest),
        CronProblem::StepWithoutRange => {
            let (first, step) = token.split_once('/').unwrap_or((token, "1"));
            super::write(&format!("{first}-{greatest}/{step}"))
        }
        CronProblem::Unsupported('?') => super::write("*"),
        CronProblem::Unsupported('L') if field == CronField::DayOfMonth => {
            Text::new("cron-unsupported").part("help").with("right", "every month on last day")
        }
        CronProblem::Unsupported('L') if field == CronField::DayOfWeek => {
            Text::new("cron-unsupported").part("help").with("right", "every month on last friday")
        }
        CronProblem::OutOfRange if field.names().is_empty() => {
            Text::new("cron-out-of-range").part("help").with("least", least).with("greatest", greatest)
        }
        _ => allowed(field),
    }
}

fn allowed(field: CronField) -> Text {
    let (least, greatest) = field.bounds();
    let id = match field {
        CronField::Month => "cron-allowed-names",
        CronField::DayOfWeek => "cron-allowed-weekdays",
        _ => "cron-allowed",
    };
    let text = Text::new(id).with("least", least).with("greatest", greatest);
    match field.names() {
        [first, .., last] => text.with("first", *first).with("last", *last),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::help;
    use crate::l10n::{Catalogue, Lang};
    use crate::time::CronLine;

    #[test]
    fn every_cron_line_that_is_none_has_its_way_out() {
        let words = Catalogue::new(Lang::En);
        for (line, expected) in [
            ("0 9 1 *", "the fields are minute, hour, day of month, month and day of week"),
            ("0 30 8 * * 1-5", "leave the seconds out: `30 8 * * 1-5`"),
            ("@daily", "write `0 0 * * *`"),
            ("@reboot", "write the five fields"),
            ("0 9 ? * 1", "write `*`"),
            ("0 9 L * *", "write `every month on last day` instead of the cron line"),
            ("0 9 * * 5L", "write `every month on last friday` instead of the cron line"),
            ("0 9 * * mon,9", "it takes 0 to 7 (0 and 7 are Sunday) or names, `sun` to `sat`"),
            ("0 9 * 13 *", "it takes 1 to 12 or names, `jan` to `dec`"),
            ("5/15 * * * *", "write `5-59/15`"),
            ("99 * * * *", "it goes from 0 to 59"),
            ("9-5 * * * *", "begin with the smaller one: it takes 0 to 59"),
            ("*/90 * * * *", "a step is a number from 1 to 59"),
            ("0 0 31 2 *", "choose a day that one of the months has"),
        ] {
            let error = CronLine::parse(line).expect_err(line);
            assert_eq!(words.say(&help(&error)), expected, "{line}");
        }
    }
}
