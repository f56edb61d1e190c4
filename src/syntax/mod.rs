//! From text to tree.
//!
//! 1. [`source`] holds the files of a playbook and knows lines and columns; [`source::parse`] reads them all.
//! 2. [`parser`] reads one file with the grammar (`grammar/playbook.pest`) and builds the [`tree`]; what is broken is
//!    left out and told as a [`SyntaxError`](error::SyntaxError), and reading goes on with the next item.
//! 3. [`messages`] has the words: [`SyntaxError::diagnostic`](error::SyntaxError::diagnostic) makes of each mistake what
//!    its writer reads.
//! 4. [`concrete`] keeps every token with its comments, for the formatter.
//! 5. `twins` tells what a Chinese message quotes in the tongue of the playbook.
//! 6. [`keywords`] is the one table of words in both tongues; [`span`] says where something stands.

pub mod concrete;
pub mod declared;
pub mod error;
pub mod keywords;
pub mod messages;
pub mod parser;
pub mod source;
pub mod span;
pub mod tree;
pub(crate) mod twins;
