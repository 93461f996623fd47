//! `/api/orgs/:orgId/submissions`: events that contributors hand in, and what staff says to them.

pub mod wire;

use crate::access::allowed::{Needs, SubmissionsModerate, SubmissionsWrite};
use crate::access::caller::Who;
use crate::access::permission::Permission;
use crate::access::{Allowed, Caller};
use crate::api::body::{AnyBody, Body};
use crate::api::once::{Once, Ticket};
use crate::api::page::{Page, PageIn};
use crate::api::query::Query;
use crate::api::refusals::{Reading, Repeatable, Writing};
use crate::context::Context;
use crate::domain::booking::order::optional_text;
use crate::domain::submission::content::Edit;
use crate::domain::submission::rules::{Action, By, RULES, State};
use crate::domain::submission::step::{self, Step};
use crate::domain::submission::store::{self, Around};
use crate::domain::submission::{Submission, rules};
use crate::problem::{Code, Problem};
use axum::Json;
use axum::extract::{Path, State as FromState};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;
use wire::{ApproveIn, Begin, EventIn, Filter, NoteIn, RejectIn, SubmissionOut, SummaryOut, shown};

/// Characters of what staff says.
const LONGEST_NOTE: usize = 2_000;

/// Whoever writes: the person, also behind an app; the key stands for the member who made it.
fn maker(caller: &Caller) -> &str {
    match caller.who() {
        Who::Person(person) | Who::App { person, .. } => &person.public_id,
        Who::Key { id, .. } => id,
    }
}

fn may<P: Needs>(allowed: &Allowed<P>, permission: Permission) -> bool {
    allowed.caller.may(permission, &allowed.org.public_id).is_ok()
}

fn missing() -> Problem {
    Problem::not_found("submission")
}

/// A submission, and who the caller is to it.
struct Open {
    submission: Submission,
    around: Around,
    own: bool,
}

/// Opens a submission that the caller may see: their own, or as a moderator whatever was handed in. Others look missing.
async fn open<P: Needs>(
    context: &Context,
    allowed: &Allowed<P>,
    id: &str,
    calendar: Option<&str>,
    resources: &[String],
) -> Result<Open, Problem> {
    let org = allowed.org_id();
    let mut batch = vec![store::find(org, id)];
    batch.extend(store::look_around(org, maker(&allowed.caller), calendar, resources));
    let mut answers = context.database().batch(batch).await?;
    let submission = store::found(&mut answers)?;
    let around = store::around(&mut answers)?;
    let submission = submission.ok_or_else(missing)?;
    let own = submission.author.is_some() && submission.author == around.author.as_ref().map(|author| author.id);
    let handed_in = submission.state != State::Draft && may(allowed, Permission::SubmissionsModerate);
    if own || handed_in { Ok(Open { submission, around, own }) } else { Err(missing()) }
}

/// The same for its author alone.
async fn open_own<P: Needs>(
    context: &Context,
    allowed: &Allowed<P>,
    id: &str,
    calendar: Option<&str>,
    resources: &[String],
) -> Result<Open, Problem> {
    let open = open(context, allowed, id, calendar, resources).await?;
    if open.own {
        return Ok(open);
    }
    Err(Problem::new(Code::Forbidden).because("not_author").detail("Only its author may do this."))
}

/// The calendar and the resources that a body names, all of them the organization's own.
fn known(around: &Around, calendar: Option<&str>, resources: &[String]) -> Result<(), Problem> {
    if calendar.is_some() && around.calendar.as_deref() != calendar {
        return Err(Problem::field("/calendarId", "unknown", "There is no such calendar."));
    }
    match resources.iter().position(|id| !around.resources.contains(id)) {
        Some(index) => Err(Problem::field(format!("/resourceIds/{index}"), "unknown", "There is no such resource.")),
        None => Ok(()),
    }
}

/// Makes a step once for its key; answers the submission as it stands then.
async fn commit(context: &Context, ticket: &Ticket, status: StatusCode, step: Step<'_>) -> Result<Response, Problem> {
    let Step { change, submission, .. } = step;
    match ticket.commit(context, status, &shown(&submission), change).await {
        Ok(written) => Ok(written.response),
        Err(problem) => Err(step::refused(context, &submission, problem).await),
    }
}

