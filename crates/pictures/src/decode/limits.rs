//! What a picture may take, judged by its header before anything is allocated.

use super::PictureFormat;
use crate::PicturesError;

/// The longest side that is read; it bounds what scaling needs besides the picture.
const LONGEST_SIDE: u32 = 1 << 14;
/// The most pixels that are read: 64 Mi, more than phones give.
const MOST_PIXELS: u64 = 1 << 26;
/// The most bytes that decoding takes, what the decoder keeps included; a thread holds so much at a time. It admits a progressive JPEG of
/// 24 megapixels at full colour resolution, 216 MB, and 64 Mi pixels of 8-bit RGB, 192 MiB.
pub(super) const MOST_BYTES: u64 = 256 << 20;
/// The most pixels that a byte of a file can stand for: deflate repeats at most 1032-fold, and 8 pixels share a byte.
const PIXELS_PER_BYTE: u64 = 1032 * 8;
/// What a decoder may reserve besides the picture: rows and colour profiles, decompressed.
pub(super) const DECODER_BYTES: u64 = 1 << 26;

/// What the header of a picture announces.
#[derive(Clone, Copy, Debug)]
pub(super) struct Announced {
    pub(super) format: PictureFormat,
    pub(super) width: u32,
    pub(super) height: u32,
    /// Bytes a pixel of what the decoder gives.
    pub(super) pixel_bytes: u64,
    /// Bytes that the decoder keeps besides.
    pub(super) kept: u64,
    /// Bytes of the file.
    pub(super) file_bytes: usize,
}

impl Announced {
    /// The length of the decoded samples in bytes, where they may be decoded.
    pub(super) fn check(self) -> Result<usize, PicturesError> {
        let Self { format, width, height, pixel_bytes, kept, file_bytes } = self;
        let pixels = u64::from(width) * u64::from(height);
        if pixels == 0 {
            let reason = format!("{width} x {height} pixels");
            return Err(PicturesError::Broken { format, reason });
        }
        if width > LONGEST_SIDE || height > LONGEST_SIDE || pixels > MOST_PIXELS {
            let (side, pixels) = (LONGEST_SIDE, MOST_PIXELS);
            return Err(PicturesError::TooLarge { width, height, side, pixels });
        }
        let length = pixels * pixel_bytes;
        let needed = length.saturating_add(kept);
        if needed > MOST_BYTES {
            return Err(PicturesError::TooManyBytes { width, height, needed, most: MOST_BYTES });
        }
        // Blank paper takes no bits at all in lossless WebP, and one a row in a fax.
        let bounded = !matches!(format, PictureFormat::WebP | PictureFormat::Tiff);
        if bounded && pixels > PIXELS_PER_BYTE.saturating_mul(file_bytes as u64) {
            return Err(PicturesError::Oversized { width, height, bytes: file_bytes });
        }
        Ok(usize::try_from(length).expect("256 MiB fit every address space there is"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(
        (width, height): (u32, u32),
        pixel_bytes: u64,
        kept: u64,
        file_bytes: usize,
    ) -> Result<usize, String> {
        let format = PictureFormat::Png;
        Announced { format, width, height, pixel_bytes, kept, file_bytes }
            .check()
            .map_err(|error| error.to_string())
    }

    #[test]
    fn sizes_beyond_use_and_belief_are_refused() {
        let grey = |size, bytes| check(size, 1, 0, bytes);
        assert!(grey((16_384, 4096), 1 << 20).is_ok());
        for size in [(16_385, 1), (1, u32::MAX), (16_384, 4097), (u32::MAX, u32::MAX)] {
            let error = grey(size, 1 << 20).unwrap_err();
            assert!(
                error.ends_with("expected at most 16384 a side and 67108864 in all"),
                "{error}"
            );
        }
        assert!(grey((8000, 8000), 8000).is_ok());
        assert_eq!(
            grey((8000, 8000), 100).unwrap_err(),
            "the header announces 8000 x 8000 pixels in a file of 100 bytes"
        );
        assert_eq!(grey((0, 7), 100).unwrap_err(), "broken PNG (0 x 7 pixels)");
    }

    #[test]
    fn what_decoding_takes_is_bounded_in_bytes() {
        let plenty = 1 << 20;
        // 64 Mi pixels of 8-bit RGB; a photo of 24 megapixels; the same as a progressive JPEG.
        assert_eq!(check((8192, 8192), 3, 0, plenty), Ok(192 << 20));
        assert_eq!(check((6000, 4000), 3, 0, plenty), Ok(72_000_000));
        assert_eq!(check((6000, 4000), 3, 144_000_000, plenty), Ok(72_000_000));
        assert_eq!(
            check((8192, 8192), 8, 0, plenty).unwrap_err(),
            "the picture of 8192 x 8192 pixels takes 536870912 bytes to decode, expected at most 268435456"
        );
        assert!(check((8192, 8192), 3, (64 << 20) + 1, plenty).is_err());
        assert!(check((8192, 8192), 1, u64::MAX, plenty).is_err());
    }
}
