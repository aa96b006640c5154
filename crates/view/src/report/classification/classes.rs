//! Scores of each class in, a table out.

use burnwright_metrics::{ClassScores, Means};
use maud::{Markup, html};

use super::super::elements::scrolling;
use super::ClassificationReport;
use crate::numbers::{NONE, percent, thousands};

/// Rows at most; of more classes those with the lowest F1 are shown.
const ROWS: usize = 100;

pub(super) fn section(report: &ClassificationReport) -> Markup {
    let evaluation = &report.evaluation;
    let mut shown: Vec<(usize, &ClassScores)> = evaluation.per_class.iter().enumerate().collect();
    let is_cut = shown.len() > ROWS;
    if is_cut {
        shown.sort_by(|(_, one), (_, other)| one.f1.total_cmp(&other.f1));
        shown.truncate(ROWS);
    }
    let caption = html! { "Precision: of those taken for the class, the share that is of it. Recall: of the class, the share that was found. "
    "F1: their harmonic mean. ROC AUC: the class against the rest."
    @if is_cut { " The " (ROWS) " classes with the lowest F1." } };
    let rows = html! {
        table {
            thead {
                tr {
                    th scope="col" { "class" }
                    th scope="col" { "precision" }
                    th scope="col" { "recall" }
                    th scope="col" { "F1" }
                    th scope="col" { "ROC AUC" }
                    th scope="col" { "support" }
                }
            }
            tbody {
                @for &(class, scores) in &shown {
                    @let means = Means { precision: scores.precision, recall: scores.recall, f1: scores.f1, roc_auc: scores.roc_auc };
                    (row(&report.class(class), means, &thousands(scores.support)))
                }
            }
            tfoot {
                (row("macro mean", evaluation.macro_mean, &thousands(evaluation.total)))
                (row("weighted mean", evaluation.weighted_mean, &thousands(evaluation.total)))
            }
        }
    };
    scrolling("Classes", &caption, &rows)
}

fn row(name: &str, scores: Means, support: &str) -> Markup {
    let area = scores.roc_auc.map_or(NONE.to_owned(), |area| format!("{area:.4}"));
    html! {
        tr {
            th scope="row" { (name) }
            td { (percent(scores.precision)) }
            td { (percent(scores.recall)) }
            td { (percent(scores.f1)) }
            td { (area) }
            td { (support) }
        }
    }
}
