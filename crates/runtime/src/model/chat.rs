//! The OpenAI chat protocol: what is sent for a question, and what is read from the reply.

use danaide_interpreter::Data;
use serde_json::{Map, Value, json};

use super::schema::Schema;

/// What a program asks.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Question {
    pub(crate) prompt: String,
    pub(crate) system: Option<String>,
    /// What else the call said, in the order of the call.
    pub(crate) options: Vec<(String, Data)>,
    pub(crate) answer_type: Option<String>,
    /// How often the program had asked the same before, if answers are recorded.
    pub(crate) nth: usize,
}

/// How many tokens a question and its answer took, as the service counts them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    pub prompt_tokens: u64,
    pub completion_tokens: u64,
}

/// What a service did not understand; it is asked without from then on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Dialect {
    /// It takes no `response_format`: the form is described in words.
    pub(super) no_schema: bool,
    /// It takes no `stream_options`.
    pub(super) no_stream_options: bool,
    /// It wants `max_completion_tokens` instead of `max_tokens`.
    pub(super) completion_tokens: bool,
}

impl Dialect {
    /// What has to change after a refusal with this message; none if the refusal is about something else.
    pub(super) fn after(self, message: &str) -> Option<Dialect> {
        let says = |part: &str| message.contains(part);
        let changed = if says("max_completion_tokens") {
            Dialect { completion_tokens: true, ..self }
        } else if says("stream_options") {
            Dialect { no_stream_options: true, ..self }
        } else if says("response_format") || says("json_schema") {
            Dialect { no_schema: true, ..self }
        } else {
            return None;
        };
        (changed != self).then_some(changed)
    }
}

/// The options of a call that the protocol has too.
const PARAMETERS: [&str; 10] = [
    "temperature",
    "top_p",
    "max_tokens",
    "max_completion_tokens",
    "stop",
    "seed",
    "presence_penalty",
    "frequency_penalty",
    "reasoning_effort",
    "logit_bias",
];

