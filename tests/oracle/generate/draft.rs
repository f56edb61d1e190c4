//! A case with the marks of what may be left out of it.

use super::marks::plain;
use crate::case::Case;
use std::collections::BTreeMap;

#[derive(Clone, Debug, Default)]
pub struct Draft {
    pub files: Vec<(String, String)>,
    pub contents: BTreeMap<String, String>,
    pub directory: Option<String>,
    /// Lines with their times.
    pub log: Vec<(i64, String)>,
    pub until: Option<i64>,
    pub keep_after_removal: bool,
    /// The durations that the playbook prefers.
    pub spans: Vec<(&'static str, i64)>,
}

impl Draft {
    pub fn case(&self) -> Case {
        let until = self.until.and_then(chrono::DateTime::from_timestamp_millis);
        Case {
            files: self.files.iter().map(|(path, text)| (path.clone(), plain(text))).collect(),
            contents: self.contents.iter().map(|(path, text)| (path.clone(), plain(text))).collect(),
            directory: self.directory.as_deref().map(plain),
            log: self.log.iter().map(|(_, line)| plain(line)).collect(),
            until: until.map(|at| at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true)),
            keep_after_removal: self.keep_after_removal,
        }
    }
}
