use rust_decimal::{Decimal, dec};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::*;
use crate::output::OutputSchema;

#[serde_with::serde_as]
#[derive(Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
struct Amounts {
    #[serde_as(as = "Number")]
    decimal: Decimal,
    #[serde_as(as = "NumberWithComma")]
    float: f64,
    #[serde_as(as = "NumberWithPoint")]
    count: u64,
    #[serde_as(as = "Option<Number>")]
    perhaps: Option<i32>,
    #[serde_as(as = "Vec<Number>")]
    many: Vec<f32>,
}

#[test]
fn numbers_are_read_from_json_and_from_text_alone_and_inside_others() {
    let answer = r#"{
        "decimal": "1.234,50 €", "float": "1,234", "count": "1,234",
        "perhaps": "(3)", "many": ["1.5", 2, 2.5, "0,5"]
    }"#;
    let amounts = Amounts {
        decimal: dec!(1234.50),
        float: 1.234,
        count: 1234,
        perhaps: Some(-3),
        many: vec![1.5, 2.0, 2.5, 0.5],
    };
    assert_eq!(
        serde_json::from_str::<Amounts>(answer).expect("amounts"),
        amounts
    );

    let answer = r#"{"decimal": 0.1, "float": -1.234, "count": 12.0, "perhaps": null, "many": []}"#;
    let strict = Amounts {
        decimal: dec!(0.1),
        float: -1.234,
        count: 12,
        perhaps: None,
        many: Vec::new(),
    };
    assert_eq!(
        serde_json::from_str::<Amounts>(answer).expect("amounts"),
        strict
    );
    let without = answer.replace(r#""perhaps": null, "#, "");
    assert_eq!(
        serde_json::from_str::<Amounts>(&without).expect("amounts"),
        strict
    );
}

fn read_as<T: FromStr<Err: fmt::Display>>(answer: Value) -> Result<T, String> {
    Number::deserialize_as(answer).map_err(|error: serde_json::Error| error.to_string())
}

#[test]
fn each_type_holds_what_it_can() {
    assert_eq!(read_as::<u64>(json!("1.234,00 €")), Ok(1234));
    assert_eq!(read_as::<u8>(json!(12.0)), Ok(12));
    assert_eq!(read_as::<u64>(json!(u64::MAX)), Ok(u64::MAX));
    assert_eq!(read_as::<i64>(json!(i64::MIN)), Ok(i64::MIN));
    assert_eq!(read_as::<f64>(json!(1e300)), Ok(1e300));
    assert_eq!(read_as::<f64>(json!(-1.5e-7)), Ok(-1.5e-7));
    assert_eq!(read_as::<f64>(json!(1.234)), Ok(1.234));
    assert_eq!(read_as::<Decimal>(json!("1e5")), Ok(dec!(100000)));
    assert_eq!(
        read_as::<Decimal>(json!("12345678901234567890,12")),
        Ok(dec!(12345678901234567890.12))
    );
}

#[test]
fn a_number_of_json_that_has_lost_digits_is_an_error_unless_a_float_is_wanted() {
    fn read_json<T: FromStr<Err: fmt::Display>>(json: &str) -> Result<T, String> {
        let mut json = serde_json::Deserializer::from_str(json);
        Number::deserialize_as(&mut json).map_err(|error| error.to_string())
    }
    let long = "12345678901234567890123";
    for (error, name) in [
        (read_json::<u128>(long).err(), "u128"),
        (read_json::<i128>(long).err(), "i128"),
        (read_json::<Decimal>(long).err(), "Decimal"),
        (read_json::<String>(long).err(), "String"),
    ] {
        let message = format!(
            "the number 1.2345678901234568e22 may have lost digits before it was to become \
             `{name}`: it came as `f64`, which holds all whole numbers only up to 2^53; have it \
             written as a text, or read it as `f64`"
        );
        let error = error.unwrap_or_default();
        assert!(error.starts_with(&message), "{name}: {error}");
    }
    assert!(read_json::<i128>("-12345678901234567890123").is_err());
    assert!(read_json::<u64>("9007199254740992.0").is_err());
    assert_eq!(
        read_as::<u64>(json!(9007199254740991.0)),
        Ok(9007199254740991)
    );
    assert_eq!(read_json::<u64>("9007199254740993"), Ok(9007199254740993));
    assert_eq!(read_json::<f64>(long), Ok(12345678901234567890123.0));
    assert_eq!(
        read_json::<u128>(&format!("\"{long}\"")),
        Ok(12345678901234567890123)
    );
}

#[test]
fn a_number_that_is_not_finite_is_an_error() {
    let nines = "9".repeat(400);
    let message = "\"1e39\" is the number 1000000000000000000000000000000000000000, which `f32` \
                   can't hold: it isn't finite there";
    assert_eq!(read_as::<f32>(json!("1e39")), Err(message.to_owned()));
    assert_eq!(read_as::<f64>(json!("1e39")), Ok(1e39));
    assert!(read_as::<f32>(json!(1e39)).is_err());
    for text in ["1e400", "-1e400", &nines, &format!("{nines} €")] {
        let error = read_as::<f64>(json!(text)).expect_err(text);
        assert!(
            error.ends_with("which `f64` can't hold: it isn't finite there"),
            "{error}"
        );
    }
    assert_eq!(read_as::<String>(json!(nines)), Ok(nines));
    for number in [f64::INFINITY, f64::NEG_INFINITY, f64::NAN] {
        let deserializer = de::value::F64Deserializer::<de::value::Error>::new(number);
        let outcome: Result<f64, _> = Number::deserialize_as(deserializer);
        assert!(outcome.is_err(), "{number}");
    }
}

