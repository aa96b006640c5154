//! A table seen through an encoder: any of its rows as numbers, when they are asked for.
//!
//! A table of ten million rows need not be kept a second time.

use std::borrow::Borrow;
use std::collections::HashMap;

use crate::encoder::{Encoder, Encoding, Input, Layout};
use crate::scale::Scale;
use crate::table::{Cells, Table};
use crate::values::{Values, other_kind, values_of};
use crate::{Kind, TableError, date};

/// Rows as an encoder gives them, row after row.
#[derive(Clone, Debug, PartialEq)]
pub struct Encoded {
    /// How many values a row has: [`Layout::columns`].
    pub columns: usize,
    /// The values, `[rows, columns]`.
    pub values: Vec<f32>,
}

/// A table whose rows an encoder has agreed to; `T` is `Table`, `&Table` or an `Arc` of it.
#[derive(Clone, Debug)]
pub struct EncodedTable<T> {
    table: T,
    layout: Layout,
    numbers: Vec<Part>,
    categories: Vec<(usize, Codes)>,
}

/// A column and the numbers that it gives.
#[derive(Clone, Debug)]
struct Part {
    column: usize,
    values: Values,
    encoding: Encoding,
}

/// From a table's codes to an encoder's; none where the column is missing in all rows.
type Codes = Option<Vec<u32>>;

impl Encoder {
    /// Looks for the columns by name; others are passed over, and their order makes no difference. An error where one is not
    /// there, or holds a value of another kind, with its line.
    pub fn bind<T: Borrow<Table>>(&self, table: T) -> Result<EncodedTable<T>, TableError> {
        let (mut numbers, mut categories) = (Vec::new(), Vec::new());
        let seen: &Table = table.borrow();
        for Input { name, encoding } in &self.inputs {
            let found = seen.columns.iter().position(|column| column.name == *name);
            let place = found.ok_or_else(|| seen.no_column(name))?;
            let column = &seen.columns[place];
            if let Encoding::Category { values } = encoding {
                let codes = match &column.cells {
                    _ if column.missing == seen.rows => None,
                    Cells::Texts(texts) => Some(codes(values, &texts.dictionary)),
                    _ => return Err(other_kind(seen, column, Kind::Category)),
                };
                categories.push((place, codes));
            } else {
                let values = values_of(seen, column, encoding.kind())?;
                numbers.push(Part { column: place, values, encoding: encoding.clone() });
            }
        }
        Ok(EncodedTable { table, layout: self.layout(), numbers, categories })
    }

    /// All rows of a table at once.
    pub fn encode(&self, table: &Table) -> Result<Encoded, TableError> {
        let bound = self.bind(table)?;
        let columns = bound.layout.columns();
        let mut values = vec![0.0; columns * table.rows as usize];
        if columns > 0 {
            for (row, into) in (0..).zip(values.chunks_exact_mut(columns)) {
                bound.write(row, into);
            }
        }
        Ok(Encoded { columns, values })
    }
}

impl<T: Borrow<Table>> EncodedTable<T> {
    /// The table.
    pub fn table(&self) -> &Table {
        self.table.borrow()
    }

    /// What a row holds.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Writes a row's values.
    ///
    /// # Panics
    /// Where there is no such row, or `into` has not [`Layout::columns`] places.
    pub fn write(&self, row: u32, into: &mut [f32]) {
        let table = self.table();
        assert_eq!(into.len(), self.layout.columns(), "a row has as many values as its layout");
        let mut into = into.iter_mut();
        let mut put = |value| *into.next().expect("the layout counts every value") = value;
        for part in &self.numbers {
            let value = part.values.get(&table.columns[part.column].cells, row);
            part.encoding.write(value, &mut put);
        }
        for (column, codes) in &self.categories {
            let code = match (codes, &table.columns[*column].cells) {
                (Some(codes), Cells::Texts(texts)) => codes[texts.codes[row as usize] as usize],
                _ => 0,
            };
            #[expect(clippy::cast_precision_loss, reason = "there are at most 2^16 codes")]
            put(code as f32);
        }
    }
}

