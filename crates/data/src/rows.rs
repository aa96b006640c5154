//! Rows of numbers in memory, with what is true of each: what an encoded table is trained on.

use std::sync::Arc;

use burnwright_table::Encoder;

use crate::source::Content;
use crate::target::check_target;
use crate::{DataError, ImageShape, Preparation, Source, Target, Targets};

/// Some rows of an encoded table. An example is `[1, 1, columns]`.
pub struct Rows {
    encoder: Option<Arc<Encoder>>,
    columns: usize,
    /// Row by row.
    numbers: Vec<f32>,
    targets: Targets,
    truth: Vec<Target>,
    held_out: Option<Vec<u32>>,
    /// The line of its file in which each row stands.
    lines: Vec<u32>,
    /// A hash of each row, or none of any.
    hashes: Vec<[u8; 16]>,
}

impl Rows {
    /// Rows of `columns` numbers each, with a target each. `place` names them in errors.
    pub fn new(
        columns: usize,
        numbers: Vec<f32>,
        targets: Targets,
        truth: Vec<Target>,
        place: &str,
    ) -> Result<Self, DataError> {
        if numbers.len() != truth.len() * columns {
            return Err(DataError::CountMismatch {
                labels: truth.len(),
                images: numbers.len() / columns.max(1),
                path: place.into(),
            });
        }
        for (index, target) in truth.iter().enumerate() {
            check_target(&targets, index, target, place)?;
        }
        Ok(Self {
            encoder: None,
            columns,
            numbers,
            targets,
            truth,
            held_out: None,
            lines: Vec::new(),
            hashes: Vec::new(),
        })
    }

    /// The same, as rows that an encoder made.
    #[must_use]
    pub fn encoded_by(self, encoder: Arc<Encoder>) -> Self {
        Self { encoder: Some(encoder), ..self }
    }

    /// The same, which holds out the rows at these places, ascending, for validation.
    #[must_use]
    pub fn holding_out(self, places: Vec<u32>) -> Self {
        Self { held_out: Some(places), ..self }
    }

    /// The same, which stand in these lines of a file.
    #[must_use]
    pub fn standing_in(self, lines: Vec<u32>) -> Self {
        Self { lines, ..self }
    }

    /// The same, with a hash of each row's content.
    #[must_use]
    pub(crate) fn hashed(self, hashes: Vec<[u8; 16]>) -> Self {
        Self { hashes, ..self }
    }

    fn row(&self, index: usize) -> &[f32] {
        &self.numbers[index * self.columns..(index + 1) * self.columns]
    }
}

impl Source for Rows {
    fn len(&self) -> usize {
        self.truth.len()
    }

    fn shape(&self) -> ImageShape {
        ImageShape { channels: 1, height: 1, width: self.columns }
    }

    fn targets(&self) -> &Targets {
        &self.targets
    }

    fn content(&self) -> Content {
        Content::Numbers
    }

    /// Rows have no pixels.
    fn read(&self, _index: usize, _pixels: &mut [u8]) -> Result<Target, DataError> {
        Err(DataError::NoPixels)
    }

    fn read_numbers(&self, index: usize, numbers: &mut [f32]) -> Result<Target, DataError> {
        numbers.copy_from_slice(self.row(index));
        Ok(self.truth[index].clone())
    }

    fn target(&self, index: usize) -> Result<Target, DataError> {
        Ok(self.truth[index].clone())
    }

    fn preparation(&self) -> Preparation {
        let encoder = self.encoder.as_deref().cloned();
        encoder.map_or(Preparation::None, |encoder| Preparation::Row(Box::new(encoder)))
    }

    fn content_hash(&self, index: usize) -> Option<[u8; 16]> {
        self.hashes.get(index).copied()
    }

    fn held_out(&self) -> Option<&[u32]> {
        self.held_out.as_deref()
    }

    fn name(&self, index: usize) -> Option<String> {
        self.lines.get(index).map(|line| format!("line {line}"))
    }

    fn columns(&self, index: usize) -> Vec<(String, String)> {
        let encoder = self.encoder.as_deref();
        encoder.map(|encoder| encoder.describe(self.row(index))).unwrap_or_default() // default: numbers of a program's own have no names
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_read_as_numbers_and_its_hash_depends_on_each() {
        let of = |numbers: Vec<f32>| {
            let truth = vec![Target::Number(1.0), Target::Number(2.0)];
            Rows::new(2, numbers, Targets::Number("price".into()), truth, "rows").unwrap()
        };
        let rows = of(vec![0.5, -1.0, 3.0, 0.0]);
        let mut row = [0.0; 2];
        assert_eq!(rows.read_numbers(1, &mut row).unwrap(), Target::Number(2.0));
        assert_eq!(row.map(f32::to_bits), [3.0_f32, 0.0].map(f32::to_bits));
        assert_eq!(rows.shape().dimensions(), [1, 1, 2]);
        let print = rows.fingerprint().unwrap();
        assert_eq!(print, of(vec![0.5, -1.0, 3.0, 0.0]).fingerprint().unwrap());
        assert_ne!(print, of(vec![0.5, -1.0, 3.0, -0.0]).fingerprint().unwrap());
    }
}
