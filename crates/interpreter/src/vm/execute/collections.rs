//! Instructions on collections: spreading, slices, deletion, what stands between the arguments of calls.

use crate::bytecode::Op;
use crate::objects::{Iter, Native};
use crate::ops::{self, Slice};
use crate::value::Value;

use super::Cx;
use super::apart::{Done, Next, Place, unknown};

impl Cx<'_> {
    pub(super) fn collection(&mut self, op: Op, place: Place<'_>) -> Done {
        match op {
            Op::DeleteAttr { object, name } => {
                let (object, name) = (self.register(place, object), place.name(name)?);
                return Err(self.cannot_delete_attr(object, name).into());
            }
            Op::DeleteIndex { object, index } => {
                let (object, index) = (self.register(place, object), self.register(place, index));
                ops::delete_item(&mut self.m.heap, object, index)?;
            }
            Op::BuildSlice { dst, first } => {
                let [start, stop, step] = self.bounds(place, first);
                let slice = self.m.heap.new_native(Native::Slice(Slice { start, stop, step }));
                self.set_register(place, dst, slice);
            }
            Op::StoreSlice { object, first, src } => {
                let [start, stop, step] = self.bounds(place, first);
                let (object, value) = (self.register(place, object), self.register(place, src));
                ops::set_slice(&mut self.m.heap, object, start, stop, step, value)?;
            }
            Op::DeleteSlice { object, first } => {
                let [start, stop, step] = self.bounds(place, first);
                let object = self.register(place, object);
                ops::delete_slice(&mut self.m.heap, object, start, stop, step)?;
            }
            Op::UnpackRest { src, first, before, after } => {
                let src = self.register(place, src);
                self.unpack_rest(src, place.at(first), usize::from(before), usize::from(after))?;
            }
            Op::ListExtend { list, src } => {
                let items = self.spread(self.register(place, src))?;
                if let Value::List(list) = self.register(place, list) {
                    self.m.heap.charge(items.len() * size_of::<Value>());
                    self.m.heap.lists[list].items.extend(items);
                }
            }
            Op::ListToTuple { dst, src } => {
                if let Value::List(list) = self.register(place, src) {
                    let items = std::mem::take(&mut self.m.heap.lists[list].items);
                    let tuple = self.m.heap.new_tuple(items);
                    self.set_register(place, dst, tuple);
                }
            }
            Op::ListToIter { dst, src } => {
                if let Value::List(list) = self.register(place, src) {
                    let iter = Value::Iter(self.m.heap.alloc(Iter::List { list, next: 0 }));
                    self.set_register(place, dst, iter);
                }
            }
            Op::SetUpdate { set, src } => {
                let items = self.spread(self.register(place, src))?;
                if let Value::Set(set) = self.register(place, set) {
                    for item in items {
                        ops::set_insert(&mut self.m.heap, set, item)?;
                    }
                }
            }
            Op::DictUpdate { dict, src } => {
                let (dict, src) = (self.register(place, dict), self.register(place, src));
                self.dict_update(dict, src)?;
            }
            Op::KeywordsUpdate { first, src } => {
                let (callee, keywords) = (self.register(place, first), self.register(place, first + 2));
                let src = self.register(place, src);
                self.keywords_update(callee, keywords, src)?;
            }
            Op::KeywordInsert { first, key, value } => {
                let (callee, keywords) = (self.register(place, first), self.register(place, first + 2));
                let (key, value) = (self.register(place, key), self.register(place, value));
                self.keyword_insert(callee, keywords, key, value)?;
            }
            Op::PrepareRange { first, count } => self.prepare_range(place.at(first), count)?,
            _ => return unknown(),
        }
        Ok(Next::On)
    }

    /// Start, stop and step of a slice.
    fn bounds(&self, place: Place<'_>, first: u16) -> [Value; 3] {
        [0, 1, 2].map(|offset| self.register(place, first + offset))
    }
}
