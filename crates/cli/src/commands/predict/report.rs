//! Answers in, lines of a table, CSV or JSON on stdout out; what failed is also said on stderr, at its place.

use std::collections::BTreeSet;
use std::io::{BufWriter, Stdout, Write, stdout};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use burnwright_data::Targets;
use burnwright_inference::{Prediction, Predictor, PreparedImage};
use burnwright_task::Decision;
use schemars::JsonSchema;
use serde::Serialize;

use crate::arguments::{Format, PredictFlags};
use crate::escaping::{csv_text, escaped, escaped_json};
use crate::failure::Failure;
use crate::output::{self, say};

/// What `--json` prints.
#[derive(Serialize, JsonSchema)]
pub(in crate::commands) struct Output {
    run: String,
    predictions: Vec<Answer>,
    errors: Vec<Refused>,
}

/// A line of `--format jsonl`.
#[derive(JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "only its schema is made")]
pub(in crate::commands) enum Line {
    Answer(Answer),
    Refused(Refused),
}

#[derive(Serialize, JsonSchema)]
pub(in crate::commands) struct Answer {
    inverted: bool,
    /// The class, the labels or the number in words.
    label: String,
    /// The labels, where any of several can hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    labels: Option<Vec<String>>,
    path: String,
    /// That of the class.
    #[serde(skip_serializing_if = "Option::is_none")]
    probability: Option<f64>,
    resized: bool,
    /// The most probable classes or labels.
    top: Vec<Class>,
    /// The number, where one is predicted.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<f64>,
}

#[derive(Clone, Serialize, JsonSchema)]
pub(in crate::commands) struct Class {
    label: String,
    probability: f64,
}

#[derive(Serialize, JsonSchema)]
pub(in crate::commands) struct Refused {
    error: String,
    path: String,
}

/// Writes answers as they come.
pub(super) struct Report<'a> {
    predictor: &'a Predictor,
    top: usize,
    form: Form,
    /// Hints that were given already: the same one for each of a thousand files helps nobody.
    hints: BTreeSet<String>,
}

enum Form {
    Table(BufWriter<Stdout>),
    Csv(Box<csv::Writer<Stdout>>),
    JsonLines(BufWriter<Stdout>),
    /// One object for all.
    Json {
        done: Vec<Answer>,
        failed: Vec<Refused>,
    },
}

impl<'a> Report<'a> {
    /// Begins a report; a CSV with its heading.
    pub(super) fn begin(flags: &PredictFlags, predictor: &'a Predictor) -> Result<Self, Failure> {
        let top = flags.top.min(predictor.card().classes.len());
        let form = match flags.format {
            _ if flags.json => Form::Json { done: Vec::new(), failed: Vec::new() },
            Format::Table => Form::Table(BufWriter::new(stdout())),
            Format::Csv => Form::Csv(Box::new(csv::Writer::from_writer(stdout()))),
            Format::Jsonl => Form::JsonLines(BufWriter::new(stdout())),
        };
        let mut report = Self { predictor, top, form, hints: BTreeSet::new() };
        let is_number = matches!(predictor.task().targets(), Targets::Number(_));
        report.top = if is_number { 0 } else { report.top };
        if let Form::Csv(writer) = &mut report.form {
            let first = match predictor.task().targets() {
                Targets::Classes(_) => vec!["path", "label", "probability"],
                Targets::Labels(_) => vec!["path", "labels", "label_1", "probability_1"],
                Targets::Number(_) => vec!["path", "value"],
            };
            let more = (2..=top)
                .flat_map(|rank| ["label", "probability"].map(|name| format!("{name}_{rank}")));
            let names = first.into_iter().map(str::to_owned);
            let names = names.chain(more).chain(["error".to_owned()]);
            output::written(writer.write_record(names).map_err(of_csv))?;
        }
        Ok(report)
    }

    pub(super) fn answer(
        &mut self,
        path: &Path,
        picture: &PreparedImage,
        prediction: &Prediction,
    ) -> Result<(), Failure> {
        let top = self.predictor.top(prediction, self.top);
        let names = &self.predictor.card().classes;
        let written = match &mut self.form {
            Form::Table(out) => writeln!(out, "{}", line(path, picture, prediction, &top)),
            Form::Csv(writer) => write_row(writer, path, said(prediction), &top, self.top, ""),
            Form::JsonLines(out) => {
                write_object(out, &object(path, picture, prediction, names, &top))
            }
            Form::Json { done, .. } => {
                done.push(object(path, picture, prediction, names, &top));
                Ok(())
            }
        };
        output::written(written)
    }

