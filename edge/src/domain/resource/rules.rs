//! What a resource, its hours and its times off may look like.

use crate::domain::booking::order::{is_address, is_unprintable};
use crate::problem::Problem;
use shared::availability::{DayOverride, WeeklyWindow};
use std::collections::BTreeSet;

/// Units a resource may have.
pub const MOST_UNITS: u32 = 100_000;
/// Windows of a week.
const MOST_WINDOWS: usize = 200;
/// Dates with hours of their own.
const MOST_OVERRIDES: usize = 1_000;
/// Characters of a name.
const LONGEST_NAME: usize = 200;
/// Characters of a reason.
const LONGEST_REASON: usize = 500;

/// A name: 1 to 200 characters, spaces at its ends taken off.
pub fn name(text: &str, pointer: &str) -> Result<String, Problem> {
    let name = text.trim();
    match name.chars().count() {
        0 => Err(Problem::field(pointer, "required", "It needs a name.")),
        1..=LONGEST_NAME if name.chars().any(char::is_control) => {
            Err(Problem::field(pointer, "invalid_value", "One line of text."))
        }
        1..=LONGEST_NAME => Ok(name.to_owned()),
        _ => Err(Problem::field(pointer, "too_long", "At most 200 characters.")),
    }
}

/// How many at once.
pub fn units(units: u32, pointer: &str) -> Result<u32, Problem> {
    if units > MOST_UNITS { Err(Problem::field(pointer, "out_of_range", "From 0 to 100,000.")) } else { Ok(units) }
}

/// An e-mail address by its looks: whoever cannot be written to will not answer either.
pub fn email(text: &str, pointer: &str) -> Result<String, Problem> {
    let text = text.trim();
    if text.len() <= 254 && is_address(text) {
        Ok(text.to_owned())
    } else {
        Err(Problem::field(pointer, "invalid_email", "An e-mail address."))
    }
}

/// Weekly hours. Several a day are fine, also over midnight.
pub fn weekly(windows: &[WeeklyWindow], pointer: &str) -> Result<(), Problem> {
    if windows.len() > MOST_WINDOWS {
        return Err(Problem::field(pointer, "too_many", "At most 200 windows."));
    }
    match windows.iter().position(|window| !(1..=7).contains(&window.weekday)) {
        Some(index) => Err(Problem::field(
            format!("{pointer}/{index}/weekday"),
            "out_of_range",
            "From 1 for Monday to 7 for Sunday.",
        )),
        None => Ok(()),
    }
}

/// Dates with hours of their own, each date once.
pub fn overrides(days: &[DayOverride], units: u32, pointer: &str) -> Result<(), Problem> {
    if days.len() > MOST_OVERRIDES {
        return Err(Problem::field(pointer, "too_many", "At most 1,000 dates."));
    }
    let mut seen = BTreeSet::new();
    for (index, day) in days.iter().enumerate() {
        if !seen.insert(day.date) {
            return Err(Problem::field(format!("{pointer}/{index}/date"), "duplicate", "Each date once."));
        }
        if day.windows.len() > MOST_WINDOWS {
            return Err(Problem::field(format!("{pointer}/{index}/windows"), "too_many", "At most 200 windows."));
        }
        if day.units.is_some_and(|most| most > units) {
            let message = format!("At most the resource's own {units}.");
            return Err(Problem::field(format!("{pointer}/{index}/units"), "out_of_range", message));
        }
    }
    Ok(())
}

/// Why it is off.
pub fn reason(text: &str, pointer: &str) -> Result<String, Problem> {
    if text.chars().count() > LONGEST_REASON {
        return Err(Problem::field(pointer, "too_long", "At most 500 characters."));
    }
    if text.chars().any(is_unprintable) {
        return Err(Problem::field(pointer, "invalid_value", "Text without control signs."));
    }
    Ok(text.trim().to_owned())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use shared::civil::{Date, TimeOfDay};
    use shared::schedule::Window;

    fn window(weekday: u8) -> WeeklyWindow {
        let at = |hour| TimeOfDay::new(hour, 0).unwrap();
        WeeklyWindow { weekday, hours: Window { from: at(22), to: at(2) } }
    }

    #[test]
    fn weekdays_are_one_to_seven() {
        assert!(weekly(&[window(1), window(7), window(7)], "/weekly").is_ok());
        let refused = weekly(&[window(1), window(8)], "/weekly").unwrap_err();
        assert_eq!(refused.fields().first().unwrap().pointer, "/weekly/1/weekday");
        assert!(weekly(&[window(0)], "/weekly").is_err());
    }

    #[test]
    fn a_date_is_named_once_and_has_no_more_units_than_there_are() {
        let day = |units| DayOverride { date: Date::parse("2027-05-01").unwrap(), windows: Vec::new(), units };
        assert!(overrides(&[day(Some(2))], 2, "/overrides").is_ok());
        assert!(overrides(&[day(Some(3))], 2, "/overrides").is_err());
        assert!(overrides(&[day(None), day(None)], 2, "/overrides").is_err());
    }

    #[test]
    fn names_and_addresses() {
        assert_eq!(name("  Motor launch ", "/name").unwrap(), "Motor launch");
        assert!(name("  ", "/name").is_err());
        assert!(name("Motor\nlaunch", "/name").is_err());
        assert!(name(&"n".repeat(201), "/name").is_err());
        assert!(email("ada@harbor.example", "/email").is_ok());
        for wrong in ["ada", "@harbor.example", "ada@harbor", "a da@harbor.example", "ada@harbor.example/"] {
            assert!(email(wrong, "/email").is_err(), "{wrong}");
        }
    }
}
