//! Events in, rows of `metrics.csv` out.

use burnwright_run::{Event, SplitScore};

/// The version of the table's form, the last cell of each row. A column is what every reader of CSV takes: a line of its own or a
/// comment would not be.
const VERSION: &str = "1";

const HEADING: [&str; 10] = [
    "event",
    "epoch",
    "step",
    "split",
    "loss",
    "accuracy",
    "learning_rate",
    "seconds",
    "images_per_second",
    "version",
];

/// One row; what it does not say stays empty.
#[derive(Default)]
struct Row<'a> {
    event: &'a str,
    epoch: Option<usize>,
    step: Option<usize>,
    split: &'a str,
    loss: Option<f64>,
    accuracy: Option<f64>,
    learning_rate: Option<f64>,
    seconds: Option<f64>,
    images_per_second: Option<f64>,
}

/// The heading, with its line end.
pub fn csv_head() -> Vec<u8> {
    lines([HEADING.map(str::to_owned)])
}

/// The rows of an event, each with its line end: one for a window of steps, one for each split that was judged after an epoch or at
/// the end; none for other events.
///
/// Readers find columns by their names: those of later versions come before the last, which says the version.
///
/// Losses are means a sample, accuracies and learning rates plain numbers; `seconds` are since training began in a window, and
/// those of the steps of an epoch at its end. What is no finite number is written as `NaN`, `inf` or `-inf`, which pandas reads.
pub fn csv_rows(event: &Event) -> Vec<u8> {
    lines(rows(event).iter().map(Row::cells))
}

fn rows(event: &Event) -> Vec<Row<'_>> {
    match event {
        Event::Window { epoch, step, loss, accuracy, learning_rate, seconds, .. } => vec![Row {
            event: "window",
            epoch: Some(*epoch),
            step: Some(*step),
            split: "train",
            loss: Some(*loss),
            accuracy: Some(*accuracy),
            learning_rate: Some(*learning_rate),
            seconds: Some(*seconds),
            ..Row::default()
        }],
        Event::EpochEnded { epoch, step, train, validation, seconds, images_per_second } => {
            let row = |split, score: &SplitScore| Row {
                event: "epoch",
                epoch: Some(*epoch),
                step: Some(*step),
                split,
                loss: Some(score.loss),
                accuracy: Some(score.accuracy),
                ..Row::default()
            };
            let train = Row {
                seconds: Some(*seconds),
                images_per_second: Some(*images_per_second),
                ..row("train", train)
            };
            [train]
                .into_iter()
                .chain(validation.as_ref().map(|score| row("validation", score)))
                .collect()
        }
        Event::Evaluated { split, correct, total, loss } => vec![Row {
            event: "evaluation",
            split,
            loss: Some(*loss),
            accuracy: Some(share(*correct, *total)),
            ..Row::default()
        }],
        _ => Vec::new(),
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of samples are far below 2^53")]
pub(crate) fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

impl Row<'_> {
    fn cells(&self) -> [String; 10] {
        // default: what a row does not say stays empty.
        let count = |value: Option<usize>| value.map(|value| value.to_string()).unwrap_or_default();
        // default: as above.
        let number = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
        [
            self.event.to_owned(),
            count(self.epoch),
            count(self.step),
            self.split.to_owned(),
            number(self.loss),
            number(self.accuracy),
            number(self.learning_rate),
            number(self.seconds),
            number(self.images_per_second),
            VERSION.to_owned(),
        ]
    }
}

fn lines(rows: impl IntoIterator<Item = [String; 10]>) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        writer.write_record(row).expect("memory takes all, and all rows have as many cells");
    }
    writer.into_inner().expect("memory takes all")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_epochs_and_evaluations_have_rows() {
        let score = |loss| SplitScore { loss, accuracy: 0.75 };
        let events = [
            Event::EpochStarted { epoch: 1 },
            Event::Window {
                epoch: 1,
                step: 50,
                samples: 3200,
                loss: 0.5,
                losses: vec![0.5; 50],
                accuracy: 0.875,
                learning_rate: 0.001,
                seconds: 0.25,
            },
            Event::EpochEnded {
                epoch: 1,
                step: 938,
                train: score(0.25),
                validation: Some(score(f64::NAN)),
                seconds: 0.5,
                images_per_second: 1e5,
            },
            Event::Evaluated { split: "test".to_owned(), correct: 3, total: 4, loss: 0.125 },
        ];
        let rows = events.iter().flat_map(csv_rows);
        let text = String::from_utf8(csv_head().into_iter().chain(rows).collect()).unwrap();
        let expected = "\
event,epoch,step,split,loss,accuracy,learning_rate,seconds,images_per_second,version
window,1,50,train,0.5,0.875,0.001,0.25,,1
epoch,1,938,train,0.25,0.75,,0.5,100000,1
epoch,1,938,validation,NaN,0.75,,,,1
evaluation,,,test,0.125,0.75,,,,1
";
        assert_eq!(text, expected);
    }
}
