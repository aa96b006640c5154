//! Curves in, a line chart as SVG out; knows numbers and names, not what they mean.

use std::fmt::Write;

use maud::{Markup, html};

use crate::frame::{Frame, HEIGHT, WIDTH, tenths};
use crate::thin::Point;

const RADIUS: f64 = 3.0;

/// A line chart over counts, such as steps.
pub(crate) struct Plot {
    /// What is shown, for those who cannot see it.
    pub(crate) title: String,
    /// The horizontal axis.
    pub(crate) x: &'static str,
    /// The vertical axis, with its unit.
    pub(crate) y: String,
    /// Where the vertical axis begins at the latest; none: at the lowest value.
    pub(crate) floor: Option<f64>,
    /// From the back to the front.
    pub(crate) series: Vec<Series>,
    /// What to say where there is no point.
    pub(crate) empty: &'static str,
}

/// One curve. What is no number interrupts it; a point alone is a dot.
pub(crate) struct Series {
    pub(crate) name: &'static str,
    pub(crate) look: Look,
    pub(crate) points: Vec<Point>,
}

/// How a curve is drawn. Curves differ by more than their colour, for those who see none and for paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Look {
    /// A thin line, for what is noisy.
    Thin,
    /// A line with dots.
    Dotted,
    /// A dashed line with rings.
    Dashed,
}

impl Look {
    fn class(self) -> &'static str {
        match self {
            Self::Thin => "thin",
            Self::Dotted => "dotted",
            Self::Dashed => "dashed",
        }
    }
}

impl Plot {
    /// The drawing and, below it, which curve is which.
    pub(crate) fn markup(&self) -> Markup {
        html! {
            (self.svg())
            @if self.shown().next().is_some() {
                ul.legend {
                    @for series in self.series.iter().filter(|series| series.shown().next().is_some()) {
                        li { (swatch(series.look)) " " (series.name) }
                    }
                }
            }
        }
    }

    fn shown(&self) -> impl Iterator<Item = Point> {
        self.series.iter().flat_map(Series::shown)
    }

    fn svg(&self) -> Markup {
        let frame = Frame::of_steps(&self.shown().collect::<Vec<_>>(), self.floor);
        html! {
            svg.plot role="img" viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } {
                title { (self.title) }
                @if let Some(frame) = frame {
                    (frame.axes(self.x, &self.y))
                    @for series in &self.series { (series.drawn(&frame)) }
                } @else {
                    text.axis x=(tenths(WIDTH / 2.0)) y=(tenths(HEIGHT / 2.0)) text-anchor="middle" { (self.empty) }
                }
            }
        }
    }
}

impl Series {
    fn shown(&self) -> impl Iterator<Item = Point> {
        self.points.iter().copied().filter(|point| point.is_shown())
    }

    fn drawn(&self, frame: &Frame) -> Markup {
        let stretches = || self.points.split(|point| !point.is_shown());
        let lonely = stretches().filter(|stretch| stretch.len() == 1).flatten().copied();
        let dots: Vec<Point> =
            if self.look == Look::Thin { lonely.collect() } else { self.shown().collect() };
        let path = path(stretches().filter(|stretch| stretch.len() > 1), frame);
        html! {
            g class=(self.look.class()) {
                @if !path.is_empty() { path d=(path) {} }
                @for (across, down) in dots.into_iter().map(|point| frame.place(point)) {
                    circle cx=(tenths(across)) cy=(tenths(down)) r=(RADIUS) {}
                }
            }
        }
    }
}

fn path<'a>(stretches: impl Iterator<Item = &'a [Point]>, frame: &Frame) -> String {
    let mut path = String::new();
    for stretch in stretches {
        for (place, point) in stretch.iter().enumerate() {
            let (across, down) = frame.place(*point);
            let command = if place == 0 { 'M' } else { 'L' };
            // Writing to a text cannot fail.
            let _ = write!(path, "{command}{} {}", tenths(across), tenths(down));
        }
    }
    path
}

