//! Events that the community brings: handed in, looked at, published as offerings of kind EVENT.
//!
//! Reading order: [`rules`] (what may follow what, and through whom), [`content`] (what an event says of itself),
//! [`event`] (how it becomes an offering), [`step`] (a step as a change), [`way`] (what is in its way), [`door`] and [`guest`] (the public form), [`store`] (the SQL).

pub mod content;
pub mod door;
pub mod event;
pub mod guest;
pub mod rules;
pub mod step;
pub mod store;
pub mod way;

use content::Content;
use rules::{Standing, State};
use shared::money::Currency;
use shared::zone::Instant;

/// A submission as it stands.
#[derive(Clone, Debug)]
pub struct Submission {
    /// `sub_…`.
    pub id: String,
    /// Row of the organization.
    pub org: i64,
    /// Public id of the calendar it is meant for.
    pub calendar: Option<String>,
    /// Where it stands.
    pub state: State,
    /// Row of the member who wrote it; none for somebody from the public form.
    pub author: Option<i64>,
    /// Their name.
    pub author_name: String,
    /// Their address.
    pub author_email: String,
    /// BCP 47, where they have an account.
    pub author_language: Option<String>,
    /// The guest's own token, sealed.
    pub token_sealed: Option<String>,
    /// A guest has to confirm their address until then.
    pub confirm_until: Option<Instant>,
    /// As its author wants it.
    pub content: Content,
    /// As it is public.
    pub published: Option<Content>,
    /// Starts of the public version.
    pub starts: Vec<i64>,
    /// Public id of the event, once there was one.
    pub event: Option<String>,
    /// What staff said last.
    pub note: Option<String>,
    /// Published without anybody else having looked at it.
    pub unreviewed: bool,
    /// When it was handed in last.
    pub submitted_at: Option<Instant>,
    /// When staff decided last.
    pub decided_at: Option<Instant>,
    /// Who decided.
    pub decided_by: Option<String>,
    /// When it was begun.
    pub created_at: Instant,
    /// When it changed last.
    pub updated_at: Instant,
    /// Raised by one with every change.
    pub version: i64,
    /// Whose venue it is at.
    pub venue: Venue,
}

/// What an organization has to do with the events of others.
#[derive(Clone, Debug)]
pub struct Venue {
    /// `org_…`.
    pub org: String,
    /// Name.
    pub name: String,
    /// IANA.
    pub timezone: String,
    /// Of every price.
    pub currency: Currency,
    /// BCP 47.
    pub locale: String,
}

impl Submission {
    /// Where it stands, with whether a version is public.
    pub fn standing(&self) -> Standing {
        Standing { state: self.state, live: self.published.is_some() }
    }

    /// Whether it came by the public form.
    pub fn by_guest(&self) -> bool {
        self.author.is_none()
    }
}
