//! A change that is made once for one `Idempotency-Key`, however often it is sent.
//!
//! A request whose key has an answer already gets that answer while it is being read; the handler never sees it. Otherwise
//! the [`Ticket`] writes key, answer and change in one batch, so that they happen together or not at all.

use super::body::Hashed;
use super::idempotency::IdempotencyKey;
use crate::access::caller::Actor;
use crate::context::Context;
use crate::database::{Answers, Statement, StoreError};
use crate::domain::idempotency::{self, Key, Stored};
use crate::domain::record::Change;
use crate::problem::{Code, Problem};
use axum::Json;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Map, Value};

/// A body ([`super::body::Body`] or [`super::body::AnyBody`]) and the right to act on it once. Comes after the extractor that
/// says who is calling: the same key of somebody else is another key.
#[derive(Debug)]
pub struct Once<B> {
    /// What was sent.
    pub body: B,
    /// The right to make the change.
    pub ticket: Ticket,
}

/// The right to make one change.
#[derive(Debug)]
pub struct Ticket {
    key: Option<Key>,
}

/// A change that was made, or that had been made before.
#[derive(Debug)]
pub struct Written {
    /// What the client gets.
    pub response: Response,
    /// What the statements of the change answered; none if somebody came first with the same key.
    pub answers: Option<Answers>,
}

impl<B> FromRequest<Context> for Once<B>
where
    B: FromRequest<Context, Rejection = Problem> + Hashed + Send,
{
    type Rejection = Response;

    async fn from_request(request: Request, context: &Context) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let key = IdempotencyKey::from_request_parts(&mut parts, context).await.map_err(Problem::into_response)?;
        let actor = parts.extensions.get::<Actor>().map_or("guest", |actor| actor.0.as_str());
        let scope = format!("{actor} {} {}", parts.method, parts.uri.path());
        let body = B::from_request(Request::from_parts(parts, body), context).await.map_err(Problem::into_response)?;
        let ticket = Ticket { key: key.of(scope, body.hash()) };
        match ticket.answer(context).await {
            Ok(None) => Ok(Self { body, ticket }),
            Ok(Some(answer)) => Err(answer),
            Err(problem) => Err(problem.into_response()),
        }
    }
}

impl Ticket {
    /// Makes the change and answers `answer`.
    pub async fn commit(
        &self,
        context: &Context,
        status: StatusCode,
        answer: &impl Serialize,
        change: Change<'_>,
    ) -> Result<Written, Problem> {
        self.commit_secretly(context, status, answer, Map::new(), change).await
    }

    /// Makes the change and answers `answer` with fields that only this caller may see: they are kept sealed.
    pub async fn commit_secretly(
        &self,
        context: &Context,
        status: StatusCode,
        answer: &impl Serialize,
        secrets: Map<String, Value>,
        change: Change<'_>,
    ) -> Result<Written, Problem> {
        let mut shown = serde_json::to_value(answer).map_err(Problem::internal)?;
        let mut first = Vec::new();
        if let Some(key) = &self.key {
            let sealed = (!secrets.is_empty()).then(|| seal(context, key, &secrets)).transpose()?;
            let keep =
                idempotency::store::keep(key, status.as_u16(), &shown.to_string(), sealed.as_deref(), context.now());
            first.extend(keep);
        }
        match change.commit_after(first).await {
            Ok(answers) => {
                merge(&mut shown, secrets);
                Ok(Written { response: (status, Json(shown)).into_response(), answers: Some(answers) })
            }
            Err(error) if idempotency::lost_race(&error) => {
                let first = self.answer(context).await?;
                let response = first.ok_or_else(|| Problem::new(Code::TryAgain).retry_after(1))?;
                Ok(Written { response, answers: None })
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Makes a change that is no organization's yet, by its bare statements, and answers `answer`. What the database refuses
    /// is the caller's to explain.
    pub async fn commit_with(
        &self,
        context: &Context,
        status: StatusCode,
        answer: &impl Serialize,
        statements: Vec<Statement>,
    ) -> Result<Result<Response, Problem>, StoreError> {
        let shown = match serde_json::to_value(answer) {
            Ok(shown) => shown,
            Err(error) => return Ok(Err(Problem::internal(error))),
        };
        let mut batch = Vec::new();
        if let Some(key) = &self.key {
            batch.extend(idempotency::store::keep(key, status.as_u16(), &shown.to_string(), None, context.now()));
        }
        batch.extend(statements);
        match context.database().batch(batch).await {
            Ok(_) => Ok(Ok((status, Json(shown)).into_response())),
            Err(error) if idempotency::lost_race(&error) => Ok(self
                .answer(context)
                .await
                .and_then(|first| first.ok_or_else(|| Problem::new(Code::TryAgain).retry_after(1)))),
            Err(error) => Err(error),
        }
    }

    /// The key, for what a change puts into its own answer.
    pub fn key(&self) -> Option<&Key> {
        self.key.as_ref()
    }

    /// Puts what is known only after the change into the answer that is kept.
    pub async fn amend(&self, context: &Context, answer: &impl Serialize) -> Result<(), Problem> {
        let Some(key) = &self.key else { return Ok(()) };
        let body = serde_json::to_string(answer).map_err(Problem::internal)?;
        context.database().run(idempotency::store::amend(key, &body)).await?;
        Ok(())
    }

    /// The answer that was given before.
    async fn answer(&self, context: &Context) -> Result<Option<Response>, Problem> {
        let Some(key) = &self.key else { return Ok(None) };
        let Some(stored) = idempotency::before(context, Some(key)).await? else { return Ok(None) };
        let Stored { status, body, token_sealed } = stored;
        let mut shown = serde_json::from_str(&body).map_err(Problem::internal)?;
        if let Some(sealed) = token_sealed {
            merge(&mut shown, open(context, key, &sealed)?);
        }
        let status = StatusCode::from_u16(status).map_err(Problem::internal)?;
        Ok(Some((status, Json(shown)).into_response()))
    }
}

fn seal(context: &Context, key: &Key, secrets: &Map<String, Value>) -> Result<String, Problem> {
    let keys = context.sealing_keys().ok_or_else(|| Problem::internal("SEALING_KEYS is missing or unreadable"))?;
    let plain = serde_json::to_vec(secrets).map_err(Problem::internal)?;
    let nonce = context.random_key().map_err(Problem::internal)?;
    keys.seal(&plain, &key.scope, nonce).ok_or_else(|| Problem::internal("sealing failed"))
}

fn open(context: &Context, key: &Key, sealed: &str) -> Result<Map<String, Value>, Problem> {
    let keys = context.sealing_keys().ok_or_else(|| Problem::internal("SEALING_KEYS is missing or unreadable"))?;
    let plain = keys.open(sealed, &key.scope).ok_or_else(|| Problem::internal("a kept answer does not open"))?;
    serde_json::from_slice(&plain).map_err(Problem::internal)
}

fn merge(shown: &mut Value, secrets: Map<String, Value>) {
    if let Value::Object(fields) = shown {
        fields.extend(secrets);
    }
}
