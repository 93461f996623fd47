//! Which calendars an account has (RFC 4791 §6, RFC 6764): from whatever address somebody was given to a list to choose from.

use super::http::{Account, Ask, Fault, ask, resolved};
use super::xml::{Multistatus, multistatus};
use crate::context::Context;

/// A calendar that takes events.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Calendar {
    /// Where it is.
    pub url: String,
    /// Its name, or the end of its address.
    pub name: String,
}

const WHO: &str = r#"<?xml version="1.0" encoding="utf-8"?>
<d:propfind xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><d:prop><d:current-user-principal/><d:resourcetype/>
<d:displayname/><c:calendar-home-set/><c:supported-calendar-component-set/></d:prop></d:propfind>"#;

/// Where servers say it is when the address is only that of a host.
const WELL_KNOWN: &str = "/.well-known/caldav";

/// Finds the calendars of an account. [`Fault::Unreadable`] when there is no calendar server.
pub async fn calendars(context: &Context, account: &Account) -> Result<Vec<Calendar>, Fault> {
    let first = properties(context, account, &account.url, "0").await;
    let (base, first) = match first {
        Ok(found) => found,
        Err(fault @ (Fault::Unauthorized | Fault::Address | Fault::Unreachable)) => return Err(fault),
        Err(_) => {
            let url = resolved(&account.url, WELL_KNOWN).ok_or(Fault::Address)?;
            properties(context, account, &url, "0").await?
        }
    };
    if let Some(one) = listed(&base, &first).into_iter().next() {
        return Ok(vec![one]);
    }
    let of = |found: &Multistatus, pick: fn(&super::xml::Properties) -> Option<&String>| {
        found.responses.iter().find_map(|response| pick(&response.properties)).cloned()
    };
    let mut home = of(&first, |properties| properties.home.as_ref()).and_then(|home| resolved(&base, &home));
    if home.is_none()
        && let Some(principal) = of(&first, |properties| properties.principal.as_ref())
    {
        let principal = resolved(&base, &principal).ok_or(Fault::Address)?;
        let (base, found) = properties(context, account, &principal, "0").await?;
        home = of(&found, |properties| properties.home.as_ref()).and_then(|home| resolved(&base, &home));
    }
    let (base, found) = properties(context, account, &home.unwrap_or(base), "1").await?;
    Ok(listed(&base, &found))
}

async fn properties(
    context: &Context,
    account: &Account,
    url: &str,
    depth: &str,
) -> Result<(String, Multistatus), Fault> {
    let headers = vec![("depth", depth.to_owned()), ("content-type", "application/xml; charset=utf-8".to_owned())];
    let reply = ask(context, account, &Ask { method: "PROPFIND", url, headers, body: Some(WHO.to_owned()) }).await?;
    let reply = reply.fine()?;
    let found = multistatus(&reply.body).ok_or(Fault::Unreadable)?;
    Ok((reply.url, found))
}

/// Those that are calendars and take events.
fn listed(base: &str, found: &Multistatus) -> Vec<Calendar> {
    let calendars = found.responses.iter().filter(|response| {
        let properties = &response.properties;
        let events = properties.components.is_empty() || properties.components.iter().any(|one| one == "VEVENT");
        properties.calendar && events
    });
    let calendar = |response: &super::xml::Response| {
        let url = resolved(base, &response.href)?;
        let end = response.href.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_owned();
        let name = response.properties.name.clone().unwrap_or(end).chars().take(200).collect();
        Some(Calendar { url, name })
    };
    calendars.filter_map(calendar).collect()
}
