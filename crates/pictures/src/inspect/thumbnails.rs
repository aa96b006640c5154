//! Files of pictures become small pictures for a page; one that cannot be read becomes none.

use std::path::Path;

use rayon::prelude::*;

use crate::{Colours, Interpolation, Picture, decode_file};

/// The pictures at `paths`, which begin at `root`, in colour and with no side longer than `side`, in their order; none where a file cannot
/// be read. All cores decode them; small pictures stay as they are.
pub fn thumbnails(
    root: &Path,
    paths: &[impl AsRef<str> + Sync],
    side: usize,
) -> Vec<Option<Picture>> {
    let thumbnail = |path: &str| {
        let picture = decode_file(&root.join(path), Colours::Rgb).ok()?;
        let longer = picture.width.max(picture.height);
        if longer <= side {
            return Some(picture);
        }
        let scaled = |length: usize| (length * side / longer).max(1);
        picture.resize(scaled(picture.width), scaled(picture.height), Interpolation::Bilinear).ok()
    };
    paths.par_iter().map(|path| thumbnail(path.as_ref())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thumbnails_fit_and_keep_their_shape() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/copies/originals");
        let paths = ["00000.png", "none.png"];
        let side = |most| {
            let made = thumbnails(&root, &paths, most);
            assert_eq!(made[1], None);
            made[0].as_ref().map(|picture| (picture.width, picture.height))
        };
        assert_eq!((side(8), side(500)), (Some((8, 8)), Some((32, 32))));
    }
}
