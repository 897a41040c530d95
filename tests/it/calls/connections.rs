//! Over real sockets: connections that misbehave or aren't there.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use nanonets_agents::{Error, ErrorKind, Phase, RetryPolicy, prelude::*, simulator::AgentSpec};
use support::stage::{list, over_http};

use super::arguments::not_started;

/// Over a real socket: the bound on headers is the connection's.
#[tokio::test]
async fn headers_without_end_are_an_error() {
    use std::io::{Read, Write};

    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let server = std::thread::spawn(move || {
        let (mut socket, _) = listener.accept().expect("a connection");
        let _ = socket.read(&mut [0; 4096]);
        let _ = socket.write_all(b"HTTP/1.1 200 OK\r\n");
        let mut written = 0usize;
        // Until the client closes the connection.
        while socket
            .write_all(b"x-more: and more and more and more\r\n")
            .is_ok()
        {
            written += 36;
        }
        written
    });
    let client = Client::builder()
        .api_key("key")
        .base_url(url)
        .retry(RetryPolicy::off())
        .build();
    let error = list(&client.expect("a client"))
        .await
        .expect_err("there is no end");
    assert_eq!(error.kind(), ErrorKind::Interrupted);
    assert!(
        error.message().contains("headers are broken or too large"),
        "{error}"
    );
    assert!(server.join().expect("no panic") < 64 * 1024 * 1024);
}

