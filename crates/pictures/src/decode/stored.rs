//! Decoded samples of any layout become an upright picture of 8 bits in the colours that are wanted.

use image::metadata::Orientation;
use image::{ColorType, DynamicImage, GrayImage, RgbImage};

use super::{Colours, PictureHeader};
use crate::picture::luma;
use crate::{Picture, PictureFormat};

/// A picture as it was stored.
pub(super) struct Stored {
    /// All pixels, row by row, each as `color` says; samples of 16 bits in the machine's order.
    pub(super) samples: Vec<u8>,
    /// What a pixel consists of: 1 to 4 samples of 1 or 2 bytes.
    pub(super) color: ColorType,
    /// Pixels in a row.
    pub(super) width: u32,
    /// Rows.
    pub(super) height: u32,
    /// How it is to be turned, which has not been done.
    pub(super) orientation: Orientation,
}

/// The header of a picture that is stored in this way.
pub(super) fn header(
    format: PictureFormat,
    (width, height): (u32, u32),
    color: ColorType,
    orientation: Orientation,
) -> PictureHeader {
    use Orientation::{Rotate90, Rotate90FlipH, Rotate270, Rotate270FlipH};
    let (width, height) = (width as usize, height as usize);
    let sideways = matches!(orientation, Rotate90 | Rotate90FlipH | Rotate270 | Rotate270FlipH);
    let (width, height) = if sideways { (height, width) } else { (width, height) };
    let channels = usize::from(color.channel_count());
    PictureHeader { format, width, height, channels, wide: is_wide(color) }
}

fn is_wide(color: ColorType) -> bool {
    color.bytes_per_pixel() > color.channel_count()
}

impl Stored {
    /// The upright picture. What is made of the samples is made where they are, so that little is taken besides them; turning a picture
    /// whose rows become columns takes a second one.
    pub(super) fn into_picture(self, colours: Colours) -> Picture {
        let (width, height, orientation) = (self.width, self.height, self.orientation);
        let samples = match colours {
            Colours::Grey => self.converted(ColorType::L8, |seen| [luma(&on_white(seen))]),
            Colours::Rgb => self.converted(ColorType::Rgb8, on_white),
        };
        let channels = colours.channels();
        if orientation == Orientation::NoTransforms {
            return Picture { width: width as usize, height: height as usize, channels, samples };
        }
        let enough = "as many samples as pixels and channels";
        let mut picture = match colours {
            Colours::Grey => {
                DynamicImage::from(GrayImage::from_raw(width, height, samples).expect(enough))
            }
            Colours::Rgb => {
                DynamicImage::from(RgbImage::from_raw(width, height, samples).expect(enough))
            }
        };
        picture.apply_orientation(orientation);
        let (width, height) = (picture.width() as usize, picture.height() as usize);
        Picture { width, height, channels, samples: picture.into_bytes() }
    }

    /// The samples as those of another colour type of `N` bytes a pixel, made where they are.
    fn converted<const N: usize>(
        self,
        target: ColorType,
        make: impl Fn([u8; 4]) -> [u8; N],
    ) -> Vec<u8> {
        let Self { samples, color, .. } = self;
        if color == target {
            return samples;
        }
        let wide = is_wide(color);
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
                let grey = sample(pixel, 0);
                make([grey, grey, grey, u8::MAX])
            }),
            2 => in_place(samples, size, |pixel| {
                let [grey, alpha] = [0, 1].map(|place| sample(pixel, place));
                make([grey, grey, grey, alpha])
            }),
            3 => in_place(samples, size, |pixel| {
                let [red, green, blue] = [0, 1, 2].map(|place| sample(pixel, place));
                make([red, green, blue, u8::MAX])
            }),
            _ => in_place(samples, size, |pixel| {
                make([0, 1, 2, 3].map(|place| sample(pixel, place)))
            }),
        }
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

/// What is seen of a pixel with alpha on white paper.
fn on_white([red, green, blue, alpha]: [u8; 4]) -> [u8; 3] {
    let alpha = u32::from(alpha);
    [red, green, blue].map(|value| {
        let seen = u32::from(value) * alpha + 255 * (255 - alpha);
        u8::try_from((seen + 127) / 255).expect("a mean of two values up to 255")
    })
}

#[cfg(test)]
mod tests {
    use image::{GenericImageView, ImageBuffer, Rgba};

    use super::*;

    #[test]
    fn transparency_is_white_paper() {
        assert_eq!(on_white([10, 20, 30, 255]), [10, 20, 30]);
        assert_eq!(on_white([10, 20, 30, 0]), [255; 3]);
        assert_eq!(on_white([0, 0, 255, 51]), [204, 204, 255]);
    }

    #[test]
    fn samples_are_those_that_the_image_crate_would_give() {
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
            let pixels = || picture.pixels().map(|(_, _, pixel)| on_white(pixel.0));
            let expected: [Vec<u8>; 2] =
                [pixels().map(|pixel| luma(&pixel)).collect(), pixels().flatten().collect()];
            for (colours, expected) in [Colours::Grey, Colours::Rgb].into_iter().zip(expected) {
                let stored = Stored {
                    samples: picture.as_bytes().to_vec(),
                    color: picture.color(),
                    width: 7,
                    height: 5,
                    orientation: Orientation::NoTransforms,
                };
                let got = stored.into_picture(colours);
                assert_eq!((got.width, got.height), (7, 5));
                assert_eq!(got.samples, expected, "{:?}", picture.color());
            }
        }
    }
}
