//! Values of RFC 5545 properties: dates, date-times, durations.

use crate::civil::{Date, LocalDateTime, TimeOfDay};
use crate::schedule::Lasting;
use crate::zone::Instant;

/// A date or date-time as it is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Stamp {
    /// `20270215`
    Date(Date),
    /// `20270215T093000`, seconds apart.
    Wall(LocalDateTime, u16),
    /// `20270215T083000Z`
    Utc(Instant),
}

impl Stamp {
    pub fn parse(text: &str) -> Option<Self> {
        let number = |from: usize, to: usize| digits(text.get(from..to)?);
        let date = Date::new(i32::from(number(0, 4)?), u32::from(number(4, 6)?), u32::from(number(6, 8)?))?;
        if text.len() == 8 {
            return Some(Self::Date(date));
        }
        if text.get(8..9)? != "T" {
            return None;
        }
        let time = TimeOfDay::new(number(9, 11)?, number(11, 13)?)?;
        let seconds = number(13, 15).filter(|seconds| *seconds < 60)?;
        match text.get(15..)? {
            "" => Some(Self::Wall(date.at(time), seconds)),
            "Z" => {
                let midnight = Instant(i64::from(date.days_since_epoch()).saturating_mul(86_400));
                Some(Self::Utc(midnight.plus_minutes(i64::from(time.minutes())).plus_seconds(i64::from(seconds))))
            }
            _ => None,
        }
    }
}

fn digits(text: &str) -> Option<u16> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) { text.parse().ok() } else { None }
}

/// A duration as it is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Duration {
    /// Days, weeks counted as seven: nominal, 23 or 25 hours long where clocks change.
    pub days: u32,
    /// Seconds: exact. Wide enough for the minutes that a schedule can hold.
    pub seconds: u64,
}

impl Duration {
    /// Reads `P2W`, `P1D`, `PT1H30M`, `P1DT2H`; never a negative one.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.strip_prefix('+').unwrap_or(text).strip_prefix('P')?;
        let (dates, times) = text.split_once('T').map_or((text, None), |(dates, times)| (dates, Some(times)));
        if dates.is_empty() && times.is_none() || times == Some("") {
            return None;
        }
        let days = match dates.strip_suffix('W') {
            Some(weeks) if times.is_none() => whole(weeks)?.checked_mul(7)?,
            Some(_) => return None,
            None if dates.is_empty() => 0,
            None => whole(dates.strip_suffix('D')?)?,
        };
        let mut rest = times.unwrap_or_default();
        let mut seconds = 0_u64;
        for (unit, length) in [('H', 3600), ('M', 60), ('S', 1)] {
            if let Some((number, after)) = rest.split_once(unit) {
                seconds = seconds.checked_add(u64::from(whole(number)?).checked_mul(length)?)?;
                rest = after;
            }
        }
        rest.is_empty().then_some(Self { days, seconds })
    }

    /// As an exact number of minutes, where it is one.
    pub fn minutes(self) -> Option<u32> {
        let exact = self.days == 0 && self.seconds > 0 && self.seconds.checked_rem(60) == Some(0);
        u32::try_from(self.seconds / 60).ok().filter(|_| exact)
    }
}

/// A number of ASCII digits only, no sign.
pub(super) fn whole(text: &str) -> Option<u32> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) { text.parse().ok() } else { None }
}

/// Appends `20270215`.
pub(super) fn push_date(out: &mut String, date: Date) {
    push_number(out, u32::try_from(date.year()).unwrap_or(0), 4);
    push_number(out, date.month(), 2);
    push_number(out, date.day(), 2);
}

/// Appends `20270215T093000`.
pub(super) fn push_wall(out: &mut String, at: LocalDateTime) {
    push_date(out, at.date);
    out.push('T');
    push_number(out, u32::from(at.time.minutes() / 60), 2);
    push_number(out, u32::from(at.time.minutes() % 60), 2);
    out.push_str("00");
}

/// Appends `PT90M` or `P2D`.
pub(super) fn push_length(out: &mut String, length: Lasting) {
    match length {
        Lasting::Minutes(minutes) => {
            out.push_str("PT");
            push_number(out, minutes, 1);
            out.push('M');
        }
        Lasting::Days(days) => {
            out.push('P');
            push_number(out, days.max(1), 1);
            out.push('D');
        }
    }
}

/// Appends a decimal number with at least so many digits. (No `format!`: its machinery is large in WebAssembly.)
pub(super) fn push_number(out: &mut String, number: u32, digits: usize) {
    let mut signs: Vec<u8> = Vec::with_capacity(10);
    let mut rest = number;
    while rest > 0 || signs.len() < digits {
        signs.push(b'0'.saturating_add(u8::try_from(rest % 10).unwrap_or(0)));
        rest /= 10;
    }
    out.extend(signs.iter().rev().map(|sign| char::from(*sign)));
}
