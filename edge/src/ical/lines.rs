//! Reads iCalendar as written by others: lines, their parameters, and what stands within what (RFC 5545 §3.1).
//!
//! Nothing is refused: what cannot be read is left out, since one odd line must not hide a whole calendar.

use super::write::again;
use std::borrow::Cow;

/// Components within components; nothing real goes deeper than a zone's observances.
const DEEPEST: usize = 6;

/// Lines of one component, and components of one calendar: more is not a calendar.
const MOST: usize = 50_000;

/// `NAME;PARAMETER=…:value`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    /// In upper case.
    pub name: String,
    /// Names in upper case, values without their quotes.
    pub parameters: Vec<(String, String)>,
    /// As it is written.
    pub value: String,
}

impl Line {
    /// The first value of a parameter.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Writes it again.
    pub fn write(&self, out: &mut String) {
        let mut head = self.name.clone();
        for (name, value) in &self.parameters {
            let quotes = if value.contains([':', ';', ',']) { "\"" } else { "" };
            head.push_str(&format!(";{name}={quotes}{value}{quotes}"));
        }
        again(out, &head, &self.value);
    }

    fn parse(text: &str) -> Option<Self> {
        let (mut quoted, mut end) = (false, None);
        for (at, sign) in text.char_indices() {
            match sign {
                '"' => quoted = !quoted,
                ':' if !quoted => {
                    end = Some(at);
                    break;
                }
                _ => {}
            }
        }
        let (head, value) = text.split_at_checked(end?)?;
        let mut parts = unquoted(head, ';').into_iter();
        let name = parts.next()?.trim().to_ascii_uppercase();
        let parameters = parts.filter_map(|part| {
            let (name, value) = part.split_once('=')?;
            Some((name.trim().to_ascii_uppercase(), value.trim_matches('"').to_owned()))
        });
        let known = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let value = value.strip_prefix(':')?.trim_end().to_owned();
        known.then(|| Self { parameters: parameters.collect(), name, value })
    }
}

/// Splits where the sign stands outside of quotes.
fn unquoted(text: &str, at: char) -> Vec<&str> {
    let mut quoted = false;
    text.split(move |sign| {
        if sign == '"' {
            quoted = !quoted;
        }
        sign == at && !quoted
    })
    .collect()
}

/// `BEGIN:NAME` to `END:NAME`.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Component {
    /// In upper case.
    pub name: String,
    /// Its own lines.
    pub lines: Vec<Line>,
    /// What stands within.
    pub parts: Vec<Component>,
}

impl Component {
    /// Writes it again.
    pub fn write(&self, out: &mut String) {
        again(out, "BEGIN", &self.name);
        self.lines.iter().for_each(|line| line.write(out));
        self.parts.iter().for_each(|part| part.write(out));
        again(out, "END", &self.name);
    }

    /// The first line of that name.
    pub fn line(&self, name: &str) -> Option<&Line> {
        self.lines.iter().find(|line| line.name == name)
    }

    /// Its value.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.line(name).map(|line| line.value.as_str())
    }

    /// Every line of that name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Line> {
        self.lines.iter().filter(move |line| line.name == name)
    }

    /// Its parts of that name.
    pub fn parts_named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Component> {
        self.parts.iter().filter(move |part| part.name == name)
    }
}

/// Every calendar in a text. What is not closed is closed by its end.
pub fn calendars(text: &str) -> Vec<Component> {
    // The root is a component without a name; the innermost open one is the last.
    let mut open = vec![Component::default()];
    let mut skipped = 0_usize;
    let mut count = 0_usize;
    for logical in unfolded(text) {
        let Some(line) = Line::parse(&logical) else { continue };
        match line.name.as_str() {
            "BEGIN" => {
                count = count.saturating_add(1);
                if skipped > 0 || open.len() > DEEPEST || count > MOST {
                    skipped = skipped.saturating_add(1);
                } else {
                    let name = line.value.trim().to_ascii_uppercase();
                    open.push(Component { name, ..Component::default() });
                }
            }
            "END" if skipped > 0 => skipped = skipped.saturating_sub(1),
            "END" => close_to(&mut open, &line.value.trim().to_ascii_uppercase()),
            _ if skipped > 0 => {}
            _ => {
                if let Some(inner) = open.last_mut().filter(|inner| inner.lines.len() < MOST) {
                    inner.lines.push(line);
                }
            }
        }
    }
    while open.len() > 1 {
        close(&mut open);
    }
    let root = open.pop().unwrap_or_default();
    root.parts.into_iter().filter(|part| part.name == "VCALENDAR").collect()
}

/// Closes the innermost component of that name and what stands open within; nothing where none is open.
fn close_to(open: &mut Vec<Component>, name: &str) {
    let Some(at) = open.iter().rposition(|component| component.name == name).filter(|at| *at > 0) else { return };
    while open.len() > at {
        close(open);
    }
}

fn close(open: &mut Vec<Component>) {
    if open.len() < 2 {
        return;
    }
    if let (Some(inner), Some(outer)) = (open.pop(), open.last_mut()) {
        outer.parts.push(inner);
    }
}

/// Lines as they were before they were folded.
fn unfolded(text: &str) -> impl Iterator<Item = Cow<'_, str>> {
    let mut rest =
        text.trim_start_matches('\u{feff}').split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line)).peekable();
    core::iter::from_fn(move || {
        let mut logical = Cow::Borrowed(rest.next()?);
        while let Some(more) = rest.peek().and_then(|next| next.strip_prefix([' ', '\t'])) {
            logical.to_mut().push_str(more);
            rest.next();
        }
        Some(logical)
    })
}

/// Text as people read it (RFC 5545 §3.3.11).
pub fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut signs = text.chars();
    while let Some(sign) = signs.next() {
        match (sign, if sign == '\\' { signs.next() } else { None }) {
            ('\\', Some('n' | 'N')) => out.push('\n'),
            ('\\', Some(escaped)) => out.push(escaped),
            (sign, _) => out.push(sign),
        }
    }
    out
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn folded_lines_quoted_parameters_and_what_stands_within_are_read() {
        let text = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:One\r\n  two\r\nATTENDEE;CN=\"A: B; C\";X=1:mailto:a@b.c\r\n\
                    BEGIN:VALARM\r\nACTION:DISPLAY\r\nEND:VALARM\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
        let calendars = calendars(text);
        let event = calendars.first().unwrap().parts_named("VEVENT").next().unwrap();
        assert_eq!(event.value("SUMMARY"), Some("One two"));
        let attendee = event.line("ATTENDEE").unwrap();
        assert_eq!((attendee.parameter("CN"), attendee.value.as_str()), (Some("A: B; C"), "mailto:a@b.c"));
        assert_eq!(event.parts_named("VALARM").count(), 1);
        assert_eq!(plain("a\\, b\\n\\\\c\\"), "a, b\n\\c\\");
    }

    #[test]
    fn what_is_broken_is_left_out_and_the_rest_is_read() {
        let text =
            "\u{feff}BEGIN:VCALENDAR\nno colon\n;:\nEND:VEVENT\nBEGIN:VEVENT\nUID:1\nEND:VCALENDAR\nBEGIN:VCALENDAR";
        assert_eq!(calendars(text).len(), 2);
        assert_eq!(calendars(text).first().map(|calendar| calendar.parts.len()), Some(1));
        let deep = "BEGIN:VCALENDAR\n".repeat(10_000);
        assert_eq!(calendars(&deep).len(), 1);
    }
}
