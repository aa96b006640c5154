//! Bytes become floats: torchvision's `ToTensor` and `Normalize`, as one table.

use burnwright_recipe::{Fault, settings};

use crate::{DataError, Scale};

settings! {
    whole
    /// Mean and standard deviation by which pixels in `[0, 1]` are normalised: `(pixel / 255 - mean) / std`.
    ///
    /// The same as torchvision's `Compose([ToTensor(), Normalize(mean, std)])`, in the same order of `f32` operations. One value
    /// serves all channels; otherwise there is one a channel.
    pub struct Normalize {
        /// Subtracted, in units of the full brightness.
        mean: Vec<f32> = vec![0.5], check(|mean: &Vec<f32>| finite(mean)); // the course's: pixels from -1 to 1
        /// Divided by, in units of the full brightness; not 0.
        std: Vec<f32> = vec![0.5], check(|std: &Vec<f32>| finite(std).or_else(|| not_zero(std))); // the course's
    }
}

fn finite(values: &[f32]) -> Option<Fault> {
    let is_right = !values.is_empty() && values.iter().all(|value| value.is_finite());
    (!is_right).then(|| Fault::new(format!("is {values:?}, expected finite numbers, at least one")))
}

fn not_zero(values: &[f32]) -> Option<Fault> {
    let fault = || Fault::new(format!("is {values:?}, expected numbers other than 0"));
    values.contains(&0.0).then(fault)
}

impl Normalize {
    /// The value of each byte in each channel: `[channels]` tables of 256.
    pub fn tables(&self, channels: usize) -> Result<Vec<[f32; 256]>, DataError> {
        for (name, values) in [("mean", &self.mean), ("std", &self.std)] {
            if values.len() != 1 && values.len() != channels {
                return Err(DataError::NormalizeChannels { name, got: values.len(), channels });
            }
        }
        let of_channel = |values: &[f32], channel: usize| values[channel.min(values.len() - 1)];
        Ok((0..channels)
            .map(|channel| {
                let (mean, std) = (of_channel(&self.mean, channel), of_channel(&self.std, channel));
                std::array::from_fn(|byte| (byte_fraction(byte) - mean) / std)
            })
            .collect())
    }
}

/// `byte / 255` in `f32`, as `ToTensor` computes it.
#[expect(clippy::cast_precision_loss, reason = "a byte fits an f32 exactly")]
fn byte_fraction(byte: usize) -> f32 {
    byte as f32 / 255.0
}

/// BLAKE3 over the tables, and over the scale where it changes a number: preprocessing is part of what a batch is.
pub(crate) fn key(tables: &[[f32; 256]], scale: Scale) -> [u8; 32] {
    let mut hash = blake3::Hasher::new();
    for value in tables.iter().flatten() {
        hash.update(&value.to_bits().to_le_bytes());
    }
    if !scale.is_identity() {
        let Scale { log, mean, deviation } = scale;
        hash.update(&[u8::from(log)]);
        hash.update(&mean.to_bits().to_le_bytes()).update(&deviation.to_bits().to_le_bytes());
    }
    *hash.finalize().as_bytes()
}

/// Enough of a hash to tell batches apart.
pub(crate) fn first_eight(hash: &[u8; 32]) -> u64 {
    let mut eight = [0; 8];
    eight.copy_from_slice(&hash[..8]);
    u64::from_le_bytes(eight)
}

/// Normalises one image, `[channels, height, width]`, into the same places of `values`.
pub(crate) fn apply(tables: &[[f32; 256]], pixels: &[u8], values: &mut [f32]) {
    let plane = pixels.len() / tables.len();
    let planes = pixels.chunks_exact(plane).zip(values.chunks_exact_mut(plane));
    for (table, (pixels, values)) in tables.iter().zip(planes) {
        for (value, &pixel) in values.iter_mut().zip(pixels) {
            *value = table[usize::from(pixel)];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_become_what_torchvision_makes_of_them() {
        // ToTensor and Normalize((0.5,), (0.5,)) of torchvision 0.29.2 on the bytes 0, 1, 127, 128, 255; as bits.
        let table = Normalize::default().tables(1).unwrap()[0];
        let got = [0, 1, 127, 128, 255].map(|byte: usize| table[byte].to_bits());
        assert_eq!(got, TORCHVISION);
    }

    const TORCHVISION: [u32; 5] =
        [3_212_836_864, 3_212_705_278, 3_145_760_896, 998_277_376, 1_065_353_216];

    #[test]
    fn channels_may_share_a_value_or_have_their_own() {
        let own = Normalize { mean: vec![0.0, 0.5], std: vec![1.0] };
        let tables = own.tables(2).unwrap();
        let mut values = [0.0; 4];
        apply(&tables, &[255, 0, 255, 0], &mut values);
        assert_eq!(values.map(f32::to_bits), [1.0, 0.0, 0.5, -0.5_f32].map(f32::to_bits));
        assert_eq!(
            own.tables(3).unwrap_err().to_string(),
            "mean has 2 values for images of 3 channel(s), expected one, or one a channel"
        );
    }
}
