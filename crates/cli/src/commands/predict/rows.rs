//! `burnwright predict` of a model for tables: what does it say of the rows of these files?

use std::path::{Path, PathBuf};

use burnwright_inference::{Predictor, PreparedImage};

use super::report::Report;
use crate::failure::Failure;

/// Answers for each row of each file, in their order: `FILE:1` is the first row after the heading. A file that fails is reported, and the
/// rest is done.
pub(super) fn answer(
    predictor: &Predictor,
    files: &[PathBuf],
    report: &mut Report<'_>,
) -> Result<Option<u8>, Failure> {
    let mut worst = None;
    for file in files {
        match predictor.predict_table(file) {
            Ok(predictions) => {
                for (row, prediction) in predictions.iter().enumerate() {
                    let place = place(file, row + 1);
                    report.answer(&place, &PreparedImage::default(), prediction)?;
                }
                report.flush()?;
            }
            Err(error) => {
                let mut failure = Failure::from(error);
                // The error names its file, and so does the report.
                let place = format!(": {}", file.display());
                if let Some(message) = failure.message.strip_suffix(&place) {
                    failure.message = message.to_owned();
                }
                worst = worst.max(Some(failure.status));
                report.fail(file, &failure)?;
            }
        }
    }
    Ok(worst)
}

fn place(file: &Path, row: usize) -> PathBuf {
    let mut place = file.as_os_str().to_owned();
    place.push(format!(":{row}"));
    place.into()
}
