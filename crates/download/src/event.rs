//! What a download tells its caller while it goes on.

use std::ops::ControlFlow;
use std::time::Duration;

use crate::DownloadError;

/// Something that happened.
#[derive(Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// Another process is fetching the same data set, and is waited for. Said again and again meanwhile.
    Waiting,
    /// A file in the cache is not the published one, and is fetched anew.
    Damaged {
        /// The file.
        name: &'static str,
        /// What is wrong with it.
        fault: &'a str,
    },
    /// A server is asked.
    Asking {
        /// The file.
        file: &'static str,
        /// The server.
        address: &'a str,
        /// Bytes that are there from an earlier attempt.
        from: u64,
    },
    /// Bytes arrived.
    Received {
        /// The file.
        file: &'static str,
        /// Bytes so far, earlier attempts included.
        bytes: u64,
        /// Bytes of the whole file.
        total: u64,
    },
    /// An attempt failed; another follows, or [`DownloadError::AllFailed`].
    Failed(&'a DownloadError),
    /// All addresses failed for now and are asked again after a pause.
    Pausing(Duration),
    /// A file is compared with its hash, or unpacked.
    Unpacking {
        /// The file.
        file: &'static str,
    },
}

/// Takes events; `Break` ends a download with [`DownloadError::Stopped`].
pub type Sink<'a> = dyn FnMut(&Event<'_>) -> ControlFlow<()> + 'a;
