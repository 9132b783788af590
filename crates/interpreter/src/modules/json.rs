//! The functions of the module `json`.

use super::{json_read, json_write};
use crate::builtins::{Builtin, CallArgs, by_keyword, by_name, pure};
use crate::exception_kind::{Raise, Res};
use crate::heap::Heap;
use crate::ops;
use crate::value::Value;

pub(super) const FUNCTIONS: &[Builtin] = &[pure("dumps", dumps), pure("loads", loads)];

pub(super) fn loads(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    let [source] = args.bind(heap, "loads", [by_name("s")], 1)?;
    let text = match source.unwrap_or(Value::None) {
        Value::Str(text) => heap.str(text).to_owned(),
        bytes @ Value::Bytes(_) => {
            let decoded = crate::methods::bytes::decode_bytes(heap, bytes, None, None)?;
            heap.as_str(decoded).unwrap_or_default().to_owned()
        }
        other => {
            return Err(Raise::type_error(format!(
                "the JSON object must be str, bytes or bytearray, not {}",
                other.type_name(heap)
            )));
        }
    };
    json_read::read(heap, &text)
}

pub(super) fn dumps(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    let params = [
        by_name("obj"),
        by_keyword("indent"),
        by_keyword("separators"),
        by_keyword("sort_keys"),
        by_keyword("ensure_ascii"),
        by_keyword("allow_nan"),
        by_keyword("default"),
    ];
    let [value, indent, separators, sort_keys, ensure_ascii, allow_nan, default] =
        args.bind(heap, "dumps", params, 1)?;
    let indent = match indent {
        None | Some(Value::None) => None,
        Some(Value::Str(text)) => Some(heap.str(text).to_owned()),
        Some(width) => {
            let width = usize::try_from(ops::index_argument(heap, width)?).unwrap_or(0);
            heap.ensure(width)?;
            Some(" ".repeat(width))
        }
    };
    let (item, key) = match separators {
        None | Some(Value::None) => (if indent.is_some() { "," } else { ", " }.to_owned(), ": ".to_owned()),
        Some(pair) => {
            let pair = ops::collect(heap, pair)?;
            match pair.as_slice() {
                [Value::Str(item), Value::Str(key)] => (heap.str(*item).to_owned(), heap.str(*key).to_owned()),
                _ => return Err(Raise::type_error("separators must be a pair of strings (item, key)")),
            }
        }
    };
    let flag = |value: Option<Value>, default| value.map_or(default, |value| ops::truth(heap, value));
    let style = json_write::Style {
        indent,
        item_separator: item,
        key_separator: key,
        sort_keys: flag(sort_keys, false),
        ensure_ascii: flag(ensure_ascii, true),
        allow_nan: flag(allow_nan, true),
        default: default.filter(|default| !matches!(default, Value::None)),
    };
    let text = json_write::write(heap, value.unwrap_or(Value::None), &style)?;
    Ok(heap.new_str(text))
}
