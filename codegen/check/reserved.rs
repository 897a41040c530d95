//! Names that operations and parameters can't have, since they would hide or repeat a method.

/// The methods of the client: its own, those of its extension traits, and those of traits of the
/// standard library that programs call on it.
pub const OF_CLIENT: [&str; 22] = [
    "agent",
    "builder",
    "clone",
    "dialogues",
    "drift",
    "durations",
    "fmt",
    "from_env",
    "into",
    "last_looks",
    "ledger",
    "live_tasks",
    "recorded",
    "run",
    "runs",
    "snapshot",
    "task",
    "to_owned",
    "transport",
    "try_into",
    "wait_many",
    "with",
];

/// The methods that the builder of every operation has.
pub const OF_BUILDER: [&str; 4] = ["clone", "download", "new", "send"];

/// The methods that a builder has where its operation takes a body, or a form.
pub const OF_BODY: [&str; 2] = ["body", "body_map"];
pub const OF_FORM: [&str; 1] = ["extra_field"];

/// The methods that a builder has where its operation is a list.
pub const OF_LIST: [&str; 3] = ["export", "items", "pages"];
