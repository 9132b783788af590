//! Advancing the iterators of `itertools`.
//!
//! Each step can be repeated: when an iterator inside has to ask the program for its value, the step ends with
//! [`Raise::resume_after`], keeps what it took so far in its state, and goes on from there when it is tried again.

use super::{BinaryOp, binary, holds, iter_lazily, iter_next};
use crate::exception_kind::{Raise, Res, Resume};
use crate::heap::Heap;
use crate::objects::{Iter, Tool, ToolKind};
use crate::value::{Ref, Value};

fn tool(heap: &mut Heap, iter: Ref<Iter>) -> Option<&mut Tool> {
    match &mut heap.iters[iter] {
        Iter::Tool(tool) => Some(tool),
        _ => None,
    }
}

/// The next value of an iterator of `itertools`; none at its end.
///
/// # Errors
/// What the iterators inside raise, `MemoryError` and the error of the step limit.
pub(super) fn next_of_tool(heap: &mut Heap, iter: Ref<Iter>) -> Res<Option<Value>> {
    heap.within_limit(0)?;
    heap.count_step()?;
    let Iter::Tool(state) = &heap.iters[iter] else { return Ok(None) };
    match &state.kind {
        ToolKind::Calling { .. } => {
            if let Some(ToolKind::Calling { pending, .. }) = tool(heap, iter).map(|tool| &mut tool.kind)
                && let Some(value) = pending.take()
            {
                return Ok(Some(value));
            }
            Err(Raise::resume_after(Resume::Advance(iter)))
        }
        &ToolKind::Count { next, step } => {
            let following = binary(heap, BinaryOp::Add, next, step)?;
            if let Some(ToolKind::Count { next, .. }) = tool(heap, iter).map(|tool| &mut tool.kind) {
                *next = following;
            }
            Ok(Some(next))
        }
        ToolKind::Cycle { inner: Some(inner), .. } => {
            let inner = *inner;
            let value = iter_next(heap, inner)?;
            heap.charge(size_of::<Value>());
            let Some(ToolKind::Cycle { inner, saved, next }) = tool(heap, iter).map(|tool| &mut tool.kind) else {
                return Ok(None);
            };
            match value {
                Some(value) => {
                    saved.push(value);
                    Ok(Some(value))
                }
                None => {
                    *inner = None;
                    *next = usize::from(saved.len() > 1);
                    Ok(saved.first().copied())
                }
            }
        }
        ToolKind::Slice { .. } => next_of_slice(heap, iter),
        ToolKind::Chain { .. } => next_of_chain(heap, iter),
        ToolKind::ZipLongest { .. } => next_of_zip_longest(heap, iter),
        &ToolKind::Pairwise { inner, last } => {
            let first = match last {
                Some(value) => value,
                None => {
                    let Some(value) = iter_next(heap, inner)? else { return Ok(None) };
                    set_last(heap, iter, value);
                    value
                }
            };
            let Some(second) = iter_next(heap, inner)? else { return Ok(None) };
            set_last(heap, iter, second);
            Ok(Some(heap.new_tuple([first, second])))
        }
        ToolKind::Compress { .. } => next_of_compress(heap, iter),
        &ToolKind::Accumulate { inner, total, initial } => {
            let value = match (initial, total) {
                (Some(initial), _) => initial,
                (None, total) => {
                    let Some(value) = iter_next(heap, inner)? else { return Ok(None) };
                    match total {
                        Some(total) => binary(heap, BinaryOp::Add, total, value)?,
                        None => value,
                    }
                }
            };
            if let Some(ToolKind::Accumulate { total, initial, .. }) = tool(heap, iter).map(|tool| &mut tool.kind) {
                (*total, *initial) = (Some(value), None);
            }
            Ok(Some(value))
        }
        ToolKind::Batched { .. } => next_of_batched(heap, iter),
        &ToolKind::Tee { inner, shared, next } => {
            let value = match heap.lists[shared].items.get(next) {
                Some(value) => *value,
                None => {
                    let Some(value) = iter_next(heap, inner)? else { return Ok(None) };
                    heap.lists[shared].items.push(value);
                    heap.charge(size_of::<Value>());
                    value
                }
            };
            if let Some(ToolKind::Tee { next, .. }) = tool(heap, iter).map(|tool| &mut tool.kind) {
                *next += 1;
            }
            Ok(Some(value))
        }
        _ => {
            let chosen = match tool(heap, iter).map(|tool| &mut tool.kind) {
                Some(ToolKind::Cycle { saved, next, .. }) => {
                    let value = saved.get(*next).copied();
                    *next = if *next + 1 < saved.len() { *next + 1 } else { 0 };
                    return Ok(value);
                }
                Some(ToolKind::Repeat { value, left }) => {
                    return Ok(match left {
                        None => Some(*value),
                        Some(0) => None,
                        Some(left) => {
                            *left -= 1;
                            Some(*value)
                        }
                    });
                }
                Some(ToolKind::Product { pools, indices, started }) => next_product(pools, indices, started),
                Some(ToolKind::Permutations { pool, indices, cycles, started }) => {
                    next_permutation(pool, indices, cycles, started)
                }
                Some(ToolKind::Combinations { pool, indices, replacement, started }) => {
                    next_combination(pool, indices, *replacement, started)
                }
                _ => None,
            };
            Ok(chosen.map(|items| heap.new_tuple(items)))
        }
    }
}

