//! The test images in, one PNG file each out.

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use super::{Ground, Trouble};

const HEADER: usize = 16;
const SIDE: u32 = 28;
const PIXELS: usize = (SIDE * SIDE) as usize;

/// The folder with the 10,000 files, made once.
pub(crate) fn folder(ground: &Ground) -> Result<PathBuf, Trouble> {
    let folder = ground.folder.path().join("pictures");
    if !folder.exists() {
        let raw = ground.data().join("MNIST").join("raw").join("t10k-images-idx3-ubyte");
        let bytes = std::fs::read(raw)?;
        std::fs::create_dir(&folder)?;
        for (number, pixels) in bytes[HEADER..].chunks_exact(PIXELS).enumerate() {
            write(&folder.join(format!("{number:05}.png")), pixels)?;
        }
    }
    Ok(folder)
}

fn write(path: &Path, pixels: &[u8]) -> Result<(), Trouble> {
    let mut encoder = png::Encoder::new(BufWriter::new(File::create(path)?), SIDE, SIDE);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::Eight);
    Ok(encoder.write_header()?.write_image_data(pixels)?)
}
