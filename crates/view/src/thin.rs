//! Many points in, few that look the same out.

/// A point of a curve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Point {
    /// Along the horizontal axis.
    pub(crate) x: f64,
    /// Along the vertical axis; what is no number is a gap.
    pub(crate) y: f64,
}

impl Point {
    /// Whether it can be drawn. Differences of what is larger than this might be infinite.
    pub(crate) fn is_shown(self) -> bool {
        self.x.is_finite() && self.y.abs() <= 1e300
    }
}

/// About `limit` of the points, the same for the same points: the first, the last, and of each stretch between the lowest, the
/// highest and one gap, if there is one. A mean would hide the spikes, and those are what one looks for.
pub(crate) fn thin(points: &[Point], limit: usize) -> Vec<Point> {
    let (Some(&first), Some(&last)) = (points.first(), points.last()) else {
        return Vec::new();
    };
    if points.len() <= limit {
        return points.to_vec();
    }
    let inner = &points[1..points.len() - 1];
    let stretches = (limit / 2).saturating_sub(1).max(1);
    let kept = inner.chunks(inner.len().div_ceil(stretches)).flat_map(extremes);
    [first].into_iter().chain(kept).chain([last]).collect()
}

fn extremes(stretch: &[Point]) -> Vec<Point> {
    let shown = || (0..stretch.len()).filter(|&place| stretch[place].is_shown());
    let by_height = |a: &usize, b: &usize| stretch[*a].y.total_cmp(&stretch[*b].y);
    let gap = (0..stretch.len()).find(|&place| !stretch[place].is_shown());
    let mut places: Vec<usize> =
        [shown().min_by(by_height), shown().max_by(by_height), gap].into_iter().flatten().collect();
    places.sort_unstable();
    places.dedup();
    places.into_iter().map(|place| stretch[place]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn ends_and_extremes_stay(heights in prop::collection::vec(-1e3..1e3_f64, 1..500), limit in 4..40_usize) {
            let number = |place: usize| f64::from(u32::try_from(place).unwrap());
            let points: Vec<Point> =
                heights.iter().enumerate().map(|(place, &y)| Point { x: number(place), y }).collect();
            let few = thin(&points, limit);
            prop_assert!(few.len() <= limit);
            prop_assert_eq!(few.first(), points.first());
            prop_assert_eq!(few.last(), points.last());
            prop_assert!(few.is_sorted_by(|a, b| a.x < b.x || a == b));
            let range = |points: &[Point]| {
                let heights = || points.iter().map(|point| point.y);
                (heights().fold(f64::MAX, f64::min), heights().fold(f64::MIN, f64::max))
            };
            prop_assert_eq!(range(&few), range(&points));
        }
    }

    #[test]
    fn a_gap_stays_a_gap() {
        let y = |x: i32| if x == 50 { f64::NAN } else { 1.0 };
        let points: Vec<Point> = (0..100).map(|x| Point { x: f64::from(x), y: y(x) }).collect();
        assert!(thin(&points, 10).iter().any(|point| point.y.is_nan()));
        assert_eq!(thin(&[], 10), []);
    }
}
