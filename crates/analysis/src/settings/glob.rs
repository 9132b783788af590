//! Patterns of paths, as in `.gitignore`.

use std::fmt;

use camino::Utf8Path;
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use serde::de::{Deserialize, Deserializer, Error};

/// A pattern for paths below the folder of the settings file. Without a slash it means that name at any depth; what is
/// below a folder that it means is meant too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glob {
    text: String,
    /// For the path itself and for what is below it.
    globs: [globset::Glob; 2],
}

impl Glob {
    /// # Errors
    /// A sentence about what is wrong with the pattern.
    pub fn new(text: &str) -> Result<Self, String> {
        let trimmed = text.strip_prefix("./").unwrap_or(text).trim_end_matches('/');
        let anchored = match trimmed.strip_prefix('/') {
            Some(below) => below.to_owned(),
            None if trimmed.contains('/') => trimmed.to_owned(),
            None => format!("**/{trimmed}"),
        };
        if trimmed.is_empty() {
            return Err("an empty pattern means no file".to_owned());
        }
        if anchored.starts_with("../") {
            return Err(format!("`{text}` leads out of the folder of the settings"));
        }
        let glob = |pattern: &str| {
            let built = GlobBuilder::new(pattern).literal_separator(true).build();
            built.map_err(|error| format!("`{text}` is not a pattern: {}", error.kind()))
        };
        Ok(Self { globs: [glob(&anchored)?, glob(&format!("{anchored}/**"))?], text: text.to_owned() })
    }
}

impl<'de> Deserialize<'de> for Glob {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl serde::de::Visitor<'_> for Visitor {
            type Value = Glob;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Glob, E> {
                Glob::new(text).map_err(E::custom)
            }
        }

        deserializer.deserialize_str(Visitor)
    }
}

#[cfg(test)]
impl schemars::JsonSchema for Glob {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Glob".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string" })
    }
}

/// Several patterns at once.
#[derive(Debug, Clone)]
pub(super) struct GlobList(GlobSet);

impl GlobList {
    pub(super) fn new(globs: &[Glob]) -> Self {
        let mut set = GlobSetBuilder::new();
        for glob in globs.iter().flat_map(|it| &it.globs) {
            set.add(glob.clone());
        }
        // Each pattern was compiled before, so only their number can be too much.
        Self(set.build().unwrap_or_else(|_| GlobSet::empty()))
    }

    /// `path` is relative to the folder of the settings.
    pub(super) fn contains(&self, path: &Utf8Path) -> bool {
        self.0.is_match(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_those_of_gitignore() {
        for (pattern, path, expected) in [
            ("build", "build/a.na", true),
            ("build", "deep/build/a.na", true),
            ("build", "rebuild/a.na", false),
            ("*_test.na", "deep/a_test.na", true),
            ("/build/", "build/a.na", true),
            ("/build", "deep/build/a.na", false),
            ("deep/build", "deep/build/x/a.na", true),
            ("deep/*.na", "deep/a.na", true),
            ("deep/*.na", "deep/x/a.na", false),
            ("**/gen/*.na", "a/b/gen/c.na", true),
            ("./gen", "gen/c.na", true),
            ("{a,b}.na", "x/b.na", true),
        ] {
            let list = GlobList::new(&[Glob::new(pattern).expect("a pattern")]);
            assert_eq!(list.contains(Utf8Path::new(path)), expected, "{pattern} {path}");
        }
        for pattern in ["", "a[", "../x", "{a"] {
            assert!(Glob::new(pattern).is_err(), "{pattern}");
        }
    }
}
