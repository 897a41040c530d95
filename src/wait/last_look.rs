//! The last look: what is done once when a task ends, on behalf of the run that started it.
//!
//! A run that was sent more than once may have a further task, which a server that was slow starts
//! minutes later. The run has returned by then. Its wait hasn't.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use futures_util::future::BoxFuture;

use crate::{api::Client, ids::TaskId, newest::Newest, twin::Twins};

/// Looks for the twins of a task when it has ended.
pub(crate) trait LastLook: fmt::Debug + Send + Sync {
    fn take(self: Arc<Self>, client: Client) -> BoxFuture<'static, Twins>;
}

/// The looks that are to be taken when their tasks end.
#[derive(Debug)]
pub(crate) struct LastLooks(Mutex<Looks>);

type Looks = Newest<TaskId, Arc<dyn LastLook>>;

/// The most looks that are remembered: the newest ones. Few runs leave one, and only tasks that the
/// client never waits for keep theirs.
const REMEMBERED: usize = 10_000;

impl LastLooks {
    /// Whether a task has a look to be taken.
    pub(super) fn has(&self, task_id: TaskId) -> bool {
        self.lock().contains(&task_id)
    }

    pub(crate) fn add(&self, task_id: TaskId, look: Arc<dyn LastLook>) {
        self.lock().insert(task_id, look);
    }

    /// Takes the look of a task that has ended, if it has one. It stays to be taken by another wait
    /// where this one is dropped before it is done, where the look fails, and where a twin may
    /// still appear.
    pub(super) async fn take(&self, client: &Client, task_id: TaskId) -> Twins {
        let look = self.lock().get(&task_id).cloned();
        let Some(look) = look else {
            return Twins::none();
        };
        let twins = look.take(client.clone()).await;
        if !twins.is_open() {
            self.lock().remove(&task_id);
        }
        twins
    }

    fn lock(&self) -> MutexGuard<'_, Looks> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for LastLooks {
    fn default() -> Self {
        Self(Mutex::new(Newest::new(REMEMBERED)))
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;
    use uuid::Uuid;

    use super::*;
    use crate::error::{Error, ErrorKind, Phase};

    #[derive(Debug)]
    struct Nothing;

    impl LastLook for Nothing {
        fn take(self: Arc<Self>, _: Client) -> BoxFuture<'static, Twins> {
            let error = Error::new(ErrorKind::Timeout, Phase::MaybeSent, "it was taken");
            async { Twins::none().with_error(error) }.boxed()
        }
    }

    #[tokio::test]
    async fn a_look_is_taken_once_and_the_newest_are_kept() {
        let client = Client::builder().api_key("key").build().expect("a client");
        let looks = LastLooks::default();
        let task = |number: u128| TaskId::from(Uuid::from_u128(number));
        for number in 0..=REMEMBERED as u128 {
            looks.add(task(number), Arc::new(Nothing));
        }
        let is_taken = async |number| looks.take(&client, task(number)).await.error().is_some();
        assert!(!is_taken(0).await, "it was dropped");
        assert!(is_taken(1).await);
        assert!(!is_taken(1).await, "it was taken before");
        assert!(is_taken(2).await, "the others are there");
    }
}