/// Lists submissions: one's own, and for moderators whatever was handed in.
///
/// `?status=SUBMITTED` is the moderation queue, what was handed in first comes first.
#[utoipa::path(
    get, path = "/api/orgs/{orgId}/submissions", tag = "Submissions", operation_id = "listSubmissions",
    params(("orgId" = String, Path, description = "Organization"), Filter, PageIn),
    security(("key" = ["submissions:write"]), ("session" = ["submissions:write"])),
    responses((status = 200, description = "A page of them", body = Page<SubmissionOut>), Reading),
)]
pub async fn list(
    allowed: Allowed<SubmissionsWrite>,
    FromState(context): FromState<Context>,
    Query(filter): Query<Filter>,
    Query(page): Query<PageIn>,
) -> Result<Json<Page<SubmissionOut>>, Problem> {
    let limit = page.limit()?;
    let wanted = store::Wanted {
        actor: maker(&allowed.caller),
        everybodys: may(&allowed, Permission::SubmissionsModerate),
        state: filter.state()?,
        after: page.after()?.unwrap_or(0),
        limit: limit.saturating_add(1),
    };
    let rows = store::list(context.database(), allowed.org_id(), &wanted).await?;
    Ok(Json(Page::of(rows, limit, |row| row.place, |row| shown(&row.submission))))
}

/// Tells how many submissions there are in each state, as far as the caller may see them.
#[utoipa::path(
    get, path = "/api/orgs/{orgId}/submissions/summary", tag = "Submissions", operation_id = "summarizeSubmissions",
    params(("orgId" = String, Path, description = "Organization")),
    security(("key" = ["submissions:write"]), ("session" = ["submissions:write"])),
    responses((status = 200, description = "The counts", body = SummaryOut), Reading),
)]
pub async fn summary(
    allowed: Allowed<SubmissionsWrite>,
    FromState(context): FromState<Context>,
) -> Result<Json<SummaryOut>, Problem> {
    let everybodys = may(&allowed, Permission::SubmissionsModerate);
    let counted = store::count(context.database(), allowed.org_id(), maker(&allowed.caller), everybodys).await?;
    let of = |state: &State| counted.iter().find(|count| count.state == state.as_str()).map_or(0, |count| count.count);
    Ok(Json(SummaryOut {
        counts: State::ALL.iter().map(|state| (state.as_str(), of(state))).collect(),
        live: counted.iter().fold(0, |live, count| live.saturating_add(count.live)),
    }))
}

/// Begins a submission, or hands one in at once.
///
/// What a trusted contributor hands in is published at once.
#[utoipa::path(
    post, path = "/api/orgs/{orgId}/submissions", tag = "Submissions", operation_id = "createSubmission", request_body = EventIn,
    params(("orgId" = String, Path, description = "Organization"), Repeatable),
    security(("key" = ["submissions:write"]), ("session" = ["submissions:write"])),
    responses((status = 201, description = "Begun, handed in or published", body = SubmissionOut), Writing),
)]
pub async fn create(
    allowed: Allowed<SubmissionsWrite>,
    FromState(context): FromState<Context>,
    Once { body: Body { value: wanted, .. }, ticket }: Once<Body<EventIn>>,
) -> Result<Response, Problem> {
    let org = allowed.org_id();
    let (status, calendar) = (wanted.status, wanted.calendar_id.clone());
    let resources = wanted.resource_ids.clone().unwrap_or_default();
    let batch = store::look_around(org, maker(&allowed.caller), calendar.as_deref(), &resources);
    let mut answers = context.database().batch(batch.into()).await?;
    let around = store::around(&mut answers)?;
    known(&around, calendar.as_deref(), &resources)?;
    let edit = wanted.edit(around.venue.currency)?;
    let calendar = around.calendar.clone();
    let mut fresh = step::fresh(&context, org, around, calendar);
    if fresh.author.is_none() {
        return Err(Problem::internal("a caller without a person"));
    }
    fresh.content = fresh.content.edited(edit)?;
    if fresh.content.title.is_empty() {
        return Err(Problem::field("/title", "required", "What is it called?"));
    }
    let mut step = Step::begin(&context, allowed.actor(), fresh, None);
    if status == Some(Begin::Submitted) {
        hand_in(&allowed, &mut step).await?;
    }
    commit(&context, &ticket, StatusCode::CREATED, step).await
}

