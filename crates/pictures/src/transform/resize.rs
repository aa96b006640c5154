//! A picture is brought to another size.

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};

use super::affine::places;
use super::random_rectangle::real;
use super::{Interpolation, Size};
use crate::{Picture, PicturesError};

/// The picture in another size; Pillow's `Image.resize`, which is torchvision's `resize` on a Pillow picture: a smaller picture is a
/// mean over all pixels of the larger one.
pub(crate) fn resize(
    picture: &Picture,
    size: Size,
    interpolation: Interpolation,
) -> Result<Picture, PicturesError> {
    let count = size.sample_count(picture.channels)?;
    let filter = match interpolation {
        _ if size == Size::of(picture) => return Ok(picture.clone()),
        Interpolation::Nearest => return Ok(nearest(picture, size, count)),
        Interpolation::Bilinear => FilterType::Bilinear,
        Interpolation::Bicubic => FilterType::CatmullRom,
    };
    // Columns first, as Pillow does: fast_image_resize alone begins with the rows, and what is rounded between is up to 2 levels away.
    let columns = scaled(picture, Size { width: size.width, ..Size::of(picture) }, filter)?;
    scaled(&columns, size, filter)
}

/// The picture scaled along one axis.
fn scaled(picture: &Picture, size: Size, filter: FilterType) -> Result<Picture, PicturesError> {
    let Size { height, width } = size;
    size.sample_count(picture.channels)?;
    let pixel = if picture.channels == 1 { PixelType::U8 } else { PixelType::U8x3 };
    let short = |side| u32::try_from(side).expect("a picture's side is at most 2^28");
    let source =
        ImageRef::new(short(picture.width), short(picture.height), &picture.samples, pixel)
            .expect("a picture has the samples that its size says");
    let mut target = Image::new(short(width), short(height), pixel);
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(filter));
    Resizer::new()
        .resize(&source, &mut target, &options)
        .expect("both have pixels, and of the same kind");
    Ok(Picture { width, height, channels: picture.channels, samples: target.into_vec() })
}

fn nearest(picture: &Picture, Size { height, width }: Size, count: usize) -> Picture {
    let channels = picture.channels;
    let step = |from, to| real(from) / real(to);
    let columns = places(0.0, step(picture.width, width), width, picture.width);
    let lines = places(0.0, step(picture.height, height), height, picture.height);
    let mut samples = Vec::with_capacity(count);
    for line in lines {
        for column in &columns {
            // default: black, as in Pillow, should rounding lead beyond the last pixel.
            let pixel = line.zip(*column).map_or(&[0; 3][..channels], |(line, column)| {
                &picture.samples[(line * picture.width + column) * channels..][..channels]
            });
            samples.extend_from_slice(pixel);
        }
    }
    Picture { width, height, channels, samples }
}
