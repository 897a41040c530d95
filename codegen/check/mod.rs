//! Mistakes of a spec, in the maintainer's words and with their place.

use serde_json::Value;

use super::problem::Problem;

mod bodies;
mod document;
mod extensions;
mod operations;
mod pagination;
mod query_lists;
mod report;
mod responses;
mod schemas;

use report::Report;

/// Finds what the generator can't work with. Later stages rely on everything checked here.
pub fn check(spec: &Value) -> Result<(), Vec<Problem>> {
    let mut report = Report::default();
    document::check(spec, &mut report);
    if report.is_empty() {
        operations::check(spec, &mut report);
        schemas::check(spec, &mut report);
    }
    report.into_result()
}
