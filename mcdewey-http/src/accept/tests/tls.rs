//! The accept loop with TLS.

use std::path::{Path, PathBuf};

use axum::body::Bytes;
use tempfile::TempDir;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use super::*;

/// A certificate for localhost that nobody has signed but itself, and its key.
struct Files {
    _folder: TempDir,
    certificate: PathBuf,
    key: PathBuf,
}

impl Files {
    fn make() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]);
        let made = made.expect("a certificate");
        let certificate = folder.path().join("certificate.pem");
        let key = folder.path().join("key.pem");
        std::fs::write(&certificate, made.cert.pem()).expect("written");
        std::fs::write(&key, made.signing_key.serialize_pem()).expect("written");
        Self {
            _folder: folder,
            certificate,
            key,
        }
    }

    fn tls(&self) -> Tls {
        Tls::from_pem_files(&self.certificate, &self.key).expect("a certificate and its key")
    }

    /// A client that trusts the certificate and offers these protocols.
    async fn connect(
        &self,
        server: &Server,
        protocols: &[&str],
    ) -> io::Result<TlsStream<TcpStream>> {
        let mut roots = RootCertStore::empty();
        let certificate = CertificateDer::from_pem_file(&self.certificate).expect("PEM");
        roots.add(certificate).expect("a certificate");
        let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions of the provider")
            .with_root_certificates(roots)
            .with_no_client_auth();
        let protocols = protocols.iter().map(|name| name.as_bytes().to_vec());
        config.alpn_protocols = protocols.collect();
        let name = ServerName::try_from("localhost").expect("a name");
        let socket = server.connect().await;
        let connecting = TlsConnector::from(Arc::new(config)).connect(name, socket);
        let connected = tokio::time::timeout(GENEROUS, connecting).await;
        connected.expect("an answer to the handshake")
    }
}

fn impatient() -> Limits {
    Limits {
        head_timeout: Duration::from_millis(50),
        ..Limits::default().with_connections(1)
    }
}

#[tokio::test]
async fn a_request_is_answered_and_knows_its_client() {
    let files = Files::make();
    let say = get(async |ConnectInfo(peer): ConnectInfo<SocketAddr>| peer.to_string());
    let router = Router::new().route("/", say);
    let server = Server::start_on(Limits::default(), router, Some(files.tls())).await;
    let mut client = files.connect(&server, &["h2", "http/1.1"]).await;
    let client = client.as_mut().expect("a handshake");
    assert_eq!(client.get_ref().1.alpn_protocol(), Some(&b"http/1.1"[..]));
    let own = client.get_ref().0.local_addr().expect("connected");
    client.write_all(LAST_REQUEST).await.expect("sent");
    let mut answer = String::new();
    // An error would mean that the connection was not closed as TLS wants it.
    let read = client.read_to_string(&mut answer).await;
    read.expect("the whole answer");
    assert!(answer.ends_with(&own.to_string()), "{answer}");
}

#[tokio::test]
async fn who_offers_only_http_2_is_told_at_once() {
    let files = Files::make();
    let server = Server::start_on(Limits::default(), here(), Some(files.tls())).await;
    let error = files.connect(&server, &["h2"]).await.err();
    let error = error.expect("no protocol in common").to_string();
    assert!(error.contains("NoApplicationProtocol"), "{error}");
}

#[tokio::test]
async fn who_speaks_http_without_tls_is_let_go() {
    let files = Files::make();
    let server = Server::start_on(Limits::default(), here(), Some(files.tls())).await;
    let mut plain = server.send(REQUEST).await;
    let mut answer = Vec::new();
    let reading = plain.read_to_end(&mut answer);
    let read = tokio::time::timeout(GENEROUS, reading).await;
    let _closed = read.expect("the server lets go");
    assert!(!answer.starts_with(b"HTTP"));
}

#[tokio::test]
async fn who_does_not_complete_the_handshake_is_let_go() {
    let files = Files::make();
    let server = Server::start_on(impatient(), here(), Some(files.tls())).await;
    // The start of a ClientHello of 512 bytes.
    let mut slow = server.send(b"\x16\x03\x01\x02\x00\x01").await;
    assert_eq!(until_closed(&mut slow).await, "");
}

