//! A server that cuts off, stalls, lies, redirects and refuses.
#![cfg(feature = "network")]
#![expect(clippy::unwrap_used, reason = "tests may panic")]

mod support;

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use burnwright_download::{Cache, DataSet, DownloadError, Event, Files, Network, Packing};
use support::{Reply, Server, digits, gzip, names, noise};

/// Impatient settings.
fn network() -> Network {
    Network {
        connect: Duration::from_secs(2),
        idle: Duration::from_millis(200),
        rounds: 2,
        pause: Duration::from_millis(1),
        ..Network::default()
    }
}

/// Fetches without listening.
fn fetch(folder: &Path, set: &'static DataSet) -> Result<Files, DownloadError> {
    Cache::new(folder).fetch(set, &network(), &mut |_: &Event<'_>| ControlFlow::Continue(()))
}

/// Fetches, and says why attempts failed before one did not.
fn failures(folder: &Path, set: &'static DataSet) -> Vec<String> {
    let mut failures = Vec::new();
    let files = Cache::new(folder).fetch(set, &network(), &mut |event| {
        if let Event::Failed(error) = event {
            failures.push(error.to_string());
        }
        ControlFlow::Continue(())
    });
    files.unwrap();
    failures
}

const LENGTH: usize = 300_000;

/// What a server makes of a file.
type Answer = fn(Vec<u8>) -> Reply;

/// A server with the file at `good`, and what `other` says elsewhere.
fn server(other: impl Fn(&support::Request) -> Reply + Send + Sync + 'static) -> Server {
    let file = gzip(&noise(LENGTH));
    Server::start(move |request| match request.path.as_str() {
        "good.gz" => Reply::File(file.clone()),
        _ => other(request),
    })
}

fn set(addresses: &[String]) -> &'static DataSet {
    digits(&noise(LENGTH), addresses)
}

fn whole(folder: &Path) {
    assert_eq!(names(folder), [".lock", "SHA256SUMS", "digits"]);
    assert!(std::fs::read(folder.join("set/digits")).unwrap() == noise(LENGTH));
}

/// The error of a fetch, with addresses without their port, and without hashes that depend on the compression.
fn error(folder: &Path, server: &Server, set: &'static DataSet) -> String {
    let error = fetch(folder, set).unwrap_err().to_string();
    let error = error.replace(&server.address, "server");
    let error = error.replace(set.remotes[0].sha256, "<published>");
    error.replace(&set.remotes[0].bytes.to_string(), "<length>")
}

#[test]
fn what_is_published_is_fetched_verified_and_unpacked() {
    let folder = tempfile::tempdir().unwrap();
    let server = server(|_| Reply::Status(404));
    let set = set(&[server.at("good.gz")]);
    let mut received = Vec::new();
    let files = Cache::new(folder.path()).fetch(set, &network(), &mut |event| {
        if let Event::Received { file, bytes, total } = event {
            assert_eq!((*file, *total), ("digits.gz", set.bytes()));
            received.push(*bytes);
        }
        ControlFlow::Continue(())
    });
    assert_eq!(files.unwrap().folder, folder.path().join("set"));
    assert!(received.is_sorted() && received.last() == Some(&set.bytes()));
    whole(folder.path());
    let sums = std::fs::read_to_string(folder.path().join("set/SHA256SUMS")).unwrap();
    assert_eq!(sums, format!("{}  digits\n", support::sha256(&noise(LENGTH))));
    // It is there now: nobody is asked again, and no network is needed.
    fetch(folder.path(), set).unwrap();
    Cache::new(folder.path()).open(set).unwrap();
    assert_eq!(server.seen().len(), 1);
}

#[test]
fn a_connection_that_ends_is_continued_where_it_ended() {
    let folder = tempfile::tempdir().unwrap();
    let file = gzip(&noise(LENGTH));
    let server = Server::start(move |_| Reply::CutOff(file.clone(), 100_000));
    let set = set(&[server.at("digits.gz")]);
    fetch(folder.path(), set).unwrap();
    whole(folder.path());
    let starts: Vec<_> = server.seen().into_iter().map(|(_, from)| from).collect();
    let rest = [None, Some(100_000), Some(200_000), Some(300_000)];
    assert_eq!(starts, rest[..starts.len()]);
    assert!(starts.len() >= 3);
}

#[test]
fn a_part_is_continued_at_the_mirror() {
    let folder = tempfile::tempdir().unwrap();
    let file = gzip(&noise(LENGTH));
    let server = server(move |request| match request.before {
        0 => Reply::CutOff(file.clone(), 100_000),
        _ => Reply::Status(503),
    });
    fetch(folder.path(), set(&[server.at("bad.gz"), server.at("good.gz")])).unwrap();
    whole(folder.path());
    assert_eq!(server.seen().last(), Some(&("good.gz".to_owned(), Some(100_000))));
}

