//! The variables of the environment that a run has, which of them are secret, and which of them the program gets.

use std::collections::{BTreeMap, HashSet};
use std::ffi::OsString;
use std::path::Path;

use serde_json::Value;
use thiserror::Error;

use crate::Secrets;
use crate::grants::EnvironmentGrants;
use crate::secrets::{SHORTEST_NAMED, is_secret};

/// The variables of a run: those of the process, and those of a file of secrets, which come first.
#[derive(Clone, Default)]
pub struct Environment {
    variables: BTreeMap<OsString, OsString>,
    /// Secret by somebody's word, whatever they are called.
    secret: HashSet<String>,
}

/// Secrets that cannot be kept.
#[derive(Debug, Error)]
pub enum EnvironmentError {
    #[error("--secret {0}: there is no variable {0} in the environment")]
    NoVariable(String),
    #[error(
        "the secret {0} is shorter than {SHORTEST_NAMED} characters; hiding it would hide what is none. Give it a longer value"
    )]
    TooShort(String),
    #[error("cannot use the secrets in {path}: cannot read it: {reason}")]
    Unreadable { path: String, reason: String },
    #[error("{path} does not hold secrets: {reason}; write lines such as NAME=value, or a JSON object of texts")]
    Malformed { path: String, reason: String },
}

/// What every process gets that is started: without it hardly any works.
const USUAL: [&str; 20] = [
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "SHELL",
    "LANG",
    "LANGUAGE",
    "TZ",
    "TERM",
    "TMPDIR",
    "TEMP",
    "TMP",
    "SYSTEMROOT",
    "SYSTEMDRIVE",
    "WINDIR",
    "COMSPEC",
    "PATHEXT",
    "USERPROFILE",
    "APPDATA",
    "LOCALAPPDATA",
];

fn is_usual(name: &str) -> bool {
    // Windows does not tell letters of both cases apart.
    let name = if cfg!(windows) { name.to_ascii_uppercase() } else { name.to_owned() };
    USUAL.contains(&name.as_str()) || name.starts_with("LC_")
}

impl Environment {
    /// The variables of this process.
    pub fn of_process() -> Environment {
        Environment { variables: std::env::vars_os().collect(), secret: HashSet::new() }
    }

    /// Counts a variable as secret, whatever it is called.
    ///
    /// # Errors
    /// If there is none, or its value is too short to be hidden.
    pub fn mark_secret(&mut self, name: &str) -> Result<(), EnvironmentError> {
        let value = self.get(name).ok_or_else(|| EnvironmentError::NoVariable(name.to_owned()))?;
        if value.chars().count() < SHORTEST_NAMED {
            return Err(EnvironmentError::TooShort(name.to_owned()));
        }
        self.secret.insert(name.to_owned());
        Ok(())
    }

    /// Adds the variables of a file, all of them secret: lines of `NAME=value` (`#` starts a comment, `export` and quotes around the
    /// value do not count), or a JSON object.
    ///
    /// # Errors
    /// If it cannot be read, holds something else, or a value that is too short to be hidden.
    pub fn add_secrets(&mut self, path: &Path) -> Result<(), EnvironmentError> {
        let shown = || path.display().to_string();
        let text = std::fs::read_to_string(path)
            .map_err(|error| EnvironmentError::Unreadable { path: shown(), reason: error.to_string() })?;
        let found = if text.trim_start().starts_with('{') { of_json(&text) } else { of_lines(&text) };
        for (name, value) in found.map_err(|reason| EnvironmentError::Malformed { path: shown(), reason })? {
            self.variables.insert(name.clone().into(), value.into());
            self.mark_secret(&name)?;
        }
        Ok(())
    }

    /// The value of a variable, if it is text.
    pub fn get(&self, name: &str) -> Option<String> {
        self.variables.get(std::ffi::OsStr::new(name))?.to_str().map(str::to_owned)
    }

    /// What must not be shown.
    pub fn secrets(&self) -> Secrets {
        // A value that is not text cannot be printed by a program.
        let texts = self.variables.iter().filter_map(|(name, value)| Some((name.to_str()?, value.to_str()?)));
        Secrets::of(texts.map(|(name, value)| (name, value, self.secret.contains(name))))
    }

    /// Does the program get this variable? A usual one, or one that is granted; a secret one has to be granted by its name.
    fn is_given(&self, name: &str, grants: &EnvironmentGrants) -> bool {
        let is_secret = self.secret.contains(name) || is_secret(name);
        if is_secret { grants.names(name) } else { is_usual(name) || grants.covers(name) }
    }

    /// The value of a variable for the program, if there is one.
    ///
    /// # Errors
    /// Why the program does not get it, with the grant that would allow it.
    pub(crate) fn read(&self, name: &str, grants: &EnvironmentGrants) -> Result<Option<String>, String> {
        if self.is_given(name, grants) {
            return Ok(self.get(name));
        }
        Err(format!(
            "reading the variable '{name}' of the environment is not granted; run with --allow env={name} to allow it"
        ))
    }

