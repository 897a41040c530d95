//! Uses what is generated from `operations.yaml`, against literal replies.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use futures_util::{
    TryStreamExt,
    future::{BoxFuture, FutureExt},
};
use http::{Response, request::Parts};
use nanonets_agents::{
    Client, Download, Error, ErrorKind, InProcess, InProcessReply, Upload,
    prelude::*,
    types::{TorturePatch, TortureShade},
};

const ID: &str = "6f1c8e0a-4b1d-4c5e-9a51-0d2a6e0f7b11";

/// A server that gives the replies that it was given, and keeps what it was sent.
#[derive(Clone, Default)]
struct Server {
    replies: Arc<Mutex<VecDeque<Response<reqwest::Body>>>>,
    sent: Arc<Mutex<Vec<(Parts, String)>>>,
}

impl InProcess for Server {
    fn call(&self, request: http::Request<reqwest::Body>) -> BoxFuture<'static, InProcessReply> {
        let server = self.clone();
        async move {
            let (parts, body) = request.into_parts();
            // Reqwest reads bodies of responses alone.
            let body = reqwest::Response::from(Response::new(body)).bytes().await?;
            let text = String::from_utf8_lossy(&body).into_owned();
            server.sent.lock().expect("no panic").push((parts, text));
            let reply = server.replies.lock().expect("no panic").pop_front();
            Ok(reply.unwrap_or_else(|| reply_of(204, "", "")))
        }
        .boxed()
    }
}

fn reply_of(status: u16, content_type: &str, body: &'static str) -> Response<reqwest::Body> {
    let mut reply = Response::builder().status(status);
    if !content_type.is_empty() {
        reply = reply.header("content-type", content_type);
        reply = reply.header("content-length", body.len());
    }
    reply.body(body.into()).expect("a reply")
}

impl Server {
    fn client(&self) -> Result<Client, Error> {
        Client::builder().api_key("key-of-tests").in_process(self.clone()).build()
    }

    fn replies(&self, bodies: &[&'static str]) {
        let replies = bodies.iter().map(|body| reply_of(200, "application/json", body));
        self.replies.lock().expect("no panic").extend(replies);
    }

    fn reply(&self, reply: Response<reqwest::Body>) {
        self.replies.lock().expect("no panic").push_back(reply);
    }

    /// Returns what was sent since the last time.
    fn sent(&self) -> Vec<(Parts, String)> {
        std::mem::take(&mut *self.sent.lock().expect("no panic"))
    }

    /// Returns the only request since the last time.
    #[track_caller]
    fn request(&self) -> (Parts, String) {
        let mut sent = self.sent();
        assert_eq!(sent.len(), 1, "{sent:?}");
        sent.pop().expect("one")
    }

    /// Returns the target and the body of the only request.
    #[track_caller]
    fn target(&self) -> String {
        self.request().0.uri.path_and_query().expect("a target").to_string()
    }

    /// Returns the queries of all requests.
    fn queries(&self) -> Vec<String> {
        let sent = self.sent().into_iter();
        sent.map(|(parts, _)| parts.uri.query().unwrap_or_default().to_owned()).collect()
    }
}

fn header<'a>(parts: &'a Parts, name: &str) -> &'a str {
    let values: Vec<_> = parts.headers.get_all(name).iter().collect();
    assert!(values.len() <= 1, "{name}: {values:?}");
    values.first().map_or("", |value| value.to_str().expect("text"))
}

#[track_caller]
fn refused<T: std::fmt::Debug>(result: Result<T, Error>, operation: &str, text: &str) {
    let error = result.expect_err(text);
    assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{error}");
    assert_eq!(error.operation(), Some(operation));
    assert!(error.to_string().contains(text), "{error}");
}

