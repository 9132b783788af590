//! Offsets to lines and columns, in the three units that editors use.

use rowan::TextSize;

/// What a column counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ColumnEncoding {
    /// Bytes.
    Utf8,
    /// UTF-16 code units: 2 for a character beyond the basic plane.
    Utf16,
    /// Characters (Unicode scalar values).
    Utf32,
}

/// A line and a column, both from 0. The column's unit is that of the [`ColumnEncoding`] it was made with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LineCol {
    pub line: u32,
    pub col: u32,
}

/// Where lines start, and where characters beyond ASCII stand. Lines end in `\n`; a `\r` before it is a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineIndex {
    /// The start of each line but the first.
    newlines: Vec<TextSize>,
    /// Characters of more than one byte: where they start and how many bytes they have.
    wide: Vec<(TextSize, u8)>,
    len: TextSize,
}

impl LineIndex {
    /// Indexes a text of at most [`crate::MAX_TEXT_LEN`] bytes; what goes beyond is left out.
    pub fn new(text: &str) -> Self {
        let bytes = &text.as_bytes()[..text.len().min(crate::MAX_TEXT_LEN)];
        let newlines = memchr::memchr_iter(b'\n', bytes).map(|at| TextSize::new(at as u32 + 1)).collect();
        let mut wide = Vec::new();
        if !bytes.is_ascii() {
            for (at, &byte) in bytes.iter().enumerate() {
                let len = match byte {
                    0xC0..=0xDF => 2,
                    0xE0..=0xEF => 3,
                    0xF0.. => 4,
                    _ => continue,
                };
                wide.push((TextSize::new(at as u32), len));
            }
        }
        Self { newlines, wide, len: TextSize::new(bytes.len() as u32) }
    }

    /// The length of the text in bytes.
    pub fn text_len(&self) -> TextSize {
        self.len
    }

    /// How many lines there are: at least one.
    pub fn line_count(&self) -> u32 {
        self.newlines.len() as u32 + 1
    }

    /// Where a line starts; `None` if the text has no such line.
    pub fn line_start(&self, line: u32) -> Option<TextSize> {
        match line {
            0 => Some(TextSize::new(0)),
            line => self.newlines.get(line as usize - 1).copied(),
        }
    }

    /// Where a line ends: before its line feed, or at the end of the text.
    pub fn line_end(&self, line: u32) -> Option<TextSize> {
        self.line_start(line)?;
        Some(self.newlines.get(line as usize).map_or(self.len, |next| *next - TextSize::new(1)))
    }

    /// The line and column of an offset. Past the end means the end; inside a character means its start.
    pub fn line_col(&self, offset: TextSize, encoding: ColumnEncoding) -> LineCol {
        let offset = offset.min(self.len);
        let line = self.newlines.partition_point(|start| *start <= offset) as u32;
        let start = self.line_start(line).unwrap_or_default();
        let mut col = u32::from(offset - start);
        for &(at, len) in self.wide_from(start) {
            if at >= offset {
                break;
            }
            let inside = u32::from(offset - at).min(u32::from(len));
            col -= if inside < u32::from(len) { inside } else { u32::from(len) - units(len, encoding) };
        }
        LineCol { line, col }
    }

    /// The offset of a line and column. A column past the end of its line means the end of the line, one inside a
    /// character its start; `None` if there is no such line.
    pub fn offset(&self, position: LineCol, encoding: ColumnEncoding) -> Option<TextSize> {
        let start = self.line_start(position.line)?;
        let end = self.line_end(position.line)?;
        let mut offset = u64::from(u32::from(start));
        let mut left = u64::from(position.col);
        for &(at, len) in self.wide_from(start) {
            let plain = u64::from(u32::from(at)) - offset;
            if at >= end || left <= plain {
                break;
            }
            left -= plain;
            offset += plain;
            let width = u64::from(units(len, encoding));
            if left < width {
                return Some(at);
            }
            left -= width;
            offset += u64::from(len);
        }
        let offset = (offset + left).min(u64::from(u32::from(end)));
        Some(TextSize::new(offset as u32))
    }

    fn wide_from(&self, start: TextSize) -> &[(TextSize, u8)] {
        &self.wide[self.wide.partition_point(|(at, _)| *at < start)..]
    }
}

/// How many units a character of `len` bytes takes.
fn units(len: u8, encoding: ColumnEncoding) -> u32 {
    match encoding {
        ColumnEncoding::Utf8 => u32::from(len),
        ColumnEncoding::Utf16 => 1 + u32::from(len == 4),
        ColumnEncoding::Utf32 => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [ColumnEncoding; 3] = [ColumnEncoding::Utf8, ColumnEncoding::Utf16, ColumnEncoding::Utf32];

    fn columns(text: &str, offset: u32) -> Vec<(u32, u32)> {
        let index = LineIndex::new(text);
        ALL.iter()
            .map(|&encoding| index.line_col(TextSize::new(offset), encoding))
            .map(|it| (it.line, it.col))
            .collect()
    }

    #[test]
    fn columns_count_bytes_utf16_units_or_characters() {
        let text = "é😀x\nab";
        assert_eq!(columns(text, 6), [(0, 6), (0, 3), (0, 2)]);
        assert_eq!(columns(text, 9), [(1, 1), (1, 1), (1, 1)]);
    }

    #[test]
    fn every_character_boundary_goes_there_and_back() {
        let text = "a\r\né😀\n\n漢字 = \"🎉\"\r\n";
        let index = LineIndex::new(text);
        for (offset, _) in text.char_indices().chain([(text.len(), ' ')]) {
            let offset = TextSize::new(offset as u32);
            for encoding in ALL {
                let position = index.line_col(offset, encoding);
                assert_eq!(index.offset(position, encoding), Some(offset), "{position:?} in {encoding:?}");
            }
        }
    }

    #[test]
    fn positions_outside_the_text_are_brought_into_it() {
        let index = LineIndex::new("ab\n😀");
        let end_of_line = LineCol { line: 0, col: u32::MAX };
        assert_eq!(index.offset(end_of_line, ColumnEncoding::Utf16), Some(TextSize::new(2)));
        assert_eq!(index.offset(LineCol { line: 9, col: 0 }, ColumnEncoding::Utf16), None);
        let inside_surrogates = LineCol { line: 1, col: 1 };
        assert_eq!(index.offset(inside_surrogates, ColumnEncoding::Utf16), Some(TextSize::new(3)));
        assert_eq!(index.line_col(TextSize::new(99), ColumnEncoding::Utf8), LineCol { line: 1, col: 4 });
        assert_eq!(index.line_col(TextSize::new(5), ColumnEncoding::Utf8), LineCol { line: 1, col: 0 });
    }
}
