//! Objects of the library's modules: patterns, dates, random generators.

use std::ops::{Index, IndexMut};

use crate::arena::Arena;
use crate::heap::{Marker, Trace};
use crate::modules::datetime::{Date, DateTime, Time, TimeDelta, Zone};
use crate::modules::random::Generator;
use crate::modules::re::{Match, Pattern};
use crate::objects::Promise;
use crate::ops::Slice;
use crate::value::{Ref, TypeTag, Value};

/// An object of a type that a library module defines.
#[derive(Debug)]
pub enum Native {
    Pattern(Box<Pattern>),
    Match(Box<Match>),
    Date(Date),
    DateTime(DateTime),
    Time(Time),
    TimeDelta(TimeDelta),
    Zone(Box<Zone>),
    Random(Box<Generator>),
    Named(Named),
    Slice(Slice),
    /// The handle of a task.
    Task(Ref<Promise>),
}

/// A tuple whose items have names.
#[derive(Debug)]
pub struct Named {
    pub tag: TypeTag,
    /// The name as it prints.
    pub title: &'static str,
    pub names: &'static [&'static str],
    pub items: Box<[Value]>,
    /// Items that have names but do not count as members.
    pub hidden: Box<[(&'static str, Value)]>,
}

impl Native {
    /// The type of the object.
    pub fn tag(&self) -> TypeTag {
        match self {
            Native::Pattern(_) => TypeTag::Pattern,
            Native::Match(_) => TypeTag::Match,
            Native::Date(_) => TypeTag::Date,
            Native::DateTime(_) => TypeTag::DateTime,
            Native::Time(_) => TypeTag::Time,
            Native::TimeDelta(_) => TypeTag::TimeDelta,
            Native::Zone(_) => TypeTag::TimeZone,
            Native::Random(_) => TypeTag::Random,
            Native::Named(named) => named.tag,
            Native::Slice(_) => TypeTag::Slice,
            Native::Task(_) => TypeTag::Task,
        }
    }
}

impl Trace for Native {
    fn trace(&self, marker: &mut Marker) {
        match self {
            Native::Match(found) => found.trace(marker),
            Native::Pattern(pattern) => marker.object(pattern.source),
            Native::DateTime(DateTime { zone, .. }) | Native::Time(Time { zone, .. }) => marker.value(*zone),
            Native::Task(promise) => marker.object(*promise),
            Native::Slice(slice) => marker.values(&[slice.start, slice.stop, slice.step]),
            Native::Named(named) => {
                marker.values(&named.items);
                for (_, value) in &named.hidden {
                    marker.value(*value);
                }
            }
            Native::Date(_) | Native::TimeDelta(_) | Native::Zone(_) | Native::Random(_) => {}
        }
    }

    fn bytes(&self) -> usize {
        match self {
            Native::Pattern(pattern) => pattern.bytes(),
            Native::Match(found) => found.bytes(),
            Native::Zone(_) => size_of::<Zone>(),
            Native::Random(_) => size_of::<Generator>(),
            Native::Named(named) => size_of_val(&*named.items),
            Native::Date(_)
            | Native::DateTime(_)
            | Native::Time(_)
            | Native::TimeDelta(_)
            | Native::Slice(_)
            | Native::Task(_) => 0,
        }
    }
}

/// A handle to a [`Native`] with its type, which can so be told without the heap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NativeRef {
    /// The number of the slot, and 2^32 times that of the tag: a value has 64 bits for both.
    packed: u64,
}

impl NativeRef {
    pub fn new(object: Ref<Native>, tag: TypeTag) -> NativeRef {
        NativeRef { packed: (tag as u64) << 32 | u64::from(object.index()) }
    }

    /// The type of the object.
    pub fn tag(self) -> TypeTag {
        TypeTag::ALL[(self.packed >> 32) as usize]
    }

    /// The slot number.
    pub fn index(self) -> u32 {
        self.packed as u32
    }

    fn object(self) -> Ref<Native> {
        Ref::at(self.index())
    }
}

/// For marking, where the type does not matter.
impl From<Ref<Native>> for NativeRef {
    fn from(object: Ref<Native>) -> NativeRef {
        NativeRef::new(object, TypeTag::Object)
    }
}

impl Index<NativeRef> for Arena<Native> {
    type Output = Native;

    fn index(&self, object: NativeRef) -> &Native {
        &self[object.object()]
    }
}

impl IndexMut<NativeRef> for Arena<Native> {
    fn index_mut(&mut self, object: NativeRef) -> &mut Native {
        &mut self[object.object()]
    }
}
