//! Reads a JSON body: at most 64 KB, typed, and every fault named by field (RFC 6901) and rule.

use super::objects::Objects;
use crate::problem::{Code, Problem};
use axum::extract::{FromRequest, Request};
use axum::http::header;
use futures_util::StreamExt as _;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_path_to_error::{Path, Segment};
use sha2::{Digest, Sha256};

/// More than any request of any surface needs.
const MAX_BYTES: usize = 64 * 1024;
/// A body that is too large is read to its end, as far as this, before it is refused: an answer in the middle of an upload
/// reaches nobody, since the connection is reset. Nothing of it is kept.
const MAX_DRAINED: usize = 32 * 1024 * 1024;

/// A body read as `T`, and what it was made of.
#[derive(Debug)]
pub struct Body<T> {
    /// The value.
    pub value: T,
    /// SHA-256 of the exact bytes: tells two requests under one idempotency key apart.
    pub hash: [u8; 32],
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Problem> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
        let wrong_kind = !is_json(kind);
        let bytes = bytes_of(request).await;
        if wrong_kind {
            return Err(Problem::new(Code::UnsupportedMediaType));
        }
        let bytes = bytes?;
        Ok(Self { value: read(&bytes)?, hash: Sha256::digest(&bytes).into() })
    }
}

/// A body that says nothing, such as none or `{}`; only its hash counts.
#[derive(Debug)]
pub struct AnyBody {
    /// SHA-256 of the exact bytes.
    pub hash: [u8; 32],
}

impl<S: Send + Sync> FromRequest<S> for AnyBody {
    type Rejection = Problem;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Problem> {
        let bytes = bytes_of(request).await?;
        Ok(Self { hash: Sha256::digest(&bytes).into() })
    }
}

/// A body that may be left out; then nothing is said in it.
#[derive(Debug)]
pub struct MaybeBody<T> {
    /// The value.
    pub value: T,
    /// SHA-256 of the exact bytes.
    pub hash: [u8; 32],
}

impl<S: Send + Sync, T: DeserializeOwned + Default> FromRequest<S> for MaybeBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Problem> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let wrong_kind = kind.is_some_and(|kind| !is_json(kind));
        let bytes = bytes_of(request).await?;
        if wrong_kind && !bytes.is_empty() {
            return Err(Problem::new(Code::UnsupportedMediaType));
        }
        let value = if bytes.is_empty() { T::default() } else { read(&bytes)? };
        Ok(Self { value, hash: Sha256::digest(&bytes).into() })
    }
}

/// What tells two requests under one idempotency key apart.
pub trait Hashed {
    /// SHA-256 of the exact bytes.
    fn hash(&self) -> &[u8; 32];
}

impl<T> Hashed for Body<T> {
    fn hash(&self) -> &[u8; 32] {
        &self.hash
    }
}

impl<T> Hashed for MaybeBody<T> {
    fn hash(&self) -> &[u8; 32] {
        &self.hash
    }
}

impl Hashed for AnyBody {
    fn hash(&self) -> &[u8; 32] {
        &self.hash
    }
}

async fn bytes_of(request: Request) -> Result<Vec<u8>, Problem> {
    let too_large = || Problem::new(Code::TooLarge).detail("A body may have 65,536 bytes.");
    at_most(request, MAX_BYTES).await.ok_or_else(too_large)
}

/// The bytes of a body that has no more than `most`; none for a larger one, which is read to its end and not kept.
pub async fn at_most(request: Request, most: usize) -> Option<Vec<u8>> {
    let mut parts = request.into_body().into_data_stream();
    let (mut kept, mut read) = (Vec::new(), 0_usize);
    while let Some(part) = parts.next().await {
        let part = part.ok()?;
        read = read.saturating_add(part.len());
        if read <= most {
            kept.extend_from_slice(&part);
        } else if read > MAX_DRAINED {
            return None;
        }
    }
    (read <= most).then_some(kept)
}

fn is_json(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json")
}

/// Reads JSON as `T`; a fault becomes a problem with its pointer.
pub fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let mut input = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(Objects(&mut input)).map_err(|error| {
        let pointer = pointer_of(error.path());
        // Where JSON is well-formed and a word of a closed list was wanted, serde_json takes anything else for a fault of syntax.
        let is_json = core::str::from_utf8(bytes).is_ok_and(|text| serde_json::from_str::<IgnoredAny>(text).is_ok());
        explain(&pointer, error.inner(), is_json)
    })?;
    input.end().map_err(|error| explain("", &error, false))?;
    Ok(value)
}

