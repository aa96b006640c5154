//! Training stops when the validation samples say that it no longer helps.

use burnwright_recipe::checks::{at_least, not_negative};
use burnwright_recipe::settings;
use burnwright_run::{LOSS, NamedMetric, Scores};

use crate::state::{Exact, WatchState};

settings! {
    /// The `[early_stopping]` section of a recipe.
    pub struct EarlyStoppingConfig {
        /// Epochs without improvement after which training stops.
        patience: usize = 3, check(at_least(1)), changes;
        /// What is watched: `loss`, or a metric of the task by its name.
        monitor: String = LOSS.to_owned();
        /// The least change that counts as improvement.
        min_delta: f64 = 0.0, check(not_negative);
    }
}

impl EarlyStoppingConfig {
    /// The epoch after which it ends a run whose epochs have these scores, called by these names; none where it does not.
    pub fn ends_after(
        &self,
        scores: &[(usize, &Scores)],
        metrics: &[NamedMetric],
    ) -> Option<usize> {
        let mut watch = EarlyStopping::new(self.clone(), metrics);
        let is_over = |&(epoch, score): &(usize, &Scores)| {
            watch.observe(epoch, score);
            watch.is_over().then_some(epoch)
        };
        scores.iter().find_map(is_over)
    }
}

/// Follows the watched value; a value that is not a number is worse than any.
#[derive(Clone, Debug)]
pub(crate) struct EarlyStopping {
    config: EarlyStoppingConfig,
    higher_is_better: bool,
    best: Option<(usize, f64)>,
    latest: usize,
}

impl EarlyStopping {
    /// `metrics` say which way is better; of a loss, lower is.
    pub(crate) fn new(config: EarlyStoppingConfig, metrics: &[NamedMetric]) -> Self {
        let watched = metrics.iter().find(|metric| metric.name == config.monitor);
        let higher_is_better = watched.is_some_and(|metric| metric.higher_is_better);
        Self { config, higher_is_better, best: None, latest: 0 }
    }

    /// Follows the loss and never stops.
    pub(crate) fn watching() -> Self {
        Self::new(EarlyStoppingConfig { patience: usize::MAX, ..Default::default() }, &[])
    }

    /// What it remembers.
    pub(crate) fn state(&self) -> WatchState {
        WatchState {
            latest: self.latest,
            best: self.best.map(|(epoch, value)| (epoch, Exact(value))),
        }
    }

    /// Remembers what another one did.
    pub(crate) fn with_state(self, state: &WatchState) -> Self {
        let best = state.best.map(|(epoch, value)| (epoch, value.0));
        Self { best, latest: state.latest, ..self }
    }

    /// Takes an epoch's score; says whether it is the best so far.
    pub(crate) fn observe(&mut self, epoch: usize, scores: &Scores) -> bool {
        self.latest = epoch;
        // default: a value that is not there is worse than any.
        let value = scores.get(&self.config.monitor).unwrap_or(f64::NAN);
        let value = if self.higher_is_better { value } else { -value };
        let improved = !value.is_nan()
            && self.best.is_none_or(|(_, best)| value - best > self.config.min_delta);
        if improved {
            self.best = Some((epoch, value));
        }
        improved
    }

    /// Whether there has been no improvement for as long as is allowed.
    pub(crate) fn is_over(&self) -> bool {
        // default: where no epoch was best, patience counts from the beginning.
        self.latest - self.best_epoch().unwrap_or(0) >= self.config.patience
    }

    pub(crate) fn best_epoch(&self) -> Option<usize> {
        self.best.map(|(epoch, _)| epoch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_epoch_after_which_it_ends_is_told_from_the_scores() {
        let of = |losses: &[f64]| {
            let scores: Vec<_> = losses.iter().map(|&loss| Scores::of_loss(loss)).collect();
            let scores: Vec<_> = (1..).zip(&scores).collect();
            EarlyStoppingConfig { patience: 2, ..Default::default() }.ends_after(&scores, &[])
        };
        assert_eq!(of(&[3.0, 2.0, 2.5, 2.1, 1.0]), Some(4));
        assert_eq!(of(&[3.0, 2.0, 2.5]), None);
    }

    fn epochs_until_over(losses: &[f64], patience: usize) -> (usize, Option<usize>) {
        let config = EarlyStoppingConfig { patience, ..Default::default() };
        let mut stopping = EarlyStopping::new(config, &[]);
        for (epoch, &loss) in losses.iter().enumerate() {
            stopping.observe(epoch + 1, &Scores::of_loss(loss));
            if stopping.is_over() {
                return (epoch + 1, stopping.best_epoch());
            }
        }
        (losses.len(), stopping.best_epoch())
    }

    #[test]
    fn it_waits_for_its_patience_and_remembers_the_best() {
        assert_eq!(epochs_until_over(&[3.0, 2.0, 2.5, 2.1, 1.0], 2), (4, Some(2)));
        assert_eq!(epochs_until_over(&[3.0, 2.0, 2.5, 1.9, 1.0], 2), (5, Some(5)));
    }

    #[test]
    fn nan_is_never_the_best() {
        assert_eq!(epochs_until_over(&[f64::NAN, f64::NAN, 1.0], 2), (2, None));
        assert_eq!(epochs_until_over(&[2.0, f64::NAN, 1.0], 2), (3, Some(3)));
    }
}
