//! Records what differs in one reply.

use http::header;
use serde_path_to_error::Segment;

use super::{
    MOST_ENTRIES,
    collector::{Finding, Received, Record, State},
    compare::{Difference, Sink, Step, Tally, compare, member},
    entry::{Entry, Kind},
    json::Json,
    layers::{Inside, Layers},
    places::PlaceId,
    schema::{Reply, Schema},
    shape::Shape,
    shown, table,
};

/// Records what is found in one reply.
pub(super) struct Recorder<'a> {
    state: &'a mut State,
    received: &'a Received<'a>,
    new: Vec<Finding>,
}

impl<'a> Recorder<'a> {
    pub(super) fn new(state: &'a mut State, received: &'a Received<'a>) -> Self {
        Self {
            state,
            received,
            new: Vec::new(),
        }
    }

    pub(super) fn new_entries(self) -> Vec<Entry> {
        let Self { state, new, .. } = self;
        let recorded = new
            .iter()
            .filter_map(|finding| Some((finding, state.found.get(finding)?)));
        recorded
            .map(|(finding, record)| state.entry(finding, record))
            .collect()
    }

    pub(super) fn reply(&mut self, json: Option<&Json<'_>>) {
        let Received {
            operation, status, ..
        } = *self.received;
        let Some(replies) = table::replies_of(operation) else {
            return;
        };
        let place = self.state.places.operation(operation);
        self.saw(place);
        let documented = match replies.documented(status) {
            Some(documented) => documented,
            None => {
                let reply = self.reply_place(place, status.as_str());
                self.saw(reply);
                self.record(reply, None, Kind::UndocumentedStatus);
                // The client reads it as one of its range, and so is it compared.
                match replies.alike(status) {
                    Some(alike) => alike,
                    None => return,
                }
            }
        };
        let reply = self.reply_place(place, documented.status);
        self.saw(reply);
        let is_other_type = self.media_type(reply, documented);
        self.body(reply, documented, json, is_other_type);
    }

    fn reply_place(&mut self, operation: Option<PlaceId>, status: &str) -> Option<PlaceId> {
        self.state.places.reply(operation?, status)
    }

    /// Compares the media type, and returns whether it is another one.
    fn media_type(&mut self, reply: Option<PlaceId>, documented: &Reply) -> bool {
        let Some(value) = self.received.headers.get(header::CONTENT_TYPE) else {
            return false;
        };
        // A type of nothing says nothing.
        if self
            .received
            .body
            .is_some_and(|body| body.trim_ascii().is_empty())
        {
            return false;
        }
        let text = String::from_utf8_lossy(value.as_bytes()).to_lowercase();
        let media_type = text.split(';').next().unwrap_or_default().trim();
        if documented.allows(media_type) {
            return false;
        }
        let is_shown = shown::is_media_type(media_type) && !(self.received.is_secret)(media_type);
        let media_type = is_shown.then(|| media_type.to_owned());
        self.record(reply, None, Kind::UnknownMediaType { media_type });
        true
    }

    fn body(
        &mut self,
        reply: Option<PlaceId>,
        documented: &Reply,
        json: Option<&Json<'_>>,
        is_other_type: bool,
    ) {
        let (Some(schema), Some(bytes)) = (documented.schema, self.received.body) else {
            return;
        };
        match json {
            Some(json) => {
                let place = self.body_place(reply);
                self.saw(place);
                compare(self, json, schema, place);
            }
            None if bytes.trim_ascii().is_empty() => self.record(reply, None, Kind::NoBody),
            None if is_other_type => (),
            None => self.record(reply, None, Kind::NotJson),
        }
    }

    fn body_place(&mut self, reply: Option<PlaceId>) -> Option<PlaceId> {
        self.state.places.body(reply?)
    }

