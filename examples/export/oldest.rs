//! How far back a list goes.

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::TryStreamExt;
use nanonets_agents::{Error, ErrorKind, api::builder::ListTasks, prelude::*};

/// How often the range that holds the oldest task is halved.
const STEPS: usize = 6;

/// Returns about when the oldest task of a list was created, or `None` for an empty list.
///
/// A list begins with its newest task and can't be read from its end. But it tells whether any task
/// is older than a given time. So the time is found by an exponential search: in steps that grow,
/// and then by bisection.
pub async fn oldest<'a>(list: impl Fn() -> ListTasks<'a>) -> Result<Option<DateTime<Utc>>, Error> {
    let newest_before = async |time: DateTime<Utc>| {
        // A time before the `created_after` of the list is refused: there is nothing before it.
        let tasks = list().created_before(time).items().limit(1).page_size(1);
        let found = match tasks.try_collect::<Vec<_>>().await {
            Err(error) if error.kind() == ErrorKind::InvalidRequest => None,
            found => found?.pop(),
        };
        Ok::<_, Error>(found.map(|task| task.created_at))
    };
    let now = Utc::now();
    let Some(mut oldest) = newest_before(now).await? else {
        return Ok(None);
    };
    let mut step = TimeDelta::days(1);
    let mut none_before = loop {
        let time = (oldest - step).max(DateTime::UNIX_EPOCH);
        match newest_before(time).await? {
            // No task is older than this: the server ignores the filter.
            Some(_) if time == DateTime::UNIX_EPOCH => return Ok(None),
            Some(found) => oldest = found,
            None => break time,
        }
        step = step * 2;
    };
    for _ in 0..STEPS {
        let middle = none_before + (oldest - none_before) / 2;
        match newest_before(middle).await? {
            Some(found) => oldest = found,
            None => none_before = middle,
        }
    }
    Ok(Some(oldest))
}
