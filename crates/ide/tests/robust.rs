//! Every feature at many places of real programs, as they are and half-typed: no panic, and answers that hold together.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use danaide_analysis::{AnalysisHost, Change, Db, File, FilePath, MemoryFileSystem};
use danaide_ide as ide;
use danaide_syntax::{TextRange, TextSize};

fn programs() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut folders = vec![root.join("tests/programs"), root.join("examples")];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "na") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

/// Small numbers that are the same in each run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % limit.max(1)
    }
}

fn boundary(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn size(at: usize) -> TextSize {
    TextSize::new(u32::try_from(at).expect("a short text"))
}

fn in_text(db: &dyn Db, file: File, range: TextRange) {
    let text = file.text(db);
    assert!(text.get(std::ops::Range::<usize>::from(range)).is_some(), "{range:?} of {}", file.path(db));
}

/// Asks everything about one place.
fn ask(db: &dyn Db, file: File, offset: TextSize) {
    for it in ide::goto_definition(db, file, offset).iter().chain(&ide::goto_declaration(db, file, offset)) {
        in_text(db, it.file, it.range);
        assert!(it.range.contains_range(it.name_range));
    }
    ide::goto_type_definition(db, file, offset);
    ide::goto_implementation(db, file, offset);
    if let Some(hover) = ide::hover(db, file, offset) {
        assert!(hover.range.contains_inclusive(offset) && !hover.markdown.is_empty());
    }
    for it in ide::highlights(db, file, offset) {
        in_text(db, file, it.range);
    }
    if let Some(found) = ide::completions(db, file, offset) {
        assert!(found.range.end() == offset && found.word.contains_range(found.range));
        for it in found.items.iter().take(20) {
            it.symbol.as_ref().and_then(ide::Documented::of).map(|it| it.documentation(db));
        }
    }
    for it in ide::signature_help(db, file, offset).into_iter().flat_map(|it| it.signatures) {
        assert!(it.parameters.iter().all(|(start, end)| it.label.get(*start..*end).is_some()));
    }
    let selections = ide::selection_ranges(db, file, offset);
    assert!(selections.windows(2).all(|it| it[1].contains_range(it[0]) && it[0] != it[1]));
    for it in ide::prepare_call_hierarchy(db, file, offset) {
        ide::outgoing_calls(db, it.file, it.name_range);
    }
    for it in ide::code_actions(db, file, TextRange::empty(offset), |_| true) {
        for (file, range, _) in &it.edits {
            in_text(db, *file, *range);
        }
    }
}

/// Asks everything about the whole file.
fn ask_file(db: &dyn Db, file: File) {
    let all = TextRange::up_to(TextSize::of(&**file.text(db)));
    let tokens = ide::semantic_tokens(db, file, None);
    assert!(tokens.windows(2).all(|it| it[0].range.end() <= it[1].range.start()), "{}", file.path(db));
    for it in ide::inlay_hints(db, file, all, ide::HintOptions::default()) {
        assert!(all.contains_inclusive(it.offset));
    }
    for it in ide::code_lenses(db, file) {
        in_text(db, file, it.range);
    }
    for it in ide::document_links(db, file) {
        in_text(db, file, it.range);
    }
}

#[test]
fn programs_as_they_are_and_half_typed() {
    let mut numbers = Numbers(7);
    for path in programs() {
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        let mut host = AnalysisHost::new(MemoryFileSystem::from_files([("/w/a.na", text.as_str())]));
        host.apply_change(Change::Roots { workspace: vec!["/w".into()], search_path: Vec::new() });
        let file = host.file(&FilePath::disk("/w/a.na"));
        ask_file(host.db(), file);
        for _ in 0..4 {
            let offset = boundary(&text, numbers.below(text.len() + 1));
            ask(host.db(), file, size(offset));
        }
        // As if it were being typed there: the rest of the line is missing, or all that follows.
        for is_end in [false, true] {
            let at = boundary(&text, numbers.below(text.len() + 1));
            let rest = if is_end { "" } else { text[at..].find('\n').map_or("", |it| &text[at + it..]) };
            let typed: Arc<str> = format!("{}{rest}", &text[..at]).into();
            host.apply_change(Change::Open { path: FilePath::disk("/w/a.na"), text: typed });
            ask_file(host.db(), file);
            ask(host.db(), file, size(at));
        }
    }
}

/// A program in which a field hides a member of a field: once it has another name, the old one is that member's.
const HIDING: &str = "own_field_hides_the_delegated_one.na";

/// Every name that a file defines is among its own references, and renaming there and back gives the text again.
#[test]
fn renames_there_and_back() {
    let mut renamed = 0;
    for path in programs().into_iter().step_by(3).filter(|path| !path.ends_with(HIDING)) {
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        let mut host = AnalysisHost::new(MemoryFileSystem::from_files([("/w/a.na", text.as_str())]));
        host.apply_change(Change::Roots { workspace: vec!["/w".into()], search_path: Vec::new() });
        let file = host.file(&FilePath::disk("/w/a.na"));
        let definitions: Vec<TextRange> = ide::semantics::names(host.db(), file)
            .iter()
            .filter(|it| it.is_definition)
            .map(|it| it.range)
            .step_by(4)
            .take(5)
            .collect();
        for range in definitions {
            let old = text[std::ops::Range::<usize>::from(range)].to_owned();
            // Nothing is renamed to what comes with the language, back to it neither.
            if danaide_analysis::scope::builtin_def(host.db(), &old).is_some() {
                continue;
            }
            let found = ide::references(host.db(), file, range.start(), true);
            assert!(found.iter().any(|it| it.range == range), "{} {old}", path.display());
            let Ok(rename) = ide::rename(host.db(), file, range.start(), "quite_new_name") else { continue };
            let after = apply(&text, &rename.edits, "quite_new_name");
            host.apply_change(Change::Open { path: FilePath::disk("/w/a.na"), text: after.as_str().into() });
            let at = TextSize::new(u32::try_from(after.find("quite_new_name").expect("it is there")).expect("short"));
            let back =
                ide::rename(host.db(), file, at, &old).unwrap_or_else(|it| panic!("{} {old}: {it}", path.display()));
            assert_eq!(apply(&after, &back.edits, &old), text, "{} {old}", path.display());
            host.apply_change(Change::Open { path: FilePath::disk("/w/a.na"), text: text.as_str().into() });
            renamed += 1;
        }
    }
    assert!(renamed > 60, "{renamed}");
}

fn apply(text: &str, edits: &[(File, TextRange)], new: &str) -> String {
    let mut ranges: Vec<TextRange> = edits.iter().map(|it| it.1).collect();
    ranges.sort_by_key(|it| it.start());
    let mut out = text.to_owned();
    for range in ranges.into_iter().rev() {
        out.replace_range(std::ops::Range::<usize>::from(range), new);
    }
    out
}
