//! The operations that a kind of fault can hit.

use crate::simulator::routes;

/// The operations that a kind of fault can hit. Other requests don't use it up.
#[derive(Clone, Copy, Debug)]
pub(super) enum Target {
    /// Every request, even one that no operation answers.
    Any,
    /// The operations that change something.
    Changing,
    /// The operations that name a task.
    OfTask,
    /// The operations that return a list with pages.
    List,
    Only(&'static str),
}

impl Target {
    pub(super) fn includes(self, operation: Option<&str>) -> bool {
        let Some(operation) = operation else {
            return matches!(self, Self::Any);
        };
        match self {
            Self::Any => true,
            Self::Changing => routes::is_changing(operation),
            Self::OfTask => routes::is_of_task(operation),
            Self::List => routes::is_list(operation),
            Self::Only(only) => only == operation,
        }
    }

    /// Refuses an operation that isn't included, and says why.
    pub(super) fn check(self, operation: &str) -> Result<(), String> {
        if self.includes(Some(operation)) {
            return Ok(());
        }
        Err(match self {
            Self::Any => return Ok(()),
            Self::Changing => format!("{operation} changes nothing that could come late"),
            Self::OfTask => format!("{operation} names no task"),
            Self::List => format!("{operation} doesn't return a list"),
            Self::Only(only) => format!("only {only} can be hit, and {operation} was given"),
        })
    }
}
