//! The month grid: which dates it shows, and where a key moves the focus.
//!
//! Keys follow the WAI-ARIA Authoring Practices' date grid.

use shared::civil::{Date, IsoWeekday};

/// Weeks that the grid always has room for, so that its height never changes.
pub const WEEKS: i32 = 6;

/// A month of a year.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month {
    year: i32,
    month: u32,
}

impl Month {
    /// The month that a date is in.
    pub fn of(date: Date) -> Self {
        Self { year: date.year(), month: date.month() }
    }

    /// Its first date.
    pub fn first(self) -> Date {
        Date::new(self.year, self.month, 1).unwrap_or(Date::FIRST)
    }

    /// Its last date.
    pub fn last(self) -> Date {
        self.plus(1).first().plus_days(-1)
    }

    /// So many months later, earlier when negative.
    pub fn plus(self, months: i32) -> Self {
        let count = self.year.saturating_mul(12).saturating_add(i32::try_from(self.month).unwrap_or(1));
        let count = count.saturating_add(months).saturating_sub(1);
        Self { year: count.div_euclid(12), month: u32::try_from(count.rem_euclid(12)).unwrap_or(0).saturating_add(1) }
    }

    /// The same day of the month, or its last where it is shorter.
    pub fn day(self, day: u32) -> Date {
        Date::new(self.year, self.month, day).unwrap_or(self.last())
    }

    /// The date in the grid's first cell: the start of the week that the first is in.
    pub fn grid_start(self, first_day: IsoWeekday) -> Date {
        week_start(self.first(), first_day)
    }
}

/// The first date of the week that a date is in.
pub fn week_start(date: Date, first_day: IsoWeekday) -> Date {
    date.plus_days(days_into_week(date, first_day).saturating_neg())
}

/// How many days a date is into its week.
fn days_into_week(date: Date, first_day: IsoWeekday) -> i32 {
    i32::from(date.weekday()).saturating_sub(i32::from(first_day)).rem_euclid(7)
}

/// A key that moves through the grid.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Move {
    /// Days along, as the eye sees it: right is later, or earlier where one reads from the right.
    Days(i32),
    /// Months along.
    Months(i32),
    /// To the start of the week.
    WeekStart,
    /// To the end of the week.
    WeekEnd,
}

impl Move {
    /// What a key of the keyboard means, if it means anything here.
    pub fn from_key(key: &str, shift: bool, right_to_left: bool) -> Option<Self> {
        let along = if right_to_left { -1 } else { 1 };
        let months = if shift { 12 } else { 1 };
        Some(match key {
            "ArrowRight" => Self::Days(along),
            "ArrowLeft" => Self::Days(along.saturating_neg()),
            "ArrowDown" => Self::Days(7),
            "ArrowUp" => Self::Days(-7),
            "PageDown" => Self::Months(months),
            "PageUp" => Self::Months(months.saturating_neg()),
            "Home" => Self::WeekStart,
            "End" => Self::WeekEnd,
            _ => return None,
        })
    }

    /// Where it leads from a date.
    pub fn from(self, date: Date, first_day: IsoWeekday) -> Date {
        let into = days_into_week(date, first_day);
        match self {
            Self::Days(days) => date.plus_days(days),
            Self::Months(months) => Month::of(date).plus(months).day(date.day()),
            Self::WeekStart => date.plus_days(into.saturating_neg()),
            Self::WeekEnd => date.plus_days(6_i32.saturating_sub(into)),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    #[test]
    fn the_grid_starts_with_the_week_of_the_first_whatever_day_weeks_start_on() {
        let august = Month::of(date("2026-08-15"));
        assert_eq!(august.grid_start(1), date("2026-07-27"));
        assert_eq!(august.grid_start(7), date("2026-07-26"));
        assert_eq!(august.grid_start(6), date("2026-08-01"));
        assert_eq!(august.last(), date("2026-08-31"));
    }

    #[test]
    fn six_weeks_hold_every_month() {
        for months in 0..600 {
            let month = Month::of(date("2000-01-01")).plus(months);
            for first_day in 1..=7 {
                assert!(month.grid_start(first_day).plus_days(WEEKS * 7 - 1) >= month.last());
            }
        }
    }

    #[test]
    fn a_month_along_from_the_31st_is_the_last_of_a_shorter_month() {
        assert_eq!(Move::Months(1).from(date("2026-01-31"), 1), date("2026-02-28"));
        assert_eq!(Move::Months(12).from(date("2024-02-29"), 1), date("2025-02-28"));
        assert_eq!(Move::Months(-1).from(date("2026-01-15"), 1), date("2025-12-15"));
    }

    #[test]
    fn home_and_end_go_to_the_ends_of_the_visitors_week() {
        let wednesday = date("2026-08-05");
        assert_eq!(Move::WeekStart.from(wednesday, 1), date("2026-08-03"));
        assert_eq!(Move::WeekEnd.from(wednesday, 1), date("2026-08-09"));
        assert_eq!(Move::WeekStart.from(wednesday, 7), date("2026-08-02"));
        assert_eq!(Move::WeekEnd.from(wednesday, 7), date("2026-08-08"));
    }

    #[test]
    fn arrows_follow_the_eye_where_one_reads_from_the_right() {
        assert!(Move::from_key("ArrowRight", false, true) == Some(Move::Days(-1)));
        assert!(Move::from_key("ArrowLeft", false, true) == Some(Move::Days(1)));
        assert!(Move::from_key("PageUp", true, false) == Some(Move::Months(-12)));
        assert!(Move::from_key("a", false, false).is_none());
    }
}
