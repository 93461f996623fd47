//! `GET /healthz`: can this deployment do its work?

use crate::context::Context;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
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
}

/// Checks database, snapshot store and queue.
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
    let status = if database && snapshots && queue { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(Health { database, snapshots, queue }))
}
