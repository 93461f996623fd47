//! How each letter is said, by language. Pure; whoever adds a kind adds its words in every language.

use super::letter::Letter;

/// The content of a mail, before it has a look.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Content {
    /// BCP 47.
    pub language: &'static str,
    /// One line.
    pub subject: String,
    /// The first ones tell, one after the other.
    pub paragraphs: Vec<String>,
    /// Facts: what and its value.
    pub facts: Vec<(String, String)>,
    /// The one thing to do: its words and where it leads.
    pub action: Option<(String, String)>,
    /// Small print under it.
    pub note: Option<String>,
}

/// Says it in that language; in English where there are no words in it.
pub fn of(letter: &Letter, language: &str) -> Content {
    let primary = language.split('-').next().unwrap_or_default();
    if primary.eq_ignore_ascii_case("de") { german(letter) } else { english(letter) }
}

fn english(letter: &Letter) -> Content {
    let content = match letter {
        Letter::ConfirmAddress { name, link } => Content {
            subject: "Confirm your address".to_owned(),
            paragraphs: vec![
                format!("Hello {name},"),
                "welcome. Please confirm that this address is yours, so that you can always get back into your account."
                    .to_owned(),
            ],
            action: action("Confirm this address", link),
            note: note(
                "The link works for seven days. If you did not sign up, do nothing: nobody gets into anything of yours.",
            ),
            ..Content::default()
        },
        Letter::KnownAddress { link } => Content {
            subject: "You have an account already".to_owned(),
            paragraphs: vec![
                "Somebody has just signed up with this address. It belongs to your account already, and your account \
                 is as it was."
                    .to_owned(),
                "If it was you: sign in, and found the organization there.".to_owned(),
            ],
            action: action("Sign in", link),
            note: note("If it was not you, there is nothing to do."),
            ..Content::default()
        },
        Letter::ResetPassword { link } => Content {
            subject: "Choose a new password".to_owned(),
            paragraphs: vec!["Somebody asked for a new password for your account.".to_owned()],
            action: action("Choose a new password", link),
            note: note(
                "The link works once, for an hour. If it was not you, do nothing: your password stays as it is.",
            ),
            ..Content::default()
        },
        Letter::PasswordChanged { link } => Content {
            subject: "Your password has changed".to_owned(),
            paragraphs: vec![
                "The password of your account is another one now, and everybody who was signed in with the old one is \
                 signed out."
                    .to_owned(),
                "If it was not you, choose a new one at once.".to_owned(),
            ],
            action: action("Choose a new password", link),
            ..Content::default()
        },
        Letter::Invitation { organization, by, role, link } => Content {
            subject: format!("{by} invites you to {organization}"),
            paragraphs: vec![format!("{by} invites you to work with {organization}.")],
            facts: vec![("Your role".to_owned(), english_role(role).to_owned())],
            action: action("Accept the invitation", link),
            note: note("The link works once, for seven days."),
            ..Content::default()
        },
        Letter::SeatsFree { name, organization, offering, starts, until, link } => Content {
            subject: format!("Seats came free: {offering}"),
            paragraphs: vec![
                format!("Hello {name},"),
                format!(
                    "you waited for seats at {organization}. They are kept for you now; after that the next is asked."
                ),
            ],
            facts: vec![
                ("What".to_owned(), offering.clone()),
                ("When".to_owned(), starts.clone()),
                ("Kept for you until".to_owned(), until.clone()),
            ],
            action: action("Take the seats", link),
            note: note("You can also say no there, so that somebody else need not wait."),
            ..Content::default()
        },
        Letter::ConfirmSubmission { name, organization, title, link } => Content {
            subject: format!("Confirm your event: {title}"),
            paragraphs: vec![
                format!("Hello {name},"),
                format!("thank you for your event. Once you confirm it, {organization} will look at it."),
            ],
            facts: vec![("Event".to_owned(), title.clone())],
            action: action("Confirm the event", link),
            note: note(
                "The link works for 48 hours; later it is your way to see, change or take back the event. If this was not \
                 you, do nothing and it is forgotten.",
            ),
            ..Content::default()
        },
        Letter::SubmissionDecided { organization, title, outcome, note: said, link } => Content {
            subject: match outcome.as_str() {
                "PUBLISHED" => format!("On the calendar: {title}"),
                "REJECTED" => format!("Not taken: {title}"),
                "REVERTED" => format!("Off the calendar again: {title}"),
                _ => format!("A question about {title}"),
            },
            paragraphs: vec![match outcome.as_str() {
                "PUBLISHED" => format!("{organization} has put your event on the calendar."),
                "REJECTED" => format!("{organization} has not taken your event."),
                "REVERTED" => format!("{organization} has taken your event off the calendar."),
                _ => format!("{organization} asks you to change something about your event."),
            }],
            facts: said.iter().map(|said| ("They say".to_owned(), said.clone())).collect(),
            action: action("See your event", link),
            ..Content::default()
        },
        Letter::WebhookFailing { organization, url, since, link } => Content {
            subject: format!("A webhook of {organization} does not arrive"),
            paragraphs: vec![
                "Since then every delivery to this address has failed. We go on trying; if nothing gets through for five \
                 days, we stop."
                    .to_owned(),
            ],
            facts: vec![("Address".to_owned(), url.clone()), ("Failing since".to_owned(), since.clone())],
            action: action("See what it answers", link),
            ..Content::default()
        },
        Letter::WebhookDisabled { organization, url, gone, link } => Content {
            subject: format!("A webhook of {organization} was switched off"),
            paragraphs: vec![match gone {
                true => "The address answered that it is gone for good (410). Nothing is sent to it any more.".to_owned(),
                false => "For five days every delivery to this address has failed. Nothing is sent to it any more."
                    .to_owned(),
            }],
            facts: vec![("Address".to_owned(), url.clone())],
            action: action("Switch it on again", link),
            note: note("What was not delivered can be sent again from there."),
            ..Content::default()
        },
    };
    Content { language: "en", ..content }
}

