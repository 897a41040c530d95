//! Turns an unquoted word of YAML into the value that it stands for, by the core schema of YAML
//! 1.2.

use serde_json::{Number, Value};

/// Returns the value of a word that is written without quotes.
pub fn plain(word: &str) -> Value {
    match word {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        _ => match number(word) {
            Some(number) => Value::Number(number),
            None => Value::String(word.to_owned()),
        },
    }
}

fn number(word: &str) -> Option<Number> {
    let digits = word.strip_prefix(['-', '+']).unwrap_or(word);
    if let Some(hexadecimal) = word.strip_prefix("0x") {
        return u64::from_str_radix(hexadecimal, 16).ok().map(Number::from);
    }
    if let Some(octal) = word.strip_prefix("0o") {
        return u64::from_str_radix(octal, 8).ok().map(Number::from);
    }
    let begins_as_number = digits.starts_with(|char: char| char.is_ascii_digit() || char == '.');
    if !begins_as_number || !digits.contains(|char: char| char.is_ascii_digit()) {
        return None;
    }
    let unsigned = word.strip_prefix('+').unwrap_or(word);
    if let Ok(whole) = unsigned.parse::<u64>() {
        return Some(whole.into());
    }
    if let Ok(whole) = unsigned.parse::<i64>() {
        return Some(whole.into());
    }
    Number::from_f64(unsigned.parse().ok()?)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn words_are_read_as_the_core_schema_says() {
        for (word, value) in [
            ("", json!(null)),
            ("~", json!(null)),
            ("true", json!(true)),
            ("yes", json!("yes")),
            ("on", json!("on")),
            ("12", json!(12)),
            ("-7", json!(-7)),
            ("+7", json!(7)),
            ("1.5", json!(1.5)),
            ("1e3", json!(1000.0)),
            ("0x1F", json!(31)),
            ("0o17", json!(15)),
            ("2XX", json!("2XX")),
            ("3.0.3", json!("3.0.3")),
            ("2026-05-12", json!("2026-05-12")),
            ("-", json!("-")),
            (".", json!(".")),
            ("v1", json!("v1")),
            ("18446744073709551615", json!(u64::MAX)),
        ] {
            assert_eq!(plain(word), value, "{word}");
        }
    }
}
