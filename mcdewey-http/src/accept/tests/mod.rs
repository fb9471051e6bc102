//! The accept loop over real sockets.

mod let_go;
mod tls;

use axum::extract::ConnectInfo;
use axum::routing::get;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use super::*;

/// How long anything may take that should happen; far more than it needs on a busy machine.
const GENEROUS: Duration = Duration::from_secs(30);

const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n";
const LAST_REQUEST: &[u8] = b"GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";

/// A server that runs until it is told to end, and how to tell it.
struct Server {
    address: SocketAddr,
    end: Arc<Notify>,
    served: JoinHandle<()>,
}

impl Server {
    async fn start(limits: Limits, router: Router) -> Self {
        Self::start_on(limits, router, None).await
    }

    async fn start_on(limits: Limits, router: Router, tls: Option<Tls>) -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = socket.local_addr().expect("bound");
        let mut listener = Listener::from(socket);
        if let Some(tls) = tls {
            listener = listener.with_tls(tls);
        }
        let end = Arc::new(Notify::new());
        let told = Arc::clone(&end);
        let served = tokio::spawn(async move {
            serve(listener, router, &limits, told.notified()).await;
        });
        Self {
            address,
            end,
            served,
        }
    }

    async fn connect(&self) -> TcpStream {
        let connecting = TcpStream::connect(self.address).await;
        connecting.expect("a connection")
    }

    /// A connection on which `request` was sent.
    async fn send(&self, request: &[u8]) -> TcpStream {
        let mut client = self.connect().await;
        client.write_all(request).await.expect("sent");
        client
    }

    /// Waits until it has ended; if it does not, the test has failed.
    async fn until_ended(&mut self) {
        let ended = tokio::time::timeout(GENEROUS, &mut self.served).await;
        ended.expect("before any limit").expect("no panic");
    }
}

fn here() -> Router {
    Router::new().route("/", get(async || "here"))
}

/// All that the server sends until it closes, in whichever way; if it does not, the test has
/// failed.
async fn until_closed(client: &mut (impl tokio::io::AsyncRead + Unpin)) -> String {
    let mut answer = Vec::new();
    let reading = client.read_to_end(&mut answer);
    let read = tokio::time::timeout(GENEROUS, reading).await;
    // Closed or reset.
    let _closed = read.expect("the server lets go");
    String::from_utf8(answer).expect("UTF-8")
}

#[tokio::test]
async fn the_address_of_the_client_comes_with_its_request() {
    let say = get(async |ConnectInfo(peer): ConnectInfo<SocketAddr>| peer.to_string());
    let server = Server::start(Limits::default(), Router::new().route("/", say)).await;
    let mut client = server.send(LAST_REQUEST).await;
    let own = client.local_addr().expect("connected").to_string();
    let answer = until_closed(&mut client).await;
    assert!(answer.ends_with(&own), "{answer}, not {own}");
}

#[tokio::test]
async fn a_client_of_ipv4_is_one_on_a_socket_for_both_protocols() {
    let Ok(socket) = TcpListener::bind("[::]:0").await else {
        // A machine without IPv6.
        return;
    };
    let port = socket.local_addr().expect("bound").port();
    let slots = Slots::new(1);
    let Ok(_client) = TcpStream::connect(("127.0.0.1", port)).await else {
        // A system on which such a socket is for IPv6 only.
        return;
    };
    let accepted = accept(&socket, &slots).await.expect("accepted");
    let (_stream, peer, _slot) = accepted.expect("a place");
    assert!(peer.is_ipv4(), "{peer}");
}

#[tokio::test]
async fn small_packets_are_not_held_back() {
    let socket = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = socket.local_addr().expect("bound");
    let _client = TcpStream::connect(address).await.expect("a connection");
    let (stream, _) = socket.accept().await.expect("accepted");
    let (stream, watched) = watched(stream);
    let _stream = stream::PatientStream::new(stream, GENEROUS).expect("an open socket");
    assert!(watched.nodelay().expect("an open socket"));
}

/// The same socket twice.
fn watched(stream: TcpStream) -> (TcpStream, std::net::TcpStream) {
    let stream = stream.into_std().expect("a socket");
    let other = stream.try_clone().expect("a socket");
    (TcpStream::from_std(stream).expect("a socket"), other)
}

