//! Each kind of entry against a spec that is written in several ways.

use super::*;

const SPEC: &str = "\
openapi: 3.0.3
info: {title: Things, version: v1}
paths:
  /things:
    get:
      operationId: list_things
      responses:
        2XX:
          description: Things.
          content:
            application/json:
              schema:
                type: object
                properties:
                  total:
                    type: integer
components:
  schemas:
    Thing:
      type: object
      required: [id, made_at] # as [shown]
      properties:
        id:
          type: string
          format: uuid
        # When it was made.
        made_at:
          type: string
          format: date-time

        size: {type: integer}
    Colour:
      type: string
      enum: [red, green] # and [more]
    Shade:
      type: string
      enum:
        - light
        - dark
    Tone:
      type: string
      enum: [soft,
        loud]
    Owner:
      type: object
      required:
        - name
      properties:
        name:
          type: string
";

/// Returns the lines that an entry changes, and why where it changes none.
fn change(entry: &str) -> Vec<String> {
    let entries: Vec<Entry> = entry
        .lines()
        .map(|line| {
            let status = if line.contains("undocumented") { "304" } else { "2XX" };
            let line = format!(
                r#"{{"operation": "list_things", "status": "{status}", "count": 1, "of": 2, {line}}}"#
            );
            serde_json::from_str(&line).expect("an entry")
        })
        .collect();
    let patch = patch(SPEC, &entries, "openapi.yaml").expect("the spec can be read");
    // Whatever is changed, it is a spec that can be read.
    read::read(&patch.text).expect("it is YAML");
    let lines = patch.diff.lines().skip(2);
    let changed = lines.filter(|line| line.starts_with(['+', '-']));
    changed.map(str::to_owned).chain(patch.left).collect()
}

#[test]
fn a_field_becomes_a_property_after_the_others() {
    assert_eq!(
        change(
            r#""kind": "unknown_field", "schema": "Owner.tags", "property": "tags", "seen": {"type": "array", "items": {"type": "string"}}"#
        ),
        [
            "+        tags:",
            "+          type: array",
            "+          items:",
            "+            type: string",
            "+          description: Seen in replies of `list_things`; not documented.",
        ]
    );
    // It stands where the properties end, and not where the file does.
    let entry = r#"{"operation": "list_things", "status": "2XX", "count": 1, "of": 1, "kind": "unknown_field",
        "schema": "Thing.age", "property": "age", "seen": {"type": "integer"}}"#;
    let entry = serde_json::from_str(entry).expect("an entry");
    let patch = patch(SPEC, &[entry], "openapi.yaml").expect("the spec can be read");
    let expected = "        size: {type: integer}\n        age:\n          type: integer\n          format: int64\n";
    assert!(patch.text.contains(expected), "{}", patch.text);
    // In a reply without a name, null at times.
    assert_eq!(
        change(concat!(
            r#""kind": "unknown_field", "path": "next", "property": "next", "seen": {"type": "null"}"#,
            "\n",
            r#""kind": "unknown_field", "path": "next", "property": "next", "seen": {"type": "string"}"#
        )),
        [
            "+                  next:",
            "+                    type: string",
            "+                    nullable: true",
            "+                    description: Seen in replies of `list_things`; not documented.",
        ]
    );
}

#[test]
fn a_value_joins_its_enum_however_that_is_written() {
    let value = |schema: &str| {
        change(&format!(
            r#""kind": "unknown_value", "schema": "{schema}", "value": "yes""#
        ))
    };
    assert_eq!(
        value("Colour"),
        [
            "-      enum: [red, green] # and [more]",
            "+      enum: [red, green, \"yes\"] # and [more]"
        ]
    );
    assert_eq!(value("Shade"), ["+        - \"yes\""]);
    assert_eq!(
        value("Tone"),
        [
            "list_things 2XX, unknown value: it is written in brackets or braces; give each part a line of its own"
        ]
    );
}

#[test]
fn what_is_missing_is_no_longer_required() {
    let missing = |schema: &str, property: &str| {
        change(&format!(
            r#""kind": "missing_field", "schema": "{schema}.{property}", "property": "{property}""#
        ))
    };
    assert_eq!(
        missing("Thing", "made_at"),
        [
            "-      required: [id, made_at] # as [shown]",
            "+      required: [id] # as [shown]"
        ]
    );
    // A list of nothing is none.
    assert_eq!(
        missing("Owner", "name"),
        ["-      required:", "-        - name"]
    );
}

#[test]
fn a_value_of_another_kind_gets_another_type() {
    let kind = |more: &str| {
        change(&format!(
            r#""kind": "wrong_kind", "expected": {{"type": "string", "format": "date-time"}}, "schema": "Thing.made_at", {more}"#
        ))
    };
    assert_eq!(
        kind(r#""seen": {"type": "null"}"#),
        ["+          nullable: true"]
    );
    // A text that has its format at times.
    assert_eq!(
        kind(r#""seen": {"type": "string"}"#),
        ["-          format: date-time"]
    );
    // Of values of several kinds nothing is known.
    assert_eq!(
        kind(r#""seen": {"type": "integer"}"#),
        ["-          type: string", "-          format: date-time"]
    );
    assert_eq!(
        change(
            r#""kind": "wrong_kind", "schema": "Thing.size", "expected": {"type": "integer"}, "seen": {"type": "string"}"#
        ),
        [
            "list_things 2XX, wrong kind: it is written in brackets or braces; give each part a line of its own"
        ]
    );
}

#[test]
fn a_status_becomes_a_response_and_what_no_edit_mends_is_told() {
    assert_eq!(
        change(r#""kind": "undocumented_status", "path": """#),
        [
            "+        \"304\":",
            "+          description: Seen; not documented."
        ]
    );
    assert_eq!(
        change(r#""kind": "not_json", "path": """#),
        ["list_things 2XX, not json: no edit of the spec follows from it; look at a reply"]
    );
}
