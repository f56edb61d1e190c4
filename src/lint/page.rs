//! The page of a lint: the part of its file's doc comment that begins with its name.

use super::rules::Lint;

/// The page of a lint in Markdown, beginning with its title.
#[must_use]
pub fn page(lint: &Lint) -> String {
    let mut text = String::new();
    let (mut inside, mut fenced) = (false, false);
    for line in lint.source.lines().map_while(|line| line.strip_prefix("//!")) {
        let line = line.strip_prefix(' ').unwrap_or(line);
        fenced ^= line.starts_with("```");
        // In a playbook a comment begins like a title.
        if let Some(title) = line.strip_prefix("# ").filter(|_| !fenced) {
            inside = title == lint.name;
        }
        if inside {
            text.push_str(line);
            text.push('\n');
        }
    }
    let group = format!("\nGroup: {}.\n", lint.group.name());
    let title = format!("# {}\n", lint.name);
    text.replacen(&title, &(title.clone() + &group), 1).trim_end().to_owned() + "\n"
}

/// A fenced block of a page: what stands after the fence, and the text.
#[must_use]
pub fn blocks(page: &str) -> Vec<(String, String)> {
    let mut blocks = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if let Some(mark) = line.strip_prefix("```") {
            let text: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            blocks.push((mark.to_owned(), text.join("\n") + "\n"));
        }
    }
    blocks
}

/// What the examples of pages stand on: a community and some words.
pub const GROUND: &str = include_str!("ground.sop");
