//! The exception types of Dana, their hierarchy, and the error that pure operations return.

use std::fmt;

use crate::limits::Limit;
use crate::objects::{Iter, Promise};
use crate::value::{Ref, Value};

macro_rules! exception_kinds {
    ($($kind:ident: $parent:expr),* $(,)?) => {
        /// A builtin exception type.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u64)]
        pub enum ExceptionKind {
            $(
                #[doc = concat!("`", stringify!($kind), "`")]
                $kind,
            )*
        }

        impl ExceptionKind {
            /// Every kind, in declaration order.
            pub const ALL: &'static [ExceptionKind] = &[$(ExceptionKind::$kind),*];

            /// The name programs use.
            pub fn name(self) -> &'static str {
                match self {
                    $(ExceptionKind::$kind => stringify!($kind),)*
                }
            }

            /// The type it derives from; `None` for `BaseException`.
            pub fn parent(self) -> Option<ExceptionKind> {
                use ExceptionKind::*;
                match self {
                    $(ExceptionKind::$kind => $parent,)*
                }
            }

            /// The kind a program reaches under `name`, aliases (`SandboxError`, `IOError`) included.
            pub fn from_name(name: &str) -> Option<ExceptionKind> {
                match name {
                    $(stringify!($kind) => Some(ExceptionKind::$kind),)*
                    "SandboxError" => Some(ExceptionKind::Exception),
                    "IOError" | "EnvironmentError" => Some(ExceptionKind::OSError),
                    _ => None,
                }
            }
        }
    };
}

exception_kinds! {
    BaseException: None,
    KeyboardInterrupt: Some(BaseException),
    SystemExit: Some(BaseException),
    GeneratorExit: Some(BaseException),
    Exception: Some(BaseException),
    ArithmeticError: Some(Exception),
    ZeroDivisionError: Some(ArithmeticError),
    OverflowError: Some(ArithmeticError),
    FloatingPointError: Some(ArithmeticError),
    AssertionError: Some(Exception),
    AttributeError: Some(Exception),
    BufferError: Some(Exception),
    EOFError: Some(Exception),
    ImportError: Some(Exception),
    ModuleNotFoundError: Some(ImportError),
    LookupError: Some(Exception),
    IndexError: Some(LookupError),
    KeyError: Some(LookupError),
    MemoryError: Some(Exception),
    NameError: Some(Exception),
    UnboundLocalError: Some(NameError),
    OSError: Some(Exception),
    FileNotFoundError: Some(OSError),
    FileExistsError: Some(OSError),
    IsADirectoryError: Some(OSError),
    NotADirectoryError: Some(OSError),
    PermissionError: Some(OSError),
    ConnectionError: Some(OSError),
    BrokenPipeError: Some(ConnectionError),
    ConnectionAbortedError: Some(ConnectionError),
    ConnectionRefusedError: Some(ConnectionError),
    ConnectionResetError: Some(ConnectionError),
    BlockingIOError: Some(OSError),
    InterruptedError: Some(OSError),
    TimeoutError: Some(OSError),
    ReferenceError: Some(Exception),
    RuntimeError: Some(Exception),
    NotImplementedError: Some(RuntimeError),
    RecursionError: Some(RuntimeError),
    StopIteration: Some(Exception),
    StopAsyncIteration: Some(Exception),
    SyntaxError: Some(Exception),
    IndentationError: Some(SyntaxError),
    SystemError: Some(Exception),
    TypeError: Some(Exception),
    ValueError: Some(Exception),
    UnicodeError: Some(ValueError),
    UnicodeDecodeError: Some(UnicodeError),
    UnicodeEncodeError: Some(UnicodeError),
    JSONDecodeError: Some(ValueError),
    PatternError: Some(Exception),
    TaskError: Some(Exception),
    CancelledError: Some(BaseException),
    RetryExhausted: Some(TaskError),
    ResourceError: Some(Exception),
    LLMError: Some(Exception),
    PlanError: Some(ValueError),
    Warning: Some(Exception),
    UserWarning: Some(Warning),
    DeprecationWarning: Some(Warning),
    FutureWarning: Some(Warning),
    RuntimeWarning: Some(Warning),
}

impl ExceptionKind {
    /// Whether a handler for `other` catches `self`.
    pub fn is_subclass_of(self, other: ExceptionKind) -> bool {
        let mut kind = Some(self);
        while let Some(current) = kind {
            if current == other {
                return true;
            }
            kind = current.parent();
        }
        false
    }
}

/// The result of an operation that can raise.
pub type Res<T> = Result<T, Raise>;

/// An error of a pure operation; the virtual machine makes an exception object of it.
///
/// One pointer wide, so that `Res<Value>` is as small as a [`Value`].
#[derive(Clone)]
pub struct Raise(Box<RaiseData>);

#[derive(Clone)]
struct RaiseData {
    kind: ExceptionKind,
    message: String,
    arguments: Option<Box<[Value]>>,
    limit: Option<Limit>,
    resume: Option<Resume>,
    about: Option<Value>,
}

