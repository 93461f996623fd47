//! A schedule on the wire: rules, dates, or RFC 5545 text, and their way into the engine's schedule and out of it.

use crate::problem::Problem;
use serde::{Deserialize, Serialize};
use shared::civil::{Date, LocalDateTime, TimeOfDay};
use shared::schedule::rrule::{self, Start};
use shared::schedule::{Cancelled, ExtraDate, Lasting, OneOff, Repeats, Rule, Schedule, Times, Window};
use shared::zone::Zone;
use utoipa::ToSchema;

/// Minutes between the starts of opening hours that do not say it.
const STEP: u32 = 30;

/// How a rule repeats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Frequency {
    /// Every N days.
    Daily,
    /// On weekdays of every N-th week.
    Weekly,
    /// On the n-th weekday, or on a day, of every N-th month.
    Monthly,
}

/// Opening hours on one date, wall time at the venue; `to` at or before `from` is the next day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OpeningHours {
    /// Opens.
    #[schema(value_type = String, pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$", example = "09:00")]
    pub from: TimeOfDay,
    /// Closes.
    #[schema(value_type = String, pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$", example = "17:00")]
    pub to: TimeOfDay,
}

/// Something that repeats. Exactly one of `times`, `windows` and `allDay` says when on each date.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ScheduleRule {
    /// How it repeats. Left out: MONTHLY with `nth` or `day`, WEEKLY with `weekdays`, DAILY otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "WEEKLY")]
    pub frequency: Option<Frequency>,
    /// Every N days, weeks or months; 1 when left out. Weeks and months count from that of `from`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 1000, example = 1)]
    pub every: Option<u32>,
    /// 1 = Monday to 7 = Sunday. WEEKLY: on these; MONTHLY with `nth`: exactly one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = json!([6, 7]))]
    pub weekdays: Option<Vec<u8>>,
    /// MONTHLY: which of its weekdays, 1 to 5, or -1 for the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nth: Option<i8>,
    /// MONTHLY: the day, 1 to 31, or -1 for the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<i8>,
    /// Starts at these times.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<String>>, example = json!(["14:00", "16:30"]))]
    pub times: Option<Vec<TimeOfDay>>,
    /// Starts every `stepMinutes` within these hours, as long as it ends before they do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub windows: Option<Vec<OpeningHours>>,
    /// With `windows`; 30 when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 1440)]
    pub step_minutes: Option<u32>,
    /// The whole date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub all_day: Option<bool>,
    /// First date; today when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date, example = "2027-05-01")]
    pub from: Option<Date>,
    /// Last date, included; left out: no end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date, example = "2027-09-30")]
    pub until: Option<Date>,
}

/// A date that the rules do not give. Exactly one of `times`, `windows` and `allDay` says when.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = ScheduleExtraDate)]
pub struct ExtraDateBody {
    /// The date.
    #[schema(value_type = String, format = Date, example = "2027-10-03")]
    pub date: Date,
    /// Starts at these times.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<String>>, example = json!(["14:00"]))]
    pub times: Option<Vec<TimeOfDay>>,
    /// Starts every `stepMinutes` within these hours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub windows: Option<Vec<OpeningHours>>,
    /// With `windows`; 30 when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step_minutes: Option<u32>,
    /// The whole date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub all_day: Option<bool>,
}

/// What is taken out: a whole date, or one start of it.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = ScheduleCancelledDate)]
pub struct CancelledDateBody {
    /// The date.
    #[schema(value_type = String, format = Date, example = "2027-05-17")]
    pub date: Date,
    /// One start of it; left out: the whole date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "14:00")]
    pub time: Option<TimeOfDay>,
}

/// One occurrence.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = ScheduleOneOff)]
pub struct OneOffBody {
    /// Wall time of its start.
    #[schema(value_type = String, pattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}$", example = "2027-12-31T22:00")]
    pub starts_at: LocalDateTime,
    /// Its length; left out: the offering's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_minutes: Option<u32>,
}

/// When it happens, in wall time at the venue.
#[derive(Clone, Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = OfferingSchedule)]
pub struct ScheduleBody {
    /// What repeats.
    #[serde(default)]
    pub rules: Vec<ScheduleRule>,
    /// Dates added.
    #[serde(default)]
    pub extra_dates: Vec<ExtraDateBody>,
    /// Dates and starts taken out.
    #[serde(default)]
    pub cancelled_dates: Vec<CancelledDateBody>,
    /// Single occurrences.
    #[serde(default)]
    pub one_offs: Vec<OneOffBody>,
    /// The same as RFC 5545 text (`DTSTART`, `RRULE`, `RDATE`, `EXDATE`, `DURATION`), in place of all the others. In
    /// answers null where the text cannot say it, as with opening hours.
    #[serde(default)]
    #[schema(example = "DTSTART;TZID=Europe/Berlin:20270501T140000\nRRULE:FREQ=WEEKLY;BYDAY=SA,SU")]
    pub rrule: Option<String>,
}

