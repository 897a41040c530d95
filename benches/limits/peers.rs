//! What else calls could be made with: the retry helper of the guide, and a client that adapts its
//! rate as the SDKs of AWS do in their adaptive mode.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use nanonets_agents::InProcess;
use support::limiter::LimitedServer;
use tokio::time::{Instant, sleep};

/// Calls by the retry helper of the guide.
pub async fn guide(server: &LimitedServer) -> bool {
    let mut delay = 1.0_f64;
    for attempt in 0..ATTEMPTS {
        let asked = match call(server).await {
            Ok(()) => return true,
            Err(asked) => asked,
        };
        if attempt + 1 == ATTEMPTS {
            break;
        }
        let jittered = delay.min(30.0) * (1.0 + fastrand::f64());
        sleep(Duration::from_secs_f64(asked.unwrap_or(jittered))).await;
        delay *= 2.0;
    }
    false
}

/// Makes one request; a refusal returns the seconds that it asks for.
async fn call(server: &LimitedServer) -> Result<(), Option<f64>> {
    let request = http::Request::new(reqwest::Body::from(""));
    let reply = server.call(request).await.expect("a reply");
    if reply.status().is_success() {
        return Ok(());
    }
    let asked = reply.headers().get("retry-after");
    Err(asked.and_then(|value| value.to_str().ok()?.parse().ok()))
}

/// A rate that adapts by CUBIC, from a token bucket.
#[derive(Clone, Debug)]
pub struct Adaptive(Arc<Mutex<Rate>>);

#[derive(Debug)]
struct Rate {
    start: Instant,
    /// Whether there was a 429.
    is_on: bool,
    fill_rate: f64,
    capacity: f64,
    tokens: f64,
    filled_at: f64,
    measured: f64,
    bucket: f64,
    sent: f64,
    last_most: f64,
    throttled_at: f64,
}

const BETA: f64 = 0.7;
const SCALE: f64 = 0.4;
const SMOOTH: f64 = 0.8;
const ATTEMPTS: u32 = 5;

impl Adaptive {
    pub fn new() -> Self {
        Self(Arc::new(Mutex::new(Rate {
            start: Instant::now(),
            is_on: false,
            fill_rate: 0.0,
            capacity: 0.0,
            tokens: 0.0,
            filled_at: 0.0,
            measured: 0.0,
            bucket: 0.0,
            sent: 0.0,
            last_most: 0.0,
            throttled_at: 0.0,
        })))
    }

    /// Calls with up to five attempts, each of which waits for a token.
    pub async fn call(&self, server: &LimitedServer) -> bool {
        for attempt in 0..ATTEMPTS {
            loop {
                let wait = self.0.lock().expect("no panic").take();
                let Some(wait) = wait else { break };
                sleep(wait).await;
            }
            let result = call(server).await;
            self.0.lock().expect("no panic").update(result.is_err());
            if result.is_ok() {
                return true;
            }
            let longest = f64::from(1 << attempt).min(20.0);
            sleep(Duration::from_secs_f64(longest * fastrand::f64())).await;
        }
        false
    }
}

impl Rate {
    fn now(&self) -> f64 {
        self.start.elapsed().as_secs_f64()
    }

    /// Takes a token, or tells when there will be one.
    fn take(&mut self) -> Option<Duration> {
        if !self.is_on {
            return None;
        }
        let now = self.now();
        self.tokens = (self.tokens + (now - self.filled_at) * self.fill_rate).min(self.capacity);
        self.filled_at = now;
        if self.tokens >= 1.0 {
            self.tokens -= 1.0;
            return None;
        }
        let wait = (1.0 - self.tokens) / self.fill_rate;
        Some(Duration::from_secs_f64(wait.max(0.001)))
    }

    fn update(&mut self, is_throttled: bool) {
        let now = self.now();
        let bucket = (now * 2.0).floor() / 2.0;
        self.sent += 1.0;
        if bucket > self.bucket {
            let rate = self.sent / (bucket - self.bucket);
            self.measured = rate * SMOOTH + self.measured * (1.0 - SMOOTH);
            (self.sent, self.bucket) = (0.0, bucket);
        }
        let wanted = if is_throttled {
            let rate = if self.is_on {
                self.measured.min(self.fill_rate)
            } else {
                self.measured
            };
            (self.last_most, self.throttled_at, self.is_on) = (rate, now, true);
            rate * BETA
        } else {
            let time = now - self.throttled_at;
            let back = (self.last_most * (1.0 - BETA) / SCALE).cbrt();
            SCALE * (time - back).powi(3) + self.last_most
        };
        let rate = wanted.min(2.0 * self.measured).max(0.5);
        self.tokens = (self.tokens + (now - self.filled_at) * self.fill_rate).min(self.capacity);
        self.filled_at = now;
        (self.fill_rate, self.capacity) = (rate, rate.max(1.0));
        self.tokens = self.tokens.min(self.capacity);
    }
}
