//! The coefficient of determination.

use super::interval::interval_of_positive;
use super::prediction_errors::{PredictionErrors, explained_share, mean};
use crate::metric::{Direction, Measure, Metric, Unit};

/// `sklearn.metrics.r2_score`: the share of the targets' variance that the predictions explain, 1 at best, 0 for a model that always
/// predicts the mean target. Where all targets are the same, 1 if all predictions are right and 0 otherwise; NaN for one example.
pub(super) const R2: Measure<PredictionErrors> = Measure {
    metric: Metric {
        name: "r2",
        title: "R²",
        unit: Unit::Plain,
        direction: Direction::HigherIsBetter,
    },
    value,
    interval: Some(interval),
};

fn value(errors: &PredictionErrors) -> f64 {
    if errors.errors().len() < 2 {
        return f64::NAN;
    }
    explained_share(mean(&errors.squares()), mean(&errors.target_squares()))
}

/// That of the unexplained share `1 - R2`, a ratio of two means that come from the same examples.
fn interval(errors: &PredictionErrors) -> Option<[f64; 2]> {
    let (squares, of_targets) = (errors.squares(), errors.target_squares());
    let (unexplained, whole) = (mean(&squares), mean(&of_targets));
    let moves = squares
        .iter()
        .zip(&of_targets)
        .map(|(square, of_target)| square / unexplained - of_target / whole);
    let [low, high] = interval_of_positive(unexplained / whole, moves)?;
    Some([1.0 - high, 1.0 - low])
}
