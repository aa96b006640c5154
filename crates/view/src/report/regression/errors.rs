//! Errors in, how they are spread out: a histogram and a table of quantiles.

use burnwright_metrics::JudgedNumber;
use maud::{Markup, html};

use super::super::elements::scrolling;
use super::RegressionReport;
use crate::histogram::{BEYOND, Histogram};
use crate::numbers::significant;

pub(super) fn section(report: &RegressionReport) -> Markup {
    let errors: Vec<f64> = report.predictions.examples().iter().map(JudgedNumber::error).collect();
    let histogram = Histogram {
        title: "How many examples have which error",
        x: &report.axis("error (predicted minus actual)"),
        y: "examples",
        values: &errors,
        empty: "no prediction is finite",
    };
    html! {
        div.plots {
            figure {
                figcaption { "Errors" }
                (histogram.markup())
                p.quiet { "The lowest and the highest " (100.0 * BEYOND) "% are counted in the outermost bars." }
            }
            (quantiles(report))
        }
    }
}

fn quantiles(report: &RegressionReport) -> Markup {
    let caption = html! { "The error that so many of the examples stay below: " (report.axis("predicted minus actual")) };
    let rows = html! {
        table {
            thead { tr { th scope="col" { "examples" } th scope="col" { "error" } } }
            tbody {
                @for quantile in report.evaluation.error_quantiles {
                    tr {
                        th scope="row" { (name(quantile.share)) }
                        td { (significant(quantile.error)) }
                    }
                }
            }
        }
    };
    scrolling("Quantiles of the errors", &caption, &rows)
}

fn name(share: f64) -> String {
    let percent = format!("{:.0}%", 100.0 * share);
    match &*percent {
        "0%" => "lowest".to_owned(),
        "50%" => "50% (median)".to_owned(),
        "100%" => "highest".to_owned(),
        _ => percent,
    }
}
