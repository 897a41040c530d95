//! The library against the simulator, a layer at a time.

mod binding {
    mod operations;
    mod wire;
}

mod calls {
    mod bad_input;
    mod transport;
}

mod ledger {
    mod keys;
}

mod lists {
    mod export;
    mod pages;
}

mod runs {
    mod main_job;
    mod reconciliation;
}

mod simulator {
    mod http;
}

mod waits {
    mod waiting;
}
