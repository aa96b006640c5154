//! Events in, rows of `metrics.csv` out.

use burnwright_run::{Event, NamedMetric, Scores};

/// The version of the table's form, the last cell of each row. A column is what every reader of CSV takes: a line of its own or a
/// comment would not be.
const VERSION: &str = "1";

/// The columns before and after those of the metrics.
const BEFORE: [&str; 5] = ["event", "epoch", "step", "split", "loss"];
const AFTER: [&str; 4] = ["learning_rate", "seconds", "images_per_second", "version"];

/// The table of a run whose scores have these names.
#[derive(Clone, Debug, Default)]
pub struct MetricsCsv {
    metrics: Vec<String>,
}

/// One row; what it does not say stays empty.
#[derive(Default)]
struct Row<'a> {
    event: &'a str,
    epoch: Option<usize>,
    step: Option<usize>,
    split: &'a str,
    scores: Option<&'a Scores>,
    learning_rate: Option<f64>,
    seconds: Option<f64>,
    images_per_second: Option<f64>,
}

impl MetricsCsv {
    /// A table with a column for each metric.
    pub fn new(metrics: &[NamedMetric]) -> Self {
        Self { metrics: metrics.iter().map(|metric| metric.name.clone()).collect() }
    }

    /// The heading, with its line end.
    pub fn head(&self) -> Vec<u8> {
        let metrics = self.metrics.iter().map(String::as_str);
        let names = BEFORE.into_iter().chain(metrics).chain(AFTER).map(str::to_owned);
        lines([names.collect()])
    }

    /// The rows of an event, each with its line end: one for a window of steps, one for each split that was judged after an epoch or at
    /// the end; none for other events.
    ///
    /// Readers find columns by their names: those of later versions come before the last, which says the version.
    ///
    /// Losses are means an example, metrics and learning rates plain numbers; `seconds` are since training began in a window, and
    /// those of the steps of an epoch at its end. What is no finite number is written as `NaN`, `inf` or `-inf`, which pandas reads.
    pub fn rows(&self, event: &Event) -> Vec<u8> {
        lines(rows(event).iter().map(|row| self.cells(row)))
    }

    fn cells(&self, row: &Row<'_>) -> Vec<String> {
        // default: what a row does not say stays empty.
        let count = |value: Option<usize>| value.map(|value| value.to_string()).unwrap_or_default();
        // default: as above.
        let number = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
        let score = |name: &String| number(row.scores.and_then(|scores| scores.get(name)));
        let mut cells = vec![
            row.event.to_owned(),
            count(row.epoch),
            count(row.step),
            row.split.to_owned(),
            number(row.scores.map(Scores::loss)),
        ];
        cells.extend(self.metrics.iter().map(score));
        cells.extend([row.learning_rate, row.seconds, row.images_per_second].map(number));
        cells.push(VERSION.to_owned());
        cells
    }
}

fn rows(event: &Event) -> Vec<Row<'_>> {
    match event {
        Event::Window { epoch, step, scores, learning_rate, seconds, .. } => vec![Row {
            event: "window",
            epoch: Some(*epoch),
            step: Some(*step),
            split: "train",
            scores: Some(scores),
            learning_rate: Some(*learning_rate),
            seconds: Some(*seconds),
            ..Row::default()
        }],
        Event::EpochEnded { epoch, step, train, validation, seconds, images_per_second } => {
            let row = |split, scores| Row {
                event: "epoch",
                epoch: Some(*epoch),
                step: Some(*step),
                split,
                scores: Some(scores),
                ..Row::default()
            };
            let train = Row {
                seconds: Some(*seconds),
                images_per_second: Some(*images_per_second),
                ..row("train", train)
            };
            let validation = validation.as_ref().map(|scores| row("validation", scores));
            [train].into_iter().chain(validation).collect()
        }
        Event::Evaluated { split, scores } => {
            vec![Row { event: "evaluation", split, scores: Some(scores), ..Row::default() }]
        }
        _ => Vec::new(),
    }
}

fn lines(rows: impl IntoIterator<Item = Vec<String>>) -> Vec<u8> {
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
        let scores = |loss, accuracy| Scores::of_loss(loss).with("accuracy", accuracy);
        let events = [
            Event::EpochStarted { epoch: 1 },
            Event::Window {
                epoch: 1,
                step: 50,
                samples: 3200,
                scores: scores(0.5, 0.875),
                losses: vec![0.5; 50],
                learning_rate: 0.001,
                seconds: 0.25,
            },
            Event::EpochEnded {
                epoch: 1,
                step: 938,
                train: scores(0.25, 0.75),
                validation: Some(scores(f64::NAN, 0.75)),
                seconds: 0.5,
                images_per_second: 1e5,
            },
            Event::Evaluated {
                split: "test".to_owned(),
                scores: scores(0.125, 0.75).of(4).with_count("correct", 3),
            },
        ];
        let metric = |name: &str| NamedMetric {
            name: name.to_owned(),
            label: name.to_owned(),
            percent: true,
            higher_is_better: true,
        };
        let table = MetricsCsv::new(&[metric("accuracy"), metric("f1_macro")]);
        let rows = events.iter().flat_map(|event| table.rows(event));
        let text = String::from_utf8(table.head().into_iter().chain(rows).collect()).unwrap();
        let expected = "\
event,epoch,step,split,loss,accuracy,f1_macro,learning_rate,seconds,images_per_second,version
window,1,50,train,0.5,0.875,,0.001,0.25,,1
epoch,1,938,train,0.25,0.75,,,0.5,100000,1
epoch,1,938,validation,NaN,0.75,,,,,1
evaluation,,,test,0.125,0.75,,,,,1
";
        assert_eq!(text, expected);
    }
}
