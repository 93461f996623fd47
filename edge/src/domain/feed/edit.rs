//! What people do with feeds: the change of each, ready to be written by whichever surface they came through.

use super::store::{self, Feed, Whose};
use super::{Scope, address};
use crate::access::secret;
use crate::context::Context;
use crate::domain::record::Change;
use crate::problem::{Code, Problem};
use serde_json::json;

/// A feed that is there once its change is written.
pub struct Made {
    /// `feed_…`.
    pub id: String,
    /// Its address, which is shown this once.
    pub url: String,
}

/// A fresh address and the hash of its token.
fn fresh(context: &Context) -> Result<(String, String), Problem> {
    let token = secret::token(context.random_key().map_err(Problem::internal)?);
    Ok((address(context, &token), secret::hashed(&token)))
}

/// Makes a feed. The change finds nothing to change without a resource, or with too many: see [`refused`].
pub fn create<'a>(
    context: &'a Context,
    (org, person, actor): (i64, i64, &'a str),
    scope: Scope<'_>,
) -> Result<(Change<'a>, Made), Problem> {
    let id = context.mint("feed");
    let (url, hash) = fresh(context)?;
    let mut change = Change::new(context, org, actor);
    change.must(store::insert(org, person, &id, scope, &hash, context.now()));
    change.audit("feed.created", &id, &json!({ "of": scope.as_str(), "resource": scope.resource() }));
    Ok((change, Made { id, url }))
}

/// Why a feed was not made.
pub fn refused(scope: Scope<'_>) -> Problem {
    match scope.resource() {
        Some(_) => Problem::field("/resourceId", "unknown", "There is no such resource."),
        None => Problem::new(Code::Conflict).because("too_many").detail("There are 200 feeds already."),
    }
}

/// There is none, or it is somebody else's.
pub fn missing() -> Problem {
    Problem::not_found("feed")
}

/// Gives a feed another address.
pub async fn rotate<'a>(
    context: &'a Context,
    whose: Whose,
    actor: &'a str,
    id: &str,
) -> Result<(Change<'a>, Feed, String), Problem> {
    let found: Option<Feed> = context.database().run(store::find(whose, id)).await?.first()?;
    let mut feed = found.ok_or_else(missing)?;
    feed.rotated_at = Some(context.now().0);
    let (url, hash) = fresh(context)?;
    let mut change = Change::new(context, whose.org, actor);
    change.must(store::rotate(whose, id, &hash, context.now()));
    change.audit("feed.rotated", id, &json!({}));
    Ok((change, feed, url))
}

/// Ends a feed.
pub fn remove<'a>(context: &'a Context, whose: Whose, actor: &'a str, id: &str) -> Change<'a> {
    let mut change = Change::new(context, whose.org, actor);
    change.must(store::remove(whose, id));
    change.audit("feed.removed", id, &json!({}));
    change
}
