//! EMNIST's peculiarities: images that lie on their side, letters that are counted from 1.

use std::path::Path;

use crate::{DataError, IdxImages};

/// How many letters there are.
const LETTER_COUNT: u8 = 26;

/// Images with rows and columns exchanged. EMNIST stores them so; torchvision hands them out as they are stored.
#[must_use]
pub fn transposed(images: &IdxImages) -> IdxImages {
    let IdxImages { rows, columns, ref pixels } = *images;
    let mut turned = Vec::with_capacity(pixels.len());
    for image in pixels.chunks_exact(rows * columns) {
        for column in 0..columns {
            turned.extend(image.iter().skip(column).step_by(columns)); // [rows]
        }
    }
    IdxImages { rows: columns, columns: rows, pixels: turned }
}

/// Classes from 0 of letters from 1: `a` is 1 in the file at `path`, and 0 here.
pub fn letter_classes(labels: Vec<u8>, path: &Path) -> Result<Vec<u8>, DataError> {
    let mut classes = labels;
    for (index, class) in classes.iter_mut().enumerate() {
        if !(1..=LETTER_COUNT).contains(class) {
            return Err(DataError::Letter { label: *class, index, path: path.to_owned() });
        }
        *class -= 1;
    }
    Ok(classes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn rows_become_columns() {
        let pixels = vec![1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
        let images = IdxImages { rows: 2, columns: 3, pixels };
        let pixels = vec![1, 4, 2, 5, 3, 6, 7, 10, 8, 11, 9, 12];
        assert_eq!(transposed(&images), IdxImages { rows: 3, columns: 2, pixels });
    }

    #[test]
    fn letters_are_counted_from_zero() {
        let path = Path::new("labels");
        assert_eq!(letter_classes(vec![1, 26, 2], path).unwrap(), [0, 25, 1]);
        for (label, text) in [(0, "0"), (27, "27")] {
            let error = letter_classes(vec![1, label], path).unwrap_err().to_string();
            assert_eq!(
                error,
                format!("label {text} at sample 1 is no letter's, expected 1 to 26: labels")
            );
        }
    }

    proptest! {
        #[test]
        fn twice_transposed_is_as_before(rows in 1_usize..6, columns in 1_usize..6, count in 0_usize..4) {
            let pixels = (0..count * rows * columns).map(|i| u8::try_from(i % 251).unwrap()).collect();
            let images = IdxImages { rows, columns, pixels };
            prop_assert_eq!(transposed(&transposed(&images)), images);
        }
    }
}
