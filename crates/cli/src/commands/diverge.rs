//! `burnwright diverge`: where two runs part, to the first bit, and why.

use std::process::ExitCode;

use burnwright_run::RunDirectory;
use burnwright_session::{Cause, Divergence, diverge};
use serde_json::{Value, json};

use crate::arguments::DivergeFlags;
use crate::escaping::escaped;
use crate::failure::{Failure, status};
use crate::output;

/// As `cmp` and `diff` say it.
const DIFFERENT: u8 = 1;

pub(crate) fn run(flags: &DivergeFlags) -> Result<ExitCode, Failure> {
    let find = |name: &str| RunDirectory::find(&flags.artifacts, Some(name));
    let divergence = diverge(&find(&flags.one)?, &find(&flags.two)?)?;
    if matches!(divergence, Divergence::None { steps: 0, .. }) {
        return Err(Failure::new(status::MALFORMED_DATA, "the runs have no step in common"));
    }
    if flags.json {
        output::json(&json_of(&divergence))?;
    } else {
        output::line(&text_of(&divergence))?;
    }
    Ok(match divergence {
        Divergence::None { .. } => ExitCode::SUCCESS,
        Divergence::At { .. } => ExitCode::from(DIFFERENT),
    })
}

fn text_of(divergence: &Divergence) -> String {
    match divergence {
        Divergence::None { steps, rest: [0, 0] } => format!("no difference in {steps} steps"),
        Divergence::None { steps, rest } => {
            let [more, other] = rest;
            format!("no difference in the {steps} steps that both made ({more} and {other} more)")
        }
        Divergence::At { step, what, cause } => {
            let cause = cause_text(cause);
            format!("first difference at step {step}: {what}\ncause: {}", escaped(&cause))
        }
    }
}

fn cause_text(cause: &Cause) -> String {
    match cause {
        Cause::Settings(changed) => {
            let each = changed.iter().map(|(key, one, two)| format!("{key} {one} against {two}"));
            format!("settings: {}", each.collect::<Vec<_>>().join("; "))
        }
        Cause::Data => "data: the settings agree, the samples do not".to_owned(),
        Cause::Numerics(reasons) if reasons.is_empty() => {
            "numerics: settings and batches agree".to_owned()
        }
        Cause::Numerics(reasons) => format!("numerics: {}", reasons.join(", ")),
    }
}

fn json_of(divergence: &Divergence) -> Value {
    match divergence {
        Divergence::None { steps, rest } => json!({ "step": null, "steps": steps, "rest": rest }),
        Divergence::At { step, what, cause } => {
            let kind = match cause {
                Cause::Settings(_) => "settings",
                Cause::Data => "data",
                Cause::Numerics(_) => "numerics",
            };
            json!({ "step": step, "what": what, "cause": kind, "why": cause_text(cause) })
        }
    }
}
