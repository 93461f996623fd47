//! Somebody from the public form: hands in by e-mail, and has a page of their own by its link.

use super::content::Edit;
use super::door::{self, Ticket};
use super::step::{self, Step};
use super::store::{self, Entrance};
use super::{Submission, rules::State};
use crate::access::secret;
use crate::context::Context;
use crate::domain::account;
use crate::domain::booking::order::Contact;
use crate::mail::{Letter, Mail};
use crate::problem::{Code, Problem};
use shared::zone::Instant;

/// For the audit log.
pub const ACTOR: &str = "guest";

/// The calendar whose form it is, if it is open.
pub async fn entrance(context: &Context, calendar: &str) -> Result<Entrance, Problem> {
    let found = store::entrance(context.database(), calendar).await?;
    let entrance = found.ok_or_else(|| Problem::not_found("calendar"))?;
    if entrance.open == 0 {
        let detail = "This calendar takes no events from the public.";
        return Err(Problem::new(Code::Forbidden).because("submissions_closed").detail(detail));
    }
    Ok(entrance)
}

/// Begins a guest's submission; it enters the queue when they follow the link that they get by mail.
pub fn begin<'a>(
    context: &'a Context,
    entrance: Entrance,
    contact: Contact,
    edit: Edit,
    ticket: &Ticket,
) -> Result<Step<'a>, Problem> {
    let calendar = entrance.calendar.clone();
    let org = entrance.org_id;
    let around = store::Around { venue: entrance.venue(), author: None, calendar: None, resources: Vec::new() };
    let mut fresh = step::fresh(context, org, around, Some(calendar));
    fresh.author_name = contact.name;
    fresh.author_email = contact.email;
    fresh.content = fresh.content.edited(edit)?;
    fresh.content.complete(&fresh.venue.timezone, context.now())?;
    if fresh.content.links() > door::MOST_LINKS {
        return Err(Problem::field("/text", "too_many_links", "At most three links."));
    }
    let token = secret::token(context.random_key().map_err(Problem::internal)?);
    let keys = context.sealing_keys().ok_or_else(|| Problem::internal("SEALING_KEYS is missing or unreadable"))?;
    let nonce = context.random_key().map_err(Problem::internal)?;
    fresh.token_sealed = keys.seal(token.as_bytes(), &fresh.id, nonce);
    fresh.confirm_until = Some(context.now().plus_seconds(store::CONFIRM_SECONDS));
    let letter = Letter::ConfirmSubmission {
        name: fresh.author_name.clone(),
        organization: fresh.venue.name.clone(),
        title: fresh.content.title.clone(),
        link: format!("{}/s/{token}", context.origin()),
    };
    let (to, language) = (fresh.author_email.clone(), fresh.venue.locale.clone());
    let mut step = Step::begin(context, ACTOR, fresh, Some(&secret::hashed(&token)));
    step.change.add(store::spend(ticket));
    step.change.mail(&Mail { org: Some(org), to: &to, language: &language, letter: &letter })?;
    Ok(step)
}

/// What it means that a guest's hand-in was refused.
pub fn refused(problem: Problem) -> Problem {
    match problem.cause() {
        "stale" => Problem::new(Code::RateLimited)
            .because("too_many_unconfirmed")
            .detail("Several events wait for this address to be confirmed. Follow the links in the mails first.")
            .retry_after(3_600),
        "conflict" => {
            let detail = "This challenge was used already. Ask for another one.";
            Problem::new(Code::Conflict).because("challenge_used").detail(detail)
        }
        _ => problem,
    }
}

/// The guest's own submission, by the token of their link. One that was not confirmed in time looks missing.
pub async fn open(context: &Context, token: &str) -> Result<Submission, Problem> {
    let missing = || Problem::not_found("submission, or its link has run out");
    let mut answers = context.database().batch(vec![store::by_token(&secret::hashed(token))]).await?;
    let submission = store::found(&mut answers)?.ok_or_else(missing)?;
    let over = |until: Instant| submission.state == State::Draft && until <= context.now();
    if submission.confirm_until.is_some_and(over) { Err(missing()) } else { Ok(submission) }
}

/// What staff decided, told to its author by mail: with the link of a guest, or the page in the console of whoever has an
/// account.
pub fn tell_outcome(context: &Context, step: &mut Step<'_>, outcome: &str) -> Result<(), Problem> {
    let submission = &step.submission;
    let token = submission.token_sealed.as_deref().and_then(|sealed| {
        let plain = context.sealing_keys()?.open(sealed, &submission.id)?;
        String::from_utf8(plain).ok()
    });
    let place = match (token, submission.author) {
        (Some(token), _) => format!("/s/{token}"),
        (None, Some(_)) => format!("/console/{}/submissions/{}", submission.venue.org, submission.id),
        (None, None) => return Ok(()),
    };
    let letter = Letter::SubmissionDecided {
        organization: submission.venue.name.clone(),
        title: submission.content.title.clone(),
        outcome: outcome.to_owned(),
        note: submission.note.clone(),
        link: account::link(context, &place, None),
    };
    let (org, to) = (submission.org, submission.author_email.clone());
    let language = submission.author_language.clone().unwrap_or_else(|| submission.venue.locale.clone());
    step.change.mail(&Mail { org: Some(org), to: &to, language: &language, letter: &letter })
}
