//! The labels of an evaluation as a table.

use burnwright_metrics::MultiLabelEvaluation;

use super::percent;
use crate::table::table_of_numbers;

/// A line a label.
pub(super) fn label_table(evaluation: &MultiLabelEvaluation, labels: &[String]) -> String {
    let heading = ["label", "precision", "recall", "F1", "average precision", "positives"];
    let mut rows = vec![heading.map(ToOwned::to_owned).to_vec()];
    for (name, label) in labels.iter().zip(&evaluation.per_label) {
        let shares = [label.precision, label.recall, label.f1].map(percent);
        let average = label.average_precision.map_or_else(|| "-".to_owned(), percent);
        let positives = label.positives.to_string();
        rows.push([std::slice::from_ref(name), &shares[..], &[average, positives]].concat());
    }
    table_of_numbers(&rows)
}
