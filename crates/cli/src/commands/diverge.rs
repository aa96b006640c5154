//! `burnwright diverge`: where two runs part, to the first bit, and why.

use std::process::ExitCode;

use burnwright_model::ModelConfig;
use burnwright_run::RunDirectory;
use burnwright_session::{Cause, Divergence, diverge};
use schemars::JsonSchema;
use serde::Serialize;

use crate::arguments::DivergeFlags;
use crate::escaping::escaped;
use crate::failure::{Failure, status};
use crate::output;

/// As `cmp` and `diff` say it.
const DIFFERENT: u8 = 1;

pub(crate) fn run(flags: &DivergeFlags) -> Result<ExitCode, Failure> {
    let find = |name: &str| RunDirectory::find(&flags.artifacts, Some(name));
    let divergence = diverge::<ModelConfig>(&find(&flags.one)?, &find(&flags.two)?)?;
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

/// What `--json` prints.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
pub(super) enum Output {
    /// No step differs.
    None {
        step: (),
        /// The steps that both made.
        steps: usize,
        /// The steps that each made more.
        rest: [usize; 2],
    },
    /// A step differs.
    At { step: usize, what: String, cause: Kind, why: String },
}

/// What a cause is of.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Kind {
    Settings,
    Data,
    Numerics,
}

fn json_of(divergence: &Divergence) -> Output {
    match divergence {
        Divergence::None { steps, rest } => Output::None { step: (), steps: *steps, rest: *rest },
        Divergence::At { step, what, cause } => {
            let kind = match cause {
                Cause::Settings(_) => Kind::Settings,
                Cause::Data => Kind::Data,
                Cause::Numerics(_) => Kind::Numerics,
            };
            Output::At { step: *step, what: what.clone(), cause: kind, why: cause_text(cause) }
        }
    }
}
