//! What is written about a booking without moving it: who to reach, answers, notes.

use super::{Found, Hand, Show, store};
use crate::context::Context;
use crate::domain::booking::change;
use crate::domain::booking::order::{Answers, Contact};
use crate::domain::booking::rules;
use crate::domain::booking::store as bookings;
use crate::domain::booking::store::By;
use crate::domain::booking::view;
use crate::domain::catalog::{self, venue};
use crate::domain::notice;
use crate::domain::record::Change;
use crate::mail::booking::News;
use crate::problem::{Code, Problem};
use serde_json::{Value, json};
use shared::booking::{EventType, State};

/// What is to be written; what is none stays.
#[derive(Clone, Debug, Default)]
pub struct Amendment {
    /// Who to reach.
    pub contact: Option<Contact>,
    /// To the business's questions: all of them.
    pub answers: Option<Answers>,
    /// From the guest; an empty one takes it away.
    pub note: Option<Option<String>>,
    /// Among the staff.
    pub staff_note: Option<Option<String>>,
    /// Whether the customer is written to, where the mails go somewhere else from now on.
    pub notify: bool,
}

/// Writes it.
pub async fn amend(
    context: &Context,
    found: Found,
    hand: Hand<'_>,
    amendment: &Amendment,
    show: Show<'_>,
) -> Result<Value, Problem> {
    let (mut row, items) = found;
    let address = row.contact_email.clone();
    if row.number.is_none() {
        return Err(Problem::new(Code::BadTransition).because("not_a_booking").detail("A hold has no details yet."));
    }
    let mut changed = Vec::new();
    if let Some(contact) = &amendment.contact {
        row.contact_name = Some(contact.name.clone());
        row.contact_email = Some(contact.email.clone());
        row.contact_phone.clone_from(&contact.phone);
        changed.push("customer");
    }
    if let Some(answers) = &amendment.answers {
        let offerings: Vec<&str> = items.iter().map(|item| item.offering.as_str()).collect();
        let asked = catalog::store::questions_of(row.org_id, &offerings);
        let asked = venue::questions(&context.database().run(asked).await?.all()?)?;
        rules::answered(asked.iter(), answers)?;
        row.answers = serde_json::to_string(answers).map_err(Problem::internal)?;
        changed.push("answers");
    }
    if let Some(note) = &amendment.note {
        row.note.clone_from(note);
        changed.push("note");
    }
    if let Some(note) = &amendment.staff_note {
        row.staff_note.clone_from(note);
        changed.push("staffNote");
    }
    if changed.is_empty() {
        return Ok(show(&(row, items)));
    }
    let (now, id) = (context.now(), row.public_id.clone());
    let mut change = Change::new(context, row.org_id, hand.name());
    change.add(store::amend(&row, now));
    if let Some(contact) = &amendment.contact {
        let met = bookings::meet(&context.mint("cus"), &context.mint("evt"), row.org_id, contact, now);
        met.into_iter().for_each(|one| change.add(one));
        change.add(store::link_customer(&id));
    }
    // A note among the staff is nobody else's business.
    if changed != ["staffNote"] {
        let payload = view::told(&row, &items, &row.state).ok_or_else(|| Problem::internal("an unreadable item"))?;
        let event = context.mint("evt");
        let kind = EventType::BookingUpdated.as_str();
        change.add(store::tell(&[store::Told { id: event.clone(), booking: &id, kind, payload: &payload }], now));
        change.told([event]);
    }
    // Whoever is to be reached elsewhere gets there what they need to know; the same address knows it already.
    let elsewhere = row.contact_email.as_deref().map(str::to_lowercase) != address.map(|email| email.to_lowercase());
    if amendment.notify && elsewhere && row.state == State::Confirmed.as_str() {
        row.version = row.version.saturating_add(1);
        let found = (row, items);
        change.post(notice::told(context, &found, &notice::Telling::of(News::Changed))?);
    }
    if let Hand::Staff(_) = hand {
        change.audit("booking.amended", &id, &json!({ "changed": changed }));
    }
    change.commit().await?;
    let found = change::read(context, By::Id(&id)).await?;
    Ok(show(&found))
}
