//! The ids of agents and tasks, and the reference by which a task is stored and picked up again.

use std::{error::Error as StdError, fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::stored;

/// Declares the id of an agent or of a task, with every conversion that an id has.
macro_rules! id {
    ($(#[$docs:meta])* $name:ident, $what:literal) => {
        $(#[$docs])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Returns the id as a plain UUID, the type that the generated bindings take.
            ///
            /// ```
            /// use uuid::Uuid;
            #[doc = concat!("use nanonets_agents::", stringify!($name), ";")]
            ///
            #[doc = concat!("let id = ", stringify!($name), "::from(Uuid::nil());")]
            /// assert_eq!(id.as_uuid(), &Uuid::nil());
            /// ```
            pub const fn as_uuid(&self) -> &Uuid {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                match Uuid::parse_str(text) {
                    Ok(id) => Ok(Self(id)),
                    Err(_) => Err(InvalidId { what: $what, text: text.to_owned() }),
                }
            }
        }

        impl TryFrom<&str> for $name {
            type Error = InvalidId;

            fn try_from(text: &str) -> Result<Self, InvalidId> {
                text.parse()
            }
        }

        impl TryFrom<&String> for $name {
            type Error = InvalidId;

            fn try_from(text: &String) -> Result<Self, InvalidId> {
                text.parse()
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;

            fn try_from(text: String) -> Result<Self, InvalidId> {
                text.parse()
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl From<&Uuid> for $name {
            fn from(id: &Uuid) -> Self {
                Self(*id)
            }
        }

        impl From<&$name> for $name {
            fn from(id: &$name) -> Self {
                *id
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl PartialEq<Uuid> for $name {
            fn eq(&self, other: &Uuid) -> bool {
                self.0 == *other
            }
        }

        impl PartialEq<$name> for Uuid {
            fn eq(&self, other: &$name) -> bool {
                *self == other.0
            }
        }
    };
}

id! {
    /// The id of an agent.
    ///
    /// It is a UUID on the wire and in the generated types; a type of its own keeps it from being
    /// taken for the id of a task. The dashboard and [`Agent::id`](crate::types::Agent::id) show
    /// it.
    ///
    /// ```
    /// use nanonets_agents::AgentId;
    ///
    /// let agent: AgentId = "0b9e6e5e-1111-4222-8333-444455556666".parse()?;
    /// assert_eq!(agent.to_string(), "0b9e6e5e-1111-4222-8333-444455556666");
    ///
    /// let error = "invoices".parse::<AgentId>().unwrap_err();
    /// assert_eq!(error.to_string(), r#"the agent id "invoices" is not a UUID"#);
    /// # Ok::<(), nanonets_agents::InvalidId>(())
    /// ```
    AgentId, "agent id"
}

id! {
    /// The id of a task.
    ///
    /// It is a UUID on the wire and in the generated types; a type of its own keeps it from being
    /// taken for the id of an agent. To store a task, prefer [`TaskRef`], which keeps the agent
    /// too.
    ///
    /// ```
    /// use nanonets_agents::TaskId;
    ///
    /// let text = String::from("0b9e6e5e-1111-4222-8333-444455556666");
    /// let task = TaskId::try_from(&text)?;
    /// assert_eq!(task.to_string(), text);
    /// # Ok::<(), nanonets_agents::InvalidId>(())
    /// ```
    TaskId, "task id"
}

/// The error for a text that is no UUID, and therefore no id. Its message shows the text.
///
/// ```
/// use nanonets_agents::{InvalidId, TaskId};
///
/// let error: InvalidId = TaskId::try_from("42").unwrap_err();
/// assert_eq!(error.to_string(), r#"the task id "42" is not a UUID"#);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidId {
    what: &'static str,
    text: String,
}

impl fmt::Display for InvalidId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the {} {:?} is not a UUID", self.what, self.text)
    }
}

impl StdError for InvalidId {}

/// A reference to a task, which can be stored and picked up again by any process with
/// [`WaitExt::task`](crate::wait::WaitExt::task).
///
/// It holds the id of the task and, where it is known, that of its agent, which spares waits a
/// request. Everything that knows a task converts into it. Its stored form carries a version, and
/// reading a newer version fails instead of misreading it.
///
/// ```
/// use nanonets_agents::TaskRef;
///
/// let text = r#"{"version":1,"task_id":"0b9e6e5e-1111-4222-8333-444455556666"}"#;
/// let task: TaskRef = serde_json::from_str(text)?;
/// assert_eq!(task.to_string(), "0b9e6e5e-1111-4222-8333-444455556666");
/// assert_eq!(serde_json::to_string(&task)?, text);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "StoredTaskRef", into = "StoredTaskRef")]
pub struct TaskRef {
    task_id: TaskId,
    agent_id: Option<AgentId>,
}

/// The stored form of a [`TaskRef`]. Its version is raised when a reader of the old form would
/// misread the new one.
#[derive(Serialize, Deserialize)]
struct StoredTaskRef {
    version: u32,
    task_id: TaskId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    agent_id: Option<AgentId>,
}

const VERSION: u32 = 1;

impl TaskRef {
    /// Creates a reference to the task of this id, whose agent isn't known.
    ///
    /// ```
    /// use nanonets_agents::{TaskId, TaskRef};
    ///
    /// let task_id: TaskId = "0b9e6e5e-1111-4222-8333-444455556666".parse()?;
    /// let task = TaskRef::new(task_id);
    /// assert_eq!((task.task_id(), task.agent_id()), (task_id, None));
    /// # Ok::<(), nanonets_agents::InvalidId>(())
    /// ```
    pub fn new(task_id: impl Into<TaskId>) -> Self {
        Self {
            task_id: task_id.into(),
            agent_id: None,
        }
    }

    /// Adds the agent that runs the task, which spares waits a request.
    ///
    /// ```
    /// use nanonets_agents::{AgentId, TaskRef};
    ///
    /// # let agent_id: AgentId = "0b9e6e5e-1111-4222-8333-444455556666".parse()?;
    /// let task: TaskRef = "5cd1a0a8-1111-4222-8333-444455556666".parse()?;
    /// let task = task.with_agent(agent_id);
    /// assert_eq!(task.agent_id(), Some(agent_id));
    /// # Ok::<(), nanonets_agents::InvalidId>(())
    /// ```
    pub fn with_agent(self, agent_id: impl Into<AgentId>) -> Self {
        Self {
            agent_id: Some(agent_id.into()),
            ..self
        }
    }

    /// Returns the id of the task, which the generated bindings take.
    ///
    /// ```
    /// use nanonets_agents::{Client, Error, TaskRef};
    ///
    /// # async fn example(client: Client, task: TaskRef) -> Result<(), Error> {
    /// client.cancel_task().task_id(task.task_id()).send().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn task_id(&self) -> TaskId {
        self.task_id
    }

    /// Returns the id of the agent that runs the task, where it is known.
    ///
    /// ```
    /// use nanonets_agents::{TaskRef, prelude::*, simulator::Simulator};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let simulator = Simulator::builder().build();
    /// # let client = simulator.in_process_client()?;
    /// let started = client.run(simulator.agent_id()).query("How many?").start().await?;
    /// let task = TaskRef::from(&started);
    /// assert_eq!(task.agent_id().expect("a run knows it"), simulator.agent_id());
    /// # Ok(())
    /// # }
    /// ```
    pub fn agent_id(&self) -> Option<AgentId> {
        self.agent_id
    }
}

impl fmt::Display for TaskRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.task_id.fmt(f)
    }
}

/// Reads the id of a task; the agent stays unknown.
impl FromStr for TaskRef {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        text.parse().map(|task_id: TaskId| Self::new(task_id))
    }
}

