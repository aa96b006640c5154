//! A report in, how the model was chosen and how often the test samples were consulted out.

use maud::{Markup, html};

use super::Report;
use crate::numbers::count;

pub(super) fn section(report: &Report) -> Markup {
    html! {
        p { (choice(report)) }
        p { (looks(report)) }
        @if let Some(fault) = &report.ledger_fault {
            p.note { "The ledger of looks was changed (" (fault) "), so that their number cannot be relied on." }
        }
    }
}

/// What the weights were chosen by: validation samples, or nothing.
fn choice(report: &Report) -> String {
    let summary = &report.summary;
    let stops_early = report.settings.iter().any(|one| one.key == "early_stopping.patience");
    match (summary.best_epoch, summary.validation.is_some()) {
        (Some(epoch), _) => format!(
            "The weights are those of epoch {epoch}, after which the held-out validation samples were classified best. Test samples \
             had no part in that choice."
        ),
        (None, true) if stops_early => "The weights are those of the last epoch, after which the held-out validation samples were \
                                        classified best. Test samples had no part in that choice."
            .to_owned(),
        (None, true) => "The weights are those after the last step. The validation samples were watched; nothing was chosen by \
                         them, nor by the test samples."
            .to_owned(),
        (None, false) => "The weights are those after the last step. No samples were held out for validation, and nothing was \
                          chosen by the test samples."
            .to_owned(),
    }
}

fn looks(report: &Report) -> String {
    match report.looks {
        0 => "The test samples were never consulted.".to_owned(),
        1 => "The test samples were consulted once, at the end of the run.".to_owned(),
        looks => format!(
            "The test samples were consulted {} times. Whoever changes settings between two looks chooses by the test samples, \
             and their score is then too good.",
            count(looks)
        ),
    }
}
