//! Burn's terminal dashboard, with Ctrl-C in working order and an end that waits for a key.

use std::time::{Duration, Instant};

use burn::train::Interrupter;
use burn::train::LearnerSummary;
use burn::train::logger::{EvaluationProgressLogger, TrainingProgressLogger};
use burn::train::metric::MetricDefinition;
use burn::train::renderer::tui::TuiMetricsRendererWrapper;
use burn::train::renderer::{
    EvaluationName, MetricState, MetricsRenderer, MetricsRendererEvaluation,
    MetricsRendererTraining,
};
use ratatui::crossterm::event::{Event, KeyEventKind, poll, read};
use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, tcgetattr, tcsetattr};

use crate::signals::Received;

/// How long the finished dashboard sleeps between two looks for a key or a signal.
const PATIENCE: Duration = Duration::from_millis(200);

/// The key that no key is.
const NO_KEY: u8 = 0;

/// Burn's dashboard. It leaves the screen when it is dropped.
pub(crate) struct Dashboard {
    burn: TuiMetricsRendererWrapper,
}

impl Dashboard {
    /// Takes over the terminal.
    pub(crate) fn open(interrupter: Interrupter) -> Self {
        Self::with_quit_key(interrupter, NO_KEY)
    }

    /// Takes over the terminal of somebody who only looks: `q` is SIGQUIT, instead of Burn's question whether to stop the training.
    pub(crate) fn open_to_watch() -> Self {
        Self::with_quit_key(Interrupter::new(), b'q')
    }

    fn with_quit_key(interrupter: Interrupter, quit: u8) -> Self {
        let burn = TuiMetricsRendererWrapper::new(interrupter, None);
        keep_interrupt_key(quit);
        Self { burn }
    }

    /// Shows how it ended and waits for a key, or for a signal.
    pub(crate) fn linger(
        mut renderer: Box<dyn MetricsRenderer>,
        epochs: usize,
        ending: &str,
        received: &Received,
    ) {
        let label = format!("{ending} - press a key");
        renderer.start(epochs.max(1), epochs.max(1), None, Some(&label));
        while received.exit_status().is_none() {
            // While this thread waits in `poll`, the dashboard's own thread gets no keys (crossterm lends its reader to one).
            match poll(PATIENCE) {
                Ok(false) => {}
                Ok(true) => match read() {
                    Ok(Event::Key(key)) if key.kind == KeyEventKind::Press => break,
                    Ok(_) => {}
                    Err(_) => break,
                },
                Err(_) => break,
            }
        }
        drop(renderer);
    }
}

/// Raw mode turns Ctrl-C into a letter, which the dashboard ignores. Once it is on, Ctrl-C is made a signal again, and `quit` is
/// SIGQUIT; Ctrl-Z and Ctrl-\ stay letters, since nothing would restore the screen.
fn keep_interrupt_key(quit: u8) {
    let terminal = std::io::stdin();
    let begun = Instant::now();
    // The dashboard's thread turns raw mode on a moment after it is made.
    while begun.elapsed() < Duration::from_secs(1) {
        let Ok(mut modes) = tcgetattr(&terminal) else { return };
        if modes.local_modes.contains(LocalModes::ICANON) {
            std::thread::sleep(Duration::from_millis(1));
            continue;
        }
        modes.local_modes.insert(LocalModes::ISIG);
        modes.special_codes[SpecialCodeIndex::VSUSP] = 0;
        modes.special_codes[SpecialCodeIndex::VQUIT] = quit;
        let _ = tcsetattr(&terminal, OptionalActions::Now, &modes);
        return;
    }
}

impl MetricsRendererTraining for Dashboard {
    fn update_train(&mut self, state: MetricState) {
        self.burn.update_train(state);
    }

    fn update_valid(&mut self, state: MetricState) {
        self.burn.update_valid(state);
    }

    fn on_train_end(
        &mut self,
        summary: Option<LearnerSummary>,
    ) -> Result<(), Box<dyn std::error::Error>> {
        self.burn.on_train_end(summary)
    }
}

impl MetricsRendererEvaluation for Dashboard {
    fn update_test(&mut self, name: EvaluationName, state: MetricState) {
        self.burn.update_test(name, state);
    }
}

impl MetricsRenderer for Dashboard {
    fn manual_close(&mut self) {
        self.burn.manual_close();
    }

    fn register_metric(&mut self, definition: MetricDefinition) {
        self.burn.register_metric(definition);
    }
}

impl TrainingProgressLogger for Dashboard {
    fn start(&mut self, epochs: usize, first: usize, items: Option<usize>, label: Option<&str>) {
        TrainingProgressLogger::start(&mut self.burn, epochs, first, items, label);
    }

    fn update_epoch(&mut self, epoch: usize) {
        self.burn.update_epoch(epoch);
    }

    fn start_split(&mut self, split: &str, total_items: usize) {
        self.burn.start_split(split, total_items);
    }

    fn update_split(&mut self, items_processed: usize) {
        self.burn.update_split(items_processed);
    }

    fn end_split(&mut self) {
        self.burn.end_split();
    }

    fn end(&mut self) {
        TrainingProgressLogger::end(&mut self.burn);
    }

    /// One of these comes with each window of steps, which Burn would count as "Iteration".
    fn log_event_training(&mut self, _event: String) {}
}

impl EvaluationProgressLogger for Dashboard {
    fn start_global_progress(&mut self, total_tests: usize) {
        self.burn.start_global_progress(total_tests);
    }

    fn start_test(&mut self, name: &str, total_items: usize) {
        self.burn.start_test(name, total_items);
    }

    fn update_test_progress(&mut self, items_processed: usize) {
        self.burn.update_test_progress(items_processed);
    }

    fn end_test(&mut self) {
        self.burn.end_test();
    }

    fn end_global_progress(&mut self) {
        self.burn.end_global_progress();
    }

    fn log_event_evaluation(&mut self, _event: String) {}
}
