//! RFC 5545 text: never a panic, and what is read means the same after writing and reading again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use shared::civil::Date;
use shared::schedule::rrule::{Start, export, import};
use shared::schedule::{Lasting, Schedule};
use shared::zone::{Instant, Zone};

fuzz_target!(|text: &str| {
    let zone = Zone {
        name: "Europe/Berlin".into(),
        offsets: vec![(Instant(1_774_746_000), 7200), (Instant(1_792_890_000), 3600), (Instant(1_806_195_600), 7200)],
    };
    let (Some(from), Some(to)) = (Date::new(2027, 1, 1), Date::new(2028, 12, 31)) else { return };
    let Ok(read) = import(text, &zone, Some(Start::Date(from))) else { return };
    let Ok(written) = export(&read.schedule, &zone, read.lasting) else { return };
    let starts = |schedule: &Schedule| -> Vec<Instant> {
        let all = schedule.occurrences(&zone, read.lasting.unwrap_or(Lasting::Minutes(60)), from, to);
        all.into_iter().filter(|one| !one.cancelled).map(|one| one.span.starts_at).collect()
    };
    if written.is_empty() {
        assert!(starts(&read.schedule).is_empty());
        return;
    }
    let again = import(&written, &zone, None).expect("what is written can be read");
    assert_eq!(starts(&again.schedule), starts(&read.schedule), "{written}");
});
