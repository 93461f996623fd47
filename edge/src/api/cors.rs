//! Which answers other sites may read: those of routes that need no credentials, without credentials. What names a calendar
//! follows the sites that the calendar allows.

use crate::context::Context;
use crate::domain::catalog::snapshot;
use crate::problem::{Code, Problem};
use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, header};
use shared::id::CalendarId;

/// What is open to every site. An API key or a booking's token is sent by the page's own code, never by the browser itself.
const OPEN: [&str; 18] = [
    "/embed/",
    "/api/quotes",
    "/api/holds",
    "/api/bookings",
    "/api/waiting-list",
    "/api/tours/",
    "/api/events/",
    "/api/appointments/",
    "/api/rooms/",
    "/api/packages/",
    "/api/meta/",
    "/api/v1/catalog",
    "/v1/catalog",
    "/openapi.json",
    // An app without a server of its own, such as a script in a browser, gets its tokens here.
    "/.well-known/oauth-authorization-server",
    "/api/oauth/token",
    "/api/oauth/revoke",
    "/api/oauth/userinfo",
];

/// Here the next part of the path names a calendar.
const OF_CALENDAR: &str = "/embed/";

const ALLOW: [(HeaderName, &str); 3] = [
    (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, PATCH, DELETE"),
    (header::ACCESS_CONTROL_ALLOW_HEADERS, "content-type, authorization, idempotency-key, if-none-match"),
    (header::ACCESS_CONTROL_MAX_AGE, "86400"),
];

/// The sites that may read an answer, for a handler that has read its calendar anyway: an extension of the response.
#[derive(Clone, Debug)]
pub struct Sites(pub Vec<String>);

impl Sites {
    /// None named means all. Daymark's own pages are no other site.
    fn allow(&self, context: &Context, origin: &str) -> bool {
        self.0.is_empty() || origin == context.origin() || self.0.iter().any(|site| site == origin)
    }
}

/// A request from another site.
pub struct Crossing {
    path: String,
    origin: Option<HeaderValue>,
}

impl Crossing {
    /// What decides about a request.
    pub fn of(path: &str, headers: &HeaderMap) -> Self {
        Self { path: path.to_owned(), origin: headers.get(header::ORIGIN).cloned() }
    }

    /// The answer instead of the handler's: to a preflight, or to a write from a site that the calendar does not allow.
    pub async fn instead(&self, context: &Context, method: &Method, headers: &HeaderMap) -> Option<Response<Body>> {
        if !self.is_open() {
            return None;
        }
        if *method == Method::OPTIONS && headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD) {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::NO_CONTENT;
            for (name, value) in ALLOW {
                response.headers_mut().insert(name, HeaderValue::from_static(value));
            }
            return Some(response);
        }
        if matches!(*method, Method::GET | Method::HEAD) {
            return None;
        }
        let sites = self.sites(context).await?;
        let refused = refuse(context, self.origin.as_ref(), &sites).err()?;
        Some(axum::response::IntoResponse::into_response(refused))
    }

    /// Lets other sites read the answer of an open route: every site, or those that its calendar allows.
    pub async fn open(&self, context: &Context, response: &mut Response<Body>) {
        if !self.is_open() {
            return;
        }
        let sites = match response.extensions_mut().remove::<Sites>() {
            Some(sites) => Some(sites),
            None => self.sites(context).await,
        };
        let headers = response.headers_mut();
        let reader = match (&self.origin, sites.filter(|Sites(named)| !named.is_empty())) {
            (_, None) => Some(HeaderValue::from_static("*")),
            (None, Some(_)) => None,
            (Some(origin), Some(sites)) => {
                Some(origin).filter(|origin| origin.to_str().is_ok_and(|text| sites.allow(context, text))).cloned()
            }
        };
        // A cache must not give one site's answer to another.
        headers.append(header::VARY, HeaderValue::from_static("origin"));
        if let Some(reader) = reader {
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, reader);
            let exposed = HeaderValue::from_static("etag, retry-after, server-timing");
            headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
        }
    }

    fn is_open(&self) -> bool {
        OPEN.iter().any(|open| self.path.starts_with(open))
    }

    /// The sites of the calendar in the path; none where there is no such calendar, or nobody who asks from another site.
    async fn sites(&self, context: &Context) -> Option<Sites> {
        self.origin.as_ref()?;
        let id = self.path.strip_prefix(OF_CALENDAR)?.split('/').next()?;
        sites(context, id).await.ok().flatten()
    }
}

/// Refuses a change in the name of a calendar that does not allow the site which asks for it. Programs have no site.
pub async fn may_name(context: &Context, headers: &HeaderMap, calendar: &str) -> Result<(), Problem> {
    let origin = headers.get(header::ORIGIN);
    if origin.is_none() {
        return Ok(());
    }
    match sites(context, calendar).await? {
        Some(sites) => refuse(context, origin, &sites),
        None => Ok(()),
    }
}

async fn sites(context: &Context, calendar: &str) -> Result<Option<Sites>, Problem> {
    let Some(id) = CalendarId::parse(calendar) else { return Ok(None) };
    Ok(snapshot::origins(context, &id).await?.map(Sites))
}

fn refuse(context: &Context, origin: Option<&HeaderValue>, sites: &Sites) -> Result<(), Problem> {
    let Some(origin) = origin else { return Ok(()) };
    if origin.to_str().is_ok_and(|text| sites.allow(context, text)) {
        return Ok(());
    }
    Err(Problem::new(Code::Forbidden).because("origin_not_allowed").detail("The calendar does not allow this site."))
}