async fn parameters(server: &Server) -> Result<(), Error> {
    const PATH: &str = "/torture/operations";
    let client = server.client()?;
    for (name, segment) in [("a b/c", "a%20b%2Fc"), ("..\\x", "..%5Cx"), ("%2e%2e", "%252e%252e")] {
        client.delete_named().name(name).send().await?;
        assert_eq!(server.target(), format!("{PATH}/files/{segment}/raw"));
    }
    for name in ["", ".", ".."] {
        let result = client.delete_named().name(name).send().await;
        refused(result, "delete_named", "`name` can't be a part of the path");
    }
    refused(client.delete_named().send().await, "delete_named", "`name` is required");
    let time: chrono::DateTime<chrono::Utc> = "2026-05-12T08:00:00Z".parse().expect("a time");
    client.get_at().time(time).shade(TortureShade::HalfDark).send().await?;
    assert_eq!(server.target(), format!("{PATH}/at/2026-05-12T08:00:00Z/half_dark"));

    let id: uuid::Uuid = ID.parse().expect("a UUID");
    client
        .search()
        .tags(["b", "a,c"])
        .numbers([2, 1])
        .ratios([0.5, 2.0])
        .words(["x", "y"])
        .flags([true, false])
        .ids([id])
        .days([time.date_naive()])
        .shades([TortureShade::Dark, "new".into()])
        .since(time)
        .size(3_u64)
        .filter_name("n&m")
        .send()
        .await?;
    assert_eq!(
        server.target(),
        format!(
            "{PATH}/query?tags=b&tags=a%2Cc&numbers=2%2C1&ratios=0.5%7C2&words=x+y&flags=true%2Cfalse&\
             ids={ID}&days=2026-05-12&shades=dark&shades=new&since=2026-05-12T08%3A00%3A00Z&size=3&\
             filter%5Bname%5D=n%26m"
        )
    );
    refused(client.search().send().await, "search", "`ids` is required");
    refused(client.search().ids([id]).size(10_u64).send().await, "search", "`size` must be 1 to 9");
    let empty: [String; 0] = [];
    refused(client.search().ids([id]).tags(empty).send().await, "search", "`tags` has no values");

    let call = || client.get_with_headers().x_since(time);
    call().x_trace("t-1").session("a b;c\"ü").theme(TortureShade::Dark).send().await?;
    let (parts, _) = server.request();
    assert_eq!(header(&parts, "x-trace"), "t-1");
    assert_eq!(header(&parts, "x-since"), "2026-05-12T08:00:00Z");
    assert_eq!(header(&parts, "cookie"), "session=a%20b%3Bc%22%C3%BC; theme=dark");
    call().send().await?;
    assert_eq!(header(&server.request().0, "cookie"), "");
    let result = call().x_trace("a\r\nb: c").send().await;
    refused(result, "get_with_headers", "`X-Trace` holds a line break or another character");
    let result = client.get_with_headers().send().await;
    refused(result, "get_with_headers", "`x_since` is required");

    let call = client.get_names().client("1").ask("2").list("3").response("4").result("5");
    let call = call.header_map("6").body("7").form("8").type_("9").send_now("10").q("11");
    call.q_header("12").send().await?;
    let (parts, _) = server.request();
    assert_eq!(
        parts.uri.query(),
        Some("client=1&ask=2&list=3&response=4&result=5&header_map=6&body=7&form=8&type=9&send=10&q=11")
    );
    assert_eq!(header(&parts, "q"), "12");
    #[expect(deprecated)]
    client.get_deprecated().old("x").send().await?;
    assert_eq!(server.target(), format!("{PATH}/deprecated?old=x"));
    Ok(())
}

