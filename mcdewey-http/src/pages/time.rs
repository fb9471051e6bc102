//! Seconds in, a date and a time of day that people read out.

use maud::{Markup, html};

const DAY: u64 = 86_400;

/// A moment, given in seconds since 1970-01-01 UTC: `2026-03-01 14:05 UTC`.
pub(super) fn utc(seconds: u64) -> Markup {
    let (year, month, day) = date(seconds / DAY);
    let (hour, minute, second) = (seconds % DAY / 3600, seconds % 3600 / 60, seconds % 60);
    let date = format!("{year:04}-{month:02}-{day:02}");
    let whole = format!("{date}T{hour:02}:{minute:02}:{second:02}Z");
    html! { time datetime=(whole) { (date) " " (format!("{hour:02}:{minute:02}")) " UTC" } }
}

/// Year, month and day, so many days after 1970-01-01.
///
/// # Source
/// `civil_from_days` of Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms": years begin
/// in March, so that a leap day is the last of its year.
fn date(days: u64) -> (u64, u64, u64) {
    /// Days from 0000-03-01 to 1970-01-01.
    const BEFORE: u64 = 719_468;
    /// Days of 400 years.
    const ERA: u64 = 146_097;
    let days = days + BEFORE;
    let (era, of_era) = (days / ERA, days % ERA);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 {
        from_march + 3
    } else {
        from_march - 9
    };
    let year = era * 400 + year + u64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_over_leap_years_and_centuries() {
        let known = [
            (0, (1970, 1, 1)),
            (58, (1970, 2, 28)),
            (59, (1970, 3, 1)),
            (11_016, (2000, 2, 29)),
            (11_017, (2000, 3, 1)),
            (20_513, (2026, 3, 1)),
            (47_540, (2100, 2, 28)),
            (47_541, (2100, 3, 1)),
        ];
        for (days, expected) in known {
            assert_eq!(date(days), expected, "{days}");
        }
    }

    #[test]
    fn a_moment_is_said_to_the_minute() {
        let html = utc(20_513 * DAY + 14 * 3600 + 5 * 60 + 9).into_string();
        let time = "<time datetime=\"2026-03-01T14:05:09Z\">2026-03-01 14:05 UTC</time>";
        assert_eq!(html, time);
    }
}
