//! The real world of a Dana program.
//!
//! [`LocalHost`] answers a program's effects on this machine: streams, clock, randomness, files below granted folders
//! and granted hosts ([`Grants`]), and a language [`Model`]. [`run_to_end`] drives a program against it until it is done, a limit is
//! reached or somebody interrupts it.

mod background;
mod drive;
mod environment;
mod files;
mod grants;
mod http;
mod interrupt;
mod local_host;
mod model;
mod otel;
mod output;
mod person;
mod plain_json;
mod secrets;
mod services;
mod state;
mod timers;
mod trace;
mod watchdog;

pub use drive::{Ending, run_ready, run_to_end};
pub use environment::{Environment, EnvironmentError};
pub use files::MAX_FILE_BYTES;
pub use grants::{GrantError, Grants};
pub use http::MAX_RESPONSE_BYTES;
pub use interrupt::{Interrupt, Interrupter, interrupt};
pub use local_host::{LocalHost, Progress, TaskListener};
pub use model::{Entry, Model, ModelError, Usage};
pub use person::{AnswersError, Person, PersonQuestion, PersonReply, QuestionKind};
pub use plain_json::data_of_json;
pub use secrets::Secrets;
pub use state::{StateError, StateFile};
pub use trace::{TraceError, render_trace, render_trace_page};