#[tokio::test]
async fn who_says_half_a_head_is_let_go() {
    let files = Files::make();
    // A handshake takes a while on a busy machine.
    let limits = Limits {
        head_timeout: Duration::from_secs(2),
        ..Limits::default()
    };
    let server = Server::start_on(limits, here(), Some(files.tls())).await;
    let mut client = files.connect(&server, &[]).await.expect("a handshake");
    client.write_all(b"GET / HT").await.expect("sent");
    assert_eq!(until_closed(&mut client).await, "");
}

#[tokio::test]
async fn who_does_not_read_its_answer_is_let_go() {
    let files = Files::make();
    let limits = Limits {
        write_timeout: Duration::from_millis(200),
        ..Limits::default().with_connections(1)
    };
    let large = Bytes::from(vec![b'x'; 64 << 20]);
    let router = here().route("/large", get(async move || large));
    let server = Server::start_on(limits, router, Some(files.tls())).await;
    let mut slow = files.connect(&server, &[]).await.expect("a handshake");
    let request = b"GET /large HTTP/1.1\r\nhost: localhost\r\n\r\n";
    slow.write_all(request).await.expect("sent");
    let mut other = files.connect(&server, &[]).await.expect("room for another");
    other.write_all(LAST_REQUEST).await.expect("sent");
    let answer = until_closed(&mut other).await;
    assert!(answer.ends_with("here"), "{answer}");
    let error = slow.get_ref().0.take_error().expect("an open socket");
    let kind = error.map(|error| error.kind());
    assert_eq!(kind, Some(io::ErrorKind::ConnectionReset));
}

#[tokio::test]
async fn a_handshake_under_way_does_not_keep_the_server() {
    let files = Files::make();
    let mut server = Server::start_on(patient(), here(), Some(files.tls())).await;
    let mut slow = server.send(b"\x16\x03\x01\x02\x00\x01").await;
    server.end.notify_one();
    server.until_ended().await;
    assert_eq!(until_closed(&mut slow).await, "");
}

/// Why these files are refused.
fn refusal(certificate: &Path, key: &Path) -> String {
    let error = Tls::from_pem_files(certificate, key).expect_err("refused");
    format!("{error:#}")
}

#[test]
fn files_that_are_missing_are_named() {
    let files = Files::make();
    let missing = files.key.with_file_name("missing.pem");
    let refused = refusal(&missing, &files.key);
    assert!(refused.contains("the TLS certificate"), "{refused}");
    assert!(refused.contains("missing.pem"), "{refused}");
    let refused = refusal(&files.certificate, &missing);
    assert!(refused.contains("the TLS key"), "{refused}");
}

#[test]
fn files_without_what_they_should_hold_are_refused() {
    let files = Files::make();
    let refused = refusal(&files.key, &files.key);
    assert!(refused.contains("no certificate in"), "{refused}");
    let refused = refusal(&files.certificate, &files.certificate);
    assert!(refused.contains("no private key in"), "{refused}");

    let locked =
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIB\n-----END ENCRYPTED PRIVATE KEY-----\n";
    std::fs::write(&files.key, locked).expect("written");
    let refused = refusal(&files.certificate, &files.key);
    assert!(refused.contains("has a passphrase"), "{refused}");

    let pem = std::fs::read_to_string(&files.certificate).expect("written before");
    std::fs::write(&files.certificate, &pem[..pem.len() / 2]).expect("written");
    let refused = refusal(&files.certificate, &files.key);
    assert!(refused.contains("is damaged"), "{refused}");
}

#[test]
fn a_key_of_another_certificate_is_refused() {
    let (files, other) = (Files::make(), Files::make());
    let refused = refusal(&files.certificate, &other.key);
    assert!(
        refused.contains("is not that of the certificate"),
        "{refused}"
    );
}

#[test]
fn one_file_may_hold_both() {
    let files = Files::make();
    let mut both = std::fs::read_to_string(&files.key).expect("written before");
    both += &std::fs::read_to_string(&files.certificate).expect("written before");
    std::fs::write(&files.key, both).expect("written");
    let tls = Tls::from_pem_files(&files.key, &files.key).expect("both");
    assert_eq!(format!("{tls:?}"), "Tls { .. }");
}
