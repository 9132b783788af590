//! Values as text: `str(value)` and `repr(value)`.

use std::fmt::Write;
use std::ops::Range;

use super::{MAX_DEPTH, int, protocol, too_deep};
use crate::exception_kind::{Callee, ExceptionKind, Raise, Res, Resume};
use crate::format;
use crate::heap::Heap;
use crate::methods::{ascii_only, is_printable};
use crate::objects::{Exception, MethodTarget, ViewKind};
use crate::value::{Ref, Value};
use crate::vm::exception_of;

/// `str(value)`.
///
/// # Errors
/// `RecursionError` for values nested too deeply, `ValueError` for an int of too many digits.
pub fn text(heap: &Heap, value: Value) -> Res<String> {
    match value {
        Value::Str(text) => Ok(heap.str(text).to_owned()),
        Value::Exception(exception) => exception_text(heap, exception),
        Value::Native(native) => crate::modules::native::text(heap, native),
        Value::Record(_) => match protocol::text(heap, value)? {
            Some(text) => Ok(text),
            None => match exception_of(heap, value) {
                Some(exception) => exception_text(heap, exception),
                None => repr(heap, value),
            },
        },
        Value::Promise(promise) => text(heap, crate::objects::value_of(heap, promise)?),
        _ => repr(heap, value),
    }
}

/// `str(exception)`: its argument, or all of them as a tuple.
///
/// # Errors
/// As [`text`].
pub fn exception_text(heap: &Heap, exception: Ref<Exception>) -> Res<String> {
    let Exception { kind, args, record, about, .. } = &heap.exceptions[exception];
    if let Some(record) = record
        && let fields = &heap.records[*record].fields
        && fields.len() > 2
        && let Some(message) = fields.first()
    {
        // Besides the exception there are fields of its own: the message is what its field holds now.
        return match message {
            Value::Record(inner) if inner == record => Ok(String::new()),
            Value::Exception(_) | Value::Record(_) => repr(heap, *message),
            message => text(heap, *message),
        };
    }
    match args.as_slice() {
        [] => Ok(String::new()),
        [errno, text] | [errno, text, Value::None] if kind.is_subclass_of(ExceptionKind::OSError) => {
            let mut shown = format!("[Errno {}] {}", self::text(heap, *errno)?, self::text(heap, *text)?);
            if let Some(file) = about {
                shown.push_str(": ");
                shown.push_str(&repr(heap, *file)?);
            }
            Ok(shown)
        }
        [key] if kind.is_subclass_of(ExceptionKind::KeyError) => repr(heap, *key),
        parts if let Some(text) = coding_text(heap, *kind, parts) => Ok(text),
        // An exception made of itself would not end: its arguments are shown as `repr` does.
        [Value::Exception(inner)] if *inner == exception => Ok(String::new()),
        [argument @ Value::Exception(_)] => repr(heap, *argument),
        [argument] => text(heap, *argument),
        several => {
            let mut printer = Printer::new(heap);
            printer.sequence("(", several, ")")?;
            printer.finish()
        }
    }
}

/// The text of a `UnicodeEncodeError` or a `UnicodeDecodeError` whose arguments are the encoding, the text or the bytes, where in them
/// the fault starts and ends, and the reason; none if they are not.
fn coding_text(heap: &Heap, kind: ExceptionKind, arguments: &[Value]) -> Option<String> {
    let &[Value::Str(encoding), object, Value::Int(start), Value::Int(end), Value::Str(reason)] = arguments else {
        return None;
    };
    let (encoding, reason) = (heap.str(encoding), heap.str(reason));
    let first = usize::try_from(start).ok();
    let is_one = start.checked_add(1) == Some(end);
    let last = end.saturating_sub(1);
    let (verb, what) = match (kind, object) {
        (ExceptionKind::UnicodeEncodeError, Value::Str(text)) => {
            let one = first.filter(|_| is_one).and_then(|first| heap.str(text).chars().nth(first));
            (
                "encode",
                match one {
                    Some(c) => format!("character '{}' in position {start}", ascii_only(&c.to_string())),
                    None => format!("characters in position {start}-{last}"),
                },
            )
        }
        (ExceptionKind::UnicodeDecodeError, Value::Bytes(bytes)) => {
            let one = first.filter(|_| is_one).and_then(|first| heap.byte_strings[bytes].as_slice().get(first));
            (
                "decode",
                match one {
                    Some(byte) => format!("byte 0x{byte:02x} in position {start}"),
                    None => format!("bytes in position {start}-{last}"),
                },
            )
        }
        _ => return None,
    };
    Some(format!("'{encoding}' codec can't {verb} {what}: {reason}"))
}

