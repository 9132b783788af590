//! Which methods make up the data model, and which of them a record type has.

use crate::ops::BinaryOp;

/// A method, or a group of methods, that a record type may define.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    Str,
    Repr,
    Format,
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    Hash,
    Len,
    Bool,
    Contains,
    Iter,
    Next,
    Reversed,
    GetItem,
    SetItem,
    DelItem,
    Call,
    Int,
    Float,
    Index,
    Neg,
    Pos,
    Invert,
    Abs,
    Round,
    Trunc,
    Floor,
    Ceil,
    /// Any operator of two operands, swapped or in place.
    Operator,
}

use Protocol as P;

pub(super) const NAMES: [(&str, Protocol); 31] = [
    ("__str__", P::Str),
    ("__repr__", P::Repr),
    ("__format__", P::Format),
    ("__eq__", P::Eq),
    ("__ne__", P::Ne),
    ("__lt__", P::Lt),
    ("__le__", P::Le),
    ("__gt__", P::Gt),
    ("__ge__", P::Ge),
    ("__hash__", P::Hash),
    ("__len__", P::Len),
    ("__bool__", P::Bool),
    ("__contains__", P::Contains),
    ("__iter__", P::Iter),
    ("__next__", P::Next),
    ("__reversed__", P::Reversed),
    ("__getitem__", P::GetItem),
    ("__setitem__", P::SetItem),
    ("__delitem__", P::DelItem),
    ("__call__", P::Call),
    ("__int__", P::Int),
    ("__float__", P::Float),
    ("__index__", P::Index),
    ("__neg__", P::Neg),
    ("__pos__", P::Pos),
    ("__invert__", P::Invert),
    ("__abs__", P::Abs),
    ("__round__", P::Round),
    ("__trunc__", P::Trunc),
    ("__floor__", P::Floor),
    ("__ceil__", P::Ceil),
];

/// The methods of an operator: as written, swapped, and in place.
pub(super) fn operator_names(op: BinaryOp) -> [&'static str; 3] {
    match op {
        BinaryOp::Add => ["__add__", "__radd__", "__iadd__"],
        BinaryOp::Subtract => ["__sub__", "__rsub__", "__isub__"],
        BinaryOp::Multiply => ["__mul__", "__rmul__", "__imul__"],
        BinaryOp::Divide => ["__truediv__", "__rtruediv__", "__itruediv__"],
        BinaryOp::FloorDivide => ["__floordiv__", "__rfloordiv__", "__ifloordiv__"],
        BinaryOp::Modulo => ["__mod__", "__rmod__", "__imod__"],
        BinaryOp::Power => ["__pow__", "__rpow__", "__ipow__"],
        BinaryOp::BitAnd => ["__and__", "__rand__", "__iand__"],
        BinaryOp::BitOr => ["__or__", "__ror__", "__ior__"],
        BinaryOp::BitXor => ["__xor__", "__rxor__", "__ixor__"],
        BinaryOp::ShiftLeft => ["__lshift__", "__rlshift__", "__ilshift__"],
        BinaryOp::ShiftRight => ["__rshift__", "__rrshift__", "__irshift__"],
        BinaryOp::MatrixMultiply => ["__matmul__", "__rmatmul__", "__imatmul__"],
    }
}

/// The methods that a record type defines, one bit for each [`Protocol`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Protocols(u32);

impl Protocols {
    /// Notes a method of this name, if it is one.
    pub fn note(&mut self, name: &str) {
        if !name.starts_with("__") {
            return;
        }
        match NAMES.iter().find(|(known, _)| *known == name) {
            Some((_, protocol)) => self.0 |= 1 << *protocol as u32,
            // All others that have this form are taken for operators: more bits than needed do no harm.
            None if name.ends_with("__") => self.0 |= 1 << P::Operator as u32,
            None => {}
        }
    }

    /// Those of a base type.
    pub fn inherit(&mut self, base: Protocols) {
        self.0 |= base.0;
    }

    #[inline]
    pub fn has(self, protocol: Protocol) -> bool {
        self.0 & (1 << protocol as u32) != 0
    }

    /// May an operation on a collection ask the program because of them, after it has begun to take values?
    pub fn interrupt(self) -> bool {
        let harmless = [P::Str, P::Repr, P::Format, P::Call, P::SetItem, P::DelItem];
        self.0 & !harmless.iter().fold(0, |bits, protocol| bits | 1 << *protocol as u32) != 0
    }
}
