//! The bytes of a picture become the pixels that a model was trained on; knows the model's card, not the model.

use std::path::Path;

use burnwright_data::{PictureConfig, Preparation};
use burnwright_run::ModelCard;
use image::imageops::{self, FilterType};
use image::metadata::Orientation;
use image::{ColorType, DynamicImage, GrayImage, ImageBuffer, Luma, Pixel, Rgb, RgbImage, Rgba};

use crate::centring::centre;
use crate::decode::{Decoded, decode};
use crate::{InferenceError, card};

/// Median brightness of the border above which a picture is dark on light.
const LIGHT_PAPER: u8 = 127;

/// The pixels of one picture as the model expects them, and what was done to get there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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
/// - A model that has learned from a folder of pictures has each picture decoded, scaled and cropped as that folder's were.
///
/// Errors are those of the file (no PNG or JPEG, damaged, above 16,384 pixels a side or 64 Mi in all, above 256 MiB to decode) and
/// a card whose images are neither grey nor RGB. What is made of the samples is made where they are, so that little is taken beside
/// them.
pub fn prepare(bytes: &[u8], card: &ModelCard) -> Result<PreparedImage, InferenceError> {
    if let Preparation::Picture(config) = card::preparation(card, Path::new("model.json"))? {
        return scaled_and_cropped(bytes, &config);
    }
    let (colours, width, height) = target(card)?;
    let picture = decode(bytes)?;
    let resized = turned_size(&picture) != (width, height);
    match colours {
        Colours::Grey => {
            let converted = picture.color != ColorType::L8;
            let (image, inverted) = prepare_grey(picture, width, height, card.bright_on_dark);
            Ok(PreparedImage { pixels: image.into_raw(), inverted, resized, converted })
        }
        Colours::Rgb => {
            let converted = picture.color != ColorType::Rgb8;
            let (image, inverted) = prepare_rgb(picture, width, height, card.bright_on_dark);
            Ok(PreparedImage { pixels: planes(&image), inverted, resized, converted })
        }
    }
}

/// A picture as those of the folder that a model has learned from.
fn scaled_and_cropped(
    bytes: &[u8],
    config: &PictureConfig,
) -> Result<PreparedImage, InferenceError> {
    let picture = config.decode(bytes)?;
    let resized = [picture.width, picture.height] != [config.crop; 2];
    let pixels = config.crop(&config.scale(&picture)?)?;
    let header = burnwright_pictures::probe(bytes)?;
    let converted = header.channels != config.channels || header.wide;
    Ok(PreparedImage { pixels, inverted: false, resized, converted })
}

/// Whether an orientation makes rows of columns.
fn is_sideways(orientation: Orientation) -> bool {
    use Orientation::{Rotate90, Rotate90FlipH, Rotate270, Rotate270FlipH};
    matches!(orientation, Rotate90 | Rotate90FlipH | Rotate270 | Rotate270FlipH)
}

/// Width and height of a picture once it is turned.
fn turned_size(picture: &Decoded) -> (u32, u32) {
    let (width, height) = (picture.width, picture.height);
    if is_sideways(picture.orientation) { (height, width) } else { (width, height) }
}

/// A picture turned as an orientation says.
fn turned(picture: impl Into<DynamicImage>, orientation: Orientation) -> DynamicImage {
    let mut picture = picture.into();
    picture.apply_orientation(orientation);
    picture
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
    picture: Decoded,
    width: u32,
    height: u32,
    bright_on_dark: bool,
) -> (GrayImage, bool) {
    let ((columns, rows), orientation) = ((picture.width, picture.height), picture.orientation);
    let grey = converted(picture, ColorType::L8, |seen| [luma(on_white(seen))]);
    let grey = GrayImage::from_raw(columns, rows, grey).expect("one value a pixel");
    let mut grey = turned(grey, orientation).into_luma8();
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
    picture: Decoded,
    width: u32,
    height: u32,
    bright_on_dark: bool,
) -> (RgbImage, bool) {
    let ((columns, rows), orientation) = ((picture.width, picture.height), picture.orientation);
    let rgb = converted(picture, ColorType::Rgb8, |seen| on_white(seen).0);
    let mut rgb = RgbImage::from_raw(columns, rows, rgb).expect("three values a pixel");
    let inverted = bright_on_dark && border_median(&rgb, |pixel| luma(*pixel)) > LIGHT_PAPER;
    if inverted {
        imageops::invert(&mut rgb);
    }
    // Scaled before it is turned, which takes a second picture.
    let (columns, rows) = if is_sideways(orientation) { (height, width) } else { (width, height) };
    (turned(resize(rgb, columns, rows), orientation).into_rgb8(), inverted)
}

