//! Clients that are let go, and those that are not.

use axum::body::{Body, Bytes, to_bytes};
use axum::http::StatusCode;
use axum::routing::post;
use socket2::SockRef;

use super::super::stream::PatientStream;
use super::*;

const SHORT: Duration = Duration::from_millis(200);

/// Limits with room for one connection at a time.
fn impatient() -> Limits {
    Limits {
        head_timeout: SHORT,
        body_timeout: SHORT,
        write_timeout: SHORT,
        ..Limits::default().with_connections(1)
    }
}

/// Fails unless somebody else is served, for which the only place must be free again.
async fn assert_makes_room(server: &Server) {
    let mut client = server.send(LAST_REQUEST).await;
    let answer = until_closed(&mut client).await;
    assert!(answer.ends_with("here"), "{answer}");
}

#[tokio::test]
async fn who_says_nothing() {
    let server = Server::start(impatient(), here()).await;
    let mut silent = server.connect().await;
    assert_makes_room(&server).await;
    assert_eq!(until_closed(&mut silent).await, "");
}

#[tokio::test]
async fn who_says_half_a_head() {
    let server = Server::start(impatient(), here()).await;
    let mut half = server.send(b"GET / HTTP/1.1\r\nhost: local").await;
    assert_makes_room(&server).await;
    assert_eq!(until_closed(&mut half).await, "");
}

#[tokio::test]
async fn who_sends_a_head_letter_by_letter() {
    let server = Server::start(impatient(), here()).await;
    let mut slow = server.send(b"GET / HTTP/1.1\r\nx: ").await;
    let sending = async {
        while slow.write_all(b"x").await.is_ok() {
            tokio::time::sleep(SHORT / 5).await;
        }
    };
    let sent = tokio::time::timeout(GENEROUS, sending).await;
    sent.expect("the server lets go");
}

#[tokio::test]
async fn who_asks_nothing_more() {
    let server = Server::start(impatient(), here()).await;
    let mut idle = server.send(REQUEST).await;
    let answer = until_closed(&mut idle).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(answer.ends_with("here"), "{answer}");
}

#[tokio::test]
async fn who_promises_a_body_to_a_page_that_wants_none() {
    let server = Server::start(impatient(), here()).await;
    let request = b"GET / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1000\r\n\r\n";
    let mut slow = server.send(request).await;
    let answer = until_closed(&mut slow).await;
    assert!(answer.ends_with("here"), "{answer}");
}

/// Takes a body, says how long it is.
fn taker() -> Router {
    let take = async |body: Bytes| body.len().to_string();
    Router::new().route("/", post(take).get(async || "here"))
}

const HALF_A_BODY: &[u8] = b"POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1000\r\n\r\n{";

#[tokio::test]
async fn who_does_not_send_the_body() {
    let limits = Limits {
        head_timeout: GENEROUS,
        ..impatient()
    };
    let server = Server::start(limits, taker()).await;
    let mut slow = server.send(HALF_A_BODY).await;
    let answer = until_closed(&mut slow).await;
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    assert_makes_room(&server).await;
}

#[tokio::test]
async fn who_sends_the_body_letter_by_letter() {
    let server = Server::start(impatient(), taker()).await;
    let mut slow = server.send(HALF_A_BODY).await;
    let (mut reading, mut writing) = slow.split();
    let sending = async {
        while writing.write_all(b"x").await.is_ok() {
            tokio::time::sleep(SHORT / 5).await;
        }
        std::future::pending::<()>().await;
    };
    let answer = tokio::select! {
        answer = until_closed(&mut reading) => answer,
        () = sending => String::new(),
    };
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
}

#[tokio::test]
async fn who_is_told_by_the_route_that_the_body_is_late() {
    let limits = Limits {
        head_timeout: GENEROUS,
        body_timeout: GENEROUS,
        ..impatient()
    };
    // As /mcp does it.
    let take = async |body: Body| match tokio::time::timeout(SHORT, to_bytes(body, 1000)).await {
        Ok(_) => StatusCode::OK,
        Err(_) => StatusCode::REQUEST_TIMEOUT,
    };
    let server = Server::start(limits, Router::new().route("/", post(take))).await;
    let mut slow = server.send(HALF_A_BODY).await;
    let answer = until_closed(&mut slow).await;
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
}

#[tokio::test]
async fn a_body_in_pieces_that_comes_is_read() {
    let limits = Limits {
        body_timeout: GENEROUS,
        ..Limits::default()
    };
    let server = Server::start(limits, taker()).await;
    let head = b"POST / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\
        transfer-encoding: chunked\r\n\r\n";
    let mut client = server.send(head).await;
    for _ in 0..3 {
        tokio::time::sleep(SHORT / 5).await;
        client.write_all(b"3\r\nabc\r\n").await.expect("sent");
    }
    client.write_all(b"0\r\n\r\n").await.expect("sent");
    let answer = until_closed(&mut client).await;
    assert!(answer.ends_with('9'), "{answer}");
}

