//! Collects the mistakes of a spec.

use serde_json::Value;

use crate::codegen::{problem::Problem, spec};

/// The mistakes found so far.
#[derive(Default)]
pub struct Mistakes {
    problems: Vec<Problem>,
}

impl From<Vec<Problem>> for Mistakes {
    fn from(problems: Vec<Problem>) -> Self {
        Self { problems }
    }
}

impl Mistakes {
    /// Adds a mistake: where it is and what to write instead. One that is reached in several ways
    /// is told once.
    pub fn add(&mut self, place: impl Into<String>, advice: impl Into<String>) {
        let problem = Problem::new(place, advice);
        if !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
    }

    /// Adds a mistake of the key at a place, rather than of its value.
    pub fn add_key(&mut self, place: impl Into<String>, advice: impl Into<String>) {
        self.problems.push(Problem::of_key(place, advice));
    }

    /// Returns the operations and components that have mistakes, as the beginnings of their places.
    pub fn owners(&self, spec: &Value) -> Vec<String> {
        let operations = spec::endpoints(spec);
        let operations = operations.iter().map(|endpoint| endpoint.place());
        let sections = spec::entries(&spec["components"]);
        let components = sections.flat_map(|(section, components)| {
            spec::entries(components).map(move |(name, _)| format!("components.{section}.{name}"))
        });
        let mut owners: Vec<_> = operations.chain(components).collect();
        owners.retain(|owner| {
            let mut problems = self.problems.iter();
            problems.any(|problem| problem.is_within(owner))
        });
        owners
    }

    /// Removes the mistakes at these places or inside them.
    pub fn remove_within(&mut self, places: &[String]) {
        self.problems
            .retain(|problem| !places.iter().any(|place| problem.is_within(place)));
    }

    pub fn append(&mut self, mut others: Self) {
        self.problems.append(&mut others.problems);
    }

    pub fn into_result(self) -> Result<(), Vec<Problem>> {
        if self.problems.is_empty() {
            Ok(())
        } else {
            Err(self.problems)
        }
    }
}

/// Returns the place of a member of an object at a place.
pub fn join(place: &str, key: &str) -> String {
    if place.is_empty() {
        key.to_owned()
    } else {
        format!("{place}.{key}")
    }
}
