//! Formatting of a document or a part of it: the changes that `danaide fmt` would make.

use danaide_analysis::{Db, File, FilePath, parse};
use danaide_format::{FormatOptions, format};
use danaide_syntax::{TextEdit, TextRange};

/// The changes that give a file the one layout; with a range, only the statements that it touches. Files of the library
/// stay as they are: nobody can write them.
pub fn formatting(db: &dyn Db, file: File, range: Option<TextRange>) -> TextEdit {
    if matches!(file.path(db), FilePath::Library(_)) {
        return TextEdit::default();
    }
    format(file.text(db), &parse(db, file), &FormatOptions { range, ..FormatOptions::default() })
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use expect_test::{Expect, expect};

    use super::*;
    use crate::fixture::Fixture;

    /// The changes one by one, then the text after them. Of a text with `⟨…⟩`, what is between them is formatted.
    fn check(text: &str, expected: Expect) {
        let offset = |mark: char| text.find(mark).map(|at| text[..at].replace(['⟨', '⟩'], "").len() as u32);
        let range = offset('⟨').zip(offset('⟩')).map(|(start, end)| TextRange::new(start.into(), end.into()));
        let fixture = Fixture::new(&text.replace(['⟨', '⟩'], ""));
        let db = fixture.db();
        let edit = formatting(db, fixture.file, range);
        let mut out = String::new();
        for it in edit.iter() {
            writeln!(out, "{:?} {:?}", it.delete, it.insert).unwrap();
        }
        out.push_str("---\n");
        out.push_str(&edit.apply(fixture.file.text(db)).unwrap());
        expected.assert_eq(&out);
    }

    #[test]
    fn changes_are_as_small_as_they_can_be() {
        check(
            "x = f( a,b )\nif x :\n  y\n",
            expect![[r#"
            6..7 ""
            9..9 " "
            10..11 ""
            17..18 ""
            22..22 "  "
            ---
            x = f(a, b)
            if x:
                y
        "#]],
        );
    }

    #[test]
    fn a_formatted_file_has_no_changes() {
        check(
            "x = 1\n",
            expect![[r#"
            ---
            x = 1
        "#]],
        );
    }

    #[test]
    fn a_selection() {
        check(
            "x=1\n⟨y=2\nz⟩=3\nw=4\n",
            expect![[r#"
            5..5 " "
            6..6 " "
            9..9 " "
            10..10 " "
            ---
            x=1
            y = 2
            z = 3
            w=4
        "#]],
        );
    }

    #[test]
    fn half_typed_code_stays() {
        check(
            "x=1\ny = f(a,\nz=3\nw  =  4\n",
            expect![[r#"
            1..1 " "
            2..2 " "
            ---
            x = 1
            y = f(a,
            z=3
            w  =  4
        "#]],
        );
    }
}
