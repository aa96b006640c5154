//! One class for each example: how often the model is correct, where it is wrong, and whether it knows.

mod calibration;
mod classes;
mod confusion;
mod samples;

use burnwright_metrics::{ClassificationEvaluation, JudgedClass, Metric, classification::METRICS};
use burnwright_run::Summary;
use maud::{Markup, html};

use super::examples::Example;
use super::task::{Part, Section};
use crate::numbers::{interval_in_words, loss, percent, thousands};

/// How a classifier did on a split.
#[derive(Clone, Debug, PartialEq)]
pub struct ClassificationReport {
    /// The name of each class, in the order of the evaluation's; a class without a name is called by its number.
    pub classes: Vec<String>,
    /// How the kept model did.
    pub evaluation: ClassificationEvaluation,
    /// The examples with the highest loss, the worst first.
    pub hardest: Vec<Example<JudgedClass>>,
    /// Some that are correct, in the order in which they are shown.
    pub correct: Vec<Example<JudgedClass>>,
}

impl ClassificationReport {
    /// The name of a class.
    fn class(&self, class: usize) -> String {
        let named = self.classes.get(class).filter(|name| !name.is_empty());
        named.cloned().unwrap_or_else(|| format!("class {class}"))
    }
}

impl Part for ClassificationReport {
    fn total(&self) -> usize {
        self.evaluation.total
    }

    fn metrics(&self) -> Vec<Metric> {
        METRICS.iter().map(|measure| measure.metric).collect()
    }

    fn unit(&self) -> &'static str {
        ""
    }

    fn headline(&self, split: &str) -> Markup {
        let ClassificationEvaluation { accuracy, correct, total, interval, .. } = &self.evaluation;
        html! {
            strong { (percent(*accuracy)) } " of the " (split) " samples are classified correctly: "
            (thousands(*correct)) " of " (thousands(*total)) ", " (interval_in_words(interval.map(percent))) "."
        }
    }

    fn tiles(&self, split: &str) -> Vec<[String; 3]> {
        let evaluation = &self.evaluation;
        let mut tiles =
            vec![["Loss".to_owned(), loss(evaluation.loss), format!("mean a {split} sample")]];
        tiles.extend(evaluation.top_k.iter().map(|top| {
            let explanation = "true class among the most probable".to_owned();
            [format!("Top {}", top.k), percent(top.accuracy), explanation]
        }));
        let f1 = percent(evaluation.macro_mean.f1);
        tiles.push(["Macro F1".to_owned(), f1, "each class counts the same".to_owned()]);
        tiles
    }

    fn notes(&self, split: &str, summary: &Summary) -> Vec<String> {
        let evaluation = &self.evaluation;
        let mut notes = Vec::new();
        if !evaluation.loss.is_finite() {
            notes.push(format!(
                "For some {split} samples the model's scores are not finite; those count as wrong."
            ));
        }
        let earlier = summary.test.as_ref().filter(|_| split == "test");
        let counted = earlier.and_then(|test| Some((test.count("correct")?, test.total?)));
        if let Some((correct, total)) =
            counted.filter(|&counted| counted != (evaluation.correct as u64, evaluation.total))
        {
            notes.push(format!(
                "At its end the run itself counted {} of {}: another device or another version judges some samples differently.",
                thousands(correct),
                thousands(total),
            ));
        }
        notes
    }

    fn sections(&self, split: &str) -> Vec<Section> {
        vec![
            Section::new("classes", "Classes", classes::section(self)),
            Section::new("confusion", "Confusion", confusion::section(self)),
            Section::new("calibration", "Calibration", calibration::section(&self.evaluation)),
            Section::new("hardest", "Highest loss", samples::hardest(self, split)),
            Section::new("right", "Classified correctly", samples::correct(self)),
        ]
    }
}
