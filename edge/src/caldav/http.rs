//! How another server is asked: only at addresses that lead outside, never longer than a few seconds, never more than a few
//! megabytes, and with a password only where the account is.

use crate::context::Context;
use crate::outbox::names::{Leads, look_up};
use crate::outbox::target::Target;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::StreamExt as _;
use serde::{Deserialize, Serialize};
use url::Url;
use wasm_bindgen::JsValue;
use worker::send::SendFuture;
use worker::{AbortSignal, Fetch, Request, Response};

/// How long a server may take, in milliseconds.
const TIMEOUT_MILLISECONDS: u32 = 15_000;

/// The longest answer that is read.
const MOST_BYTES: usize = 5 * 1024 * 1024;

/// How often a redirect is followed.
const MOST_REDIRECTS: u8 = 3;

/// Who asks, and where the calendar is. Kept sealed.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Account {
    /// Where the account is, or the file.
    pub url: String,
    /// User.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// Password, best one of its own for this use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
    /// The calendar that was chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calendar: Option<String>,
}

/// Why there is no useful answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Fault {
    /// The address is not allowed.
    Address,
    /// No answer in time, or none at all.
    Unreachable,
    /// The account was refused.
    Unauthorized,
    /// It answered with another status than was hoped for.
    Status(u16),
    /// It answered more than is read.
    TooLarge,
    /// It answered something else than a calendar server does.
    Unreadable,
}

impl Fault {
    /// Whether it says that the server is down, rather than what it thinks of us.
    pub const fn is_down(&self) -> bool {
        matches!(self, Self::Unreachable | Self::Status(500..=599))
    }

    /// As it is written down and shown.
    pub fn text(&self) -> String {
        match self {
            Self::Address => "refused_address".to_owned(),
            Self::Unreachable => "unreachable".to_owned(),
            Self::Unauthorized => "unauthorized".to_owned(),
            Self::Status(status) => format!("http_{status}"),
            Self::TooLarge => "too_large".to_owned(),
            Self::Unreadable => "unreadable".to_owned(),
        }
    }
}

/// What is asked.
#[derive(Clone, Debug, Default)]
pub struct Ask<'a> {
    /// HTTP method.
    pub method: &'static str,
    /// Where.
    pub url: &'a str,
    /// Headers.
    pub headers: Vec<(&'static str, String)>,
    /// Body.
    pub body: Option<String>,
}

/// What is answered.
#[derive(Clone, Debug)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// Where it came from, after redirects.
    pub url: String,
    /// A strong ETag.
    pub etag: Option<String>,
    /// Last-Modified, as it was written.
    pub modified: Option<String>,
    /// The body.
    pub body: String,
}

impl Reply {
    /// The reply if it succeeded.
    pub fn fine(self) -> Result<Self, Fault> {
        match self.status {
            200..=299 => Ok(self),
            status => Err(Fault::Status(status)),
        }
    }
}

/// Asks. Redirects are followed for what only reads.
pub async fn ask(context: &Context, account: &Account, ask: &Ask<'_>) -> Result<Reply, Fault> {
    SendFuture::new(follow(context, account, ask)).await
}

async fn follow(context: &Context, account: &Account, ask: &Ask<'_>) -> Result<Reply, Fault> {
    let mut url = ask.url.to_owned();
    for _ in 0..=MOST_REDIRECTS {
        let target = Target::parse(&url, context.development()).map_err(|_| Fault::Address)?;
        match look_up(context, &target).await {
            Leads::Outward => {}
            Leads::Inward => return Err(Fault::Address),
            Leads::Nowhere | Leads::Unknown => return Err(Fault::Unreachable),
        }
        let (reply, location) = once(&target, account, ask).await?;
        let moved = matches!(reply.status, 301 | 302 | 303 | 307 | 308);
        match location.filter(|_| moved && matches!(ask.method, "GET" | "PROPFIND" | "REPORT")) {
            Some(location) => url = resolved(target.as_str(), &location).ok_or(Fault::Address)?,
            None if reply.status == 401 => return Err(Fault::Unauthorized),
            None => return Ok(reply),
        }
    }
    Err(Fault::Status(310))
}

/// An address as a server names it, seen from another one.
pub fn resolved(base: &str, href: &str) -> Option<String> {
    Url::parse(base).ok()?.join(href.trim()).ok().map(String::from)
}