    pub(super) fn undecodable<'s>(
        &mut self,
        json: &Json<'_>,
        steps: impl Iterator<Item = &'s Segment>,
    ) {
        let Received {
            operation, status, ..
        } = *self.received;
        let replies = table::replies_of(operation);
        let documented = replies
            .and_then(|replies| replies.documented(status).or_else(|| replies.alike(status)));
        let Some((status, schema)) =
            documented.and_then(|reply| Some((reply.status, reply.schema?)))
        else {
            return;
        };
        if Tally::of(json, schema).refused > 0 {
            return;
        }
        let operation = self.state.places.operation(operation);
        let reply = self.reply_place(operation, status);
        let body = self.body_place(reply);
        let (place, home) = self.follow(steps, json, schema, body);
        self.record(place, home, Kind::Undecodable);
    }

    /// Follows the steps that serde took, as far as the spec names them.
    fn follow<'s>(
        &mut self,
        steps: impl Iterator<Item = &'s Segment>,
        mut value: &Json<'_>,
        mut schema: &'static Schema,
        mut place: Option<PlaceId>,
    ) -> (Option<PlaceId>, Option<&'static str>) {
        for segment in steps {
            let layers = Layers::of(schema, value, true);
            let inside = match (segment, value) {
                (Segment::Seq { index }, Json::List(elements)) => elements.get(*index),
                (Segment::Map { key }, Json::Object(members)) => member(members, key),
                _ => None,
            };
            let step = match segment {
                Segment::Seq { .. } => layers.elements(),
                Segment::Map { key } => layers.member(key),
                _ => None,
            };
            let (
                Some(inside),
                Some(Inside {
                    step,
                    home,
                    schema: of_it,
                }),
            ) = (inside, step)
            else {
                break;
            };
            place = place.and_then(|place| self.state.places.step(place, step, home));
            (value, schema) = (inside, of_it);
        }
        (place, schema.name)
    }

    fn saw(&mut self, place: Option<PlaceId>) {
        if let Some(place) = place {
            self.state.places.saw(place);
        }
    }

    /// Counts a difference; where there is no room for it, it is left out.
    fn record(&mut self, place: Option<PlaceId>, home: Option<&'static str>, kind: Kind) {
        let State {
            found, left_out, ..
        } = &mut *self.state;
        let Some(place) = place else {
            *left_out = left_out.saturating_add(1);
            return;
        };
        let finding = Finding { place, home, kind };
        if let Some(record) = found.get_mut(&finding) {
            record.count = record.count.saturating_add(1);
        } else if found.len() < MOST_ENTRIES {
            let record = Record {
                count: 1,
                first_seen: self.received.time,
            };
            self.new.push(finding.clone());
            found.insert(finding, record);
        } else {
            *left_out = left_out.saturating_add(1);
        }
    }
}

/// A place is `None` where there is no room for it.
impl Sink for Recorder<'_> {
    type Place = Option<PlaceId>;
    const IS_TRIAL: bool = false;

    fn enter(
        &mut self,
        parent: Self::Place,
        step: Step<'_>,
        home: Option<&'static str>,
    ) -> Self::Place {
        let place = self.state.places.step(parent?, step, home);
        self.saw(place);
        place
    }

    fn found(
        &mut self,
        place: Self::Place,
        home: Option<&'static str>,
        difference: Difference<'_>,
    ) {
        let is_secret = self.received.is_secret;
        match difference {
            Difference::WrongKind { expected, seen } => {
                self.record(place, home, Kind::WrongKind { expected, seen });
            }
            Difference::UnknownValue(text) => {
                let is_shown = shown::is_value(text) && !is_secret(text);
                let value = is_shown.then(|| text.to_owned());
                self.record(place, home, Kind::UnknownValue { value });
            }
            Difference::MissingField(name) => {
                let step = Step::Property(name);
                let field = place.and_then(|place| self.state.places.step(place, step, home));
                self.record(field, None, Kind::MissingField);
            }
            Difference::UnknownField { name, seen } => {
                let is_shown = shown::is_name(name) && !is_secret(name);
                let step = if is_shown {
                    Step::Unknown(name)
                } else {
                    Step::Values
                };
                // Names are many; they don't take the room of documented places.
                let has_room = self.state.found.len() < MOST_ENTRIES;
                let places = &mut self.state.places;
                let field = place.and_then(|place| {
                    if has_room {
                        places.step(place, step, home)
                    } else {
                        places.known(place, step, home)
                    }
                });
                let seen = Shape::of(seen);
                self.record(field, None, Kind::UnknownField { seen });
            }
        }
    }
}
