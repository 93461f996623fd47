//! Lists come in pages: `?limit=` (25, at most 100) and `?cursor=`; the answer is `{data, nextCursor}`.

use crate::problem::Problem;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

const DEFAULT: i64 = 25;
const MOST: i64 = 100;

/// Which page of a list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase")]
pub struct PageIn {
    /// How many, 1 to 100; 25 when it is not said.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    limit: Option<String>,
    /// `nextCursor` of the page before.
    cursor: Option<String>,
}

impl PageIn {
    /// How many.
    pub fn limit(&self) -> Result<i64, Problem> {
        let Some(text) = &self.limit else { return Ok(DEFAULT) };
        text.parse()
            .ok()
            .filter(|limit| (1..=MOST).contains(limit))
            .ok_or_else(|| Problem::field("?limit", "out_of_range", "must be a whole number from 1 to 100"))
    }

    /// How many, where a list has so many when it is not said.
    pub fn limit_or(&self, usual: i64) -> Result<i64, Problem> {
        if self.limit.is_some() { self.limit() } else { Ok(usual) }
    }

    /// The row after which it begins.
    pub fn after(&self) -> Result<Option<i64>, Problem> {
        self.read(|text| text.parse().ok())
    }

    /// What the row after which it begins is ordered by, and the row, where the order is not that of the rows.
    pub fn after_pair(&self) -> Result<Option<(i64, i64)>, Problem> {
        self.read(|text| {
            let (by, row) = text.split_once('.')?;
            Some((by.parse().ok()?, row.parse().ok()?))
        })
    }

    fn read<T>(&self, parse: impl Fn(&str) -> Option<T>) -> Result<Option<T>, Problem> {
        let Some(cursor) = &self.cursor else { return Ok(None) };
        let read = || parse(core::str::from_utf8(&URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?);
        read().map(Some).ok_or_else(|| Problem::field("?cursor", "unknown_cursor", "must be the nextCursor of a page"))
    }
}

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Page<T> {
    /// What is on it.
    data: Vec<T>,
    /// Asks for the next page; null on the last one.
    next_cursor: Option<String>,
}

impl<T> Page<T> {
    /// Makes a page of rows of which one more than `limit` was asked for; `row` is what the cursor remembers.
    pub fn of<R, C: ToString>(mut rows: Vec<R>, limit: i64, row: impl Fn(&R) -> C, show: impl Fn(R) -> T) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next_cursor = rows.last().filter(|_| more).map(|last| URL_SAFE_NO_PAD.encode(row(last).to_string()));
        Self { data: rows.into_iter().map(show).collect(), next_cursor }
    }

    /// What is on it, and what asks for the next one, for a surface that calls them otherwise.
    pub fn into_parts(self) -> (Vec<T>, Option<String>) {
        (self.data, self.next_cursor)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_cursor_leads_on_from_the_last_row_and_ends_with_the_list() {
        let page = Page::of(vec![7, 8, 9], 2, |row| *row, |row| row);
        assert_eq!(page.data, [7, 8]);
        let next = PageIn { limit: None, cursor: page.next_cursor };
        assert_eq!(next.after().unwrap(), Some(8));
        assert_eq!(Page::of(vec![9], 2, |row| *row, |row| row).next_cursor, None);
    }

    #[test]
    fn limits_and_cursors_that_are_none_are_refused() {
        let asked = |limit: &str| PageIn { limit: Some(limit.to_owned()), cursor: None }.limit().ok();
        assert_eq!(asked("1"), Some(1));
        assert_eq!(asked("100"), Some(100));
        for wrong in ["0", "101", "-1", "ten", "1.5", ""] {
            assert_eq!(asked(wrong), None, "{wrong}");
        }
        assert!(PageIn { limit: None, cursor: Some("%%".to_owned()) }.after().is_err());
    }
}
