//! Examples with large errors in, a table and a sheet of their pictures out.

use burnwright_metrics::JudgedNumber;
use maud::{Markup, html};

use super::super::elements::scrolling;
use super::super::examples::{Example, rows, shown};
use super::RegressionReport;
use crate::numbers::{loss, significant};

pub(super) fn section(report: &RegressionReport, split: &str) -> Markup {
    let lead = format!(
        "The {split} samples with the largest errors, the worst first. Some are mistakes in the data."
    );
    shown(
        &report.worst,
        &lead,
        |example| in_words(report, example),
        |example| caption(report, example),
        || table(report, split),
    )
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
        "The " (split) " samples with the largest errors, the worst first, by their place in the data: " (report.axis(&report.target)) ". Some are "
        "mistakes in the data."
    };
    let cells = |judged: &JudgedNumber| {
        html! {
            td { (significant(judged.target)) }
            td { (significant(judged.predicted)) }
            td { (signed(judged.error())) }
            td { (loss(judged.loss)) }
        }
    };
    let columns = ["actual", "predicted", "error", "loss"];
    let place = |example: &Example<JudgedNumber>| example.place(example.judged.index);
    let rows = html! { table { (rows(&report.worst, &columns, place, cells)) } };
    scrolling("Largest errors", &caption, &rows)
}

/// With a plus where the prediction is too high: in a column of both kinds a missing minus is not seen.
fn signed(error: f64) -> String {
    let plus = if error > 0.0 && error.is_finite() { "+" } else { "" };
    format!("{plus}{}", significant(error))
}
