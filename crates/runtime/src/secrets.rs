//! Values that must not be shown.

/// Replaces secret values in whatever a program prints or logs.
#[derive(Clone, Default)]
pub struct Secrets {
    values: Vec<String>,
}

/// A variable of the environment is a secret if its name ends so.
const ENDINGS: [&str; 5] = ["_API_KEY", "_TOKEN", "_SECRET", "_PASSWORD", "_CREDENTIALS"];

/// Shorter values would hide ordinary words.
const SHORTEST: usize = 8;

/// Does the name of a variable say that its value is secret?
pub(crate) fn is_secret(name: &str) -> bool {
    ENDINGS.iter().any(|ending| name.ends_with(ending))
}

impl Secrets {
    /// The values of the variables whose names say that they are secret: `…_API_KEY`, `…_TOKEN`, `…_SECRET`,
    /// `…_PASSWORD`, `…_CREDENTIALS`.
    pub fn from_variables(variables: impl IntoIterator<Item = (String, String)>) -> Secrets {
        let mut values: Vec<String> = variables
            .into_iter()
            .filter(|(name, value)| is_secret(name) && value.len() >= SHORTEST)
            .map(|(_, value)| value)
            .collect();
        // A secret may hold another one.
        values.sort_by_key(|value| std::cmp::Reverse(value.len()));
        Secrets { values }
    }

    /// The text with `***` for each secret value, if there is one in it.
    pub(crate) fn hide(&self, text: &str) -> Option<String> {
        let mut hidden: Option<String> = None;
        for value in &self.values {
            let current = hidden.as_deref().unwrap_or(text);
            if current.contains(value.as_str()) {
                hidden = Some(current.replace(value.as_str(), "***"));
            }
        }
        hidden
    }
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
        let variables =
            [("MODEL_API_KEY", "sk-123456"), ("LONG_TOKEN", "sk-123456789"), ("X_TOKEN", "on"), ("HOME", "/home/ada")];
        let secrets = Secrets::from_variables(variables.map(|(name, value)| (name.to_owned(), value.to_owned())));
        assert_eq!(secrets.hide("a sk-123456 b sk-123456789"), Some("a *** b ***".into()));
        assert_eq!(secrets.hide("it is on in /home/ada"), None);
        assert_eq!(format!("{secrets:?}"), "Secrets(2 values)");
    }
}
