//! Pictures are varied, with torchvision's names and meaning.
//!
//! Each file holds one transform twice: as a function of explicit parameters, and, where torchvision draws them, as settings with
//! torchvision's defaults that draw them, from the same distributions, at an address of their own (seed, epoch, example, place in the
//! list). All follow torchvision's way with a Pillow picture, not the one with a tensor, which gives other values in places; only
//! `erase` has none, and follows that of a tensor.
//!
//! A transform is added by a file and, below, its module and its line in the list.

mod affine;
mod augmentation_space;
mod autocontrast;
mod beta;
mod blend;
mod brightness;
mod color_jitter;
mod contrast;
mod crop_and_resize;
mod draws;
mod equalize;
mod erase;
mod fault;
mod horizontal_flip;
mod hue;
mod levels;
mod mix;
mod pad_and_crop;
mod pipeline;
mod posterize;
mod rand_augment;
mod random_rectangle;
mod rectangle;
mod rotate;
mod saturation;
mod sharpness;
mod shear;
mod solarize;
mod translate;
mod trivial_augment_wide;
mod vertical_flip;

use crate::{Picture, PicturesError};

pub use affine::{Affine, affine};
pub use augmentation_space::Operation;
pub use autocontrast::autocontrast;
pub use brightness::adjust_brightness;
pub use color_jitter::ColorJitter;
pub use contrast::adjust_contrast;
pub use crop_and_resize::{RandomResizedCrop, crop_and_resize};
pub use draws::Draws;
pub use equalize::equalize;
pub use erase::{EraseValue, RandomErasing, erase};
pub use fault::Fault;
pub use horizontal_flip::{RandomHorizontalFlip, horizontal_flip};
pub use hue::adjust_hue;
pub use mix::{Mixable, Mixing, Mixture, partner};
pub use pad_and_crop::{Padding, RandomCrop, pad_and_crop};
pub use pipeline::Pipeline;
pub use posterize::posterize;
pub use rand_augment::RandAugment;
pub use rectangle::{LARGEST, PaddingMode, Rectangle, Size, crop};
pub use rotate::{RandomRotation, rotate};
pub use saturation::adjust_saturation;
pub use sharpness::adjust_sharpness;
pub use shear::{shear_x, shear_y};
pub use solarize::solarize;
pub use translate::translate;
pub use trivial_augment_wide::TrivialAugmentWide;
pub use vertical_flip::{RandomVerticalFlip, vertical_flip};

/// What a transform makes of a picture; none where it is drawn that nothing changes.
pub type Changed = Result<Option<Picture>, PicturesError>;

/// What can stand in the list of a pipeline.
pub trait RandomTransform {
    /// What is wrong with its settings.
    fn fault(&self) -> Option<Fault>;

    /// Whether it brings a picture, as it was read, to the size of the result.
    fn wants_original_size(&self) -> bool {
        false
    }

    /// The picture changed as is drawn. `size` is that of the pipeline's result.
    fn apply(&self, picture: &Picture, draws: &mut Draws, size: Size) -> Changed;
}

/// Writes the enum of all transforms from their list.
macro_rules! transforms {
    ($($(#[$doc:meta])* $kind:literal => $name:ident),+ $(,)?) => {
        /// A transform with its settings.
        #[derive(Clone, Debug, PartialEq)]
        pub enum Transform {
            $($(#[$doc])* $name($name)),+
        }

        impl Transform {
            /// The kinds there are.
            pub const KINDS: &'static [&'static str] = &[$($kind),+];

            /// Its kind.
            pub fn kind(&self) -> &'static str {
                match self { $(Self::$name(_) => $kind),+ }
            }

            /// The transform of a kind with its defaults; none where there is no such kind.
            pub fn of_kind(kind: &str) -> Option<Self> {
                match kind {
                    $($kind => Some(Self::$name($name::default())),)+
                    _ => None,
                }
            }
        }

        impl RandomTransform for Transform {
            fn fault(&self) -> Option<Fault> {
                match self { $(Self::$name(settings) => settings.fault()),+ }
            }

            fn wants_original_size(&self) -> bool {
                match self { $(Self::$name(settings) => settings.wants_original_size()),+ }
            }

            fn apply(&self, picture: &Picture, draws: &mut Draws, size: Size) -> Changed {
                match self { $(Self::$name(settings) => settings.apply(picture, draws, size)),+ }
            }
        }
    };
}

transforms! {
    /// A part of random area, shape and place, brought to size.
    "random-resized-crop" => RandomResizedCrop,
    /// A part of the padded picture.
    "random-crop" => RandomCrop,
    /// Mirrored, left for right.
    "random-horizontal-flip" => RandomHorizontalFlip,
    /// Mirrored, top for bottom.
    "random-vertical-flip" => RandomVerticalFlip,
    /// Turned by a random angle.
    "random-rotation" => RandomRotation,
    /// Brightness, contrast, saturation and hue.
    "color-jitter" => ColorJitter,
    /// One of fourteen operations, of random strength.
    "trivial-augment-wide" => TrivialAugmentWide,
    /// A few of fourteen operations, of one strength.
    "rand-augment" => RandAugment,
    /// A rectangle painted over.
    "random-erasing" => RandomErasing,
}
