//! Who does not want some mails any more. Reminders and offers of a waiting list can be ended by one click (RFC 8058); what
//! concerns somebody's own order (confirmed, moved, called off, paid) is part of it and comes in any case.
//!
//! The link carries what it is for, sealed: nothing has to be kept for a mail, and nobody can make one for somebody else.

use super::store;
use crate::context::Context;
use crate::domain::account;
use crate::domain::waiting;
use crate::problem::{Code, Problem};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

/// What the sealed text is for, and nothing else.
const OWNER: &str = "unsubscribe";
/// As the audit log calls whoever clicks.
const ACTOR: &str = "customer";

/// What somebody does not want.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Refusal {
    /// Reminders of an organization.
    Reminders {
        /// Row of the organization.
        org: i64,
        /// Whose.
        email: String,
    },
    /// To wait any longer.
    Waiting {
        /// Row of the organization.
        org: i64,
        /// `wait_…`.
        entry: String,
    },
}

impl Refusal {
    /// Row of the organization.
    pub const fn org(&self) -> i64 {
        match self {
            Self::Reminders { org, .. } | Self::Waiting { org, .. } => *org,
        }
    }

    /// The middle of its words' keys: `unsubscribe.….ask`.
    pub const fn topic(&self) -> &'static str {
        match self {
            Self::Reminders { .. } => "reminders",
            Self::Waiting { .. } => "waiting",
        }
    }
}

/// The link that says it. None without a sealing key.
pub fn link(context: &Context, refusal: &Refusal, language: &str) -> Option<String> {
    let plain = serde_json::to_vec(refusal).ok()?;
    let sealed = context.sealing_keys()?.seal(&plain, OWNER, context.random_key().ok()?)?;
    let path = format!("/u/{}?lang={}", URL_SAFE_NO_PAD.encode(sealed), language.split('-').next().unwrap_or("en"));
    Some(account::link(context, &path, None))
}

/// What a link says.
pub fn open(context: &Context, token: &str) -> Result<Refusal, Problem> {
    let read = || {
        let sealed = String::from_utf8(URL_SAFE_NO_PAD.decode(token).ok()?).ok()?;
        serde_json::from_slice(&context.sealing_keys()?.open(&sealed, OWNER)?).ok()
    };
    read().ok_or_else(|| Problem::not_found("link"))
}

/// Does it. Twice is as good as once.
pub async fn refuse(context: &Context, refusal: &Refusal) -> Result<(), Problem> {
    match refusal {
        Refusal::Reminders { org, email } => {
            context.database().run(store::refuse_reminders(*org, email, context.now())).await?;
            Ok(())
        }
        Refusal::Waiting { org, entry } => match waiting::remove(context, ACTOR, *org, entry).await {
            Err(problem) if problem.code() == Code::NotFound => Ok(()),
            done => done,
        },
    }
}

/// Name and look of the organization that it is about.
pub async fn organization(context: &Context, refusal: &Refusal) -> Result<store::Organization, Problem> {
    let row = context.database().run(store::organization(refusal.org())).await?.first()?;
    row.ok_or_else(|| Problem::not_found("organization"))
}