    /// The variables that processes get which the program starts.
    pub(crate) fn granted(&self, grants: &EnvironmentGrants) -> Vec<(OsString, OsString)> {
        let given = self.variables.iter().filter(|(name, _)| match name.to_str() {
            Some(name) => self.is_given(name, grants),
            None => grants.covers(""),
        });
        given.map(|(name, value)| (name.clone(), value.clone())).collect()
    }
}

/// Without the values.
impl std::fmt::Debug for Environment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Environment({} variables)", self.variables.len())
    }
}

/// What goes wrong is said without a word of the file.
fn of_json(text: &str) -> Result<Vec<(String, String)>, String> {
    let json: Value = serde_json::from_str(text)
        .map_err(|error| format!("line {} column {} is no JSON", error.line(), error.column()))?;
    let members = json.as_object().ok_or("it is no object")?;
    let text = |(name, value): (&String, &Value)| match value {
        Value::String(text) => Ok((name.clone(), text.clone())),
        _ => Err(format!("the value of {name} is no text")),
    };
    members.iter().map(text).collect()
}

fn of_lines(text: &str) -> Result<Vec<(String, String)>, String> {
    let mut found = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let line = line.strip_prefix("export ").unwrap_or(line);
        let named = line.split_once('=').map(|(name, value)| (name.trim(), value.trim()));
        let Some((name, value)) = named.filter(|(name, _)| !name.is_empty() && !name.contains(char::is_whitespace))
        else {
            return Err(format!("line {} has no NAME=value", index + 1));
        };
        let quoted = ['"', '\''].iter().find_map(|quote| value.strip_prefix(*quote)?.strip_suffix(*quote));
        found.push((name.to_owned(), quoted.unwrap_or(value).to_owned()));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Grants;

    fn environment(variables: &[(&str, &str)]) -> Environment {
        let variables = variables.iter().map(|(name, value)| (OsString::from(name), OsString::from(value))).collect();
        Environment { variables, secret: HashSet::new() }
    }

    fn granted(environment: &Environment, grants: &[&str]) -> Vec<String> {
        let grants = Grants::parse(grants.iter().copied()).unwrap();
        let given = environment.granted(grants.environment());
        given.into_iter().map(|(name, _)| name.into_string().unwrap()).collect()
    }

    #[test]
    fn programs_get_the_usual_variables_and_what_is_granted() {
        let mut all = environment(&[
            ("HOME", "/home/ada"),
            ("LC_ALL", "C"),
            ("EDITOR", "vi"),
            ("SHOP_URL", "x"),
            ("SHOP_TOKEN", "12345678"),
            ("PIN", "1234"),
        ]);
        assert_eq!(granted(&all, &[]), ["HOME", "LC_ALL"]);
        assert_eq!(granted(&all, &["env=EDITOR"]), ["EDITOR", "HOME", "LC_ALL"]);
        assert_eq!(granted(&all, &["env=SHOP_*,EDITOR"]), ["EDITOR", "HOME", "LC_ALL", "SHOP_URL"]);
        assert_eq!(granted(&all, &["env"]), ["EDITOR", "HOME", "LC_ALL", "PIN", "SHOP_URL"]);
        all.mark_secret("PIN").unwrap();
        assert_eq!(granted(&all, &["env"]), ["EDITOR", "HOME", "LC_ALL", "SHOP_URL"]);
        assert_eq!(granted(&all, &["env=SHOP_TOKEN", "env=PIN"]), ["HOME", "LC_ALL", "PIN", "SHOP_TOKEN"]);
    }

    #[test]
    fn secrets_come_from_the_environment_and_from_files() {
        let folder = tempfile::tempdir().unwrap();
        let file = |text: &str| {
            let path = folder.path().join("secrets");
            std::fs::write(&path, text).unwrap();
            path
        };
        let mut all = environment(&[("PIN", "1234"), ("SHORT", "no")]);
        all.add_secrets(&file("# of the shop\n\nexport A='one two'\nB = four=5\n")).unwrap();
        assert_eq!((all.get("A").as_deref(), all.get("B").as_deref()), (Some("one two"), Some("four=5")));
        all.add_secrets(&file("{\"A\": \"else\"}")).unwrap();
        all.mark_secret("PIN").unwrap();
        assert_eq!(all.secrets().hide("1234, else, four=5, no"), Some("***, ***, ***, no".to_owned()));
        assert_eq!(format!("{all:?} {:?}", all.secrets()), "Environment(4 variables) Secrets(3 values)");

        let mut message = |text: &str| all.add_secrets(&file(text)).unwrap_err().to_string();
        assert!(message("A=long enough\nsecret words\n").contains("does not hold secrets: line 2 has no NAME=value;"));
        assert!(message("{\"A\": \"long enough\" secret").contains("line 1 column 21 is no JSON;"));
        assert!(message("{\"A\": 12345}").contains("the value of A is no text;"));
        assert!(message("A=no").starts_with("the secret A is shorter than 4 characters"));
        assert_eq!(
            all.mark_secret("X").unwrap_err().to_string(),
            "--secret X: there is no variable X in the environment"
        );
        let missing = all.add_secrets(&folder.path().join("none")).unwrap_err().to_string();
        assert!(
            missing.starts_with("cannot use the secrets in") && missing.contains("none: cannot read it"),
            "{missing}"
        );
    }
}
