//! The bytes of a picture become the pixels that a model was trained on; knows the model's card, not the model.

use std::path::Path;

use burnwright_run::ModelCard;
use image::imageops::{self, FilterType};
use image::{
    DynamicImage, GenericImageView, GrayImage, ImageBuffer, Luma, Pixel, Rgb, RgbImage, Rgba,
};

use crate::centring::centre;
use crate::decode::decode;
use crate::{InferenceError, card};

/// Median brightness of the border above which a picture is dark on light.
const LIGHT_PAPER: u8 = 127;

/// The pixels of one picture as the model expects them, and what was done to get there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreparedImage {
    /// `[channels, height, width]` of the model, 0 to 255.
    pub pixels: Vec<u8>,
    /// Whether dark on light was made bright on dark.
    pub inverted: bool,
    /// Whether the size was changed; for a model of bright digits, also the place in the picture.
    pub resized: bool,
    /// Whether the colours were changed: RGB to grey or back, 16 bits to 8, transparency to white paper.
    pub converted: bool,
}

/// Decodes a PNG or JPEG (told by its content) of any size and colour type, and makes it an image of the model's.
///
/// - Transparency becomes white paper. Grey is ITU-R BT.601 luma, rounded as Pillow's mode `L`. The EXIF orientation counts.
/// - Models of bright images on dark ground (`bright_on_dark`): a picture whose border is light (median luma above 127) is
///   inverted. If such a model is grey and the picture has another size, its digit is brought to MNIST's convention:
///   background removed, longer side 20/28 of the field, centre of mass in the middle. No ink gives all background.
/// - Otherwise a picture of another size is scaled to the model's, without regard to its aspect ratio.
/// - A picture that needs none of this keeps its pixels, byte for byte.
///
/// Errors are those of the file (no PNG or JPEG, damaged, above 16,384 pixels a side or 64 Mi in all) and a card whose images
/// are neither grey nor RGB.
pub fn prepare(bytes: &[u8], card: &ModelCard) -> Result<PreparedImage, InferenceError> {
    let (colours, width, height) = target(card)?;
    let picture = decode(bytes)?;
    let resized = picture.dimensions() != (width, height);
    match colours {
        Colours::Grey => {
            let converted = !matches!(picture, DynamicImage::ImageLuma8(_));
            let (image, inverted) = prepare_grey(picture, width, height, card.bright_on_dark);
            Ok(PreparedImage { pixels: image.into_raw(), inverted, resized, converted })
        }
        Colours::Rgb => {
            let converted = !matches!(picture, DynamicImage::ImageRgb8(_));
            let (image, inverted) = prepare_rgb(picture, width, height, card.bright_on_dark);
            Ok(PreparedImage { pixels: planes(&image), inverted, resized, converted })
        }
    }
}

/// The colours that a model can see.
enum Colours {
    Grey,
    Rgb,
}

/// Colours, width and height of the model's images.
fn target(card: &ModelCard) -> Result<(Colours, u32, u32), InferenceError> {
    let path = Path::new("model.json");
    let shape = card::image_shape(card, path)?;
    let sides = (u32::try_from(shape.width), u32::try_from(shape.height));
    match (shape.channels, sides) {
        (1, (Ok(width), Ok(height))) => Ok((Colours::Grey, width, height)),
        (3, (Ok(width), Ok(height))) => Ok((Colours::Rgb, width, height)),
        (channels, _) => {
            let what = format!("images of {channels} channels, expected 1 or 3 to read pictures");
            Err(InferenceError::Card { what, path: path.to_owned() })
        }
    }
}

/// The grey image, and whether it was inverted.
fn prepare_grey(
    picture: DynamicImage,
    width: u32,
    height: u32,
    bright_on_dark: bool,
) -> (GrayImage, bool) {
    let mut grey = match picture {
        // What the pixels would become, too, one by one.
        DynamicImage::ImageLuma8(grey) => grey,
        picture => GrayImage::from_fn(picture.width(), picture.height(), |x, y| {
            Luma([luma(on_white(picture.get_pixel(x, y)))])
        }),
    };
    if !bright_on_dark {
        return (resize(grey, width, height), false);
    }
    let border = border_median(&grey, |Luma([value])| *value);
    let inverted = border > LIGHT_PAPER;
    if inverted {
        imageops::invert(&mut grey);
    }
    if grey.dimensions() == (width, height) {
        return (grey, inverted);
    }
    let background = if inverted { u8::MAX - border } else { border };
    (centre(grey, background, width, height), inverted)
}

