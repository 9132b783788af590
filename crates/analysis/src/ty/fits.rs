//! Does a value of one type go where another is declared? The same rules as at run time: see *Annotations* in the
//! language's document.

use super::{DefRef, Type};
use crate::record::{is_derived, missing_members, record_info};
use crate::{Db, RecordKind};

/// How well a type goes where another is declared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// It never does: a TypeError.
    No,
    /// Some values do, or they are converted if they spell the right thing.
    Maybe,
    /// It always does, as it is or converted.
    Yes,
}

/// Does a value of type `from` go where `to` is declared?
pub fn fits(db: &dyn Db, from: &Type, to: &Type) -> Fit {
    match (from, to) {
        (Type::Any | Type::Never, _) | (_, Type::Any | Type::Never) => Fit::Yes,
        // `None` fits every type.
        (Type::None, _) => Fit::Yes,
        _ if from == to => Fit::Yes,
        (Type::Union(all), _) => {
            let mut best = Fit::No;
            let mut worst = Fit::Yes;
            for member in all.iter().filter(|it| **it != Type::None) {
                let fit = fits(db, member, to);
                best = best.max(fit);
                worst = worst.min(fit);
            }
            if best == Fit::No {
                Fit::No
            } else if worst == Fit::Yes {
                Fit::Yes
            } else {
                Fit::Maybe
            }
        }
        (_, Type::Union(all)) => all.iter().map(|it| fits(db, from, it)).max().unwrap_or(Fit::No),
        _ => single(db, from, to),
    }
}

fn single(db: &dyn Db, from: &Type, to: &Type) -> Fit {
    let is_number = |ty: &Type| matches!(ty, Type::Bool | Type::Int | Type::Float);
    match (from, to) {
        (_, Type::Bool | Type::Int | Type::Float) if is_number(from) => Fit::Yes,
        // Text that spells a number or a truth value.
        (Type::Str, Type::Bool | Type::Int | Type::Float) => Fit::Maybe,
        // Numbers become text, but not in a field.
        (_, Type::Str) if is_number(from) => Fit::Maybe,
        (Type::List(a), Type::List(b)) | (Type::Set(a), Type::Set(b)) => items(db, a, b),
        (Type::TupleOf(a), Type::TupleOf(b)) => items(db, a, b),
        (Type::Dict(a), Type::Dict(b)) => items(db, &a.0, &b.0).min(items(db, &a.1, &b.1)),
        (Type::Tuple(a), Type::Tuple(b)) => {
            if a.len() != b.len() {
                return Fit::Maybe;
            }
            a.iter().zip(b.iter()).map(|(a, b)| items(db, a, b)).min().unwrap_or(Fit::Yes)
        }
        (Type::Tuple(a), Type::TupleOf(b)) => a.iter().map(|a| items(db, a, b)).min().unwrap_or(Fit::Yes),
        (Type::TupleOf(_), Type::Tuple(_)) => Fit::Maybe,
        // One collection is converted to another.
        (Type::Tuple(_) | Type::TupleOf(_) | Type::Set(_) | Type::Range | Type::Iterator(_), Type::List(_))
        | (Type::List(_), Type::Tuple(_) | Type::TupleOf(_))
        | (Type::List(_) | Type::Tuple(_) | Type::TupleOf(_), Type::Set(_)) => Fit::Maybe,
        (_, Type::Iterator(_)) => Fit::Maybe,
        (Type::Iterator(_) | Type::Native(_), _) => Fit::Maybe,
        (Type::Dict(_), Type::Record(def)) => match record_info(db, def) {
            Some(info) if info.kind == Some(RecordKind::Interface) => Fit::No,
            _ => Fit::Maybe,
        },
        (Type::Record(a) | Type::Agent(a), Type::Record(b)) => record(db, a, b),
        // A parameter that names an agent takes the records of its type.
        (Type::Record(a) | Type::Agent(a), Type::Agent(b)) => record(db, a, b),
        (_, Type::Callable(_)) => match from {
            Type::Function(_)
            | Type::Method(_)
            | Type::Closure(_)
            | Type::Callable(_)
            | Type::RecordType(_)
            | Type::BuiltinType(_)
            | Type::Record(_) => Fit::Yes,
            _ => Fit::No,
        },
        (_, Type::BuiltinType(_) | Type::RecordType(_) | Type::Function(_) | Type::Closure(_) | Type::Method(_)) => {
            Fit::Maybe
        }
        (_, Type::Native(_) | Type::Module(_) | Type::Agent(_)) => Fit::Maybe,
        _ => Fit::No,
    }
}

/// The items of a collection must fit as they are.
fn items(db: &dyn Db, from: &Type, to: &Type) -> Fit {
    match fits(db, from, to) {
        // An empty collection fits, and what is put in later may.
        Fit::No => Fit::Maybe,
        other => other,
    }
}

fn record(db: &dyn Db, from: &DefRef, to: &DefRef) -> Fit {
    if from == to || is_derived(db, from, to) {
        return Fit::Yes;
    }
    let Some(info) = record_info(db, to) else { return Fit::Maybe };
    if info.kind == Some(RecordKind::Interface) {
        return if missing_members(db, from, to).is_empty() { Fit::Yes } else { Fit::No };
    }
    // A record type of the same name in another module counts as the same.
    if from.item.name() == to.item.name() { Fit::Maybe } else { Fit::No }
}
