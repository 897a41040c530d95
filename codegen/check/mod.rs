//! Finds the mistakes of a spec, and says them in the maintainer's words and with their place.

use serde_json::Value;

use super::problem::Problem;

mod bodies;
mod document;
mod extensions;
mod mistakes;
mod operations;
mod pagination;
mod query_lists;
mod responses;
mod schemas;

use mistakes::Mistakes;

/// Refuses a spec that the generator can't work with. Later stages rely on everything checked here.
pub fn check(spec: &Value) -> Result<(), Vec<Problem>> {
    let mut mistakes = Mistakes::default();
    document::check(spec, &mut mistakes);
    if mistakes.is_empty() {
        operations::check(spec, &mut mistakes);
        schemas::check(spec, &mut mistakes);
    }
    mistakes.into_result()
}
