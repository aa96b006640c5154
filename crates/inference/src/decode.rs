//! The bytes of a PNG or JPEG become decoded samples, after its header has proved harmless; knows no model.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use image::metadata::Orientation;
use image::{ColorType, ImageDecoder, ImageFormat, ImageReader, Limits};

use crate::InferenceError;

/// The longest side that is read; it bounds what scaling needs beside the picture.
const LONGEST_SIDE: u32 = 1 << 14;
/// The most pixels that are read: 64 Mi, more than phones give.
const MOST_PIXELS: u64 = 1 << 26;
/// The most bytes that decoding takes, what the decoder keeps included; a thread holds so much at a time. It admits a progressive JPEG of 24
/// megapixels at full colour resolution, 216 MB, and 64 Mi pixels of 8-bit RGB, 192 MiB.
const MOST_BYTES: u64 = 256 << 20;
/// The most pixels that a byte of a file can stand for: deflate repeats at most 1032-fold, and 8 pixels share a byte.
const PIXELS_PER_BYTE: u64 = 1032 * 8;
/// What a decoder may reserve beside the picture: rows and colour profiles, decompressed.
const DECODER_BYTES: u64 = 1 << 26;

/// A picture as it was stored.
pub(crate) struct Decoded {
    /// All pixels, row by row, each as `color` says; samples of 16 bits in the machine's order.
    pub(crate) samples: Vec<u8>,
    /// What a pixel consists of.
    pub(crate) color: ColorType,
    /// Pixels in a row.
    pub(crate) width: u32,
    /// Rows.
    pub(crate) height: u32,
    /// How it is to be turned, which has not been done.
    pub(crate) orientation: Orientation,
}

/// Decodes a picture. The format is told by the content.
pub(crate) fn decode(bytes: &[u8]) -> Result<Decoded, InferenceError> {
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
) -> Result<Decoded, InferenceError> {
    let broken = |error: image::ImageError| InferenceError::Broken {
        format: name,
        reason: error.to_string(),
    };
    let mut limits = Limits::default();
    limits.max_alloc = Some(DECODER_BYTES);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(broken)?;
    let ((width, height), color) = (decoder.dimensions(), decoder.color_type());
    let kept = if format == ImageFormat::Jpeg { coefficient_bytes(bytes) } else { 0 };
    let length = check_size((width, height), color, kept, bytes.len())?;
    // default: a broken orientation is none.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut samples = vec![0; length];
    decoder.read_image(&mut samples).map_err(broken)?;
    Ok(Decoded { samples, color, width, height, orientation })
}

