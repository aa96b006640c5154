//! Metrics and scores as the formats of a run name them.

use burnwright_metrics::{Direction, Metric, Scores as Measured, Unit};
use burnwright_run::{NamedMetric, Scores};

/// A metric as a run names it.
pub(crate) fn named(metric: Metric) -> NamedMetric {
    NamedMetric {
        name: metric.name.to_owned(),
        label: capitalised(metric.title),
        percent: metric.unit == Unit::Share,
        higher_is_better: metric.direction == Direction::HigherIsBetter,
    }
}

/// Scores with a loss; what is not finite is left out.
pub(crate) fn kept(measured: &Measured, loss: f64, total: usize) -> Scores {
    let finite = measured.all().iter().filter(|score| score.value.is_finite());
    let scores = Scores::of_loss(loss).of(total);
    finite.fold(scores, |scores, score| scores.with(score.metric.name, score.value))
}

fn capitalised(title: &str) -> String {
    let mut letters = title.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
