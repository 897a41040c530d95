//! Dates in the forms that documents have.

use std::{borrow::Cow, fmt};

use chrono::NaiveDate;
use schemars::{Schema, SchemaGenerator, json_schema};
use serde::{
    Deserializer, Serialize, Serializer,
    de::{self, Visitor},
};
use serde_with::{DeserializeAs, SerializeAs, schemars_1::JsonSchemaAs};

use super::{
    calendar::{Order, Unread, read},
    quoted,
};

/// Reads the text of a date into a [`NaiveDate`].
///
/// The text is one such as `2026-12-31`, `2026/12/31`, `31.12.2026`, `31/12/2026`, `31 Dec 2026` or
/// `December 31, 2026`, with a time behind it or without; the year has four digits, and the names
/// of months and weekdays are English. The day is that of the text, whatever time zone it names.
/// Where points separate the numbers, the day stands first. Otherwise a date such as `03/04/2026`
/// can be read in two ways, and is an error: [`DateDayFirst`] and [`DateMonthFirst`] decide it.
///
/// It is written as `2026-12-31`, which its schema asks for.
///
/// ```
/// use chrono::{Datelike, NaiveDate};
/// use nanonets_agents::output::lenient::Date;
///
/// #[serde_with::serde_as]
/// #[derive(serde::Deserialize, schemars::JsonSchema)]
/// struct Invoice {
///     #[serde_as(as = "Date")]
///     issued: NaiveDate,
///     #[serde_as(as = "Option<Date>")]
///     due: Option<NaiveDate>,
/// }
///
/// let answer = r#"{"issued": "Thursday, 31 December 2026", "due": "2027-01-14T00:00:00Z"}"#;
/// let invoice: Invoice = serde_json::from_str(answer)?;
/// assert_eq!(invoice.issued.ordinal(), 365);
/// assert_eq!(invoice.due, NaiveDate::from_ymd_opt(2027, 1, 14));
///
/// let error = serde_json::from_str::<Invoice>(r#"{"issued": "03/04/2026"}"#).err().unwrap();
/// assert!(error.to_string().starts_with(
///     "\"03/04/2026\" may be 2026-04-03 or 2026-03-04: `DateDayFirst` reads it as the one, \
///      `DateMonthFirst` as the other"
/// ));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct Date;

/// Reads what [`Date`] reads, and takes the first number for the day where that is in doubt.
///
/// ```
/// use chrono::{Datelike, NaiveDate};
/// use nanonets_agents::output::lenient::DateDayFirst;
///
/// #[serde_with::serde_as]
/// #[derive(serde::Deserialize, schemars::JsonSchema)]
/// struct Issued(#[serde_as(as = "DateDayFirst")] NaiveDate);
///
/// let issued: Issued = serde_json::from_str(r#""03/04/2026""#)?;
/// assert_eq!((issued.0.day(), issued.0.month()), (3, 4));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct DateDayFirst;

/// Reads what [`Date`] reads, and takes the first number for the month where that is in doubt, also
/// between points.
///
/// ```
/// use chrono::{Datelike, NaiveDate};
/// use nanonets_agents::output::lenient::DateMonthFirst;
///
/// #[serde_with::serde_as]
/// #[derive(serde::Deserialize, schemars::JsonSchema)]
/// struct Issued(#[serde_as(as = "DateMonthFirst")] NaiveDate);
///
/// let issued: Issued = serde_json::from_str(r#""03/04/2026""#)?;
/// assert_eq!((issued.0.day(), issued.0.month()), (4, 3));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct DateMonthFirst;

macro_rules! readings {
    ($($reading:ident: $order:expr;)*) => {$(
        impl<'de> DeserializeAs<'de, NaiveDate> for $reading {
            fn deserialize_as<D: Deserializer<'de>>(deserializer: D) -> Result<NaiveDate, D::Error> {
                deserializer.deserialize_str(DateVisitor { order: $order })
            }
        }

        impl SerializeAs<NaiveDate> for $reading {
            fn serialize_as<S: Serializer>(
                date: &NaiveDate,
                serializer: S,
            ) -> Result<S::Ok, S::Error> {
                date.serialize(serializer)
            }
        }

        impl JsonSchemaAs<NaiveDate> for $reading {
            fn schema_name() -> Cow<'static, str> {
                stringify!($reading).into()
            }

            fn inline_schema() -> bool {
                true
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({"type": "string", "format": "date"})
            }
        }
    )*};
}

readings! {
    Date: None;
    DateDayFirst: Some(Order::DayFirst);
    DateMonthFirst: Some(Order::MonthFirst);
}

struct DateVisitor {
    order: Option<Order>,
}

impl Visitor<'_> for DateVisitor {
    type Value = NaiveDate;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the text of a date")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<NaiveDate, E> {
        read(text, self.order).map_err(|error| match error {
            Unread::Either {
                day_first,
                month_first,
            } => E::custom(format_args!(
                "{} may be {day_first} or {month_first}: `DateDayFirst` reads it as the one, \
                 `DateMonthFirst` as the other",
                quoted(text)
            )),
            Unread::NoDate => E::custom(format_args!(
                "{} is no date; expected one such as \"2026-12-31\", \"31.12.2026\" or \
                 \"31 Dec 2026\", with English names and a year of four digits",
                quoted(text)
            )),
        })
    }
}

#[cfg(test)]
mod tests;
