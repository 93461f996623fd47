//! Schedules go out as RFC 5545 text and come back with the same dates; what cannot be held is refused by name.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

mod support;

use proptest::prelude::*;
use shared::civil::{Date, LocalDateTime, TimeOfDay};
use shared::schedule::rrule::{Imported, Refused, Start, Unsayable, Why, export, import};
use shared::schedule::{Cancelled, ExtraDate, Lasting, OneOff, Repeats, Rule, Schedule, Times, Window};
use shared::zone::{Span, Zone};
use std::sync::LazyLock;

static BERLIN: LazyLock<Zone> = LazyLock::new(|| support::zone("Europe/Berlin", 2020, 2045));
const HOUR: Lasting = Lasting::Minutes(60);

fn read(text: &str) -> Result<Imported, Refused> {
    import(text, &BERLIN, None)
}

fn starts(schedule: &Schedule, zone: &Zone) -> Vec<Span> {
    let (from, to) = (Date::new(2026, 1, 1).unwrap(), Date::new(2031, 12, 31).unwrap());
    let all = schedule.occurrences(zone, HOUR, from, to);
    all.into_iter().filter(|one| !one.cancelled).map(|one| one.span).collect()
}

/// The first few starts, as text.
fn first(text: &str, count: usize) -> Vec<String> {
    let schedule = read(text).unwrap().schedule;
    starts(&schedule, &BERLIN).iter().take(count).map(|span| BERLIN.to_local(span.starts_at).to_string()).collect()
}

#[test]
fn the_last_friday_of_every_other_month_is_read() {
    assert_eq!(
        first("DTSTART;TZID=Europe/Berlin:20270129T183000\r\nRRULE:FREQ=MONTHLY;INTERVAL=2;BYDAY=-1FR\r\n", 3),
        ["2027-01-29T18:30", "2027-03-26T18:30", "2027-05-28T18:30"]
    );
}

#[test]
fn count_counts_dates_that_two_parts_of_a_rule_share_once() {
    // The fifth Friday is the last one wherever there is one.
    assert_eq!(
        first("DTSTART:20270101T080000\nRRULE:FREQ=MONTHLY;BYDAY=5FR,-1FR;COUNT=3", 9),
        ["2027-01-29T08:00", "2027-02-26T08:00", "2027-03-26T08:00"]
    );
}

#[test]
fn exdate_takes_out_one_start_and_rdate_adds_one_with_its_own_length() {
    let text = "DTSTART;TZID=Europe/Berlin:20270301T100000\n\
                DURATION:PT1H30M\n\
                RRULE:FREQ=DAILY;COUNT=4\n\
                EXDATE;TZID=Europe/Berlin:20270302T100000,20270\n 303T100000\n\
                RDATE;VALUE=PERIOD;TZID=Europe/Berlin:20270310T090000/PT20M";
    assert_eq!(first(text, 9), ["2027-03-01T10:00", "2027-03-04T10:00", "2027-03-10T09:00"]);
    let read = read(text).unwrap();
    assert_eq!(read.lasting, Some(Lasting::Minutes(90)));
    assert_eq!(read.schedule.one_offs[0].minutes, Some(20));
}

#[test]
fn exdate_takes_out_an_rdate_too() {
    assert_eq!(
        first("DTSTART:20270301T100000\nRDATE:20270302T100000\nEXDATE:20270301T100000", 9),
        ["2027-03-02T10:00"]
    );
}

#[test]
fn until_in_utc_is_compared_with_the_start_and_not_with_the_date() {
    let rule = |until: &str| {
        let text = format!("DTSTART;TZID=Europe/Berlin:20270301T003000\nRRULE:FREQ=DAILY;UNTIL={until}");
        first(&text, 99).last().cloned().unwrap()
    };
    assert_eq!(rule("20270304T233000Z"), "2027-03-05T00:30");
    assert_eq!(rule("20270304T232959Z"), "2027-03-04T00:30");
}

