//! What a model says of each sample as a table: `evaluate --predictions`.

use burnwright_metrics::{JudgedClass, JudgedLabels, JudgedNumber};
use burnwright_task::Predictions;

use crate::escaping::csv_text;
use crate::failure::{Failure, status};

/// A sample a line: index, target, prediction, loss, and what else its task says of it. `names` are those of the outputs.
pub(crate) fn predictions_csv(
    predictions: &Predictions,
    names: &[String],
) -> Result<Vec<u8>, Failure> {
    let mut table = csv::Writer::from_writer(Vec::new());
    let written = match predictions {
        Predictions::Classification(all) => {
            let heading = heading(names.iter().map(|name| format!("probability {name}")));
            rows(&mut table, heading, all.samples(), |sample| class_row(sample, names))
        }
        Predictions::MultiLabel(all) => {
            let heading = heading(names.iter().map(|name| format!("probability {name}")));
            let threshold = all.threshold();
            let row = |sample: &JudgedLabels| label_row(sample, names, threshold);
            rows(&mut table, heading, all.examples(), row)
        }
        Predictions::Regression(all) => rows(&mut table, heading([]), all.examples(), number_row),
        _ => return Err(Failure::new(status::INTERNAL, "this task has no table of predictions")),
    };
    let internal = |error: csv::Error| Failure::new(status::INTERNAL, error.to_string());
    written.map_err(internal)?;
    table.into_inner().map_err(|error| internal(error.into_error().into()))
}

fn heading(more: impl IntoIterator<Item = String>) -> Vec<Vec<u8>> {
    let columns = ["index", "target", "prediction", "loss"].map(str::to_owned);
    columns.into_iter().chain(more).map(String::into_bytes).collect()
}

fn rows<T>(
    table: &mut csv::Writer<Vec<u8>>,
    heading: Vec<Vec<u8>>,
    samples: &[T],
    row: impl Fn(&T) -> Vec<Vec<u8>>,
) -> Result<(), csv::Error> {
    table.write_record(heading)?;
    samples.iter().try_for_each(|sample| table.write_record(row(sample)))
}

fn cells(
    index: u32,
    [target, prediction]: [Vec<u8>; 2],
    loss: f64,
    probabilities: impl Iterator<Item = String>,
) -> Vec<Vec<u8>> {
    let first = [index.to_string().into_bytes(), target, prediction, loss.to_string().into_bytes()];
    first.into_iter().chain(probabilities.map(String::into_bytes)).collect()
}

/// Probabilities of so many outputs.
fn shares(probabilities: &[f64], count: usize) -> impl Iterator<Item = String> {
    let share = |place| probabilities.get(place).map(f64::to_string);
    // default: a model without probabilities leaves their cells empty.
    (0..count).map(move |place| share(place).unwrap_or_default())
}

fn class_row(sample: &JudgedClass, names: &[String]) -> Vec<Vec<u8>> {
    let name = |class: usize| csv_text(names[class].as_bytes()).into_owned();
    let said = [name(sample.target), name(sample.predicted)];
    cells(sample.index, said, sample.loss, shares(&sample.probabilities, names.len()))
}

/// The names of labels are joined by `|`, those of a label itself being left as they are.
fn label_row(sample: &JudgedLabels, names: &[String], threshold: f64) -> Vec<Vec<u8>> {
    let joined = |holds: &[bool]| {
        let held = names.iter().zip(holds).filter(|(_, holds)| **holds);
        let text = held.map(|(name, _)| name.as_str()).collect::<Vec<_>>().join("|");
        csv_text(text.as_bytes()).into_owned()
    };
    let said = [joined(&sample.targets), joined(&sample.predicted(threshold))];
    cells(sample.index, said, sample.loss, shares(&sample.probabilities, names.len()))
}

fn number_row(sample: &JudgedNumber) -> Vec<Vec<u8>> {
    let said = [sample.target, sample.predicted].map(|number| number.to_string().into_bytes());
    cells(sample.index, said, sample.loss, std::iter::empty())
}
