//! The rate limit of the simulated server.

use std::sync::{Mutex, PoisonError};

use tokio::time::Instant;

/// A token bucket that holds one second's worth of requests.
#[derive(Debug, Default)]
pub(super) struct RateLimit(Mutex<Option<Bucket>>);

#[derive(Debug)]
struct Bucket {
    per_second: f64,
    tokens: f64,
    filled_at: Instant,
}

impl RateLimit {
    pub(super) fn set(&self, per_second: Option<u32>) {
        let bucket = per_second.map(|requests| Bucket {
            per_second: f64::from(requests),
            tokens: f64::from(requests),
            filled_at: Instant::now(),
        });
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = bucket;
    }

    /// Lets a request pass, or returns the number of seconds after which one would pass.
    pub(super) fn pass(&self) -> Result<(), u32> {
        let mut bucket = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(bucket) = bucket.as_mut() else {
            return Ok(());
        };
        let now = Instant::now();
        let gained = now
            .saturating_duration_since(bucket.filled_at)
            .as_secs_f64()
            * bucket.per_second;
        bucket.tokens = (bucket.tokens + gained).min(bucket.per_second);
        bucket.filled_at = now;
        if bucket.tokens >= 1.0 {
            bucket.tokens -= 1.0;
            Ok(())
        } else {
            Err(((1.0 - bucket.tokens) / bucket.per_second).ceil().max(1.0) as u32)
        }
    }
}
