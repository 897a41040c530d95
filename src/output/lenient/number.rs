//! Numbers in the forms that documents have.

use std::{borrow::Cow, fmt, marker::PhantomData, str::FromStr};

use schemars::{Schema, SchemaGenerator, json_schema};
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{self, MapAccess, Visitor, value::MapAccessDeserializer},
};
use serde_with::{DeserializeAs, SerializeAs, schemars_1::JsonSchemaAs};

use super::{
    numeral::{DecimalSign, Unread, read},
    quoted,
};

/// Reads a JSON number, or the text of a number, into any number that is [`FromStr`].
///
/// Text may have a sign or brackets, a currency, a percent sign (`12 %` is 12), and points, commas,
/// spaces or apostrophes between its digits. Text that is a number in JSON, such as `1.234`, is
/// that number. What can otherwise be read in two ways, such as `1,234` and `1.234 €`, is an error:
/// [`NumberWithComma`] and [`NumberWithPoint`] decide it.
///
/// A currency on both sides must be the same one, only spaces stand between the digits, never a tab
/// or the end of a line, and a factor, as in `5 M€`, is an error.
///
/// A whole number of JSON that has come as `f64` and is 2^53 or more is an error unless a float is
/// wanted, since its last digits may be lost; so is a number that would be an infinite float.
///
/// It is written as a JSON number; one that wouldn't come back from `f64` is written as text. Its
/// schema is that of a number, or of an integer where the type holds no fractions.
///
/// ```
/// use nanonets_agents::output::lenient::Number;
/// use rust_decimal::{Decimal, dec};
///
/// #[serde_with::serde_as]
/// #[derive(serde::Deserialize, schemars::JsonSchema)]
/// struct Invoice {
///     #[serde_as(as = "Number")]
///     total: Decimal,
///     #[serde_as(as = "Vec<Option<Number>>")]
///     quantities: Vec<Option<u64>>,
/// }
///
/// let answer = r#"{"total": "EUR 1.234,50", "quantities": ["1 000", 2, null]}"#;
/// let invoice: Invoice = serde_json::from_str(answer)?;
/// assert_eq!(invoice.total, dec!(1234.50));
/// assert_eq!(invoice.quantities, [Some(1000), Some(2), None]);
///
/// let error = serde_json::from_str::<Invoice>(r#"{"total": "1.234 €"}"#).err().unwrap();
/// assert!(error.to_string().starts_with(
///     "\"1.234 €\" may be 1234 or 1.234: `NumberWithComma` reads it as the one, \
///      `NumberWithPoint` as the other"
/// ));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct Number;

/// Reads what [`Number`] reads, and takes the comma for the decimal sign where that is in doubt.
///
/// ```
/// use nanonets_agents::output::lenient::NumberWithComma;
///
/// #[serde_with::serde_as]
/// #[derive(serde::Deserialize, schemars::JsonSchema)]
/// struct Line(#[serde_as(as = "NumberWithComma")] f64);
///
/// assert_eq!(serde_json::from_str::<Line>(r#""1,234""#)?.0, 1.234);
/// assert_eq!(serde_json::from_str::<Line>(r#""1.234""#)?.0, 1234.0);
/// // There is only one way to read these.
/// assert_eq!(serde_json::from_str::<Line>(r#""1,234.50""#)?.0, 1234.5);
/// assert_eq!(serde_json::from_str::<Line>("1.234")?.0, 1.234);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct NumberWithComma;

/// Reads what [`Number`] reads, and takes the point for the decimal sign where that is in doubt.
///
/// ```
/// use nanonets_agents::output::lenient::NumberWithPoint;
///
/// #[serde_with::serde_as]
/// #[derive(serde::Deserialize, schemars::JsonSchema)]
/// struct Line(#[serde_as(as = "NumberWithPoint")] f64);
///
/// assert_eq!(serde_json::from_str::<Line>(r#""$1,234""#)?.0, 1234.0);
/// assert_eq!(serde_json::from_str::<Line>(r#""$1.234""#)?.0, 1.234);
/// // There is only one way to read this.
/// assert_eq!(serde_json::from_str::<Line>(r#""1.234,50""#)?.0, 1234.5);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct NumberWithPoint;

macro_rules! readings {
    ($($reading:ident: $sign:expr;)*) => {$(
        impl<'de, T: FromStr<Err: fmt::Display>> DeserializeAs<'de, T> for $reading {
            fn deserialize_as<D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
                deserializer.deserialize_any(NumberVisitor { sign: $sign, number: PhantomData })
            }
        }

        impl<T: FromStr + fmt::Display> SerializeAs<T> for $reading {
            fn serialize_as<S: Serializer>(number: &T, serializer: S) -> Result<S::Ok, S::Error> {
                serialize(&number.to_string(), is_float::<T>(), serializer)
            }
        }

        impl<T: FromStr> JsonSchemaAs<T> for $reading {
            fn schema_name() -> Cow<'static, str> {
                stringify!($reading).into()
            }

            fn inline_schema() -> bool {
                true
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                schema::<T>()
            }
        }
    )*};
}

readings! {
    Number: None;
    NumberWithComma: Some(DecimalSign::Comma);
    NumberWithPoint: Some(DecimalSign::Point);
}