#[test]
fn what_is_written_is_read_back() {
    fn returned<T: FromStr<Err: fmt::Display> + fmt::Display>(number: &T) -> Result<T, String> {
        read_as(Number::serialize_as(number, serde_json::value::Serializer).expect("JSON"))
    }
    for number in [u128::MAX, 1 << 53, 1 << 64, 10_u128.pow(20)] {
        assert_eq!(returned(&number), Ok(number));
    }
    for number in [
        dec!(9007199254740992.00),
        dec!(-100000000000000000000),
        dec!(100000000000000000000.0),
        dec!(-1234.50),
    ] {
        assert_eq!(returned(&number), Ok(number));
    }
    for number in [f64::MAX, f64::MIN, 1e22, 0.1] {
        assert_eq!(returned(&number), Ok(number));
    }
}

#[test]
fn an_error_has_the_text_and_says_what_was_expected() {
    let expected = r#"is no number; expected one in JSON, or as a text such as "1.234,50 €""#;
    let long = format!("{}\n\u{202e}!", "a ".repeat(40));
    for (answer, message) in [
        (json!("12 chairs"), format!("\"12 chairs\" {expected}")),
        (json!(""), format!("\"\" {expected}")),
        (json!(long), format!("\"{}…\" {expected}", "a ".repeat(30))),
        (
            json!("1.234 €"),
            "\"1.234 €\" may be 1234 or 1.234: `NumberWithComma` reads it as the one, \
             `NumberWithPoint` as the other"
                .to_owned(),
        ),
        (
            json!("3-"),
            "\"3-\" is the number -3, which `u64` can't hold: invalid digit found in string"
                .to_owned(),
        ),
        (
            json!(1.5),
            "\"1.5\" is the number 1.5, which `u64` can't hold: invalid digit found in string"
                .to_owned(),
        ),
        (
            json!(true),
            "invalid type: boolean `true`, expected a number, or the text of one".to_owned(),
        ),
        (
            json!([1]),
            "invalid type: sequence, expected a number, or the text of one".to_owned(),
        ),
    ] {
        assert_eq!(read_as::<u64>(answer), Err(message));
    }
}

#[test]
fn a_number_is_written_as_json_and_as_text_where_that_would_change_it() {
    fn written<T: FromStr + fmt::Display>(number: T) -> String {
        let mut text = Vec::new();
        Number::serialize_as(&number, &mut serde_json::Serializer::new(&mut text)).expect("JSON");
        String::from_utf8(text).expect("a text")
    }
    assert_eq!(written(dec!(1234.50)), "1234.5");
    assert_eq!(written(dec!(-0.10)), "-0.1");
    assert_eq!(written(u64::MAX), u64::MAX.to_string());
    assert_eq!(written(i64::MIN), i64::MIN.to_string());
    assert_eq!(written(0.1_f32), "0.1");
    assert_eq!(written(1e300), "1e+300");
    assert_eq!(
        written(dec!(0.12345678901234567890)),
        "\"0.12345678901234567890\""
    );
    assert_eq!(written(u128::MAX), format!("\"{}\"", u128::MAX));
}

#[test]
fn the_schema_asks_for_a_number() {
    let schema = OutputSchema::of::<Amounts>().expect("an object");
    assert_eq!(
        schema.to_string(),
        r#"{"properties":{"count":{"minimum":0,"type":"integer"},"decimal":{"type":"number"},"float":{"type":"number"},"many":{"items":{"type":"number"},"type":"array"},"perhaps":{"type":["integer","null"]}},"required":["decimal","float","count","many"],"type":"object"}"#
    );
}

#[test]
fn the_schema_asks_for_the_first_form_of_what_serde_with_picks_from() {
    use serde_with::{DefaultOnNull, DisplayFromStr, OneOrMany, PickFirst, formats::PreferMany};

    #[serde_with::serde_as]
    #[derive(Debug, PartialEq, Deserialize, schemars::JsonSchema)]
    struct Order {
        #[serde_as(as = "DefaultOnNull")]
        notes: Vec<String>,
        #[serde_as(as = "OneOrMany<_, PreferMany>")]
        references: Vec<String>,
        /// As printed.
        #[serde_as(as = "PickFirst<(_, DisplayFromStr)>")]
        pages: u32,
        #[serde_as(as = "Option<PickFirst<(_, DisplayFromStr)>>")]
        copies: Option<u32>,
    }
    let answer = r#"{"notes": null, "references": "A-17", "pages": "3", "copies": "2"}"#;
    let order = Order {
        notes: Vec::new(),
        references: vec!["A-17".to_owned()],
        pages: 3,
        copies: Some(2),
    };
    assert_eq!(
        serde_json::from_str::<Order>(answer).expect("an order"),
        order
    );

    let schema = OutputSchema::of::<Order>().expect("an object");
    assert_eq!(
        schema.to_string(),
        r##"{"properties":{"copies":{"anyOf":[{"minimum":0,"type":"integer"},{"type":"null"}]},"notes":{"items":{"type":"string"},"type":["array","null"]},"pages":{"description":"As printed.","minimum":0,"type":"integer"},"references":{"items":{"type":"string"},"type":"array"}},"required":["notes","references","pages"],"type":"object"}"##
    );
}
