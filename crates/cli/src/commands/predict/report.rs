//! Answers in, lines of a table, CSV or JSON on stdout out; what failed is also said on stderr, at its place.

use std::collections::BTreeSet;
use std::io::{BufWriter, Stdout, Write, stdout};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use burnwright_inference::{Prediction, Predictor, PreparedImage};
use serde_json::{Value, json};

use crate::arguments::{Format, PredictFlags};
use crate::failure::Failure;
use crate::output::{self, say};

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
        done: Vec<Value>,
        failed: Vec<Value>,
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
        if let Form::Csv(writer) = &mut report.form {
            let more = (2..=top)
                .flat_map(|rank| ["label", "probability"].map(|name| format!("{name}_{rank}")));
            let names = ["path", "label", "probability"].map(str::to_owned).into_iter();
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
        let written = match &mut self.form {
            Form::Table(out) => writeln!(out, "{}", line(path, picture, &top)),
            Form::Csv(writer) => write_row(writer, path, &top, self.top, ""),
            Form::JsonLines(out) => writeln!(out, "{}", object(path, picture, &top)),
            Form::Json { done, .. } => {
                done.push(object(path, picture, &top));
                Ok(())
            }
        };
        output::written(written)
    }

    pub(super) fn fail(&mut self, path: &Path, failure: &Failure) -> Result<(), Failure> {
        let error = || json!({ "path": path.display().to_string(), "error": failure.message });
        let written = match &mut self.form {
            Form::Table(_) => Ok(()),
            Form::Csv(writer) => write_row(writer, path, &[], self.top, &failure.message),
            Form::JsonLines(out) => writeln!(out, "{}", error()),
            Form::Json { failed, .. } => {
                failed.push(error());
                Ok(())
            }
        };
        output::written(written)?;
        // Where both go to one terminal, the error stands among the answers.
        self.flush()?;
        say(&format!("error: {}: {}", failure.message, path.display()));
        if let Some(hint) = &failure.hint
            && self.hints.insert(hint.clone())
        {
            say(&format!("\nhint: {hint}\n"));
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
                output::json(&json!({ "run": run, "predictions": done, "errors": failed }))
            }
            _ => Ok(()),
        }
    }
}

fn line(path: &Path, picture: &PreparedImage, top: &[(&str, f64)]) -> String {
    let shares: Vec<_> =
        top.iter().map(|(label, p)| format!("{label} ({:.1}%)", 100.0 * p)).collect();
    let note = if picture.inverted { "  [inverted: dark on light]" } else { "" };
    format!("{}: {}{note}", path.display(), shares.join(", "))
}

fn object(path: &Path, picture: &PreparedImage, top: &[(&str, f64)]) -> Value {
    let classes: Vec<Value> = top
        .iter()
        .map(|(label, probability)| json!({ "label": label, "probability": probability }))
        .collect();
    let (label, probability) = top.first().copied().unwrap_or_default();
    json!({
        "path": path.display().to_string(), "label": label, "probability": probability,
        "top": classes, "inverted": picture.inverted, "resized": picture.resized,
    })
}

/// A row with `columns` classes, those that are not there left empty. The path keeps its bytes.
fn write_row(
    writer: &mut csv::Writer<Stdout>,
    path: &Path,
    top: &[(&str, f64)],
    columns: usize,
    error: &str,
) -> std::io::Result<()> {
    let mut row = vec![path.as_os_str().as_bytes().to_vec()];
    for rank in 0..columns {
        let (label, probability) = match top.get(rank) {
            Some((label, probability)) => (*label, digits(*probability)),
            None => ("", String::new()),
        };
        row.extend([label.as_bytes().to_vec(), probability.into_bytes()]);
    }
    row.push(error.as_bytes().to_vec());
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
