//! Answers of every shape that types have, in every place where an answer can be.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque},
    fmt::Debug,
};

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use futures_util::StreamExt;
use nanonets_agents::{output::OutputSchema, prelude::*, simulator::Script};
use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Map, Value, json};
use support::stage::with_script;
use uuid::Uuid;

/// Returns the fields of a summary, for each place where this answer can be.
fn places(answer: &Value) -> [Value; 7] {
    let fenced = format!("\n```json\n{answer:#}\n```\n");
    [
        json!({"extracted_data": answer, "result": "Here is what I found."}),
        json!({"result": {"extracted_data": answer, "summary": "Here is what I found."}}),
        json!({"result": {"summary": answer, "completed_at": "2026-05-12T10:15:42Z"}}),
        json!({"result": {"summary": answer.to_string()}}),
        json!({"result": {"summary": fenced}}),
        json!({"result": fenced}),
        json!({"result": answer}),
    ]
}

/// Checks that an answer, literally this JSON, is read as this value wherever it is and by every
/// reader, and that the schema that is sent tells it from a wrong one.
async fn check<T>(text: &str, expected: T, wrong: &str)
where
    T: JsonSchema + DeserializeOwned + PartialEq + Debug,
{
    let answer: Value = serde_json::from_str(text).expect("JSON");
    for fields in places(&answer) {
        let Value::Object(fields) = fields else {
            panic!("{fields}")
        };
        check_place(&fields, &expected).await;
    }
    let sent = sent_schema::<T>(&answer).await;
    assert_eq!(sent, *OutputSchema::of::<T>().expect("a schema").as_value());
    jsonschema::meta::validate(&sent).expect("a schema");
    let validator = jsonschema::validator_for(&sent).expect("a schema");
    if let Err(error) = validator.validate(&answer) {
        panic!("{error}: {answer} by {sent:#}");
    }
    let wrong: Value = serde_json::from_str(wrong).expect("JSON");
    assert!(!validator.is_valid(&wrong), "{wrong} by {sent:#}");
    assert!(T::deserialize(&wrong).is_err(), "{wrong}");
}

async fn check_place<T>(fields: &Map<String, Value>, expected: &T)
where
    T: JsonSchema + DeserializeOwned + PartialEq + Debug,
{
    let (simulator, client) = with_script(Script::empty().complete_with_fields(fields.clone()));
    let run = || client.run(simulator.agent_id()).query("Read it.");
    let output = run().output::<T>().await;
    assert_eq!(&*output.expect("an answer"), expected, "{fields:?}");

    let started = run().key("1").start().await.expect("a task");
    let output = started.output::<T>().await;
    assert_eq!(&*output.expect("an answer"), expected, "{fields:?}");

    let mut ends = client.wait_many([started.task_ref().clone()]).stream();
    let end = ends.next().await.expect("one end").expect("it ended");
    let output = end.output::<T>().await;
    assert_eq!(&output.expect("an answer"), expected, "{fields:?}");

    let recorded = client.recorded("1").await.expect("a ledger");
    let recorded = recorded.expect("it was started");
    let output = recorded.output::<T>().await;
    assert_eq!(&*output.expect("an answer"), expected, "{fields:?}");
}

/// Returns the schema of a type as the simulator received it.
async fn sent_schema<T: JsonSchema + DeserializeOwned>(answer: &Value) -> Value {
    let (simulator, client) = with_script(Script::empty().complete(answer.clone()));
    let run = client.run(simulator.agent_id()).query("Read it.");
    run.output::<T>().await.map(drop).expect("an answer");
    let config = simulator.tasks()[0].run.output_config.clone();
    let schema = config.expect("a schema")["output_schema"].clone();
    serde_json::from_str(schema.as_str().expect("a text")).expect("JSON")
}