    pub(super) fn fail(&mut self, path: &Path, failure: &Failure) -> Result<(), Failure> {
        let error = || Refused { path: path.display().to_string(), error: failure.message.clone() };
        let written = match &mut self.form {
            Form::Table(_) => Ok(()),
            Form::Csv(writer) => {
                let is_class = matches!(self.predictor.task().targets(), Targets::Classes(_));
                let said = (!is_class).then_some("");
                write_row(writer, path, said, &[], self.top, &failure.message)
            }
            Form::JsonLines(out) => write_object(out, &error()),
            Form::Json { failed, .. } => {
                failed.push(error());
                Ok(())
            }
        };
        output::written(written)?;
        // Where both go to one terminal, the error stands among the answers.
        self.flush()?;
        say(&format!("error: {}: {}", escaped(&failure.message), output::path(path)));
        if let Some(hint) = &failure.hint
            && self.hints.insert(hint.clone())
        {
            say(&format!("\nhint: {}\n", escaped(hint)));
        }
        Ok(())
    }

    /// Shows what was written so far.
    pub(super) fn flush(&mut self) -> Result<(), Failure> {
        output::written(match &mut self.form {
            Form::Table(out) | Form::JsonLines(out) => out.flush(),
            Form::Csv(writer) => writer.flush(),
            Form::Json { .. } => Ok(()),
        })
    }

    /// Ends the report of a run's answers.
    pub(super) fn finish(mut self, run: &str) -> Result<(), Failure> {
        self.flush()?;
        match self.form {
            Form::Json { done, failed } => {
                output::json(&Output { run: run.to_owned(), predictions: done, errors: failed })
            }
            _ => Ok(()),
        }
    }
}

/// What stands in a column of its own: labels and numbers; a class is the first of the most probable.
fn said(prediction: &Prediction) -> Option<&str> {
    (!matches!(prediction.decision, Decision::Class { .. })).then_some(&*prediction.label)
}

fn line(
    path: &Path,
    picture: &PreparedImage,
    prediction: &Prediction,
    top: &[(&str, f64)],
) -> String {
    let mut shares: Vec<_> =
        top.iter().map(|(label, p)| format!("{} ({:.1}%)", escaped(label), 100.0 * p)).collect();
    if let Some(said) = said(prediction) {
        let said = if said.is_empty() { "no label".to_owned() } else { escaped(said).into_owned() };
        shares = vec![said];
    }
    let note = if picture.inverted { "  [inverted: dark on light]" } else { "" };
    format!("{}: {}{note}", output::path(path), shares.join(", "))
}

fn object(
    path: &Path,
    picture: &PreparedImage,
    prediction: &Prediction,
    names: &[String],
    top: &[(&str, f64)],
) -> Answer {
    let top =
        top.iter().map(|&(label, probability)| Class { label: label.to_owned(), probability });
    let PreparedImage { inverted, resized, .. } = *picture;
    let (labels, value) = match &prediction.decision {
        Decision::Labels { holds, .. } => {
            let held = names.iter().zip(holds).filter(|(_, holds)| **holds);
            (Some(held.map(|(name, _)| name.clone()).collect()), None)
        }
        Decision::Number(value) => (None, Some(*value)),
        Decision::Class { .. } => (None, None),
    };
    Answer {
        inverted,
        label: prediction.label.clone(),
        labels,
        path: path.display().to_string(),
        probability: prediction.probability(),
        resized,
        top: top.collect(),
        value,
    }
}

fn write_object(out: &mut impl Write, object: &impl Serialize) -> std::io::Result<()> {
    writeln!(out, "{}", escaped_json(&serde_json::to_string(object)?))
}

/// A row with `columns` classes, those that are not there left empty. The path keeps its bytes, but where a spreadsheet would compute
/// them ([`csv_text`]), and on a terminal where it would obey them.
fn write_row(
    writer: &mut csv::Writer<Stdout>,
    path: &Path,
    said: Option<&str>,
    top: &[(&str, f64)],
    columns: usize,
    error: &str,
) -> std::io::Result<()> {
    let cell = |text: &[u8]| match str::from_utf8(text) {
        Ok(shown) if output::is_terminal() => csv_text(escaped(shown).as_bytes()).into_owned(),
        _ => csv_text(text).into_owned(),
    };
    let mut row = vec![cell(path.as_os_str().as_bytes())];
    row.extend(said.map(|said| cell(said.as_bytes())));
    for rank in 0..columns {
        let (label, probability) = match top.get(rank) {
            Some((label, probability)) => (*label, digits(*probability)),
            None => ("", String::new()),
        };
        row.extend([cell(label.as_bytes()), probability.into_bytes()]);
    }
    row.push(cell(error.as_bytes()));
    writer.write_record(row).map_err(of_csv)
}

/// The error as it was: the CSV writer's own conversion hides that a pipe was closed.
fn of_csv(error: csv::Error) -> std::io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => std::io::Error::other(format!("{other:?}")),
    }
}

/// A probability with the digits that the model's scores have: they are `f32`.
#[expect(clippy::cast_possible_truncation, reason = "that is what it is for")]
fn digits(probability: f64) -> String {
    (probability as f32).to_string()
}
