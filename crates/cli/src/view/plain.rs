//! One line an epoch, as in the course.

use std::io::Write;

use burnwright_run::{Event, EventSink, RunError, StopReason};

/// Where lines go.
#[derive(Clone, Copy)]
pub(crate) enum Stream {
    Stdout,
    /// While stdout is kept for JSON.
    Stderr,
}

/// Prints epochs as they end. A reader that has gone does not stop training.
pub(crate) struct PlainLines {
    stream: Stream,
    epochs: usize,
}

impl PlainLines {
    pub(crate) fn new(stream: Stream) -> Self {
        Self { stream, epochs: 0 }
    }

    fn print(&self, line: &str) {
        let _ = match self.stream {
            Stream::Stdout => writeln!(std::io::stdout().lock(), "{line}"),
            Stream::Stderr => writeln!(std::io::stderr().lock(), "{line}"),
        };
    }
}

impl EventSink for PlainLines {
    fn receive(&mut self, event: &Event) -> Result<(), RunError> {
        if let Event::TrainingStarted { epochs, .. } | Event::TrainingResumed { epochs, .. } = event
        {
            self.epochs = *epochs;
        }
        if let Some(line) = line_of(event, self.epochs) {
            self.print(&line);
        }
        Ok(())
    }
}

fn line_of(event: &Event, epochs: usize) -> Option<String> {
    match event {
        Event::EpochEnded { epoch, train, validation, images_per_second, .. } => {
            let validation = validation.map_or_else(String::new, |score| {
                let accuracy = 100.0 * score.accuracy;
                format!(", Validation loss: {:.4}, Validation accuracy: {accuracy:.2}%", score.loss)
            });
            Some(format!(
                "Epoch [{epoch}/{epochs}], Loss: {:.4}, Accuracy: {:.2}%{validation}, {images_per_second:.0} images/s",
                train.loss,
                100.0 * train.accuracy,
            ))
        }
        Event::TrainingStopped { reason: StopReason::MaxSteps, step, .. } => {
            Some(format!("Stopped after {step} steps, as training.max_steps says"))
        }
        Event::TrainingStopped { reason: StopReason::EarlyStopping, epoch, best_epoch, .. } => {
            let best =
                best_epoch.map_or_else(String::new, |best| format!("; epoch {best} is kept"));
            Some(format!("Stopped early after epoch {epoch}: no improvement{best}"))
        }
        Event::TrainingStopped { reason: StopReason::Interrupted, step, .. } => {
            Some(format!("Interrupted after {step} steps"))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use burnwright_run::SplitScore;

    #[test]
    fn an_epoch_reads_as_in_the_course() {
        let event = Event::EpochEnded {
            epoch: 1,
            step: 938,
            train: SplitScore { loss: 0.3127, accuracy: 0.91 },
            validation: None,
            seconds: 0.5,
            images_per_second: 120_000.4,
        };
        let expected = "Epoch [1/5], Loss: 0.3127, Accuracy: 91.00%, 120000 images/s";
        assert_eq!(line_of(&event, 5).unwrap(), expected);
    }
}
