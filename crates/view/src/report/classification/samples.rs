//! Examples in, sheets of their pictures out: what the model finds hardest, and some of what it has right.

use burnwright_metrics::JudgedClass;
use maud::{Markup, html};

use super::super::elements::scrolling;
use super::super::examples::{Example, rows, shown};
use super::ClassificationReport;
use crate::numbers::{loss, percent};

pub(super) fn hardest(report: &ClassificationReport, split: &str) -> Markup {
    let lead = format!(
        "The {split} samples with the highest loss, the worst first. Some are mistakes of whoever labelled them."
    );
    samples(report, &report.hardest, &lead)
}

pub(super) fn correct(report: &ClassificationReport) -> Markup {
    samples(report, &report.correct, "Some that are classified correctly, spread over the classes.")
}

fn samples(report: &ClassificationReport, examples: &[Example<JudgedClass>], lead: &str) -> Markup {
    let in_words = |example: &Example<JudgedClass>| {
        let JudgedClass { index, target, .. } = example.judged;
        format!("{}, true class {}", example.place(index), report.class(target))
    };
    shown(
        examples,
        lead,
        in_words,
        |example| caption(report, example),
        || table(report, examples, lead),
    )
}

fn table(report: &ClassificationReport, examples: &[Example<JudgedClass>], lead: &str) -> Markup {
    let cells = |judged: &JudgedClass| {
        let wrong = (!judged.is_right()).then_some("wrong");
        html! {
            td { (report.class(judged.target)) }
            td { span class=[wrong] { (report.class(judged.predicted)) } }
            td { (percent(judged.confidence())) }
            td { (loss(judged.loss)) }
        }
    };
    let columns = ["is", "taken for", "confidence", "loss"];
    let place = |example: &Example<JudgedClass>| example.place(example.judged.index);
    scrolling(
        "Samples",
        &html! { (lead) },
        &html! { table.texts { (rows(examples, &columns, place, cells)) } },
    )
}

fn caption(report: &ClassificationReport, example: &Example<JudgedClass>) -> Markup {
    let judged = &example.judged;
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
        span.quiet { (example.place(judged.index)) ", loss " (loss(judged.loss)) }
    }
}
