//! A map that keeps its newest entries: memory stays bounded, however long a client lives.

use std::{
    collections::{BTreeMap, HashMap},
    hash::Hash,
};

/// A map of so many entries at the most. Where there is one more, the oldest is dropped.
#[derive(Debug)]
pub(crate) struct Newest<K, V> {
    most: usize,
    entries: HashMap<K, (u64, V)>,
    /// The keys in the order in which they were added.
    order: BTreeMap<u64, K>,
    added: u64,
}

impl<K: Clone + Eq + Hash, V> Newest<K, V> {
    pub(crate) fn new(most: usize) -> Self {
        Self {
            most,
            entries: HashMap::new(),
            order: BTreeMap::new(),
            added: 0,
        }
    }

    pub(crate) fn contains(&self, key: &K) -> bool {
        self.entries.contains_key(key)
    }

    pub(crate) fn get(&self, key: &K) -> Option<&V> {
        self.entries.get(key).map(|(_, value)| value)
    }

    /// Sets the value of a key. One that is there already keeps its age.
    pub(crate) fn insert(&mut self, key: K, value: V) {
        if let Some((_, old)) = self.entries.get_mut(&key) {
            *old = value;
            return;
        }
        self.order.insert(self.added, key.clone());
        self.entries.insert(key, (self.added, value));
        self.added += 1;
        if self.entries.len() > self.most
            && let Some((_, oldest)) = self.order.pop_first()
        {
            self.entries.remove(&oldest);
        }
    }

    pub(crate) fn remove(&mut self, key: &K) {
        if let Some((number, _)) = self.entries.remove(key) {
            self.order.remove(&number);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_entries_are_dropped_and_nothing_of_them_stays() {
        let mut newest = Newest::new(2);
        newest.insert("a", 1);
        newest.insert("b", 2);
        newest.insert("a", 3);
        newest.insert("c", 4);
        assert_eq!(newest.get(&"a"), None, "it was added first");
        assert_eq!((newest.get(&"b"), newest.get(&"c")), (Some(&2), Some(&4)));
        newest.remove(&"b");
        newest.insert("d", 5);
        assert!(newest.contains(&"c") && newest.contains(&"d"));
        for number in 0..1_000 {
            newest.insert("e", number);
            newest.remove(&"e");
        }
        assert_eq!((newest.entries.len(), newest.order.len()), (1, 1));
    }
}
