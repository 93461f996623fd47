//! Events of the community: the queue with what an edit changes, one click to publish; and for those who bring them, the
//! form and what became of each.
//!
//! Here are the list and the page of one; [`steps`] is what becomes of it, [`edit`] the form.

mod edit;
mod steps;

pub use edit::{ask_edit, ask_new, change, create};
pub use steps::{approve, reject, request_changes, revert, submit, withdraw};

use super::desk::{At, Desk, Shown};
use super::form::{Fields, Line, Sheet};
use super::frame::{Page, Section};
use super::icons::{Icon, icon};
use super::pieces;
use crate::access::allowed::SubmissionsWrite;
use crate::access::permission::Permission;
use crate::domain::submission::content::{Content, Occurrence};
use crate::domain::submission::rules::State;
use crate::domain::submission::step::{self, Step};
use crate::domain::submission::{Submission, store};
use crate::problem::Problem;
use axum::extract::{Path, Query};
use maud::{Markup, html};
use serde_json::Value;
use shared::civil::LocalDateTime;

/// Submissions on a page.
const LIMIT: i64 = 50;

/// Lists of the page: word in the address, name, state.
const LISTS: [(&str, &str, Option<State>); 5] = [
    ("queue", "Waiting", Some(State::Submitted)),
    ("published", "Published", Some(State::Published)),
    ("changes", "Sent back", Some(State::ChangesRequested)),
    ("rejected", "Declined", Some(State::Rejected)),
    ("all", "All", None),
];

type Address = Path<(String, String)>;

fn missing() -> Problem {
    Problem::not_found("submission")
}

/// A state as people say it.
fn state(state: State) -> Markup {
    let (tone, called) = match state {
        State::Draft => ("", "Draft"),
        State::Submitted => ("wait", "Waiting"),
        State::Published => ("good", "Published"),
        State::Rejected => ("bad", "Declined"),
        State::ChangesRequested => ("wait", "Sent back"),
        State::Withdrawn => ("", "Withdrawn"),
    };
    html! { span class={ "pill " (tone) } { (called) } }
}

/// `GET /console/:orgId/submissions`: the queue for staff, one's own for everybody else.
pub async fn list(desk: At<SubmissionsWrite>, Query(asked): Query<Vec<(String, String)>>) -> Shown {
    let asked = Fields::of(asked);
    let moderates = desk.may(Permission::SubmissionsModerate);
    let usual = if moderates { "queue" } else { "all" };
    let word = asked.some("list").unwrap_or(usual);
    let (word, _, wanted) = LISTS.iter().find(|(name, _, _)| *name == word).copied().unwrap_or(("all", "All", None));
    let wanted = store::Wanted {
        actor: &desk.actor,
        everybodys: moderates,
        state: wanted,
        after: asked.get("after").parse().unwrap_or(0),
        limit: LIMIT.saturating_add(1),
    };
    let mut rows = store::list(desk.context.database(), desk.org_id(), &wanted).await?;
    let shown = usize::try_from(LIMIT).unwrap_or(50);
    let more = rows.len() > shown;
    rows.truncate(shown);
    let next =
        rows.last().filter(|_| more).map(|last| desk.path(&format!("/submissions?list={word}&after={}", last.place)));
    let add = html! { a.button.primary href=(desk.path("/submissions/new")) { (icon(Icon::Plus)) "Bring an event" } };
    let main = html! {
        nav.days.tabs-of aria-label="Lists" {
            @for (name, label, _) in LISTS {
                a.button href=(desk.path(&format!("/submissions?list={name}"))) aria-current=[(name == word).then_some("true")] { (label) }
            }
        }
        @if rows.is_empty() {
            @if word == "queue" { (pieces::empty("The queue is empty", "Events that are handed in wait here for your decision.", html! {})) }
            @else { (pieces::empty("Nothing here yet", "An event of yours can be on the calendar with a few lines.", add.clone())) }
        }
        ul.queue { @for row in &rows { li.card { (entry(&desk, &row.submission, moderates)) } } }
        (pieces::more(next.as_deref()))
    };
    Ok(desk.show(&Page::new(Section::Submissions, "Submissions", main).actions(add).done(asked.some("done"))))
}

