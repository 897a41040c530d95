//! Types under each of serde's attributes.

// They are only described and read.
#![allow(dead_code)]

use std::collections::{BTreeMap, HashMap};

use schemars::JsonSchema;
use serde::Deserialize;

/// An invoice.
///
/// It has lines.
#[derive(Deserialize, JsonSchema)]
pub(super) struct Invoice {
    /// As printed.
    number: String,
    total: f64,
    pages: u8,
    paid: Option<bool>,
    lines: Vec<Line>,
}

#[derive(Deserialize, JsonSchema)]
pub(super) struct Line {
    title: String,
    amount: i64,
}

#[derive(Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum Tagged {
    BankTransfer { iban: String },
    Card(Line),
    Cash,
}

#[derive(Deserialize, JsonSchema)]
#[serde(tag = "kind", content = "value")]
pub(super) enum Adjacent {
    Number(f32),
    Nothing,
}

#[derive(Deserialize, JsonSchema)]
#[serde(untagged)]
pub(super) enum Untagged {
    Line(Line),
    Total { total: u32 },
}

#[derive(Deserialize, JsonSchema)]
pub(super) enum External {
    Line(Line),
    Total { total: u64 },
}

#[derive(Deserialize, JsonSchema)]
pub(super) struct Flat {
    id: u32,
    #[serde(flatten)]
    line: Line,
    #[serde(flatten)]
    rest: BTreeMap<String, String>,
}

#[derive(Deserialize, JsonSchema)]
pub(super) struct FlatEnum {
    id: u32,
    #[serde(flatten)]
    payment: Tagged,
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Renamed {
    due_date: chrono::NaiveDate,
    #[serde(rename = "PO")]
    order_number: String,
    #[serde(alias = "sum")]
    grand_total: f64,
}

#[derive(Deserialize, JsonSchema)]
pub(super) struct Defaults {
    #[serde(default)]
    count: u16,
    #[serde(default = "currency")]
    currency: String,
    #[serde(default)]
    note: Option<String>,
    #[serde(skip)]
    cache: u32,
    #[serde(skip_deserializing)]
    unread: u32,
    #[serde(skip_serializing)]
    secret: i8,
}

fn currency() -> String {
    "EUR".to_owned()
}

#[derive(Deserialize, JsonSchema)]
#[serde(transparent)]
pub(super) struct Transparent {
    line: Line,
}

#[derive(Deserialize, JsonSchema)]
pub(super) struct Newtype(Line);

/// A tree.
#[derive(Deserialize, JsonSchema)]
pub(super) struct Tree {
    children: Vec<Tree>,
}

#[derive(Deserialize, JsonSchema)]
pub(super) struct Forest(Tree);

#[derive(Deserialize, JsonSchema)]
pub(super) struct WithOther {
    state: State,
    event: Event,
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum State {
    Open,
    /// Paid in full.
    Paid,
    #[serde(other)]
    Unknown,
}

#[derive(Deserialize, JsonSchema)]
#[serde(tag = "type")]
pub(super) enum Event {
    Sent {
        on: chrono::DateTime<chrono::Utc>,
    },
    #[serde(other)]
    Else,
}

#[derive(Deserialize, JsonSchema)]
pub(super) struct Page<T> {
    items: Vec<T>,
    size: (u32, f32),
}

#[derive(Deserialize, JsonSchema)]
#[schemars(title = "What is owed", rename = "Debt/Of~A 100%")]
pub(super) struct Odd {
    #[schemars(range(min = 1, max = 5))]
    stars: u8,
    title: String,
    next: Option<Box<Odd>>,
    format: Odder,
}

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "a/b~c d%")]
pub(super) struct Odder {
    uint32: uuid::Uuid,
    line: Box<Line>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Strict {
    id: u32,
}

#[derive(Deserialize, JsonSchema)]
#[serde(tag = "kind")]
pub(super) enum TaggedStrict {
    Strict(Strict),
}

#[derive(Deserialize, JsonSchema)]
pub(super) struct Unit {}

#[derive(Deserialize, JsonSchema)]
pub(super) enum Mixed {
    Line(Line),
    Nothing,
}

#[derive(Deserialize, JsonSchema)]
pub(super) struct Deep {
    map: HashMap<String, Vec<Option<Line>>>,
    any: serde_json::Value,
    state: Option<State>,
}
