//! JPEG, baseline and progressive, grey, YCbCr, RGB, CMYK and YCCK; that it is whole is checked here, since the decoder does not.

use image::ColorType;
use image::metadata::Orientation;
use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;
use zune_jpeg::errors::DecodeErrors;

use super::limits::Announced;
use super::stored::{Stored, header};
use super::{PictureFormat, PictureHeader};
use crate::PicturesError;

const FORMAT: PictureFormat = PictureFormat::Jpeg;

/// Decodes a JPEG.
pub(super) fn read(bytes: &[u8]) -> Result<Stored, PicturesError> {
    if !is_complete(bytes) {
        let reason = "it ends before its end marker".to_owned();
        return Err(PicturesError::Broken { format: FORMAT, reason });
    }
    let Opened { mut decoder, color, announced, orientation } = open(bytes)?;
    let mut samples = vec![0; announced.check()?];
    decoder.decode_into(&mut samples).map_err(broken)?;
    Ok(Stored { samples, color, width: announced.width, height: announced.height, orientation })
}

/// Reads the header of a JPEG.
pub(super) fn probe(bytes: &[u8]) -> Result<PictureHeader, PicturesError> {
    let Opened { color, announced, orientation, .. } = open(bytes)?;
    announced.check()?;
    Ok(header(FORMAT, (announced.width, announced.height), color, orientation))
}

/// A JPEG whose header has been read.
struct Opened<'a> {
    decoder: JpegDecoder<ZCursor<&'a [u8]>>,
    color: ColorType,
    announced: Announced,
    orientation: Orientation,
}

fn open(bytes: &[u8]) -> Result<Opened<'_>, PicturesError> {
    let options = DecoderOptions::default()
        .set_strict_mode(false)
        .set_max_width(usize::MAX)
        .set_max_height(usize::MAX);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().map_err(broken)?;
    let no_header = || PicturesError::Broken { format: FORMAT, reason: "it has no header".into() };
    let (width, height) = decoder.dimensions().ok_or_else(no_header)?;
    let (colours, color) = match decoder.input_colorspace().ok_or_else(no_header)? {
        ColorSpace::Luma => (ColorSpace::Luma, ColorType::L8),
        _ => (ColorSpace::RGB, ColorType::Rgb8),
    };
    decoder.set_options(options.jpeg_set_out_colorspace(colours));
    let side = |side| u32::try_from(side).expect("JPEG has 16 bits a side");
    let announced = Announced {
        format: FORMAT,
        width: side(width),
        height: side(height),
        pixel_bytes: u64::from(color.bytes_per_pixel()),
        kept: coefficient_bytes(bytes),
        file_bytes: bytes.len(),
    };
    let orientation = decoder.exif().and_then(|exif| Orientation::from_exif_chunk(exif));
    // default: a picture that does not say how to turn it stands upright.
    let orientation = orientation.unwrap_or(Orientation::NoTransforms);
    Ok(Opened { decoder, color, announced, orientation })
}

fn broken(error: DecodeErrors) -> PicturesError {
    match error {
        DecodeErrors::Unsupported(what) => {
            PicturesError::Unsupported { format: FORMAT, what: format!("{what:?}") }
        }
        DecodeErrors::Format(reason) => PicturesError::Broken { format: FORMAT, reason },
        DecodeErrors::FormatStatic(reason) => {
            PicturesError::Broken { format: FORMAT, reason: reason.to_owned() }
        }
        other => PicturesError::Broken { format: FORMAT, reason: format!("{other:?}") },
    }
}

/// The end of a JPEG.
const END: u8 = 0xD9;
/// The header of a scan.
const SCAN: u8 = 0xDA;
/// The header of a frame that comes in scans of ever more detail.
const PROGRESSIVE: u8 = 0xC2;

/// Whether a JPEG goes on to its end marker: the decoder fills what is missing without a word.
fn is_complete(bytes: &[u8]) -> bool {
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

/// Where the next marker begins: `FF` and neither a stuffed 0 nor a fill byte.
fn next_marker(bytes: &[u8]) -> Option<usize> {
    bytes.windows(2).position(|pair| pair[0] == 0xFF && pair[1] != 0 && pair[1] != 0xFF)
}

/// Bytes that the decoder keeps besides the picture. A JPEG in several scans is only put together at the end: until then the coefficients
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

#[cfg(test)]
mod tests {
    use super::*;

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
        assert!(!is_complete(&start));
        assert!(is_complete(&[&start[..], &[0xFF, 0xFF, 0xD9, 1, 2]].concat()));
        for length in 0..start.len() {
            assert!(!is_complete(&start[..length]));
        }
    }
}
