//! How anything fails: one error type, rendered as RFC 9457 problem details.
//!
//! A client reads `code` (stable, machine-readable) and `errors` (which field, which rule); `title` is the same for
//! every occurrence of a code, `detail` is about this one. What went wrong inside goes to the log, never out.

use crate::database::StoreError;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use shared::embed::Timestamp;
use utoipa::ToSchema;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $status:literal $text:literal $title:literal),+ $(,)?) => {
        /// Every way in which a request can fail, on every surface.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum Code { $($(#[$doc])* $name),+ }

        impl Code {
            /// All of them, for the documentation.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// HTTP status.
            pub fn status(self) -> u16 {
                match self { $(Self::$name => $status),+ }
            }

            /// As the wire spells it.
            pub fn text(self) -> &'static str {
                match self { $(Self::$name => $text),+ }
            }

            /// In words; the same for every occurrence.
            pub fn title(self) -> &'static str {
                match self { $(Self::$name => $title),+ }
            }
        }
    };
}

codes! {
    /// Not JSON, or the wrong shape.
    MalformedRequest = 400 "malformed_request" "The request cannot be read",
    /// Readable, but a field breaks its rule.
    InvalidField = 400 "invalid_field" "A field is not valid",
    /// No credentials, or bad ones.
    Unauthenticated = 401 "unauthenticated" "Credentials are missing or not valid",
    /// Known, but not allowed.
    Forbidden = 403 "forbidden" "Not allowed",
    /// Missing, or somebody else's.
    NotFound = 404 "not_found" "Not found",
    /// The path is right, the method is not.
    MethodNotAllowed = 405 "method_not_allowed" "Method not allowed",
    /// Nothing left, or too little for this party.
    SoldOut = 409 "sold_out" "Sold out",
    /// A required resource is busy or off.
    Unavailable = 409 "unavailable" "Not available at that time",
    /// The price is not the one that the customer saw.
    PriceChanged = 409 "price_changed" "The price has changed",
    /// The hold is no longer there.
    HoldExpired = 409 "hold_expired" "The hold has run out",
    /// The booking's state does not allow it.
    BadTransition = 409 "bad_transition" "Not possible in this state",
    /// A value that must be unique is there already.
    Conflict = 409 "conflict" "In conflict with what is there",
    /// The body is larger than any request needs.
    TooLarge = 413 "too_large" "The request is too large",
    /// The body is not JSON.
    UnsupportedMediaType = 415 "unsupported_media_type" "The body must be application/json",
    /// A rule of the business says no: notice, horizon, party size, not offered then.
    NotBookable = 422 "not_bookable" "This cannot be booked",
    /// The coupon does not apply.
    CouponRefused = 422 "coupon_refused" "The coupon does not apply",
    /// The price cannot be told: an add-on or a choice that the offering does not have.
    NotPriced = 422 "not_priced" "This has no price",
    /// The policy does not allow it any more.
    PolicyRefused = 422 "policy_refused" "The policy does not allow it",
    /// The same key came with another body.
    IdempotencyKeyReused = 422 "idempotency_key_reused" "The idempotency key belongs to another request",
    /// Too many requests.
    RateLimited = 429 "rate_limited" "Too many requests",
    /// Our fault.
    Internal = 500 "internal" "Something went wrong on our side",
    /// Our fault, and soon over.
    TryAgain = 503 "try_again" "Try again in a moment",
}

/// One thing wrong with one field.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct FieldError {
    /// RFC 6901 JSON pointer into the request body, or `?name` of a query parameter.
    #[schema(example = "/items/0/party/adult")]
    pub pointer: String,
    /// Machine-readable rule, such as `too_long`.
    #[schema(example = "too_long")]
    pub code: String,
    /// The rule in words.
    pub message: String,
}

/// A booking that a change would leave without what it was sold.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BookingInTheWay {
    /// Public id.
    #[schema(example = "bkg_harbor_1")]
    pub id: String,
    /// The number people read out; none for a hold.
    #[schema(example = "HB-2026-000123")]
    pub number: Option<String>,
    /// State of the life cycle.
    #[schema(example = "CONFIRMED")]
    pub status: String,
    /// Starts, UTC.
    #[schema(value_type = String, format = DateTime)]
    pub starts_at: Timestamp,
    /// Starts, the venue's wall time with its offset.
    pub local_starts_at: String,
}

