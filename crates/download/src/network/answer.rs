//! One question to one server: bytes are added to the part until it is the published file, or an error says why not.

use std::io;
use std::time::{Duration, Instant};

use ureq::http::{HeaderMap, Response, StatusCode};
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::{Agent, Body, Proxy};

use super::{Network, tell};
use crate::digest::{PIECE, read_piece};
use crate::store::Part;
use crate::{DownloadError, Event, Remote, Sink};

/// Bytes a second below which a server counts as stalled.
const LEAST_RATE: f64 = 1024.0;

/// Asks servers.
pub(super) struct Client {
    agent: Agent,
    idle: Duration,
    redirects: u32,
}

impl Client {
    pub(super) fn new(network: &Network) -> Result<Self, DownloadError> {
        let Network { connect, idle, redirects, ref proxy, ref authorities, .. } = *network;
        let invalid = |proxy: &String| DownloadError::Proxy { proxy: proxy.clone() };
        let proxy = proxy.as_ref().map(|proxy| Proxy::new(proxy).map_err(|_| invalid(proxy)));
        let mut tls = TlsConfig::builder();
        if let Some(pem) = authorities {
            tls = tls.root_certs(certificates(pem)?);
        }
        let agent = Agent::config_builder()
            .tls_config(tls.build())
            .timeout_resolve(Some(connect))
            .timeout_connect(Some(connect))
            .timeout_send_request(Some(idle))
            .timeout_recv_response(Some(idle))
            .timeout_per_read(Some(idle))
            .max_redirects(redirects)
            .http_status_as_error(false)
            .proxy(proxy.transpose()?)
            .user_agent(concat!("burnwright/", env!("CARGO_PKG_VERSION")))
            // The published bytes are wanted, not a compressed form of them.
            .accept_encoding("identity")
            .build();
        Ok(Self { agent: agent.into(), idle, redirects })
    }

    /// Asks `address` for what `part` lacks of `remote`. After an error, `part` holds what may be continued.
    pub(super) fn ask(
        &self,
        address: &str,
        remote: &Remote,
        part: &mut Part,
        sink: &mut Sink<'_>,
    ) -> Result<(), DownloadError> {
        let from = part.length();
        tell(sink, &Event::Asking { file: remote.name, address, from }, remote, part)?;
        let mut request = self.agent.get(address);
        if from > 0 {
            request = request.header("Range", format!("bytes={from}-"));
        }
        let response = request.call().map_err(|error| self.no_answer(&error, address))?;
        let continued = begin(&response, address, remote, part)?;
        self.receive(response, address, remote, part, sink)?;
        let got = part.hash();
        if got == remote.sha256 {
            return Ok(());
        }
        part.restart()?;
        if continued {
            // What was there before may be to blame: the file is fetched whole, from wherever the next turn is.
            let reason = format!("with what was there it has SHA-256 {got}");
            return Err(cut_off(part, remote, reason, address));
        }
        Err(DownloadError::Hash { got, expected: remote.sha256, address: address.to_owned() })
    }

    fn no_answer(&self, error: &ureq::Error, address: &str) -> DownloadError {
        let address = address.to_owned();
        match error {
            ureq::Error::TooManyRedirects => {
                DownloadError::Redirects { limit: self.redirects, address }
            }
            error => DownloadError::Connection { reason: error.to_string(), address },
        }
    }

    /// Reads the body of an answer, never more of it than the file has.
    fn receive(
        &self,
        response: Response<Body>,
        address: &str,
        remote: &Remote,
        part: &mut Part,
        sink: &mut Sink<'_>,
    ) -> Result<(), DownloadError> {
        let (file, total) = (remote.name, remote.bytes);
        let mut body = response.into_body().into_reader();
        let mut buffer = vec![0; PIECE];
        let mut window = Window::new(self.idle);
        loop {
            let bytes = match read_piece(&mut body, &mut buffer) {
                Ok([]) if part.length() == total => return Ok(()),
                Ok([]) => return Err(cut_off(part, remote, String::new(), address)),
                Err(error) if is_timeout(&error) => {
                    return Err(window.stalled(part, remote, address));
                }
                Err(error) => return Err(cut_off(part, remote, error.to_string(), address)),
                Ok(bytes) => bytes,
            };
            if part.length() + bytes.len() as u64 > total {
                part.restart()?;
                return Err(DownloadError::TooMuch {
                    expected: total,
                    address: address.to_owned(),
                });
            }
            part.append(bytes)?;
            tell(sink, &Event::Received { file, bytes: part.length(), total }, remote, part)?;
            if part.length() < total && !window.takes(bytes.len() as u64) {
                return Err(window.stalled(part, remote, address));
            }
        }
    }
}