fn explain(pointer: &str, error: &serde_json::Error, is_json: bool) -> Problem {
    let message = error.to_string();
    // serde_json adds where in the text it was; the pointer says it better.
    let message = message.split(" at line ").next().unwrap_or_default();
    let message = match message.split_once("expected ") {
        Some((found, wanted)) => {
            let found = found.replace("type: sequence", "type: a list").replace("type: map", "type: an object");
            format!("{found}expected {}", in_words(wanted))
        }
        None => message.to_owned(),
    };
    let problem = Problem::new(Code::MalformedRequest);
    if error.is_syntax() && is_json {
        return problem.and_field(pointer, "wrong_type", "expected one of the words that it can be");
    }
    if error.is_syntax() || error.is_eof() {
        return problem.because("malformed_json").and_field("", "malformed_json", message);
    }
    let named = |prefix: &str| message.strip_prefix(prefix)?.split('`').next();
    let (pointer, rule) = if let Some(field) = named("missing field `") {
        (format!("{pointer}/{}", escape(field)), "required")
    } else if named("unknown field `").is_some() {
        (pointer.to_owned(), "unknown_field")
    } else if named("duplicate field `").is_some() {
        (pointer.to_owned(), "duplicate_field")
    } else if message.starts_with("invalid type") {
        (pointer.to_owned(), "wrong_type")
    } else {
        (pointer.to_owned(), "invalid_value")
    };
    problem.and_field(pointer, rule, message)
}

/// What serde wanted, for people who do not know its language.
fn in_words(wanted: &str) -> &str {
    match wanted {
        "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number, 0 or more",
        "i8" | "i16" | "i32" | "i64" | "isize" => "a whole number",
        "f32" | "f64" => "a number",
        "a sequence" => "a list",
        _ if wanted.starts_with("struct ") || wanted == "a map" => "an object",
        _ => wanted,
    }
}

fn pointer_of(path: &Path) -> String {
    let mut pointer = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => pointer.push_str(&format!("/{index}")),
            Segment::Map { key } => pointer.push_str(&format!("/{}", escape(key))),
            Segment::Enum { variant } => pointer.push_str(&format!("/{}", escape(variant))),
            Segment::Unknown => {}
        }
    }
    pointer
}

fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;
    use serde::Deserialize;
    use std::collections::BTreeMap;

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    struct Order {
        #[allow(dead_code, reason = "only its reading is tested")]
        lines: Vec<BTreeMap<String, u32>>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Scope {
        Own,
    }

    #[derive(Debug, Deserialize)]
    struct Asked {
        #[allow(dead_code, reason = "only its reading is tested")]
        scope: Scope,
    }

    #[test]
    fn what_is_no_word_where_one_is_wanted_is_a_fault_of_its_field() {
        for wrong in ["null", "true", "3", "[]", "{}", "[null]"] {
            let text = format!(r#"{{"scope":{wrong}}}"#);
            let out = serde_json::to_value(read::<Asked>(text.as_bytes()).unwrap_err().render()).unwrap();
            assert_eq!(out["code"], "malformed_request", "{text}");
            assert_eq!(out["errors"][0]["pointer"], "/scope", "{text}");
        }
        let cut = serde_json::to_value(read::<Asked>(br#"{"scope":"#).unwrap_err().render()).unwrap();
        assert_eq!(cut["code"], "malformed_json");
        assert!(read::<Asked>(br#"{"scope":"own"}"#).is_ok());
    }

    fn fault(text: &str) -> (String, String, String) {
        let out = serde_json::to_value(read::<Order>(text.as_bytes()).unwrap_err().render()).unwrap();
        let error = &out["errors"][0];
        let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        (text(&out["code"]), text(&error["pointer"]), text(&error["code"]))
    }

    #[test]
    fn every_fault_has_its_pointer_and_rule() {
        let told = |code: &str, pointer: &str, rule: &str| (code.to_owned(), pointer.to_owned(), rule.to_owned());
        assert_eq!(fault("{"), told("malformed_json", "", "malformed_json"));
        assert_eq!(fault("{}"), told("malformed_request", "/lines", "required"));
        assert_eq!(fault("[[]]"), told("malformed_request", "", "wrong_type"));
        assert_eq!(fault(r#"{"lines":3}"#), told("malformed_request", "/lines", "wrong_type"));
        assert_eq!(fault(r#"{"lines":[{"a/b":-1}]}"#), told("malformed_request", "/lines/0/a~1b", "invalid_value"));
        assert_eq!(fault(r#"{"lines":[],"more":1}"#), told("malformed_request", "/more", "unknown_field"));
        assert_eq!(fault(r#"{"lines":[]} x"#), told("malformed_json", "", "malformed_json"));
        assert_eq!(fault(r#"{"lines":[{"a\u0000":1}]}"#), told("malformed_request", "/lines/0", "invalid_value"));
    }

    #[test]
    fn what_was_wanted_is_said_in_words() {
        let said = |text: &str| serde_json::to_string(&read::<Order>(text.as_bytes()).unwrap_err().render()).unwrap();
        assert!(said(r#"{"lines":[{"a":-1}]}"#).contains("expected a whole number, 0 or more"));
        assert!(said(r#"{"lines":3}"#).contains("expected a list"));
        assert!(said("[]").contains("expected an object"));
    }
}
