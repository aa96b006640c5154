//! The first bytes of a file become the format of a picture, or words for what it is instead.

use crate::PicturesError;

/// How a picture is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PictureFormat {
    /// Portable Network Graphics.
    Png,
    /// JPEG, baseline or progressive.
    Jpeg,
    /// Graphics Interchange Format.
    Gif,
    /// Windows bitmap.
    Bmp,
    /// WebP, lossy or lossless.
    WebP,
    /// Tagged Image File Format.
    Tiff,
}

impl PictureFormat {
    /// Its usual name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Png => "PNG",
            Self::Jpeg => "JPEG",
            Self::Gif => "GIF",
            Self::Bmp => "BMP",
            Self::WebP => "WebP",
            Self::Tiff => "TIFF",
        }
    }
}

impl std::fmt::Display for PictureFormat {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// The format of a file.
pub(super) fn recognise(bytes: &[u8]) -> Result<PictureFormat, PicturesError> {
    let found = match image::guess_format(bytes) {
        Ok(image::ImageFormat::Png) => return Ok(PictureFormat::Png),
        Ok(image::ImageFormat::Jpeg) => return Ok(PictureFormat::Jpeg),
        Ok(image::ImageFormat::Gif) => return Ok(PictureFormat::Gif),
        Ok(image::ImageFormat::Bmp) => return Ok(PictureFormat::Bmp),
        Ok(image::ImageFormat::WebP) => return Ok(PictureFormat::WebP),
        Ok(image::ImageFormat::Tiff) => return Ok(PictureFormat::Tiff),
        Err(_) if bytes.starts_with(b"II+\0") || bytes.starts_with(b"MM\0+") => {
            return Ok(PictureFormat::Tiff); // of 64 bits
        }
        Ok(other) => format!("it looks like {}", format!("{other:?}").to_uppercase()),
        Err(_) => describe(bytes).to_owned(),
    };
    Err(PicturesError::NotAPicture { found })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_files_are_named() {
        let cases: [(&[u8], &str); 7] = [
            (b"", "the file is empty"),
            (b"# Notes\nnot a picture\n", "it looks like text"),
            ("grüß dich".as_bytes(), "it looks like text"),
            (b"%PDF-1.7\n", "it looks like PDF"),
            (b"\x00\x00\x00\x18ftypheic\x00\x00", "it looks like HEIC or a film"),
            (b"\x00\x00\x00\x18ftypavif\x00\x00", "it looks like AVIF"),
            (&[0x1F, 0x8B, 0x08, 0x00], "its first bytes are of no known kind"),
        ];
        for (bytes, expected) in cases {
            let error = recognise(bytes).unwrap_err().to_string();
            assert_eq!(
                error,
                format!("not a PNG, JPEG, GIF, BMP, WebP or TIFF picture: {expected}")
            );
        }
    }

    #[test]
    fn formats_are_told_by_their_content() {
        let cases: [(&[u8], &str); 3] =
            [(b"GIF89a\x01\x00\x01\x00", "GIF"), (b"BM\x00\x00", "BMP"), (b"MM\x00*", "TIFF")];
        for (bytes, expected) in cases {
            assert_eq!(recognise(bytes).unwrap().to_string(), expected);
        }
    }
}
