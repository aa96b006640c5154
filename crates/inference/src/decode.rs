//! The bytes of a PNG or JPEG become a decoded picture, after its header has proved harmless; knows no model.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};

use crate::InferenceError;

/// The longest side that is read; it bounds what scaling needs beside the picture.
const LONGEST_SIDE: u32 = 1 << 14;
/// The most pixels that are read: 64 Mi, more than phones give.
const MOST_PIXELS: u64 = 1 << 26;
/// The most pixels that a byte of a file can stand for: deflate repeats at most 1032-fold, and 8 pixels share a byte.
const PIXELS_PER_BYTE: u64 = 1032 * 8;
/// What a decoder may reserve beside the picture: rows and colour profiles, decompressed.
const DECODER_BYTES: u64 = 1 << 26;

/// Decodes a picture and turns it as its EXIF orientation says. The format is told by the content.
pub(crate) fn decode(bytes: &[u8]) -> Result<DynamicImage, InferenceError> {
    let (format, name) = recognise(bytes)?;
    let broken = |reason: String| InferenceError::Broken { format: name, reason };
    if format == ImageFormat::Jpeg && !jpeg_is_complete(bytes) {
        return Err(broken("it ends before its end marker".to_owned()));
    }
    // The decoder is not ours; should a file make it panic, that file is an error like any other.
    catch_unwind(AssertUnwindSafe(|| decode_as(format, name, bytes)))
        .unwrap_or_else(|_| Err(broken("the decoder gave up".to_owned())))
}

fn decode_as(
    format: ImageFormat,
    name: &'static str,
    bytes: &[u8],
) -> Result<DynamicImage, InferenceError> {
    let broken = |error: image::ImageError| InferenceError::Broken {
        format: name,
        reason: error.to_string(),
    };
    let mut limits = Limits::default();
    limits.max_alloc = Some(DECODER_BYTES);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(broken)?;
    check_size(decoder.dimensions(), bytes.len())?;
    // A broken orientation is none.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(broken)?;
    picture.apply_orientation(orientation);
    Ok(picture)
}

fn check_size((width, height): (u32, u32), bytes: usize) -> Result<(), InferenceError> {
    let pixels = u64::from(width) * u64::from(height);
    if width > LONGEST_SIDE || height > LONGEST_SIDE || pixels > MOST_PIXELS {
        let (side, pixels) = (LONGEST_SIDE, MOST_PIXELS);
        return Err(InferenceError::TooLarge { width, height, side, pixels });
    }
    if pixels > PIXELS_PER_BYTE.saturating_mul(bytes as u64) {
        return Err(InferenceError::Oversized { width, height, bytes });
    }
    Ok(())
}

fn recognise(bytes: &[u8]) -> Result<(ImageFormat, &'static str), InferenceError> {
    let found = match image::guess_format(bytes) {
        Ok(format @ ImageFormat::Png) => return Ok((format, "PNG")),
        Ok(format @ ImageFormat::Jpeg) => return Ok((format, "JPEG")),
        Ok(other) => format!("it looks like {}", format!("{other:?}").to_uppercase()),
        Err(_) => describe(bytes).to_owned(),
    };
    Err(InferenceError::NotAPicture { found })
}

/// What bytes that are no known picture look like.
fn describe(bytes: &[u8]) -> &'static str {
    if bytes.is_empty() {
        "the file is empty"
    } else if bytes.starts_with(b"%PDF") {
        "it looks like PDF"
    } else if bytes.get(4..8) == Some(b"ftyp") {
        "it looks like HEIC or a film"
    } else if is_text(&bytes[..bytes.len().min(1024)]) {
        "it looks like text"
    } else {
        "its first bytes are of no known kind"
    }
}

fn is_text(start: &[u8]) -> bool {
    let text = String::from_utf8_lossy(start);
    // The last character may have been cut.
    let text = text.trim_end_matches(char::REPLACEMENT_CHARACTER);
    let odd = |c: char| (c.is_control() && !c.is_whitespace()) || c == char::REPLACEMENT_CHARACTER;
    !text.is_empty() && !text.contains(odd)
}

/// Whether a JPEG goes on to its end marker: the decoder fills what is missing without a word.
///
/// A segment is passed over by its length; what is compressed after a scan's header holds no marker but restarts.
fn jpeg_is_complete(bytes: &[u8]) -> bool {
    let mut place = 2; // after the start marker
    while let Some(offset) = next_marker(&bytes[place.min(bytes.len())..]) {
        place += offset + 2;
        match (bytes[place - 1], bytes.get(place..place + 2)) {
            (0xD9, _) => return true,     // the end
            (0x01 | 0xD0..=0xD8, _) => {} // stands alone, such as the restarts inside a scan
            (_, Some(&[high, low])) => place += usize::from(u16::from_be_bytes([high, low])),
            (_, _) => return false,
        }
    }
    false
}

/// Where the next marker begins: `FF` and neither a stuffed 0 nor a fill byte.
fn next_marker(bytes: &[u8]) -> Option<usize> {
    bytes.windows(2).position(|pair| pair[0] == 0xFF && pair[1] != 0 && pair[1] != 0xFF)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_files_are_named() {
        let cases: [(&[u8], &str); 7] = [
            (b"", "the file is empty"),
            (b"# Notes\nnot a picture\n", "it looks like text"),
            ("grüß dich".as_bytes(), "it looks like text"),
            (b"GIF89a\x01\x00\x01\x00", "it looks like GIF"),
            (b"%PDF-1.7\n", "it looks like PDF"),
            (b"\x00\x00\x00\x18ftypheic\x00\x00", "it looks like HEIC or a film"),
            (&[0x1F, 0x8B, 0x08, 0x00], "its first bytes are of no known kind"),
        ];
        for (bytes, expected) in cases {
            let error = decode(bytes).unwrap_err().to_string();
            assert_eq!(error, format!("not a PNG or JPEG picture: {expected}"));
        }
    }

    #[test]
    fn sizes_beyond_use_and_belief_are_refused() {
        assert!(check_size((16_384, 4096), 1 << 20).is_ok());
        for size in [(16_385, 1), (1, u32::MAX), (16_384, 4097), (u32::MAX, u32::MAX)] {
            assert!(matches!(check_size(size, 1 << 20), Err(InferenceError::TooLarge { .. })));
        }
        assert!(check_size((8000, 8000), 8000).is_ok());
        assert!(matches!(check_size((8000, 8000), 100), Err(InferenceError::Oversized { .. })));
    }

    #[test]
    fn a_jpeg_is_complete_at_its_own_end_marker_only() {
        let thumbnail = [0xFF, 0xE1, 0, 4, 0xFF, 0xD9];
        let scan = [0xFF, 0xDA, 0, 3, 1, 9, 0xFF, 0, 9, 0xFF, 0xD0, 9];
        let start = [&[0xFF, 0xD8][..], &thumbnail, &scan].concat();
        assert!(!jpeg_is_complete(&start));
        assert!(jpeg_is_complete(&[&start[..], &[0xFF, 0xFF, 0xD9, 1, 2]].concat()));
        for length in 0..start.len() {
            assert!(!jpeg_is_complete(&start[..length]));
        }
    }
}
