//! What a rule finds in one definition, without offsets of the file, and how it becomes a [`Diagnostic`].
//!
//! The findings of a definition are a query. An edit elsewhere in the file moves them, and nothing is looked at again.

use std::sync::Arc;

use danaide_syntax::{NodeOrToken, SyntaxNode, SyntaxNodePtr, TextRange, TextSize};

use super::diagnostic::{Diagnostic, DiagnosticTag, FileEdit, Fix, FixBy, RelatedInformation};
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
    /// In the definition, with the lines it stands on if nothing else does: where something is taken out.
    Lines(Place),
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
pub(crate) type FindingFix = FixBy<SpotEdit>;

/// What stands at a spot goes, a text comes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct SpotEdit {
    pub spot: Spot,
    pub text: String,
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
    pub(crate) fn edit(mut self, spot: Spot, text: impl Into<String>) -> Self {
        self.edits.push(SpotEdit { spot, text: text.into() });
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
        let Some(part) = self.part(place).filter(|it| it.text_range().contains_range(place.range)) else {
            return String::new();
        };
        // The text of a node is found by going through it from its beginning: so by the smallest that has it all.
        let around = part.covering_element(place.range);
        let range = place.range - around.text_range().start();
        match around {
            NodeOrToken::Node(node) => node.text().slice(range).to_string(),
            NodeOrToken::Token(token) => token.text()[range].to_owned(),
        }
    }

    /// The text of the part of the definition that a place is in; ranges of places count from its beginning.
    pub(crate) fn part_text(&self, place: Place) -> Option<String> {
        Some(self.part(place)?.text().to_string())
    }

    /// The place of the words of an operator between two operands, if there is nothing else but blanks and parentheses.
    pub(crate) fn between(&self, left: ExprId, right: ExprId, words: &[&str]) -> Option<Place> {
        let (left, right) = (self.map.expr(left)?, self.map.expr(right)?);
        let from = left.range.end();
        if left.part != right.part || from > right.range.start() {
            return None;
        }
        let text = self.text(Place { part: left.part, range: TextRange::new(from, right.range.start()) });
        let start = text.find(|c: char| !c.is_whitespace() && c != ')')?;
        let mut rest = &text[start..];
        for word in words {
            rest = rest.trim_start().strip_prefix(word)?;
        }
        if !rest.chars().all(|it| it.is_whitespace() || it == '(') {
            return None;
        }
        let size = |text: &str| TextSize::of(text);
        let range = TextRange::new(from + size(&text[..start]), from + size(&text) - size(rest));
        Some(Place { part: left.part, range })
    }

    /// Does a word in this place need a blank before it, and one after it?
    pub(crate) fn needs_blanks(&self, place: Place) -> (bool, bool) {
        let Some(text) = self.part_text(place) else { return (false, false) };
        let is_word = |it: Option<char>| it.is_some_and(|it| it.is_alphanumeric() || it == '_');
        let before = text.get(..place.range.start().into()).and_then(|it| it.chars().next_back());
        let after = text.get(place.range.end().into()..).and_then(|it| it.chars().next());
        (is_word(before), is_word(after))
    }

    fn part(&self, place: Place) -> Option<SyntaxNode> {
        match self.definition.syntax(self.db).parts.get(place.part as usize)? {
            crate::Part::Tree(green) => Some(SyntaxNode::new_root(green.clone())),
            crate::Part::Item { .. } => None,
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
                .map(|edit| {
                    let (file, range) = edit.spot.resolve(db, definition)?;
                    Some(FileEdit { file, range, text: edit.text.clone() })
                })
                .collect();
            if let Some(edits) = edits {
                diagnostic.fixes.push(Fix { title: fix.title.clone(), edits, applicability: fix.applicability });
            }
        }
        Some(diagnostic)
    }
}

impl Spot {
    fn resolve<'db>(&self, db: &'db dyn Db, definition: Definition<'db>) -> Option<(File, TextRange)> {
        match self {
            Spot::Here(place) => Some((definition.file(db), definition.absolute(db, *place)?)),
            Spot::Lines(place) => {
                let file = definition.file(db);
                Some((file, with_lines(file.text(db), definition.absolute(db, *place)?)))
            }
            Spot::Item(def) => Some((def.file, item_name_range(db, def)?)),
        }
    }
}

/// A range with the lines it stands on, if there is nothing else on them.
fn with_lines(text: &str, range: TextRange) -> TextRange {
    let (Some(before), Some(after)) = (text.get(..range.start().into()), text.get(range.end().into()..)) else {
        return range;
    };
    let start = before.trim_end_matches([' ', '\t']);
    let end = after.trim_start_matches([' ', '\t']);
    let line_end = ["\r\n", "\n", ""].into_iter().find(|it| end.starts_with(it) && (!it.is_empty() || end.is_empty()));
    match line_end {
        Some(line_end) if start.is_empty() || start.ends_with('\n') => {
            let after = after.len() - end.len() + line_end.len();
            TextRange::new(TextSize::of(start), range.end() + TextSize::try_from(after).unwrap_or_default())
        }
        _ => range,
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
