//! SIGINT, SIGTERM and SIGHUP ask training to stop; a second one ends the program at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};

use burn::train::Interrupter;
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::failure::{Failure, status};
use crate::terminal;

/// Which signal came first, if any.
#[derive(Clone)]
pub(crate) struct Received(Arc<AtomicI32>);

impl Received {
    /// Whether the key `q` came.
    pub(crate) fn is_quit(&self) -> bool {
        self.0.load(Ordering::SeqCst) == SIGQUIT
    }

    /// The exit status of the signal that came, 128 + its number.
    pub(crate) fn exit_status(&self) -> Option<u8> {
        match self.0.load(Ordering::SeqCst) {
            0 => None,
            signal => u8::try_from(128 + signal).ok(),
        }
    }
}

/// From now on, signals end the looking, and nothing else; SIGQUIT is the key `q`.
pub(crate) fn watch_to_leave() -> Result<Received, Failure> {
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP, SIGQUIT]).map_err(|error| {
        Failure::new(status::INTERNAL, format!("cannot watch for signals: {error}"))
    })?;
    let received = Received(Arc::new(AtomicI32::new(0)));
    let slot = received.clone();
    std::thread::spawn(move || {
        for signal in signals.forever() {
            slot.0.store(signal, Ordering::SeqCst);
        }
    });
    Ok(received)
}

/// From now on, signals reach the interrupter.
pub(crate) fn watch(interrupter: Interrupter) -> Result<Received, Failure> {
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP]).map_err(|error| {
        Failure::new(status::INTERNAL, format!("cannot watch for signals: {error}"))
    })?;
    let received = Received(Arc::new(AtomicI32::new(0)));
    let slot = received.clone();
    std::thread::spawn(move || {
        for signal in signals.forever() {
            let first = slot.0.compare_exchange(0, signal, Ordering::SeqCst, Ordering::SeqCst);
            if first.is_err() {
                terminal::restore();
                #[expect(clippy::exit, reason = "the second signal means: now")]
                std::process::exit(128 + signal);
            }
            interrupter.stop(Some("a signal asked for it"));
        }
    });
    Ok(received)
}
