//! Loss and accuracy for Burn's dashboard.
//!
//! Burn's own loss metric gives each update the same weight (burn-train 0.22.1, metric/loss.rs:48), so that a short last batch
//! counts too much; these weigh by samples.

use std::sync::Arc;

use burn::tensor::TensorReadError;
use burn::train::metric::state::{FormatOptions, NumericMetricState};
use burn::train::metric::{
    Adaptor, Metric, MetricAttributes, MetricMetadata, MetricName, Numeric, NumericAttributes,
    NumericEntry, SerializedEntry,
};

use crate::classifier::Observation;
use crate::window::{Reading, Window};

impl Adaptor<Reading> for Observation {
    fn adapt(&self) -> Reading {
        match self {
            Self::Window(reading) => reading.clone(),
            Self::Step(output) => {
                // Only where this classifier runs in Burn's own loop, which has no windows.
                let mut window = Window::open();
                window.push(output.clone());
                // default: a reading of no sample, which weighs nothing; the device fails the next step as well.
                window.read().unwrap_or_default()
            }
        }
    }
}

/// One number of a window, averaged over the samples of an epoch.
#[derive(Clone)]
pub(crate) struct WindowMetric {
    name: MetricName,
    unit: Option<&'static str>,
    higher_is_better: bool,
    value: fn(&Reading) -> f64,
    state: NumericMetricState,
}

impl WindowMetric {
    /// Mean loss a sample.
    pub(crate) fn loss() -> Self {
        Self::new("Loss", None, false, Reading::mean_loss)
    }

    /// Percentage classified rightly.
    pub(crate) fn accuracy() -> Self {
        Self::new("Accuracy", Some("%"), true, |reading| 100.0 * reading.accuracy())
    }

    fn new(
        name: &str,
        unit: Option<&'static str>,
        higher_is_better: bool,
        value: fn(&Reading) -> f64,
    ) -> Self {
        let state = NumericMetricState::new();
        Self { name: Arc::new(name.to_owned()), unit, higher_is_better, value, state }
    }

    fn format(&self) -> FormatOptions {
        let options = FormatOptions::new(Arc::clone(&self.name)).precision(3);
        match self.unit {
            Some(unit) => options.unit(unit),
            None => options,
        }
    }
}

impl Metric for WindowMetric {
    type Input = Reading;

    fn name(&self) -> MetricName {
        Arc::clone(&self.name)
    }

    fn attributes(&self) -> MetricAttributes {
        let unit = self.unit.map(ToOwned::to_owned);
        NumericAttributes { unit, higher_is_better: self.higher_is_better }.into()
    }

    fn update(
        &mut self,
        reading: &Reading,
        _metadata: &MetricMetadata,
    ) -> Result<SerializedEntry, TensorReadError> {
        self.state.update((self.value)(reading), reading.samples);
        Ok(self.state.compute_update(self.format()))
    }

    fn compute(&mut self) -> Result<SerializedEntry, TensorReadError> {
        Ok(self.state.compute_final(self.format()))
    }

    fn clear(&mut self) {
        self.state.reset();
    }
}

impl Numeric for WindowMetric {
    fn value(&self) -> Option<NumericEntry> {
        Some(self.state.current_value())
    }

    fn running_value(&self) -> Option<NumericEntry> {
        Some(self.state.running_value())
    }

    fn final_value(&self) -> NumericEntry {
        self.state.final_value()
    }
}
