//! What people do with links: the change of each, ready to be written by whichever surface they came through.

use super::store::{self, Link, New, Whose};
use super::{busy, events, open, rules, seal};
use crate::caldav::Fault;
use crate::caldav::find::{Calendar, calendars};
use crate::caldav::http::Account;
use crate::context::Context;
use crate::domain::record::Change;
use crate::problem::{Code, Problem};
use serde_json::json;

/// A link that somebody wants.
pub struct Wanted<'a> {
    /// CALDAV, or else ICS.
    pub caldav: bool,
    /// Of the server or of the file.
    pub url: &'a str,
    /// User.
    pub username: Option<&'a str>,
    /// Password.
    pub password: Option<&'a str>,
    /// Which calendar; none takes the only one, or leaves the choice for later.
    pub calendar: Option<&'a str>,
    /// For people; none takes the calendar's own name.
    pub name: Option<&'a str>,
}

/// A link that can be made: the account works.
pub struct Prepared {
    /// `cln_…`.
    pub id: String,
    /// CALDAV or ICS.
    pub kind: &'static str,
    /// For people.
    pub name: String,
    /// Where it is.
    pub host: String,
    /// The account, sealed.
    pub sealed: String,
    /// A calendar is chosen.
    pub chosen: bool,
}

/// Why a server could not be used, said of the field that is to be mended.
pub fn refused(fault: &Fault) -> Problem {
    match fault {
        Fault::Unauthorized => {
            Problem::field("/password", "unauthorized", "The server refused this user and password.")
        }
        Fault::Unreachable => Problem::field("/url", "unreachable", "The server did not answer."),
        Fault::Address => Problem::field("/url", "private_address", "must lead to a public host"),
        Fault::Status(status) if !matches!(status, 404 | 405 | 410 | 501) => {
            Problem::field("/url", "refused", format!("The server answered {status}."))
        }
        Fault::Status(_) | Fault::TooLarge | Fault::Unreadable => {
            Problem::field("/url", "not_a_calendar_server", "There is no calendar server at this address.")
        }
    }
}

/// Why it was not made: no such resource, or none of one's own.
pub fn no_resource() -> Problem {
    Problem::field(
        "/resourceId",
        "unknown",
        "There is no such resource; without one you need a calendar of your own here.",
    )
}

/// Tries the account and finds its calendars.
pub async fn prepare(context: &Context, wanted: &Wanted<'_>) -> Result<Prepared, Problem> {
    let url = rules::url(wanted.url, context.development(), "/url")?;
    let id = context.mint("cln");
    let host = rules::host(&url);
    let name = wanted.name.map(|name| rules::text(name, 200, "/name")).transpose()?;
    let mut account = Account { url, ..Account::default() };
    if !wanted.caldav {
        if wanted.username.or(wanted.password).or(wanted.calendar).is_some() {
            return Err(Problem::field("/kind", "not_allowed", "Only CALDAV has a user, a password and a calendar."));
        }
        let sealed = seal(context, &id, &account)?;
        let name = name.unwrap_or_else(|| host.clone());
        return Ok(Prepared { id, kind: "ICS", name, host, sealed, chosen: true });
    }
    let user = wanted.username.ok_or_else(|| Problem::field("/username", "required", "Who signs in there?"))?;
    let password = wanted.password.ok_or_else(|| Problem::field("/password", "required", "must not be empty"))?;
    account.username = Some(rules::text(user, 320, "/username")?);
    account.password = Some(rules::text(password, 500, "/password")?);
    let found = calendars(context, &account).await.map_err(|fault| refused(&fault))?;
    let one = choose(&found, wanted.calendar)?;
    account.calendar = one.map(|calendar| calendar.url.clone());
    let name = name.or_else(|| one.map(|calendar| calendar.name.clone())).unwrap_or_else(|| host.clone());
    let sealed = seal(context, &id, &account)?;
    Ok(Prepared { id, kind: "CALDAV", name, host, chosen: one.is_some(), sealed })
}

/// The calendar of that address; the only one where none is named.
fn choose<'a>(found: &'a [Calendar], wanted: Option<&str>) -> Result<Option<&'a Calendar>, Problem> {
    match wanted {
        Some(url) => {
            let unknown = || Problem::field("/calendarUrl", "unknown", "must be one of the account's calendars");
            found.iter().find(|calendar| calendar.url == url).map(Some).ok_or_else(unknown)
        }
        None => Ok(found.first().filter(|_| found.len() == 1)),
    }
}

/// Makes a link. The change finds nothing to change without a resource: see [`no_resource`].
pub fn create<'a>(
    context: &'a Context,
    (org, person, actor): (i64, i64, &'a str),
    resource: Option<&str>,
    prepared: &Prepared,
) -> Change<'a> {
    let (id, push) = (prepared.id.as_str(), prepared.kind == "CALDAV" && prepared.chosen);
    let new = New {
        public_id: id,
        person,
        resource,
        kind: prepared.kind,
        name: &prepared.name,
        host: &prepared.host,
        sealed: &prepared.sealed,
        push,
        busy: prepared.chosen,
    };
    let mut change = Change::new(context, org, actor);
    change.must(store::insert(org, &new, context.now()));
    if let Some(resource) = resource.filter(|_| prepared.kind == "CALDAV") {
        change.add(store::adopt(org, person, resource));
    }
    if push {
        change.add(events::store::write_ahead(org, id, context.now()));
    }
    change.audit("calendar_link.created", id, &json!({ "kind": prepared.kind, "host": prepared.host }));
    change
}

