//! The module `itertools`. Functions that call the program are in the prelude; `ops` advances the iterators.

use crate::builtins::{Builtin, CallArgs, by_name, by_place, by_vm, nest_of, pure};
use crate::exception_kind::{ExceptionKind, Raise, Res};
use crate::heap::Heap;
use crate::methods::{Method, method};
use crate::objects::{Iter, List, Nest, Tool, ToolKind};
use crate::ops;
use crate::value::{Ref, TypeTag, Value};
use crate::vm_builtins::VmBuiltin;

pub(super) const FUNCTIONS: &[Builtin] = &[
    by_vm("accumulate", VmBuiltin::Accumulate),
    pure("batched", batched),
    pure("combinations", combinations),
    pure("combinations_with_replacement", combinations_with_replacement),
    pure("compress", compress),
    pure("count", count),
    pure("cycle", cycle),
    by_vm("dropwhile", VmBuiltin::Prelude("__dropwhile__")),
    by_vm("filterfalse", VmBuiltin::Prelude("__filterfalse__")),
    by_vm("groupby", VmBuiltin::Prelude("__groupby__")),
    pure("islice", islice),
    pure("pairwise", pairwise),
    pure("permutations", permutations),
    pure("product", product),
    pure("repeat", repeat),
    by_vm("starmap", VmBuiltin::Prelude("__starmap__")),
    by_vm("takewhile", VmBuiltin::Prelude("__takewhile__")),
    pure("tee", tee),
    pure("zip_longest", zip_longest),
];

pub(super) const CHAIN_CLASS_METHODS: &[Method] = &[method("from_iterable", from_iterable)];

/// The type names of the iterators that the prelude makes.
pub(crate) fn calling_name(name: &str) -> &'static str {
    match name {
        "takewhile" => "itertools.takewhile",
        "dropwhile" => "itertools.dropwhile",
        "filterfalse" => "itertools.filterfalse",
        "starmap" => "itertools.starmap",
        "accumulate" => "itertools.accumulate",
        "groupby" => "itertools.groupby",
        "iterator" => "iterator",
        "reversed" => "reversed",
        _ => "itertools._grouper",
    }
}

fn new(heap: &mut Heap, kind: ToolKind, nest: Nest) -> Value {
    Value::Iter(heap.alloc(Iter::Tool(Box::new(Tool { kind, nest }))))
}

fn endless(calls: bool) -> Nest {
    Nest { depth: 1, calls, endless: true }
}

fn count(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    let [start, step] = args.bind(heap, "count", [by_name("start"), by_name("step")], 0)?;
    let (next, step) = (start.unwrap_or(Value::Int(0)), step.unwrap_or(Value::Int(1)));
    if ops::number(heap, next).is_none() || ops::number(heap, step).is_none() {
        return Err(Raise::type_error("a number is required"));
    }
    let number = |value| if let Value::Bool(truth) = value { Value::Int(i64::from(truth.get())) } else { value };
    Ok(new(heap, ToolKind::Count { next: number(next), step }, endless(false)))
}

fn repeat(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    let [value, times] = args.bind(heap, "repeat", [by_name("object"), by_name("times")], 1)?;
    let left = match times {
        None => None,
        Some(times) => Some(ops::index_argument(heap, times)?.max(0) as u64),
    };
    // So many values are as good as endless for a loop that nothing interrupts.
    const MANY: u64 = 1 << 24;
    let nest = if left.is_none_or(|left| left > MANY) { endless(false) } else { Nest::PLAIN };
    Ok(new(heap, ToolKind::Repeat { value: value.unwrap_or(Value::None), left }, nest))
}

fn cycle(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    let iterable = args.one(heap, "cycle")?;
    let inner = ops::iter_lazily(heap, iterable)?;
    let nest = Nest { endless: true, ..nest_of(heap, &[inner], true)? };
    Ok(new(heap, ToolKind::Cycle { inner: Some(inner), saved: Vec::new(), next: 0 }, nest))
}

pub(super) fn chain(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    args.no_keywords("chain")?;
    // What is no iterator ends by itself.
    let inner: Vec<Ref<Iter>> = args
        .positional
        .iter()
        .filter_map(|value| match value {
            Value::Iter(iter) => Some(*iter),
            _ => None,
        })
        .collect();
    let nest = nest_of(heap, &inner, false)?;
    let sources = heap.new_tuple(args.positional.to_vec());
    let sources = ops::iter_lazily(heap, sources)?;
    Ok(new(heap, ToolKind::Chain { sources, current: None }, nest))
}