/// Hands in; what a trusted contributor hands in is published at once.
async fn hand_in<P: Needs>(allowed: &Allowed<P>, step: &mut Step<'_>) -> Result<(), Problem> {
    step.submit()?;
    publish_if_trusted(allowed, step).await
}

async fn publish_if_trusted<P: Needs>(allowed: &Allowed<P>, step: &mut Step<'_>) -> Result<(), Problem> {
    if may(allowed, Permission::SubmissionsPublish) { step.approve(By::Trusted).await } else { Ok(()) }
}

/// Reads one submission; an edit of something public comes with what it changes, field by field.
#[utoipa::path(
    get, path = "/api/orgs/{orgId}/submissions/{id}", tag = "Submissions", operation_id = "readSubmission",
    params(("orgId" = String, Path, description = "Organization"), ("id" = String, Path, description = "Submission")),
    security(("key" = ["submissions:write"]), ("session" = ["submissions:write"])),
    responses((status = 200, description = "The submission", body = SubmissionOut), Reading),
)]
pub async fn read(
    allowed: Allowed<SubmissionsWrite>,
    FromState(context): FromState<Context>,
    Path((_, id)): Path<(String, String)>,
) -> Result<Json<SubmissionOut>, Problem> {
    Ok(Json(shown(&open(&context, &allowed, &id, None, &[]).await?.submission)))
}

/// Changes one's own submission.
///
/// An edit of something public goes to the queue, and the public version stays until it is approved; a trusted contributor's
/// is published at once.
#[utoipa::path(
    patch, path = "/api/orgs/{orgId}/submissions/{id}", tag = "Submissions", operation_id = "changeSubmission", request_body = EventIn,
    params(("orgId" = String, Path, description = "Organization"), ("id" = String, Path, description = "Submission")),
    security(("key" = ["submissions:write"]), ("session" = ["submissions:write"])),
    responses((status = 200, description = "As it is now", body = SubmissionOut), Writing),
)]
pub async fn change(
    allowed: Allowed<SubmissionsWrite>,
    FromState(context): FromState<Context>,
    Path((_, id)): Path<(String, String)>,
    Body { value: wanted, .. }: Body<EventIn>,
) -> Result<Json<SubmissionOut>, Problem> {
    if wanted.status.is_some() {
        return Err(Problem::field("/status", "not_here", "It is handed in by POST …/submit."));
    }
    let calendar = wanted.calendar_id.clone();
    let resources = wanted.resource_ids.clone().unwrap_or_default();
    let Open { submission, around, .. } = open_own(&context, &allowed, &id, calendar.as_deref(), &resources).await?;
    known(&around, calendar.as_deref(), &resources)?;
    let edit = wanted.edit(around.venue.currency)?;
    let was_public = submission.state == State::Published;
    let mut step = Step::from(&context, allowed.actor(), submission);
    step.edit(edit, calendar)?;
    if was_public {
        publish_if_trusted(&allowed, &mut step).await?;
    }
    let Step { change, submission, .. } = step;
    match change.commit().await {
        Ok(_) => Ok(Json(shown(&submission))),
        Err(error) => Err(step::refused(&context, &submission, error.into()).await),
    }
}

/// Hands in one's own submission.
#[utoipa::path(
    post, path = "/api/orgs/{orgId}/submissions/{id}/submit", tag = "Submissions", operation_id = "submitSubmission",
    params(("orgId" = String, Path, description = "Organization"), ("id" = String, Path, description = "Submission"), Repeatable),
    security(("key" = ["submissions:write"]), ("session" = ["submissions:write"])),
    responses((status = 200, description = "In the queue, or published", body = SubmissionOut), Writing),
)]
pub async fn submit(
    allowed: Allowed<SubmissionsWrite>,
    FromState(context): FromState<Context>,
    Path((_, id)): Path<(String, String)>,
    Once { ticket, .. }: Once<AnyBody>,
) -> Result<Response, Problem> {
    let Open { submission, .. } = open_own(&context, &allowed, &id, None, &[]).await?;
    let mut step = Step::from(&context, allowed.actor(), submission);
    hand_in(&allowed, &mut step).await?;
    commit(&context, &ticket, StatusCode::OK, step).await
}

