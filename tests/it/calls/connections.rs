//! Over real sockets: connections that misbehave or aren't there.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use nanonets_agents::{ErrorKind, Phase, RetryPolicy, prelude::*, simulator::AgentSpec};
use support::stage::{list, over_http};

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
