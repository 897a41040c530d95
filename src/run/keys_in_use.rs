//! The keys that runs of one client hold or claim.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// The keys, and how many runs use each. The client's own runs are coordinated as siblings; among
/// the keys of the ledger, these tell them from runs of other processes.
#[derive(Debug, Default)]
pub(super) struct KeysInUse(Mutex<HashMap<String, usize>>);

/// Marks a key as in use until it is dropped.
#[derive(Debug)]
pub(super) struct KeyInUse {
    keys: Arc<KeysInUse>,
    key: String,
}

impl KeysInUse {
    pub(super) fn enter(self: &Arc<Self>, key: &str) -> KeyInUse {
        *self.lock().entry(key.to_owned()).or_default() += 1;
        KeyInUse {
            keys: self.clone(),
            key: key.to_owned(),
        }
    }

    pub(super) fn contains(&self, key: &str) -> bool {
        self.lock().contains_key(key)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for KeyInUse {
    fn drop(&mut self) {
        let mut keys = self.keys.lock();
        if let Some(count) = keys.get_mut(&self.key) {
            *count -= 1;
            if *count == 0 {
                keys.remove(&self.key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_in_use_until_the_last_run_has_left_it() {
        let keys = Arc::new(KeysInUse::default());
        let first = keys.enter("a");
        let second = keys.enter("a");
        drop(first);
        assert!(keys.contains("a"));
        drop(second);
        assert!(!keys.contains("a"));
    }
}
