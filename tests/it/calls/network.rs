//! Corporate networks: a proxy that asks for a password, and a certificate of the company's own.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use nanonets_agents::{ErrorKind, prelude::*, simulator::Simulator};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader, copy_bidirectional},
    net::{TcpListener, TcpStream},
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{ServerConfig, crypto::aws_lc_rs, pki_types::PrivateKeyDer},
};

/// A host that only the proxy can find.
const HOST: &str = "agents.example";

/// A simulator behind TLS, and a proxy in front of it.
struct Network {
    simulator: Simulator,
    /// The certificate of the authority that has signed that of the server, as PEM.
    authority: String,
    /// The port of the proxy.
    port: u16,
    /// How many connections the proxy has made.
    tunnels: Arc<AtomicUsize>,
    /// How many it has refused.
    refusals: Arc<AtomicUsize>,
}

impl Network {
    async fn start() -> Self {
        let simulator = Simulator::builder().start().await.expect("a free port");
        let target = simulator.url().replace("http://", "");
        let (authority, acceptor) = certificates();
        let server = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let server_address = server.local_addr().expect("an address");
        tokio::spawn(async move {
            while let Ok((stream, _)) = server.accept().await {
                let (acceptor, target) = (acceptor.clone(), target.clone());
                tokio::spawn(async move {
                    let mut tls = acceptor.accept(stream).await?;
                    let mut simulator = TcpStream::connect(target).await?;
                    copy_bidirectional(&mut tls, &mut simulator).await
                });
            }
        });
        let proxy = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = proxy.local_addr().expect("an address").port();
        let tunnels = Arc::new(AtomicUsize::new(0));
        let refusals = Arc::new(AtomicUsize::new(0));
        let counts = (tunnels.clone(), refusals.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = proxy.accept().await {
                let (made, refused) = counts.clone();
                tokio::spawn(async move {
                    let mut stream = BufReader::new(stream);
                    let mut head = String::new();
                    while !head.ends_with("\r\n\r\n") {
                        stream.read_line(&mut head).await?;
                    }
                    // The base64 of "me:secret".
                    let is_known = head
                        .to_lowercase()
                        .contains("proxy-authorization: basic bwu6c2vjcmv0");
                    let is_host = head.starts_with(&format!("CONNECT {HOST}:443 "));
                    if !(is_known && is_host) {
                        refused.fetch_add(1, Ordering::Relaxed);
                        let refusal = "HTTP/1.1 407 Proxy Authentication Required\r\n\r\n";
                        return stream.write_all(refusal.as_bytes()).await.map(|()| (0, 0));
                    }
                    made.fetch_add(1, Ordering::Relaxed);
                    stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await?;
                    let mut server = TcpStream::connect(server_address).await?;
                    copy_bidirectional(&mut stream, &mut server).await
                });
            }
        });
        Self {
            simulator,
            authority,
            port,
            tunnels,
            refusals,
        }
    }

    fn builder(&self, user: &str) -> nanonets_agents::ClientBuilder {
        Client::builder()
            .api_key(self.simulator.key())
            .base_url(format!("https://{HOST}"))
            .proxy(format!("http://{user}@127.0.0.1:{}", self.port))
    }
}

/// Creates an authority, and a server's certificate that it has signed.
fn certificates() -> (String, TlsAcceptor) {
    let mut authority = CertificateParams::default();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().expect("a key");
    let authority = CertifiedIssuer::self_signed(authority, key).expect("an authority");
    let key = KeyPair::generate().expect("a key");
    let certificate = CertificateParams::new([HOST.to_owned()])
        .and_then(|parameters| parameters.signed_by(&key, &authority))
        .expect("a certificate");
    let provider = Arc::new(aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions of TLS")
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate.der().clone()],
            PrivateKeyDer::try_from(key.serialize_der()).expect("a key"),
        );
    (
        authority.pem(),
        TlsAcceptor::from(Arc::new(config.expect("a certificate and its key"))),
    )
}

#[tokio::test]
async fn calls_go_through_the_proxy_and_trust_the_certificate_that_is_given() {
    let network = Network::start().await;
    let client = network.builder("me:secret");
    let client = client.root_certificate(network.authority.clone());
    let client = client.build().expect("settings that work");
    client.list_agents().send().await.expect("a list");
    let run = client.run(network.simulator.agent_id());
    let run = run.file(Upload::bytes("a.txt", "Total: 1")).start();
    run.await.expect("a task");
    assert_eq!(network.simulator.tasks().len(), 1);
    assert!(network.tunnels.load(Ordering::Relaxed) > 0);
}

#[tokio::test]
async fn without_the_certificate_or_the_password_nothing_is_sent_and_no_secret_is_shown() {
    let network = Network::start().await;
    let untrusting = network.builder("me:secret").build();
    let untrusting = untrusting.expect("settings that work");
    let error = untrusting.list_agents().send().await.expect_err("unknown");
    assert_eq!(error.kind(), ErrorKind::Configuration, "{error}");
    assert!(error.to_string().contains("`root_certificate`"), "{error}");

    let stranger = network.builder("me:wrong-password");
    let stranger = stranger.root_certificate(network.authority.clone());
    assert!(!format!("{stranger:?}").contains("wrong-password"));
    let stranger = stranger.build().expect("settings that work");
    let error = stranger.list_agents().send().await.expect_err("refused");
    assert_eq!(error.kind(), ErrorKind::Configuration, "{error}");
    assert!(!error.is_retryable(), "{error}");
    let text = format!("{error:?} {error:#}");
    assert!(text.contains("a user name and a password"), "{text}");
    assert!(!text.contains("wrong-password"), "{text}");
    assert_eq!(network.simulator.requests().len(), 0);
    // One connection each: an account isn't locked by retries.
    assert_eq!(network.refusals.load(Ordering::Relaxed), 1);
}

#[test]
fn settings_of_the_network_that_cannot_work_are_refused_without_being_shown() {
    let builder = || Client::builder().api_key("key");
    let own = || nanonets_agents::reqwest::Client::new();
    for (builder, expected) in [
        (builder().proxy("proxy.internal"), "proxy"),
        (builder().proxy("socks9://me:hidden@proxy"), "proxy"),
        (builder().proxy("http://"), "proxy"),
        (builder().root_certificate("hidden"), "PEM"),
        (
            builder().root_certificate(
                "-----BEGIN CERTIFICATE-----\nhidden\n-----END CERTIFICATE-----\n",
            ),
            "root certificate",
        ),
        (
            builder().proxy("http://proxy").http_client(own()),
            "your own",
        ),
        (builder().no_proxy().http_client(own()), "your own"),
    ] {
        let error = builder.build().expect_err("it can't work");
        assert_eq!(error.kind(), ErrorKind::Configuration);
        let text = format!("{error} {error:?}");
        assert!(text.contains(expected), "{text}");
        assert!(!text.contains("hidden"), "{text}");
    }
}
