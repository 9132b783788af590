//! What a program may do to the world: every effect is a call of [`Host`].

mod capture;
mod data;
mod trace;

use crate::exception_kind::ExceptionKind;

pub use self::capture::Capture;
pub use self::data::Data;
pub use self::trace::{TaskEvent, TaskEventKind};

/// Names one request of one run; numbers are given in the order of the requests, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(pub u64);

/// Why a request failed; the program sees an exception of this kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    pub kind: ExceptionKind,
    pub message: String,
}

impl Failure {
    pub fn new(kind: ExceptionKind, message: impl Into<String>) -> Failure {
        Failure { kind, message: message.into() }
    }
}

/// The importance of a log message, the least important first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LogLevel {
    Debug,
    Info,
    Warning,
    Error,
    Critical,
}

impl LogLevel {
    pub fn name(self) -> &'static str {
        match self {
            LogLevel::Debug => "DEBUG",
            LogLevel::Info => "INFO",
            LogLevel::Warning => "WARNING",
            LogLevel::Error => "ERROR",
            LogLevel::Critical => "CRITICAL",
        }
    }

    /// The level of a name in any case; `WARN` and `FATAL` are accepted too.
    pub fn from_name(name: &str) -> Option<LogLevel> {
        Some(match name.to_ascii_uppercase().as_str() {
            "DEBUG" => LogLevel::Debug,
            "INFO" => LogLevel::Info,
            "WARNING" | "WARN" => LogLevel::Warning,
            "ERROR" => LogLevel::Error,
            "CRITICAL" | "FATAL" => LogLevel::Critical,
            _ => return None,
        })
    }
}

/// An effect that may take time.
#[derive(Debug, Clone, PartialEq)]
pub enum Request {
    Sleep {
        seconds: f64,
    },
    /// Asks a language model. The answer is the text as `Data::Str`.
    Llm {
        prompt: String,
        system: Option<String>,
        /// What else the call said (`temperature`, `model`, …), in the order of the call.
        options: Vec<(String, Data)>,
        /// The type that the answer will be converted to, as the program writes it: `int`, `list[str]`.
        answer_type: Option<String>,
    },
    /// The answer is a dict: `status` as `Data::Int`, `ok` as `Data::Bool`, `url` and `text` as `Data::Str`, `content` as
    /// `Data::Bytes`, and `headers` as a dict of texts with names in lower case.
    Http {
        /// In upper case.
        method: String,
        url: String,
        /// Added to the query of the address.
        query: Vec<(String, String)>,
        headers: Vec<(String, String)>,
        body: HttpBody,
        /// In seconds, for all of the request.
        timeout: f64,
        follow_redirects: bool,
    },
    /// Asks a person. The answer is the text as `Data::Str`; if there are options, one of them.
    Ask {
        question: String,
        options: Vec<String>,
        /// What an empty answer means, and the answer if there is no person to ask.
        default: Option<String>,
    },
    /// Asks a person to agree to something. The answer is `Data::Bool`.
    Approve {
        what: String,
    },
    /// The answer is the text as `Data::Str`.
    ReadText {
        path: String,
    },
    /// The answer is `Data::None`.
    WriteText {
        path: String,
        text: String,
        append: bool,
    },
    /// The answer is the names in the folder, sorted, as a list of `Data::Str`.
    ListFolder {
        path: String,
    },
    /// The answer is `Data::Bool`.
    Exists {
        path: String,
    },
    /// The answer is `Data::Bool`.
    IsFile {
        path: String,
    },
    /// The answer is `Data::Bool`.
    IsFolder {
        path: String,
    },
    /// The answer is the number of bytes as `Data::Int`.
    FileSize {
        path: String,
    },
}

impl Request {
    /// What is asked for, in a word.
    pub fn name(&self) -> &'static str {
        match self {
            Request::Sleep { .. } => "sleep",
            Request::Llm { .. } => "llm",
            Request::Http { .. } => "http",
            Request::Ask { .. } => "ask",
            Request::Approve { .. } => "approve",
            Request::ReadText { .. } => "read_text",
            Request::WriteText { .. } => "write_text",
            Request::ListFolder { .. } => "list",
            Request::Exists { .. } => "exists",
            Request::IsFile { .. } => "isfile",
            Request::IsFolder { .. } => "isdir",
            Request::FileSize { .. } => "getsize",
        }
    }
}

/// What is sent along with an HTTP request.
#[derive(Debug, Clone, PartialEq)]
pub enum HttpBody {
    None,
    /// JSON text.
    Json(String),
    Bytes(Vec<u8>),
    /// Names and values, encoded as HTML forms are.
    Form(Vec<(String, String)>),
}

/// What became of a request when it was started.
#[derive(Debug, Clone, PartialEq)]
pub enum Started {
    /// It is done: the program goes on at once.
    Done(Result<Data, Failure>),
    /// The answer comes later, through [`crate::Vm::resume`].
    Pending,
}

/// The world outside a program.
///
/// The VM calls the methods in the order of the program, and never from another thread than the one that runs it.
pub trait Host {
    /// Writes text to the program's output as it is, without a line end.
    fn print(&mut self, text: &str);

    /// Takes a log message of at least the level that [`crate::Vm::set_log_level`] or the program has set.
    fn log(&mut self, level: LogLevel, message: &str);

    /// Seconds since the epoch.
    fn now(&mut self) -> f64;

    /// 64 random bits.
    fn random(&mut self) -> u64;

    /// Begins an effect that may take time. Several may be under way at once.
    fn start(&mut self, id: RequestId, request: Request) -> Started;

    /// Nobody waits any more for a request that was started: its answer will not be taken.
    fn cancel(&mut self, _id: RequestId) {}

    /// Whether [`Host::trace`] is to be called.
    fn is_tracing(&self) -> bool {
        false
    }

    /// Takes what happens to the tasks of the run.
    fn trace(&mut self, _event: &TaskEvent) {}
}
