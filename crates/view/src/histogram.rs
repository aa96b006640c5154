//! Numbers in, how many lie where as bars in SVG out; knows numbers and names, not what they mean.

use maud::{Markup, html};

use crate::frame::{Frame, HEIGHT, WIDTH, tenths};

/// Bars.
const BARS: usize = 30;

/// The share of the numbers on each side that is counted in the outermost bars: one far away would press all others into one bar.
pub(crate) const BEYOND: f64 = 0.01;

/// A histogram.
pub(crate) struct Histogram<'a> {
    /// What is shown, for those who cannot see it.
    pub(crate) title: &'a str,
    /// The horizontal axis, with its unit.
    pub(crate) x: &'a str,
    /// The vertical axis.
    pub(crate) y: &'a str,
    /// What is counted; what is not finite is left out.
    pub(crate) values: &'a [f64],
    /// What to say where nothing is counted.
    pub(crate) empty: &'a str,
}

/// So many values from `low` to `high`.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Bar {
    low: f64,
    high: f64,
    count: f64,
}

impl Histogram<'_> {
    pub(crate) fn markup(&self) -> Markup {
        let bars = bars(self.values);
        let ends = bars.iter().flat_map(|bar| [bar.low, bar.high]);
        let frame = Frame::around(ends, bars.iter().map(|bar| bar.count).chain([0.0]));
        html! {
            svg.plot role="img" viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } {
                title { (self.title) }
                @if let Some(frame) = frame.filter(|_| !bars.is_empty()) {
                    @for bar in bars.iter().filter(|bar| bar.count > 0.0) { (drawn(bar, &frame)) }
                    (frame.axes(self.x, self.y))
                } @else {
                    text.axis x=(tenths(WIDTH / 2.0)) y=(tenths(HEIGHT / 2.0)) text-anchor="middle" { (self.empty) }
                }
            }
        }
    }
}

fn drawn(bar: &Bar, frame: &Frame) -> Markup {
    let (left, right) = (frame.across(bar.low), frame.across(bar.high));
    let (top, bottom) = (frame.down(bar.count), frame.down(0.0));
    html! {
        rect.bar x=(tenths(left + 0.5)) y=(tenths(top)) width=(tenths((right - left - 1.0).max(0.5))) height=(tenths(bottom - top)) {}
    }
}

/// Bars of equal width over all values but the share [`BEYOND`] at each end, which the outermost ones hold.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts are far below 2^53, and places between 0 and the last"
)]
fn bars(values: &[f64]) -> Vec<Bar> {
    let mut sorted: Vec<f64> =
        values.iter().copied().filter(|value| value.abs() <= 1e300).collect();
    if sorted.is_empty() {
        return Vec::new();
    }
    sorted.sort_unstable_by(f64::total_cmp);
    let last = sorted.len() - 1;
    let beyond = (BEYOND * last as f64) as usize;
    let (low, high) = (sorted[beyond], sorted[last - beyond]);
    let width = (high - low) / BARS as f64;
    // All the same, or so near to it that there is nothing in between.
    if !(width > 0.0 && low + width > low && high - width < high) {
        let margin = if low == 0.0 { 0.5 } else { low.abs() / 20.0 };
        return vec![Bar { low: low - margin, high: low + margin, count: sorted.len() as f64 }];
    }
    let edge = |place: usize| low + place as f64 * width;
    let mut bars: Vec<Bar> = (0..BARS)
        .map(|place| Bar { low: edge(place), high: edge(place + 1), count: 0.0 })
        .collect();
    for value in sorted {
        let place = ((value - low) / width).clamp(0.0, (BARS - 1) as f64) as usize;
        bars[place].count += 1.0;
    }
    bars
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "these values have no rounding")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_far_away_is_counted_in_the_outermost_bar() {
        let mut values: Vec<f64> = (0..300).map(f64::from).collect();
        values.push(1e9);
        let bars = bars(&values);
        // From 3 to 297: a bar is 9.8 wide. The last holds 288 to 299, and the one far away.
        assert_eq!((bars[0].low, bars[BARS - 1].high), (3.0, 297.0));
        assert_eq!((bars[0].count, bars[1].count, bars[BARS - 1].count), (13.0, 10.0, 13.0));
    }

    #[test]
    fn equal_values_are_one_bar() {
        for value in [0.0, -5.0, 1e-300] {
            let bars = bars(&[value; 7]);
            assert_eq!((bars.len(), bars[0].count), (1, 7.0));
            assert!(bars[0].low < value && value < bars[0].high);
        }
        assert_eq!(bars(&[f64::NAN]), []);
    }

    proptest! {
        #[test]
        fn each_value_is_counted_once_and_drawn_inside(values in prop::collection::vec(any::<f64>(), 0..300)) {
            let counted = values.iter().filter(|value| value.abs() <= 1e300).count();
            let sum: f64 = bars(&values).iter().map(|bar| bar.count).sum();
            prop_assert_eq!(sum, f64::from(u32::try_from(counted).unwrap()));
            let drawn = Histogram { title: "t", x: "x", y: "y", values: &values, empty: "nothing" };
            let drawn = drawn.markup().into_string();
            prop_assert!(!drawn.contains("NaN") && !drawn.contains("inf"), "{}", drawn);
        }
    }
}
