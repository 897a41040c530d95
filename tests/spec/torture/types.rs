//! Uses what is generated from `types.yaml`, against literal JSON.

// The spec has types of these names too.
use std::{option::Option, result::Result, string::String, vec::Vec};

use futures_util::{
    TryStreamExt,
    future::{BoxFuture, FutureExt},
};
use http_body_util::BodyExt;
use nanonets_agents::{Client, Error, InProcess, InProcessReply, api::types::*, prelude::*};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// What the builder of a body writes.
const SENT: &str = concat!(
    r#"{"empty":{},"erased":null,"kind":"small","line":{"text":"x"},"#,
    r#""node":{"next":{"tree":"b"},"tree":"a"},"parent":null,"tags":[],"title":"t"}"#,
);

struct Replies;

impl InProcess for Replies {
    fn call(&self, request: http::Request<reqwest::Body>) -> BoxFuture<'static, InProcessReply> {
        async move {
            let reply = http::Response::builder();
            let url = request.uri().path_and_query().map(|url| url.as_str());
            let url = url.unwrap_or_default().to_owned();
            let method = request.method().to_string();
            let body = request.into_body().collect().await?.to_bytes();
            let body = String::from_utf8_lossy(&body);
            Ok(match (method.as_str(), url.as_str(), &*body) {
                ("GET", "/torture/types/received?size=1&sort=up", _) => {
                    reply.body(r#"{"scalars": {"long": 9007199254740993, "day": "2026-05-12"}}"#.into())?
                }
                ("GET", "/torture/types/list", _) => {
                    reply.body(r#"{"data": [{"text": "a"}], "next": "2"}"#.into())?
                }
                ("GET", "/torture/types/list?cursor=2", _) => {
                    reply.body(r#"{"data": [{"text": "b"}], "next": null}"#.into())?
                }
                (
                    "POST",
                    "/torture/types/sent",
                    SENT,
                ) => reply.status(204).body("".into())?,
                ("PUT", "/torture/types/both", r#"{"name":"n"}"#) => {
                    reply.body(r#"{"id": "1", "name": "n"}"#.into())?
                }
                ("POST", "/torture/types/shape", r#"{"growl":3,"kind":"bear"}"#) => {
                    reply.body(r#"{"kind": "fox", "tail": 1}"#.into())?
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
    let call = client.get_received().size(1).sort(TortureSortParameter::Up);
    let received = call.send().await?;
    assert_eq!(received.scalars.as_ref().map(|scalars| scalars.long), Some(9_007_199_254_740_993));
    // A bound behind a reference is checked too.
    let error = client.get_received().size(0).send().await.expect_err("0 is too small");
    assert!(error.to_string().contains("size"), "{error}");

    let next: SentNode = read(r#"{"tree": "b"}"#);
    let node = SentNode::builder().tree(Tree::from("a".to_owned())).next(next).try_into();
    let node: SentNode = node.expect("it has a tree");
    let body = TortureSentBody::builder()
        .title("t")
        .kind(TortureSentBodyKind::Small)
        .parent(None)
        .erased(None)
        .empty(read::<TortureSentBodyEmpty>("{}"))
        .node(node)
        .tags(Vec::new())
        .line(read::<Line>(r#"{"text": "x"}"#));
    client.post_sent().body(body).send().await?;
    let both = client.put_both().body(BothWays::builder().name("n")).send().await?;
    assert_eq!((both.id.as_deref(), both.secret.as_deref()), (Some("1"), None));
    let bear: Bear = read(r#"{"kind": "bear", "growl": 3}"#);
    let fox = client.post_shape().body(Animal::from(bear)).send().await?.into_inner();
    assert_eq!(fox, Animal::Unknown(json!({"kind": "fox", "tail": 1})));

    let lines: Vec<Line> = client.list_torture().items().try_collect().await?;
    assert_eq!(lines.iter().map(|line| line.text.as_str()).collect::<String>(), "ab");

    scalars();
    compositions();
    unions();
    enums();
    absent();
    maps_and_lists();
    aliases();
    names();
    println!("all of it works");
    Ok(())
}

fn read<T: DeserializeOwned>(text: &str) -> T {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error} in {text}"))
}

fn fails<T: DeserializeOwned>(text: &str) -> String {
    match serde_json::from_str::<T>(text) {
        Ok(_) => panic!("{text} can be read"),
        Err(error) => error.to_string(),
    }
}

fn scalars() {
    let scalars: Scalars = read(
        r#"{"long": -9223372036854775808, "day": "2026-05-12", "plain": 5000000000, "natural": 18446744073709551615,
        "bounded": 5000000000, "int": -2147483648, "uint": 4294967295, "uint32": 4294967295,
        "uint64": 18446744073709551615, "odd": -5000000000, "float": 0.5, "double": 1e300, "number": 3,
        "byte": "aGk=", "binary": "raw", "moment": "2026-05-12T10:00:00+02:00",
        "uuid": "0193b6a5-7f43-7d3a-8d5e-52a4f7a1c001", "uri": "https://example.com/a b", "email": "not an address",
        "decimal": "12.30", "ipv4": "127.0.0.1", "ipv6": "::1", "password": "x", "unheard": "of", "flag": true,
        "anything": [1, null]}"#,
    );
    let _: (i64, Option<i64>, Option<u64>, Option<i64>) =
        (scalars.long, scalars.plain, scalars.natural, scalars.bounded);
    assert_eq!((scalars.plain, scalars.natural), (Some(5_000_000_000), Some(u64::MAX)));
    assert_eq!(scalars.bounded, Some(5_000_000_000));
    let _: (Option<i32>, Option<u32>) = (scalars.int, scalars.uint);
    assert_eq!((scalars.int, scalars.uint, scalars.uint32), (Some(i32::MIN), Some(u32::MAX), Some(u32::MAX)));
    assert_eq!((scalars.uint64, scalars.odd), (Some(u64::MAX), Some(-5_000_000_000)));
    assert_eq!((scalars.float, scalars.double, scalars.number), (Some(0.5_f32), Some(1e300), Some(3.0)));
    assert_eq!(scalars.byte.as_deref(), Some("aGk="));
    assert_eq!(scalars.binary.as_deref(), Some("raw"));
    assert_eq!(scalars.moment.map(|moment| moment.timestamp()), Some(1_778_572_800));
    assert_eq!(scalars.uuid.map(|uuid| uuid.get_version_num()), Some(7));
    assert_eq!(scalars.uri.as_deref(), Some("https://example.com/a b"));
    assert_eq!(scalars.email.as_deref(), Some("not an address"));
    assert_eq!(scalars.decimal.as_deref(), Some("12.30"));
    assert_eq!(scalars.ipv4, Some(std::net::Ipv4Addr::LOCALHOST));
    assert_eq!(scalars.ipv6, Some(std::net::Ipv6Addr::LOCALHOST));
    assert_eq!((scalars.password.as_deref(), scalars.unheard.as_deref()), (Some("x"), Some("of")));
    assert_eq!((scalars.flag, scalars.anything), (Some(true), Some(json!([1, null]))));
}

fn compositions() {
    let cat: Cat = read(
        r#"{"called": "Tom", "pet_type": "Cat", "state": "dreaming", "mood": "curious",
        "things": [{"colour": "blue"}], "home": {"street": "Low"}, "unlisted": 1}"#,
    );
    assert_eq!((cat.name.as_str(), cat.pet_type.as_str()), ("Tom", "Cat"));
    assert_eq!(cat.state, Some(PetState::Unknown("dreaming".to_owned())));
    assert_eq!(cat.mood, CatMood::Unknown("curious".to_owned()));
    assert_eq!(cat.toys.len(), 1);
    assert_eq!(cat.toys[0].colour, Some(CatToysItemColour::Unknown("blue".to_owned())));
    assert_eq!(cat.home.street.as_deref(), Some("Low"));
    assert!(fails::<Cat>(r#"{"name": "Tom", "pet_type": "Cat", "mood": "calm"}"#).contains("home"));
    let kitten: Kitten =
        read(r#"{"name": "Tim", "pet_type": "Cat", "mood": "calm", "home": {}, "age": 1}"#);
    assert_eq!((kitten.name.as_str(), kitten.mood, kitten.age), ("Tim", CatMood::Calm, 1));
}

fn unions() {
    for (text, expected) in [
        ("3", Either::Integer(3)),
        ("3.5", Either::Number(3.5)),
        ("true", Either::Boolean(true)),
        (r#"["a"]"#, Either::List(vec!["a".to_owned()])),
        (r#"{"text": "x"}"#, Either::Line(read(r#"{"text": "x"}"#))),
        (r#"{"left": "c"}"#, Either::Object(read(r#"{"left": "c"}"#))),
        (r#""off""#, Either::Choice(EitherChoice::Off)),
        (r#"{"right": "c"}"#, Either::Unknown(json!({"right": "c"}))),
        ("[1]", Either::Unknown(json!([1]))),
    ] {
        let either: Either = read(text);
        assert_eq!(either, expected, "{text}");
        assert_eq!(serde_json::to_value(&either).ok(), Some(read(text)), "{text}");
    }
    assert!(matches!(read(r#""2026-05-12T10:00:00Z""#), Either::DateTime(_)));
    assert_eq!(Either::from(true), Either::Boolean(true));

    let bear = r#"{"kind": "bear", "growl": 3}"#;
    assert!(matches!(read(bear), Animal::Bear(bear) if bear.growl == Some(3)));
    assert!(matches!(read(r#"{"kind": "grizzly"}"#), Animal::Bear(_)));
    assert!(matches!(read(r#"{"kind": "wolf", "growl": 3}"#), Animal::Wolf(_)));
    assert!(matches!(read(r#"{"growl": 3}"#), Animal::Unknown(_)));
    assert!(fails::<Animal>(r#"{"kind": "bear", "growl": "x"}"#).contains("invalid type"));
    assert!(matches!(read(r#"{"kind": "Bear"}"#), Named::Bear(_)));
    assert!(matches!(read(bear), Named::Unknown(_)));
    assert!(matches!(read(r#"{"form": "square", "size": 1}"#), Shape::Square(_)));
    assert!(matches!(read(r#"{"form": "oval"}"#), Shape::Unknown(_)));

    let text = r#"{"left": {"left": "a"}, "right": "b", "others": [{"left": "c"}], "next": {"left": "d"}, "by_name": {"e": {"left": "f"}}}"#;
    let Tree::Node(node) = read(text) else { panic!("it is a node") };
    assert_eq!(node.right.as_deref(), Some(&Tree::Text("b".to_owned())));
    assert_eq!(serde_json::to_value(&node).ok(), Some(read(text)));

    let null: Nullable = read(r#"{"animal": null, "line": null, "size": null}"#);
    assert_eq!((null.animal, null.line, null.size), (None, None, None));
    assert!(fails::<Nullable>(r#"{"line": null, "size": null}"#).contains("missing field `animal`"));
    let schema = schemars::schema_for!(Animal);
    assert_eq!(schema.get("anyOf").and_then(Value::as_array).map(Vec::len), Some(2));
}

fn enums() {
    let choices: Choices = read(
        r#"{"odd": "日本", "items": ["x", "z"], "map": {"a": "y", "b": "z"}, "inside": "z", "null_in_list": null,
        "union": "z", "shared": "red", "untyped": "z"}"#,
    );
    assert_eq!(choices.odd, Some(ChoicesOdd::Japan));
    assert_eq!(ChoicesOdd::from(""), ChoicesOdd::Empty);
    assert_eq!(ChoicesOdd::from("a_b"), ChoicesOdd::Underscore);
    assert_eq!(choices.items, [ChoicesItemsItem::X, ChoicesItemsItem::Unknown("z".to_owned())]);
    assert_eq!(choices.map["b"].as_str(), "z");
    assert_eq!(choices.inside.map(|inside| inside.to_string()).as_deref(), Some("z"));
    assert_eq!(choices.null_in_list, None);
    let union = ChoicesUnionChoice::Unknown("z".to_owned());
    assert_eq!(choices.union, Some(ChoicesUnion::Choice(union)));
    assert_eq!(choices.shared, Some(MaybeColour::Red));
    assert_eq!(choices.untyped, Some(ChoicesUntyped::Unknown("z".to_owned())));
    assert_eq!(read::<Choices>(r#"{"shared": null}"#), Choices::default());

    let numbers: Choices = read(r#"{"level": -1}"#);
    assert_eq!((numbers.level.as_ref(), numbers.plain_level.as_i64()), (Some(&ChoicesLevel::Off), 20));
    assert!(ChoicesLevel::Off.is_terminal() && !ChoicesLevel::Low.is_terminal());
    let text = r#"{"level": 7, "plain_level": 10}"#;
    let numbers: Choices = read(text);
    assert_eq!(numbers.level, Some(ChoicesLevel::Unknown(7)));
    assert_eq!(numbers.plain_level, ChoicesPlainLevel::V10);
    assert_eq!(serde_json::to_value(&numbers).ok(), Some(read(text)));
    assert_eq!("2".parse(), Ok(ChoicesLevel::High));

    let aliases: Choices = read(
        r#"{"alias": {"text": "x"}, "copy": {"text": "y"}, "animal": {"kind": "wolf"}, "word": "B"}"#,
    );
    assert_eq!(aliases.alias.map(|alias| alias.0.text.clone()).as_deref(), Some("x"));
    assert_eq!(aliases.copy.map(|copy| copy.text).as_deref(), Some("y"));
    assert!(matches!(aliases.animal, Some(AnimalAlias(Animal::Wolf(_)))));
    assert_eq!(aliases.word.map(|word| word.0).as_deref(), Some("B"));
}

fn absent() {
    let nulls: Absent = read(
        r#"{"must": "x", "may_be_null": null, "list": null, "nullable_list": null, "map": null, "free": null,
        "object": null, "count": null, "ratio": null, "text": null, "flag": null, "colour": null, "named": null, "day": null,
        "many": null}"#,
    );
    let absent: Absent = read(r#"{"must": "x", "may_be_null": null}"#);
    assert_eq!(nulls, absent);
    assert!(nulls.list.is_empty() && nulls.map.is_empty() && nulls.free.is_empty());
    assert_eq!((nulls.count, nulls.ratio, nulls.text.as_str()), (7, 2.0, "a \"b\""));
    assert_eq!((nulls.flag, nulls.colour), (true, AbsentColour::Green));
    assert_eq!((nulls.named, nulls.day), (MaybeColour::Red, None));
    let given: Absent =
        read(r#"{"must": "x", "may_be_null": 1, "count": 8, "nullable_list": [null, 1], "colour": "blue"}"#);
    assert_eq!((given.may_be_null, given.count), (Some(1), 8));
    assert_eq!(given.nullable_list, Some(vec![None, Some(1)]));
    assert_eq!(given.colour.as_str(), "blue");
    assert!(fails::<Absent>(r#"{"must": "x"}"#).contains("missing field `may_be_null`"));
    assert!(fails::<Absent>(r#"{"may_be_null": 1}"#).contains("missing field `must`"));
    // What is only shown or only sent isn't demanded in the other direction.
    let both: BothWays = read(r#"{"id": "1", "name": "n"}"#);
    assert_eq!(both.nickname, None);
    // Null isn't absent in what is sent back, whatever other names the property has.
    for (text, nickname, sent) in [
        (r#"{"name": "n", "nickname": null}"#, None, r#"{"name": "n", "nickname": null}"#),
        (r#"{"name": "n", "nickname": "x", "called": "y"}"#, Some("x"), r#"{"name": "n", "nickname": "x"}"#),
        (r#"{"name": "n", "nickname": null, "called": "y"}"#, Some("y"), r#"{"name": "n", "nickname": "y"}"#),
        (r#"{"name": "n", "known_as": "z"}"#, Some("z"), r#"{"name": "n", "nickname": "z"}"#),
    ] {
        let both: BothWays = read(text);
        assert_eq!(both.nickname, Some(nickname.map(str::to_owned)), "{text}");
        assert_eq!(serde_json::to_value(&both).ok(), Some(read(sent)), "{text}");
    }
    read::<Receipt>("{}");
}

fn maps_and_lists() {
    let maps: Maps = read(
        r#"{"open": {"b": 1, "c": 2}, "closed": {"a": 1, "c": 2}, "counts": {"a": 5000000000},
        "beside": {"c": "x", "b": 1}, "objects": {"x": {"a": 1}}, "free": {"a": null}, "all": {"a": 1}, "nothing": {"a": 1}}"#,
    );
    let open = maps.open.expect("it is there");
    assert_eq!((open.a, open.extra["c"].as_i64()), (Some(1), Some(2)));
    assert_eq!(maps.closed.and_then(|closed| closed.a), Some(1));
    assert_eq!(maps.counts["a"], 5_000_000_000);
    let beside = maps.beside.expect("it is there");
    assert_eq!((beside.a.as_deref(), beside.extra["b"]), (Some("x"), 1));
    assert_eq!(maps.objects["x"].a, Some(1));
    assert!(maps.free["a"].is_null());
    assert_eq!((maps.all["a"].as_i64(), maps.nothing["a"].as_i64()), (Some(1), Some(1)));

    let lists: Lists = read(
        r#"{"pair": [1, 2, 3], "set": ["a", "a"], "any": [1, "x", null], "nested": [[{"text": "x"}], []], "names": ["n"]}"#,
    );
    assert_eq!((lists.pair.len(), lists.set.len(), lists.any.len()), (3, 2, 3));
    assert_eq!(lists.nested[0][0].text, "x");
    assert_eq!(lists.names.map(|names| names.0), Some(vec!["n".to_owned()]));
}

fn aliases() {
    let text = r#"{"any": 1, "described": [], "number": 0.5, "flag": false, "bytes": "aGk=", "moment": "2026-05-12T10:00:00Z",
        "nothing": {"a": 1}, "list": [1, null], "nullable_items": [null, {"text": "x"}], "nullable_values": {"a": null, "b": "x"},
        "maybe": "long enough", "word": "B", "unions": ["a", 1], "pairs": [[1, 2, 3]], "json": {"a": [true, null, {"b": "c"}]}}"#;
    let aliases: Aliases = read(text);
    assert_eq!(serde_json::to_value(&aliases).ok(), Some(read(text)));
    assert_eq!(aliases.nullable_items.map(|items| items.0.len()), Some(2));
    let Some(Json::Map(map)) = aliases.json else { panic!("it is a map") };
    let Some(Json::List(list)) = &map["a"] else { panic!("it is a list") };
    assert_eq!((list.len(), list[1].as_ref()), (3, None));
    assert_eq!(read::<Aliases>(r#"{"maybe": null, "json": null}"#), Aliases::default());
}

fn names() {
    let text = r#"{"type": "1", "type_": "2", "fooBar": "3", "foo_bar": "4", "_id": "5", "id": "6", "async": "7", "@context": "8",
        "x.y": "9", "with space": "10", "3d": "11", "self": "12", "$ref": "13", "日本": "14", "extra": "15", "more": "16",
        "properties": "17", "enum": ["18"], "allOf": "19", "nullable": true}"#;
    let names: Names = read(text);
    let all = [
        names.type_.as_deref(),
        names.other_type.as_deref(),
        names.foo_bar.as_deref(),
        names.foo_bar_2.as_deref(),
        names.private_id.as_deref(),
        names.id.as_deref(),
        Some(names.async_.as_str()),
        names.context.as_deref(),
        names.x_y.as_deref(),
        names.with_space.as_deref(),
        names._3d.as_deref(),
        names.self_.as_deref(),
        names.ref_.as_deref(),
        names.japan.as_deref(),
        names.extra_property.as_deref(),
        names.extra["more"].as_str(),
        names.properties.as_deref(),
        names.enum_.first().map(String::as_str),
        names.all_of.as_deref(),
    ];
    let numbers: Vec<String> = (1..=19).map(|number| number.to_string()).collect();
    let expected: Vec<_> = numbers.iter().map(|number| Some(number.as_str())).collect();
    assert_eq!(all.to_vec(), expected);
    assert_eq!(serde_json::to_value(&names).ok(), Some(read(text)));
    #[expect(deprecated, reason = "they are")]
    let Old { older, enum_too, .. } = read(r#"{"older": "x", "enum_too": "b"}"#);
    assert_eq!((older.as_deref(), enum_too.is_some()), (Some("x"), true));
}
