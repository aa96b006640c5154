//! Names in the order in which people count: `class2` before `class10`.

use std::cmp::Ordering;

/// Compares two names piece by piece: numbers by their value, however long, all else by its bytes. Names that differ in leading zeros
/// alone are ordered by their bytes, so that the order is total.
pub(crate) fn compare(left: &str, right: &str) -> Ordering {
    let (mut left_rest, mut right_rest) = (left.as_bytes(), right.as_bytes());
    loop {
        let (left_number, right_number) = (digits(left_rest), digits(right_rest));
        let ordering = if left_number > 0 && right_number > 0 {
            let ordering = value(&left_rest[..left_number], &right_rest[..right_number]);
            (left_rest, right_rest) = (&left_rest[left_number..], &right_rest[right_number..]);
            ordering
        } else {
            match (left_rest.split_first(), right_rest.split_first()) {
                (None, None) => return left.cmp(right),
                (Some((left_byte, left_after)), Some((right_byte, right_after))) => {
                    (left_rest, right_rest) = (left_after, right_after);
                    left_byte.cmp(right_byte)
                }
                (left_byte, right_byte) => left_byte.is_some().cmp(&right_byte.is_some()),
            }
        };
        if ordering.is_ne() {
            return ordering;
        }
    }
}

/// How many digits come first.
fn digits(text: &[u8]) -> usize {
    text.iter().take_while(|byte| byte.is_ascii_digit()).count()
}

/// Compares numbers by their digits.
fn value(left: &[u8], right: &[u8]) -> Ordering {
    let significant = |digits: &'_ [u8]| digits.iter().take_while(|digit| **digit == b'0').count();
    let (left, right) = (&left[significant(left)..], &right[significant(right)..]);
    left.len().cmp(&right.len()).then_with(|| left.cmp(right))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_count_by_value() {
        let ordered = [
            "",
            "0",
            "2",
            "10",
            "010",
            "9999999999999999999999",
            "99999999999999999999999",
            "a",
            "a1",
            "a1b",
            "a2",
            "a02",
            "a10",
            "a10b",
            "b",
            "é1",
        ];
        let mut names = ordered;
        names.reverse();
        names.sort_by(|left, right| compare(left, right));
        assert_eq!(
            names,
            [
                "",
                "0",
                "2",
                "010",
                "10",
                "9999999999999999999999",
                "99999999999999999999999",
                "a",
                "a1",
                "a1b",
                "a02",
                "a2",
                "a10",
                "a10b",
                "b",
                "é1"
            ]
        );
    }

    proptest! {
        #[test]
        fn the_order_is_total(mut names in prop::collection::vec("[a0-2]{0,5}", 3)) {
            names.sort_by(|left, right| compare(left, right));
            prop_assert!(compare(&names[0], &names[2]).is_le());
            prop_assert_eq!(compare(&names[1], &names[0]), compare(&names[0], &names[1]).reverse());
            prop_assert_eq!(compare(&names[0], &names[1]).is_eq(), names[0] == names[1]);
        }
    }
}
