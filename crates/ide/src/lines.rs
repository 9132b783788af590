//! Lines of a text: what they end with, and what they begin with.

use danaide_analysis::{Db, File};
use danaide_syntax::TextSize;

/// What the lines of a text end with.
pub(crate) fn end_of_line(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}

/// The beginning of the line of an offset, its indentation, and the line end of the file. None if the line begins with
/// something else, such as the head of a block.
pub(crate) fn line_of(db: &dyn Db, file: File, offset: TextSize) -> Option<(TextSize, String, &'static str)> {
    let text = file.text(db);
    let at = usize::from(offset);
    let line = text.get(..at)?.rfind('\n').map_or(0, |it| it + 1);
    let indent = text.get(line..at)?;
    let is_blank = indent.chars().all(|it| matches!(it, ' ' | '\t'));
    is_blank.then(|| (TextSize::new(u32::try_from(line).unwrap_or(u32::MAX)), indent.to_owned(), end_of_line(text)))
}
