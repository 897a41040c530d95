use serde::{Deserialize, Serialize};
use serde_json::json;

use super::*;
use crate::output::OutputSchema;

#[serde_with::serde_as]
#[derive(Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
struct Dates {
    #[serde_as(as = "Date")]
    issued: NaiveDate,
    #[serde_as(as = "Option<DateDayFirst>")]
    due: Option<NaiveDate>,
    #[serde_as(as = "Vec<DateMonthFirst>")]
    paid: Vec<NaiveDate>,
}

#[test]
fn dates_are_read_alone_and_inside_others_and_written_in_the_strict_form() {
    let answer = json!({"issued": "31 Dec 2026", "due": "03/04/2026", "paid": ["03/04/2026"]});
    let dates: Dates = serde_json::from_value(answer).expect("dates");
    assert_eq!(
        serde_json::to_value(&dates).expect("JSON"),
        json!({"issued": "2026-12-31", "due": "2026-04-03", "paid": ["2026-03-04"]})
    );
    let answer = r#"{"issued": "2026-12-31", "paid": []}"#;
    let dates: Dates = serde_json::from_str(answer).expect("dates");
    assert_eq!(dates.due, None);
}

#[test]
fn an_error_has_the_text_and_says_what_was_expected() {
    for (answer, message) in [
        (
            json!("31.12.26"),
            "\"31.12.26\" is no date; expected one such as \"2026-12-31\", \"31.12.2026\" or \
             \"31 Dec 2026\", with English names and a year of four digits",
        ),
        (
            json!("03/04/2026"),
            "\"03/04/2026\" may be 2026-04-03 or 2026-03-04: `DateDayFirst` reads it as the one, \
             `DateMonthFirst` as the other",
        ),
        (
            json!(20261231),
            "invalid type: integer `20261231`, expected the text of a date",
        ),
    ] {
        let outcome = Date::deserialize_as(answer);
        assert_eq!(
            outcome.map_err(|error: serde_json::Error| error.to_string()),
            Err(message.to_owned())
        );
    }
}

#[test]
fn the_schema_asks_for_a_date() {
    let schema = OutputSchema::of::<Dates>().expect("an object");
    assert_eq!(
        schema.to_string(),
        r#"{"properties":{"due":{"format":"date","type":["string","null"]},"issued":{"format":"date","type":"string"},"paid":{"items":{"format":"date","type":"string"},"type":"array"}},"required":["issued","paid"],"type":"object"}"#
    );
}
