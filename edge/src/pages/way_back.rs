//! The way back from paying to the page that the calendar stands on.
//!
//! It is noted in the payer's own browser: whoever pays by the link in a mail, or on another device, stays on our page. The
//! provider never hears of it, and that page never sees the booking's token: its calendar has it from when it booked.

use crate::context::Context;
use crate::domain::catalog::snapshot;
use crate::problem::Problem;
use axum::http::{HeaderMap, HeaderValue, Response, header};
use axum::response::{IntoResponse, Redirect};
use serde::Deserialize;
use url::{Url, form_urlencoded};

const COOKIE: &str = "daymark-way";
/// No hold lasts longer, in seconds.
const COOKIE_SECONDS: u32 = 3_600;
/// Longest address in bytes: two of them, escaped, fit into a cookie.
const LONGEST: usize = 1_000;

/// Where the payer wants to go on; part of an address.
#[derive(Debug, Deserialize)]
pub struct Asked {
    page: Option<String>,
    next: Option<String>,
}

/// Where the payer goes on.
#[derive(Debug, PartialEq, Eq)]
pub struct Way {
    /// The page that the calendar stands on.
    page: String,
    /// Once it is paid, if that is another one.
    next: Option<String>,
}

impl Asked {
    /// The way that was asked for, as far as the booking's calendar knows the sites that it leads to. One that names none may
    /// stand anywhere, and so may lead anywhere.
    pub async fn allowed(self, context: &Context, booking: &str) -> Result<Option<Way>, Problem> {
        let Some(page) = self.page else { return Ok(None) };
        let Some(sites) = snapshot::origins_of_booking(context, booking).await? else { return Ok(None) };
        let own = context.origin();
        let leads = |text: &str| address(text, |origin| sites.is_empty() || *origin == own || sites.contains(origin));
        Ok(leads(&page).map(|page| Way { page, next: self.next.as_deref().and_then(leads) }))
    }
}

impl Way {
    /// The way that this browser noted.
    pub fn noted(headers: &HeaderMap) -> Option<Self> {
        let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        let mut pairs = cookies.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
        let (_, text) = pairs.find(|(name, _)| *name == COOKIE)?;
        let said = |name: &str| {
            let found = form_urlencoded::parse(text.as_bytes()).find(|(known, _)| known == name);
            found.and_then(|(_, value)| address(&value, |_| true))
        };
        Some(Self { page: said("page")?, next: said("next") })
    }

    /// Notes it in this browser, for this booking.
    pub fn note(&self, context: &Context, token: &str, response: &mut Response<axum::body::Body>) {
        let mut text = form_urlencoded::Serializer::new(String::new());
        text.append_pair("page", &self.page);
        text.extend_pairs(self.next.as_ref().map(|next| ("next", next)));
        set(context, token, &text.finish(), COOKIE_SECONDS, response);
    }

    /// Goes it, to the end only once all is paid.
    pub fn go(&self, context: &Context, token: &str, paid: bool) -> Response<axum::body::Body> {
        let to = self.next.as_deref().filter(|_| paid).unwrap_or(&self.page);
        let mut response = Redirect::to(to).into_response();
        set(context, token, "", 0, &mut response);
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        // Our own address is the key to the booking.
        headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        response
    }
}

fn set(context: &Context, token: &str, value: &str, seconds: u32, response: &mut Response<axum::body::Body>) {
    let secure = if context.development() { "" } else { "; Secure" };
    let cookie = format!("{COOKIE}={value}; Path=/b/{token}; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

/// An address of the web whose site passes, written as a header can hold it.
fn address(text: &str, passes: impl Fn(&String) -> bool) -> Option<String> {
    let url = Url::parse(text).ok()?;
    let web = matches!(url.scheme(), "http" | "https") && url.as_str().len() <= LONGEST;
    (web && passes(&url.origin().ascii_serialization())).then(|| url.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noted(cookie: &str) -> Option<Way> {
        let value = HeaderValue::from_str(cookie).ok()?;
        Way::noted(&HeaderMap::from_iter([(header::COOKIE, value)]))
    }

    #[test]
    fn what_is_noted_is_read_again() {
        let way = noted(
            "a=1; daymark-way=page=https%3A%2F%2Fshop.example%2F%23daymark%3D%2Cpaid&next=https%3A%2F%2Fshop.example%2Fthanks",
        );
        let page = "https://shop.example/#daymark=,paid".to_owned();
        assert_eq!(way, Some(Way { page, next: Some("https://shop.example/thanks".to_owned()) }));
    }

    #[test]
    fn only_addresses_of_the_web_lead_anywhere() {
        for wrong in ["javascript:alert(1)", "data:text/html,hi", "//shop.example/", "/thanks", "shop.example", ""] {
            assert_eq!(address(wrong, |_| true), None, "{wrong}");
        }
        assert_eq!(address("https://shop.example/", |origin| origin == "https://other.example"), None);
        assert_eq!(noted("daymark-way=page=javascript%3Aalert(1)"), None);
    }
}