/// The length of the samples of a picture whose decoder keeps `kept` bytes besides, from a file of `bytes`.
fn check_size(
    (width, height): (u32, u32),
    color: ColorType,
    kept: u64,
    bytes: usize,
) -> Result<usize, InferenceError> {
    let pixels = u64::from(width) * u64::from(height);
    if width > LONGEST_SIDE || height > LONGEST_SIDE || pixels > MOST_PIXELS {
        let (side, pixels) = (LONGEST_SIDE, MOST_PIXELS);
        return Err(InferenceError::TooLarge { width, height, side, pixels });
    }
    let length = pixels * u64::from(color.bytes_per_pixel());
    if length.saturating_add(kept) > MOST_BYTES {
        let (needed, most) = (length.saturating_add(kept), MOST_BYTES);
        return Err(InferenceError::TooManyBytes { width, height, needed, most });
    }
    if pixels > PIXELS_PER_BYTE.saturating_mul(bytes as u64) {
        return Err(InferenceError::Oversized { width, height, bytes });
    }
    Ok(usize::try_from(length).expect("256 MiB fit every address space that Burn has"))
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

/// The end of a JPEG.
const END: u8 = 0xD9;
/// The header of a scan.
const SCAN: u8 = 0xDA;
/// The header of a frame that comes in scans of ever more detail.
const PROGRESSIVE: u8 = 0xC2;

/// Whether a JPEG goes on to its end marker: the decoder fills what is missing without a word.
fn jpeg_is_complete(bytes: &[u8]) -> bool {
    segments(bytes).any(|(marker, _)| marker == END)
}

/// The markers of a JPEG, each with the content of its segment, which is empty where the file ends in it.
///
/// A segment is passed over by its length; what is compressed after a scan's header holds no marker but restarts.
fn segments(bytes: &[u8]) -> impl Iterator<Item = (u8, &[u8])> {
    let mut place = 2; // after the start marker
    std::iter::from_fn(move || {
        place += next_marker(&bytes[place.min(bytes.len())..])? + 2;
        let marker = bytes[place - 1];
        if matches!(marker, 0x01 | 0xD0..=END) {
            return Some((marker, &[][..])); // stands alone, such as the restarts inside a scan
        }
        let (start, &[high, low]) = (place + 2, bytes.get(place..)?.first_chunk()?);
        place += usize::from(u16::from_be_bytes([high, low]));
        Some((marker, bytes.get(start..place).unwrap_or(&[]))) // default: the file ends inside this segment
    })
}

/// Bytes that the decoder keeps beside the picture. A JPEG in several scans is only put together at the end: until then the coefficients
/// of all components are kept, 2 bytes each (zune-jpeg 0.5.15, `mcu_prog.rs:105` and `mcu.rs:183`).
fn coefficient_bytes(bytes: &[u8]) -> u64 {
    let mut frame = None;
    for (marker, content) in segments(bytes) {
        match (marker, content) {
            (0xC0..=PROGRESSIVE, &[_, h1, h0, w1, w0, count, ref components @ ..]) => {
                let size = [[w1, w0], [h1, h0]].map(|side| u64::from(u16::from_be_bytes(side)));
                frame = Some((marker == PROGRESSIVE, size, count, components));
            }
            (SCAN, &[in_scan, ..]) => {
                return match frame {
                    Some((progressive, size, count, components))
                        if progressive || in_scan < count =>
                    {
                        coefficients(size, components) * 2
                    }
                    _ => 0,
                };
            }
            _ => {}
        }
    }
    0
}

/// The coefficients of a frame, one a pixel of each component: blocks of 8 x 8 in units that hold as many of each as it is sampled.
fn coefficients(size: [u64; 2], components: &[u8]) -> u64 {
    let sampling = |component: &[u8]| [component[1] >> 4, component[1] & 15].map(u64::from);
    let samplings: Vec<[u64; 2]> = components.chunks_exact(3).map(sampling).collect();
    let units = |axis: usize| {
        let most = samplings.iter().map(|sampling| sampling[axis]).max();
        size[axis].div_ceil(8 * most.map_or(1, |most| most.max(1)))
    };
    let blocks: u64 = samplings.iter().map(|[across, down]| across * down).sum();
    units(0) * units(1) * blocks * 64
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
            let Err(error) = decode(bytes).map(drop) else { panic!("decoded") };
            let error = error.to_string();
            assert_eq!(error, format!("not a PNG or JPEG picture: {expected}"));
        }
    }

    #[test]
    fn sizes_beyond_use_and_belief_are_refused() {
        let check = |size, bytes| check_size(size, ColorType::L8, 0, bytes);
        assert!(check((16_384, 4096), 1 << 20).is_ok());
        for size in [(16_385, 1), (1, u32::MAX), (16_384, 4097), (u32::MAX, u32::MAX)] {
            assert!(matches!(check(size, 1 << 20), Err(InferenceError::TooLarge { .. })));
        }
        assert!(check((8000, 8000), 8000).is_ok());
        assert!(matches!(check((8000, 8000), 100), Err(InferenceError::Oversized { .. })));
    }

    #[test]
    fn what_decoding_takes_is_bounded_in_bytes() {
        let check =
            |size, color, kept| check_size(size, color, kept, 1 << 20).map_err(|e| e.to_string());
        // 64 Mi pixels of 8-bit RGB; a photo of 24 megapixels; the same as a progressive JPEG.
        assert_eq!(check((8192, 8192), ColorType::Rgb8, 0), Ok(192 << 20));
        assert_eq!(check((6000, 4000), ColorType::Rgb8, 0), Ok(72_000_000));
        assert_eq!(check((6000, 4000), ColorType::Rgb8, 144_000_000), Ok(72_000_000));
        assert_eq!(
            check((8192, 8192), ColorType::Rgba16, 0),
            Err("the picture of 8192 x 8192 pixels takes 536870912 bytes to decode, expected at most 268435456"
                .to_owned())
        );
        assert!(check((8192, 8192), ColorType::Rgb8, (64 << 20) + 1).is_err());
        assert!(check((8192, 8192), ColorType::L8, u64::MAX).is_err());
    }

    /// The head of a JPEG of 100 x 50 pixels, up to the header of its first scan.
    fn head(frame: u8, components: &[[u8; 3]], in_scan: u8) -> Vec<u8> {
        let count = u8::try_from(components.len()).unwrap();
        let length = 8 + 3 * count;
        let frame =
            [&[0xFF, frame, 0, length, 8, 0, 50, 0, 100, count][..], components.as_flattened()];
        [&[0xFF, 0xD8], &frame.concat()[..], &[0xFF, SCAN, 0, 3, in_scan]].concat()
    }

    #[test]
    fn a_jpeg_in_several_scans_takes_room_for_its_coefficients() {
        let halved = [[1, 0x22, 0], [2, 0x11, 1], [3, 0x11, 1]];
        assert_eq!(coefficient_bytes(&head(0xC0, &halved, 3)), 0);
        // 7 x 4 units of 16 x 16 pixels, each 6 blocks of 64 coefficients of 2 bytes.
        let expected = 7 * 4 * 6 * 64 * 2;
        assert_eq!(coefficient_bytes(&head(PROGRESSIVE, &halved, 3)), expected);
        assert_eq!(coefficient_bytes(&head(0xC0, &halved, 1)), expected);
        assert_eq!(coefficient_bytes(&head(PROGRESSIVE, &[[1, 0x11, 0]], 1)), 13 * 7 * 64 * 2);
        assert_eq!(coefficient_bytes(&[0xFF, 0xD8]), 0);
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
