//! The form of a submission.

use super::steps::hand_in;
use super::{Address, open_own, write};
use crate::access::allowed::SubmissionsWrite;
use crate::access::permission::Permission;
use crate::domain::submission::content::{Content, Edit, Occurrence};
use crate::domain::submission::rules::{By, State};
use crate::domain::submission::step::{self, Step};
use crate::domain::submission::{Submission, store};
use crate::pages::console::actions::amount;
use crate::pages::console::desk::{At, Desk, Shown};
use crate::pages::console::form::{Fields, Line, Sheet};
use crate::pages::console::frame::{Page, Section};
use crate::pages::console::pieces;
use crate::problem::Problem;
use crate::wording::Wording;
use axum::extract::Path;
use maud::html;
use shared::civil::LocalDateTime;

/// Dates that the form has room for; it always shows one more than there are.
const MOST_DATES: usize = 50;

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
