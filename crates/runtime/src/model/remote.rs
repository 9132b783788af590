//! Asks a service over HTTP: retries, dialects, streams, and failures that say what to do.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use danaide_interpreter::{Data, ExceptionKind, Failure};
use futures::StreamExt;
use parking_lot::Mutex;
use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, RequestBuilder, Response, StatusCode, redirect};
use serde_json::Value;
use sse_stream::SseStream;
use tokio::sync::OnceCell;

use super::chat::{Dialect, Question, Reply, Usage, error_message};
use super::provider::Provider;
use super::retry::{ATTEMPTS, asked_delay, delay, is_passing};
use crate::http::{cause, client_builder};

/// How long a service may be silent, between two pieces of an answer too.
const SILENCE: Duration = Duration::from_secs(120);

/// How long a question may take with all its attempts, if the call does not say `timeout=`.
const TOTAL: Duration = Duration::from_secs(600);

/// An answer longer than this is no answer.
const MAX_ANSWER: usize = 16 << 20;

/// The answer of a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) text: String,
    pub(crate) usage: Usage,
}

/// A service that is asked over HTTP. Clones share what they learn of it.
#[derive(Debug, Clone)]
pub(crate) struct Remote {
    provider: Provider,
    client: Client,
    learned: Arc<Learned>,
}

#[derive(Debug, Default)]
struct Learned {
    dialect: Mutex<Dialect>,
    /// The first model that the service lists.
    first_model: OnceCell<String>,
}

/// Why one attempt gave no answer.
enum Trouble {
    /// Another attempt would fail in the same way.
    Final(Failure),
    /// It may pass; the wait is what the service asks for.
    Passing(Failure, Option<Duration>),
    /// The service does not know a part of the request.
    Dialect(Dialect),
}

impl Remote {
    /// Fails if the system's certificates cannot be used.
    pub(crate) fn new(provider: Provider) -> Result<Remote, String> {
        let client = client_builder()
            .read_timeout(SILENCE)
            .redirect(redirect::Policy::limited(3))
            .build()
            .map_err(|error| format!("HTTP cannot be used: {}", cause(&error)))?;
        Ok(Remote { provider, client, learned: Arc::default() })
    }

    pub(crate) fn provider(&self) -> &Provider {
        &self.provider
    }

