//! The schemas that hold for one value: its own, the parts of it (`allOf`), and of alternatives
//! (`oneOf`, `anyOf`) the one that fits.

use super::{
    compare::{Step, Tally},
    json::Json,
    schema::{Discriminator, Property, Schema},
};

/// How deep schemas are followed that hold for the same value, which ends a circle of `allOf`.
const DEEPEST: u8 = 8;

/// A schema that holds for a value.
#[derive(Clone, Copy)]
pub(super) struct Layer {
    pub(super) schema: &'static Schema,
    /// The named schema that it is, or is a part of.
    pub(super) home: Option<&'static str>,
}

/// The way from a value to one inside it.
pub(super) struct Inside {
    pub(super) step: Step<'static>,
    /// The named schema that says so.
    pub(super) home: Option<&'static str>,
    pub(super) schema: &'static Schema,
}

/// The schemas that hold for a value.
pub(super) struct Layers {
    first: Layer,
    others: Vec<Layer>,
    /// The named schema that they make up: the alternative that was chosen, or else the first.
    home: Option<&'static str>,
    /// The discriminator that doesn't know the value.
    undecided: Option<(&'static Discriminator, Option<&'static str>)>,
}

impl Layers {
    /// Finds the schemas that hold for a value; in a trial, without those that are hard to find.
    pub(super) fn of(schema: &'static Schema, value: &Json<'_>, is_trial: bool) -> Self {
        let home = schema.name;
        let mut layers = Self {
            first: Layer { schema, home },
            others: Vec::new(),
            home,
            undecided: None,
        };
        layers.extend(layers.first, value, is_trial, DEEPEST);
        layers
    }

    /// Adds what holds beside a layer.
    fn extend(&mut self, layer: Layer, value: &Json<'_>, is_trial: bool, depth: u8) {
        let Some(depth) = depth.checked_sub(1) else {
            return;
        };
        let chosen = self.chosen(layer, value, is_trial);
        self.home = chosen.and_then(|schema| schema.name).or(self.home);
        for schema in layer.schema.parts.iter().copied().chain(chosen) {
            let home = schema.name.or(layer.home);
            let layer = Layer { schema, home };
            self.others.push(layer);
            self.extend(layer, value, is_trial, depth);
        }
    }

    /// Returns the alternative that holds for a value, where there are any.
    fn chosen(
        &mut self,
        layer: Layer,
        value: &Json<'_>,
        is_trial: bool,
    ) -> Option<&'static Schema> {
        let alternatives = layer.schema.alternatives;
        if let (Some(discriminator), Json::Object(members)) = (layer.schema.discriminator, value) {
            let mut members = members.iter();
            let property = members.find(|(name, _)| name == discriminator.property);
            if let Some((_, Json::Text(text))) = property {
                let mut mapping = discriminator.mapping.iter();
                let known = mapping.find(|(known, _)| known == text);
                if known.is_none() {
                    self.undecided = Some((discriminator, layer.home));
                }
                return known.map(|(_, schema)| *schema);
            }
        }
        let mut fitting = alternatives
            .iter()
            .copied()
            .filter(|schema| Self::accept(schema, value));
        let first = fitting.next().or_else(|| alternatives.first().copied())?;
        let Some(second) = fitting.next() else {
            return Some(first);
        };
        // Trials within trials would double with each level. Any may hold in them.
        if is_trial {
            return None;
        }
        // The first of those that differ least.
        [first, second]
            .into_iter()
            .chain(fitting)
            .min_by_key(|schema| Tally::of(value, schema))
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Layer> {
        std::iter::once(self.first).chain(self.others.iter().copied())
    }

