//! How a mail looks: one template for all kinds, as HTML and as plain text. No pictures, no script, nothing loaded.

use super::words::Content;
use maud::{DOCTYPE, html};

/// A mail as it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// One line.
    pub subject: String,
    /// For those who read text.
    pub text: String,
    /// For the others.
    pub html: String,
}

const BODY: &str = "margin:0;padding:24px;background:#f5f6f7;color:#1b1f23;font:16px/1.5 system-ui,sans-serif";
const CARD: &str = "max-width:36em;margin:0 auto;padding:24px 32px;background:#fff;border-radius:8px";
const BUTTON: &str = "display:inline-block;padding:12px 20px;background:#0b4f6c;color:#fff;border-radius:6px;\
                      text-decoration:none;font-weight:600";
const QUIET: &str = "color:#57606a;font-size:14px";

/// Gives a content its look.
pub fn render(content: &Content) -> Rendered {
    // A line break in a subject would begin another header.
    let subject: String = content.subject.chars().map(|sign| if sign.is_control() { ' ' } else { sign }).collect();
    Rendered { text: text(content), html: html(content, &subject), subject }
}

fn html(content: &Content, subject: &str) -> String {
    let markup = html! {
        (DOCTYPE)
        html lang=(content.language) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (subject) }
            }
            body style=(BODY) {
                div style=(CARD) {
                    h1 style="margin:0 0 16px;font-size:22px;line-height:1.3" { (subject) }
                    @for paragraph in &content.paragraphs { p { (paragraph) } }
                    @if !content.facts.is_empty() {
                        table style="border-collapse:collapse;margin:16px 0" {
                            @for (what, value) in &content.facts {
                                tr {
                                    th scope="row" style="padding:4px 16px 4px 0;text-align:left;font-weight:400" { (what) }
                                    td style="padding:4px 0;font-weight:600" { (value) }
                                }
                            }
                        }
                    }
                    @if let Some((words, link)) = &content.action {
                        p style="margin:24px 0" { a href=(link) style=(BUTTON) { (words) } }
                        p style=(QUIET) { a href=(link) style="color:inherit;word-break:break-all" { (link) } }
                    }
                    @if let Some(note) = &content.note { p style=(QUIET) { (note) } }
                }
            }
        }
    };
    markup.into_string()
}

fn text(content: &Content) -> String {
    let facts: Vec<String> = content.facts.iter().map(|(what, value)| format!("{what}: {value}")).collect();
    let mut parts = content.paragraphs.clone();
    parts.extend((!facts.is_empty()).then(|| facts.join("\n")));
    parts.extend(content.action.as_ref().map(|(words, link)| format!("{words}:\n{link}")));
    parts.extend(content.note.clone());
    let mut text = parts.join("\n\n");
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content(name: &str) -> Content {
        Content {
            language: "en",
            subject: format!("{name} invites you"),
            paragraphs: vec![format!("From {name}.")],
            facts: vec![("Role".to_owned(), "Staff".to_owned())],
            action: Some(("Accept".to_owned(), "https://book.example/i/1?a=b&c=d".to_owned())),
            note: None,
        }
    }

    #[test]
    fn both_forms_tell_the_same_and_lead_to_the_same_place() {
        let mail = render(&content("Ada"));
        assert_eq!(mail.text, "From Ada.\n\nRole: Staff\n\nAccept:\nhttps://book.example/i/1?a=b&c=d\n");
        assert!(mail.html.contains("https://book.example/i/1?a=b&amp;c=d"), "{}", mail.html);
    }

    #[test]
    fn what_people_typed_is_neither_markup_nor_a_header() {
        let mail = render(&content("<script>\r\nBcc: all@example.com"));
        assert!(!mail.html.contains("<script>"), "{}", mail.html);
        assert!(!mail.subject.contains(['\r', '\n']), "{}", mail.subject);
    }
}
