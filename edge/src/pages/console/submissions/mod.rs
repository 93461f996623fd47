//! Events of the community: the queue with what an edit changes, one click to publish; and for those who bring them, the
//! form and what became of each.

use super::actions::amount;
use super::desk::{At, Desk, Shown};
use super::form::{Fields, Line, Sheet};
use super::frame::{Page, Section};
use super::icons::{Icon, icon};
use super::pieces;
use crate::access::allowed::{SubmissionsModerate, SubmissionsWrite};
use crate::access::permission::Permission;
use crate::domain::booking::order::optional_text;
use crate::domain::submission::content::{Content, Edit, Occurrence};
use crate::domain::submission::rules::{By, State};
use crate::domain::submission::step::{self, Step};
use crate::domain::submission::{Submission, store};
use crate::problem::Problem;
use crate::wording::Wording;
use axum::extract::{Path, Query};
use maud::{Markup, html};
use serde_json::Value;
use shared::civil::LocalDateTime;

/// Submissions on a page.
const LIMIT: i64 = 50;

/// Characters of what staff says.
const LONGEST_NOTE: usize = 2_000;

/// Dates that the form has room for; it always shows one more than there are.
const MOST_DATES: usize = 50;

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

fn note(fields: &Fields, name: &str) -> Result<Option<String>, Problem> {
    optional_text(fields.some(name).map(str::to_owned), &format!("/{name}"), LONGEST_NOTE)
}

