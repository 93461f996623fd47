//! How pages say dates, times, money and parties, in English. Pure.

use shared::civil::Date;
use shared::money::{Currency, Minor};
use shared::zone::{Instant, Zone};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// `Saturday, 1 August 2026`.
pub fn date(date: Date) -> String {
    let index = usize::try_from(date.month()).unwrap_or(1).saturating_sub(1);
    let month = MONTHS.get(index).copied().unwrap_or_default();
    format!("{}, {} {month} {}", weekday(date), date.day(), date.year())
}

/// `Saturday`.
pub fn weekday(date: Date) -> &'static str {
    // 1970-01-01 was a Thursday.
    match date.days_since_epoch().rem_euclid(7) {
        0 => "Thursday",
        1 => "Friday",
        2 => "Saturday",
        3 => "Sunday",
        4 => "Monday",
        5 => "Tuesday",
        _ => "Wednesday",
    }
}

/// `17:00`.
pub fn time(zone: &Zone, at: Instant) -> String {
    let minutes = zone.to_local(at).time.minutes();
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

/// `Saturday, 1 August 2026, 17:00 to 18:30`, with the second date where it is another.
pub fn span(zone: &Zone, starts_at: Instant, ends_at: Instant) -> String {
    let (first, last) = (zone.to_local(starts_at).date, zone.to_local(ends_at).date);
    let until = time(zone, ends_at);
    let until = if first == last { until } else { format!("{}, {until}", date(last)) };
    format!("{}, {} to {until}", date(first), time(zone, starts_at))
}

/// `EUR 129.50`.
pub fn money(amount: Minor, currency: Currency) -> String {
    let exponent = currency.exponent();
    let unit = 10_u64.saturating_pow(exponent);
    let (sign, digits) = (if amount < 0 { "−" } else { "" }, amount.unsigned_abs());
    let whole = grouped(digits.checked_div(unit).unwrap_or(digits));
    if exponent == 0 {
        return format!("{sign}{} {whole}", currency.code());
    }
    let width = usize::try_from(exponent).unwrap_or(2);
    format!("{sign}{} {whole}.{:0width$}", currency.code(), digits.checked_rem(unit).unwrap_or(0))
}

fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && digits.len().saturating_sub(index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `AWAITING_APPROVAL` as people say it.
pub fn state(state: &str) -> &'static str {
    match state {
        "PENDING" => "Held",
        "AWAITING_APPROVAL" => "Waiting for approval",
        "CONFIRMED" => "Confirmed",
        "EXPIRED" => "Expired",
        "REJECTED" => "Declined",
        "CANCELLED" => "Cancelled",
        "REFUNDED" => "Refunded",
        "COMPLETED" => "Completed",
        _ => "Proposal",
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_times_are_those_of_the_venue() {
        let zone = Zone::fixed("Europe/Berlin", 7_200);
        let start = Instant(1_785_596_400);
        assert_eq!(span(&zone, start, start.plus_minutes(90)), "Saturday, 1 August 2026, 17:00 to 18:30");
        assert_eq!(
            span(&zone, start, start.plus_minutes(12 * 60)),
            "Saturday, 1 August 2026, 17:00 to Sunday, 2 August 2026, 05:00"
        );
    }

    #[test]
    fn money_has_the_digits_of_its_currency() {
        let of = |amount, code| money(amount, Currency::parse(code).unwrap());
        assert_eq!(of(12_950, "EUR"), "EUR 129.50");
        assert_eq!(of(-5, "USD"), "−USD 0.05");
        assert_eq!(of(1_234_567, "JPY"), "JPY 1,234,567");
        assert_eq!(of(1_234_567, "KWD"), "KWD 1,234.567");
    }
}
