//! Recurrence rules (RFC 5545 §3.3.10) in wall time: `FREQ=DAILY` to `FREQ=YEARLY` with every `BY…` part.
//!
//! Rules that repeat within a day are not read: they fill nobody's calendar, and what cannot be read is told of. A rule
//! is only followed as far as is asked, so that one without an end costs no more than one with it.

mod days;

use shared::civil::Date;

/// Seconds on the wall's clock since 1970-01-01T00:00:00 there.
pub type Wall = i64;

const DAY: i64 = 86_400;

/// Days that may be looked at, so that nobody keeps us busy with a file of rules that begin a thousand years ago.
#[derive(Debug)]
pub struct Budget(pub u32);

impl Budget {
    fn spend(&mut self, days: usize) -> Option<()> {
        self.0 = self.0.checked_sub(u32::try_from(days.max(1)).ok()?)?;
        Some(())
    }
}

/// Occurrences that are told.
const MOST: usize = 4_000;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Frequency {
    Daily,
    Weekly,
    Monthly,
    Yearly,
}

/// A rule.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rule {
    frequency: Frequency,
    interval: i32,
    count: Option<u32>,
    /// As it is written: `YYYYMMDD`, with a time, or with a time in UTC.
    pub until: Option<String>,
    week_start: u8,
    months: Vec<i32>,
    week_numbers: Vec<i32>,
    year_days: Vec<i32>,
    month_days: Vec<i32>,
    /// Which one of its period (0: each), and the weekday.
    weekdays: Vec<(i32, u8)>,
    /// Seconds of the day; none: that of the start.
    hours: Vec<i32>,
    minutes: Vec<i32>,
    seconds: Vec<i32>,
    positions: Vec<i32>,
}

fn weekday(text: &str) -> Option<u8> {
    let index = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"].iter().position(|name| *name == text)?;
    u8::try_from(index.saturating_add(1)).ok()
}

fn numbers(text: &str, least: i32, most: i32) -> Option<Vec<i32>> {
    let read = |part: &str| part.trim().parse().ok().filter(|number| (least..=most).contains(number));
    text.split(',').map(read).collect()
}

fn nth_weekday(text: &str) -> Option<(i32, u8)> {
    let text = text.trim();
    let (nth, day) = text.split_at_checked(text.len().checked_sub(2)?)?;
    let nth = if nth.is_empty() { 0 } else { nth.parse().ok().filter(|nth| (-53..=53).contains(nth) && *nth != 0)? };
    Some((nth, weekday(day)?))
}

