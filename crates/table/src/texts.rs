//! A column of text, each distinct text kept once.

use std::collections::HashMap;

use crate::order::natural;

/// How many distinct texts a column keeps. Beyond, it is no category, and only counted.
pub(crate) const MAX_DISTINCT: usize = 1 << 16;
/// What the distinct texts of a column may take.
const MAX_DICTIONARY_BYTES: usize = 64 << 20;

/// Texts as codes: 0 is missing, `k` the text `k - 1` of the dictionary, which is in natural order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Texts {
    pub(crate) codes: Vec<u32>,
    pub(crate) dictionary: Vec<Box<str>>,
}

impl Texts {
    pub(crate) fn get(&self, row: usize) -> Option<&str> {
        let place = self.codes[row].checked_sub(1)?;
        Some(&self.dictionary[place as usize])
    }

    /// The first row that holds a text of the dictionary.
    pub(crate) fn first_row(&self, place: usize) -> u32 {
        let code = place as u64 + 1;
        let row = self.codes.iter().position(|&found| u64::from(found) == code);
        let row = row.expect("each text of the dictionary stands in a row");
        u32::try_from(row).expect("rows are numbered by u32")
    }
}

/// A text column as it is read.
#[derive(Default)]
pub(crate) struct TextsBuilder {
    codes: Vec<u32>,
    known: HashMap<Box<str>, u32>,
    dictionary_bytes: usize,
    /// Too many distinct texts: they are no longer kept.
    pub(crate) overflowed: bool,
    pub(crate) present: u64,
    /// Bytes of all fields together.
    pub(crate) bytes: u64,
    /// Spaces inside all fields together.
    pub(crate) spaces: u64,
}

impl TextsBuilder {
    pub(crate) fn push_missing(&mut self) {
        if !self.overflowed {
            self.codes.push(0);
        }
    }

    pub(crate) fn push(&mut self, text: &str) {
        self.present += 1;
        self.bytes += text.len() as u64;
        self.spaces += text.bytes().filter(|&byte| byte == b' ').count() as u64;
        if self.overflowed {
            return;
        }
        if let Some(&code) = self.known.get(text) {
            self.codes.push(code);
            return;
        }
        self.dictionary_bytes += text.len();
        if self.known.len() >= MAX_DISTINCT || self.dictionary_bytes > MAX_DICTIONARY_BYTES {
            self.overflowed = true;
            self.codes = Vec::new();
            self.known = HashMap::new();
            return;
        }
        let code = u32::try_from(self.known.len() + 1).expect("there are at most 2^16 texts");
        self.known.insert(text.into(), code);
        self.codes.push(code);
    }

    /// The texts, in an order that does not depend on that of the rows; none where there were too many.
    pub(crate) fn finish(mut self) -> Option<Texts> {
        if self.overflowed {
            return None;
        }
        let mut sorted: Vec<(Box<str>, u32)> = self.known.into_iter().collect();
        sorted.sort_unstable_by(|a, b| natural(&a.0, &b.0));
        let mut new_codes = vec![0; sorted.len() + 1];
        for (place, (_, old)) in (1..).zip(&sorted) {
            new_codes[*old as usize] = place;
        }
        for code in &mut self.codes {
            *code = new_codes[*code as usize];
        }
        self.codes.shrink_to_fit();
        let dictionary = sorted.into_iter().map(|(text, _)| text).collect();
        Some(Texts { codes: self.codes, dictionary })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_do_not_depend_on_the_order_of_rows() {
        let mut builder = TextsBuilder::default();
        for text in ["b10", "b9", "a", "b10"] {
            builder.push(text);
        }
        builder.push_missing();
        let texts = builder.finish().unwrap();
        assert_eq!(texts.codes, [3, 2, 1, 3, 0]);
        assert_eq!(texts.dictionary, ["a", "b9", "b10"].map(Box::from));
    }

    #[test]
    fn too_many_texts_are_only_counted() {
        let mut builder = TextsBuilder::default();
        for row in 0..=MAX_DISTINCT {
            builder.push(&format!("row {row}"));
        }
        assert!(builder.overflowed);
        assert_eq!((builder.present, builder.spaces), (65_537, 65_537));
        assert!(builder.finish().is_none());
    }
}
