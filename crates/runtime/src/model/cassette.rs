//! Answers kept in a file: recorded once, replayed as often as wanted.
//!
//! A line is a JSON object with the `request`, its number `nth` among equal ones from 0, the `answer` and the tokens it
//! took, or the `failure` with its type. Secret values are not in it. The nth time that a program asks the same, it gets the nth answer to it, whichever came first.

use std::collections::{BTreeMap, HashMap};
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use danaide_interpreter::{ExceptionKind, Failure};

use super::chat::{Question, to_json};
use super::remote::Answer;
use super::{ModelError, Usage};
use crate::Secrets;

/// By the request, and by its number among equal ones.
type Answers = HashMap<String, BTreeMap<usize, Result<Answer, Failure>>>;

/// Recorded answers, and the file that new ones are added to.
#[derive(Debug)]
pub(super) struct Cassette {
    path: PathBuf,
    answers: Answers,
    /// How often each request was made in this run.
    asked: HashMap<String, usize>,
    /// None when only replaying.
    recording: Option<File>,
    secrets: Secrets,
}

impl Cassette {
    fn new(path: &Path, answers: Answers, recording: Option<File>) -> Cassette {
        Cassette { path: path.to_owned(), answers, asked: HashMap::new(), recording, secrets: Secrets::default() }
    }

    /// Only the answers in the file.
    pub(super) fn replay(path: &Path) -> Result<Cassette, ModelError> {
        let text = std::fs::read_to_string(path).map_err(|error| unreadable(path, &error))?;
        Ok(Cassette::new(path, read(path, &text)?, None))
    }

    /// The answers in the file, which need not exist; others are asked for and added.
    pub(super) fn record(path: &Path) -> Result<Cassette, ModelError> {
        let text = match std::fs::read_to_string(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
            other => other.map_err(|error| unreadable(path, &error))?,
        };
        let answers = read(path, &text)?;
        let mut file =
            OpenOptions::new().create(true).append(true).open(path).map_err(|error| unreadable(path, &error))?;
        if !text.is_empty() && !text.ends_with('\n') {
            file.write_all(b"\n").map_err(|error| unreadable(path, &error))?;
        }
        Ok(Cassette::new(path, answers, Some(file)))
    }

    /// Keeps these values out of the file.
    pub(super) fn set_secrets(&mut self, secrets: Secrets) {
        self.secrets = secrets;
    }

    /// The next recorded answer or failure. Without one, and of a failure in any case, the model is asked if this records; otherwise
    /// it is an error.
    pub(super) fn next(&mut self, question: &mut Question) -> Option<Result<Answer, Failure>> {
        let key = self.request(question).to_string();
        let asked = self.asked.entry(key.clone()).or_default();
        question.nth = *asked;
        *asked += 1;
        let known = self.answers.get(&key);
        match known.and_then(|known| known.get(&question.nth)) {
            Some(Err(_)) | None if self.recording.is_some() => return None,
            Some(known) => return Some(known.clone()),
            None => {}
        }
        let path = self.path.display();
        let prompt = super::shorten(&question.prompt);
        let message = match known.map_or(0, BTreeMap::len) {
            0 => format!("{path} holds no answer to \"{prompt}\"; record it with --llm record={path}"),
            count => format!("{path} holds {count} answers to \"{prompt}\", which was asked more often"),
        };
        Some(Err(Failure::new(ExceptionKind::LLMError, message)))
    }

    /// Adds an answer or a failure to the file.
    pub(super) fn keep(&mut self, question: &Question, answer: &Result<Answer, Failure>) -> Result<(), String> {
        let request = self.request(question);
        let Some(file) = &mut self.recording else { return Ok(()) };
        let mut line = match answer {
            Ok(answer) => json!({
                "request": request,
                "nth": question.nth,
                "answer": answer.text,
                "prompt_tokens": answer.usage.prompt_tokens,
                "completion_tokens": answer.usage.completion_tokens,
            }),
            Err(failure) => json!({
                "request": request,
                "nth": question.nth,
                "failure": {"type": failure.kind.name(), "message": failure.message},
            }),
        };
        self.secrets.hide_json(&mut line);
        // A line in one piece, so that a killed process leaves whole lines.
        file.write_all(format!("{line}\n").as_bytes())
            .map_err(|error| format!("cannot add an answer to {}: {error}", self.path.display()))
    }

    /// What makes two questions the same, as it stands in the file.
    fn request(&self, question: &Question) -> Value {
        let options: serde_json::Map<String, Value> =
            question.options.iter().map(|(name, value)| (name.clone(), to_json(value))).collect();
        let mut request = json!({
            "prompt": question.prompt,
            "system": question.system,
            "options": options,
            "type": question.answer_type,
        });
        self.secrets.hide_json(&mut request);
        request
    }
}

