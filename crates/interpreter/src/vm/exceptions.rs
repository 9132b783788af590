//! Exception types of the program: records that derive from a builtin exception.

use std::sync::Arc;

use crate::bytecode::TypeSpec;
use crate::exception_kind::{ExceptionKind, Raise, Res};
use crate::heap::Heap;
use crate::objects::{Exception, FieldDefault, FieldSpec, Record, RecordKind, RecordType};
use crate::ops;
use crate::value::{Ref, Value};

use super::execute::Cx;
use super::records::put_field;

impl Cx<'_> {
    /// Makes a record type one of exceptions: its first field is the message.
    pub(super) fn derive_exception(&mut self, ty: &mut RecordType, kind: ExceptionKind) -> Res<()> {
        if ty.kind != RecordKind::Struct {
            return Err(Raise::type_error(format!(
                "{} cannot derive from {}: only a `struct` is an exception",
                self.m.heap.str(ty.name),
                kind.name()
            )));
        }
        ty.exception = ty.exception.or(Some(kind));
        let name = self.m.heap.intern("message");
        let default = FieldDefault::Value(Value::Str(self.m.heap.intern("")));
        put_field(&mut ty.fields, FieldSpec { name, default, ty: Arc::new(TypeSpec::Any) });
        Ok(())
    }

    /// The exception of `raise Name`, where the name is that of a record type.
    pub(super) fn exception_of_type(&mut self, ty: Ref<RecordType>) -> Res<Ref<Exception>> {
        let object = &self.m.heap.record_types[ty];
        let name = self.m.heap.str(object.name).to_owned();
        if object.exception.is_none() {
            return Err(Raise::type_error(format!(
                "exceptions must derive from BaseException: write `struct {name}(Exception)`"
            )));
        }
        let mut values = Vec::new();
        for field in object.fields.clone() {
            values.push(match &field.default {
                FieldDefault::Value(value) => *value,
                FieldDefault::Fresh(data) => super::convert::to_value(&mut self.m.heap, data)?,
                FieldDefault::Required | FieldDefault::Computed => {
                    let field = self.m.heap.str(field.name);
                    return Err(Raise::type_error(format!(
                        "{name} needs a value for '{field}': write `raise {name}({field}=…)`"
                    )));
                }
            });
        }
        let record = new_record(&mut self.m.heap, ty, values, Vec::new());
        self.as_exception(record)
    }

    /// What is read from an exception by its name, whatever its type.
    pub(super) fn exception_attr(&mut self, exception: Ref<Exception>, name: &str) -> Res<Option<Value>> {
        let heap = &mut self.m.heap;
        let object = &heap.exceptions[exception];
        let link = |link: Option<Ref<Exception>>| Some(link.map_or(Value::None, |link| as_seen(heap, link)));
        Ok(match name {
            "args" => {
                let args = object.args.clone();
                Some(heap.new_tuple(args))
            }
            "value" if object.kind == ExceptionKind::StopIteration => {
                Some(object.args.first().copied().unwrap_or(Value::None))
            }
            "code" if object.kind == ExceptionKind::SystemExit => match object.args.as_slice() {
                [] => Some(Value::None),
                [code] => Some(*code),
                several => {
                    let several = several.to_vec();
                    Some(heap.new_tuple(several))
                }
            },
            "code" if object.kind == ExceptionKind::ResourceError => {
                let message = ops::exception_text(heap, exception)?;
                Some(failure_code(&message).map_or(Value::None, |code| heap.new_str(code)))
            }
            "errno" | "strerror" | "filename" if object.kind.is_subclass_of(ExceptionKind::OSError) => {
                let part = match (name, object.args.as_slice()) {
                    ("errno", [errno, _] | [errno, _, Value::None]) => Some(*errno),
                    ("strerror", [_, text] | [_, text, Value::None]) => Some(*text),
                    ("filename", _) => object.about,
                    _ => None,
                };
                Some(part.unwrap_or(Value::None))
            }
            "__cause__" => link(object.cause),
            "__context__" => link(object.context),
            "__suppress_context__" => Some(Value::bool(object.suppress_context)),
            // The places are in reports; programs do not see them.
            "__traceback__" => Some(Value::None),
            "__notes__" => object.notes.map(Value::List),
            "msg" | "pos" | "lineno" | "colno" if object.kind == ExceptionKind::JSONDecodeError => {
                let message = ops::exception_text(heap, exception)?;
                Some(crate::modules::json_error_part(heap, &message, name))
            }
            "msg" | "pos" if object.kind == ExceptionKind::PatternError => {
                let message = ops::exception_text(heap, exception)?;
                Some(crate::modules::re::error_part(heap, &message, name))
            }
            "message" => {
                let text = ops::exception_text(heap, exception)?;
                Some(heap.new_str(text))
            }
            "type" => {
                let name = type_name(heap, exception).to_owned();
                Some(heap.new_str(name))
            }
            _ => coding_part(object, name),
        })
    }

    /// Sets what can be set of an exception; false if the name is none of it.
    pub(super) fn set_exception_attr(&mut self, exception: Ref<Exception>, name: &str, value: Value) -> Res<bool> {
        match name {
            "args" => self.m.heap.exceptions[exception].args = ops::collect(&mut self.m.heap, value)?,
            "__cause__" | "__context__" => {
                let linked = match value {
                    Value::None => None,
                    value => Some(self.as_cause(value)?),
                };
                let object = &mut self.m.heap.exceptions[exception];
                if name == "__cause__" {
                    (object.cause, object.suppress_context) = (linked, true);
                } else {
                    object.context = linked;
                    if let Some(linked) = linked {
                        self.m.heap.exceptions[linked].is_context = true;
                    }
                }
            }
            "__suppress_context__" => {
                let truth = ops::truth(&self.m.heap, value);
                self.m.heap.exceptions[exception].suppress_context = truth;
            }
            _ => return Ok(false),
        }
        Ok(true)
    }
}

