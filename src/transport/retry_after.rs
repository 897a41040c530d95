//! The delay that `Retry-After` asks for.

use std::time::{Duration, SystemTime};

use http::{HeaderMap, HeaderName, header};

use super::clock::local_now;

/// Returns the delay that a reply asks for.
///
/// The header holds whole or decimal seconds, or an HTTP date. A date counts from the server's own
/// clock (its `Date`), because this machine's may be off. An unreadable value counts as absent.
pub(super) fn of(headers: &HeaderMap) -> Option<Duration> {
    let value = text(headers, header::RETRY_AFTER)?;
    seconds(value).or_else(|| {
        let until = httpdate::parse_http_date(value).ok()?;
        let now = text(headers, header::DATE)
            .and_then(|text| httpdate::parse_http_date(text).ok())
            .unwrap_or_else(|| SystemTime::from(local_now()));
        // A date that has passed asks for no delay.
        Some(until.duration_since(now).unwrap_or_default())
    })
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

fn seconds(value: &str) -> Option<Duration> {
    let is_plain = !value.is_empty()
        && value
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.');
    let seconds: f64 = value.parse().ok().filter(|_| is_plain)?;
    // A number too large for a duration is longer than any call waits.
    Some(Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(retry_after: &str, date: Option<&str>) -> Option<Duration> {
        let mut headers = HeaderMap::new();
        headers.insert(header::RETRY_AFTER, retry_after.parse().expect("a header"));
        if let Some(date) = date {
            headers.insert(header::DATE, date.parse().expect("a header"));
        }
        of(&headers)
    }

    #[test]
    fn seconds_may_be_whole_or_decimal() {
        assert_eq!(read("7", None), Some(Duration::from_secs(7)));
        assert_eq!(read(" 1.5 ", None), Some(Duration::from_millis(1500)));
        assert_eq!(read("0", None), Some(Duration::ZERO));
        let huge = "9".repeat(40);
        assert_eq!(read(&huge, None), Some(Duration::MAX));
    }

    #[test]
    fn a_date_counts_from_the_servers_clock() {
        let far = "Fri, 31 Dec 1999 23:59:59 GMT";
        assert_eq!(
            read(far, Some("Fri, 31 Dec 1999 23:59:29 GMT")),
            Some(Duration::from_secs(30))
        );
        assert_eq!(
            read(far, Some("Sat, 01 Jan 2000 00:00:00 GMT")),
            Some(Duration::ZERO)
        );
        assert_eq!(read(far, None), Some(Duration::ZERO));
    }

    #[tokio::test(start_paused = true)]
    async fn a_date_counts_from_this_machines_clock_where_the_server_has_none() {
        let hour = Duration::from_secs(3600);
        let until = SystemTime::now() + hour;
        tokio::time::advance(hour / 2).await;
        let delay = read(&httpdate::fmt_http_date(until), None).expect("a date");
        assert!(delay <= hour / 2, "{delay:?}");
        assert!(delay > hour / 2 - Duration::from_secs(60), "{delay:?}");
    }

    #[test]
    fn garbage_counts_as_absent() {
        for garbage in [
            "",
            "soon",
            "-1",
            "1e3",
            "NaN",
            "inf",
            "1.2.3",
            "+5",
            "2026-05-12",
        ] {
            assert_eq!(read(garbage, None), None, "{garbage}");
        }
        assert_eq!(of(&HeaderMap::new()), None);
    }
}
