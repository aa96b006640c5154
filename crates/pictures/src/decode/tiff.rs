//! TIFF, its first page: grey, RGB, palettes and CMYK of whole numbers up to 16 bits; other kinds of samples are refused by name.

use std::borrow::Cow;
use std::io::Cursor;

use image::ColorType;
use image::metadata::Orientation;
use tiff::decoder::Decoder;
use tiff::tags::{SampleFormat, Tag};
use tiff::{ColorType as Kind, TiffError};

use super::limits::{Announced, DECODER_BYTES, MOST_BYTES};
use super::stored::{Stored, header};
use super::{PictureFormat, PictureHeader};
use crate::PicturesError;

const FORMAT: PictureFormat = PictureFormat::Tiff;
/// What the tag of the photometric interpretation says of a palette, and of grey.
const PALETTE: u16 = 3;
const BLACK_IS_ZERO: u16 = 1;
/// What the tag of extra samples says of alpha that the colours have been multiplied with.
const ASSOCIATED_ALPHA: u16 = 1;

/// Decodes a TIFF.
pub(super) fn read(bytes: &[u8]) -> Result<Stored, PicturesError> {
    let mut opened = open(bytes)?;
    let (width, height) = (opened.announced.width, opened.announced.height);
    let most = opened.announced.check()?;
    let layout = opened.decoder.image_buffer_layout().map_err(broken)?;
    if layout.complete_len > most {
        let reason =
            format!("its rows take {} bytes, expected at most {most}", layout.complete_len);
        return Err(PicturesError::Broken { format: FORMAT, reason });
    }
    let mut samples = vec![0; layout.complete_len];
    opened.decoder.read_image_bytes(&mut samples).map_err(broken)?;
    if layout.planes > 1 {
        samples = interleaved(&samples, layout.planes, usize::from(opened.content.bits() / 8));
    }
    let samples = match &opened.content {
        Content::Packed { bits } => unpacked(&samples, width as usize, *bits, grey_scale(*bits)),
        Content::Palette { bits, colours } => {
            let indices = unpacked(&samples, width as usize, *bits, 1);
            let colour = |index: u8| colours.get(usize::from(index)).copied();
            indices.into_iter().flat_map(|index| colour(index).unwrap_or_default()).collect() // default: black, for what no palette holds
        }
        Content::Cmyk => {
            samples.as_chunks::<4>().0.iter().flat_map(|pixel| rgb_of_cmyk(*pixel)).collect()
        }
        Content::Associated => {
            samples.as_chunks::<4>().0.iter().flat_map(|pixel| opaque(*pixel)).collect()
        }
        Content::Plain(_) => samples,
    };
    let (color, orientation) = (opened.content.color(), opened.orientation);
    Ok(Stored { samples, color, width, height, orientation })
}

/// Reads the header of a TIFF.
pub(super) fn probe(bytes: &[u8]) -> Result<PictureHeader, PicturesError> {
    let opened = open(bytes)?;
    opened.announced.check()?;
    let size = (opened.announced.width, opened.announced.height);
    Ok(header(FORMAT, size, opened.content.color(), opened.orientation))
}

/// What the samples of a TIFF are.
enum Content {
    /// They are what the colour type says.
    Plain(ColorType),
    /// Grey of fewer than 8 bits, rows filled up to whole bytes.
    Packed { bits: u8 },
    /// Places in a list of colours.
    Palette { bits: u8, colours: Vec<[u8; 3]> },
    /// Cyan, magenta, yellow and black of 8 bits.
    Cmyk,
    /// 8-bit RGB and alpha, the colours multiplied with alpha.
    Associated,
}

impl Content {
    /// What they are once they are turned into samples of 8 or 16 bits.
    fn color(&self) -> ColorType {
        match self {
            Self::Plain(color) => *color,
            Self::Packed { .. } => ColorType::L8,
            Self::Palette { .. } | Self::Cmyk | Self::Associated => ColorType::Rgb8,
        }
    }

    /// Bits a sample.
    fn bits(&self) -> u16 {
        match self {
            Self::Plain(color) => color.bits_per_pixel() / u16::from(color.channel_count()),
            Self::Packed { bits } | Self::Palette { bits, .. } => u16::from(*bits),
            Self::Cmyk | Self::Associated => 8,
        }
    }
}

/// A TIFF whose first directory has been read.
struct Opened<'a> {
    decoder: Decoder<Cursor<Cow<'a, [u8]>>>,
    content: Content,
    announced: Announced,
    orientation: Orientation,
}

