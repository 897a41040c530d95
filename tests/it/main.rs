//! The library against the simulator, a layer at a time.

mod agents {
    mod patches;
    mod simulated;
    mod stage;
}

mod answers {
    mod large;
    mod shapes;
    mod typed;
}

mod binding {
    mod errors;
    mod operations;
    mod wire;
}

mod calls {
    mod arguments;
    mod budget;
    mod connections;
    mod extras;
    mod http_client;
    mod metadata;
    mod network;
    mod replies;
    mod retries;
    mod snapshot;
    mod throttling;
    mod timeouts;
    mod uploads;
}

mod conversions;

mod ledger {
    mod dropped;
    mod holders;
    mod keys;
    mod processes;
    mod slow;
    pub(crate) mod stage;
    mod store;
}

mod lists {
    mod export {
        mod cost;
        mod faults;
        mod order;
        mod resuming;
        mod stage;
    }

    mod pages {
        mod ends;
        mod prefetch;
        mod stage;
        mod undecodable;
        mod walk;
    }
}

mod runs {
    mod answers;
    mod lookalikes;
    mod once;
    mod recognition;
    mod reconciliation;
    mod refusals;
    mod titles;
    mod twins;
    mod uploads;
}

mod simulator {
    mod caller;
    mod dates;
    mod direct;
    mod faults;
    mod late;
    mod messages;
    mod others;
    mod requests;
    mod tasks;
}

mod observability;
mod waits {
    mod deadlines;
    mod dialogues;
    mod many;
    mod one;
    mod questions;
    mod questions_elsewhere;
    mod vanished;
}