#[test]
fn a_server_that_ignores_ranges_begins_anew() {
    let folder = tempfile::tempdir().unwrap();
    let file = gzip(&noise(LENGTH));
    let server = Server::start(move |request| match request.before {
        0 => Reply::CutOff(file.clone(), 100_000),
        _ => Reply::Whole(file.clone()),
    });
    fetch(folder.path(), set(&[server.at("digits.gz")])).unwrap();
    whole(folder.path());
    assert_eq!(server.seen()[1].1, Some(100_000));
}

#[test]
fn a_server_that_ignores_ranges_and_cuts_off_is_not_asked_for_ever() {
    let folder = tempfile::tempdir().unwrap();
    let file = gzip(&noise(LENGTH));
    let server = Server::start(move |_| {
        let mut answer = file.clone();
        answer.truncate(100_000);
        Reply::Unannounced(answer)
    });
    let set = set(&[server.at("digits.gz")]);
    let error = error(folder.path(), &server, set);
    assert!(
        error.ends_with("\n  the connection ended at byte 100000 of <length>: server/digits.gz"),
        "{error}"
    );
    // What came is kept for the next time.
    assert_eq!(names(folder.path()), [".lock", "digits.gz.part"]);
    assert_eq!(server.seen().len(), 3);
}

#[test]
fn a_range_that_was_not_asked_for_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = gzip(&noise(LENGTH));
    let server = server(move |request| match request.before {
        0 => Reply::CutOff(file.clone(), 100_000),
        _ => Reply::WrongRange(file.clone()),
    });
    let set = set(&[server.at("bad.gz"), server.at("good.gz")]);
    let failures = failures(folder.path(), set);
    whole(folder.path());
    assert!(failures[1].contains("expected one from byte 100000"), "{failures:?}");
    assert_eq!(server.seen().last(), Some(&("good.gz".to_owned(), None)));
}

#[test]
fn a_server_that_has_no_such_file_is_asked_once_and_a_broken_one_again() {
    let folder = tempfile::tempdir().unwrap();
    let server = server(|request| match request.path.as_str() {
        "absent.gz" => Reply::Status(404),
        _ => Reply::Status(500),
    });
    let set = set(&[server.at("absent.gz"), server.at("broken.gz")]);
    assert_eq!(
        error(folder.path(), &server, set),
        "digits.gz could not be fetched from any address:
  status 404, expected 200: server/absent.gz
  status 500, expected 200: server/broken.gz
  status 500, expected 200: server/broken.gz"
    );
    assert_eq!(names(folder.path()), [".lock"]);
}

#[test]
fn a_mirror_stands_in() {
    for status in [301, 403, 404, 429, 500, 503] {
        let folder = tempfile::tempdir().unwrap();
        let server = server(move |_| Reply::Status(status));
        fetch(folder.path(), set(&[server.at("bad.gz"), server.at("good.gz")])).unwrap();
        whole(folder.path());
    }
}

#[test]
fn lies_leave_nothing_behind() {
    let page = b"<html>please log in</html>".to_vec();
    let wrong = {
        let mut wrong = gzip(&noise(LENGTH));
        wrong[LENGTH / 2] ^= 1;
        wrong
    };
    let got = support::sha256(&wrong);
    let long = [gzip(&noise(LENGTH)), vec![0; 1 << 20]].concat();
    let cases = [
        (Reply::File as Answer, page, "the server announces 26 bytes, expected <length>"),
        (
            Reply::File,
            wrong.clone(),
            &*format!("what was sent has SHA-256 {got}, expected <published>"),
        ),
        (
            Reply::Unannounced,
            wrong,
            &*format!("what was sent has SHA-256 {got}, expected <published>"),
        ),
        (Reply::Unannounced, long, "the server sends more than <length> bytes"),
    ];
    for (reply, file, expected) in cases {
        let folder = tempfile::tempdir().unwrap();
        let server = Server::start(move |_| reply(file.clone()));
        assert_eq!(
            error(folder.path(), &server, set(&[server.at("digits.gz")])),
            format!(
                "digits.gz could not be fetched from any address:\n  {expected}: server/digits.gz"
            )
        );
        assert_eq!(names(folder.path()), [".lock"]);
        assert_eq!(server.seen().len(), 1, "asked again");
    }
}

