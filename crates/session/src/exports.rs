//! Events in, the same in files of other tools out: `metrics.csv`, and TensorBoard's where it is asked for.
//!
//! They follow the run's own log and are never read: where one cannot be written, training goes on without it.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use burnwright_export::{Confusion, MetricsCsv, TensorBoard};
use burnwright_run::{
    Event, EventSink, Growing, Manifest, NamedMetric, RunDirectory, RunError, read_events,
};
use burnwright_task::Evaluation;
use burnwright_training::recipe::flattened;

use crate::{SessionError, Split};

/// Writes what happens while it happens.
pub(crate) struct Exports {
    csv: Growing,
    table: MetricsCsv,
    board: Option<(Growing, TensorBoard)>,
    fault: Fault,
}

/// The first thing that could not be written.
#[derive(Clone, Default)]
pub(crate) struct Fault(Arc<Mutex<Option<RunError>>>);

impl Fault {
    fn is_there(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    fn note(&self, error: RunError) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
    }

    pub(crate) fn take(&self) -> Option<RunError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Exports {
    /// Brings the files up to the run's log. TensorBoard's is there where it is wanted, and where it was wanted before.
    pub(crate) fn begin(
        run: &RunDirectory,
        metrics: &[NamedMetric],
        with_board: bool,
        fault: Fault,
    ) -> Result<Self, SessionError> {
        let events = events(run)?;
        let manifest = run.manifest()?;
        let table = MetricsCsv::new(metrics);
        let csv = Growing::open(&csv_path(run), &csv(&table, &events))?;
        let board = if with_board || board_path(run, &manifest).exists() {
            let (bytes, board) = board(&manifest, &events);
            Some((Growing::open(&board_path(run, &manifest), &bytes)?, board))
        } else {
            None
        };
        Ok(Self { csv, table, board, fault })
    }

    fn write(&mut self, event: &Event) -> Result<(), RunError> {
        self.csv.append(&self.table.rows(event))?;
        match &mut self.board {
            Some((file, board)) => file.append(&board.event(event)),
            None => Ok(()),
        }
    }
}

impl EventSink for Exports {
    fn receive(&mut self, event: &Event) -> Result<(), RunError> {
        if !self.fault.is_there()
            && let Err(error) = self.write(event)
        {
            self.fault.note(error);
        }
        Ok(())
    }
}

/// Adds what is known at the end of a run: how its model was judged, and the confusion matrix.
pub(crate) fn complete(
    run: &RunDirectory,
    metrics: &[NamedMetric],
    evaluation: &Evaluation,
    classes: &[String],
) -> Result<(), SessionError> {
    let (events, manifest) = (events(run)?, run.manifest()?);
    Growing::open(&csv_path(run), &csv(&MetricsCsv::new(metrics), &events))?;
    let path = board_path(run, &manifest);
    if path.exists() {
        let (mut bytes, board) = board(&manifest, &events);
        if let Evaluation::Classification(evaluation) = evaluation {
            let (split, counts) = (Split::Test.name(), &evaluation.confusion);
            bytes.extend(board.confusion(&Confusion { split, counts, classes }));
        }
        Growing::open(&path, &bytes)?;
    }
    Ok(())
}

/// A run that has just begun has no log yet.
fn events(run: &RunDirectory) -> Result<Vec<Event>, SessionError> {
    let path = run.events_path();
    if path.exists() { Ok(read_events(&path)?) } else { Ok(Vec::new()) }
}

fn csv(table: &MetricsCsv, events: &[Event]) -> Vec<u8> {
    let mut bytes = table.head();
    bytes.extend(events.iter().flat_map(|event| table.rows(event)));
    bytes
}

fn board(manifest: &Manifest, events: &[Event]) -> (Vec<u8>, TensorBoard) {
    let mut board = TensorBoard::new(started(manifest));
    let settings: Vec<(String, String)> = flattened(&manifest.settings).into_iter().collect();
    let mut bytes = board.head(&settings);
    for event in events {
        bytes.extend(board.event(event));
    }
    (bytes, board)
}

fn csv_path(run: &RunDirectory) -> PathBuf {
    run.path().join("metrics.csv")
}

fn board_path(run: &RunDirectory, manifest: &Manifest) -> PathBuf {
    run.path().join(TensorBoard::new(started(manifest)).file_name(&manifest.run))
}

/// When the run began, in seconds since 1970; 0 where the manifest does not say.
fn started(manifest: &Manifest) -> f64 {
    let time = humantime::parse_rfc3339(&manifest.started).ok();
    let since = time.and_then(|time| time.duration_since(SystemTime::UNIX_EPOCH).ok());
    // default: TensorBoard shows times relative to the first; the year it does not show may be 1970.
    since.map_or(0.0, |since| since.as_secs_f64())
}
