//! The program that a selection stands for: the selected statements, with the imports and definitions of their file.

use danaide_syntax::ast::{AstNode as _, Stmt};
use danaide_syntax::{SyntaxKind, TextRange, TextSize, parse};

/// The variable that takes the value of a selected expression.
pub(crate) const VALUE: &str = "__selection__";

/// A program made from a part of a document, and where its text comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Selected {
    pub(crate) text: String,
    /// It is one expression, whose value is in [`VALUE`] at the end.
    pub(crate) is_expression: bool,
    pieces: Vec<Piece>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Piece {
    /// Where it starts in the program.
    start: usize,
    length: usize,
    /// Where it starts in the document.
    origin: usize,
}

/// Whole lines of statements, or one expression inside a line. None if nothing is selected but blank lines.
///
/// Of the other statements of the file the program has imports, definitions, and variables whose values need no call:
/// nothing else happens than what is selected.
pub(crate) fn select(text: &str, range: TextRange) -> Option<Selected> {
    let bytes: std::ops::Range<usize> = range.into();
    let chosen = text.get(bytes.clone())?;
    let start = bytes.start + (chosen.len() - chosen.trim_start().len());
    let chosen = chosen.trim();
    let is_expression = !chosen.is_empty() && is_expression(chosen);
    let lines = if is_expression { start..start + chosen.len() } else { whole_lines(text, &bytes) };
    if text[lines.clone()].trim().is_empty() {
        return None;
    }
    let mut out = Selected { is_expression, ..Selected::default() };
    for kept in kept(text, &lines) {
        out.take(text, kept);
        out.text.push('\n');
    }
    if is_expression {
        out.text.push_str(&format!("{VALUE} = ("));
        out.take(text, lines);
        out.text.push_str("\n)\n");
    } else {
        out.take_dedented(text, lines);
    }
    Some(out)
}

fn is_expression(text: &str) -> bool {
    let parsed = parse(text);
    let mut statements = parsed.syntax_node().children().filter_map(Stmt::cast);
    parsed.errors().is_empty() && matches!((statements.next(), statements.next()), (Some(Stmt::ExprStmt(_)), None))
}

/// The lines of a range; a range that ends at the start of a line does not touch that line.
fn whole_lines(text: &str, range: &std::ops::Range<usize>) -> std::ops::Range<usize> {
    let start = text[..range.start].rfind('\n').map_or(0, |it| it + 1);
    let last = if range.end > range.start && text[..range.end].ends_with('\n') { range.end - 1 } else { range.end };
    let end = text[last..].find('\n').map_or(text.len(), |it| last + it + 1);
    start..end
}

/// The statements outside the selection that only make names known.
fn kept(text: &str, selected: &std::ops::Range<usize>) -> Vec<std::ops::Range<usize>> {
    let parsed = parse(text);
    let is_kept = |it: &Stmt| match it {
        Stmt::FunctionDef(_)
        | Stmt::RecordDef(_)
        | Stmt::AgentDef(_)
        | Stmt::WorkflowDef(_)
        | Stmt::ImportStmt(_)
        | Stmt::FromImportStmt(_) => true,
        Stmt::AssignStmt(_) => !it.syntax().descendants().any(|it| it.kind() == SyntaxKind::CALL_EXPR),
        _ => false,
    };
    parsed
        .syntax_node()
        .children()
        .filter_map(Stmt::cast)
        .filter(is_kept)
        .map(|it| std::ops::Range::<usize>::from(it.syntax().text_range()))
        .map(|it| it.start..it.start + text[it.clone()].trim_end().len())
        .filter(|it| it.end <= selected.start || selected.end <= it.start)
        .collect()
}

impl Selected {
    fn take(&mut self, text: &str, range: std::ops::Range<usize>) {
        self.pieces.push(Piece { start: self.text.len(), length: range.len(), origin: range.start });
        self.text.push_str(&text[range]);
    }

    /// Takes lines without the indentation that all of them have.
    fn take_dedented(&mut self, text: &str, lines: std::ops::Range<usize>) {
        let indent = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
        let lines_of = text[lines.clone()].split_inclusive('\n');
        let common = lines_of.clone().filter(|it| !it.trim().is_empty()).map(indent).min().unwrap_or(0);
        let mut at = lines.start;
        for line in lines_of {
            let cut = indent(line).min(common);
            self.take(text, at + cut..at + line.len());
            at += line.len();
        }
    }

    /// Where a range of the program stands in the document.
    pub(crate) fn original(&self, range: TextRange) -> TextRange {
        let start = self.original_offset(range.start());
        TextRange::new(start, self.original_offset(range.end()).max(start))
    }

    fn original_offset(&self, offset: TextSize) -> TextSize {
        let offset = usize::from(offset);
        let at = self.pieces.partition_point(|it| it.start <= offset);
        let Some(piece) = at.checked_sub(1).and_then(|it| self.pieces.get(it)) else { return TextSize::new(0) };
        let original = piece.origin + (offset - piece.start).min(piece.length);
        TextSize::new(u32::try_from(original).unwrap_or(u32::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "import math\nlimit = 3\ndata = load()\ndef f(n):\n    x = n + 1\n    if x:\n        print(x)\n\nprint(f(2) * 2)\nprint(1)\n";

    fn of(part: &str) -> Selected {
        let start = TEXT.find(part).expect("the part is there");
        select(TEXT, TextRange::at((start as u32).into(), TextSize::of(part))).expect("something is selected")
    }

    #[test]
    fn lines_run_with_the_definitions_of_the_file() {
        let selected = of("print(f(2) * 2)\n");
        assert!(selected.is_expression, "a call is an expression");
        let selected = of("* 2)\nprint");
        assert_eq!(
            selected.text,
            "import math\nlimit = 3\ndef f(n):\n    x = n + 1\n    if x:\n        print(x)\nprint(f(2) * 2)\nprint(1)\n"
        );
        let at = selected.text.find("print(1)").expect("it is there") as u32;
        let original = selected.original(TextRange::at(at.into(), 8.into()));
        assert_eq!(&TEXT[std::ops::Range::<usize>::from(original)], "print(1)");
    }

    #[test]
    fn lines_of_a_body_lose_their_indentation() {
        let selected = of("if x:\n        print");
        assert_eq!(selected.text, "import math\nlimit = 3\nif x:\n    print(x)\n");
        let at = selected.text.find("print").expect("it is there") as u32;
        let original = selected.original(TextRange::at(at.into(), 8.into()));
        assert_eq!(&TEXT[std::ops::Range::<usize>::from(original)], "print(x)");
    }

    #[test]
    fn an_expression_keeps_its_value() {
        let selected = of(" f(2) * 2".trim_start());
        assert!(selected.text.ends_with("__selection__ = (f(2) * 2\n)\n"), "{}", selected.text);
        let at = selected.text.rfind("f(2)").expect("it is there") as u32;
        assert_eq!(usize::from(selected.original_offset(at.into())), TEXT.find("f(2)").expect("it is there"));
    }

    #[test]
    fn an_empty_selection_is_its_line_and_blank_lines_are_nothing() {
        let at = TEXT.find("print(1)").expect("it is there") as u32;
        let selected = select(TEXT, TextRange::empty((at + 3).into())).expect("a line");
        assert!(selected.text.ends_with("print(x)\nprint(1)\n") && !selected.is_expression);
        let at = TEXT.find("\n\n").expect("it is there") as u32 + 1;
        assert_eq!(select(TEXT, TextRange::empty(at.into())), None);
        assert_eq!(select("é", TextRange::new(1.into(), 1.into())), None, "inside a character");
    }
}
