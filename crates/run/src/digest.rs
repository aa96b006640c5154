//! One name for a set of weights: files cannot be compared, because Burn's parameter ids are random.

/// BLAKE3 over name, shape, type and little-endian bytes of every parameter and buffer, as hexadecimal. The caller gives them
/// sorted by name.
pub fn weights_digest<'a>(
    tensors: impl IntoIterator<Item = (&'a str, &'a [usize], &'a [u8])>,
) -> String {
    let mut hash = blake3::Hasher::new();
    for (name, shape, bytes) in tensors {
        // Lengths before contents, so that no two sets of tensors feed the same bytes.
        hash.update(&(name.len() as u64).to_le_bytes());
        hash.update(name.as_bytes());
        hash.update(&(shape.len() as u64).to_le_bytes());
        for &size in shape {
            hash.update(&(size as u64).to_le_bytes());
        }
        hash.update(b"f32");
        hash.update(bytes);
    }
    hash.finalize().to_hex().to_string()
}

/// BLAKE3 of some bytes, as hexadecimal.
pub fn content_hash(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_shapes_and_bytes_all_count() {
        let one = weights_digest([("a", &[2][..], &[0_u8, 1][..])]);
        assert_eq!(one, weights_digest([("a", &[2][..], &[0_u8, 1][..])]));
        assert_ne!(one, weights_digest([("b", &[2][..], &[0_u8, 1][..])]));
        assert_ne!(one, weights_digest([("a", &[1, 2][..], &[0_u8, 1][..])]));
        assert_ne!(one, weights_digest([("a", &[2][..], &[0_u8, 2][..])]));
    }
}
