//! One line an epoch, as in the course.

use std::io::Write;

use burnwright_run::{Event, EventSink, NamedMetric, RunError, Scores, StopReason};

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
    /// What examples are called.
    examples: &'static str,
    epochs: usize,
    metrics: Vec<NamedMetric>,
}

impl PlainLines {
    pub(crate) fn new(stream: Stream, examples: &'static str) -> Self {
        Self { stream, examples, epochs: 0, metrics: Vec::new() }
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
        if let Event::TrainingStarted { epochs, metrics, .. }
        | Event::TrainingResumed { epochs, metrics, .. } = event
        {
            self.epochs = *epochs;
            self.metrics.clone_from(metrics);
        }
        if let Some(line) = line_of(event, self.epochs, &self.metrics, self.examples) {
            self.print(&line);
        }
        Ok(())
    }
}

fn line_of(
    event: &Event,
    epochs: usize,
    metrics: &[NamedMetric],
    examples: &str,
) -> Option<String> {
    match event {
        Event::EpochEnded { epoch, train, validation, images_per_second, .. } => {
            let validation = validation.as_ref().map_or_else(String::new, |scores| {
                format!(", {}", scores_text("Validation ", scores, metrics))
            });
            Some(format!(
                "Epoch [{epoch}/{epochs}], {}{validation}, {images_per_second:.0} {examples}/s",
                scores_text("", train, metrics),
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

/// `Loss: 0.3127, Accuracy: 91.00%`, or with a word before each.
fn scores_text(of: &str, scores: &Scores, metrics: &[NamedMetric]) -> String {
    let name = |label: &str| {
        if of.is_empty() { label.to_owned() } else { format!("{of}{}", lower(label)) }
    };
    let measured = metrics.iter().filter_map(|metric| {
        let value = scores.get(&metric.name)?;
        Some(format!("{}: {}", name(&metric.label), metric.text(value)))
    });
    let loss = format!("{}: {:.4}", name("Loss"), scores.loss());
    [loss].into_iter().chain(measured).collect::<Vec<_>>().join(", ")
}

/// The label as it stands within a sentence: abbreviations keep their capitals.
fn lower(label: &str) -> String {
    let is_abbreviation = label.chars().nth(1).is_none_or(|second| !second.is_lowercase());
    if is_abbreviation { label.to_owned() } else { label.to_lowercase() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_epoch_reads_as_in_the_course() {
        let event = Event::EpochEnded {
            epoch: 1,
            step: 938,
            train: Scores::of_loss(0.3127).with("accuracy", 0.91),
            validation: None,
            seconds: 0.5,
            images_per_second: 120_000.4,
        };
        let expected = "Epoch [1/5], Loss: 0.3127, Accuracy: 91.00%, 120000 images/s";
        let accuracy = NamedMetric {
            name: "accuracy".to_owned(),
            label: "Accuracy".to_owned(),
            percent: true,
            higher_is_better: true,
        };
        assert_eq!(line_of(&event, 5, &[accuracy], "images").unwrap(), expected);
    }
}
