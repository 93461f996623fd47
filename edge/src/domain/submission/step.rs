//! A step of a submission as a change: what the table says, the statements, who did it, whom it is told.
//!
//! Steps can follow each other in one change: a trusted author's hand-in is a hand-in and an approval, both or neither.

use super::content::{Content, Edit};
use super::event::Event;
use super::rules::{Action, By, Standing, State, after};
use super::{Submission, guest, store, way};
use crate::context::Context;
use crate::domain::record::Change;
use crate::domain::told::data;
use crate::outbox::EventType;
use crate::problem::{Code, Problem};
use serde_json::{Value, json};
use shared::zone::{Instant, Span};

/// A submission on its way from one standing to another.
pub struct Step<'a> {
    context: &'a Context,
    actor: &'a str,
    /// The change so far.
    pub change: Change<'a>,
    /// As it will stand.
    pub submission: Submission,
}

/// What staff says of a submission, if anything.
pub type Note = Option<String>;

impl<'a> Step<'a> {
    /// Starts with a submission as it stands. `actor` is the public id of whoever acts.
    pub fn from(context: &'a Context, actor: &'a str, submission: Submission) -> Self {
        let mut change = Change::new(context, submission.org, actor);
        if submission.published.is_some() {
            change.shows();
        }
        Self { context, actor, change, submission }
    }

    /// Starts with a new one, which nobody has seen.
    pub fn begin(context: &'a Context, actor: &'a str, submission: Submission, token_hash: Option<&str>) -> Self {
        let mut step = Self::from(context, actor, submission);
        step.change.must(store::insert(&step.submission, token_hash));
        step.tell_audit("submission.created", json!({ "title": step.submission.content.title }));
        step
    }

    /// Its author writes something else.
    pub fn edit(&mut self, edit: Edit, calendar: Option<String>) -> Result<(), Problem> {
        let standing = self.allowed(Action::Edit, By::Author)?;
        let content = self.submission.content.edited(edit)?;
        let waits = standing.state == State::Submitted;
        if waits {
            // What waits in the queue can be published by one click.
            content.complete(&self.submission.venue.timezone, self.context.now())?;
        }
        let changed: Vec<String> =
            content.differences(&self.submission.content).into_iter().map(|one| one.field).collect();
        self.submission.content = content;
        self.submission.calendar = calendar.or(self.submission.calendar.take());
        // An edit of what was public goes to the end of the queue; one of what waits keeps its place.
        let queue = waits && self.submission.state != State::Submitted;
        if queue {
            self.submission.submitted_at = Some(self.context.now());
        }
        self.save(standing, queue);
        self.tell_audit("submission.edited", json!({ "fields": changed }));
        if queue {
            self.tell(EventType::SubmissionSubmitted);
        }
        Ok(())
    }

    /// Its author hands it in.
    pub fn submit(&mut self) -> Result<(), Problem> {
        let standing = self.allowed(Action::Submit, By::Author)?;
        self.submission.content.complete(&self.submission.venue.timezone, self.context.now())?;
        self.submission.submitted_at = Some(self.context.now());
        self.submission.confirm_until = None;
        self.save(standing, true);
        self.tell_audit("submission.submitted", json!({}));
        self.tell(EventType::SubmissionSubmitted);
        Ok(())
    }

    /// Its author takes back what was handed in, or the public event where nothing waits.
    pub async fn withdraw(&mut self) -> Result<(), Problem> {
        let before = self.submission.standing();
        let standing = self.allowed(Action::Withdraw, By::Author)?;
        if before.live && !standing.live {
            self.unpublish().await?;
        } else if standing.live {
            self.back_to_public();
        }
        self.save(standing, false);
        self.tell_audit("submission.withdrawn", json!({ "live": standing.live }));
        Ok(())
    }

    /// It is published with everything that it takes, or nothing happens.
    pub async fn approve(&mut self, by: By) -> Result<(), Problem> {
        let standing = self.allowed(Action::Approve, by)?;
        let now = self.context.now();
        let spans = self.submission.content.complete(&self.submission.venue.timezone, now)?;
        way::clear(self.context, &self.submission, &spans).await?;
        self.publish(&spans);
        self.submission.unreviewed = by == By::Trusted;
        self.submission.note = None;
        self.decided();
        self.save(standing, false);
        self.change.add(store::free(self.submission.org, &self.submission.id));
        self.change.add(store::take(&self.submission, &spans, now));
        let action = if by == By::Trusted { "submission.published" } else { "submission.approved" };
        self.tell_audit(
            action,
            json!({ "event": self.submission.event, "resources": self.submission.content.resource_ids }),
        );
        self.tell(EventType::SubmissionApproved);
        // Whom nobody checks need not be told what they did themselves.
        if by == By::Trusted { Ok(()) } else { guest::tell_outcome(self.context, self, "PUBLISHED") }
    }

    /// Staff declines it. An edit is declined alone: what is public stays, and the text that was declined is in the log.
    pub fn reject(&mut self, reason: Note) -> Result<(), Problem> {
        let standing = self.allowed(Action::Reject, By::Staff)?;
        let declined = standing.live.then(|| self.back_to_public());
        self.submission.note.clone_from(&reason);
        self.decided();
        self.save(standing, false);
        self.tell_audit("submission.rejected", json!({ "reason": reason, "declined": declined }));
        self.tell(EventType::SubmissionRejected);
        guest::tell_outcome(self.context, self, "REJECTED")
    }

    /// Staff asks for something else.
    pub fn request_changes(&mut self, note: Note) -> Result<(), Problem> {
        let standing = self.allowed(Action::RequestChanges, By::Staff)?;
        self.submission.note.clone_from(&note);
        self.decided();
        self.save(standing, false);
        self.tell_audit("submission.changes_requested", json!({ "note": note }));
        guest::tell_outcome(self.context, self, "CHANGES_REQUESTED")
    }