/// Over real sockets: what is left of a bad reply must not be taken for the beginning of the next.
#[tokio::test]
async fn a_connection_that_misbehaved_is_not_used_again() {
    use std::io::{BufRead, BufReader, Write};

    const GOOD: &str = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 11\r\n\r\n{\"data\":[]}";
    let too_large = format!(
        "HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n{}",
        " ".repeat(2000)
    );
    let too_long = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{";
    for (bad, kind) in [
        (too_large.as_str(), ErrorKind::TooLarge),
        (too_long, ErrorKind::Timeout),
    ] {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let requests: Arc<Mutex<Vec<usize>>> = Arc::default();
        let counts = requests.clone();
        let bad = bad.to_owned();
        // The first reply is bad, all others are good, on whatever connection they are asked for.
        std::thread::spawn(move || {
            for (connection, socket) in listener.incoming().enumerate() {
                let mut socket = socket.expect("a connection");
                let (counts, bad) = (counts.clone(), bad.clone());
                counts.lock().expect("no panic").push(0);
                std::thread::spawn(move || {
                    let reader = BufReader::new(socket.try_clone().expect("a socket"));
                    let lines = reader.lines().map_while(Result::ok);
                    for _ in lines.filter(|line| line.is_empty()) {
                        let mut counts = counts.lock().expect("no panic");
                        counts[connection] += 1;
                        let reply = match (connection, counts[connection]) {
                            (0, 1) => &bad,
                            _ => GOOD,
                        };
                        let _ = socket.write_all(reply.as_bytes());
                    }
                });
            }
        });
        let client = Client::builder()
            .api_key("key")
            .base_url(url)
            .max_response_bytes(1000)
            .retry(RetryPolicy::off())
            .build()
            .expect("a client");
        // Only what can't come in any time is given little of it.
        let hurried = client.with(|o| match kind {
            ErrorKind::Timeout => o.attempt_timeout(Duration::from_millis(100)),
            _ => o,
        });
        let error = list(&hurried.expect("options")).await;
        assert_eq!(error.expect_err("a bad reply").kind(), kind);
        list(&client).await.expect("a page");
        list(&client).await.expect("a page");
        assert_eq!(*requests.lock().expect("no panic"), [1, 2]);
    }
}

#[tokio::test]
async fn a_closed_port_fails_to_connect() {
    let (simulator, _) = over_http(AgentSpec::default()).await;
    let url = simulator.url().to_owned();
    drop(simulator);
    let client = Client::builder()
        .api_key("key")
        .base_url(url)
        .retry(RetryPolicy::off())
        .build()
        .expect("a client");
    // The port is closed as soon as the runtime has dropped the listener.
    let error = loop {
        let error = client
            .list_agents()
            .send()
            .await
            .expect_err("the port is closed");
        if error.kind() == ErrorKind::Connect {
            break error;
        }
        tokio::task::yield_now().await;
    };
    assert_eq!(error.phase(), Phase::NotSent);
    assert!(
        error
            .to_string()
            .contains("check the network and the base URL"),
        "{error}"
    );
}

#[tokio::test]
async fn a_path_prefix_and_a_trailing_slash_work() {
    let (simulator, _) = over_http(AgentSpec::default()).await;
    for suffix in ["/", "//"] {
        let url = format!("{}{suffix}", simulator.url());
        let client = Client::builder()
            .api_key(simulator.key())
            .base_url(url)
            .build();
        client
            .expect("a client")
            .list_agents()
            .send()
            .await
            .expect("a page");
    }
    let url = format!("{}/proxy/nanonets/", simulator.url());
    let client = Client::builder()
        .api_key(simulator.key())
        .base_url(url)
        .build();
    client
        .expect("a client")
        .list_agents()
        .send()
        .await
        .expect_err("nothing is there");
    let path = simulator.requests().last().expect("a request").path.clone();
    assert_eq!(path, "/proxy/nanonets/api/v1/agents");
}

/// Over a real socket: the body of a loop over calls may wait for minutes, in which none is polled.
/// What was checked before sending is old then, so the connection that was made meanwhile isn't
/// used.
#[tokio::test(start_paused = true)]
async fn a_connection_that_was_left_for_minutes_is_not_sent_on() {
    use std::io::{ErrorKind as Kind, Read};

    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.set_nonblocking(true).expect("a socket");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let client = Client::builder().api_key("key").base_url(url).build();
    let client = client.expect("a client");
    let mut call = std::pin::pin!(list(&client));
    let connected = |mut connection: std::net::TcpStream| {
        connection.set_nonblocking(true).expect("a socket");
        move || match connection.read(&mut [0; 4096]) {
            Ok(read) => read > 0,
            Err(error) => error.kind() != Kind::WouldBlock,
        }
    };
    let mut first = loop {
        assert!(futures_util::poll!(&mut call).is_pending());
        if let Ok((connection, _)) = listener.accept() {
            break connected(connection);
        }
        tokio::task::yield_now().await;
    };
    // The runtime learns of the connection while the call isn't polled.
    for _ in 0..1_000 {
        tokio::task::yield_now().await;
    }
    tokio::time::advance(Duration::from_secs(300)).await;

    let mut second = loop {
        assert!(futures_util::poll!(&mut call).is_pending());
        assert!(!first(), "it was sent on the first connection");
        if let Ok((connection, _)) = listener.accept() {
            break connected(connection);
        }
        tokio::time::advance(Duration::from_millis(100)).await;
    };
    while !second() {
        assert!(futures_util::poll!(&mut call).is_pending());
        tokio::task::yield_now().await;
    }
}

/// Answers each connection with these bytes, whatever it is asked, and returns the error of a call.
async fn answered_with(reply: impl Into<Vec<u8>>) -> Error {
    use std::io::{Read, Write};

    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let reply = reply.into();
    let server = std::thread::spawn(move || {
        let (mut socket, _) = listener.accept().expect("a connection");
        let read = socket.read(&mut [0; 4096]).expect("a request");
        assert!(read > 0);
        let _ = socket.write_all(&reply);
    });
    let client = Client::builder()
        .api_key("canary-key")
        .base_url(url)
        .retry(RetryPolicy::off())
        .build();
    let error = list(&client.expect("a client")).await;
    server.join().expect("no panic");
    error.expect_err("it is no page")
}

#[tokio::test]
async fn an_answer_that_is_not_http_is_called_that() {
    for reply in [
        "SSH-2.0-OpenSSH_9.6\r\n",
        "\x15\x03\x01\0\x02\x02\x50",
        "HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n{}",
        "HTTP/1.1 200 OK\r\ncontent-length: 18446744073709551616\r\n\r\n{}",
        "HTTP/9.9 200 OK\r\n\r\n{}",
        "HTTP/1.1 2000 OK\r\n\r\n{}",
    ] {
        let error = answered_with(reply).await;
        let place = (error.kind(), error.phase());
        assert_eq!(place, (ErrorKind::Interrupted, Phase::MaybeSent), "{reply}");
        assert!(
            error.message().contains("it isn't HTTP"),
            "{reply}: {error}"
        );
    }
    let many = "x-more: and more\r\n".repeat(500);
    let error = answered_with(format!("HTTP/1.1 200 OK\r\n{many}\r\n")).await;
    assert!(
        error.message().contains("headers are broken or too large"),
        "{error}"
    );
    let error = answered_with("").await;
    assert!(error.message().contains("before an answer came"), "{error}");
}

#[tokio::test]
async fn an_odd_status_reads_sensibly() {
    for code in [600, 999] {
        for (ending, message) in [
            ("content-length: 15\r\n\r\n{\"error\":\"odd\"}", "odd"),
            ("connection: close\r\n\r\n{\"error\":\"odd\"}", "odd"),
            ("content-length: 0\r\n\r\n", "no body"),
        ] {
            let reply =
                format!("HTTP/1.1 {code} Odd\r\ncontent-type: application/json\r\n{ending}");
            let error = answered_with(reply).await;
            let expected = format!("list_agents: {code}: {message} (1 attempt)");
            assert_eq!(error.to_string(), expected);
        }
    }
}

#[tokio::test]
async fn a_reply_that_is_compressed_unasked_is_called_that() {
    let body = b"\x1f\x8b\x08\x00\x00\x00\x00\x00";
    for (status, kind) in [
        ("200 OK", ErrorKind::Decode),
        ("502 Bad Gateway", ErrorKind::Status),
    ] {
        let head = format!(
            "HTTP/1.1 {status}\r\ncontent-encoding: gzip\r\nx-seen: canary-key\r\ncontent-length: 8\r\n\r\n"
        );
        let error = answered_with([head.as_bytes(), body].concat()).await;
        assert_eq!(error.kind(), kind);
        assert_eq!(error.body(), Some(body.as_slice()));
        let text = error.to_string();
        assert!(
            text.contains("the content encoding gzip, which the client didn't ask for"),
            "{text}"
        );
        assert!(!format!("{:?}", error.headers()).contains("canary"));
    }
}

#[tokio::test(start_paused = true)]
async fn an_upload_that_broke_off_names_a_cause_that_shows_itself_no_other_way() {
    use futures_util::future::{BoxFuture, FutureExt};
    use nanonets_agents::{InProcess, InProcessReply};

    struct Refusing;

    impl InProcess for Refusing {
        fn call(&self, _: http::Request<reqwest::Body>) -> BoxFuture<'static, InProcessReply> {
            async { Err("broken pipe".into()) }.boxed()
        }
    }

    let client = Client::builder().api_key("key").in_process(Refusing);
    let client = client.build().expect("a client");
    let agent_id = nanonets_agents::AgentId::from(uuid::Uuid::nil());
    let run = client.run(agent_id).file(Upload::bytes("a.txt", "abc"));
    let error = not_started(run.start().await.expect_err("it broke off"));
    assert_eq!(error.phase(), Phase::NotSent);
    assert!(
        error.message().contains("refuses files of this size"),
        "{error}"
    );
}
