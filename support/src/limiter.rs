//! Servers that do nothing but limit the rate of requests, as different kinds of limiters do.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

use futures_util::{FutureExt, future::BoxFuture};
use nanonets_agents::{InProcess, InProcessReply};
use tokio::time::{Instant, sleep};

const SECOND: Duration = Duration::from_secs(1);

/// How a limiter counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A bucket that holds a second's worth of requests.
    TokenBucket,
    /// So many requests in each second of the clock.
    FixedWindow,
    /// So many requests in whatever second.
    SlidingWindow,
}

/// What a refusal says about the time to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryAfter {
    /// Whole seconds after which a request would pass.
    Right,
    /// Nothing.
    Absent,
    /// Sometimes too little, sometimes too much, sometimes no number.
    Wrong,
}

/// The limiter of a server.
#[derive(Debug)]
struct Limiter {
    kind: Kind,
    per_second: f64,
    start: Instant,
    tokens: f64,
    filled_at: Instant,
    window: u64,
    passed: VecDeque<Instant>,
}

impl Limiter {
    fn new(kind: Kind, per_second: f64) -> Self {
        let now = Instant::now();
        Self {
            kind,
            per_second,
            start: now,
            tokens: per_second,
            filled_at: now,
            window: 0,
            passed: VecDeque::new(),
        }
    }

    /// Lets a request pass, or tells when one would.
    fn pass(&mut self) -> Result<(), Duration> {
        let now = Instant::now();
        match self.kind {
            Kind::TokenBucket => {
                let gained = (now - self.filled_at).as_secs_f64() * self.per_second;
                self.tokens = (self.tokens + gained).min(self.per_second);
                self.filled_at = now;
                if self.tokens >= 1.0 {
                    self.tokens -= 1.0;
                    return Ok(());
                }
                let wait = (1.0 - self.tokens) / self.per_second;
                Err(Duration::from_secs_f64(wait))
            }
            Kind::FixedWindow => {
                let time = now - self.start;
                if time.as_secs() != self.window {
                    self.window = time.as_secs();
                    self.passed.clear();
                }
                if (self.passed.len() as f64) < self.per_second {
                    self.passed.push_back(now);
                    return Ok(());
                }
                Err(SECOND - Duration::from_nanos(time.subsec_nanos().into()))
            }
            Kind::SlidingWindow => {
                while self.passed.front().is_some_and(|at| now - *at >= SECOND) {
                    self.passed.pop_front();
                }
                if (self.passed.len() as f64) < self.per_second {
                    self.passed.push_back(now);
                    return Ok(());
                }
                let first = self.passed[self.passed.len() - self.per_second as usize];
                Err(first + SECOND - now)
            }
        }
    }
}

/// What a server counted.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counted {
    pub passed: u64,
    pub refused: u64,
}

/// A server that lists no agents, at a limited rate. Every reply takes the same time, refusals
/// included.
#[derive(Clone)]
pub struct LimitedServer {
    limiter: Arc<Mutex<Limiter>>,
    counted: Arc<Mutex<Counted>>,
    latency: Duration,
    retry_after: RetryAfter,
}

impl LimitedServer {
    pub fn new(kind: Kind, per_second: u32, latency: Duration, retry_after: RetryAfter) -> Self {
        Self {
            limiter: Arc::new(Mutex::new(Limiter::new(kind, per_second.into()))),
            counted: Arc::default(),
            latency,
            retry_after,
        }
    }

    /// Changes the limit.
    pub fn limit(&self, per_second: u32) {
        let mut limiter = self.limiter.lock().expect("no panic");
        limiter.per_second = per_second.into();
        limiter.tokens = limiter.tokens.min(per_second.into());
    }

    pub fn counted(&self) -> Counted {
        *self.counted.lock().expect("no panic")
    }

    fn reply(&self) -> http::Response<reqwest::Body> {
        let mut counted = self.counted.lock().expect("no panic");
        let builder = http::Response::builder().header("content-type", "application/json");
        let passed = self.limiter.lock().expect("no panic").pass();
        let reply = match passed {
            Ok(()) => {
                counted.passed += 1;
                let body = r#"{"data":[]}"#;
                let builder = builder.header("content-length", body.len());
                builder.body(body.into())
            }
            Err(wait) => {
                counted.refused += 1;
                let seconds = match self.retry_after {
                    RetryAfter::Absent => None,
                    RetryAfter::Right => Some(wait.as_secs_f64().ceil().max(1.0).to_string()),
                    RetryAfter::Wrong => {
                        let wrong = ["0", "soon", "-3", "2", "0.05"];
                        Some(wrong[counted.refused as usize % wrong.len()].to_owned())
                    }
                };
                let builder = match seconds {
                    Some(seconds) => builder.header("retry-after", seconds),
                    None => builder,
                };
                builder.status(429).body(r#"{"error":"slow down"}"#.into())
            }
        };
        reply.expect("a reply")
    }
}

impl InProcess for LimitedServer {
    fn call(&self, _: http::Request<reqwest::Body>) -> BoxFuture<'static, InProcessReply> {
        let server = self.clone();
        async move {
            // The limiter decides when the request arrives; its reply takes its time.
            let reply = server.reply();
            if !server.latency.is_zero() {
                sleep(server.latency).await;
            }
            Ok(reply)
        }
        .boxed()
    }
}
