//! Two texts in, which comes first out: as people count, numbers inside by their value.

use std::cmp::Ordering;

/// Natural order: runs of digits compare by value, all else by its bytes; what is then equal, as `01` and `1`, by its bytes.
/// Texts that are numbers as a whole come first, by their value, so that -2 comes before 1 and 0.5 before 0.75.
pub(crate) fn natural(a: &str, b: &str) -> Ordering {
    let number = |text: &str| text.parse::<f64>().ok().filter(|value| value.is_finite());
    let by_value = match (number(a), number(b)) {
        (Some(a), Some(b)) => a.total_cmp(&b),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => by_runs(a.as_bytes(), b.as_bytes()),
    };
    by_value.then_with(|| a.cmp(b))
}

fn by_runs(mut a: &[u8], mut b: &[u8]) -> Ordering {
    loop {
        let ((run_a, rest_a), (run_b, rest_b)) = (digits(a), digits(b));
        let order = if run_a.is_empty() || run_b.is_empty() {
            match (a.split_first(), b.split_first()) {
                (Some((x, rest_x)), Some((y, rest_y))) => {
                    (a, b) = (rest_x, rest_y);
                    x.cmp(y)
                }
                (x, y) => return x.is_some().cmp(&y.is_some()),
            }
        } else {
            (a, b) = (rest_a, rest_b);
            run_a.len().cmp(&run_b.len()).then_with(|| run_a.cmp(run_b))
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}

/// The digits at the start, without leading zeros unless that is all, and what follows.
fn digits(text: &[u8]) -> (&[u8], &[u8]) {
    let end = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (run, rest) = text.split_at(end);
    let zeros = run.iter().take_while(|&&byte| byte == b'0').count();
    (&run[zeros.min(run.len().saturating_sub(1))..], rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_inside_count_by_value() {
        let mut texts = ["b10", "b9", "-2", "1", "0.75", "0.5", "a", "b09", "class 2", "class 10"];
        texts.sort_by(|a, b| natural(a, b));
        assert_eq!(
            texts,
            ["-2", "0.5", "0.75", "1", "a", "b09", "b9", "b10", "class 2", "class 10"]
        );
    }

    proptest! {
        #[test]
        fn it_is_an_order(a in "[01a.-]{0,5}", b in "[01a.-]{0,5}", c in "[01a.-]{0,5}") {
            prop_assert_eq!(natural(&a, &b), natural(&b, &a).reverse());
            prop_assert_eq!(natural(&a, &b) == Ordering::Equal, a == b);
            if natural(&a, &b).is_le() && natural(&b, &c).is_le() {
                prop_assert!(natural(&a, &c).is_le());
            }
        }
    }
}
