//! Scenarios as JUnit XML: a suite for each playbook, a case for each scenario and row.

use super::Played;
use crate::scenario::{Failure, Outcome};
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

/// For programs that read JUnit XML.
///
/// # Errors
/// Where the library cannot write it.
pub fn junit(played: &[Played<'_>]) -> Result<String, String> {
    let mut report = Report::new("qun test");
    for of in played {
        let mut suite = TestSuite::new(of.playbook);
        suite.add_test_cases(of.outcomes.iter().map(|outcome| case(of, outcome)));
        report.add_test_suite(suite);
    }
    report.to_string().map_err(|error| error.to_string())
}

fn case(of: &Played<'_>, outcome: &Outcome) -> TestCase {
    let status = match outcome.failures.first() {
        None => TestCaseStatus::success(),
        Some(first) => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_type(first.code);
            status.set_message(first.headline.as_str());
            let all: Vec<String> = outcome.failures.iter().map(|failure| said(of, failure)).collect();
            status.set_description(all.join("\n"));
            status
        }
    };
    let mut case = TestCase::new(outcome.title(), status);
    case.set_classname(of.sources.path(outcome.span.file));
    case
}

fn said(of: &Played<'_>, failure: &Failure) -> String {
    let mut text = format!("{}: {}", of.place(failure.span), failure.headline);
    for field in failure.fields.iter().filter(|field| !field.agrees) {
        let side = |side: &Option<String>| side.clone().unwrap_or_else(|| "-".to_owned());
        text.push_str(&format!(
            "\n  {}: expected {}, actual {}",
            field.name,
            side(&field.expected),
            side(&field.actual)
        ));
    }
    failure.why.iter().for_each(|why| text.push_str(&format!("\n  {why}")));
    text
}
