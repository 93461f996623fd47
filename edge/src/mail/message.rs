//! A mail as MIME (RFC 5322, 2045): text and HTML beside each other, and entries for the reader's calendar as files. Where
//! there is but one, it is also a third form of the mail (RFC 6047), which mail programs act on.

use super::template::Rendered;
use mail_builder::MessageBuilder;
use mail_builder::headers::address::Address;
use mail_builder::headers::content_type::ContentType;
use mail_builder::headers::raw::Raw;
use mail_builder::mime::{BodyPart, MimePart};
use shared::zone::Instant;

/// A mail that leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// `mail_…`: names it at every attempt.
    pub id: String,
    /// Address of the deployment.
    pub sender: String,
    /// Who writes.
    pub sender_name: String,
    /// To whom.
    pub to: String,
    /// Where answers go; to the sender where it is none.
    pub reply_to: Option<String>,
    /// What it says.
    pub said: Rendered,
    /// For the reader's calendar: one for each name in it (RFC 5546 §3.2).
    pub invites: Vec<Invite>,
    /// Ends mails of this sort, in one click.
    pub unsubscribe: Option<String>,
    /// When it was sent.
    pub at: Instant,
}

/// An entry for a calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invite {
    /// `REQUEST` or `CANCEL`.
    pub method: &'static str,
    /// iCalendar.
    pub text: String,
}

/// File name of an entry, by its place.
pub fn file_name(place: usize) -> String {
    if place == 0 { "booking.ics".to_owned() } else { format!("booking-{}.ics", place.saturating_add(1)) }
}

impl Invite {
    /// Its media type.
    pub fn media_type(&self) -> String {
        format!("text/calendar; charset=utf-8; method={}", self.method)
    }
}

impl Outgoing {
    /// An address stands in a command or a header of its own line.
    pub fn is_sound(&self) -> bool {
        let addresses = [Some(&self.sender), Some(&self.to), self.reply_to.as_ref()];
        addresses.into_iter().flatten().all(|address| is_address(address))
    }

    /// Headers besides the usual ones.
    pub fn extra_headers(&self) -> Vec<(&'static str, String)> {
        let mut headers = vec![("Auto-Submitted", "auto-generated".to_owned())];
        if let Some(link) = &self.unsubscribe {
            headers.push(("List-Unsubscribe", format!("<{link}>")));
            // RFC 8058: a mail program posts this, and no page is shown.
            headers.push(("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()));
        }
        headers
    }

    /// As it is sent.
    pub fn mime(&self) -> Result<String, String> {
        if !self.is_sound() {
            return Err("an address is none".to_owned());
        }
        let text = |kind: &'static str, text: &str| {
            MimePart::new(ContentType::new(kind).attribute("charset", "utf-8"), text.to_owned())
        };
        let mut forms = vec![text("text/plain", &self.said.text), text("text/html", &self.said.html)];
        let calendar = |invite: &Invite| {
            let kind =
                ContentType::new("text/calendar").attribute("charset", "utf-8").attribute("method", invite.method);
            MimePart::new(kind, invite.text.clone())
        };
        if let [invite] = self.invites.as_slice() {
            forms.push(calendar(invite));
        }
        let forms = MimePart::new("multipart/alternative", BodyPart::Multipart(forms));
        let files = self.invites.iter().enumerate();
        let files: Vec<MimePart<'_>> =
            files.map(|(place, invite)| calendar(invite).attachment(file_name(place))).collect();
        let body = if files.is_empty() {
            forms
        } else {
            MimePart::new("multipart/mixed", BodyPart::Multipart([vec![forms], files].concat()))
        };
        let mut message = MessageBuilder::new()
            .from(Address::new_address(Some(self.sender_name.as_str()), self.sender.as_str()))
            .to(self.to.as_str())
            .subject(self.said.subject.as_str())
            .date(self.at.0)
            .message_id(format!("{}@{}", self.id, domain(&self.sender)));
        if let Some(reply_to) = &self.reply_to {
            message = message.reply_to(reply_to.as_str());
        }
        for (name, value) in self.extra_headers() {
            message = message.header(name, Raw::new(value));
        }
        message.body(body).write_to_string().map_err(|error| error.to_string())
    }
}

/// What stands behind the `@`.
pub fn domain(address: &str) -> &str {
    address.rsplit_once('@').map_or("localhost", |(_, domain)| domain)
}

fn is_address(text: &str) -> bool {
    text.contains('@') && !text.contains(['\r', '\n', '<', '>', ' ', ','])
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn mail() -> Outgoing {
        Outgoing {
            id: "mail_1".to_owned(),
            sender: "no-reply@book.example".to_owned(),
            sender_name: "Harbor \"Tours\"".to_owned(),
            to: "ada@people.example".to_owned(),
            reply_to: Some("hello@harbor.example".to_owned()),
            said: Rendered { subject: "Grüße".to_owned(), text: "Hallo".to_owned(), html: "<p>Hallo</p>".to_owned() },
            invites: Vec::new(),
            unsubscribe: None,
            at: Instant(0),
        }
    }

    #[test]
    fn a_mail_has_both_forms_and_one_name_at_every_attempt() {
        let message = mail().mime().unwrap();
        for part in [
            "Message-ID: <mail_1@book.example>",
            "multipart/alternative",
            "text/plain",
            "text/html",
            "To: <ada@people.example>",
            "Reply-To: <hello@harbor.example>",
            "Auto-Submitted: auto-generated",
        ] {
            assert!(message.contains(part), "{part} is not in {message}");
        }
        assert!(!message.contains("List-Unsubscribe"));
    }

    #[test]
    fn an_entry_for_the_calendar_is_a_form_and_a_file() {
        let invite = Invite { method: "CANCEL", text: "BEGIN:VCALENDAR\r\n".to_owned() };
        let message = Outgoing { invites: vec![invite], ..mail() }.mime().unwrap();
        assert!(message.contains("multipart/mixed"), "{message}");
        assert_eq!(message.matches("method=\"CANCEL\"").count(), 2, "{message}");
        assert!(message.contains("filename=\"booking.ics\""), "{message}");
    }

    #[test]
    fn one_click_ends_what_may_be_ended() {
        let message = Outgoing { unsubscribe: Some("https://book.example/u/t".to_owned()), ..mail() }.mime().unwrap();
        assert!(message.contains("List-Unsubscribe: <https://book.example/u/t>"), "{message}");
        assert!(message.contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click"), "{message}");
    }

    #[test]
    fn an_address_cannot_be_a_command() {
        for to in ["x@y.z>\r\nRCPT TO:<all@y.z", "x y@z", "nobody", "a@b,c@d"] {
            assert!(Outgoing { to: to.to_owned(), ..mail() }.mime().is_err(), "{to}");
        }
    }
}
