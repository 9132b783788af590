//! What the world has besides a clock and a language model: a person, files, stores, a network and other programs. All of it
//! answers at once or after a fixed time, and from memory.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use danaide_interpreter::{Data, ExceptionKind, Failure, HttpBody, Request};

/// An answer, and after how many seconds it comes.
pub type Answer = (f64, Result<Data, Failure>);

#[derive(Debug, Default, Clone)]
pub struct Services {
    files: BTreeMap<String, String>,
    /// What the stores hold, by handle.
    stores: Vec<Option<BTreeMap<String, String>>>,
}

fn failure<T>(kind: ExceptionKind, message: impl Into<String>) -> Result<T, Failure> {
    Err(Failure::new(kind, message))
}

impl Services {
    /// The text files of a folder, and of the folders in it, are there under their paths from the folder.
    pub fn add_files(&mut self, folder: &Path) {
        let mut folders = vec![folder.to_owned()];
        while let Some(current) = folders.pop() {
            for entry in fs::read_dir(&current).expect("the folder can be listed") {
                let path = entry.expect("the folder can be read").path();
                if path.is_dir() {
                    folders.push(path);
                } else if let (Ok(name), Ok(text)) = (path.strip_prefix(folder), fs::read_to_string(&path)) {
                    self.files.insert(name.to_string_lossy().replace('\\', "/"), text);
                }
            }
        }
    }

    pub fn answer(&mut self, request: Request) -> Answer {
        match request {
            Request::Ask { question, options, default } => {
                let first = options.into_iter().next();
                (2.0, Ok(Data::Str(default.or(first).unwrap_or_else(|| format!("an answer to {question}")))))
            }
            // The person agrees to all that is not dangerous.
            Request::Approve { what } => (2.0, Ok(Data::Bool(!what.contains("danger")))),
            Request::Http { method, url, body, .. } => (1.0, page(&method, &url, &body)),
            Request::Service { service: "process", arguments, .. } => (3.0, process(&arguments)),
            Request::Service { service: "store", operation, arguments } => (0.5, self.store(&operation, &arguments)),
            Request::ReadText { path } => (
                0.25,
                match self.files.get(&path) {
                    Some(text) => Ok(Data::Str(text.clone())),
                    None => failure(ExceptionKind::FileNotFoundError, format!("there is no file '{path}'")),
                },
            ),
            Request::WriteText { path, text, append } => {
                let file = self.files.entry(path).or_default();
                if !append {
                    file.clear();
                }
                file.push_str(&text);
                (0.25, Ok(Data::None))
            }
            Request::ListFolder { path } => {
                let below = format!("{}/", path.trim_end_matches('/'));
                let names = self.files.keys().filter_map(|file| file.strip_prefix(&below));
                (0.25, Ok(Data::from(names.map(str::to_owned).collect::<Vec<_>>())))
            }
            Request::Exists { path } | Request::IsFile { path } => {
                (0.25, Ok(Data::Bool(self.files.contains_key(&path))))
            }
            Request::IsFolder { path } => {
                let below = format!("{path}/");
                (0.25, Ok(Data::Bool(self.files.keys().any(|file| file.starts_with(&below)))))
            }
            Request::FileSize { path } => {
                (0.25, Ok(Data::Int(self.files.get(&path).map_or(0, |text| text.len() as i64))))
            }
            other => (0.0, failure(ExceptionKind::ResourceError, format!("no {}", other.name()))),
        }
    }

    fn store(&mut self, operation: &str, arguments: &Data) -> Result<Data, Failure> {
        if operation == "open" {
            self.stores.push(Some(BTreeMap::new()));
            return Ok(Data::Int(self.stores.len() as i64 - 1));
        }
        let handle = arguments.get("handle").and_then(Data::as_int).unwrap_or(-1);
        let slot = usize::try_from(handle).ok().and_then(|handle| self.stores.get_mut(handle));
        let Some(slot) = slot else { return failure(ExceptionKind::ResourceError, "there is no such store") };
        if operation == "close" {
            *slot = None;
            return Ok(Data::None);
        }
        let Some(store) = slot else { return failure(ExceptionKind::ResourceError, "the store is closed") };
        let text = |name: &str| arguments.get(name).and_then(Data::as_str).unwrap_or_default().to_owned();
        let with_prefix = |prefix: String| move |entry: &(&String, &String)| entry.0.starts_with(&prefix);
        Ok(match operation {
            "get" => Data::from(store.get(&text("key")).cloned()),
            "set" => {
                if let Some(Data::Dict(entries)) = arguments.get("entries") {
                    for (key, value) in entries {
                        let (Some(key), Some(value)) = (key.as_str(), value.as_str()) else {
                            return failure(ExceptionKind::TypeError, "a key of a store is a text");
                        };
                        store.insert(key.to_owned(), value.to_owned());
                    }
                }
                Data::None
            }
            "remove" => Data::Bool(store.remove(&text("key")).is_some()),
            "keys" => {
                let found = store.iter().filter(with_prefix(text("prefix")));
                Data::from(found.map(|(key, _)| key.clone()).collect::<Vec<_>>())
            }
            "all" => {
                let found = store.iter().filter(with_prefix(text("prefix")));
                found.map(|(key, value)| (key.clone(), value.clone())).collect()
            }
            other => return failure(ExceptionKind::ResourceError, format!("a store has no {other}")),
        })
    }
}

/// What a service on the network answers: it says what it was asked, and refuses what is under `/broken`.
fn page(method: &str, url: &str, body: &HttpBody) -> Result<Data, Failure> {
    if url.contains("nowhere") {
        return failure(ExceptionKind::ConnectionError, format!("{url} cannot be reached"));
    }
    let status = if url.contains("/broken") { 503 } else { 200 };
    let sent = match body {
        HttpBody::Json(text) => text.clone(),
        HttpBody::Bytes(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        HttpBody::None | HttpBody::Form(_) => String::new(),
    };
    let text = format!("{method} {url} {sent}").trim_end().to_owned();
    let headers = [("content-type".to_owned(), "text/plain")].into_iter().collect::<Data>();
    let fields = [
        ("status".to_owned(), Data::Int(status)),
        ("ok".to_owned(), Data::Bool(status < 400)),
        ("url".to_owned(), Data::from(url)),
        ("headers".to_owned(), headers),
        ("content".to_owned(), Data::Bytes(text.clone().into_bytes())),
        ("text".to_owned(), Data::Str(text)),
    ];
    Ok(fields.into_iter().collect())
}

/// A program that prints its arguments, and one that fails.
fn process(arguments: &Data) -> Result<Data, Failure> {
    let command: Vec<&str> =
        arguments.get("command").and_then(Data::as_list).unwrap_or_default().iter().filter_map(Data::as_str).collect();
    let fields = match command.as_slice() {
        ["echo", rest @ ..] => (0, format!("{}\n", rest.join(" ")), ""),
        ["false", ..] => (1, String::new(), "it does not work"),
        _ => return failure(ExceptionKind::FileNotFoundError, "there is no such program"),
    };
    let (code, out, err) = fields;
    let fields =
        [("code".to_owned(), Data::Int(code)), ("out".to_owned(), Data::Str(out)), ("err".to_owned(), err.into())];
    Ok(fields.into_iter().collect())
}