impl Rule {
    /// Reads `FREQ=…;…`. None for what is no rule, or one that repeats within a day.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.to_ascii_uppercase();
        let part =
            |name: &str| text.split(';').filter_map(|part| part.split_once('=')).find(|(known, _)| *known == name);
        let list = |name: &str, least: i32, most: i32| {
            part(name).map_or(Some(Vec::new()), |(_, value)| numbers(value, least, most))
        };
        let signed =
            |name: &str, most: i32| list(name, most.saturating_neg(), most).filter(|numbers| !numbers.contains(&0));
        let frequency = match part("FREQ")?.1 {
            "DAILY" => Frequency::Daily,
            "WEEKLY" => Frequency::Weekly,
            "MONTHLY" => Frequency::Monthly,
            "YEARLY" => Frequency::Yearly,
            _ => return None,
        };
        let interval = part("INTERVAL").map_or(Some(1), |(_, value)| value.parse().ok())?;
        Some(Self {
            frequency,
            interval: Some(interval).filter(|interval| (1..=10_000).contains(interval))?,
            count: part("COUNT").map(|(_, value)| value.parse().map_err(|_| ())).transpose().ok()?,
            until: part("UNTIL").map(|(_, value)| value.to_owned()),
            week_start: part("WKST").map_or(Some(1), |(_, value)| weekday(value))?,
            months: list("BYMONTH", 1, 12)?,
            week_numbers: signed("BYWEEKNO", 53)?,
            year_days: signed("BYYEARDAY", 366)?,
            month_days: signed("BYMONTHDAY", 31)?,
            weekdays: part("BYDAY")
                .map_or(Some(Vec::new()), |(_, value)| value.split(',').map(nth_weekday).collect())?,
            hours: list("BYHOUR", 0, 23)?,
            minutes: list("BYMINUTE", 0, 59)?,
            seconds: list("BYSECOND", 0, 60)?,
            positions: signed("BYSETPOS", 366)?,
        })
    }

    /// The occurrences from `from` up to, not including, `to` of what first happens at `start`, in order. `past` says of
    /// an occurrence that the rule has ended before it. None when it takes too long to tell.
    pub fn between(
        &self,
        start: Wall,
        (from, to): (Wall, Wall),
        budget: &mut Budget,
        past: impl Fn(Wall) -> bool,
    ) -> Option<Vec<Wall>> {
        let first = day_of(start)?;
        let rule = self.completed(first);
        let times = rule.times(start.rem_euclid(DAY));
        let mut found = Vec::new();
        let mut left = rule.count.unwrap_or(u32::MAX);
        let mut steps = if rule.count.is_some() { 0 } else { rule.steps_before(first, from) };
        loop {
            let Some(days) = rule.period(first, steps) else { return Some(found) };
            budget.spend(days.len())?;
            if days.first().is_none_or(|day| midnight(*day) >= to) || left == 0 {
                return Some(found);
            }
            for at in rule.occurrences(&days, &times) {
                if at < start {
                    continue;
                }
                if left == 0 || at >= to || past(at) || found.len() >= MOST {
                    return Some(found);
                }
                left = left.saturating_sub(1);
                if at >= from {
                    found.push(at);
                }
            }
            steps = steps.checked_add(rule.interval)?;
        }
    }

    /// What the start says where the rule does not.
    fn completed(&self, first: Date) -> Self {
        let mut rule = self.clone();
        let says_day = [&self.week_numbers, &self.year_days, &self.month_days].iter().any(|list| !list.is_empty());
        if !says_day && self.weekdays.is_empty() {
            let day = i32::try_from(first.day()).unwrap_or(1);
            match self.frequency {
                Frequency::Yearly => {
                    if self.months.is_empty() {
                        rule.months = vec![i32::try_from(first.month()).unwrap_or(1)];
                    }
                    rule.month_days = vec![day];
                }
                Frequency::Monthly => rule.month_days = vec![day],
                Frequency::Weekly => rule.weekdays = vec![(0, first.weekday())],
                Frequency::Daily => {}
            }
        }
        rule
    }

    /// Seconds of the day, in order.
    fn times(&self, start: i64) -> Vec<i64> {
        let (hour, minute, second) = (start / 3_600, start / 60 % 60, start % 60);
        let or = |list: &[i32], otherwise: i64| -> Vec<i64> {
            if list.is_empty() { vec![otherwise] } else { list.iter().map(|number| i64::from(*number)).collect() }
        };
        let mut times = Vec::new();
        for hour in or(&self.hours, hour) {
            for minute in or(&self.minutes, minute) {
                for second in or(&self.seconds, second) {
                    let seconds = hour.saturating_mul(3_600).saturating_add(minute.saturating_mul(60));
                    times.push(seconds.saturating_add(second));
                }
            }
        }
        times.sort_unstable();
        times.dedup();
        times
    }

    /// So many steps can be left out because they lie before `from`, a whole number of intervals.
    fn steps_before(&self, first: Date, from: Wall) -> i32 {
        let Some(target) = day_of(from) else { return 0 };
        let days = target.days_since_epoch().saturating_sub(first.days_since_epoch());
        let years = target.year().saturating_sub(first.year());
        let months = |date: Date| i32::try_from(date.month()).unwrap_or(1);
        let periods = match self.frequency {
            Frequency::Daily => days,
            Frequency::Weekly => days / 7,
            Frequency::Monthly => years.saturating_mul(12).saturating_add(months(target).saturating_sub(months(first))),
            Frequency::Yearly => years,
        };
        // One period earlier, since a period may begin before what was asked for.
        let periods = periods.saturating_sub(2).max(0);
        periods.saturating_sub(periods.checked_rem(self.interval).unwrap_or(0))
    }

    /// The days of the period so many steps after that of the start. None where the calendar ends.
    fn period(&self, first: Date, steps: i32) -> Option<Vec<Date>> {
        let run = |from: Date, days: i32| {
            let start = from.days_since_epoch();
            (0..days).filter_map(|day| Date::from_days_since_epoch(start.saturating_add(day))).collect::<Vec<_>>()
        };
        let after = |days: i32| Date::from_days_since_epoch(first.days_since_epoch().checked_add(days)?);
        Some(match self.frequency {
            Frequency::Daily => vec![after(steps)?],
            Frequency::Weekly => {
                let into = i32::from(first.weekday()).saturating_sub(i32::from(self.week_start)).rem_euclid(7);
                run(after(steps.checked_mul(7)?.checked_sub(into)?)?, 7)
            }
            Frequency::Monthly => {
                let index = i32::try_from(first.month()).ok()?.checked_sub(1)?.checked_add(steps)?;
                let year = first.year().checked_add(index.div_euclid(12))?;
                let month = u32::try_from(index.rem_euclid(12).checked_add(1)?).ok()?;
                let begin = Date::new(year, month, 1)?;
                run(begin, i32::from(begin.days_in_month()))
            }
            Frequency::Yearly => {
                let year = first.year().checked_add(steps)?;
                // A numbered week may begin in the year before and end in the one after.
                let (begin, end) = (Date::new(year, 1, 1)?, Date::new(year, 12, 31)?);
                run(begin, end.days_since_epoch().checked_sub(begin.days_since_epoch())?.checked_add(1)?)
            }
        })
    }

    fn occurrences(&self, days: &[Date], times: &[i64]) -> Vec<Wall> {
        let days = days.iter().filter(|day| self.takes(**day));
        let mut all: Vec<Wall> =
            days.flat_map(|day| times.iter().map(|time| midnight(*day).saturating_add(*time))).collect();
        all.sort_unstable();
        if self.positions.is_empty() {
            return all;
        }
        let pick = |position: &i32| {
            let index = usize::try_from(position.unsigned_abs()).ok()?.checked_sub(1)?;
            if *position > 0 { all.get(index) } else { all.iter().rev().nth(index) }.copied()
        };
        let mut picked: Vec<Wall> = self.positions.iter().filter_map(pick).collect();
        picked.sort_unstable();
        picked.dedup();
        picked
    }
}

