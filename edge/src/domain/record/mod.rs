//! What belongs to every change that somebody makes: its statements in one batch, who made it, and whom it is told.

pub mod store;

use crate::context::Context;
use crate::database::{Answers, Statement, StoreError};
use crate::domain::booking::store::{CalendarId, calendars};
use crate::domain::catalog::snapshot;
use crate::mail::{self, Mail};
use crate::outbox::{self, EventType};
use crate::problem::Problem;
use serde::Serialize;
use serde_json::{Value, json};

/// A change on its way: written in one batch, told when it is true.
pub struct Change<'a> {
    context: &'a Context,
    org: i64,
    actor: &'a str,
    statements: Vec<Statement>,
    events: Vec<String>,
    shown: bool,
    mailed: bool,
}

impl<'a> Change<'a> {
    /// Starts a change in an organization (its row) by somebody (their public id).
    pub fn new(context: &'a Context, org: i64, actor: &'a str) -> Self {
        Self { context, org, actor, statements: Vec::new(), events: Vec::new(), shown: false, mailed: false }
    }

    /// Adds a statement.
    pub fn add(&mut self, statement: Statement) {
        self.statements.push(statement);
    }

    /// Adds a statement that has to change a row; otherwise nothing of the change happens ([`StoreError::Unchanged`]).
    pub fn must(&mut self, statement: Statement) {
        self.statements.extend([statement, store::expect_change()]);
    }

    /// Writes it into the audit log: what was done, such as `resource.changed`, to what (public id).
    pub fn audit(&mut self, action: &str, subject: &str, detail: &Value) {
        self.statements.push(store::audit(self.org, self.actor, action, subject, detail, self.context.now()));
    }

    /// Tells it outside: `subject` is the public id of what the event is about.
    pub fn tell(&mut self, kind: EventType, subject: &str, data: &impl Serialize) {
        let id = self.context.mint("evt");
        self.statements.push(store::tell(&id, self.org, kind, subject, &json!(data), self.context.now()));
        self.events.push(id);
    }

    /// Tells it somebody by mail.
    pub fn mail(&mut self, mail: &Mail<'_>) -> Result<(), Problem> {
        self.statements.push(mail::queue(self.context, mail)?);
        self.mailed = true;
        Ok(())
    }

    /// A mail that is queued by a statement, if there is one.
    pub fn post(&mut self, queued: Option<Statement>) {
        self.mailed |= queued.is_some();
        self.statements.extend(queued);
    }

    /// Events that statements of the change have written down already.
    pub fn told(&mut self, events: impl IntoIterator<Item = String>) {
        self.events.extend(events);
    }

    /// Snapshots show it, so that copies of them are out of date.
    pub fn shows(&mut self) {
        self.shown = true;
    }

    /// Makes it; the answers begin with the first statement that was added.
    pub async fn commit(self) -> Result<Answers, StoreError> {
        self.commit_after(Vec::new()).await
    }

    /// Makes it in one batch with statements that come before it. Their answers are passed over.
    pub async fn commit_after(self, first: Vec<Statement>) -> Result<Answers, StoreError> {
        let Self { context, org, statements, events, shown, mailed, .. } = self;
        let before = first.len();
        let mut batch = first;
        batch.extend(statements);
        batch.extend(shown.then(|| calendars(org)));
        let mut answers = context.database().batch(batch).await?;
        answers.skip(before);
        if shown {
            let stale: Vec<CalendarId> = answers.take_last()?;
            snapshot::forget(context, &stale).await;
        }
        if !events.is_empty() {
            context.afterwards(outbox::announce(context.clone(), events));
        }
        if mailed {
            mail::sender::soon(context);
        }
        Ok(answers)
    }
}
