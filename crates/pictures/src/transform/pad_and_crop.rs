//! A picture is moved a little: something is put around it, and a part of its own size cut out.

use super::random_rectangle::place;
use super::rectangle::{PaddingMode, Rectangle, crop};
use super::{Changed, Draws, Fault, RandomTransform, Size};
use crate::{Picture, PicturesError};

/// What is put around a picture.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Padding {
    /// Pixels on each side.
    pub pixels: usize,
    /// What they show.
    pub mode: PaddingMode,
    /// Their value where `mode` is constant.
    pub fill: u8,
}

/// A part of the padded picture, whose first row and column are counted from the padding's corner; torchvision's `pad`, then `crop`.
pub fn pad_and_crop(
    picture: &Picture,
    padding: &Padding,
    rectangle: Rectangle,
) -> Result<Picture, PicturesError> {
    padded(picture, padding, rectangle.size)?;
    // default: no padding is wider than any picture.
    let border = i64::try_from(padding.pixels).unwrap_or(i64::MAX);
    let top = rectangle.top.saturating_sub(border);
    let left = rectangle.left.saturating_sub(border);
    crop(picture, Rectangle { top, left, ..rectangle }, padding.mode, padding.fill)
}

/// The size of a picture with what is put around it, out of which a part of a size can be cut.
fn padded(picture: &Picture, padding: &Padding, part: Size) -> Result<Size, PicturesError> {
    let wider = |side: usize| side.saturating_add(padding.pixels.saturating_mul(2));
    let (height, width) = (wider(picture.height), wider(picture.width));
    if part.width > width || part.height > height {
        let part = [part.width, part.height];
        return Err(PicturesError::Part { part, picture: [width, height] });
    }
    Ok(Size { height, width })
}

/// torchvision's `RandomCrop` with padding, to the size that the pipeline makes.
#[derive(Clone, Debug, PartialEq)]
pub struct RandomCrop {
    /// Pixels that are put around the picture.
    pub padding: usize,
    /// What they show.
    pub padding_mode: PaddingMode,
    /// Their value where `padding_mode` is constant.
    pub fill: u8,
}

impl Default for RandomCrop {
    fn default() -> Self {
        // torchvision has no padding by default, which would leave a picture of the size that the pipeline makes as it is; 4 pixels are
        // what is usual for CIFAR's 32 x 32 (He et al., "Deep residual learning", 2016).
        Self { padding: 4, padding_mode: PaddingMode::Constant, fill: 0 }
    }
}

impl RandomTransform for RandomCrop {
    fn fault(&self) -> Option<Fault> {
        Fault::unless_counts("padding", self.padding, [0, 1024])
    }

    fn apply(&self, picture: &Picture, draws: &mut Draws, size: Size) -> Changed {
        let padding = Padding { pixels: self.padding, mode: self.padding_mode, fill: self.fill };
        let rectangle = place(draws, padded(picture, &padding, size)?, size);
        pad_and_crop(picture, &padding, rectangle).map(Some)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_larger_than_the_padded_picture_is_refused() {
        let picture = Picture::new(4, 2, 1, vec![0; 8]).unwrap();
        let padding = Padding { pixels: 1, ..Padding::default() };
        let rectangle = Rectangle { top: 0, left: 0, size: Size { height: 5, width: 6 } };
        let error = pad_and_crop(&picture, &padding, rectangle).unwrap_err();
        assert_eq!(
            error.to_string(),
            "a part of 6 x 5 pixels, expected at most the 6 x 4 of the padded picture"
        );
    }
}
