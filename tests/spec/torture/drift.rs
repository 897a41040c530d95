//! Compares literal replies with `drift.yaml`.

use futures_util::future::{BoxFuture, FutureExt};
use nanonets_agents::{Client, InProcess, InProcessReply, prelude::*};

struct Replies;

impl InProcess for Replies {
    fn call(&self, request: http::Request<reqwest::Body>) -> BoxFuture<'static, InProcessReply> {
        let path = request.uri().path().to_owned();
        async move {
            let body = match path.as_str() {
                "/torture/drift/parts" => {
                    r#"{"total": 5000000000, "status": "newer", "note": null, "inner": {"day": "today"}, "more": [{}]}"#
                        .to_owned()
                }
                "/torture/drift/one" => {
                    r#"{"pet": {"kind": "bear", "growl": "loud"}, "any": {"kind": "bear", "growl": 3, "extra": true}}"#
                        .to_owned()
                }
                "/torture/drift/maps" => {
                    r#"{"counts": {"a": 1, "secret key": "x"}, "grid": [[1, 2.5], ["a", null]], "free": {"b": 1},
                        "anything": [1], "x.y": "::1"}"#
                        .to_owned()
                }
                "/torture/drift/tree" => {
                    let deep = 40;
                    let open = r#"{"name": "a", "children": ["#.repeat(deep);
                    format!("{open}{{}}{}", "]}".repeat(deep))
                }
                "/torture/drift/file" => {
                    let reply = http::Response::builder().header("content-type", "text/csv");
                    return Ok(reply.body("a,b".into())?);
                }
                _ => return Ok(http::Response::builder().status(204).body("".into())?),
            };
            Ok(http::Response::new(body.into()))
        }
        .boxed()
    }
}

#[tokio::main]
async fn main() -> Result<(), nanonets_agents::Error> {
    let client = Client::builder().api_key("key").in_process(Replies).build()?;
    // Some of the replies don't decode, which makes no difference.
    let _ = client.get_drifting_parts().send().await;
    let _ = client.get_drifting_one().send().await;
    let _ = client.get_drifting_maps().send().await;
    let _ = client.get_drifting_tree().send().await;
    client.delete_drifting().send().await?;
    client.get_drifting_file().send().await?;

    let tree = format!("{}name", "children[].".repeat(40));
    let missing = format!("get_drifting_tree 2XX {tree}: missing field (1 of 1) in DriftTree.name");
    let drift = client.drift();
    let told: Vec<_> = drift
        .entries
        .iter()
        .map(|entry| format!("{entry} in {}", entry.schema.as_deref().unwrap_or("none")))
        .collect();
    let expected = [
        "get_drifting_file 2XX: unknown media type text/csv (1 of 1) in none",
        "get_drifting_maps 2XX counts{}: string instead of integer (1 of 2) in DriftMaps.counts{}",
        "get_drifting_maps 2XX grid[][]: null instead of number (1 of 4) in DriftMaps.grid[][]",
        "get_drifting_maps 2XX grid[][]: string instead of number (1 of 4) in DriftMaps.grid[][]",
        r#"get_drifting_maps 2XX "x.y": string instead of string (ipv4) (1 of 1) in DriftMaps."x.y""#,
        "get_drifting_one 200 any.extra: unknown field, boolean (1 of 1) in DriftBear.extra",
        "get_drifting_one 200 pet.growl: string instead of integer (1 of 1) in DriftBear.growl",
        "get_drifting_parts 2XX inner.day: string instead of string (date) (1 of 1) in DriftWhole.inner.day",
        "get_drifting_parts 2XX more: unknown field, array of object (1 of 1) in DriftWhole.more",
        "get_drifting_parts 2XX status: unknown value `newer` (1 of 1) in DriftPart.status",
        "get_drifting_parts 2XX total: integer (int64) instead of integer (int32) (1 of 1) in DriftPart.total",
        &missing,
    ];
    for line in expected {
        assert!(told.iter().any(|told| told == line), "{line} isn't in {told:#?}");
    }
    assert_eq!(told.len(), expected.len(), "{told:#?}");

    println!("all of it works");
    Ok(())
}
