//! What a calendar server answers (RFC 4918 §13): a list of addresses with their properties.
//!
//! Names are read without their namespaces, which no server uses to mean two things at once.

use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::reader::Reader;

/// Elements within elements.
const DEEPEST: usize = 64;

/// Everything that was answered.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Multistatus {
    /// Address by address.
    pub responses: Vec<Response>,
    /// What to ask with for what changes from now on (RFC 6578).
    pub sync_token: Option<String>,
}

/// One address.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Response {
    /// As the server names it.
    pub href: String,
    /// Of the address itself, where it is not of its properties: 404 when it is gone.
    pub status: Option<u16>,
    /// What is known of it.
    pub properties: Properties,
}

/// The properties that were found.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Properties {
    /// Version of what is there.
    pub etag: Option<String>,
    /// The calendar object.
    pub data: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// It holds calendar objects.
    pub calendar: bool,
    /// Which; none said means all.
    pub components: Vec<String>,
    /// Address of whoever asks.
    pub principal: Option<String>,
    /// Where their calendars are.
    pub home: Option<String>,
    /// As in [`Multistatus`].
    pub sync_token: Option<String>,
}

/// Reads an answer. None when it is no XML, or none of this kind.
pub fn multistatus(text: &str) -> Option<Multistatus> {
    let mut reader = Reader::from_str(text);
    let mut tree = Tree::default();
    loop {
        match reader.read_event().ok()? {
            Event::Start(start) => tree.open(&start)?,
            Event::Empty(start) => {
                tree.open(&start)?;
                tree.close();
            }
            Event::End(_) => tree.close(),
            Event::Text(text) => tree.text.push_str(&text),
            Event::CData(text) => tree.text.push_str(&text),
            Event::GeneralRef(name) => tree.text.extend(referred(&name)),
            Event::Eof => break,
            Event::Decl(_) | Event::PI(_) | Event::DocType(_) | Event::Comment(_) => {}
        }
    }
    tree.seen.then_some(tree.found)
}

/// A sign by its number, or one of the five that XML knows by name.
fn referred(name: &BytesRef<'_>) -> Option<char> {
    if let Ok(Some(sign)) = name.resolve_char_ref() {
        return Some(sign);
    }
    match &**name {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => None,
    }
}

/// The way down to where the reader is, and what was found so far.
#[derive(Default)]
struct Tree {
    names: Vec<String>,
    text: String,
    found: Multistatus,
    response: Response,
    /// Of the properties that are being read.
    status: Option<u16>,
    properties: Properties,
    seen: bool,
}

impl Tree {
    fn open(&mut self, start: &BytesStart<'_>) -> Option<()> {
        let name = start.local_name().as_ref().to_lowercase();
        self.text.clear();
        match name.as_str() {
            "multistatus" => self.seen = true,
            "response" => self.response = Response::default(),
            "propstat" => (self.status, self.properties) = (None, Properties::default()),
            "calendar" if self.is_in("resourcetype") => self.properties.calendar = true,
            "comp" if self.is_in("supported-calendar-component-set") => {
                let named =
                    start.attributes().flatten().find(|attribute| attribute.key.local_name().as_ref() == "name");
                let named = named.map(|attribute| attribute.value.to_uppercase());
                self.properties.components.extend(named);
            }
            _ => {}
        }
        self.names.push(name);
        (self.names.len() <= DEEPEST).then_some(())
    }

    fn is_in(&self, name: &str) -> bool {
        self.names.last().is_some_and(|inner| inner == name)
    }

    fn close(&mut self) {
        let Some(name) = self.names.pop() else { return };
        let text = core::mem::take(&mut self.text);
        let within = self.names.last().map(String::as_str).unwrap_or_default();
        let trimmed = || Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        match (name.as_str(), within) {
            ("href", "response") => self.response.href = text.trim().to_owned(),
            ("href", "current-user-principal") => self.properties.principal = trimmed(),
            ("href", "calendar-home-set") => self.properties.home = trimmed(),
            ("status", "response") => self.response.status = status(&text),
            ("status", "propstat") => self.status = status(&text),
            ("getetag", "prop") => self.properties.etag = trimmed().filter(|etag| !etag.starts_with("W/")),
            ("calendar-data", "prop") => self.properties.data = Some(text),
            ("displayname", "prop") => self.properties.name = trimmed(),
            ("sync-token", "prop") => self.properties.sync_token = trimmed(),
            ("sync-token", "multistatus") => self.found.sync_token = trimmed(),
            ("propstat", _) if self.status.is_none_or(|status| (200..300).contains(&status)) => {
                let found = core::mem::take(&mut self.properties);
                self.response.properties = merged(core::mem::take(&mut self.response.properties), found);
            }
            ("response", "multistatus") => self.found.responses.push(core::mem::take(&mut self.response)),
            _ => {}
        }
    }
}

