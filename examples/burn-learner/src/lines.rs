//! Burn's events in, one line for each half of an epoch out: for pipes, where no dashboard can be drawn.
#![expect(clippy::print_stdout, reason = "examples talk to the person who runs them")]

use std::collections::{BTreeMap, HashMap};

use burn::train::logger::{EvaluationProgressLogger, TrainingProgressLogger};
use burn::train::metric::{MetricDefinition, MetricId};
use burn::train::renderer::{
    EvaluationName, MetricState, MetricsRenderer, MetricsRendererEvaluation,
    MetricsRendererTraining,
};

/// Prints what each metric shows when a split ends.
#[derive(Default)]
pub(crate) struct Lines {
    names: HashMap<MetricId, String>,
    shown: BTreeMap<String, String>,
    split: String,
    epoch: usize,
}

impl Lines {
    fn keep(&mut self, state: MetricState) {
        let (MetricState::Generic(entry) | MetricState::Numeric(entry, _)) = state;
        if let Some(name) = self.names.get(&entry.metric_id) {
            self.shown.insert(name.clone(), entry.serialized_entry.formatted);
        }
    }
}

impl MetricsRenderer for Lines {
    fn manual_close(&mut self) {}

    fn register_metric(&mut self, definition: MetricDefinition) {
        self.names.insert(definition.metric_id, definition.name.to_string());
    }
}

impl MetricsRendererTraining for Lines {
    fn update_train(&mut self, state: MetricState) {
        self.keep(state);
    }

    fn update_valid(&mut self, state: MetricState) {
        self.keep(state);
    }
}

impl TrainingProgressLogger for Lines {
    fn start(&mut self, _: usize, first_epoch: usize, _: Option<usize>, _: Option<&str>) {
        self.epoch = first_epoch;
    }

    fn start_split(&mut self, split: &str, _total_items: usize) {
        self.shown.clear();
        split.clone_into(&mut self.split);
    }

    fn update_split(&mut self, _items_processed: usize) {}

    fn end_split(&mut self) {
        let metrics: Vec<_> =
            self.shown.iter().map(|(name, text)| format!("{name} {text}")).collect();
        println!("epoch {} {}: {}", self.epoch, self.split, metrics.join("; "));
    }

    fn update_epoch(&mut self, epoch: usize) {
        self.epoch = epoch + 1;
    }

    fn end(&mut self) {}
    fn log_event_training(&mut self, _event: String) {}
}

impl MetricsRendererEvaluation for Lines {
    fn update_test(&mut self, _name: EvaluationName, _state: MetricState) {}
}

impl EvaluationProgressLogger for Lines {
    fn start_global_progress(&mut self, _total_tests: usize) {}
    fn start_test(&mut self, _name: &str, _total_items: usize) {}
    fn update_test_progress(&mut self, _items_processed: usize) {}
    fn end_test(&mut self) {}
    fn end_global_progress(&mut self) {}
    fn log_event_evaluation(&mut self, _event: String) {}
}