/// The error of text that an encoding lacks, or of bytes that spell no text: `places` are those of the fault.
pub fn coding_error(
    heap: &mut Heap,
    kind: ExceptionKind,
    encoding: &str,
    object: Value,
    places: Range<usize>,
    reason: &str,
) -> Raise {
    let place = |place: usize| Value::Int(i64::try_from(place).unwrap_or(i64::MAX));
    let (encoding, reason) = (Value::Str(heap.intern(encoding)), Value::Str(heap.intern(reason)));
    let arguments = [encoding, object, place(places.start), place(places.end), reason];
    let message = coding_text(heap, kind, &arguments).unwrap_or_default();
    Raise::with_arguments(kind, message, arguments)
}

/// `repr(value)`.
///
/// # Errors
/// As [`text`].
pub fn repr(heap: &Heap, value: Value) -> Res<String> {
    let mut printer = Printer::new(heap);
    printer.value(value)?;
    printer.finish()
}

/// `repr(value)` as records print without methods of their own: for messages, where the program is not asked.
///
/// # Errors
/// As [`text`].
pub(crate) fn plain_repr(heap: &Heap, value: Value) -> Res<String> {
    heap.answers.quietly(|| repr(heap, value))
}

/// As [`plain_repr`] for [`text`].
///
/// # Errors
/// As [`text`].
pub(crate) fn plain_text(heap: &Heap, value: Value) -> Res<String> {
    heap.answers.quietly(|| text(heap, value))
}

/// The name of a type value.
pub(crate) fn type_title(heap: &Heap, value: Value) -> &str {
    match value {
        Value::Type(tag) => tag.name(),
        Value::ExceptionType(kind) => kind.name(),
        Value::RecordType(record_type) => heap.str(heap.record_types[record_type].name),
        other => other.type_name(heap),
    }
}

/// Does a text spell a type as [`repr`] prints it? Dana compares types with their names: `type(5) == "int"`.
pub(super) fn spells_type(heap: &Heap, text: &str, ty: Value) -> bool {
    match ty {
        Value::RecordType(record_type) if heap.record_types[record_type].exception.is_none() => {
            let family = heap.record_types[record_type].kind.family();
            let name = text.strip_prefix(family).and_then(|rest| rest.strip_prefix('[')?.strip_suffix(']'));
            name == Some(type_title(heap, ty))
        }
        _ => type_title(heap, ty) == text,
    }
}

/// `repr(value)` for somebody who looks on: what is longer than `most` bytes is cut off there, and `…` put for the rest.
pub(crate) fn repr_short(heap: &Heap, value: Value, most: usize) -> String {
    let mut printer = Printer { most, ..Printer::new(heap) };
    match printer.value(value) {
        Ok(()) if printer.out.len() <= most => printer.out,
        Ok(()) | Err(_) => {
            let end = (0..=most.min(printer.out.len())).rev().find(|end| printer.out.is_char_boundary(*end));
            printer.out.truncate(end.unwrap_or(0));
            printer.out.push('…');
            printer.out
        }
    }
}

struct Printer<'a> {
    heap: &'a Heap,
    out: String,
    /// How long the text may get, in bytes.
    most: usize,
    /// The containers being printed, outermost first: one met again is a cycle.
    open: Vec<Value>,
    /// Records whose text the program has to be asked for, with the methods that give it.
    asked: Vec<(Value, Value)>,
}

