//! When a question is asked again after a failure, and how long to wait before.

use std::time::{Duration, SystemTime};

use reqwest::StatusCode;
use reqwest::header::{HeaderMap, RETRY_AFTER};

/// How often a question is sent, the first time included.
pub(super) const ATTEMPTS: u32 = 4;

const FIRST_DELAY: Duration = Duration::from_millis(500);

/// No service is waited for longer than this between two attempts.
const LONGEST_DELAY: Duration = Duration::from_secs(60);

/// Whether the same request may succeed later.
pub(super) fn is_passing(status: StatusCode, message: &str) -> bool {
    match status.as_u16() {
        // An account without money stays without.
        429 => !message.contains("quota") && !message.contains("billing"),
        408 | 409 | 425 => true,
        code => code >= 500 && code != 501,
    }
}

/// How long the service wants to be left alone.
pub(super) fn asked_delay(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = |name: &str| headers.get(name)?.to_str().ok();
    if let Some(millis) = text("retry-after-ms").and_then(|it| it.trim().parse::<f64>().ok()) {
        return Duration::try_from_secs_f64(millis / 1000.0).ok();
    }
    let after = text(RETRY_AFTER.as_str())?.trim();
    match after.parse::<f64>() {
        Ok(seconds) => Duration::try_from_secs_f64(seconds).ok(),
        Err(_) => Some(httpdate::parse_http_date(after).ok()?.duration_since(now).unwrap_or_default()),
    }
}

/// The wait before the next attempt: what the service asked for, else twice as long each time. `random` spreads clients
/// that failed at the same moment over half of the time.
pub(super) fn delay(attempt: u32, asked: Option<Duration>, random: u64) -> Duration {
    if let Some(asked) = asked {
        return asked.min(LONGEST_DELAY);
    }
    let full = FIRST_DELAY.saturating_mul(1 << attempt.saturating_sub(1).min(10)).min(LONGEST_DELAY);
    let share = (random % 1024) as f64 / 1024.0;
    full.mul_f64(0.75 + share / 2.0)
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    #[test]
    fn limits_and_broken_servers_pass_mistakes_stay() {
        let passing = |code: u16, message| is_passing(StatusCode::from_u16(code).unwrap(), message);
        assert!(passing(429, "slow down") && passing(500, "") && passing(503, "") && passing(529, ""));
        assert!(!passing(429, "You exceeded your current quota") && !passing(400, "") && !passing(401, ""));
        assert!(!passing(501, "not implemented"));
    }

    #[test]
    fn a_service_says_how_long_in_seconds_millis_or_a_date() {
        let asked = |name: &'static str, value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(name, HeaderValue::from_static(value));
            asked_delay(&headers, httpdate::parse_http_date("Wed, 21 Oct 2015 07:28:00 GMT").unwrap())
        };
        assert_eq!(asked("retry-after", "2"), Some(Duration::from_secs(2)));
        assert_eq!(asked("retry-after", "Wed, 21 Oct 2015 07:28:05 GMT"), Some(Duration::from_secs(5)));
        assert_eq!(asked("retry-after", "Wed, 21 Oct 2015 07:27:00 GMT"), Some(Duration::ZERO));
        assert_eq!(asked("retry-after-ms", "250"), Some(Duration::from_millis(250)));
        assert_eq!(asked("retry-after", "soon"), None);
        assert_eq!(asked("retry-after", "-1"), None);
    }

    #[test]
    fn delays_double_within_a_bound() {
        assert_eq!(delay(1, None, 512), Duration::from_millis(500));
        assert_eq!(delay(2, None, 512), Duration::from_secs(1));
        assert_eq!(delay(1, None, 0), Duration::from_millis(375));
        assert_eq!(delay(40, None, 512), LONGEST_DELAY);
        assert_eq!(delay(1, Some(Duration::from_secs(3600)), 0), LONGEST_DELAY);
    }
}