#[test]
fn whole_days_stay_dates() {
    let read =
        read("DTSTART;VALUE=DATE:20270301\nDTEND;VALUE=DATE:20270304\nRRULE:FREQ=WEEKLY;UNTIL=20270308").unwrap();
    assert_eq!(read.lasting, Some(Lasting::Days(3)));
    assert_eq!(read.schedule.rules[0].times, Times::AllDay);
    assert_eq!(read.schedule.rules[0].until, Date::new(2027, 3, 8));
}

#[test]
fn a_bare_rule_begins_where_the_caller_says() {
    let start = LocalDateTime::parse("2027-03-01T09:00").unwrap();
    let read = import("FREQ=DAILY;BYDAY=SA,SU", &BERLIN, Some(Start::At(start))).unwrap();
    assert_eq!(read.schedule.rules[0].repeats, Repeats::Weekly { every: 1, weekdays: vec![6, 7] });
}

#[test]
fn what_a_schedule_cannot_hold_is_refused_by_name() {
    let start = "DTSTART;TZID=Europe/Berlin:20270301T100000\n";
    for (text, part, why) in [
        ("RRULE:FREQ=YEARLY", "FREQ=YEARLY", Why::Unsupported),
        ("RRULE:FREQ=HOURLY", "FREQ=HOURLY", Why::Unsupported),
        ("RRULE:FREQ=SOMETIMES", "FREQ=SOMETIMES", Why::Malformed),
        ("RRULE:INTERVAL=2", "FREQ", Why::Missing),
        ("RRULE:FREQ=DAILY;FREQ=DAILY", "FREQ=DAILY", Why::Repeated),
        ("RRULE:FREQ=DAILY;INTERVAL=0", "INTERVAL=0", Why::Malformed),
        ("RRULE:FREQ=DAILY;INTERVAL=-1", "INTERVAL=-1", Why::Malformed),
        ("RRULE:FREQ=DAILY;COUNT=0", "COUNT=0", Why::Malformed),
        ("RRULE:FREQ=DAILY;COUNT=3;UNTIL=20270401T000000", "UNTIL=20270401T000000", Why::Conflict),
        ("RRULE:FREQ=DAILY;UNTIL=20270401", "UNTIL=20270401", Why::Conflict),
        ("RRULE:FREQ=DAILY;UNTIL=20270230T000000", "UNTIL=20270230T000000", Why::Malformed),
        ("RRULE:FREQ=DAILY;INTERVAL=2;BYDAY=MO", "FREQ=DAILY", Why::Unsupported),
        ("RRULE:FREQ=WEEKLY;BYDAY=1MO", "BYDAY=1MO", Why::Malformed),
        ("RRULE:FREQ=WEEKLY;BYDAY=XX", "BYDAY=XX", Why::Malformed),
        ("RRULE:FREQ=WEEKLY;BYMONTHDAY=1", "BYMONTHDAY=1", Why::Malformed),
        ("RRULE:FREQ=WEEKLY;INTERVAL=2;WKST=SU", "WKST=SU", Why::Unsupported),
        ("RRULE:FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "BYMONTHDAY=13", Why::Unsupported),
        ("RRULE:FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=1", "BYSETPOS=1", Why::Unsupported),
        ("RRULE:FREQ=MONTHLY;BYMONTHDAY=32", "BYMONTHDAY=32", Why::Malformed),
        ("RRULE:FREQ=MONTHLY;BYMONTHDAY=0", "BYMONTHDAY=0", Why::Malformed),
        ("RRULE:FREQ=MONTHLY;BYDAY=6MO", "BYDAY=6MO", Why::Malformed),
        ("RRULE:FREQ=DAILY;BYHOUR=9", "BYHOUR=9", Why::Unsupported),
        ("RRULE:FREQ=DAILY;BYMONTH=6", "BYMONTH=6", Why::Unsupported),
        ("RRULE:FREQ=DAILY;RSCALE=HEBREW", "RSCALE=HEBREW", Why::Unsupported),
        ("EXRULE:FREQ=DAILY", "EXRULE:FREQ=DAILY", Why::Unsupported),
        ("SUMMARY:Tour", "SUMMARY:Tour", Why::Unsupported),
        ("nonsense", "nonsense", Why::Malformed),
        ("DTSTART:20270302T100000", "DTSTART:20270302T100000", Why::Repeated),
        ("EXDATE;VALUE=DATE:20270302", "EXDATE", Why::Conflict),
        ("RDATE:20270302T100030", "20270302T100030", Why::Unsupported),
        ("RDATE:20271031T013000Z", "20271031T013000Z", Why::Unsupported),
        ("RDATE;TZID=Europe/Paris:20270302T100000", "RDATE;TZID=Europe/Paris:20270302T100000", Why::ForeignZone),
        ("DURATION:P1D", "DURATION", Why::Unsupported),
        ("DURATION:PT30S", "DURATION", Why::Unsupported),
        ("DURATION:-PT1H", "DURATION:-PT1H", Why::Malformed),
        ("DTEND;TZID=Europe/Berlin:20270301T090000", "DTEND", Why::Unsupported),
        ("DURATION:PT1H\nDTEND:20270301T110000", "DURATION", Why::Conflict),
    ] {
        let refused = read(&[start, text].concat()).unwrap_err();
        assert_eq!((refused.part.as_str(), refused.why), (part, why), "{text}");
    }
    assert_eq!(read("RRULE:FREQ=DAILY").unwrap_err().part, "DTSTART");
    assert_eq!(read("DTSTART:20270301T100000Z\nRRULE:FREQ=DAILY").unwrap_err().why, Why::ForeignZone);
    assert_eq!(read("").unwrap_err().why, Why::Missing);
}

#[test]
fn what_icalendar_cannot_say_is_not_written() {
    let date = Date::new(2027, 3, 1).unwrap();
    let at = Times::At(vec![TimeOfDay::MIDNIGHT]);
    let hours = Window { from: TimeOfDay::MIDNIGHT, to: TimeOfDay::new(12, 0).unwrap() };
    let open = Times::Open { windows: vec![hours], step: 15 };
    let extra = |times: &[&Times]| Schedule {
        extra: times.iter().map(|times| ExtraDate { date, times: (*times).clone() }).collect(),
        ..Schedule::default()
    };
    assert_eq!(export(&extra(&[&open]), &BERLIN, None), Err(Unsayable::OpeningHours));
    assert_eq!(export(&extra(&[&at, &Times::AllDay]), &BERLIN, None), Err(Unsayable::MixedDays));
    assert_eq!(export(&extra(&[&at]), &Zone::fixed("a\nb", 0), None), Err(Unsayable::ZoneName));
}

#[test]
fn the_longest_length_comes_back() {
    let start = LocalDateTime::parse("2027-03-01T09:00").unwrap();
    let one_offs = vec![OneOff { starts_at: start, minutes: Some(u32::MAX) }];
    let schedule = Schedule { one_offs, ..Schedule::default() };
    assert_eq!(read(&export(&schedule, &BERLIN, None).unwrap()).unwrap().schedule, schedule);
}

#[test]
fn text_is_folded_and_says_everything_a_reader_needs() {
    let rule = Rule {
        repeats: Repeats::Weekly { every: 2, weekdays: vec![3, 1] },
        times: Times::At(vec![TimeOfDay::new(9, 30).unwrap()]),
        from: Date::new(2027, 2, 16).unwrap(),
        until: Date::new(2027, 12, 31),
    };
    let fortnight = |n| Cancelled { date: Date::new(2027, 3, 1).unwrap().plus_days(14 * n), time: None };
    let cancelled = (0..4).map(fortnight);
    let schedule = Schedule { rules: vec![rule], cancelled: cancelled.collect(), ..Schedule::default() };
    assert_eq!(
        export(&schedule, &BERLIN, Some(HOUR)).unwrap(),
        "DTSTART;TZID=Europe/Berlin:20270217T093000\r\n\
         DURATION:PT60M\r\n\
         RRULE:FREQ=WEEKLY;INTERVAL=2;WKST=MO;BYDAY=MO,WE;UNTIL=20271231T083000Z\r\n\
         EXDATE;TZID=Europe/Berlin:20270301T093000,20270315T093000,20270329T093000,2\r\n \
         0270412T093000\r\n"
    );
}

fn date() -> impl Strategy<Value = Date> {
    (0_i32..1500).prop_map(|days| Date::new(2026, 6, 1).unwrap().plus_days(days))
}

/// Few times, so that parts of a schedule meet; with the hour that the clocks skip and repeat.
fn time() -> impl Strategy<Value = TimeOfDay> {
    prop::sample::select(vec![(0, 0), (2, 0), (2, 30), (3, 0), (9, 15), (23, 45)])
        .prop_map(|(hour, minute)| TimeOfDay::new(hour, minute).unwrap())
}

fn repeats() -> impl Strategy<Value = Repeats> {
    let every = prop_oneof![0_u32..4, 1_u32..40];
    let weekdays = prop::collection::vec(0_u8..9, 0..4);
    prop_oneof![
        every.clone().prop_map(|every| Repeats::Daily { every }),
        (every.clone(), weekdays).prop_map(|(every, weekdays)| Repeats::Weekly { every, weekdays }),
        (every.clone(), -6_i8..7, 0_u8..9).prop_map(|(every, nth, weekday)| Repeats::MonthlyWeekday {
            every,
            nth,
            weekday
        }),
        (every, -32_i8..33).prop_map(|(every, day)| Repeats::MonthlyDay { every, day }),
    ]
}

fn schedule() -> impl Strategy<Value = Schedule> {
    any::<bool>().prop_flat_map(|all_day| {
        let times = move || {
            prop::collection::vec(time(), 0..3).prop_map(move |at| if all_day { Times::AllDay } else { Times::At(at) })
        };
        let rule = (repeats(), times(), date(), prop::option::of(date()))
            .prop_map(|(repeats, times, from, until)| Rule { repeats, times, from, until });
        let extra = (date(), times()).prop_map(|(date, times)| ExtraDate { date, times });
        let cancelled = (date(), prop::option::of(time())).prop_map(|(date, time)| Cancelled { date, time });
        let one_off = (date(), time(), prop::option::of(1_u32..200))
            .prop_map(|(date, time, minutes)| OneOff { starts_at: date.at(time), minutes });
        (
            prop::collection::vec(rule, 0..4),
            prop::collection::vec(extra, 0..4),
            prop::collection::vec(cancelled, 0..60),
            prop::collection::vec(one_off, 0..if all_day { 1 } else { 6 }),
        )
            .prop_map(|(rules, extra, cancelled, one_offs)| Schedule { rules, extra, cancelled, one_offs })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_schedule_comes_back_with_the_same_dates(
        schedule in schedule(),
        name in prop::sample::select(vec!["Europe/Berlin", "UTC", "Australia/Lord_Howe", "America/Sao_Paulo", "Africa/Cairo"]),
    ) {
        let zone = support::zone(name, 2025, 2032);
        let text = export(&schedule, &zone, Some(HOUR)).unwrap();
        if text.is_empty() {
            prop_assert_eq!(starts(&schedule, &zone), vec![]);
        } else {
            let back = import(&text, &zone, None).unwrap().schedule;
            prop_assert_eq!(starts(&schedule, &zone), starts(&back, &zone), "{}", text);
        }
    }

    #[test]
    fn no_text_makes_the_reader_fail_other_than_by_a_refusal(text in "\\PC{0,80}", parts in "(FREQ|BYDAY|UNTIL|COUNT|=|;|,|:|RRULE|EXDATE|DTSTART|20270101|T10|MO|-1|P|/|\n){0,30}") {
        let start = Some(Start::Date(Date::new(2027, 1, 1).unwrap()));
        let _ = import(&text, &BERLIN, start);
        let _ = import(&parts, &BERLIN, start);
    }
}
