//! Who is told what: endpoints, the log of what was sent to them, a test, and once more.

use super::desk::{At, Desk, Shown};
use super::form::{Fields, Line, Sheet};
use super::frame::{Page, Section};
use super::icons::{Icon, icon};
use super::pieces;
use crate::access::allowed::{WebhooksRead, WebhooksWrite};
use crate::access::permission::Permission;
use crate::domain::record::Change;
use crate::domain::webhook::{edit, rules, store};
use crate::outbox::{EventType, announce};
use crate::problem::Problem;
use crate::shape::Shape;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use maud::{Markup, html};
use shared::zone::Instant;

/// Deliveries on a page.
const LIMIT: i64 = 25;

/// A later row than any.
const NEWEST: i64 = 9_007_199_254_740_991;

/// Every event.
const EVERYTHING: &str = "*";

type Address = Path<(String, String)>;

/// `GET /console/:orgId/webhooks`.
pub async fn list(desk: At<WebhooksRead>, Query(asked): Query<Vec<(String, String)>>) -> Shown {
    let asked = Fields::of(asked);
    let rows = store::list(desk.context.database(), desk.org_id(), 0, rules::MOST_ENDPOINTS).await?;
    let add = html! { a.button.primary href=(desk.path("/webhooks/new")) { (icon(Icon::Plus)) "Add endpoint" } };
    let main = html! {
        @if rows.is_empty() {
            (pieces::empty("Nobody is told yet", "An endpoint of yours hears of bookings, payments and more, signed and retried.", add.clone()))
        } @else {
            table.list {
                thead { tr { th scope="col" { "Endpoint" } th scope="col" { "Hears" } th scope="col" { "State" } } }
                tbody {
                    @for row in &rows {
                        tr {
                            th scope="row" {
                                a href=(desk.path(&format!("/webhooks/{}", row.public_id))) { (row.url) }
                                @if !row.description.is_empty() { small.quiet { (row.description) } }
                            }
                            td data-label="Hears" { (hears(row)) }
                            td data-label="State" { (health(row)) }
                        }
                    }
                }
            }
        }
    };
    let actions = if rows.is_empty() {
        html! {}
    } else {
        add
    };
    Ok(desk.show(&Page::new(Section::Webhooks, "Webhooks", main).actions(actions).done(asked.some("done"))))
}

fn events_of(row: &store::Endpoint) -> Vec<String> {
    serde_json::from_str(&row.events).unwrap_or_default()
}

fn hears(row: &store::Endpoint) -> String {
    let events = events_of(row);
    match events.as_slice() {
        [one] if one == EVERYTHING => "Everything".to_owned(),
        [one] => one.clone(),
        events => format!("{} events", events.len()),
    }
}

fn health(row: &store::Endpoint) -> Markup {
    html! {
        @match row.disabled_because.as_deref() {
            Some("owner") => { span.pill { "Silenced" } }
            Some("gone") => { span.pill.bad { "Gone: it answered 410" } }
            Some(_) => { span.pill.bad { "Off: it only failed" } }
            None if row.failing_since.is_some() => { span.pill.wait { "Failing" } }
            None => { span.pill.good { "Listening" } }
        }
    }
}

/// `GET /console/:orgId/webhooks/new`.
pub async fn ask(desk: At<WebhooksWrite>) -> Shown {
    let fields = Fields::of([("events", EVERYTHING)]);
    Ok(new_form(&desk, Sheet { fields: &fields, problem: None }))
}

/// `POST /console/:orgId/webhooks/new`. The secret is on this answer and on no other page.
pub async fn create(desk: At<WebhooksWrite>, fields: Fields) -> Shown {
    let wanted = edit::Wanted {
        url: fields.get("url"),
        events: fields.all("events"),
        description: fields.get("description"),
        shape: Shape::Native,
    };
    let made = match edit::create(&desk.context, desk.org_id(), &desk.actor, &wanted).await {
        Ok((change, made)) => {
            let written = change.commit().await.map_err(|error| Problem::from(error).unless_changed(edit::too_many));
            written.map(|_| made)
        }
        Err(problem) => Err(problem),
    };
    match made {
        Ok(made) => {
            let address = desk.path(&format!("/webhooks/{}", made.endpoint.public_id));
            Ok(secret(&desk, "Endpoint added", &made.secret, &address))
        }
        Err(problem) => Ok(new_form(&desk, Sheet { fields: &fields, problem: Some(&problem) })),
    }
}

/// A secret that is shown once.
fn secret(desk: &Desk, title: &str, secret: &str, next: &str) -> axum::response::Response {
    let main = html! {
        section.card {
            h2 { "Signing secret" }
            p { "Check with it that a message is ours. " strong { "It is shown this once." } }
            (pieces::copyable("secret", secret))
            a.button href=(next) { "I have kept it" }
        }
    };
    desk.page(StatusCode::CREATED, &Page::new(Section::Webhooks, title, main))
}