    /// Asks until there is an answer, the failure is final, or the time is over.
    pub(crate) async fn ask(&self, question: &Question) -> Result<Answer, Failure> {
        let seconds = question.option("timeout").and_then(Data::as_float);
        let time = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()).unwrap_or(TOTAL);
        match tokio::time::timeout(time, self.attempts(question)).await {
            Ok(result) => result,
            Err(_) => {
                let seconds = time.as_secs_f64();
                let message = format!("{} gave no answer within {seconds} seconds", self.shown());
                Err(Failure::new(ExceptionKind::TimeoutError, message))
            }
        }
    }

    async fn attempts(&self, question: &Question) -> Result<Answer, Failure> {
        let mut attempt = 1;
        loop {
            let (failure, asked) = match self.once(question).await {
                Ok(answer) => return Ok(answer),
                Err(Trouble::Final(failure)) => return Err(failure),
                Err(Trouble::Dialect(dialect)) => {
                    *self.learned.dialect.lock() = dialect;
                    continue;
                }
                Err(Trouble::Passing(failure, asked)) => (failure, asked),
            };
            if attempt >= ATTEMPTS {
                let message = format!("{} (asked {attempt} times)", failure.message);
                return Err(Failure { message, ..failure });
            }
            tokio::time::sleep(delay(attempt, asked, getrandom::u64().unwrap_or_default())).await;
            attempt += 1;
        }
    }

    async fn once(&self, question: &Question) -> Result<Answer, Trouble> {
        let model = match question.option("model").and_then(Data::as_str) {
            // A program may name the service too, as in `openai:gpt-4o`.
            Some(model) => model.strip_prefix(&format!("{}:", self.provider.name)).unwrap_or(model).to_owned(),
            None => self.model().await?,
        };
        let dialect = *self.learned.dialect.lock();
        let body = question.body(&model, dialect);
        let request = self.client.post(self.provider.chat_url(&model)).json(&body);
        let response = self.send(request).await?;
        if !response.status().is_success() {
            return Err(self.refused(response, &model, dialect).await);
        }
        let mut reply = self.read(response).await?;
        let schema = question.schema();
        if let Some(problem) = reply.problem(schema.is_some()) {
            return Err(Trouble::Final(self.failure(&problem)));
        }
        if let Some(schema) = schema {
            reply.text = schema.unwrap(reply.text);
        }
        Ok(Answer { text: reply.text, usage: reply.usage })
    }

    /// The provider's model, or the first that the service lists.
    async fn model(&self) -> Result<String, Trouble> {
        if let Some(model) = &self.provider.model {
            return Ok(model.clone());
        }
        self.learned.first_model.get_or_try_init(|| self.listed_model()).await.cloned()
    }

    /// Questions that are asked at the same time wait for one list.
    async fn listed_model(&self) -> Result<String, Trouble> {
        let response = self.send(self.client.get(self.provider.models_url())).await?;
        if !response.status().is_success() {
            return Err(self.refused(response, "", Dialect::default()).await);
        }
        let body = self.body(response).await?;
        let listed: Value = serde_json::from_slice(&body).unwrap_or_default();
        let Some(model) = listed["data"][0]["id"].as_str() else {
            return Err(Trouble::Final(self.failure("it lists no model; name one, as in --llm SERVICE:MODEL")));
        };
        Ok(model.to_owned())
    }

    async fn send(&self, request: RequestBuilder) -> Result<Response, Trouble> {
        let request = match &self.provider.key {
            Some(key) if self.provider.azure.is_some() => request.header("api-key", key),
            Some(key) => request.bearer_auth(key),
            None => request,
        };
        request.send().await.map_err(|error| self.broken(&error))
    }

    /// The reply, whole or as a stream of events: services without streams give the whole at once.
    async fn read(&self, response: Response) -> Result<Reply, Trouble> {
        let is_stream = response
            .headers()
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|kind| kind.starts_with("text/event-stream"));
        let mut reply = Reply::default();
        if !is_stream {
            let body = self.body(response).await?;
            let value: Value = serde_json::from_slice(&body)
                .map_err(|_| Trouble::Final(self.failure(&format!("the reply is not JSON: {}", beginning(&body)))))?;
            reply.take(&value).map_err(|message| Trouble::Final(self.failure(&message)))?;
            return Ok(reply);
        }
        let mut events = SseStream::from_bytes_stream(response.bytes_stream());
        let mut length = 0;
        while let Some(event) = events.next().await {
            let cut = |why: &str| Trouble::Passing(self.failure(&format!("the answer broke off: {why}")), None);
            let event = event.map_err(|error| cut(&cause(&error)))?;
            let Some(data) = event.data else { continue };
            let data = data.trim();
            if data == "[DONE]" {
                return Ok(reply);
            }
            length += data.len();
            if length > MAX_ANSWER {
                return Err(Trouble::Final(self.failure("the answer is longer than 16 MB")));
            }
            // Some services send comments and empty events to keep the connection open.
            let Ok(piece) = serde_json::from_str(data) else { continue };
            reply.take(&piece).map_err(|message| Trouble::Passing(self.failure(&message), None))?;
        }
        if reply.is_finished() {
            return Ok(reply);
        }
        Err(Trouble::Passing(self.failure("the answer broke off before its end"), None))
    }

    async fn body(&self, mut response: Response) -> Result<Vec<u8>, Trouble> {
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| self.broken(&error))? {
            body.extend_from_slice(&chunk);
            if body.len() > MAX_ANSWER {
                return Err(Trouble::Final(self.failure("the reply is longer than 16 MB")));
            }
        }
        Ok(body)
    }

    /// What a reply without success means.
    async fn refused(&self, response: Response, model: &str, dialect: Dialect) -> Trouble {
        let status = response.status();
        let asked = asked_delay(response.headers(), SystemTime::now());
        let body = match self.body(response).await {
            Ok(body) => body,
            Err(trouble) => return trouble,
        };
        let value: Value = serde_json::from_slice(&body).unwrap_or_default();
        let message = error_message(&value).unwrap_or_else(|| beginning(&body));
        let may_be_dialect = matches!(status.as_u16(), 400 | 404 | 415 | 422 | 500 | 501);
        if may_be_dialect && let Some(changed) = dialect.after(&message) {
            return Trouble::Dialect(changed);
        }
        let advice = match status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN if self.provider.key.is_none() => {
                format!("; it needs a key: set {}", self.provider.key_variable)
            }
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => format!("; check {}", self.provider.key_variable),
            StatusCode::NOT_FOUND => format!("; check the address and the model `{model}`"),
            _ => String::new(),
        };
        let failure = self.failure(&format!("{} {message}{advice}", status.as_u16()));
        if is_passing(status, &message) { Trouble::Passing(failure, asked) } else { Trouble::Final(failure) }
    }

    /// A connection that does not come about, or breaks.
    fn broken(&self, error: &reqwest::Error) -> Trouble {
        if error.is_builder() {
            return Trouble::Final(self.failure(&format!("the address cannot be used: {}", cause(error))));
        }
        let (kind, message) = if error.is_timeout() {
            (ExceptionKind::TimeoutError, format!("{} is silent", self.shown()))
        } else if error.is_connect() {
            (ExceptionKind::LLMError, format!("cannot reach {}: {}; is it running?", self.shown(), cause(error)))
        } else {
            (ExceptionKind::LLMError, format!("the connection to {} broke: {}", self.shown(), cause(error)))
        };
        Trouble::Passing(Failure::new(kind, message), None)
    }

    fn failure(&self, message: &str) -> Failure {
        Failure::new(ExceptionKind::LLMError, format!("{}: {message}", self.shown()))
    }

    fn shown(&self) -> String {
        if self.provider.name == self.provider.url {
            return self.provider.url.clone();
        }
        format!("{} at {}", self.provider.name, self.provider.url)
    }
}

fn beginning(body: &[u8]) -> String {
    super::shorten(String::from_utf8_lossy(body).trim())
}