fn merged(one: Properties, other: Properties) -> Properties {
    Properties {
        etag: one.etag.or(other.etag),
        data: one.data.or(other.data),
        name: one.name.or(other.name),
        calendar: one.calendar || other.calendar,
        components: if one.components.is_empty() { other.components } else { one.components },
        principal: one.principal.or(other.principal),
        home: one.home.or(other.home),
        sync_token: one.sync_token.or(other.sync_token),
    }
}

/// `HTTP/1.1 404 Not Found`.
fn status(text: &str) -> Option<u16> {
    text.split_whitespace().nth(1)?.parse().ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_there_what_is_gone_and_what_comes_next_are_read() {
        let text = r#"<?xml version="1.0"?><d:multistatus xmlns:d="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">
          <d:response><d:href>/a/x%20y.ics</d:href><d:propstat><d:prop><d:getetag>&quot;1&quot;</d:getetag>
            <C:calendar-data>BEGIN:VCALENDAR&#13;
SUMMARY:A &amp; B
</C:calendar-data></d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat>
            <d:propstat><d:prop><d:displayname>no</d:displayname></d:prop><d:status>HTTP/1.1 404 Not Found</d:status></d:propstat></d:response>
          <d:response><d:href>/a/gone.ics</d:href><d:status>HTTP/1.1 404 Not Found</d:status></d:response>
          <d:sync-token>t2</d:sync-token></d:multistatus>"#;
        let read = multistatus(text).unwrap();
        let [one, gone] = read.responses.as_slice() else { panic!("two: {read:?}") };
        assert_eq!((one.href.as_str(), one.properties.etag.as_deref()), ("/a/x%20y.ics", Some("\"1\"")));
        assert!(one.properties.data.as_deref().unwrap().contains("VCALENDAR\r\nSUMMARY:A & B"), "{one:?}");
        assert_eq!((&one.properties.name, gone.status), (&None, Some(404)));
        assert_eq!(read.sync_token.as_deref(), Some("t2"));
    }

    #[test]
    fn a_calendar_says_what_it_is() {
        let text = r#"<multistatus xmlns="DAV:"><response><href>/c/</href><propstat><prop><displayname>Work</displayname>
          <resourcetype><collection/><calendar xmlns="urn:ietf:params:xml:ns:caldav"/></resourcetype>
          <supported-calendar-component-set xmlns="urn:ietf:params:xml:ns:caldav"><comp name="VEVENT"/></supported-calendar-component-set>
          <current-user-principal><href>/me/</href></current-user-principal></prop><status>HTTP/1.1 200 OK</status></propstat></response></multistatus>"#;
        let read = multistatus(text).unwrap();
        let properties = &read.responses.first().unwrap().properties;
        assert!(properties.calendar && properties.components == ["VEVENT"]);
        assert_eq!((properties.name.as_deref(), properties.principal.as_deref()), (Some("Work"), Some("/me/")));
    }

    proptest! {
        #[test]
        fn no_answer_stops_the_reader(text in "(<[a-z:]{1,12}( name=\"[A-Z]*\")?/?>|</[a-z:]{1,12}>|&[a-z#0-9]{0,6};|[ -~]{0,8}){0,40}") {
            let _ = multistatus(&text);
            let _ = multistatus(&format!("<multistatus>{text}"));
        }
    }

    #[test]
    fn what_is_no_such_answer_is_none() {
        for text in ["", "<html><body>Sign in</body></html>", "not xml <", "{}"] {
            assert_eq!(multistatus(text), None, "{text}");
        }
        assert_eq!(multistatus(&"<multistatus>".repeat(1_000)), None);
    }
}
