//! Dates, times of day and wall times: whatever is read is written the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use shared::civil::{Date, LocalDateTime, TimeOfDay};

fuzz_target!(|text: &str| {
    if let Some(date) = Date::parse(text) {
        assert_eq!(date.to_string(), text);
        assert_eq!(Date::from_days_since_epoch(date.days_since_epoch()), Some(date));
        assert!(date.day() <= u32::from(date.days_in_month()));
    }
    if let Some(time) = TimeOfDay::parse(text) {
        assert_eq!(time.to_string(), text);
    }
    if let Some(at) = LocalDateTime::parse(text) {
        assert_eq!(at.to_string(), text);
    }
});