/// One of the list, with the one click where it waits.
fn entry(desk: &Desk, submission: &Submission, moderates: bool) -> Markup {
    let own = desk.path(&format!("/submissions/{}", submission.id));
    let title = if submission.content.title.is_empty() { "Untitled" } else { submission.content.title.as_str() };
    html! {
        header {
            h2 { a href=(own) { (title) } }
            (state(submission.state))
            @if submission.published.is_some() && submission.state != State::Published { span.pill { "Edit of a public event" } }
            @if submission.unreviewed { span.pill { "Not looked at yet" } }
        }
        p.quiet {
            "By " (submission.author_name)
            @if let Some(at) = submission.submitted_at { ", handed in " (desk.wording.moment(at)) }
        }
        (dates(desk, &submission.content))
        @if let Some(public) = submission.published.as_ref().filter(|_| submission.state == State::Submitted) {
            (difference(desk, &submission.content, public))
        }
        @if moderates && submission.state == State::Submitted {
            div.actions {
                form method="post" action={ (own) "/approve" } {
                    input type="hidden" name="version" value=(submission.version);
                    button.primary { "Publish" span.hidden { " " (title) } }
                }
                a.button href=(own) { "Look at it" span.hidden { ": " (title) } }
            }
        }
    }
}

fn dates(desk: &Desk, content: &Content) -> Markup {
    html! {
        @if !content.when.is_empty() {
            ul.when { @for date in content.when.iter().take(4) { li { (occurrence(desk, *date)) } } }
            @let more = content.when.len().saturating_sub(4);
            @if more > 0 { p.quiet { "and " (more) " more dates" } }
        }
    }
}

fn occurrence(desk: &Desk, Occurrence { from, to }: Occurrence) -> String {
    let clock = |time: LocalDateTime| time.time.to_string();
    if from.date == to.date {
        return format!("{}, {} – {}", desk.wording.long_date(from.date), clock(from), clock(to));
    }
    let until = format!("{}, {}", desk.wording.long_date(to.date), clock(to));
    format!("{}, {} – {until}", desk.wording.long_date(from.date), clock(from))
}

/// What an edit changes, field by field.
fn difference(desk: &Desk, content: &Content, public: &Content) -> Markup {
    html! {
        table.diff {
            caption { "What changes" }
            thead { tr { th scope="col" { "Field" } th scope="col" { "Public now" } th scope="col" { "Wanted" } } }
            tbody {
                @for change in content.differences(public) {
                    tr {
                        th scope="row" { (called(&change.field)) }
                        td { del { (said(desk, &change.field, &change.before)) } }
                        td { ins { (said(desk, &change.field, &change.after)) } }
                    }
                }
            }
        }
    }
}

fn called(field: &str) -> &str {
    match field {
        "title" => "Title",
        "text" => "Text",
        "when" => "Dates",
        "where" => "Place",
        "image" => "Picture",
        "price" => "Price",
        "capacity" => "Places",
        "ticketed" => "Sold here",
        "link" => "Link",
        "contact" => "Contact",
        "resourceIds" => "Resources",
        other => other,
    }
}

fn said(desk: &Desk, field: &str, value: &Value) -> String {
    match (field, value) {
        (_, Value::Null) => "—".to_owned(),
        ("price", Value::Number(amount)) => desk.wording.money(amount.as_i64().unwrap_or(0)),
        ("when", value) => {
            let dates: Vec<Occurrence> = serde_json::from_value(value.clone()).unwrap_or_default();
            dates.into_iter().map(|date| occurrence(desk, date)).collect::<Vec<_>>().join("; ")
        }
        (_, Value::Bool(yes)) => if *yes { "Yes" } else { "No" }.to_owned(),
        (_, Value::String(text)) => text.clone(),
        (_, Value::Array(list)) => list.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", "),
        (_, other) => other.to_string(),
    }
}

/// A submission, and whether it is one's own. Others' drafts look missing.
async fn open(desk: &Desk, id: &str) -> Result<(Submission, bool), Problem> {
    let mut batch = vec![store::find(desk.org_id(), id)];
    batch.extend(store::look_around(desk.org_id(), &desk.actor, None, &[]));
    let mut answers = desk.context.database().batch(batch).await?;
    let submission = store::found(&mut answers)?.ok_or_else(missing)?;
    let around = store::around(&mut answers)?;
    let own = submission.author.is_some() && submission.author == around.author.as_ref().map(|author| author.id);
    let handed_in = submission.state != State::Draft && desk.may(Permission::SubmissionsModerate);
    if own || handed_in { Ok((submission, own)) } else { Err(missing()) }
}

async fn open_own(desk: &Desk, id: &str) -> Result<Submission, Problem> {
    let (submission, own) = open(desk, id).await?;
    if own { Ok(submission) } else { Err(missing()) }
}

