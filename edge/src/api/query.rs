//! Reads a query; a fault is a problem like any other.

use crate::problem::Problem;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

/// What stands behind the `?`, read as `T`.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        match axum::extract::Query::try_from_uri(&parts.uri) {
            Ok(axum::extract::Query(value)) => Ok(Self(value)),
            Err(error) => {
                let message = error.body_text();
                let told = message.split_once(": ").map_or(message.as_str(), |(_, told)| told);
                let named = told.split('`').nth(1).unwrap_or_default();
                let rule = if told.starts_with("duplicate field") { "duplicate_field" } else { "invalid_value" };
                Err(Problem::field(format!("?{named}"), rule, told))
            }
        }
    }
}

/// The words of a search as somebody typed them into `q`; none where there are none.
pub fn words(q: Option<&str>) -> Result<Option<&str>, Problem> {
    let words = q.filter(|words| !words.trim().is_empty());
    if words.is_some_and(|words| words.chars().count() > 200) {
        return Err(Problem::field("?q", "too_long", "At most 200 characters."));
    }
    Ok(words)
}