/// An exception of a builtin type. As in Python, `OSError(2, "text")` is of the type that the number stands for, and the name of a
/// file is none of its arguments.
pub(super) fn builtin_exception(kind: ExceptionKind, mut arguments: Vec<Value>) -> Exception {
    if !kind.is_subclass_of(ExceptionKind::OSError) || !matches!(arguments.len(), 2 | 3) {
        return Exception::new(kind, arguments);
    }
    let kind = match arguments.first() {
        Some(Value::Int(number)) if kind == ExceptionKind::OSError => os_error(*number),
        _ => kind,
    };
    // No file stays an argument: that is how Python counts them.
    let file = arguments.get(2).copied().filter(|file| !matches!(file, Value::None));
    if file.is_some() {
        arguments.truncate(2);
    }
    Exception { about: file, ..Exception::new(kind, arguments) }
}

/// What is read from an error of text that an encoding lacks, or of bytes that spell no text.
fn coding_part(error: &Exception, name: &str) -> Option<Value> {
    let (ExceptionKind::UnicodeEncodeError | ExceptionKind::UnicodeDecodeError, [encoding, object, start, end, reason]) =
        (error.kind, error.args.as_slice())
    else {
        return None;
    };
    Some(*match name {
        "encoding" => encoding,
        "object" => object,
        "start" => start,
        "end" => end,
        "reason" => reason,
        _ => return None,
    })
}

/// The type of the errors with a number, which is that of Linux.
fn os_error(number: i64) -> ExceptionKind {
    match number {
        1 | 13 => ExceptionKind::PermissionError,
        2 => ExceptionKind::FileNotFoundError,
        4 => ExceptionKind::InterruptedError,
        11 | 114 | 115 => ExceptionKind::BlockingIOError,
        17 => ExceptionKind::FileExistsError,
        20 => ExceptionKind::NotADirectoryError,
        21 => ExceptionKind::IsADirectoryError,
        32 | 108 => ExceptionKind::BrokenPipeError,
        103 => ExceptionKind::ConnectionAbortedError,
        104 => ExceptionKind::ConnectionResetError,
        110 => ExceptionKind::TimeoutError,
        111 => ExceptionKind::ConnectionRefusedError,
        _ => ExceptionKind::OSError,
    }
}

/// An exception as programs see it: the record, if its type is one of the program's.
pub(crate) fn as_seen(heap: &Heap, exception: Ref<Exception>) -> Value {
    heap.exceptions[exception].record.map_or(Value::Exception(exception), Value::Record)
}

/// The exception that a value is, if it is one.
pub(crate) fn of_value(heap: &Heap, value: Value) -> Option<Ref<Exception>> {
    match value {
        Value::Exception(exception) => Some(exception),
        Value::Record(record) => {
            let record = &heap.records[record];
            heap.record_types[record.ty].exception?;
            match record.fields.last() {
                Some(Value::Exception(exception)) => Some(*exception),
                _ => None,
            }
        }
        _ => None,
    }
}

/// The name of an exception's type.
pub(crate) fn type_name(heap: &Heap, exception: Ref<Exception>) -> &str {
    as_seen(heap, exception).type_name(heap)
}

/// The arguments of a new exception: `told`, or its message if one was given.
pub(super) fn arguments(ty: &RecordType, values: &[Value], told: Vec<Value>) -> Vec<Value> {
    match values.first() {
        Some(&message) if ty.exception.is_some() && told.is_empty() && !matches!(message, Value::Unset) => {
            vec![message]
        }
        _ => told,
    }
}

/// A record with a value for each field. One of an exception type gets its exception, with these arguments.
pub(super) fn new_record(heap: &mut Heap, ty: Ref<RecordType>, mut values: Vec<Value>, arguments: Vec<Value>) -> Value {
    let Some(kind) = heap.record_types[ty].exception else {
        return Value::Record(heap.alloc(Record { ty, fields: values.into() }));
    };
    let exception = heap.alloc(Exception::new(kind, arguments));
    values.push(Value::Exception(exception));
    let record = heap.alloc(Record { ty, fields: values.into() });
    heap.exceptions[exception].record = Some(record);
    Value::Record(record)
}

/// The word in brackets at the end of a message, by which programs tell failures of a resource apart: `[no-person]`.
fn failure_code(message: &str) -> Option<&str> {
    let (_, code) = message.strip_suffix(']')?.rsplit_once(" [")?;
    let is_code = !code.is_empty() && code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    is_code.then_some(code)
}
