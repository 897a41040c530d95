//! The lines of a spec, to be edited at places of the document.

use std::collections::BTreeMap;

use crate::codegen::read::{Position, Positions};

/// A text whose lines are replaced, removed, or followed by others.
pub struct Lines<'a> {
    lines: Vec<&'a str>,
    positions: &'a Positions,
    replaced: BTreeMap<usize, String>,
    removed: BTreeMap<usize, ()>,
    /// New lines, by the line that they follow.
    added: BTreeMap<usize, Vec<String>>,
}

/// The lines of a mapping or list, counted from one.
#[derive(Clone, Copy, Debug)]
pub struct Block {
    /// The last line that belongs to it.
    pub last: usize,
    /// How far its members are indented.
    pub indentation: usize,
}

impl<'a> Lines<'a> {
    pub fn new(text: &'a str, positions: &'a Positions) -> Self {
        Self {
            lines: text.lines().collect(),
            positions,
            replaced: BTreeMap::new(),
            removed: BTreeMap::new(),
            added: BTreeMap::new(),
        }
    }

    pub fn key(&self, place: &str) -> Option<Position> {
        self.positions.exactly(place)
    }

    /// Returns the lines of a mapping or list whose members have lines of their own.
    pub fn block(&self, place: &str, first_member: &str) -> Option<Block> {
        let key = self.key(place)?;
        let member = self.key(&format!("{place}.{first_member}"))?;
        if member.line == key.line {
            return None;
        }
        let line = self.lines.get(member.line.checked_sub(1)?)?;
        // The element of a list begins after its dash.
        let indentation = line.len() - line.trim_start().len();
        Some(Block {
            last: self.last_line(member.line, indentation),
            indentation,
        })
    }

    /// Returns the last line from a member on that is indented as far as it is, or further.
    pub fn last_line(&self, from: usize, indentation: usize) -> usize {
        let mut last = from;
        for (number, line) in self.lines.iter().enumerate().skip(from) {
            let content = line.trim_start();
            let depth = line.len() - content.len();
            if content.is_empty() || (content.starts_with('#') && depth < indentation) {
                continue;
            }
            if depth < indentation {
                break;
            }
            last = number + 1;
        }
        last
    }

    pub fn line(&self, number: usize) -> &str {
        let index = number.saturating_sub(1);
        match self.replaced.get(&number) {
            Some(line) => line,
            None => self.lines.get(index).copied().unwrap_or_default(),
        }
    }

    pub fn replace(&mut self, number: usize, line: String) {
        self.replaced.insert(number, line);
    }

    pub fn remove(&mut self, number: usize) {
        self.removed.insert(number, ());
    }

    /// Adds a line after another one, and after what was added there before.
    pub fn add_after(&mut self, number: usize, line: String) {
        self.added.entry(number).or_default().push(line);
    }

    pub fn into_text(self) -> String {
        let mut text = String::new();
        for number in 1..=self.lines.len() {
            if !self.removed.contains_key(&number) {
                text.push_str(self.line(number));
                text.push('\n');
            }
            for line in self.added.get(&number).into_iter().flatten() {
                text.push_str(line);
                text.push('\n');
            }
        }
        text
    }
}
