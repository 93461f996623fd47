//! Time in development: wrangler fires no cron by itself, so every trigger of `wrangler.toml` is called when it is due.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::http;

const MINUTE: u64 = 60;

pub fn start(port: u16) {
    std::thread::spawn(move || {
        loop {
            let now = seconds();
            let next = now - now % MINUTE + MINUTE;
            std::thread::sleep(Duration::from_secs(next - now));
            for cron in due(next) {
                http::get(port, &format!("/cdn-cgi/handler/scheduled?cron={}", cron.replace(' ', "+")));
            }
        }
    });
}

/// The triggers of `wrangler.toml` that are due at this minute.
fn due(now: u64) -> impl Iterator<Item = &'static str> {
    let minute = now / MINUTE % 60;
    let hour = now / (60 * MINUTE) % 24;
    let triggers = [("* * * * *", true), ("17 * * * *", minute == 17), ("23 3 * * *", (hour, minute) == (3, 23))];
    triggers.into_iter().filter_map(|(cron, is_due)| is_due.then_some(cron))
}

fn seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

#[cfg(test)]
mod tests {
    use super::due;

    #[test]
    fn every_trigger_has_its_minute_and_wrangler_knows_the_same_ones() {
        let at = |hour: u64, minute: u64| due(hour * 3600 + minute * 60).collect::<Vec<_>>();
        assert_eq!(at(0, 0), ["* * * * *"]);
        assert_eq!(at(9, 17), ["* * * * *", "17 * * * *"]);
        assert_eq!(at(3, 23), ["* * * * *", "23 3 * * *"]);
        let configured = "crons = [\"* * * * *\", \"17 * * * *\", \"23 3 * * *\"]";
        assert!(include_str!("../../../wrangler.toml").contains(configured));
    }
}
