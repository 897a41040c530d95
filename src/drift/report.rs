//! All that was found, and how to ask for it.

use std::fmt;

use super::entry::Entry;

/// What was found in the replies to a client and its clones, from [`DriftExt::drift`].
///
/// [`DriftExt::drift`]: super::DriftExt::drift
///
/// ```
/// use nanonets_agents::drift::Drift;
///
/// /// Prints a line of JSON for each entry.
/// fn print(drift: &Drift) -> serde_json::Result<()> {
///     for entry in &drift.entries {
///         println!("{}", serde_json::to_string(entry)?);
///     }
///     eprintln!("{} more were left out", drift.left_out);
///     Ok(())
/// }
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Drift {
    /// The entries, in the order of operation, status and path.
    pub entries: Vec<Entry>,
    /// How many sightings were left out, since there was no room for an entry of theirs.
    pub left_out: u64,
}

/// One line for each entry, and one for what was left out.
impl fmt::Display for Drift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for entry in &self.entries {
            writeln!(f, "{entry}")?;
        }
        match (self.entries.is_empty(), self.left_out) {
            (true, _) => writeln!(f, "no drift"),
            (false, 0) => Ok(()),
            (false, left_out) => writeln!(f, "{left_out} more were left out"),
        }
    }
}
