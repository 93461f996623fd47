//! Customers: who booked, what is held about them, and how they are forgotten.

pub mod store;

use crate::context::Context;
use crate::database::StoreError;
use crate::domain::booking::change::Found;
use crate::domain::booking::store as bookings;
use crate::domain::desk::store::search;
use crate::domain::record::Change;
use crate::problem::{Code, Problem};
use serde::Deserialize;
use serde_json::{Value, json};
use store::{Customer, Held};

/// So many bookings of one customer are shown or handed out at once.
const BOOKINGS: i64 = 500;

#[derive(Deserialize)]
struct BookingId {
    public_id: String,
}

/// An organization's customers before a row, the newest first; `words` as somebody typed them.
pub async fn list(
    context: &Context,
    org: i64,
    before: i64,
    words: Option<&str>,
    limit: i64,
) -> Result<Vec<Customer>, Problem> {
    let words = words.map(|words| search(org, words));
    if words.as_deref() == Some("") {
        return Ok(Vec::new());
    }
    Ok(context.database().run(store::list(org, before, words.as_deref(), limit)).await?.all()?)
}

/// One of them.
pub async fn read(context: &Context, org: i64, id: &str) -> Result<Customer, Problem> {
    let found = context.database().run(store::one(org, id)).await?.first()?;
    found.ok_or_else(|| Problem::not_found("customer"))
}

/// One of them with their bookings, the newest first.
pub async fn with_bookings(context: &Context, org: i64, id: &str) -> Result<(Customer, Vec<Found>), Problem> {
    let batch = vec![store::one(org, id), store::bookings(org, id, BOOKINGS)];
    let mut answers = context.database().batch(batch).await?;
    let customer: Option<Customer> = answers.first()?;
    let customer = customer.ok_or_else(|| Problem::not_found("customer"))?;
    let ids: Vec<BookingId> = answers.all()?;
    let ids: Vec<&str> = ids.iter().map(|id| id.public_id.as_str()).collect();
    let mut answers = context.database().batch(bookings::read_all(&ids, context.now()).into()).await?;
    let mut found = bookings::found_all(&mut answers)?;
    found.reverse();
    Ok((customer, found))
}

/// What is held about somebody besides themselves and their bookings.
pub struct Besides {
    /// What was charged and paid.
    pub ledger: Vec<Value>,
    /// What was told of them.
    pub events: Vec<Value>,
    /// What they waited for.
    pub waiting: Vec<Value>,
    /// What was written to them.
    pub mails: Vec<Value>,
}

/// Gathers it, and writes down that somebody looked.
pub async fn besides(
    context: &Context,
    actor: &str,
    customer: &Customer,
    bookings: &[Found],
) -> Result<Besides, Problem> {
    let own = bookings.iter().map(|(row, _)| row.public_id.as_str());
    let subjects: Vec<&str> = own.chain([customer.public_id.as_str()]).collect();
    let subjects = Value::from(subjects).to_string();
    let mut change = Change::new(context, customer.org_id, actor);
    for statement in store::held(customer.org_id, &customer.email, &subjects) {
        change.add(statement);
    }
    change.audit("customer.exported", &customer.public_id, &json!({}));
    let mut answers = change.commit().await?;
    let mut next = || -> Result<Vec<Value>, StoreError> {
        let rows: Vec<Held> = answers.all()?;
        Ok(rows.iter().filter_map(|row| serde_json::from_str(&row.held).ok()).collect())
    };
    Ok(Besides { ledger: next()?, events: next()?, waiting: next()?, mails: next()? })
}

/// Writes a customer as they are to be; `changed` names what is different.
pub async fn change(context: &Context, actor: &str, customer: &Customer, changed: &[&str]) -> Result<(), Problem> {
    if changed.is_empty() {
        return Ok(());
    }
    let mut change = Change::new(context, customer.org_id, actor);
    change.must(store::change(customer, context.now()));
    change.audit("customer.changed", &customer.public_id, &json!({ "changed": changed }));
    match change.commit().await {
        Ok(_) => Ok(()),
        Err(StoreError::Taken(_)) => {
            let problem = Problem::new(Code::Conflict).because("email_taken");
            Err(problem.and_field("/email", "email_taken", "Another customer has this address."))
        }
        Err(error) => Err(Problem::from(error).unless_changed(|| Problem::not_found("customer"))),
    }
}

/// The change that forgets a customer. Who still has something booked is not forgotten: first it has to be over.
pub async fn forgetting<'c>(context: &'c Context, actor: &'c str, org: i64, id: &str) -> Result<Change<'c>, Problem> {
    let now = context.now();
    let batch = vec![store::one(org, id), store::ahead(org, id, now)];
    let mut answers = context.database().batch(batch).await?;
    let customer: Option<Customer> = answers.first()?;
    customer.filter(|customer| customer.erased_at.is_none()).ok_or_else(|| Problem::not_found("customer"))?;
    let ahead: Vec<BookingId> = answers.all()?;
    if !ahead.is_empty() {
        let ids: Vec<&str> = ahead.iter().map(|booking| booking.public_id.as_str()).collect();
        let detail = format!("Cancel these first, or wait until they are over: {}.", ids.join(", "));
        return Err(Problem::new(Code::Conflict).because("bookings_ahead").detail(detail));
    }
    let mut change = Change::new(context, org, actor);
    let (batch, last) = store::forget(org, id, now);
    batch.into_iter().for_each(|statement| change.add(statement));
    change.must(last);
    change.audit("customer.erased", id, &json!({}));
    Ok(change)
}
