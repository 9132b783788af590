//! The arguments of a call, and matching them to the parameters of a builtin.

use crate::exception_kind::{Raise, Res};
use crate::heap::Heap;
use crate::objects::Str;
use crate::value::{Ref, Value};

/// The arguments of a call to a builtin.
#[derive(Clone, Copy, Debug)]
pub struct CallArgs<'a> {
    pub positional: &'a [Value],
    pub keywords: &'a [(Ref<Str>, Value)],
}

/// How a parameter can be given.
#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    Place,
    PlaceOrName,
    Name,
}

/// A parameter of a builtin.
#[derive(Clone, Copy)]
pub struct Param {
    name: &'static str,
    by: By,
}

/// A parameter that can be given by keyword too.
pub const fn by_name(name: &'static str) -> Param {
    Param { name, by: By::PlaceOrName }
}

/// A parameter that is given by position only.
pub const fn by_place(name: &'static str) -> Param {
    Param { name, by: By::Place }
}

/// A parameter that is given by keyword only; such ones come last.
pub const fn by_keyword(name: &'static str) -> Param {
    Param { name, by: By::Name }
}

fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}

impl<'a> CallArgs<'a> {
    /// Positional arguments only.
    pub fn positional(positional: &'a [Value]) -> CallArgs<'a> {
        CallArgs { positional, keywords: &[] }
    }

    /// One value for each parameter, the first `required` of which must be given.
    ///
    /// # Errors
    /// `TypeError` in CPython's words for missing, superfluous or unknown arguments. `function` is
    /// the name there; of `list.append`, messages about counts of optional arguments show `append`.
    #[inline]
    pub fn bind<const N: usize>(
        &self,
        heap: &Heap,
        function: &str,
        params: [Param; N],
        required: usize,
    ) -> Res<[Option<Value>; N]> {
        let given = self.positional.len();
        // Parameters by keyword only come last, so it is enough to look at the last that got a value.
        let in_place = given.checked_sub(1).and_then(|last| params.get(last)).is_none_or(|last| last.by != By::Name);
        if self.keywords.is_empty() && (required..=N).contains(&given) && in_place {
            let mut bound = [None; N];
            for (slot, value) in bound.iter_mut().zip(self.positional) {
                *slot = Some(*value);
            }
            return Ok(bound);
        }
        self.bind_any(heap, function, params, required)
    }

    #[inline(never)]
    fn bind_any<const N: usize>(
        &self,
        heap: &Heap,
        function: &str,
        params: [Param; N],
        required: usize,
    ) -> Res<[Option<Value>; N]> {
        let given = self.positional.len() + self.keywords.len();
        let places_only = params.iter().all(|param| param.by == By::Place);
        let places = params.iter().filter(|param| param.by != By::Name).count();
        if places_only && !self.keywords.is_empty() {
            return Err(Raise::type_error(format!("{function}() takes no keyword arguments")));
        }
        if self.positional.len() > places {
            return Err(if places < N {
                too_many_places(function, required, places, self.positional.len())
            } else {
                wrong_count(function, required, N, given, places_only)
            });
        }
        let mut bound = [None; N];
        for (slot, value) in bound.iter_mut().zip(self.positional) {
            *slot = Some(*value);
        }
        for (name, value) in self.keywords {
            let name = heap.str(*name);
            let Some(at) = params.iter().position(|param| param.by != By::Place && param.name == name) else {
                return Err(Raise::type_error(format!(
                    "'{name}' is an invalid keyword argument for {}()",
                    short(function)
                )));
            };
            if bound[at].replace(*value).is_some() {
                return Err(Raise::type_error(format!(
                    "argument for {}() given by name ('{name}') and position ({})",
                    short(function),
                    at + 1
                )));
            }
        }
        for (at, param) in params.iter().enumerate().take(required) {
            if bound[at].is_none() {
                return Err(if places_only {
                    wrong_count(function, required, N, given, true)
                } else {
                    Raise::type_error(format!(
                        "{}() missing required argument '{}' (pos {})",
                        short(function),
                        param.name,
                        at + 1
                    ))
                });
            }
        }
        Ok(bound)
    }

    /// No argument at all.
    ///
    /// # Errors
    /// `TypeError` if there is one.
    pub fn none(&self, heap: &Heap, function: &str) -> Res<()> {
        self.bind::<0>(heap, function, [], 0).map(|_| ())
    }

    /// Exactly one positional argument.
    ///
    /// # Errors
    /// `TypeError` otherwise.
    #[inline]
    pub fn one(&self, heap: &Heap, function: &str) -> Res<Value> {
        if let (&[value], []) = (self.positional, self.keywords) {
            return Ok(value);
        }
        let [value] = self.bind_any(heap, function, [by_place("value")], 1)?;
        Ok(value.unwrap_or(Value::None))
    }

    /// The value given under a keyword.
    pub fn keyword(&self, heap: &Heap, name: &str) -> Option<Value> {
        self.keywords.iter().find(|(key, _)| heap.str(*key) == name).map(|(_, value)| *value)
    }

    /// Refuses keyword arguments.
    ///
    /// # Errors
    /// `TypeError` if there is one.
    pub fn no_keywords(&self, function: &str) -> Res<()> {
        if self.keywords.is_empty() {
            return Ok(());
        }
        Err(Raise::type_error(format!("{function}() takes no keyword arguments")))
    }
}

/// `append` of `list.append`.
fn short(function: &str) -> &str {
    function.rsplit('.').next().unwrap_or(function)
}

/// More positional arguments than a function takes that has parameters by keyword only.
fn too_many_places(function: &str, required: usize, places: usize, given: usize) -> Raise {
    let function = short(function);
    Raise::type_error(match (places, required.min(places)) {
        (0, _) => format!("{function}() takes no positional arguments"),
        (most, least) if most == least => {
            format!("{function}() takes exactly {most} positional argument{} ({given} given)", plural(most))
        }
        (most, _) => format!("{function}() takes at most {most} positional argument{} ({given} given)", plural(most)),
    })
}

fn wrong_count(function: &str, required: usize, most: usize, given: usize, places_only: bool) -> Raise {
    Raise::type_error(match (required, most) {
        (0, 0) => format!("{function}() takes no arguments ({given} given)"),
        (1, 1) => format!("{function}() takes exactly one argument ({given} given)"),
        _ if !places_only => {
            format!("{}() takes at most {most} argument{} ({given} given)", short(function), plural(most))
        }
        (low, high) if low == high => {
            format!("{} expected {low} arguments, got {given}", short(function))
        }
        (low, _) if given < low => {
            format!("{} expected at least {low} argument{}, got {given}", short(function), plural(low))
        }
        (_, high) => format!("{} expected at most {high} argument{}, got {given}", short(function), plural(high)),
    })
}
