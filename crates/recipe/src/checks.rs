//! What values may be: checks for `check(..)` in [`settings!`](crate::settings!).
//!
//! Each takes a value and gives what is wrong with it, as in "is 0, expected at least 1"; the key is put before it by whoever asks.

use std::fmt::Display;
use std::ops::RangeInclusive;

use crate::Fault;

/// From the first to the last of a range; what is not a number is in no range.
pub fn within<T: PartialOrd + Display>(range: RangeInclusive<T>) -> impl Fn(&T) -> Option<Fault> {
    move |value| {
        let expected = || format!("is {value}, expected {} to {}", range.start(), range.end());
        (!range.contains(value)).then(|| Fault::new(expected()))
    }
}

/// The number or more.
pub fn at_least<T: PartialOrd + Display>(least: T) -> impl Fn(&T) -> Option<Fault> {
    move |value| {
        (*value < least).then(|| Fault::new(format!("is {value}, expected at least {least}")))
    }
}

/// A finite number above 0.
pub fn above_zero(value: &f64) -> Option<Fault> {
    let is_right = value.is_finite() && *value > 0.0;
    (!is_right).then(|| Fault::new(format!("is {value}, expected a number above 0")))
}

/// A finite number, 0 or above.
pub fn not_negative(value: &f64) -> Option<Fault> {
    let is_right = value.is_finite() && *value >= 0.0;
    (!is_right).then(|| Fault::new(format!("is {value}, expected a number not below 0")))
}

/// A share that leaves something: 0 up to but not 1.
pub fn share(value: &f64) -> Option<Fault> {
    let is_right = (0.0..1.0).contains(value);
    (!is_right).then(|| Fault::new(format!("is {value}, expected 0 up to but not 1")))
}

/// What `is_right` says, in words: `expected`.
pub fn such_that<T: Display>(
    is_right: impl Fn(&T) -> bool,
    expected: &str,
) -> impl Fn(&T) -> Option<Fault> {
    move |value| (!is_right(value)).then(|| Fault::new(format!("is {value}, expected {expected}")))
}

/// Each element of a list, which is named by its index from 0.
pub fn each<T, L: AsRef<[T]>>(check: impl Fn(&T) -> Option<Fault>) -> impl Fn(&L) -> Option<Fault> {
    move |list| {
        list.as_ref().iter().enumerate().find_map(|(index, value)| {
            let Fault { key, text } = check(value)?;
            Some(Fault { key, text: format!("[{index}] {text}") })
        })
    }
}

/// A setting that may be left out: only what is there is checked.
pub fn if_given<T>(check: impl Fn(&T) -> Option<Fault>) -> impl Fn(&Option<T>) -> Option<Fault> {
    move |value| check(value.as_ref()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(fault: Option<Fault>) -> String {
        fault.map_or_else(String::new, |fault| fault.text)
    }

    #[test]
    fn what_is_not_a_number_passes_no_check() {
        let nan = f64::NAN;
        assert_eq!(said(within(0.0..=1.0)(&nan)), "is NaN, expected 0 to 1");
        assert_eq!(said(above_zero(&nan)), "is NaN, expected a number above 0");
        assert_eq!(said(not_negative(&nan)), "is NaN, expected a number not below 0");
        assert_eq!(said(share(&nan)), "is NaN, expected 0 up to but not 1");
    }

    #[test]
    fn ends_belong_to_ranges_and_one_to_no_share() {
        assert!(within(1..=3)(&1).is_none() && within(1..=3)(&3).is_none());
        assert!(share(&0.0).is_none() && share(&1.0).is_some());
        assert!(not_negative(&0.0).is_none() && above_zero(&0.0).is_some());
        assert!(above_zero(&f64::INFINITY).is_some() && not_negative(&f64::INFINITY).is_some());
    }

    #[test]
    fn elements_are_named_by_their_index() {
        assert_eq!(said(each(at_least(1))(&vec![2, 0])), "[1] is 0, expected at least 1");
        assert_eq!(said(each(share)(&[0.5, 0.9])), "");
    }

    #[test]
    fn what_is_left_out_is_not_checked() {
        assert_eq!(said(if_given(at_least(1))(&None)), "");
        assert_eq!(said(if_given(at_least(1))(&Some(0))), "is 0, expected at least 1");
    }
}
