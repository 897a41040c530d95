//! Tells what a change of the spec means for users: what is new, and what breaks their code.

use std::fmt;

use crate::listing::Listing;

/// What differs between two listings of the public API.
#[derive(Debug, Default, PartialEq)]
pub struct Changes {
    /// What is gone or different, so that code may not compile or not behave as before.
    pub breaking: Vec<String>,
    pub added: Vec<String>,
    pub deprecated: Vec<String>,
}

/// Compares two listings.
pub fn between(old: &Listing, new: &Listing) -> Changes {
    let mut changes = Changes::default();
    for (subject, before) in old {
        match new.get(subject) {
            Some(after) => changes.compare(subject, before, after),
            // Where its owner is gone, that is said.
            None if owner(subject).is_none_or(|owner| new.contains_key(owner)) => {
                changes.breaking.push(format!("`{subject}` is gone"));
            }
            None => (),
        }
    }
    for (subject, detail) in new {
        match owner(subject) {
            _ if old.contains_key(subject) => (),
            // What is new comes with all that belongs to it.
            Some(owner) if !old.contains_key(owner) && new.contains_key(owner) => (),
            Some(_) if has(detail, "required") => {
                changes.breaking.push(format!("`{subject}` has to be set"));
            }
            Some(owner) if detail.starts_with('"') => {
                let value = detail.split(", ").next().unwrap_or_default();
                changes.added.push(format!(
                    "`{subject}`, which was `{owner}::Unknown({value})`"
                ));
            }
            _ => changes.added.push(format!("`{subject}`: {detail}")),
        }
    }
    changes
}

impl Changes {
    fn compare(&mut self, subject: &str, before: &str, after: &str) {
        if before == after {
            return;
        }
        let (before, after) = (before.to_owned(), after.to_owned());
        if after.strip_suffix(", deprecated") == Some(&before) {
            self.deprecated.push(format!("`{subject}`"));
        } else if before.strip_suffix(", required") == Some(&after) {
            self.added.push(format!("`{subject}` need not be set"));
        } else {
            self.breaking
                .push(format!("`{subject}` is `{after}`, and was `{before}`"));
        }
    }
}

/// Returns what a parameter, field or value belongs to.
fn owner(subject: &str) -> Option<&str> {
    let owner = subject
        .rsplit_once("::")
        .or_else(|| subject.rsplit_once('.'));
    let (owner, _) = owner?;
    (owner != "client").then_some(owner)
}

fn has(detail: &str, word: &str) -> bool {
    detail.split(", ").any(|part| part == word)
}

/// Writes the entry of a changelog.
impl fmt::Display for Changes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sections = [
            ("Breaking", &self.breaking),
            ("Added", &self.added),
            ("Deprecated", &self.deprecated),
        ];
        if sections.iter().all(|(_, changes)| changes.is_empty()) {
            return writeln!(f, "Nothing changes for users.");
        }
        for (title, changes) in sections {
            if !changes.is_empty() {
                writeln!(f, "### {title}\n")?;
                for change in changes {
                    writeln!(f, "- {change}.")?;
                }
                writeln!(f)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::listing;

    const OLD: &str = "\
Task: a struct
Task.old: String
Task.title: Option<String>
Gone: a struct
Gone.field: String
New: a struct
New.query: String, required
TaskStatus: an enum
TaskStatus::Unknown: String
TaskStatus::Failed: \"failed\"
client.get_task(): GET /tasks/{task_id}, safe
client.get_task().task_id: Uuid, required
client.run(): POST /run, reconcile
client.run().send(): -> Task
";

    const NEW: &str = "\
Task: a struct
Task.priority: Option<i64>
Task.title: Option<String>, deprecated
New: a struct
New.query: String
New.agent: Uuid, required
Project: a struct
Project.name: String
TaskStatus: an enum
TaskStatus::Unknown: String
TaskStatus::Failed: \"failed\", terminal
TaskStatus::Paused: \"paused\"
client.get_task(): GET /tasks/{task_id}, safe
client.get_task().task_id: Uuid, required
client.get_task().view: String
client.list_projects(): GET /projects, safe
client.list_projects().send(): -> Project
client.run(): POST /run, never
client.run().send(): -> Task
";

    #[test]
    fn a_changelog_says_what_breaks_and_what_is_new() {
        let changes = between(&listing::read(OLD), &listing::read(NEW));
        assert_eq!(
            changes.to_string(),
            "\
### Breaking

- `Gone` is gone.
- `Task.old` is gone.
- `TaskStatus::Failed` is `\"failed\", terminal`, and was `\"failed\"`.
- `client.run()` is `POST /run, never`, and was `POST /run, reconcile`.
- `New.agent` has to be set.

### Added

- `New.query` need not be set.
- `Project`: a struct.
- `Task.priority`: Option<i64>.
- `TaskStatus::Paused`, which was `TaskStatus::Unknown(\"paused\")`.
- `client.get_task().view`: String.
- `client.list_projects()`: GET /projects, safe.

### Deprecated

- `Task.title`.

"
        );
        let same = between(&listing::read(OLD), &listing::read(OLD));
        assert_eq!(same.to_string(), "Nothing changes for users.\n");
    }
}
