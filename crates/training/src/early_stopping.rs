//! Training stops when the validation samples say that it no longer helps.

use burnwright_recipe::checks::{at_least, not_negative};
use burnwright_recipe::settings;
use burnwright_run::SplitScore;
use serde::{Deserialize, Serialize};

use crate::state::{Exact, WatchState};

settings! {
    /// The `[early_stopping]` section of a recipe.
    pub struct EarlyStoppingConfig {
        /// Epochs without improvement after which training stops.
        patience: usize = 3, check(at_least(1)), changes;
        /// What is watched.
        monitor: Monitor = Monitor::Loss;
        /// The least change that counts as improvement.
        min_delta: f64 = 0.0, check(not_negative);
    }
}

impl EarlyStoppingConfig {
    /// The epoch after which it ends a run whose epochs have these scores; none where it does not.
    pub fn ends_after(&self, scores: &[(usize, SplitScore)]) -> Option<usize> {
        let mut watch = EarlyStopping::new(self.clone());
        let is_over = |&(epoch, score): &(usize, SplitScore)| {
            watch.observe(epoch, score);
            watch.is_over().then_some(epoch)
        };
        scores.iter().find_map(is_over)
    }
}

/// A value of the validation samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Monitor {
    /// Lower is better.
    Loss,
    /// Higher is better.
    Accuracy,
}

/// Follows the watched value; a value that is not a number is worse than any.
#[derive(Clone, Debug)]
pub(crate) struct EarlyStopping {
    config: EarlyStoppingConfig,
    best: Option<(usize, f64)>,
    latest: usize,
}

impl EarlyStopping {
    pub(crate) fn new(config: EarlyStoppingConfig) -> Self {
        Self { config, best: None, latest: 0 }
    }

    /// Follows the watched value and never stops.
    pub(crate) fn watching() -> Self {
        Self::new(EarlyStoppingConfig { patience: usize::MAX, ..Default::default() })
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
    pub(crate) fn observe(&mut self, epoch: usize, score: SplitScore) -> bool {
        self.latest = epoch;
        let value = match self.config.monitor {
            Monitor::Loss => -score.loss,
            Monitor::Accuracy => score.accuracy,
        };
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
            let score = |&loss: &f64| SplitScore { loss, accuracy: 0.0 };
            let scores: Vec<_> = (1..).zip(losses.iter().map(score)).collect();
            EarlyStoppingConfig { patience: 2, ..Default::default() }.ends_after(&scores)
        };
        assert_eq!(of(&[3.0, 2.0, 2.5, 2.1, 1.0]), Some(4));
        assert_eq!(of(&[3.0, 2.0, 2.5]), None);
    }

    fn epochs_until_over(losses: &[f64], patience: usize) -> (usize, Option<usize>) {
        let config = EarlyStoppingConfig { patience, ..Default::default() };
        let mut stopping = EarlyStopping::new(config);
        for (epoch, &loss) in losses.iter().enumerate() {
            stopping.observe(epoch + 1, SplitScore { loss, accuracy: 0.0 });
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
