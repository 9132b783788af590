//! Servers of the Model Context Protocol: started over standard input and output, or reached over streamable HTTP.

use std::collections::HashMap;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use danaide_interpreter::{Data, ExceptionKind, Failure};
use parking_lot::Mutex;
use reqwest::header::{HeaderName, HeaderValue};
use reqwest::{Url, redirect};
use rmcp::model::CallToolRequestParams;
use rmcp::service::{RoleClient, RunningService, ServiceError};
use rmcp::transport::streamable_http_client::StreamableHttpClientTransportConfig;
use rmcp::transport::{StreamableHttpClientTransport, TokioChildProcess};
use rmcp::{Peer, ServiceExt};
use serde_json::{Value, json};

use super::process::{Group, command, unstartable, words};
use super::schema::{check, plain};
use super::{Answer, Served, Variables, from_json, resource_error, text, type_error};
use crate::Grants;
use crate::http::client_builder;

/// The servers that are connected.
pub(super) struct Mcp {
    grants: Grants,
    connected: Arc<Mutex<HashMap<i64, Connection>>>,
    opened: i64,
}

/// Dropping it ends the server.
struct Connection {
    peer: Peer<RoleClient>,
    /// What each tool takes.
    schemas: HashMap<String, Value>,
    _service: RunningService<RoleClient, ()>,
    _process: Option<Group>,
}

impl Mcp {
    pub(super) fn new(grants: &Grants) -> Mcp {
        Mcp { grants: grants.clone(), connected: Arc::default(), opened: 0 }
    }

    pub(super) fn serve(&mut self, operation: &str, arguments: &Data, variables: &Variables) -> Served {
        match operation {
            "open" => self.open(arguments, variables),
            "close" => {
                let connection = self.connected.lock().remove(&handle(arguments)?);
                Ok(Box::pin(async move {
                    drop(connection);
                    Ok(Data::None)
                }))
            }
            _ => {
                let connected = self.connected.lock();
                let connection = connected.get(&handle(arguments)?);
                let connection = connection.ok_or_else(|| resource_error("the MCP server is closed [closed]"))?;
                let peer = connection.peer.clone();
                let tool = text(arguments, "tool")?.to_owned();
                let given = arguments.get("arguments").unwrap_or(&Data::None);
                let signature = arguments.get("signature").and_then(Data::as_str).unwrap_or(&tool);
                let wrong = |why| type_error(format!("{signature}: {why}"));
                let given = plain(given).map_err(wrong)?;
                if let Some(schema) = connection.schemas.get(&tool) {
                    check(&given, schema).map_err(wrong)?;
                }
                let Value::Object(members) = given else {
                    return Err(type_error("the arguments of a tool are a dict"));
                };
                Ok(Box::pin(async move { call(&peer, tool, members).await }))
            }
        }
    }

