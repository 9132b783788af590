//! Answers from a list.

use serde_json::Value;

/// One answer of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The prompt contains this text.
    pub part: String,
    /// The text of the answer, or what the failure says.
    pub answer: Result<String, String>,
}

/// A script is a JSON list of `{"match": TEXT, "answer": TEXT}`. An answer that is not a text stands for its JSON;
/// `"error": TEXT` instead of an answer fails with that message.
pub(super) fn parse(text: &str) -> Result<Vec<Entry>, String> {
    let json: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let list = json.as_array().ok_or("it is not a list")?;
    let mut entries = Vec::with_capacity(list.len());
    for (index, entry) in list.iter().enumerate() {
        let number = index + 1;
        let part = entry["match"].as_str().ok_or_else(|| format!("entry {number} has no text `match`"))?;
        let answer = match (&entry["answer"], &entry["error"]) {
            (Value::String(answer), Value::Null) => Ok(answer.clone()),
            (Value::Null, Value::String(error)) => Err(error.clone()),
            (Value::Null, _) => return Err(format!("entry {number} has neither `answer` nor a text `error`")),
            (answer, Value::Null) => Ok(answer.to_string()),
            _ => return Err(format!("entry {number} has both `answer` and `error`")),
        };
        entries.push(Entry { part: part.to_owned(), answer });
    }
    Ok(entries)
}

/// The answer of the first entry that matches.
pub(super) fn answer(entries: &[Entry], prompt: &str) -> Result<String, String> {
    match entries.iter().find(|entry| prompt.contains(&entry.part)) {
        Some(entry) => entry.answer.clone(),
        None => Err(format!("no entry of the script matches the prompt \"{}\"", super::shorten(prompt))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_entry_that_matches_answers() {
        let entries = parse(
            r#"[{"match": "refund", "answer": "billing"}, {"match": "data", "answer": {"n": [1]}},
                {"match": "down", "error": "the model is down"}, {"match": "", "answer": "anything"}]"#,
        )
        .unwrap();
        assert_eq!(answer(&entries, "a refund please"), Ok("billing".into()));
        assert_eq!(answer(&entries, "data?"), Ok(r#"{"n":[1]}"#.into()));
        assert_eq!(answer(&entries, "is it down?"), Err("the model is down".into()));
        assert_eq!(answer(&entries, "else"), Ok("anything".into()));
    }

    #[test]
    fn a_prompt_without_an_entry_fails() {
        assert_eq!(answer(&[], "hello"), Err("no entry of the script matches the prompt \"hello\"".into()));
    }

    #[test]
    fn a_bad_script_says_what_is_wrong() {
        let reason = |text| parse(text).unwrap_err();
        assert_eq!(reason("{}"), "it is not a list");
        assert_eq!(reason(r#"[{"answer": "x"}]"#), "entry 1 has no text `match`");
        assert_eq!(reason(r#"[{"match": "x"}]"#), "entry 1 has neither `answer` nor a text `error`");
        assert_eq!(reason(r#"[{"match": "x", "answer": 1, "error": "y"}]"#), "entry 1 has both `answer` and `error`");
        assert!(reason("[").contains("line 1"));
    }
}
