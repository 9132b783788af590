//! Values that must not be shown.

use std::sync::Arc;

/// Replaces secret values in whatever a program prints or logs, and in what is kept of its run.
#[derive(Clone, Default)]
pub struct Secrets {
    values: Arc<[String]>,
}

/// A variable of the environment is a secret if its name is one of these, or ends with one after a `_`, in letters of either case.
const WORDS: [&str; 17] = [
    "API_KEY",
    "APIKEY",
    "ACCESS_KEY",
    "ACCESS_KEY_ID",
    "PRIVATE_KEY",
    "SECRET_KEY",
    "ENCRYPTION_KEY",
    "TOKEN",
    "SECRET",
    "PASSWORD",
    "PASSWD",
    "PASSPHRASE",
    "CREDENTIAL",
    "CREDENTIALS",
    "AUTH",
    "DSN",
    "CONNECTION_STRING",
];

/// Shorter values would hide ordinary words: of variables that are secret by their names, and of those that somebody named.
const SHORTEST: usize = 8;
pub(crate) const SHORTEST_NAMED: usize = 4;

/// Does the name of a variable say that its value is secret?
pub(crate) fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    WORDS.iter().any(|word| name.strip_suffix(word).is_some_and(|before| before.is_empty() || before.ends_with('_')))
}

impl Secrets {
    /// The values of variables that are secret: because somebody said so (the third part), by their names, and the passwords of
    /// addresses such as `https://ada:password@example.com`.
    pub(crate) fn of<'a>(variables: impl IntoIterator<Item = (&'a str, &'a str, bool)>) -> Secrets {
        let mut values: Vec<String> = Vec::new();
        let mut add = |value: &str, shortest: usize| {
            if value.chars().count() < shortest {
                return;
            }
            values.push(value.to_owned());
            // As it stands in texts of JSON, and in the `repr` of a text.
            let quoted = serde_json::Value::from(value).to_string();
            let inside = quoted[1..quoted.len() - 1].to_owned();
            if inside != value {
                values.push(inside);
            }
            // A key of several lines is seldom shown as a whole.
            if value.contains('\n') {
                values.extend(value.lines().filter(|line| line.len() >= SHORTEST).map(str::to_owned));
            }
        };
        for (name, value, is_named) in variables {
            if is_named {
                add(value, SHORTEST_NAMED);
            } else if is_secret(name) {
                add(value, SHORTEST);
            } else if let Some(password) = password_of(value) {
                add(password, SHORTEST);
            }
        }
        // A secret may hold another one.
        values.sort_by_key(|value| std::cmp::Reverse(value.len()));
        values.dedup();
        Secrets { values: values.into() }
    }

    /// The text with `***` for each secret value, if there is one in it.
    pub(crate) fn hide(&self, text: &str) -> Option<String> {
        let mut hidden: Option<String> = None;
        for value in &*self.values {
            let current = hidden.as_deref().unwrap_or(text);
            if current.contains(value.as_str()) {
                hidden = Some(current.replace(value.as_str(), "***"));
            }
        }
        hidden
    }

    /// The same for all texts in a value of JSON, the names of its members too.
    pub(crate) fn hide_json(&self, json: &mut serde_json::Value) {
        use serde_json::Value;
        match json {
            Value::String(text) => {
                if let Some(hidden) = self.hide(text) {
                    *text = hidden;
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.hide_json(item)),
            Value::Object(members) => {
                let names = members.keys().any(|name| self.hide(name).is_some());
                members.values_mut().for_each(|value| self.hide_json(value));
                if names {
                    let all = std::mem::take(members).into_iter();
                    members.extend(all.map(|(name, value)| (self.hide(&name).unwrap_or(name), value)));
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}

/// What stands between the first `:` and the `@` of an address.
fn password_of(value: &str) -> Option<&str> {
    let (scheme, rest) = value.split_once("://")?;
    if scheme.is_empty() || !scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+.-".contains(c)) {
        return None;
    }
    let authority = rest.split(['/', '?', '#']).next()?;
    let (user, _) = authority.rsplit_once('@')?;
    user.split_once(':').map(|(_, password)| password)
}

/// Without the values.
impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Secrets({} values)", self.values.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secret_values_are_starred() {
        let secrets = Secrets::of([
            ("MODEL_API_KEY", "sk-123456", false),
            ("LONG_TOKEN", "sk-123456789", false),
            ("X_TOKEN", "on", false),
            ("HOME", "/home/ada", false),
        ]);
        assert_eq!(secrets.hide("a sk-123456 b sk-123456789"), Some("a *** b ***".into()));
        assert_eq!(secrets.hide("it is on in /home/ada"), None);
        assert_eq!(format!("{secrets:?}"), "Secrets(2 values)");
    }

    #[test]
    fn names_say_what_is_secret() {
        for name in [
            "OPENAI_API_KEY",
            "GH_TOKEN",
            "TOKEN",
            "db_password",
            "MYSQL_PASSWD",
            "AWS_SECRET_ACCESS_KEY",
            "AWS_ACCESS_KEY_ID",
            "TLS_PRIVATE_KEY",
            "GOOGLE_APPLICATION_CREDENTIALS",
            "PROXY_AUTH",
            "SENTRY_DSN",
        ] {
            assert!(is_secret(name), "{name}");
        }
        for name in ["PATH", "PWD", "OLDPWD", "SSH_AUTH_SOCK", "MAX_TOKENS", "KEY", "KEYBOARD", "BROKEN", "AUTHOR"] {
            assert!(!is_secret(name), "{name}");
        }
    }

    #[test]
    fn a_secret_is_hidden_in_the_forms_in_which_it_is_written() {
        let key = "-----BEGIN KEY-----\nMIIabcdefgh\n-----END KEY-----";
        let secrets = Secrets::of([
            ("A", "say \"please\"", true),
            ("TLS_PRIVATE_KEY", key, false),
            ("B", "amqp://u:pass-word@h/x", false),
        ]);
        assert_eq!(secrets.hide(r#"{"a": "say \"please\""}"#), Some(r#"{"a": "***"}"#.into()));
        assert_eq!(secrets.hide("MIIabcdefgh is a line"), Some("*** is a line".into()));
        assert_eq!(secrets.hide("amqp://u:pass-word@h/x"), Some("amqp://u:***@h/x".into()));
        let mut json = serde_json::json!({"pass-word": ["x pass-word", 1]});
        secrets.hide_json(&mut json);
        assert_eq!(json, serde_json::json!({"***": ["x ***", 1]}));
    }
}
