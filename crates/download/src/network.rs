//! A published file in, its verified bytes out: which address is asked, how often, and what is tried after a failure.
//!
//! Each address is asked in its turn. A failure leads to the next address at once, and what came so far is continued there, since
//! the hash at the end is the same. After a round there is a pause, twice as long each time. An address that can never give the file
//! (no such file, another length, another hash, redirects in a circle) is not asked again.

mod answer;

use std::ops::ControlFlow;
use std::time::Duration;

use crate::store::Part;
use crate::{DownloadError, Event, Remote, Sink};
use answer::Client;

/// How servers are asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Network {
    /// How long a connection may take, and finding the server's address.
    pub connect: Duration,
    /// How long a server may send nothing, or less than 1 KiB a second on average.
    pub idle: Duration,
    /// How often each address is asked.
    pub rounds: u32,
    /// The pause after the first round; it doubles with each.
    pub pause: Duration,
    /// How many redirects are followed.
    pub redirects: u32,
    /// A proxy, `http://host:port` or `socks5://host:port`. The environment is not looked at.
    pub proxy: Option<String>,
    /// Certificates of the authorities that vouch for servers, in PEM form, in place of those that Mozilla trusts. A company that
    /// looks into encrypted connections has its own.
    pub authorities: Option<Vec<u8>>,
}

impl Default for Network {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            idle: Duration::from_secs(30),
            rounds: 3,
            pause: Duration::from_secs(1),
            redirects: 5,
            proxy: None,
            authorities: None,
        }
    }
}

/// Which addresses are left, and what became of the others.
struct Attempts {
    left: Vec<&'static str>,
    failures: Vec<DownloadError>,
    /// The most bytes that were there after a failure.
    furthest: u64,
}

impl Network {
    /// Adds to `part` until it is the published file.
    pub(crate) fn fetch(
        &self,
        remote: &Remote,
        mut part: Part,
        sink: &mut Sink<'_>,
    ) -> Result<Part, DownloadError> {
        if part.length() == remote.bytes {
            if part.hash() == remote.sha256 {
                return Ok(part);
            }
            part.restart()?;
        }
        let client = Client::new(self)?;
        let left = remote.addresses.to_vec();
        let mut attempts = Attempts { left, failures: Vec::new(), furthest: part.length() };
        for round in 0..self.rounds {
            if round > 0 && !attempts.left.is_empty() {
                let pause = self.pause.saturating_mul(1 << (round - 1).min(16));
                tell(sink, &Event::Pausing(pause), remote, &part)?;
                std::thread::sleep(pause);
            }
            if ask_each(&client, remote, &mut part, &mut attempts, sink)? {
                return Ok(part);
            }
        }
        if part.length() == 0 {
            part.discard()?;
        }
        Err(DownloadError::AllFailed { file: remote.name, failures: attempts.failures })
    }
}

/// Asks each address once, and again as long as it goes on well. Whether the file is whole.
fn ask_each(
    client: &Client,
    remote: &Remote,
    part: &mut Part,
    attempts: &mut Attempts,
    sink: &mut Sink<'_>,
) -> Result<bool, DownloadError> {
    let mut place = 0;
    while let Some(&address) = attempts.left.get(place) {
        let error = match client.ask(address, remote, part, sink) {
            Ok(()) => return Ok(true),
            Err(error) if is_local(&error) => return Err(error),
            Err(error) => error,
        };
        tell(sink, &Event::Failed(&error), remote, part)?;
        let hopeless = is_hopeless(&error);
        attempts.failures.push(error);
        if hopeless {
            attempts.left.remove(place);
        } else if part.length() > attempts.furthest + remote.bytes / 100 {
            // A server that cuts off long files is asked as often as it gives a hundredth more than ever before.
            attempts.furthest = part.length();
        } else {
            place += 1;
        }
    }
    Ok(false)
}

fn tell(
    sink: &mut Sink<'_>,
    event: &Event<'_>,
    remote: &Remote,
    part: &Part,
) -> Result<(), DownloadError> {
    match sink(event) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(()) => Err(DownloadError::Stopped {
            file: remote.name,
            got: part.length(),
            expected: remote.bytes,
        }),
    }
}

/// Whether another address would not help.
fn is_local(error: &DownloadError) -> bool {
    use DownloadError::{Io, NotAFile, Stopped};
    matches!(error, Io { .. } | NotAFile { .. } | Stopped { .. })
}

/// Whether the same address will not help later.
fn is_hopeless(error: &DownloadError) -> bool {
    use DownloadError::{Announced, Hash, Redirects, Status, TooMuch};
    match error {
        // 408: the server waited too long for the request. 416: the part was thrown away. 429: too many requests.
        Status { status, .. } => *status < 500 && ![408, 416, 429].contains(status),
        Announced { .. } | Hash { .. } | Redirects { .. } | TooMuch { .. } => true,
        _ => false,
    }
}
