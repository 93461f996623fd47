//! How a mail looks: one template for all kinds, as HTML and as plain text. No pictures, no script, nothing loaded, so that
//! nobody learns when it was opened.
//!
//! Colours stand at each element, since many mail programs drop a style sheet; the sheet only says what is different in the
//! dark, by classes. Sides are named left and right and turned for languages that are written from the right; names, numbers
//! and addresses in such a text keep their own order (`bdi`).

use super::brand::Brand;
use super::content::{Content, Dated, Sum};
use maud::{DOCTYPE, Markup, PreEscaped, html};

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

const PAGE: &str = "margin:0;padding:0;background:#f2f0ec;color:#1d2429;-webkit-text-size-adjust:100%";
const OUTER: &str = "background:#f2f0ec;color:#1d2429;padding:32px 12px;\
                     font:16px/1.55 -apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif";
const CARD: &str =
    "max-width:560px;margin:0 auto;background:#ffffff;border-radius:14px;border:1px solid #e3dfd7;overflow:hidden";
const INNER: &str = "padding:28px 28px 32px";
const QUIET: &str = "color:#5b656d;font-size:14px;line-height:1.5";
const FOOT: &str =
    "max-width:560px;margin:0 auto;padding:20px 16px 0;text-align:center;color:#5b656d;font-size:13px;line-height:1.6";
const RULE: &str = "border-top:1px solid #e3dfd7";

/// What is different in the dark.
const DARK: &str = "\
.page,.outer{background:#14181b!important;color:#e9ecee!important}\
.card{background:#1f2529!important;border-color:#333b41!important}\
.ticket{background:#283036!important}\
.quiet{color:#a9b3bb!important}\
.strong,.title{color:#ffffff!important}\
.rule{border-color:#333b41!important}";

/// Gives a content its look.
pub fn render(content: &Content, brand: &Brand) -> Rendered {
    // A line break in a subject would begin another header.
    let subject: String = content.subject.chars().map(|sign| if sign.is_control() { ' ' } else { sign }).collect();
    Rendered { text: text(content, brand), html: html(content, brand, &subject), subject }
}

fn html(content: &Content, brand: &Brand, subject: &str) -> String {
    let (start, end) = if content.direction == "rtl" { ("right", "left") } else { ("left", "right") };
    let shades = &brand.shades;
    let style = format!(
        ":root{{color-scheme:light dark;supported-color-schemes:light dark}}\
         @media (max-width:480px){{.inner{{padding:24px 18px 28px!important}}.outer{{padding:12px 8px 24px!important}}\
         .button{{display:block!important;text-align:center!important}}}}\
         @media (prefers-color-scheme:dark){{{DARK}.ink{{color:{}!important}}}}\
         [data-ogsc] .ink{{color:{}!important}}",
        shades.dark, shades.dark
    );
    let markup = html! {
        (DOCTYPE)
        html lang=(content.language) dir=(content.direction) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="supported-color-schemes" content="light dark";
                meta name="format-detection" content="telephone=no,date=no,address=no,email=no";
                title { (subject) }
                style { (PreEscaped(style)) }
            }
            body.page style=(PAGE) {
                // Shown beside the subject in lists of mails.
                div style="display:none;max-height:0;overflow:hidden;opacity:0" aria-hidden="true" { (preview(content)) }
                div.outer role="article" aria-roledescription="email" aria-label=(subject) lang=(content.language)
                    dir=(content.direction) style={ (OUTER) ";text-align:" (start) } {
                    div.card style=(CARD) {
                        div style={ "height:6px;line-height:6px;font-size:0;background:" (shades.fill) } { "\u{a0}" }
                        div.inner style=(INNER) {
                            p.ink style={ "margin:0 0 20px;font-weight:700;font-size:15px;color:" (shades.light) } { (brand.name) }
                            h1.title style="margin:0 0 14px;font-size:26px;line-height:1.2;font-weight:700;letter-spacing:-0.01em;color:#12171b" { (content.title) }
                            @for paragraph in &content.paragraphs { p style="margin:0 0 12px" { (paragraph) } }
                            @for part in &content.dates { (ticket(part, &shades.light, start)) }
                            (facts(&content.facts, start, end))
                            (sums(&content.sums, start, end))
                            @if let Some((words, link)) = &content.action {
                                p style="margin:26px 0 0" {
                                    a.button href=(link) style={
                                        "display:inline-block;padding:14px 26px;border-radius:9px;font-weight:600;text-decoration:none;background:"
                                        (shades.fill) ";color:" (shades.on)
                                    } { (words) }
                                }
                            }
                            @for note in &content.notes { p.quiet style={ "margin:18px 0 0;" (QUIET) } { (note) } }
                        }
                    }
                    div.quiet style=(FOOT) {
                        @if !brand.lines.is_empty() {
                            p style="margin:0 0 8px" { (brand.name) @for line in &brand.lines { br; bdi { (line) } } }
                        }
                        @if let Some(because) = &content.because { p style="margin:0 0 8px" { (because) } }
                        @if let Some((words, link)) = &content.unsubscribe {
                            p style="margin:0" { a.quiet href=(link) style="color:#5b656d;text-decoration:underline" { (words) } }
                        }
                    }
                }
            }
        }
    };
    markup.into_string()
}

