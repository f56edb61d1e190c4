//! Event logs of communities that do not exist: realistic in shape, of any size, the same bytes for the same settings.
//!
//! A [`Generator`] yields the log a page at a time, in the order of time, and keeps no event: what it holds grows with
//! the members and groups alone. It reads no clock and no random source but its seed, and calculates with whole numbers
//! only, so every machine writes the same bytes. It knows the events of the prelude and no others.
//!
//! The shape follows what is known about people who write to each other:
//!
//! * *When*: a Poisson process whose rate follows the hours of the day and the days of the week, and in which each event
//!   may start a cascade of further ones (R. D. Malmgren et al., "A Poissonian explanation for heavy tails in e-mail
//!   communication", PNAS 105, 2008; cascades as in A. G. Hawkes, Biometrika 58, 1971): `clock`, `queue`.
//! * *Who*: within a group activity falls with rank by a power law, over groups the size is log-normal (M. E. J. Newman,
//!   "Power laws, Pareto distributions and Zipf's law", Contemporary Physics 46, 2005): `population`.
//! * *How much*: amounts, lengths and delays are log-normal: `tables`.
//! * What goes wrong (floods, spam campaigns, groups that fall silent, recruitment in waves) is put in by hand, spread
//!   over the log, so that a playbook's rules have something to find: `trouble`, `arrivals`.

mod arrivals;
mod clock;
mod directory;
mod line;
mod live;
mod opening;
mod population;
mod queue;
mod random;
mod settings;
mod story;
mod tables;
mod talk;
mod trade;
mod trouble;

#[cfg(test)]
mod tests;

pub use settings::{MAX_DAYS, MAX_EVENTS, MAX_GROUPS, MAX_MEMBERS, Settings, SettingsError, YEARS};
pub use story::Generator;
