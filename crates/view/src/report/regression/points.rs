//! Predictions in, two scatter plots out: predicted against actual, and the error against the predicted.

use burnwright_metrics::JudgedNumber;
use maud::{Markup, html};

use super::RegressionReport;
use crate::cloud::{Cloud, DOTS, Ideal};
use crate::numbers::thousands;
use crate::thin::Point;

const NOTHING: &str = "no prediction is finite";

pub(super) fn section(report: &RegressionReport) -> Markup {
    let examples = report.predictions.examples();
    let of = |point: fn(&JudgedNumber) -> Point| examples.iter().map(point).collect::<Vec<_>>();
    let actual = of(|judged| Point { x: judged.target, y: judged.predicted });
    let errors = of(|judged| Point { x: judged.predicted, y: judged.error() });
    let [target, predicted, error] =
        [&*report.target, "predicted", "error"].map(|name| report.axis(name));
    let against_actual = Cloud {
        title: "Predicted against actual",
        x: &format!("actual {target}"),
        y: &predicted,
        ideal: Ideal::Diagonal,
        points: &actual,
        empty: NOTHING,
    };
    let against_predicted = Cloud {
        title: "Error against predicted",
        x: &format!("predicted {target}"),
        y: &error,
        ideal: Ideal::Zero,
        points: &errors,
        empty: NOTHING,
    };
    html! {
        p {
            "Each dot is an example; on the dashed line the prediction is the actual number. Errors that lie above or below it in one place, or "
            "fan out, are what the model has not learned."
            @if examples.len() > DOTS {
                " Of " (thousands(examples.len())) " examples, those whose dot would lie on another's are left out."
            }
        }
        div.plots {
            figure { figcaption { "Predicted against actual" } (against_actual.markup()) }
            figure { figcaption { "Error (predicted minus actual) against predicted" } (against_predicted.markup()) }
        }
    }
}
