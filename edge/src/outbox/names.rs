//! Where a name leads. A public name may resolve to a private address; whoever sends asks first.
//!
//! A Worker cannot look names up by itself, so a resolver is asked over HTTPS (`DNS_OVER_HTTPS`, its JSON form; without it
//! nobody is asked, which is for developers' machines). The name may lead elsewhere a moment later: a Worker cannot hold a
//! connection to the address that was checked. What remains is that its requests leave from Cloudflare's network, where no
//! private network of ours is.

use super::target::{Target, is_public_address};
use crate::context::Context;
use futures_util::future::join;
use serde::Deserialize;
use std::net::IpAddr;
use worker::send::SendFuture;
use worker::{AbortSignal, Fetch, Headers, Request, RequestInit};

/// Variable: the resolver, such as `https://cloudflare-dns.com/dns-query`.
const RESOLVER: &str = "DNS_OVER_HTTPS";
/// How long the resolver may take, in milliseconds.
const PATIENCE_MILLISECONDS: u32 = 2_000;

/// Types of records that hold an address.
const A: u32 = 1;
const AAAA: u32 = 28;
/// Codes of a resolver's answer: there is one; there is no such name.
const FOUND: u32 = 0;
const NO_SUCH_NAME: u32 = 3;

/// What is known of a name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Leads {
    /// To public addresses only, or nobody is asked here.
    Outward,
    /// To at least one that is not public.
    Inward,
    /// To no address at all.
    Nowhere,
    /// The resolver did not say.
    Unknown,
}

#[derive(Deserialize)]
struct Said {
    #[serde(rename = "Status")]
    status: u32,
    #[serde(rename = "Answer", default)]
    answer: Vec<Record>,
}

#[derive(Deserialize)]
struct Record {
    #[serde(rename = "type")]
    kind: u32,
    data: String,
}

/// Asks where a target's name leads. An address needs no asking: [`Target`] lets only public ones through.
pub async fn look_up(context: &Context, target: &Target) -> Leads {
    let resolver = context.setting(RESOLVER).filter(|url| !url.trim().is_empty());
    let (Some(resolver), Some(name)) = (resolver, target.name()) else { return Leads::Outward };
    let ask = join(ask(&resolver, name, "A"), ask(&resolver, name, "AAAA"));
    let (four, six) = SendFuture::new(ask).await;
    judge(&[four, six])
}

async fn ask(resolver: &str, name: &str, kind: &str) -> Option<Said> {
    let signal = AbortSignal::from(web_sys::AbortSignal::timeout_with_u32(PATIENCE_MILLISECONDS));
    let headers = Headers::new();
    headers.set("accept", "application/dns-json").ok()?;
    let mut init = RequestInit::new();
    init.with_headers(headers);
    let request = Request::new_with_init(&format!("{resolver}?name={name}&type={kind}"), &init).ok()?;
    let mut response = Fetch::Request(request).send_with_signal(&signal).await.ok()?;
    serde_json::from_str(&response.text().await.ok()?).ok()
}

/// The gravest that was said counts; silence about one kind of address is no answer.
fn judge(said: &[Option<Said>]) -> Leads {
    let mut found = 0_usize;
    let mut silent = false;
    for said in said {
        let Some(Said { status: FOUND | NO_SUCH_NAME, answer }) = said else {
            silent = true;
            continue;
        };
        for record in answer.iter().filter(|record| matches!(record.kind, A | AAAA)) {
            let is_public = record.data.parse::<IpAddr>().is_ok_and(is_public_address);
            if !is_public {
                return Leads::Inward;
            }
            found = found.saturating_add(1);
        }
    }
    match (silent, found) {
        (true, _) => Leads::Unknown,
        (false, 0) => Leads::Nowhere,
        (false, _) => Leads::Outward,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn said(text: &str) -> Option<Said> {
        Some(serde_json::from_str(text).unwrap())
    }

    fn found(kind: u32, addresses: &[&str]) -> Option<Said> {
        let records: Vec<_> = addresses
            .iter()
            .map(|data| serde_json::json!({ "name": "x", "type": kind, "TTL": 60, "data": data }))
            .collect();
        said(&serde_json::json!({ "Status": 0, "Answer": records }).to_string())
    }

    #[test]
    fn one_address_inside_is_enough_to_refuse() {
        assert_eq!(judge(&[found(A, &["93.184.215.14"]), found(AAAA, &[])]), Leads::Outward);
        assert_eq!(judge(&[found(A, &["93.184.215.14", "10.0.0.1"]), found(AAAA, &[])]), Leads::Inward);
        assert_eq!(judge(&[found(A, &["93.184.215.14"]), found(AAAA, &["::1"])]), Leads::Inward);
        assert_eq!(judge(&[found(A, &["127.0.0.1"]), None]), Leads::Inward);
        assert_eq!(judge(&[found(A, &["not an address"]), found(AAAA, &[])]), Leads::Inward);
    }

    #[test]
    fn an_alias_counts_by_the_address_it_ends_in() {
        let alias = r#"{"Status":0,"Answer":[{"name":"a","type":5,"TTL":1,"data":"b."},{"name":"b","type":1,"TTL":1,"data":"169.254.169.254"}]}"#;
        assert_eq!(judge(&[said(alias), found(AAAA, &[])]), Leads::Inward);
    }

    #[test]
    fn a_name_without_an_address_leads_nowhere_and_a_silent_resolver_proves_nothing() {
        assert_eq!(judge(&[said(r#"{"Status":3}"#), said(r#"{"Status":3}"#)]), Leads::Nowhere);
        assert_eq!(judge(&[said(r#"{"Status":2}"#), found(AAAA, &["2606:4700::1111"])]), Leads::Unknown);
        assert_eq!(judge(&[None, None]), Leads::Unknown);
    }
}
