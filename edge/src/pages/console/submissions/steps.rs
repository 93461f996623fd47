//! What becomes of a submission: staff decide, its author hands it in or takes it back.

use super::{Address, answer, open, open_own, write};
use crate::access::allowed::{SubmissionsModerate, SubmissionsWrite};
use crate::access::permission::Permission;
use crate::domain::booking::order::optional_text;
use crate::domain::submission::rules::By;
use crate::domain::submission::step::Step;
use crate::pages::console::desk::{At, Desk, Shown};
use crate::pages::console::form::Fields;
use crate::problem::{Code, Problem};
use axum::extract::Path;

/// Characters of what staff says.
const LONGEST_NOTE: usize = 2_000;

fn note(fields: &Fields, name: &str) -> Result<Option<String>, Problem> {
    optional_text(fields.some(name).map(str::to_owned), &format!("/{name}"), LONGEST_NOTE)
}

/// `POST /console/:orgId/submissions/:id/approve`: one click, then back to the queue.
pub async fn approve(desk: At<SubmissionsModerate>, Path((_, id)): Address, fields: Fields) -> Shown {
    let (submission, _) = open(&desk, &id).await?;
    if fields.some("version").is_some_and(|seen| seen != submission.version.to_string()) {
        let stale =
            Problem::new(Code::Conflict).because("stale").detail("Its author has changed it since you read it.");
        return answer(&desk, &id, Err(stale), "").await;
    }
    let mut step = Step::from(&desk.context, &desk.actor, submission);
    let outcome = match step.approve(By::Staff).await {
        Ok(()) => write(&desk, step).await,
        Err(problem) => Err(problem),
    };
    match outcome {
        Ok(()) => Ok(desk.go("/submissions?done=published")),
        Err(problem) => answer(&desk, &id, Err(problem), "").await,
    }
}

/// `POST /console/:orgId/submissions/:id/reject`.
pub async fn reject(desk: At<SubmissionsModerate>, Path((_, id)): Address, fields: Fields) -> Shown {
    let (submission, _) = open(&desk, &id).await?;
    let mut step = Step::from(&desk.context, &desk.actor, submission);
    let outcome = match note(&fields, "reason").and_then(|reason| step.reject(reason)) {
        Ok(()) => write(&desk, step).await,
        Err(problem) => Err(problem),
    };
    answer(&desk, &id, outcome, "saved").await
}

/// `POST /console/:orgId/submissions/:id/request-changes`.
pub async fn request_changes(desk: At<SubmissionsModerate>, Path((_, id)): Address, fields: Fields) -> Shown {
    let (submission, _) = open(&desk, &id).await?;
    let mut step = Step::from(&desk.context, &desk.actor, submission);
    let said = note(&fields, "note")
        .and_then(|note| note.ok_or_else(|| Problem::field("/note", "required", "Say what is to change.")));
    let outcome = match said.and_then(|note| step.request_changes(Some(note))) {
        Ok(()) => write(&desk, step).await,
        Err(problem) => Err(problem),
    };
    answer(&desk, &id, outcome, "saved").await
}

/// `POST /console/:orgId/submissions/:id/revert`.
pub async fn revert(desk: At<SubmissionsModerate>, Path((_, id)): Address, fields: Fields) -> Shown {
    let (submission, _) = open(&desk, &id).await?;
    let said = note(&fields, "note")?;
    let mut step = Step::from(&desk.context, &desk.actor, submission);
    let outcome = match step.revert(said).await {
        Ok(()) => write(&desk, step).await,
        Err(problem) => Err(problem),
    };
    answer(&desk, &id, outcome, "saved").await
}

/// `POST /console/:orgId/submissions/:id/submit`.
pub async fn submit(desk: At<SubmissionsWrite>, Path((_, id)): Address) -> Shown {
    let submission = open_own(&desk, &id).await?;
    let mut step = Step::from(&desk.context, &desk.actor, submission);
    let outcome = match hand_in(&desk, &mut step).await {
        Ok(()) => write(&desk, step).await,
        Err(problem) => Err(problem),
    };
    answer(&desk, &id, outcome, "handed-in").await
}

/// What a trusted contributor hands in is published at once.
pub async fn hand_in(desk: &Desk, step: &mut Step<'_>) -> Result<(), Problem> {
    step.submit()?;
    if desk.may(Permission::SubmissionsPublish) { step.approve(By::Trusted).await } else { Ok(()) }
}

/// `POST /console/:orgId/submissions/:id/withdraw`.
pub async fn withdraw(desk: At<SubmissionsWrite>, Path((_, id)): Address) -> Shown {
    let submission = open_own(&desk, &id).await?;
    let mut step = Step::from(&desk.context, &desk.actor, submission);
    let outcome = match step.withdraw().await {
        Ok(()) => write(&desk, step).await,
        Err(problem) => Err(problem),
    };
    answer(&desk, &id, outcome, "saved").await
}
