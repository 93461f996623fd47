//! `ETag` and `If-None-Match`: what the caller has already is not sent again.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};

/// A JSON answer, or 304 when the caller has it. `version` names its content.
pub fn json(headers: &HeaderMap, version: &str, body: String) -> Response<Body> {
    typed(headers, version, body, "application/json")
}

/// The same for any kind of content.
pub fn typed(headers: &HeaderMap, version: &str, body: String, kind: &'static str) -> Response<Body> {
    let fresh = has(headers, version);
    let mut response = Response::new(if fresh { Body::empty() } else { Body::from(body) });
    let shown = response.headers_mut();
    if let Ok(etag) = HeaderValue::from_str(&tag(version)) {
        shown.insert(header::ETAG, etag);
    }
    shown.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    if fresh {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    } else {
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    }
    response
}

/// Whether the caller has this version already: then nothing needs to be made of it.
pub fn has(headers: &HeaderMap, version: &str) -> bool {
    let etag = tag(version);
    let known = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    known.flat_map(|list| list.split(',')).any(|one| matches(one.trim(), &etag))
}

fn tag(version: &str) -> String {
    format!("\"{version}\"")
}

/// Weak comparison (RFC 9110, 8.8.3.2); a proxy that compresses may have made ours weak.
fn matches(one: &str, etag: &str) -> bool {
    one == "*" || one.strip_prefix("W/").unwrap_or(one) == etag
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn status(known: &str) -> u16 {
        let mut headers = HeaderMap::new();
        headers.insert(header::IF_NONE_MATCH, HeaderValue::from_str(known).unwrap());
        json(&headers, "7-20000", "{}".to_owned()).status().as_u16()
    }

    #[test]
    fn only_who_has_it_gets_nothing() {
        assert_eq!(status("\"7-20000\""), 304);
        assert_eq!(status("W/\"7-20000\""), 304);
        assert_eq!(status("\"other\", \"7-20000\""), 304);
        assert_eq!(status("*"), 304);
        assert_eq!(status("\"7-2000\""), 200);
    }
}
