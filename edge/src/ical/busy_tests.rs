//! Entries as Google, Apple, Microsoft and the standard write them; and anything at all, which must not stop the reader.

#![allow(clippy::unwrap_used)]

use super::busy::{Looking, busy, merged};
use proptest::prelude::*;
use shared::zone::{Instant, Span};

/// 2026-10-01T00:00:00Z, and 92 days later.
const FROM: i64 = 1_790_812_800;
const TO: i64 = FROM + 92 * 86_400;

fn read(events: &str) -> (Vec<String>, u32) {
    let text = format!("BEGIN:VCALENDAR\nVERSION:2.0\n{events}\nEND:VCALENDAR\n");
    let looking = Looking { home: "Europe/Berlin", from: Instant(FROM), to: Instant(TO) };
    let found = busy(&text, &looking).unwrap();
    let shown = |at: Instant| chrono::DateTime::from_timestamp(at.0, 0).unwrap().format("%m-%dT%H:%M").to_string();
    let times = found.times.iter().map(|(_, span)| format!("{}/{}", shown(span.starts_at), shown(span.ends_at)));
    (times.collect(), found.unreadable)
}

fn event(lines: &str) -> String {
    format!("BEGIN:VEVENT\nUID:1\n{lines}\nEND:VEVENT")
}

#[test]
fn a_weekly_entry_keeps_its_wall_time_over_the_change_of_the_clocks() {
    let (times, unreadable) = read(&event(
        "DTSTART;TZID=Europe/Berlin:20200107T090000\nDTEND;TZID=Europe/Berlin:20200107T100000\n\
         RRULE:FREQ=WEEKLY;BYDAY=WE;UNTIL=20261028T080000Z",
    ));
    assert_eq!(
        times,
        ["10-07T07:00/10-07T08:00", "10-14T07:00/10-14T08:00", "10-21T07:00/10-21T08:00", "10-28T08:00/10-28T09:00"]
    );
    assert_eq!(unreadable, 0);
}

#[test]
fn times_that_are_left_out_moved_or_called_off_are_not_busy_where_they_were() {
    let events = [
        event(
            "DTSTART;TZID=Europe/Berlin:20261001T090000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=5\nEXDATE;TZID=Europe/Berlin:20261002T090000",
        ),
        event(
            "RECURRENCE-ID;TZID=Europe/Berlin:20261003T090000\nDTSTART;TZID=Europe/Berlin:20261003T150000\nDURATION:PT2H",
        ),
        event(
            "RECURRENCE-ID:20261004T070000Z\nDTSTART;TZID=Europe/Berlin:20261004T090000\nDURATION:PT1H\nSTATUS:CANCELLED",
        ),
    ];
    let (times, _) = read(&events.join("\n"));
    assert_eq!(times, ["10-01T07:00/10-01T08:00", "10-03T13:00/10-03T15:00", "10-05T07:00/10-05T08:00"]);
}

#[test]
fn whole_days_are_days_of_the_calendar_also_where_they_have_25_hours() {
    let (times, _) = read(&event("DTSTART;VALUE=DATE:20261025\nDTEND;VALUE=DATE:20261026"));
    assert_eq!(times, ["10-24T22:00/10-25T23:00"]);
    let (times, _) = read(&event("DTSTART;VALUE=DATE:20261101"));
    assert_eq!(times, ["10-31T23:00/11-01T23:00"]);
}

#[test]
fn what_is_free_is_not_busy() {
    for free in ["TRANSP:TRANSPARENT", "STATUS:CANCELLED", "X-MICROSOFT-CDO-BUSYSTATUS:FREE"] {
        assert_eq!(read(&event(&format!("DTSTART:20261101T100000Z\nDTEND:20261101T110000Z\n{free}"))).0, [""; 0]);
    }
    assert_eq!(read(&event("DTSTART:20261101T100000Z")).0, [""; 0], "a reminder lasts no time");
}

