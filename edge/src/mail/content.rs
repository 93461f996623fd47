//! What a mail says, before it has a look: its letter in somebody's language. Pure; dates and money come from a [`Manner`].

use super::about;
use super::letter::Letter;
use crate::words::Words;
use shared::money::{Currency, Minor};
use shared::zone::Instant;
use std::collections::BTreeMap;

/// How somebody writes dates and money; the host knows that.
pub trait Manner {
    /// `Sat 1 Aug`.
    fn short_day(&self, at: Instant) -> String;
    /// `Saturday 1 August 2026`.
    fn day(&self, at: Instant) -> String;
    /// `17:00`.
    fn time(&self, at: Instant) -> String;
    /// `€129.50`.
    fn money(&self, amount: Minor, currency: Currency) -> String;
}

/// What is known only when a mail leaves.
#[derive(Debug, Default)]
pub struct Known {
    /// Name of the organization.
    pub organization: String,
    /// It can be answered.
    pub answered: bool,
    /// Of the booking.
    pub number: Option<String>,
    /// Party types and add-ons, by code and id.
    pub names: BTreeMap<String, String>,
}

/// The content of a mail.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Content {
    /// BCP 47.
    pub language: &'static str,
    /// `ltr` or `rtl`.
    pub direction: &'static str,
    /// One line.
    pub subject: String,
    /// The heading.
    pub title: String,
    /// The first ones tell, one after the other.
    pub paragraphs: Vec<String>,
    /// What was booked, or is offered.
    pub dates: Vec<Dated>,
    /// Facts: what and its value.
    pub facts: Vec<(String, String)>,
    /// What it costs.
    pub sums: Vec<Sum>,
    /// The one thing to do: its words and where it leads.
    pub action: Option<(String, String)>,
    /// Small print under it.
    pub notes: Vec<String>,
    /// Why it came, at the very end.
    pub because: Option<String>,
    /// Ends mails of this sort: its words and where it leads.
    pub unsubscribe: Option<(String, String)>,
}

/// Something with a time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dated {
    /// What.
    pub name: String,
    /// Which day.
    pub day: String,
    /// From when to when.
    pub times: String,
    /// Whose clock, and who comes.
    pub details: Vec<String>,
    /// It is called off.
    pub over: bool,
}

/// A line of the price.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sum {
    /// What for.
    pub label: String,
    /// How much.
    pub amount: String,
    /// It sums up the lines before.
    pub strong: bool,
    /// It is part of the line before.
    pub within: bool,
}

/// Says a letter.
pub fn of(letter: &Letter, words: &Words, known: &Known, manner: &dyn Manner) -> Content {
    let content = match letter {
        Letter::Booking(booking) => about::booking(booking, words, known, manner),
        Letter::SeatsFree { name, organization, offering, timezone, starts_at, ends_at, until, link, unsubscribe } => {
            let (starts, until) = (Instant(*starts_at), Instant(*until));
            let day = manner.short_day(starts);
            let places = [("organization", organization.as_str()), ("offering", offering), ("day", &day)];
            let mut content = plain("waiting.seats_free", words, &places);
            content.paragraphs.insert(0, words.say("hello", &[("name", name)]));
            content.dates.push(dated(offering, starts, Instant(*ends_at), timezone, words, manner));
            let kept = format!("{}, {}", manner.day(until), manner.time(until));
            content.facts.push((words.say("label.kept", &[]), kept));
            content.because = Some(words.say("because.waiting", &places));
            content.unsubscribe = unsubscribe.clone().map(|link| (words.say("unsubscribe.waiting", &[]), link));
            with_action(content, "waiting.seats_free.button", link, words)
        }
        Letter::ConfirmAddress { name, link } => {
            let mut content = plain("account.confirm_address", words, &[]);
            content.paragraphs.insert(0, words.say("hello", &[("name", name)]));
            with_action(content, "account.confirm_address.button", link, words)
        }
        Letter::KnownAddress { link } | Letter::ResetPassword { link } | Letter::PasswordChanged { link } => {
            let kind = letter.kind();
            with_action(plain(kind, words, &[]), &format!("{kind}.button"), link, words)
        }
        Letter::Invitation { organization, by, role, link } => {
            let mut content = plain("account.invitation", words, &[("by", by), ("organization", organization)]);
            let named = format!("role.{role}");
            let role = if words.has(&named) { words.say(&named, &[]) } else { role.clone() };
            content.facts.push((words.say("label.role", &[]), role));
            with_action(content, "account.invitation.button", link, words)
        }
        Letter::ConfirmSubmission { name, organization, title, link } => {
            let places = [("organization", organization.as_str()), ("title", title)];
            let mut content = plain("submission.confirm", words, &places);
            content.paragraphs.insert(0, words.say("hello", &[("name", name)]));
            content.facts.push((words.say("label.event", &[]), title.clone()));
            with_action(content, "submission.confirm.button", link, words)
        }
        Letter::SubmissionDecided { organization, title, outcome, note, link } => {
            let kind = match outcome.as_str() {
                "PUBLISHED" => "submission.published",
                "REJECTED" => "submission.rejected",
                "REVERTED" => "submission.reverted",
                _ => "submission.changes",
            };
            let mut content = plain(kind, words, &[("organization", organization), ("title", title)]);
            content.facts.push((words.say("label.event", &[]), title.clone()));
            content.facts.extend(note.clone().map(|note| (words.say("label.message", &[]), note)));
            with_action(content, "submission.button", link, words)
        }
        Letter::WebhookFailing { organization, url, since, link } => {
            let mut content = plain("webhook.failing", words, &[("organization", organization)]);
            content.facts.push((words.say("label.webhook", &[]), url.clone()));
            content.facts.push((words.say("label.since", &[]), since.clone()));
            with_action(content, "webhook.failing.button", link, words)
        }
        Letter::WebhookDisabled { organization, url, gone, link } => {
            let places = [("organization", organization.as_str())];
            let mut content = plain("webhook.disabled", words, &places);
            let why = if *gone { "webhook.disabled.gone" } else { "webhook.disabled.failing" };
            content.paragraphs.push(words.say(why, &places));
            content.facts.push((words.say("label.webhook", &[]), url.clone()));
            with_action(content, "webhook.disabled.button", link, words)
        }
        Letter::CalendarClash { calendar, timezone, booked, link } => {
            let mut content = plain("calendar.clash", words, &[("calendar", calendar)]);
            content.dates.extend(
                booked
                    .iter()
                    .map(|one| dated(&one.name, Instant(one.starts_at), Instant(one.ends_at), timezone, words, manner)),
            );
            with_action(content, "calendar.clash.button", link, words)
        }
    };
    Content { language: words.language, direction: words.direction(), ..content }
}