impl Question {
    pub(super) fn option(&self, name: &str) -> Option<&Data> {
        self.options.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// A schema that the call gives decides the format of the answer, else its type does, else `format="json"`.
    pub(super) fn schema(&self) -> Option<Schema> {
        if let Some(schema @ Data::Dict(_)) = self.option("schema") {
            return Some(Schema::given(to_json(schema)));
        }
        self.answer_type.as_deref().and_then(Schema::of)
    }

    /// The body of the request.
    pub(super) fn body(&self, model: &str, dialect: Dialect) -> Value {
        let schema = self.schema();
        let mut body = Map::new();
        body.insert("model".to_owned(), json!(model));
        body.insert("messages".to_owned(), Value::Array(self.messages(schema.as_ref(), dialect)));
        for (name, value) in &self.options {
            if PARAMETERS.contains(&name.as_str()) && *value != Data::None {
                let renamed = name == "max_tokens" && dialect.completion_tokens;
                let name = if renamed { "max_completion_tokens" } else { name };
                body.insert(name.to_owned(), to_json(value));
            }
        }
        let wants_json = self.option("format").and_then(Data::as_str) == Some("json");
        match &schema {
            Some(schema) if !dialect.no_schema => {
                body.insert(
                    "response_format".to_owned(),
                    json!({
                        "type": "json_schema",
                        "json_schema": {"name": "answer", "strict": schema.strict, "schema": schema.value},
                    }),
                );
            }
            None if wants_json && !dialect.no_schema => {
                body.insert("response_format".to_owned(), json!({"type": "json_object"}));
            }
            _ => {}
        }
        body.insert("stream".to_owned(), json!(true));
        if !dialect.no_stream_options {
            body.insert("stream_options".to_owned(), json!({"include_usage": true}));
        }
        Value::Object(body)
    }

    fn messages(&self, schema: Option<&Schema>, dialect: Dialect) -> Vec<Value> {
        let mut system: Vec<String> = self.system.iter().cloned().collect();
        if let Some(schema) = schema.filter(|_| dialect.no_schema) {
            system.push(schema.instruction());
        }
        let mut messages = Vec::new();
        if !system.is_empty() {
            messages.push(json!({"role": "system", "content": system.join("\n\n")}));
        }
        // What was said before, as a list of {"role": …, "content": …}.
        if let Some(before) = self.option("messages").and_then(Data::as_list) {
            messages.extend(before.iter().map(to_json));
        }
        let prompt = match self.option("context") {
            None | Some(Data::None) => self.prompt.clone(),
            Some(Data::Str(context)) => format!("{}\n\nContext:\n{context}", self.prompt),
            Some(context) => format!("{}\n\nContext:\n{}", self.prompt, to_json(context)),
        };
        messages.push(json!({"role": "user", "content": prompt}));
        messages
    }
}

/// A value as JSON; what JSON cannot hold becomes text.
pub(super) fn to_json(data: &Data) -> Value {
    match data {
        Data::None => Value::Null,
        Data::Bool(truth) => json!(truth),
        Data::Int(int) => json!(int),
        Data::BigInt(text) | Data::Str(text) => json!(text),
        Data::Float(float) => json!(float),
        Data::Bytes(bytes) => json!(String::from_utf8_lossy(bytes)),
        Data::List(items) => items.iter().map(to_json).collect(),
        Data::Dict(entries) => {
            let key = |key: &Data| match key {
                Data::Str(key) => key.clone(),
                other => to_json(other).to_string(),
            };
            Value::Object(entries.iter().map(|(name, value)| (key(name), to_json(value))).collect())
        }
    }
}

/// A reply as it comes together, in one piece or in many.
#[derive(Debug, Default)]
pub(super) struct Reply {
    pub(super) text: String,
    pub(super) usage: Usage,
    /// What the model says when it will not answer.
    refusal: String,
    finish: Option<String>,
    /// Has anything of an answer come?
    has_choice: bool,
}

impl Reply {
    /// Takes a whole reply, or one piece of it. Fails with what the service reports in it.
    pub(super) fn take(&mut self, piece: &Value) -> Result<(), String> {
        if let Some(message) = error_message(piece) {
            return Err(message);
        }
        if let Some(choice) = piece["choices"].get(0) {
            self.has_choice = true;
            let message = if choice["message"].is_object() { &choice["message"] } else { &choice["delta"] };
            match &message["content"] {
                Value::String(text) => self.text.push_str(text),
                Value::Array(parts) => {
                    self.text.extend(parts.iter().filter_map(|part| part["text"].as_str()));
                }
                _ => {}
            }
            self.refusal.push_str(message["refusal"].as_str().unwrap_or_default());
            if let Some(finish) = choice["finish_reason"].as_str() {
                self.finish = Some(finish.to_owned());
            }
        }
        let count = |name: &str| piece["usage"][name].as_u64();
        if let (Some(prompt_tokens), Some(completion_tokens)) = (count("prompt_tokens"), count("completion_tokens")) {
            self.usage = Usage { prompt_tokens, completion_tokens };
        }
        Ok(())
    }

    /// Whether the service said that the answer is over.
    pub(super) fn is_finished(&self) -> bool {
        self.finish.is_some()
    }

