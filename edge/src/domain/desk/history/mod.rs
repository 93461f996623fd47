//! What happened to one booking, from the event log, the audit log and the ledger.

mod store;

use crate::database::{Database, StoreError};
pub use store::Row;

/// In order; none when the organization has no such booking.
pub async fn read(database: &Database, org: i64, booking: &str) -> Result<Option<Vec<Row>>, StoreError> {
    let mut answers = database.batch(vec![store::exists(org, booking), store::rows(org, booking)]).await?;
    let there: Vec<store::There> = answers.all()?;
    let rows = answers.all()?;
    Ok((!there.is_empty()).then_some(rows))
}
