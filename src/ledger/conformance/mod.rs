//! The promises of a [`Ledger`], as checks for any implementation.

use std::future::Future;

mod model;
mod promises;
mod trial;

use super::Ledger;
use trial::Trial;

/// Checks that a ledger keeps its promises.
///
/// It is given a function that creates an empty ledger, and calls it once for each promise. Call it
/// from a test of the implementation, inside a Tokio runtime:
///
/// ```
/// use nanonets_agents::ledger::{MemoryLedger, conformance};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// conformance::check(|| async { MemoryLedger::new() }).await;
/// # }
/// ```
///
/// # Panics
///
/// At the first broken promise. The message names it, and the expected and the found answer:
///
/// ```should_panic
/// # tokio::runtime::Runtime::new().unwrap().block_on(async {
/// use nanonets_agents::ledger::{MemoryLedger, conformance};
/// use std::sync::{Arc, OnceLock};
///
/// // This ledger isn't empty each time.
/// let ledger: OnceLock<Arc<MemoryLedger>> = OnceLock::new();
/// conformance::check(|| async { ledger.get_or_init(Arc::default).clone() }).await;
/// // The ledger breaks the promise `a_key_is_held_until_its_lease_ends`: the key is new: …
/// # });
/// ```
pub async fn check<L: Ledger, F: Future<Output = L>>(empty: impl Fn() -> F) {
    macro_rules! check {
        ($($module:ident::$promise:ident),+ $(,)?) => {
            $( $module::$promise(Trial::new(stringify!($promise), empty().await)).await; )+
        };
    }
    check! {
        promises::a_new_key_is_claimed_and_started_once,
        promises::a_key_is_held_until_its_lease_ends,
        promises::a_lost_lease_is_noticed,
        promises::an_expired_lease_can_be_renewed_until_the_key_is_taken,
        promises::a_task_is_recorded_even_after_the_lease_was_lost,
        promises::an_abandoned_key_is_in_doubt_at_once,
        promises::a_forgotten_key_is_new,
        promises::a_key_belongs_to_one_request,
        promises::a_key_in_doubt_keeps_its_first_intent,
        promises::tasks_lead_to_their_keys,
        promises::what_is_unfinished_is_streamed,
        promises::a_task_belongs_to_one_key,
        promises::lookalikes_are_claimed_and_have_the_same_hash,
        promises::keys_are_any_text,
        promises::of_many_claims_one_gets_the_key,
        model::every_step_is_that_of_the_state_machine,
    }
}

#[cfg(test)]
mod tests;
