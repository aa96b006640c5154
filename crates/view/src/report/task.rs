//! What the page asks of a task: its scores in words, and its own sections.
//!
//! A task is a folder beside this file and one line in [`TaskReport`] and in [`TaskReport::part`]; the rest of the page knows named scores.

use burnwright_metrics::Metric;
use burnwright_run::Summary;
use maud::Markup;

use super::classification::ClassificationReport;
use super::multi_label::MultiLabelReport;
use super::regression::RegressionReport;

/// How the kept model did, by its task.
#[derive(Clone, Debug, PartialEq)]
pub enum TaskReport {
    /// One class for each example.
    Classification(ClassificationReport),
    /// A yes or no to each of several labels for each example.
    MultiLabel(MultiLabelReport),
    /// One number for each example.
    Regression(RegressionReport),
}

impl TaskReport {
    pub(super) fn part(&self) -> &dyn Part {
        match self {
            Self::Classification(part) => part,
            Self::MultiLabel(part) => part,
            Self::Regression(part) => part,
        }
    }
}

/// A task's part of the page.
pub(super) trait Part {
    /// Examples that were judged.
    fn total(&self) -> usize;

    /// The metrics of the task; the log of a run holds some of them, next to the loss.
    fn metrics(&self) -> Vec<Metric>;

    /// In what the target is measured; empty where it has no unit.
    fn unit(&self) -> &str;

    /// The first line: how good the model is, and how sure that is.
    fn headline(&self, split: &str) -> Markup;

    /// Further scores: name, value, and what it says.
    fn tiles(&self, split: &str) -> Vec<[String; 3]>;

    /// What limits these scores, a paragraph each.
    fn notes(&self, split: &str, summary: &Summary) -> Vec<String>;

    /// The sections between the curves and the settings.
    fn sections(&self, split: &str) -> Vec<Section>;
}

/// A section of the page.
pub(super) struct Section {
    pub(super) anchor: &'static str,
    pub(super) heading: &'static str,
    pub(super) content: Markup,
}

impl Section {
    pub(super) fn new(anchor: &'static str, heading: &'static str, content: Markup) -> Self {
        Self { anchor, heading, content }
    }
}