    /// Staff takes the public version off the calendar. What is left waits in the queue again.
    pub async fn revert(&mut self, note: Note) -> Result<(), Problem> {
        let before = self.submission.standing();
        let standing = self.allowed(Action::Revert, By::Staff)?;
        self.unpublish().await?;
        self.submission.note.clone_from(&note);
        self.decided();
        self.save(standing, before.state == State::Published);
        self.tell_audit("submission.reverted", json!({ "note": note }));
        guest::tell_outcome(self.context, self, "REVERTED")
    }

    fn allowed(&self, action: Action, by: By) -> Result<Standing, Problem> {
        after(self.submission.standing(), action, by).ok_or_else(|| {
            let state = self.submission.state.as_str();
            let detail = format!("{} is not possible from {state}.", action.as_str());
            Problem::new(Code::BadTransition).detail(detail)
        })
    }

    fn decided(&mut self) {
        self.submission.decided_at = Some(self.context.now());
        self.submission.decided_by = Some(self.actor.to_owned());
    }

    /// The public version again in place of an edit; answers what the edit was.
    fn back_to_public(&mut self) -> Option<Content> {
        let public = self.submission.published.clone()?;
        Some(core::mem::replace(&mut self.submission.content, public))
    }

    fn publish(&mut self, spans: &[Span]) {
        let now = self.context.now();
        let event = Event::of(&self.submission.content, spans, self.submission.venue.currency);
        let id = self.submission.event.clone().unwrap_or_else(|| self.context.mint("evt"));
        for statement in store::write_event(&self.submission, &id, &event, now) {
            self.change.add(statement);
        }
        let starts: Vec<i64> = spans.iter().map(|span| span.starts_at.0).collect();
        for statement in store::move_dates(self.submission.org, &id, &self.submission.starts, &starts, now) {
            self.change.add(statement);
        }
        self.submission.starts = starts;
        self.submission.event = Some(id);
        self.submission.published = Some(self.submission.content.clone());
        self.change.shows();
    }

    /// Off the calendar, with everything that it took given back. Refused while somebody has booked a date.
    async fn unpublish(&mut self) -> Result<(), Problem> {
        way::unsold(self.context, &self.submission).await?;
        let (org, now) = (self.submission.org, self.context.now());
        if let Some(event) = &self.submission.event {
            self.change.add(store::hide_event(org, event, now));
            for statement in store::move_dates(org, event, &self.submission.starts, &[], now) {
                self.change.add(statement);
            }
        }
        self.change.add(store::free(org, &self.submission.id));
        self.submission.published = None;
        self.submission.starts = Vec::new();
        self.submission.unreviewed = false;
        self.change.shows();
        Ok(())
    }

    fn save(&mut self, standing: Standing, queue: bool) {
        let seen = self.submission.version;
        self.submission.state = standing.state;
        self.submission.updated_at = self.context.now();
        self.change.must(store::save(&self.submission, seen, queue));
        self.submission.version = seen.saturating_add(1);
    }

    fn tell_audit(&mut self, action: &str, detail: Value) {
        self.change.audit(action, &self.submission.id, &detail);
    }

    fn tell(&mut self, kind: EventType) {
        let payload = told(&self.submission);
        self.change.tell(kind, &self.submission.id, &payload);
    }
}

/// The `data` of an event about a submission.
fn told(submission: &Submission) -> data::Submission<'_> {
    data::Submission {
        id: &submission.id,
        organization: &submission.venue.org,
        status: submission.state.as_str(),
        live: submission.published.is_some(),
        unreviewed: submission.unreviewed,
        calendar_id: submission.calendar.as_deref(),
        event_id: submission.event.as_deref(),
        author: data::Author { name: &submission.author_name },
        event: &submission.content,
        note: submission.note.as_deref(),
    }
}

/// What it means for a submission that its change was refused. Whoever was faster, a booking or another event, is named.
pub async fn refused(context: &Context, submission: &Submission, problem: Problem) -> Problem {
    match problem.cause() {
        "stale" | "stale_submission" => stale(),
        "below_sold" => Problem::new(Code::Conflict)
            .because("below_sold")
            .detail("More places are booked than it would have.")
            .and_field("/capacity", "below_sold", "More places are booked."),
        "unavailable" | "resource_blocked" | "sold" => {
            let spans = submission.content.spans(&submission.venue.timezone, context.now()).unwrap_or_default();
            let named = if submission.published.is_some() {
                way::clear(context, submission, &spans).await
            } else {
                way::unsold(context, submission).await
            };
            named.err().unwrap_or(problem)
        }
        _ => problem,
    }
}

fn stale() -> Problem {
    Problem::new(Code::Conflict).because("stale").detail("Somebody else has changed it meanwhile. Read it again.")
}

/// A submission that nobody has handed in yet.
pub fn fresh(context: &Context, org: i64, around: store::Around, calendar: Option<String>) -> Submission {
    let now: Instant = context.now();
    let author = around.author;
    Submission {
        id: context.mint("sub"),
        org,
        calendar,
        state: State::Draft,
        author: author.as_ref().map(|author| author.id),
        author_name: author.as_ref().map(|author| author.name.clone()).unwrap_or_default(),
        author_email: author.map(|author| author.email).unwrap_or_default(),
        author_language: None,
        token_sealed: None,
        confirm_until: None,
        content: Content::default(),
        published: None,
        starts: Vec::new(),
        event: None,
        note: None,
        unreviewed: false,
        submitted_at: None,
        decided_at: None,
        decided_by: None,
        created_at: now,
        updated_at: now,
        version: 1,
        venue: around.venue,
    }
}