    fn open(&mut self, arguments: &Data, variables: &Variables) -> Served {
        self.opened += 1;
        let number = self.opened;
        let connected = self.connected.clone();
        let seconds = arguments.get("timeout").and_then(Data::as_float).filter(|seconds| *seconds > 0.0);
        let timeout = Duration::from_secs_f64(seconds.unwrap_or(60.0).min(1e6));
        let start = self.start(arguments, variables)?;
        Ok(Box::pin(async move {
            let late = |_| {
                let message = format!("the MCP server was not ready after {} seconds", timeout.as_secs_f64());
                Failure::new(ExceptionKind::TimeoutError, message)
            };
            let (connection, name, tools) = tokio::time::timeout(timeout, start.connect()).await.map_err(late)??;
            connected.lock().insert(number, connection);
            let answer = [("name", Data::Str(name)), ("tools", tools), ("handle", Data::Int(number))];
            Ok(answer.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
        }))
    }

    fn start(&self, arguments: &Data, environment: &Variables) -> Result<Start, Failure> {
        let refused = |refusal| Failure::new(ExceptionKind::PermissionError, refusal);
        if let Some(url) = arguments.get("url").and_then(Data::as_str) {
            let wrong = |why: String| Failure::new(ExceptionKind::ValueError, why);
            let address = Url::parse(url).map_err(|error| wrong(format!("'{url}' is not an address: {error}")))?;
            if let Some(refusal) = self.grants.net().refusal(&address) {
                return Err(refused(refusal));
            }
            let mut headers = HashMap::new();
            for (name, value) in pairs(arguments, "headers")? {
                let name = HeaderName::try_from(&name).map_err(|_| wrong(format!("'{name}' is no header")))?;
                let value = HeaderValue::try_from(&value).map_err(|_| wrong(format!("the value of {name} is none")))?;
                headers.insert(name, value);
            }
            return Ok(Start::Http { url: url.to_owned(), headers });
        }
        let command = words(arguments.get("command"), "command")?;
        let Some(program) = command.first() else { return Err(type_error("command names no program")) };
        if let Some(refusal) = self.grants.process_refusal(program) {
            return Err(refused(refusal));
        }
        Ok(Start::Process { command, environment: environment.clone(), variables: pairs(arguments, "env")? })
    }
}

/// Servers that were started end with the run.
impl Drop for Mcp {
    fn drop(&mut self) {
        self.connected.lock().clear();
    }
}

/// How a server is reached.
enum Start {
    Process { command: Vec<String>, environment: Variables, variables: Vec<(String, String)> },
    Http { url: String, headers: HashMap<HeaderName, HeaderValue> },
}

impl Start {
    async fn connect(self) -> Result<(Connection, String, Data), Failure> {
        let (service, process, shown) = match self {
            Start::Process { command: words, environment, variables } => {
                let shown = words.join(" ");
                let mut command = command(&words, &environment);
                command.envs(variables);
                // What it writes beside the protocol is for its makers.
                let started = TokioChildProcess::builder(command).stderr(Stdio::null()).spawn();
                let (transport, _) = started.map_err(|error| unstartable(&words[0], &error))?;
                let process = transport.id().map(Group::of_id);
                (().serve(transport).await, process, shown)
            }
            Start::Http { url, headers } => {
                // What redirects lead to is not granted.
                let client = client_builder().redirect(redirect::Policy::none()).build();
                let client = client.map_err(|error| resource_error(format!("cannot reach {url}: {error}")))?;
                let config = StreamableHttpClientTransportConfig::with_uri(url.clone()).custom_headers(headers);
                let transport = StreamableHttpClientTransport::with_client(client, config);
                (().serve(transport).await, None, url)
            }
        };
        let service = service.map_err(|error| {
            resource_error(format!("the MCP server '{shown}' did not start as one: {error} [no-server]"))
        })?;
        let peer = service.peer().clone();
        let info = serde_json::to_value(peer.peer_info().as_deref()).unwrap_or_default();
        let name = info["serverInfo"]["name"].as_str().unwrap_or(&shown).to_owned();
        let tools = peer.list_all_tools().await.map_err(|error| {
            resource_error(format!("the MCP server '{name}' does not list its tools: {error} [no-tools]"))
        })?;
        let mut schemas = HashMap::new();
        let tools = tools.into_iter().map(|tool| {
            let tool = serde_json::to_value(tool).unwrap_or_default();
            if let Some(name) = tool["name"].as_str() {
                schemas.insert(name.to_owned(), tool["inputSchema"].clone());
            }
            from_json(&json!({
                "name": tool["name"],
                "description": tool["description"],
                "parameters": tool["inputSchema"],
            }))
        });
        let tools = Data::List(tools.collect());
        let connection = Connection { peer, schemas, _service: service, _process: process };
        Ok((connection, name, tools))
    }
}

fn handle(arguments: &Data) -> Result<i64, Failure> {
    arguments.get("handle").and_then(Data::as_int).ok_or_else(|| type_error("the handle of a server is required"))
}

fn pairs(arguments: &Data, name: &str) -> Result<Vec<(String, String)>, Failure> {
    match arguments.get(name) {
        None | Some(Data::None) => Ok(Vec::new()),
        Some(Data::Dict(entries)) => entries
            .iter()
            .map(|(key, value)| Some((key.as_str()?.to_owned(), value.as_str()?.to_owned())))
            .collect::<Option<_>>()
            .ok_or_else(|| type_error(format!("{name} takes texts as names and values"))),
        Some(_) => Err(type_error(format!("{name} takes a dict"))),
    }
}

async fn call(peer: &Peer<RoleClient>, tool: String, arguments: serde_json::Map<String, Value>) -> Answer {
    let params = CallToolRequestParams::new(tool.clone()).with_arguments(arguments);
    let result = peer.call_tool(params).await.map_err(|error| match error {
        ServiceError::McpError(error) => resource_error(format!("{tool}() failed: {} [tool-failed]", error.message)),
        error => resource_error(format!("{tool}() got no answer: {error} [no-answer]")),
    })?;
    let result = serde_json::to_value(result).unwrap_or_default();
    let content = result["content"].as_array().cloned().unwrap_or_default();
    let texts: Vec<&str> = content.iter().filter_map(|part| part["text"].as_str()).collect();
    if result["isError"] == json!(true) {
        return Err(resource_error(format!("{tool}() failed: {} [tool-failed]", texts.join("\n"))));
    }
    // What is no object by itself comes as the only member of one.
    match &result["structuredContent"] {
        Value::Object(members) if members.len() == 1 && members.contains_key("result") => {
            return Ok(from_json(&members["result"]));
        }
        Value::Null => {}
        structured => return Ok(from_json(structured)),
    }
    if texts.len() == content.len() {
        return Ok(Data::Str(texts.join("\n")));
    }
    Ok(from_json(&Value::Array(content)))
}