fn day_of(at: Wall) -> Option<Date> {
    Date::from_days_since_epoch(i32::try_from(at.div_euclid(DAY)).ok()?)
}

fn midnight(day: Date) -> Wall {
    i64::from(day.days_since_epoch()).saturating_mul(DAY)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn at(date: &str) -> Wall {
        midnight(Date::parse(date).unwrap())
    }

    fn days(rule: &str, start: &str, from: &str, to: &str) -> Vec<String> {
        let found = Rule::parse(rule).unwrap().between(at(start), (at(from), at(to)), &mut Budget(100_000), |_| false);
        let found = found.unwrap();
        found.into_iter().map(|at| day_of(at).unwrap().to_string()).collect()
    }

    #[test]
    fn the_examples_of_the_standard() {
        for (rule, start, expected) in [
            ("FREQ=DAILY;COUNT=3;INTERVAL=10", "1997-09-02", vec!["1997-09-02", "1997-09-12", "1997-09-22"]),
            (
                "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO",
                "1997-08-05",
                vec!["1997-08-05", "1997-08-10", "1997-08-19", "1997-08-24"],
            ),
            (
                "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU",
                "1997-08-05",
                vec!["1997-08-05", "1997-08-17", "1997-08-19", "1997-08-31"],
            ),
            ("FREQ=MONTHLY;COUNT=3;BYDAY=1FR", "1997-09-05", vec!["1997-09-05", "1997-10-03", "1997-11-07"]),
            ("FREQ=MONTHLY;COUNT=3;BYDAY=-2MO", "1997-09-22", vec!["1997-09-22", "1997-10-20", "1997-11-17"]),
            ("FREQ=MONTHLY;COUNT=3;BYMONTHDAY=-3", "1997-09-28", vec!["1997-09-28", "1997-10-29", "1997-11-28"]),
            (
                "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2;COUNT=3",
                "1997-09-29",
                vec!["1997-09-29", "1997-10-30", "1997-11-27"],
            ),
            ("FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO;COUNT=3", "1997-05-12", vec!["1997-05-12", "1998-05-11", "1999-05-17"]),
            ("FREQ=YEARLY;BYDAY=20MO;COUNT=3", "1997-05-19", vec!["1997-05-19", "1998-05-18", "1999-05-17"]),
            (
                "FREQ=YEARLY;INTERVAL=3;COUNT=4;BYYEARDAY=1,100,200",
                "1997-01-01",
                vec!["1997-01-01", "1997-04-10", "1997-07-19", "2000-01-01"],
            ),
            (
                "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8;COUNT=3",
                "1996-11-05",
                vec!["1996-11-05", "2000-11-07", "2004-11-02"],
            ),
            (
                "FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5",
                "2007-01-15",
                vec!["2007-01-15", "2007-01-30", "2007-02-15", "2007-03-15", "2007-03-30"],
            ),
        ] {
            assert_eq!(days(rule, start, start, "2010-01-01"), expected, "{rule}");
        }
    }

    #[test]
    fn what_lies_before_is_left_out_and_the_rhythm_is_kept() {
        let found = days("FREQ=WEEKLY;INTERVAL=2;BYDAY=WE", "2010-01-06", "2026-11-20", "2026-12-20");
        assert_eq!(found, days("FREQ=WEEKLY;INTERVAL=2;BYDAY=WE;COUNT=9999", "2010-01-06", "2026-11-20", "2026-12-20"));
        assert_eq!(found.len(), 2);
        let leap = days("FREQ=YEARLY", "2000-02-29", "2026-01-01", "2033-01-01");
        assert_eq!(leap, ["2028-02-29", "2032-02-29"]);
        assert!(days("FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30", "2026-01-01", "2026-01-01", "2026-12-01").is_empty());
    }

    #[test]
    fn what_is_no_rule_or_too_fine_is_not_read() {
        for text in
            ["", "FREQ=", "FREQ=SECONDLY", "FREQ=DAILY;INTERVAL=0", "FREQ=DAILY;BYDAY=XX", "FREQ=DAILY;COUNT=-1"]
        {
            assert_eq!(Rule::parse(text), None, "{text}");
        }
    }
}
