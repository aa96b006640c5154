//! Examples with large errors in, a table and a sheet of their pictures out.

use burnwright_metrics::JudgedNumber;
use maud::{Markup, html};

use super::super::elements::scrolling;
use super::super::examples::{Example, heads, sheet};
use super::RegressionReport;
use crate::numbers::{loss, significant};

pub(super) fn section(report: &RegressionReport, split: &str) -> Markup {
    let has_pictures = report.worst.iter().any(|example| example.picture.is_some());
    html! {
        @if report.worst.is_empty() {
            p.quiet { "There are no examples to show." }
        } @else if has_pictures {
            p { "The " (split) " examples with the largest errors, the worst first. Some are mistakes in the data." }
            (sheet(&report.worst, |example| in_words(report, example), |example| caption(report, example)))
        } @else {
            (table(report, split))
        }
    }
}

fn in_words(report: &RegressionReport, example: &Example<JudgedNumber>) -> String {
    let judged = &example.judged;
    format!("{}, actual {}", example.place(judged.index), report.number(judged.target))
}

fn caption(report: &RegressionReport, example: &Example<JudgedNumber>) -> Markup {
    let judged = &example.judged;
    html! {
        "is " strong { (report.number(judged.target)) } ", predicted " strong.wrong { (report.number(judged.predicted)) }
        br;
        span.quiet { (example.place(judged.index)) ", error " (signed(judged.error())) }
    }
}

fn table(report: &RegressionReport, split: &str) -> Markup {
    let caption = html! {
        "The " (split) " examples with the largest errors, the worst first, by their place in the data: " (report.axis(&report.target)) ". Some are "
        "mistakes in the data."
    };
    let rows = html! {
        table {
            thead {
                tr {
                    th scope="col" { "example" }
                    th scope="col" { "actual" }
                    th scope="col" { "predicted" }
                    th scope="col" { "error" }
                    th scope="col" { "loss" }
                    (heads(&report.worst))
                }
            }
            tbody {
                @for example in &report.worst {
                    @let judged = &example.judged;
                    tr {
                        th scope="row" { (example.place(judged.index)) }
                        td { (significant(judged.target)) }
                        td { (significant(judged.predicted)) }
                        td { (signed(judged.error())) }
                        td { (loss(judged.loss)) }
                        (example.cells())
                    }
                }
            }
        }
    };
    scrolling("Largest errors", &caption, &rows)
}

/// With a plus where the prediction is too high: in a column of both kinds a missing minus is not seen.
fn signed(error: f64) -> String {
    let plus = if error > 0.0 && error.is_finite() { "+" } else { "" };
    format!("{plus}{}", significant(error))
}
