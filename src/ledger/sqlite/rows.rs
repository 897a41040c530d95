//! How rows are stored in the table `runs`.

use std::{collections::HashMap, str::FromStr, time::Duration};

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use rusqlite::{OptionalExtension, Transaction, named_params};
use serde::Serialize;

use super::TransactionFailure;
use crate::{
    defaults::LATE_COMMIT,
    ids::{AgentId, TaskId, TaskRef},
    ledger::{
        Doubts, Entry, Intent, LedgerError, LedgerErrorKind,
        state::{Change, Row, State},
    },
};

/// The query for the row with this value in a column. [`read`] counts on the order of its columns.
macro_rules! select {
    ($column:literal) => {
        concat!(
            "SELECT key, state, agent_id, fingerprint, lookalike_hash, marker, local_time,
                    server_time, claimed_at, changed_at, holder, held_until, task_id, doubts
             FROM runs WHERE ",
            $column,
            " = ?1"
        )
    };
}

/// Reads the row of a key.
pub(super) fn of_key(
    transaction: &Transaction<'_>,
    key: &str,
) -> Result<Option<Row>, TransactionFailure> {
    find(transaction, select!("key"), key)
}

/// Reads the row that has a task.
pub(super) fn of_task(
    transaction: &Transaction<'_>,
    task_id: TaskId,
) -> Result<Option<Row>, TransactionFailure> {
    find(transaction, select!("task_id"), &task_id.to_string())
}

/// Reads the key that has a task. An index holds both, and no row is read.
pub(super) fn key_of_task(
    transaction: &Transaction<'_>,
    task_id: TaskId,
) -> Result<Option<String>, TransactionFailure> {
    let mut query = transaction.prepare_cached("SELECT key FROM runs WHERE task_id = ?1")?;
    let key = query.query_row([task_id.to_string()], |row| row.get(0));
    Ok(key.optional()?)
}

/// Reads the keys that have these tasks, in one query of any number of tasks.
pub(super) fn keys_of_tasks(
    transaction: &Transaction<'_>,
    task_ids: &[TaskId],
) -> Result<HashMap<TaskId, String>, TransactionFailure> {
    let mut query = transaction.prepare_cached(
        "SELECT task_id, key FROM runs WHERE task_id IN (SELECT value FROM json_each(?1))",
    )?;
    let mut rows = query.query([json(task_ids)?])?;
    let mut keys = HashMap::new();
    while let Some(row) = rows.next()? {
        keys.insert(parsed(&row.get::<_, String>(0)?)?, row.get(1)?);
    }
    Ok(keys)
}

/// Reads the keys of [`Row::is_lookalike`].
pub(super) fn lookalikes(
    transaction: &Transaction<'_>,
    agent_id: AgentId,
    lookalike_hash: &str,
    now: DateTime<Utc>,
) -> Result<Vec<String>, TransactionFailure> {
    let mut query = transaction.prepare_cached(
        "SELECT key FROM runs
         WHERE (task_id IS NULL OR doubts IS NOT NULL)
           AND agent_id = ?1 AND lookalike_hash = ?2
           AND iif(state = 'claimed', held_until, changed_at) >= ?3",
    )?;
    let earliest = time(before(now, LATE_COMMIT));
    let parameters = (agent_id.to_string(), lookalike_hash, earliest);
    let keys = query.query_map(parameters, |row| row.get(0))?;
    Ok(keys.collect::<rusqlite::Result<_>>()?)
}

/// Deletes the rows of [`Row::is_finished_for`], and returns how many they were.
pub(super) fn prune(
    transaction: &Transaction<'_>,
    older_than: Duration,
    now: DateTime<Utc>,
) -> Result<u64, TransactionFailure> {
    let mut delete = transaction
        .prepare_cached("DELETE FROM runs WHERE state = 'finished' AND changed_at < ?1")?;
    let count = delete.execute([time(before(now, older_than))])?;
    Ok(count as u64)
}

/// Reads a page of [`Row::unfinished`].
pub(super) fn unfinished_after(
    transaction: &Transaction<'_>,
    key: Option<&str>,
    limit: usize,
) -> Result<Vec<Entry>, TransactionFailure> {
    // The empty text comes before every key, since no key is empty.
    let after = key.unwrap_or_default();
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut query = transaction.prepare_cached(
        "SELECT key, agent_id, task_id FROM runs
         WHERE state <> 'finished' AND key > ?1 ORDER BY key LIMIT ?2",
    )?;
    let mut rows = query.query((after, limit))?;
    let mut entries = Vec::new();
    while let Some(row) = rows.next()? {
        let agent_id: AgentId = parsed(&row.get::<_, String>(1)?)?;
        let task_id: Option<String> = row.get(2)?;
        let task_id: Option<TaskId> = task_id.as_deref().map(parsed).transpose()?;
        let task = task_id.map(|task_id| TaskRef::new(task_id).with_agent(agent_id));
        entries.push(Entry::new(row.get::<_, String>(0)?, agent_id, task));
    }
    Ok(entries)
}

