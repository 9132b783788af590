//! The module `random`: the sequences of CPython for the same seeds.
//!
//! The functions of the module are the methods of a generator that each run has for itself.

mod distributions;
mod mersenne;

use num_bigint::{BigInt, Sign};
use num_integer::Integer;
use num_traits::{Signed, ToPrimitive, Zero};
use sha2::{Digest, Sha512};

pub use mersenne::Generator;

use crate::builtins::{Builtin, CallArgs, by_keyword, by_name, by_vm};
use crate::exception_kind::{ExceptionKind, Raise, Res};
use crate::heap::Heap;
use crate::methods::{Method, method, method_by_vm};
use crate::objects::Native;
use crate::ops;
use crate::value::Value;
use crate::vm_builtins::VmBuiltin;

/// A row for the method of the run's own generator.
const fn shared(name: &'static str) -> Builtin {
    by_vm(name, VmBuiltin::RandomMethod(name))
}

pub(super) const FUNCTIONS: &[Builtin] = &[
    by_vm("Random", VmBuiltin::RandomNew),
    shared("betavariate"),
    shared("choice"),
    shared("choices"),
    shared("expovariate"),
    shared("gammavariate"),
    shared("gauss"),
    shared("getrandbits"),
    shared("lognormvariate"),
    shared("normalvariate"),
    shared("paretovariate"),
    shared("randbytes"),
    shared("randint"),
    shared("random"),
    shared("randrange"),
    shared("sample"),
    shared("seed"),
    shared("shuffle"),
    shared("triangular"),
    shared("uniform"),
    shared("weibullvariate"),
];

pub(crate) const METHODS: &[Method] = &[
    method("betavariate", distributions::beta),
    method("choice", choice),
    method("choices", choices),
    method("expovariate", distributions::exponential),
    method("gammavariate", distributions::gamma_method),
    method("gauss", distributions::gauss),
    method("getrandbits", getrandbits),
    method("lognormvariate", distributions::log_normal),
    method("normalvariate", distributions::normal_method),
    method("paretovariate", distributions::pareto),
    method("randbytes", randbytes),
    method("randint", randint),
    method("random", random),
    method("randrange", randrange),
    method("sample", sample),
    method_by_vm("seed", VmBuiltin::RandomSeed),
    method("shuffle", shuffle),
    method("triangular", distributions::triangular),
    method("uniform", distributions::uniform),
    method("weibullvariate", distributions::weibull),
];

/// The generator of a receiver.
fn generator(heap: &mut Heap, this: Value) -> Res<&mut Generator> {
    if let Value::Native(native) = this
        && let Native::Random(generator) = &mut heap.natives[native]
    {
        return Ok(generator);
    }
    Err(Raise::type_error("a random generator is required"))
}

/// The words that a seed stands for; none for `None`, which stands for chance.
pub(crate) fn key(heap: &Heap, seed: Value) -> Res<Option<Vec<u32>>> {
    let with_digest = |bytes: &[u8]| {
        let mut all = bytes.to_vec();
        all.extend_from_slice(&Sha512::digest(bytes));
        BigInt::from_bytes_be(Sign::Plus, &all).magnitude().to_u32_digits()
    };
    Ok(Some(match seed {
        Value::None => return Ok(None),
        Value::Int(int) => BigInt::from(int).magnitude().to_u32_digits(),
        Value::Bool(truth) => vec![u32::from(truth.get())],
        Value::BigInt(int) => heap.bigints[int].magnitude().to_u32_digits(),
        Value::Float(_) => BigInt::from(ops::hash(heap, seed)? as u64).magnitude().to_u32_digits(),
        Value::Str(text) => with_digest(heap.str(text).as_bytes()),
        Value::Bytes(bytes) => with_digest(heap.byte_strings[bytes].as_slice()),
        _ => {
            return Err(Raise::type_error(
                "The only supported seed types are: None,\nint, float, str, bytes, and bytearray.",
            ));
        }
    }))
}

/// Gives a generator a new seed.
pub(crate) fn reseed(heap: &mut Heap, this: Value, key: &[u32]) -> Res<()> {
    *generator(heap, this)? = Generator::new(key);
    Ok(())
}

fn random(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    args.none(heap, "Random.random")?;
    Ok(Value::float(generator(heap, this)?.next_f64()))
}

fn getrandbits(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let bits = args.one(heap, "Random.getrandbits")?;
    let bits = ops::index_argument(heap, bits)?;
    let bits = u64::try_from(bits).map_err(|_| Raise::value_error("number of bits must be non-negative"))?;
    heap.ensure(usize::try_from(bits / 8).unwrap_or(usize::MAX))?;
    let number = generator(heap, this)?.bits(bits);
    Ok(heap.new_int(number))
}

