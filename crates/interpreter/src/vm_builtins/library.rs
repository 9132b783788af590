//! Functions of library modules that need the clock, chance, or functions of the program.

use crate::builtins::{CallArgs, Implementation, by_keyword, by_name, by_place};
use crate::exception_kind::{Raise, Res};
use crate::modules::random::{self, Generator};
use crate::modules::{datetime, itertools, re, time};
use crate::objects::Native;
use crate::value::{TypeTag, Value};
use crate::vm::Cx;

use super::{ClockReading, Control};

/// A function that the prelude defines.
pub(super) fn prelude(cx: &mut Cx<'_>, name: &str, args: &CallArgs<'_>) -> Res<Control> {
    // Here, so that errors name the function that the program called.
    let (shown, heap) = (name.trim_matches('_'), &cx.m.heap);
    match shown {
        "groupby" => args.bind(heap, shown, [by_name("iterable"), by_name("key")], 1)?,
        "starmap" => args.bind(heap, shown, [by_place("function"), by_place("iterable")], 2)?,
        _ => args.bind(heap, shown, [by_place("predicate"), by_place("iterable")], 2)?,
    };
    let callee = cx.m.builtin(name).unwrap_or(Value::None);
    Ok(Control::Call { callee, positional: args.positional.to_vec(), keywords: args.keywords.to_vec() })
}

/// `accumulate`: natively as long as it only adds.
pub(super) fn accumulate(cx: &mut Cx<'_>, args: &CallArgs<'_>) -> Res<Control> {
    let [iterable, function, initial] =
        args.bind(&cx.m.heap, "accumulate", [by_name("iterable"), by_name("func"), by_keyword("initial")], 1)?;
    let iterable = iterable.unwrap_or(Value::None);
    let given = |value: Option<Value>| value.filter(|value| !matches!(value, Value::None));
    match given(function) {
        None => itertools::sums(&mut cx.m.heap, iterable, given(initial)).map(Control::Value),
        Some(function) => {
            let callee = cx.m.builtin("__accumulate__").unwrap_or(Value::None);
            let positional = vec![iterable, function, initial.unwrap_or(Value::None)];
            Ok(Control::Call { callee, positional, keywords: Vec::new() })
        }
    }
}

/// `re.sub`, with a function of the program for each match where one is given.
pub(super) fn replace(cx: &mut Cx<'_>, args: &CallArgs<'_>, counted: bool, method: bool) -> Res<Control> {
    match re::replace(&mut cx.m.heap, args, counted, method)? {
        re::Replacement::Done(value) => Ok(Control::Value(value)),
        re::Replacement::Calls { matches, parts, function } => {
            let callee = cx.m.builtin("__sub__").unwrap_or(Value::None);
            let positional = vec![matches, parts, function, Value::bool(counted)];
            Ok(Control::Call { callee, positional, keywords: Vec::new() })
        }
    }
}

/// A key for a generator from the host's chance.
fn chance(cx: &mut Cx<'_>) -> Vec<u32> {
    let mut key = Vec::with_capacity(8);
    for _ in 0..4 {
        let bits = cx.host.random();
        key.extend([bits as u32, (bits >> 32) as u32]);
    }
    key
}

fn key(cx: &mut Cx<'_>, seed: Option<Value>) -> Res<Vec<u32>> {
    match random::key(&cx.m.heap, seed.unwrap_or(Value::None))? {
        Some(key) => Ok(key),
        None => Ok(chance(cx)),
    }
}

fn new_generator(cx: &mut Cx<'_>, seed: Option<Value>) -> Res<Value> {
    let key = key(cx, seed)?;
    Ok(cx.m.heap.new_native(Native::Random(Box::new(Generator::new(&key)))))
}

/// `random.Random(x)`.
pub(super) fn random_new(cx: &mut Cx<'_>, args: &CallArgs<'_>) -> Res<Value> {
    let [seed] = args.bind(&cx.m.heap, "Random", [by_name("x")], 0)?;
    new_generator(cx, seed)
}

/// The `seed` method of a generator, the first argument.
pub(super) fn random_seed(cx: &mut Cx<'_>, args: &CallArgs<'_>) -> Res<Value> {
    let Some((&this, rest)) = args.positional.split_first() else {
        return Err(Raise::type_error("a random generator is required"));
    };
    let rest = CallArgs { positional: rest, keywords: args.keywords };
    let [seed, _version] = rest.bind(&cx.m.heap, "seed", [by_name("a"), by_name("version")], 0)?;
    let key = key(cx, seed)?;
    random::reseed(&mut cx.m.heap, this, &key)?;
    Ok(Value::None)
}

/// A function of the module `random`: the method of the run's own generator, which chance seeds.
pub(super) fn random_method(cx: &mut Cx<'_>, name: &str, args: &CallArgs<'_>) -> Res<Value> {
    let this = match cx.m.random {
        Some(this) => this,
        None => {
            let this = new_generator(cx, None)?;
            cx.m.random = Some(this);
            this
        }
    };
    match crate::methods::lookup(TypeTag::Random, name).map(|method| method.run) {
        Some(Implementation::Pure(run)) => run(&mut cx.m.heap, this, args),
        _ => {
            let mut positional = vec![this];
            positional.extend_from_slice(args.positional);
            random_seed(cx, &CallArgs { positional: &positional, keywords: args.keywords })
        }
    }
}

/// `datetime.now()`, `date.today()`; the type is the first argument.
pub(super) fn now(cx: &mut Cx<'_>, tag: TypeTag, args: &CallArgs<'_>) -> Res<Value> {
    let now = cx.host.now();
    let args = CallArgs { positional: args.positional.get(1..).unwrap_or_default(), keywords: args.keywords };
    datetime::now(&mut cx.m.heap, tag, now, &args)
}

/// `datetime.today()`, `datetime.utcnow()`.
pub(super) fn utc_now(cx: &mut Cx<'_>, name: &str, args: &CallArgs<'_>) -> Res<Value> {
    let rest = CallArgs { positional: args.positional.get(1..).unwrap_or_default(), keywords: args.keywords };
    rest.none(&cx.m.heap, name)?;
    now(cx, TypeTag::DateTime, args)
}

/// The functions of `time` that read the clock.
pub(super) fn clock(cx: &mut Cx<'_>, what: ClockReading, args: &CallArgs<'_>) -> Res<Value> {
    let now = cx.host.now();
    time::read(&mut cx.m.heap, what, now, args)
}
