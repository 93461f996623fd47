//! The few signs that stand beside words. All are decoration: the words say it.

use super::node::{Node, el};

/// A path on a 24 by 24 field, drawn as a line.
fn icon(path: &str) -> Node {
    el("svg").at("viewBox", "0 0 24 24").at("aria-hidden", "true").class("icon").child(el("path").at("d", path))
}

/// Back, or the month before. Mirrored by the styles where one reads from the right.
pub fn back() -> Node {
    icon("M15 5l-7 7 7 7")
}

/// The month after, or on.
pub fn forth() -> Node {
    icon("M9 5l7 7-7 7")
}

/// One fewer.
pub fn minus() -> Node {
    icon("M6 12h12")
}

/// One more.
pub fn plus() -> Node {
    icon("M12 6v12M6 12h12")
}

/// Done.
pub fn check() -> Node {
    icon("M5 12.5l4.5 4.5L19 7.5")
}
