//! Values to JSON text.

use crate::exception_kind::{Callee, Raise, Res};
use crate::format::float_repr;
use crate::heap::Heap;
use crate::ops::{self, protocol};
use crate::value::Value;

/// How deep values may be nested.
const MAX_DEPTH: usize = 900;

/// How the text is laid out.
pub(super) struct Style {
    /// What one level is indented by; all on one line without it.
    pub indent: Option<String>,
    pub item_separator: String,
    pub key_separator: String,
    pub sort_keys: bool,
    pub ensure_ascii: bool,
    pub allow_nan: bool,
    /// The function of the program that replaces values JSON cannot hold.
    pub default: Option<Value>,
}

/// The JSON text of a value.
///
/// # Errors
/// What the function for other values raises, `TypeError` for a value JSON cannot hold, `ValueError` for one that contains itself, and for
/// numbers that are not finite unless they are allowed.
pub(super) fn write(heap: &Heap, value: Value, style: &Style) -> Res<String> {
    let mut writer = Writer { heap, style, out: String::new(), open: Vec::new(), level: 0 };
    writer.value(value)?;
    Ok(writer.out)
}

struct Writer<'a> {
    heap: &'a Heap,
    style: &'a Style,
    out: String,
    /// The containers being written, outermost first, and the values that others are written for.
    open: Vec<Value>,
    /// How many containers are open.
    level: usize,
}

impl Writer<'_> {
    fn value(&mut self, value: Value) -> Res<()> {
        let heap = self.heap;
        // Shared parts are written each time they occur, so a small value can have a huge text.
        let more = if let Value::Str(text) = value { heap.strs[text].len() } else { 16 };
        heap.work(1 + more / 64)?;
        heap.ensure(self.out.len() + more)?;
        match value {
            Value::None => self.out.push_str("null"),
            Value::Bool(truth) => self.out.push_str(if truth.get() { "true" } else { "false" }),
            Value::Int(_) | Value::BigInt(_) => self.out.push_str(&ops::int_to_text(heap, value)?),
            Value::Float(float) => self.float(float.get())?,
            Value::Str(text) => self.string(heap.str(text)),
            Value::List(list) => self.array(value, &heap.lists[list].items)?,
            Value::Tuple(tuple) => self.array(value, heap.tuples[tuple].items())?,
            Value::Dict(dict) => {
                let mut entries: Vec<_> = heap.dicts[dict].table.iter().map(|entry| (entry.key, entry.value)).collect();
                if self.style.sort_keys {
                    ops::sort(heap, &mut entries, false)?;
                }
                self.enter(value)?;
                self.out.push('{');
                let empty = entries.is_empty();
                for (at, (key, value)) in entries.into_iter().enumerate() {
                    self.before_item(at);
                    self.key(key)?;
                    self.out.push_str(&self.style.key_separator);
                    self.value(value)?;
                }
                self.leave(empty);
                self.out.push('}');
            }
            _ if self.style.default.is_some() => {
                let default = self.style.default.unwrap_or(Value::None);
                let replaced = protocol::ask(heap, Callee::Value(default), &[value])?;
                self.open(value)?;
                self.value(replaced)?;
                self.open.pop();
            }
            _ => {
                return Err(Raise::type_error(format!(
                    "Object of type {} is not JSON serializable",
                    value.type_name(heap)
                )));
            }
        }
        Ok(())
    }

    fn enter(&mut self, value: Value) -> Res<()> {
        self.level += 1;
        self.open(value)
    }

    fn open(&mut self, value: Value) -> Res<()> {
        if self.open.iter().any(|open| open.is(value)) {
            return Err(Raise::value_error("Circular reference detected"));
        }
        if self.open.len() >= MAX_DEPTH {
            return Err(ops::too_deep("while encoding a JSON object"));
        }
        self.open.push(value);
        Ok(())
    }

    fn leave(&mut self, empty: bool) {
        self.open.pop();
        self.level -= 1;
        if !empty {
            self.line_break();
        }
    }

    fn line_break(&mut self) {
        if let Some(indent) = &self.style.indent {
            self.out.push('\n');
            for _ in 0..self.level {
                self.out.push_str(indent);
            }
        }
    }

    fn before_item(&mut self, at: usize) {
        if at > 0 {
            self.out.push_str(&self.style.item_separator);
        }
        self.line_break();
    }

    fn array(&mut self, value: Value, items: &[Value]) -> Res<()> {
        self.enter(value)?;
        self.out.push('[');
        for (at, item) in items.iter().enumerate() {
            self.before_item(at);
            self.value(*item)?;
        }
        self.leave(items.is_empty());
        self.out.push(']');
        Ok(())
    }

    fn key(&mut self, key: Value) -> Res<()> {
        match key {
            Value::Str(text) => self.string(self.heap.str(text)),
            Value::None | Value::Bool(_) | Value::Int(_) | Value::BigInt(_) | Value::Float(_) => {
                self.out.push('"');
                self.value(key)?;
                self.out.push('"');
            }
            _ => {
                return Err(Raise::type_error(format!(
                    "keys must be str, int, float, bool or None, not {}",
                    key.type_name(self.heap)
                )));
            }
        }
        Ok(())
    }

    fn float(&mut self, float: f64) -> Res<()> {
        if !float.is_finite() && !self.style.allow_nan {
            return Err(Raise::value_error("Out of range float values are not JSON compliant"));
        }
        match float {
            f64::INFINITY => self.out.push_str("Infinity"),
            f64::NEG_INFINITY => self.out.push_str("-Infinity"),
            float if float.is_nan() => self.out.push_str("NaN"),
            float => self.out.push_str(&float_repr(float)),
        }
        Ok(())
    }

    fn string(&mut self, text: &str) {
        self.out.push('"');
        for c in text.chars() {
            match c {
                '"' => self.out.push_str("\\\""),
                '\\' => self.out.push_str("\\\\"),
                '\n' => self.out.push_str("\\n"),
                '\r' => self.out.push_str("\\r"),
                '\t' => self.out.push_str("\\t"),
                '\u{8}' => self.out.push_str("\\b"),
                '\u{c}' => self.out.push_str("\\f"),
                ' '..='~' => self.out.push(c),
                // JSON escapes UTF-16 units.
                c if c < ' ' || self.style.ensure_ascii => {
                    for unit in c.encode_utf16(&mut [0; 2]) {
                        self.out.push_str(&format!("\\u{unit:04x}"));
                    }
                }
                c => self.out.push(c),
            }
        }
        self.out.push('"');
    }
}
