//! PNG, GIF, BMP and WebP by the decoders of the `image` crate.

use std::io::Cursor;

use image::metadata::Orientation;
use image::{ImageDecoder, ImageError, ImageFormat, ImageReader, Limits};

use super::limits::{Announced, DECODER_BYTES};
use super::stored::{Stored, header};
use super::{PictureFormat, PictureHeader};
use crate::PicturesError;

/// Decodes a picture of one of these formats.
pub(super) fn read(format: PictureFormat, bytes: &[u8]) -> Result<Stored, PicturesError> {
    if format == PictureFormat::WebP && !riff_is_complete(bytes) {
        let reason = "it ends before the length that it announces".to_owned();
        return Err(PicturesError::Broken { format, reason });
    }
    let broken = |error: ImageError| broken(format, &error);
    let mut decoder = open(format, bytes)?;
    let ((width, height), color) = (decoder.dimensions(), decoder.color_type());
    let length = announced(format, bytes, &decoder).check()?;
    let orientation = orientation(&mut decoder);
    let mut samples = vec![0; length];
    decoder.read_image(&mut samples).map_err(broken)?;
    Ok(Stored { samples, color, width, height, orientation })
}

/// Reads the header of a picture of one of these formats.
pub(super) fn probe(format: PictureFormat, bytes: &[u8]) -> Result<PictureHeader, PicturesError> {
    let mut decoder = open(format, bytes)?;
    announced(format, bytes, &decoder).check()?;
    let orientation = orientation(&mut decoder);
    Ok(header(format, decoder.dimensions(), decoder.color_type(), orientation))
}

fn open(format: PictureFormat, bytes: &[u8]) -> Result<impl ImageDecoder, PicturesError> {
    let mut limits = Limits::default();
    limits.max_alloc = Some(DECODER_BYTES);
    let kind = match format {
        PictureFormat::Png => ImageFormat::Png,
        PictureFormat::Gif => ImageFormat::Gif,
        PictureFormat::Bmp => ImageFormat::Bmp,
        PictureFormat::WebP => ImageFormat::WebP,
        PictureFormat::Jpeg => ImageFormat::Jpeg,
        PictureFormat::Tiff => ImageFormat::Tiff,
    };
    let mut reader = ImageReader::with_format(Cursor::new(bytes), kind);
    reader.limits(limits);
    reader.into_decoder().map_err(|error| broken(format, &error))
}

fn announced(format: PictureFormat, bytes: &[u8], decoder: &impl ImageDecoder) -> Announced {
    let (width, height) = decoder.dimensions();
    let pixel_bytes = u64::from(decoder.color_type().bytes_per_pixel());
    let kept = match format {
        // The lossless decoder works in 4 bytes a pixel, the lossy one keeps brightness and two colours at half the size.
        PictureFormat::WebP => u64::from(width) * u64::from(height) * 4,
        _ => 0,
    };
    Announced { format, width, height, pixel_bytes, kept, file_bytes: bytes.len() }
}

/// Whether a WebP is as long as it says, up to a byte that fills it up: the decoder passes over what is said of a picture behind its pixels.
fn riff_is_complete(bytes: &[u8]) -> bool {
    let announced = bytes.get(4..).and_then(|rest| rest.first_chunk());
    announced.is_some_and(|length| u32::from_le_bytes(*length) as usize <= bytes.len() - 7)
}

fn orientation(decoder: &mut impl ImageDecoder) -> Orientation {
    // default: a broken orientation is none, as in Pillow.
    decoder.orientation().unwrap_or(Orientation::NoTransforms)
}

fn broken(format: PictureFormat, error: &ImageError) -> PicturesError {
    let reason = match error {
        ImageError::IoError(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
            "it ends too early".to_owned()
        }
        ImageError::Unsupported(error) => {
            return PicturesError::Unsupported { format, what: error.to_string() };
        }
        other => other.to_string(),
    };
    PicturesError::Broken { format, reason }
}
