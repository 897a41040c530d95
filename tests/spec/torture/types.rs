//! Uses what is generated from `types.yaml`, against literal replies.

use futures_util::future::{BoxFuture, FutureExt};
use nanonets_agents::{Client, Error, InProcess, InProcessReply};

struct Replies;

impl InProcess for Replies {
    fn call(&self, request: http::Request<reqwest::Body>) -> BoxFuture<'static, InProcessReply> {
        async move {
            let reply = http::Response::builder();
            Ok(match (request.method().as_str(), request.uri().path()) {
                ("GET", "/torture/types/scalars") => {
                    reply.body(r#"{"long": 9007199254740993, "day": "2026-05-12"}"#.into())?
                }
                other => panic!("{other:?}"),
            })
        }
        .boxed()
    }
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let client = Client::builder().api_key("key").in_process(Replies).build()?;
    let scalars = client.get_scalars().send().await?;
    assert_eq!((scalars.long, scalars.day.to_string().as_str()), (9_007_199_254_740_993, "2026-05-12"));

    println!("all of it works");
    Ok(())
}
