//! What a rule finds in one definition, without offsets of the file, and how it becomes a [`Diagnostic`].
//!
//! The findings of a definition are a query. An edit elsewhere in the file moves them, and nothing is looked at again.

use std::sync::Arc;

use danaide_syntax::{SyntaxNodePtr, TextRange};

use super::diagnostic::{Applicability, Diagnostic, DiagnosticTag, FileEdit, Fix, RelatedInformation};
use super::rules::{self, DiagnosticCode};
use crate::infer::{Inference, infer};
use crate::record::{missing_members, record_info};
use crate::ty::{DefRef, Type};
use crate::{
    BindingId, Body, BodySourceMap, Db, Definition, ExprId, File, Place, StmtId, body_of, body_source_map,
    item_source_map, parse,
};
use crate::{FilePath, RecordKind};

/// Where something is that a finding names.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Spot {
    /// In the definition.
    Here(Place),
    /// The name of an item of this or another file.
    Item(DefRef),
}

/// A finding in a definition.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Finding {
    pub code: DiagnosticCode,
    pub message: String,
    pub place: Place,
    pub related: Vec<(String, Spot)>,
    pub tags: Vec<DiagnosticTag>,
    pub fixes: Vec<FindingFix>,
}

/// A [`Fix`] without offsets of the file.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct FindingFix {
    pub title: String,
    pub edits: Vec<(Spot, String)>,
    pub applicability: Applicability,
}

impl Finding {
    pub(crate) fn new(code: DiagnosticCode, message: impl Into<String>, place: Place) -> Self {
        Self { code, message: message.into(), place, related: Vec::new(), tags: Vec::new(), fixes: Vec::new() }
    }

    /// Adds a place that explains it.
    pub(crate) fn with_related(mut self, message: impl Into<String>, spot: Spot) -> Self {
        self.related.push((message.into(), spot));
        self
    }

    pub(crate) fn with_tag(mut self, tag: DiagnosticTag) -> Self {
        self.tags.push(tag);
        self
    }

    pub(crate) fn with_fix(mut self, fix: FindingFix) -> Self {
        self.fixes.push(fix);
        self
    }
}

impl FindingFix {
    /// A fix that may be applied without asking.
    pub(crate) fn safe(title: impl Into<String>) -> Self {
        Self { title: title.into(), edits: Vec::new(), applicability: Applicability::Safe }
    }

    /// A fix that a person has to look at.
    pub(crate) fn needs_review(title: impl Into<String>) -> Self {
        Self { title: title.into(), edits: Vec::new(), applicability: Applicability::NeedsReview }
    }

    pub(crate) fn edit(mut self, spot: Spot, text: impl Into<String>) -> Self {
        self.edits.push((spot, text.into()));
        self
    }
}

/// A definition that rules look at, with all that is known of it.
pub(crate) struct BodyCheck<'db> {
    pub(crate) db: &'db dyn Db,
    pub(crate) file: File,
    pub(crate) definition: Definition<'db>,
    pub(crate) body: Arc<Body>,
    pub(crate) map: Arc<BodySourceMap>,
    pub(crate) inference: Arc<Inference>,
    found: Vec<Finding>,
}

impl<'db> BodyCheck<'db> {
    pub(crate) fn report(&mut self, finding: Finding) {
        self.found.push(finding);
    }

    /// Where an expression stands; the beginning of the definition for what is not written.
    pub(crate) fn expr(&self, id: ExprId) -> Place {
        self.map.expr(id).unwrap_or(Place::START)
    }

    pub(crate) fn stmt(&self, id: StmtId) -> Place {
        self.map.stmt(id).unwrap_or(Place::START)
    }

    /// The name of an attribute or, by its value, of a keyword argument; else the whole.
    pub(crate) fn name(&self, id: ExprId) -> Place {
        self.map.name(id).unwrap_or_else(|| self.expr(id))
    }

    pub(crate) fn binding(&self, id: BindingId) -> Place {
        self.map.binding(id).unwrap_or(Place::START)
    }

    /// The text at a place of the definition.
    pub(crate) fn text(&self, place: Place) -> String {
        match self.definition.syntax(self.db).parts.get(place.part as usize) {
            Some(crate::Part::Tree(green)) => {
                let node = danaide_syntax::SyntaxNode::new_root(green.clone());
                let all = node.text();
                let range = node.text_range();
                if range.contains_range(place.range) { all.slice(place.range).to_string() } else { String::new() }
            }
            _ => String::new(),
        }
    }