impl<'a> Printer<'a> {
    fn new(heap: &'a Heap) -> Printer<'a> {
        Printer { heap, out: String::new(), most: usize::MAX, open: Vec::new(), asked: Vec::new() }
    }

    /// The text; or the wish to ask, for all records at once, since no text depends on another.
    fn finish(self) -> Res<String> {
        if self.asked.is_empty() {
            return Ok(self.out);
        }
        Err(Raise::resume_after(Resume::AskAll(self.asked.into())))
    }

    fn value(&mut self, value: Value) -> Res<()> {
        let heap = self.heap;
        // Shared parts are printed each time they occur, so a small value can have a huge text.
        let more = match value {
            Value::Str(text) => heap.strs[text].len(),
            Value::Bytes(bytes) => heap.byte_strings[bytes].as_slice().len(),
            _ => 16,
        };
        if self.out.len() > self.most {
            return Err(Raise::value_error("the text is too long"));
        }
        if self.most == usize::MAX {
            heap.work(1 + more / 64)?;
            heap.ensure(self.out.len() + more)?;
        }
        match value {
            Value::Unset => self.out.push_str("<unset>"),
            Value::None => self.out.push_str("None"),
            Value::Bool(crate::value::Truth::True) => self.out.push_str("True"),
            Value::Bool(crate::value::Truth::False) => self.out.push_str("False"),
            Value::Int(_) | Value::BigInt(_) => self.out.push_str(&int::int_to_text(heap, value)?),
            Value::Float(float) => self.out.push_str(&format::float_repr(float.get())),
            Value::Str(text) => {
                // A character takes one byte at least.
                let shown = heap.strs[text].slice(0, self.most);
                str_repr(shown, &mut self.out);
            }
            Value::Bytes(bytes) => {
                let bytes = heap.byte_strings[bytes].as_slice();
                bytes_repr(&bytes[..bytes.len().min(self.most)], &mut self.out);
            }
            Value::Range(range) => {
                let range = heap.ranges[range];
                self.out.push_str(&if range.step == 1 {
                    format!("range({}, {})", range.start, range.stop)
                } else {
                    format!("range({}, {}, {})", range.start, range.stop, range.step)
                });
            }
            Value::Type(_) | Value::ExceptionType(_) => self.out.push_str(type_title(heap, value)),
            // Exceptions of the program print as the builtin ones do.
            Value::RecordType(record_type) if heap.record_types[record_type].exception.is_some() => {
                self.out.push_str(type_title(heap, value));
            }
            Value::RecordType(record_type) => {
                let family = heap.record_types[record_type].kind.family();
                self.tag(&[family, "[", type_title(heap, value), "]"]);
            }
            Value::Iter(_) | Value::Cell(_) => self.tag(&["<", value.type_name(heap), " object>"]),
            Value::Function(function) => self.tag(&["<function ", heap.str(heap.functions[function].name), ">"]),
            Value::Builtin(builtin) => self.tag(&["<built-in function ", builtin.row().name, ">"]),
            Value::Module(module) => self.tag(&["<module '", heap.str(heap.modules[module].name), "'>"]),
            Value::Native(native) => self.out.push_str(&crate::modules::native::repr(heap, native)?),
            Value::Promise(promise) => match crate::objects::value_of(heap, promise) {
                Ok(value) => self.value(value)?,
                // Somebody who looks on does not wait.
                Err(_) if self.most != usize::MAX => self.out.push_str("<running>"),
                Err(raise) => return Err(raise),
            },
            _ => {
                // Somebody who looks on does not run code of the program.
                let own = if self.most == usize::MAX { protocol::repr(heap, value) } else { Ok(None) };
                match own {
                    Ok(Some(text)) => self.out.push_str(&text),
                    Ok(None) => self.container(value)?,
                    Err(raise) => match raise.resume() {
                        Some(Resume::Ask(Callee::Value(method), _)) => self.asked.push((*method, value)),
                        _ => return Err(raise),
                    },
                }
            }
        }
        Ok(())
    }

    fn tag(&mut self, parts: &[&str]) {
        self.out.extend(parts.iter().copied());
    }

    /// Values that hold others.
    fn container(&mut self, value: Value) -> Res<()> {
        if self.open.iter().any(|open| open.is(value)) {
            self.out.push_str(match value {
                Value::List(_) => "[...]",
                Value::Dict(_) => "{...}",
                Value::Tuple(_) => "(...)",
                _ => "...",
            });
            return Ok(());
        }
        if self.open.len() >= MAX_DEPTH {
            return Err(too_deep("while getting the repr of an object"));
        }
        self.open.push(value);
        let heap = self.heap;
        match value {
            Value::List(list) => self.sequence("[", &heap.lists[list].items, "]")?,
            Value::Tuple(tuple) => self.sequence("(", heap.tuples[tuple].items(), ")")?,
            Value::FrozenSet(set) => {
                let items: Vec<Value> = heap.sets[set].table.iter().map(|entry| entry.key).collect();
                if items.is_empty() {
                    self.out.push_str("frozenset()");
                } else {
                    self.sequence("frozenset({", &items, "})")?;
                }
            }
            Value::Set(set) => {
                let items: Vec<Value> = heap.sets[set].table.iter().map(|entry| entry.key).collect();
                if items.is_empty() {
                    self.out.push_str("set()");
                } else {
                    self.sequence("{", &items, "}")?;
                }
            }
            Value::Dict(dict) => {
                self.out.push('{');
                for (index, entry) in heap.dicts[dict].table.iter().enumerate() {
                    if index > 0 {
                        self.out.push_str(", ");
                    }
                    self.value(entry.key)?;
                    self.out.push_str(": ");
                    self.value(entry.value)?;
                }
                self.out.push('}');
            }
            Value::View(view) => self.view(view)?,
            Value::Record(record) => {
                let record = &heap.records[record];
                let record_type = &heap.record_types[record.ty];
                self.tag(&[heap.str(record_type.name), "("]);
                let mut separator = "";
                let mut fields = record_type.fields.iter().zip(&record.fields);
                if let Some(exception) = exception_of(heap, value) {
                    // What it was told comes first, without a name.
                    fields.next();
                    for argument in &heap.exceptions[exception].args {
                        self.out.push_str(separator);
                        self.value(*argument)?;
                        separator = ", ";
                    }
                }
                for (field, value) in fields {
                    self.tag(&[separator, heap.str(field.name), "="]);
                    self.value(*value)?;
                    separator = ", ";
                }
                self.out.push(')');
            }
            Value::Exception(exception) => {
                let exception = &heap.exceptions[exception];
                self.out.push_str(exception.kind.name());
                match exception.args.as_slice() {
                    [only] => {
                        self.out.push('(');
                        self.value(*only)?;
                        self.out.push(')');
                    }
                    args => self.sequence("(", args, ")")?,
                }
            }
            Value::BoundMethod(method) => {
                let method = &heap.bound_methods[method];
                match method.target {
                    MethodTarget::Native => {
                        let receiver = method.receiver.type_name(heap);
                        self.tag(&["<built-in method ", heap.str(method.name), " of ", receiver, " object>"]);
                    }
                    MethodTarget::Callable(_) => {
                        self.tag(&["<bound method ", heap.str(method.name), " of "]);
                        self.value(method.receiver)?;
                        self.out.push('>');
                    }
                }
            }
            Value::Pipeline(pipeline) => {
                let pipeline = &heap.pipelines[pipeline];
                self.out.push_str("<pipeline ");
                match pipeline.name {
                    Some(name) => self.out.push_str(heap.str(name)),
                    None => {
                        for (index, stage) in pipeline.stages.iter().enumerate() {
                            self.out.push_str(if index > 0 { " | " } else { "" });
                            self.value(*stage)?;
                        }
                    }
                }
                self.out.push('>');
            }
            _ => {}
        }
        self.open.pop();
        Ok(())
    }

    fn view(&mut self, view: Ref<crate::objects::View>) -> Res<()> {
        let view = self.heap.views[view];
        self.tag(&[view.type_name(), "(["]);
        for (index, entry) in self.heap.dicts[view.dict].table.iter().enumerate() {
            self.out.push_str(if index > 0 { ", " } else { "" });
            match view.kind {
                ViewKind::Keys => self.value(entry.key)?,
                ViewKind::Values => self.value(entry.value)?,
                ViewKind::Items => self.sequence("(", &[entry.key, entry.value], ")")?,
            }
        }
        self.out.push_str("])");
        Ok(())
    }

    /// Items between brackets; a tuple of one ends in a comma.
    fn sequence(&mut self, open: &str, items: &[Value], close: &str) -> Res<()> {
        self.out.push_str(open);
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.out.push_str(", ");
            }
            self.value(*item)?;
        }
        if items.len() == 1 && open == "(" {
            self.out.push(',');
        }
        self.out.push_str(close);
        Ok(())
    }
}

/// Text as a literal: in single quotes, or double ones when it has a single quote and no double one.
pub fn str_repr(text: &str, out: &mut String) {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    out.push(quote);
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c == quote => {
                out.push('\\');
                out.push(c);
            }
            ' '..='~' => out.push(c),
            c if is_printable(c) => out.push(c),
            c => escape(u32::from(c), out),
        }
    }
    out.push(quote);
}

fn escape(code: u32, out: &mut String) {
    // Writing to a string cannot fail.
    let _ = match code {
        0..=0xFF => write!(out, "\\x{code:02x}"),
        0x100..=0xFFFF => write!(out, "\\u{code:04x}"),
        _ => write!(out, "\\U{code:08x}"),
    };
}

fn bytes_repr(bytes: &[u8], out: &mut String) {
    let quote = if bytes.contains(&b'\'') && !bytes.contains(&b'"') { '"' } else { '\'' };
    out.push('b');
    out.push(quote);
    for byte in bytes {
        match byte {
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            b if char::from(*b) == quote => {
                out.push('\\');
                out.push(quote);
            }
            b' '..=b'~' => out.push(char::from(*byte)),
            b => escape(u32::from(*b), out),
        }
    }
    out.push(quote);
}