fn open(bytes: &[u8]) -> Result<Opened<'_>, PicturesError> {
    let mut decoder = decoder(Cow::Borrowed(bytes))?;
    let photometric = decoder.find_tag_unsigned(Tag::PhotometricInterpretation).map_err(broken)?;
    let colours = if photometric == Some(PALETTE) {
        let map = decoder.get_tag_u16_vec(Tag::ColorMap).map_err(broken)?;
        // The decoder refuses palettes: it is told that the places are shades of grey.
        decoder = self::decoder(Cow::Owned(with_grey_for_palette(bytes)?))?;
        Some(palette(&map))
    } else {
        None
    };
    let (width, height) = decoder.dimensions().map_err(broken)?;
    let kind = decoder.colortype().map_err(broken)?;
    let format = decoder.image_buffer_layout().map_err(broken)?.sample_format;
    if format != SampleFormat::Uint {
        let what = format!(
            "samples of {} bits that are not whole numbers from 0 ({format:?})",
            kind.bit_depth()
        );
        return Err(PicturesError::Unsupported { format: FORMAT, what });
    }
    let extra: Option<Vec<u16>> =
        decoder.find_tag_unsigned_vec(Tag::ExtraSamples).map_err(broken)?;
    let associated = extra.is_some_and(|extra| extra.first() == Some(&ASSOCIATED_ALPHA));
    let content = content(kind, colours, associated)?;
    let turned = decoder.find_tag_unsigned::<u8>(Tag::Orientation);
    // default: a broken orientation, or none, is upright.
    let turned = turned.ok().flatten().and_then(Orientation::from_exif);
    let announced = Announced {
        format: FORMAT,
        width,
        height,
        pixel_bytes: match content {
            Content::Cmyk | Content::Associated => 4,
            _ => u64::from(content.color().bytes_per_pixel()),
        },
        kept: u64::from(width) * u64::from(height),
        file_bytes: bytes.len(),
    };
    let orientation = turned.unwrap_or(Orientation::NoTransforms);
    Ok(Opened { decoder, content, announced, orientation })
}

