//! `events.jsonl`: one event a line, appended as it happens.

use std::io::{BufRead, BufReader};
use std::path::Path;

use crate::disk::{Appending, open_regular};
use crate::{Event, RunError};

/// The log of a run that is being trained.
#[derive(Debug)]
pub(crate) struct EventLog {
    pub(crate) file: Appending,
    /// Bytes there are.
    pub(crate) length: u64,
}

impl EventLog {
    /// Opens the log for adding to it, and makes it where it is not there.
    pub(crate) fn open(path: &Path) -> Result<Self, RunError> {
        let file = Appending::open(path).map_err(RunError::io("open", path))?;
        let length = file.length().map_err(RunError::io("read", path))?;
        Ok(Self { file, length })
    }

    /// Opens the log at byte `length`; what follows it goes.
    pub(crate) fn open_at(path: &Path, length: u64) -> Result<Self, RunError> {
        let mut log = Self::open(path)?;
        if log.length < length {
            let path = path.to_owned();
            return Err(RunError::LogTooShort { path, got: log.length, expected: length });
        }
        if log.length > length {
            log.file.truncate(length).map_err(RunError::io("cut", path))?;
        }
        log.length = length;
        Ok(log)
    }

    /// One write a line: a reader sees whole lines, and a crash tears at most the last.
    pub(crate) fn append(&mut self, event: &Event) -> Result<(), RunError> {
        let mut line = serde_json::to_vec(event).map_err(|error| RunError::Malformed {
            what: format!("event cannot be written as JSON: {error}"),
            path: self.file.path().to_owned(),
        })?;
        line.push(b'\n');
        let result = self.file.append(&line);
        result.map_err(|source| RunError::writing(self.file.path(), line.len(), source))?;
        self.length += line.len() as u64;
        Ok(())
    }
}

/// The events of a log. A last line without its end, as a crash leaves it, is passed over; any other line that is no event is
/// an error that names it.
pub fn read_events(path: &Path) -> Result<Vec<Event>, RunError> {
    let io = |source| RunError::Io { action: "read", path: path.to_owned(), source };
    let mut reader = BufReader::new(open_regular(path).map_err(io)?);
    let mut events = Vec::new();
    let mut line = Vec::new();
    for number in 1.. {
        line.clear();
        reader.read_until(b'\n', &mut line).map_err(io)?;
        let Some(text) = line.strip_suffix(b"\n") else { break };
        events.push(serde_json::from_slice(text).map_err(|error| RunError::Malformed {
            what: format!("line {number} is no event: {error}"),
            path: path.to_owned(),
        })?);
    }
    Ok(events)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{SplitScore, StopReason};

    fn events() -> Vec<Event> {
        let train = SplitScore { loss: 0.25, accuracy: 0.9 };
        vec![
            Event::EpochStarted { epoch: 1 },
            Event::EpochEnded {
                epoch: 1,
                step: 938,
                train,
                validation: None,
                seconds: 0.5,
                images_per_second: 120_000.0,
            },
            Event::TrainingStopped {
                reason: StopReason::MaxSteps,
                epoch: 1,
                step: 938,
                best_epoch: None,
            },
        ]
    }

    #[test]
    fn what_was_logged_is_read_up_to_the_last_whole_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("events.jsonl");
        let mut log = EventLog::open(&path).unwrap();
        for event in events() {
            log.append(&event).unwrap();
        }
        assert_eq!(read_events(&path).unwrap(), events());
        let bytes = std::fs::read(&path).unwrap();
        std::fs::write(&path, &bytes[..bytes.len() - 5]).unwrap();
        assert_eq!(read_events(&path).unwrap(), events()[..2]);
        std::fs::write(&path, b"{}\n").unwrap();
        let error = read_events(&path).unwrap_err().to_string();
        assert!(error.starts_with("line 1 is no event: missing field `event`"), "{error}");
    }
}