fn randbytes(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let [count] = args.bind(heap, "randbytes", [by_name("n")], 1)?;
    let count = ops::index_argument(heap, count.unwrap_or(Value::None))?;
    let count = usize::try_from(count).map_err(|_| Raise::value_error("number of bits must be non-negative"))?;
    heap.ensure(count)?;
    let (_, mut bytes) = generator(heap, this)?.bits(count as u64 * 8).to_bytes_le();
    bytes.resize(count, 0);
    Ok(heap.new_bytes(bytes))
}

/// An int of any size.
fn integer(heap: &Heap, value: Value) -> Res<BigInt> {
    match value {
        Value::BigInt(int) => Ok(heap.bigints[int].clone()),
        Value::Float(float) if float.get().fract() == 0.0 => ops::index_argument(heap, value).map(BigInt::from),
        other => ops::index_argument(heap, other).map(BigInt::from),
    }
}

fn randrange(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let [start, stop, step] = args.bind(heap, "randrange", [by_name("start"), by_name("stop"), by_name("step")], 1)?;
    let start = integer(heap, start.unwrap_or(Value::None))?;
    let stop = match stop {
        None | Some(Value::None) if step.is_some() => {
            return Err(Raise::type_error("Missing a non-None stop argument"));
        }
        None | Some(Value::None) => None,
        Some(stop) => Some(integer(heap, stop)?),
    };
    let step = step.map_or(Ok(BigInt::from(1)), |step| integer(heap, step))?;
    let number = match stop {
        None if start.is_positive() => generator(heap, this)?.below_big(&start),
        None => return Err(Raise::value_error("empty range for randrange()")),
        Some(stop) => in_range(generator(heap, this)?, &start, &stop, &step)?,
    };
    Ok(heap.new_int(number))
}

fn in_range(generator: &mut Generator, start: &BigInt, stop: &BigInt, step: &BigInt) -> Res<BigInt> {
    let width = stop - start;
    if *step == BigInt::from(1) {
        if width.is_positive() {
            return Ok(start + generator.below_big(&width));
        }
        return Err(Raise::value_error(format!("empty range for randrange() ({start}, {stop}, {width})")));
    }
    if step.is_zero() {
        return Err(Raise::value_error("zero step for randrange()"));
    }
    let rounded: BigInt = if step.is_positive() { width + step - 1 } else { width + step + 1 };
    let count = rounded.div_floor(step);
    if !count.is_positive() {
        return Err(Raise::value_error("empty range for randrange()"));
    }
    Ok(start + step * generator.below_big(&count))
}

fn randint(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let [low, high] = args.bind(heap, "randint", [by_name("a"), by_name("b")], 2)?;
    let (low, high) = (low.unwrap_or(Value::None), high.unwrap_or(Value::None));
    if let (Value::Int(low), Value::Int(high)) = (low, high)
        && let Some(width) = high.checked_sub(low).and_then(|width| width.checked_add(1)).filter(|width| *width > 0)
    {
        let number = generator(heap, this)?.below(width as u64);
        return Ok(Value::Int(low + number as i64));
    }
    let (low, high) = (integer(heap, low)?, integer(heap, high)?);
    let number = in_range(generator(heap, this)?, &low, &(high + 1), &BigInt::from(1))?;
    Ok(heap.new_int(number))
}

fn choice(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let [items] = args.bind(heap, "choice", [by_name("seq")], 1)?;
    let items = items.unwrap_or(Value::None);
    let len = ops::len(heap, items)?;
    if len == 0 {
        return Err(Raise::new(ExceptionKind::IndexError, "Cannot choose from an empty sequence"));
    }
    let index = generator(heap, this)?.below(len as u64);
    ops::get_item(heap, items, Value::Int(index as i64))
}

fn shuffle(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let [items] = args.bind(heap, "shuffle", [by_name("x")], 1)?;
    let items = items.unwrap_or(Value::None);
    let Value::List(list) = items else {
        let name = items.type_name(heap);
        return Err(Raise::type_error(format!("'{name}' object does not support item assignment")));
    };
    for last in (1..heap.lists[list].items.len()).rev() {
        let other = generator(heap, this)?.below(last as u64 + 1) as usize;
        heap.lists[list].items.swap(last, other);
    }
    Ok(Value::None)
}

/// Is the value a sequence, so that its items have numbers?
fn is_sequence(value: Value) -> bool {
    matches!(value, Value::List(_) | Value::Tuple(_) | Value::Str(_) | Value::Bytes(_) | Value::Range(_))
}

