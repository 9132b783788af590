//! Requests of a program to services on the network, as far as its grants reach.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use danaide_interpreter::host::HttpBody;
use danaide_interpreter::{Data, ExceptionKind, Failure};
use reqwest::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use reqwest::{Client, ClientBuilder, Method, Response, Url, redirect};

use crate::grants::{Grants, NetGrants};

/// A response longer than this is refused.
pub const MAX_RESPONSE_BYTES: usize = 64 << 20;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

const MAX_REDIRECTS: usize = 10;

/// A request as a program makes it.
#[derive(Debug)]
pub(crate) struct HttpRequest {
    pub(crate) method: String,
    pub(crate) url: String,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: HttpBody,
    pub(crate) timeout: f64,
    pub(crate) follow_redirects: bool,
}

/// The network of a run.
#[derive(Debug)]
pub(crate) struct Http {
    grants: Arc<NetGrants>,
    /// Made when first needed: one that follows redirects, and one that does not.
    clients: [Option<Client>; 2],
}

/// A client of rustls, as everything here that speaks HTTP uses it.
pub(crate) fn client_builder() -> ClientBuilder {
    // Only the first call can install it; all install the same.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder().connect_timeout(CONNECT_TIMEOUT).user_agent(concat!("danaide/", env!("CARGO_PKG_VERSION")))
}

/// The innermost cause: what the system or the protocol said.
pub(crate) fn cause(error: &dyn Error) -> String {
    let mut inner = error;
    while let Some(source) = inner.source() {
        inner = source;
    }
    inner.to_string()
}

impl Http {
    pub(crate) fn new(grants: &Grants) -> Http {
        Http { grants: Arc::new(grants.net().clone()), clients: [None, None] }
    }

    /// What sends the request and reads the response; fails at once if the request cannot be sent.
    pub(crate) fn send(
        &mut self,
        request: HttpRequest,
    ) -> Result<impl Future<Output = Result<Data, Failure>> + Send + use<>, Failure> {
        let url = self.url(&request)?;
        let method = Method::from_bytes(request.method.as_bytes())
            .map_err(|_| value_error(format!("'{}' is not a method of HTTP", request.method)))?;
        let client = self.client(request.follow_redirects)?;
        let shown = format!("{method} {url}");
        let mut builder = client.request(method, url);
        let mut has_type = false;
        for (name, value) in &request.headers {
            let header = HeaderName::from_bytes(name.as_bytes())
                .map_err(|_| value_error(format!("'{name}' is not the name of a header")))?;
            let value = HeaderValue::from_str(value).map_err(|_| {
                value_error(format!("the value of the header '{name}' holds line ends or control characters"))
            })?;
            has_type |= header == CONTENT_TYPE;
            builder = builder.header(header, value);
        }
        builder = match request.body {
            HttpBody::None => builder,
            HttpBody::Json(text) if has_type => builder.body(text),
            HttpBody::Json(text) => builder.header(CONTENT_TYPE, "application/json").body(text),
            HttpBody::Bytes(bytes) => builder.body(bytes),
            HttpBody::Form(pairs) => builder.form(&pairs),
        };
        if let Ok(timeout) = Duration::try_from_secs_f64(request.timeout) {
            builder = builder.timeout(timeout);
        }
        let seconds = request.timeout;
        Ok(async move {
            let response = builder.send().await.map_err(|error| failure(&shown, seconds, &error))?;
            read(response, &shown, seconds).await
        })
    }

    fn url(&self, request: &HttpRequest) -> Result<Url, Failure> {
        let url = &request.url;
        let mut parsed = Url::parse(url).map_err(|error| {
            value_error(format!("'{url}' is not an address: {error}; write it as in https://example.com/path"))
        })?;
        if !matches!(parsed.scheme(), "http" | "https") {
            return Err(value_error(format!(
                "'{url}' is not an address of HTTP: it begins with '{}:'",
                parsed.scheme()
            )));
        }
        if !request.query.is_empty() {
            parsed.query_pairs_mut().extend_pairs(&request.query);
        }
        if let Some(refusal) = self.grants.refusal(&parsed) {
            return Err(Failure::new(ExceptionKind::PermissionError, refusal));
        }
        Ok(parsed)
    }

    fn client(&mut self, follow_redirects: bool) -> Result<Client, Failure> {
        let slot = &mut self.clients[usize::from(follow_redirects)];
        if let Some(client) = slot {
            return Ok(client.clone());
        }
        let policy = if follow_redirects { following(self.grants.clone()) } else { redirect::Policy::none() };
        let client = client_builder()
            .redirect(policy)
            .build()
            .map_err(|error| Failure::new(ExceptionKind::OSError, format!("HTTP cannot be used: {}", cause(&error))))?;
        Ok(slot.insert(client).clone())
    }
}

/// Follows redirects to hosts that are granted.
fn following(grants: Arc<NetGrants>) -> redirect::Policy {
    redirect::Policy::custom(move |attempt| {
        if attempt.previous().len() > MAX_REDIRECTS {
            return attempt.error(Refused("it redirects too often".to_owned()));
        }
        match grants.refusal(attempt.url()) {
            Some(refusal) => attempt.error(Refused(refusal)),
            None => attempt.follow(),
        }
    })
}

/// Why a redirect is not followed.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Refused(String);

async fn read(mut response: Response, shown: &str, seconds: f64) -> Result<Data, Failure> {
    let status = response.status().as_u16();
    let url = response.url().to_string();
    let mut headers: Vec<(String, String)> = Vec::new();
    for (name, value) in response.headers() {
        let value = String::from_utf8_lossy(value.as_bytes());
        match headers.iter_mut().find(|(known, _)| known == name.as_str()) {
            // Several headers of a name are one list, says the protocol.
            Some((_, known)) => *known = format!("{known}, {value}"),
            None => headers.push((name.as_str().to_owned(), value.into_owned())),
        }
    }
    let mut content = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| failure(shown, seconds, &error))? {
        content.extend_from_slice(&chunk);
        if content.len() > MAX_RESPONSE_BYTES {
            let limit = MAX_RESPONSE_BYTES >> 20;
            let message = format!("{shown}: the response is longer than {limit} MB");
            return Err(Failure::new(ExceptionKind::ResourceError, message));
        }
    }
    let text = |text: &str| Data::Str(text.to_owned());
    Ok(Data::Dict(vec![
        (text("status"), Data::Int(i64::from(status))),
        (text("ok"), Data::Bool(status < 400)),
        (text("url"), Data::Str(url)),
        (
            text("headers"),
            Data::Dict(headers.into_iter().map(|(name, value)| (Data::Str(name), Data::Str(value))).collect()),
        ),
        (text("text"), Data::Str(String::from_utf8_lossy(&content).into_owned())),
        (text("content"), Data::Bytes(content)),
    ]))
}

fn failure(shown: &str, seconds: f64, error: &reqwest::Error) -> Failure {
    if error.is_timeout() {
        return Failure::new(ExceptionKind::TimeoutError, format!("{shown}: no answer within {seconds} seconds"));
    }
    let why = cause(error);
    let kind = match error.is_redirect() {
        true if why.contains("is not granted") => ExceptionKind::PermissionError,
        true => ExceptionKind::ResourceError,
        false => ExceptionKind::ConnectionError,
    };
    Failure::new(kind, format!("{shown}: {why}"))
}

fn value_error(message: String) -> Failure {
    Failure::new(ExceptionKind::ValueError, message)
}