async fn bodies(server: &Server) -> Result<(), Error> {
    let client = server.client()?;
    client.patch_maybe().send().await?;
    let (parts, body) = server.request();
    assert_eq!((header(&parts, "content-type"), body.as_str()), ("", ""));
    client.patch_maybe().body_map(|body| body.name("n".to_owned())).send().await?;
    let (parts, body) = server.request();
    let sent = (header(&parts, "content-type"), body.as_str());
    assert_eq!(sent, ("application/merge-patch+json", r#"{"name":"n"}"#));
    client.put_numbers().body(vec![3, -1]).send().await?;
    assert_eq!(server.request().1, "[3,-1]");
    refused(client.put_numbers().send().await, "put_numbers", "`body` is required");

    let body = nanonets_agents::types::PostPairsBody::builder().name("a&b".to_owned());
    let body = body.tags(vec!["x".to_owned(), "y z".to_owned()]);
    client.post_pairs().body(body).send().await?;
    let (parts, body) = server.request();
    assert_eq!(header(&parts, "content-type"), "application/x-www-form-urlencoded");
    assert_eq!(body, "name=a%26b&tags=x&tags=y+z");
    refused(client.post_pairs().send().await, "post_pairs", "`body` is not valid");

    let body = nanonets_agents::types::PatchPairsBody::builder().ratio(0.1_f32);
    client.patch_pairs().body(body.ratios(vec![1.1, 16_777_216.0])).send().await?;
    assert_eq!(server.request().1, "ratio=0.1&ratios=1.1&ratios=16777216.0");

    // Extra fields are a body of their own, where the call has none.
    client.patch_pairs().send().await?;
    let (parts, body) = server.request();
    assert_eq!((header(&parts, "content-type"), body.as_str()), ("", ""));
    let extra = client.with(|options| options.extra_field("unlisted", 1))?;
    extra.patch_pairs().send().await?;
    let (parts, body) = server.request();
    let sent = (header(&parts, "content-type"), body.as_str());
    assert_eq!(sent, ("application/x-www-form-urlencoded", "unlisted=1"));
    extra.patch_maybe().send().await?;
    let (parts, body) = server.request();
    let sent = (header(&parts, "content-type"), body.as_str());
    assert_eq!(sent, ("application/merge-patch+json", r#"{"unlisted":1}"#));
    let documented = client.with(|options| options.extra_field("name", "n"))?;
    refused(documented.patch_maybe().send().await, "patch_maybe", "`name` is a documented field");

    client.put_text().body("Größe").send().await?;
    let (parts, body) = server.request();
    assert_eq!((header(&parts, "content-type"), body.as_str()), ("text/plain", "Größe"));
    client.put_bytes().body(b"%PDF".to_vec()).send().await?;
    let (parts, body) = server.request();
    assert_eq!((header(&parts, "content-type"), body.as_str()), ("application/pdf", "%PDF"));
    assert_eq!(header(&parts, "content-length"), "4");
    let stream = futures_util::stream::iter(["%P", "DF"].map(Ok::<_, std::io::Error>));
    client.put_bytes().body(Upload::stream("a.pdf", stream)).send().await?;
    assert_eq!(server.request().1, "%PDF");
    client.put_bytes().send().await?;
    assert_eq!(header(&server.request().0, "content-type"), "");
    Ok(())
}

async fn forms(server: &Server) -> Result<(), Error> {
    let client = server.client()?;
    let file = || Upload::bytes("a.txt", "content");
    refused(client.post_form().file(file()).send().await, "post_form", "`count` is required");
    refused(client.post_form().count(1).send().await, "post_form", "`file` is required");
    let id: uuid::Uuid = ID.parse().expect("a UUID");
    let options = nanonets_agents::types::PostFormFormOptions::builder().depth(2);
    let patch = |name: &str| TorturePatch::try_from(TorturePatch::builder().name(name.to_owned()));
    client
        .post_form()
        .x_trace("t-1")
        .session("s")
        .tags(["a", "b"])
        .file(Upload::bytes("b.txt", "replaced"))
        .count(6)
        .ratio(0.5)
        .is_fast(true)
        .id(id)
        .shade(TortureShade::Dark)
        .notes(["x", "y"])
        .options(options)
        .more([patch("m").expect("valid"), patch("n").expect("valid")])
        .pages(Upload::bytes("1", "one"))
        .pages(Upload::bytes("2", "two").mime("image/gif"))
        .send_when("now")
        .page("<p>")
        .count(7)
        .file(file())
        .send()
        .await?;
    let (parts, body) = server.request();
    assert_eq!(parts.uri.query(), Some("tags=a&tags=b"));
    assert_eq!((header(&parts, "x-trace"), header(&parts, "cookie")), ("t-1", "session=s"));
    let boundary = header(&parts, "content-type").split_once("boundary=").expect("one").1;
    let parts: Vec<(String, String, String)> = body
        .split(&format!("--{boundary}"))
        .filter_map(|part| part.split_once("\r\n\r\n"))
        .map(|(head, content)| {
            let name = head.split("name=\"").nth(1).and_then(|rest| rest.split('"').next());
            let kind = head.split("Content-Type: ").nth(1).unwrap_or_default();
            let kind = kind.lines().next().unwrap_or_default().to_owned();
            (name.expect("a name").to_owned(), kind, content.trim_end_matches("\r\n").to_owned())
        })
        .collect();
    let text = "text/plain; charset=utf-8";
    let expected = [
        ("file", "text/plain", "content"),
        ("count", text, "7"),
        ("ratio", text, "0.5"),
        ("is_fast", text, "true"),
        ("id", text, ID),
        ("shade", text, "dark"),
        ("notes", text, "x"),
        ("notes", text, "y"),
        ("options", "application/json", r#"{"depth":2}"#),
        ("more", "application/json", r#"{"name":"m"}"#),
        ("more", "application/json", r#"{"name":"n"}"#),
        ("pages", "image/png", "one"),
        ("pages", "image/gif", "two"),
        ("send", text, "now"),
        ("page", "text/html", "<p>"),
    ];
    let expected = expected.map(|(name, kind, content)| (name.into(), kind.into(), content.into()));
    assert_eq!(parts, expected);
    let result = client.post_form().file(file()).count("x".parse::<i64>().unwrap_or(1)).id("no").send();
    refused(result.await, "post_form", "`id` is not a UUID");
    Ok(())
}

async fn replies(server: &Server) -> Result<(), Error> {
    let client = server.client()?;
    assert_eq!(client.get_maybe().send().await?.into_inner(), None);
    assert_eq!(header(&server.request().0, "accept"), "application/json");
    server.replies(&[r#"{"name": "n"}"#]);
    let maybe = client.get_maybe().send().await?.into_inner().expect("there is one");
    assert_eq!(maybe.name.as_deref(), Some("n"));

    server.sent();
    server.replies(&["null", " null\n"]);
    assert_eq!(client.get_maybe().send().await?.into_inner(), None);
    // Null is any JSON too.
    assert_eq!(client.get_anything().send().await?.into_inner(), serde_json::Value::Null);
    server.sent();
    server.reply(reply_of(200, "text/plain", "no {json}"));
    assert_eq!(*client.get_plain().send().await?, "no {json}");
    assert_eq!(header(&server.request().0, "accept"), "text/plain");

    server.replies(&["[1, -2]", "\"a word\"", "0.5", r#"{"name": "b"}"#]);
    assert_eq!(*client.get_array().send().await?, [1, -2]);
    assert_eq!(*client.get_word().send().await?, "a word");
    assert_eq!(*client.get_number().send().await?, 0.5);
    assert_eq!(client.get_both().send().await?.name.as_deref(), Some("b"));
    let accepted: Vec<_> = server.sent().iter().map(|(parts, _)| header(parts, "accept").to_owned()).collect();
    let json = "application/json";
    assert_eq!(accepted, [json, json, "application/vnd.torture+json", json]);
    for (status, kind, body) in [(404, "", ""), (409, "application/json", "7"), (304, "", "")] {
        server.reply(reply_of(status, kind, body));
        let error = client.get_array().send().await.expect_err("a failure");
        assert_eq!(error.status().map(|status| status.as_u16()), Some(status));
        assert_eq!(error.body().map_or(&b""[..], |body| &body[..]), body.as_bytes());
    }
    server.replies(&["12"]);
    let error = client.get_word().send().await.expect_err("a number is no word");
    assert_eq!(error.kind(), ErrorKind::Decode, "{error}");

    server.replies(&[r#"{"data": [1]}"#, r#"{"data": [0]}"#, r#"{"data": [2]}"#]);
    assert_eq!(client.post_shared().a("x").send().await?.data, [1]);
    server.sent();
    // A form that may be left out is, where it has no parts.
    client.post_shared().send().await?;
    let (parts, body) = server.request();
    assert_eq!((header(&parts, "content-type"), body.as_str()), ("", ""));
    assert_eq!(client.get_shared().items().try_collect::<Vec<_>>().await?, [2]);
    server.sent();
    Ok(())
}

/// A connection that breaks off in the middle, and one that brings a body in parts.
async fn downloads_over_a_socket() -> Result<(), Error> {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a socket");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        for parts in [vec!["a,b\n"], vec!["a,b\n", "1,2\n"]] {
            let (mut socket, _) = listener.accept().await.expect("a connection");
            let mut request = Vec::new();
            while !request.ends_with(b"\r\n\r\n") {
                request.push(socket.read_u8().await.expect("a request"));
            }
            let head = "HTTP/1.1 200 OK\r\ncontent-type: text/csv\r\ncontent-length: 8\r\n\r\n";
            socket.write_all(head.as_bytes()).await.expect("it is sent");
            for part in parts {
                socket.write_all(part.as_bytes()).await.expect("it is sent");
                socket.flush().await.expect("it is sent");
                tokio::task::yield_now().await;
            }
        }
    });
    let client = Client::builder().api_key("key").base_url(format!("http://{address}")).build()?;
    let error = client.get_download().send().await?.into_inner().bytes().await;
    let error = error.expect_err("it breaks off");
    assert_eq!(error.kind(), ErrorKind::Interrupted, "{error}");
    assert!(error.to_string().contains("after 4 of 8 bytes"), "{error}");
    let download = client.get_download().send().await?.into_inner();
    assert_eq!(download.bytes().await?, "a,b\n1,2\n");
    Ok(())
}

async fn downloads(server: &Server) -> Result<(), Error> {
    let client = server.client()?;
    let chunked = |chunks: &'static [&'static str], length: usize| {
        let body = futures_util::stream::iter(chunks.iter().map(|chunk| match *chunk {
            "!" => Err(std::io::Error::other("reset")),
            chunk => Ok(chunk),
        }));
        let reply = Response::builder().header("content-type", "text/csv").header("content-length", length);
        reply.body(reqwest::Body::wrap_stream(body)).expect("a reply")
    };
    // A failure before the download is repeated, as that of any call.
    server.reply(reply_of(503, "text/html", "later"));
    server.reply(chunked(&["a,b\n", "1,2\n"], 8));
    let response = client.get_download().send().await?;
    assert_eq!(response.metadata().attempts(), 2);
    assert_eq!(server.sent().len(), 2);
    assert_eq!((response.content_type(), response.content_length()), (Some("text/csv"), Some(8)));
    let mut download: Download = response.into_inner();
    assert_eq!(download.try_next().await?.as_deref(), Some(&b"a,b\n"[..]));
    assert_eq!(download.bytes().await?, "1,2\n");

    server.reply(chunked(&["a,b\n", "!"], 8));
    let error = client.get_download().send().await?.into_inner().bytes().await;
    let error = error.expect_err("it breaks off");
    assert_eq!(error.kind(), ErrorKind::Interrupted);
    assert!(error.to_string().contains("after 4 of 8 bytes"), "{error}");
    assert_eq!(header(&server.request().0, "accept"), "application/pdf, text/csv");
    server.reply(chunked(&["a,b\n"], 8));
    let error = client.get_download().send().await?.into_inner().bytes().await;
    assert!(error.expect_err("it is short").to_string().contains("after 4 of 8 bytes"));

    let file = std::env::temp_dir().join(format!("torture-{}.csv", std::process::id()));
    server.reply(chunked(&["a,b\n", "1,2\n"], 8));
    assert_eq!(client.get_download().send().await?.into_inner().save_to(&file).await?, 8);
    assert_eq!(std::fs::read_to_string(&file).expect("it was saved"), "a,b\n1,2\n");
    server.reply(chunked(&["x", "!"], 8));
    client.get_download().send().await?.into_inner().save_to(&file).await.expect_err("it breaks off");
    assert_eq!(std::fs::read_to_string(&file).expect("it is still there"), "a,b\n1,2\n");
    std::fs::remove_file(file).expect("it can be removed");

    server.reply(reply_of(404, "application/problem+json", r#"{"detail": "none"}"#));
    let error = client.get_download().send().await.expect_err("there is none");
    assert!(error.to_string().contains("none"), "{error}");
    let small = Client::builder().api_key("key").max_response_bytes(5).in_process(server.clone()).build()?;
    server.reply(chunked(&["a,b\n", "1,2\n"], 8));
    let error = small.get_download().send().await?.into_inner().bytes().await;
    assert_eq!(error.expect_err("it is too large").kind(), ErrorKind::TooLarge);
    server.sent();
    Ok(())
}

async fn credentials(server: &Server) -> Result<(), Error> {
    let client = server.client()?;
    client.get_plain().send().await.expect("nothing is text, too");
    assert_eq!(header(&server.request().0, "authorization"), "Bearer key-of-tests");
    client.get_with_key_in_header().send().await?;
    let (parts, _) = server.request();
    assert_eq!((header(&parts, "authorization"), header(&parts, "x-api-key")), ("", "key-of-tests"));
    assert!(parts.headers["x-api-key"].is_sensitive());
    server.reply(reply_of(400, "text/html", "no key-of-tests"));
    let error = client.get_with_key_in_header().send().await.expect_err("it is refused");
    assert!(!format!("{error} {error:?}").contains("key-of-tests"), "{error}");
    let extra = client.with(|options| options.extra_header("x-api-key", "other"))?;
    let result = extra.get_with_key_in_header().send().await;
    refused(result, "get_with_key_in_header", "it carries the API key");
    server.sent();
    client.get_without_key().send().await?;
    let (parts, _) = server.request();
    assert!(!format!("{:?}", parts.headers).contains("authorization"), "{parts:?}");
    Ok(())
}

async fn lists(server: &Server) -> Result<(), Error> {
    let client = server.client()?;
    server.replies(&[
        r#"{"result": {"rows": [1, 2], "meta": {"next": 7}}}"#,
        r#"{"result": {"rows": [3], "meta": {"next": 8, "more": false}}}"#,
    ]);
    let rows: Vec<_> = client.list_nested().client("c").advance("a").items().try_collect().await?;
    assert_eq!(rows, [1, 2, 3]);
    assert_eq!(server.queries(), ["size=3&client=c&advance=a", "cursor=7&size=3&client=c&advance=a"]);
    server.replies(&[r#"{"result": {"rows": [1, "x", 2]}}"#]);
    let rows = client.list_nested().items().skip_undecodable(|skipped| assert_eq!(skipped.json, "x"));
    assert_eq!(rows.try_collect::<Vec<_>>().await?, [1, 2]);
    server.sent();
    let mut pages = client.list_nested().pages().resume_from("no number");
    refused(pages.try_next().await, "list_nested", "`cursor` is not a whole number");

    server.replies(&[r#"{"rows": [1, 2]}"#, r#"{"rows": [3]}"#, r#"{"rows": []}"#]);
    let rows: Vec<_> = client.list_numbered().items().try_collect().await?;
    assert_eq!(rows, [1, 2, 3]);
    assert_eq!(server.queries(), ["size=2", "page=2&size=2", "page=3&size=2"]);
    server.replies(&[r#"{"rows": [1, 2], "total": 3}"#, r#"{"rows": [3], "total": 3}"#]);
    assert_eq!(client.list_numbered().items().try_collect::<Vec<_>>().await?, [1, 2, 3]);
    assert_eq!(server.sent().len(), 2);
    server.replies(&[r#"{"rows": [5]}"#, r#"{"rows": []}"#]);
    assert_eq!(client.list_numbered().page(4).items().try_collect::<Vec<_>>().await?, [5]);
    assert_eq!(server.queries(), ["page=4&size=2", "page=5&size=2"]);
    // A server that ignores the number is noticed.
    server.replies(&[r#"{"rows": [1, 2]}"#, r#"{"rows": [1, 2]}"#]);
    let error = client.list_numbered().items().try_collect::<Vec<_>>().await;
    assert_eq!(error.expect_err("a circle").kind(), ErrorKind::RepeatedCursor);
    server.sent();
    server.replies(&[r#"{"rows": [1]}"#, r#"{"rows": []}"#]);
    assert_eq!(client.list_numbered_from_zero().items().try_collect::<Vec<_>>().await?, [1]);
    assert_eq!(server.queries(), ["page=0", "page=1"]);

    // A default isn't what the server has said.
    server.replies(&[r#"{"page": {"rows": [1, 2]}}"#, r#"{"page": {"rows": [3]}, "took": "x"}"#, "{}"]);
    assert_eq!(client.list_open().items().try_collect::<Vec<_>>().await?, [1, 2, 3]);
    assert_eq!(server.queries(), ["", "page=2", "page=3"]);
    server.replies(&[
        r#"{"page": {"rows": [1], "total": 1}, "more": true}"#,
        r#"{"page": {"rows": [], "total": 1}, "more": true}"#,
        r#"{"page": {"rows": [2], "total": 3}, "more": false}"#,
    ]);
    assert_eq!(client.list_open().items().try_collect::<Vec<_>>().await?, [1, 2]);
    // What a page is read by must be of its kind, though other fields may be of any.
    for body in [
        r#"{"page": {"rows": "x"}}"#,
        r#"{"page": {"list": ["x"]}}"#,
        r#"{"page": {"list": [], "count": "x"}}"#,
        r#"{"page": "x"}"#,
        r#"{"page": {"rows": [], "total": "x"}}"#,
        r#"{"page": {"rows": []}, "more": "x"}"#,
    ] {
        server.replies(&[body]);
        let error = client.list_open().items().try_collect::<Vec<_>>().await.expect_err(body);
        assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
    }
    for body in [
        r#"{"page": {"rows": [1, "x", 2]}, "more": false}"#,
        r#"{"page": {"list": [1, "x", 2], "count": 3}}"#,
    ] {
        server.replies(&[body]);
        let rows = client.list_open().items();
        let rows = rows.skip_undecodable(|skipped| assert_eq!(skipped.json, "x"));
        assert_eq!(rows.try_collect::<Vec<_>>().await?, [1, 2]);
    }
    // What else goes by a name is passed over, where another has the value.
    server.replies(&[r#"{"page": {"lines": 7, "list": [1], "count": 1}}"#]);
    assert_eq!(client.list_open().items().try_collect::<Vec<_>>().await?, [1]);
    server.sent();

    server.replies(&["[1, 2]", "[3]", "[]"]);
    assert_eq!(client.list_by_offset().items().try_collect::<Vec<_>>().await?, [1, 2, 3]);
    assert_eq!(server.queries(), ["", "offset=2", "offset=3"]);
    server.replies(&["[4]", "[]"]);
    let mut pages = client.list_by_offset().pages().prefetch(0).resume_from("3");
    assert_eq!(pages.try_next().await?.expect("a page").items, [4]);
    assert_eq!(pages.cursor().map(|cursor| cursor.as_str()), Some("4"));
    assert_eq!(server.queries(), ["offset=3"]);

    let linked = |body: &'static str, link: &'static str| {
        let reply = Response::builder().header("content-length", body.len()).header("link", link);
        server.reply(reply.body(body.into()).expect("a reply"));
    };
    server.replies.lock().expect("no panic").clear();
    linked(r#"["a"]"#, r#"<https://x.example/rows?page_info=k%2B1&limit=1>; rel="next""#);
    linked(r#"["b"]"#, r#"<https://x.example/rows?page_info=k0>; rel="prev""#);
    assert_eq!(client.list_linked().items().try_collect::<Vec<_>>().await?, ["a", "b"]);
    assert_eq!(server.queries(), ["", "page_info=k%2B1"]);
    linked(r#"["a"]"#, r#"<https://x.example/rows?other=1>; rel="next""#);
    let error = client.list_linked().items().try_collect::<Vec<_>>().await;
    let error = error.expect_err("it can't go on");
    assert!(error.to_string().contains("has no `page_info` in its query"), "{error}");
    server.sent();

    server.replies(&[
        r#"{"data": [{"made": "2026-05-12T08:00:00Z"}], "next": "6f1c8e0a-4b1d-4c5e-9a51-0d2a6e0f7b11"}"#,
        r#"{"data": []}"#,
    ]);
    let since: chrono::DateTime<chrono::Utc> = "2026-05-01T00:00:00Z".parse().expect("a time");
    let list = || client.list_in_range().since(since).kinds(["b", "a"]);
    assert_eq!(list().items().try_collect::<Vec<_>>().await?.len(), 1);
    let query = "since=2026-05-01T00%3A00%3A00Z&kinds=b&kinds=a";
    assert_eq!(server.queries(), [query.to_owned(), format!("after={ID}&{query}")]);
    let export = list().export();
    let state = format!("{:?}", nanonets_agents::pages::Ranged::filters(&list()));
    assert!(state.contains("a,b"), "{state}");
    drop(export);
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let server = Server::default();
    parameters(&server).await?;
    bodies(&server).await?;
    forms(&server).await?;
    replies(&server).await?;
    downloads(&server).await?;
    downloads_over_a_socket().await?;
    credentials(&server).await?;
    lists(&server).await?;

    println!("all of it works");
    Ok(())
}
