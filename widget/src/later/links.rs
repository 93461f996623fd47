//! Where a booking can be put: links into the calendars of others.

use shared::embed::{BookedItem, BookingOut};

/// Google's and Outlook's forms for a new entry, filled in.
pub fn calendar_links(booking: &BookingOut) -> Option<[String; 2]> {
    let item = booking.items.first()?;
    let BookedItem { starts_at, ends_at, name, .. } = item;
    let (from, to) = (starts_at.to_string(), ends_at.to_string());
    let (name, note) = (escape(name), escape(booking.manage_url.as_deref().unwrap_or("")));
    let compact = |time: &str| time.replace(['-', ':'], "");
    let google = [
        "https://calendar.google.com/calendar/render?action=TEMPLATE&text=",
        &name,
        "&dates=",
        &compact(&from),
        "/",
        &compact(&to),
        "&details=",
        &note,
    ];
    let outlook = [
        "https://outlook.live.com/calendar/0/deeplink/compose?rru=addevent&subject=",
        &name,
        "&startdt=",
        &escape(&from),
        "&enddt=",
        &escape(&to),
        "&body=",
        &note,
    ];
    Some([google.concat(), outlook.concat()])
}

/// Percent-encoded, but for RFC 3986's unreserved signs.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            escaped.push(char::from(byte));
        } else {
            escaped.push('%');
            for half in [byte >> 4, byte & 15] {
                escaped.extend(char::from_digit(u32::from(half), 16).map(|digit| digit.to_ascii_uppercase()));
            }
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_that_would_end_a_value_are_escaped() {
        assert_eq!(escape("Sea & café?"), "Sea%20%26%20caf%C3%A9%3F");
    }
}
