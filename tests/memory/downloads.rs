//! Saving an answer takes the same memory for any size of it.

use std::io;

use bytes::Bytes;
use futures_util::{FutureExt, future::BoxFuture, stream};
use nanonets_agents::{Client, InProcess, InProcessReply, prelude::*};
use support::folder::Folder;

use crate::{ALLOCATOR, COUNTING};

const MIB: usize = 1 << 20;

/// A server whose answers have so many mebibytes, which it makes while they are read.
struct Large(usize);

impl InProcess for Large {
    fn call(&self, _: http::Request<reqwest::Body>) -> BoxFuture<'static, InProcessReply> {
        let chunk = Bytes::from(vec![b'x'; MIB / 16]);
        let middle = stream::iter(std::iter::repeat_n(chunk, 16 * self.0));
        let begin = stream::iter([Bytes::from_static(br#"{"result": ""#)]);
        let end = stream::iter([Bytes::from_static(br#""}"#)]);
        let chunks = futures_util::StreamExt::chain(begin, middle);
        let chunks = futures_util::StreamExt::chain(chunks, end);
        let chunks = futures_util::StreamExt::map(chunks, Ok::<_, io::Error>);
        async {
            let body = reqwest::Body::wrap_stream(chunks);
            Ok(http::Response::new(body))
        }
        .boxed()
    }
}

/// Returns how much memory was in use at most while so many mebibytes were saved, in MiB.
async fn peak(mebibytes: usize) -> f64 {
    let builder = Client::builder().api_key("key");
    let client = builder.in_process(Large(mebibytes)).build();
    let client = client.expect("a client");
    let folder = Folder::new("large summary");
    let before = ALLOCATOR.reset_peak();
    let task = client.task(uuid::Uuid::nil());
    let length = task.save_summary(folder.file("summary.json")).await;
    assert!(length.expect("it is saved") > (mebibytes * MIB) as u64);
    (ALLOCATOR.peak() - before) as f64 / MIB as f64
}

#[tokio::test]
async fn an_answer_of_any_size_is_saved_in_the_memory_of_a_few_buffers() {
    let _counting = COUNTING.lock().await;
    peak(1).await;
    let (few, many) = (peak(7).await, peak(70).await);
    println!("figure save_peak_7 {few:.2} MiB");
    println!("figure save_peak_70 {many:.2} MiB");
    assert!(many < 4.0, "{many}");
    assert!(many <= few + 0.5, "{many} after {few}");
}