/// `POST /console/:orgId/submissions/:id/approve`: one click, then back to the queue.
pub async fn approve(desk: At<SubmissionsModerate>, Path((_, id)): Address, fields: Fields) -> Shown {
    let (submission, _) = open(&desk, &id).await?;
    if fields.some("version").is_some_and(|seen| seen != submission.version.to_string()) {
        let stale = Problem::new(crate::problem::Code::Conflict)
            .because("stale")
            .detail("Its author has changed it since you read it.");
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
async fn hand_in(desk: &Desk, step: &mut Step<'_>) -> Result<(), Problem> {
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

/// `GET /console/:orgId/submissions/new`.
pub async fn ask_new(desk: At<SubmissionsWrite>) -> Shown {
    let fields = Fields::default();
    Ok(form(&desk, "/submissions/new", "Bring an event", Sheet { fields: &fields, problem: None }))
}

/// `POST /console/:orgId/submissions/new`: a draft, or handed in at once.
pub async fn create(desk: At<SubmissionsWrite>, fields: Fields) -> Shown {
    match begin(&desk, &fields).await {
        Ok(id) => Ok(desk.go(&format!("/submissions/{id}?done=saved"))),
        Err(problem) => {
            Ok(form(&desk, "/submissions/new", "Bring an event", Sheet { fields: &fields, problem: Some(&problem) }))
        }
    }
}

async fn begin(desk: &Desk, fields: &Fields) -> Result<String, Problem> {
    let edit = edit_of(desk, fields)?;
    let around = store::look_around(desk.org_id(), &desk.actor, None, &[]);
    let mut answers = desk.context.database().batch(around.into()).await?;
    let around = store::around(&mut answers)?;
    let calendar = around.calendar.clone();
    let mut fresh = step::fresh(&desk.context, desk.org_id(), around, calendar);
    fresh.content = fresh.content.edited(edit)?;
    if fresh.content.title.is_empty() {
        return Err(Problem::field("/title", "required", "What is it called?"));
    }
    let id = fresh.id.clone();
    let mut step = Step::begin(&desk.context, &desk.actor, fresh, None);
    if fields.get("step") == "submit" {
        hand_in(desk, &mut step).await?;
    }
    write(desk, step).await?;
    Ok(id)
}

/// `GET /console/:orgId/submissions/:id/edit`.
pub async fn ask_edit(desk: At<SubmissionsWrite>, Path((_, id)): Address) -> Shown {
    let submission = open_own(&desk, &id).await?;
    let fields = fields_of(&desk, &submission.content);
    let action = format!("/submissions/{id}/edit");
    Ok(form(&desk, &action, "Edit the event", Sheet { fields: &fields, problem: None }))
}

/// `POST /console/:orgId/submissions/:id/edit`.
pub async fn change(desk: At<SubmissionsWrite>, Path((_, id)): Address, fields: Fields) -> Shown {
    let submission = open_own(&desk, &id).await?;
    match edited(&desk, submission, &fields).await {
        Ok(()) => Ok(desk.go(&format!("/submissions/{id}?done=saved"))),
        Err(problem) => {
            let action = format!("/submissions/{id}/edit");
            Ok(form(&desk, &action, "Edit the event", Sheet { fields: &fields, problem: Some(&problem) }))
        }
    }
}

async fn edited(desk: &Desk, submission: Submission, fields: &Fields) -> Result<(), Problem> {
    let edit = edit_of(desk, fields)?;
    let was_public = submission.state == State::Published;
    let may_hand_in =
        matches!(submission.state, State::Draft | State::ChangesRequested | State::Rejected | State::Withdrawn);
    let mut step = Step::from(&desk.context, &desk.actor, submission);
    step.edit(edit, None)?;
    if was_public && desk.may(Permission::SubmissionsPublish) {
        step.approve(By::Trusted).await?;
    } else if may_hand_in && fields.get("step") == "submit" {
        hand_in(desk, &mut step).await?;
    }
    write(desk, step).await
}

fn edit_of(desk: &Desk, fields: &Fields) -> Result<Edit, Problem> {
    let text = |name: &str| Some(fields.some(name).map(str::to_owned));
    let mut when = Vec::new();
    for index in 0..MOST_DATES {
        let (from, to) = (fields.get(&format!("when/{index}/from")), fields.get(&format!("when/{index}/to")));
        if from.is_empty() && to.is_empty() {
            continue;
        }
        let moment = |text: &str, end: &str| {
            let wrong = || Problem::field(format!("/when/{index}/{end}"), "invalid_value", "A date and a time.");
            LocalDateTime::parse(text).ok_or_else(wrong)
        };
        when.push(Occurrence { from: moment(from, "from")?, to: moment(to, "to")? });
    }
    let whole = |name: &str| {
        let wrong = || Problem::field(format!("/{name}"), "invalid_value", "A whole number.");
        fields.some(name).map(|text| text.parse().map_err(|_| wrong())).transpose()
    };
    let price = fields.some("price").map(|text| amount(text, desk.overview.currency, 0, "/price")).transpose()?;
    Ok(Edit {
        title: Some(fields.get("title").to_owned()),
        text: Some(fields.get("text").to_owned()),
        when: Some(when),
        place: text("where"),
        image: text("image"),
        price: Some(price),
        capacity: Some(whole("capacity")?),
        ticketed: Some(fields.ticked("ticketed")),
        link: text("link"),
        contact: text("contact"),
        resource_ids: None,
    })
}

fn fields_of(desk: &Desk, content: &Content) -> Fields {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let mut pairs = vec![
        ("title".to_owned(), content.title.clone()),
        ("text".to_owned(), content.text.clone()),
        ("where".to_owned(), text(&content.place)),
        ("image".to_owned(), text(&content.image)),
        ("link".to_owned(), text(&content.link)),
        ("contact".to_owned(), text(&content.contact)),
    ];
    let price = content.price.map(|price| Wording::plain_money(price, desk.overview.currency));
    pairs.extend(price.map(|price| ("price".to_owned(), price)));
    pairs.extend(content.capacity.map(|capacity| ("capacity".to_owned(), capacity.to_string())));
    pairs.extend(content.ticketed.then(|| ("ticketed".to_owned(), "true".to_owned())));
    for (index, date) in content.when.iter().enumerate() {
        pairs.push((format!("when/{index}/from"), date.from.to_string()));
        pairs.push((format!("when/{index}/to"), date.to.to_string()));
    }
    Fields::of(pairs)
}

fn form(desk: &Desk, action: &str, title: &str, sheet: Sheet<'_>) -> axum::response::Response {
    let used = (0..MOST_DATES).filter(|index| sheet.fields.some(&format!("when/{index}/from")).is_some()).count();
    let shown = used.saturating_add(1).clamp(3, MOST_DATES);
    let main = html! {
        form.card.sheet method="post" action=(desk.path(action)) {
            (pieces::problem(sheet.problem))
            (sheet.line(Line { label: "Title", name: "title", required: true, longest: Some(200), ..Line::default() }))
            (sheet.text("What is it about?", "text", "Markdown works.", 6, 10_000))
            fieldset {
                legend { "When?" }
                (sheet.errors("when"))
                @for index in 0..shown {
                    @let (from, to) = (format!("when/{index}/from"), format!("when/{index}/to"));
                    div.row {
                        (sheet.line(Line { label: "Starts", name: &from, kind: "datetime-local", required: index == 0, ..Line::default() }))
                        (sheet.line(Line { label: "Ends", name: &to, kind: "datetime-local", required: index == 0, ..Line::default() }))
                    }
                    (sheet.errors(&format!("when/{index}")))
                }
                p.hint { "All times are " (desk.wording.place()) " time. Save to get room for more dates." }
            }
            (sheet.line(Line { label: "Where?", name: "where", longest: Some(200), ..Line::default() }))
            div.row {
                (sheet.line(Line { label: "Price", name: "price", hint: "Empty is free.", ..Line::default() }))
                (sheet.line(Line { label: "Places", name: "capacity", kind: "number", hint: "Empty is no limit.", within: (Some("1"), Some("100000")), ..Line::default() }))
            }
            (sheet.tick("Places are sold here at that price", "ticketed", "true", "Otherwise the price is only told."))
            (sheet.line(Line { label: "Picture", name: "image", kind: "url", hint: "An address that starts with https://.", longest: Some(2_048), ..Line::default() }))
            (sheet.line(Line { label: "Link", name: "link", kind: "url", longest: Some(2_048), ..Line::default() }))
            (sheet.line(Line { label: "Whom to ask", name: "contact", longest: Some(200), ..Line::default() }))
            div.actions {
                button.primary name="step" value="submit" {
                    @if desk.may(Permission::SubmissionsPublish) { "Publish" } @else { "Hand it in" }
                }
                button name="step" value="draft" { "Save as it is" }
            }
        }
    };
    desk.page(pieces::status(sheet.problem), &Page::new(Section::Submissions, title, main))
}
