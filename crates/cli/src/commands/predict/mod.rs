//! `burnwright predict`: what is on these pictures?

mod inputs;
pub(super) mod report;
mod rows;
mod sheets;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use burnwright_data::Preparation;
use burnwright_inference::{Answer, Prediction, Predictor, PreparedImage};
use burnwright_run::RunDirectory;

use self::inputs::{Input, Inputs};
use self::report::Report;
use self::sheets::Sheets;
use crate::arguments::PredictFlags;
use crate::devices;
use crate::failure::{Failure, status};
use crate::input;
use crate::output::say;

pub(crate) fn run(flags: &PredictFlags) -> Result<ExitCode, Failure> {
    let (wanted, files) = run_and_files(flags);
    if flags.top == 0 {
        return Err(Failure::new(status::USAGE, "--top is 0, expected at least 1"));
    }
    let run = RunDirectory::find(&flags.artifacts, wanted.as_deref())?;
    let selected = devices::select(&flags.device)?;
    let predictor = Predictor::open(&run, &selected.device)?;
    if let Preparation::Row(_) = predictor.preprocess().preparation {
        if flags.annotate.is_some() {
            let message = "--annotate draws pictures, and this model has learned rows of a table";
            return Err(Failure::new(status::USAGE, message).with_hint("leave --annotate out"));
        }
        if let Some(other) = files.iter().find(|file| file.as_os_str() == "-" || file.is_dir()) {
            let message = format!("not the file of a table: {}", other.display());
            return Err(Failure::new(status::USAGE, message)
                .with_hint("name files of rows, such as new.csv"));
        }
        if wanted.is_none() {
            say(&format!("run {}", run.path().display()));
        }
        let mut report = Report::begin(flags, &predictor)?;
        let worst = rows::answer(&predictor, &files, &mut report)?;
        report.finish(&run.name())?;
        // default: nothing failed
        return Ok(ExitCode::from(worst.unwrap_or(0)));
    }
    let sheets = flags.annotate.as_ref().map(|folder| Sheets::open(folder, predictor.card()));
    let mut sheets = sheets.transpose()?;
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let inputs = Inputs::new(files, flags.annotate.as_deref());
    if wanted.is_none() {
        say(&format!("run {}", run.path().display()));
    }
    let answers = predictor.predict_each(inputs, read, threads)?;
    let mut report = Report::begin(flags, &predictor)?;
    let mut tally = Tally::default();
    for answers in answers {
        for Answer { source: Input { path, .. }, result } in answers {
            tally.count(&result);
            if let Some(sheets) = &mut sheets {
                sheets.add(&path, result.as_ref().ok())?;
            }
            match result {
                Ok((picture, prediction)) => report.answer(&path, &picture, &prediction)?,
                Err(failure) => report.fail(&path, &failure)?,
            }
        }
        report.flush()?;
    }
    report.finish(&run.name())?;
    if let Some(sheets) = sheets {
        sheets.finish()?;
    }
    Ok(ExitCode::from(tally.status()))
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

/// The bytes of an input, or why there are none.
fn read(input: &Input) -> Result<Vec<u8>, Failure> {
    if let Some(fault) = &input.fault {
        return Err(fault.clone());
    }
    input::read(&input.path, input::PICTURE).map_err(|error| {
        let status = match error.kind() {
            std::io::ErrorKind::NotFound => status::MISSING,
            _ => status::INPUT_OUTPUT,
        };
        Failure::new(status, format!("cannot read it: {error}"))
    })
}

/// From a file that is not there to a fault of our own: the worst one is the exit status, so that it depends on what was found and
/// not on the order of the files.
const GRAVER_AND_GRAVER: [u8; 4] =
    [status::MISSING, status::MALFORMED_DATA, status::INPUT_OUTPUT, status::INTERNAL];

/// What became of all files.
#[derive(Default)]
struct Tally {
    worst: Option<u8>,
}

impl Tally {
    fn count(&mut self, result: &Result<(PreparedImage, Prediction), Failure>) {
        let gravity = |status: u8| GRAVER_AND_GRAVER.iter().position(|&known| known == status);
        if let Err(failure) = result
            && self.worst.is_none_or(|worst| gravity(failure.status) > gravity(worst))
        {
            self.worst = Some(failure.status);
        }
    }

    fn status(&self) -> u8 {
        self.worst.unwrap_or(0) // default: nothing failed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gravest_failure_is_the_status_whatever_the_order() {
        let of = |statuses: &[u8]| {
            let mut tally = Tally::default();
            for &status in statuses {
                tally.count(&Err(Failure::new(status, "")));
            }
            tally.status()
        };
        assert_eq!(of(&[]), 0);
        assert_eq!((of(&[65, 66]), of(&[66, 65])), (65, 65));
        assert_eq!((of(&[74, 65, 66]), of(&[66, 70, 74])), (74, 70));
    }
}