fn new_form(desk: &Desk, sheet: Sheet<'_>) -> axum::response::Response {
    let main = html! {
        form.card.sheet method="post" action=(desk.path("/webhooks/new")) {
            (pieces::problem(sheet.problem))
            (fields_of_endpoint(sheet))
            div.actions { button.primary { "Add endpoint" } a.button href=(desk.path("/webhooks")) { "Cancel" } }
        }
    };
    desk.page(pieces::status(sheet.problem), &Page::new(Section::Webhooks, "Add endpoint", main))
}

fn fields_of_endpoint(sheet: Sheet<'_>) -> Markup {
    html! {
        (sheet.line(Line { label: "Address", name: "url", kind: "url", hint: "https, on a public host.", required: true, longest: Some(2048), ..Line::default() }))
        (sheet.line(Line { label: "What is it for?", name: "description", longest: Some(200), ..Line::default() }))
        fieldset {
            legend { "What does it hear?" }
            (sheet.errors("events"))
            (sheet.tick("Everything, also what will be added later", "events", EVERYTHING, ""))
            details open[!sheet.fields.all("events").iter().any(|one| one == EVERYTHING)] {
                summary { "Only some events" }
                div.ticks { @for event in EventType::ALL { (sheet.tick(event.as_str(), "events", event.as_str(), "")) } }
            }
        }
    }
}

/// `GET /console/:orgId/webhooks/:id`.
pub async fn show(desk: At<WebhooksRead>, Path((_, id)): Address, Query(asked): Query<Vec<(String, String)>>) -> Shown {
    let asked = Fields::of(asked);
    let row = edit::existing(&desk.context, desk.org_id(), &id).await?;
    let mut pairs = vec![("url", row.url.clone()), ("description", row.description.clone())];
    pairs.extend(events_of(&row).into_iter().map(|event| ("events", event)));
    let fields = Fields::of(pairs);
    page(&desk, &row, Sheet { fields: &fields, problem: None }, &asked).await
}

/// `POST /console/:orgId/webhooks/:id`.
pub async fn change(desk: At<WebhooksWrite>, Path((_, id)): Address, fields: Fields) -> Shown {
    let row = edit::existing(&desk.context, desk.org_id(), &id).await?;
    match save(&desk, &id, &fields).await {
        Ok(()) => Ok(desk.go(&format!("/webhooks/{id}?done=saved"))),
        Err(problem) => page(&desk, &row, Sheet { fields: &fields, problem: Some(&problem) }, &Fields::default()).await,
    }
}

async fn save(desk: &Desk, id: &str, fields: &Fields) -> Result<(), Problem> {
    let events: Vec<String> = fields.all("events").to_vec();
    let url = rules::url(&desk.context, fields.get("url"), "/url").await?;
    let events = rules::events(&events, "/events")?;
    let description = rules::description(fields.get("description"), "/description")?;
    let change =
        store::Change { url: Some(&url), description: Some(&description), events: Some(&events), enabled: None };
    let changed = store::update(desk.context.database(), desk.org_id(), id, &change, desk.context.now()).await?;
    changed.map(|_| ()).ok_or_else(|| Problem::not_found("webhook"))
}

/// `POST /console/:orgId/webhooks/:id/switch`: silences it, or lets it hear again.
pub async fn switch(desk: At<WebhooksWrite>, Path((_, id)): Address, fields: Fields) -> Shown {
    let change = store::Change { enabled: Some(fields.get("enabled") == "true"), ..store::Change::default() };
    let changed = store::update(desk.context.database(), desk.org_id(), &id, &change, desk.context.now()).await?;
    changed.ok_or_else(|| Problem::not_found("webhook"))?;
    Ok(desk.go(&format!("/webhooks/{id}?done=saved")))
}

/// `POST /console/:orgId/webhooks/:id/remove`.
pub async fn remove(desk: At<WebhooksWrite>, Path((_, id)): Address) -> Shown {
    if !store::delete(desk.context.database(), desk.org_id(), &id, desk.context.now()).await? {
        return Err(Problem::not_found("webhook").into());
    }
    Ok(desk.go("/webhooks?done=removed"))
}

/// `POST /console/:orgId/webhooks/:id/test`: sends a signed test; the log shows how it went.
pub async fn test(desk: At<WebhooksWrite>, Path((_, id)): Address) -> Shown {
    let endpoint = edit::enabled(&desk.context, desk.org_id(), &id).await?;
    let (change, test) = edit::test(&desk.context, &desk.org, &desk.actor, &endpoint)?;
    change.commit().await?;
    edit::try_now(&desk.context, desk.org_id(), endpoint.id, &test.delivery).await?;
    Ok(desk.go(&format!("/webhooks/{id}?done=tested#log")))
}

/// `POST /console/:orgId/webhooks/:id/rotate`: a new secret; the one before signs on for a day.
pub async fn rotate(desk: At<WebhooksWrite>, Path((_, id)): Address) -> Shown {
    let (change, rotated) = edit::rotate_secret(&desk.context, desk.org_id(), &desk.actor, &id).await?;
    change.commit().await?;
    Ok(secret(&desk, "A new secret", &rotated.secret, &desk.path(&format!("/webhooks/{id}"))))
}