/// The most bookings that one problem names.
const MOST_BOOKINGS: usize = 200;

/// The cause of a conflict with somebody who was faster.
const UNCHANGED: &str = "stale";

/// A failure on its way to the client.
#[derive(Clone, Debug)]
pub struct Problem(Box<Parts>);

#[derive(Clone, Debug)]
struct Parts {
    code: Code,
    cause: Option<String>,
    detail: Option<String>,
    errors: Vec<FieldError>,
    alternatives: Vec<serde_json::Value>,
    bookings: Vec<BookingInTheWay>,
    quote: Option<serde_json::Value>,
    retry_after: Option<u32>,
    challenge: Option<&'static str>,
    existing: Option<String>,
}

impl Problem {
    /// A problem of that kind.
    pub fn new(code: Code) -> Self {
        Self(Box::new(Parts {
            code,
            cause: None,
            detail: None,
            errors: Vec::new(),
            alternatives: Vec::new(),
            bookings: Vec::new(),
            quote: None,
            retry_after: None,
            challenge: None,
            existing: None,
        }))
    }

    /// One field that breaks a rule.
    pub fn field(pointer: impl Into<String>, rule: &str, message: impl Into<String>) -> Self {
        Self::new(Code::InvalidField).and_field(pointer, rule, message)
    }

    /// Missing, or somebody else's: the two look the same from outside.
    pub fn not_found(what: &str) -> Self {
        Self::new(Code::NotFound).detail(format!("No such {what}."))
    }

    /// Our fault; the reason goes to the log.
    pub fn internal(reason: impl core::fmt::Debug) -> Self {
        worker::console_error!("internal: {reason:?}");
        Self::new(Code::Internal)
    }

    /// What it is about.
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// The cause, as the client reads it in `code`.
    pub fn cause(&self) -> &str {
        self.0.cause.as_deref().unwrap_or(self.0.code.text())
    }

    /// This occurrence in words, for pages.
    pub fn detail_text(&self) -> Option<&str> {
        self.0.detail.as_deref()
    }

    /// What is wrong with which field.
    pub fn fields(&self) -> &[FieldError] {
        &self.0.errors
    }

    /// The price now.
    pub fn quoted(&self) -> Option<&serde_json::Value> {
        self.0.quote.as_ref()
    }

    /// Names the cause more closely than the kind does, such as `coupon_expired`: the `code` that the client reads.
    #[must_use]
    pub fn because(mut self, cause: &str) -> Self {
        self.0.cause = Some(cause.to_owned());
        self
    }