/// A link.
pub async fn existing(context: &Context, whose: Whose, id: &str) -> Result<Link, Problem> {
    let found: Option<Link> = context.database().run(store::find(whose, id)).await?.first()?;
    found.ok_or_else(|| Problem::not_found("calendar link"))
}

/// What is to change; none stays.
#[derive(Default)]
pub struct Patch<'a> {
    /// For people.
    pub name: Option<&'a str>,
    /// User.
    pub username: Option<&'a str>,
    /// Password.
    pub password: Option<&'a str>,
    /// Which calendar.
    pub calendar: Option<&'a str>,
    /// Write bookings there.
    pub push: Option<bool>,
    /// Read busy times from there.
    pub busy: Option<bool>,
}

/// Changes a link.
pub async fn change<'a>(
    context: &'a Context,
    actor: &'a str,
    link: &mut Link,
    patch: &Patch<'_>,
) -> Result<Change<'a>, Problem> {
    let now = context.now();
    let mut account =
        open(context, &link.public_id, &link.sealed).ok_or_else(|| Problem::internal("a link does not open"))?;
    let caldav = link.kind == "CALDAV";
    if !caldav && (patch.username.or(patch.password).or(patch.calendar).is_some() || patch.push == Some(true)) {
        return Err(Problem::field("", "not_allowed", "Only CALDAV has an account and takes bookings."));
    }
    let before = account.calendar.clone();
    if let Some(user) = patch.username {
        account.username = Some(rules::text(user, 320, "/username")?);
    }
    if let Some(password) = patch.password {
        account.password = Some(rules::text(password, 500, "/password")?);
    }
    if patch.username.or(patch.password).or(patch.calendar).is_some() {
        let found = calendars(context, &account).await.map_err(|fault| refused(&fault))?;
        if let Some(chosen) = choose(&found, patch.calendar.or(account.calendar.as_deref()))? {
            account.calendar = Some(chosen.url.clone());
        }
    }
    let chosen = account.calendar.is_some() || !caldav;
    let moved = account.calendar != before;
    if let Some(name) = patch.name {
        link.name = rules::text(name, 200, "/name")?;
    }
    let pushed_before = link.push;
    // A calendar that is chosen for the first time is used both ways.
    let first = moved && before.is_none();
    let flag = |wanted: Option<bool>, is: u8| wanted.map_or(is, u8::from);
    link.push = flag(patch.push.or(first.then_some(true)), link.push);
    link.busy = flag(patch.busy.or(first.then_some(true)), link.busy);
    if !chosen && (link.push != 0 || link.busy != 0) {
        return Err(Problem::field("/calendarUrl", "required", "Choose one of the account's calendars."));
    }
    link.sealed = seal(context, &link.public_id, &account)?;
    let (org, id) = (link.org_id, link.public_id.as_str());
    let mut change = Change::new(context, org, actor);
    change.must(store::update(link, moved || link.busy == 0, now));
    if moved {
        change.add(events::store::forget(org, id));
    }
    if moved || link.busy == 0 {
        change.add(busy::store::clear(org, id));
        change.shows();
    }
    if link.push != 0 && (moved || pushed_before == 0) {
        change.add(events::store::write_ahead(org, id, now));
    }
    change.audit("calendar_link.changed", id, &json!({ "name": link.name, "push": link.push, "busy": link.busy }));
    Ok(change)
}

/// The calendars of a link's account.
pub async fn choices(context: &Context, link: &Link) -> Result<Vec<Calendar>, Problem> {
    if link.kind != "CALDAV" {
        return Ok(Vec::new());
    }
    let account =
        open(context, &link.public_id, &link.sealed).ok_or_else(|| Problem::internal("a link does not open"))?;
    calendars(context, &account).await.map_err(|fault| {
        let text = format!("The calendar server could not be asked: {}.", fault.text());
        Problem::new(Code::Unavailable).because("calendar_unavailable").detail(text)
    })
}

/// The calendar that was chosen.
pub fn chosen(context: &Context, link: &Link) -> Option<String> {
    open(context, &link.public_id, &link.sealed)?.calendar
}

/// Ends a link: times off that were read from it go, events that were written stay where they are.
pub fn remove<'a>(context: &'a Context, actor: &'a str, link: &Link) -> Change<'a> {
    let mut change = Change::new(context, link.org_id, actor);
    change.must(store::remove(link.org_id, &link.public_id));
    change.audit("calendar_link.removed", &link.public_id, &json!({ "host": link.host }));
    change.shows();
    change
}

/// Reads and writes a link now.
pub async fn sync(context: &Context, link: &Link) -> Result<(), Problem> {
    if link.busy != 0 {
        context.database().run(store::hurry(link.org_id, &link.public_id, context.now())).await?;
    }
    events::run(context).await?;
    busy::run(context, Some(&link.public_id)).await?;
    Ok(())
}
