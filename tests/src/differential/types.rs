//! The types that the generator knows. A program is generated typed, so that most of its statements succeed.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ty {
    Int,
    Float,
    Bool,
    Str,
    Bytes,
    None,
    /// `list[int]`
    Ints,
    /// `list[float]`
    Floats,
    /// `list[str]`
    Strs,
    /// `list[list[int]]`
    Rows,
    /// `list[tuple[str, int]]`
    Pairs,
    /// `tuple[str, int]`
    Pair,
    /// `tuple[int, int, int]`
    Trio,
    /// `dict[str, int]`
    Counts,
    /// `dict[int, str]`
    Names,
    /// `dict[str, list[int]]`
    Groups,
    /// `set[int]`
    IntSet,
    /// `set[str]`
    StrSet,
    Range,
}

impl Ty {
    pub const ALL: &'static [(Ty, &'static str)] = &[
        (Ty::Int, "I"),
        (Ty::Float, "F"),
        (Ty::Bool, "B"),
        (Ty::Str, "S"),
        (Ty::Bytes, "Y"),
        (Ty::None, "N"),
        (Ty::Ints, "LI"),
        (Ty::Floats, "LF"),
        (Ty::Strs, "LS"),
        (Ty::Rows, "LL"),
        (Ty::Pairs, "LT"),
        (Ty::Pair, "TS"),
        (Ty::Trio, "TI"),
        (Ty::Counts, "DSI"),
        (Ty::Names, "DIS"),
        (Ty::Groups, "DSL"),
        (Ty::IntSet, "ZI"),
        (Ty::StrSet, "ZS"),
        (Ty::Range, "R"),
    ];

    /// What a program prints, stores and passes around; the likelier types more than once. The order of sets is not
    /// defined, so no set is in something that is printed.
    pub const PRINTED: &'static [Ty] = &[
        Ty::Int,
        Ty::Int,
        Ty::Float,
        Ty::Float,
        Ty::Bool,
        Ty::Str,
        Ty::Str,
        Ty::Str,
        Ty::Bytes,
        Ty::None,
        Ty::Ints,
        Ty::Ints,
        Ty::Floats,
        Ty::Strs,
        Ty::Strs,
        Ty::Rows,
        Ty::Pairs,
        Ty::Pair,
        Ty::Trio,
        Ty::Counts,
        Ty::Counts,
        Ty::Names,
        Ty::Groups,
        Ty::Range,
    ];

    /// The type of a code in a template.
    pub fn of_code(code: &str) -> Option<Ty> {
        Ty::ALL.iter().find(|(_, it)| *it == code).map(|(ty, _)| *ty)
    }
}
