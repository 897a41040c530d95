//! Compares a value with its schema.
//!
//! Nothing is decided here about what is done with a difference: a [`Sink`] records it, or counts
//! it where it is only tried which of several schemas a value has.

use std::borrow::Cow;

use super::{
    json::Json,
    layers::{Inside, Layers},
    schema::{Property, Schema},
    shape::{JsonKind, Shape, is_text_of, size_beyond},
};

/// A step from a value to one inside it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Step<'a> {
    /// A property, by the name that the spec has for it.
    Property(&'static str),
    /// A member that the spec doesn't name.
    Unknown(&'a str),
    /// The elements of an array.
    Elements,
    /// The values of a map.
    Values,
}

/// A difference between a value and its schema.
#[derive(Debug, PartialEq)]
pub(super) enum Difference<'a> {
    WrongKind { expected: Shape, seen: Shape },
    UnknownValue(&'a str),
    MissingField(&'static str),
    UnknownField { name: &'a str, seen: &'a Json<'a> },
}

/// What is told of a comparison.
///
/// A home is the named schema to which something belongs, where it has one.
pub(super) trait Sink {
    /// A place in a reply, in which many replies have a value.
    type Place: Copy;

    /// Whether nothing is recorded, so that an approximation is good enough.
    const IS_TRIAL: bool;

    /// Tells that there is a value, and returns its place.
    fn enter(
        &mut self,
        parent: Self::Place,
        step: Step<'_>,
        home: Option<&'static str>,
    ) -> Self::Place;

    /// Tells of a difference at a place.
    fn found(&mut self, place: Self::Place, home: Option<&'static str>, difference: Difference<'_>);
}

/// Compares a value and all within it. It goes as deep as the value, and never deeper, whatever
/// circles the schemas make.
pub(super) fn compare<S: Sink>(
    sink: &mut S,
    value: &Json<'_>,
    schema: &'static Schema,
    place: S::Place,
) {
    let layers = Layers::of(schema, value, S::IS_TRIAL);
    if layers.allow(value) {
        return;
    }
    for layer in layers.iter() {
        if let Some(expected) = mismatch(value, layer.schema) {
            let seen = seen(value, &expected);
            sink.found(place, layer.home, Difference::WrongKind { expected, seen });
            return;
        }
        let values = layer.schema.values;
        if let Json::Text(text) = value
            && !values.is_empty()
            && !values.contains(&text.as_ref())
        {
            sink.found(place, layer.home, Difference::UnknownValue(text));
        }
    }
    match value {
        Json::List(elements) => {
            if let Some(Inside { step, home, schema }) = layers.elements() {
                for element in elements {
                    let place = sink.enter(place, step, home);
                    compare(sink, element, schema, place);
                }
            }
        }
        Json::Object(members) => object(sink, members, &layers, place),
        _ => (),
    }
}

/// The members of an object.
type Members<'a> = [(Cow<'a, str>, Json<'a>)];

fn object<S: Sink>(sink: &mut S, members: &Members<'_>, layers: &Layers, place: S::Place) {
    let mut known: usize = 0;
    for layer in layers.iter() {
        for property in layer.schema.properties {
            if let Some(value) = value_of(property, members) {
                known = known.saturating_add(1);
                let place = sink.enter(place, Step::Property(property.name), layer.home);
                compare(sink, value, property.schema, place);
            }
        }
        for name in layer.schema.required {
            let is_there = match layers.property(name) {
                Some(property) => value_of(property, members).is_some(),
                None => member(members, name).is_some(),
            };
            if !is_there {
                sink.found(place, layer.home, Difference::MissingField(name));
            }
        }
    }
    if let Some((discriminator, home)) = layers.undecided()
        && let Some(Json::Text(value)) = member(members, discriminator.property)
    {
        let step = Step::Property(discriminator.property);
        let place = sink.enter(place, step, home);
        sink.found(place, home, Difference::UnknownValue(value));
        return;
    }
    // Most objects have nothing else, which is told by a number.
    let is_all = layers.is_one() && known == members.len();
    if is_all || !layers.name_members() {
        return;
    }
    for (name, value) in members {
        if layers.know(name) {
            continue;
        }
        match layers.further() {
            Some(Inside { step, home, schema }) => {
                let place = sink.enter(place, step, home);
                compare(sink, value, schema, place);
            }
            None => {
                let difference = Difference::UnknownField { name, seen: value };
                sink.found(place, layers.home(), difference);
            }
        }
    }
}

/// Returns the value of a property: under its own name, or else under the first of its other names
/// whose value may be the property's.
fn value_of<'a>(property: &Property, members: &'a Members<'a>) -> Option<&'a Json<'a>> {
    let own = member(members, property.name);
    let others = || {
        let names = property.aliases.iter();
        names.filter_map(|name| member(members, name))
    };
    own.or_else(|| others().find(|value| Layers::accept(property.schema, value)))
        .or_else(|| others().next())
}

/// Returns the value of this name.
pub(super) fn member<'a, 'b>(members: &'a Members<'b>, name: &str) -> Option<&'a Json<'b>> {
    let found = members.iter().find(|(key, _)| key == name);
    found.map(|(_, value)| value)
}

/// Returns what the schema has, where the value is of another kind or format.
fn mismatch(value: &Json<'_>, schema: &Schema) -> Option<Shape> {
    let kinds = schema.kinds;
    let first = *kinds.first()?;
    let expected = |kind| Some(Shape::new(kind).with_format(schema.format));
    if !kinds.iter().any(|kind| kind.includes(value)) {
        return expected(first);
    }
    let format = schema.format?;
    let fits = match value {
        Json::Text(text) => is_text_of(text, format),
        Json::Integer(number) => size_beyond(*number, format).is_none(),
        _ => true,
    };
    if fits {
        None
    } else {
        expected(JsonKind::of(value))
    }
}

/// Returns the shape of a value that isn't as expected.
fn seen(value: &Json<'_>, expected: &Shape) -> Shape {
    let format = expected.format.as_deref().unwrap_or_default();
    match value {
        Json::Integer(number) if expected.kind == JsonKind::Integer => {
            Shape::new(JsonKind::Integer).with_format(size_beyond(*number, format))
        }
        _ => Shape::of(value),
    }
}

impl JsonKind {
    /// Returns whether a value is of this kind. Each integer is a number too.
    pub(super) fn includes(self, value: &Json<'_>) -> bool {
        let kind = Self::of(value);
        kind == self || (self == Self::Number && kind == Self::Integer)
    }
}

/// Counts the differences, to compare schemas by them: the names of fields tell more of what a
/// value is than kinds do.
#[derive(Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Tally {
    /// Fields that are missing or unknown.
    names: usize,
    /// Values of another kind or format, or unknown ones.
    kinds: usize,
    /// Those by which a type refuses a value.
    pub(super) refused: usize,
}

impl Tally {
    /// Counts the differences between a value and a schema.
    pub(super) fn of(value: &Json<'_>, schema: &'static Schema) -> Self {
        let mut tally = Self::default();
        compare(&mut tally, value, schema, ());
        tally
    }
}

impl Sink for Tally {
    type Place = ();
    const IS_TRIAL: bool = true;

    fn enter(&mut self, (): (), _: Step<'_>, _: Option<&'static str>) {}

    fn found(&mut self, (): (), _: Option<&'static str>, difference: Difference<'_>) {
        let (is_name, is_refused) = match difference {
            Difference::WrongKind { .. } => (false, true),
            Difference::UnknownValue(_) => (false, false),
            Difference::MissingField(_) => (true, true),
            Difference::UnknownField { .. } => (true, false),
        };
        let count = if is_name {
            &mut self.names
        } else {
            &mut self.kinds
        };
        *count = count.saturating_add(1);
        self.refused = self.refused.saturating_add(is_refused.into());
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{
            json::parse,
            schema::{Discriminator, Schema},
        },
        *,
    };

    /// Writes down what is found, with the named schema that it belongs to.
    #[derive(Default)]
    struct Notes {
        paths: Vec<String>,
        found: Vec<String>,
    }

    impl Sink for Notes {
        type Place = usize;
        const IS_TRIAL: bool = false;

        fn enter(&mut self, parent: usize, step: Step<'_>, _: Option<&'static str>) -> usize {
            let parent = &self.paths[parent];
            self.paths.push(match step {
                Step::Property(name) | Step::Unknown(name) => format!("{parent}.{name}"),
                Step::Elements => format!("{parent}[]"),
                Step::Values => format!("{parent}{{}}"),
            });
            self.paths.len() - 1
        }

        fn found(&mut self, place: usize, home: Option<&'static str>, difference: Difference<'_>) {
            let what = match difference {
                Difference::WrongKind { expected, seen } => format!("{seen}, not {expected}"),
                Difference::UnknownValue(text) => format!("value {text}"),
                Difference::MissingField(name) => format!("without {name}"),
                Difference::UnknownField { name, .. } => format!("with {name}"),
            };
            let (home, path) = (home.unwrap_or("-"), &self.paths[place]);
            self.found.push(format!("{home} {path}: {what}"));
        }
    }

    #[track_caller]
    fn check(schema: &'static Schema, text: &str, expected: &[&str]) {
        let value = parse(text.as_bytes()).expect(text);
        let mut notes = Notes::default();
        notes.paths.push(String::new());
        compare(&mut notes, &value, schema, 0);
        assert_eq!(notes.found, expected, "{text}");
    }

    const TEXT: Schema = Schema {
        kinds: &[JsonKind::String],
        ..Schema::ANY
    };

    const INTEGER: Schema = Schema {
        kinds: &[JsonKind::Integer],
        ..Schema::ANY
    };

    const fn property(name: &'static str, schema: &'static Schema) -> Property {
        Property {
            name,
            aliases: &[],
            schema,
        }
    }

    static WOLF: Schema = Schema {
        name: Some("Wolf"),
        kinds: &[JsonKind::Object],
        properties: &[
            property("kind", &TEXT),
            property("howl", &INTEGER),
            property("friend", &PET),
        ],
        ..Schema::ANY
    };

    static BEAR: Schema = Schema {
        name: Some("Bear"),
        kinds: &[JsonKind::Object],
        properties: &[
            property("kind", &TEXT),
            property("growl", &INTEGER),
            property("friend", &PET),
        ],
        required: &["growl"],
        ..Schema::ANY
    };

    static PET: Schema = Schema {
        name: Some("Pet"),
        alternatives: &[&WOLF, &BEAR, &TEXT],
        ..Schema::ANY
    };

    static KIND_OF_PET: Schema = Schema {
        discriminator: Some(&Discriminator {
            property: "kind",
            mapping: &[("bear", &BEAR), ("wolf", &WOLF)],
        }),
        ..PET
    };

    #[test]
    fn of_alternatives_the_one_holds_that_differs_least() {
        check(&PET, r#"{"kind": "x", "howl": 1}"#, &[]);
        check(&PET, r#"{"kind": "x", "growl": 1}"#, &[]);
        check(&PET, r#""text""#, &[]);
        check(
            &PET,
            r#"{"growl": 1, "friend": {"growl": 1, "friend": "text"}}"#,
            &[],
        );
        // It may be several of them at once.
        check(&PET, r#"{"howl": 1, "growl": 1}"#, &[]);
        check(&PET, r#"{"growl": 1, "age": 7}"#, &["Bear : with age"]);
        check(
            &PET,
            r#"{"growl": "x", "age": 7}"#,
            &["- .growl: string, not integer", "Bear : with age"],
        );
        check(&PET, "7", &["Wolf : integer, not object"]);
        check(&PET, "null", &["Wolf : null, not object"]);
    }

    #[test]
    fn a_discriminator_chooses() {
        let pet = &KIND_OF_PET;
        check(pet, r#"{"kind": "bear", "growl": 1}"#, &[]);
        check(
            pet,
            r#"{"kind": "wolf", "growl": 1}"#,
            &["Wolf : with growl"],
        );
        check(
            pet,
            r#"{"kind": "fox", "tail": 1}"#,
            &["Pet .kind: value fox"],
        );
        check(pet, r#"{"howl": 1}"#, &[]);
    }

    static PART: Schema = Schema {
        name: Some("Part"),
        kinds: &[JsonKind::Object],
        properties: &[Property {
            name: "total",
            aliases: &["sum", "amount"],
            schema: &INTEGER,
        }],
        ..Schema::ANY
    };

    static WHOLE: Schema = Schema {
        name: Some("Whole"),
        parts: &[
            &PART,
            &Schema {
                properties: &[property("note", &TEXT)],
                required: &["total"],
                ..Schema::ANY
            },
        ],
        ..Schema::ANY
    };

    #[test]
    fn all_parts_hold_and_each_owns_what_it_says() {
        check(&WHOLE, r#"{"total": 1, "note": "x"}"#, &[]);
        check(
            &WHOLE,
            r#"{"note": 7}"#,
            &["- .note: integer, not string", "Whole : without total"],
        );
        check(
            &WHOLE,
            r#"{"total": "x", "new": 1}"#,
            &["- .total: string, not integer", "Whole : with new"],
        );
    }

    #[test]
    fn an_alias_stands_in_if_it_fits_and_is_known_if_not() {
        check(&PART, r#"{"sum": 1}"#, &[]);
        check(&PART, r#"{"sum": "x", "amount": 1}"#, &[]);
        check(&PART, r#"{"total": 1, "sum": "x"}"#, &[]);
        check(&PART, r#"{"sum": "x"}"#, &["- .total: string, not integer"]);
        check(&WHOLE, r#"{"amount": 1}"#, &[]);
    }

    static BESIDE: Schema = Schema {
        kinds: &[JsonKind::Object],
        properties: &[property("known", &INTEGER)],
        further: Some(&TEXT),
        is_nullable: true,
        ..Schema::ANY
    };

    #[test]
    fn maps_may_be_beside_properties() {
        check(&BESIDE, r#"{"known": 1, "other": "x"}"#, &[]);
        check(&BESIDE, r#"{"other": 7}"#, &["- {}: integer, not string"]);
        check(&BESIDE, "null", &[]);
        check(&Schema::ANY, r#"{"any": [null]}"#, &[]);
    }

    static CIRCLE: Schema = Schema {
        parts: &[&CIRCLE],
        alternatives: &[&CIRCLE, &TEXT],
        ..Schema::ANY
    };

    #[test]
    fn a_circle_of_schemas_ends() {
        check(&CIRCLE, r#"{"a": {}}"#, &[]);
    }

    /// Each union in a union would double the work if all of them were tried within trials.
    #[test]
    fn unions_in_unions_are_not_tried_without_end() {
        let depth = 60;
        let text = format!(
            "{}null{}",
            r#"{"growl": 1, "friend": "#.repeat(depth),
            "}".repeat(depth)
        );
        let friends = ".friend".repeat(depth);
        check(&PET, &text, &[&format!("Wolf {friends}: null, not object")]);
    }
}
