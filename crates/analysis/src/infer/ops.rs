//! Operators and indexing, with Dana's conversions: text and anything else is joined by `+`, numbers mix.

use super::special::Special;
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
        let is_negative = matches!(
            &self.body.exprs[operand],
            Expr::Unary { op: UnaryOp::Neg, operand } if matches!(self.body.exprs[*operand], Expr::Literal(_))
        );
        let is_literal = matches!(self.body.exprs[operand], Expr::Literal(_));
        let mut results = Vec::new();
        for a in left.members() {
            for b in right.members() {
                let result = self.binary_single(op, a, b);
                results.extend(match (op, &result) {
                    // A negative exponent gives a float.
                    (BinaryOp::Pow, Some(Type::Int)) if is_negative => Some(Type::Float),
                    (BinaryOp::Pow, Some(Type::Int)) if !is_literal => Some(Type::Int.or(&Type::Float)),
                    _ => result,
                });
            }
        }
        if results.is_empty() && !left.members().is_empty() && !right.members().is_empty() {
            self.problem(Problem::Operator {
                expr: operand,
                op: op.as_str(),
                left: left.clone(),
                right: right.clone(),
            });
            return Type::Any;
        }
        Type::union(results)
    }

    /// `left += right`: a list takes all that can be iterated, records have methods for it; else it is `left + right`.
    pub(super) fn in_place_op(&mut self, operand: ExprId, op: BinaryOp, left: &Type, right: &Type) -> Type {
        if let [member @ (Type::Record(_) | Type::Agent(_))] = left.members()
            && let Some(result) = self.special_in_place(op, member)
        {
            return result;
        }
        if let (BinaryOp::Add, [Type::List(item)]) = (op, left.members())
            && !right.is_any()
        {
            let given = self.item_of(operand, right);
            return Type::list(item.or(&given));
        }
        // Into a dict go pairs as well.
        if let (BinaryOp::BitOr, [Type::Dict(_)]) = (op, left.members())
            && !matches!(right, Type::Dict(_))
            && !right.is_any()
        {
            self.item_of(operand, right);
            return Type::dict(Type::Any, Type::Any);
        }
        self.binary_op(operand, op, left, right)
    }

    fn binary_single(&mut self, op: BinaryOp, a: &Type, b: &Type) -> Option<Type> {
        use BinaryOp::{Add, BitAnd, BitOr, BitXor, Div, FloorDiv, Mod, Mul, Pow, Shl, Shr, Sub};
        if a.is_any() || b.is_any() {
            return Some(Type::Any);
        }
        let is_int = |ty: &Type| matches!(ty, Type::Int | Type::Bool);
        let is_number = |ty: &Type| matches!(ty, Type::Int | Type::Bool | Type::Float);
        match (op, a, b) {
            // Text joins with numbers, and nothing else.
            (Add, Type::Str, Type::Str) => Some(Type::Str),
            (Add, Type::Str, other) | (Add, other, Type::Str) if is_number(other) => Some(Type::Str),
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
                let item = |ty: &Type| match ty {
                    Type::Tuple(all) => Type::union(all.iter().cloned()),
                    Type::TupleOf(item) => (**item).clone(),
                    _ => Type::Any,
                };
                Some(Type::tuple_of(item(a).or(&item(b))))
            }
            (BitOr | BitAnd | BitXor | Sub, Type::Set(a), Type::Set(b)) => {
                Some(Type::set(if matches!(op, BitOr | BitXor) { a.or(b) } else { (**a).clone() }))
            }
            (BitOr, Type::Dict(a), Type::Dict(b)) => Some(Type::dict(a.0.or(&b.0), a.1.or(&b.1))),
            // A view of a dict is a set to these.
            (_, Type::Iterator(_) | Type::Native(_), _) | (_, _, Type::Iterator(_) | Type::Native(_)) => {
                Some(Type::Any)
            }
            (_, Type::Record(_) | Type::Agent(_), _) | (_, _, Type::Record(_) | Type::Agent(_)) => {
                self.special_binary(op, a, b)
            }
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
        let mut single = |ty: &Type| match ty {
            Type::Int | Type::Bool => Some(Type::Int),
            Type::Float if op != UnaryOp::Invert => Some(Type::Float),
            Type::Record(_) | Type::Agent(_) => self.special_unary(op, ty),
            Type::Any | Type::Native(_) => Some(Type::Any),
            _ => None,
        };
        let results: Vec<Type> = ty.members().iter().filter_map(&mut single).collect();
        if results.is_empty() && !ty.members().is_empty() {
            self.problem(Problem::UnaryOperator { expr: operand, op: name, operand: ty.clone() });
            return Type::Any;
        }
        Type::union(results)
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
                let is_record = |ty: &Type| matches!(ty, Type::Record(_) | Type::Agent(_));
                let fits = |a: &Type, b: &Type| {
                    if is_record(a) || is_record(b) { self.has_order(op, a, b) } else { fits(a, b) }
                };
                let any = left.members().iter().any(|a| right.members().iter().any(|b| fits(a, b)));
                if !any && !left.members().is_empty() && !right.members().is_empty() {
                    self.problem(Problem::Comparison { expr: operand, left: left.clone(), right: right.clone() });
                }
            }
            CompareOp::In | CompareOp::NotIn => {
                let holds = |ty: &Type| {
                    let is_plain = matches!(
                        ty,
                        Type::None | Type::Int | Type::Float | Type::Bool | Type::Function(_) | Type::Closure(_)
                    );
                    let is_closed = matches!(ty, Type::Record(_))
                        && self.lacks_all(ty, &["__contains__", "__iter__", "__getitem__"]);
                    !is_plain && !is_closed
                };
                if !right.members().is_empty() && !right.members().iter().any(holds) {
                    self.problem(Problem::NotIterable { expr: operand, found: right.clone() });
                } else if *right == Type::Str && !left.members().is_empty() && !left.members().iter().any(may_be_text) {
                    // Only text is in text.
                    self.problem(Problem::Operator {
                        expr: operand,
                        op: "in",
                        left: left.clone(),
                        right: right.clone(),
                    });
                }
            }
            CompareOp::Eq | CompareOp::Ne | CompareOp::Is | CompareOp::IsNot => {}
        }
    }

    /// The int that is written, with its sign.
    fn literal_int(&self, expr: ExprId) -> Option<i64> {
        match &self.body.exprs[expr] {
            Expr::Literal(Literal::Int(value)) => *value,
            Expr::Unary { op: UnaryOp::Neg, operand } => match self.body.exprs[*operand] {
                Expr::Literal(Literal::Int(value)) => value?.checked_neg(),
                _ => None,
            },
            _ => None,
        }
    }

    /// The places that a slice of literals takes from so many, with a step forward.
    fn literal_slice(&self, slice: ExprId, length: usize) -> Option<Vec<usize>> {
        let Expr::Slice([start, end, step]) = &self.body.exprs[slice] else { return None };
        let bound = |part: &Option<ExprId>, default: usize| match part {
            None => Some(default),
            Some(it) => {
                let at = self.literal_int(*it)?;
                let from_end = length.saturating_sub(usize::try_from(at.unsigned_abs()).unwrap_or(usize::MAX));
                Some(usize::try_from(at).map_or(from_end, |it| it.min(length)))
            }
        };
        let step = match step {
            None => 1,
            Some(it) => usize::try_from(self.literal_int(*it)?).ok().filter(|it| *it > 0)?,
        };
        Some((bound(start, 0)?..bound(end, length)?).step_by(step).collect())
    }

    /// `base[key]`; the keys' types stand beside their places.
    pub(super) fn index(&mut self, expr: ExprId, base: &Type, places: &[ExprId], keys: &[Type]) -> Type {
        let ([place], [key]) = (places, keys) else {
            return match (places, keys) {
                // Several are one tuple.
                ([first, ..], [_, _, ..]) => {
                    let key = Type::tuple(keys.to_vec());
                    self.index_by(expr, base, *first, &key)
                }
                _ => Type::Any,
            };
        };
        self.index_by(expr, base, *place, key)
    }

    fn index_by(&mut self, expr: ExprId, base: &Type, place: ExprId, key: &Type) -> Type {
        let body = self.body.clone();
        let place = &place;
        let is_slice = matches!(body.exprs[*place], Expr::Slice(_)) && !matches!(key, Type::Tuple(_));
        let mut results = Vec::new();
        let mut bad_key = false;
        for member in base.members() {
            let may_index = |it: &Type| match it {
                Type::Int | Type::Bool | Type::Any | Type::Native(_) => true,
                Type::Record(_) | Type::Agent(_) => self.special(it, "__index__") != Special::Lacks,
                _ => false,
            };
            let is_index = key.members().iter().any(may_index) || key.is_any();
            // `items[slice(1, 3)]`: an item, or several.
            let is_native = key.members().iter().any(|it| matches!(it, Type::Native(_)));
            let sequence = match member {
                Type::List(item) => Some((**item).clone()),
                Type::TupleOf(item) => Some((**item).clone()),
                Type::Tuple(all) => Some(match self.literal_int(*place) {
                    Some(at) => place_of(at, all.len()).and_then(|at| all.get(at).cloned()).unwrap_or(Type::Any),
                    None => Type::union(all.iter().cloned()),
                }),
                Type::Str => Some(Type::Str),
                Type::Bytes | Type::Range => Some(Type::Int),
                _ => None,
            };
            match sequence {
                Some(_) if is_slice => results.push(match member {
                    Type::Tuple(all) => match self.literal_slice(*place, all.len()) {
                        Some(places) => Type::tuple(places.into_iter().map(|it| all[it].clone()).collect()),
                        None => Type::tuple_of(Type::union(all.iter().cloned())),
                    },
                    other => other.clone(),
                }),
                Some(_) if is_native => results.push(Type::Any),
                Some(item) if is_index => results.push(item.known()),
                Some(_) => bad_key = true,
                None => match member {
                    Type::Dict(_) if is_slice => bad_key = true,
                    Type::Dict(it) => results.push(it.1.known()),
                    Type::Record(_) => match self.special(member, "__getitem__") {
                        Special::Has(method) => results.push(self.result_of(&method).known()),
                        Special::Unknown => results.push(Type::Any),
                        Special::Lacks => {}
                    },
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

/// May a value be text?
fn may_be_text(ty: &Type) -> bool {
    !matches!(super::builtin_type_name(ty), Some(name) if name != "str") && *ty != Type::None
}

/// The place that an index means, from the end if it is negative.
fn place_of(at: i64, length: usize) -> Option<usize> {
    match usize::try_from(at) {
        Ok(at) => Some(at),
        Err(_) => length.checked_sub(usize::try_from(at.unsigned_abs()).ok()?),
    }
}
