//! Numbers as documents print them.

use std::{borrow::Cow, fmt::Display, str::FromStr};

use schemars::{Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _, ser::Error as _};
use serde_json::Value;
use serde_with::{DeserializeAs, SerializeAs, schemars_1::JsonSchemaAs};

/// What separates groups of digits, and never the decimals.
const SPACES: [char; 6] = [' ', '\u{a0}', '\u{202f}', '\u{2009}', '\'', '’'];
const CURRENCY_SIGNS: &str = "$€£¥₹₽₩₺₫₴₪฿₱₦₡₲₵₸₼₾";
/// Currencies that documents abbreviate otherwise than with three capitals.
const CURRENCIES: [&str; 9] = ["kr", "kr.", "zł", "Kč", "Ft", "Fr.", "US$", "R$", "A$"];

/// How `.` and `,` are read.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Separators {
    /// As the text itself shows.
    Shown,
    Decimals(char),
}

macro_rules! numbers {
    ($($(#[$doc:meta])* $name:ident, $title:literal, $separators:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name;

        impl<'de, T: FromStr<Err: Display>> DeserializeAs<'de, T> for $name {
            fn deserialize_as<D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
                let value = Value::deserialize(deserializer)?;
                number(&value, $separators).map_err(D::Error::custom)
            }
        }

        impl<T: Serialize> SerializeAs<T> for $name {
            fn serialize_as<S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
                unambiguous(value).map_err(S::Error::custom)?.serialize(serializer)
            }
        }

        impl<T> JsonSchemaAs<T> for $name {
            fn schema_name() -> Cow<'static, str> {
                $title.into()
            }

            fn inline_schema() -> bool {
                true
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "type": ["number", "string"] })
            }
        }
    )*};
}

numbers! {
    /// Reads a number, or a text with one as documents print it, with groups of digits, a currency,
    /// a sign before or behind it, or parentheses for a negative one.
    ///
    /// The kind of number is any that is read from text: integers, floats, decimals. A text with
    /// one separator and three digits behind it, such as `"1,234"`, may be read in two ways, and is
    /// an error; [`NumberWithPoint`] and [`NumberWithComma`] read it. Numbers are written as the
    /// field's own type writes them.
    ///
    /// ```
    /// use nanonets_agents::output::lenient;
    ///
    /// #[serde_with::serde_as]
    /// #[derive(serde::Deserialize)]
    /// struct Invoice {
    ///     #[serde_as(as = "lenient::Number")]
    ///     total: f64,
    /// }
    ///
    /// for text in ["1.234,50 €", "1,234.50", "EUR 1 234,50", "1'234.50"] {
    ///     let invoice: Invoice = serde_json::from_value(serde_json::json!({"total": text}))?;
    ///     assert_eq!(invoice.total, 1234.5);
    /// }
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    Number, "Number", Separators::Shown;

    /// Reads numbers like [`Number`], where `.` begins the decimals: `"1,234"` is 1234.
    ///
    /// ```
    /// use nanonets_agents::output::lenient;
    ///
    /// #[serde_with::serde_as]
    /// #[derive(serde::Deserialize)]
    /// struct Invoice {
    ///     #[serde_as(as = "lenient::NumberWithPoint")]
    ///     total: u32,
    /// }
    ///
    /// let invoice: Invoice = serde_json::from_str(r#"{"total": "$1,234"}"#)?;
    /// assert_eq!(invoice.total, 1234);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    NumberWithPoint, "NumberWithPoint", Separators::Decimals('.');

    /// Reads numbers like [`Number`], where `,` begins the decimals: `"1.234"` is 1234.
    ///
    /// ```
    /// use nanonets_agents::output::lenient;
    ///
    /// #[serde_with::serde_as]
    /// #[derive(serde::Deserialize)]
    /// struct Invoice {
    ///     #[serde_as(as = "lenient::NumberWithComma")]
    ///     total: u32,
    /// }
    ///
    /// let invoice: Invoice = serde_json::from_str(r#"{"total": "1.234 €"}"#)?;
    /// assert_eq!(invoice.total, 1234);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    NumberWithComma, "NumberWithComma", Separators::Decimals(',');
}