impl Encoding {
    fn write(&self, value: Option<f64>, put: &mut impl FnMut(f32)) {
        let scaled = |scale: &Scale, part: fn(f64) -> f64| {
            value.map_or(Scale::MISSING, |value| scale.apply(part(value)))
        };
        let indicator = match self {
            Self::Number { scale, indicator } => {
                put(scaled(scale, |value| value));
                *indicator
            }
            Self::YesNo { share, indicator } => {
                #[expect(clippy::cast_possible_truncation, reason = "between 0 and 1")]
                put(value.unwrap_or(*share) as f32);
                *indicator
            }
            Self::Date { days, month, weekday, hour, indicator } => {
                put(scaled(days, |days| days));
                put(scaled(month, date::month));
                put(scaled(weekday, date::weekday));
                if let Some(hour) = hour {
                    put(scaled(hour, date::hour));
                }
                *indicator
            }
            Self::Category { .. } => false,
        };
        if indicator {
            put(f32::from(u8::from(value.is_none())));
        }
    }
}

/// The encoder's code for each code of a table; 0 for missing and for what no training row had.
fn codes(values: &[String], dictionary: &[Box<str>]) -> Vec<u32> {
    let known: HashMap<&str, u32> = (1..).zip(values).map(|(code, text)| (&**text, code)).collect();
    // default: 0 is the place of values that no training row had.
    let of = |text: &str| known.get(text).copied().unwrap_or(0);
    std::iter::once(0).chain(dictionary.iter().map(|text| of(text))).collect()
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "these values have no rounding")]
mod tests {
    use super::*;
    use crate::{NumberScale, ReadOptions, Target, TargetValues, TargetWish, row_hashes};
    use std::path::Path;

    const TRAINING: &str = "size,colour,ok,when,id\n\
        1,red,yes,2024-01-01,a\n\
        3,blue,no,2024-02-06,b\n\
        ,red,no,2024-01-01,c\n\
        5,,no,2024-01-01,d\n\
        9,green,no,2024-01-01,e\n";

    fn read(text: &str, encoder: Option<&Encoder>) -> Result<Table, TableError> {
        let kinds = match encoder {
            Some(encoder) => encoder.kinds(),
            None => [("id".to_owned(), Kind::Ignored)].into(),
        };
        let others = encoder.map(|_| Kind::Ignored);
        let options = ReadOptions { kinds, others, ..ReadOptions::default() };
        crate::read_bytes(text.as_bytes(), Path::new("t.csv"), &options)
    }

    /// Fitted to the first four rows.
    fn encoder() -> Encoder {
        let table = read(TRAINING, None).unwrap();
        Encoder::fit(&table, &[0, 1, 2, 3], None, NumberScale::Standard).unwrap()
    }

    fn encode(text: &str) -> Result<Encoded, TableError> {
        let encoder = encoder();
        encoder.encode(&read(text, Some(&encoder))?)
    }

    fn error(text: &str) -> String {
        encode(text).unwrap_err().to_string()
    }

    #[test]
    fn numbers_come_first_and_codes_last() {
        let layout = encoder().layout();
        let names = ["size", "size (missing)", "ok", "when", "when (month)", "when (weekday)"];
        assert_eq!(layout.numbers, names);
        assert_eq!(layout.categories, [("colour".to_owned(), 3)]);
        let encoded = encoder().encode(&read(TRAINING, None).unwrap()).unwrap();
        assert_eq!(encoded.columns, 7);
        let rows: Vec<&[f32]> = encoded.values.chunks(7).collect();
        // Mean 3, deviation sqrt(8 / 3).
        assert!((rows[0][0] + 2.0 / (8.0_f32 / 3.0).sqrt()).abs() < 1e-6);
        assert_eq!(rows[1][..2], [0.0, 0.0]);
        assert_eq!(rows[2][..2], [0.0, 1.0]);
        assert_eq!([rows[0][2], rows[1][2]], [1.0, 0.0]);
        // Codes in natural order: blue, red; then missing, and what no training row had.
        assert_eq!([0, 1, 2, 3, 4].map(|row| rows[row][6]), [2.0, 1.0, 2.0, 0.0, 0.0]);
    }

    #[test]
    fn columns_are_found_by_name_in_any_order() {
        let whole = encode(TRAINING).unwrap();
        let other =
            encode("when;more;colour;ok;size\n2024-01-01;x;red;TRUE;1\n2024-02-06;y;blue;0;3.0\n")
                .unwrap();
        assert_eq!(other.values, whole.values[..14]);
    }

