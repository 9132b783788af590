//! What can be set, as plain values.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::{Category, Db, DiagnosticCode, File, Level};

/// Which findings are shown and how. What is not set is as the rules say.
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
}

/// What holds for one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileSettings {
    pub levels: Levels,
    /// How many diagnostics the file may have; the rest is left out.
    pub max_diagnostics: usize,
}

/// The settings that hold for a file.
#[salsa::tracked(returns(clone))]
pub fn file_settings(db: &dyn Db, file: File) -> Arc<FileSettings> {
    let _ = file;
    let config = db.config();
    Arc::new(FileSettings { levels: config.levels(db).clone(), max_diagnostics: config.max_diagnostics(db) })
}