macro_rules! types {
    ($($item:item)*) => {
        $(#[derive(Debug, PartialEq, Deserialize, JsonSchema)] $item)*
    };
}

types! {
    /// Something of any type, in a field: an answer is an object.
    struct Of<T> {
        value: T,
    }

    #[derive(Eq, Hash, Ord, PartialOrd)]
    struct Line {
        text: String,
        quantity: u32,
    }
}

fn of<T>(value: T) -> Of<T> {
    Of { value }
}

fn line(text: &str, quantity: u32) -> Line {
    Line {
        text: text.to_owned(),
        quantity,
    }
}

macro_rules! shapes {
    ($($name:ident: $text:literal, $expected:expr, not $wrong:literal;)*) => {$(
        #[tokio::test(start_paused = true)]
        async fn $name() {
            check($text, $expected, $wrong).await;
        }
    )*};
}

types! {
    enum External {
        #[serde(rename = "credit note")]
        CreditNote { original: String },
        Amount(i32),
        Nothing,
        Pair(u8, u8),
    }

    #[serde(tag = "method", rename_all = "snake_case")]
    enum Internal {
        ByTransfer { iban: String },
        Cash,
        Line(Line),
    }

    #[serde(tag = "t", content = "c")]
    enum Adjacent {
        Parcel(String),
        Pickup,
        Sizes(u8, u8),
    }

    #[serde(untagged)]
    enum Untagged {
        Percent { percent: f64 },
        Amount(i64),
        Words(String),
    }

    #[serde(tag = "kind")]
    enum Root {
        Invoice { total: f64 },
        Letter { sender: Option<String> },
    }

    struct Category {
        name: String,
        parent: Option<Box<Category>>,
        #[serde(default)]
        children: Vec<Category>,
    }

    #[serde(rename_all = "camelCase")]
    struct Renamed {
        due_date: String,
        #[serde(rename = "VAT-ID", alias = "vat")]
        vat_id: String,
    }

    struct Flattened {
        number: String,
        #[serde(flatten)]
        line: Line,
        #[serde(flatten)]
        payment: Internal,
        #[serde(flatten)]
        rest: BTreeMap<String, Value>,
    }

    #[serde(deny_unknown_fields)]
    struct Strict {
        total: f64,
    }

    struct Newtype(String);

    #[serde(transparent)]
    struct Transparent {
        line: Line,
    }

    struct Unit;

    struct Defaults {
        #[serde(default)]
        lines: Vec<Line>,
        #[serde(default = "one")]
        copies: u8,
        #[serde(skip)]
        cached: u64,
    }

    struct With {
        #[serde(with = "yes_or_no")]
        #[schemars(with = "YesOrNo")]
        is_paid: bool,
    }

    #[serde(rename_all = "lowercase")]
    enum YesOrNo {
        Yes,
        No,
    }

    struct Nested {
        outer: Vec<BTreeMap<String, Option<Untagged>>>,
    }

    struct Unicode {
        größe: String,
        #[serde(rename = "價格")]
        price: u8,
        #[serde(rename = "total (€)")]
        total: f64,
    }

    struct Summary {
        summary: String,
        stars: u8,
    }

    #[serde(rename_all = "snake_case")]
    enum Other {
        Paid,
        #[serde(other)]
        Unknown,
    }

    struct Wide<T> {
        items: [T; 3],
        pair: (T, T),
    }
}

fn one() -> u8 {
    1
}

mod yes_or_no {
    use serde::{Deserialize, Deserializer};

    use super::YesOrNo;

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<bool, D::Error> {
        Ok(YesOrNo::deserialize(from)? == YesOrNo::Yes)
    }
}

fn text(text: &str) -> String {
    text.to_owned()
}

fn date(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("a date")
}

shapes! {
    structs: r#"{"text": "a", "quantity": 2}"#, line("a", 2), not r#"{"text": "a"}"#;
    generics: r#"{"value": {"value": [true]}}"#, of(of(vec![true])), not r#"{"value": {}}"#;
    options_that_are_there: r#"{"value": 5}"#, of(Some(5u8)), not r#"{"value": "5"}"#;
    options_that_are_null: r#"{"value": null}"#, of(None::<Line>), not r#"{"value": {}}"#;
    options_that_are_absent: r#"{}"#, of(None::<Line>), not r#"{"value": []}"#;
    lists_of_structs:
        r#"{"value": [{"text": "a", "quantity": 1}, {"text": "b", "quantity": 0}]}"#,
        of(vec![line("a", 1), line("b", 0)]), not r#"{"value": [{"text": "a", "quantity": -1}]}"#;
    lists_that_are_empty: r#"{"value": []}"#, of(Vec::<Line>::new()), not r#"{"value": null}"#;
    maps: r#"{"value": {"19 %": 1.5}}"#, of(HashMap::from([(text("19 %"), 1.5)])),
        not r#"{"value": {"19 %": "1.5"}}"#;
    maps_of_maps: r#"{"value": {"a": {"b": [1]}}}"#,
        of(BTreeMap::from([(text("a"), BTreeMap::from([(text("b"), vec![1])]))])),
        not r#"{"value": {"a": {"b": 1}}}"#;
    maps_by_number: r#"{"value": {"1": "a", "20": "b"}}"#,
        of(BTreeMap::from([(1u8, text("a")), (20, text("b"))])), not r#"{"value": ["a"]}"#;
    a_map_alone: r#"{"a": 1, "b": 2}"#, BTreeMap::from([(text("a"), 1), (text("b"), 2)]),
        not r#"{"a": "1"}"#;
    tuples: r#"{"value": [1, "a", null]}"#, of((1u8, text("a"), None::<bool>)),
        not r#"{"value": [1]}"#;
    arrays: r#"{"items": [1, 2, 3], "pair": [4, 5]}"#, Wide { items: [1, 2, 3], pair: (4, 5) },
        not r#"{"items": [1, 2], "pair": [4, 5]}"#;
    sets: r#"{"value": ["b", "a"]}"#, of(HashSet::from([text("a"), text("b")])),
        not r#"{"value": "a"}"#;
    ordered_sets: r#"{"value": [3, 1]}"#, of(BTreeSet::from([1u16, 3])), not r#"{"value": [1.5]}"#;
    queues: r#"{"value": [3, 1]}"#, of(VecDeque::from([3, 1])), not r#"{"value": {"0": 3}}"#;
    bytes: r#"{"value": [0, 255]}"#, of(vec![0u8, 255]), not r#"{"value": [256]}"#;
    large_integers: r#"{"value": [9007199254740993, 18446744073709551615]}"#,
        of(vec![9_007_199_254_740_993_u64, u64::MAX]), not r#"{"value": [-1]}"#;
    small_integers: r#"{"value": -9223372036854775808}"#, of(i64::MIN), not r#"{"value": 0.5}"#;
    floats: r#"{"value": [1, 1.5, -2.5e3]}"#, of(vec![1.0, 1.5, -2500.0]),
        not r#"{"value": ["1"]}"#;
    booleans: r#"{"value": false}"#, of(false), not r#"{"value": 0}"#;
    characters: r#"{"value": "€"}"#, of('€'), not r#"{"value": "EUR"}"#;
    decimals: r#"{"value": ["1234567890.123456789", 0.5, 12]}"#,
        of(vec![Decimal::new(1_234_567_890_123_456_789, 9), Decimal::new(5, 1), 12.into()]),
        not r#"{"value": ["12 EUR"]}"#;
    dates: r#"{"value": "2026-12-31"}"#, of(date(2026, 12, 31)), not r#"{"value": 2026}"#;
    times: r#"{"value": "2026-12-31T10:15:42+02:00"}"#,
        of("2026-12-31T08:15:42Z".parse::<DateTime<Utc>>().expect("a time")),
        not r#"{"value": 1798704942}"#;
    times_without_zone: r#"{"value": ["2026-12-31T10:15:42", "10:15:42"]}"#,
        of((
            date(2026, 12, 31).and_hms_opt(10, 15, 42).expect("a time"),
            NaiveTime::from_hms_opt(10, 15, 42).expect("a time"),
        ) as (NaiveDateTime, NaiveTime)),
        not r#"{"value": [1, 2]}"#;
    uuids: r#"{"value": "0b9e6e5e-1111-4222-8333-444455556666"}"#,
        of(Uuid::from_u128(0x0b9e_6e5e_1111_4222_8333_4444_5555_6666)), not r#"{"value": 11}"#;
    any_json: r#"{"value": {"a": [1, null, "x"]}}"#, of(json!({"a": [1, null, "x"]})), not r#"[]"#;
    externally_tagged:
        r#"{"value": [{"credit note": {"original": "r1"}}, {"Amount": -5}, "Nothing", {"Pair": [1, 2]}]}"#,
        of(vec![
            External::CreditNote { original: text("r1") },
            External::Amount(-5),
            External::Nothing,
            External::Pair(1, 2),
        ]),
        not r#"{"value": [{"Nothing": 5}]}"#;
    internally_tagged:
        r#"{"value": [{"method": "by_transfer", "iban": "DE1"}, {"method": "cash"},
            {"method": "line", "text": "a", "quantity": 1}]}"#,
        of(vec![Internal::ByTransfer { iban: text("DE1") }, Internal::Cash, Internal::Line(line("a", 1))]),
        not r#"{"value": [{"method": "by_transfer"}]}"#;
    adjacently_tagged:
        r#"{"value": [{"t": "Parcel", "c": "DHL"}, {"t": "Pickup"}, {"t": "Sizes", "c": [1, 2]}]}"#,
        of(vec![Adjacent::Parcel(text("DHL")), Adjacent::Pickup, Adjacent::Sizes(1, 2)]),
        not r#"{"value": [{"t": "Parcel", "c": 5}]}"#;
    untagged: r#"{"value": [{"percent": 2.5}, -7, "none"]}"#,
        of(vec![Untagged::Percent { percent: 2.5 }, Untagged::Amount(-7), Untagged::Words(text("none"))]),
        not r#"{"value": [true]}"#;
    an_enum_alone: r#"{"kind": "Letter", "sender": "ACME"}"#,
        Root::Letter { sender: Some(text("ACME")) }, not r#"{"kind": "Fax"}"#;
    recursive:
        r#"{"name": "a", "parent": {"name": "b", "parent": null}, "children": [{"name": "c"}]}"#,
        Category {
            name: text("a"),
            parent: Some(Box::new(Category { name: text("b"), parent: None, children: vec![] })),
            children: vec![Category { name: text("c"), parent: None, children: vec![] }],
        },
        not r#"{"name": "a", "parent": {"parent": null}}"#;
    renamed: r#"{"dueDate": "soon", "VAT-ID": "DE1"}"#,
        Renamed { due_date: text("soon"), vat_id: text("DE1") }, not r#"{"due_date": "soon"}"#;
    flattened:
        r#"{"number": "1", "text": "a", "quantity": 1, "method": "by_transfer", "iban": "DE1", "page": 3}"#,
        Flattened {
            number: text("1"),
            line: line("a", 1),
            payment: Internal::ByTransfer { iban: text("DE1") },
            // serde leaves the fields of an enum to the map, too.
            rest: BTreeMap::from([
                (text("page"), json!(3)),
                (text("method"), json!("by_transfer")),
                (text("iban"), json!("DE1")),
            ]),
        },
        not r#"{"number": "1", "text": "a", "quantity": "1", "method": "cash"}"#;
    strict: r#"{"total": 1}"#, Strict { total: 1.0 }, not r#"{"total": 1, "currency": "EUR"}"#;
    newtypes: r#"{"value": "a"}"#, of(Newtype(text("a"))), not r#"{"value": ["a"]}"#;
    transparent: r#"{"text": "a", "quantity": 1}"#, Transparent { line: line("a", 1) },
        not r#"{"line": {"text": "a", "quantity": 1}}"#;
    unit_structs: r#"{"value": null}"#, of(Unit), not r#"{"value": {}}"#;
    skipped_and_defaulted: r#"{"copies": 3}"#, Defaults { lines: vec![], copies: 3, cached: 0 },
        not r#"{"copies": 300}"#;
    read_by_a_function: r#"{"is_paid": "yes"}"#, With { is_paid: true }, not r#"{"is_paid": true}"#;
    nested_enums: r#"{"outer": [{"a": null, "b": {"percent": 1.0}}, {"c": "x"}]}"#,
        Nested {
            outer: vec![
                BTreeMap::from([
                    (text("a"), None),
                    (text("b"), Some(Untagged::Percent { percent: 1.0 })),
                ]),
                BTreeMap::from([(text("c"), Some(Untagged::Words(text("x"))))]),
            ],
        },
        not r#"{"outer": [{"a": []}]}"#;
    unicode: r#"{"größe": "5\u00a0m²\n\"\ud83d\ude80", "價格": 5, "total (€)": 1.5}"#,
        Unicode { größe: text("5\u{a0}m²\n\"🚀"), price: 5, total: 1.5 },
        not r#"{"größe": "", "價格": "5", "total (€)": 1.5}"#;
    durations: r#"{"value": [90, 500000000]}"#, of((90u64, TimeDelta::milliseconds(500).subsec_nanos())),
        not r#"{"value": "PT90S"}"#;
    results_of_results: r#"{"value": {"Err": "no total"}}"#, of(Err::<u8, String>(text("no total"))),
        not r#"{"value": {"Err": 5}}"#;
}

#[tokio::test(start_paused = true)]
async fn a_field_may_be_named_like_the_place_of_an_answer() {
    let answer = json!({"summary": "Good.", "stars": 4});
    let expected = Summary {
        summary: text("Good."),
        stars: 4,
    };
    for fields in places(&answer) {
        let fields = fields.as_object().expect("an object").clone();
        check_place(&fields, &expected).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_variant_for_all_others_is_read_though_the_schema_names_none() {
    let answer = json!({"value": ["paid", "bartered"]});
    let expected = of(vec![Other::Paid, Other::Unknown]);
    for fields in places(&answer) {
        let fields = fields.as_object().expect("an object").clone();
        check_place(&fields, &expected).await;
    }
}
