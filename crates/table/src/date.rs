//! A field in, a point in time out, for the forms of ISO 8601 that tables hold; and what a model may learn from it.

use crate::number::Parsed;

/// Days from 0000-03-01 to 1970-01-01 in the Gregorian calendar carried back.
const EPOCH: i64 = 719_468;
const DAYS_OF_400_YEARS: i64 = 146_097;

/// `YYYY-MM-DD` or `YYYY/MM/DD`, alone or with `T` or a space, `HH:MM[:SS[.fff]]`, and `Z`, `+HH:MM` or `+HHMM`: days since
/// 1970-01-01, UTC where an offset is given. Text otherwise, also where the calendar has no such day.
pub(crate) fn parse(field: &str) -> Parsed {
    match whole(field.as_bytes()) {
        Some((days, None)) => Parsed::Decimal { mantissa: days, scale: 0 },
        Some((days, Some(seconds))) => Parsed::Float(f64::from(days) + seconds / 86_400.0),
        None => Parsed::NotANumber,
    }
}

fn whole(field: &[u8]) -> Option<(i32, Option<f64>)> {
    let (date, rest) = field.split_at_checked(10)?;
    let separator = date[4];
    if !matches!(separator, b'-' | b'/') || date[7] != separator {
        return None;
    }
    let (year, month, day) = (digits(&date[..4])?, digits(&date[5..7])?, digits(&date[8..])?);
    let days = days_since_epoch(year, month, day)?;
    match rest {
        [] => Some((days, None)),
        [b'T' | b't' | b' ', time @ ..] => Some((days, Some(seconds(time)?))),
        _ => None,
    }
}

/// Seconds of the day, less the offset.
fn seconds(time: &[u8]) -> Option<f64> {
    let end = time.iter().position(|byte| matches!(byte, b'Z' | b'z' | b'+' | b'-'));
    // default: without an offset all of it is the time.
    let (clock, offset) = time.split_at(end.unwrap_or(time.len()));
    let offset = match offset {
        [] | [b'Z' | b'z'] => 0,
        [sign, h1, h2, b':', m1, m2] | [sign, h1, h2, m1, m2] => {
            let seconds = minutes(&[*h1, *h2], &[*m1, *m2])? * 60;
            if *sign == b'-' { -seconds } else { seconds }
        }
        _ => return None,
    };
    let whole = match clock {
        [h1, h2, b':', m1, m2, rest @ ..] => {
            let minutes = minutes(&[*h1, *h2], &[*m1, *m2])?;
            f64::from(minutes * 60) + of_a_minute(rest)?
        }
        _ => return None,
    };
    Some(whole - f64::from(offset))
}

fn minutes(hours: &[u8], minutes: &[u8]) -> Option<i32> {
    let (hours, minutes) = (digits(hours)?, digits(minutes)?);
    (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)
}

/// `:SS` or `:SS.fff`; nothing is 0.
fn of_a_minute(rest: &[u8]) -> Option<f64> {
    let Some((b':', text)) = rest.split_first() else {
        return rest.is_empty().then_some(0.0);
    };
    // 60 is a leap second.
    let known = text.len() >= 2 && text[..2].iter().all(u8::is_ascii_digit);
    let fraction = text.len() == 2
        || (text.len() > 3 && text[2] == b'.' && text[3..].iter().all(u8::is_ascii_digit));
    let value: f64 = std::str::from_utf8(text).ok().filter(|_| known && fraction)?.parse().ok()?;
    (value < 61.0).then_some(value)
}

fn digits(text: &[u8]) -> Option<i32> {
    text.iter().try_fold(0, |value, byte| {
        byte.is_ascii_digit().then(|| value * 10 + i32::from(byte - b'0'))
    })
}

/// Gregorian, also before 1582.
fn days_since_epoch(year: i32, month: i32, day: i32) -> Option<i32> {
    if !(1..=12).contains(&month) || day < 1 || day > days_of_month(year, month) {
        return None;
    }
    // Years from March on: the leap day is then the last of its year.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let year = i64::from(year);
    let leaps = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    let days = 365 * year + leaps + i64::from((153 * month + 2) / 5 + day - 1) - EPOCH;
    Some(i32::try_from(days).expect("a year of four digits"))
}

