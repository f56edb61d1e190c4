//! What is wrong with a regular expression, in a few words.

/// The reason in the last line of the message of the `regex` crate, without its drawing.
pub(crate) fn reason(pattern: &str, error: &regex::Error) -> String {
    match error {
        regex::Error::CompiledTooBig(_) => "it would become too large".to_owned(),
        error => {
            let text = error.to_string();
            let last = text.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or(pattern);
            last.trim().trim_start_matches("error:").trim().to_owned()
        }
    }
}
