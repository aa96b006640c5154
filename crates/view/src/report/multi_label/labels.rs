//! Scores of each label in, a table with a bar of each average precision out.

use burnwright_metrics::LabelScores;
use maud::{Markup, html};

use super::super::elements::scrolling;
use super::MultiLabelReport;
use crate::frame::tenths;
use crate::numbers::{NONE, percent, thousands};

/// Rows at most; of more labels those with the lowest average precision are shown.
const ROWS: usize = 100;

/// Width of the bar of an average precision of 1.
const BAR: f64 = 60.0;

pub(super) fn section(report: &MultiLabelReport) -> Markup {
    let mut shown: Vec<(usize, &LabelScores)> =
        report.evaluation.per_label.iter().enumerate().collect();
    let is_cut = shown.len() > ROWS;
    if is_cut {
        // default: labels without an average precision come last; there is nothing to see of them.
        let height = |label: &LabelScores| label.average_precision.unwrap_or(f64::INFINITY);
        shown.sort_by(|(_, one), (_, other)| height(one).total_cmp(&height(other)));
        shown.truncate(ROWS);
    }
    let caption = html! { "Average precision: how far the probabilities put the examples that have the label first; a model that guesses has the share of "
    "those. Precision: of the examples for which the label is predicted, the share that has it. Recall: of those that have it, the share that was found. "
    "F1: their harmonic mean."
    @if is_cut { " The " (ROWS) " labels with the lowest average precision." } };
    let rows = html! {
        table.labels {
            thead {
                tr {
                    th scope="col" { "label" }
                    th scope="col" colspan="2" { "average precision" }
                    th scope="col" { "precision" }
                    th scope="col" { "recall" }
                    th scope="col" { "F1" }
                    th scope="col" { "have it" }
                    th scope="col" { "found" }
                    th scope="col" { "missed" }
                    th scope="col" { "false alarms" }
                }
            }
            tbody { @for &(label, scores) in &shown { (row(&report.label(label), scores)) } }
        }
    };
    scrolling("Labels", &caption, &rows)
}

fn row(name: &str, scores: &LabelScores) -> Markup {
    html! {
        tr {
            th scope="row" { (name) }
            td { @if let Some(share) = scores.average_precision { (bar(share)) } }
            td { (scores.average_precision.map_or(NONE.to_owned(), percent)) }
            td { (percent(scores.precision)) }
            td { (percent(scores.recall)) }
            td { (percent(scores.f1)) }
            td { (thousands(scores.positives)) }
            td { (thousands(scores.true_positives)) }
            td { (thousands(scores.false_negatives)) }
            td { (thousands(scores.false_positives)) }
        }
    }
}

/// The number stands next to it.
fn bar(share: f64) -> Markup {
    html! {
        svg.swatch aria-hidden="true" viewBox={ "0 0 " (BAR) " 10" } width=(BAR) height="10" {
            rect.bar width=(tenths(BAR * share)) height="10" {}
            line.grid x1=(BAR) x2=(BAR) y1="0" y2="10" {}
        }
    }
}