/// What the virtual machine has to do before an operation can be tried again.
#[derive(Clone, Debug)]
pub enum Resume {
    /// Take all values of an iterator, whose values the program computes or which may not end.
    Drain(Ref<Iter>),
    /// Ask the program for the next value of an iterator.
    Advance(Ref<Iter>),
    /// Call a function of the program or of the library; the operation finds the answer when it is tried again.
    Ask(Callee, Box<[Value]>),
    /// Wait for a task whose value the operation needs.
    Wait(Ref<Promise>),
    /// Call each of these methods of records: the operation finds one answer after the other.
    AskAll(Box<[(Value, Value)]>),
}

/// What an operation on values asks to be called.
#[derive(Clone, Copy, Debug)]
pub enum Callee {
    Value(Value),
    /// A function of the library's internal file.
    Library(&'static str),
}

impl Raise {
    /// An error with a message, which becomes the exception's only argument.
    #[cold]
    pub fn new(kind: ExceptionKind, message: impl Into<String>) -> Raise {
        Raise(Box::new(RaiseData {
            kind,
            message: message.into(),
            arguments: None,
            limit: None,
            resume: None,
            about: None,
        }))
    }

    /// The error of a program that passed a limit.
    #[cold]
    pub fn limit(limit: Limit, message: impl Into<String>) -> Raise {
        let kind = match limit {
            Limit::Steps | Limit::Output => ExceptionKind::RuntimeError,
            Limit::Memory => ExceptionKind::MemoryError,
            Limit::Depth => ExceptionKind::RecursionError,
        };
        let message = message.into();
        Raise(Box::new(RaiseData { kind, message, arguments: None, limit: Some(limit), resume: None, about: None }))
    }

    /// An error whose only argument is a value, such as the key of a `KeyError`; `message` is what
    /// `str(e)` gives.
    #[cold]
    pub fn with_argument(kind: ExceptionKind, message: impl Into<String>, argument: Value) -> Raise {
        Raise::with_arguments(kind, message, [argument])
    }

    /// An error with several arguments, as those of a `UnicodeError`; `message` is what `str(e)` gives.
    #[cold]
    pub fn with_arguments(
        kind: ExceptionKind,
        message: impl Into<String>,
        arguments: impl Into<Box<[Value]>>,
    ) -> Raise {
        let (message, arguments) = (message.into(), Some(arguments.into()));
        Raise(Box::new(RaiseData { kind, message, arguments, limit: None, resume: None, about: None }))
    }

    /// No error, but a wish: the operation goes on when the virtual machine has done this.
    #[cold]
    pub fn resume_after(resume: Resume) -> Raise {
        let message = match resume {
            Resume::Ask(..) | Resume::AskAll(..) | Resume::Wait(_) => String::new(),
            _ => "an iterator whose values the program computes cannot be used here; make a list of it".to_owned(),
        };
        Raise(Box::new(RaiseData {
            kind: ExceptionKind::RuntimeError,
            message,
            arguments: None,
            limit: None,
            resume: Some(resume),
            about: None,
        }))
    }

    /// Names the value that lacks what was asked for, so that a report can tell what it has.
    #[must_use]
    pub fn about(mut self, value: Value) -> Raise {
        self.0.about = Some(value);
        self
    }

    /// The value given to [`Raise::about`].
    pub fn lacking(&self) -> Option<Value> {
        self.0.about
    }

    /// What has to be done before the operation can be tried again, if it can.
    pub fn resume(&self) -> Option<&Resume> {
        self.0.resume.as_ref()
    }

    /// A `TypeError`.
    #[cold]
    pub fn type_error(message: impl Into<String>) -> Raise {
        Raise::new(ExceptionKind::TypeError, message)
    }

    /// A `ValueError`.
    #[cold]
    pub fn value_error(message: impl Into<String>) -> Raise {
        Raise::new(ExceptionKind::ValueError, message)
    }

    /// The exception type.
    pub fn kind(&self) -> ExceptionKind {
        self.0.kind
    }

    /// The limit that the program passed, if that is what the error is about.
    pub fn passed(&self) -> Option<Limit> {
        self.0.limit
    }

    /// The text of `str(e)`.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The values to store in `e.args` in place of the message, if they are not the message.
    pub fn arguments(&self) -> Option<&[Value]> {
        self.0.arguments.as_deref()
    }
}

impl fmt::Debug for Raise {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Raise {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.kind.name(), self.0.message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn handlers_follow_the_hierarchy() {
        use ExceptionKind::*;
        assert!(ZeroDivisionError.is_subclass_of(ArithmeticError));
        assert!(KeyError.is_subclass_of(Exception));
        assert!(!KeyError.is_subclass_of(IndexError));
        assert!(!KeyboardInterrupt.is_subclass_of(Exception));
        assert_eq!(ExceptionKind::from_name("SandboxError"), Some(Exception));
    }

    #[test]
    fn every_kind_has_its_name() {
        for kind in ExceptionKind::ALL {
            assert_eq!(ExceptionKind::from_name(kind.name()), Some(*kind));
        }
    }
}