fn german(letter: &Letter) -> Content {
    let content = match letter {
        Letter::ConfirmAddress { name, link } => Content {
            subject: "Bitte bestätigen Sie Ihre Adresse".to_owned(),
            paragraphs: vec![
                format!("Guten Tag {name},"),
                "willkommen. Bitte bestätigen Sie, dass diese Adresse Ihnen gehört: So kommen Sie jederzeit wieder in Ihr \
                 Konto."
                    .to_owned(),
            ],
            action: action("Adresse bestätigen", link),
            note: note(
                "Der Link gilt sieben Tage. Wenn Sie sich nicht angemeldet haben, brauchen Sie nichts zu tun: Niemand \
                 erhält Zugang zu etwas, das Ihnen gehört.",
            ),
            ..Content::default()
        },
        Letter::KnownAddress { link } => Content {
            subject: "Sie haben schon ein Konto".to_owned(),
            paragraphs: vec![
                "Gerade hat sich jemand mit dieser Adresse neu angemeldet. Sie gehört schon zu Ihrem Konto, und Ihr Konto \
                 ist unverändert."
                    .to_owned(),
                "Wenn Sie das waren: Melden Sie sich an und legen Sie den Betrieb dort an.".to_owned(),
            ],
            action: action("Anmelden", link),
            note: note("Wenn Sie es nicht waren, brauchen Sie nichts zu tun."),
            ..Content::default()
        },
        Letter::ResetPassword { link } => Content {
            subject: "Neues Passwort wählen".to_owned(),
            paragraphs: vec!["Für Ihr Konto wurde ein neues Passwort angefordert.".to_owned()],
            action: action("Neues Passwort wählen", link),
            note: note("Der Link gilt einmal und eine Stunde lang. Wenn Sie es nicht waren, bleibt Ihr Passwort, wie es ist."),
            ..Content::default()
        },
        Letter::PasswordChanged { link } => Content {
            subject: "Ihr Passwort wurde geändert".to_owned(),
            paragraphs: vec![
                "Das Passwort Ihres Kontos ist jetzt ein anderes. Wer mit dem alten angemeldet war, ist abgemeldet."
                    .to_owned(),
                "Wenn Sie es nicht waren, wählen Sie sofort ein neues.".to_owned(),
            ],
            action: action("Neues Passwort wählen", link),
            ..Content::default()
        },
        Letter::Invitation { organization, by, role, link } => Content {
            subject: format!("{by} lädt Sie zu {organization} ein"),
            paragraphs: vec![format!("{by} lädt Sie ein, bei {organization} mitzuarbeiten.")],
            facts: vec![("Ihre Rolle".to_owned(), german_role(role).to_owned())],
            action: action("Einladung annehmen", link),
            note: note("Der Link gilt einmal und sieben Tage lang."),
            ..Content::default()
        },
        Letter::SeatsFree { name, organization, offering, starts, until, link } => Content {
            subject: format!("Plätze sind frei geworden: {offering}"),
            paragraphs: vec![
                format!("Guten Tag {name},"),
                format!(
                    "Sie haben bei {organization} auf Plätze gewartet. Jetzt sind welche für Sie zurückgelegt; danach \
                     kommt der Nächste an die Reihe."
                ),
            ],
            facts: vec![
                ("Was".to_owned(), offering.clone()),
                ("Wann".to_owned(), starts.clone()),
                ("Zurückgelegt bis".to_owned(), until.clone()),
            ],
            action: action("Plätze nehmen", link),
            note: note("Dort können Sie auch absagen, damit niemand länger warten muss."),
            ..Content::default()
        },
        Letter::ConfirmSubmission { name, organization, title, link } => Content {
            subject: format!("Bitte bestätigen Sie Ihre Veranstaltung: {title}"),
            paragraphs: vec![
                format!("Guten Tag {name},"),
                format!("vielen Dank für Ihre Veranstaltung. Sobald Sie sie bestätigen, wird {organization} sie ansehen."),
            ],
            facts: vec![("Veranstaltung".to_owned(), title.clone())],
            action: action("Veranstaltung bestätigen", link),
            note: note(
                "Der Link gilt 48 Stunden; danach können Sie über ihn die Veranstaltung ansehen, ändern oder zurückziehen. \
                 Wenn Sie es nicht waren, brauchen Sie nichts zu tun: Sie wird vergessen.",
            ),
            ..Content::default()
        },
        Letter::SubmissionDecided { organization, title, outcome, note: said, link } => Content {
            subject: match outcome.as_str() {
                "PUBLISHED" => format!("Im Kalender: {title}"),
                "REJECTED" => format!("Nicht aufgenommen: {title}"),
                "REVERTED" => format!("Nicht mehr im Kalender: {title}"),
                _ => format!("Eine Rückfrage zu {title}"),
            },
            paragraphs: vec![match outcome.as_str() {
                "PUBLISHED" => format!("{organization} hat Ihre Veranstaltung in den Kalender aufgenommen."),
                "REJECTED" => format!("{organization} hat Ihre Veranstaltung nicht aufgenommen."),
                "REVERTED" => format!("{organization} hat Ihre Veranstaltung aus dem Kalender genommen."),
                _ => format!("{organization} bittet Sie, etwas an Ihrer Veranstaltung zu ändern."),
            }],
            facts: said.iter().map(|said| ("Dazu".to_owned(), said.clone())).collect(),
            action: action("Veranstaltung ansehen", link),
            ..Content::default()
        },
        Letter::WebhookFailing { organization, url, since, link } => Content {
            subject: format!("Ein Webhook von {organization} kommt nicht an"),
            paragraphs: vec![
                "Seitdem ist jede Zustellung an diese Adresse gescheitert. Wir versuchen es weiter; kommt fünf Tage lang \
                 nichts an, hören wir auf."
                    .to_owned(),
            ],
            facts: vec![("Adresse".to_owned(), url.clone()), ("Gestört seit".to_owned(), since.clone())],
            action: action("Ansehen, was sie antwortet", link),
            ..Content::default()
        },
        Letter::WebhookDisabled { organization, url, gone, link } => Content {
            subject: format!("Ein Webhook von {organization} wurde abgeschaltet"),
            paragraphs: vec![match gone {
                true => "Die Adresse hat geantwortet, dass es sie nicht mehr gibt (410). Es wird nichts mehr an sie \
                         gesendet."
                    .to_owned(),
                false => "Fünf Tage lang ist jede Zustellung an diese Adresse gescheitert. Es wird nichts mehr an sie \
                          gesendet."
                    .to_owned(),
            }],
            facts: vec![("Adresse".to_owned(), url.clone())],
            action: action("Wieder einschalten", link),
            note: note("Was nicht zugestellt wurde, kann von dort aus noch einmal gesendet werden."),
            ..Content::default()
        },
    };
    Content { language: "de", ..content }
}

fn action(words: &str, link: &str) -> Option<(String, String)> {
    Some((words.to_owned(), link.to_owned()))
}

fn note(words: &str) -> Option<String> {
    Some(words.to_owned())
}

fn english_role(role: &str) -> &str {
    match role {
        "OWNER" => "Owner",
        "ADMIN" => "Administrator",
        "STAFF" => "Staff",
        "TRUSTED_CONTRIBUTOR" => "Trusted contributor",
        "CONTRIBUTOR" => "Contributor",
        other => other,
    }
}

fn german_role(role: &str) -> &str {
    match role {
        "OWNER" => "Inhaber",
        "ADMIN" => "Verwaltung",
        "STAFF" => "Team",
        "TRUSTED_CONTRIBUTOR" => "Veranstalter mit Vertrauen",
        "CONTRIBUTOR" => "Veranstalter",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_without_words_is_told_in_english() {
        let letter = Letter::ResetPassword { link: "https://book.example/x".to_owned() };
        assert_eq!(of(&letter, "de-AT").language, "de");
        assert_eq!(of(&letter, "fr").language, "en");
        assert_eq!(of(&letter, "").language, "en");
    }
}
