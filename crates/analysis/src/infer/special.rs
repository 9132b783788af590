//! What records say by methods of Python's data model: which operators they take, whether they are iterated, indexed or
//! ordered.

use super::Infer;
use crate::record::{find_method, has_unknown_base, linearize, record_info};
use crate::ty::{DefRef, Type};
use crate::{BinaryOp, CompareOp, FilePath, RecordKind, UnaryOp};

/// Does a value have a special method?
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Special {
    Has(DefRef),
    /// It may, somewhere that the analysis does not see.
    Unknown,
    Lacks,
}

impl Infer<'_> {
    pub(super) fn special(&self, ty: &Type, name: &str) -> Special {
        match ty {
            Type::Record(def) | Type::Agent(def) => match find_method(self.db, self.file, def, name) {
                Some(method) => Special::Has(method),
                None if self.is_closed_struct(def) => Special::Lacks,
                None => Special::Unknown,
            },
            Type::Any | Type::Native(_) | Type::Module(_) | Type::Iterator(_) | Type::Never => Special::Unknown,
            _ => Special::Lacks,
        }
    }

    /// Is a value of a record type without any of the methods for sure?
    pub(super) fn lacks_all(&self, ty: &Type, names: &[&str]) -> bool {
        names.iter().all(|it| self.special(ty, it) == Special::Lacks)
    }

    /// A struct of the program, all of whose bases are known. The interpreter gives resources, agents, workflows and
    /// exceptions more than they declare.
    fn is_closed_struct(&self, def: &DefRef) -> bool {
        record_info(self.db, def).is_some_and(|it| it.kind == Some(RecordKind::Struct))
            && !has_unknown_base(self.db, def)
            && !linearize(self.db, def).iter().any(|it| matches!(it.file.path(self.db), FilePath::Library(_)))
    }

    /// The result of an operator on records; none if neither side takes the other.
    pub(super) fn special_binary(&mut self, op: BinaryOp, a: &Type, b: &Type) -> Option<Type> {
        let (own, swapped) = binary_names(op);
        match self.special(a, own) {
            Special::Has(method) => return Some(self.result_of(&method).known()),
            Special::Unknown => return Some(Type::Any),
            Special::Lacks => {}
        }
        match self.special(b, swapped) {
            Special::Has(method) => Some(self.result_of(&method).known()),
            Special::Unknown => Some(Type::Any),
            Special::Lacks => None,
        }
    }

    /// The result of `a += b` where `a` is a record that says what that is.
    pub(super) fn special_in_place(&mut self, op: BinaryOp, a: &Type) -> Option<Type> {
        let name = binary_names(op).0.replacen("__", "__i", 1);
        match self.special(a, &name) {
            Special::Has(method) => Some(self.result_of(&method).known()),
            Special::Unknown => Some(Type::Any),
            Special::Lacks => None,
        }
    }

    /// The result of an operator on one record; none if it does not take it.
    pub(super) fn special_unary(&mut self, op: UnaryOp, ty: &Type) -> Option<Type> {
        let name = match op {
            UnaryOp::Neg => "__neg__",
            UnaryOp::Pos => "__pos__",
            UnaryOp::Invert => "__invert__",
            UnaryOp::Not => return Some(Type::Bool),
        };
        match self.special(ty, name) {
            Special::Has(method) => Some(self.result_of(&method).known()),
            Special::Unknown => Some(Type::Any),
            Special::Lacks => None,
        }
    }

    /// Does a record say how functions of the language make a number of it?
    pub(super) fn converts_itself(&self, ty: &Type) -> bool {
        const METHODS: &[&str] = &[
            "__abs__",
            "__bool__",
            "__ceil__",
            "__divmod__",
            "__float__",
            "__floor__",
            "__getitem__",
            "__hash__",
            "__index__",
            "__int__",
            "__iter__",
            "__len__",
            "__pow__",
            "__round__",
            "__rdivmod__",
            "__rpow__",
            "__str__",
            "__trunc__",
        ];
        let is_record = |it: &Type| matches!(it, Type::Record(_) | Type::Agent(_));
        ty.members().iter().any(|it| is_record(it) && !self.lacks_all(it, METHODS))
    }

    /// May two values be compared by `<` and the like, as far as records say?
    pub(super) fn has_order(&self, op: CompareOp, a: &Type, b: &Type) -> bool {
        let (own, swapped) = match op {
            CompareOp::Lt => ("__lt__", "__gt__"),
            CompareOp::Le => ("__le__", "__ge__"),
            CompareOp::Gt => ("__gt__", "__lt__"),
            CompareOp::Ge => ("__ge__", "__le__"),
            _ => return true,
        };
        self.special(a, own) != Special::Lacks || self.special(b, swapped) != Special::Lacks
    }
}

/// The method for an operator, and the one that the right side has for it.
fn binary_names(op: BinaryOp) -> (&'static str, &'static str) {
    match op {
        BinaryOp::Add => ("__add__", "__radd__"),
        BinaryOp::Sub => ("__sub__", "__rsub__"),
        BinaryOp::Mul => ("__mul__", "__rmul__"),
        BinaryOp::Div => ("__truediv__", "__rtruediv__"),
        BinaryOp::FloorDiv => ("__floordiv__", "__rfloordiv__"),
        BinaryOp::Mod => ("__mod__", "__rmod__"),
        BinaryOp::Pow => ("__pow__", "__rpow__"),
        BinaryOp::BitAnd => ("__and__", "__rand__"),
        BinaryOp::BitXor => ("__xor__", "__rxor__"),
        BinaryOp::BitOr => ("__or__", "__ror__"),
        BinaryOp::Shl => ("__lshift__", "__rlshift__"),
        BinaryOp::Shr => ("__rshift__", "__rrshift__"),
        BinaryOp::MatMul => ("__matmul__", "__rmatmul__"),
    }
}
