//! Which of two sightings of a task is the newer one: replicas lag behind.

use chrono::{DateTime, Utc};

use crate::api::types::TaskStatus;

/// Whether a sighting shows an older state than the one that is known. An end is never old.
///
/// The time of the last change decides. Where it is the same, or isn't known, a task that was at
/// work isn't one that hasn't begun.
pub(super) fn is_older(
    seen: (&TaskStatus, DateTime<Utc>),
    known: (Option<&TaskStatus>, Option<DateTime<Utc>>),
) -> bool {
    let ((status, updated_at), (known_status, known_at)) = (seen, known);
    if status.is_terminal() {
        return false;
    }
    match known_at {
        Some(known_at) if known_at != updated_at => updated_at < known_at,
        _ => !has_begun(status) && known_status.is_some_and(has_begun),
    }
}

fn has_begun(status: &TaskStatus) -> bool {
    !matches!(status, TaskStatus::Pending | TaskStatus::Queued)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_of_the_last_change_decides_and_else_the_status() {
        use TaskStatus::{Completed, Pending, Queued, Running, WaitingForInput};
        let at = |second: i64| DateTime::from_timestamp(1_800_000_000 + second, 0).expect("a time");
        for (status, second, known, known_at, expected) in [
            (&Running, 5, Some(&WaitingForInput), Some(10), true),
            (&Running, 15, Some(&WaitingForInput), Some(10), false),
            (&WaitingForInput, 10, Some(&Running), Some(10), false),
            (&Pending, 10, Some(&Running), Some(10), true),
            (&Queued, 10, Some(&Running), None, true),
            (&Queued, 15, Some(&Running), Some(10), false),
            (&Queued, 10, Some(&Pending), Some(10), false),
            (&Pending, 10, None, None, false),
            (&Completed, 5, Some(&Running), Some(10), false),
        ] {
            let found = is_older((status, at(second)), (known, known_at.map(at)));
            assert_eq!(found, expected, "{status} {second} {known:?} {known_at:?}");
        }
    }
}
