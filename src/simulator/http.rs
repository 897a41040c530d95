//! The simulator over HTTP on loopback.

use std::{io, net::Ipv4Addr};

use hyper::{server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    task::{JoinHandle, JoinSet},
};

use super::service::Service;

/// A listening port; dropping it closes the port and all connections.
#[derive(Debug)]
pub(super) struct Server {
    url: String,
    accepting: JoinHandle<()>,
}

impl Server {
    pub(super) async fn start(service: Service, port: u16) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let accepting = tokio::spawn(accept(listener, service));
        Ok(Self { url, accepting })
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, service: Service) {
    let mut connections = JoinSet::new();
    loop {
        // A connection that fails before it is accepted is its client's concern alone.
        if let Ok((stream, _)) = listener.accept().await {
            connections.spawn(serve(stream, service.clone()));
        }
        while connections.try_join_next().is_some() {}
    }
}

async fn serve(stream: TcpStream, service: Service) {
    // Small replies go out at once.
    let _ = stream.set_nodelay(true);
    let answer = service_fn(move |request| service.answer(request));
    // An error is a connection that broke: the client's doing, or a reset's.
    let _ = http1::Builder::new()
        .timer(TokioTimer::new())
        // The service dates its replies, or leaves the date out.
        .auto_date_header(false)
        .serve_connection(TokioIo::new(stream), answer)
        .await;
}