#[test]
fn a_server_that_falls_silent_is_left() {
    let file = gzip(&noise(LENGTH));
    let cases: [(Answer, &str); 3] = [
        (|file| Reply::Stall(file, 100_000), "less than 205 bytes came in 0.2 s, at byte 100000"),
        (|_| Reply::Silence, "no answer (timeout: "),
        (Reply::Drip, "less than 205 bytes came in 0.2 s, at byte "),
    ];
    for (reply, expected) in cases {
        let folder = tempfile::tempdir().unwrap();
        let file = file.clone();
        let server = server(move |_| reply(file.clone()));
        let started = Instant::now();
        let failures = failures(folder.path(), set(&[server.at("bad.gz"), server.at("good.gz")]));
        whole(folder.path());
        assert!(failures[0].starts_with(expected), "{failures:?}");
        assert!(started.elapsed() < Duration::from_secs(5));
    }
}

#[test]
fn redirects_are_followed_and_circles_are_left() {
    let folder = tempfile::tempdir().unwrap();
    let server = server(|request| match request.path.as_str() {
        "moved.gz" => Reply::Redirect("/good.gz".to_owned()),
        "here.gz" => Reply::Redirect("/there.gz".to_owned()),
        _ => Reply::Redirect("/here.gz".to_owned()),
    });
    let set_in_circle = set(&[server.at("here.gz")]);
    assert_eq!(
        error(folder.path(), &server, set_in_circle),
        "digits.gz could not be fetched from any address:\n  more than 5 redirects: server/here.gz"
    );
    fetch(folder.path(), set(&[server.at("here.gz"), server.at("moved.gz")])).unwrap();
    whole(folder.path());
}

#[test]
fn what_is_no_answer_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let server = server(|_| Reply::Garbage(b"220 ready for mail\r\n\r\n".to_vec()));
    let closed = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}/digits.gz", listener.local_addr().unwrap())
    };
    let set = set(&[closed, server.at("bad.gz")]);
    let error = error(folder.path(), &server, set);
    assert_eq!(error.matches("\n  no answer (").count(), 4, "{error}");
}

#[test]
fn a_fetch_that_is_stopped_goes_on_the_next_time() {
    let folder = tempfile::tempdir().unwrap();
    let server = server(|_| Reply::Status(404));
    let set = set(&[server.at("good.gz")]);
    let stopped = Cache::new(folder.path()).fetch(set, &network(), &mut |event| match event {
        Event::Received { bytes, .. } if *bytes > 100_000 => ControlFlow::Break(()),
        _ => ControlFlow::Continue(()),
    });
    let error = stopped.unwrap_err().to_string();
    assert!(error.starts_with("stopped at byte ") && error.ends_with(" of digits.gz"), "{error}");
    assert_eq!(names(folder.path()), [".lock", "digits.gz.part"]);
    fetch(folder.path(), set).unwrap();
    whole(folder.path());
    assert!(server.seen()[1].1.unwrap() > 100_000);
}

#[test]
fn a_fetch_that_is_stopped_before_unpacking_says_what_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let server = server(|_| Reply::Status(404));
    let set = set(&[server.at("good.gz")]);
    let stopped = Cache::new(folder.path()).fetch(set, &network(), &mut |event| match event {
        Event::Unpacking { .. } => ControlFlow::Break(()),
        _ => ControlFlow::Continue(()),
    });
    let whole = set.bytes();
    assert_eq!(
        stopped.unwrap_err().to_string(),
        format!("stopped at byte {whole} of {whole} of digits.gz")
    );
    assert_eq!(names(folder.path()), [".lock", "digits.gz.part"]);
}

#[test]
fn a_part_is_not_trusted() {
    let file = gzip(&noise(LENGTH));
    let longer = [&file[..], &[0]].concat();
    let damaged = vec![7; 1000];
    let damaged_whole = vec![7; file.len()];
    for part in [longer, damaged, damaged_whole] {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("set")).unwrap();
        std::fs::write(folder.path().join("set/digits.gz.part"), part).unwrap();
        let server = server(|_| Reply::Status(404));
        fetch(folder.path(), set(&[server.at("good.gz")])).unwrap();
        whole(folder.path());
        assert_eq!(server.seen().last().unwrap().1, None);
    }
}

#[test]
fn a_part_that_is_whole_needs_no_server() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("set")).unwrap();
    std::fs::write(folder.path().join("set/digits.gz.part"), gzip(&noise(LENGTH))).unwrap();
    let server = server(|_| Reply::Status(404));
    fetch(folder.path(), set(&[server.at("good.gz")])).unwrap();
    whole(folder.path());
    assert_eq!(server.seen(), []);
}