/// Whether an account's password may be sent there: to its own host, or to one beside it (`p07-caldav.icloud.com` of
/// `caldav.icloud.com`), and never from an encrypted address to a plain one.
fn trusted(account: &str, target: &str) -> bool {
    let (Ok(account), Ok(target)) = (Url::parse(account), Url::parse(target)) else { return false };
    let (Some(one), Some(other)) = (account.host_str(), target.host_str()) else { return false };
    if account.scheme() != target.scheme() {
        return false;
    }
    if one == other {
        return account.port_or_known_default() == target.port_or_known_default();
    }
    let beside =
        |name: &'_ str| name.split_once('.').map(|(_, parent)| parent.to_owned()).filter(|parent| parent.contains('.'));
    let named = account.domain().is_some() && target.domain().is_some();
    named && beside(one).is_some_and(|parent| beside(other) == Some(parent.clone()) || other == parent)
}

async fn once(target: &Target, account: &Account, ask: &Ask<'_>) -> Result<(Reply, Option<String>), Fault> {
    let signal = AbortSignal::from(web_sys::AbortSignal::timeout_with_u32(TIMEOUT_MILLISECONDS));
    let request = request(target, account, ask).map_err(|_| Fault::Unreadable)?;
    let sent = Fetch::Request(Request::from(request)).send_with_signal(&signal).await;
    let mut response = sent.map_err(|_| Fault::Unreachable)?;
    let header = |response: &Response, name: &str| response.headers().get(name).ok().flatten();
    let reply = Reply {
        status: response.status_code(),
        url: target.as_str().to_owned(),
        etag: header(&response, "etag").filter(|etag| !etag.starts_with("W/")),
        modified: header(&response, "last-modified"),
        body: String::new(),
    };
    let location = header(&response, "location");
    let body = text(&mut response).await?;
    Ok((Reply { body, ..reply }, location))
}

fn request(target: &Target, account: &Account, ask: &Ask<'_>) -> Result<web_sys::Request, JsValue> {
    let headers = web_sys::Headers::new()?;
    headers.set("user-agent", "Daymark-Calendars/1.0")?;
    for (name, value) in &ask.headers {
        headers.set(name, value)?;
    }
    if let (Some(user), Some(password)) = (&account.username, &account.password)
        && trusted(&account.url, target.as_str())
    {
        headers.set("authorization", &format!("Basic {}", STANDARD.encode(format!("{user}:{password}"))))?;
    }
    let init = web_sys::RequestInit::new();
    init.set_method(ask.method);
    init.set_redirect(web_sys::RequestRedirect::Manual);
    init.set_headers(&headers);
    if let Some(body) = &ask.body {
        init.set_body(&JsValue::from_str(body));
    }
    web_sys::Request::new_with_str_and_init(target.as_str(), &init)
}

/// Reads the body, as long as it is not too long. What is no UTF-8 is read as well as it goes.
async fn text(response: &mut Response) -> Result<String, Fault> {
    let mut bytes: Vec<u8> = Vec::new();
    let Ok(mut stream) = response.stream() else { return Ok(String::new()) };
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(|_| Fault::Unreachable)?;
        if bytes.len().saturating_add(chunk.len()) > MOST_BYTES {
            return Err(Fault::TooLarge);
        }
        bytes.extend(chunk);
    }
    Ok(String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_goes_to_its_own_server_and_to_those_beside_it() {
        let account = "https://caldav.icloud.com/";
        for fine in ["https://caldav.icloud.com/123/", "https://p07-caldav.icloud.com/123/calendars/"] {
            assert!(trusted(account, fine), "{fine}");
        }
        for wrong in [
            "http://caldav.icloud.com/",
            "https://caldav.icloud.com:8443/",
            "https://icloud.com.evil.example/",
            "https://evil.example/",
            "https://com/",
        ] {
            assert!(!trusted(account, wrong), "{wrong}");
        }
        assert!(!trusted("https://calendar.example/", "https://other.example/"), "a registry is nobody's parent");
        assert!(!trusted("https://10.1.2.3/", "https://11.1.2.3/"));
    }

    #[test]
    fn a_server_names_its_addresses_from_where_it_is() {
        assert_eq!(
            resolved("https://a.example/dav/x/", "/dav/y%20z/").as_deref(),
            Some("https://a.example/dav/y%20z/")
        );
        assert_eq!(resolved("https://a.example/dav/x/", "y.ics").as_deref(), Some("https://a.example/dav/x/y.ics"));
    }
}
