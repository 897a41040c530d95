//! Saving an answer takes the same memory for any size of it.

use std::future::ready;

use bytes::Bytes;
use futures_util::{FutureExt, future::BoxFuture, stream};
use nanonets_agents::{
    InProcess, InProcessReply,
    prelude::*,
    simulator::{Service, Simulator},
};
use support::folder::Folder;

use crate::{ALLOCATOR, COUNTING};

const MIB: usize = 1 << 20;
const CHUNK: usize = 16 * 1024;

/// The simulator, but for summaries, which are this large and sent as they are made: the simulator
/// itself would hold them in memory.
struct LargeSummaries {
    simulator: Service,
    mebibytes: usize,
}

impl InProcess for LargeSummaries {
    fn call(&self, request: http::Request<reqwest::Body>) -> BoxFuture<'static, InProcessReply> {
        if !request.uri().path().ends_with("/summary") {
            return self.simulator.call(request);
        }
        let text = vec![b'a'; CHUNK];
        let chunks = self.mebibytes * (MIB / CHUNK);
        let begin = [Bytes::from_static(br#"{"status":"completed","result":""#)];
        let end = [Bytes::from_static(br#""}"#)];
        let middle = (0..chunks).map(move |_| Bytes::from(text.clone()));
        let body = begin.into_iter().chain(middle).chain(end);
        let body = stream::iter(body.map(Ok::<_, std::io::Error>));
        let reply = http::Response::builder().header("content-type", "application/json");
        let reply = reply.body(reqwest::Body::wrap_stream(body));
        ready(reply.map_err(Into::into)).boxed()
    }
}

/// Returns how much memory was in use at most while a summary of this size was saved, in MiB.
async fn peak(mebibytes: usize, folder: &Folder) -> f64 {
    let simulator = Simulator::builder().build();
    let service = LargeSummaries {
        simulator: simulator.service(),
        mebibytes,
    };
    let client = Client::builder()
        .api_key(simulator.key())
        .in_process(service)
        .build()
        .expect("a client");
    let run = client.run(simulator.agent_id()).query("Text?");
    let started = run.start().await.expect("a task");
    let path = folder.file("summary.json");
    let before = ALLOCATOR.reset_peak();
    let length = started.handle().save_summary(&path).await.expect("a file");
    let peak = (ALLOCATOR.peak() - before) as f64 / MIB as f64;
    assert!(length > (mebibytes * MIB) as u64, "{length}");
    assert_eq!(std::fs::metadata(&path).expect("a file").len(), length);
    peak
}

#[tokio::test]
async fn seventy_mebibytes_are_saved_in_little_memory() {
    let _counting = COUNTING.lock().await;
    let folder = Folder::new("memory-of-answers");
    // The first one allocates what all later ones share.
    peak(1, &folder).await;
    let (few, many) = (peak(1, &folder).await, peak(70, &folder).await);
    println!("figure save_peak_1 {few:.3} MiB");
    println!("figure save_peak_70 {many:.3} MiB");
    assert!(many < 4.0, "{many}");
}
