//! Operations on values that need only the heap: operators, comparison, hashing, subscripts, iteration, text.
//!
//! All of them are pure apart from the object they change, never call back into a program (they ask, see [`protocol`]), and
//! bound their own recursion ([`MAX_DEPTH`]).

mod arith;
mod compare;
mod hash;
mod int;
mod iteration;
mod membership;
mod number;
pub mod protocol;
mod sequence;
mod set_like;
mod sort;
mod subscript;
mod tables;
mod text;
mod tools;

#[cfg(test)]
mod tests;

pub use arith::{BinaryOp, augmented, binary, invert, join_texts, negate, positive, power_modulo};
pub(crate) use compare::eq_slices;
pub use compare::{CompareOp, compare, eq, order};
pub use hash::hash;
pub(crate) use hash::{hash_int, hash_nested, hash_tuple};
pub use int::{MAX_GCD_BITS, MAX_TEXT_DIGITS, int_from_text, int_to_text};
pub use iteration::{collect, gives_pairs, iter, iter_lazily, iter_next, iter_next_pair, next_of};
pub use membership::{contains, find_text};
pub use number::{Number, int_to_f64, number, parse_float, round_half_even};
pub use sequence::{holds, len, truth};
pub use sort::sort;
pub use subscript::{
    Slice, delete_item, delete_slice, get_item, get_slice, index_argument, set_item, set_slice, size_argument,
    slice_indices,
};
pub use tables::{
    dict_get, dict_get_str, dict_insert, dict_insert_str, dict_merge, dict_remove, key_error, set_contains, set_insert,
    set_remove,
};
pub use text::{coding_error, exception_text, repr, str_repr, text};
pub(crate) use text::{plain_repr, plain_text, repr_short, type_title};

use crate::exception_kind::{ExceptionKind, Raise};

/// How deep values may be nested for comparison, hashing and `repr`.
pub const MAX_DEPTH: usize = 900;

/// The error of values nested more than [`MAX_DEPTH`] deep.
pub(crate) fn too_deep(doing: &str) -> Raise {
    Raise::new(ExceptionKind::RecursionError, format!("maximum recursion depth exceeded {doing}"))
}
