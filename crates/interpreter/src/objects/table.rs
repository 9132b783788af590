//! The insertion-ordered hash table under dicts and sets.
//!
//! The table knows nothing of equality: callers pass the hash of a key and a test for it, because
//! comparing keys needs the whole heap (`ops::dict_get` and its neighbours do so).

use hashbrown::HashTable;

use crate::value::Value;

/// A key with its hash and payload (the value of a dict, nothing for a set).
#[derive(Clone, Copy, Debug)]
pub struct Entry<V> {
    pub hash: u64,
    pub key: Value,
    pub value: V,
}

/// An insertion-ordered hash table. Positions are indices into the entries, in insertion order,
/// and include the holes that removals leave; they change only when the table is compacted, which
/// happens on insertion.
#[derive(Clone, Debug)]
pub struct Table<V> {
    indices: HashTable<u32>,
    entries: Vec<Option<Entry<V>>>,
    len: usize,
    /// No entry lies before this position: taking the first one again and again stays cheap.
    head: usize,
}

impl<V> Default for Table<V> {
    fn default() -> Table<V> {
        Table { indices: HashTable::new(), entries: Vec::new(), len: 0, head: 0 }
    }
}

impl<V: Copy> Table<V> {
    /// The number of keys.
    #[inline]
    pub fn len(&self) -> usize {
        self.len
    }

    /// One past the last position.
    #[inline]
    pub fn end(&self) -> usize {
        self.entries.len()
    }

    /// The entry at a position; none if it was removed or is past the end.
    #[inline]
    pub fn at(&self, position: usize) -> Option<&Entry<V>> {
        self.entries.get(position)?.as_ref()
    }

    /// The entries in insertion order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Entry<V>> {
        self.entries.iter().flatten()
    }

    /// The position of the key for which `is_key` holds among those with this hash.
    #[inline]
    pub fn find(&self, hash: u64, mut is_key: impl FnMut(Value) -> bool) -> Option<usize> {
        self.indices
            .find(hash, |index| match self.at(*index as usize) {
                Some(entry) => entry.hash == hash && is_key(entry.key),
                None => false,
            })
            .map(|index| *index as usize)
    }

    /// Replaces the payload at a position.
    pub fn set_value(&mut self, position: usize, value: V) {
        if let Some(Some(entry)) = self.entries.get_mut(position) {
            entry.value = value;
        }
    }

    /// Appends a key that is known to be absent.
    pub fn insert_new(&mut self, hash: u64, key: Value, value: V) {
        if self.entries.len() >= 16 && self.entries.len() > 2 * self.len {
            self.compact();
        }
        // A table of 2^32 entries does not fit any memory limit the heap allows.
        let index = self.entries.len() as u32;
        self.entries.push(Some(Entry { hash, key, value }));
        self.len += 1;
        let entries = &self.entries;
        self.indices
            .insert_unique(hash, index, |index| entries[*index as usize].as_ref().map_or(0, |entry| entry.hash));
    }

    /// Removes the entry at a position.
    pub fn remove(&mut self, position: usize) -> Option<Entry<V>> {
        let entry = self.entries.get_mut(position)?.take()?;
        self.len -= 1;
        if let Ok(found) = self.indices.find_entry(entry.hash, |index| *index as usize == position) {
            found.remove();
        }
        if position == self.head {
            self.head += 1;
            while let Some(None) = self.entries.get(self.head) {
                self.head += 1;
            }
        }
        // Holes at the end are dropped at once, so that taking the last entry again and again stays cheap.
        while let Some(None) = self.entries.last() {
            self.entries.pop();
        }
        self.head = self.head.min(self.entries.len());
        Some(entry)
    }

    /// The position of the last entry.
    pub fn last(&self) -> Option<usize> {
        self.entries.len().checked_sub(1)
    }

    /// The position of the first entry.
    pub fn first(&self) -> Option<usize> {
        self.at(self.head).map(|_| self.head)
    }

    /// Removes everything.
    pub fn clear(&mut self) {
        *self = Table::default();
    }

    /// Memory held, in bytes.
    pub fn bytes(&self) -> usize {
        self.entries.capacity() * size_of::<Option<Entry<V>>>() + self.indices.capacity() * 5
    }

    fn compact(&mut self) {
        self.entries.retain(Option::is_some);
        self.head = 0;
        self.indices.clear();
        for (index, entry) in self.entries.iter().enumerate() {
            if let Some(entry) = entry {
                let entries = &self.entries;
                self.indices.insert_unique(entry.hash, index as u32, |index| {
                    entries[*index as usize].as_ref().map_or(0, |entry| entry.hash)
                });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn is(key: i64) -> impl Fn(Value) -> bool {
        move |candidate| candidate.is(Value::Int(key))
    }

    proptest! {
        /// The table against a plain list of pairs, with hashes that collide often.
        #[test]
        fn behaves_like_a_list_of_pairs(steps in proptest::collection::vec((0i64..40, 0u8..5), 0..400)) {
            let mut table: Table<i64> = Table::default();
            let mut model: Vec<(i64, i64)> = Vec::new();
            for (at, (key, action)) in (0i64..).zip(steps) {
                let hash = (key % 7) as u64;
                let found = table.find(hash, is(key));
                let known = model.iter().position(|(other, _)| *other == key);
                prop_assert_eq!(found.is_some(), known.is_some());
                match (action, found, known) {
                    (0, Some(position), Some(place)) => {
                        prop_assert_eq!(table.remove(position).map(|entry| entry.value), Some(model.remove(place).1));
                    }
                    (1, ..) => {
                        let first = table.first().and_then(|first| table.remove(first));
                        let expected = if model.is_empty() { None } else { Some(model.remove(0).1) };
                        prop_assert_eq!(first.map(|entry| entry.value), expected);
                    }
                    (2, ..) => {
                        let last = table.last().and_then(|last| table.remove(last));
                        prop_assert_eq!(last.map(|entry| entry.value), model.pop().map(|(_, value)| value));
                    }
                    (_, Some(position), Some(place)) => {
                        table.set_value(position, at);
                        model[place].1 = at;
                    }
                    _ => {
                        table.insert_new(hash, Value::Int(key), at);
                        model.push((key, at));
                    }
                }
                prop_assert_eq!(table.len(), model.len());
            }
            let values: Vec<i64> = table.iter().map(|entry| entry.value).collect();
            let expected: Vec<i64> = model.iter().map(|(_, value)| *value).collect();
            prop_assert_eq!(values, expected);
        }
    }
}