fn from_iterable(heap: &mut Heap, _: Value, args: &CallArgs<'_>) -> Res<Value> {
    let iterable = args.one(heap, "chain.from_iterable")?;
    let sources = ops::iter_lazily(heap, iterable)?;
    // What the iterables are shows only when they come.
    let nest = Nest { calls: true, ..nest_of(heap, &[sources], true)? };
    Ok(new(heap, ToolKind::Chain { sources, current: None }, nest))
}

fn islice(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    let [iterable, first, second, step] =
        args.bind(heap, "islice", [by_place("iterable"), by_place("start"), by_place("stop"), by_place("step")], 2)?;
    let place = |value: Option<Value>, message: &str| match value {
        None | Some(Value::None) => Ok(None),
        Some(Value::Int(int)) if int >= 0 => Ok(Some(int as u64)),
        Some(Value::Bool(truth)) => Ok(Some(u64::from(truth.get()))),
        Some(_) => Err(Raise::value_error(message)),
    };
    const STOP: &str = "Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize.";
    const BOUNDS: &str = "Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.";
    const STEP: &str = "Step for islice() must be a positive integer or None.";
    let (start, stop) = match second {
        None => (0, place(first, STOP)?),
        Some(_) => {
            let stop = place(second, STOP)?;
            (place(first, BOUNDS)?.unwrap_or(0), stop)
        }
    };
    let step = match place(step, STEP)? {
        Some(0) => return Err(Raise::value_error(STEP)),
        step => step.unwrap_or(1),
    };
    let inner = ops::iter_lazily(heap, iterable.unwrap_or(Value::None))?;
    let mut nest = nest_of(heap, &[inner], true)?;
    nest.endless &= stop.is_none();
    Ok(new(heap, ToolKind::Slice { inner, at: 0, next: start, stop, step }, nest))
}

fn zip_longest(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    let mut fill = Value::None;
    for &(name, value) in args.keywords {
        if heap.str(name) != "fillvalue" {
            return Err(Raise::type_error("zip_longest() got an unexpected keyword argument"));
        }
        fill = value;
    }
    let inner = args.positional.iter().map(|value| ops::iter_lazily(heap, *value)).collect::<Res<Vec<_>>>()?;
    let nest = nest_of(heap, &inner, false)?;
    let inner = inner.into_iter().map(Some).collect();
    Ok(new(heap, ToolKind::ZipLongest { inner, fill, partial: Vec::new() }, nest))
}

fn pairwise(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    let iterable = args.one(heap, "pairwise")?;
    let inner = ops::iter_lazily(heap, iterable)?;
    let nest = nest_of(heap, &[inner], true)?;
    Ok(new(heap, ToolKind::Pairwise { inner, last: None }, nest))
}

fn compress(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    let [data, selectors] = args.bind(heap, "compress", [by_name("data"), by_name("selectors")], 2)?;
    let data = ops::iter_lazily(heap, data.unwrap_or(Value::None))?;
    let selectors = ops::iter_lazily(heap, selectors.unwrap_or(Value::None))?;
    let nest = nest_of(heap, &[data, selectors], true)?;
    Ok(new(heap, ToolKind::Compress { data, selectors, held: None }, nest))
}

/// `accumulate` without a function.
pub(crate) fn sums(heap: &mut Heap, iterable: Value, initial: Option<Value>) -> Res<Value> {
    let inner = ops::iter_lazily(heap, iterable)?;
    let nest = nest_of(heap, &[inner], true)?;
    Ok(new(heap, ToolKind::Accumulate { inner, total: None, initial }, nest))
}

fn batched(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    let [iterable, size] = args.bind(heap, "batched", [by_name("iterable"), by_name("n")], 2)?;
    let size = ops::index_argument(heap, size.unwrap_or(Value::None))?;
    let Some(size) = usize::try_from(size).ok().filter(|size| *size > 0) else {
        return Err(Raise::value_error("n must be at least one"));
    };
    let inner = ops::iter_lazily(heap, iterable.unwrap_or(Value::None))?;
    let nest = nest_of(heap, &[inner], true)?;
    Ok(new(heap, ToolKind::Batched { inner, size, partial: Vec::new() }, nest))
}

