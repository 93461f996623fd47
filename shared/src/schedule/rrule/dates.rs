//! The N-th date that rules give together: what `COUNT` means.

use crate::civil::{Date, IsoWeekday};
use crate::schedule::{Repeats, Rule};

/// The N-th date, counted from 1, of rules that differ only in their weekday or day of the month. None when they give
/// fewer until the year 9999. `until` is left aside.
pub(super) fn nth_date(rules: &[Rule], nth: u32) -> Option<Date> {
    let first = rules.first()?;
    let from = first.from;
    match &first.repeats {
        Repeats::Daily { every } => {
            let days = i64::from(nth.checked_sub(1)?).checked_mul(i64::from((*every).max(1)))?;
            Date::from_days_since_epoch(from.days_since_epoch().checked_add(i32::try_from(days).ok()?)?)
        }
        Repeats::Weekly { every, weekdays } => nth_of_weeks(from, (*every).max(1), weekdays, nth),
        Repeats::MonthlyWeekday { every, .. } | Repeats::MonthlyDay { every, .. } => {
            nth_of_months(rules, from, (*every).max(1), nth)
        }
    }
}

fn nth_of_weeks(from: Date, every: u32, weekdays: &[IsoWeekday], mut nth: u32) -> Option<Date> {
    let mut days: Vec<i32> =
        weekdays.iter().filter(|day| (1..=7).contains(*day)).map(|day| i32::from(*day).saturating_sub(1)).collect();
    days.sort_unstable();
    days.dedup();
    if days.is_empty() {
        return None;
    }
    let step = i32::try_from(every).ok().and_then(|every| every.checked_mul(7));
    let mut monday = from.days_since_epoch().checked_sub(i32::from(from.weekday().saturating_sub(1)))?;
    loop {
        for day in &days {
            let Some(date) = Date::from_days_since_epoch(monday.checked_add(*day)?) else {
                if monday > 0 {
                    return None;
                }
                continue; // the week of 0001-01-01 may begin before it
            };
            if date >= from {
                nth = nth.checked_sub(1)?;
                if nth == 0 {
                    return Some(date);
                }
            }
        }
        monday = monday.checked_add(step?)?;
    }
}

fn nth_of_months(rules: &[Rule], from: Date, every: u32, mut nth: u32) -> Option<Date> {
    let every = i32::try_from(every).ok();
    let mut month = from.year().checked_mul(12)?.checked_add(i32::try_from(from.month()).ok()?.checked_sub(1)?)?;
    let mut dates: Vec<Date> = Vec::with_capacity(rules.len());
    loop {
        let first = Date::new(month.div_euclid(12), u32::try_from(month.rem_euclid(12)).ok()?.checked_add(1)?, 1)?;
        dates.clear();
        dates.extend(rules.iter().filter_map(|rule| in_month(&rule.repeats, first)).filter(|date| *date >= from));
        dates.sort_unstable();
        dates.dedup();
        for date in &dates {
            nth = nth.checked_sub(1)?;
            if nth == 0 {
                return Some(*date);
            }
        }
        month = month.checked_add(every?)?;
    }
}

/// The date that a monthly rule gives in the month that begins on `first`.
fn in_month(repeats: &Repeats, first: Date) -> Option<Date> {
    let days = i32::from(first.days_in_month());
    let day = match repeats {
        Repeats::MonthlyDay { day, .. } if *day < 0 => days.checked_add(i32::from(*day))?.checked_add(1)?,
        Repeats::MonthlyDay { day, .. } => i32::from(*day),
        Repeats::MonthlyWeekday { nth, weekday, .. } if (1..=7).contains(weekday) => {
            let ahead = i32::from(*weekday).checked_sub(i32::from(first.weekday()))?.rem_euclid(7);
            let earliest = ahead.checked_add(1)?;
            let weeks_left = days.checked_sub(earliest)?.checked_div(7)?;
            let week = match i32::from(*nth) {
                0 => return None,
                nth if nth < 0 => weeks_left.checked_add(nth)?.checked_add(1)?,
                nth => nth.checked_sub(1)?,
            };
            if week < 0 {
                return None;
            }
            earliest.checked_add(week.checked_mul(7)?)?
        }
        _ => return None,
    };
    Date::new(first.year(), first.month(), u32::try_from(day).ok()?)
}
