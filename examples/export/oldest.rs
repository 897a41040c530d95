//! When the oldest task of a list was created, more or less.

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::TryStreamExt;
use nanonets_agents::{api::builder::ListTasks, prelude::*};

/// So many requests halve what is left between two times.
const STEPS: usize = 6;

/// Lists begin with the newest task and can't be read from their end. But they tell whether
/// anything is older than a time: so the time is looked for, in growing steps and then in shrinking
/// ones.
pub async fn oldest<'a>(list: impl Fn() -> ListTasks<'a>) -> Result<Option<DateTime<Utc>>, Error> {
    let newest_before = async |time: DateTime<Utc>| {
        // Before the beginning of a list that begins later, there is nothing, and asking for it is
        // a mistake.
        let tasks = list().created_before(time).items().limit(1).page_size(1);
        let found = match tasks.try_collect::<Vec<_>>().await {
            Err(error) if error.kind() == ErrorKind::InvalidRequest => None,
            found => found?.pop(),
        };
        Ok::<_, Error>(found.map(|it| it.created_at))
    };
    let now = Utc::now();
    let Some(mut oldest) = newest_before(now).await? else {
        return Ok(None);
    };
    let mut step = TimeDelta::days(1);
    let mut none_before = loop {
        let time = (oldest - step).max(DateTime::UNIX_EPOCH);
        match newest_before(time).await? {
            // Nothing is older than this, so that the server doesn't do what it was asked.
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
