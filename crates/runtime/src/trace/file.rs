//! What happens to the tasks of a run, as a file: one JSON object a line.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use danaide_interpreter::{RequestId, TaskEvent, TaskEventKind};
use serde_json::{Map, Value, json};

use crate::Usage;

/// A file that takes the events of a run.
pub(crate) struct TraceFile {
    out: BufWriter<File>,
    /// The tasks that requests of the host are.
    requests: HashMap<RequestId, (u64, String)>,
}

impl TraceFile {
    pub(crate) fn create(path: &Path) -> io::Result<TraceFile> {
        Ok(TraceFile { out: BufWriter::new(File::create(path)?), requests: HashMap::new() })
    }

    /// `hide` takes secret values out of a text.
    pub(crate) fn write(&mut self, event: &TaskEvent, seconds: f64, hide: impl Fn(String) -> String) {
        let mut object = Map::new();
        object.insert("time".into(), json!(seconds));
        object.insert("event".into(), json!(event.kind.name()));
        object.insert("task".into(), json!(event.task));
        object.insert("id".into(), json!(event.identity));
        match &event.kind {
            TaskEventKind::Started { name, parent, position, request } => {
                if let Some(request) = request {
                    self.requests.insert(*request, (event.task, event.identity.clone()));
                }
                object.insert("name".into(), json!(name));
                object.insert("parent".into(), json!(parent));
                if let Some(place) = position {
                    object.insert("file".into(), json!(place.path));
                    object.insert("line".into(), json!(place.line));
                    object.insert("column".into(), json!(place.column));
                }
            }
            TaskEventKind::Attempt { number, of } => {
                object.insert("attempt".into(), json!(number));
                object.insert("of".into(), json!(of));
            }
            TaskEventKind::Waiting { on } => {
                object.insert("on".into(), json!(on));
            }
            TaskEventKind::Failed { error } => {
                object.insert("error".into(), json!(hide(error.clone())));
            }
            TaskEventKind::Resumed | TaskEventKind::Finished | TaskEventKind::Cancelled => {}
        }
        // A trace that cannot be written is no reason to stop.
        let _ = writeln!(self.out, "{}", Value::Object(object));
    }

    /// The tokens that the answer of a model took.
    pub(crate) fn write_usage(&mut self, request: RequestId, seconds: f64, usage: Usage) {
        let Some((task, identity)) = self.requests.remove(&request) else { return };
        let object = json!({
            "time": seconds,
            "event": "usage",
            "task": task,
            "id": identity,
            "prompt_tokens": usage.prompt_tokens,
            "completion_tokens": usage.completion_tokens,
        });
        let _ = writeln!(self.out, "{object}");
    }

    pub(crate) fn flush(&mut self) {
        let _ = self.out.flush();
    }
}
