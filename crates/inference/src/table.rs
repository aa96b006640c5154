//! A table in, what the model says of each of its rows out: columns are found by their names.

use std::path::Path;

use burnwright_data::Preparation;
use burnwright_model::Architecture;

use crate::{InferenceError, Prediction, Predictor};

impl<A: Architecture> Predictor<A> {
    /// What the model says of each row of a table, in their order. Columns may come in any order, and more than the model knows; one that it
    /// knows and the table lacks is an error. A model that is not of tables is one, too.
    pub fn predict_table(&self, path: &Path) -> Result<Vec<Prediction>, InferenceError> {
        let Preparation::Row(encoder) = &self.preprocess().preparation else {
            return Err(InferenceError::NotOfTables);
        };
        let table = burnwright_table::read(path, &encoder.options(None))?;
        self.predict_rows(&encoder.encode(&table)?.values)
    }
}
