//! D1, thinly: statements with bound values, batches that commit together or not at all, typed rows, and one place
//! that reads what a failure means.
//!
//! SQL itself lives in the `store.rs` files of the domain.

use serde::de::DeserializeOwned;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use wasm_bindgen::JsValue;
use worker::send::SendFuture;
use worker::{D1Database, D1PreparedStatement, D1Result, D1SessionConstraint};

/// A value bound to a parameter.
///
/// D1 binds every number as REAL. A column of a STRICT table turns it back losslessly and comparisons do not care,
/// but arithmetic, text and JSON in SQL need `cast(?1 as integer)`.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `null`.
    Null,
    /// A whole number; exact up to 2^53.
    Integer(i64),
    /// Text.
    Text(String),
}

/// A statement and the values of `?1`, `?2`, …
#[derive(Clone, Debug)]
pub struct Statement {
    sql: &'static str,
    values: Vec<Value>,
}

/// Starts a statement. Values are bound in the order of the parameters.
pub fn sql(text: &'static str) -> Statement {
    Statement { sql: text, values: Vec::new() }
}

impl Statement {
    /// Binds the next parameter.
    #[must_use]
    pub fn bind(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}

impl From<u32> for Value {
    fn from(value: u32) -> Self {
        Self::Integer(i64::from(value))
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Integer(i64::from(value))
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl From<shared::zone::Instant> for Value {
    fn from(value: shared::zone::Instant) -> Self {
        Self::Integer(value.0)
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl From<&Value> for JsValue {
    #[allow(clippy::cast_precision_loss, reason = "D1 takes numbers as doubles; larger integers are never written")]
    fn from(value: &Value) -> Self {
        match value {
            Value::Null => Self::NULL,
            Value::Integer(number) => Self::from_f64(*number as f64),
            Value::Text(text) => Self::from_str(text),
        }
    }
}

/// What a statement answered.
#[derive(Debug)]
pub struct Rows {
    json: String,
}

impl Rows {
    /// Every row, typed by column name.
    pub fn all<T: DeserializeOwned>(&self) -> Result<Vec<T>, StoreError> {
        serde_json::from_str(&self.json).map_err(|error| StoreError::Unreadable(error.to_string()))
    }

    /// The first row, if there is any.
    pub fn first<T: DeserializeOwned>(&self) -> Result<Option<T>, StoreError> {
        Ok(self.all()?.into_iter().next())
    }
}

/// What a batch answered, statement by statement in order.
#[derive(Debug)]
pub struct Answers(std::vec::IntoIter<Rows>);

impl Answers {
    /// The rows of the next statement.
    pub fn rows(&mut self) -> Result<Rows, StoreError> {
        self.0.next().ok_or_else(|| StoreError::Unreadable("a statement without an answer".to_owned()))
    }

    /// Passes over the answers of some statements.
    pub fn skip(&mut self, statements: usize) {
        if let Some(last) = statements.checked_sub(1) {
            self.0.nth(last);
        }
    }

    /// All rows of the last statement.
    pub fn last<T: DeserializeOwned>(self) -> Result<Vec<T>, StoreError> {
        self.0.last().map_or(Ok(Vec::new()), |rows| rows.all())
    }

    /// All rows of the last statement, which is not answered again.
    pub fn take_last<T: DeserializeOwned>(&mut self) -> Result<Vec<T>, StoreError> {
        self.0.next_back().map_or(Ok(Vec::new()), |rows| rows.all())
    }

    /// All rows of the next statement.
    pub fn all<T: DeserializeOwned>(&mut self) -> Result<Vec<T>, StoreError> {
        self.rows()?.all()
    }

    /// The first row of the next statement.
    pub fn first<T: DeserializeOwned>(&mut self) -> Result<Option<T>, StoreError> {
        self.rows()?.first()
    }
}

/// Why the database said no. The first six are the invariants of the schema, told by its triggers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoreError {
    /// The departure has too few seats left.
    Overbooked,
    /// A resource has too few units left at some instant.
    ResourceBusy,
    /// Somebody else came onto the departure after it was read: read again and decide again.
    StaleDeparture,
    /// The booking cannot go from its state to that one.
    BadTransition,
    /// A statement that had to change something found nothing to change: it is gone, or somebody else was faster.
    Unchanged,
    /// Any other refusal of a trigger, by its own word, such as `coupon_used_up`.
    Refused(String),
    /// A value that must be unique is there already: `table.column, …` as SQLite names it.
    Taken(String),
    /// A row that is referred to does not exist, or belongs to somebody else.
    NoSuchParent,
    /// A value breaks a rule of its column.
    Check(String),
    /// Nothing is wrong with the statement; the same again may work.
    Transient(String),
    /// The rows do not have the expected shape.
    Unreadable(String),
    /// Anything else.
    Failed(String),
}

/// Messages after which D1's documentation tells to try again.
const TRANSIENT: [&str; 5] = [
    "Network connection lost",
    "storage caused object to be reset",
    "reset because its code was updated",
    "transient issue",
    "D1 DB is overloaded",
];

impl StoreError {
    /// Reads SQLite's own words, which are the stable part of D1's message.
    fn read(message: &str) -> Self {
        let text = message.trim_start_matches("D1_ERROR: ");
        let subject = |prefix: &str| {
            let rest = text.split_once(prefix).map_or("", |(_, rest)| rest);
            rest.split(": SQLITE").next().unwrap_or_default().trim().to_owned()
        };
        if TRANSIENT.iter().any(|sign| text.contains(sign)) {
            Self::Transient(text.to_owned())
        } else if text.contains("UNIQUE constraint failed") {
            Self::Taken(subject("UNIQUE constraint failed:"))
        } else if text.contains("FOREIGN KEY constraint failed") {
            Self::NoSuchParent
        } else if text.contains("CHECK constraint failed") {
            Self::Check(subject("CHECK constraint failed:"))
        } else if text.contains("SQLITE_CONSTRAINT") {
            match text.split(": SQLITE").next().unwrap_or_default().trim() {
                "overbooked" => Self::Overbooked,
                "resource_busy" => Self::ResourceBusy,
                "stale_departure" => Self::StaleDeparture,
                "bad_transition" => Self::BadTransition,
                "nothing_changed" => Self::Unchanged,
                word => Self::Refused(word.to_owned()),
            }
        } else {
            Self::Failed(text.to_owned())
        }
    }
}

impl From<worker::Error> for StoreError {
    fn from(error: worker::Error) -> Self {
        match error {
            // `Display` of a D1 error aborts the instance in worker 0.8; `cause` does not.
            worker::Error::D1(error) => Self::read(&error.cause()),
            worker::Error::UnknownJsError { message, .. } => Self::read(&message),
            other => Self::Failed(format!("{other:?}")),
        }
    }
}

/// The database. Cheap to clone.
#[derive(Clone)]
pub struct Database {
    d1: Arc<D1Database>,
    spent: Arc<Spent>,
}

/// What one event has cost the database.
#[derive(Debug, Default)]
struct Spent {
    round_trips: AtomicU32,
    rows_read: AtomicU32,
    rows_written: AtomicU32,
}

impl Spent {
    fn count(&self, results: &[D1Result]) {
        let add = |counter: &AtomicU32, rows: Option<usize>| {
            counter.fetch_add(rows.and_then(|rows| u32::try_from(rows).ok()).unwrap_or(0), Ordering::Relaxed);
        };
        for meta in results.iter().filter_map(|result| result.meta().ok().flatten()) {
            add(&self.rows_read, meta.rows_read);
            add(&self.rows_written, meta.rows_written);
        }
    }
}

impl Database {
    /// Over its binding.
    pub fn new(d1: D1Database) -> Self {
        Self { d1: Arc::new(d1), spent: Arc::default() }
    }

    /// What this event has cost so far, for people to read.
    pub fn spent(&self) -> String {
        let Spent { round_trips, rows_read, rows_written } = &*self.spent;
        let [trips, read, written] =
            [round_trips, rows_read, rows_written].map(|counter| counter.load(Ordering::Relaxed));
        format!("{trips} round trips, {read} rows read, {written} rows written")
    }

    /// Runs statements in one transaction on the primary: all of them happen or none.
    pub async fn batch(&self, statements: Vec<Statement>) -> Result<Answers, StoreError> {
        // D1 takes a batch of nothing for a mistake; a change that turned out to be none is not one.
        if statements.is_empty() {
            return Ok(Answers(Vec::new().into_iter()));
        }
        self.spent.round_trips.fetch_add(1, Ordering::Relaxed);
        SendFuture::new(async {
            let prepared = prepare(statements, |text| self.d1.prepare(text))?;
            let results = self.d1.batch(prepared).await?;
            self.spent.count(&results);
            answers(&results)
        })
        .await
    }

    /// Reads from whichever copy is nearest, all from one moment. For what may be seconds old: public reads.
    pub async fn read(&self, statements: Vec<Statement>) -> Result<Answers, StoreError> {
        self.spent.round_trips.fetch_add(1, Ordering::Relaxed);
        SendFuture::new(async {
            let session = self.d1.with_session_constraint(D1SessionConstraint::FirstUnconstrained)?;
            let prepared = prepare(statements, |text| session.prepare(text))?;
            let results = session.batch(prepared).await?;
            self.spent.count(&results);
            answers(&results)
        })
        .await
    }

    /// Whether it answers and has its tables.
    pub async fn is_ready(&self) -> bool {
        self.run(sql("select 1 from org limit 1")).await.is_ok()
    }

    /// Runs one statement.
    pub async fn run(&self, statement: Statement) -> Result<Rows, StoreError> {
        self.batch(vec![statement]).await?.rows()
    }
}

fn prepare(
    statements: Vec<Statement>,
    prepare: impl Fn(&'static str) -> D1PreparedStatement,
) -> worker::Result<Vec<D1PreparedStatement>> {
    let bound = |statement: Statement| {
        let values: Vec<JsValue> = statement.values.iter().map(JsValue::from).collect();
        let prepared = prepare(statement.sql);
        if values.is_empty() { Ok(prepared) } else { prepared.bind(&values) }
    };
    statements.into_iter().map(bound).collect()
}

/// Rows cross from JavaScript as one JSON text: one call instead of one for every value of every row.
fn answers(results: &[D1Result]) -> Result<Answers, StoreError> {
    let read = |result: &D1Result| {
        let rows: js_sys::Array = result.results::<AsIs>()?.into_iter().map(|row| row.0).collect();
        let json = js_sys::JSON::stringify(&rows).map_err(worker::Error::from)?;
        Ok(Rows { json: String::from(json) })
    };
    let rows: Result<Vec<Rows>, StoreError> = results.iter().map(read).collect();
    Ok(Answers(rows?.into_iter()))
}

/// A row left as JavaScript has it.
#[derive(serde::Deserialize)]
#[serde(transparent)]
struct AsIs(#[serde(with = "serde_wasm_bindgen::preserve")] JsValue);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_trigger_says_is_understood() {
        let said = |text: &str| StoreError::read(text);
        assert_eq!(said("overbooked: SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_TRIGGER)"), StoreError::Overbooked);
        assert_eq!(
            said("D1_ERROR: coupon_used_up: SQLITE_CONSTRAINT_TRIGGER"),
            StoreError::Refused("coupon_used_up".to_owned())
        );
        assert_eq!(
            said("UNIQUE constraint failed: idempotency.scope, idempotency.key: SQLITE_CONSTRAINT"),
            StoreError::Taken("idempotency.scope, idempotency.key".to_owned())
        );
        assert!(matches!(said("Network connection lost."), StoreError::Transient(_)));
    }
}