/// The samples of a picture, as those of another colour type of `N` bytes a pixel, made where they are.
fn converted<const N: usize>(
    picture: Decoded,
    target: ColorType,
    make: impl Fn(Rgba<u8>) -> [u8; N],
) -> Vec<u8> {
    let Decoded { samples, color, .. } = picture;
    if color == target {
        return samples;
    }
    // Ours is of the decoder's kinds, each pixel of which has 1 to 4 samples of 1 or 2 bytes.
    let wide = color.bytes_per_pixel() > color.channel_count();
    let sample = move |pixel: &[u8], place: usize| {
        if wide {
            rounded(u16::from_ne_bytes([pixel[2 * place], pixel[2 * place + 1]]))
        } else {
            pixel[place]
        }
    };
    let size = usize::from(color.bytes_per_pixel());
    match color.channel_count() {
        1 => in_place(samples, size, |pixel| {
            let [grey] = [0].map(|place| sample(pixel, place));
            make(Rgba([grey, grey, grey, u8::MAX]))
        }),
        2 => in_place(samples, size, |pixel| {
            let [grey, alpha] = [0, 1].map(|place| sample(pixel, place));
            make(Rgba([grey, grey, grey, alpha]))
        }),
        3 => in_place(samples, size, |pixel| {
            let [red, green, blue] = [0, 1, 2].map(|place| sample(pixel, place));
            make(Rgba([red, green, blue, u8::MAX]))
        }),
        _ => in_place(samples, size, |pixel| {
            make(Rgba([0, 1, 2, 3].map(|place| sample(pixel, place))))
        }),
    }
}

/// Pixels of `size` bytes become pixels of `N` bytes in the same room, or in as much as they need where that is more.
fn in_place<const N: usize>(
    mut samples: Vec<u8>,
    size: usize,
    make: impl Fn(&[u8]) -> [u8; N],
) -> Vec<u8> {
    let count = samples.len() / size;
    let convert = |samples: &mut [u8], place: usize| {
        let pixel = make(&samples[place * size..(place + 1) * size]);
        samples[place * N..(place + 1) * N].copy_from_slice(&pixel);
    };
    if N <= size {
        (0..count).for_each(|place| convert(&mut samples, place));
        samples.truncate(count * N);
        samples.shrink_to_fit();
    } else {
        samples.resize(count * N, 0);
        (0..count).rev().for_each(|place| convert(&mut samples, place));
    }
    samples
}

/// 16 bits to the nearest 8.
fn rounded(sample: u16) -> u8 {
    u8::try_from((u32::from(sample) + 128) / 257).expect("65,663 / 257 is 255")
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
        u8::try_from((seen + 127) / 255).expect("a mean of two values up to 255")
    }))
}

/// ITU-R BT.601 luma in 16-bit fixed point, as Pillow's `convert("L")`; grey keeps its value.
fn luma(Rgb([red, green, blue]): Rgb<u8>) -> u8 {
    let [red, green, blue] = [red, green, blue].map(u32::from);
    u8::try_from((19_595 * red + 38_470 * green + 7_471 * blue + 0x8000) >> 16)
        .expect("the weights add up to 1")
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
    // default: a picture without pixels has no border, and is all background.
    median.map_or(0, |value| u8::try_from(value).expect("one of 256 places"))
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
    fn samples_are_those_that_the_image_crate_would_give() {
        use image::GenericImageView;
        let every = || 0..=u16::MAX;
        let wide = ImageBuffer::from_raw(256, 256, every().collect()).expect("256 x 256");
        let wide = DynamicImage::ImageLuma16(wide);
        for (sample, (_, _, pixel)) in every().zip(wide.pixels()) {
            assert_eq!(rounded(sample), pixel.0[0], "{sample}");
        }
        let noise = |place: u32| u16::try_from(place.wrapping_mul(40_503) >> 7 & 0xFFFF).unwrap();
        let picture = ImageBuffer::from_fn(7, 5, |x, y| {
            Rgba([0, 1, 2, 3].map(|channel| noise((x + 7 * y) * 4 + channel)))
        });
        let picture = DynamicImage::ImageRgba16(picture);
        let all = [
            DynamicImage::from(picture.to_luma8()),
            picture.to_luma_alpha8().into(),
            picture.to_rgb8().into(),
            picture.to_rgba8().into(),
            picture.to_luma16().into(),
            picture.to_luma_alpha16().into(),
            picture.to_rgb16().into(),
            picture,
        ];
        for picture in all {
            let decoded = || Decoded {
                samples: picture.as_bytes().to_vec(),
                color: picture.color(),
                width: 7,
                height: 5,
                orientation: Orientation::NoTransforms,
            };
            let pixels = || picture.pixels().map(|(_, _, pixel)| on_white(pixel));
            let grey: Vec<u8> = pixels().map(luma).collect();
            let colours: Vec<u8> = pixels().flat_map(|pixel| pixel.0).collect();
            let kind = picture.color();
            assert_eq!(
                converted(decoded(), ColorType::L8, |seen| [luma(on_white(seen))]),
                grey,
                "{kind:?}"
            );
            assert_eq!(
                converted(decoded(), ColorType::Rgb8, |seen| on_white(seen).0),
                colours,
                "{kind:?}"
            );
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
