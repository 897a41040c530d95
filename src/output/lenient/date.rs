//! Dates as documents print them.

use std::borrow::Cow;

use chrono::NaiveDate;
use schemars::{Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use serde_with::{DeserializeAs, SerializeAs, schemars_1::JsonSchemaAs};

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// How a date of numbers with slashes or dashes is read, such as `03/04/2026`.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Order {
    /// As the numbers themselves show.
    Shown,
    DayFirst,
    MonthFirst,
}

macro_rules! dates {
    ($($(#[$doc:meta])* $name:ident, $title:literal, $order:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name;

        impl<'de> DeserializeAs<'de, NaiveDate> for $name {
            fn deserialize_as<D: Deserializer<'de>>(
                deserializer: D,
            ) -> Result<NaiveDate, D::Error> {
                let text = String::deserialize(deserializer)?;
                date(&text, $order).map_err(D::Error::custom)
            }
        }

        impl SerializeAs<NaiveDate> for $name {
            fn serialize_as<S: Serializer>(
                date: &NaiveDate,
                serializer: S,
            ) -> Result<S::Ok, S::Error> {
                date.serialize(serializer)
            }
        }

        impl JsonSchemaAs<NaiveDate> for $name {
            fn schema_name() -> Cow<'static, str> {
                $title.into()
            }

            fn inline_schema() -> bool {
                true
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "type": "string", "format": "date" })
            }
        }
    )*};
}

dates! {
    /// Reads a date as documents print it, in English where its month has a name. A time behind it
    /// is left out.
    ///
    /// A date such as `03/04/2026` may be read in two ways, and is an error; [`DateDayFirst`] and
    /// [`DateMonthFirst`] read it. With dots, the day is first everywhere. A year has four digits.
    /// Dates are written as `2026-12-31`.
    ///
    /// ```
    /// use nanonets_agents::{chrono::NaiveDate, output::lenient};
    ///
    /// #[serde_with::serde_as]
    /// #[derive(serde::Deserialize)]
    /// struct Invoice {
    ///     #[serde_as(as = "lenient::Date")]
    ///     due: NaiveDate,
    /// }
    ///
    /// for text in ["2026-12-31", "31.12.2026", "31 Dec 2026", "December 31, 2026, 10:15"] {
    ///     let invoice: Invoice = serde_json::from_value(serde_json::json!({"due": text}))?;
    ///     assert_eq!(Some(invoice.due), NaiveDate::from_ymd_opt(2026, 12, 31));
    /// }
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    Date, "Date", Order::Shown;

    /// Reads dates like [`Date`], where the day is before the month: `03/04/2026` is in April.
    ///
    /// ```
    /// use nanonets_agents::{chrono::NaiveDate, output::lenient};
    ///
    /// #[serde_with::serde_as]
    /// #[derive(serde::Deserialize)]
    /// struct Invoice {
    ///     #[serde_as(as = "lenient::DateDayFirst")]
    ///     due: NaiveDate,
    /// }
    ///
    /// let invoice: Invoice = serde_json::from_str(r#"{"due": "03/04/2026"}"#)?;
    /// assert_eq!(Some(invoice.due), NaiveDate::from_ymd_opt(2026, 4, 3));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    DateDayFirst, "DateDayFirst", Order::DayFirst;

    /// Reads dates like [`Date`], where the month is before the day: `03/04/2026` is in March.
    ///
    /// ```
    /// use nanonets_agents::{chrono::NaiveDate, output::lenient};
    ///
    /// #[serde_with::serde_as]
    /// #[derive(serde::Deserialize)]
    /// struct Invoice {
    ///     #[serde_as(as = "lenient::DateMonthFirst")]
    ///     due: NaiveDate,
    /// }
    ///
    /// let invoice: Invoice = serde_json::from_str(r#"{"due": "03/04/2026"}"#)?;
    /// assert_eq!(Some(invoice.due), NaiveDate::from_ymd_opt(2026, 3, 4));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    DateMonthFirst, "DateMonthFirst", Order::MonthFirst;
}

