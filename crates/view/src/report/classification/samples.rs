//! Examples in, sheets of their pictures out: what the model finds hardest, and some of what it has right.

use burnwright_metrics::JudgedClass;
use maud::{Markup, html};

use super::super::elements::scrolling;
use super::super::examples::{Example, heads, sheet};
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
    let in_words = |example: &Example<JudgedClass>| {
        let JudgedClass { index, target, .. } = example.judged;
        format!("{}, true class {}", example.place(index), report.class(target))
    };
    let has_pictures = examples.iter().any(|example| example.picture.is_some());
    html! {
        @if examples.is_empty() {
            p.quiet { "There are no samples to show." }
        } @else if has_pictures {
            p { (lead) }
            (sheet(examples, in_words, |example| caption(report, example)))
        } @else {
            (table(report, examples, lead))
        }
    }
}

fn table(report: &ClassificationReport, examples: &[Example<JudgedClass>], lead: &str) -> Markup {
    let rows = html! {
        table.texts {
            thead {
                tr {
                    th scope="col" { "sample" }
                    th scope="col" { "is" }
                    th scope="col" { "taken for" }
                    th scope="col" { "confidence" }
                    th scope="col" { "loss" }
                    (heads(examples))
                }
            }
            tbody {
                @for example in examples {
                    @let judged = &example.judged;
                    @let wrong = (!judged.is_right()).then_some("wrong");
                    tr {
                        th scope="row" { (example.place(judged.index)) }
                        td { (report.class(judged.target)) }
                        td { span class=[wrong] { (report.class(judged.predicted)) } }
                        td { (percent(judged.confidence())) }
                        td { (loss(judged.loss)) }
                        (example.cells())
                    }
                }
            }
        }
    };
    scrolling("Samples", &html! { (lead) }, &rows)
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