/// Reads the head of an answer, and empties the part where the body begins at the first byte. Whether the body continues the
/// part.
fn begin(
    response: &Response<Body>,
    address: &str,
    remote: &Remote,
    part: &mut Part,
) -> Result<bool, DownloadError> {
    let expected = remote.bytes;
    let announced = |got| DownloadError::Announced { got, expected, address: address.to_owned() };
    match response.status() {
        StatusCode::PARTIAL_CONTENT if part.length() > 0 => {
            let range = header(response.headers(), "content-range");
            let range = range.unwrap_or("none"); // default: an answer without a range has none, and is refused
            match content_range(range) {
                Some((_, Some(total))) if total != expected => Err(announced(total)),
                Some((start, _)) if start == part.length() => Ok(true),
                _ => {
                    let (got, from) = (range.to_owned(), part.length());
                    part.restart()?;
                    Err(DownloadError::Range { got, expected: from, address: address.to_owned() })
                }
            }
        }
        StatusCode::OK => {
            let length = header(response.headers(), "content-length");
            match length.and_then(|length| length.parse().ok()) {
                Some(got) if got != expected => Err(announced(got)),
                _ => {
                    part.restart()?;
                    Ok(false)
                }
            }
        }
        status => {
            if status == StatusCode::RANGE_NOT_SATISFIABLE {
                part.restart()?;
            }
            let status = status.as_u16();
            Err(DownloadError::Status { status, address: address.to_owned() })
        }
    }
}

/// What came since its beginning; a server that sends a byte now and then is as good as none.
struct Window {
    length: Duration,
    begun: Instant,
    bytes: u64,
}

impl Window {
    fn new(length: Duration) -> Self {
        Self { length, begun: Instant::now(), bytes: 0 }
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a few seconds at a small rate"
    )]
    fn least(&self) -> u64 {
        (LEAST_RATE * self.length.as_secs_f64()).ceil() as u64
    }

    /// Whether enough has come, with these bytes.
    fn takes(&mut self, bytes: u64) -> bool {
        self.bytes += bytes;
        if self.begun.elapsed() < self.length {
            return true;
        }
        let enough = self.bytes >= self.least();
        *self = Self::new(self.length);
        enough
    }

    fn stalled(&self, part: &Part, remote: &Remote, address: &str) -> DownloadError {
        DownloadError::Stalled {
            least: self.least(),
            seconds: self.length.as_secs_f64(),
            got: part.length(),
            expected: remote.bytes,
            address: address.to_owned(),
        }
    }
}

fn certificates(pem: &[u8]) -> Result<RootCerts, DownloadError> {
    let fault = |reason: String| DownloadError::Authorities { reason };
    let mut found: Vec<Certificate<'static>> = Vec::new();
    for item in parse_pem(pem) {
        match item {
            Ok(PemItem::Certificate(certificate)) => found.push(certificate),
            Ok(_) => {}
            Err(error) => return Err(fault(error.to_string())),
        }
    }
    if found.is_empty() {
        return Err(fault("there is no certificate".to_owned()));
    }
    Ok(RootCerts::new_with_certs(&found))
}

fn cut_off(part: &Part, remote: &Remote, reason: String, address: &str) -> DownloadError {
    let (got, expected) = (part.length(), remote.bytes);
    DownloadError::CutOff { got, expected, reason, address: address.to_owned() }
}

fn is_timeout(error: &io::Error) -> bool {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<ureq::Error>());
    error.kind() == io::ErrorKind::TimedOut || matches!(inner, Some(ureq::Error::Timeout(_)))
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// The first byte, and the length of the whole file unless it is `*`, of `bytes 5-9/10`.
fn content_range(text: &str) -> Option<(u64, Option<u64>)> {
    let (range, total) = text.strip_prefix("bytes ")?.split_once('/')?;
    let start = range.split_once('-')?.0.parse().ok()?;
    let total = if total == "*" { None } else { Some(total.parse().ok()?) };
    Some((start, total))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read() {
        assert_eq!(content_range("bytes 5-9/10"), Some((5, Some(10))));
        assert_eq!(content_range("bytes 0-9/*"), Some((0, None)));
        for wrong in ["", "bytes */10", "bytes 5-9", "lines 5-9/10", "bytes -9/10", "bytes 5-9/x"] {
            assert_eq!(content_range(wrong), None, "{wrong}");
        }
    }
}
