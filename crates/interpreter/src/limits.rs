//! The bounds of a run.

/// Bounds of a run. Each has an error that names it, and the report of that error names it in [`crate::Report::limit`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Steps of the whole run. A step is a call, a return to a loop's start, or the like: straight code costs none. Long
    /// operations of the interpreter itself (comparing large lists, say) count as steps too.
    pub steps: u64,
    /// Approximate bytes of all values.
    pub memory: usize,
    /// Calls inside each other.
    pub depth: usize,
    /// Bytes of printed and logged text.
    pub output: usize,
}

impl Default for Limits {
    /// 4 GB, 100,000 calls inside each other, and neither steps nor output limited.
    fn default() -> Limits {
        Limits { steps: u64::MAX, memory: 4 << 30, depth: 100_000, output: usize::MAX }
    }
}

/// One of the [`Limits`], as the cause of an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Limit {
    /// `RuntimeError`, which a program cannot catch for long.
    Steps,
    /// `MemoryError`.
    Memory,
    /// `RecursionError`.
    Depth,
    /// `RuntimeError`.
    Output,
}
