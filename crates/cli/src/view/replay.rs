//! Events in, what Burn's dashboard shows of them out: the same beside the training itself and while another process trains.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

use burn::train::metric::state::{FormatOptions, NumericMetricState};
use burn::train::metric::{
    MetricAttributes, MetricDefinition, MetricEntry, MetricId, MetricName, NumericAttributes,
};
use burn::train::renderer::{MetricState, MetricsRenderer};
use burnwright_run::{Event, EventSink, LOSS, NamedMetric, RunError, Scores};

/// Shows the events of a run.
pub(crate) struct Replay {
    renderer: Box<dyn MetricsRenderer>,
    label: String,
    train: Vec<Metric>,
    validation: Vec<Metric>,
    rate: Metric,
    epochs: usize,
    samples_an_epoch: usize,
    /// Samples of this epoch that were shown.
    samples: usize,
}

impl Replay {
    /// Shows on `renderer`, with a word on what is seen.
    pub(crate) fn new(renderer: Box<dyn MetricsRenderer>, label: String) -> Self {
        Self {
            renderer,
            label,
            train: Vec::new(),
            validation: Vec::new(),
            rate: Metric::new("learning_rate", "Learning Rate", None, false),
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
            Event::TrainingStarted { epochs, samples, metrics, .. } => {
                self.begin(*epochs, 0, *samples, metrics);
            }
            Event::TrainingResumed { epochs, epoch, samples, metrics, .. } => {
                let samples = if *samples > 0 { *samples } else { self.samples_an_epoch };
                self.begin(*epochs, epoch.saturating_sub(1), samples, metrics);
                self.begin_epoch(*epoch);
            }
            Event::EpochStarted { epoch } => self.begin_epoch(*epoch),
            Event::Window { samples, scores, learning_rate, .. } => {
                // A run that was taken up within an epoch goes on with its count.
                let count = samples.saturating_sub(self.samples).max(1);
                self.samples = *samples;
                for metric in &mut self.train {
                    if let Some(state) = metric.update_by(scores, count) {
                        self.renderer.update_train(state);
                    }
                }
                self.renderer.update_train(self.rate.update(*learning_rate, 1));
                self.renderer.update_split(*samples);
            }
            Event::EpochEnded { validation: Some(scores), .. } => {
                self.renderer.end_split();
                self.renderer.start_split("valid", 1);
                for metric in &mut self.validation {
                    if let Some(state) = metric.update_by(scores, 1) {
                        self.renderer.update_valid(state);
                    }
                }
                self.renderer.update_split(1);
            }
            // Nothing of it is on the dashboard.
            _ => {}
        }
    }

    fn begin(&mut self, epochs: usize, before: usize, samples: usize, metrics: &[NamedMetric]) {
        (self.epochs, self.samples_an_epoch) = (epochs, samples);
        // A run that was taken up says again what its scores are called.
        if self.train.is_empty() {
            [self.train, self.validation] = [metrics_of(metrics), metrics_of(metrics)];
            for metric in self.train.iter().chain([&self.rate]) {
                self.renderer.register_metric(metric.definition());
            }
        }
        self.renderer.start(epochs, before, Some(samples), Some(&self.label));
    }

    fn begin_epoch(&mut self, epoch: usize) {
        self.samples = 0;
        for metric in self.train.iter_mut().chain(&mut self.validation) {
            metric.state.reset();
        }
        self.renderer.end_split();
        self.renderer.update_epoch(epoch.saturating_sub(1));
        self.renderer.start_split("train", self.samples_an_epoch);
    }
}

/// A dashboard beside the training itself. Who began it keeps it, to show how the training ended.
#[derive(Clone)]
pub(crate) struct Beside(Arc<Mutex<Option<Replay>>>);

impl Beside {
    pub(crate) fn new(replay: Replay) -> Self {
        Self(Arc::new(Mutex::new(Some(replay))))
    }

    /// Gives the dashboard back; none where its person ended it.
    pub(crate) fn take(&self) -> Option<Replay> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl EventSink for Beside {
    /// Burn's dashboard panics where its person chose to kill the training, and nowhere else.
    fn receive(&mut self, event: &Event) -> Result<(), RunError> {
        let Some(mut replay) = self.take() else { return Ok(()) };
        catch_unwind(AssertUnwindSafe(|| replay.show(event))).map_err(|_| RunError::Killed)?;
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(replay);
        Ok(())
    }
}

/// The loss, and each metric.
fn metrics_of(metrics: &[NamedMetric]) -> Vec<Metric> {
    let of = |metric: &NamedMetric| {
        let unit = metric.percent.then_some("%");
        Metric::new(&metric.name, &metric.label, unit, metric.higher_is_better)
    };
    [Metric::new(LOSS, "Loss", None, false)].into_iter().chain(metrics.iter().map(of)).collect()
}

/// One number, averaged over the samples of an epoch.
struct Metric {
    /// Its name among the scores.
    key: String,
    name: MetricName,
    unit: Option<&'static str>,
    higher_is_better: bool,
    state: NumericMetricState,
}

impl Metric {
    fn new(key: &str, label: &str, unit: Option<&'static str>, higher_is_better: bool) -> Self {
        let (key, name) = (key.to_owned(), Arc::new(label.to_owned()));
        Self { key, name, unit, higher_is_better, state: NumericMetricState::new() }
    }

    /// Takes its score, where there is one.
    fn update_by(&mut self, scores: &Scores, count: usize) -> Option<MetricState> {
        let factor = if self.unit.is_some() { 100.0 } else { 1.0 };
        Some(self.update(factor * scores.get(&self.key)?, count))
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