fn tee(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    let [iterable, count] = args.bind(heap, "tee", [by_place("iterable"), by_place("n")], 1)?;
    let count = count.map_or(Ok(2), |count| ops::index_argument(heap, count))?;
    let Ok(count) = usize::try_from(count) else { return Err(Raise::value_error("n must be >= 0")) };
    heap.ensure(count.saturating_mul(size_of::<Tool>()))?;
    let inner = ops::iter_lazily(heap, iterable.unwrap_or(Value::None))?;
    let nest = nest_of(heap, &[inner], true)?;
    let shared = heap.alloc(List::new(Vec::new()));
    let readers = (0..count).map(|_| new(heap, ToolKind::Tee { inner, shared, next: 0 }, nest)).collect::<Vec<_>>();
    Ok(heap.new_tuple(readers))
}

/// How many items a tuple has, with room for it.
fn size(heap: &Heap, value: Value) -> Res<usize> {
    let size = match value {
        Value::Int(_) | Value::Bool(_) | Value::BigInt(_) => ops::index_argument(heap, value)?,
        _ => {
            return Err(Raise::type_error(format!(
                "'{}' object cannot be interpreted as an integer",
                value.type_name(heap)
            )));
        }
    };
    let Ok(size) = usize::try_from(size) else { return Err(Raise::value_error("r must be non-negative")) };
    Ok(size)
}

fn finished(heap: &mut Heap) -> Value {
    Value::Iter(heap.alloc(Iter::Done))
}

fn permutations(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    let [iterable, r] = args.bind(heap, "permutations", [by_name("iterable"), by_name("r")], 1)?;
    let pool = ops::collect(heap, iterable.unwrap_or(Value::None))?;
    let n = pool.len();
    let r = match r {
        None | Some(Value::None) => n,
        Some(r @ (Value::Int(_) | Value::Bool(_) | Value::BigInt(_))) => size(heap, r)?,
        Some(_) => return Err(Raise::type_error("Expected int as r")),
    };
    if r > n {
        return Ok(finished(heap));
    }
    let kind = ToolKind::Permutations {
        pool,
        indices: (0..n).collect(),
        cycles: (0..r).map(|place| n - place).collect(),
        started: false,
    };
    // There are so many even of a few values that a loop over them must be interruptible.
    Ok(new(heap, kind, if r > 8 { endless(false) } else { Nest::PLAIN }))
}

fn combinations(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    combine(heap, args, "combinations", false)
}

fn combinations_with_replacement(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    combine(heap, args, "combinations_with_replacement", true)
}

fn combine(heap: &mut Heap, args: &CallArgs<'_>, function: &str, replacement: bool) -> Res<Value> {
    let [iterable, r] = args.bind(heap, function, [by_name("iterable"), by_name("r")], 2)?;
    let pool = ops::collect(heap, iterable.unwrap_or(Value::None))?;
    let r = size(heap, r.unwrap_or(Value::None))?;
    if (!replacement && r > pool.len()) || (replacement && r > 0 && pool.is_empty()) {
        return Ok(finished(heap));
    }
    heap.ensure(r.saturating_mul(size_of::<Value>()))?;
    let many = (pool.len() as f64).powf(r as f64) > 1e7;
    let indices = if replacement { vec![0; r] } else { (0..r).collect() };
    let kind = ToolKind::Combinations { pool, indices, replacement, started: false };
    Ok(new(heap, kind, if many { endless(false) } else { Nest::PLAIN }))
}

fn product(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    let mut times = 1;
    for &(name, value) in args.keywords {
        if heap.str(name) != "repeat" {
            return Err(Raise::type_error(format!(
                "'{}' is an invalid keyword argument for product()",
                heap.str(name)
            )));
        }
        times = ops::index_argument(heap, value)?;
    }
    let Ok(times) = usize::try_from(times) else {
        return Err(Raise::value_error("repeat argument cannot be negative"));
    };
    let mut once = Vec::with_capacity(args.positional.len());
    for iterable in args.positional {
        once.push(ops::collect(heap, *iterable)?);
    }
    let values: usize = once.iter().map(|pool| pool.len() + 2).sum();
    heap.ensure(values.saturating_mul(times).saturating_mul(size_of::<Value>()))?;
    let places = once
        .len()
        .checked_mul(times)
        .ok_or_else(|| Raise::new(ExceptionKind::OverflowError, "repeat argument too large"))?;
    let pools: Vec<Vec<Value>> = once.iter().cycle().take(places).cloned().collect();
    let many = pools.iter().map(|pool| pool.len() as f64).product::<f64>() > 1e7;
    let indices = vec![0; pools.len()];
    Ok(new(heap, ToolKind::Product { pools, indices, started: false }, if many { endless(false) } else { Nest::PLAIN }))
}

/// The names of the module that are no functions.
pub(super) fn members() -> Vec<(&'static str, Value)> {
    vec![("chain", Value::Type(TypeTag::Chain))]
}
