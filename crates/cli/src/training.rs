//! What `train` and `resume` share: a run is shown while it is trained, and how it ended is said.

use std::process::ExitCode;
use std::time::Instant;

use burn::train::Interrupter;
use burnwright_run::{EventSink, Summary};
use burnwright_session::{Observers, Session, SessionError, Trained};

use crate::arguments::View;
use crate::escaping::escaped;
use crate::failure::{Failure, status};
use crate::output::{self, say};
use crate::signals::{self, Received};
use crate::table::table_of_numbers;
use crate::view::{self, Beside, Dashboard, PlainLines, Replay, Stream};

/// What is shown, and where.
pub(crate) struct Showing {
    view: View,
    json: bool,
    started: Instant,
    tensorboard: bool,
}

impl Showing {
    pub(crate) fn new(view: View, json: bool, started: Instant) -> Result<Self, Failure> {
        Ok(Self { view: view::resolve(view)?, json, started, tensorboard: false })
    }

    /// Also writes a file for TensorBoard, or does not.
    pub(crate) fn with_tensorboard(self, tensorboard: bool) -> Self {
        Self { tensorboard, ..self }
    }

    /// Says something before training, unless nothing is to be shown.
    pub(crate) fn say(&self, text: &str) {
        if self.view != View::Quiet {
            say(text);
        }
    }

    /// Says what the data of a user are: the table of their classes, and how many pictures were left out.
    pub(crate) fn say_data(&self, session: &Session) -> Result<(), Failure> {
        /// The rows of the table; the model's card has them all.
        const SHOWN: usize = 50;
        if self.view == View::Quiet {
            return Ok(());
        }
        let classes = session.classes()?;
        if !classes.is_empty() {
            let heading = ["class", "index", "training", "validation", "test"];
            let mut rows = vec![heading.map(str::to_owned).to_vec()];
            rows.extend(classes.iter().enumerate().take(SHOWN).map(|(index, class)| {
                let counts = [index, class.train, class.validation, class.test];
                let cells = counts.map(|count| count.to_string());
                std::iter::once(class.name.clone()).chain(cells).collect()
            }));
            say(&table_of_numbers(&rows));
            if let Some(more @ 1..) = classes.len().checked_sub(SHOWN) {
                say(&format!("and {more} more"));
            }
            say("");
        }
        match session.left_out() {
            0 => {}
            1 => say("left out: 1 picture that cannot be read\n"),
            count => say(&format!("left out: {count} pictures that cannot be read\n")),
        }
        Ok(())
    }

    /// Trains the run to its end, and says how it ended.
    pub(crate) fn train(&self, session: Session) -> Result<ExitCode, Failure> {
        let stop = Stop::watch()?;
        let examples = examples_of(&session.recipe().data.source);
        let summary = self.train_until(session, &stop)?;
        self.print(&summary, examples)?;
        Ok(stop.exit_code(summary.interrupted))
    }

    /// Trains the run to its end, or until a signal comes.
    pub(crate) fn train_until(&self, session: Session, stop: &Stop) -> Result<Summary, Failure> {
        burnwright_kernels::keep_freed_memory();
        let interrupter = stop.interrupter.clone();
        let dashboard = self.dashboard(&interrupter, &session);
        let mut sinks = self.sinks(examples_of(&session.recipe().data.source));
        sinks.extend(
            dashboard.clone().map(|dashboard| -> Box<dyn EventSink> { Box::new(dashboard) }),
        );
        let observers = Observers { sinks, interrupter, tensorboard: self.tensorboard };
        let Trained { summary, beside } = session.train(observers, self.started)?;
        if let Some(replay) = dashboard.and_then(|dashboard| dashboard.take()) {
            close(replay, &summary, &stop.received);
        }
        for fault in beside {
            let what = match fault {
                SessionError::Baseline(_) => "",
                _ => "a file beside it is not: ",
            };
            say(&format!("warning: the run is whole, but {what}{}", escaped(&fault.to_string())));
        }
        Ok(summary)
    }

    fn sinks(&self, examples: &'static str) -> Vec<Box<dyn EventSink>> {
        if self.view != View::Plain {
            return Vec::new();
        }
        let stream = if self.json { Stream::Stderr } else { Stream::Stdout };
        vec![Box::new(PlainLines::new(stream, examples))]
    }

    fn dashboard(&self, interrupter: &Interrupter, session: &Session) -> Option<Beside> {
        (self.view == View::Dashboard).then(|| {
            let label = escaped(&session.run().name()).into_owned();
            let renderer = Box::new(Dashboard::open(interrupter.clone()));
            Beside::new(Replay::new(renderer, label))
        })
    }

    /// Prints how a run ended that was judged by such examples.
    pub(crate) fn print(&self, summary: &Summary, examples: &str) -> Result<(), Failure> {
        if self.json {
            return output::json(summary);
        }
        if self.view == View::Quiet {
            return Ok(());
        }
        if let Some((metric, value)) = summary.headline() {
            let text = metric.text(value);
            let label = &metric.label;
            output::line(&format!("{label} of the model on the test {examples}: {text}"))?;
            for baseline in &summary.baselines {
                // default: a score that cannot be computed is not a number.
                let value = baseline.scores.get(&metric.name).unwrap_or(f64::NAN);
                output::line(&format!("  {:<9}{}", baseline.name, metric.text(value)))?;
            }
        }
        if summary.interrupted {
            say(&format!(
                "interrupted after {} steps; `burnwright resume {}` goes on from there",
                summary.steps,
                escaped(&summary.run)
            ));
        }
        say(&format!("{:.1} s, run {}", summary.seconds.total, escaped(&summary.path)));
        Ok(())
    }
}

/// What the examples of a source are called.
pub(crate) fn examples_of(source: &str) -> &'static str {
    if source == "table" { "rows" } else { "images" }
}

/// Shows how a training ended, until somebody has seen it.
fn close(replay: Replay, summary: &Summary, received: &Received) {
    let renderer = replay.into_renderer();
    if summary.interrupted {
        drop(renderer);
    } else {
        Dashboard::linger(renderer, summary.epochs, &ending(summary), received);
    }
}

/// `test 97.00%`, or after how many steps it was interrupted.
pub(crate) fn ending(summary: &Summary) -> String {
    match summary.headline() {
        Some((metric, value)) => format!("test {}", metric.text(value)),
        None => format!("interrupted after {} steps", summary.steps),
    }
}

/// What stops a training before its end.
pub(crate) struct Stop {
    interrupter: Interrupter,
    received: Received,
}

impl Stop {
    /// From now on, signals stop training.
    pub(crate) fn watch() -> Result<Self, Failure> {
        let interrupter = Interrupter::new();
        let received = signals::watch(interrupter.clone())?;
        Ok(Self { interrupter, received })
    }

    /// The status of a training that was interrupted, or was not.
    pub(crate) fn exit_code(&self, interrupted: bool) -> ExitCode {
        // A signal that came after the last step changes nothing; the dashboard's stop key counts as Ctrl-C.
        match (interrupted, self.received.exit_status()) {
            (false, _) => ExitCode::SUCCESS,
            (true, Some(status)) => ExitCode::from(status),
            (true, None) => ExitCode::from(status::INTERRUPTED),
        }
    }
}
