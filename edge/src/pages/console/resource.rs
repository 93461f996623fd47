//! One resource: its week on a grid, its hours, its times off.

use super::calendar::week_of;
use super::desk::{At, Desk, Refused, Shown};
use super::form::{Fields, Line, Sheet};
use super::frame::{Page, Section};
use super::icons::{Icon, icon};
use super::resources::{Basics, basics, kind};
use super::{grid, pieces};
use crate::access::allowed::{CatalogRead, CatalogWrite};
use crate::access::permission::Permission;
use crate::database::StoreError;
use crate::domain::desk::week::store as week;
use crate::domain::org::zone;
use crate::domain::record::Change;
use crate::domain::resource::{rules, store, usage};
use crate::problem::Problem;
use axum::extract::{Path, Query};
use maud::{Markup, html};
use serde_json::json;
use shared::availability::{DayOverride, WeeklyWindow};
use shared::civil::{Date, TimeOfDay};
use shared::schedule::Window;
use shared::zone::{Instant, Span};

/// Times off that a page shows.
const MOST_BLOCKS: i64 = 200;

/// Windows that a weekday may have in the form.
const WINDOWS: usize = 2;

/// The longest time off in days, as in the API.
const LONGEST_DAYS: i32 = 3_653;

const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

type Address = Path<(String, String)>;

