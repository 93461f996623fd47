//! JSON for a page where every byte counts: serde's derives read and written by the smallest code that does it.
//!
//! Two things make it small. An error carries nothing (the edge wrote the text, so there is nobody to explain a
//! mistake to), which lets the compiler drop every message of every derive. And numbers are integers, because the
//! wire has no others. On the whole snapshot this costs a third of what `serde_json` does.

mod read;
mod write;

pub use read::{from_str, text_map};
pub use write::to_string;

/// The text was not what was expected, or something could not be written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Unreadable;

impl core::fmt::Debug for Unreadable {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Unreadable")
    }
}

impl core::fmt::Display for Unreadable {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Unreadable")
    }
}

impl core::error::Error for Unreadable {}

impl serde::de::Error for Unreadable {
    fn custom<T: core::fmt::Display>(_: T) -> Self {
        Self
    }
    fn invalid_type(_: serde::de::Unexpected<'_>, _: &dyn serde::de::Expected) -> Self {
        Self
    }
    fn invalid_value(_: serde::de::Unexpected<'_>, _: &dyn serde::de::Expected) -> Self {
        Self
    }
    fn invalid_length(_: usize, _: &dyn serde::de::Expected) -> Self {
        Self
    }
    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Self {
        Self
    }
    fn unknown_field(_: &str, _: &'static [&'static str]) -> Self {
        Self
    }
    fn missing_field(_: &'static str) -> Self {
        Self
    }
    fn duplicate_field(_: &'static str) -> Self {
        Self
    }
}

impl serde::ser::Error for Unreadable {
    fn custom<T: core::fmt::Display>(_: T) -> Self {
        Self
    }
}
