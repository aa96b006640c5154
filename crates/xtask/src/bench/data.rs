//! The bundled data set in, what the measured programs read out.

use std::path::Path;

use super::Trouble;

/// Test images in the small copy of the data.
const FEW: usize = 100;

/// Unpacks the bundled data set for the scripts, and once more with few test images for runs that must not spend time on them.
pub(crate) fn unpack(bundled: &Path, target: &Path) -> Result<(), Trouble> {
    let raw = target.join("MNIST").join("raw");
    let few = target.join("few");
    std::fs::create_dir_all(&raw)?;
    std::fs::create_dir_all(&few)?;
    for entry in std::fs::read_dir(bundled)? {
        let path = entry?.path();
        let Some(name) = path.file_stem().filter(|_| path.extension().is_some_and(|e| e == "zst"))
        else {
            continue;
        };
        let mut bytes = zstd::decode_all(std::fs::File::open(&path)?)?;
        std::fs::write(raw.join(name), &bytes)?;
        let name = name.to_string_lossy().into_owned();
        if name.starts_with("t10k") {
            let size = if name.contains("images") { 16 + FEW * 784 } else { 8 + FEW };
            bytes.truncate(size);
            bytes[4..8].copy_from_slice(&u32::try_from(FEW)?.to_be_bytes());
        }
        std::fs::write(few.join(&name), &bytes)?;
    }
    Ok(())
}
