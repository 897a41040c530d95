//! Composes the events of the YAML parser into values.

use std::collections::BTreeMap;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError, Span};
use serde_json::{Map, Value};

use super::{Document, Position, Positions, scalar};
use crate::codegen::problem::Problem;

/// Composes the one document of a text.
pub fn compose(text: &str) -> Result<Document, Vec<Problem>> {
    let mut composer = Composer::default();
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| vec![syntax(text, &error)])?;
        composer.take(event, span);
    }
    if composer.problems.is_empty() {
        Ok(Document {
            value: composer.root.unwrap_or(Value::Null),
            positions: composer.positions,
        })
    } else {
        Err(composer.problems)
    }
}

/// A value that can be named and repeated elsewhere (`&name`, `*name`).
type Anchors = BTreeMap<usize, Value>;

#[derive(Default)]
struct Composer {
    root: Option<Value>,
    /// The mappings and lists that are open, outermost first.
    open: Vec<Node>,
    anchors: Anchors,
    positions: Positions,
    problems: Vec<Problem>,
}

/// A mapping or list that isn't complete.
struct Node {
    place: String,
    anchor: usize,
    content: Content,
}

enum Content {
    Mapping {
        members: Map<String, Value>,
        /// The key whose value comes next, and where it is.
        key: Option<(String, Position)>,
    },
    List(Vec<Value>),
}

impl Composer {
    fn take(&mut self, event: Event<'_>, span: Span) {
        let position = position(span.start);
        match event {
            Event::Scalar(text, style, anchor, _) => {
                if self.take_key(&text, position) {
                    return;
                }
                let value = if style == ScalarStyle::Plain {
                    scalar::plain(&text)
                } else {
                    Value::String(text.into_owned())
                };
                let place = self.begin(position, Some(position));
                self.end(&place, anchor, value);
            }
            Event::Alias(anchor) => {
                let value = self.anchors.get(&anchor).cloned().unwrap_or_default();
                let place = self.begin(position, None);
                self.end(&place, 0, value);
            }
            Event::SequenceStart(anchor, _) => {
                self.open_node(position, anchor, Content::List(Vec::new()));
            }
            Event::MappingStart(anchor, _) => {
                let content = Content::Mapping {
                    members: Map::new(),
                    key: None,
                };
                self.open_node(position, anchor, content);
            }
            Event::SequenceEnd | Event::MappingEnd => {
                if let Some(node) = self.open.pop() {
                    let value = match node.content {
                        Content::Mapping { members, .. } => Value::Object(members),
                        Content::List(elements) => Value::Array(elements),
                    };
                    self.end(&node.place, node.anchor, value);
                }
            }
            _ => (),
        }
    }

    /// Takes a scalar as a key, where one is due.
    fn take_key(&mut self, text: &str, position: Position) -> bool {
        let Some(Node {
            place,
            content: Content::Mapping { members, key },
            ..
        }) = self.open.last_mut()
        else {
            return false;
        };
        if key.is_some() {
            return false;
        }
        let place = join(place, text);
        if text == "<<" {
            self.problems.push(Problem::at(
                position,
                &place,
                "merge keys (`<<`) are lost in other tools; write the members out",
            ));
        } else if members.contains_key(text) {
            let first = self.positions.of_key(&place);
            let line = first.map_or(0, |first| first.line);
            self.problems.push(Problem::at(
                position,
                &place,
                format!("the key `{text}` stands in line {line} too; keep one of them"),
            ));
        }
        *key = Some((text.to_owned(), position));
        true
    }

    /// Returns the place of the value that begins, and keeps where it is written.
    fn begin(&mut self, position: Position, scalar: Option<Position>) -> String {
        let (place, key) = match self.open.last() {
            None => (String::new(), position),
            Some(node) => match &node.content {
                Content::Mapping { key, .. } => match key {
                    Some((key, position)) => (join(&node.place, key), *position),
                    None => (node.place.clone(), position),
                },
                Content::List(elements) => {
                    (join(&node.place, &elements.len().to_string()), position)
                }
            },
        };
        self.positions.insert(place.clone(), key, scalar);
        place
    }

    fn open_node(&mut self, position: Position, anchor: usize, content: Content) {
        if let Some(Node {
            place,
            content: Content::Mapping { key, .. },
            ..
        }) = self.open.last_mut()
            && key.is_none()
        {
            self.problems.push(Problem::at(
                position,
                place.as_str(),
                "a mapping or list can't be a key; write a text",
            ));
            *key = Some((String::new(), position));
        }
        let place = self.begin(position, None);
        self.open.push(Node {
            place,
            anchor,
            content,
        });
    }

    fn end(&mut self, place: &str, anchor: usize, value: Value) {
        if anchor != 0 {
            self.anchors.insert(anchor, value.clone());
        }
        match self.open.last_mut().map(|node| &mut node.content) {
            None => {
                if self.root.is_some() {
                    self.problems.push(Problem::new(
                        place,
                        "the file holds more than one document; keep one",
                    ));
                }
                self.root = Some(value);
            }
            Some(Content::Mapping { members, key }) => {
                if let Some((key, _)) = key.take() {
                    members.insert(key, value);
                }
            }
            Some(Content::List(elements)) => elements.push(value),
        }
    }
}

fn join(place: &str, key: &str) -> String {
    if place.is_empty() {
        key.to_owned()
    } else {
        format!("{place}.{key}")
    }
}

fn position(marker: Marker) -> Position {
    Position {
        line: marker.line(),
        column: marker.col() + 1,
    }
}

/// Returns the problem of a text that isn't YAML, with advice where the mistake is a usual one.
fn syntax(text: &str, error: &ScanError) -> Problem {
    let position = position(*error.marker());
    let line = text.lines().nth(position.line.saturating_sub(1));
    let line = line.unwrap_or_default();
    let mut conflicts = text
        .lines()
        .zip(1..)
        .filter(|(line, _)| line.starts_with("<<<<<<< ") || line.starts_with(">>>>>>> "));
    if let Some((_, line)) = conflicts.next() {
        return Problem::at(
            Position { line, column: 1 },
            "the file",
            "isn't valid YAML; settle the conflict of the merge, and remove its markers",
        );
    }
    let indentation = line.len() - line.trim_start().len();
    let advice = if line[..indentation].contains('\t') {
        "indent with spaces, since a tab can't begin a line".to_owned()
    } else if error.info().contains("unknown anchor") {
        let alias = line.get(line.find('*').unwrap_or_default()..);
        let alias = alias.unwrap_or_default();
        let end = alias.find([' ', ',', '}', ']']).unwrap_or(alias.len());
        format!(
            "`{}` has no anchor above it; write `&name` at what it stands for",
            &alias[..end]
        )
    } else {
        "check the indentation, the colons and the quotes here and just above".to_owned()
    };
    Problem::at(
        position,
        "the file",
        format!("isn't valid YAML ({}); {advice}", error.info()),
    )
}
