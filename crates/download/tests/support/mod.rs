//! A server on this machine that answers as it is told, and data sets that it publishes.

#![allow(dead_code, clippy::unwrap_used, reason = "each test file uses its part; tests may panic")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use burnwright_download::{DataSet, Member, Packing, Remote};
use sha2::{Digest, Sha256};

/// What is asked of the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Request {
    pub(crate) path: String,
    /// The first byte that is wanted.
    pub(crate) from: Option<usize>,
    /// How often the same path was asked for before.
    pub(crate) before: usize,
}

/// What the server does.
pub(crate) enum Reply {
    /// The file, or what is asked of it.
    File(Vec<u8>),
    /// The file whole, whatever is asked of it.
    Whole(Vec<u8>),
    /// Announces what is asked of the file, sends so many bytes of it, and hangs up.
    CutOff(Vec<u8>, usize),
    /// The same, and sends nothing more without hanging up.
    Stall(Vec<u8>, usize),
    /// A byte now and then.
    Drip(Vec<u8>),
    /// A part of the file that was not asked for.
    WrongRange(Vec<u8>),
    /// Sends all of it without announcing a length.
    Unannounced(Vec<u8>),
    Status(u16),
    Redirect(String),
    /// These bytes in place of an answer.
    Garbage(Vec<u8>),
    /// No answer.
    Silence,
}

pub(crate) struct Server {
    pub(crate) address: String,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Server {
    pub(crate) fn start(answer: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&requests);
        let answer = Arc::new(answer);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (seen, answer) = (Arc::clone(&seen), Arc::clone(&answer));
                // A client that hangs up is what some tests are about.
                std::thread::spawn(move || serve(stream, &seen, &*answer).ok());
            }
        });
        Self { address, requests }
    }

    pub(crate) fn at(&self, path: &str) -> String {
        format!("{}/{path}", self.address)
    }

    /// Each request's path and first byte.
    pub(crate) fn seen(&self) -> Vec<(String, Option<usize>)> {
        let requests = self.requests.lock().unwrap();
        requests.iter().map(|request| (request.path.clone(), request.from)).collect()
    }
}

fn serve(
    mut stream: TcpStream,
    seen: &Mutex<Vec<Request>>,
    answer: &dyn Fn(&Request) -> Reply,
) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let first = lines.next().ok_or(std::io::ErrorKind::UnexpectedEof)??;
    let path = first.split(' ').nth(1).unwrap().trim_start_matches('/').to_owned();
    let mut from = None;
    for line in lines {
        let line = line?.to_ascii_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(range) = line.strip_prefix("range: bytes=") {
            from = Some(range.trim_end_matches('-').parse().unwrap());
        }
    }
    let request = {
        let mut seen = seen.lock().unwrap();
        let before = seen.iter().filter(|request: &&Request| request.path == path).count();
        let request = Request { path, from, before };
        seen.push(request.clone());
        request
    };
    let head = |status: u16, fields: &str| {
        format!("HTTP/1.1 {status} Text\r\nConnection: close\r\n{fields}\r\n").into_bytes()
    };
    let whole = |file: &[u8]| head(200, &format!("Content-Length: {}\r\n", file.len()));
    let ranged = |file: &[u8]| match from {
        None => (whole(file), file.to_vec()),
        Some(from) if from >= file.len() => (head(416, "Content-Length: 0\r\n"), Vec::new()),
        Some(from) => {
            let (last, total) = (file.len() - 1, file.len());
            let fields = format!(
                "Content-Length: {}\r\nContent-Range: bytes {from}-{last}/{total}\r\n",
                total - from
            );
            (head(206, &fields), file[from..].to_vec())
        }
    };
    match answer(&request) {
        Reply::File(file) => {
            let (head, body) = ranged(&file);
            stream.write_all(&head)?;
            stream.write_all(&body)
        }
        Reply::Whole(file) => {
            stream.write_all(&whole(&file))?;
            stream.write_all(&file)
        }
        Reply::CutOff(file, length) => {
            let (head, body) = ranged(&file);
            stream.write_all(&head)?;
            stream.write_all(&body[..length.min(body.len())])
        }
        Reply::Stall(file, length) => {
            let (head, body) = ranged(&file);
            stream.write_all(&head)?;
            stream.write_all(&body[..length.min(body.len())])?;
            wait_for_the_client(&mut stream)
        }
        Reply::Drip(file) => {
            stream.write_all(&whole(&file))?;
            for byte in file {
                stream.write_all(&[byte])?;
                std::thread::sleep(Duration::from_millis(10));
            }
            Ok(())
        }
        Reply::WrongRange(file) => {
            let total = file.len();
            let fields = format!(
                "Content-Length: 1\r\nContent-Range: bytes {}-{}/{total}\r\n",
                total - 1,
                total - 1
            );
            stream.write_all(&head(206, &fields))?;
            stream.write_all(&file[total - 1..])
        }
        Reply::Unannounced(file) => {
            stream.write_all(&head(200, ""))?;
            stream.write_all(&file)
        }
        Reply::Status(status) => stream.write_all(&head(status, "Content-Length: 0\r\n")),
        Reply::Redirect(to) => {
            stream.write_all(&head(302, &format!("Content-Length: 0\r\nLocation: {to}\r\n")))
        }
        Reply::Garbage(bytes) => stream.write_all(&bytes),
        Reply::Silence => wait_for_the_client(&mut stream),
    }
}

fn wait_for_the_client(stream: &mut TcpStream) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    stream.read(&mut [0]).map(|_| ())
}

pub(crate) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

/// A text that lives as long as the table of data sets does.
pub(crate) fn leak(text: impl Into<String>) -> &'static str {
    Box::leak(text.into().into_boxed_str())
}

/// Bytes that do not compress.
pub(crate) fn noise(length: usize) -> Vec<u8> {
    let mut state = 1_u64;
    let mut next = || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u8::try_from(state >> 56).unwrap()
    };
    (0..length).map(|_| next()).collect()
}

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A member with a pinned hash.
pub(crate) fn member(path: &str, name: &str, content: &[u8]) -> Member {
    Member {
        path: leak(path),
        name: leak(name),
        bytes: content.len() as u64,
        sha256: Some(leak(sha256(content))),
    }
}

/// A data set `set` of one published file.
pub(crate) fn published(
    name: &str,
    file: &[u8],
    packing: Packing,
    members: Vec<Member>,
    addresses: &[String],
) -> &'static DataSet {
    let addresses: Vec<&'static str> =
        addresses.iter().map(|address| leak(address.clone())).collect();
    let remote = Remote {
        name: leak(name),
        addresses: Vec::leak(addresses),
        bytes: file.len() as u64,
        sha256: leak(sha256(file)),
        packing,
        members: Vec::leak(members),
    };
    let (title, page, terms) = ("A set of tests", "http://localhost/", "none");
    Box::leak(Box::new(DataSet {
        name: "set",
        title,
        page,
        terms,
        remotes: Vec::leak(vec![remote]),
    }))
}

/// A data set of one file `digits.gz`, which holds `digits`.
pub(crate) fn digits(content: &[u8], addresses: &[String]) -> &'static DataSet {
    let members = vec![member("digits", "digits", content)];
    published("digits.gz", &gzip(content), Packing::Gzip, members, addresses)
}

/// The names in the folder of the data set, sorted.
pub(crate) fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder.join("set")).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}