/// Reads a number of JSON, or one in a text.
fn number<T: FromStr<Err: Display>>(value: &Value, separators: Separators) -> Result<T, String> {
    let (shown, plain) = match value {
        Value::Number(number) => (number.to_string(), number.to_string()),
        Value::String(text) => (format!("{text:?}"), plain(text, separators)?),
        other => {
            return Err(format!(
                "expected a number or the text of one, found {other}"
            ));
        }
    };
    let whole = plain.split_once('.').and_then(|(whole, decimals)| {
        let is_whole = decimals.bytes().all(|digit| digit == b'0');
        is_whole.then_some(whole)
    });
    plain.parse().or_else(|error: T::Err| {
        // An integer may be printed with decimals.
        let parsed = whole.and_then(|whole| whole.parse().ok());
        parsed.ok_or_else(|| format!("the number {shown} doesn't fit: {error}"))
    })
}

/// Returns the number in a text as programs write it: with a point before decimals, and no groups.
fn plain(text: &str, separators: Separators) -> Result<String, String> {
    let (is_negative, digits) =
        bare(text).ok_or_else(|| format!("expected the text of a number, found {text:?}"))?;
    let malformed = || format!("{text:?} isn't grouped as a number is");
    let decimal = match separators {
        Separators::Decimals(separator) => digits.contains(separator).then_some(separator),
        Separators::Shown => shown_separator(digits).map_err(|(whole, decimal)| {
            format!(
                "the number {text:?} may be {whole} or {decimal}; read it as `NumberWithPoint` or \
                 `NumberWithComma`"
            )
        })?,
    };
    let (whole, decimals) = match decimal {
        Some(separator) => {
            let (whole, decimals) = digits.rsplit_once(separator).ok_or_else(malformed)?;
            (whole, Some(decimals))
        }
        None => (digits, None),
    };
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !decimals.is_none_or(is_number) {
        return Err(malformed());
    }
    let whole = match whole {
        "" if decimals.is_some() => "0".to_owned(),
        _ => ungrouped(whole, decimal).ok_or_else(malformed)?,
    };
    let sign = if is_negative { "-" } else { "" };
    Ok(match decimals {
        Some(decimals) => format!("{sign}{whole}.{decimals}"),
        None => format!("{sign}{whole}"),
    })
}

/// Returns whether a number is negative, and its digits with their separators; `None` where there is
/// something else beside a currency.
fn bare(text: &str) -> Option<(bool, &str)> {
    let mut rest = text.trim();
    let mut is_negative = None;
    let mut has_currency = false;
    if let Some(inside) = rest.strip_prefix('(') {
        rest = inside.strip_suffix(')')?.trim();
        is_negative = Some(true);
    }
    loop {
        let before = rest;
        for (sign, negative) in [('-', true), ('\u{2212}', true), ('+', false)] {
            let stripped = rest.strip_prefix(sign).or_else(|| rest.strip_suffix(sign));
            if let Some(stripped) = stripped
                && is_negative.is_none()
            {
                rest = stripped.trim();
                is_negative = Some(negative);
            }
        }
        if !has_currency && let Some(stripped) = without_currency(rest) {
            rest = stripped.trim();
            has_currency = true;
        }
        if rest == before {
            break;
        }
    }
    let is_part = |character: char| {
        character.is_ascii_digit() || ".,".contains(character) || SPACES.contains(&character)
    };
    let has_digit = rest.bytes().any(|byte| byte.is_ascii_digit());
    let is_bare = has_digit && rest.chars().all(is_part);
    is_bare.then_some((is_negative.unwrap_or(false), rest))
}

/// Removes a currency from the beginning or the end.
fn without_currency(text: &str) -> Option<&str> {
    let is_code =
        |code: &str| code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase());
    let is_currency = |word: &str| {
        CURRENCIES.contains(&word)
            || is_code(word)
            || (word.chars().count() == 1 && CURRENCY_SIGNS.contains(word))
    };
    let is_number =
        |character: char| character.is_ascii_digit() || "-+(\u{2212}".contains(character);
    let begin = text.find(is_number)?;
    let (word, rest) = text.split_at(begin);
    if is_currency(word.trim()) {
        return Some(rest);
    }
    let is_number =
        |character: char| character.is_ascii_digit() || "-+\u{2212}".contains(character);
    let (last, character) = text
        .char_indices()
        .rfind(|(_, character)| is_number(*character))?;
    let (rest, word) = text.split_at(last.checked_add(character.len_utf8())?);
    is_currency(word.trim()).then_some(rest)
}

