//! Modules of Python, in one process of its own: requests and answers are frames of JSON over its input and output.

use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;

use danaide_interpreter::{Data, ExceptionKind, Failure};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, ChildStdin, ChildStdout};
use tokio::sync::Mutex;

use super::process::{Group, command, unstartable};
use super::{Answer, Served, Variables, from_json, resource_error, to_json};
use crate::Grants;
use crate::files::Files;

const CHILD: &str = include_str!("child.py");

/// The largest frame, in bytes.
const MAX_FRAME_BYTES: u32 = 256 << 20;

/// What the program sees of Python, and what Python printed before.
pub(super) struct Python {
    granted: bool,
    child: Arc<Mutex<Option<Running>>>,
}

/// Dropping it ends the process.
struct Running {
    stdin: ChildStdin,
    stdout: ChildStdout,
    _group: Group,
    _child: Child,
    /// A frame was cut off, by a request that was cancelled.
    broken: bool,
}

impl Python {
    pub(super) fn new(grants: &Grants) -> Python {
        Python { granted: grants.python(), child: Arc::default() }
    }

    pub(super) fn serve(&self, operation: &str, arguments: &Data, files: &Files, variables: &Variables) -> Served {
        if !self.granted {
            let message = "using modules of Python is not granted; run with --allow python to allow it";
            return Err(Failure::new(ExceptionKind::PermissionError, message));
        }
        let values = to_json(arguments.get("values").unwrap_or(&Data::None));
        let request = json!({"operation": operation, "values": values}).to_string();
        let child = self.child.clone();
        let folder = files.folder(None)?;
        let variables = variables.clone();
        Ok(Box::pin(async move {
            // One request after the other, in the order of the program.
            let mut child = child.lock().await;
            let running = match &mut *child {
                Some(running) => running,
                none => none.insert(Running::start(folder, &variables)?),
            };
            if running.broken {
                return Err(resource_error("Python was interrupted and has ended; its values are gone [python-ended]"));
            }
            running.broken = true;
            let answer = running.ask(request.as_bytes()).await;
            running.broken = answer.is_none();
            match answer {
                Some(answer) => read(&answer),
                None => Err(resource_error("the process of Python has ended; its values are gone [python-ended]")),
            }
        }))
    }
}

impl Running {
    fn start(folder: PathBuf, variables: &Variables) -> Result<Running, Failure> {
        let words = ["python3", "-I", "-u", "-c", CHILD].map(str::to_owned);
        let mut command = command(&words, variables);
        // Its errors are those of the program.
        command.current_dir(folder).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit());
        let mut child = command.spawn().map_err(|error| unstartable("python3", &error))?;
        let group = Group::of(&child);
        match (child.stdin.take(), child.stdout.take()) {
            (Some(stdin), Some(stdout)) => Ok(Running { stdin, stdout, _group: group, _child: child, broken: false }),
            _ => Err(resource_error("the process of Python has no input or output")),
        }
    }

    /// None if the process is not there any more.
    async fn ask(&mut self, request: &[u8]) -> Option<Value> {
        let length = u32::try_from(request.len()).ok().filter(|length| *length <= MAX_FRAME_BYTES)?;
        self.stdin.write_all(&length.to_be_bytes()).await.ok()?;
        self.stdin.write_all(request).await.ok()?;
        self.stdin.flush().await.ok()?;
        let length = self.stdout.read_u32().await.ok().filter(|length| *length <= MAX_FRAME_BYTES)?;
        let mut body = vec![0; usize::try_from(length).ok()?];
        self.stdout.read_exact(&mut body).await.ok()?;
        serde_json::from_slice(&body).ok()
    }
}

/// The answer as the program sees it: the result and what was printed.
fn read(answer: &Value) -> Answer {
    let printed = ("printed".to_owned(), from_json(&answer["printed"]));
    let error = &answer["error"];
    if error.is_null() {
        let refs = ("refs".to_owned(), from_json(&answer["refs"]));
        return Ok([("value".to_owned(), from_json(&answer["value"])), refs, printed].into_iter().collect());
    }
    let kinds: Vec<&str> = error["kinds"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let known = kinds.iter().find_map(|kind| Some((*kind, ExceptionKind::from_name(kind)?)));
    let (name, kind) = known.unwrap_or(("Exception", ExceptionKind::Exception));
    let message = error["message"].as_str().unwrap_or_default();
    // A type of the module's own is named by the message.
    let message = match kinds.first() {
        Some(own) if *own != name => format!("{own}: {message}"),
        _ => message.to_owned(),
    };
    let failure = [("kind", Data::Str(kind.name().to_owned())), ("message", Data::Str(message))];
    let failure: Data = failure.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    Ok([("failure".to_owned(), failure), printed].into_iter().collect())
}

/// Takes what Python printed out of an answer, and makes a failure of an exception.
pub(crate) fn unpack(answer: Data) -> (String, Answer) {
    let printed = answer.get("printed").and_then(Data::as_str).unwrap_or_default().to_owned();
    let text = |name: &str| answer.get("failure")?.get(name)?.as_str();
    let failure = text("kind").and_then(ExceptionKind::from_name).zip(text("message"));
    match failure {
        Some((kind, message)) => (printed, Err(Failure::new(kind, message))),
        None => (printed, Ok(answer)),
    }
}
