//! Fingerprints of requests, by which a key that is used for another request is refused.

use futures_util::StreamExt;
use sha2::{Digest, Sha256};

use super::hex;
use crate::{error::Error, transport::Upload};

/// A hash of all that a run sends.
///
/// Ledgers store it, for other processes and later versions of the crate to compare with theirs.
/// What is added, and in which order, therefore stays as it is.
#[derive(Default)]
pub(in super::super) struct Fingerprint(Sha256);

impl Fingerprint {
    /// Adds a piece after its length. Without the length, two requests could have the same bytes.
    pub(in super::super) fn add(&mut self, piece: &[u8]) {
        self.0.update((piece.len() as u64).to_be_bytes());
        self.0.update(piece);
    }

    /// Reads a file and adds its name and content. A stream can be read only once, so its name and
    /// length are added instead.
    pub(in super::super) async fn add_file(&mut self, file: &mut Upload) -> Result<(), Error> {
        match file.again() {
            Some(mut file) => {
                let opened = file.open().await?;
                self.add(opened.name.as_bytes());
                self.add(&hash_of(opened.content, &opened.name).await?);
            }
            None => {
                let (name, length) = file.stated();
                self.add(name.as_bytes());
                self.add(format!("{length:?}").as_bytes());
            }
        }
        Ok(())
    }

    pub(in super::super) fn finish(self) -> String {
        hex(&self.0.finalize())
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pieces: &[&str]) -> String {
        let mut fingerprint = Fingerprint::default();
        for piece in pieces {
            fingerprint.add(piece.as_bytes());
        }
        fingerprint.finish()
    }

    #[test]
    fn pieces_that_make_the_same_text_are_told_apart() {
        assert_eq!(of(&["ab", "c"]), of(&["ab", "c"]));
        assert_ne!(of(&["ab", "c"]), of(&["a", "bc"]));
        assert_ne!(of(&["ab", "c"]), of(&["ab", "c", ""]));
    }

    #[tokio::test]
    async fn files_are_told_apart_by_name_and_content_and_streams_by_name_and_length() {
        let stream = |name: &str, text: &'static str| {
            let chunks = futures_util::stream::iter([Ok::<_, std::io::Error>(text)]);
            Upload::stream(name, chunks)
        };
        let mut all = Vec::new();
        for mut file in [
            Upload::bytes("a.txt", "1"),
            Upload::bytes("a.txt", "2"),
            Upload::bytes("b.txt", "1"),
            stream("a.txt", "1"),
            stream("b.txt", "1"),
        ] {
            let mut fingerprint = Fingerprint::default();
            fingerprint.add_file(&mut file).await.expect("it is read");
            all.push(fingerprint.finish());
        }
        let mut fingerprint = Fingerprint::default();
        let mut other = stream("a.txt", "2");
        fingerprint.add_file(&mut other).await.expect("it is read");
        assert_eq!(
            fingerprint.finish(),
            all[3],
            "only its name and length count"
        );
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 5);
    }
}
