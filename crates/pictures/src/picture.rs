//! What a picture is once it is in memory: 8-bit samples, grey or RGB; knows neither files nor formats.

use crate::PicturesError;

/// A picture in memory: 8 bits a sample, interleaved rows `[height, width, channels]`, channels 1 (grey) or 3 (RGB).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Pixels in a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// Samples a pixel: 1, grey, or 3, RGB.
    pub channels: usize,
    /// `[height, width, channels]`, 0 to 255.
    pub samples: Vec<u8>,
}

impl Picture {
    /// A picture of `samples`, `[height, width, channels]`, which must be as many as the sizes say; neither side may be 0.
    pub fn new(
        width: usize,
        height: usize,
        channels: usize,
        samples: Vec<u8>,
    ) -> Result<Self, PicturesError> {
        let expected = width.checked_mul(height).and_then(|pixels| pixels.checked_mul(channels));
        let known = matches!(channels, 1 | 3) && width > 0 && height > 0;
        if !known || expected != Some(samples.len()) {
            let got = samples.len();
            return Err(PicturesError::Shape { width, height, channels, got });
        }
        Ok(Self { width, height, channels, samples })
    }

    /// The samples channel by channel, `[channels, height, width]`, as PyTorch lays pictures out.
    pub fn planes(&self) -> Vec<u8> {
        let plane = self.width * self.height;
        if let (3, Some(pixels)) = (self.channels, self.samples.as_chunks().0.get(..plane)) {
            return three_planes(pixels);
        }
        let mut planes = Vec::with_capacity(self.samples.len());
        for channel in 0..self.channels {
            planes.extend(self.samples.iter().skip(channel).step_by(self.channels).copied());
        }
        planes
    }
}

/// How light a pixel is: ITU-R BT.601 luma of RGB in 16-bit fixed point, as Pillow's `convert("L")`; grey is itself.
pub(crate) fn luma(pixel: &[u8]) -> u8 {
    let &[red, green, blue] = pixel else { return pixel[0] };
    let sum = 19_595 * u32::from(red) + 38_470 * u32::from(green) + 7_471 * u32::from(blue);
    // The weights are 65,536 together, so that the third byte is the highest.
    ((sum + 0x8000) >> 16).to_le_bytes()[0]
}

/// One pass over the pixels, which a compiler makes vectors of: an iterator over channels was two fifths of the time of a batch.
fn three_planes(pixels: &[[u8; 3]]) -> Vec<u8> {
    let mut planes = vec![0; 3 * pixels.len()];
    let (red, rest) = planes.split_at_mut(pixels.len());
    let (green, blue) = rest.split_at_mut(pixels.len());
    for (((pixel, red), green), blue) in pixels.iter().zip(red).zip(green).zip(blue) {
        [*red, *green, *blue] = *pixel;
    }
    planes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interleaved_becomes_planes() {
        let picture = Picture::new(2, 1, 3, vec![1, 2, 3, 4, 5, 6]).unwrap();
        assert_eq!(picture.planes(), [1, 4, 2, 5, 3, 6]);
        let grey = Picture::new(2, 2, 1, vec![1, 2, 3, 4]).unwrap();
        assert_eq!(grey.planes(), [1, 2, 3, 4]);
    }

    #[test]
    fn luma_is_pillows() {
        // Image.new("RGB", (1, 1), colour).convert("L") of Pillow.
        let cases = [
            ([255, 0, 0], 76),
            ([0, 255, 0], 150),
            ([0, 0, 255], 29),
            ([12, 34, 56], 30),
            ([200, 100, 50], 124),
            ([10, 200, 30], 124),
            ([1, 0, 0], 0),
        ];
        for (colour, expected) in cases {
            assert_eq!(luma(&colour), expected, "{colour:?}");
        }
        for grey in 0..=255 {
            assert_eq!([luma(&[grey; 3]), luma(&[grey])], [grey; 2]);
        }
    }

    #[test]
    fn samples_must_fill_the_sizes() {
        let refused = |width, height, channels, count| {
            Picture::new(width, height, channels, vec![0; count]).unwrap_err().to_string()
        };
        assert_eq!(
            refused(2, 2, 3, 11),
            "11 samples for a picture of 2 x 2 pixels of 3 channels, expected one a channel of each pixel, and 1 or 3 channels"
        );
        refused(2, 2, 4, 16);
        refused(0, 2, 3, 0);
        refused(usize::MAX, 2, 3, 6);
    }
}
