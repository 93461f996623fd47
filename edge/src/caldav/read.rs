//! What changed in a calendar: by its sync token (RFC 6578) where the server has them, else everything of a time range.

use super::http::{Account, Ask, Fault, Reply, ask, resolved};
use super::xml::{Multistatus, Response, multistatus};
use crate::context::Context;
use chrono::DateTime;
use shared::zone::Instant;

/// An object of a calendar: an event with all its repetitions.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Object {
    /// Path of its address.
    pub path: String,
    /// iCalendar; none when it is gone.
    pub data: Option<String>,
}

/// What was read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Changes {
    /// Everything that there is, not only what is new.
    pub whole: bool,
    /// Objects.
    pub objects: Vec<Object>,
    /// For the next time.
    pub token: Option<String>,
}

/// Objects that are asked for at once.
const AT_ONCE: usize = 100;

const TOKEN: &str = r#"<?xml version="1.0" encoding="utf-8"?>
<d:propfind xmlns:d="DAV:"><d:prop><d:sync-token/></d:prop></d:propfind>"#;

/// Reads what changed since a token; without one, or when the server knows it no more, all of a time range.
pub async fn changes(
    context: &Context,
    account: &Account,
    token: Option<&str>,
    (from, to): (Instant, Instant),
) -> Result<Changes, Fault> {
    let url = account.calendar.as_deref().ok_or(Fault::Address)?;
    if let Some(token) = token {
        match since(context, account, url, token).await {
            Ok(changes) => return Ok(changes),
            Err(Fault::Status(400..=499) | Fault::Unreadable) => {}
            Err(fault) => return Err(fault),
        }
    }
    // The token first: what changes in between is read twice rather than never.
    let token = match report(context, account, "PROPFIND", url, "0", TOKEN.to_owned()).await {
        Ok(found) => found.responses.into_iter().find_map(|response| response.properties.sync_token),
        Err(fault @ (Fault::Unauthorized | Fault::Unreachable | Fault::Address)) => return Err(fault),
        Err(_) => None,
    };
    let at = |at: Instant| DateTime::from_timestamp(at.0, 0).unwrap_or_default().format("%Y%m%dT%H%M%SZ").to_string();
    let query = format!(
        r#"<?xml version="1.0" encoding="utf-8"?>
<c:calendar-query xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><d:prop><d:getetag/><c:calendar-data/></d:prop>
<c:filter><c:comp-filter name="VCALENDAR"><c:comp-filter name="VEVENT"><c:time-range start="{}" end="{}"/></c:comp-filter>
</c:comp-filter></c:filter></c:calendar-query>"#,
        at(from),
        at(to)
    );
    let found = report(context, account, "REPORT", url, "1", query).await?;
    let objects = objects(context, account, url, found.responses).await?;
    Ok(Changes { whole: true, objects, token })
}

async fn since(context: &Context, account: &Account, url: &str, token: &str) -> Result<Changes, Fault> {
    let body = format!(
        r#"<?xml version="1.0" encoding="utf-8"?>
<d:sync-collection xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><d:sync-token>{}</d:sync-token>
<d:sync-level>1</d:sync-level><d:prop><d:getetag/><c:calendar-data/></d:prop></d:sync-collection>"#,
        escaped(token)
    );
    let found = report(context, account, "REPORT", url, "0", body).await?;
    let next = found.sync_token.ok_or(Fault::Unreadable)?;
    let objects = objects(context, account, url, found.responses).await?;
    Ok(Changes { whole: false, objects, token: Some(next) })
}

/// The objects of an answer; what the server named without its words is asked for by name.
async fn objects(
    context: &Context,
    account: &Account,
    url: &str,
    responses: Vec<Response>,
) -> Result<Vec<Object>, Fault> {
    let own = path(url, "");
    let (mut objects, mut named) = (Vec::new(), Vec::new());
    for response in responses {
        let path = path(url, &response.href);
        if path == own {
            continue;
        }
        match (response.status, response.properties.data) {
            (Some(404 | 410), _) => objects.push(Object { path, data: None }),
            (_, Some(data)) => objects.push(Object { path, data: Some(data) }),
            (_, None) => named.push(response.href),
        }
    }
    for some in named.chunks(AT_ONCE) {
        let hrefs: String = some.iter().map(|href| format!("<d:href>{}</d:href>", escaped(href))).collect();
        let body = format!(
            r#"<?xml version="1.0" encoding="utf-8"?>
<c:calendar-multiget xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><d:prop><d:getetag/><c:calendar-data/></d:prop>{hrefs}
</c:calendar-multiget>"#
        );
        let found = report(context, account, "REPORT", url, "1", body).await?;
        objects.extend(
            found
                .responses
                .into_iter()
                .map(|response| Object { path: path(url, &response.href), data: response.properties.data }),
        );
    }
    Ok(objects)
}

async fn report(
    context: &Context,
    account: &Account,
    method: &'static str,
    url: &str,
    depth: &str,
    body: String,
) -> Result<Multistatus, Fault> {
    let headers = vec![("depth", depth.to_owned()), ("content-type", "application/xml; charset=utf-8".to_owned())];
    let reply: Reply = ask(context, account, &Ask { method, url, headers, body: Some(body) }).await?.fine()?;
    multistatus(&reply.body).ok_or(Fault::Unreadable)
}

/// The path of an address, however the server names it.
pub fn path(base: &str, href: &str) -> String {
    let url = resolved(base, href).unwrap_or_default();
    url::Url::parse(&url).map(|url| url.path().to_owned()).unwrap_or_default()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// What a plain address answers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum File {
    /// Nothing new.
    Same,
    /// All of it, its ETag and its date.
    New(String, Option<String>, Option<String>),
}

/// Reads a file, unless it is what was read before.
pub async fn file(
    context: &Context,
    account: &Account,
    etag: Option<&str>,
    modified: Option<&str>,
) -> Result<File, Fault> {
    let mut headers = vec![("accept", "text/calendar".to_owned())];
    headers.extend(etag.map(|etag| ("if-none-match", etag.to_owned())));
    headers.extend(modified.map(|modified| ("if-modified-since", modified.to_owned())));
    let reply = ask(context, account, &Ask { method: "GET", url: &account.url, headers, body: None }).await?;
    if reply.status == 304 {
        return Ok(File::Same);
    }
    let reply = reply.fine()?;
    Ok(File::New(reply.body, reply.etag, reply.modified))
}
