//! Where decisions go: one file a connector, behind one small trait.
//!
//! | file | what |
//! | --- | --- |
//! | `kind` | which connectors there are, and what each is told in the configuration |
//! | `facts` | what each can do, how much it takes at once and how often: from the data file that lint reads too |
//! | `deed` | a decision made ready for a connector |
//! | `route` | which decision goes through which connector, and to whom |
//! | `fit` | what a playbook asks of connectors that cannot do it, told before anything runs |
//! | `rate` | meters that keep a connector below what a platform takes |
//! | `http` | one request, and what its answer, or that there is none, comes to |
//! | the rest | a connector each |
//!
//! A connector never says more about an address than that it did not answer: addresses of robots are secrets.

mod console;
mod deed;
mod dingtalk;
mod discord;
mod facts;
mod feishu;
mod fit;
mod http;
mod irc;
mod kind;
mod mail;
mod matrix;
mod rate;
mod route;
mod slack;
mod telegram;
mod webhook;
mod wecom;

pub use deed::{Deed, Delivery, How};
pub use facts::{Abilities, Facts, Of, Rate, Timed};
pub use fit::{Misfit, misfits};
pub use kind::{Given, Key, Kind, Unbuilt, What};
pub use rate::{Meter, Meters};
pub use route::{Route, Routes, Way};

use crate::time::Duration;

/// Something that carries decisions out.
pub trait Connector: Send {
    /// Carries one out, or says why not.
    fn deliver(&mut self, delivery: &Delivery<'_>) -> Reply;

    /// What keeps a connection alive while nothing is to be done.
    fn idle(&mut self) {}
}

/// What became of a try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is done.
    Done,
    /// It is surely not done, and may be later.
    Retry(String),
    /// It will never be done.
    Permanent(String),
    /// Nobody knows whether it is done.
    Uncertain(String),
}

/// What became of a try, and what the other side wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// What became of it.
    pub outcome: Outcome,
    /// How long nothing more may be sent.
    pub rest: Option<Rest>,
}

/// A pause that the other side asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rest {
    /// How long.
    pub during: Duration,
    /// Whether it holds for everything, not for this destination alone.
    pub all: bool,
}

impl From<Outcome> for Reply {
    fn from(outcome: Outcome) -> Reply {
        Reply { outcome, rest: None }
    }
}

impl Reply {
    fn done() -> Reply {
        Outcome::Done.into()
    }

    fn retry(why: impl Into<String>) -> Reply {
        Outcome::Retry(why.into()).into()
    }

    fn permanent(why: impl Into<String>) -> Reply {
        Outcome::Permanent(why.into()).into()
    }

    fn uncertain(why: impl Into<String>) -> Reply {
        Outcome::Uncertain(why.into()).into()
    }

    /// With a pause of this destination, where one is asked for.
    fn after(mut self, during: Option<Duration>) -> Reply {
        self.rest = during.map(|during| Rest { during, all: false });
        self
    }

    /// With a pause of everything that goes this way.
    fn after_all(mut self, during: Duration) -> Reply {
        self.rest = Some(Rest { during, all: true });
        self
    }
}