/// Takes back what was handed in, or takes one's own public event off the calendar.
///
/// An edit that waits is taken back alone. A public event that somebody has booked stays.
#[utoipa::path(
    post, path = "/api/orgs/{orgId}/submissions/{id}/withdraw", tag = "Submissions", operation_id = "withdrawSubmission",
    params(("orgId" = String, Path, description = "Organization"), ("id" = String, Path, description = "Submission"), Repeatable),
    security(("key" = ["submissions:write"]), ("session" = ["submissions:write"])),
    responses((status = 200, description = "Taken back", body = SubmissionOut), Writing),
)]
pub async fn withdraw(
    allowed: Allowed<SubmissionsWrite>,
    FromState(context): FromState<Context>,
    Path((_, id)): Path<(String, String)>,
    Once { ticket, .. }: Once<AnyBody>,
) -> Result<Response, Problem> {
    let Open { submission, .. } = open_own(&context, &allowed, &id, None, &[]).await?;
    let mut step = Step::from(&context, allowed.actor(), submission);
    step.withdraw().await?;
    commit(&context, &ticket, StatusCode::OK, step).await
}

/// Publishes a submission: its event is on the calendar, and its resources are taken, or nothing happens.
///
/// What is in the way is named: bookings by their numbers, blocks by their ids.
#[utoipa::path(
    post, path = "/api/orgs/{orgId}/submissions/{id}/approve", tag = "Submissions", operation_id = "approveSubmission", request_body = ApproveIn,
    params(("orgId" = String, Path, description = "Organization"), ("id" = String, Path, description = "Submission"), Repeatable),
    security(("key" = ["submissions:moderate"]), ("session" = ["submissions:moderate"])),
    responses((status = 200, description = "Published", body = SubmissionOut), Writing),
)]
pub async fn approve(
    allowed: Allowed<SubmissionsModerate>,
    FromState(context): FromState<Context>,
    Path((_, id)): Path<(String, String)>,
    Once { body: Body { value: wanted, .. }, ticket }: Once<Body<ApproveIn>>,
) -> Result<Response, Problem> {
    let resources = wanted.resource_ids.clone().unwrap_or_default();
    let Open { mut submission, around, .. } = open(&context, &allowed, &id, None, &resources).await?;
    known(&around, None, &resources)?;
    if wanted.version.is_some_and(|version| version != submission.version) {
        let detail = "Its author has changed it since you read it.";
        return Err(Problem::new(Code::Conflict).because("stale").detail(detail));
    }
    if let Some(resource_ids) = wanted.resource_ids {
        let edit = Edit { resource_ids: Some(resource_ids), ..Edit::default() };
        submission.content = submission.content.edited(edit)?;
    }
    let mut step = Step::from(&context, allowed.actor(), submission);
    step.approve(By::Staff).await?;
    commit(&context, &ticket, StatusCode::OK, step).await
}

/// Declines a submission. An edit is declined alone: what is public stays.
#[utoipa::path(
    post, path = "/api/orgs/{orgId}/submissions/{id}/reject", tag = "Submissions", operation_id = "rejectSubmission", request_body = RejectIn,
    params(("orgId" = String, Path, description = "Organization"), ("id" = String, Path, description = "Submission"), Repeatable),
    security(("key" = ["submissions:moderate"]), ("session" = ["submissions:moderate"])),
    responses((status = 200, description = "Declined", body = SubmissionOut), Writing),
)]
pub async fn reject(
    allowed: Allowed<SubmissionsModerate>,
    FromState(context): FromState<Context>,
    Path((_, id)): Path<(String, String)>,
    Once { body: Body { value: wanted, .. }, ticket }: Once<Body<RejectIn>>,
) -> Result<Response, Problem> {
    let reason = optional_text(wanted.reason, "/reason", LONGEST_NOTE)?;
    let Open { submission, .. } = open(&context, &allowed, &id, None, &[]).await?;
    let mut step = Step::from(&context, allowed.actor(), submission);
    step.reject(reason)?;
    commit(&context, &ticket, StatusCode::OK, step).await
}

