//! Numbers in, text for readers out.

use std::time::Duration;

use burnwright_metrics::{Metric, Unit};

/// Stands for a value that there is not.
pub(crate) const NONE: &str = "–";

/// Above this a number is written with an exponent.
const LARGE: f64 = 1e6;

/// A share from 0 to 1 as `96.70%`.
pub(crate) fn percent(share: f64) -> String {
    if share.is_finite() { format!("{:.2}%", 100.0 * share) } else { NONE.to_owned() }
}

/// The ends of a 95% interval, in words.
pub(crate) fn interval_in_words([low, high]: [String; 2]) -> String {
    format!("with 95% confidence between {low} and {high}")
}

/// A score in what it is measured in; `unit` is the target's, and may be empty.
pub(crate) fn measured(metric: Metric, value: f64, unit: &str) -> String {
    match metric.unit {
        Unit::Share => percent(value),
        Unit::Target => with_unit(value, unit),
        Unit::Plain if value.is_finite() => format!("{value:.4}"),
        Unit::Plain => NONE.to_owned(),
    }
}

/// A number in the target's unit, which may be empty.
pub(crate) fn with_unit(value: f64, unit: &str) -> String {
    if unit.is_empty() || !value.is_finite() {
        significant(value)
    } else {
        format!("{} {unit}", significant(value))
    }
}

/// A number with four significant digits, or all before the point: `51,366`, `-3.095`, `0.0001234`, `1.234e12`.
pub(crate) fn significant(value: f64) -> String {
    if !value.is_finite() {
        return NONE.to_owned();
    }
    let exact = format!("{:.3e}", value.abs());
    let (_, exponent) = exact.split_once('e').expect("a number with an exponent has an `e`");
    let exponent: i32 = exponent.parse().expect("an exponent is a whole number");
    let sign = if value < 0.0 { "-" } else { "" };
    match exponent {
        -5..=2 => {
            let decimals = usize::try_from(3 - exponent).expect("below 3");
            if value == 0.0 { "0".to_owned() } else { format!("{value:.decimals$}") }
        }
        3..=8 => {
            let whole = format!("{:.0}", value.abs()).parse::<u64>();
            format!("{sign}{}", thousands(whole.expect("below 10^9, and not negative")))
        }
        _ => format!("{sign}{exact}"),
    }
}

/// A mean loss with four digits. Training may end in what is no number; that is said, not printed.
pub(crate) fn loss(value: f64) -> String {
    if !value.is_finite() {
        "not finite".to_owned()
    } else if value.abs() < LARGE {
        format!("{value:.4}")
    } else {
        format!("{value:.3e}")
    }
}

/// A count with commas: `60,000`.
pub fn thousands<T: TryInto<u64, Error: std::fmt::Debug>>(value: T) -> String {
    let digits = value.try_into().expect("a count has at most 64 bits").to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (place, digit) in digits.char_indices() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 step`, `60 steps`.
pub fn counted(value: usize, one: &str) -> String {
    let plural = if value == 1 { "" } else { "s" };
    format!("{} {one}{plural}", thousands(value))
}

/// Seconds in the unit that suits them: `82 ms`, `3.53 s`, `2 min 5 s`, `1 h 3 min`.
pub(crate) fn seconds(value: f64) -> String {
    let Ok(duration) = Duration::try_from_secs_f64(value) else {
        return NONE.to_owned();
    };
    let whole = (duration + Duration::from_millis(500)).as_secs();
    if value < 1.0 {
        format!("{:.0} ms", 1000.0 * value)
    } else if whole < 60 {
        format!("{value:.2} s")
    } else if whole < 3600 {
        format!("{} min {} s", whole / 60, whole % 60)
    } else {
        format!("{} h {} min", thousands(whole / 3600), whole % 3600 / 60)
    }
}

/// Images a second, without digits that no clock supports.
pub(crate) fn rate(value: f64) -> String {
    let Ok(per_second) = Duration::try_from_secs_f64(value) else {
        return NONE.to_owned();
    };
    let whole = (per_second + Duration::from_millis(500)).as_secs();
    if whole > 0 { thousands(whole) } else { NONE.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_find_their_unit() {
        let cases = [
            (0.0004, "0 ms"),
            (0.0819, "82 ms"),
            (3.530_912, "3.53 s"),
            (59.6, "1 min 0 s"),
            (125.2, "2 min 5 s"),
            (3785.0, "1 h 3 min"),
            (f64::NAN, "–"),
            (-1.0, "–"),
        ];
        for (value, text) in cases {
            assert_eq!(seconds(value), text);
        }
    }

    #[test]
    fn counts_have_commas() {
        let texts = [0_u64, 999, 1000, 60_000, 1_200_266].map(thousands);
        assert_eq!(texts, ["0", "999", "1,000", "60,000", "1,200,266"]);
        assert_eq!([counted(1, "step"), counted(1000, "step")], ["1 step", "1,000 steps"]);
    }

    #[test]
    fn what_is_no_number_is_said_in_words() {
        assert_eq!(loss(f64::NAN), "not finite");
        assert_eq!(loss(f64::INFINITY), "not finite");
        assert_eq!([loss(0.198_282), loss(2.5e12)], ["0.1983", "2.500e12"]);
        assert_eq!([percent(f64::NAN), percent(0.967)], ["–", "96.70%"]);
        assert_eq!([rate(f64::INFINITY), rate(0.0), rate(105_678.6)], ["–", "–", "105,679"]);
    }

    #[test]
    fn numbers_have_four_digits() {
        let cases = [
            (51_366.133, "51,366"),
            (-1234.5, "-1,234"),
            (3.094_697, "3.095"),
            (-0.000_123_44, "-0.0001234"),
            (999.96, "1,000"),
            (0.0, "0"),
            (2.5e12, "2.500e12"),
            (1e-9, "1.000e-9"),
            (f64::NAN, "–"),
        ];
        for (value, text) in cases {
            assert_eq!(significant(value), text);
        }
        assert_eq!(with_unit(2.5, "m³"), "2.500 m³");
    }

    #[test]
    fn intervals_read_as_a_sentence_does() {
        let text =
            interval_in_words(burnwright_metrics::wilson_interval(9670, 10_000).map(percent));
        assert_eq!(text, "with 95% confidence between 96.33% and 97.03%");
    }
}
