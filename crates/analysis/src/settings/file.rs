//! What can stand in `danaide.toml`: these types are the one place that says so. `docs/danaide.schema.json` is made from
//! them.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error};

use super::glob::Glob;
use super::levels::Levels;
use crate::{Category, DiagnosticCode, Level};

/// Settings of Danaide.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct SettingsFile {
    /// How findings are shown, by code or by category. A code counts more than its category.
    pub rules: RuleTable,
    pub check: CheckSettings,
    pub paths: PathSettings,
    pub imports: ImportSettings,
    /// Rules for some files only; a later entry counts more than an earlier one.
    pub overrides: Vec<Override>,
}

/// What is checked and how much is shown.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct CheckSettings {
    /// Files and folders that are left out when folders are searched. Patterns as in `.gitignore`, relative to this file:
    /// one without a slash means that name at any depth.
    pub exclude: Vec<Glob>,
    /// How many findings a file may have; the rest is left out. 1000 unless set.
    pub max_diagnostics: Option<usize>,
}

/// Where modules are looked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct PathSettings {
    /// Folders in which modules are looked for, relative to this file: after the importing file's folder and the
    /// workspace, before `DANAPATH`.
    pub search: Vec<String>,
}

/// How imports are judged.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct ImportSettings {
    /// What an import means of a module that is not found: it may be one of Python.
    pub unresolved_python: UnresolvedPython,
    /// Python modules that are installed, with all modules below them: they are never reported.
    pub known_python: Vec<String>,
}

/// What is done with Python modules that are not found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum UnresolvedPython {
    /// They are reported like other modules that are not found, unless they come with Python.
    #[default]
    Report,
    /// They are taken to be installed: what is not found is taken to be Python's.
    Assume,
}

impl ImportSettings {
    /// Is a module that was not found taken to be one of Python? The name is `numpy.linalg`, without `.py`.
    pub fn assumes_python(&self, module: &str) -> bool {
        let is_known =
            |known: &String| module.strip_prefix(known.as_str()).is_some_and(|it| it.is_empty() || it.starts_with('.'));
        self.unresolved_python == UnresolvedPython::Assume
            || crate::python_modules::comes_with_python(module)
            || self.known_python.iter().any(is_known)
    }
}

/// Rules for some files.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Override {
    /// Patterns as in `check.exclude`.
    pub files: Vec<Glob>,
    #[serde(default)]
    pub rules: RuleTable,
}

/// A code, or a category of codes. `Ord`: categories first, so that codes count more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RuleSelector {
    Category(Category),
    Code(DiagnosticCode),
}

impl RuleSelector {
    /// What a name means.
    ///
    /// # Errors
    /// A sentence, if there is no such code or category or if it cannot be set.
    pub fn from_name(name: &str) -> Result<Self, String> {
        let code = DiagnosticCode::from_name(name).map(Self::Code);
        let Some(selector) = code.or_else(|| Category::from_name(name).map(Self::Category)) else {
            let known = Self::names();
            return Err(match crate::nearest(name, known.iter().copied()) {
                Some(nearest) => format!("there is no code or category `{name}`; did you mean `{nearest}`?"),
                None => format!("there is no code or category `{name}`; `danaide explain` lists the codes"),
            });
        };
        let can_be_set = match selector {
            Self::Code(code) => code.rule().can_be_hidden(),
            Self::Category(category) => category != Category::Syntax,
        };
        if can_be_set { Ok(selector) } else { Err(format!("the level of `{name}` cannot be changed")) }
    }

    /// All names that can be set or not.
    pub fn names() -> Vec<&'static str> {
        let categories = Category::ALL.into_iter().map(Category::as_str);
        categories.chain(DiagnosticCode::ALL.iter().map(|it| it.as_str())).collect()
    }

    pub fn set(self, level: Level, levels: &mut Levels) {
        match self {
            Self::Code(code) => levels.set(code, level),
            Self::Category(category) => levels.set_category(category, level),
        }
    }
}

impl<'de> Deserialize<'de> for RuleSelector {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl serde::de::Visitor<'_> for Visitor {
            type Value = RuleSelector;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a code or a category")
            }

            fn visit_str<E: Error>(self, name: &str) -> Result<RuleSelector, E> {
                RuleSelector::from_name(name).map_err(E::custom)
            }
        }

        deserializer.deserialize_str(Visitor)
    }
}

/// Levels by code or category.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(transparent)]
pub struct RuleTable(BTreeMap<RuleSelector, Level>);

impl RuleTable {
    pub fn apply(&self, levels: &mut Levels) {
        for (selector, level) in &self.0 {
            selector.set(*level, levels);
        }
    }
}

/// An object with a property for each name, so that editors complete them.
#[cfg(test)]
impl schemars::JsonSchema for RuleTable {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "RuleTable".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let level = generator.subschema_for::<Level>();
        let mut properties = serde_json::Map::new();
        for name in RuleSelector::names() {
            if RuleSelector::from_name(name).is_ok() {
                let mut property = level.clone();
                let summary = match DiagnosticCode::from_name(name) {
                    Some(code) => code.rule().summary.to_owned(),
                    None => format!("All codes of the category {name}"),
                };
                property.insert("description".to_owned(), summary.into());
                properties.insert(name.to_owned(), property.into());
            }
        }
        schemars::json_schema!({ "type": "object", "properties": properties, "additionalProperties": false })
    }
}
