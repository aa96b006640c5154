//! Files that are not what they should be: a documented error or a right result; no panic, no hang, no great appetite.

mod kinds;
mod mutation;
mod oracles;

use std::error::Error;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use super::Size;
use crate::MEMORY;
use crate::dice::Dice;
use crate::found::Found;
use crate::ground::{Ground, Trouble};
use kinds::kinds;
use mutation::mutated;

/// No file keeps a reader longer.
const LONGEST: f64 = 1.0;
/// A reader that says nothing for so long is taken to hang, and the check ends with it.
const HANGS: Duration = Duration::from_secs(20);
/// Memory that a reader may take besides four times the file.
const ALLOWANCE: usize = 64 << 20;

/// A kind of file: a good one, and what reads a file of this kind and judges what was read.
struct Kind {
    name: &'static str,
    good: Vec<u8>,
    attempt: Attempt,
}

type Attempt = Box<dyn Fn(&[u8]) -> Result<Outcome, String> + Send>;

/// What a reader may make of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    /// It was read, and an independent reading agrees.
    Right,
    /// The reader's own error type says why not.
    Refused,
}

/// One file, and what became of it.
struct Case {
    what: String,
    outcome: Result<Outcome, String>,
}

pub(crate) fn run(ground: &Ground, size: Size) -> Result<Found, Trouble> {
    // A panic is found below; its message on stderr would only be in the way.
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let found = kinds(ground).map(|kinds| judge(&read_all(kinds, size.pick(1000, 20_000))));
    std::panic::set_hook(before);
    found
}

/// Reads so many files in a thread of its own, which a reader that hangs takes with it.
fn read_all(kinds: Vec<Kind>, cases: usize) -> Receiver<Case> {
    let (send, receive) = channel();
    std::thread::spawn(move || {
        let mut dice = Dice::new(23);
        for case in 0..cases {
            let kind = &kinds[case % kinds.len()];
            let bytes = mutated(&kind.good, &mut dice);
            let outcome = (kind.attempt)(&bytes);
            let what = format!("case {case}, {}, {} bytes", kind.name, bytes.len());
            if send.send(Case { what, outcome }).is_err() {
                break;
            }
        }
    });
    receive
}

fn judge(cases: &Receiver<Case>) -> Found {
    let mut found = Found::default();
    let (mut right, mut refused) = (0, 0);
    loop {
        match cases.recv_timeout(HANGS) {
            Ok(Case { what, outcome }) => {
                match outcome {
                    Ok(Outcome::Right) => right += 1,
                    Ok(Outcome::Refused) => refused += 1,
                    Err(_) => {}
                }
                found.case(outcome.map(drop).map_err(|error| format!("{what}: {error}")));
            }
            Err(RecvTimeoutError::Timeout) => {
                found.case(Err(format!("the reader of case {} hangs", found.cases)));
                break;
            }
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    found.note(format!("{right} were read rightly, {refused} refused"));
    found
}

/// A kind of file from its reader and from an independent judge of what it read.
fn kind<T: 'static, E: Error + 'static>(
    name: &'static str,
    good: Vec<u8>,
    read: impl Fn(&[u8]) -> Result<T, E> + Send + 'static,
    right: impl Fn(&[u8], T) -> Result<(), String> + Send + 'static,
) -> Kind {
    let attempt = move |bytes: &[u8]| match within_bounds(bytes.len(), || read(bytes))? {
        Ok(value) => right(bytes, value).map(|()| Outcome::Right),
        Err(error) if error.to_string().is_empty() => Err("an error without a word".to_owned()),
        Err(_) => Ok(Outcome::Refused),
    };
    Kind { name, good, attempt: Box::new(attempt) }
}

/// What `read` returns, if it does so in time, without a panic and without too much memory.
fn within_bounds<T>(length: usize, read: impl FnOnce() -> T) -> Result<T, String> {
    MEMORY.reset_peak_usage();
    let before = MEMORY.current_usage();
    let begun = Instant::now();
    let ended = catch_unwind(AssertUnwindSafe(read));
    let seconds = begun.elapsed().as_secs_f64();
    let taken = MEMORY.peak_usage().saturating_sub(before);
    let value = ended.map_err(|_| "panicked".to_owned())?;
    if seconds > LONGEST {
        return Err(format!("took {seconds:.1} s"));
    }
    if taken > ALLOWANCE + 4 * length {
        return Err(format!("took {} MiB", taken >> 20));
    }
    Ok(value)
}
