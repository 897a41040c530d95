//! Finds the mistakes of a spec, and says them in the maintainer's words and with their place.

use serde_json::Value;

use super::problem::Problem;

mod bodies;
mod document;
mod enums;
mod grammar;
mod hidden;
mod mistakes;
mod names;
mod objects;
mod operations;
mod pagination;
mod parameters;
pub mod reserved;
mod responses;
mod schemas;
mod security;
mod unions;
mod values;

pub use grammar::closest;
use mistakes::Mistakes;

/// Refuses a spec that the generator can't work with. Later stages rely on everything checked here.
///
/// The mistakes that were found before are told with the others.
pub fn check(spec: &Value, found: Vec<Problem>) -> Result<(), Vec<Problem>> {
    let mut mistakes = Mistakes::from(found);
    if document::check(spec, &mut mistakes) {
        grammar::check(spec, &mut mistakes);
        let mut others = Mistakes::default();
        operations::check(spec, &mut others);
        schemas::check(spec, &mut others);
        // Where the grammar is wrong, what else is found there only follows from that.
        let wrong = mistakes.owners(spec);
        others.remove_within(&wrong);
        mistakes.append(others);
    }
    mistakes.into_result()
}
