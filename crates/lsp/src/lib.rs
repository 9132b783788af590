//! The language server of Dana: the Language Server Protocol over a pair of streams.
//!
//! How a message travels:
//!
//! 1. [`transport`] cuts the input into messages and answers those that are not JSON-RPC.
//! 2. [`gate`] sees every message in the order of the wire. It hands what changes documents to the [`writer`] at once,
//!    notes for each request what it has to see, and ends the session on `exit`.
//! 3. tower-lsp routes requests to [`server`] and from there to [`handlers`], which ask on a thread of their own
//!    ([`query`]) and translate the answer ([`convert`]).
//!
//! What a client says of notebooks becomes messages about text documents before the gate ([`notebooks`]).
//!
//! Programs run beside all that ([`runs`]).
//!
//! The server holds no knowledge of the language: everything it shows comes from `danaide-analysis` and `danaide-ide`.

mod capabilities;
mod configuration;
mod convert;
mod documents;
mod errors;
mod gate;
mod handlers;
mod index;
mod library;
mod notebooks;
mod observe;
mod parent;
mod poll;
mod progress;
mod push;
mod query;
mod runs;
mod server;
mod session;
mod settings;
mod stdio;
mod transport;
mod warm;
mod writer;

#[cfg(test)]
mod tests;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use camino::Utf8PathBuf;
use danaide_analysis::{FileSystem, OsFileSystem};
use tokio::io::{AsyncRead, AsyncWrite};

pub use observe::{Log, memory};

/// What the server takes from its surroundings.
#[derive(Debug, Clone)]
pub struct ServerOptions {
    pub file_system: Arc<dyn FileSystem>,
    /// Where modules are searched after the workspace folders.
    pub search_path: Vec<Utf8PathBuf>,
    /// Where files of the library are written, so that editors can open them. Without it they are virtual documents.
    pub library_folder: Option<Utf8PathBuf>,
    /// Takes a line for each message; then queries are counted too.
    pub log: Option<Log>,
    /// How often files are looked at for clients that do not watch them.
    pub poll_interval: Duration,
}

/// Between two looks at the files.
const POLL_INTERVAL: Duration = Duration::from_secs(2);

impl ServerOptions {
    /// The disk, and the folders in the environment variables `DANAPATH` and `DANA_PATH`.
    pub fn from_env() -> Self {
        let search_path = ["DANAPATH", "DANA_PATH"]
            .iter()
            .filter_map(std::env::var_os)
            .flat_map(|value| std::env::split_paths(&value).collect::<Vec<_>>())
            .filter_map(|path| Utf8PathBuf::from_path_buf(path).ok())
            .filter(|path| !path.as_str().is_empty())
            .collect();
        Self {
            file_system: Arc::new(OsFileSystem),
            search_path,
            library_folder: library::cache_folder(),
            log: None,
            poll_interval: POLL_INTERVAL,
        }
    }
}

/// Serves one client on standard input and output until it says `exit`, closes the input or dies.
///
/// Returns the exit code of the process: 0 if the client said `shutdown` first, else 1. The caller must end the process
/// with it even if standard input is still open: a thread may be left that waits for it.
///
/// # Errors
/// When the file of the log cannot be made.
pub fn run_stdio(log: Option<&Path>) -> Result<i32, String> {
    let log = match log {
        Some(path) => {
            let log = Log::create(path).map_err(|error| format!("cannot write {}: {error}", path.display()))?;
            observe::log_panics(log.clone());
            Some(log)
        }
        None => None,
    };
    // One thread for messages, which are short work; queries and runs have threads of their own.
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return Ok(1) };
    let options = ServerOptions { log, ..ServerOptions::from_env() };
    let code = runtime.block_on(async { talk(stdio::input(), stdio::output(), options).await });
    runtime.shutdown_background();
    Ok(code)
}

/// Serves one client on two streams; see [`run_stdio`] for when it ends and what it returns. Must be called inside a
/// tokio runtime.
pub async fn serve<R, W>(input: R, output: W, options: ServerOptions) -> i32
where
    R: AsyncRead + Send + Unpin + 'static,
    W: AsyncWrite + Send + Unpin + 'static,
{
    talk(input, transport::Outgoing::new(output), options).await
}

async fn talk<R>(input: R, output: transport::Outgoing, options: ServerOptions) -> i32
where
    R: AsyncRead + Send + Unpin + 'static,
{
    let session = session::Session::start(options);
    let (service, socket) = server::build(&session);
    transport::run(input, output, gate::Gate::new(service, session.clone()), socket, session).await
}