fn decoder(bytes: Cow<'_, [u8]>) -> Result<Decoder<Cursor<Cow<'_, [u8]>>>, PicturesError> {
    let mut limits = tiff::decoder::Limits::default();
    let size = |bytes: u64| usize::try_from(bytes).expect("256 MiB fit every address space");
    limits.decoding_buffer_size = size(MOST_BYTES);
    limits.intermediate_buffer_size = size(DECODER_BYTES);
    Ok(Decoder::new(Cursor::new(bytes)).map_err(broken)?.with_limits(limits))
}

fn content(
    kind: Kind,
    colours: Option<Vec<[u8; 3]>>,
    associated: bool,
) -> Result<Content, PicturesError> {
    let plain = match (kind, colours) {
        (Kind::Gray(bits @ (1 | 2 | 4 | 8)), Some(colours)) => {
            return Ok(Content::Palette { bits, colours });
        }
        (Kind::Gray(bits @ (1 | 2 | 4)), None) => return Ok(Content::Packed { bits }),
        (Kind::CMYK(8), None) => return Ok(Content::Cmyk),
        (Kind::RGBA(8), None) if associated => return Ok(Content::Associated),
        (Kind::Gray(8), None) => ColorType::L8,
        (Kind::Gray(16), None) => ColorType::L16,
        (Kind::GrayA(8) | Kind::Multiband { bit_depth: 8, num_samples: 2 }, None) => ColorType::La8,
        (Kind::GrayA(16) | Kind::Multiband { bit_depth: 16, num_samples: 2 }, None) => {
            ColorType::La16
        }
        (Kind::RGB(8) | Kind::YCbCr(8), None) => ColorType::Rgb8,
        (Kind::RGB(16), None) => ColorType::Rgb16,
        (Kind::RGBA(8), None) => ColorType::Rgba8,
        (Kind::RGBA(16), None) if !associated => ColorType::Rgba16,
        (kind, _) => {
            let what = format!("pixels of kind {kind:?}");
            return Err(PicturesError::Unsupported { format: FORMAT, what });
        }
    };
    Ok(Content::Plain(plain))
}

fn broken(error: TiffError) -> PicturesError {
    let reason = match error {
        TiffError::UnsupportedError(what) => {
            return PicturesError::Unsupported { format: FORMAT, what: what.to_string() };
        }
        TiffError::IoError(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
            "it ends too early".to_owned()
        }
        other => other.to_string(),
    };
    PicturesError::Broken { format: FORMAT, reason }
}

/// The same file, whose first directory says that its samples are grey instead of places in a palette.
fn with_grey_for_palette(bytes: &[u8]) -> Result<Vec<u8>, PicturesError> {
    let mut changed = bytes.to_vec();
    let place = photometric_place(bytes).ok_or_else(|| PicturesError::Unsupported {
        format: FORMAT,
        what: "a palette in this variant of the format".to_owned(),
    })?;
    let grey =
        if bytes[0] == b'I' { BLACK_IS_ZERO.to_le_bytes() } else { BLACK_IS_ZERO.to_be_bytes() };
    changed[place..place + 2].copy_from_slice(&grey);
    Ok(changed)
}

/// Where the first directory of a classic TIFF keeps the photometric interpretation, 2 bytes that are there.
fn photometric_place(bytes: &[u8]) -> Option<usize> {
    let small = *bytes.first()? == b'I';
    let two = |place: usize| {
        let two = *bytes.get(place..)?.first_chunk()?;
        Some(if small { u16::from_le_bytes(two) } else { u16::from_be_bytes(two) })
    };
    let four = *bytes.get(4..)?.first_chunk()?;
    let start = if small { u32::from_le_bytes(four) } else { u32::from_be_bytes(four) } as usize;
    let count = (two(2)? == 42).then(|| two(start)).flatten()?;
    let entries = (0..usize::from(count)).map(|entry| start + 2 + 12 * entry);
    let place = entries.take_while(|place| *place + 12 <= bytes.len());
    let mut found =
        place.filter(|place| two(*place) == Some(Tag::PhotometricInterpretation.to_u16()));
    found.next().map(|place| place + 8)
}

/// The colours of a map of all reds, all greens and all blues of 16 bits, of which Pillow keeps the upper 8.
fn palette(map: &[u16]) -> Vec<[u8; 3]> {
    let count = map.len() / 3;
    let upper = |value: u16| value.to_be_bytes()[0];
    (0..count).map(|place| [0, 1, 2].map(|channel| upper(map[channel * count + place]))).collect()
}

/// Rows of samples of `bits` bits, each filled up to whole bytes, as samples of 8 bits, each times `scale`.
fn unpacked(rows: &[u8], width: usize, bits: u8, scale: u8) -> Vec<u8> {
    if bits == 8 {
        return rows.to_vec();
    }
    let per_byte = usize::from(8 / bits);
    let mask = (1 << bits) - 1;
    let sample = |row: &[u8], x: usize| {
        let shift = usize::from(bits) * (per_byte - 1 - x % per_byte);
        (row[x / per_byte] >> shift & mask) * scale
    };
    let rows = rows.chunks_exact(width.div_ceil(per_byte).max(1));
    rows.flat_map(|row| (0..width).map(move |x| sample(row, x))).collect()
}

/// What the samples of `bits` bits are multiplied with so that the largest is 255.
fn grey_scale(bits: u8) -> u8 {
    u8::MAX / ((1 << bits) - 1)
}

/// Planes one after the other as pixels of samples of `size` bytes.
fn interleaved(samples: &[u8], planes: usize, size: usize) -> Vec<u8> {
    let size = size.max(1);
    let plane = samples.len() / planes;
    let starts = (0..plane / size).map(|pixel| pixel * size);
    starts
        .flat_map(|start| (0..planes).map(move |channel| channel * plane + start))
        .flat_map(|place| samples[place..place + size].iter().copied())
        .collect()
}

/// Ink on white paper, as Pillow's `convert("RGB")` of mode `CMYK`.
fn rgb_of_cmyk([cyan, magenta, yellow, black]: [u8; 4]) -> [u8; 3] {
    let light = u32::from(u8::MAX - black);
    [cyan, magenta, yellow].map(|ink| {
        let product = u32::from(ink) * light + 128;
        let taken = ((product >> 8) + product) >> 8; // product / 255, rounded
        u8::try_from(light - taken).expect("a share of the light is at most all of it")
    })
}

/// A pixel whose colours have been multiplied with its alpha, on white paper.
fn opaque([red, green, blue, alpha]: [u8; 4]) -> [u8; 3] {
    [red, green, blue].map(|value| value.saturating_add(u8::MAX - alpha))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_rows_end_at_whole_bytes() {
        assert_eq!(
            unpacked(&[0b1010_0000, 0b0100_0000], 3, 1, grey_scale(1)),
            [255, 0, 255, 0, 255, 0]
        );
        assert_eq!(
            unpacked(&[0b0001_1011, 0b1100_0000], 5, 2, grey_scale(2)),
            [0, 85, 170, 255, 255]
        );
        assert_eq!(unpacked(&[0x0F, 0x70], 3, 4, 1), [0, 15, 7]);
    }

    #[test]
    fn planes_become_pixels() {
        assert_eq!(interleaved(&[1, 2, 3, 4, 5, 6], 3, 1), [1, 3, 5, 2, 4, 6]);
        assert_eq!(interleaved(&[1, 2, 3, 4, 5, 6, 7, 8], 2, 2), [1, 2, 5, 6, 3, 4, 7, 8]);
    }

    #[test]
    fn ink_is_pillows() {
        // Image.new("CMYK", (1, 1), ink).convert("RGB") of Pillow.
        let cases = [
            ([0, 0, 0, 0], [255, 255, 255]),
            ([255, 0, 0, 0], [0, 255, 255]),
            ([0, 0, 0, 255], [0, 0, 0]),
            ([10, 100, 200, 50], [197, 125, 44]),
        ];
        for (ink, expected) in cases {
            assert_eq!(rgb_of_cmyk(ink), expected, "{ink:?}");
        }
    }
}
