//! `burnwright predict`: what is on these pictures?

use std::ffi::OsStr;
use std::io::BufRead;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use burnwright_inference::{Prediction, Predictor, PreparedImage, prepare};
use burnwright_run::RunDirectory;
use serde_json::{Value, json};

use crate::arguments::PredictFlags;
use crate::devices;
use crate::failure::{Failure, status};
use crate::input;
use crate::output::{self, say};

pub(crate) fn run(flags: &PredictFlags) -> Result<ExitCode, Failure> {
    let (wanted, files) = run_and_files(flags);
    if flags.top == 0 {
        return Err(Failure::new(2, "--top is 0, expected at least 1"));
    }
    let run = RunDirectory::find(&flags.artifacts, wanted.as_deref())?;
    let selected = devices::select(&flags.device)?;
    let predictor = Predictor::open(&run, &selected.device)?;
    let mut answers = Answers { predictor, flags, done: Vec::new(), failed: Vec::new(), status: 0 };
    for path in &files {
        answers.take(path)?;
    }
    if flags.json {
        output::json(&json!({
            "run": run.name(), "predictions": answers.done, "errors": answers.failed,
        }))?;
    }
    Ok(ExitCode::from(answers.status))
}

/// The first word is a run if another follows, and it is a run's name or folder, or nothing that could be a picture.
fn run_and_files(flags: &PredictFlags) -> (Option<String>, Vec<PathBuf>) {
    let [first, rest @ ..] = &flags.files[..] else { return (None, Vec::new()) };
    let folders = [flags.artifacts.join(first), first.clone()];
    let is_run = folders.iter().any(|folder| RunDirectory::open(folder).is_ok());
    let like_picture = first == Path::new("-") || first.extension().is_some() || first.exists();
    if !rest.is_empty() && (is_run || !like_picture) {
        return (Some(first.to_string_lossy().into_owned()), rest.to_vec());
    }
    (None, flags.files.clone())
}

struct Answers<'a> {
    predictor: Predictor,
    flags: &'a PredictFlags,
    done: Vec<Value>,
    failed: Vec<Value>,
    /// The exit status so far: that of the first file that failed.
    status: u8,
}

impl Answers<'_> {
    /// A file, a folder, or `-` for paths from stdin.
    fn take(&mut self, path: &Path) -> Result<(), Failure> {
        if path == Path::new("-") {
            for line in std::io::stdin().lock().split(b'\n') {
                let line = line.map_err(|error| {
                    let text = format!("cannot read paths from stdin: {error}");
                    Failure::new(status::INPUT_OUTPUT, text)
                })?;
                let line = line.strip_suffix(b"\r").unwrap_or(&line);
                if !line.is_empty() {
                    self.take_path(Path::new(OsStr::from_bytes(line)))?;
                }
            }
            return Ok(());
        }
        self.take_path(path)
    }

    fn take_path(&mut self, path: &Path) -> Result<(), Failure> {
        if !path.is_dir() {
            return self.take_file(path);
        }
        match pictures_in(path) {
            Ok(files) if files.is_empty() => {
                let failure = Failure::new(status::MISSING, "the folder holds no PNG or JPEG file");
                self.fail(path, &failure);
                Ok(())
            }
            Ok(files) => files.iter().try_for_each(|file| self.take_path(file)),
            Err(error) => {
                let failure =
                    Failure::new(status::INPUT_OUTPUT, format!("cannot list it: {error}"));
                self.fail(path, &failure);
                Ok(())
            }
        }
    }

    fn take_file(&mut self, path: &Path) -> Result<(), Failure> {
        match self.predict(path) {
            Ok((picture, prediction)) => self.answer(path, &picture, &prediction),
            Err(failure) => {
                self.fail(path, &failure);
                Ok(())
            }
        }
    }

    fn predict(&self, path: &Path) -> Result<(PreparedImage, Prediction), Failure> {
        let bytes = input::read(path, input::PICTURE).map_err(|error| {
            let status = match error.kind() {
                std::io::ErrorKind::NotFound => status::MISSING,
                _ => status::INPUT_OUTPUT,
            };
            Failure::new(status, format!("cannot read it: {error}"))
        })?;
        let picture = prepare(&bytes, self.predictor.card())?;
        let mut predictions = self.predictor.predict(std::slice::from_ref(&picture))?;
        let missing = || Failure::new(status::INTERNAL, "the model gave no answer");
        Ok((picture, predictions.pop().ok_or_else(missing)?))
    }

    fn answer(
        &mut self,
        path: &Path,
        picture: &PreparedImage,
        prediction: &Prediction,
    ) -> Result<(), Failure> {
        let top = self.predictor.top(prediction, self.flags.top);
        if self.flags.json {
            let top: Vec<Value> = top
                .iter()
                .map(|(label, probability)| json!({ "label": label, "probability": probability }))
                .collect();
            self.done.push(json!({
                "path": path.display().to_string(), "label": prediction.label, "probability": prediction.probability,
                "top": top, "inverted": picture.inverted, "resized": picture.resized,
            }));
            return Ok(());
        }
        let shares = top.iter().map(|(label, p)| format!("{label} ({:.1}%)", 100.0 * p));
        let note = if picture.inverted { "  [inverted: dark on light]" } else { "" };
        let shares = shares.collect::<Vec<_>>().join(", ");
        output::line(&format!("{}: {shares}{note}", path.display()))
    }

    fn fail(&mut self, path: &Path, failure: &Failure) {
        if self.status == 0 {
            self.status = failure.status;
        }
        if self.flags.json {
            self.failed
                .push(json!({ "path": path.display().to_string(), "error": failure.message }));
        }
        say(&format!("error: {}: {}", failure.message, path.display()));
    }
}

/// How the names of pictures end.
const PICTURES: [&str; 3] = ["png", "jpg", "jpeg"];

/// The folders and pictures in a folder, by name.
fn pictures_in(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        let extension = path.extension().and_then(|e| e.to_str()).unwrap_or_default();
        let picture = PICTURES.iter().any(|known| extension.eq_ignore_ascii_case(known));
        let kind = entry.file_type()?;
        // Links to folders are not followed: they may lead in circles.
        if kind.is_dir() || (picture && !path.is_dir()) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
