//! Places in an answer, such as `lines[1].total`.

use std::fmt;

use serde_json::Value;

/// The way from the root of an answer to a part of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Place(Vec<Step>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Key(String),
    Index(usize),
}

impl Place {
    /// Reads the place up to which an error of `serde_path_to_error` knows its way in the answer.
    pub(super) fn of(path: &serde_path_to_error::Path, answer: &Value) -> Self {
        use serde_path_to_error::Segment;

        let mut place = Self::default();
        let mut value = answer;
        for segment in path {
            let step = match segment {
                Segment::Seq { index } => Step::Index(*index),
                Segment::Map { key } => Step::Key(key.clone()),
                Segment::Enum { variant } => Step::Key(variant.clone()),
                Segment::Unknown => break,
            };
            // The name of a variant is a key of the answer only where the enum is tagged by it.
            match step.of(value) {
                Some(inner) => value = inner,
                None => break,
            }
            place.0.push(step);
        }
        place
    }

    /// Returns the part of the answer that is at this place.
    pub(super) fn find<'a>(&self, answer: &'a Value) -> Option<&'a Value> {
        self.0.iter().try_fold(answer, |value, step| step.of(value))
    }

    pub(super) fn find_mut<'a>(&self, answer: &'a mut Value) -> Option<&'a mut Value> {
        self.0.iter().try_fold(answer, |value, step| match step {
            Step::Key(key) => value.get_mut(key),
            Step::Index(index) => value.get_mut(index),
        })
    }

    /// Lists this place and all that are inside, up to so many of them; `None` where there are
    /// more.
    pub(super) fn inside(self, answer: &Value, most: usize) -> Option<Vec<Self>> {
        let mut places = vec![self];
        let mut next = 0;
        while let Some(place) = places.get(next).cloned() {
            match place.find(answer) {
                Some(Value::Object(fields)) => {
                    let keys = fields.keys().cloned().map(Step::Key);
                    places.extend(keys.map(|key| place.then(key)));
                }
                Some(Value::Array(items)) => {
                    let indexes = (0..items.len()).map(Step::Index);
                    places.extend(indexes.map(|index| place.then(index)));
                }
                _ => (),
            }
            if places.len() > most {
                return None;
            }
            next = next.saturating_add(1);
        }
        Some(places)
    }

    /// Returns the innermost place around all of these; `None` where there are none.
    pub(super) fn around(places: &[Self]) -> Option<Self> {
        let (first, others) = places.split_first()?;
        let is_common = |(number, step): &(usize, &Step)| {
            others
                .iter()
                .all(|other| other.0.get(*number) == Some(*step))
        };
        let steps = first.0.iter().enumerate().take_while(is_common);
        Some(Self(steps.map(|(_, step)| step.clone()).collect()))
    }

    fn then(&self, step: Step) -> Self {
        let mut steps = self.0.clone();
        steps.push(step);
        Self(steps)
    }
}

impl Step {
    fn of<'a>(&self, value: &'a Value) -> Option<&'a Value> {
        match self {
            Self::Key(key) => value.get(key),
            Self::Index(index) => value.get(index),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str(".");
        }
        for (number, step) in self.0.iter().enumerate() {
            match step {
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Key(key) if number == 0 => f.write_str(key)?,
                Step::Key(key) => write!(f, ".{key}")?,
            }
        }
        Ok(())
    }
}
