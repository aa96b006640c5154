//! A report in, its first lines out: what the run was, how well it did, and what one must know before believing it.

use burnwright_run::{Event, StopReason};
use maud::{Markup, html};

use super::Report;
use super::elements::tile;
use crate::numbers::{counted, seconds, thousands};

pub(super) fn section(report: &Report) -> Markup {
    let Report { manifest, summary, split, .. } = report;
    let task = report.task.part();
    html! {
        h1 { (manifest.run) }
        p.quiet {
            "Recipe " (manifest.recipe) " on " (summary.device) ", begun "
            time datetime=(manifest.started) { (manifest.started) }
        }
        p.headline { (task.headline(split)) }
        ul.tiles {
            @for score in task.tiles(split) { (tile(&score)) }
            (tile(&["Training".to_owned(), seconds(summary.seconds.training), extent(report)]))
            @if let Some(parameters) = parameters(report) {
                (tile(&["Parameters".to_owned(), thousands(parameters), "values that the model learns".to_owned()]))
            }
        }
        @for note in notes(report) { p.note { (note) } }
    }
}

fn extent(report: &Report) -> String {
    let steps = counted(report.summary.steps, "step");
    match report.summary.epochs {
        0 => format!("{steps}, no whole epoch"),
        epochs => format!("{steps}, {}", counted(epochs, "whole epoch")),
    }
}

fn parameters(report: &Report) -> Option<usize> {
    report.events.iter().find_map(|event| match event {
        Event::TrainingStarted { parameters, .. } => Some(*parameters),
        _ => None,
    })
}

/// What limits the numbers above.
fn notes(report: &Report) -> Vec<String> {
    let summary = &report.summary;
    let mut notes = Vec::new();
    if summary.interrupted || summary.stopped == StopReason::Interrupted {
        notes.push("The run was interrupted: its weights are those of that moment.".to_owned());
    } else if summary.stopped == StopReason::MaxSteps {
        notes.push("The run ended at the step limit of its recipe.".to_owned());
    }
    if summary.left_out > 0 {
        let pictures = counted(summary.left_out, "picture");
        notes.push(format!("{pictures} of the data could not be read and took no part."));
    }
    notes.extend(report.task.part().notes(&report.split, summary));
    notes
}
