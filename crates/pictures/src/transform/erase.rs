//! A rectangle of a picture is painted over, half of the time.

use super::random_rectangle::{RATIOS, place, sides};
use super::rectangle::Rectangle;
use super::{Changed, Draws, Fault, RandomTransform, Size};
use crate::Picture;

/// The picture with a rectangle painted over: `value` gives each of its samples, row by row. What of the rectangle lies outside the
/// picture is left out. torchvision's `erase`.
pub fn erase(picture: &Picture, rectangle: Rectangle, mut value: impl FnMut() -> u8) -> Picture {
    let mut samples = picture.samples.clone();
    let rows = inside(rectangle.top, rectangle.size.height, picture.height);
    let columns = inside(rectangle.left, rectangle.size.width, picture.width);
    for row in rows {
        let line = &mut samples[row * picture.width * picture.channels..];
        let part = columns.start * picture.channels..columns.end * picture.channels;
        line[part].fill_with(&mut value);
    }
    Picture { samples, ..*picture }
}

/// Which of `length` places lie among the `count` from `start` on.
fn inside(start: i64, count: usize, length: usize) -> std::ops::Range<usize> {
    // default: what begins or ends further away than an i64 reaches lies outside any picture.
    let end = start.saturating_add(i64::try_from(count).unwrap_or(i64::MAX));
    let within = |place: i64| usize::try_from(place.max(0)).unwrap_or(length).min(length);
    within(start)..within(end)
}

/// What a rectangle is painted over with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EraseValue {
    /// One value.
    Constant(u8),
    /// A value for each sample, drawn. torchvision draws from the standard normal distribution, for pictures that are standardised already;
    /// here it has the mean and the standard deviation that photographs have, 128 and 64.
    Random,
}

/// torchvision's `RandomErasing` (Zhong et al., "Random erasing data augmentation", 2020).
#[derive(Clone, Debug, PartialEq)]
pub struct RandomErasing {
    /// How probably a rectangle is painted over.
    pub p: f64,
    /// The least and the largest share of the picture's area.
    pub scale: [f64; 2],
    /// The least and the largest height over width.
    pub ratio: [f64; 2],
    /// What with. Before standardisation, 0 is black; torchvision's 0 after it is the mean.
    pub value: EraseValue,
}

impl RandomErasing {
    /// What a rectangle is painted over with where nothing else is said.
    pub const BLACK: u8 = 0;
    /// torchvision's defaults.
    pub const DEFAULT: Self = Self {
        p: 0.5,
        scale: [0.02, 0.33],
        ratio: [0.3, 3.3],
        value: EraseValue::Constant(Self::BLACK),
    };

    /// The rectangle: ten are drawn until one is smaller than the picture both ways; after them it is none.
    pub fn rectangle(&self, draws: &mut Draws, picture: Size) -> Option<Rectangle> {
        (0..10).find_map(|_| {
            let [height, width] = sides(draws, picture, self.scale, self.ratio);
            (height < picture.height && width < picture.width)
                .then(|| place(draws, picture, Size { height, width }))
        })
    }
}

impl Default for RandomErasing {
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl RandomTransform for RandomErasing {
    fn fault(&self) -> Option<Fault> {
        Fault::unless_within("p", self.p, [0.0, 1.0])
            .or_else(|| Fault::unless_range("scale", self.scale, [0.0, 1.0]))
            .or_else(|| Fault::unless_range("ratio", self.ratio, RATIOS))
    }

    fn apply(&self, picture: &Picture, draws: &mut Draws, _: Size) -> Changed {
        let rectangle =
            if draws.happens(self.p) { self.rectangle(draws, Size::of(picture)) } else { None };
        let Some(rectangle) = rectangle else { return Ok(None) };
        let erased = match self.value {
            EraseValue::Constant(value) => erase(picture, rectangle, || value),
            EraseValue::Random => erase(picture, rectangle, || noise(draws)),
        };
        Ok(Some(erased))
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "cut off at 0 and 255")]
fn noise(draws: &mut Draws) -> u8 {
    (128.0 + 64.0 * draws.normal()).round() as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_outside_is_left_out() {
        let picture = Picture::new(3, 2, 1, vec![1, 2, 3, 4, 5, 6]).unwrap();
        let erased = |top, left, height, width| {
            let rectangle = Rectangle { top, left, size: Size { height, width } };
            erase(&picture, rectangle, || 0).samples
        };
        assert_eq!(erased(0, 1, 1, 1), [1, 0, 3, 4, 5, 6]);
        assert_eq!(erased(1, 1, 9, usize::MAX), [1, 2, 3, 4, 0, 0]);
        assert_eq!(erased(-1, -1, 2, 2), [0, 2, 3, 4, 5, 6]);
        assert_eq!(erased(i64::MIN, i64::MAX, 2, 2), picture.samples);
    }
}