#[test]
fn two_at_once_fetch_once() {
    let folder = tempfile::tempdir().unwrap();
    let server = server(|_| Reply::Status(404));
    let set = set(&[server.at("good.gz")]);
    let waited = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let files = Cache::new(folder.path()).fetch(set, &network(), &mut |event| {
                    match event {
                        Event::Waiting => _ = waited.fetch_add(1, Ordering::Relaxed),
                        // Long enough for the others to come.
                        Event::Asking { .. } => std::thread::sleep(Duration::from_millis(100)),
                        _ => {}
                    }
                    ControlFlow::Continue(())
                });
                files.unwrap();
            });
        }
    });
    whole(folder.path());
    assert_eq!(server.seen().len(), 1);
    assert!(waited.load(Ordering::Relaxed) >= 1);
}

#[test]
fn a_damaged_file_is_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let server = server(|_| Reply::Status(404));
    let set = set(&[server.at("good.gz")]);
    fetch(folder.path(), set).unwrap();
    let path = folder.path().join("set/digits");
    std::fs::write(&path, b"short").unwrap();
    let mut damaged = Vec::new();
    let files = Cache::new(folder.path()).fetch(set, &network(), &mut |event| {
        if let Event::Damaged { name, fault } = event {
            damaged.push(format!("{name} {fault}"));
        }
        ControlFlow::Continue(())
    });
    files.unwrap();
    assert_eq!(damaged, ["digits has 5 bytes, expected 300000"]);
    whole(folder.path());
}

#[test]
fn a_folder_in_the_way_is_named() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("set/digits.gz.part")).unwrap();
    let server = server(|_| Reply::Status(404));
    let error = error(folder.path(), &server, set(&[server.at("good.gz")]));
    assert!(
        error.starts_with("not a regular file: ") && error.ends_with("digits.gz.part"),
        "{error}"
    );
    assert_eq!(server.seen(), []);
}

#[test]
fn a_proxy_is_asked_in_place_of_the_server() {
    let folder = tempfile::tempdir().unwrap();
    let server = server(|_| Reply::Status(407));
    let set = set(&["http://far.example/good.gz".to_owned()]);
    let mut network = Network { proxy: Some(server.address.clone()), rounds: 1, ..network() };
    let fetch = |network: &Network| {
        let listen = &mut |_: &Event<'_>| ControlFlow::Continue(());
        Cache::new(folder.path()).fetch(set, network, listen).unwrap_err().to_string()
    };
    assert!(fetch(&network).contains("http://far.example/good.gz"));
    assert_eq!(server.seen()[0].0, "far.example:80");
    network.proxy = Some("gopher://far.example".to_owned());
    assert_eq!(fetch(&network), "the proxy \"gopher://far.example\" is not an address of a proxy");
}

#[test]
fn only_what_is_missing_is_fetched() {
    let folder = tempfile::tempdir().unwrap();
    let files = [gzip(b"one"), gzip(b"two")];
    let server = Server::start(move |request| match request.path.as_str() {
        "one.gz" => Reply::File(files[0].clone()),
        _ => Reply::File(files[1].clone()),
    });
    let remote = |name: &str| {
        let members = vec![support::member(name, name, name.as_bytes())];
        let address = server.at(&format!("{name}.gz"));
        let file = gzip(name.as_bytes());
        support::published(&format!("{name}.gz"), &file, Packing::Gzip, members, &[address]).remotes
            [0]
    };
    let remotes = Vec::leak(vec![remote("one"), remote("two")]);
    let set: &DataSet = Box::leak(Box::new(DataSet { remotes, ..*set(&[]) }));
    fetch(folder.path(), set).unwrap();
    assert_eq!(names(folder.path()), [".lock", "SHA256SUMS", "one", "two"]);
    std::fs::remove_file(folder.path().join("set/one")).unwrap();
    fetch(folder.path(), set).unwrap();
    let asked: Vec<String> = server.seen().into_iter().map(|(path, _)| path).collect();
    assert_eq!(asked, ["one.gz", "two.gz", "one.gz"]);
    let sums = std::fs::read_to_string(folder.path().join("set/SHA256SUMS")).unwrap();
    assert_eq!(sums.lines().count(), 2);
}

#[test]
fn waiting_for_another_can_be_stopped() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("set")).unwrap();
    let lock = std::fs::File::create(folder.path().join("set/.lock")).unwrap();
    lock.lock().unwrap();
    let set = set(&["http://far.example/digits.gz".to_owned()]);
    let stopped = Cache::new(folder.path()).fetch(set, &network(), &mut |event| match event {
        Event::Waiting => ControlFlow::Break(()),
        _ => ControlFlow::Continue(()),
    });
    let error = stopped.unwrap_err().to_string();
    assert!(error.starts_with("stopped at byte 0 of "), "{error}");
}