fn set_last(heap: &mut Heap, iter: Ref<Iter>, value: Value) {
    if let Some(ToolKind::Pairwise { last, .. }) = tool(heap, iter).map(|tool| &mut tool.kind) {
        *last = Some(value);
    }
}

fn next_of_slice(heap: &mut Heap, iter: Ref<Iter>) -> Res<Option<Value>> {
    loop {
        let Some(&mut ToolKind::Slice { inner, at, next, stop, step }) = tool(heap, iter).map(|tool| &mut tool.kind)
        else {
            return Ok(None);
        };
        // The values up to `stop` are taken even where the step leaves none to give.
        let wanted = stop.map_or(next, |stop| next.min(stop));
        let finished = stop.is_some_and(|stop| next >= stop);
        if finished && at >= wanted {
            return Ok(None);
        }
        heap.count_step()?;
        let Some(value) = iter_next(heap, inner)? else { return Ok(None) };
        let given = !finished && at == next;
        if let Some(ToolKind::Slice { at, next, .. }) = tool(heap, iter).map(|tool| &mut tool.kind) {
            *at += 1;
            if given {
                *next = next.saturating_add(step);
            }
        }
        if given {
            return Ok(Some(value));
        }
    }
}

fn next_of_chain(heap: &mut Heap, iter: Ref<Iter>) -> Res<Option<Value>> {
    loop {
        let Some(&mut ToolKind::Chain { sources, current }) = tool(heap, iter).map(|tool| &mut tool.kind) else {
            return Ok(None);
        };
        let following = match current {
            Some(inner) => match iter_next(heap, inner)? {
                Some(value) => return Ok(Some(value)),
                None => None,
            },
            None => match iter_next(heap, sources)? {
                Some(source) => Some(iter_lazily(heap, source)?),
                None => return Ok(None),
            },
        };
        heap.count_step()?;
        if let Some(ToolKind::Chain { current, .. }) = tool(heap, iter).map(|tool| &mut tool.kind) {
            *current = following;
        }
    }
}

fn next_of_zip_longest(heap: &mut Heap, iter: Ref<Iter>) -> Res<Option<Value>> {
    loop {
        let Some(ToolKind::ZipLongest { inner, fill, partial }) = tool(heap, iter).map(|tool| &mut tool.kind) else {
            return Ok(None);
        };
        let fill = *fill;
        let at = partial.len();
        if at == inner.len() {
            if inner.iter().all(Option::is_none) {
                return Ok(None);
            }
            let items = std::mem::take(partial);
            return Ok(Some(heap.new_tuple(items)));
        }
        let value = match inner[at] {
            Some(source) => iter_next(heap, source)?,
            None => None,
        };
        if let Some(ToolKind::ZipLongest { inner, partial, .. }) = tool(heap, iter).map(|tool| &mut tool.kind) {
            if value.is_none() {
                inner[at] = None;
            }
            partial.push(value.unwrap_or(fill));
        }
    }
}

