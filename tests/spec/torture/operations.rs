//! Uses what is generated from `operations.yaml`, against literal replies.

use futures_util::future::{BoxFuture, FutureExt};
use nanonets_agents::{Client, Error, InProcess, InProcessReply};

struct Replies;

impl InProcess for Replies {
    fn call(&self, request: http::Request<reqwest::Body>) -> BoxFuture<'static, InProcessReply> {
        async move {
            let reply = http::Response::builder();
            Ok(match (request.method().as_str(), request.uri().path()) {
                ("DELETE", "/torture/operations/a%20b") => reply.status(204).body("".into())?,
                other => panic!("{other:?}"),
            })
        }
        .boxed()
    }
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let client = Client::builder().api_key("key").in_process(Replies).build()?;
    client.delete_named().name("a b").send().await?;

    println!("all of it works");
    Ok(())
}
