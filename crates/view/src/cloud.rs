//! Pairs of numbers in, a scatter plot as SVG out; knows numbers and names, not what they mean.

use std::collections::HashSet;
use std::fmt::Write;

use maud::{Markup, html};

use crate::frame::{Frame, HEIGHT, WIDTH, tenths};
use crate::thin::Point;

/// Dots at most; a page of all that a large split has would be megabytes long.
pub(crate) const DOTS: usize = 2000;

/// Sides of the squares of which each keeps one dot, in units of the drawing; the first that leaves few enough is taken.
const SQUARES: [f64; 8] = [0.5, 1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0];

/// A scatter plot.
pub(crate) struct Cloud<'a> {
    /// What is shown, for those who cannot see it.
    pub(crate) title: &'a str,
    /// The horizontal axis, with its unit.
    pub(crate) x: &'a str,
    /// The vertical axis, with its unit.
    pub(crate) y: &'a str,
    /// What is drawn behind the dots.
    pub(crate) ideal: Ideal,
    /// The dots; what is not finite is left out.
    pub(crate) points: &'a [Point],
    /// What to say where there is no dot.
    pub(crate) empty: &'a str,
}

/// Where the dots of a perfect model lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ideal {
    /// Where both numbers are the same; both axes then go as far.
    Diagonal,
    /// Where the vertical one is 0.
    Zero,
}

impl Cloud<'_> {
    pub(crate) fn markup(&self) -> Markup {
        let shown: Vec<Point> = self.points.iter().copied().filter(is_drawn).collect();
        let frame = self.frame(&shown);
        html! {
            svg.plot role="img" viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } {
                title { (self.title) }
                @if let Some(frame) = frame {
                    (frame.axes(self.x, self.y))
                    path.cloud d=(dots(&frame, &shown)) {}
                    (self.ideal(&frame))
                } @else {
                    text.axis x=(tenths(WIDTH / 2.0)) y=(tenths(HEIGHT / 2.0)) text-anchor="middle" { (self.empty) }
                }
            }
        }
    }

    fn frame(&self, shown: &[Point]) -> Option<Frame> {
        let (x, y) = (shown.iter().map(|point| point.x), shown.iter().map(|point| point.y));
        match self.ideal {
            Ideal::Diagonal => {
                let both = || x.clone().chain(y.clone());
                Frame::around(both(), both())
            }
            // The line of a perfect model is always to be seen.
            Ideal::Zero => {
                shown.first()?;
                Frame::around(x, y.chain([0.0]))
            }
        }
    }

    fn ideal(&self, frame: &Frame) -> Markup {
        let [left, right] = frame.x_ends();
        let (from, to) = match self.ideal {
            Ideal::Diagonal => {
                let [low, high] = frame.y_ends();
                (left.max(low), right.min(high))
            }
            Ideal::Zero => (left, right),
        };
        let y = |x: f64| if self.ideal == Ideal::Diagonal { x } else { 0.0 };
        html! {
            line.ideal x1=(tenths(frame.across(from))) y1=(tenths(frame.down(y(from)))) x2=(tenths(frame.across(to))) y2=(tenths(frame.down(y(to)))) {}
        }
    }
}

/// Differences of larger numbers might be infinite.
fn is_drawn(point: &Point) -> bool {
    point.is_shown() && point.x.abs() <= 1e300
}

/// Each dot a line of no length, whose round ends are the dot.
fn dots(frame: &Frame, points: &[Point]) -> String {
    let mut path = String::new();
    for (across, down) in thinned(points.iter().map(|&point| frame.place(point)).collect()) {
        // Writing to a text cannot fail.
        let _ = write!(path, "M{} {}h0", tenths(across), tenths(down));
    }
    path
}

/// The first dot of each square of the drawing, with the smallest squares that leave few enough: no place that has a dot loses it,
/// and the same dots always give the same ones.
fn thinned(places: Vec<(f64, f64)>) -> Vec<(f64, f64)> {
    if places.len() <= DOTS {
        return places;
    }
    let mut kept = Vec::new();
    for side in SQUARES {
        let mut seen = HashSet::new();
        #[expect(clippy::cast_possible_truncation, reason = "places lie within the drawing")]
        let square = |value: f64| (value / side).floor() as i64;
        kept =
            places.iter().copied().filter(|&(x, y)| seen.insert((square(x), square(y)))).collect();
        if kept.len() <= DOTS {
            break;
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cloud(ideal: Ideal, points: &[Point]) -> String {
        Cloud { title: "t", x: "x", y: "y", ideal, points, empty: "nothing" }.markup().into_string()
    }

    fn points(count: u32) -> Vec<Point> {
        let number = |seed: u32| f64::from(seed.wrapping_mul(2_654_435_761) >> 8);
        (0..count).map(|seed| Point { x: number(seed), y: number(seed + 99_999) }).collect()
    }

    #[test]
    fn few_dots_are_all_drawn() {
        let drawn = cloud(Ideal::Zero, &points(150));
        assert_eq!(drawn.matches("h0").count(), 150);
    }

    #[test]
    fn many_dots_are_thinned_and_the_outliers_stay() {
        let mut all = points(100_000);
        all.push(Point { x: 1e9, y: 1e9 });
        for ideal in [Ideal::Diagonal, Ideal::Zero] {
            let drawn = cloud(ideal, &all);
            let path = drawn.split("d=\"").nth(1).unwrap().split('"').next().unwrap();
            let count = path.matches("h0").count();
            assert!((1..=DOTS).contains(&count), "{count}");
            // The dot in the corner.
            let places =
                path.split('M').filter_map(|dot| dot.split(' ').next()?.parse::<f64>().ok());
            assert!(places.fold(0.0, f64::max) > 380.0, "{path}");
        }
        assert_eq!(cloud(Ideal::Zero, &all), cloud(Ideal::Zero, &all));
        assert!(cloud(Ideal::Zero, &points(100_000)).len() < 60_000);
    }

    #[test]
    fn without_a_dot_that_is_said() {
        let broken = [Point { x: f64::NAN, y: 1.0 }, Point { x: 1.0, y: f64::INFINITY }];
        for points in [&broken[..], &[]] {
            for ideal in [Ideal::Diagonal, Ideal::Zero] {
                assert!(cloud(ideal, points).contains("nothing"));
            }
        }
    }

    proptest! {
        #[test]
        fn any_dots_stay_inside(x in prop::collection::vec(any::<f64>(), 1..50), scale in -300..300_i32) {
            let scale = 10_f64.powi(scale);
            let points: Vec<Point> = x.iter().map(|&x| Point { x, y: scale }).collect();
            for ideal in [Ideal::Diagonal, Ideal::Zero] {
                let drawn = cloud(ideal, &points);
                prop_assert!(!drawn.contains("NaN") && !drawn.contains("inf"), "{}", drawn);
            }
        }
    }
}
