//! The iterators of the module `itertools`, and iterators whose values a program computes.

use crate::heap::{Marker, Trace};
use crate::objects::{Iter, List, Nest};
use crate::value::{Ref, Value};

/// What an iterator of `itertools` does.
#[derive(Clone, Debug)]
pub enum ToolKind {
    Count {
        next: Value,
        step: Value,
    },
    /// Takes from `inner` while it lasts, then from what it took.
    Cycle {
        inner: Option<Ref<Iter>>,
        saved: Vec<Value>,
        next: usize,
    },
    Repeat {
        value: Value,
        /// How often still; none for ever.
        left: Option<u64>,
    },
    Chain {
        sources: Ref<Iter>,
        current: Option<Ref<Iter>>,
    },
    Slice {
        inner: Ref<Iter>,
        /// How many values `inner` has given.
        at: u64,
        /// The number of the value that comes next.
        next: u64,
        stop: Option<u64>,
        step: u64,
    },
    ZipLongest {
        inner: Vec<Option<Ref<Iter>>>,
        fill: Value,
        partial: Vec<Value>,
    },
    Pairwise {
        inner: Ref<Iter>,
        last: Option<Value>,
    },
    Compress {
        data: Ref<Iter>,
        selectors: Ref<Iter>,
        /// A value whose selector is to come.
        held: Option<Value>,
    },
    Accumulate {
        inner: Ref<Iter>,
        total: Option<Value>,
        /// Comes first.
        initial: Option<Value>,
    },
    Batched {
        inner: Ref<Iter>,
        size: usize,
        partial: Vec<Value>,
    },
    Tee {
        inner: Ref<Iter>,
        /// What `inner` has given to any of its readers.
        shared: Ref<List>,
        next: usize,
    },
    Product {
        pools: Vec<Vec<Value>>,
        indices: Vec<usize>,
        started: bool,
    },
    Permutations {
        pool: Vec<Value>,
        indices: Vec<usize>,
        cycles: Vec<usize>,
        started: bool,
    },
    Combinations {
        pool: Vec<Value>,
        indices: Vec<usize>,
        replacement: bool,
        started: bool,
    },
    /// A function of a program gives the values: a tuple of one, or `None` at the end.
    Calling {
        name: &'static str,
        step: Value,
        /// A value that the function gave and nobody took yet.
        pending: Option<Value>,
    },
}

/// An iterator of `itertools`.
#[derive(Clone, Debug)]
pub struct Tool {
    pub kind: ToolKind,
    pub nest: Nest,
}

impl Tool {
    pub fn type_name(&self) -> &'static str {
        match &self.kind {
            ToolKind::Count { .. } => "itertools.count",
            ToolKind::Cycle { .. } => "itertools.cycle",
            ToolKind::Repeat { .. } => "itertools.repeat",
            ToolKind::Chain { .. } => "itertools.chain",
            ToolKind::Slice { .. } => "itertools.islice",
            ToolKind::ZipLongest { .. } => "itertools.zip_longest",
            ToolKind::Pairwise { .. } => "itertools.pairwise",
            ToolKind::Compress { .. } => "itertools.compress",
            ToolKind::Accumulate { .. } => "itertools.accumulate",
            ToolKind::Batched { .. } => "itertools.batched",
            ToolKind::Tee { .. } => "itertools._tee",
            ToolKind::Product { .. } => "itertools.product",
            ToolKind::Permutations { .. } => "itertools.permutations",
            ToolKind::Combinations { replacement: false, .. } => "itertools.combinations",
            ToolKind::Combinations { .. } => "itertools.combinations_with_replacement",
            ToolKind::Calling { name, .. } => name,
        }
    }
}

impl Trace for Tool {
    fn trace(&self, marker: &mut Marker) {
        match &self.kind {
            ToolKind::Count { next, step } => marker.values(&[*next, *step]),
            ToolKind::Cycle { inner, saved, .. } => {
                inner.iter().for_each(|inner| marker.object(*inner));
                marker.values(saved);
            }
            ToolKind::Repeat { value, .. } => marker.value(*value),
            ToolKind::Chain { sources, current } => {
                marker.object(*sources);
                current.iter().for_each(|current| marker.object(*current));
            }
            ToolKind::Slice { inner, .. } => marker.object(*inner),
            ToolKind::ZipLongest { inner, fill, partial } => {
                inner.iter().flatten().for_each(|inner| marker.object(*inner));
                marker.value(*fill);
                marker.values(partial);
            }
            ToolKind::Pairwise { inner, last } => {
                marker.object(*inner);
                marker.values(last.as_slice());
            }
            ToolKind::Compress { data, selectors, held } => {
                marker.object(*data);
                marker.object(*selectors);
                marker.values(held.as_slice());
            }
            ToolKind::Accumulate { inner, total, initial } => {
                marker.object(*inner);
                marker.values(total.as_slice());
                marker.values(initial.as_slice());
            }
            ToolKind::Batched { inner, partial, .. } => {
                marker.object(*inner);
                marker.values(partial);
            }
            ToolKind::Tee { inner, shared, .. } => {
                marker.object(*inner);
                marker.object(*shared);
            }
            ToolKind::Product { pools, .. } => pools.iter().for_each(|pool| marker.values(pool)),
            ToolKind::Permutations { pool, .. } | ToolKind::Combinations { pool, .. } => marker.values(pool),
            ToolKind::Calling { step, pending, .. } => {
                marker.value(*step);
                marker.values(pending.as_slice());
            }
        }
    }

    fn bytes(&self) -> usize {
        let values = match &self.kind {
            ToolKind::Cycle { saved, .. } => saved.len(),
            ToolKind::ZipLongest { inner, .. } => inner.len() * 2,
            ToolKind::Batched { partial, .. } => partial.len(),
            ToolKind::Product { pools, .. } => pools.iter().map(|pool| pool.len() + 4).sum(),
            ToolKind::Permutations { pool, .. } => pool.len() * 2,
            ToolKind::Combinations { pool, indices, .. } => pool.len() + indices.len(),
            _ => 0,
        };
        size_of::<Tool>() + values * size_of::<Value>()
    }
}