    /// Why the reply is no answer.
    pub(super) fn problem(&self, is_typed: bool) -> Option<String> {
        match self.finish.as_deref() {
            _ if !self.refusal.is_empty() => Some(format!("the model refuses to answer: {}", self.refusal)),
            Some("content_filter") => Some("the answer was held back by the service's content filter".to_owned()),
            // Half a text is still a text.
            Some("length") if is_typed => {
                Some("the answer was cut before its end; raise max_tokens or ask for less".to_owned())
            }
            None if !self.has_choice => Some("the service gave no answer: its list `choices` is empty".to_owned()),
            _ => None,
        }
    }
}

/// What a service says went wrong, in any of the forms in use.
pub(super) fn error_message(body: &Value) -> Option<String> {
    let error = &body["error"];
    let text = error["message"].as_str().or_else(|| error.as_str());
    let bare =
        || body.get("choices").is_none().then(|| body["message"].as_str().or_else(|| body["detail"].as_str()))?;
    text.or_else(bare).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    fn question(answer_type: Option<&str>) -> Question {
        Question {
            prompt: "Which?".into(),
            system: Some("Be brief.".into()),
            options: vec![
                ("temperature".into(), Data::Float(0.5)),
                ("max_tokens".into(), Data::Int(9)),
                ("enable_ipv".into(), Data::Bool(true)),
                ("context".into(), Data::Dict(vec![(Data::Str("n".into()), Data::Int(1))])),
            ],
            answer_type: answer_type.map(str::to_owned),
            nth: 0,
        }
    }

    #[test]
    fn a_question_becomes_messages_parameters_and_a_format() {
        let body = question(Some("int")).body("m", Dialect::default());
        expect![[r#"
            {
              "model": "m",
              "messages": [
                {
                  "role": "system",
                  "content": "Be brief."
                },
                {
                  "role": "user",
                  "content": "Which?\n\nContext:\n{\"n\":1}"
                }
              ],
              "temperature": 0.5,
              "max_tokens": 9,
              "response_format": {
                "type": "json_schema",
                "json_schema": {
                  "name": "answer",
                  "strict": true,
                  "schema": {
                    "type": "object",
                    "properties": {
                      "answer": {
                        "type": "integer"
                      }
                    },
                    "required": [
                      "answer"
                    ],
                    "additionalProperties": false
                  }
                }
              },
              "stream": true,
              "stream_options": {
                "include_usage": true
              }
            }"#]]
        .assert_eq(&serde_json::to_string_pretty(&body).unwrap());
    }

    #[test]
    fn what_a_service_does_not_know_is_said_otherwise() {
        let plain = Dialect::default();
        let refused = plain.after("Unrecognized request argument: response_format").unwrap();
        let body = question(Some("int")).body("m", refused);
        assert!(body.get("response_format").is_none());
        assert!(body["messages"][0]["content"].as_str().unwrap().contains("JSON schema"));
        let refused = plain.after("Use 'max_completion_tokens' instead of 'max_tokens'.").unwrap();
        assert_eq!(question(None).body("m", refused)["max_completion_tokens"], 9);
        let refused = plain.after("stream_options is not permitted").unwrap();
        assert!(question(None).body("m", refused).get("stream_options").is_none());
        assert_eq!(refused.after("stream_options is not permitted"), None);
        assert_eq!(plain.after("the model does not exist"), None);
    }

    #[test]
    fn pieces_come_together() {
        let mut reply = Reply::default();
        for piece in [
            json!({"choices": [{"delta": {"role": "assistant", "content": ""}}]}),
            json!({"choices": [{"delta": {"content": "bil"}}]}),
            json!({"choices": [{"delta": {"content": "ling"}, "finish_reason": "stop"}]}),
            json!({"choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 2}}),
        ] {
            reply.take(&piece).unwrap();
        }
        assert_eq!((reply.text.as_str(), reply.is_finished(), reply.problem(true)), ("billing", true, None));
        assert_eq!(reply.usage, Usage { prompt_tokens: 3, completion_tokens: 2 });
    }

    #[test]
    fn replies_that_are_no_answers_say_why() {
        let problem = |piece: Value| {
            let mut reply = Reply::default();
            reply.take(&piece).map_or_else(Some, |()| reply.problem(true))
        };
        let choice = |choice: Value| json!({"choices": [choice]});
        let cut = problem(choice(json!({"message": {"content": "{"}, "finish_reason": "length"})));
        assert!(cut.unwrap().contains("max_tokens"));
        let refusal = problem(choice(json!({"message": {"refusal": "No."}, "finish_reason": "stop"})));
        assert_eq!(refusal.unwrap(), "the model refuses to answer: No.");
        assert_eq!(problem(json!({"error": "overloaded"})).unwrap(), "overloaded");
        assert_eq!(problem(json!({"error": {"message": "bad"}})).unwrap(), "bad");
        assert_eq!(problem(json!({"detail": "not found"})).unwrap(), "not found");
        assert_eq!(problem(choice(json!({"message": {"content": [{"type": "text", "text": "hi"}]}}))), None);
    }
}
