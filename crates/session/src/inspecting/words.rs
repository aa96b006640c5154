//! Numbers become words, the same for pictures, images and tables.

use std::collections::BTreeMap;

use burnwright_view::thousands;

/// `PNG 7, JPEG 2`, the most frequent first.
pub(super) fn tally(counts: &BTreeMap<String, usize>) -> String {
    let mut counts: Vec<(&String, &usize)> = counts.iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    let each = counts.into_iter().map(|(name, count)| format!("{name} {}", thousands(*count)));
    each.collect::<Vec<_>>().join(", ")
}

/// How large a share is, in percent with one decimal.
#[expect(clippy::cast_precision_loss, reason = "counts of examples are far below 2^53")]
pub(super) fn percent(count: usize, of: usize) -> String {
    format!("{:.1}%", 100.0 * count as f64 / of.max(1) as f64)
}

/// How many examples the smallest and the largest class have; nothing where there is no class.
pub(super) fn balance(classes: &[(&str, usize)]) -> Option<String> {
    let smallest = classes.iter().min_by_key(|(_, count)| *count)?;
    let largest = classes.iter().rev().max_by_key(|(_, count)| *count)?;
    Some(match classes.len() {
        1 => format!("1: `{}`", largest.0),
        count if smallest.1 == largest.1 => {
            format!("{}, {} each", thousands(count), thousands(smallest.1))
        }
        count => format!(
            "{}, from {} (`{}`) to {} (`{}`)",
            thousands(count),
            thousands(smallest.1),
            smallest.0,
            thousands(largest.1),
            largest.0
        ),
    })
}

/// From this ratio on, a constant answer scores well.
const UNBALANCED: usize = 10;

/// What is to be said of classes of which some are much larger than others.
pub(super) fn imbalance(classes: &[(&str, usize)]) -> Option<String> {
    let smallest = classes.iter().min_by_key(|(_, count)| *count)?;
    let largest = classes.iter().rev().max_by_key(|(_, count)| *count)?;
    (largest.1 >= UNBALANCED * smallest.1.max(1)).then(|| {
        format!(
            "the class `{}` has {} examples, `{}` has {}: accuracy alone says little of the small ones",
            largest.0,
            thousands(largest.1),
            smallest.0,
            thousands(smallest.1)
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_put_into_words() {
        assert_eq!(balance(&[]), None);
        assert_eq!(balance(&[("a", 5)]).unwrap(), "1: `a`");
        assert_eq!(balance(&[("a", 1000), ("b", 1000)]).unwrap(), "2, 1,000 each");
        let classes = [("a", 3), ("b", 31), ("c", 3), ("d", 31)];
        assert_eq!(balance(&classes).unwrap(), "4, from 3 (`a`) to 31 (`b`)");
        assert!(
            imbalance(&classes).unwrap().starts_with("the class `b` has 31 examples, `a` has 3")
        );
        assert_eq!(imbalance(&classes[1..2]), None);
    }
}
