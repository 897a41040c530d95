//! The places in replies that were seen, as a tree: how often a value was there, and the path that
//! leads there.

use std::borrow::Cow;

use super::compare::Step;

/// The most places that are remembered.
const MOST_PLACES: usize = 10_000;

/// A place, by its number.
pub(super) type PlaceId = usize;

/// What leads from one place to the next.
#[derive(Clone, Debug, PartialEq)]
enum Edge<'a> {
    Operation(&'static str),
    /// The replies under this key of the spec, or of this undocumented code.
    Reply(Cow<'a, str>),
    /// The body of a reply.
    Body,
    Property(&'static str),
    Unknown(Cow<'a, str>),
    Elements,
    Values,
}

impl<'a> Edge<'a> {
    fn of(step: Step<'a>) -> Self {
        match step {
            Step::Property(name) => Self::Property(name),
            Step::Unknown(name) => Self::Unknown(name.into()),
            Step::Elements => Self::Elements,
            Step::Values => Self::Values,
        }
    }

    fn into_owned(self) -> Edge<'static> {
        match self {
            Self::Operation(id) => Edge::Operation(id),
            Self::Reply(status) => Edge::Reply(status.into_owned().into()),
            Self::Body => Edge::Body,
            Self::Property(name) => Edge::Property(name),
            Self::Unknown(name) => Edge::Unknown(name.into_owned().into()),
            Self::Elements => Edge::Elements,
            Self::Values => Edge::Values,
        }
    }
}

#[derive(Debug)]
struct Place {
    parent: Option<PlaceId>,
    edge: Edge<'static>,
    /// The named schema that has the edge.
    home: Option<&'static str>,
    seen: u64,
    children: Vec<PlaceId>,
}

/// The tree of all places.
#[derive(Debug, Default)]
pub(super) struct Places {
    all: Vec<Place>,
    operations: Vec<PlaceId>,
}

impl Places {
    /// Returns the place of an operation.
    pub(super) fn operation(&mut self, id: &'static str) -> Option<PlaceId> {
        self.place(None, Edge::Operation(id), None)
    }

    /// Returns the place of the replies of this status.
    pub(super) fn reply(&mut self, operation: PlaceId, status: &str) -> Option<PlaceId> {
        self.place(Some(operation), Edge::Reply(status.into()), None)
    }

    pub(super) fn body(&mut self, reply: PlaceId) -> Option<PlaceId> {
        self.place(Some(reply), Edge::Body, None)
    }

    /// Returns the place that a step leads to.
    pub(super) fn step(
        &mut self,
        parent: PlaceId,
        step: Step<'_>,
        home: Option<&'static str>,
    ) -> Option<PlaceId> {
        self.place(Some(parent), Edge::of(step), home)
    }

    /// Returns the place that a step leads to, where it is known already.
    pub(super) fn known(
        &self,
        parent: PlaceId,
        step: Step<'_>,
        home: Option<&'static str>,
    ) -> Option<PlaceId> {
        self.find(Some(parent), &Edge::of(step), home)
    }

    fn find(
        &self,
        parent: Option<PlaceId>,
        edge: &Edge<'_>,
        home: Option<&'static str>,
    ) -> Option<PlaceId> {
        let siblings = match parent {
            Some(parent) => &self.all.get(parent)?.children,
            None => &self.operations,
        };
        let is_it = |id: &&PlaceId| {
            let place = self.all.get(**id);
            place.is_some_and(|place| place.edge == *edge && place.home == home)
        };
        siblings.iter().find(is_it).copied()
    }

    /// Finds or adds a place; `None` where there is no room.
    fn place(
        &mut self,
        parent: Option<PlaceId>,
        edge: Edge<'_>,
        home: Option<&'static str>,
    ) -> Option<PlaceId> {
        if let Some(id) = self.find(parent, &edge, home) {
            return Some(id);
        }
        let id = self.all.len();
        if id == MOST_PLACES {
            return None;
        }
        self.all.push(Place {
            parent,
            edge: edge.into_owned(),
            home,
            seen: 0,
            children: Vec::new(),
        });
        match parent {
            Some(parent) => self.all.get_mut(parent)?.children.push(id),
            None => self.operations.push(id),
        }
        Some(id)
    }

    /// Counts a value at a place.
    pub(super) fn saw(&mut self, id: PlaceId) {
        if let Some(place) = self.all.get_mut(id) {
            place.seen = place.seen.saturating_add(1);
        }
    }

    /// Returns how often a value was seen at a place.
    pub(super) fn seen(&self, id: PlaceId) -> u64 {
        self.all.get(id).map_or(0, |place| place.seen)
    }

    /// Returns how often a value was seen in which this place lies.
    pub(super) fn seen_around(&self, id: PlaceId) -> u64 {
        let parent = self.all.get(id).and_then(|place| place.parent);
        parent.map_or(0, |parent| self.seen(parent))
    }

    /// Returns the way to a place, from its operation on.
    fn way(&self, id: PlaceId) -> Vec<&Place> {
        let mut way = Vec::new();
        let mut next = Some(id);
        while let Some(place) = next.and_then(|id| self.all.get(id)) {
            way.push(place);
            next = place.parent;
        }
        way.reverse();
        way
    }

    /// Describes a place, where something of the named schema was found, or of one without a name.
    pub(super) fn describe(&self, id: PlaceId, home: Option<&'static str>) -> Described {
        let way = self.way(id);
        let mut described = Described::default();
        for place in &way {
            match &place.edge {
                Edge::Operation(id) => described.operation = id,
                Edge::Reply(status) => described.status = status.to_string(),
                edge => push(&mut described.path, edge),
            }
        }
        described.property = match way.last().map(|place| &place.edge) {
            Some(Edge::Property(name)) => Some((*name).to_owned()),
            Some(Edge::Unknown(name)) => Some(name.to_string()),
            _ => None,
        };
        let from = way.iter().rposition(|place| place.home.is_some());
        described.schema = match (home, from) {
            (Some(home), _) => Some(home.to_owned()),
            (None, Some(from)) => {
                let (first, rest) = (&way[from], &way[from..]);
                let mut schema = first.home.unwrap_or_default().to_owned();
                for place in rest {
                    push(&mut schema, &place.edge);
                }
                Some(schema)
            }
            (None, None) => None,
        };
        described
    }
}

/// A place in words.
#[derive(Debug, Default)]
pub(super) struct Described {
    pub(super) operation: &'static str,
    pub(super) status: String,
    pub(super) path: String,
    pub(super) property: Option<String>,
    pub(super) schema: Option<String>,
}

/// Adds an edge to a path.
fn push(path: &mut String, edge: &Edge<'_>) {
    let name: &str = match edge {
        Edge::Operation(_) | Edge::Reply(_) | Edge::Body => return,
        Edge::Elements => return path.push_str("[]"),
        Edge::Values => return path.push_str("{}"),
        Edge::Property(name) => name,
        Edge::Unknown(name) => name,
    };
    if !path.is_empty() {
        path.push('.');
    }
    let is_plain = |char: char| char.is_ascii_alphanumeric() || "_-$@".contains(char);
    if !name.is_empty() && name.chars().all(is_plain) {
        path.push_str(name);
    } else {
        path.push_str(&serde_json::Value::from(name).to_string());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_has_a_path_and_the_innermost_named_schema_around_it() {
        let mut places = Places::default();
        let operation = places.operation("list_things").expect("room");
        let reply = places.reply(operation, "2XX").expect("room");
        let body = places.body(reply).expect("room");
        let mut step = |parent, step, home| places.step(parent, step, home).expect("room");
        let data = step(body, Step::Property("data"), Some("Page"));
        let element = step(data, Step::Elements, Some("Page"));
        let inline = step(element, Step::Property("x.y"), Some("Thing"));
        let values = step(inline, Step::Values, None);
        let unknown = step(values, Step::Unknown("new"), None);
        assert_eq!(step(element, Step::Property("x.y"), Some("Thing")), inline);
        assert_ne!(step(element, Step::Property("x.y"), Some("Other")), inline);

        let described = places.describe(unknown, None);
        assert_eq!(described.operation, "list_things");
        assert_eq!(described.status, "2XX");
        assert_eq!(described.path, r#"data[]."x.y"{}.new"#);
        assert_eq!(described.property.as_deref(), Some("new"));
        assert_eq!(described.schema.as_deref(), Some(r#"Thing."x.y"{}.new"#));
        let described = places.describe(element, Some("Thing"));
        assert_eq!(
            (described.path.as_str(), described.property),
            ("data[]", None)
        );
        assert_eq!(described.schema.as_deref(), Some("Thing"));
        assert_eq!(places.describe(body, None).schema, None);
    }

    #[test]
    fn the_number_of_places_is_bounded() {
        let mut places = Places::default();
        let mut place = places.operation("get_tree").expect("room");
        for _ in 1..MOST_PLACES {
            place = places.step(place, Step::Elements, None).expect("room");
        }
        assert_eq!(places.step(place, Step::Elements, None), None);
        places.saw(place);
        assert_eq!((places.seen(place), places.seen_around(place)), (1, 0));
    }
}