/// Returns what separates the decimals, as far as the digits show it; both readings where they show
/// two.
fn shown_separator(digits: &str) -> Result<Option<char>, (String, String)> {
    let count = |wanted| digits.chars().filter(|found| *found == wanted).count();
    let is_spaced = digits.contains(SPACES);
    let separator = match (count('.'), count(',')) {
        (0, 0) => return Ok(None),
        (0, _) => ',',
        (_, 0) => '.',
        // The last of them.
        _ => return Ok(digits.chars().rfind(|found| ".,".contains(*found))),
    };
    if count(separator) > 1 {
        return Ok(None);
    }
    let Some((whole, rest)) = digits.split_once(separator) else {
        return Ok(None);
    };
    let may_be_group = rest.len() == 3 && (1..=3).contains(&whole.len()) && !whole.starts_with('0');
    if may_be_group && !is_spaced {
        return Err((format!("{whole}{rest}"), format!("{whole}.{rest}")));
    }
    Ok(Some(separator))
}

/// Removes what separates groups of digits; `None` where the groups aren't of three digits, or of
/// two before the last as in India.
fn ungrouped(whole: &str, decimal: Option<char>) -> Option<String> {
    let is_separator = |character: char| !character.is_ascii_digit();
    let groups: Vec<&str> = whole.split(is_separator).collect();
    let mut separators = whole.chars().filter(|character| is_separator(*character));
    let first = separators.next();
    let is_one_kind =
        separators.all(|other| Some(other) == first) && (first != decimal || first.is_none());
    let is_grouped = match &*groups {
        [] => false,
        [only] => !only.is_empty(),
        [first, between @ .., last] => {
            (1..=3).contains(&first.len())
                && between.iter().all(|group| (2..=3).contains(&group.len()))
                && last.len() == 3
        }
    };
    (is_one_kind && is_grouped).then(|| groups.concat())
}

/// Returns a number as its type writes it, so that it is read as the same: a text such as `1.234`
/// gets another digit.
fn unambiguous<T: Serialize>(value: &T) -> Result<Value, serde_json::Error> {
    let mut value = serde_json::to_value(value)?;
    if let Value::String(text) = &mut value
        && bare(text).is_some_and(|(_, digits)| shown_separator(digits).is_err())
    {
        text.push('0');
    }
    Ok(value)
}

#[cfg(test)]
mod tests {
    use rust_decimal::Decimal;
    use serde_json::json;
    use serde_with::serde_as;

    use super::*;

    const POINT: Separators = Separators::Decimals('.');
    const COMMA: Separators = Separators::Decimals(',');

    #[test]
    fn what_documents_print_is_read() {
        for (text, expected) in [
            ("0", "0"),
            ("17", "17"),
            ("-3", "-3"),
            ("\u{2212}3", "-3"),
            ("+3", "3"),
            ("3-", "-3"),
            ("12.5", "12.5"),
            ("12,5", "12.5"),
            ("1.234,50 €", "1234.50"),
            ("1.234,50€", "1234.50"),
            ("€ 1.234,50", "1234.50"),
            ("€-12,50", "-12.50"),
            ("-€12.50", "-12.50"),
            ("-12,50 €", "-12.50"),
            ("12,50- €", "-12.50"),
            ("1,234.50", "1234.50"),
            ("$1,234,567.89", "1234567.89"),
            ("USD 1,234.50", "1234.50"),
            ("1,234.50 USD", "1234.50"),
            ("US$ 5.00", "5.00"),
            ("(12.50)", "-12.50"),
            ("($1,234.50)", "-1234.50"),
            ("1 234,5", "1234.5"),
            ("1\u{a0}234,50\u{a0}€", "1234.50"),
            ("1\u{202f}234\u{202f}567,8", "1234567.8"),
            ("1'234.50", "1234.50"),
            ("CHF 1’234.50", "1234.50"),
            ("1.234.567", "1234567"),
            ("1,234,567", "1234567"),
            ("12,34,567.00", "1234567.00"),
            ("1234,567", "1234.567"),
            ("0.125", "0.125"),
            ("1 234,567", "1234.567"),
            ("1 234", "1234"),
            (",5", "0.5"),
            (".50", "0.50"),
            ("  42  ", "42"),
            ("99,00 kr", "99.00"),
            ("99,00 kr.", "99.00"),
            ("12.3456", "12.3456"),
        ] {
            assert_eq!(
                plain(text, Separators::Shown).as_deref(),
                Ok(expected),
                "{text}"
            );
        }
    }

