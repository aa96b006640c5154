//! Two likenesses become a verdict, copies or not: laid over each other, coarse to fine, as long as they may be; knows no other pictures.

use super::alignment::{Placement, as_f32};
use super::grid::Grid;
use crate::likeness::{COLOUR_SIDE, Likeness, SIDE};

/// A picture at 8 x 8, at which most pairs are told apart.
pub(crate) struct Sketch {
    grid: Grid,
    contrast: f32,
}

impl Sketch {
    /// The sketch of a picture.
    pub(crate) fn of(likeness: &Likeness) -> Self {
        Self { grid: Grid::of(likeness).halved().halved(), contrast: likeness.contrast }
    }

    /// How much of the contrast is left when `first`, mirrored if `mirrored`, is laid over this one, and where it is laid then.
    pub(crate) fn lay(&self, first: &Self, mirrored: bool) -> Laid {
        let turned = mirrored.then(|| first.grid.mirrored());
        let grid = turned.as_ref().unwrap_or(&first.grid);
        let mut placement = Placement::SAME;
        for _ in 0..ITERATIONS {
            placement = placement.improved(grid, &self.grid);
        }
        let levels = Overlay::of(grid, &self.grid, placement).levels;
        Laid { placement, rest: rest(levels, self.contrast.min(first.contrast)) }
    }
}

/// Steps at each size: more change nothing.
const ITERATIONS: usize = 3;

/// Where one picture lies in another, and what is left between them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Laid {
    pub(crate) placement: Placement,
    /// As a share of the contrast.
    pub(crate) rest: f32,
}

impl Laid {
    /// Whether the pictures may be copies by what is left at 8 x 8.
    pub(crate) fn may_be_copies(&self) -> bool {
        self.rest <= MOST_COARSE
    }
}

/// The residual, in levels, as a share of the contrast; what rounding makes of it anyway is taken off.
fn rest(levels: f32, contrast: f32) -> f32 {
    (levels - ROUNDING) / contrast.max(1.0)
}

const ROUNDING: f32 = 1.5;

/// At 8 x 8, crops of copies leave up to this much.
const MOST_COARSE: f32 = 0.33;
/// At 16 x 16, the same.
const MOST_MIDDLE: f32 = 0.20;

/// What is left between copies at most, as a share of the contrast, and how far their slopes agree at least.
struct Bounds {
    rest: f32,
    detail: f32,
}

impl Bounds {
    fn hold(&self, rest: f32, detail: f32) -> bool {
        rest <= self.rest && detail >= self.detail
    }
}

// Measured with `tests/fixtures/plant_copies.py`. At 32 x 32, of 1,000 copies in CIFAR-10 of quality 50 two are outside of `SURE` and none of
// `LIKELY`, of crops of a twentieth four and one. Of pairs that are none, the likest of 2,062 photographs of hands leave 0.14; of 60,000
// drawings of clothes on black (Fashion-MNIST), 322 pairs are within `SURE` and 10,000 within `LIKELY`, shirts and trousers of one cut, while
// in CIFAR-10 all of the 287 pairs between the two are copies. Hence the second is believed only of pictures that few others are like.
const SURE: Bounds = Bounds { rest: 0.06, detail: 0.95 };
const LIKELY: Bounds = Bounds { rest: 0.10, detail: 0.88 };
/// At 16 x 16, where a picture has no more: 32 pixels a side, halved, leave up to 0.13.
const SURE_SMALL: Bounds = Bounds { rest: 0.09, detail: 0.975 };
const LIKELY_SMALL: Bounds = Bounds { rest: 0.15, detail: 0.93 };
/// Between the colours of copies, in levels: crops reach 12.
const MOST_COLOUR: f32 = 16.0;
/// From this side on, a picture has what 32 pixels a side show.
const FINE: u32 = 28;

/// What a comparison shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Different,
    /// Copies, unless many other pictures are as like.
    Likely,
    Copies,
}

impl Verdict {
    fn of(rest: f32, detail: f32, sure: &Bounds, likely: &Bounds) -> Self {
        if sure.hold(rest, detail) {
            Self::Copies
        } else if likely.hold(rest, detail) {
            Self::Likely
        } else {
            Self::Different
        }
    }
}

