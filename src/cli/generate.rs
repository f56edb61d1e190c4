//! `qun generate`

use super::failure::{Failure, Outcome};
use super::output::Output;
use super::packed::Packed;
use super::progress::Count;
use crate::generate::{Generator, Settings, SettingsError};
use crate::log::nearest;
use crate::time::Zone;
use chrono::NaiveDate;
use clap::Args;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Write a made-up log to try a playbook on, of any size.
///
/// The log looks like that of a real community: quiet nights and busy evenings, a few members who write most, waves of
/// newcomers, purchases, floods, spam campaigns, groups that fall silent. The same options give the same bytes on every
/// machine.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// How many events, exactly.
    #[arg(long, value_name = "N")]
    events: u64,

    /// How many people there are by the end; two in five of them are there at the start. [default: a fiftieth of the
    /// events, at least 20]
    #[arg(long, value_name = "N")]
    members: Option<u64>,

    /// How many groups there are by the end; most of them are there at the start. [default: one for every 5,000 events,
    /// at least 1]
    #[arg(long, value_name = "N")]
    groups: Option<u64>,

    /// How many days the log covers.
    #[arg(long, value_name = "N", default_value_t = 120)]
    days: u64,

    /// The first day.
    #[arg(long, value_name = "DATE", default_value = "2025-01-01")]
    start: String,

    /// Where the community lives: the same as in your playbook.
    #[arg(long, value_name = "ZONE", default_value = "Asia/Shanghai")]
    timezone: String,

    /// Another number gives another log of the same shape.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,

    /// The kinds of groups, as your playbook declares them.
    #[arg(long, value_name = "KIND", value_delimiter = ',', default_values = ["lead", "welfare", "flash", "vip"])]
    kinds: Vec<String>,

    /// Write to a file, packed where its name ends in `.zst` or `.gz`; it appears when it is complete.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,

    /// Also write who is there at the start, for `qun simulate --directory`. The playbook must declare the kinds, and the
    /// roles `owner` and `admin`.
    #[arg(long, value_name = "FILE")]
    directory: Option<PathBuf>,
}

const EXAMPLES: &str = "Examples:\n  \
    qun generate --events 100000 --out log.jsonl.zst --directory people.yaml\n  \
    qun generate --events 100000 --kinds reading,chat --out log.jsonl.gz\n  \
    qun generate --events 1000000 --seed 7 | qun simulate my-club --log -";

/// The least of members and groups that are there without being asked for.
const FEW: (u64, u64) = (20, 1);

impl Arguments {
    pub(super) fn run(&self) -> Result<Outcome, Failure> {
        let mut generator = Generator::new(&self.settings()?)?;
        if let Some(path) = &self.directory {
            write_directory(&generator, path)?;
        }
        let mut out = Packed::open(self.out.as_deref())?;
        // Where the log goes to standard output it is seen, or whoever reads it shows how far it is.
        let count = self.out.as_ref().and_then(|_| Count::new(self.events));
        while let Some(page) = generator.page() {
            out.write_all(page)?;
            if let Some(count) = &count {
                count.tell(generator.written());
            }
        }
        out.finish().map(|()| Outcome::Clean)
    }

    fn settings(&self) -> Result<Settings, Failure> {
        let members = self.members.unwrap_or((self.events / 50).max(FEW.0));
        // As few groups as there are members, where only those are few.
        let groups = self.groups.unwrap_or((self.events / 5_000).min(members).max(FEW.1));
        Ok(Settings {
            events: self.events,
            members,
            groups,
            days: self.days,
            start: date(&self.start)?,
            zone: zone(&self.timezone)?,
            seed: self.seed,
            kinds: self.kinds.clone(),
        })
    }
}

fn write_directory(generator: &Generator, path: &Path) -> Result<(), Failure> {
    let mut out = Output::open(Some(path))?;
    generator.write_directory(&mut out)?;
    out.finish()
}

fn date(text: &str) -> Result<NaiveDate, Failure> {
    NaiveDate::parse_from_str(text, "%Y-%m-%d").map_err(|_| Failure::Usage {
        headline: format!("`--start {text}` is not a date"),
        help: Some("write it as `2025-01-01`".to_owned()),
    })
}

fn zone(name: &str) -> Result<Zone, Failure> {
    Zone::parse(name).ok_or_else(|| {
        let similar = nearest(name, Zone::names()).map(|near| format!("did you mean `{near}`?"));
        let help = similar.unwrap_or_else(|| "write its IANA name, such as `Asia/Shanghai`".to_owned());
        Failure::Usage { headline: format!("there is no time zone `{name}`"), help: Some(help) }
    })
}

impl From<SettingsError> for Failure {
    fn from(error: SettingsError) -> Failure {
        Failure::Usage { headline: error.to_string(), help: error.help() }
    }
}