/// A schedule that was read, with the length that its text may bring.
pub struct Read {
    /// As the engine has it.
    pub schedule: Schedule,
    /// What `DURATION` or `DTEND` said.
    pub lasting: Option<Lasting>,
}

impl ScheduleBody {
    /// Reads it. `today` is where a rule begins that does not say it.
    pub fn parse(&self, zone: &Zone, today: Date) -> Result<Read, Problem> {
        let parts = Schedule {
            rules: numbered("rules", &self.rules, |rule, pointer| rule.parse(pointer, today))?,
            extra: numbered("extraDates", &self.extra_dates, |extra, pointer| {
                let times =
                    times(extra.times.as_ref(), extra.windows.as_ref(), extra.step_minutes, extra.all_day, pointer)?;
                Ok(ExtraDate { date: extra.date, times })
            })?,
            cancelled: self.cancelled_dates.iter().map(|one| Cancelled { date: one.date, time: one.time }).collect(),
            one_offs: self
                .one_offs
                .iter()
                .map(|one| OneOff { starts_at: one.starts_at, minutes: one.duration_minutes })
                .collect(),
        };
        let Some(text) = self.rrule.as_deref().filter(|text| !text.trim().is_empty()) else {
            return Ok(Read { schedule: parts, lasting: None });
        };
        let pointer = "/schedule/rrule";
        if text.len() > 20_000 {
            return Err(Problem::field(pointer, "too_long", "At most 20,000 signs."));
        }
        // Whoever sends back what was read sends both; they say the same, and the parts say it more exactly.
        if parts != Schedule::default() {
            let lasting = rrule::import(text, zone, None).ok().and_then(|read| read.lasting);
            let message = "Either the text, or the rules and dates.";
            return if written(&parts, zone, lasting) == text {
                Ok(Read { schedule: parts, lasting: None })
            } else {
                Err(Problem::field(pointer, "ambiguous", message))
            };
        }
        let start = (!text.contains("DTSTART")).then(|| Start::At(today.at(TimeOfDay::MIDNIGHT)));
        let read = rrule::import(text, zone, start);
        read.map(|read| Read { schedule: read.schedule, lasting: read.lasting }).map_err(|refused| {
            let rule = serde_json::to_value(refused.why).ok();
            let rule = rule.as_ref().and_then(|word| word.as_str()).unwrap_or("invalid_value").to_owned();
            Problem::field(pointer, &rule, format!("`{}` is {rule}.", refused.part))
        })
    }

    /// As the wire shows a schedule.
    pub fn shown(schedule: &Schedule, zone: Option<&Zone>, lasting: Option<Lasting>) -> Self {
        let text = zone.map(|zone| written(schedule, zone, lasting)).filter(|text| !text.is_empty());
        let extra_date = |extra: &ExtraDate| {
            let (times, windows, step_minutes, all_day) = shown_times(&extra.times);
            ExtraDateBody { date: extra.date, times, windows, step_minutes, all_day }
        };
        let cancelled = |one: &Cancelled| CancelledDateBody { date: one.date, time: one.time };
        let one_off = |one: &OneOff| OneOffBody { starts_at: one.starts_at, duration_minutes: one.minutes };
        Self {
            rules: schedule.rules.iter().map(ScheduleRule::shown).collect(),
            extra_dates: schedule.extra.iter().map(extra_date).collect(),
            cancelled_dates: schedule.cancelled.iter().map(cancelled).collect(),
            one_offs: schedule.one_offs.iter().map(one_off).collect(),
            rrule: text,
        }
    }
}

/// The text of a schedule; empty where there is none.
fn written(schedule: &Schedule, zone: &Zone, lasting: Option<Lasting>) -> String {
    rrule::export(schedule, zone, lasting).unwrap_or_default()
}

fn numbered<T, U>(list: &str, items: &[T], read: impl Fn(&T, &str) -> Result<U, Problem>) -> Result<Vec<U>, Problem> {
    items.iter().enumerate().map(|(index, item)| read(item, &format!("/schedule/{list}/{index}"))).collect()
}

