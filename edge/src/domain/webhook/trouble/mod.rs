//! Telling the owners when an endpoint is in trouble: after a day of nothing but failures, and when nothing is sent to it any
//! more. Once each, until it works again.

mod store;

use crate::context::Context;
use crate::domain::org::zone::wall_time;
use crate::domain::record::Change;
use crate::mail::{Letter, Mail};
use crate::problem::Problem;
use serde::Deserialize;
use shared::zone::Instant;
use store::Troubled;

/// An endpoint that has failed for so long is worth a mail, in seconds.
const WORTH_A_MAIL: i64 = 86_400;
/// How many one run tells of; the next is a minute later.
const LIMIT: i64 = 20;

#[derive(Deserialize)]
struct Owner {
    email: String,
    language: String,
}

/// Mails the owners of what is in trouble and was not told of.
pub async fn run(context: &Context) {
    let found = match store::untold(context.database(), WORTH_A_MAIL, LIMIT, context.now()).await {
        Ok(found) => found,
        Err(error) => return worker::console_error!("endpoints in trouble could not be read: {error:?}"),
    };
    for endpoint in &found {
        if let Err(problem) = tell(context, endpoint).await {
            worker::console_error!("nobody was told of {}: {problem:?}", endpoint.public_id);
        }
    }
}

async fn tell(context: &Context, endpoint: &Troubled) -> Result<(), Problem> {
    let link = format!("{}/console/{}/webhooks/{}", context.origin(), endpoint.org, endpoint.public_id);
    let (organization, url) = (endpoint.organization.clone(), endpoint.url.clone());
    let (trouble, letter) = match endpoint.disabled_because.as_deref() {
        Some(because) => ("disabled", Letter::WebhookDisabled { organization, url, gone: because == "gone", link }),
        None => {
            let since = wall_time(&endpoint.timezone, Instant(endpoint.failing_since.unwrap_or_default()));
            let since = since.get(..16).unwrap_or(&since).replace('T', " ");
            ("failing", Letter::WebhookFailing { organization, url, since, link })
        }
    };
    let owners: Vec<Owner> = serde_json::from_str(&endpoint.owners).map_err(Problem::internal)?;
    let mut change = Change::new(context, endpoint.org_id, "clock");
    change.must(store::told(endpoint.id, trouble));
    for Owner { email, language } in &owners {
        change.mail(&Mail { org: Some(endpoint.org_id), to: email, language, letter: &letter })?;
    }
    change.commit().await?;
    Ok(())
}
