//! `qun graph`

use super::failure::{Failure, Outcome};
use super::output::Output;
use super::playbook;
use crate::report::graph::{Graph, dot, mermaid};
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// Draw what wakes what.
///
/// Which event wakes which item, what an item tells and whom that wakes in turn, and what it changes of what is remembered
/// (tags, fields, points). Ways back to where they began are drawn thick and red.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// A folder of *.sop files, or a single file.
    playbook: PathBuf,

    /// The language of the drawing.
    #[arg(long, value_enum, default_value_t)]
    format: GraphFormat,

    /// Write to this file instead of standard output.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

const EXAMPLES: &str = "Examples:\n  \
    qun graph my-club/ --out my-club.mmd\n  \
    qun graph my-club/ --format dot | dot -Tsvg > my-club.svg";

/// The languages of drawings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum GraphFormat {
    /// Mermaid, for Markdown.
    #[default]
    Mermaid,
    /// DOT, for Graphviz.
    Dot,
}

impl Arguments {
    pub(super) fn run(&self) -> Result<Outcome, Failure> {
        let plan = match playbook::plan(&self.playbook)? {
            Ok(plan) => plan,
            Err(findings) => return Ok(findings),
        };
        let graph = Graph::of(&plan);
        let text = match self.format {
            GraphFormat::Mermaid => mermaid(&graph),
            GraphFormat::Dot => dot(&graph),
        };
        Output::print(self.out.as_deref(), &text).map(|()| Outcome::Clean)
    }
}
