//! The client that sends a run.

use std::sync::Arc;

use futures_util::future::FutureExt;

use super::{held_key::HeldKey, request::RunRequest};
use crate::{api::Client, client::OptionsExt, error::Error};

/// Returns a client that makes sure before each attempt that the files are still the same, and that
/// the key is still held. The key learns of each attempt that certainly wasn't carried out.
pub(super) fn sender(
    client: &Client,
    request: &RunRequest,
    held: Option<Arc<HeldKey>>,
) -> Result<Client, Error> {
    let versions = request.versions.clone();
    let refused = held.clone();
    client.with(|options| {
        // A request of a run is sent again unseen only where it certainly wasn't carried out.
        let options = options.before_retry(move || {
            if let Some(held) = &refused {
                held.not_carried_out();
            }
        });
        options.before_sending(move || {
            let (versions, held) = (versions.clone(), held.clone());
            async move {
                versions.check().await?;
                match held {
                    Some(held) => held.ensure().await,
                    None => Ok(()),
                }
            }
            .boxed()
        })
    })
}
