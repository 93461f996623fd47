//! Which days a rule takes, of those that its period has.

use super::{Frequency, Rule};
use shared::civil::Date;

impl Rule {
    /// Whether it takes a day.
    pub fn takes(&self, day: Date) -> bool {
        let among = |list: &[i32], from_begin: i32, length: i32| {
            let from_end = from_begin.saturating_sub(length).saturating_sub(1);
            list.is_empty() || list.contains(&from_begin) || list.contains(&from_end)
        };
        let (month, of_month) = (i32::try_from(day.month()).unwrap_or(0), i32::try_from(day.day()).unwrap_or(0));
        let (of_year, year_length) = day_of_year(day);
        (self.months.is_empty() || self.months.contains(&month))
            && among(&self.month_days, of_month, i32::from(day.days_in_month()))
            && among(&self.year_days, of_year, year_length)
            && self.in_week(day)
            && self.on_weekday(day)
    }

    fn on_weekday(&self, day: Date) -> bool {
        if self.weekdays.is_empty() {
            return true;
        }
        let of_month = i32::try_from(day.day()).unwrap_or(1);
        // "The second Monday" of the month, or of the year where no month is named.
        let (at, length) = match self.frequency {
            Frequency::Yearly if self.months.is_empty() => day_of_year(day),
            _ => (of_month, i32::from(day.days_in_month())),
        };
        let counted =
            self.frequency == Frequency::Monthly || self.frequency == Frequency::Yearly && self.week_numbers.is_empty();
        let from_begin = at.saturating_sub(1).div_euclid(7).saturating_add(1);
        let from_end = (length.saturating_sub(at) / 7).saturating_neg().saturating_sub(1);
        self.weekdays.iter().any(|(nth, weekday)| {
            *weekday == day.weekday() && (*nth == 0 || !counted || *nth == from_begin || *nth == from_end)
        })
    }

    /// ISO weeks, where they begin on another day if the rule says so: the first has at least four days of the year.
    fn in_week(&self, day: Date) -> bool {
        if self.week_numbers.is_empty() {
            return true;
        }
        let first_week = |year: i32| {
            let begin = Date::new(year, 1, 1)?;
            let into = i32::from(begin.weekday()).saturating_sub(i32::from(self.week_start)).rem_euclid(7);
            let back = if into <= 3 { into.saturating_neg() } else { 7_i32.saturating_sub(into) };
            begin.days_since_epoch().checked_add(back)
        };
        // The last days of a year may be in the first week of the next, its first ones in the last week before.
        let at = day.days_since_epoch();
        [1, 0, -1].into_iter().any(|later| {
            let year = day.year().saturating_add(later);
            let (Some(begin), Some(next)) = (first_week(year), first_week(year.saturating_add(1))) else {
                return false;
            };
            let weeks = next.saturating_sub(begin) / 7;
            let number = (at.saturating_sub(begin) / 7).saturating_add(1);
            let from_end = number.saturating_sub(weeks).saturating_sub(1);
            (begin..next).contains(&at)
                && (self.week_numbers.contains(&number) || self.week_numbers.contains(&from_end))
        })
    }
}

/// Which day of its year, from 1, and how many that year has.
fn day_of_year(day: Date) -> (i32, i32) {
    let begin = |year: i32| Date::new(year, 1, 1).map_or(0, Date::days_since_epoch);
    let first = begin(day.year());
    let at = day.days_since_epoch().saturating_sub(first).saturating_add(1);
    let leap = Date::new(day.year(), 2, 29).is_some();
    (at, if leap { 366 } else { 365 })
}
