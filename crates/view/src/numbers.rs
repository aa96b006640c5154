//! Numbers in, text for readers out.

use std::time::Duration;

/// Stands for a value that there is not.
pub(crate) const NONE: &str = "–";

/// Above this a number is written with an exponent.
const LARGE: f64 = 1e6;

/// A share from 0 to 1 as `96.70%`.
pub(crate) fn percent(share: f64) -> String {
    if share.is_finite() { format!("{:.2}%", 100.0 * share) } else { NONE.to_owned() }
}

/// The 95% interval of the share of which `correct` in `total` were seen, in words.
pub(crate) fn interval_in_words([low, high]: [f64; 2]) -> String {
    format!("with 95% confidence between {} and {}", percent(low), percent(high))
}

/// A mean loss with four digits. Training may end in what is no number; that is said, not printed.
pub(crate) fn loss(value: f64) -> String {
    if !value.is_finite() {
        "no finite number".to_owned()
    } else if value.abs() < LARGE {
        format!("{value:.4}")
    } else {
        format!("{value:.3e}")
    }
}

/// A count with commas: `60,000`.
pub(crate) fn count<T: TryInto<u64, Error: std::fmt::Debug>>(value: T) -> String {
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
pub(crate) fn counted(value: usize, one: &str) -> String {
    let plural = if value == 1 { "" } else { "s" };
    format!("{} {one}{plural}", count(value))
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
        format!("{} h {} min", count(whole / 3600), whole % 3600 / 60)
    }
}

/// Images a second, without digits that no clock supports.
pub(crate) fn rate(value: f64) -> String {
    let Ok(per_second) = Duration::try_from_secs_f64(value) else {
        return NONE.to_owned();
    };
    let whole = (per_second + Duration::from_millis(500)).as_secs();
    if whole > 0 { count(whole) } else { NONE.to_owned() }
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
        let texts = [0_u64, 999, 1000, 60_000, 1_200_266].map(count);
        assert_eq!(texts, ["0", "999", "1,000", "60,000", "1,200,266"]);
        assert_eq!([counted(1, "step"), counted(1000, "step")], ["1 step", "1,000 steps"]);
    }

    #[test]
    fn what_is_no_number_is_said_in_words() {
        assert_eq!(loss(f64::NAN), "no finite number");
        assert_eq!(loss(f64::INFINITY), "no finite number");
        assert_eq!([loss(0.198_282), loss(2.5e12)], ["0.1983", "2.500e12"]);
        assert_eq!([percent(f64::NAN), percent(0.967)], ["–", "96.70%"]);
        assert_eq!([rate(f64::INFINITY), rate(0.0), rate(105_678.6)], ["–", "–", "105,679"]);
    }

    #[test]
    fn intervals_read_as_a_sentence_does() {
        let text = interval_in_words(burnwright_metrics::wilson_interval(9670, 10_000));
        assert_eq!(text, "with 95% confidence between 96.33% and 97.03%");
    }
}