/// `POST /console/:orgId/webhooks/:id/replay`: sends a delivery again.
pub async fn replay(desk: At<WebhooksWrite>, Path((_, id)): Address, fields: Fields) -> Shown {
    let (org, now) = (desk.org_id(), desk.context.now());
    let endpoint = edit::enabled(&desk.context, org, &id).await?;
    let mut change = Change::new(&desk.context, org, &desk.actor);
    change.must(store::replay(org, endpoint.id, fields.get("delivery"), now));
    let written = change.commit().await;
    let mut answers = written.map_err(|error| Problem::from(error).unless_changed(edit::not_replayable))?;
    let messages: Vec<store::Message> = answers.all()?;
    let events = messages.into_iter().map(|message| message.message_id).collect();
    desk.context.afterwards(announce(desk.context.clone(), events));
    Ok(desk.go(&format!("/webhooks/{id}?done=replayed#log")))
}

async fn page(desk: &Desk, row: &store::Endpoint, sheet: Sheet<'_>, asked: &Fields) -> Shown {
    let before = asked.get("before").parse().unwrap_or(NEWEST);
    let wanted = LIMIT.saturating_add(1);
    let mut deliveries = store::deliveries(desk.context.database(), desk.org_id(), row.id, before, wanted).await?;
    let shown = usize::try_from(LIMIT).unwrap_or(25);
    let more = deliveries.len() > shown;
    deliveries.truncate(shown);
    let own = |rest: &str| desk.path(&format!("/webhooks/{}{rest}", row.public_id));
    let next = deliveries.last().filter(|_| more).map(|last| own(&format!("?before={}#log", last.id)));
    let may_write = desk.may(Permission::WebhooksWrite);
    let off = row.disabled_at.is_some();
    let main = html! {
        p.lead { (health(row)) " " (hears(row)) ", since " (desk.wording.plain_date(desk.wording.date_of(Instant(row.created_at)))) }
        @if may_write {
            div.actions.bar {
                @if !off { form method="post" action=(own("/test")) { button.primary { "Send a test" } } }
                form method="post" action=(own("/switch")) {
                    button name="enabled" value=(off) { @if off { "Let it hear again" } @else { "Silence it" } }
                }
                form method="post" action=(own("/rotate")) { button { "New secret" } }
                details.sure {
                    summary.button.danger { "Remove" }
                    form method="post" action=(own("/remove")) {
                        p { "It is told nothing any more, and what waits for it is dropped." }
                        button.danger { "Yes, remove it" }
                    }
                }
            }
        }
        section.card #log aria-labelledby="log-title" {
            h2 #log-title { "What was sent" }
            @if deliveries.is_empty() { p.quiet { "Nothing yet. Send a test to see how it answers." } }
            ol.log { @for delivery in &deliveries { li { (delivered(desk, row, delivery)) } } }
            (pieces::more(next.as_deref()))
        }
        @if may_write {
            form.card.sheet method="post" action=(own("")) {
                h2 { "Change it" }
                (pieces::problem(sheet.problem))
                (fields_of_endpoint(sheet))
                div.actions { button.primary { "Save" } }
            }
        }
    };
    let page = Page::new(Section::Webhooks, &row.url, main).done(asked.some("done"));
    Ok(desk.page(pieces::status(sheet.problem), &page))
}

fn delivered(desk: &Desk, row: &store::Endpoint, delivery: &store::Delivery) -> Markup {
    let attempts: Vec<store::Attempt> = serde_json::from_str(&delivery.attempts).unwrap_or_default();
    let tone = match delivery.state.as_str() {
        "DELIVERED" => ("good", "Delivered"),
        "FAILED" => ("bad", "Failed"),
        _ => ("wait", "On its way"),
    };
    html! {
        details {
            summary {
                span class={ "pill " (tone.0) } { (tone.1) }
                span.kind { (delivery.kind) }
                time.quiet { (desk.wording.moment(Instant(delivery.created_at))) }
            }
            p.quiet { code { (delivery.message_id) } }
            @if attempts.is_empty() { p.quiet { "Not tried yet." } }
            ul.attempts {
                @for attempt in &attempts {
                    li {
                        strong { @if let Some(status) = attempt.status { "HTTP " (status) } @else { (attempt.failure.as_deref().unwrap_or("No answer")) } }
                        " after " (attempt.latency) " ms, "
                        (desk.wording.moment(Instant(attempt.started_at.checked_div(1_000).unwrap_or_default())))
                        @if let Some(answer) = attempt.answer.as_deref().filter(|answer| !answer.is_empty()) {
                            pre tabindex="0" { (answer) }
                        }
                    }
                }
            }
            @if desk.may(Permission::WebhooksWrite) && delivery.kind != edit::TEST_KIND && row.disabled_at.is_none() {
                form method="post" action=(desk.path(&format!("/webhooks/{}/replay", row.public_id))) {
                    button.small name="delivery" value=(delivery.public_id) { "Send again" }
                }
            }
        }
    }
}
