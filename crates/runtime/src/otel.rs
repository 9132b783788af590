//! What happens to the tasks of a run as spans of OpenTelemetry, sent to a collector as OTLP over HTTP, in JSON.

use std::collections::HashMap;
use std::sync::mpsc::{Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use danaide_interpreter::{RequestId, TaskEvent, TaskEventKind};
use reqwest::Url;
use serde_json::{Value, json};

use crate::Usage;
use crate::http::client_builder;

/// How many spans are sent at once.
const BATCH: usize = 512;

/// How long a collector may take to answer.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Sends the tasks of a run to a collector.
pub(crate) struct Otel {
    trace: String,
    /// Mixed into the numbers of tasks, so that spans of several runs differ.
    salt: u64,
    open: HashMap<u64, Span>,
    done: Vec<Value>,
    requests: HashMap<RequestId, u64>,
    batches: Option<Sender<Vec<Value>>>,
    /// Gives why something could not be sent.
    worker: Option<JoinHandle<Option<String>>>,
}

/// A task that is not over.
struct Span {
    parent: Option<u64>,
    name: String,
    start: f64,
    attributes: Vec<Value>,
    events: Vec<Value>,
}

impl Otel {
    /// `address` is that of the collector, such as `http://localhost:4318`; without a path, traces go to `/v1/traces`.
    ///
    /// # Errors
    /// For what is no address, and if there is no thread.
    pub(crate) fn start(address: &str) -> Result<Otel, String> {
        let mut url = Url::parse(address).map_err(|error| format!("`{address}` is not an address: {error}"))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(format!("`{address}` is not an address of HTTP, such as http://localhost:4318"));
        }
        if matches!(url.path(), "" | "/") {
            url.set_path("/v1/traces");
        }
        let client = client_builder().timeout(TIMEOUT).build().map_err(|error| error.to_string())?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| format!("the trace cannot be sent: {error}"))?;
        let (batches, received) = channel::<Vec<Value>>();
        let send = move || {
            let mut problem = None;
            for spans in received {
                // A request needs the clock of the runtime from the start.
                let sent = runtime.block_on(async { client.post(url.clone()).json(&document(spans)).send().await });
                let failed = match sent {
                    Ok(response) if response.status().is_success() => None,
                    Ok(response) => Some(format!("{url} answered with status {}", response.status())),
                    Err(error) => Some(format!("cannot reach {url}: {error}")),
                };
                problem = problem.or(failed);
            }
            problem
        };
        let worker = std::thread::Builder::new().name("danaide-otel".into()).spawn(send);
        let worker = worker.map_err(|error| format!("the trace cannot be sent: {error}"))?;
        let random = || getrandom::u64().unwrap_or(1) | 1;
        Ok(Otel {
            trace: format!("{:016x}{:016x}", random(), random()),
            salt: random(),
            open: HashMap::new(),
            done: Vec::new(),
            requests: HashMap::new(),
            batches: Some(batches),
            worker: Some(worker),
        })
    }

    /// `hide` takes secret values out of a text.
    pub(crate) fn note(&mut self, event: &TaskEvent, seconds: f64, hide: impl Fn(String) -> String) {
        let id = event.task;
        match &event.kind {
            TaskEventKind::Started { name, parent, position, request } => {
                if let Some(request) = request {
                    self.requests.insert(*request, id);
                }
                let mut attributes = vec![attribute("danaide.task", json!({"stringValue": event.identity}))];
                if let Some(place) = position {
                    attributes.push(attribute("code.file.path", json!({"stringValue": place.path})));
                    attributes.push(attribute("code.line.number", json!({"intValue": place.line.to_string()})));
                }
                let parent = (*parent != id).then_some(*parent);
                self.main(seconds);
                let span = Span { parent, name: name.clone(), start: seconds, attributes, events: Vec::new() };
                self.open.insert(id, span);
            }
            TaskEventKind::Attempt { number, of } => {
                let attributes = [("attempt", *number), ("of", *of)]
                    .map(|(name, value)| attribute(name, json!({"intValue": value.to_string()})));
                self.event(id, "attempt", seconds, &attributes);
            }
            TaskEventKind::Waiting { .. } => self.event(id, "wait", seconds, &[]),
            TaskEventKind::Resumed => self.event(id, "resume", seconds, &[]),
            TaskEventKind::Finished => self.end(id, seconds, json!({"code": 1})),
            TaskEventKind::Failed { error } => {
                self.end(id, seconds, json!({"code": 2, "message": hide(error.clone())}));
            }
            TaskEventKind::Cancelled => self.end(id, seconds, json!({"code": 2, "message": "cancelled"})),
        }
    }

    /// The tokens that the answer of a model took.
    pub(crate) fn note_usage(&mut self, request: RequestId, usage: Usage) {
        let Some(span) = self.requests.remove(&request).and_then(|id| self.open.get_mut(&id)) else { return };
        let counts = [("input", usage.prompt_tokens), ("output", usage.completion_tokens)];
        span.attributes.extend(counts.map(|(kind, count)| {
            attribute(&format!("gen_ai.usage.{kind}_tokens"), json!({"intValue": count.to_string()}))
        }));
    }

    /// The run is over: sends what is left. Gives why something could not be sent.
    pub(crate) fn finish(&mut self, seconds: f64) -> Option<String> {
        let mut open: Vec<u64> = self.open.keys().copied().collect();
        open.sort_unstable_by_key(|id| std::cmp::Reverse(*id));
        for id in open {
            let status = if id == 0 { json!({}) } else { json!({"code": 2, "message": "not done"}) };
            self.end(id, seconds, status);
        }
        self.send();
        self.batches = None;
        self.worker.take()?.join().ok().flatten()
    }

    /// The program itself began before its first task.
    fn main(&mut self, seconds: f64) {
        let main = || Span {
            parent: None,
            name: "main".to_owned(),
            start: seconds,
            attributes: Vec::new(),
            events: Vec::new(),
        };
        self.open.entry(0).or_insert_with(main);
    }

    fn event(&mut self, id: u64, name: &str, seconds: f64, attributes: &[Value]) {
        if let Some(span) = self.open.get_mut(&id) {
            span.events.push(json!({"name": name, "timeUnixNano": nanoseconds(seconds), "attributes": attributes}));
        }
    }

    fn end(&mut self, id: u64, seconds: f64, status: Value) {
        let Some(span) = self.open.remove(&id) else { return };
        let mut object = json!({
            "traceId": self.trace,
            "spanId": self.span_id(id),
            "name": span.name,
            "kind": 1,
            "startTimeUnixNano": nanoseconds(span.start),
            "endTimeUnixNano": nanoseconds(seconds),
            "attributes": span.attributes,
            "events": span.events,
            "status": status,
        });
        if let Some(parent) = span.parent {
            object["parentSpanId"] = json!(self.span_id(parent));
        }
        self.done.push(object);
        if self.done.len() >= BATCH {
            self.send();
        }
    }

    fn span_id(&self, task: u64) -> String {
        format!("{:016x}", self.salt.wrapping_add(task.wrapping_mul(0x9E37_79B9_7F4A_7C15)).max(1))
    }

    fn send(&mut self) {
        if let Some(batches) = self.batches.as_ref().filter(|_| !self.done.is_empty()) {
            // The thread lives as long as the sender.
            let _ = batches.send(std::mem::take(&mut self.done));
        }
    }
}

fn attribute(key: &str, value: Value) -> Value {
    json!({"key": key, "value": value})
}

fn nanoseconds(seconds: f64) -> String {
    ((seconds.max(0.0) * 1e9) as u64).to_string()
}

fn document(spans: Vec<Value>) -> Value {
    let version = env!("CARGO_PKG_VERSION");
    json!({"resourceSpans": [{
        "resource": {"attributes": [attribute("service.name", json!({"stringValue": "danaide"}))]},
        "scopeSpans": [{"scope": {"name": "danaide", "version": version}, "spans": spans}],
    }]})
}