impl From<TaskId> for TaskRef {
    fn from(task_id: TaskId) -> Self {
        Self::new(task_id)
    }
}

impl From<Uuid> for TaskRef {
    fn from(task_id: Uuid) -> Self {
        Self::new(task_id)
    }
}

impl From<&TaskRef> for TaskRef {
    fn from(task: &TaskRef) -> Self {
        task.clone()
    }
}

impl From<TaskRef> for StoredTaskRef {
    fn from(task: TaskRef) -> Self {
        Self {
            version: VERSION,
            task_id: task.task_id,
            agent_id: task.agent_id,
        }
    }
}

impl TryFrom<StoredTaskRef> for TaskRef {
    type Error = String;

    fn try_from(stored: StoredTaskRef) -> Result<Self, Self::Error> {
        stored::check("task", stored.version, VERSION)?;
        Ok(Self {
            task_id: stored.task_id,
            agent_id: stored.agent_id,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0b9e6e5e-1111-4222-8333-444455556666";

    #[test]
    fn a_stored_task_is_read_again() {
        let text = format!(r#"{{"version":1,"task_id":"{ID}","agent_id":"{ID}"}}"#);
        let task: TaskRef = serde_json::from_str(&text).expect("the form of version 1");
        assert_eq!(
            task.agent_id(),
            Some(AgentId::from(Uuid::from(task.task_id())))
        );
        assert_eq!(serde_json::to_string(&task).expect("it is plain"), text);
    }

    #[test]
    fn a_newer_form_is_refused() {
        let text = format!(r#"{{"version":2,"task_id":"{ID}"}}"#);
        let error = serde_json::from_str::<TaskRef>(&text).expect_err("it is newer");
        assert!(error.to_string().contains("version 2"), "{error}");
    }

    #[test]
    fn a_text_that_is_no_id_is_refused_with_what_it_should_be() {
        let error = AgentId::try_from("invoices").expect_err("no UUID");
        assert!(error.to_string().contains("the agent id"), "{error}");
        let error = TaskRef::from_str("").expect_err("no UUID");
        assert!(error.to_string().contains("the task id"), "{error}");
    }
}
