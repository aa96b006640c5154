//! `events.jsonl`: one event a line, appended as it happens.

use std::io::{BufRead, BufReader};
use std::path::Path;

use crate::disk::{Appending, open_regular};
use crate::event::upgraded;
use crate::{Event, Form, FormFault, RunError};

/// The version of the log's form that is written.
const VERSION: u64 = 2;
/// A log begins with a line that says its version; one without is of the first.
const FORM: Form = Form::new("version", 1, VERSION);

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

    /// Opens the log at byte `length`; what follows it goes. A log that is empty then begins.
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
        if length == 0 {
            log.append(&Event::Log { version: VERSION })?;
        }
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
        result.map_err(|source| RunError::writing(self.file.path(), line.len() as u64, source))?;
        self.length += line.len() as u64;
        Ok(())
    }
}

/// The event of a line, the `number`th, without its end; none where it is none that is known here. A log of a version that is
/// not known here is an error before anything else of it is looked at.
pub(crate) fn event_of(line: &[u8], number: usize) -> Result<Option<Event>, FormFault> {
    match serde_json::from_slice(line) {
        Ok(Event::Log { version }) => Ok(FORM.check(version).map(|()| None)?),
        Ok(Event::Unknown) => Ok(None),
        Ok(event) => Ok(Some(event)),
        Err(error) => match upgraded(line) {
            Some(event) => Ok(Some(event)),
            None => Err(FormFault::Malformed(format!("line {number} is no event: {error}"))),
        },
    }
}

/// The events of a log. A last line without its end, as a crash leaves it, is passed over, and so are kinds of events and keys
/// that are not known; any other line that is no event is an error that names it.
pub fn read_events(path: &Path) -> Result<Vec<Event>, RunError> {
    let io = |source| RunError::Io { action: "read", path: path.to_owned(), source };
    let mut reader = BufReader::new(open_regular(path).map_err(io)?);
    let mut events = Vec::new();
    let mut line = Vec::new();
    for number in 1.. {
        line.clear();
        reader.read_until(b'\n', &mut line).map_err(io)?;
        let Some(text) = line.strip_suffix(b"\n") else { break };
        events.extend(event_of(text, number).map_err(|fault| fault.at(path))?);
    }
    Ok(events)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Scores, StopReason};

    fn events() -> Vec<Event> {
        let train = Scores::of_loss(0.25).with("accuracy", 0.9);
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

    #[test]
    fn a_log_says_its_version_and_one_that_does_not_is_of_the_first() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("events.jsonl");
        let mut log = EventLog::open_at(&path, 0).unwrap();
        log.append(&events()[0]).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        let began = "{\"event\":\"log\",\"version\":2}\n";
        assert_eq!(text, format!("{began}{{\"event\":\"epoch_started\",\"epoch\":1}}\n"));
        assert_eq!(read_events(&path).unwrap(), events()[..1]);
        std::fs::write(&path, text.strip_prefix(began).unwrap()).unwrap();
        assert_eq!(read_events(&path).unwrap(), events()[..1]);
        // Cut to its beginning, it begins anew.
        EventLog::open_at(&path, 0).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), began);
    }

    #[test]
    fn what_is_not_known_is_passed_over_in_this_version_and_refused_in_a_newer_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("events.jsonl");
        let read = |text: &str| {
            std::fs::write(&path, text).unwrap();
            read_events(&path).map_err(|error| error.to_string())
        };
        let known = "{\"event\":\"epoch_started\",\"epoch\":1,\"sun\":{\"shines\":true}}\n";
        let unknown = "{\"event\":\"eclipse\",\"epoch\":\"dark\"}\n";
        let version =
            |version| format!("{{\"event\":\"log\",\"version\":{version},\"more\":[]}}\n");
        assert_eq!(read(&(version(2) + unknown + known)).unwrap(), events()[..1]);
        let error = read(&(version(3) + "nonsense\n")).unwrap_err();
        assert!(error.starts_with("format version 3 is newer than 2"), "{error}");
        // What is known of an event must be there.
        let torn =
            "{\"event\":\"training_stopped\",\"reason\":\"completed\",\"epoch\":1,\"step\":9}\n";
        let error = read(torn).unwrap_err();
        assert!(error.starts_with("line 1 is no event: missing field `best_epoch`"), "{error}");
    }
}
