//! The `[data.image]` section of a recipe: a picture of any size in, an image of the size that a network sees out.

use burnwright_pictures::{Colours, Interpolation, Picture, PicturesError, decode};
use burnwright_recipe::checks::{such_that, within};
use burnwright_recipe::settings;

settings! {
    /// How pictures of any size become images of one size, as torchvision's `Resize(resize)` and `CenterCrop(crop)` make them.
    #[derive(Eq)]
    pub struct PictureConfig {
        /// Colour channels: 1 for grey, 3 for RGB.
        channels: usize = 3, check(such_that(|channels: &usize| [1, 3].contains(channels), "1 or 3"));
        /// Length of the shorter side, in pixels, antialiased.
        resize: usize = 64, check(within(1..=4096));
        /// Sides of the square that is cut from the middle.
        crop: usize = 64, check(within(1..=4096));
        /// Whether pictures that cannot be read are left out; otherwise they are an error.
        skip_bad: bool = false;
        /// Memory for pictures that are kept decoded, in MiB; what does not fit is decoded each time.
        cache_mib: usize = 512, check(within(0..=1 << 20)), without_effect;
    }
}

impl PictureConfig {
    /// The picture of a file's bytes, in the colours that are wanted.
    pub fn decode(&self, bytes: &[u8]) -> Result<Picture, PicturesError> {
        decode(bytes, if self.channels == 1 { Colours::Grey } else { Colours::Rgb })
    }

    /// A picture whose shorter side is as long as wanted.
    pub fn scale(&self, picture: &Picture) -> Result<Picture, PicturesError> {
        picture.resize_shorter(self.resize, Interpolation::Bilinear)
    }

    /// The middle of a scaled picture, `[channels, crop, crop]`.
    pub fn crop(&self, scaled: &Picture) -> Result<Vec<u8>, PicturesError> {
        Ok(scaled.centre_crop(self.crop, self.crop)?.planes())
    }
}