/// More than the buffers of both sockets hold.
fn large() -> Router {
    let large = Bytes::from(vec![b'x'; 64 << 20]);
    here().route("/large", get(async move || large))
}

const LARGE_REQUEST: &[u8] = b"GET /large HTTP/1.1\r\nhost: localhost\r\n\r\n";

#[tokio::test]
async fn who_does_not_read_the_answer() {
    let server = Server::start(impatient(), large()).await;
    let slow = server.send(LARGE_REQUEST).await;
    assert_makes_room(&server).await;
    // Reset, though the client has not read what came before.
    let error = slow.take_error().expect("an open socket");
    let kind = error.map(|error| error.kind());
    assert_eq!(kind, Some(io::ErrorKind::ConnectionReset));
}

/// Reads `n_bytes` now and then until the connection is reset; true if it was, false if there was
/// no more to read.
async fn read_slowly(client: &mut TcpStream, n_bytes: usize, pause: Duration) -> bool {
    let mut some = vec![0; n_bytes];
    loop {
        tokio::time::sleep(pause).await;
        if client.take_error().expect("an open socket").is_some() {
            return true;
        }
        match client.read(&mut some).await {
            Ok(0) => return false,
            Ok(_) => {}
            Err(_) => return true,
        }
    }
}

#[tokio::test]
async fn who_reads_the_answer_letter_by_letter() {
    let server = Server::start(impatient(), large()).await;
    let mut slow = server.send(LARGE_REQUEST).await;
    let reading = read_slowly(&mut slow, 1, SHORT / 5);
    let reset = tokio::time::timeout(GENEROUS, reading).await;
    assert!(reset.expect("the server lets go"));
}

/// Both ends of a connection whose buffers hold little, so that each little that the client reads
/// lets the server write some more.
async fn narrow() -> (TcpStream, TcpStream) {
    let socket = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let size = 4096;
    SockRef::from(&socket)
        .set_send_buffer_size(size)
        .expect("set");
    SockRef::from(&socket)
        .set_recv_buffer_size(size)
        .expect("set");
    let client = tokio::net::TcpSocket::new_v4().expect("a socket");
    client
        .set_recv_buffer_size(u32::try_from(size).expect("small"))
        .expect("set");
    let address = socket.local_addr().expect("bound");
    let client = client.connect(address).await.expect("a connection");
    let (server, _) = socket.accept().await.expect("accepted");
    (server, client)
}

#[tokio::test]
async fn little_now_and_then_is_not_enough() {
    let (server, mut client) = narrow().await;
    let mut server = PatientStream::new(server, Duration::from_millis(500)).expect("open");
    let writing = tokio::spawn(async move {
        let written = server.write_all(&vec![b'x'; 64 << 20]).await;
        written.map_err(|error| error.kind())
    });
    // Each time the server can write a little more, long before half a second has passed.
    let reading = read_slowly(&mut client, 512, Duration::from_millis(20));
    let reset = tokio::time::timeout(GENEROUS, reading).await;
    assert!(reset.expect("the server lets go"));
    let written = writing.await.expect("no panic");
    assert_eq!(written, Err(io::ErrorKind::TimedOut));
}

#[tokio::test]
async fn who_takes_much_may_take_long() {
    let (server, mut client) = narrow().await;
    let fixed = Duration::from_secs(1);
    let mut server = PatientStream::new(server, fixed).expect("open");
    let half = vec![b'x'; 512 * 1024];
    let whole = half.repeat(2);
    let writing = tokio::spawn(async move {
        server.write_all(&whole).await?;
        server.flush().await
    });
    let mut taken = half;
    client.read_exact(&mut taken).await.expect("not let go");
    // For this half it has earned 8 s.
    tokio::time::sleep(fixed * 2).await;
    client.read_exact(&mut taken).await.expect("not let go");
    writing.await.expect("no panic").expect("all taken");
}

#[tokio::test]
async fn a_rest_between_two_answers_is_not_held_against_the_client() {
    let (server, mut client) = narrow().await;
    let fixed = Duration::from_secs(1);
    let mut server = PatientStream::new(server, fixed).expect("open");
    // More than fits into the buffers, so that it has to wait, for half a second more.
    let answer = vec![b'x'; 32 * 1024];
    let mut taken = answer.clone();
    for pause in [Duration::ZERO, fixed * 2] {
        tokio::time::sleep(pause).await;
        let writing = async {
            server.write_all(&answer).await?;
            server.flush().await
        };
        let both = async { tokio::try_join!(writing, client.read_exact(&mut taken)) };
        both.await.expect("in time");
    }
}
