//! Events in, TensorBoard's event file out.

mod confusion;
mod messages;
mod record;

use burnwright_run::{Event, LOSS, Scores};

use self::messages::{Content, Message, SummaryMessage, Value};
pub use confusion::Confusion;

/// Turns the events of one run into records of a TensorBoard event file, one after the other.
///
/// The file is a sequence of `TFRecord`s, each a `tensorflow.Event` (`tensorflow/core/util/event.proto`); scalars carry
/// `simple_value`, the settings are a text summary, the confusion matrix is an image. All bytes follow from the events.
#[derive(Clone, Debug)]
pub struct TensorBoard {
    /// When training began, in seconds since 1970.
    started: f64,
    /// Seconds since then at the last window.
    seconds: f64,
    step: i64,
}

impl TensorBoard {
    /// For a run that was begun at `started`, in seconds since 1970, UTC.
    pub fn new(started: f64) -> Self {
        Self { started, seconds: 0.0, step: 0 }
    }

    /// The name that TensorBoard looks for in a folder.
    pub fn file_name(&self, run: &str) -> String {
        format!("events.out.tfevents.{:.0}.{run}", self.started.trunc())
    }

    /// What the file begins with: its version, and all settings (key, value) as a table of text.
    pub fn head(&self, settings: &[(String, String)]) -> Vec<u8> {
        let version = self.record(Content::FileVersion("brain.Event:2".to_owned()));
        let rows =
            settings.iter().map(|(key, value)| format!("| {} | `{}` |\n", cell(key), cell(value)));
        let table =
            format!("| setting | value |\n|---|---|\n{}", rows.collect::<Vec<_>>().concat());
        [version, self.summary(vec![Value::text("settings", &table)])].concat()
    }

    /// The records of an event; none for an event that has no number.
    pub fn event(&mut self, event: &Event) -> Vec<u8> {
        let values = match event {
            Event::Window { step, scores, learning_rate, seconds, .. } => {
                (self.step, self.seconds) = (whole(*step), *seconds);
                let mut values = scalars("train", scores);
                values.push(Value::scalar("learning_rate", *learning_rate));
                values
            }
            Event::EpochEnded { step, train, validation, images_per_second, .. } => {
                self.step = whole(*step);
                let mut values = scalars("epoch_train", train);
                values.extend(validation.iter().flat_map(|scores| scalars("validation", scores)));
                values.push(Value::scalar("images_per_second", *images_per_second));
                values
            }
            Event::Evaluated { split, scores } => scalars(split, scores),
            _ => Vec::new(),
        };
        if values.is_empty() { Vec::new() } else { self.summary(values) }
    }

    /// The record of a confusion matrix.
    pub fn confusion(&self, confusion: &Confusion<'_>) -> Vec<u8> {
        self.summary(confusion.value().into_iter().collect())
    }

    fn summary(&self, values: Vec<Value>) -> Vec<u8> {
        self.record(Content::Summary(SummaryMessage { value: values }))
    }

    fn record(&self, content: Content) -> Vec<u8> {
        let wall_time = self.started + self.seconds;
        record::framed(&Message { wall_time, step: self.step, content: Some(content) })
    }
}

/// Each score by itself, the loss first.
fn scalars(split: &str, scores: &Scores) -> Vec<Value> {
    let rest = scores.measures().filter(|(name, _)| *name != LOSS);
    let all = [(LOSS, scores.loss())].into_iter().chain(rest);
    all.map(|(name, value)| Value::scalar(&format!("{name}/{split}"), value)).collect()
}

fn whole(step: usize) -> i64 {
    // default: TensorBoard has no higher step, and a log may say any.
    i64::try_from(step).unwrap_or(i64::MAX)
}

/// Text that stays within its cell of a Markdown table.
fn cell(text: &str) -> String {
    text.replace(['\n', '\r', '`'], " ").replace('|', "\\|")
}