/// Which form a problem belongs to, and what was entered there.
#[derive(Clone, Copy)]
enum Wrong<'a> {
    Nothing,
    Basics(Sheet<'a>),
    Hours(Sheet<'a>),
    Off(Sheet<'a>),
}

async fn existing(desk: &Desk, id: &str) -> Result<store::Resource, Problem> {
    let found = desk.context.database().run(store::find(desk.org_id(), id)).await?.first()?;
    found.ok_or_else(missing)
}

fn missing() -> Problem {
    Problem::not_found("resource")
}

/// `GET /console/:orgId/resources/:id`.
pub async fn show(desk: At<CatalogRead>, Path((_, id)): Address, Query(asked): Query<Vec<(String, String)>>) -> Shown {
    let row = existing(&desk, &id).await?;
    page(&desk, &row, &Fields::of(asked), Wrong::Nothing).await
}

/// `POST /console/:orgId/resources/:id`.
pub async fn change(desk: At<CatalogWrite>, Path((_, id)): Address, fields: Fields) -> Shown {
    let row = existing(&desk, &id).await?;
    match save(&desk, &id, &fields).await {
        Ok(()) => Ok(desk.go(&format!("/resources/{id}?done=saved"))),
        Err(problem) => {
            let sheet = Sheet { fields: &fields, problem: Some(&problem) };
            page(&desk, &row, &Fields::default(), Wrong::Basics(sheet)).await
        }
    }
}

async fn save(desk: &Desk, id: &str, fields: &Fields) -> Result<(), Problem> {
    let Basics { kind, name, units, public, email } = Basics::read(fields)?;
    let update = store::Update {
        kind: Some(kind),
        name: Some(&name),
        public: Some(public),
        units: Some(units),
        weekly: None,
        overrides: None,
        email: Some(email.as_deref()),
    };
    let org = desk.org_id();
    let mut change = Change::new(&desk.context, org, &desk.actor);
    change.must(store::update(org, id, &update, desk.context.now()));
    change.audit("resource.changed", id, &json!({ "name": name, "kind": kind, "units": units, "public": public }));
    change.shows();
    match change.commit().await {
        Ok(_) => Ok(()),
        Err(StoreError::Refused(word)) if word == "below_sold" => {
            Err(usage::below_sold(&desk.context, org, id, units, &desk.org.timezone, "/units").await)
        }
        Err(error) => Err(Problem::from(error).unless_changed(missing)),
    }
}

/// `POST /console/:orgId/resources/:id/hours`.
pub async fn hours(desk: At<CatalogWrite>, Path((_, id)): Address, fields: Fields) -> Shown {
    let row = existing(&desk, &id).await?;
    match set_hours(&desk, &id, &fields).await {
        Ok(()) => Ok(desk.go(&format!("/resources/{id}?done=saved"))),
        Err(problem) => {
            let sheet = Sheet { fields: &fields, problem: Some(&problem) };
            page(&desk, &row, &Fields::default(), Wrong::Hours(sheet)).await
        }
    }
}

async fn set_hours(desk: &Desk, id: &str, fields: &Fields) -> Result<(), Problem> {
    let mut weekly = Vec::new();
    for weekday in 1..=7_u8 {
        for window in 0..WINDOWS {
            let name = |end: &str| format!("{weekday}/{window}/{end}");
            let (from, to) = (fields.get(&name("from")), fields.get(&name("to")));
            if from.is_empty() && to.is_empty() {
                continue;
            }
            let time = |text: &str, end: &str| {
                let rule = "Both ends, such as 09:00 and 17:00.";
                TimeOfDay::parse(text).ok_or_else(|| Problem::field(format!("/{}", name(end)), "invalid_value", rule))
            };
            weekly.push(WeeklyWindow { weekday, hours: Window { from: time(from, "from")?, to: time(to, "to")? } });
        }
    }
    rules::weekly(&weekly, "")?;
    let weekly = serde_json::to_string(&weekly).map_err(Problem::internal)?;
    let update = store::Update { weekly: Some(&weekly), ..store::Update::default() };
    let org = desk.org_id();
    let mut change = Change::new(&desk.context, org, &desk.actor);
    change.must(store::update(org, id, &update, desk.context.now()));
    change.audit("resource.hours_set", id, &json!({ "weekly": weekly }));
    change.shows();
    change.commit().await.map_err(|error| Problem::from(error).unless_changed(missing))?;
    Ok(())
}

/// `POST /console/:orgId/resources/:id/off`.
pub async fn block(desk: At<CatalogWrite>, Path((_, id)): Address, fields: Fields) -> Shown {
    let row = existing(&desk, &id).await?;
    match take_off(&desk, &id, &fields).await {
        Ok(date) => Ok(desk.go(&format!("/resources/{id}?done=blocked&date={date}"))),
        Err(problem) => {
            let sheet = Sheet { fields: &fields, problem: Some(&problem) };
            page(&desk, &row, &Fields::default(), Wrong::Off(sheet)).await
        }
    }
}

/// Whole days, or hours of one where times are given.
async fn take_off(desk: &Desk, id: &str, fields: &Fields) -> Result<Date, Problem> {
    let reason = rules::reason(fields.get("reason"), "/reason")?;
    let date = |name: &str, text: &str| {
        Date::parse(text).ok_or_else(|| Problem::field(format!("/{name}"), "invalid_value", "A date."))
    };
    let from = date("from", fields.get("from"))?;
    let to = fields.some("to").map_or(Ok(from), |text| date("to", text))?;
    if to < from || to > from.plus_days(LONGEST_DAYS) {
        return Err(Problem::field("/to", "out_of_range", "Not before the first day, and at most ten years after it."));
    }
    let part = fields.some("fromTime").is_some() || fields.some("toTime").is_some();
    let moment = |name: &str, date: Date| {
        let wrong = || Problem::field(format!("/{name}"), "invalid_value", "A time, such as 14:00.");
        let time = TimeOfDay::parse(fields.get(name)).ok_or_else(wrong)?;
        zone::instant(&desk.org.timezone, date.at(time)).ok_or_else(wrong)
    };
    let span = if part { Some((moment("fromTime", from)?, moment("toTime", to)?)) } else { None };
    if span.is_some_and(|(from, to)| to <= from) {
        return Err(Problem::field("/toTime", "out_of_range", "After its start."));
    }
    let dates = if part { None } else { Some((from.to_string(), to.to_string())) };
    let (block, org) = (desk.context.mint("blk"), desk.org_id());
    let new = store::NewBlock { public_id: &block, span, dates, reason: &reason };
    let mut change = Change::new(&desk.context, org, &desk.actor);
    change.must(store::insert_block(org, Some(id), &new, desk.context.now()));
    let detail = json!({ "resource": id, "from": from.to_string(), "to": to.to_string(), "reason": reason });
    change.audit("block.created", &block, &detail);
    change.shows();
    change.commit().await.map_err(|error| Problem::from(error).unless_changed(missing))?;
    Ok(from)
}

/// `POST /console/:orgId/resources/:id/on`: takes a time off back.
pub async fn unblock(desk: At<CatalogWrite>, Path((_, id)): Address, fields: Fields) -> Shown {
    let (org, block) = (desk.org_id(), fields.get("block"));
    let mut change = Change::new(&desk.context, org, &desk.actor);
    change.must(store::delete_block(org, Some(&id), block));
    change.audit("block.removed", block, &json!({ "resource": id }));
    change.shows();
    let gone = change.commit().await.map_err(Problem::from);
    gone.map_err(|problem| problem.unless_changed(|| Problem::not_found("time off")))?;
    Ok(desk.go(&format!("/resources/{id}?done=unblocked")))
}

/// `POST /console/:orgId/resources/:id/remove`.
pub async fn remove(desk: At<CatalogWrite>, Path((_, id)): Address) -> Shown {
    let org = desk.org_id();
    let mut change = Change::new(&desk.context, org, &desk.actor);
    change.must(store::archive(org, &id, desk.context.now()));
    change.audit("resource.removed", &id, &json!({}));
    change.shows();
    match change.commit().await {
        Ok(_) => Ok(desk.go("/resources?done=removed")),
        Err(StoreError::Refused(word)) if word == "resource_in_use" => {
            Err(Refused::from(usage::in_use(&desk.context, org, &id, &desk.org.timezone).await))
        }
        Err(error) => Err(Problem::from(error).unless_changed(missing).into()),
    }
}

async fn page(desk: &Desk, row: &store::Resource, asked: &Fields, wrong: Wrong<'_>) -> Shown {
    let now = desk.context.now();
    let today = desk.wording.date_of(now);
    let (from, to) = week_of(Date::parse(asked.get("date")).unwrap_or(today));
    let zone = desk.wording.zone(Instant(i64::from(from.days_since_epoch()).saturating_mul(86_400)));
    let span = Span { starts_at: zone.day(from).starts_at, ends_at: zone.day(to).ends_at };
    let (org, id) = (desk.org_id(), row.public_id.as_str());
    let batch = vec![store::blocks(org, Some(id), 0, MOST_BLOCKS), store::blocks(org, None, 0, MOST_BLOCKS)];
    let mut answers = desk.context.database().batch(batch).await?;
    let (own, venue): (Vec<store::Block>, Vec<store::Block>) = (answers.all()?, answers.all()?);
    let taken = week::taken(desk.context.database(), org, id, span, now).await?;
    let weekly: Vec<WeeklyWindow> = serde_json::from_str(&row.weekly).unwrap_or_default();
    let overrides: Vec<DayOverride> = serde_json::from_str(&row.overrides).unwrap_or_default();
    let blocks: Vec<(Span, String)> =
        own.iter().chain(&venue).filter_map(|block| Some((span_of(block, &zone)?, block.reason.clone()))).collect();
    let week =
        grid::Week { zone: &zone, from, today, weekly: &weekly, overrides: &overrides, blocks: &blocks, taken: &taken };
    let (drawn, rules) = grid::draw(desk, &week);
    let may_write = desk.may(Permission::CatalogWrite);
    let link = |date: Date| desk.path(&format!("/resources/{id}?date={date}"));
    let main = html! {
        p.lead { (kind(&row.kind)) " · " (row.units) @if row.units == 1 { " at a time" } @else { " at the same time" } }
        section.card aria-labelledby="week" {
            header {
                h2 #week { (desk.wording.short_date(from)) " – " (desk.wording.short_date(to)) }
                div.actions {
                    a.button.small href=(link(from.plus_days(-7))) { (icon(Icon::Earlier)) span.hidden { "The week before" } }
                    a.button.small href=(link(today)) { "This week" }
                    a.button.small href=(link(from.plus_days(7))) { (icon(Icon::Later)) span.hidden { "The week after" } }
                }
            }
            (drawn)
        }
        @if may_write {
            (hours_form(desk, id, &weekly, wrong))
            div.columns {
                div { (basics_form(desk, row, wrong)) }
                div {
                    (off_form(desk, id, today, wrong))
                    (times_off(desk, id, &own, today))
                }
            }
        }
    };
    let problem = match wrong {
        Wrong::Nothing => None,
        Wrong::Basics(sheet) | Wrong::Hours(sheet) | Wrong::Off(sheet) => sheet.problem,
    };
    let mut page = Page::new(Section::Resources, &row.name, main).done(asked.some("done"));
    page.rules = &rules;
    Ok(desk.page(pieces::status(problem), &page))
}

fn span_of(block: &store::Block, zone: &shared::zone::Zone) -> Option<Span> {
    if let (Some(from), Some(to)) = (block.starts_at, block.ends_at) {
        return Some(Span { starts_at: Instant(from), ends_at: Instant(to) });
    }
    let (from, to) = (Date::parse(block.from_date.as_deref()?)?, Date::parse(block.to_date.as_deref()?)?);
    Some(Span { starts_at: zone.day(from).starts_at, ends_at: zone.day(to).ends_at })
}

fn hours_form(desk: &Desk, id: &str, weekly: &[WeeklyWindow], wrong: Wrong<'_>) -> Markup {
    let mut pairs = Vec::new();
    for weekday in 1..=7_u8 {
        let of_day = weekly.iter().filter(|window| window.weekday == weekday);
        for (index, window) in of_day.enumerate().take(WINDOWS) {
            let clock = |time: TimeOfDay| time.to_string();
            pairs.push((format!("{weekday}/{index}/from"), clock(window.hours.from)));
            pairs.push((format!("{weekday}/{index}/to"), clock(window.hours.to)));
        }
    }
    let kept = Fields::of(pairs);
    let sheet = match wrong {
        Wrong::Hours(sheet) => sheet,
        _ => Sheet { fields: &kept, problem: None },
    };
    html! {
        form.card method="post" action=(desk.path(&format!("/resources/{id}/hours"))) {
            h2 { "Weekly hours" }
            p.quiet { "All times are " (desk.wording.place()) " time. Without any hours it works always; a window may end after midnight." }
            (pieces::problem(sheet.problem))
            div.hours {
                @for (day, name) in WEEKDAYS.iter().enumerate() {
                    fieldset {
                        legend { (name) }
                        @for window in 0..WINDOWS {
                            span.window {
                                @for (end, said) in [("from", "from"), ("to", "to")] {
                                    @let field = format!("{}/{window}/{end}", day.saturating_add(1));
                                    input type="time" name=(field) value=(sheet.fields.get(&field))
                                        aria-label={ (name) " " @if window > 0 { "again " } (said) } aria-invalid=[sheet.invalid(&field)];
                                    @if end == "from" { span aria-hidden="true" { "–" } }
                                    (sheet.errors(&field))
                                }
                            }
                        }
                    }
                }
            }
            div.actions { button.primary { "Save hours" } }
        }
    }
}

fn off_form(desk: &Desk, id: &str, today: Date, wrong: Wrong<'_>) -> Markup {
    let kept = Fields::of([("from", today.to_string())]);
    let sheet = match wrong {
        Wrong::Off(sheet) => sheet,
        _ => Sheet { fields: &kept, problem: None },
    };
    html! {
        form.card method="post" action=(desk.path(&format!("/resources/{id}/off"))) {
            h2 { "Take it off" }
            (pieces::problem(sheet.problem))
            div.row {
                (sheet.line(Line { label: "First day", name: "from", kind: "date", required: true, ..Line::default() }))
                (sheet.line(Line { label: "Last day", name: "to", kind: "date", ..Line::default() }))
            }
            details open[sheet.fields.some("fromTime").is_some()] {
                summary { "Only some hours" }
                div.row {
                    (sheet.line(Line { label: "From", name: "fromTime", kind: "time", ..Line::default() }))
                    (sheet.line(Line { label: "Until", name: "toTime", kind: "time", ..Line::default() }))
                }
            }
            (sheet.line(Line { label: "Reason", name: "reason", hint: "For staff; customers never see it.", longest: Some(500), ..Line::default() }))
            p.hint { "Bookings that were made stay." }
            div.actions { button.primary { "Block it" } }
        }
    }
}

fn times_off(desk: &Desk, id: &str, blocks: &[store::Block], today: Date) -> Markup {
    let now = desk.context.now();
    let to_come = |block: &&store::Block| {
        block.ends_at.is_some_and(|to| to > now.0)
            || block.to_date.as_deref().and_then(Date::parse).is_some_and(|to| to >= today)
    };
    let blocks: Vec<&store::Block> = blocks.iter().filter(to_come).collect();
    html! {
        @if !blocks.is_empty() {
            section.card aria-labelledby="off" {
                h2 #off { "Times off to come" }
                ul.rows {
                    @for block in blocks {
                        li {
                            div {
                                p { (when_off(desk, block)) }
                                @if !block.reason.is_empty() { p.quiet { (block.reason) } }
                            }
                            @if block.linked == 0 {
                                form method="post" action=(desk.path(&format!("/resources/{id}/on"))) {
                                    button.small name="block" value=(block.public_id) { "Take back" }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn when_off(desk: &Desk, block: &store::Block) -> String {
    if let (Some(from), Some(to)) = (block.starts_at, block.ends_at) {
        return desk.wording.span(Instant(from), Instant(to));
    }
    let date = |text: &Option<String>| text.as_deref().and_then(Date::parse);
    match (date(&block.from_date), date(&block.to_date)) {
        (Some(from), Some(to)) if from == to => desk.wording.long_date(from),
        (Some(from), Some(to)) => format!("{} – {}", desk.wording.long_date(from), desk.wording.long_date(to)),
        _ => String::new(),
    }
}

fn basics_form(desk: &Desk, row: &store::Resource, wrong: Wrong<'_>) -> Markup {
    let mut pairs = vec![("name", row.name.clone()), ("kind", row.kind.clone()), ("units", row.units.to_string())];
    pairs.extend(row.email.clone().map(|email| ("email", email)));
    pairs.extend((row.public != 0).then(|| ("public", "true".to_owned())));
    let kept = Fields::of(pairs);
    let sheet = match wrong {
        Wrong::Basics(sheet) => sheet,
        _ => Sheet { fields: &kept, problem: None },
    };
    let own = |rest: &str| desk.path(&format!("/resources/{}{rest}", row.public_id));
    html! {
        section.card.sheet {
            form method="post" action=(own("")) {
                h2 { "About it" }
                (pieces::problem(sheet.problem))
                (basics(sheet))
                div.actions { button.primary { "Save" } }
            }
            details.sure {
                summary.button.danger { "Remove" }
                form method="post" action=(own("/remove")) {
                    p { "It can be removed when nothing needs it any more." }
                    button.danger { "Yes, remove it" }
                }
            }
        }
    }
}