impl ScheduleRule {
    fn parse(&self, pointer: &str, today: Date) -> Result<Rule, Problem> {
        let frequency = self.frequency.unwrap_or(match (&self.weekdays, self.nth, self.day) {
            (_, Some(_), _) | (_, _, Some(_)) => Frequency::Monthly,
            (Some(_), None, None) => Frequency::Weekly,
            (None, None, None) => Frequency::Daily,
        });
        let monthly = frequency == Frequency::Monthly;
        let foreign = [
            ("weekdays", self.weekdays.is_some() && (frequency == Frequency::Daily || self.day.is_some())),
            ("nth", self.nth.is_some() && (!monthly || self.day.is_some())),
            ("day", self.day.is_some() && !monthly),
        ];
        if let Some((field, _)) = foreign.into_iter().find(|(_, there)| *there) {
            let message = "It does not go with the rest of this rule.";
            return Err(Problem::field(format!("{pointer}/{field}"), "not_allowed", message));
        }
        let needs = |field: &str, message: &str| Problem::field(format!("{pointer}/{field}"), "required", message);
        let every = self.every.unwrap_or(1);
        let weekdays = self.weekdays.as_deref().unwrap_or_default();
        let repeats = match (frequency, self.nth, self.day) {
            (Frequency::Daily, ..) => Repeats::Daily { every },
            (Frequency::Weekly, ..) => Repeats::Weekly { every, weekdays: weekdays.to_vec() },
            (Frequency::Monthly, Some(nth), _) => match weekdays {
                [weekday] => Repeats::MonthlyWeekday { every, nth, weekday: *weekday },
                _ => return Err(needs("weekdays", "Exactly one weekday goes with `nth`.")),
            },
            (Frequency::Monthly, None, Some(day)) => Repeats::MonthlyDay { every, day },
            (Frequency::Monthly, None, None) => {
                return Err(needs("day", "Either `nth` with one weekday, or `day`."));
            }
        };
        let times = times(self.times.as_ref(), self.windows.as_ref(), self.step_minutes, self.all_day, pointer)?;
        Ok(Rule { repeats, times, from: self.from.unwrap_or(today), until: self.until })
    }

    fn shown(rule: &Rule) -> Self {
        let (times, windows, step_minutes, all_day) = shown_times(&rule.times);
        let (frequency, every, weekdays, nth, day) = match &rule.repeats {
            Repeats::Daily { every } => (Frequency::Daily, *every, None, None, None),
            Repeats::Weekly { every, weekdays } => (Frequency::Weekly, *every, Some(weekdays.clone()), None, None),
            Repeats::MonthlyWeekday { every, nth, weekday } => {
                (Frequency::Monthly, *every, Some(vec![*weekday]), Some(*nth), None)
            }
            Repeats::MonthlyDay { every, day } => (Frequency::Monthly, *every, None, None, Some(*day)),
        };
        Self {
            frequency: Some(frequency),
            every: Some(every),
            weekdays,
            nth,
            day,
            times,
            windows,
            step_minutes,
            all_day,
            from: Some(rule.from),
            until: rule.until,
        }
    }
}

fn times(
    at: Option<&Vec<TimeOfDay>>,
    windows: Option<&Vec<OpeningHours>>,
    step: Option<u32>,
    all_day: Option<bool>,
    pointer: &str,
) -> Result<Times, Problem> {
    let said = [at.is_some(), windows.is_some(), all_day == Some(true)];
    if said.iter().filter(|said| **said).count() != 1 {
        let rule = if said.contains(&true) { "ambiguous" } else { "required" };
        return Err(Problem::field(
            format!("{pointer}/times"),
            rule,
            "Exactly one of `times`, `windows` and `allDay`.",
        ));
    }
    if step.is_some() && windows.is_none() {
        return Err(Problem::field(format!("{pointer}/stepMinutes"), "not_allowed", "It goes with `windows`."));
    }
    Ok(match (at, windows) {
        (Some(at), _) => Times::At(at.clone()),
        (_, Some(windows)) => Times::Open {
            windows: windows.iter().map(|hours| Window { from: hours.from, to: hours.to }).collect(),
            step: step.unwrap_or(STEP),
        },
        _ => Times::AllDay,
    })
}

type ShownTimes = (Option<Vec<TimeOfDay>>, Option<Vec<OpeningHours>>, Option<u32>, Option<bool>);

fn shown_times(times: &Times) -> ShownTimes {
    match times {
        Times::At(at) => (Some(at.clone()), None, None, None),
        Times::Open { windows, step } => {
            let hours = windows.iter().map(|window| OpeningHours { from: window.from, to: window.to }).collect();
            (None, Some(hours), Some(*step), None)
        }
        Times::AllDay => (None, None, None, Some(true)),
    }
}