/// The first whole number, 2^53, that another one becomes as `f64`.
const FIRST_INEXACT: f64 = 9_007_199_254_740_992.0;

struct NumberVisitor<T> {
    sign: Option<DecimalSign>,
    number: PhantomData<T>,
}

impl<'de, T: FromStr<Err: fmt::Display>> Visitor<'de> for NumberVisitor<T> {
    type Value = T;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a number, or the text of one")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        match read(text, self.sign) {
            Ok(number) => fit(&number, text),
            Err(Unread::Either {
                with_comma,
                with_point,
            }) => Err(E::custom(format_args!(
                "{} may be {with_comma} or {with_point}: `NumberWithComma` reads it as the one, \
                 `NumberWithPoint` as the other",
                quoted(text)
            ))),
            Err(Unread::NoNumber) => Err(E::custom(format_args!(
                "{} is no number; expected one in JSON, or as a text such as \"1.234,50 €\"",
                quoted(text)
            ))),
        }
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<T, E> {
        visit_json(number)
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<T, E> {
        visit_json(number)
    }

    fn visit_u128<E: de::Error>(self, number: u128) -> Result<T, E> {
        visit_json(number)
    }

    fn visit_i128<E: de::Error>(self, number: i128) -> Result<T, E> {
        visit_json(number)
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<T, E> {
        let is_inexact = (FIRST_INEXACT..=f64::MAX).contains(&number.abs());
        if is_inexact && !is_float::<T>() {
            return Err(E::custom(format_args!(
                "the number {number:e} may have lost digits before it was to become `{}`: it came \
                 as `f64`, which holds all whole numbers only up to 2^53; have it written as a \
                 text, or read it as `f64`",
                name_of::<T>()
            )));
        }
        visit_json(number)
    }

    /// Reads what serde_json makes of a number where a program has its `arbitrary_precision` on.
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        let number = serde_json::Number::deserialize(MapAccessDeserializer::new(map))?;
        visit_json(number)
    }
}

/// Reads a number of JSON, in which the point is the decimal sign.
fn visit_json<T: FromStr<Err: fmt::Display>, E: de::Error>(
    number: impl fmt::Display,
) -> Result<T, E> {
    let text = number.to_string();
    let number = read(&text, Some(DecimalSign::Point)).unwrap_or_else(|_| text.clone());
    fit(&number, &text)
}

/// Reads digits as the wanted type. A fraction of zeros is no obstacle to an integer.
fn fit<T: FromStr<Err: fmt::Display>, E: de::Error>(number: &str, text: &str) -> Result<T, E> {
    let whole = number
        .split_once('.')
        .filter(|(_, fraction)| fraction.bytes().all(|digit| digit == b'0'))
        .map_or(number, |(whole, _)| whole);
    let unfit = |error: &dyn fmt::Display| {
        E::custom(format_args!(
            "{} is the number {}, which `{}` can't hold: {error}",
            quoted(text),
            quoted(number).trim_matches('"'),
            name_of::<T>()
        ))
    };
    if is_float::<T>() && !is_finite_in::<T>(number) {
        return Err(unfit(&"it isn't finite there"));
    }
    T::from_str(number)
        .or_else(|error| T::from_str(whole).map_err(|_| error))
        .map_err(|error| unfit(&error))
}

/// Asks the type whether it is a float: it has infinity then, and isn't one that takes any text.
fn is_float<T: FromStr>() -> bool {
    T::from_str("inf").is_ok() && T::from_str("").is_err()
}

/// Tells whether a number is finite in a float, which has the size of `f32` or of `f64`.
fn is_finite_in<T>(number: &str) -> bool {
    if size_of::<T>() <= size_of::<f32>() {
        number.parse().is_ok_and(f32::is_finite)
    } else {
        number.parse().is_ok_and(f64::is_finite)
    }
}

fn name_of<T>() -> &'static str {
    let name = std::any::type_name::<T>();
    name.rsplit("::").next().unwrap_or(name)
}

/// Writes a number as JSON, and as text where JSON's numbers, which most programs read as `f64`,
/// would change it, or would leave it in doubt.
fn serialize<S: Serializer>(text: &str, is_float: bool, serializer: S) -> Result<S::Ok, S::Error> {
    if let Ok(number) = text.parse::<u64>() {
        return number.serialize(serializer);
    }
    if let Ok(number) = text.parse::<i64>() {
        return number.serialize(serializer);
    }
    let shortest = if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.')
    } else {
        text
    };
    match text.parse::<f64>() {
        Ok(number)
            if number.to_string() == shortest && (is_float || number.abs() < FIRST_INEXACT) =>
        {
            number.serialize(serializer)
        }
        _ => text.serialize(serializer),
    }
}

/// Asks the type which numbers it holds.
fn schema<T: FromStr>() -> Schema {
    let mut schema = json_schema!({"type": "number"});
    if T::from_str("0.5").is_err() {
        schema.insert("type".to_owned(), "integer".into());
    }
    if T::from_str("-1").is_err() {
        schema.insert("minimum".to_owned(), 0.into());
    }
    schema
}

#[cfg(test)]
mod tests;
