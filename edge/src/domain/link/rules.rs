//! What a link may be, and when it is read again.

use crate::outbox::target::Target;
use crate::problem::Problem;
use shared::zone::Instant;
use url::Url;

/// Busy times are read so far back, in seconds: what goes on now began before.
const BACK: i64 = 86_400;
/// And so far ahead: a year.
const AHEAD: i64 = 366 * 86_400;

/// A calendar server is asked again after so many seconds.
const CALDAV_SECONDS: i64 = 600;
/// A file is fetched again after so many seconds.
const FILE_SECONDS: i64 = 1_800;
/// What repeats is known only so far ahead, so that all of it is read again once a day.
const WHOLE_SECONDS: i64 = 86_400;
/// After failures: the first pause and the longest, in seconds.
const PAUSES: (i64, i64) = (300, 6 * 3_600);

/// Pauses after which a booking is written again, in seconds; then it is left to a person.
const WRITE_PAUSES: [i64; 9] = [30, 120, 600, 1_800, 7_200, 21_600, 43_200, 86_400, 172_800];

/// From when to when busy times are of interest.
pub fn window(now: Instant) -> (Instant, Instant) {
    (now.plus_seconds(BACK.saturating_neg()), now.plus_seconds(AHEAD))
}

/// Whether all of it has to be read.
pub fn whole_is_due(read_whole_at: Option<i64>, now: Instant) -> bool {
    read_whole_at.is_none_or(|at| at.saturating_add(WHOLE_SECONDS) <= now.0)
}

/// When it is read again after it went well.
pub fn again(kind: &str, now: Instant) -> Instant {
    now.plus_seconds(if kind == "CALDAV" { CALDAV_SECONDS } else { FILE_SECONDS })
}

/// When it is read again after so many failures in a row.
pub fn after_failure(failures: u32, now: Instant) -> Instant {
    let (first, longest) = PAUSES;
    let doubled = 1_i64.checked_shl(failures.saturating_sub(1).min(16)).unwrap_or(i64::MAX);
    now.plus_seconds(first.saturating_mul(doubled).min(longest))
}

/// When a booking is written again after so many attempts; none when it is left to a person.
pub fn write_again(attempts: u32, now: Instant) -> Option<Instant> {
    let index = usize::try_from(attempts).ok()?.checked_sub(1)?;
    WRITE_PAUSES.get(index).map(|pause| now.plus_seconds(*pause))
}

/// The address of a server or a file: https and public. `webcal:` is how calendars spell it.
pub fn url(text: &str, development: bool, pointer: &str) -> Result<String, Problem> {
    let text = text.trim();
    let text = text.strip_prefix("webcal://").map_or_else(|| text.to_owned(), |rest| format!("https://{rest}"));
    let target = Target::parse(&text, development);
    target
        .map(|target| target.as_str().to_owned())
        .map_err(|refusal| Problem::field(pointer, refusal.code(), refusal.message()))
}

/// What people read of an address: its host.
pub fn host(url: &str) -> String {
    Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default()
}

/// 1 to `most` characters.
pub fn text(text: &str, most: usize, pointer: &str) -> Result<String, Problem> {
    let text = text.trim();
    match text.chars().count() {
        0 => Err(Problem::field(pointer, "required", "must not be empty")),
        count if count > most => Err(Problem::field(pointer, "too_long", format!("at most {most} characters"))),
        _ => Ok(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_fails_is_asked_less_and_less_often_and_never_given_up() {
        let at = |failures| after_failure(failures, Instant(0)).0;
        assert_eq!((at(1), at(2), at(3), at(40), at(u32::MAX)), (300, 600, 1_200, 21_600, 21_600));
        assert_eq!(write_again(1, Instant(0)), Some(Instant(30)));
        assert_eq!(write_again(10, Instant(0)), None);
    }

    #[test]
    fn an_address_is_public_and_encrypted() {
        assert!(url("webcal://p07.example.com/feed.ics", false, "/url").is_ok_and(|url| url.starts_with("https://")));
        for wrong in ["http://example.com/a.ics", "https://10.0.0.1/a.ics", "https://a:b@example.com/", "file:///etc"] {
            assert!(url(wrong, false, "/url").is_err(), "{wrong}");
        }
    }
}