/// Subject, heading, first words and small print of a kind.
pub fn plain(kind: &str, words: &Words, places: &[(&str, &str)]) -> Content {
    let said = |part: &str| {
        let key = format!("{kind}.{part}");
        words.has(&key).then(|| words.say(&key, places))
    };
    let subject = said("subject").unwrap_or_default();
    Content {
        title: said("title").unwrap_or_else(|| subject.clone()),
        subject,
        paragraphs: said("lead").into_iter().collect(),
        notes: said("note").into_iter().collect(),
        ..Content::default()
    }
}

fn with_action(content: Content, key: &str, link: &str, words: &Words) -> Content {
    Content { action: Some((words.say(key, &[]), link.to_owned())), ..content }
}

/// Something with its time at the venue.
pub fn dated(name: &str, starts: Instant, ends: Instant, timezone: &str, words: &Words, manner: &dyn Manner) -> Dated {
    let (first, last) = (manner.day(starts), manner.day(ends));
    let until = if first == last { manner.time(ends) } else { format!("{last}, {}", manner.time(ends)) };
    let place = timezone.rsplit('/').next().unwrap_or(timezone).replace('_', " ");
    Dated {
        name: name.to_owned(),
        day: first,
        times: format!("{} – {until}", manner.time(starts)),
        details: vec![words.say("zone", &[("zone", &place)])],
        over: false,
    }
}

#[cfg(test)]
#[allow(clippy::indexing_slicing)]
pub mod tests {
    use super::*;

    /// Writes numbers and nothing else.
    pub struct Plain;

    impl Manner for Plain {
        fn short_day(&self, at: Instant) -> String {
            format!("day {}", at.0.div_euclid(86_400))
        }
        fn day(&self, at: Instant) -> String {
            format!("Day {}", at.0.div_euclid(86_400))
        }
        fn time(&self, at: Instant) -> String {
            format!("{}:00", at.0.rem_euclid(86_400) / 3_600)
        }
        fn money(&self, amount: Minor, currency: Currency) -> String {
            format!("{} {amount}", currency.code())
        }
    }

    #[test]
    fn an_invitation_says_who_asks_for_what() {
        let letter = Letter::Invitation {
            organization: "Harbor".to_owned(),
            by: "Ada".to_owned(),
            role: "STAFF".to_owned(),
            link: "https://book.example/x".to_owned(),
        };
        let said = of(&letter, &Words::of("de"), &Known::default(), &Plain);
        assert_eq!(said.subject, "Ada lädt Sie zu Harbor ein");
        assert_eq!(said.facts, [("Ihre Rolle".to_owned(), "Team".to_owned())]);
        assert_eq!(said.action, Some(("Einladung annehmen".to_owned(), "https://book.example/x".to_owned())));
    }

    #[test]
    fn a_question_about_an_event_quotes_what_staff_said() {
        let letter = Letter::SubmissionDecided {
            organization: "Harbor".to_owned(),
            title: "Fair".to_owned(),
            outcome: "CHANGES_REQUESTED".to_owned(),
            note: Some("Which day?".to_owned()),
            link: String::new(),
        };
        let said = of(&letter, &Words::of("en"), &Known::default(), &Plain);
        assert_eq!(said.subject, "A question about Fair");
        assert_eq!(said.facts[1], ("They say".to_owned(), "Which day?".to_owned()));
    }
}
