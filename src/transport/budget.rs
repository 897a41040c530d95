//! The retry budget, a token bucket: an outage must not be multiplied by the number of attempts.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::defaults;

/// The tokens that all clones of a client share.
///
/// Each retry takes some, and where too few are left, calls fail without one. A retry that succeeds
/// returns its tokens: only failures drain the bucket.
#[derive(Debug)]
pub(super) struct Budget(Mutex<u32>);

/// The tokens of one retry.
#[derive(Clone, Copy, Debug)]
pub(super) struct Loan(u32);

impl Budget {
    pub(super) fn full() -> Self {
        Self(Mutex::new(defaults::BUDGET_TOKENS))
    }

    /// Takes the tokens of a retry; `None` where there aren't enough.
    pub(super) fn take(&self, after_timeout: bool) -> Option<Loan> {
        let cost = if after_timeout {
            defaults::BUDGET_TIMEOUT
        } else {
            defaults::BUDGET_RETRY
        };
        let mut tokens = self.lock();
        *tokens = tokens.checked_sub(cost)?;
        Some(Loan(cost))
    }

    /// Adds tokens for a call that succeeded, perhaps by a retry.
    pub(super) fn succeeded(&self, retry: Option<Loan>) {
        let gain = retry.map_or(defaults::BUDGET_SUCCESS, |Loan(cost)| cost);
        let mut tokens = self.lock();
        *tokens = (*tokens + gain).min(defaults::BUDGET_TOKENS);
    }

    /// Returns the share of the tokens that is left.
    pub(super) fn left(&self) -> f64 {
        f64::from(*self.lock()) / f64::from(defaults::BUDGET_TOKENS)
    }

    fn lock(&self) -> MutexGuard<'_, u32> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hundred_failed_retries_empty_it_and_successes_fill_it() {
        let budget = Budget::full();
        for _ in 0..100 {
            assert!(budget.take(false).is_some());
        }
        assert!(budget.take(false).is_none());
        for _ in 0..5 {
            budget.succeeded(None);
        }
        assert!(budget.take(true).is_none());
        assert!(budget.take(false).is_some());
    }

    #[test]
    fn a_retry_that_succeeds_costs_nothing() {
        let budget = Budget::full();
        for _ in 0..1000 {
            let loan = budget.take(true);
            assert!(loan.is_some());
            budget.succeeded(loan);
        }
        assert_eq!(*budget.lock(), defaults::BUDGET_TOKENS);
    }
}
