//! Faults of the first message of the user, by which the task of a run can be recognised.

use super::{
    Fault,
    kind::{Kind, MessageFault},
};

/// The first message of the user, as a list of messages shows it: the documentation doesn't promise
/// that it is the query as it was sent. These faults hit `list_task_messages` only, and several of
/// them act one after the other.
impl Fault {
    /// Cuts the message off after this many characters.
    ///
    /// ```
    /// use nanonets_agents::{prelude::*, simulator::{Fault, Simulator}};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let simulator = Simulator::builder().fault(Fault::message_shortened(3)).build();
    /// let client = simulator.in_process_client()?;
    /// let started = client.run(simulator.agent_id()).query("How many?").start().await?;
    ///
    /// let messages = started.handle().fetch_messages().await?;
    /// assert_eq!(messages[0].text().as_deref(), Some("How"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn message_shortened(characters: usize) -> Self {
        Self::new(Kind::Message(MessageFault::Shortened(characters)))
    }

    /// Puts the names of the run's files above the message, as in `Files: a.pdf, b.pdf`, with an
    /// empty line between. A run without files keeps its message.
    ///
    /// ```
    /// use nanonets_agents::{prelude::*, simulator::{Fault, Simulator}};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let simulator = Simulator::builder().fault(Fault::message_prefixed_with_files()).build();
    /// let client = simulator.in_process_client()?;
    /// let started = client
    ///     .run(simulator.agent_id())
    ///     .query("How many?")
    ///     .file(Upload::bytes("a.pdf", "%PDF-1.7"))
    ///     .start()
    ///     .await?;
    ///
    /// let messages = started.handle().fetch_messages().await?;
    /// let text = messages[0].text().expect("a text");
    /// assert!(text.starts_with("Files: a.pdf\n\nHow many?"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn message_prefixed_with_files() -> Self {
        Self::new(Kind::Message(MessageFault::PrefixedWithFiles))
    }

    /// Makes each white space of the message a single space, and drops square brackets.
    ///
    /// ```
    /// use nanonets_agents::{prelude::*, simulator::{Fault, Simulator}};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let simulator = Simulator::builder().fault(Fault::message_reformatted()).build();
    /// let client = simulator.in_process_client()?;
    /// let started = client.run(simulator.agent_id()).query("How  many?\n[run 7]").start().await?;
    ///
    /// let messages = started.handle().fetch_messages().await?;
    /// let text = messages[0].text().expect("a text");
    /// assert!(text.starts_with("How many? run 7"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn message_reformatted() -> Self {
        Self::new(Kind::Message(MessageFault::Reformatted))
    }

    /// Leaves out who wrote the message: the field `role`.
    ///
    /// ```
    /// use nanonets_agents::{prelude::*, simulator::{Fault, Simulator}};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let simulator = Simulator::builder().fault(Fault::message_without_role()).build();
    /// let client = simulator.in_process_client()?;
    /// let started = client.run(simulator.agent_id()).query("How many?").start().await?;
    ///
    /// let messages = started.handle().fetch_messages().await?;
    /// assert!(messages[0].role.is_none());
    /// # Ok(())
    /// # }
    /// ```
    pub fn message_without_role() -> Self {
        Self::new(Kind::Message(MessageFault::WithoutRole))
    }

    /// Leaves out which user wrote the message: the field `user_id`.
    ///
    /// ```
    /// use nanonets_agents::{prelude::*, simulator::{Fault, Simulator}};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let simulator = Simulator::builder().fault(Fault::message_without_user()).build();
    /// let client = simulator.in_process_client()?;
    /// let started = client.run(simulator.agent_id()).query("How many?").start().await?;
    ///
    /// let messages = started.handle().fetch_messages().await?;
    /// assert!(messages[0].user_id.is_none());
    /// # Ok(())
    /// # }
    /// ```
    pub fn message_without_user() -> Self {
        Self::new(Kind::Message(MessageFault::WithoutUser))
    }

    /// Leaves the message out of the list.
    ///
    /// ```
    /// use nanonets_agents::{prelude::*, simulator::{Fault, Simulator}};
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let simulator = Simulator::builder().fault(Fault::message_missing()).build();
    /// let client = simulator.in_process_client()?;
    /// let started = client.run(simulator.agent_id()).query("How many?").start().await?;
    ///
    /// let messages = started.handle().fetch_messages().await?;
    /// assert!(messages.is_empty());
    /// # Ok(())
    /// # }
    /// ```
    pub fn message_missing() -> Self {
        Self::new(Kind::Message(MessageFault::Missing))
    }
}
