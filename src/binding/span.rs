//! The spans of calls.

/// Returns a function that makes the span of an operation.
///
/// The fields of a span are fixed where it is made: those of the path's parameters are the
/// operation's own. The transport records them.
macro_rules! call_span {
    ($id:literal $(, $parameter:literal)*) => {
        || {
            ::tracing::debug_span!(
                target: "nanonets_agents",
                "nanonets_agents.call",
                operation = $id,
                $($parameter = ::tracing::field::Empty,)*
                attempts = ::tracing::field::Empty,
                status = ::tracing::field::Empty,
            )
        }
    };
}
pub(crate) use call_span;