    /// This occurrence in words.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.0.detail = Some(detail.into());
        self
    }

    /// One more field that breaks a rule.
    #[must_use]
    pub fn and_field(mut self, pointer: impl Into<String>, rule: &str, message: impl Into<String>) -> Self {
        self.0.errors.push(FieldError { pointer: pointer.into(), code: rule.to_owned(), message: message.into() });
        self
    }

    /// The same, with every field below another: a body that is part of a larger one.
    #[must_use]
    pub fn within(mut self, pointer: &str) -> Self {
        for error in &mut self.0.errors {
            error.pointer.insert_str(0, pointer);
        }
        self
    }

    /// What it means here that nothing was there to change; any other problem stays what it is.
    #[must_use]
    pub fn unless_changed(self, meaning: impl FnOnce() -> Self) -> Self {
        if self.0.cause.as_deref() == Some(UNCHANGED) { meaning() } else { self }
    }

    /// Where the fields are that it names, when they are read from another place: a pointer's beginning is replaced.
    #[must_use]
    pub fn moved(mut self, from: &str, to: &str) -> Self {
        for error in &mut self.0.errors {
            if let Some(rest) = error.pointer.strip_prefix(from) {
                error.pointer = format!("{to}{rest}");
            }
        }
        self
    }

    /// Bookable starts nearby.
    #[must_use]
    pub fn alternatives(mut self, alternatives: Vec<serde_json::Value>) -> Self {
        self.0.alternatives = alternatives;
        self
    }

    /// Bookings that stand in the way, the first of them if there are very many.
    #[must_use]
    pub fn bookings(mut self, mut bookings: Vec<BookingInTheWay>) -> Self {
        bookings.truncate(MOST_BOOKINGS);
        self.0.bookings = bookings;
        self
    }

    /// The price now.
    #[must_use]
    pub fn quote(mut self, quote: &impl Serialize) -> Self {
        self.0.quote = serde_json::to_value(quote).ok();
        self
    }

    /// When it is worth trying again.
    #[must_use]
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.0.retry_after = Some(seconds);
        self
    }

    /// What a bearer token lacks (RFC 6750, 3.1), for `WWW-Authenticate`.
    #[must_use]
    pub fn challenge(mut self, challenge: &'static str) -> Self {
        self.0.challenge = Some(challenge);
        self
    }

    /// Public id of what is there already.
    #[must_use]
    pub fn existing(mut self, id: impl Into<String>) -> Self {
        self.0.existing = Some(id.into());
        self
    }

    /// As the wire shows it.
    pub fn render(&self) -> ProblemOut {
        let Parts { code, cause, detail, errors, alternatives, bookings, quote, existing, .. } = (*self.0).clone();
        ProblemOut {
            kind: format!("/docs/problems#{}", code.text()),
            title: code.title(),
            status: code.status(),
            code: cause.unwrap_or_else(|| code.text().to_owned()),
            detail,
            errors,
            alternatives,
            bookings,
            quote,
            existing,
        }
    }
}

/// RFC 9457 problem details.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Problem)]
pub struct ProblemOut {
    /// Names the kind of problem; a reference relative to the address asked.
    #[serde(rename = "type")]
    #[schema(example = "/docs/problems#sold_out")]
    kind: String,
    /// The kind in words; the same for every occurrence.
    #[schema(value_type = String, example = "Sold out")]
    title: &'static str,
    /// HTTP status.
    #[schema(example = 409)]
    status: u16,
    /// Machine-readable cause.
    #[schema(example = "sold_out")]
    code: String,
    /// This occurrence in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    /// What is wrong with which field.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldError>,
    /// Bookable starts nearby.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<shared::embed::Alternative>)]
    alternatives: Vec<serde_json::Value>,
    /// Bookings that a change would leave without what they were sold.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    bookings: Vec<BookingInTheWay>,
    /// The price now, when the one seen is stale.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<shared::pricing::Quote>)]
    quote: Option<serde_json::Value>,
    /// Public id of what is there already, where something may be there only once.
    #[serde(skip_serializing_if = "Option::is_none")]
    existing: Option<String>,
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_vec(&self.render()).unwrap_or_default();
        let mut response = (status, [(header::CONTENT_TYPE, "application/problem+json")], body).into_response();
        let bearer = (status == StatusCode::UNAUTHORIZED).then_some("Bearer");
        if let Some(challenge) = self.0.challenge.or(bearer) {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        }
        if let Some(seconds) = self.0.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl From<StoreError> for Problem {
    /// The answer where nobody knew better. Domain code maps what it expects before it comes here.
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Overbooked => Self::new(Code::SoldOut),
            StoreError::ResourceBusy => Self::new(Code::Unavailable),
            StoreError::BadTransition => Self::new(Code::BadTransition),
            StoreError::Taken(_) => Self::new(Code::Conflict),
            StoreError::StaleDeparture | StoreError::Transient(_) => Self::new(Code::TryAgain).retry_after(1),
            StoreError::Unchanged => {
                Self::new(Code::Conflict).because(UNCHANGED).detail("Read it again and try again.")
            }
            StoreError::Refused(word) => Self::new(Code::Conflict).because(&word),
            other => Self::internal(other),
        }
    }
}

impl From<worker::Error> for Problem {
    fn from(error: worker::Error) -> Self {
        StoreError::from(error).into()
    }
}