/// Stores what a step changes.
pub(super) fn apply(
    transaction: &Transaction<'_>,
    change: Change,
) -> Result<(), TransactionFailure> {
    match change {
        Change::Keep => Ok(()),
        Change::Put(row) => put(transaction, &row),
        Change::Delete(key) => {
            let mut delete = transaction.prepare_cached("DELETE FROM runs WHERE key = ?1")?;
            delete.execute([key])?;
            Ok(())
        }
    }
}

fn put(transaction: &Transaction<'_>, row: &Row) -> Result<(), TransactionFailure> {
    let (state, held, task_id) = match &row.state {
        State::Claimed { holder, held_until } => ("claimed", Some((holder, held_until)), None),
        State::Abandoned => ("abandoned", None, None),
        State::Started(task_id) => ("started", None, Some(task_id)),
        State::Finished(task_id) => ("finished", None, Some(task_id)),
    };
    let doubts = (row.doubts != Doubts::default()).then(|| json(&row.doubts));
    // The other columns never change while a key has a row.
    let mut upsert = transaction.prepare_cached(
        "INSERT INTO runs (key, state, agent_id, fingerprint, lookalike_hash, marker, local_time,
                           server_time, claimed_at, changed_at, holder, held_until, task_id,
                           doubts)
         VALUES (:key, :state, :agent_id, :fingerprint, :lookalike_hash, :marker, :local_time,
                 :server_time, :claimed_at, :changed_at, :holder, :held_until, :task_id, :doubts)
         ON CONFLICT (key) DO UPDATE SET state = excluded.state, changed_at = excluded.changed_at,
             holder = excluded.holder, held_until = excluded.held_until,
             task_id = excluded.task_id, doubts = excluded.doubts",
    )?;
    upsert.execute(named_params! {
        ":key": row.key,
        ":state": state,
        ":agent_id": row.agent_id.to_string(),
        ":fingerprint": row.fingerprint,
        ":lookalike_hash": row.lookalike_hash,
        ":marker": row.intent.marker,
        ":local_time": time(row.intent.local_time),
        ":server_time": row.intent.server_time.map(time),
        ":claimed_at": time(row.claimed_at),
        ":changed_at": time(row.changed_at),
        ":holder": held.map(|(holder, _)| holder.to_string()),
        ":held_until": held.map(|(_, held_until)| time(*held_until)),
        ":task_id": task_id.map(TaskId::to_string),
        ":doubts": doubts.transpose()?,
    })?;
    Ok(())
}

fn find(
    transaction: &Transaction<'_>,
    query: &str,
    value: &str,
) -> Result<Option<Row>, TransactionFailure> {
    let mut query = transaction.prepare_cached(query)?;
    let row = query.query_row([value], |row| Ok(read(row))).optional()?;
    row.transpose()
}

fn read(row: &rusqlite::Row<'_>) -> Result<Row, TransactionFailure> {
    let text = |column: usize| row.get::<_, String>(column);
    let optional_text = |column: usize| row.get::<_, Option<String>>(column);
    let state = match text(1)?.as_str() {
        "claimed" => State::Claimed {
            holder: parsed(&text(10)?)?,
            held_until: parsed(&text(11)?)?,
        },
        "abandoned" => State::Abandoned,
        "started" => State::Started(parsed(&text(12)?)?),
        "finished" => State::Finished(parsed(&text(12)?)?),
        other => return Err(meaningless(other)),
    };
    let server_time = optional_text(7)?.as_deref().map(parsed).transpose()?;
    let doubts = match optional_text(13)? {
        Some(doubts) => serde_json::from_str(&doubts).map_err(|_| meaningless(&doubts))?,
        None => Doubts::default(),
    };
    Ok(Row {
        key: text(0)?,
        agent_id: parsed(&text(2)?)?,
        fingerprint: text(3)?,
        lookalike_hash: text(4)?,
        intent: Intent::new(parsed(&text(6)?)?, server_time, optional_text(5)?),
        claimed_at: parsed(&text(8)?)?,
        state,
        changed_at: parsed(&text(9)?)?,
        doubts,
    })
}

/// Formats a time as text of a fixed length in UTC, whose order is that of the times.
fn time(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// Returns a moment this long before another; at the earliest 1970, before which no ledger was
/// written.
fn before(moment: DateTime<Utc>, duration: Duration) -> DateTime<Utc> {
    let span = TimeDelta::from_std(duration).ok();
    span.and_then(|span| moment.checked_sub_signed(span))
        .map_or(DateTime::UNIX_EPOCH, |earlier| {
            earlier.max(DateTime::UNIX_EPOCH)
        })
}

fn json(value: &(impl Serialize + ?Sized)) -> Result<String, TransactionFailure> {
    serde_json::to_string(value).map_err(|error| {
        let message = "a value of the ledger has no JSON";
        let error = LedgerError::new(LedgerErrorKind::Unavailable, message).with_source(error);
        TransactionFailure::Ledger(error)
    })
}

/// Reads the text of a column that holds an id or a time.
fn parsed<T: FromStr>(text: &str) -> Result<T, TransactionFailure> {
    text.parse().map_err(|_| meaningless(text))
}

fn meaningless(text: &str) -> TransactionFailure {
    let message = format!(
        "the ledger holds {text:?} where it has no meaning; restore it from a copy, but keys that \
         were recorded after the copy was made would run again"
    );
    TransactionFailure::Ledger(LedgerError::new(LedgerErrorKind::Unavailable, message))
}