    /// A finding about a name that is not known: the nearest known one is named, and a fix puts it in.
    pub(crate) fn unknown<'n>(
        &self,
        code: DiagnosticCode,
        message: String,
        place: Place,
        name: &str,
        known: impl IntoIterator<Item = &'n str>,
    ) -> Finding {
        match crate::nearest(name, known) {
            Some(nearest) => {
                let fix = FindingFix::needs_review(format!("Change to `{nearest}`")).edit(Spot::Here(place), nearest);
                Finding::new(code, format!("{message}; did you mean `{nearest}`?"), place).with_fix(fix)
            }
            None => Finding::new(code, message, place),
        }
    }

    /// A type as a reader sees it.
    pub(crate) fn show(&self, ty: &Type) -> String {
        ty.display(self.db).to_string()
    }

    /// What a record lacks of an interface, as the end of a sentence.
    pub(crate) fn why_not(&self, found: &Type, expected: &Type) -> String {
        let (Type::Record(record) | Type::Agent(record), Type::Record(interface)) = (found, expected) else {
            return String::new();
        };
        if record_info(self.db, interface).is_none_or(|it| it.kind != Some(RecordKind::Interface)) {
            return String::new();
        }
        let names: Vec<String> =
            missing_members(self.db, record, interface).iter().map(|it| format!("`{it}`")).collect();
        format!(": it lacks {}", names.join(" and "))
    }

    /// Adds where a function or record is defined.
    pub(crate) fn with_definition(&self, finding: Finding, def: Option<&DefRef>) -> Finding {
        match def {
            Some(def) if !matches!(def.file.path(self.db), FilePath::Library(_)) => {
                finding.with_related(format!("`{}` is defined here", def.item.name()), Spot::Item(def.clone()))
            }
            _ => finding,
        }
    }
}

/// What all rules find in a definition, levels not yet looked at.
#[salsa::tracked(returns(clone))]
pub(super) fn definition_findings<'db>(db: &'db dyn Db, definition: Definition<'db>) -> Arc<[Finding]> {
    let mut check = BodyCheck {
        db,
        file: definition.file(db),
        definition,
        body: body_of(db, definition),
        map: body_source_map(db, definition),
        inference: infer(db, definition),
        found: Vec::new(),
    };
    rules::run_body(&mut check);
    check.found.into()
}

impl Finding {
    /// With offsets of the file; none if the definition has moved away.
    pub(super) fn diagnostic<'db>(&self, db: &'db dyn Db, definition: Definition<'db>) -> Option<Diagnostic> {
        let file = definition.file(db);
        let mut diagnostic = Diagnostic::new(self.code, self.message.clone(), definition.absolute(db, self.place)?);
        for (message, spot) in &self.related {
            if let Some((file, range)) = spot.resolve(db, definition) {
                diagnostic.related.push(RelatedInformation { message: message.clone(), file, range });
            }
        }
        diagnostic.tags.clone_from(&self.tags);
        for fix in &self.fixes {
            let edits: Option<Vec<FileEdit>> = fix
                .edits
                .iter()
                .map(|(spot, text)| {
                    let (file, range) = spot.resolve(db, definition)?;
                    Some(FileEdit { file, range, text: text.clone() })
                })
                .collect();
            if let Some(edits) = edits {
                diagnostic.fixes.push(Fix { title: fix.title.clone(), edits, applicability: fix.applicability });
            }
        }
        let _ = file;
        Some(diagnostic)
    }
}

impl Spot {
    fn resolve<'db>(&self, db: &'db dyn Db, definition: Definition<'db>) -> Option<(File, TextRange)> {
        match self {
            Spot::Here(place) => Some((definition.file(db), definition.absolute(db, *place)?)),
            Spot::Item(def) => Some((def.file, item_name_range(db, def)?)),
        }
    }
}

/// Where the name of an item stands in its file.
pub fn item_name_range(db: &dyn Db, def: &DefRef) -> Option<TextRange> {
    let ptr: SyntaxNodePtr = item_source_map(db, def.file).ptr(&def.item)?;
    let node = ptr.to_node(&parse(db, def.file).syntax_node())?;
    let name = node
        .children_with_tokens()
        .filter_map(danaide_syntax::NodeOrToken::into_token)
        .find(|it| it.kind() == danaide_syntax::SyntaxKind::IDENT && it.text() == def.item.name());
    Some(name.map_or_else(|| node.text_range(), |it| it.text_range()))
}
