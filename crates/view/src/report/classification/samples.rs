//! Examples in, sheets of their pictures out: what the model finds hardest, and some of what it has right.

use burnwright_metrics::JudgedClass;
use maud::{Markup, html};

use super::super::examples::{Example, sheet};
use super::ClassificationReport;
use crate::numbers::{loss, percent};

pub(super) fn hardest(report: &ClassificationReport, split: &str) -> Markup {
    let lead = format!(
        "The {split} samples with the highest loss, the worst first. Some are mistakes of whoever labelled them."
    );
    shown(report, &report.hardest, &lead)
}

pub(super) fn correct(report: &ClassificationReport) -> Markup {
    shown(report, &report.correct, "Some that are classified correctly, spread over the classes.")
}

fn shown(report: &ClassificationReport, examples: &[Example<JudgedClass>], lead: &str) -> Markup {
    let in_words = |judged: &JudgedClass| {
        format!("sample {}, true class {}", judged.index, report.class(judged.target))
    };
    html! {
        @if examples.is_empty() {
            p.quiet { "There are no pictures to show." }
        } @else {
            p { (lead) }
            (sheet(examples, in_words, |judged| caption(report, judged)))
        }
    }
}

fn caption(report: &ClassificationReport, judged: &JudgedClass) -> Markup {
    let (target, predicted) = (report.class(judged.target), report.class(judged.predicted));
    let confidence = judged.confidence();
    html! {
        @if judged.is_right() {
            strong { (predicted) } " " (percent(confidence))
        } @else {
            "is " strong { (target) } ", taken for " strong.wrong { (predicted) }
            @if confidence.is_finite() { " " (percent(confidence)) }
        }
        br;
        span.quiet { "sample " (judged.index) ", loss " (loss(judged.loss)) }
    }
}
