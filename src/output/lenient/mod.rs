//! Lenient readings of what documents hold: amounts and dates as they are printed.
//!
//! They are types for `serde_as` of the crate [`serde_with`] (version 3, with its feature
//! `schemars_1`), which has many more of the kind. What could be read in two ways is an error, never
//! a guess; a type of its own reads it one way.
//!
//! | as | reads |
//! |---|---|
//! | [`Number`] | `1234.5`, `"1.234,50 €"`, `"1,234.50"`, `"(12.50)"`, `"1 234,5"`; not `"1,234"` |
//! | [`NumberWithPoint`], [`NumberWithComma`] | the same, `"1,234"` and `"1.234"` too, each one way |
//! | [`Date`] | `2026-12-31`, `31.12.2026`, `31 Dec 2026`, with a time too; not `03/04/2026` |
//! | [`DateDayFirst`], [`DateMonthFirst`] | the same, `03/04/2026` too, each one way |
//! | `serde_with::DefaultOnNull` | null as an empty list, or another default |
//! | `serde_with::OneOrMany<_>` | one item, or a list of them |
//! | `serde_with::PickFirst<(_, DisplayFromStr)>` | a number, or the text of one |
//!
//! ```
//! use nanonets_agents::{chrono::NaiveDate, output::lenient};
//! use serde_with::{DefaultOnNull, DisplayFromStr, OneOrMany, PickFirst, serde_as};
//!
//! #[serde_as]
//! #[derive(serde::Deserialize, schemars::JsonSchema)]
//! struct Invoice {
//!     #[serde_as(as = "lenient::Number")]
//!     total: f64,
//!     #[serde_as(as = "Option<lenient::Date>")]
//!     due: Option<NaiveDate>,
//!     #[serde_as(as = "DefaultOnNull")]
//!     notes: Vec<String>,
//!     #[serde_as(as = "OneOrMany<_>")]
//!     files: Vec<String>,
//!     #[serde_as(as = "PickFirst<(_, DisplayFromStr)>")]
//!     pages: u32,
//! }
//!
//! let answer = serde_json::json!({
//!     "total": "1.234,50 €",
//!     "due": "31.12.2026",
//!     "notes": null,
//!     "files": "scan.pdf",
//!     "pages": "3",
//! });
//! let invoice: Invoice = serde_json::from_value(answer)?;
//! assert_eq!((invoice.total, invoice.pages), (1234.5, 3));
//! assert_eq!(invoice.due, NaiveDate::from_ymd_opt(2026, 12, 31));
//! assert_eq!((invoice.notes.len(), invoice.files.len()), (0, 1));
//!
//! let ambiguous = serde_json::json!({
//!     "total": "1,234", "due": null, "notes": [], "files": [], "pages": 1,
//! });
//! let error = serde_json::from_value::<Invoice>(ambiguous).err().unwrap();
//! assert!(error.to_string().contains("may be 1234 or 1.234"));
//! # Ok::<(), serde_json::Error>(())
//! ```

mod date;
mod number;

pub use date::{Date, DateDayFirst, DateMonthFirst};
pub use number::{Number, NumberWithComma, NumberWithPoint};
