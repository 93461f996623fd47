//! JSON for a page where every byte counts: the widget's reader and writer.
//!
//! Written through serde's derives, read without them: a derived reader checks and unwinds at every field of every
//! type, and over a whole snapshot that is most of a module that has to stay small. `snapshot` and `prices` list the
//! types instead, `tree` reads them leniently and says at the end whether all was well, `shapes` has the lists' grammar.
//! The widget's tests hold all of it to `serde_json`.

mod opening;
mod prices;
mod shapes;
mod snapshot;
mod tree;
mod write;

pub use opening::opening;
pub use tree::{Doubt, Shape, Tree, from_str, text_map};
pub use write::to_string;

/// The text was not what was expected, or something could not be written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Unreadable;

impl core::fmt::Display for Unreadable {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("unreadable")
    }
}

impl core::error::Error for Unreadable {}

impl serde::ser::Error for Unreadable {
    fn custom<T: core::fmt::Display>(_: T) -> Self {
        Self
    }
}