fn date(text: &str, order: Order) -> Result<NaiveDate, String> {
    let unread =
        || format!("expected a date such as 2026-12-31, 31.12.2026 or 31 Dec 2026, found {text:?}");
    let day = without_time(text.trim()).ok_or_else(unread)?;
    let separators: Vec<char> = day
        .chars()
        .filter(|character| !character.is_alphanumeric() && !character.is_whitespace())
        .collect();
    let parts: Vec<&str> = day
        .split(|character: char| !character.is_alphanumeric())
        .filter(|part| !part.is_empty() && *part != "of")
        .collect();
    let [first, second, third] = *parts else {
        return Err(unread());
    };
    let made = |year: &str, month: Option<u32>, day: &str| {
        let (year, day) = (year_of(year)?, number_of(day)?);
        NaiveDate::from_ymd_opt(year, month?, day)
    };
    if let Some(month) = month_of(second) {
        return made(third, Some(month), ordinal(first)).ok_or_else(unread);
    }
    if let Some(month) = month_of(first) {
        return made(third, Some(month), ordinal(second)).ok_or_else(unread);
    }
    let [one, other] = *separators else {
        return Err(unread());
    };
    if one != other || !"-/.".contains(one) {
        return Err(unread());
    }
    if first.len() == 4 {
        return made(first, number_of(second), third).ok_or_else(unread);
    }
    let day_first = made(third, number_of(second), first);
    let month_first = made(third, number_of(first), second).filter(|_| one != '.');
    let found = match order {
        Order::DayFirst => day_first,
        Order::MonthFirst if one == '.' => day_first,
        Order::MonthFirst => month_first,
        Order::Shown => match (day_first, month_first) {
            (Some(day_first), Some(month_first)) if day_first != month_first => {
                return Err(format!(
                    "the date {text:?} may be {day_first} or {month_first}; read it as \
                     `DateDayFirst` or `DateMonthFirst`"
                ));
            }
            (day_first, month_first) => day_first.or(month_first),
        },
    };
    found.ok_or_else(unread)
}

/// Removes a time from the end of a date; `None` where what is there is none.
fn without_time(text: &str) -> Option<&str> {
    let Some(colon) = text.find(':') else {
        return Some(text);
    };
    let before = text.get(..colon)?;
    let begin = before.rfind(|character: char| !character.is_ascii_digit())?;
    let (hours, minutes) = (
        before
            .get(begin..)?
            .trim_start_matches(|character: char| !character.is_ascii_digit()),
        text.get(colon..)?.trim_start_matches(':'),
    );
    let is_time = matches!(hours.len(), 1 | 2)
        && minutes.starts_with(|character: char| character.is_ascii_digit())
        && minutes
            .chars()
            .all(|character| character.is_ascii_alphanumeric() || ":.+- ".contains(character));
    let ends = [' ', 'T', 't', ',', '\u{a0}', '\u{202f}'];
    let day = text.get(..begin)?;
    let separator = text.get(begin..)?.chars().next()?;
    (is_time && ends.contains(&separator)).then(|| day.trim_end_matches(ends))
}

fn year_of(text: &str) -> Option<i32> {
    let is_year = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_year)
}

fn number_of(text: &str) -> Option<u32> {
    let is_number = text.len() <= 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_number)
}

/// Removes what makes an ordinal of a day, as in `31st`.
fn ordinal(day: &str) -> &str {
    ["st", "nd", "rd", "th"]
        .iter()
        .find_map(|ending| day.strip_suffix(ending))
        .unwrap_or(day)
}