fn next_of_compress(heap: &mut Heap, iter: Ref<Iter>) -> Res<Option<Value>> {
    loop {
        let Some(&mut ToolKind::Compress { data, selectors, held }) = tool(heap, iter).map(|tool| &mut tool.kind)
        else {
            return Ok(None);
        };
        heap.count_step()?;
        let hold = |heap: &mut Heap, value| {
            if let Some(ToolKind::Compress { held, .. }) = tool(heap, iter).map(|tool| &mut tool.kind) {
                *held = value;
            }
        };
        let value = match held {
            Some(value) => value,
            None => {
                let Some(value) = iter_next(heap, data)? else { return Ok(None) };
                hold(heap, Some(value));
                value
            }
        };
        let Some(selector) = iter_next(heap, selectors)? else { return Ok(None) };
        hold(heap, None);
        if holds(heap, selector)? {
            return Ok(Some(value));
        }
    }
}

fn next_of_batched(heap: &mut Heap, iter: Ref<Iter>) -> Res<Option<Value>> {
    loop {
        let Some(ToolKind::Batched { inner, size, partial }) = tool(heap, iter).map(|tool| &mut tool.kind) else {
            return Ok(None);
        };
        let (inner, full) = (*inner, partial.len() >= *size);
        let value = if full { None } else { iter_next(heap, inner)? };
        let Some(ToolKind::Batched { partial, .. }) = tool(heap, iter).map(|tool| &mut tool.kind) else {
            return Ok(None);
        };
        match value {
            Some(value) => {
                partial.push(value);
                heap.charge(size_of::<Value>());
            }
            None => {
                let items = std::mem::take(partial);
                return Ok(if items.is_empty() { None } else { Some(heap.new_tuple(items)) });
            }
        }
    }
}

fn next_product(pools: &[Vec<Value>], indices: &mut [usize], started: &mut bool) -> Option<Vec<Value>> {
    if !*started {
        *started = true;
        if pools.iter().any(Vec::is_empty) {
            return None;
        }
    } else {
        // The last place that can go on does; those after it start again.
        let place = (0..pools.len()).rev().find(|place| indices[*place] + 1 < pools[*place].len())?;
        indices[place] += 1;
        indices[place + 1..].fill(0);
    }
    Some(pools.iter().zip(indices).map(|(pool, index)| pool[*index]).collect())
}

fn next_permutation(
    pool: &[Value],
    indices: &mut [usize],
    cycles: &mut [usize],
    started: &mut bool,
) -> Option<Vec<Value>> {
    let (n, r) = (indices.len(), cycles.len());
    if !*started {
        *started = true;
    } else {
        let mut place = r;
        loop {
            place = place.checked_sub(1)?;
            cycles[place] -= 1;
            if cycles[place] == 0 {
                indices[place..].rotate_left(1);
                cycles[place] = n - place;
            } else {
                indices.swap(place, n - cycles[place]);
                break;
            }
        }
    }
    Some(indices[..r].iter().map(|index| pool[*index]).collect())
}

fn next_combination(
    pool: &[Value],
    indices: &mut [usize],
    replacement: bool,
    started: &mut bool,
) -> Option<Vec<Value>> {
    let (n, r) = (pool.len(), indices.len());
    if !*started {
        *started = true;
    } else if replacement {
        let place = (0..r).rev().find(|place| indices[*place] + 1 < n)?;
        let index = indices[place] + 1;
        indices[place..].fill(index);
    } else {
        let place = (0..r).rev().find(|place| indices[*place] != place + n - r)?;
        let first = indices[place] + 1;
        for (index, next) in indices[place..].iter_mut().zip(first..) {
            *index = next;
        }
    }
    Some(indices.iter().map(|index| pool[*index]).collect())
}
