//! What runs leave behind until the text changes: where they failed, and how long their tasks took.

use std::sync::Arc;

use danaide_syntax::TextRange;
use lsp_types::{Diagnostic, Url};
use parking_lot::Mutex;
use rustc_hash::FxHashMap;

use super::tasks::Measure;

/// So many documents are remembered.
const MOST: usize = 1_000;

/// Failures and measures, each with the text that it is about.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    failures: Mutex<Vec<Failed>>,
    measured: Mutex<FxHashMap<Url, Measured>>,
}

/// A failure of a run.
#[derive(Debug, Clone)]
pub(crate) struct Failed {
    /// The document that ran.
    pub(crate) of: Url,
    /// The document where it failed, with its text.
    pub(crate) uri: Url,
    pub(crate) text: Arc<str>,
    pub(crate) diagnostic: Diagnostic,
}

#[derive(Debug, Clone)]
struct Measured {
    text: Arc<str>,
    calls: Arc<[(TextRange, Measure)]>,
}

impl Kept {
    pub(crate) fn add_failure(&self, failed: Failed) {
        let mut failures = self.failures.lock();
        if failures.len() >= MOST {
            failures.remove(0);
        }
        failures.push(failed);
    }

    /// A document runs again: what was said of its last run counts no more.
    pub(crate) fn forget_failures(&self, of: &Url) {
        self.failures.lock().retain(|it| it.of != *of);
    }

    /// The documents that a failure is shown in.
    pub(crate) fn documents(&self) -> Vec<Url> {
        self.failures.lock().iter().map(|it| it.uri.clone()).collect()
    }

    /// The failures in a document with this text; those in another text are forgotten.
    pub(crate) fn failures(&self, uri: &Url, text: &str) -> Vec<Diagnostic> {
        let mut failures = self.failures.lock();
        failures.retain(|it| it.uri != *uri || &*it.text == text);
        failures.iter().filter(|it| it.uri == *uri).map(|it| it.diagnostic.clone()).collect()
    }

    pub(crate) fn set_measured(&self, uri: Url, text: Arc<str>, calls: Vec<(TextRange, Measure)>) {
        let mut measured = self.measured.lock();
        if measured.len() >= MOST {
            measured.clear();
        }
        measured.insert(uri, Measured { text, calls: calls.into() });
    }

    /// What was measured in a document, while it has the text that ran.
    pub(crate) fn measured(&self, uri: &Url, text: &str) -> Arc<[(TextRange, Measure)]> {
        let mut measured = self.measured.lock();
        match measured.get(uri) {
            Some(it) if &*it.text == text => it.calls.clone(),
            Some(_) => {
                measured.remove(uri);
                Arc::default()
            }
            None => Arc::default(),
        }
    }
}
