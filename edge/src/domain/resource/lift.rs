//! Lifting a part of what is off: what is left of a time off once a day, or some hours of one, are free again. Pure.

use super::store::Block;
use shared::civil::Date;
use shared::zone::Instant;

/// What is to be free again.
#[derive(Clone, Copy, Debug)]
pub struct Gap {
    /// On which venue date.
    pub date: Date,
    /// Where that date begins and ends.
    pub day: (Instant, Instant),
    /// Only from when until when; none is the whole date.
    pub hours: Option<(Instant, Instant)>,
}

/// A time off, or what is left of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rest {
    /// From when until when.
    Span(Instant, Instant),
    /// Whole venue dates, both included.
    Dates(Date, Date),
}

impl Gap {
    /// From when until when.
    pub fn span(&self) -> (Instant, Instant) {
        self.hours.unwrap_or(self.day)
    }
}

/// What is left of a time off; none where the gap does not touch it.
pub fn rest(block: &Block, gap: &Gap) -> Option<Vec<Rest>> {
    let (from, to) = gap.span();
    let (begins, ends, mut left) = match (block.starts_at, block.ends_at, &block.from_date, &block.to_date) {
        (Some(starts_at), Some(ends_at), ..) => (Instant(starts_at), Instant(ends_at), Vec::new()),
        (_, _, Some(first), Some(last)) => {
            let (first, last) = (Date::parse(first)?, Date::parse(last)?);
            if gap.date < first || gap.date > last {
                return None;
            }
            let before = (first < gap.date).then(|| Rest::Dates(first, gap.date.plus_days(-1)));
            let after = (gap.date < last).then(|| Rest::Dates(gap.date.plus_days(1), last));
            (gap.day.0, gap.day.1, before.into_iter().chain(after).collect())
        }
        _ => return None,
    };
    if begins >= to || ends <= from {
        return None;
    }
    left.extend((begins < from).then_some(Rest::Span(begins, from)));
    left.extend((to < ends).then_some(Rest::Span(to, ends)));
    Some(left)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    fn block(span: Option<(i64, i64)>, dates: Option<(&str, &str)>) -> Block {
        Block {
            id: 1,
            public_id: "blk_1".to_owned(),
            starts_at: span.map(|(from, _)| from),
            ends_at: span.map(|(_, to)| to),
            from_date: dates.map(|(from, _)| from.to_owned()),
            to_date: dates.map(|(_, to)| to.to_owned()),
            reason: String::new(),
            created_at: 0,
            linked: 0,
        }
    }

    fn gap(hours: Option<(i64, i64)>) -> Gap {
        let hours = hours.map(|(from, to)| (Instant(from), Instant(to)));
        Gap { date: date("1970-01-02"), day: (Instant(86_400), Instant(172_800)), hours }
    }

    #[test]
    fn a_day_is_cut_out_of_a_holiday() {
        let holiday = block(None, Some(("1970-01-01", "1970-01-05")));
        let left =
            [Rest::Dates(date("1970-01-01"), date("1970-01-01")), Rest::Dates(date("1970-01-03"), date("1970-01-05"))];
        assert_eq!(rest(&holiday, &gap(None)).unwrap(), left);
        assert_eq!(rest(&block(None, Some(("1970-01-02", "1970-01-02"))), &gap(None)).unwrap(), []);
        assert_eq!(rest(&block(None, Some(("1970-01-03", "1970-01-05"))), &gap(None)), None);
    }

    #[test]
    fn hours_are_cut_out_of_a_day_and_a_day_out_of_hours() {
        let day = block(None, Some(("1970-01-02", "1970-01-02")));
        let left = [Rest::Span(Instant(86_400), Instant(100_000)), Rest::Span(Instant(110_000), Instant(172_800))];
        assert_eq!(rest(&day, &gap(Some((100_000, 110_000)))).unwrap(), left);
        let hours = block(Some((100_000, 120_000)), None);
        assert_eq!(rest(&hours, &gap(None)).unwrap(), []);
        assert_eq!(
            rest(&hours, &gap(Some((90_000, 110_000)))).unwrap(),
            [Rest::Span(Instant(110_000), Instant(120_000))]
        );
        assert_eq!(rest(&hours, &gap(Some((120_000, 130_000)))), None);
        let over_night = block(Some((80_000, 90_000)), None);
        assert_eq!(rest(&over_night, &gap(None)).unwrap(), [Rest::Span(Instant(80_000), Instant(86_400))]);
    }
}