/// Gives a submission back to its author, who may change it and hand it in again.
#[utoipa::path(
    post, path = "/api/orgs/{orgId}/submissions/{id}/request-changes", tag = "Submissions", operation_id = "requestChanges", request_body = NoteIn,
    params(("orgId" = String, Path, description = "Organization"), ("id" = String, Path, description = "Submission"), Repeatable),
    security(("key" = ["submissions:moderate"]), ("session" = ["submissions:moderate"])),
    responses((status = 200, description = "Back with its author", body = SubmissionOut), Writing),
)]
pub async fn request_changes(
    allowed: Allowed<SubmissionsModerate>,
    FromState(context): FromState<Context>,
    Path((_, id)): Path<(String, String)>,
    Once { body: Body { value: wanted, .. }, ticket }: Once<Body<NoteIn>>,
) -> Result<Response, Problem> {
    let note = optional_text(wanted.note, "/note", LONGEST_NOTE)?;
    let note = note.ok_or_else(|| Problem::field("/note", "required", "What is to change?"))?;
    let Open { submission, .. } = open(&context, &allowed, &id, None, &[]).await?;
    let mut step = Step::from(&context, allowed.actor(), submission);
    step.request_changes(Some(note))?;
    commit(&context, &ticket, StatusCode::OK, step).await
}

/// Takes a public event off the calendar; its submission waits in the queue again.
///
/// Refused while somebody has booked one of its dates.
#[utoipa::path(
    post, path = "/api/orgs/{orgId}/submissions/{id}/revert", tag = "Submissions", operation_id = "revertSubmission", request_body = NoteIn,
    params(("orgId" = String, Path, description = "Organization"), ("id" = String, Path, description = "Submission"), Repeatable),
    security(("key" = ["submissions:moderate"]), ("session" = ["submissions:moderate"])),
    responses((status = 200, description = "Off the calendar", body = SubmissionOut), Writing),
)]
pub async fn revert(
    allowed: Allowed<SubmissionsModerate>,
    FromState(context): FromState<Context>,
    Path((_, id)): Path<(String, String)>,
    Once { body: Body { value: wanted, .. }, ticket }: Once<Body<NoteIn>>,
) -> Result<Response, Problem> {
    let note = optional_text(wanted.note, "/note", LONGEST_NOTE)?;
    let Open { submission, .. } = open(&context, &allowed, &id, None, &[]).await?;
    let mut step = Step::from(&context, allowed.actor(), submission);
    step.revert(note).await?;
    commit(&context, &ticket, StatusCode::OK, step).await
}

/// The life cycle of a submission.
#[derive(Serialize, ToSchema)]
pub struct SubmissionStatesOut {
    /// Every state.
    #[schema(value_type = Vec<String>, example = json!(["DRAFT", "SUBMITTED"]))]
    states: &'static [State],
    /// Every action.
    #[schema(value_type = Vec<String>, example = json!(["SUBMIT", "APPROVE"]))]
    actions: &'static [Action],
    /// Every row of the table: what is not in it cannot happen.
    rules: Vec<SubmissionRuleOut>,
}

/// A row of the table.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SubmissionRuleOut {
    /// From which state.
    #[schema(value_type = String, example = "SUBMITTED")]
    from: State,
    /// Whether a version is public then.
    from_live: bool,
    /// By what.
    #[schema(value_type = String, example = "APPROVE")]
    action: Action,
    /// To which state.
    #[schema(value_type = String, example = "PUBLISHED")]
    to: State,
    /// Whether a version is public afterwards.
    to_live: bool,
    /// Through whom.
    #[schema(value_type = Vec<String>, example = json!(["TRUSTED", "STAFF"]))]
    by: &'static [By],
}

/// Tells which state of a submission may follow which, by what and through whom.
#[utoipa::path(
    get, path = "/api/meta/submission-states", tag = "Meta", operation_id = "submissionStates", security(()),
    responses((status = 200, description = "The whole table", body = SubmissionStatesOut)),
)]
pub async fn states() -> Json<SubmissionStatesOut> {
    let shown = |rule: &rules::Rule| SubmissionRuleOut {
        from: rule.from.state,
        from_live: rule.from.live,
        action: rule.action,
        to: rule.to.state,
        to_live: rule.to.live,
        by: rule.by,
    };
    Json(SubmissionStatesOut { states: State::ALL, actions: Action::ALL, rules: RULES.iter().map(shown).collect() })
}
