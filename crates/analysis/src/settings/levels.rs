//! Which findings are shown, and how.

use std::collections::BTreeMap;

use crate::{Category, DiagnosticCode, Level};

/// The levels of the rules. What is not set is as the rules say.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Levels(BTreeMap<DiagnosticCode, Level>);

impl Levels {
    /// What is done with the findings of a rule. That of syntax errors cannot be changed.
    pub fn get(&self, code: DiagnosticCode) -> Level {
        let rule = code.rule();
        match self.0.get(&code) {
            Some(level) if rule.can_be_hidden() => *level,
            _ => rule.level,
        }
    }

    pub fn set(&mut self, code: DiagnosticCode, level: Level) {
        self.0.insert(code, level);
    }

    /// Sets all rules of a category.
    pub fn set_category(&mut self, category: Category, level: Level) {
        for &code in DiagnosticCode::ALL {
            if code.rule().category == category {
                self.set(code, level);
            }
        }
    }

    /// Takes over what others set.
    pub fn extend(&mut self, others: &Levels) {
        self.0.extend(&others.0);
    }
}
