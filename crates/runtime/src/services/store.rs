//! Stores of values by key, in files of SQLite. Each open store has a thread, which does one thing after the other.

use std::collections::HashMap;
use std::path::Path;
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

use danaide_interpreter::{Data, Failure};
use rusqlite::{Connection, OptionalExtension, params};
use tokio::sync::oneshot;

use super::{Answer, Served, resource_error, text, type_error};
use crate::files::Files;

/// How long another process may hold the file.
const BUSY: Duration = Duration::from_secs(10);

/// The path of a store that is in no file.
const IN_MEMORY: &str = ":memory:";

const TABLE: &str =
    "CREATE TABLE IF NOT EXISTS danaide_store (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID";

type Job = Box<dyn FnOnce(&mut Connection) + Send>;

/// The stores that are open.
#[derive(Default)]
pub(super) struct Stores {
    open: HashMap<i64, Open>,
    opened: i64,
}

struct Open {
    path: String,
    jobs: Sender<Job>,
}

impl Stores {
    pub(super) fn serve(&mut self, operation: &str, arguments: &Data, files: &Files) -> Served {
        match operation {
            "open" => self.open(text(arguments, "path")?, files),
            "close" => {
                // The thread ends with its last job.
                self.open.remove(&handle(arguments)?);
                Ok(Box::pin(async { Ok(Data::None) }))
            }
            _ => {
                let open = self.open.get(&handle(arguments)?).ok_or_else(|| resource_error("the store is closed"))?;
                let path = open.path.clone();
                let wrong = move |error: rusqlite::Error| failure(&path, &error);
                match operation {
                    "get" => {
                        let key = text(arguments, "key")?.to_owned();
                        later(open, move |store| get(store, &key).map_err(wrong))
                    }
                    "set" => {
                        let entries = entries(arguments)?;
                        later(open, move |store| set(store, &entries).map_err(wrong))
                    }
                    "remove" => {
                        let key = text(arguments, "key")?.to_owned();
                        later(open, move |store| {
                            let sql = "DELETE FROM danaide_store WHERE key = ?1";
                            store.execute(sql, [key]).map(|rows| Data::Bool(rows > 0)).map_err(wrong)
                        })
                    }
                    "keys" | "all" => {
                        let (prefix, with_values) = (text(arguments, "prefix")?.to_owned(), operation == "all");
                        later(open, move |store| list(store, &prefix, with_values).map_err(wrong))
                    }
                    _ => Err(resource_error(format!("a store has no operation '{operation}'"))),
                }
            }
        }
    }

    fn open(&mut self, path: &str, files: &Files) -> Served {
        let file = if path == IN_MEMORY { None } else { Some(files.writable(path)?) };
        self.opened += 1;
        let number = self.opened;
        let (jobs, work) = channel::<Job>();
        let (opened, is_open) = oneshot::channel();
        let shown = path.to_owned();
        let run = move || {
            let mut store = match connect(file.as_deref()) {
                Ok(store) => store,
                Err(error) => {
                    let _ = opened.send(Err(failure(&shown, &error)));
                    return;
                }
            };
            let _ = opened.send(Ok(Data::Int(number)));
            for job in work {
                job(&mut store);
            }
        };
        let thread = std::thread::Builder::new().name("danaide-store".into());
        thread.spawn(run).map_err(|error| resource_error(format!("'{path}' cannot be opened: {error}")))?;
        self.open.insert(number, Open { path: path.to_owned(), jobs });
        Ok(Box::pin(async { is_open.await.unwrap_or_else(|_| Err(resource_error("the store did not open"))) }))
    }
}

fn handle(arguments: &Data) -> Result<i64, Failure> {
    arguments.get("handle").and_then(Data::as_int).ok_or_else(|| type_error("the handle of a store is required"))
}

fn entries(arguments: &Data) -> Result<Vec<(String, String)>, Failure> {
    let Some(Data::Dict(entries)) = arguments.get("entries") else { return Err(type_error("values takes a dict")) };
    let texts = entries.iter().map(|(key, value)| Some((key.as_str()?.to_owned(), value.as_str()?.to_owned())));
    texts.collect::<Option<_>>().ok_or_else(|| type_error("keys of a store are texts"))
}

/// Runs a job on the thread of a store.
fn later(open: &Open, job: impl FnOnce(&mut Connection) -> Answer + Send + 'static) -> Served {
    let (done, answer) = oneshot::channel();
    let job = Box::new(move |store: &mut Connection| {
        // Nobody waits for it once its task is cancelled.
        let _ = done.send(job(store));
    });
    // Without the thread, the answer fails.
    let _ = open.jobs.send(job);
    let path = open.path.clone();
    Ok(Box::pin(async move {
        answer.await.unwrap_or_else(|_| Err(resource_error(format!("the store '{path}' is not open"))))
    }))
}

fn connect(file: Option<&Path>) -> rusqlite::Result<Connection> {
    let store = match file {
        Some(file) => Connection::open(file)?,
        None => Connection::open_in_memory()?,
    };
    store.busy_timeout(BUSY)?;
    store.execute(TABLE, [])?;
    Ok(store)
}

fn get(store: &Connection, key: &str) -> rusqlite::Result<Data> {
    let sql = "SELECT value FROM danaide_store WHERE key = ?1";
    let value: Option<String> = store.prepare_cached(sql)?.query_row([key], |row| row.get(0)).optional()?;
    Ok(value.into())
}

fn set(store: &mut Connection, entries: &[(String, String)]) -> rusqlite::Result<Data> {
    let transaction = store.transaction()?;
    for (key, value) in entries {
        let sql = "INSERT INTO danaide_store VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = excluded.value";
        transaction.prepare_cached(sql)?.execute(params![key, value])?;
    }
    transaction.commit()?;
    Ok(Data::None)
}

fn list(store: &Connection, prefix: &str, with_values: bool) -> rusqlite::Result<Data> {
    let sql = "SELECT key, value FROM danaide_store WHERE substr(key, 1, length(?1)) = ?1 ORDER BY key";
    let mut statement = store.prepare_cached(sql)?;
    let rows = statement.query_map([prefix], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let rows: Vec<(String, String)> = rows.collect::<rusqlite::Result<_>>()?;
    Ok(if with_values {
        rows.into_iter().collect()
    } else {
        rows.into_iter().map(|(key, _)| key).collect::<Vec<_>>().into()
    })
}

fn failure(path: &str, error: &rusqlite::Error) -> Failure {
    match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::NotADatabase) => {
            resource_error(format!("'{path}' is no store: the file holds something else [not-a-store]"))
        }
        _ => resource_error(format!("the store '{path}' failed: {error}")),
    }
}
