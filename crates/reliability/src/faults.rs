//! What happens to the changes that a run makes on the disk: nothing, a kill, an error, or a note.

use std::io::Error;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use burnwright_run::disk::{Answer, Change, Watcher, set_watcher};

/// What happens to changes, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Plan {
    /// They are made and counted.
    Count,
    /// They are made and written down.
    Record,
    /// Before this one, the process is killed.
    Kill(usize),
    /// From this one on they fail, with this error number of the operating system.
    Refuse(usize, i32),
    /// This one fails, with this error number, and no other.
    RefuseOne(usize, i32),
    /// Each append adds at most three bytes at a time, from this change on.
    Short(usize),
}

/// A change, to be made again elsewhere.
#[derive(Clone, Debug)]
pub(crate) enum Recorded {
    CreateFolder(PathBuf),
    Open(PathBuf),
    Append(PathBuf, Vec<u8>),
    Truncate(PathBuf, u64),
    Sync(PathBuf),
    SyncFolder(PathBuf),
    Rename(PathBuf, PathBuf),
    Remove(PathBuf),
}

struct State {
    plan: Plan,
    calls: usize,
    trace: Vec<Recorded>,
    refused: Option<String>,
}

static STATE: Mutex<State> =
    Mutex::new(State { plan: Plan::Count, calls: 0, trace: Vec::new(), refused: None });

impl State {
    fn refuse(&mut self, change: Change<'_>, number: i32) -> Answer {
        self.refused.get_or_insert_with(|| match change {
            // Its bytes are of no interest here.
            Change::Append(path, _) => format!("Append({})", path.display()),
            other => format!("{other:?}"),
        });
        Answer::Refuse(Error::from_raw_os_error(number))
    }
}

struct Conductor;

impl Watcher for Conductor {
    fn before(&self, change: Change<'_>) -> Answer {
        let mut state = STATE.lock().unwrap_or_else(PoisonError::into_inner);
        state.calls += 1;
        let calls = state.calls;
        match state.plan {
            Plan::Record => {
                state.trace.extend(recorded(change));
                Answer::Go
            }
            Plan::Kill(at) => {
                if calls == at {
                    // Holding the lock: no other thread makes a change any more.
                    let _ = signal_hook::low_level::raise(signal_hook::consts::SIGKILL);
                    std::thread::park();
                }
                Answer::Go
            }
            Plan::Refuse(at, number) if calls >= at => state.refuse(change, number),
            Plan::RefuseOne(at, number) if calls == at => state.refuse(change, number),
            Plan::Short(at) if calls >= at => Answer::Only(3),
            Plan::Count | Plan::Refuse(..) | Plan::RefuseOne(..) | Plan::Short(_) => Answer::Go,
        }
    }
}

fn recorded(change: Change<'_>) -> Option<Recorded> {
    Some(match change {
        Change::CreateFolder(path) => Recorded::CreateFolder(path.to_owned()),
        Change::Open(path) => Recorded::Open(path.to_owned()),
        Change::Append(path, bytes) => Recorded::Append(path.to_owned(), bytes.to_vec()),
        Change::Truncate(path, length) => Recorded::Truncate(path.to_owned(), length),
        Change::Sync(path) => Recorded::Sync(path.to_owned()),
        Change::SyncFolder(path) => Recorded::SyncFolder(path.to_owned()),
        Change::Rename(from, to) => Recorded::Rename(from.to_owned(), to.to_owned()),
        Change::Remove(path) => Recorded::Remove(path.to_owned()),
        // A run only removes its folder where it could not begin.
        Change::RemoveFolder(_) => return None,
    })
}

/// From now on, changes of this process go through here.
pub(crate) fn install() {
    set_watcher(Box::new(Conductor));
}

/// Sets what happens to changes, and counts from 1 again.
pub(crate) fn set(plan: Plan) {
    let mut state = STATE.lock().unwrap_or_else(PoisonError::into_inner);
    *state = State { plan, calls: 0, trace: Vec::new(), refused: None };
}

/// How many changes there were.
pub(crate) fn calls() -> usize {
    STATE.lock().unwrap_or_else(PoisonError::into_inner).calls
}

/// The first change that was refused.
pub(crate) fn refused() -> Option<String> {
    STATE.lock().unwrap_or_else(PoisonError::into_inner).refused.clone()
}

/// The changes that were written down.
pub(crate) fn take_trace() -> Vec<Recorded> {
    std::mem::take(&mut STATE.lock().unwrap_or_else(PoisonError::into_inner).trace)
}