fn read(path: &Path, text: &str) -> Result<Answers, ModelError> {
    let mut answers = Answers::new();
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let malformed = |reason: String| ModelError::NoCassette {
            path: path.display().to_string(),
            reason: format!("line {}: {reason}", index + 1),
        };
        let entry: Value = serde_json::from_str(line).map_err(|error| malformed(error.to_string()))?;
        let count = |name: &str| entry[name].as_u64().unwrap_or_default();
        let usage = Usage { prompt_tokens: count("prompt_tokens"), completion_tokens: count("completion_tokens") };
        let failure = &entry["failure"];
        let kind = failure["type"].as_str().and_then(ExceptionKind::from_name);
        let answer = match (entry["answer"].as_str(), kind.zip(failure["message"].as_str())) {
            (Some(text), None) => Some(Ok(Answer { text: text.to_owned(), usage })),
            (None, Some((kind, message))) => Some(Err(Failure::new(kind, message))),
            _ => None,
        };
        let Some(answer) = answer.filter(|_| entry["request"].is_object()) else {
            return Err(malformed(
                "it has no `request` and text `answer`, or `failure` with `type` and `message`".to_owned(),
            ));
        };
        let equal = answers.entry(entry["request"].to_string()).or_default();
        let nth = entry["nth"].as_u64().and_then(|nth| usize::try_from(nth).ok()).unwrap_or(equal.len());
        equal.insert(nth, answer);
    }
    Ok(answers)
}

fn unreadable(path: &Path, error: &std::io::Error) -> ModelError {
    ModelError::Unreadable { path: path.display().to_string(), reason: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(prompt: &str) -> Question {
        Question { prompt: prompt.into(), system: None, options: vec![], answer_type: None, nth: 0 }
    }

    fn answer(text: &str) -> Answer {
        Answer { text: text.into(), usage: Usage { prompt_tokens: 1, completion_tokens: 2 } }
    }

    #[test]
    fn what_was_recorded_is_replayed_in_its_order() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("answers.jsonl");
        let mut recorder = Cassette::record(&path).unwrap();
        let mut asked = ["a", "b", "a"].map(question);
        for question in &mut asked {
            assert_eq!(recorder.next(question), None);
        }
        // Questions that are asked together are answered in any order.
        for (at, text) in [(2, "second"), (1, "other"), (0, "first")] {
            recorder.keep(&asked[at], &Ok(answer(text))).unwrap();
        }
        let mut player = Cassette::replay(&path).unwrap();
        let mut next = |prompt| {
            player.next(&mut question(prompt)).unwrap().map(|answer| answer.text).map_err(|failure| failure.message)
        };
        assert_eq!(next("a"), Ok("first".into()));
        assert_eq!(next("a"), Ok("second".into()));
        assert_eq!(next("b"), Ok("other".into()));
        assert!(next("a").unwrap_err().ends_with("holds 2 answers to \"a\", which was asked more often"));
        assert!(next("c").unwrap_err().contains("record it with --llm record="));
        // A second recording asks only what is new.
        let mut recorder = Cassette::record(&path).unwrap();
        assert_eq!(recorder.next(&mut question("a")), Some(Ok(answer("first"))));
        assert_eq!(recorder.next(&mut question("c")), None);
    }

    #[test]
    fn failures_are_replayed_and_asked_again_while_recording() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("answers.jsonl");
        let late = Failure::new(ExceptionKind::TimeoutError, "silent for 2 s");
        let mut recorder = Cassette::record(&path).unwrap();
        for outcome in [Err(late.clone()), Ok(answer("yes"))] {
            let mut question = question("a");
            assert_eq!(recorder.next(&mut question), None);
            recorder.keep(&question, &outcome).unwrap();
        }
        let mut player = Cassette::replay(&path).unwrap();
        assert_eq!(player.next(&mut question("a")), Some(Err(late)));
        assert_eq!(player.next(&mut question("a")), Some(Ok(answer("yes"))));
        // What failed is asked again; the later line counts.
        let mut recorder = Cassette::record(&path).unwrap();
        let mut again = question("a");
        assert_eq!(recorder.next(&mut again), None);
        recorder.keep(&again, &Ok(answer("at once"))).unwrap();
        let mut player = Cassette::replay(&path).unwrap();
        assert_eq!(player.next(&mut question("a")), Some(Ok(answer("at once"))));
    }

    #[test]
    fn secrets_are_not_recorded() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("answers.jsonl");
        let secrets = Secrets::of([("A", "sk-\"1\"", true)]);
        let mut recorder = Cassette::record(&path).unwrap();
        recorder.set_secrets(secrets.clone());
        let mut asked = question("use sk-\"1\"");
        assert_eq!(recorder.next(&mut asked), None);
        recorder.keep(&asked, &Ok(answer("sk-\"1\" it is"))).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains("use ***") && !text.contains("sk-"), "{text}");
        let mut player = Cassette::replay(&path).unwrap();
        player.set_secrets(secrets);
        assert_eq!(player.next(&mut question("use sk-\"1\"")), Some(Ok(answer("*** it is"))));
    }

    #[test]
    fn a_broken_file_says_where() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("answers.jsonl");
        std::fs::write(&path, "\n{\"answer\": 1}\n").unwrap();
        let message = Cassette::replay(&path).unwrap_err().to_string();
        assert!(message.contains("line 2: it has no `request` and text `answer`"), "{message}");
        assert!(Cassette::replay(&folder.path().join("none")).unwrap_err().to_string().starts_with("cannot use"));
    }
}