/// Whether `first`, mirrored if `mirrored`, and `second` are copies; `placement` is where the sketches lie.
pub(crate) fn compare(
    first: &Likeness,
    second: &Likeness,
    mirrored: bool,
    mut placement: Placement,
) -> Verdict {
    if colour_difference(first, second, mirrored) > MOST_COLOUR {
        return Verdict::Different;
    }
    let contrast = first.contrast.min(second.contrast);
    let fine = Grid::of(first);
    let fine = if mirrored { fine.mirrored() } else { fine };
    let fine_target = Grid::of(second);
    let (middle, middle_target) = (fine.halved(), fine_target.halved());
    let mut lay = |grid: &Grid, target: &Grid| {
        for _ in 0..ITERATIONS {
            placement = placement.improved(grid, target);
        }
        let overlay = Overlay::of(grid, target, placement);
        (rest(overlay.levels, contrast), overlay.detail)
    };
    let (left, detail) = lay(&middle, &middle_target);
    let sides = [first.width, first.height, second.width, second.height];
    if sides.iter().any(|side| *side < FINE) {
        return Verdict::of(left, detail, &SURE_SMALL, &LIKELY_SMALL);
    }
    if left > MOST_MIDDLE {
        return Verdict::Different;
    }
    let (left, detail) = lay(&fine, &fine_target);
    Verdict::of(left, detail, &SURE, &LIKELY)
}

/// Two pictures where they overlap.
struct Overlay {
    /// The root of the mean square of what is left, in levels.
    levels: f32,
    /// The correlation of slopes from pixel to pixel, at most 1.
    detail: f32,
}

impl Overlay {
    fn of(grid: &Grid, target: &Grid, placement: Placement) -> Self {
        let side = grid.side;
        let (columns, rows) = (placement.x.places(side), placement.y.places(side));
        let (mut squares, mut count) = (0.0, 0_usize);
        let mut slopes = Slopes::default();
        // The row above, the first picture's and the second's.
        let mut above: [Option<(f32, f32)>; SIDE] = [None; SIDE];
        for (y, row) in rows.iter().take(side).enumerate() {
            let mut left = None;
            for (x, column) in columns.iter().take(side).enumerate() {
                let here = row.zip(*column).map(|(row, column)| {
                    (grid.between(column, row).0, target.values[y * side + x])
                });
                if let Some((value, wanted)) = here {
                    squares += (value - wanted) * (value - wanted);
                    count += 1;
                    for (value_before, wanted_before) in [left, above[x]].into_iter().flatten() {
                        slopes.push(value - value_before, wanted - wanted_before);
                    }
                }
                left = here;
                above[x] = here;
            }
        }
        Self { levels: (squares / as_f32(count.max(1))).sqrt(), detail: slopes.correlation() }
    }
}

/// Sums over pairs of slopes.
#[derive(Default)]
struct Slopes {
    products: f32,
    squares: [f32; 2],
}

impl Slopes {
    fn push(&mut self, first: f32, second: f32) {
        self.products += first * second;
        self.squares[0] += first * first;
        self.squares[1] += second * second;
    }

    fn correlation(&self) -> f32 {
        let length = (self.squares[0] * self.squares[1]).sqrt();
        if length > 0.0 { self.products / length } else { 0.0 }
    }
}

/// The root of the mean square between two tables of colours, the first mirrored if `mirrored`.
fn colour_difference(first: &Likeness, second: &Likeness, mirrored: bool) -> f32 {
    let pairs = second.colours.chunks_exact(2).enumerate().map(|(place, colour)| {
        let (y, x) = (place / COLOUR_SIDE, place % COLOUR_SIDE);
        let x = if mirrored { COLOUR_SIDE - 1 - x } else { x };
        (&first.colours[2 * (y * COLOUR_SIDE + x)..][..2], colour)
    });
    let squares = pairs.flat_map(|(a, b)| a.iter().zip(b)).map(|(a, b)| {
        let difference = f32::from(*a) - f32::from(*b);
        difference * difference
    });
    (squares.sum::<f32>() / as_f32(2 * COLOUR_SIDE * COLOUR_SIDE)).sqrt()
}