fn days_of_month(year: i32, month: i32) -> i32 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// The month, 1 to 12, of a point in time.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "days of years of four digits"
)]
pub(crate) fn month(days: f64) -> f64 {
    let of_era = (days.floor() as i64 + EPOCH).rem_euclid(DAYS_OF_400_YEARS);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let from_march = (5 * of_year + 2) / 153;
    (if from_march < 10 { from_march + 3 } else { from_march - 9 }) as f64
}

/// The day of the week, 0 (Monday) to 6, of a point in time.
pub(crate) fn weekday(days: f64) -> f64 {
    // 1970-01-01 was a Thursday.
    (days.floor() + 3.0).rem_euclid(7.0)
}

/// The hour of the day with its fraction, 0 to 24.
pub(crate) fn hour(days: f64) -> f64 {
    (days - days.floor()) * 24.0
}

/// A point in time as text: `YYYY-MM-DD`.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "days of years of four digits"
)]
pub fn written(days: f64) -> String {
    let month = month(days) as i32;
    let whole = days.floor() as i64;
    // The year of the middle of the month, by the mean length of a year.
    let guess = ((whole + EPOCH) as f64 / 365.2425).floor() as i32;
    let of_month = |year: i32| days_since_epoch(year, month, 1).map(i64::from);
    let found = (guess - 1..=guess + 1).find_map(|year| {
        let first = of_month(year)?;
        (first..first + i64::from(days_of_month(year, month)))
            .contains(&whole)
            .then(|| (year, whole - first + 1))
    });
    match found {
        Some((year, day)) => format!("{year:04}-{month:02}-{day:02}"),
        None => format!("day {whole}"),
    }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "these values have no rounding")]
mod tests {
    use super::*;

    fn days(field: &str) -> Option<f64> {
        match parse(field) {
            Parsed::Decimal { mantissa, .. } => Some(f64::from(mantissa)),
            Parsed::Float(days) => Some(days),
            _ => None,
        }
    }

    #[test]
    fn forms_of_dates() {
        for (field, expected) in [
            ("1970-01-01", 0.0),
            ("2000-02-29", 11_016.0),
            ("2024/12/31", 20_088.0),
            ("1969-12-31T12:00", -0.5),
            ("1970-01-02 06:00:00.000Z", 1.25),
            ("1970-01-01T01:00:00+01:00", 0.0),
            ("1970-01-01T00:00-0600", 0.25),
        ] {
            assert_eq!(days(field), Some(expected), "{field}");
        }
        for text in [
            "2023-02-29",
            "2023-13-01",
            "2023-00-10",
            "2023-1-1",
            "20230101",
            "2023-01/01",
            "2023-01-01x",
            "2023-01-01T25:00",
            "2023-01-01T",
            "2023-01-01T10:00:",
            "2023-01-01T10:00:1",
            "+023-01-01",
            "2023-01-01T10:00:00.",
            "2023-01-01T10:00+1",
            "é023-01-01",
        ] {
            assert_eq!(days(text), None, "{text}");
        }
    }

    #[test]
    fn every_day_of_eight_centuries_comes_back() {
        let mut expected = days("1600-01-01").unwrap();
        for year in 1600..2400 {
            for m in 1..=12 {
                for day in 1..=days_of_month(year, m) {
                    let text = format!("{year:04}-{m:02}-{day:02}");
                    assert_eq!(days(&text), Some(expected), "{text}");
                    assert_eq!(month(expected), f64::from(m), "{text}");
                    assert_eq!(written(expected), text);
                    expected += 1.0;
                }
            }
        }
        assert_eq!(weekday(days("2024-01-01").unwrap()), 0.0);
        assert_eq!(hour(days("2024-01-01T18:00").unwrap()), 18.0);
    }
}
