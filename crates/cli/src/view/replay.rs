//! Events in, what Burn's dashboard shows of them out: the same numbers as beside the training itself.

use std::sync::Arc;

use burn::train::metric::state::{FormatOptions, NumericMetricState};
use burn::train::metric::{
    MetricAttributes, MetricDefinition, MetricEntry, MetricId, MetricName, NumericAttributes,
};
use burn::train::renderer::{MetricState, MetricsRenderer};
use burnwright_run::{Event, SplitScore};

/// Shows the events of a run.
pub(crate) struct Replay {
    renderer: Box<dyn MetricsRenderer>,
    label: String,
    train: Metrics,
    validation: Metrics,
    rate: Metric,
    epochs: usize,
    samples_an_epoch: usize,
    /// Samples of this epoch that were shown.
    samples: usize,
}

impl Replay {
    /// Shows on `renderer`, with a word on what is seen.
    pub(crate) fn new(mut renderer: Box<dyn MetricsRenderer>, label: String) -> Self {
        let [train, validation] = [Metrics::new(), Metrics::new()];
        let rate = Metric::new("Learning Rate", None, false);
        for metric in [&train.loss, &train.accuracy, &rate] {
            renderer.register_metric(metric.definition());
        }
        Self {
            renderer,
            label,
            train,
            validation,
            rate,
            epochs: 0,
            samples_an_epoch: 0,
            samples: 0,
        }
    }

    /// Gives the dashboard back.
    pub(crate) fn into_renderer(self) -> Box<dyn MetricsRenderer> {
        self.renderer
    }

    /// Epochs planned, as far as they are known.
    pub(crate) fn epochs(&self) -> usize {
        self.epochs
    }

    /// Shows one event.
    pub(crate) fn show(&mut self, event: &Event) {
        match event {
            Event::TrainingStarted { epochs, samples, .. } => {
                (self.epochs, self.samples_an_epoch) = (*epochs, *samples);
                self.renderer.start(*epochs, 0, Some(*samples), Some(&self.label));
            }
            Event::TrainingResumed { epochs, epoch, .. } => {
                self.epochs = *epochs;
                let samples = Some(self.samples_an_epoch);
                self.renderer.start(*epochs, epoch.saturating_sub(1), samples, Some(&self.label));
                self.begin_epoch(*epoch);
            }
            Event::EpochStarted { epoch } => self.begin_epoch(*epoch),
            Event::Window { samples, loss, accuracy, learning_rate, .. } => {
                // A run that was taken up within an epoch goes on with its count.
                let count = samples.saturating_sub(self.samples).max(1);
                self.samples = *samples;
                for state in self.train.update(*loss, *accuracy, count) {
                    self.renderer.update_train(state);
                }
                self.renderer.update_train(self.rate.update(*learning_rate, 1));
                self.renderer.update_split(*samples);
            }
            Event::EpochEnded { validation: Some(SplitScore { loss, accuracy }), .. } => {
                self.renderer.end_split();
                self.renderer.start_split("valid", 1);
                for state in self.validation.update(*loss, *accuracy, 1) {
                    self.renderer.update_valid(state);
                }
                self.renderer.update_split(1);
            }
            // Nothing of it is on the dashboard.
            _ => {}
        }
    }

    fn begin_epoch(&mut self, epoch: usize) {
        self.samples = 0;
        self.train.reset();
        self.validation.reset();
        self.renderer.end_split();
        self.renderer.update_epoch(epoch.saturating_sub(1));
        self.renderer.start_split("train", self.samples_an_epoch);
    }
}

/// Loss and accuracy of a split.
struct Metrics {
    loss: Metric,
    accuracy: Metric,
}

impl Metrics {
    fn new() -> Self {
        Self {
            loss: Metric::new("Loss", None, false),
            accuracy: Metric::new("Accuracy", Some("%"), true),
        }
    }

    fn update(&mut self, loss: f64, accuracy: f64, count: usize) -> [MetricState; 2] {
        [self.loss.update(loss, count), self.accuracy.update(100.0 * accuracy, count)]
    }

    fn reset(&mut self) {
        self.loss.state.reset();
        self.accuracy.state.reset();
    }
}

/// One number, averaged over the samples of an epoch.
struct Metric {
    name: MetricName,
    unit: Option<&'static str>,
    higher_is_better: bool,
    state: NumericMetricState,
}

impl Metric {
    fn new(name: &str, unit: Option<&'static str>, higher_is_better: bool) -> Self {
        let name = Arc::new(name.to_owned());
        Self { name, unit, higher_is_better, state: NumericMetricState::new() }
    }

    fn id(&self) -> MetricId {
        MetricId::new(Arc::clone(&self.name))
    }

    fn definition(&self) -> MetricDefinition {
        let unit = self.unit.map(ToOwned::to_owned);
        let higher_is_better = self.higher_is_better;
        MetricDefinition {
            metric_id: self.id(),
            name: Arc::clone(&self.name),
            description: None,
            attributes: MetricAttributes::from(NumericAttributes { unit, higher_is_better }),
        }
    }

    fn update(&mut self, value: f64, count: usize) -> MetricState {
        let format = FormatOptions::new(Arc::clone(&self.name));
        let format = match self.unit {
            Some(unit) => format.precision(3).unit(unit),
            None if self.higher_is_better => format,
            None => format.precision(if value.abs() < 0.01 { 6 } else { 3 }),
        };
        self.state.update(value, count);
        let entry = MetricEntry::new(self.id(), self.state.compute_update(format));
        MetricState::Numeric(entry, Some(self.state.current_value()))
    }
}