    /// Returns the named schema that all of them make up.
    pub(super) fn home(&self) -> Option<&'static str> {
        self.home
    }

    /// Returns whether one schema is all that holds.
    pub(super) fn is_one(&self) -> bool {
        self.others.is_empty()
    }

    /// Returns whether the value is a null that is allowed.
    pub(super) fn allow(&self, value: &Json<'_>) -> bool {
        let is_open =
            |layer: Layer| layer.schema.kinds.is_empty() && layer.schema.values.is_empty();
        *value == Json::Null
            && (self.iter().any(|layer| layer.schema.is_nullable) || self.iter().all(is_open))
    }

    /// Returns the property of this name.
    pub(super) fn property(&self, name: &str) -> Option<&'static Property> {
        let mut properties = self.iter().flat_map(|layer| layer.schema.properties);
        properties.find(|property| property.name == name)
    }

    /// Returns the discriminator that doesn't know the value, and its home.
    pub(super) fn undecided(&self) -> Option<(&'static Discriminator, Option<&'static str>)> {
        self.undecided
    }

    /// Returns whether the members have names that are known; those of a map, or of an object that
    /// may hold anything, are data.
    pub(super) fn name_members(&self) -> bool {
        let names = |layer: Layer| !layer.schema.properties.is_empty();
        self.further().is_some() || self.iter().any(names)
    }

    /// Returns the way to the elements of an array.
    pub(super) fn elements(&self) -> Option<Inside> {
        self.inside(Step::Elements, |schema| schema.items)
    }

    /// Returns the way to the members that aren't properties, where they have a schema.
    pub(super) fn further(&self) -> Option<Inside> {
        self.inside(Step::Values, |schema| schema.further)
    }

    /// Returns the way to a member.
    pub(super) fn member(&self, name: &str) -> Option<Inside> {
        let property = self.iter().find_map(|layer| {
            let mut properties = layer.schema.properties.iter();
            let property = properties.find(|property| property.is_called(name))?;
            Some(Inside {
                step: Step::Property(property.name),
                home: layer.home,
                schema: property.schema,
            })
        });
        property.or_else(|| self.further())
    }

    fn inside(
        &self,
        step: Step<'static>,
        of: impl Fn(&Schema) -> Option<&'static Schema>,
    ) -> Option<Inside> {
        self.iter().find_map(|layer| {
            Some(Inside {
                step,
                home: layer.home,
                schema: of(layer.schema)?,
            })
        })
    }

    /// Returns whether a member is a property. Those of alternatives that weren't chosen are too,
    /// since a value may be several of them at once.
    pub(super) fn know(&self, name: &str) -> bool {
        self.iter().any(|layer| {
            let schema = layer.schema;
            let others: &[_] = match schema.discriminator {
                Some(_) => &[],
                None => schema.alternatives,
            };
            knows(schema, name)
                || others
                    .iter()
                    .any(|other| knows_in_depth(other, name, DEEPEST))
        })
    }

    /// Returns whether the schema allows the kind of the value.
    pub(super) fn accept(schema: &'static Schema, value: &Json<'_>) -> bool {
        accepts(schema, value, DEEPEST)
    }
}

fn knows(schema: &Schema, name: &str) -> bool {
    let mut properties = schema.properties.iter();
    properties.any(|property| property.is_called(name))
}

fn knows_in_depth(schema: &Schema, name: &str, depth: u8) -> bool {
    let Some(depth) = depth.checked_sub(1) else {
        return false;
    };
    let mut within = schema.parts.iter().chain(schema.alternatives);
    knows(schema, name) || within.any(|schema| knows_in_depth(schema, name, depth))
}

fn accepts(schema: &Schema, value: &Json<'_>, depth: u8) -> bool {
    let Some(depth) = depth.checked_sub(1) else {
        return true;
    };
    if *value == Json::Null && schema.is_nullable {
        return true;
    }
    let accept = |schema: &&Schema| accepts(schema, value, depth);
    let kinds = schema.kinds;
    (kinds.is_empty() || kinds.iter().any(|kind| kind.includes(value)))
        && schema.parts.iter().all(accept)
        && (schema.alternatives.is_empty() || schema.alternatives.iter().any(accept))
}