/// The RGB image, and whether it was inverted.
fn prepare_rgb(
    picture: DynamicImage,
    width: u32,
    height: u32,
    bright_on_dark: bool,
) -> (RgbImage, bool) {
    let mut rgb = match picture {
        DynamicImage::ImageRgb8(rgb) => rgb,
        picture => RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
            on_white(picture.get_pixel(x, y))
        }),
    };
    let inverted = bright_on_dark && border_median(&rgb, |pixel| luma(*pixel)) > LIGHT_PAPER;
    if inverted {
        imageops::invert(&mut rgb);
    }
    (resize(rgb, width, height), inverted)
}

fn resize<P>(image: ImageBuffer<P, Vec<u8>>, width: u32, height: u32) -> ImageBuffer<P, Vec<u8>>
where
    P: Pixel<Subpixel = u8> + 'static,
{
    if image.dimensions() == (width, height) {
        return image;
    }
    imageops::resize(&image, width, height, FilterType::Triangle)
}

/// What is seen of a pixel on white paper.
fn on_white(Rgba([red, green, blue, alpha]): Rgba<u8>) -> Rgb<u8> {
    let alpha = u32::from(alpha);
    Rgb([red, green, blue].map(|value| {
        let seen = u32::from(value) * alpha + 255 * (255 - alpha);
        u8::try_from((seen + 127) / 255).unwrap_or(u8::MAX)
    }))
}

/// ITU-R BT.601 luma in 16-bit fixed point, as Pillow's `convert("L")`; grey keeps its value.
fn luma(Rgb([red, green, blue]): Rgb<u8>) -> u8 {
    let [red, green, blue] = [red, green, blue].map(u32::from);
    u8::try_from((19_595 * red + 38_470 * green + 7_471 * blue + 0x8000) >> 16).unwrap_or(u8::MAX)
}

/// The median brightness along the four edges; the lower one of two.
fn border_median<P: Pixel>(
    image: &ImageBuffer<P, Vec<P::Subpixel>>,
    brightness: impl Fn(&P) -> u8,
) -> u8 {
    let (width, height) = image.dimensions();
    let mut counts = [0_u32; 256];
    let mut count = |x, y| counts[usize::from(brightness(image.get_pixel(x, y)))] += 1;
    for x in 0..width {
        count(x, 0);
        count(x, height - 1);
    }
    for y in 0..height {
        count(0, y);
        count(width - 1, y);
    }
    let half = (width + height).max(1); // of 2 (width + height) counts
    let mut seen = 0;
    let median = counts.iter().position(|count| {
        seen += count;
        seen >= half
    });
    median.and_then(|value| u8::try_from(value).ok()).unwrap_or(0)
}

/// `[height, width, channels]` to `[channels, height, width]`.
fn planes(image: &RgbImage) -> Vec<u8> {
    (0..3).flat_map(|channel| image.pixels().map(move |pixel| pixel.0[channel])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn luma_is_pillows() {
        // Image.new("RGB", (1, 1), colour).convert("L") of Pillow.
        let cases = [
            ([255, 0, 0], 76),
            ([0, 255, 0], 150),
            ([0, 0, 255], 29),
            ([12, 34, 56], 30),
            ([200, 100, 50], 124),
        ];
        for (colour, expected) in cases {
            assert_eq!(luma(Rgb(colour)), expected, "{colour:?}");
        }
        for grey in 0..=255 {
            assert_eq!(luma(Rgb([grey; 3])), grey);
        }
    }

    #[test]
    fn transparency_is_white_paper() {
        assert_eq!(on_white(Rgba([10, 20, 30, 255])), Rgb([10, 20, 30]));
        assert_eq!(on_white(Rgba([10, 20, 30, 0])), Rgb([255; 3]));
        assert_eq!(on_white(Rgba([0, 0, 255, 51])), Rgb([204, 204, 255]));
    }

    #[test]
    fn the_border_decides_by_its_median() {
        let median = |image: &GrayImage| border_median(image, |Luma([value])| *value);
        let dark_middle = |x: u32, y: u32| Luma([if x == 2 || y == 2 { 0 } else { 200 }]);
        assert_eq!(median(&GrayImage::from_fn(9, 9, dark_middle)), 200);
        assert_eq!(median(&GrayImage::from_pixel(1, 1, Luma([7]))), 7);
        assert_eq!(median(&GrayImage::from_fn(1, 4, |_, y| Luma([[1, 2, 3, 4][y as usize]]))), 2);
    }

    #[test]
    fn rgb_becomes_planes() {
        let image =
            RgbImage::from_fn(2, 1, |x, _| if x == 0 { Rgb([1, 2, 3]) } else { Rgb([4, 5, 6]) });
        assert_eq!(planes(&image), [1, 4, 2, 5, 3, 6]);
    }
}
