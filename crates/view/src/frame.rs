//! Points in, the axes around them and their places in the drawing out.

use maud::{Markup, html};

use crate::axis::Ticks;
use crate::thin::Point;

/// Size of a drawing. Small, so that its text can still be read where a phone makes it smaller yet.
pub(crate) const WIDTH: f64 = 420.0;
pub(crate) const HEIGHT: f64 = 250.0;
/// Above the plot, for the name of the vertical axis; below it, for labels and the name of the horizontal one.
const TOP: f64 = 26.0;
const BOTTOM: f64 = 44.0;
/// A character of a label is at most so wide.
const CHARACTER: f64 = 7.5;

/// Ticks that the axes have at most.
const X_TICKS: i32 = 6;
const Y_TICKS: i32 = 6;

/// From values to places in the drawing.
pub(crate) struct Frame {
    left: f64,
    right: f64,
    x_low: f64,
    x_high: f64,
    x: Ticks,
    y: Ticks,
}

impl Frame {
    /// The horizontal axis counts from 0; the vertical one begins at `floor` at the latest, or at the lowest value. None without a point.
    pub(crate) fn of_steps(points: &[Point], floor: Option<f64>) -> Option<Self> {
        let x_high = points.iter().map(|point| point.x).reduce(f64::max)?;
        let (low, high) = range(points.iter().map(|point| point.y))?;
        let low = floor.map_or(low, |floor| low.min(floor));
        let (low, high) = widened(low, high);
        let x = Ticks::of_counts(x_high, X_TICKS);
        Some(Self::with(x, [0.0, x_high.max(1.0)], Ticks::around(low, high, Y_TICKS)))
    }

    /// Both axes hold all values given for them, and end in a tick. None without a value for one of them.
    pub(crate) fn around(
        x: impl Iterator<Item = f64>,
        y: impl Iterator<Item = f64>,
    ) -> Option<Self> {
        let ((left, right), (low, high)) = (range(x)?, range(y)?);
        let ((left, right), (low, high)) = (widened(left, right), widened(low, high));
        let x = Ticks::around(left, right, X_TICKS);
        Some(Self::with(x, [x.low(), x.high()], Ticks::around(low, high, Y_TICKS)))
    }

    fn with(x: Ticks, [x_low, x_high]: [f64; 2], y: Ticks) -> Self {
        let longest = |ticks: Ticks| ticks.values().map(move |value| width_of(&ticks.label(value)));
        let left = longest(y).fold(0.0, f64::max) + 10.0;
        let right = WIDTH - longest(x).fold(0.0, f64::max) / 2.0 - 4.0;
        Self { left, right, x_low, x_high, x, y }
    }

    /// The lowest and the highest value of the horizontal axis.
    pub(crate) fn x_ends(&self) -> [f64; 2] {
        [self.x_low, self.x_high]
    }

    /// The lowest and the highest value of the vertical axis.
    pub(crate) fn y_ends(&self) -> [f64; 2] {
        [self.y.low(), self.y.high()]
    }

    pub(crate) fn across(&self, x: f64) -> f64 {
        self.left + (x - self.x_low) / (self.x_high - self.x_low) * (self.right - self.left)
    }

    pub(crate) fn down(&self, y: f64) -> f64 {
        let share = (y - self.y.low()) / (self.y.high() - self.y.low());
        HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - TOP)
    }

    pub(crate) fn place(&self, point: Point) -> (f64, f64) {
        (self.across(point.x), self.down(point.y))
    }

    /// Both axes with their names.
    pub(crate) fn axes(&self, x: &str, y: &str) -> Markup {
        let (left, right, bottom) = (tenths(self.left), tenths(self.right), HEIGHT - BOTTOM);
        html! {
            @for value in self.y.values() {
                @let down = self.down(value);
                line.grid x1=(left) x2=(right) y1=(tenths(down)) y2=(tenths(down)) {}
                text.tick x=(tenths(self.left - 6.0)) y=(tenths(down + 4.5)) text-anchor="end" { (self.y.label(value)) }
            }
            @for value in self.x.values() {
                @let across = tenths(self.across(value));
                line.axis x1=(across) x2=(across) y1=(tenths(bottom)) y2=(tenths(bottom + 5.0)) {}
                text.tick x=(across) y=(tenths(bottom + 19.0)) text-anchor="middle" { (self.x.label(value)) }
            }
            line.axis x1=(left) x2=(right) y1=(tenths(bottom)) y2=(tenths(bottom)) {}
            text.axis x="2" y="14" { (y) }
            text.axis x=(tenths(f64::midpoint(self.left, self.right))) y=(tenths(HEIGHT - 7.0)) text-anchor="middle" { (x) }
        }
    }
}

fn range(values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    let ends = |(low, high): (f64, f64), value: f64| (low.min(value), high.max(value));
    values.map(|value| (value, value)).reduce(|all, (value, _)| ends(all, value))
}

/// A constant needs an axis, too: by a tenth of it around, or up to one.
fn widened(low: f64, high: f64) -> (f64, f64) {
    let margin = if high > low { 0.0 } else { high.abs() / 10.0 };
    if high > low || margin > 0.0 { (low - margin, high + margin) } else { (low, low + 1.0) }
}

#[expect(clippy::cast_precision_loss, reason = "labels are short")]
fn width_of(label: &str) -> f64 {
    label.chars().count() as f64 * CHARACTER
}

/// A place in the drawing, in tenths: finer is not seen.
pub(crate) fn tenths(value: f64) -> String {
    // The sum turns -0.0 into 0.0.
    format!("{:.1}", (value * 10.0).round() / 10.0 + 0.0)
}
