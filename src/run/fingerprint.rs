//! A hash of all that a run sends, by which a key notices that it is used for something else.

use futures_util::StreamExt;
use sha2::{Digest, Sha256};

use super::request::Request;
use crate::error::Error;

/// Reads the files for it; of a stream, which can be read only once, the name and length have to
/// do.
pub(super) async fn fingerprint(request: &mut Request) -> Result<String, Error> {
    let mut hash = Sha256::new();
    // Each piece with its length, so that no two requests make the same sequence of bytes.
    let mut add = |piece: &[u8]| {
        hash.update((piece.len() as u64).to_be_bytes());
        hash.update(piece);
    };
    add(request.agent_id.as_bytes());
    add(request.query.as_deref().unwrap_or_default().as_bytes());
    add(serde_json::json!(request.output_config)
        .to_string()
        .as_bytes());
    for (name, value) in &request.extra_fields {
        add(name.as_bytes());
        add(value.as_bytes());
    }
    for file in &mut request.files {
        match file.again() {
            Some(mut file) => {
                let opened = file.open().await?;
                add(opened.name.as_bytes());
                add(&hash_of(opened.content, &opened.name).await?);
            }
            None => {
                let (name, length) = file.stated();
                add(name.as_bytes());
                add(format!("{length:?}").as_bytes());
            }
        }
    }
    Ok(hex(&hash.finalize()))
}

async fn hash_of(
    mut content: impl StreamExt<Item = std::io::Result<bytes::Bytes>> + Unpin,
    name: &str,
) -> Result<Vec<u8>, Error> {
    let mut hash = Sha256::new();
    while let Some(chunk) = content.next().await {
        let chunk = chunk.map_err(|error| {
            Error::invalid_request(format!("can't read the file {name}")).with_source(error)
        })?;
        hash.update(&chunk);
    }
    Ok(hash.finalize().to_vec())
}

/// A hash of what tasks are recognised by.
pub(super) fn hash_of_text(text: &str) -> String {
    hex(&Sha256::digest(text))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|it| format!("{it:02x}")).collect()
}