/// `GET /console/:orgId/submissions/:id`.
pub async fn show(
    desk: At<SubmissionsWrite>,
    Path((_, id)): Address,
    Query(asked): Query<Vec<(String, String)>>,
) -> Shown {
    let asked = Fields::of(asked);
    page(&desk, &id, Sheet { fields: &asked, problem: None }).await
}

async fn page(desk: &Desk, id: &str, sheet: Sheet<'_>) -> Shown {
    let (submission, own) = open(desk, id).await?;
    let content = &submission.content;
    let moderates = desk.may(Permission::SubmissionsModerate);
    let waits = submission.state == State::Submitted;
    let address = |rest: &str| desk.path(&format!("/submissions/{id}{rest}"));
    let main = html! {
        (pieces::problem(sheet.problem))
        @for error in sheet.problem.map_or(&[][..], Problem::fields) { p.wrong { (error.message) } }
        p.lead { (state(submission.state)) "By " (submission.author_name) ", " a href={ "mailto:" (submission.author_email) } { (submission.author_email) } }
        @if let Some(note) = &submission.note { p.nudge { span { strong { "Staff: " } (note) } } }
        @if moderates && waits {
            div.actions.bar {
                form method="post" action=(address("/approve")) {
                    input type="hidden" name="version" value=(submission.version);
                    button.primary { "Publish" }
                }
                (with_note("Ask for changes", &address("/request-changes"), "note", "What is to change?", "Send it back"))
                (with_note("Decline", &address("/reject"), "reason", "Why? Its author reads it.", "Decline it"))
            }
        }
        @if moderates && submission.published.is_some() && !waits {
            div.actions.bar { (with_note("Take it off the calendar", &address("/revert"), "note", "Why? Its author reads it.", "Take it off")) }
        }
        @if own {
            div.actions.bar {
                @if matches!(submission.state, State::Draft | State::ChangesRequested | State::Rejected | State::Withdrawn) {
                    form method="post" action=(address("/submit")) { button.primary { "Hand it in" } }
                }
                a.button href=(address("/edit")) { "Edit" }
                @if waits || submission.published.is_some() {
                    form method="post" action=(address("/withdraw")) { button.danger { "Withdraw" } }
                }
            }
        }
        @if let Some(public) = submission.published.as_ref().filter(|public| *public != content) {
            section.card { (difference(desk, content, public)) }
        }
        section.card aria-label="The event" {
            (dates(desk, content))
            @for line in content.text.lines().filter(|line| !line.trim().is_empty()) { p { (line) } }
            dl.facts {
                @if let Some(place) = &content.place { dt { "Place" } dd { (place) } }
                dt { "Price" } dd { @match content.price { Some(price) => { (desk.wording.money(price)) } None => { "Free" } } }
                @if let Some(capacity) = content.capacity { dt { "Places" } dd { (capacity) } }
                @if let Some(link) = &content.link { dt { "Link" } dd { a href=(link) rel="noopener noreferrer nofollow" { (link) } } }
                @if let Some(contact) = &content.contact { dt { "Contact" } dd { (contact) } }
                @if let Some(image) = &content.image { dt { "Picture" } dd { a href=(image) rel="noopener noreferrer nofollow" { (image) } } }
            }
        }
    };
    let title = if content.title.is_empty() { "Untitled" } else { content.title.as_str() };
    let page = Page::new(Section::Submissions, title, main).done(sheet.fields.some("done"));
    Ok(desk.page(pieces::status(sheet.problem), &page))
}

/// A button that asks for a few words first.
fn with_note(label: &str, action: &str, name: &str, asks: &str, button: &str) -> Markup {
    let sheet = Sheet { fields: &Fields::default(), problem: None };
    html! {
        details.sure {
            summary.button { (label) }
            form method="post" action=(action) {
                (sheet.line(Line { label: asks, name, longest: Some(2_000), ..Line::default() }))
                button { (button) }
            }
        }
    }
}

/// Writes a step; what stands in its way is named.
async fn write(desk: &Desk, step: Step<'_>) -> Result<(), Problem> {
    let Step { change, submission, .. } = step;
    match change.commit().await {
        Ok(_) => Ok(()),
        Err(error) => Err(step::refused(&desk.context, &submission, error.into()).await),
    }
}

async fn answer(desk: &Desk, id: &str, outcome: Result<(), Problem>, done: &str) -> Shown {
    match outcome {
        Ok(()) => Ok(desk.go(&format!("/submissions/{id}?done={done}"))),
        Err(problem) => page(desk, id, Sheet { fields: &Fields::default(), problem: Some(&problem) }).await,
    }
}
