//! Whole sessions in process: a client on the other end of a pipe.

mod client;
mod documents;
mod features;
pub(crate) mod handlers;
mod ide;
mod lifecycle;
mod malformed;
mod notebooks;
mod ordering;
mod protocol_page;
mod pull;
mod runs;
mod settings;
mod soak;
mod soup;
mod workspace;
