//! Everything that can be wrong with a download or its cache, with what was found and what was expected.

use std::fmt::{Display, Write};
use std::path::PathBuf;

/// Why the files of a data set cannot be had.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DownloadError {
    /// A data set that is not known.
    #[error("no data set is called \"{name}\"; known: {}", known.join(", "))]
    UnknownDataSet {
        /// What was asked for.
        name: String,
        /// What there is.
        known: Vec<&'static str>,
    },
    /// The cache does not hold the data set, or not as published.
    #[error("the data set {name} is not whole; wanted:{}\nin the folder: {}", lines(wanted), folder.display())]
    NotWhole {
        /// The data set's name.
        name: &'static str,
        /// What has to be there.
        wanted: Vec<Wanted>,
        /// Where it has to be.
        folder: PathBuf,
    },
    /// The operating system refused.
    #[error("cannot {doing} ({source}): {}", path.display())]
    Io {
        /// What was tried.
        doing: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The reason.
        source: std::io::Error,
    },
    /// The path leads to a folder, a pipe or a device.
    #[error("not a regular file: {}", path.display())]
    NotAFile {
        /// What is there.
        path: PathBuf,
    },
    /// An archive has the published hash and cannot be unpacked as the table says.
    #[error("cannot unpack {file} ({reason}): {}", path.display())]
    Unpack {
        /// The member, or the archive itself.
        file: &'static str,
        /// What is wrong.
        reason: String,
        /// The archive.
        path: PathBuf,
    },
    /// What was unpacked is not what was published.
    #[error("{member} unpacks to SHA-256 {got}, expected {expected}: {}", path.display())]
    MemberHash {
        /// The member.
        member: &'static str,
        /// Its hash.
        got: String,
        /// The published hash.
        expected: &'static str,
        /// The archive.
        path: PathBuf,
    },
    /// No connection, or one that broke before an answer was there.
    #[error("no answer ({reason}): {address}")]
    Connection {
        /// What happened.
        reason: String,
        /// Who was asked.
        address: String,
    },
    /// The answer is not a file.
    #[error("status {status}, expected 200: {address}")]
    Status {
        /// The HTTP status.
        status: u16,
        /// Who was asked.
        address: String,
    },
    /// One address leads to the next, too often.
    #[error("more than {limit} redirects: {address}")]
    Redirects {
        /// How many are followed.
        limit: u32,
        /// Who was asked.
        address: String,
    },
    /// The server has a file of another length.
    #[error("the server announces {got} bytes, expected {expected}: {address}")]
    Announced {
        /// What it announces.
        got: u64,
        /// The published length.
        expected: u64,
        /// Who was asked.
        address: String,
    },
    /// The server goes on from another place than it was asked for.
    #[error("the server sends the range \"{got}\", expected one from byte {expected}: {address}")]
    Range {
        /// What it sends.
        got: String,
        /// Where the part at hand ends.
        expected: u64,
        /// Who was asked.
        address: String,
    },
    /// The connection ended too early.
    #[error("the connection ended at byte {got} of {expected}{}: {address}", because(reason))]
    CutOff {
        /// How far it came.
        got: u64,
        /// The published length.
        expected: u64,
        /// What the connection said, if anything.
        reason: String,
        /// Who was asked.
        address: String,
    },
    /// Nothing came, or next to nothing.
    #[error("less than {least} bytes came in {seconds} s, at byte {got} of {expected}: {address}")]
    Stalled {
        /// What should have come.
        least: u64,
        /// In how many seconds.
        seconds: f64,
        /// How far it came.
        got: u64,
        /// The published length.
        expected: u64,
        /// Who was asked.
        address: String,
    },
    /// The server sends more than the file.
    #[error("the server sends more than {expected} bytes: {address}")]
    TooMuch {
        /// The published length.
        expected: u64,
        /// Who was asked.
        address: String,
    },
    /// The right number of bytes, and not the published ones.
    #[error("what was sent has SHA-256 {got}, expected {expected}: {address}")]
    Hash {
        /// The hash of what was sent.
        got: String,
        /// The published hash.
        expected: &'static str,
        /// Who was asked.
        address: String,
    },
    /// No address gave the file.
    #[error("{file} could not be fetched from any address:{}", lines(failures))]
    AllFailed {
        /// The file.
        file: &'static str,
        /// What each attempt ended with, in their order.
        failures: Vec<DownloadError>,
    },
    /// The certificates that the caller gives cannot be read.
    #[error("the certificates of authorities are not in PEM form ({reason})")]
    Authorities {
        /// What is wrong.
        reason: String,
    },
    /// The proxy that the caller gives is none.
    #[error("the proxy \"{proxy}\" is not an address of a proxy")]
    Proxy {
        /// What was given.
        proxy: String,
    },
    /// The caller did not want to go on. What came so far is kept for the next time.
    #[error("stopped at byte {got} of {expected} of {file}")]
    Stopped {
        /// The file.
        file: &'static str,
        /// How far it came.
        got: u64,
        /// The published length.
        expected: u64,
    },
}

/// A file that the cache wants, and that somebody could put there by hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Its name.
    pub name: &'static str,
    /// Its length.
    pub bytes: u64,
    /// Its SHA-256.
    pub sha256: &'static str,
    /// Where it is published.
    pub addresses: &'static [&'static str],
    /// Where to put it.
    pub path: PathBuf,
    /// What is wrong with the files that are there in its place; empty where none is.
    pub faults: Vec<String>,
}

impl Display for Wanted {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { name, bytes, sha256, addresses, faults, .. } = self;
        let addresses = addresses.join(" or ");
        write!(formatter, "{name}, {bytes} bytes, SHA-256 {sha256}, from {addresses}")?;
        for fault in faults {
            write!(formatter, "; {fault}")?;
        }
        Ok(())
    }
}

fn lines(items: &[impl Display]) -> String {
    items.iter().fold(String::new(), |mut text, item| {
        write!(text, "\n  {item}").expect("a text takes what is written to it");
        text
    })
}

fn because(reason: &str) -> String {
    if reason.is_empty() { String::new() } else { format!(" ({reason})") }
}
