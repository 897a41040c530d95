//! What setters of generated builders take, where a conversion of the standard library would refuse
//! what a caller would write.

use std::borrow::Cow;

/// A text that may be left out, as setters of optional fields take it: a text of any kind, or an
/// `Option<String>`, whose `None` leaves the field out or, where the spec allows it, sends null.
///
/// ```
/// use nanonets_agents::types::{CreateAgentRequest, builder};
///
/// fn request(prompt: Option<String>) -> builder::CreateAgentRequest {
///     CreateAgentRequest::builder().name("Invoices").system_prompt(prompt)
/// }
///
/// let request = CreateAgentRequest::try_from(request(None)).expect("a name is enough");
/// assert_eq!(request.name.as_deref(), Some("Invoices"));
/// assert_eq!(request.system_prompt, None);
/// ```
#[diagnostic::on_unimplemented(message = "`{Self}` is no text, and no `Option<String>`")]
pub trait OptionalText {
    /// Returns the text; `None` where there is none.
    ///
    /// ```
    /// use nanonets_agents::OptionalText;
    ///
    /// assert_eq!("Invoices".into_text().as_deref(), Some("Invoices"));
    /// assert_eq!(None.into_text(), None);
    /// ```
    fn into_text(self) -> Option<String>;
}

// No further type, since a bare `None` couldn't be inferred then.
impl OptionalText for Option<String> {
    fn into_text(self) -> Option<String> {
        self
    }
}

/// Implements the trait for kinds of texts.
macro_rules! texts {
    ($($text:ty),*) => {
        $(impl OptionalText for $text {
            fn into_text(self) -> Option<String> {
                Some(self.into())
            }
        })*
    };
}

texts!(&str, &String, String, Box<str>, Cow<'_, str>, char);

/// One value or many, as setters of parameters take them that are lists.
///
/// An id and the value of an enum are taken as text, too. A point in time is not, since a text that
/// is none would be found only when the request is sent:
///
/// ```compile_fail
/// # fn example(client: &nanonets_agents::Client) {
/// let call = client.list_tasks().created_after("2026-05-12T10:15:42Z");
/// # }
/// ```
///
/// `How` tells the two apart and is never written: the compiler finds it.
///
/// ```
/// use nanonets_agents::{Client, types::TaskStatus};
///
/// # fn example(client: &Client) {
/// let running = client.list_tasks().status(TaskStatus::Running);
/// let by_name = client.list_tasks().status("running");
/// let ended = client.list_tasks().status([TaskStatus::Completed, TaskStatus::Failed]);
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is neither a `{T}` nor a list of them",
    note = "what converts into `{T}` is taken too"
)]
pub trait OneOrMany<T, How> {
    /// Returns the values, in their order.
    ///
    /// ```
    /// use nanonets_agents::{OneOrMany, types::TaskStatus};
    ///
    /// fn statuses<How>(given: impl OneOrMany<TaskStatus, How>) -> Vec<TaskStatus> {
    ///     given.into_values()
    /// }
    ///
    /// assert_eq!(statuses("queued"), statuses(vec![TaskStatus::Queued]));
    /// ```
    fn into_values(self) -> Vec<T>;
}

/// Marks what is one value.
#[derive(Debug)]
pub enum One {}

/// Marks what is many values.
#[derive(Debug)]
pub enum Many {}

impl<T, V: Into<T>> OneOrMany<T, One> for V {
    fn into_values(self) -> Vec<T> {
        vec![self.into()]
    }
}

impl<T, V: IntoIterator<Item: Into<T>>> OneOrMany<T, Many> for V {
    fn into_values(self) -> Vec<T> {
        self.into_iter().map(Into::into).collect()
    }
}
