//! A yes or no to each of several labels: how good each label is, and which examples are wrong.

mod labels;
mod worst;

use burnwright_metrics::{JudgedLabels, Metric, MultiLabelEvaluation, multi_label};
use burnwright_run::Summary;
use maud::{Markup, html};

use super::elements::score_tile;
use super::examples::Example;
use super::task::{Part, Section};
use crate::numbers::{loss, measured, percent, thousands};

/// How a model that predicts labels did on a split.
#[derive(Clone, Debug, PartialEq)]
pub struct MultiLabelReport {
    /// The name of each label, in the order of the evaluation's; a label without a name is called by its number.
    pub labels: Vec<String>,
    /// How the kept model did.
    pub evaluation: MultiLabelEvaluation,
    /// The examples with the highest loss, the worst first.
    pub worst: Vec<Example<JudgedLabels>>,
}

impl MultiLabelReport {
    /// The name of a label.
    fn label(&self, label: usize) -> String {
        let named = self.labels.get(label).filter(|name| !name.is_empty());
        named.cloned().unwrap_or_else(|| format!("label {label}"))
    }
}

/// What a score says, where it has no interval.
fn explained(name: &str) -> &'static str {
    match name {
        "mean_average_precision" => "mean over the labels that occur",
        "micro_average_precision" => "all labels as one",
        "f1_macro" => "each label counts the same",
        "f1_micro" => "each decision counts the same",
        "hamming_loss" => "of all decisions are wrong",
        // A metric may be added without a word here; its title says what it is.
        _ => "",
    }
}

impl Part for MultiLabelReport {
    fn total(&self) -> usize {
        self.evaluation.total
    }

    fn metrics(&self) -> Vec<Metric> {
        multi_label::METRICS.iter().map(|measure| measure.metric).collect()
    }

    fn unit(&self) -> &'static str {
        ""
    }

    fn headline(&self, split: &str) -> Markup {
        let main = self.evaluation.scores.all().first().expect("the task lists its metrics");
        html! {
            strong { (measured(main.metric, main.value, "")) } " is the " (main.metric.title) " of "
            (thousands(self.evaluation.per_label.len())) " labels on " (thousands(self.evaluation.total)) " " (split) " examples. On "
            (thousands(self.evaluation.exact)) " of them every label is predicted correctly."
        }
    }

    fn tiles(&self, split: &str) -> Vec<[String; 3]> {
        let mut tiles: Vec<[String; 3]> = self
            .evaluation
            .scores
            .all()
            .iter()
            .map(|score| score_tile(score, "", explained(score.metric.name)))
            .collect();
        let explanation = format!("mean a {split} example");
        tiles.push(["Loss".to_owned(), loss(self.evaluation.loss), explanation]);
        let threshold = percent(self.evaluation.threshold);
        let explanation = "a label is predicted where it is more probable".to_owned();
        tiles.push(["Threshold".to_owned(), threshold, explanation]);
        tiles
    }

    fn notes(&self, split: &str, _: &Summary) -> Vec<String> {
        let evaluation = &self.evaluation;
        let mut notes = Vec::new();
        if evaluation.not_finite > 0 {
            notes.push(format!(
                "For {} of the {split} examples the model's scores are not finite; they count as wrong at each label, and no average \
                 precision is defined.",
                thousands(evaluation.not_finite)
            ));
        }
        let absent = evaluation.per_label.iter().filter(|label| label.positives == 0).count();
        if absent > 0 {
            notes.push(format!(
                "No {split} example has {} of the {} labels; the mean average precision leaves them out.",
                thousands(absent),
                thousands(evaluation.per_label.len())
            ));
        }
        notes
    }

    fn sections(&self, split: &str) -> Vec<Section> {
        vec![
            Section::new("labels", "Labels", labels::section(self)),
            Section::new("worst", "Highest loss", worst::section(self, split)),
        ]
    }
}