    #[test]
    fn what_can_be_read_in_two_ways_is_an_error_that_says_so() {
        for (text, whole, decimal) in [
            ("1,234", "1234", "1.234"),
            ("1.234", "1234", "1.234"),
            ("-12.345 €", "12345", "12.345"),
        ] {
            let error = plain(text, Separators::Shown).expect_err(text);
            assert!(
                error.contains(&format!("may be {whole} or {decimal}")),
                "{error}"
            );
            assert!(error.contains("NumberWithPoint"), "{error}");
        }
        assert_eq!(plain("1,234", POINT).as_deref(), Ok("1234"));
        assert_eq!(plain("1.234", POINT).as_deref(), Ok("1.234"));
        assert_eq!(plain("1,234", COMMA).as_deref(), Ok("1.234"));
        assert_eq!(plain("-1.234 €", COMMA).as_deref(), Ok("-1234"));
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in [
            "",
            " ",
            "€",
            "-",
            "n/a",
            "12 pcs",
            "19 %",
            "1e3",
            "0x10",
            "1..2",
            "1,2,3",
            "1.234.56",
            "1,23,4",
            "1 23",
            "12 34.5",
            "1.234,567,890",
            "--3",
            "(-3)",
            "-3-",
            "(3",
            "3)",
            "5.",
            "1.234'567",
            "$5 €",
            "12.5.",
            "1.2345,6",
            "٣",
        ] {
            let read = plain(text, Separators::Shown);
            assert!(read.is_err(), "{text:?} was read as {read:?}");
        }
        // With the other separator, it isn't a group.
        assert!(plain("1,5", POINT).is_err());
        assert!(plain("12.50", COMMA).is_err());
    }

    #[serde_as]
    #[derive(Debug, PartialEq, Deserialize, Serialize, schemars::JsonSchema)]
    struct Numbers {
        #[serde_as(as = "Number")]
        integer: i64,
        #[serde_as(as = "Number")]
        float: f64,
        #[serde_as(as = "Option<Vec<Number>>")]
        decimals: Option<Vec<Decimal>>,
    }

    #[test]
    fn numbers_of_json_and_texts_are_read_as_any_type() {
        for body in [
            json!({"integer": 1200, "float": 1234.5, "decimals": [1.25, "1.234,50"]}),
            json!({"integer": "1,200.00", "float": "1.234,50", "decimals": ["1,25", 1234.50]}),
            json!({"integer": 1200.0, "float": "1234.5", "decimals": ["1.25", "1234.50"]}),
        ] {
            let read: Numbers = serde_json::from_value(body.clone()).expect("numbers");
            assert_eq!((read.integer, read.float), (1200, 1234.5), "{body}");
            let decimals = read.decimals.expect("two");
            assert_eq!(decimals, [Decimal::new(125, 2), Decimal::new(12345, 1)]);
        }
        for (field, wrong) in [
            ("integer", json!("1,5")),
            ("integer", json!(1.5)),
            ("integer", json!("99999999999999999999")),
            ("float", json!(true)),
            ("float", json!(null)),
        ] {
            let mut body = json!({"integer": 1, "float": 1, "decimals": null});
            body[field] = wrong;
            let read = serde_json::from_value::<Numbers>(body.clone());
            assert!(read.is_err(), "{body} was read as {read:?}");
        }
    }

    #[test]
    fn what_is_written_is_read_as_the_same() {
        let numbers = Numbers {
            integer: i64::MIN,
            float: 1.234,
            decimals: Some(vec![Decimal::new(1234, 3), Decimal::new(-12345, 3)]),
        };
        let written = serde_json::to_value(&numbers).expect("JSON");
        assert_eq!(written["float"], json!(1.234));
        let read: Numbers = serde_json::from_value(written).expect("numbers");
        assert_eq!(read, numbers);
        let schema = schemars::schema_for!(Numbers).to_value();
        assert_eq!(
            schema["properties"]["float"],
            json!({"type": ["number", "string"]})
        );
    }
}
