//! The texts of open documents and the edits that clients send.

use lsp_types::{Position, Range, TextDocumentContentChangeEvent};

use crate::convert::{Encoding, Lines};

/// Applies the changes of one notification in order. On an error the text is as it was before.
///
/// # Errors
///
/// A sentence about the first change that cannot be applied.
pub(crate) fn apply(
    text: &mut String,
    changes: Vec<TextDocumentContentChangeEvent>,
    encoding: Encoding,
) -> Result<(), String> {
    let mut edited: Option<String> = None;
    for change in changes {
        match change.range {
            None => edited = Some(change.text),
            Some(range) => {
                let target = edited.get_or_insert_with(|| text.clone());
                let lines = Lines::new(target.as_str(), encoding);
                let start = edit_offset(&lines, range.start).ok_or_else(|| out_of_text(range))?;
                let end = edit_offset(&lines, range.end).ok_or_else(|| out_of_text(range))?;
                if start > end {
                    let [a, b] = [range.start, range.end].map(|it| format!("{}:{}", it.line, it.character));
                    return Err(format!("an edit starts at {a}, after its end at {b}"));
                }
                target.replace_range(start..end, &change.text);
            }
        }
    }
    if let Some(edited) = edited {
        *text = edited;
    }
    Ok(())
}

/// Editors that count line ends rather than lines name the end of the text by the line after the last.
fn edit_offset(lines: &Lines<'_>, position: Position) -> Option<usize> {
    if position.line == lines.count() && position.character == 0 {
        return Some(lines.text().len());
    }
    lines.offset(position).map(usize::from)
}

fn out_of_text(range: Range) -> String {
    format!("an edit of lines {} to {} is outside of the text", range.start.line, range.end.line)
}

#[cfg(test)]
mod tests {
    use lsp_types::Position;

    use super::*;

    /// Start, end (line and column each) and the new text.
    type Edit<'a> = ((u32, u32), (u32, u32), &'a str);

    fn edit(text: &str, encoding: Encoding, changes: &[Edit<'_>]) -> Result<String, String> {
        let mut text = text.to_owned();
        let changes = changes.iter().map(|(start, end, new)| TextDocumentContentChangeEvent {
            range: Some(Range::new(Position::new(start.0, start.1), Position::new(end.0, end.1))),
            range_length: None,
            text: (*new).to_owned(),
        });
        apply(&mut text, changes.collect(), encoding).map(|()| text)
    }

    #[test]
    fn columns_count_in_the_units_of_the_encoding() {
        let text = "s = '😀é'\r\nt = 1\r\n";
        for (encoding, after_smile) in [(Encoding::Utf8, 9), (Encoding::Utf16, 7), (Encoding::Utf32, 6)] {
            assert_eq!(
                edit(text, encoding, &[((0, after_smile), (0, after_smile), "x"), ((1, 4), (1, 5), "22")]),
                Ok("s = '😀xé'\r\nt = 22\r\n".to_owned()),
                "{encoding:?}"
            );
        }
    }

    #[test]
    fn a_column_past_the_end_of_a_line_stays_before_its_line_end() {
        assert_eq!(edit("ab\r\ncd", Encoding::Utf16, &[((0, 99), (0, 99), "!")]), Ok("ab!\r\ncd".to_owned()));
        assert_eq!(edit("ab\ncd", Encoding::Utf16, &[((1, u32::MAX), (1, u32::MAX), "!")]), Ok("ab\ncd!".to_owned()));
    }

    #[test]
    fn the_line_after_the_last_is_the_end() {
        assert_eq!(edit("a\nb", Encoding::Utf8, &[((1, 0), (2, 0), "")]), Ok("a\n".to_owned()));
        assert!(edit("a\nb", Encoding::Utf8, &[((3, 0), (3, 0), "x")]).is_err());
        assert!(edit("a\nb", Encoding::Utf8, &[((2, 1), (2, 1), "x")]).is_err());
    }

    #[test]
    fn one_bad_change_undoes_the_whole_notification() {
        let mut text = "abc".to_owned();
        let change = |line, text: &str| TextDocumentContentChangeEvent {
            range: Some(Range::new(Position::new(line, 0), Position::new(line, 1))),
            range_length: None,
            text: text.to_owned(),
        };
        assert!(apply(&mut text, vec![change(0, "x"), change(7, "y")], Encoding::Utf16).is_err());
        assert_eq!(text, "abc");
    }

    #[test]
    fn an_edit_cannot_run_backwards() {
        assert_eq!(
            edit("abc", Encoding::Utf16, &[((0, 2), (0, 1), "x")]),
            Err("an edit starts at 0:2, after its end at 0:1".to_owned())
        );
    }
}
