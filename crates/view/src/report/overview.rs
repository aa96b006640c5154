//! A report in, its first lines out: what the run was, how well it did, and what one must know before believing it.

use burnwright_run::{Event, StopReason};
use maud::{Markup, html};

use super::Report;
use crate::numbers::{count, counted, interval_in_words, loss, percent, seconds};

pub(super) fn section(report: &Report) -> Markup {
    let Report { manifest, summary, evaluation, split, .. } = report;
    html! {
        h1 { (manifest.run) }
        p.quiet {
            "Recipe " (manifest.recipe) " on " (summary.device) ", begun "
            time datetime=(manifest.started) { (manifest.started) }
        }
        p.headline {
            strong { (percent(evaluation.accuracy)) } " of the " (split) " samples are classified rightly: "
            (count(evaluation.correct)) " of " (count(evaluation.total)) ", " (interval_in_words(evaluation.interval)) "."
        }
        ul.tiles {
            (tile("Loss", &loss(evaluation.loss), &format!("mean a {split} sample")))
            @for top in &evaluation.top_k {
                (tile(&format!("Top {}", top.k), &percent(top.accuracy), "true class among the most probable"))
            }
            (tile("Macro F1", &percent(evaluation.macro_mean.f1), "each class counts the same"))
            (tile("Training", &seconds(summary.seconds.training), &extent(report)))
            @if let Some(parameters) = parameters(report) {
                (tile("Parameters", &count(parameters), "values that the model learns"))
            }
        }
        @for note in notes(report) { p.note { (note) } }
    }
}

fn tile(name: &str, value: &str, explanation: &str) -> Markup {
    html! { li { span.name { (name) } " " strong { (value) } " " span.quiet { (explanation) } } }
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
    let Report { summary, evaluation, split, .. } = report;
    let mut notes = Vec::new();
    if summary.interrupted || summary.stopped == StopReason::Interrupted {
        notes.push("The run was interrupted: its weights are those of that moment.".to_owned());
    } else if summary.stopped == StopReason::MaxSteps {
        notes.push("The run ended at the step limit of its recipe.".to_owned());
    }
    if !evaluation.loss.is_finite() {
        notes.push(format!(
            "For some {split} samples the model's scores are no finite numbers; those count as wrong."
        ));
    }
    let earlier = summary.test.as_ref().filter(|_| split == "test");
    let counted = earlier.and_then(|test| Some((test.count("correct")?, test.total?)));
    if let Some((correct, total)) =
        counted.filter(|&counted| counted != (evaluation.correct as u64, evaluation.total))
    {
        notes.push(format!(
            "At its end the run itself counted {} of {}: another device or another version judges some samples differently.",
            correct,
            count(total),
        ));
    }
    notes
}
