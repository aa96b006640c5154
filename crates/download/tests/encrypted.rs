//! A server behind TLS.
#![cfg(feature = "network")]
#![expect(clippy::unwrap_used, reason = "tests may panic")]

mod support;

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use burnwright_download::{Cache, DownloadError, Files, Network};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use support::{digits, gzip, noise};

/// A server with a certificate for 127.0.0.1 that hands out `file`; its port.
fn server(file: Vec<u8>) -> u16 {
    let certificate = include_bytes!("fixtures/tls/server.pem");
    let key = include_bytes!("fixtures/tls/server.key");
    let config =
        ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![CertificateDer::from_pem_slice(certificate).unwrap()],
                PrivateKeyDer::from_pem_slice(key).unwrap(),
            )
            .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut stream = BufReader::new(StreamOwned::new(connection, stream));
            let mut line = String::from("first");
            // A client that does not trust this server hangs up here.
            while !line.trim().is_empty() {
                line.clear();
                if stream.read_line(&mut line).is_err() {
                    break;
                }
            }
            let head = format!(
                "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
                file.len()
            );
            let stream = stream.get_mut();
            let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&file));
            stream.conn.send_close_notify();
            let _ = stream.flush();
        }
    });
    port
}

fn fetch(host: &str, port: u16, authorities: Option<&[u8]>) -> Result<Files, DownloadError> {
    let folder = tempfile::tempdir().unwrap();
    let set = digits(&noise(300_000), &[format!("https://{host}:{port}/digits.gz")]);
    let network = Network {
        idle: Duration::from_secs(5),
        rounds: 1,
        authorities: authorities.map(<[u8]>::to_vec),
        ..Network::default()
    };
    let files =
        Cache::new(folder.path()).fetch(set, &network, &mut |_| ControlFlow::Continue(()))?;
    assert!(std::fs::read(files.folder.join("digits")).unwrap() == noise(300_000));
    Ok(files)
}

const AUTHORITY: &[u8] = include_bytes!("fixtures/tls/authority.pem");

#[test]
fn a_server_that_an_authority_vouches_for_is_asked() {
    fetch("127.0.0.1", server(gzip(&noise(300_000))), Some(AUTHORITY)).unwrap();
}

#[test]
fn a_server_that_nobody_vouches_for_is_not_asked() {
    let port = server(gzip(&noise(300_000)));
    let error = fetch("127.0.0.1", port, None).unwrap_err().to_string();
    assert!(error.contains("no answer (") && error.contains("UnknownIssuer"), "{error}");
}

#[test]
fn a_server_of_another_name_is_not_asked() {
    let port = server(gzip(&noise(300_000)));
    let error = fetch("localhost", port, Some(AUTHORITY)).unwrap_err().to_string();
    assert!(error.contains("not valid for name \"localhost\""), "{error}");
}

#[test]
fn certificates_that_are_none_are_refused() {
    let error = |pem: &[u8]| fetch("127.0.0.1", 9, Some(pem)).unwrap_err().to_string();
    let expected = "the certificates of authorities are not in PEM form (there is no certificate)";
    assert_eq!(error(b"none"), expected);
    let broken = b"-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n";
    assert!(error(broken).starts_with("the certificates of authorities are not in PEM form ("));
}
