//! A report in, how the model was chosen and how often the test samples were consulted out.

use burnwright_run::Event;
use maud::{Markup, html};

use super::Report;
use crate::numbers::{loss, measured, thousands};

pub(super) fn section(report: &Report) -> Markup {
    html! {
        p { (choice(report)) (held_out_score(report)) }
        p { (looks(report)) }
        @if let Some(fault) = &report.ledger_fault {
            p.note { "The ledger of looks was changed (" (fault) "), so that their number cannot be relied on." }
        }
    }
}

/// What the weights were chosen by: validation samples, or nothing.
fn choice(report: &Report) -> String {
    let setting = |key: &str| report.settings.iter().find(|one| one.key == key);
    let stops_early = setting("early_stopping.patience").is_some();
    let is_judged = |event: &Event| matches!(event, Event::EpochEnded { validation: Some(_), .. });
    let is_chosen = stops_early && report.events.iter().any(is_judged);
    let share = setting("data.validation").and_then(|share| share.value.parse::<f64>().ok());
    let holds_out = share.is_some_and(|share| share > 0.0) || report.summary.validation.is_some();
    match (report.summary.best_epoch, holds_out) {
        (Some(epoch), _) => format!(
            "The weights are those after epoch {epoch}{}, when the held-out validation samples were judged best. Test samples had \
             no part in that choice.",
            report.summary.best_step.map_or_else(String::new, |step| format!(" (step {step})")),
        ),
        (None, true) if is_chosen => "The weights are those after the last step, when the held-out validation samples were \
                                      judged best. Test samples had no part in that choice."
            .to_owned(),
        (None, true) if stops_early => "The weights are those after the last step. Training ended before the held-out validation \
                                        samples could choose among epochs; the test samples had no part either."
            .to_owned(),
        (None, true) => "The weights are those after the last step. The validation samples were watched; nothing was chosen by \
                         them, nor by the test samples."
            .to_owned(),
        (None, false) => "The weights are those after the last step. No samples were held out for validation, and nothing was \
                          chosen by the test samples."
            .to_owned(),
    }
}

/// How the kept weights do on the samples that were held out. The summary of a run so old that its manifest does not name the test
/// samples may hold the score of other weights.
fn held_out_score(report: &Report) -> String {
    let is_sure = report.manifest.test_fingerprint.is_some();
    let Some(scores) = report.summary.validation.as_ref().filter(|_| is_sure) else {
        return String::new();
    };
    let task = report.task.part();
    let kept = task.metrics().into_iter().filter_map(|metric| {
        let value = measured(metric, scores.get(metric.name)?, task.unit());
        Some(format!("{} {value}", metric.title))
    });
    let all: Vec<String> = kept.chain([format!("loss {}", loss(scores.loss()))]).collect();
    format!(" On the held-out samples: {}.", all.join(", "))
}

fn looks(report: &Report) -> String {
    match report.looks {
        0 => "The test samples were never consulted.".to_owned(),
        1 => "The test samples were consulted once, at the end of the run.".to_owned(),
        looks => format!(
            "The test samples were consulted {} times. Whoever changes settings between two looks chooses by the test samples, \
             and their score is then too good.",
            thousands(looks)
        ),
    }
}
