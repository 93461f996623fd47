//! Which answers other sites may read: those of routes that need no credentials, without credentials.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, header};

/// What is open to every site. An API key or a booking's token is sent by the page's own code, never by the browser itself.
const OPEN: [&str; 11] = [
    "/embed/",
    "/api/quotes",
    "/api/holds",
    "/api/bookings",
    "/api/tours/",
    "/api/events/",
    "/api/appointments/",
    "/api/rooms/",
    "/api/packages/",
    "/api/meta/",
    "/openapi.json",
];

const ALLOW: [(HeaderName, &str); 4] = [
    (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, DELETE"),
    (header::ACCESS_CONTROL_ALLOW_HEADERS, "content-type, authorization, idempotency-key, if-none-match"),
    (header::ACCESS_CONTROL_MAX_AGE, "86400"),
    (header::VARY, "origin, access-control-request-headers"),
];

fn is_open(path: &str) -> bool {
    OPEN.iter().any(|open| path.starts_with(open))
}

/// The answer to a preflight, if this is one for an open route.
pub fn preflight(method: &Method, path: &str, headers: &HeaderMap) -> Option<Response<Body>> {
    let asks = *method == Method::OPTIONS && headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    if !asks || !is_open(path) {
        return None;
    }
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    for (name, value) in ALLOW {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    open(path, response.headers_mut());
    Some(response)
}

/// Lets every site read the answer of an open route, unless the route has named the sites itself.
pub fn open(path: &str, headers: &mut HeaderMap) {
    if is_open(path) {
        headers.entry(header::ACCESS_CONTROL_ALLOW_ORIGIN).or_insert(HeaderValue::from_static("*"));
        let exposed = HeaderValue::from_static("etag, retry-after, server-timing");
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
    }
}