/// The curve's look in small; the name stands beside it.
fn swatch(look: Look) -> Markup {
    html! {
        svg.swatch aria-hidden="true" viewBox="0 0 28 10" width="28" height="10" {
            g class=(look.class()) {
                path d="M0 5L28 5" {}
                @if look != Look::Thin { circle cx="14" cy="5" r=(RADIUS) {} }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plot(series: Vec<Series>) -> String {
        let empty = "nothing happened";
        Plot {
            title: "Loss".to_owned(),
            x: "steps",
            y: "loss".to_owned(),
            floor: Some(0.0),
            series,
            empty,
        }
        .markup()
        .into_string()
        .replace("><", ">\n<")
    }

    fn series(look: Look, points: &[(f64, f64)]) -> Series {
        let points = points.iter().map(|&(x, y)| Point { x, y }).collect();
        Series { name: "training", look, points }
    }

    #[test]
    fn a_chart_of_three_points() {
        let drawn = plot(vec![series(Look::Dotted, &[(0.0, 2.0), (50.0, 1.0), (100.0, 0.5)])]);
        insta::assert_snapshot!(drawn, @r#"
    <svg class="plot" role="img" viewBox="0 0 420 250">
    <title>Loss</title>
    <line class="grid" x1="32.5" x2="404.8" y1="206.0" y2="206.0">
    </line>
    <text class="tick" x="26.5" y="210.5" text-anchor="end">0.0</text>
    <line class="grid" x1="32.5" x2="404.8" y1="161.0" y2="161.0">
    </line>
    <text class="tick" x="26.5" y="165.5" text-anchor="end">0.5</text>
    <line class="grid" x1="32.5" x2="404.8" y1="116.0" y2="116.0">
    </line>
    <text class="tick" x="26.5" y="120.5" text-anchor="end">1.0</text>
    <line class="grid" x1="32.5" x2="404.8" y1="71.0" y2="71.0">
    </line>
    <text class="tick" x="26.5" y="75.5" text-anchor="end">1.5</text>
    <line class="grid" x1="32.5" x2="404.8" y1="26.0" y2="26.0">
    </line>
    <text class="tick" x="26.5" y="30.5" text-anchor="end">2.0</text>
    <line class="axis" x1="32.5" x2="32.5" y1="206.0" y2="211.0">
    </line>
    <text class="tick" x="32.5" y="225.0" text-anchor="middle">0</text>
    <line class="axis" x1="107.0" x2="107.0" y1="206.0" y2="211.0">
    </line>
    <text class="tick" x="107.0" y="225.0" text-anchor="middle">20</text>
    <line class="axis" x1="181.4" x2="181.4" y1="206.0" y2="211.0">
    </line>
    <text class="tick" x="181.4" y="225.0" text-anchor="middle">40</text>
    <line class="axis" x1="255.9" x2="255.9" y1="206.0" y2="211.0">
    </line>
    <text class="tick" x="255.9" y="225.0" text-anchor="middle">60</text>
    <line class="axis" x1="330.3" x2="330.3" y1="206.0" y2="211.0">
    </line>
    <text class="tick" x="330.3" y="225.0" text-anchor="middle">80</text>
    <line class="axis" x1="404.8" x2="404.8" y1="206.0" y2="211.0">
    </line>
    <text class="tick" x="404.8" y="225.0" text-anchor="middle">100</text>
    <line class="axis" x1="32.5" x2="404.8" y1="206.0" y2="206.0">
    </line>
    <text class="axis" x="2" y="14">loss</text>
    <text class="axis" x="218.6" y="243.0" text-anchor="middle">steps</text>
    <g class="dotted">
    <path d="M32.5 26.0L218.6 116.0L404.8 161.0">
    </path>
    <circle cx="32.5" cy="26.0" r="3">
    </circle>
    <circle cx="218.6" cy="116.0" r="3">
    </circle>
    <circle cx="404.8" cy="161.0" r="3">
    </circle>
    </g>
    </svg>
    <ul class="legend">
    <li>
    <svg class="swatch" aria-hidden="true" viewBox="0 0 28 10" width="28" height="10">
    <g class="dotted">
    <path d="M0 5L28 5">
    </path>
    <circle cx="14" cy="5" r="3">
    </circle>
    </g>
    </svg> training</li>
    </ul>
    "#);
    }

    #[test]
    fn an_empty_chart_says_so() {
        let drawn = plot(vec![series(Look::Thin, &[]), series(Look::Dashed, &[(1.0, f64::NAN)])]);
        assert!(drawn.contains("nothing happened") && !drawn.contains("NaN"), "{drawn}");
        assert!(!drawn.contains("legend"), "{drawn}");
    }

    #[test]
    fn a_point_alone_is_a_dot() {
        let drawn = plot(vec![series(Look::Thin, &[(1.0, 0.5)])]);
        assert_eq!(drawn.matches("<circle").count(), 1, "{drawn}");
        assert_eq!(drawn.matches("<path").count(), 1, "only the legend's: {drawn}");
    }

    #[test]
    fn a_gap_parts_the_curve() {
        let points = [(1.0, 0.5), (2.0, 0.4), (3.0, f64::INFINITY), (4.0, 0.3), (5.0, 0.2)];
        let drawn = plot(vec![series(Look::Thin, &points)]);
        let path = drawn.lines().find(|line| line.starts_with("<path")).unwrap();
        assert_eq!((path.matches('M').count(), path.matches('L').count()), (2, 2), "{path}");
    }

    #[test]
    fn extreme_values_stay_inside() {
        for (low, high) in [(-1e300, 1e300), (0.0, 0.0), (1e-300, 1e-300), (5.0, 5.0), (-2.0, -2.0)]
        {
            let drawn = plot(vec![series(Look::Thin, &[(0.0, low), (1e15, high)])]);
            assert!(!drawn.contains("NaN") && !drawn.contains("inf"), "{drawn}");
        }
    }
}