    #[test]
    fn a_test_file_is_read_as_the_training_file_was() {
        let known = "a,b,ok,y\n1,x,0,no\n2,z,1,yes\n1,x,0,Yes\n";
        let options = ReadOptions::default();
        let train = crate::read_bytes(known.as_bytes(), Path::new("t.csv"), &options).unwrap();
        let target = Target::infer(&train, "y", TargetWish::Inferred).unwrap();
        let encoder = Encoder::fit(&train, &[0, 1], Some("y"), NumberScale::Standard).unwrap();
        let new = "y,ok,more,a,b\nyes,1,,2.0,z\nNO,0,,1,x\n";
        let test =
            crate::read_bytes(new.as_bytes(), Path::new("u.csv"), &encoder.options(Some(&target)))
                .unwrap();
        let hashes = |table: &Table| row_hashes(table, table.inputs(Some("y")).collect::<Vec<_>>());
        assert_eq!(hashes(&test), [hashes(&train)[1], hashes(&train)[0]]);
        assert_eq!(target.read(&test).unwrap().values, TargetValues::Classes(vec![1, 0]));
        let columns = encoder.layout().columns();
        let (train, test) = (encoder.encode(&train).unwrap(), encoder.encode(&test).unwrap());
        assert_eq!(test.values[..columns], train.values[columns..2 * columns]);
    }

    #[test]
    fn what_is_missing_everywhere_is_missing() {
        let row = encode("size,colour,ok,when\n,,,\n").unwrap();
        assert_eq!(row.values, [0.0, 1.0, 0.25, 0.0, 0.0, 0.0, 0.0]);
    }

    #[test]
    fn columns_that_are_not_there_and_values_of_another_kind_are_named() {
        assert_eq!(
            error("Size,color,ok,when\n1,red,yes,2024-01-01\n"),
            "no column `colour`, the nearest is `color`; the columns are `Size`, `color`, `ok`, `when`: t.csv"
        );
        assert_eq!(
            error("size,colour,ok,when\n1,red,yes,2024-01-01\n\nlarge,red,yes,2024-01-01\n"),
            "line 4, column `size`: got `large`, expected a number: t.csv"
        );
        assert_eq!(
            error("size,colour,ok,when\n1,red,yes,2024-01-01\n1,red,perhaps,2024-01-01\n"),
            "line 3, column `ok`: got `perhaps`, expected yes or no, true or false, 1 or 0: t.csv"
        );
        assert_eq!(
            error("size,colour,ok,when\n1,red,yes,soon\n"),
            "line 2, column `when`: got `soon`, expected a date (YYYY-MM-DD): t.csv"
        );
        assert_eq!(
            error("size,colour,ok,when\n1e400,red,yes,2024-01-01\n"),
            "line 2, column `size`: 1e400 is not a finite number: t.csv"
        );
        // Read without the encoder's kinds, a column may be kept as something else.
        let inferred =
            read("size,colour,ok,when\n1,2,yes,2024-01-01\n1,3,no,2024-01-01\n", Some(&encoder()));
        assert!(encoder().bind(&inferred.unwrap()).is_ok());
    }

    #[test]
    fn an_encoder_is_kept_as_json() {
        for scale in [NumberScale::Standard, NumberScale::Quantiles] {
            let table = read(TRAINING, None).unwrap();
            let encoder = Encoder::fit(&table, &[0, 1, 2, 3], Some("ok"), scale).unwrap();
            let json = serde_json::to_string(&encoder).unwrap();
            assert_eq!(serde_json::from_str::<Encoder>(&json).unwrap(), encoder, "{json}");
        }
        let json = serde_json::to_string(&encoder()).unwrap();
        let broken = json.replacen("\"deviation\":1", "\"deviation\":-1", 1);
        assert_ne!(broken, json);
        assert!(serde_json::from_str::<Encoder>(&broken).is_err());
    }

    #[test]
    fn a_table_without_inputs_is_an_error() {
        let table = read("id,size\na,1\nb,2\nc,3\n", None).unwrap();
        let error = Encoder::fit(&table, &[0, 1], Some("size"), NumberScale::Standard).unwrap_err();
        assert_eq!(
            error.to_string(),
            "no column is left to learn from; left out: `id` (ignored): t.csv"
        );
    }
}
