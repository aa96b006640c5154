//! Pixels in, a picture that a page can hold within itself out.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{DynamicImage, GrayImage, RgbImage};

/// The longest side, in pixels, with which a picture goes into a page; a photograph would make it megabytes long.
const LONGEST_SIDE: u32 = 256;

/// The pixels of a sample.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Columns.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// 1 for grey, 3 for red, green and blue.
    pub channels: u32,
    /// `[channels, height, width]`, 0 to 255: one plane after the other, as data sets hand them over.
    pub pixels: Vec<u8>,
}

impl Picture {
    /// The picture as a PNG inside of an address (`data:`, RFC 2397), at most 256 pixels a side; none where the number of pixels
    /// is not what the shape says, or it is neither grey nor RGB.
    pub(crate) fn data_uri(&self) -> Option<String> {
        let image = self.image()?;
        let image = if self.width.max(self.height) > LONGEST_SIDE {
            image.thumbnail(LONGEST_SIDE, LONGEST_SIDE)
        } else {
            image
        };
        let mut png = Vec::new();
        // Small pictures: the best compression costs nothing, and the result must not depend on a library's default.
        let encoder =
            PngEncoder::new_with_quality(&mut png, CompressionType::Best, FilterType::Adaptive);
        image.write_with_encoder(encoder).ok()?;
        Some(format!("data:image/png;base64,{}", STANDARD.encode(png)))
    }

    fn image(&self) -> Option<DynamicImage> {
        if self.width == 0 || self.height == 0 {
            return None;
        }
        let (width, height) = (self.width, self.height);
        match self.channels {
            1 => GrayImage::from_raw(width, height, self.whole_pixels()?).map(DynamicImage::from),
            3 => RgbImage::from_raw(width, height, self.whole_pixels()?).map(DynamicImage::from),
            _ => None,
        }
    }

    /// `[height, width, channels]`, as pictures are stored.
    fn whole_pixels(&self) -> Option<Vec<u8>> {
        let plane = usize::try_from(u64::from(self.width) * u64::from(self.height)).ok()?;
        let channels = usize::try_from(self.channels).ok()?;
        if self.pixels.len() != plane.checked_mul(channels)? {
            return None;
        }
        let of_pixel =
            |place| (0..channels).map(move |channel| self.pixels[channel * plane + place]);
        Some((0..plane).flat_map(of_pixel).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(picture: &Picture) -> DynamicImage {
        let uri = picture.data_uri().unwrap();
        let png = STANDARD.decode(uri.strip_prefix("data:image/png;base64,").unwrap()).unwrap();
        image::load_from_memory(&png).unwrap()
    }

    #[test]
    fn planes_become_pixels() {
        // Red, then green, then blue, of two pixels.
        let picture =
            Picture { width: 2, height: 1, channels: 3, pixels: vec![10, 11, 20, 21, 30, 31] };
        assert_eq!(decoded(&picture).into_rgb8().into_raw(), [10, 20, 30, 11, 21, 31]);
    }

    #[test]
    fn grey_stays_grey() {
        let picture = Picture { width: 2, height: 2, channels: 1, pixels: vec![0, 7, 8, 255] };
        let DynamicImage::ImageLuma8(image) = decoded(&picture) else { panic!("not grey") };
        assert_eq!(image.into_raw(), [0, 7, 8, 255]);
    }

    #[test]
    fn a_large_one_is_made_smaller() {
        let pixels = vec![0; 600 * 300];
        let image = decoded(&Picture { width: 600, height: 300, channels: 1, pixels });
        assert_eq!((image.width(), image.height()), (256, 128));
    }

    #[test]
    fn a_wrong_shape_gives_no_picture() {
        let of = |width, height, channels, length| {
            Picture { width, height, channels, pixels: vec![0; length] }.data_uri()
        };
        assert!(of(2, 2, 1, 4).is_some());
        for (width, height, channels, length) in
            [(2, 2, 1, 3), (0, 2, 1, 0), (2, 2, 2, 8), (u32::MAX, u32::MAX, 3, 3)]
        {
            assert_eq!(of(width, height, channels, length), None);
        }
    }
}
