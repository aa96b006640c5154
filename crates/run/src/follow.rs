//! The log of a run that another process writes in, its events as they come out.

use std::io::{ErrorKind, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use crate::disk::{open_regular, read_regular};
use crate::log::event_of;
use crate::{Event, RunError, content_hash};

/// Reads `events.jsonl` as it grows, and never changes it.
///
/// A line without an end is left until it has one. A run that is taken up cuts its log back to a checkpoint and goes on from
/// there: what was read before and is there no longer stays read, and what comes instead is read.
#[derive(Debug)]
pub struct Follower {
    path: PathBuf,
    /// Bytes of the lines that were read.
    position: u64,
    /// The hash of each line that was read.
    lines: Vec<String>,
}

impl Follower {
    /// Follows the log at a path, from its beginning. It need not be there yet.
    pub fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), position: 0, lines: Vec::new() }
    }

    /// The events that came since the last call.
    pub fn read(&mut self) -> Result<Vec<Event>, RunError> {
        let text = match self.new_text() {
            Ok(Some(text)) => text,
            // It is another log than it was: from the beginning, past the lines that are still the same.
            Ok(None) => return self.read_again(),
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(source) => {
                return Err(RunError::Io { action: "read", path: self.path.clone(), source });
            }
        };
        let lines: Vec<&[u8]> = whole_lines(&text).collect();
        self.take(&lines)
    }

    /// What stands behind the lines that were read; nothing where these are not there as they were.
    fn new_text(&self) -> std::io::Result<Option<Vec<u8>>> {
        let mut file = open_regular(&self.path)?;
        if file.metadata()?.len() < self.position {
            return Ok(None);
        }
        // With the end of the last line that was read.
        let from = self.position.saturating_sub(1);
        file.seek(SeekFrom::Start(from))?;
        let mut text = Vec::new();
        file.read_to_end(&mut text)?;
        if self.position == 0 {
            return Ok(Some(text));
        }
        Ok(text.strip_prefix(b"\n").map(<[u8]>::to_vec))
    }

    fn read_again(&mut self) -> Result<Vec<Event>, RunError> {
        let text = read_regular(&self.path).map_err(RunError::io("read", &self.path))?;
        let lines: Vec<&[u8]> = whole_lines(&text).collect();
        let known =
            self.lines.iter().zip(&lines).take_while(|(hash, line)| **hash == content_hash(line));
        let same = known.count();
        self.lines.truncate(same);
        self.position = lines[..same].iter().map(|line| line.len() as u64 + 1).sum();
        self.take(&lines[same..])
    }

    fn take(&mut self, lines: &[&[u8]]) -> Result<Vec<Event>, RunError> {
        let mut events = Vec::with_capacity(lines.len());
        for line in lines {
            let number = self.lines.len() + 1;
            events.extend(event_of(line, number).map_err(|fault| fault.at(&self.path))?);
            self.lines.push(content_hash(line));
            self.position += line.len() as u64 + 1;
        }
        Ok(events)
    }
}

/// The lines that have an end, without it.
fn whole_lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split_inclusive(|&byte| byte == b'\n').filter_map(|line| line.strip_suffix(b"\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn line(epoch: usize) -> String {
        serde_json::to_string(&Event::EpochStarted { epoch }).unwrap() + "\n"
    }

    fn epochs(events: &[Event]) -> Vec<usize> {
        let epoch = |event: &Event| match event {
            Event::EpochStarted { epoch } => *epoch,
            _ => 0,
        };
        events.iter().map(epoch).collect()
    }

    #[test]
    fn a_log_that_is_not_there_yet_has_no_events() {
        let folder = tempfile::tempdir().unwrap();
        assert!(Follower::new(&folder.path().join("none")).read().unwrap().is_empty());
    }

    #[test]
    fn a_log_that_is_cut_back_goes_on_where_it_was_cut() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("events.jsonl");
        let write = |text: String| std::fs::write(&path, text).unwrap();
        let mut follower = Follower::new(&path);
        write(line(1) + &line(2) + &line(3));
        assert_eq!(epochs(&follower.read().unwrap()), [1, 2, 3]);
        // Cut, and seen so.
        write(line(1) + &line(2));
        assert!(follower.read().unwrap().is_empty());
        write(line(1) + &line(2) + &line(30));
        assert_eq!(epochs(&follower.read().unwrap()), [30]);
        // Cut, and longer again before it is seen.
        write(line(1) + &line(200) + &line(300) + &line(400));
        assert_eq!(epochs(&follower.read().unwrap()), [200, 300, 400]);
    }

    #[test]
    fn a_line_that_is_no_event_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("events.jsonl");
        std::fs::write(&path, line(1) + "nonsense\n").unwrap();
        let error = Follower::new(&path).read().unwrap_err().to_string();
        assert!(error.starts_with("line 2 is no event"), "{error}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn however_it_is_cut_into_writes_all_events_come_once(cuts in prop::collection::vec(0_usize..200, 0..8)) {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("events.jsonl");
            let text: String = (1..=6).map(line).collect();
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(text.len())).collect();
            cuts.sort_unstable();
            let mut follower = Follower::new(&path);
            let mut seen = Vec::new();
            for cut in cuts.into_iter().chain([text.len()]) {
                std::fs::write(&path, &text[..cut]).unwrap();
                seen.extend(epochs(&follower.read().unwrap()));
            }
            prop_assert_eq!(seen, [1, 2, 3, 4, 5, 6]);
        }
    }
}