/// Returns the number of a month with this name, which may be cut to three letters, or to four for
/// September.
fn month_of(name: &str) -> Option<u32> {
    let name = name.to_lowercase();
    let is_cut = name.len() == 3 || name == "sept";
    let is_meant = |month: &&str| **month == name || (is_cut && month.starts_with(&name));
    let position = MONTHS.iter().position(is_meant)?;
    u32::try_from(position).ok()?.checked_add(1)
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use serde_with::serde_as;

    use super::*;

    fn new_years_eve() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 12, 31).expect("a date")
    }

    #[test]
    fn what_documents_print_is_read() {
        for text in [
            "2026-12-31",
            "2026/12/31",
            "2026.12.31",
            "31.12.2026",
            "31. 12. 2026",
            "31/12/2026",
            "12/31/2026",
            "31-12-2026",
            "31 Dec 2026",
            "31-Dec-2026",
            "31. Dec. 2026",
            "31 December 2026",
            "31st December 2026",
            "31st of December 2026",
            "December 31, 2026",
            "Dec 31 2026",
            "Dec. 31st, 2026",
            "DEC 31, 2026",
            " 2026-12-31 ",
            "2026-12-31T10:15:42Z",
            "2026-12-31T10:15:42.123+02:00",
            "2026-12-31 10:15",
            "31.12.2026 10:15",
            "31.12.2026, 10:15:42",
            "12/31/2026 9:05 AM",
            "December 31, 2026, 10:15",
        ] {
            assert_eq!(date(text, Order::Shown), Ok(new_years_eve()), "{text}");
        }
        let short = NaiveDate::from_ymd_opt(2026, 9, 3);
        for text in ["3.9.2026", "3 Sept 2026", "2026-9-3", "September 3rd, 2026"] {
            assert_eq!(date(text, Order::Shown).ok(), short, "{text}");
        }
        assert_eq!(
            date("29.02.2028", Order::Shown).ok(),
            NaiveDate::from_ymd_opt(2028, 2, 29)
        );
    }

    #[test]
    fn what_can_be_read_in_two_ways_is_an_error_that_says_so() {
        for text in ["03/04/2026", "3-4-2026", "03/04/2026 10:15"] {
            let error = date(text, Order::Shown).expect_err(text);
            assert!(error.contains("may be 2026-04-03 or 2026-03-04"), "{error}");
            assert!(error.contains("`DateDayFirst`"), "{error}");
            assert_eq!(
                date(text, Order::DayFirst).ok(),
                NaiveDate::from_ymd_opt(2026, 4, 3)
            );
            assert_eq!(
                date(text, Order::MonthFirst).ok(),
                NaiveDate::from_ymd_opt(2026, 3, 4)
            );
        }
        let same = NaiveDate::from_ymd_opt(2026, 4, 4);
        assert_eq!(date("04/04/2026", Order::Shown).ok(), same);
        let dots = NaiveDate::from_ymd_opt(2026, 4, 3);
        for order in [Order::Shown, Order::DayFirst, Order::MonthFirst] {
            assert_eq!(date("03.04.2026", order).ok(), dots);
        }
        // The order is the user's, even where the other one would fit.
        assert!(date("12/31/2026", Order::DayFirst).is_err());
        assert!(date("31/12/2026", Order::MonthFirst).is_err());
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in [
            "",
            "soon",
            "2026",
            "2026-12",
            "31.12.",
            "31.12.26",
            "12/31/26",
            "2026-13-01",
            "30.02.2026",
            "31 Foo 2026",
            "31 De 2026",
            "Mayor 5, 2026",
            "2026-12/31",
            "20261231",
            "2026-12-31T",
            "2026-12-31 noon",
            "2026-12-31 a:b",
            "10:15",
            "1.2.3.2026",
            "é:1",
            ":",
        ] {
            let read = date(text, Order::Shown);
            assert!(read.is_err(), "{text:?} was read as {read:?}");
        }
    }

    #[serde_as]
    #[derive(Debug, PartialEq, Deserialize, Serialize, schemars::JsonSchema)]
    struct Dates {
        #[serde_as(as = "Option<Date>")]
        due: Option<NaiveDate>,
        #[serde_as(as = "Vec<DateMonthFirst>")]
        paid: Vec<NaiveDate>,
    }

    #[test]
    fn dates_are_written_as_machines_read_them() {
        let body = json!({"due": "31.12.2026", "paid": ["12/31/2026"]});
        let dates: Dates = serde_json::from_value(body).expect("dates");
        let written = serde_json::to_value(&dates).expect("JSON");
        assert_eq!(
            written,
            json!({"due": "2026-12-31", "paid": ["2026-12-31"]})
        );
        assert_eq!(
            serde_json::from_value::<Dates>(written).expect("dates"),
            dates
        );
        let schema = schemars::schema_for!(Dates).to_value();
        let item = &schema["properties"]["paid"]["items"];
        assert_eq!(*item, json!({"type": "string", "format": "date"}));
        let null = serde_json::from_value::<Dates>(json!({"due": null, "paid": []}));
        assert_eq!(null.expect("no dates").due, None);
    }
}
