//! What a condition tells about variables: `x is None`, `isinstance(x, T)`, `type(x) == T`, `x` itself, `not`, `and`, `or`.

use super::Infer;
use super::env::State;
use crate::record::{is_derived, record_info};
use crate::signature::{builtin_type, instance_of};
use crate::ty::Type;
use crate::{CompareOp, Expr, ExprId, Literal, NameRef, UnaryOp, VariableId};

impl Infer<'_> {
    /// Goes on as if the condition were true (or false).
    pub(super) fn assume(&mut self, condition: ExprId, holds: bool) {
        let body = self.body.clone();
        match &body.exprs[condition] {
            Expr::Unary { op: UnaryOp::Not, operand } => self.assume(*operand, !holds),
            Expr::Logic { is_and, operands } if *is_and == holds => {
                operands.iter().for_each(|it| self.assume(*it, holds));
            }
            Expr::Name(NameRef::Variable(variable)) => {
                self.narrow(*variable, |ty| match ty {
                    Type::None => !holds,
                    Type::Record(_) | Type::Agent(_) | Type::Function(_) | Type::Closure(_) | Type::RecordType(_) => {
                        // A record may say that it is false; `__bool__` and `__len__` are rare enough to be asked for.
                        holds || matches!(ty, Type::Record(_))
                    }
                    _ => true,
                });
            }
            Expr::Compare { first, rest } => {
                let [(op, second)] = rest.as_slice() else { return };
                let is_same = matches!(op, CompareOp::Is | CompareOp::Eq);
                if !is_same && !matches!(op, CompareOp::IsNot | CompareOp::Ne) {
                    return;
                }
                let holds = holds == is_same;
                for (a, b) in [(*first, *second), (*second, *first)] {
                    match (&body.exprs[a], &body.exprs[b]) {
                        (Expr::Name(NameRef::Variable(variable)), Expr::Literal(Literal::None)) => {
                            self.narrow(*variable, |ty| (*ty == Type::None) == holds);
                        }
                        (Expr::Call(call), _) if call.args.len() == 1 => {
                            let (Expr::Name(NameRef::Free(name)), Expr::Name(NameRef::Variable(variable))) =
                                (&body.exprs[call.callee], &body.exprs[call.args[0].value()])
                            else {
                                continue;
                            };
                            if name == "type"
                                && let Some(asked) = self.type_named(b)
                            {
                                // A value of a derived type is not of the type itself, so `!=` tells nothing.
                                if holds {
                                    self.narrow_to(*variable, &[asked], true);
                                }
                            }
                        }
                        _ => {}
                    }
                }
            }
            Expr::Call(call) => {
                let Expr::Name(NameRef::Free(name)) = &body.exprs[call.callee] else { return };
                let [subject, asked] = call.args.as_slice() else { return };
                let Expr::Name(NameRef::Variable(variable)) = body.exprs[subject.value()] else { return };
                if name != "isinstance" {
                    return;
                }
                let asked: Option<Vec<Type>> = match &body.exprs[asked.value()] {
                    Expr::Tuple(all) => all.iter().map(|it| self.type_named(*it)).collect(),
                    _ => self.type_named(asked.value()).map(|it| vec![it]),
                };
                if let Some(asked) = asked {
                    self.narrow_to(variable, &asked, holds);
                }
            }
            _ => {}
        }
    }

    /// The type that an expression names: a type, or a text as `isinstance` takes it too.
    fn type_named(&self, expr: ExprId) -> Option<Type> {
        match &self.body.exprs[expr] {
            Expr::Name(NameRef::Free(name)) => match builtin_type(name) {
                Some(Type::Any) => None,
                Some(ty) => Some(ty),
                None => match self.out.exprs.get(expr)? {
                    Type::RecordType(def) => Some(instance_of(self.db, def)),
                    _ => None,
                },
            },
            Expr::Literal(Literal::Str(Some(name))) => builtin_type(name).filter(|it| !it.is_any()),
            _ => None,
        }
    }

    fn narrow_to(&mut self, variable: VariableId, asked: &[Type], holds: bool) {
        let db = self.db;
        let is_one = |ty: &Type| asked.iter().any(|asked| same_kind(db, ty, asked));
        // An interface, or a type that something unknown derives from: a value of another type may be of it too.
        let is_open = asked.iter().any(|asked| match asked {
            Type::Record(def) => record_info(db, def).is_none_or(|it| it.kind == Some(crate::RecordKind::Interface)),
            _ => false,
        });
        let state = self.env.read(variable).clone();
        if holds {
            let kept = state.ty.filter(|it| is_one(it));
            let ty =
                if is_open || kept.is_any() || kept == Type::Never { Type::union(asked.iter().cloned()) } else { kept };
            self.env.put(variable, State { ty, ..state });
        } else if !is_open {
            self.narrow(variable, |it| !is_one(it));
        }
    }

    fn narrow(&mut self, variable: VariableId, keep: impl FnMut(&Type) -> bool) {
        let state = self.env.read(variable).clone();
        let ty = state.ty.filter(keep);
        if ty == Type::Never && state.ty != Type::Never {
            // `assert` and defensive tests are no errors.
            self.env.put(variable, State { ty: Type::Any, is_ruled_out: true, ..state });
        } else if ty != state.ty {
            self.env.put(variable, State { ty, ..state });
        }
    }
}

fn same_kind(db: &dyn crate::Db, ty: &Type, asked: &Type) -> bool {
    match (ty, asked) {
        (Type::Record(a) | Type::Agent(a), Type::Record(b) | Type::Agent(b)) => is_derived(db, a, b),
        (Type::Tuple(_) | Type::TupleOf(_), Type::Tuple(_) | Type::TupleOf(_)) => true,
        (Type::Bool, Type::Int) => true,
        (a, b) => std::mem::discriminant(a) == std::mem::discriminant(b),
    }
}
