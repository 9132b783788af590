//! Levels of rules, as an editor's settings have them.

use std::collections::BTreeMap;

use danaide_analysis::{Level, Levels, RuleSelector, nearest};
use serde::de::{Deserialize, Deserializer, Error};

/// Levels by code or category; all names and levels in it are known.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
#[serde(transparent)]
pub(crate) struct Rules(BTreeMap<String, String>);

impl Rules {
    pub(crate) fn levels(&self) -> Levels {
        let mut levels = Levels::default();
        let mut known: Vec<(RuleSelector, Level)> =
            self.0.iter().filter_map(|(name, level)| parse(name, level).ok()).collect();
        // A code counts more than its category.
        known.sort_by_key(|(selector, _)| *selector);
        for (selector, level) in known {
            selector.set(level, &mut levels);
        }
        levels
    }
}

fn parse(name: &str, level: &str) -> Result<(RuleSelector, Level), String> {
    let selector = RuleSelector::from_name(name)?;
    let names = || Level::ALL.into_iter().map(Level::as_str);
    let level = Level::from_name(level).ok_or_else(|| match nearest(level, names()) {
        Some(nearest) => format!("there is no level `{level}`; did you mean `{nearest}`?"),
        None => format!("there is no level `{level}`; use {}", names().collect::<Vec<_>>().join(", ")),
    })?;
    Ok((selector, level))
}

impl<'de> Deserialize<'de> for Rules {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let table = BTreeMap::<String, String>::deserialize(deserializer)?;
        for (name, level) in &table {
            parse(name, level).map_err(D::Error::custom)?;
        }
        Ok(Self(table))
    }
}

/// An object with a property for each name, so that editors complete them.
#[cfg(test)]
impl schemars::JsonSchema for Rules {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Rules".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let levels: Vec<&str> = Level::ALL.into_iter().map(Level::as_str).collect();
        let names = RuleSelector::names().into_iter().filter(|it| RuleSelector::from_name(it).is_ok());
        let properties: serde_json::Map<String, serde_json::Value> =
            names.map(|it| (it.to_owned(), serde_json::json!({ "enum": levels }))).collect();
        schemars::json_schema!({ "type": "object", "properties": properties, "additionalProperties": false })
    }
}
