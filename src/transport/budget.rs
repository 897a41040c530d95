//! The retry budget, a token bucket: an outage must not be multiplied by the number of attempts.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::defaults;

/// The tokens that all clones of a client share.
///
/// Each retry borrows some, and where too few are left, calls fail without one. Only a retry that
/// fails spends what it has borrowed.
#[derive(Debug)]
pub(super) struct Budget(Mutex<u32>);

/// The tokens of one retry, which are given back when it is dropped unspent: by a retry that was
/// answered, or a call that was given up.
#[derive(Debug)]
pub(super) struct Loan<'a> {
    budget: &'a Budget,
    tokens: u32,
}

impl Budget {
    pub(super) fn full() -> Self {
        Self(Mutex::new(defaults::BUDGET_TOKENS))
    }

    /// Takes the tokens of a retry; `None` where there aren't enough.
    pub(super) fn take(&self, after_timeout: bool) -> Option<Loan<'_>> {
        let cost = if after_timeout {
            defaults::BUDGET_TIMEOUT
        } else {
            defaults::BUDGET_RETRY
        };
        let mut tokens = self.lock();
        *tokens = tokens.checked_sub(cost)?;
        Some(Loan {
            budget: self,
            tokens: cost,
        })
    }

    /// Adds tokens for a call that succeeded without a retry.
    pub(super) fn succeeded(&self) {
        self.add(defaults::BUDGET_SUCCESS);
    }

    /// Returns the share of the tokens that is left.
    pub(super) fn left(&self) -> f64 {
        f64::from(*self.lock()) / f64::from(defaults::BUDGET_TOKENS)
    }

    fn add(&self, gain: u32) {
        let mut tokens = self.lock();
        *tokens = (*tokens + gain).min(defaults::BUDGET_TOKENS);
    }

    fn lock(&self) -> MutexGuard<'_, u32> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Loan<'_> {
    /// Spends the tokens: the retry failed.
    pub(super) fn spend(mut self) {
        self.tokens = 0;
    }
}

impl Drop for Loan<'_> {
    fn drop(&mut self) {
        self.budget.add(self.tokens);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hundred_failed_retries_empty_it_and_successes_fill_it() {
        let budget = Budget::full();
        for _ in 0..100 {
            budget.take(false).expect("enough tokens").spend();
        }
        assert!(budget.take(false).is_none());
        for _ in 0..5 {
            budget.succeeded();
        }
        assert!(budget.take(true).is_none());
        assert!(budget.take(false).is_some());
    }

    #[test]
    fn a_retry_that_is_answered_or_given_up_costs_nothing() {
        let budget = Budget::full();
        for _ in 0..1000 {
            assert!(budget.take(true).is_some());
        }
        let loans: Vec<_> = (0..60).filter_map(|_| budget.take(true)).collect();
        assert_eq!((loans.len(), budget.left()), (50, 0.0));
        drop(loans);
        assert_eq!(budget.left(), 1.0);
    }
}
