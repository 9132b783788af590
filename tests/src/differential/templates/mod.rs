//! What expressions and statements look like: templates whose `<…>` are filled with expressions of a type.
//!
//! The codes of types are those of [`Ty::ALL`](super::types::Ty::ALL); besides, `<K>` is a small int, `<W>` a small int that
//! is not negative, `<C>` a short text, `<X>` anything that can be printed, `<FMT>` a format specification, and `<=LI>` a
//! variable, and `<@LI>` a variable or a literal. A template that starts with a parenthesis holds operators: see `Generator::fill`.

mod changes;
mod failures;
mod mappings;
mod numbers;
mod sequences;
mod text;

pub use self::changes::CHANGES;
pub use self::failures::FAILURES;
use super::types::Ty;

/// Expressions by their type.
pub fn templates(ty: Ty) -> &'static [&'static str] {
    match ty {
        Ty::Int => numbers::INT,
        Ty::Float => numbers::FLOAT,
        Ty::Bool => numbers::BOOL,
        Ty::Str => text::STR,
        Ty::Bytes => text::BYTES,
        Ty::None => text::NONE,
        Ty::Ints => sequences::INTS,
        Ty::Floats => sequences::FLOATS,
        Ty::Strs => sequences::STRS,
        Ty::Rows => sequences::ROWS,
        Ty::Pairs => sequences::PAIRS,
        Ty::Pair => sequences::PAIR,
        Ty::Trio => sequences::TRIO,
        Ty::Counts => mappings::COUNTS,
        Ty::Names => mappings::NAMES,
        Ty::Groups => mappings::GROUPS,
        Ty::IntSet => mappings::INT_SET,
        Ty::StrSet => mappings::STR_SET,
        Ty::Range => sequences::RANGE,
    }
}
