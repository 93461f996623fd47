//! Timestamps: whatever is read and can be written is read again as the same instant.
#![no_main]

use libfuzzer_sys::fuzz_target;
use shared::embed::Timestamp;

fuzz_target!(|text: &str| {
    let Some(at) = Timestamp::parse(text) else { return };
    // An offset can carry the first and the last days out of the years 1 to 9999.
    if let Ok(json) = serde_json::to_string(&at) {
        assert_eq!(serde_json::from_str::<Timestamp>(&json).ok(), Some(at), "{json}");
    }
});
