//! The promises of a [`Ledger`], as checks for any implementation.

use std::{future::Future, time::Duration};

use futures_util::FutureExt;

mod decisions;
mod doubts;
mod leases;
mod model;
mod queries;
mod trial;

use super::Ledger;
use trial::Trial;

/// Checks that a ledger keeps its promises.
///
/// It is given two functions. `empty` creates an empty ledger, and is called once for each promise.
/// `pass_time` lets time pass on the clock of all ledgers, hours at once; a test with tokio's time
/// paused gives `tokio::time::advance`, if that is the ledger's clock, and else the function that
/// puts the clock on which the ledger has for its tests. Call it from a test of the implementation,
/// inside a Tokio runtime:
///
/// ```
/// use nanonets_agents::ledger::{MemoryLedger, conformance};
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// conformance::check(|| async { MemoryLedger::new() }, tokio::time::advance).await;
/// # }
/// ```
///
/// A ledger's clock may go on by itself, too: of durations it is expected that they are right to
/// the minute.
///
/// # Panics
///
/// At the first broken promise. The message names it, and the expected and the found answer:
///
/// ```should_panic
/// # let runtime = tokio::runtime::Builder::new_current_thread().start_paused(true).build();
/// # runtime.unwrap().block_on(async {
/// use nanonets_agents::ledger::{MemoryLedger, conformance};
/// use std::sync::{Arc, OnceLock};
///
/// // This ledger isn't empty each time.
/// let ledger: OnceLock<Arc<MemoryLedger>> = OnceLock::new();
/// let empty = || async { ledger.get_or_init(Arc::default).clone() };
/// conformance::check(empty, tokio::time::advance).await;
/// // The ledger breaks the promise `a_key_is_held_until_its_lease_ends`: the key is new: …
/// # });
/// ```
pub async fn check<L, F, P>(empty: impl Fn() -> F, pass_time: impl Fn(Duration) -> P)
where
    L: Ledger,
    F: Future<Output = L>,
    P: Future<Output = ()>,
{
    let pass_time = |duration| pass_time(duration).boxed_local();
    macro_rules! check {
        ($($module:ident::$promise:ident),+ $(,)?) => {
            $( $module::$promise(
                Trial::new(stringify!($promise), empty().await, &pass_time)
            ).await; )+
        };
    }
    check! {
        leases::a_new_key_is_claimed_and_started_once,
        leases::a_key_is_held_until_its_lease_ends,
        leases::a_lost_lease_is_noticed,
        leases::an_expired_lease_can_be_renewed_until_the_key_is_taken,
        leases::a_task_is_recorded_even_after_the_lease_was_lost,
        leases::no_lease_is_renewed_once_a_task_is_recorded,
        leases::an_abandoned_key_is_in_doubt_at_once,
        leases::an_abandoned_key_is_not_renewed,
        leases::a_withdrawn_key_is_new,
        leases::a_key_belongs_to_one_request,
        leases::a_key_in_doubt_keeps_its_first_intent,
        leases::the_clocks_of_callers_change_nothing,
        leases::a_lease_lasts_a_day_at_most,
        leases::of_many_claims_one_gets_the_key,
        doubts::doubts_are_kept_beside_the_task,
        doubts::doubts_add_up_until_they_are_replaced,
        decisions::a_person_settles_a_key,
        decisions::only_a_fitting_task_settles_a_key,
        decisions::a_person_forgets_a_key,
        decisions::a_running_lease_is_not_ended,
        decisions::finished_keys_are_pruned,
        queries::tasks_lead_to_their_keys,
        queries::a_key_leads_to_what_is_recorded,
        queries::what_is_unfinished_is_streamed,
        queries::a_task_belongs_to_one_key,
        queries::lookalikes_are_claimed_and_have_the_same_hash,
        queries::old_keys_are_no_lookalikes,
        queries::keys_with_doubts_are_lookalikes,
        queries::keys_are_any_text,
        model::every_step_is_that_of_the_state_machine,
    }
}

#[cfg(test)]
mod tests;
