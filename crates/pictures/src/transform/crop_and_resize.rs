//! A part of a picture is brought to the size that the model wants.

use super::random_rectangle::{RATIOS, place, real, rounded, sides};
use super::rectangle::{PaddingMode, Rectangle, crop};
use super::{Changed, Draws, Fault, RandomTransform, Size};
use crate::{Interpolation, Picture, PicturesError};

/// The pixels of a rectangle, brought to a size; torchvision's `resized_crop` on a Pillow picture. What lies outside is 0.
pub fn crop_and_resize(
    picture: &Picture,
    rectangle: Rectangle,
    size: Size,
    interpolation: Interpolation,
) -> Result<Picture, PicturesError> {
    let part = crop(picture, rectangle, PaddingMode::Constant, 0)?;
    part.resize(size.width, size.height, interpolation)
}

/// torchvision's `RandomResizedCrop`, to the size that the pipeline makes.
#[derive(Clone, Debug, PartialEq)]
pub struct RandomResizedCrop {
    /// The least and the largest share of the picture's area.
    pub scale: [f64; 2],
    /// The least and the largest width over height.
    pub ratio: [f64; 2],
    /// How the value between pixels is found.
    pub interpolation: Interpolation,
}

impl RandomResizedCrop {
    /// torchvision's defaults.
    pub const DEFAULT: Self = Self {
        scale: [0.08, 1.0],
        ratio: [3.0 / 4.0, 4.0 / 3.0],
        interpolation: Interpolation::Bilinear,
    };

    /// The rectangle that is cut out: ten are drawn until one is inside the picture; after them it is the middle, as large as the ratio
    /// allows.
    pub fn rectangle(&self, draws: &mut Draws, picture: Size) -> Rectangle {
        for _ in 0..10 {
            let [width, height] = sides(draws, picture, self.scale, self.ratio);
            let is_inside = |side: usize, whole: usize| (1..=whole).contains(&side);
            if is_inside(width, picture.width) && is_inside(height, picture.height) {
                return place(draws, picture, Size { height, width });
            }
        }
        self.middle(picture)
    }

    fn middle(&self, Size { height, width }: Size) -> Rectangle {
        let [least, most] = self.ratio;
        let ratio = real(width) / real(height);
        let size = if ratio < least {
            Size { height: rounded(real(width) / least).clamp(1, height), width }
        } else if ratio > most {
            Size { height, width: rounded(real(height) * most).clamp(1, width) }
        } else {
            Size { height, width }
        };
        Rectangle::inside([(height - size.height) / 2, (width - size.width) / 2], size)
    }
}

impl Default for RandomResizedCrop {
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl RandomTransform for RandomResizedCrop {
    fn fault(&self) -> Option<Fault> {
        Fault::unless_range("scale", self.scale, [0.0, 1.0])
            .or_else(|| Fault::unless_range("ratio", self.ratio, RATIOS))
    }

    fn wants_original_size(&self) -> bool {
        true
    }

    fn apply(&self, picture: &Picture, draws: &mut Draws, size: Size) -> Changed {
        let rectangle = self.rectangle(draws, Size::of(picture));
        crop_and_resize(picture, rectangle, size, self.interpolation).map(Some)
    }
}