#[test]
fn what_cannot_be_read_is_counted_and_hides_nothing() {
    let unknown =
        event("DTSTART;TZID=Shire:20261101T100000\nDTEND;TZID=Shire:20261101T110000").replace("UID:1", "UID:2");
    let odd = event("DTSTART:20261101T100000Z\nDURATION:PT1H\nRRULE:FREQ=SECONDLY").replace("UID:1", "UID:3");
    let good = event("DTSTART:20261101T100000Z\nDURATION:PT1H");
    assert_eq!(read(&[unknown, odd, good].join("\n")), (vec!["11-01T10:00/11-01T11:00".to_owned()], 2));
}

#[test]
fn from_some_time_on_all_later_ones_move() {
    let events = [
        event("DTSTART:20261001T090000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=4"),
        event("RECURRENCE-ID;RANGE=THISANDFUTURE:20261003T090000Z\nDTSTART:20261003T100000Z\nDURATION:PT30M"),
    ];
    let (times, _) = read(&events.join("\n"));
    assert_eq!(
        times,
        ["10-01T09:00/10-01T10:00", "10-02T09:00/10-02T10:00", "10-03T10:00/10-03T10:30", "10-04T10:00/10-04T10:30"]
    );
}

#[test]
fn published_busy_times_are_read() {
    let (times, _) = read(
        "BEGIN:VFREEBUSY\nFREEBUSY;FBTYPE=BUSY:20261101T100000Z/20261101T110000Z,20261102T100000Z/PT30M\nEND:VFREEBUSY",
    );
    assert_eq!(times, ["11-01T10:00/11-01T11:00", "11-02T10:00/11-02T10:30"]);
}

#[test]
fn spans_that_touch_are_one() {
    let span = |from, to| Span { starts_at: Instant(from), ends_at: Instant(to) };
    assert_eq!(merged([span(5, 9), span(0, 3), span(3, 6), span(20, 21)]), [span(0, 9), span(20, 21)]);
}

/// Lines of calendars, whole, cut or with something else in them.
fn anything() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        4 => prop::sample::select(vec![
            "BEGIN:VCALENDAR", "END:VCALENDAR", "BEGIN:VEVENT", "END:VEVENT", "BEGIN:VTIMEZONE", "TZID:X", "BEGIN:STANDARD",
            "DTSTART:19700101T000000", "TZOFFSETFROM:+2359", "TZOFFSETTO:-9999", "END:STANDARD", "END:VTIMEZONE", "UID:1",
            "DTSTART;TZID=X:20261001T090000", "DTSTART:00010101T000000Z", "DTEND:99991231T235959Z", "DTSTART;VALUE=DATE:99991231",
            "DURATION:P99999999999999W", "RRULE:FREQ=YEARLY;INTERVAL=9999", "RRULE:FREQ=DAILY;COUNT=4294967295",
            "RRULE:FREQ=MONTHLY;BYDAY=-53SU;BYSETPOS=-366", "RRULE:FREQ=YEARLY;BYWEEKNO=-53,53;BYDAY=5MO",
            "RECURRENCE-ID;RANGE=THISANDFUTURE:20261001T090000", "EXDATE:20261001", "RDATE;VALUE=PERIOD:20261001T090000Z/PT1H",
        ]).prop_map(str::to_owned),
        1 => "[A-Z;=:\"\\\\ -]{0,20}[0-9TZ/,]{0,20}",
        1 => "\\PC{0,30}",
    ];
    prop::collection::vec(line, 0..40).prop_map(|lines| lines.join("\r\n"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn no_text_stops_the_reader_and_no_time_lies_outside_of_what_was_asked_for(text in anything()) {
        let text = format!("BEGIN:VCALENDAR\r\n{text}");
        let found = busy(&text, &Looking { home: "America/New_York", from: Instant(FROM), to: Instant(TO) });
        for (_, span) in found.unwrap_or_default().times {
            prop_assert!(span.starts_at.0 >= FROM && span.ends_at.0 <= TO && !span.is_empty());
        }
    }
}
