//! `GET /healthz`: can this deployment do its work?

use crate::circuit::{is_open, store};
use crate::context::Context;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use shared::embed::Timestamp;
use shared::zone::Instant;
use utoipa::ToSchema;
use worker::send::SendFuture;

/// What was checked.
#[derive(Serialize, ToSchema)]
pub struct Health {
    /// The database answers and has its tables.
    database: bool,
    /// The store of published snapshots answers.
    snapshots: bool,
    /// The queue of deliveries is bound.
    queue: bool,
    /// Services outside that did not answer last; what needs them waits. Empty when all is well.
    circuits: Vec<Circuit>,
}

/// A service outside that did not answer.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Circuit {
    /// Which.
    #[schema(example = "mail.smtp")]
    name: String,
    /// So often in a row.
    failures: u32,
    /// It is left alone for now.
    open: bool,
    /// When it is asked again; null while it is not left alone.
    #[schema(value_type = Option<String>, format = DateTime)]
    next_attempt_at: Option<Timestamp>,
}

/// Checks database, snapshot store and queue, and tells which services outside are left alone because they do not answer.
#[utoipa::path(
    get, path = "/healthz", tag = "Meta", security(()),
    responses((status = 200, description = "All is well", body = Health), (status = 503, description = "Something is not", body = Health)),
)]
pub async fn health(State(context): State<Context>) -> (StatusCode, Json<Health>) {
    let database = context.database().is_ready().await;
    let snapshots = SendFuture::new(async {
        let Ok(store) = context.snapshots() else { return false };
        store.get("healthz").text().await.is_ok()
    })
    .await;
    let queue = context.deliveries().is_ok();
    let failing: Vec<store::Row> =
        context.database().run(store::failing()).await.and_then(|rows| rows.all()).unwrap_or_default();
    let circuits = failing.into_iter().map(|row| {
        let open = is_open(row.failures);
        let next_attempt_at = open.then_some(Timestamp(Instant(row.open_until)));
        Circuit { name: row.name, failures: row.failures, open, next_attempt_at }
    });
    let circuits = circuits.collect();
    let status = if database && snapshots && queue { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(Health { database, snapshots, queue, circuits }))
}