#[tokio::test]
async fn one_address_does_not_take_all_connections() {
    let server = Server::start(Limits::default().with_connections(2), here()).await;
    // It has answered, so it was accepted before the next.
    let mut first = server.send(REQUEST).await;
    let mut begun = [0; 8];
    first.read_exact(&mut begun).await.expect("an answer");
    let mut second = server.connect().await;
    // It may be gone before the request is sent.
    let _sent = second.write_all(REQUEST).await;
    assert_eq!(until_closed(&mut second).await, "");
    drop(first);
    // The server notices that in its own time.
    let one_more = async {
        loop {
            let mut client = server.connect().await;
            let _sent = client.write_all(LAST_REQUEST).await;
            if until_closed(&mut client).await.ends_with("here") {
                return;
            }
        }
    };
    let served = tokio::time::timeout(GENEROUS, one_more).await;
    served.expect("the place is free again");
}

#[tokio::test]
async fn a_burst_of_connections_waits_its_turn() {
    let limits = patient().with_connections(1);
    let server = Server::start(limits, here()).await;
    // None but the first is accepted; were the queue full, the system would not connect the others.
    let bursting = async {
        let mut clients = Vec::new();
        for _ in 0..300 {
            clients.push(server.connect().await);
        }
        clients
    };
    let clients = tokio::time::timeout(GENEROUS, bursting).await;
    assert_eq!(clients.expect("connected").len(), 300);
}

#[tokio::test]
async fn who_sends_what_nobody_reads_still_gets_the_answer() {
    let server = Server::start(Limits::default(), here()).await;
    let mut client = server.connect().await;
    let body = vec![b'x'; 8 << 20];
    let head = format!(
        "GET / HTTP/1.1\r\nhost: localhost\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    client.write_all(head.as_bytes()).await.expect("sent");
    // A client that only reads once it has sent all.
    client.write_all(&body).await.expect("sent");
    let answer = until_closed(&mut client).await;
    assert!(answer.ends_with("here"), "{answer}");
}

/// A router that says when a request has begun, and answers it when told.
fn held() -> (Router, Arc<Notify>, Arc<Notify>) {
    let begun = Arc::new(Notify::new());
    let go_on = Arc::new(Notify::new());
    let router = Router::new().route("/", {
        let (begun, go_on) = (Arc::clone(&begun), Arc::clone(&go_on));
        get(async move || {
            begun.notify_one();
            go_on.notified().await;
            "done"
        })
    });
    (router, begun, go_on)
}

#[tokio::test]
async fn a_request_under_way_is_answered_before_the_end() {
    let (router, begun, go_on) = held();
    let mut server = Server::start(Limits::default(), router).await;
    let mut client = server.send(REQUEST).await;
    begun.notified().await;
    server.end.notify_one();
    tokio::task::yield_now().await;
    go_on.notify_one();
    let answer = until_closed(&mut client).await;
    assert!(answer.ends_with("done"), "{answer}");
    server.until_ended().await;
    assert!(TcpStream::connect(server.address).await.is_err());
}

#[tokio::test]
async fn a_request_that_takes_too_long_does_not_keep_the_server() {
    let limits = Limits {
        grace: Duration::from_millis(20),
        ..Limits::default()
    };
    let (router, begun, _go_on) = held();
    let mut server = Server::start(limits, router).await;
    let mut client = server.send(REQUEST).await;
    begun.notified().await;
    server.end.notify_one();
    server.until_ended().await;
    // Not only the server has ended, but also what it had left.
    assert_eq!(until_closed(&mut client).await, "");
}

/// Limits that no test reaches.
fn patient() -> Limits {
    Limits {
        head_timeout: GENEROUS * 2,
        grace: GENEROUS * 2,
        ..Limits::default()
    }
}

#[tokio::test]
async fn clients_that_wait_do_not_keep_the_server() {
    let mut server = Server::start(patient(), here()).await;
    let _silent = server.connect().await;
    let mut idle = server.send(REQUEST).await;
    let mut begun = [0; 8];
    idle.read_exact(&mut begun).await.expect("an answer");
    server.end.notify_one();
    server.until_ended().await;
}
