//! Readings of numbers and dates as documents have them, for fields under
//! [`serde_as`](serde_with::serde_as). They need the feature `lenient`.
//!
//! An agent is asked for the strict form, since the schema of such a field is that of a number or a
//! date; where it copies the document's text all the same, the field is read from it. What can be
//! read in two ways is an error, which names the type that decides.
//!
//! | reading | reads, for example |
//! |---|---|
//! | [`Number`] | `12.5`, `"1.234,50 €"`, `"EUR 1,234.50"`, `"(12.50)"`, `"1'234"`, `"12 %"` |
//! | [`NumberWithComma`], [`NumberWithPoint`] | `"1,234"` and `"1.234 €"`, too |
//! | [`Date`] | `"2026-12-31"`, `"31.12.2026"`, `"31/12/2026"`, `"31 Dec 2026"` |
//! | [`DateDayFirst`], [`DateMonthFirst`] | `"03/04/2026"`, too |
//!
//! The field may be any number, such as `f64`, `u64` and `rust_decimal::Decimal`, or a
//! [`NaiveDate`](chrono::NaiveDate).
//! They stand inside others, as in `Option<Number>` and `Vec<Date>`. A program that uses them
//! depends on `serde_with`, and switches on its support for schemas:
//!
//! ```toml
//! serde_with = { version = "3", features = ["schemars_1"] }
//! ```
//!
//! ```
//! use chrono::NaiveDate;
//! use nanonets_agents::output::{OutputSchema, lenient::{Date, Number}};
//! use rust_decimal::{Decimal, dec};
//!
//! // `serde_as` stands before the derives, which need what it writes.
//! #[serde_with::serde_as]
//! #[derive(serde::Deserialize, schemars::JsonSchema)]
//! struct Invoice {
//!     #[serde_as(as = "Number")]
//!     total: Decimal,
//!     #[serde_as(as = "Option<Date>")]
//!     due: Option<NaiveDate>,
//! }
//!
//! let answer = r#"{"total": "1.234,50 €", "due": "31.12.2026"}"#;
//! let invoice: Invoice = serde_json::from_str(answer)?;
//! assert_eq!(invoice.total, dec!(1234.50));
//! assert_eq!(invoice.due, NaiveDate::from_ymd_opt(2026, 12, 31));
//!
//! let schema = OutputSchema::of::<Invoice>()?;
//! let properties = &schema.as_value()["properties"];
//! assert_eq!(properties["total"], serde_json::json!({"type": "number"}));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What serde_with has itself
//!
//! Null for an empty list, one thing for a list of one, and numbers as plain text need nothing of
//! this module:
//!
//! ```
//! use nanonets_agents::output::OutputSchema;
//! use serde_with::{DefaultOnNull, DisplayFromStr, OneOrMany, PickFirst, formats::PreferMany};
//!
//! #[serde_with::serde_as]
//! #[derive(serde::Deserialize, schemars::JsonSchema)]
//! struct Order {
//!     /// A list, or null for none.
//!     #[serde_as(as = "DefaultOnNull")]
//!     notes: Vec<String>,
//!     /// A list, or one thing that isn't in a list.
//!     #[serde_as(as = "OneOrMany<_, PreferMany>")]
//!     references: Vec<String>,
//!     /// A number, or the text of one.
//!     #[serde_as(as = "PickFirst<(_, DisplayFromStr)>")]
//!     pages: u32,
//! }
//!
//! let answer = r#"{"notes": null, "references": "A-17", "pages": "3"}"#;
//! let order: Order = serde_json::from_str(answer)?;
//! assert!(order.notes.is_empty());
//! assert_eq!((order.references, order.pages), (vec!["A-17".to_owned()], 3));
//!
//! // The agent is asked for a list.
//! let schema = OutputSchema::of::<Order>()?;
//! assert_eq!(schema.as_value()["properties"]["notes"]["type"][0], "array");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod calendar;
mod currencies;
mod date;
mod number;
mod numeral;
mod trimmings;

pub use date::{Date, DateDayFirst, DateMonthFirst};
pub use number::{Number, NumberWithComma, NumberWithPoint};

use crate::excerpt::excerpt;

/// The most characters of a text that a message quotes.
const MAX_QUOTED: usize = 60;

/// Quotes the beginning of a text.
fn quoted(text: &str) -> String {
    let line = excerpt(text);
    let mut quoted: String = line.chars().take(MAX_QUOTED).collect();
    if quoted.len() < line.len() {
        quoted.push('…');
    }
    format!("\"{quoted}\"")
}
