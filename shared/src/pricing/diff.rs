//! What changed between two quotes, line by line: the answer to a customer whose price went stale.

use super::model::{Line, Quote};
use crate::money::Minor;
use serde::{Deserialize, Serialize};

/// Two quotes compared. Empty `lines` and equal amounts mean that the same is paid for the same.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QuoteDiff {
    /// What differs, in the order of the new quote; what is gone comes last.
    pub lines: Vec<LineChange>,
    /// Total before.
    pub total_before: Minor,
    /// Total now.
    pub total_after: Minor,
    /// Due at booking before.
    pub due_now_before: Minor,
    /// Due at booking now.
    pub due_now_after: Minor,
}

/// A line that is new, gone, or different.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LineChange {
    /// As it was; none for a new line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Line>,
    /// As it is; none for a line that is gone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Line>,
}

/// Compares two quotes. Lines of the same kind, item and label are the same line; several of them pair up in order.
pub fn diff(before: &Quote, after: &Quote) -> QuoteDiff {
    let mut gone: Vec<&Line> = before.lines.iter().collect();
    let mut lines = Vec::new();
    for line in &after.lines {
        let twin = |old: &&Line| (old.kind, old.item, &old.label) == (line.kind, line.item, &line.label);
        let old = gone.iter().position(twin).map(|place| gone.remove(place));
        if old != Some(line) {
            lines.push(LineChange { before: old.cloned(), after: Some(line.clone()) });
        }
    }
    lines.extend(gone.into_iter().map(|line| LineChange { before: Some(line.clone()), after: None }));
    QuoteDiff {
        lines,
        total_before: before.total,
        total_after: after.total,
        due_now_before: before.due_now,
        due_now_after: after.due_now,
    }
}
