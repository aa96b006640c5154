//! Samples in, sheets of their pictures out: what the model finds hardest, and some of what it has right.

use maud::{Markup, html};

use super::{Report, Sample};
use crate::numbers::{loss, percent};

pub(super) fn hardest(report: &Report) -> Markup {
    html! {
        @if report.hardest.is_empty() {
            p.quiet { "There are no pictures to show." }
        } @else {
            p { "The " (report.split) " samples with the highest loss, the worst first. Some are mistakes of whoever labelled them." }
            (sheet(report, &report.hardest))
        }
    }
}

pub(super) fn right(report: &Report) -> Markup {
    html! {
        @if report.right.is_empty() {
            p.quiet { "There are no pictures to show." }
        } @else {
            p { "Some that were classified rightly, spread over the classes." }
            (sheet(report, &report.right))
        }
    }
}

fn sheet(report: &Report, samples: &[Sample]) -> Markup {
    html! { ul.sheet { @for sample in samples { li { (tile(report, sample)) } } } }
}

fn tile(report: &Report, sample: &Sample) -> Markup {
    let judged = &sample.judged;
    let (target, predicted) = (report.class(judged.target), report.class(judged.predicted));
    let confidence = judged.confidence();
    html! {
        figure {
            @if let Some(address) = sample.picture.data_uri() {
                img src=(address) alt={ "sample " (judged.index) ", true class " (target) } width="84" height="84";
            } @else {
                span.missing { "no picture" }
            }
            figcaption {
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
    }
}
