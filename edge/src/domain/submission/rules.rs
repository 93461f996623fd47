//! What may follow what, and through whom: one table, and nothing else decides. Pure.
//!
//! A submission that is public can be edited: the edit goes through the queue while the old version stays public. So a step
//! depends on the state and on whether a version is live. Declining an edit, or taking it back, leaves what is public.

use serde::Serialize;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$own:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
        #[serde(rename_all = "SCREAMING_SNAKE_CASE")]
        pub enum $name { $($(#[$own])* $variant),+ }

        #[allow(dead_code, reason = "the three lists are made alike")]
        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// As it is written.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// Reads it.
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.as_str() == text)
            }
        }
    };
}

words! {
    /// Where a submission stands.
    State {
        /// Its author is at it.
        Draft = "DRAFT",
        /// In the queue.
        Submitted = "SUBMITTED",
        /// On the calendar, and nothing is waiting.
        Published = "PUBLISHED",
        /// Declined for good.
        Rejected = "REJECTED",
        /// Back with its author, who may hand it in again.
        ChangesRequested = "CHANGES_REQUESTED",
        /// Taken back by its author.
        Withdrawn = "WITHDRAWN",
    }
}

words! {
    /// What somebody does with it.
    Action {
        /// Writes something else.
        Edit = "EDIT",
        /// Hands it in.
        Submit = "SUBMIT",
        /// Takes back what was handed in, or the public event where nothing waits.
        Withdraw = "WITHDRAW",
        /// Publishes it.
        Approve = "APPROVE",
        /// Declines it.
        Reject = "REJECT",
        /// Asks for something else.
        RequestChanges = "REQUEST_CHANGES",
        /// Takes the public version off the calendar.
        Revert = "REVERT",
    }
}

words! {
    /// Who somebody is to a submission.
    By {
        /// Wrote it.
        Author = "AUTHOR",
        /// Wrote it and publishes without review.
        Trusted = "TRUSTED",
        /// Moderates.
        Staff = "STAFF",
    }
}

/// A state, and whether a version is public.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Standing {
    /// The state.
    pub state: State,
    /// Whether a version is public.
    pub live: bool,
}

/// A row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// From where.
    pub from: Standing,
    /// By what.
    pub action: Action,
    /// To where.
    pub to: Standing,
    /// Through whom.
    pub by: &'static [By],
}

const fn at(state: State, live: bool) -> Standing {
    Standing { state, live }
}

const fn rule(from: Standing, action: Action, to: Standing, by: &'static [By]) -> Rule {
    Rule { from, action, to, by }
}

const AUTHOR: &[By] = &[By::Author];
const STAFF: &[By] = &[By::Staff];

const DRAFT: Standing = at(State::Draft, false);
const WAITING: Standing = at(State::Submitted, false);
const EDIT_WAITING: Standing = at(State::Submitted, true);
const BACK: Standing = at(State::ChangesRequested, false);
const EDIT_BACK: Standing = at(State::ChangesRequested, true);
const PUBLIC: Standing = at(State::Published, true);
const DECLINED: Standing = at(State::Rejected, false);
const GONE: Standing = at(State::Withdrawn, false);

/// The table.
pub const RULES: &[Rule] = &[
    rule(DRAFT, Action::Edit, DRAFT, AUTHOR),
    rule(WAITING, Action::Edit, WAITING, AUTHOR),
    rule(EDIT_WAITING, Action::Edit, EDIT_WAITING, AUTHOR),
    rule(BACK, Action::Edit, BACK, AUTHOR),
    rule(EDIT_BACK, Action::Edit, EDIT_BACK, AUTHOR),
    rule(PUBLIC, Action::Edit, EDIT_WAITING, AUTHOR),
    rule(DRAFT, Action::Submit, WAITING, AUTHOR),
    rule(BACK, Action::Submit, WAITING, AUTHOR),
    rule(EDIT_BACK, Action::Submit, EDIT_WAITING, AUTHOR),
    rule(DRAFT, Action::Withdraw, GONE, AUTHOR),
    rule(WAITING, Action::Withdraw, GONE, AUTHOR),
    rule(BACK, Action::Withdraw, GONE, AUTHOR),
    rule(EDIT_WAITING, Action::Withdraw, PUBLIC, AUTHOR),
    rule(EDIT_BACK, Action::Withdraw, PUBLIC, AUTHOR),
    rule(PUBLIC, Action::Withdraw, GONE, AUTHOR),
    rule(WAITING, Action::Approve, PUBLIC, &[By::Trusted, By::Staff]),
    rule(EDIT_WAITING, Action::Approve, PUBLIC, &[By::Trusted, By::Staff]),
    rule(WAITING, Action::Reject, DECLINED, STAFF),
    rule(EDIT_WAITING, Action::Reject, PUBLIC, STAFF),
    rule(WAITING, Action::RequestChanges, BACK, STAFF),
    rule(EDIT_WAITING, Action::RequestChanges, EDIT_BACK, STAFF),
    rule(PUBLIC, Action::Revert, WAITING, STAFF),
    rule(EDIT_WAITING, Action::Revert, WAITING, STAFF),
    rule(EDIT_BACK, Action::Revert, BACK, STAFF),
];

/// Where an action leads. `None`: not from there, or not through them.
pub fn after(from: Standing, action: Action, by: By) -> Option<Standing> {
    let row = RULES.iter().find(|rule| rule.from == from && rule.action == action)?;
    row.by.contains(&by).then_some(row.to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_action_leads_from_a_standing_to_one_place_only() {
        for (index, one) in RULES.iter().enumerate() {
            let again = RULES.iter().skip(index.saturating_add(1));
            assert!(!again.clone().any(|other| other.from == one.from && other.action == one.action), "{one:?}");
        }
    }

    #[test]
    fn only_approval_makes_something_public() {
        for rule in RULES.iter().filter(|rule| rule.to.live && !rule.from.live) {
            assert_eq!(rule.action, Action::Approve, "{rule:?}");
        }
    }

    #[test]
    fn what_is_declined_or_taken_back_stays_so() {
        for over in [DECLINED, GONE] {
            assert!(Action::ALL.iter().all(|action| By::ALL.iter().all(|by| after(over, *action, *by).is_none())));
        }
    }

    #[test]
    fn the_schema_allows_the_same_steps_and_no_other() {
        let schema = include_str!("../../../migrations/0012_submissions.sql");
        let flag = |live: bool| if live { "1" } else { "0" };
        let (mut steps, mut rows) = (std::collections::BTreeSet::new(), std::collections::BTreeSet::new());
        for rule in RULES.iter().filter(|rule| rule.from != rule.to) {
            let side = |standing: Standing| format!("'{}', {}", standing.state.as_str(), flag(standing.live));
            steps.insert(format!("({}, {})", side(rule.from), side(rule.to)));
        }
        let values = schema.split("to_live) values").nth(1).and_then(|rest| rest.split(';').next()).unwrap_or("");
        for row in values.split_inclusive(')') {
            rows.insert(row.trim_matches([',', ' ', '\n']).to_owned());
        }
        rows.remove("");
        assert_eq!(steps, rows);
    }
}