/// What matters most, marked by the accent.
fn ticket(part: &Dated, ink: &str, start: &str) -> Markup {
    let line = if part.over { "text-decoration:line-through;" } else { "" };
    html! {
        div.ticket style={ "margin:18px 0 0;padding:16px 18px;border-radius:10px;background:#f7f5f1;border-" (start) ":4px solid " (ink) } {
            p.strong style="margin:0 0 6px;font-size:18px;line-height:1.3;font-weight:700;color:#12171b" { bdi { (part.name) } }
            p style={ "margin:0;font-weight:600;" (line) } { (part.day) }
            p style={ "margin:0;" (line) } { (part.times) }
            @for detail in &part.details { p.quiet style={ "margin:4px 0 0;" (QUIET) } { bdi { (detail) } } }
        }
    }
}

fn facts(facts: &[(String, String)], start: &str, end: &str) -> Markup {
    let cell = "padding:5px 0;vertical-align:top;";
    html! {
        @if !facts.is_empty() {
            table style="border-collapse:collapse;margin:18px 0 0;width:100%" {
                @for (what, value) in facts {
                    tr {
                        th.quiet scope="row" style={ (cell) (QUIET) ";font-weight:400;width:38%;padding-" (end) ":16px;text-align:" (start) } { (what) }
                        td style={ (cell) "word-break:break-word;text-align:" (start) } { bdi { (value) } }
                    }
                }
            }
        }
    }
}

fn sums(sums: &[Sum], start: &str, end: &str) -> Markup {
    html! {
        @if !sums.is_empty() {
            table.rule style={ "border-collapse:collapse;margin:18px 0 0;width:100%;" (RULE) } {
                @for sum in sums {
                    @let weight = match (sum.strong, sum.within) {
                        (true, _) => "font-weight:700;",
                        (false, true) => "font-weight:400;font-size:14px;color:#5b656d;",
                        (false, false) => "font-weight:400;",
                    };
                    tr {
                        th.quiet[sum.within] scope="row" style={ "padding:7px 0 0;" (weight) "text-align:" (start) } { bdi { (sum.label) } }
                        td.quiet[sum.within] style={ "padding:7px 0 0;white-space:nowrap;" (weight) "text-align:" (end) } { (sum.amount) }
                    }
                }
            }
        }
    }
}

/// The first words that tell something: when, or what.
fn preview(content: &Content) -> String {
    let when = content.dates.first().map(|part| format!("{}, {}", part.day, part.times));
    let told = content.paragraphs.last().cloned().unwrap_or_default();
    when.map_or_else(|| told.clone(), |when| format!("{when}. {told}"))
}

fn text(content: &Content, brand: &Brand) -> String {
    let mut parts = vec![content.title.clone()];
    parts.extend(content.paragraphs.iter().cloned());
    parts.extend(content.dates.iter().map(|part| {
        let mut lines = vec![part.name.clone(), part.day.clone(), part.times.clone()];
        lines.extend(part.details.iter().cloned());
        lines.join("\n")
    }));
    let lines = |pairs: Vec<String>| (!pairs.is_empty()).then(|| pairs.join("\n"));
    parts.extend(lines(content.facts.iter().map(|(what, value)| format!("{what}: {value}")).collect()));
    parts.extend(lines(content.sums.iter().map(|sum| format!("{}: {}", sum.label, sum.amount)).collect()));
    parts.extend(content.action.as_ref().map(|(words, link)| format!("{words}:\n{link}")));
    parts.extend(content.notes.iter().cloned());
    let mut foot = vec!["-- ".to_owned(), brand.name.clone()];
    foot.extend(brand.lines.iter().cloned());
    foot.extend(content.because.clone());
    foot.extend(content.unsubscribe.as_ref().map(|(words, link)| format!("{words}: {link}")));
    parts.push(foot.join("\n"));
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
            direction: "ltr",
            subject: format!("{name} invites you"),
            title: format!("{name} invites you"),
            paragraphs: vec![format!("From {name}.")],
            facts: vec![("Role".to_owned(), "Staff".to_owned())],
            action: Some(("Accept".to_owned(), "https://book.example/i/1?a=b&c=d".to_owned())),
            ..Content::default()
        }
    }

    #[test]
    fn both_forms_tell_the_same_and_lead_to_the_same_place() {
        let mail = render(&content("Ada"), &Brand::own());
        let expected = "Ada invites you\n\nFrom Ada.\n\nRole: Staff\n\nAccept:\nhttps://book.example/i/1?a=b&c=d\n\n-- \nDaymark\n";
        assert_eq!(mail.text, expected);
        assert!(mail.html.contains("https://book.example/i/1?a=b&amp;c=d"), "{}", mail.html);
    }

    #[test]
    fn what_people_typed_is_neither_markup_nor_a_header() {
        let brand = Brand::of("<b>", r#"{"accent":"red;}","phone":"<i>"}"#);
        let mail = render(&content("<script>\r\nBcc: all@example.com"), &brand);
        assert!(!["<script>", "<b>", "<i>", "red;"].iter().any(|bad| mail.html.contains(bad)), "{}", mail.html);
        assert!(!mail.subject.contains(['\r', '\n']), "{}", mail.subject);
    }

    #[test]
    fn a_language_from_the_right_turns_the_sides() {
        let content = Content { direction: "rtl", dates: vec![Dated::default()], ..content("Ada") };
        let mail = render(&content, &Brand::own());
        assert!(mail.html.contains("border-right:4px") && mail.html.contains("text-align:right"), "{}", mail.html);
    }

    #[test]
    fn nothing_is_loaded() {
        let mail = render(&content("Ada"), &Brand::own());
        for tag in ["<img", "<link", "<script", "url(", "src="] {
            assert!(!mail.html.contains(tag), "{tag}");
        }
    }
}
