//! `burnwright init`: data become the recipe that would be trained on them, to edit.

use std::process::ExitCode;

use crate::arguments::InitFlags;
use crate::destination::Destination;
use crate::failure::{Failure, status};
use crate::inferring::infer;
use crate::output::{self, say};

pub(crate) fn run(flags: &InitFlags) -> Result<ExitCode, Failure> {
    let inferred = infer(&flags.path, &flags.data, &[])?;
    match &flags.output {
        None => output::line(inferred.text.trim_end())?,
        Some(path) => {
            if path.exists() {
                let message = format!("there is something already: {}", path.display());
                let failure = Failure::new(status::CANNOT_CREATE, message);
                return Err(failure.with_hint("choose another name, or move it away"));
            }
            Destination::find(path)?.write(inferred.text.as_bytes())?;
            say(&format!("wrote {}", output::path(path)));
        }
    }
    Ok(ExitCode::SUCCESS)
}