fn sample(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let [population, count, counts] =
        args.bind(heap, "sample", [by_name("population"), by_name("k"), by_keyword("counts")], 2)?;
    let population = population.unwrap_or(Value::None);
    if !is_sequence(population) {
        return Err(Raise::type_error("Population must be a sequence.  For dicts or sets, use sorted(d)."));
    }
    let count = ops::index_argument(heap, count.unwrap_or(Value::None))?;
    let len = ops::len(heap, population)?;
    let indices = match counts {
        None | Some(Value::None) => sample_indices(heap, this, len as u64, count)?,
        Some(counts) => {
            let counts = ops::collect(heap, counts)?;
            if counts.len() != len {
                return Err(Raise::value_error("The number of counts does not match the population"));
            }
            let mut sums: Vec<i64> = Vec::with_capacity(len);
            let mut total = 0_i64;
            for count in counts {
                let Value::Int(count) = count else { return Err(Raise::type_error("Counts must be integers")) };
                total = total.saturating_add(count);
                sums.push(total);
            }
            if total <= 0 {
                return Err(Raise::value_error("Total of counts must be greater than zero"));
            }
            let chosen = sample_indices(heap, this, total as u64, count)?;
            chosen.into_iter().map(|at| sums.partition_point(|sum| *sum <= at as i64) as u64).collect()
        }
    };
    items_at(heap, population, &indices)
}

/// The items of a sequence at some places.
fn items_at(heap: &mut Heap, sequence: Value, indices: &[u64]) -> Res<Value> {
    let mut items = Vec::with_capacity(indices.len());
    for index in indices {
        items.push(ops::get_item(heap, sequence, Value::Int(*index as i64))?);
    }
    Ok(heap.new_list(items))
}

fn sample_indices(heap: &mut Heap, this: Value, len: u64, count: i64) -> Res<Vec<u64>> {
    let Some(count) = u64::try_from(count).ok().filter(|count| *count <= len) else {
        return Err(Raise::value_error("Sample larger than population or is negative"));
    };
    heap.ensure(usize::try_from(count).unwrap_or(usize::MAX).saturating_mul(32))?;
    let mut set_size = 21.0;
    if count > 5 {
        set_size += 4_f64.powf((count as f64 * 3.0).log(4.0).ceil());
    }
    let mut chosen = Vec::with_capacity(count as usize);
    if len as f64 <= set_size {
        let mut pool: Vec<u64> = (0..len).collect();
        for taken in 0..count {
            let at = generator(heap, this)?.below(len - taken) as usize;
            chosen.push(pool[at]);
            pool[at] = pool[(len - taken - 1) as usize];
        }
    } else {
        let mut selected = rustc_hash::FxHashSet::default();
        for _ in 0..count {
            let mut at = generator(heap, this)?.below(len);
            while !selected.insert(at) {
                at = generator(heap, this)?.below(len);
            }
            chosen.push(at);
        }
    }
    Ok(chosen)
}

fn choices(heap: &mut Heap, this: Value, args: &CallArgs<'_>) -> Res<Value> {
    let [population, weights, sums, count] = args.bind(
        heap,
        "choices",
        [by_name("population"), by_name("weights"), by_keyword("cum_weights"), by_keyword("k")],
        1,
    )?;
    let population = population.unwrap_or(Value::None);
    let count = count.map_or(Ok(1), |count| ops::index_argument(heap, count))?.max(0) as u64;
    let len = ops::len(heap, population)?;
    heap.ensure(usize::try_from(count).unwrap_or(usize::MAX).saturating_mul(24))?;
    let given = |value: Option<Value>| value.filter(|value| !matches!(value, Value::None));
    let sums = match (given(weights), given(sums)) {
        (Some(_), Some(_)) => {
            return Err(Raise::type_error("Cannot specify both weights and cumulative weights"));
        }
        (None, None) => None,
        (Some(weights), None) => {
            let mut total = 0.0;
            let weights = numbers(heap, weights)?;
            Some(
                weights
                    .into_iter()
                    .map(|weight| {
                        total += weight;
                        total
                    })
                    .collect::<Vec<f64>>(),
            )
        }
        (None, Some(sums)) => Some(numbers(heap, sums)?),
    };
    let mut indices = Vec::with_capacity(count as usize);
    match sums {
        None => {
            for _ in 0..count {
                indices.push((generator(heap, this)?.next_f64() * len as f64).floor().to_u64().unwrap_or(0));
            }
        }
        Some(sums) => {
            if sums.len() != len {
                return Err(Raise::value_error("The number of weights does not match the population"));
            }
            let total = sums.last().copied().unwrap_or(0.0);
            if total <= 0.0 {
                return Err(Raise::value_error("Total of weights must be greater than zero"));
            }
            if !total.is_finite() {
                return Err(Raise::value_error("Total of weights must be finite"));
            }
            for _ in 0..count {
                let at = generator(heap, this)?.next_f64() * total;
                indices.push(sums[..len - 1].partition_point(|sum| *sum <= at) as u64);
            }
        }
    }
    items_at(heap, population, &indices)
}

fn numbers(heap: &mut Heap, values: Value) -> Res<Vec<f64>> {
    let values = ops::collect(heap, values)?;
    values.into_iter().map(|value| distributions::number(heap, value)).collect()
}
