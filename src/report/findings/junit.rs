//! JUnit XML: a suite for each playbook, a failed case for each finding, a passed one where there is none.

use super::{Linted, say};
use crate::l10n::Catalogue;
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

/// Findings as JUnit XML.
///
/// # Errors
/// Where the library cannot write them.
pub fn junit(linted: &[Linted<'_>], catalogue: &Catalogue) -> Result<String, String> {
    let mut report = Report::new("qun lint");
    for of in linted {
        let mut suite = TestSuite::new(of.playbook);
        for finding in of.findings {
            suite.add_test_case(case(of, finding, catalogue));
        }
        if of.findings.is_empty() {
            suite.add_test_case(TestCase::new("lint", TestCaseStatus::success()));
        }
        report.add_test_suite(suite);
    }
    report.to_string().map_err(|error| error.to_string())
}

fn case(of: &Linted<'_>, finding: &crate::lint::Finding, catalogue: &Catalogue) -> TestCase {
    let (line, column) = of.book.sources.line_col(finding.span());
    let place = format!("{}:{line}:{column}", of.path(finding.span()));
    let said = say(of.book, finding, catalogue);
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    status.set_type(finding.lint);
    status.set_message(said.headline.as_str());
    status.set_description(format!("{place}: {}\n{}", said.headline, said.help.unwrap_or_default()).trim_end());
    let mut case = TestCase::new(format!("{place} {}", finding.lint), status);
    case.set_classname(finding.lint);
    case
}
