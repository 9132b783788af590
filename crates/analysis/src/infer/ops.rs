//! Operators and indexing, with Dana's conversions: text and anything else is joined by `+`, numbers mix.

use super::{Infer, Problem};
use crate::ty::Type;
use crate::{BinaryOp, CompareOp, Expr, ExprId, Literal, UnaryOp};

impl Infer<'_> {
    pub(super) fn binary_op(&mut self, operand: ExprId, op: BinaryOp, left: &Type, right: &Type) -> Type {
        if left.is_any() && op == BinaryOp::Add && *right == Type::Str {
            return Type::Any;
        }
        if left.is_any() || right.is_any() {
            return Type::Any;
        }
        let mut results = Vec::new();
        for a in left.members() {
            for b in right.members() {
                results.extend(self.binary_single(op, a, b));
            }
        }
        if results.is_empty() && !left.members().is_empty() && !right.members().is_empty() {
            self.problem(Problem::Operator { expr: operand, op, left: left.clone(), right: right.clone() });
            return Type::Any;
        }
        Type::union(results)
    }

    fn binary_single(&self, op: BinaryOp, a: &Type, b: &Type) -> Option<Type> {
        use BinaryOp::{Add, BitAnd, BitOr, BitXor, Div, FloorDiv, Mod, Mul, Pow, Shl, Shr, Sub};
        if a.is_any() || b.is_any() {
            return Some(Type::Any);
        }
        let is_int = |ty: &Type| matches!(ty, Type::Int | Type::Bool);
        let is_number = |ty: &Type| matches!(ty, Type::Int | Type::Bool | Type::Float);
        match (op, a, b) {
            (Add, Type::Str, _) | (Add, _, Type::Str) => Some(Type::Str),
            (Div, a, b) if is_number(a) && is_number(b) => Some(Type::Float),
            (Pow, a, b) if is_int(a) && is_int(b) => Some(Type::Int),
            (Add | Sub | Mul | FloorDiv | Mod | Pow, a, b) if is_number(a) && is_number(b) => {
                Some(if is_int(a) && is_int(b) { Type::Int } else { Type::Float })
            }
            (BitAnd | BitOr | BitXor, Type::Bool, Type::Bool) => Some(Type::Bool),
            (BitAnd | BitOr | BitXor | Shl | Shr, a, b) if is_int(a) && is_int(b) => Some(Type::Int),
            (Mul, Type::Str, b) | (Mul, b, Type::Str) if is_int(b) => Some(Type::Str),
            (Mul, Type::Bytes, b) | (Mul, b, Type::Bytes) if is_int(b) => Some(Type::Bytes),
            (Mul, sequence @ (Type::List(_) | Type::TupleOf(_)), b)
            | (Mul, b, sequence @ (Type::List(_) | Type::TupleOf(_)))
                if is_int(b) =>
            {
                Some(sequence.clone())
            }
            (Mul, Type::Tuple(all), b) | (Mul, b, Type::Tuple(all)) if is_int(b) => {
                Some(Type::tuple_of(Type::union(all.iter().cloned())))
            }
            (Mod, Type::Str, _) => Some(Type::Str),
            (Mod, Type::Bytes, _) => Some(Type::Bytes),
            (Add, Type::Bytes, Type::Bytes) => Some(Type::Bytes),
            (Add, Type::List(a), Type::List(b)) => Some(Type::list(a.or(b))),
            (Add, Type::Tuple(a), Type::Tuple(b)) => Some(Type::tuple(a.iter().chain(b.iter()).cloned().collect())),
            (Add, Type::Tuple(_) | Type::TupleOf(_), Type::Tuple(_) | Type::TupleOf(_)) => {
                Some(Type::tuple_of(Type::Any))
            }
            (BitOr | BitAnd | BitXor | Sub, Type::Set(a), Type::Set(b)) => {
                Some(Type::set(if matches!(op, BitOr | BitXor) { a.or(b) } else { (**a).clone() }))
            }
            (BitOr, Type::Dict(a), Type::Dict(b)) => Some(Type::dict(a.0.or(&b.0), a.1.or(&b.1))),
            // A view of a dict is a set to these.
            (_, Type::Iterator(_) | Type::Native(_), _) | (_, _, Type::Iterator(_) | Type::Native(_)) => {
                Some(Type::Any)
            }
            // Records may have methods for operators, here or where the analysis does not look.
            (_, Type::Record(_) | Type::Agent(_), _) | (_, _, Type::Record(_) | Type::Agent(_)) => Some(Type::Any),
            // Types are united by `|`.
            (
                BitOr,
                Type::BuiltinType(_) | Type::RecordType(_) | Type::None,
                Type::BuiltinType(_) | Type::RecordType(_) | Type::None,
            ) => Some(Type::Any),
            _ => None,
        }
    }

    pub(super) fn unary_op(&mut self, operand: ExprId, op: UnaryOp, ty: &Type) -> Type {
        let name = match op {
            UnaryOp::Neg => "-",
            UnaryOp::Pos => "+",
            UnaryOp::Invert => "~",
            UnaryOp::Not => return Type::Bool,
        };
        let single = |ty: &Type| match ty {
            Type::Int | Type::Bool => Some(Type::Int),
            Type::Float if op != UnaryOp::Invert => Some(Type::Float),
            Type::Any | Type::Record(_) | Type::Agent(_) | Type::Native(_) => Some(Type::Any),
            _ => None,
        };
        let results: Vec<Type> = ty.members().iter().filter_map(single).collect();
        if results.is_empty() && !ty.members().is_empty() {
            self.problem(Problem::UnaryOperator { expr: operand, op: name, operand: ty.clone() });
            return Type::Any;
        }
        Type::union(results)
    }

    /// May a comparison give something else than a truth value?
    pub(super) fn compares_freely(&self, left: &Type, right: &Type) -> bool {
        let is_own = |ty: &Type| ty.members().iter().any(|it| matches!(it, Type::Native(_)));
        is_own(left) || is_own(right)
    }

    pub(super) fn compare_op(&mut self, operand: ExprId, op: CompareOp, left: &Type, right: &Type) {
        match op {
            CompareOp::Lt | CompareOp::Le | CompareOp::Gt | CompareOp::Ge => {
                let fits = |a: &Type, b: &Type| {
                    let rank = |ty: &Type| match ty {
                        // Dana compares text with numbers.
                        Type::Int | Type::Float | Type::Bool | Type::Str => 1,
                        Type::List(_) => 2,
                        Type::Tuple(_) | Type::TupleOf(_) => 3,
                        Type::Set(_) => 4,
                        Type::Bytes => 5,
                        Type::None => 6,
                        Type::Dict(_) => 7,
                        _ => 0,
                    };
                    let (a, b) = (rank(a), rank(b));
                    a == 0 || b == 0 || (a == b && a < 6)
                };
                let any = left.members().iter().any(|a| right.members().iter().any(|b| fits(a, b)));
                if !any && !left.members().is_empty() && !right.members().is_empty() {
                    self.problem(Problem::Comparison { expr: operand, left: left.clone(), right: right.clone() });
                }
            }
            CompareOp::In | CompareOp::NotIn => {
                let holds = |ty: &Type| {
                    !matches!(
                        ty,
                        Type::None | Type::Int | Type::Float | Type::Bool | Type::Function(_) | Type::Closure(_)
                    )
                };
                if !right.members().is_empty() && !right.members().iter().any(holds) {
                    self.problem(Problem::NotIterable { expr: operand, found: right.clone() });
                }
            }
            CompareOp::Eq | CompareOp::Ne | CompareOp::Is | CompareOp::IsNot => {}
        }
    }

    /// `base[key]`; the keys' types stand beside their places.
    pub(super) fn index(&mut self, expr: ExprId, base: &Type, places: &[ExprId], keys: &[Type]) -> Type {
        let body = self.body.clone();
        let ([place], [key]) = (places, keys) else { return Type::Any };
        let is_slice = matches!(body.exprs[*place], Expr::Slice(_));
        let mut results = Vec::new();
        let mut bad_key = false;
        for member in base.members() {
            let is_index =
                key.members().iter().any(|it| matches!(it, Type::Int | Type::Bool | Type::Any)) || key.is_any();
            let sequence = match member {
                Type::List(item) => Some((**item).clone()),
                Type::TupleOf(item) => Some((**item).clone()),
                Type::Tuple(all) => Some(match body.exprs[*place] {
                    Expr::Literal(Literal::Int(Some(at))) => {
                        usize::try_from(at).ok().and_then(|at| all.get(at).cloned()).unwrap_or(Type::Any)
                    }
                    _ => Type::union(all.iter().cloned()),
                }),
                Type::Str => Some(Type::Str),
                Type::Bytes | Type::Range => Some(Type::Int),
                _ => None,
            };
            match sequence {
                Some(_) if is_slice => results.push(match member {
                    Type::Tuple(all) => Type::tuple_of(Type::union(all.iter().cloned())),
                    other => other.clone(),
                }),
                Some(item) if is_index => results.push(item.known()),
                Some(_) => bad_key = true,
                None => match member {
                    Type::Dict(it) => results.push(it.1.known()),
                    Type::None
                    | Type::Bool
                    | Type::Int
                    | Type::Float
                    | Type::Set(_)
                    | Type::Function(_)
                    | Type::Closure(_) => {}
                    _ => results.push(Type::Any),
                },
            }
        }
        if results.is_empty() && !base.members().is_empty() {
            if bad_key {
                self.problem(Problem::IndexType { expr: *place, base: base.clone(), found: key.clone() });
            } else {
                self.problem(Problem::NotIndexable { expr, found: base.clone() });
            }
            return Type::Any;
        }
        Type::union(results)
    }
}
