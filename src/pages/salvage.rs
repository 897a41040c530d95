//! Decodes a page without the items that don't decode.

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{Cursor, PageBody, PageParts};

/// An item of a list that doesn't decode, as [`skip_undecodable`](super::Items::skip_undecodable)
/// reports it.
///
/// ```no_run
/// use nanonets_agents::{pages::Undecodable, prelude::*};
///
/// fn report(item: Undecodable) {
///     eprintln!("{} at {:?}: {}", item.json["task_id"], item.cursor, item.reason);
/// }
///
/// # fn example(client: Client) {
/// let tasks = client.list_tasks().items().skip_undecodable(report);
/// # }
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Undecodable {
    /// The item as the server sent it.
    pub json: Value,
    /// Why it doesn't decode, and at which of its properties.
    pub reason: String,
    /// The cursor of its page; `None` on the first page.
    pub cursor: Option<Cursor>,
}

/// The items of a page that decode, and those that don't.
pub(super) type Salvaged<B> = (PageParts<<B as PageBody>::Item>, Vec<Undecodable>);

/// Decodes a page without the items that don't decode; `None` if something else is wrong with it.
pub(super) fn salvage<B: PageBody>(body: &[u8]) -> Option<Salvaged<B>> {
    let mut body: Value = serde_json::from_slice(body).ok()?;
    let mut list = &mut body;
    for names in B::ITEMS {
        // As when it is decoded: null leaves the choice to the other names.
        let name = names.iter().find(|name| !list[**name].is_null())?;
        list = &mut list[*name];
    }
    let mut skipped = Vec::new();
    list.as_array_mut()?.retain_mut(|item| {
        let Err(reason) = decode::<B::Item>(item) else {
            return true;
        };
        skipped.push(Undecodable {
            json: item.take(),
            reason,
            cursor: None,
        });
        false
    });
    let rest = B::deserialize(body).ok()?;
    Some((rest.into_parts(), skipped))
}

fn decode<T: DeserializeOwned>(item: &Value) -> Result<T, String> {
    serde_path_to_error::deserialize(item).map_err(|error| match error.path().iter().next() {
        Some(_) => format!("{} at `{}`", error.inner(), error.path()),
        None => error.inner().to_string(),
    })
}
