//! Changes to a text.

use rowan::{TextRange, TextSize};

/// One change: a range goes, a text comes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Indel {
    pub delete: TextRange,
    pub insert: String,
}

impl Indel {
    pub fn insert(offset: TextSize, text: impl Into<String>) -> Self {
        Self { delete: TextRange::empty(offset), insert: text.into() }
    }

    pub fn delete(range: TextRange) -> Self {
        Self { delete: range, insert: String::new() }
    }

    pub fn replace(range: TextRange, text: impl Into<String>) -> Self {
        Self { delete: range, insert: text.into() }
    }
}

/// Several changes that do not overlap, in the order of the text; all ranges are those of the text before.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct TextEdit {
    indels: Vec<Indel>,
}

/// Two changes of a [`TextEdit`] touch the same text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OverlappingEdits(pub TextRange, pub TextRange);

impl std::fmt::Display for OverlappingEdits {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the edits of {:?} and {:?} overlap", self.0, self.1)
    }
}

impl std::error::Error for OverlappingEdits {}

impl TextEdit {
    /// Joins changes in any order. Insertions at one place keep their order.
    ///
    /// # Errors
    /// [`OverlappingEdits`] if two changes delete the same text or one inserts inside what another deletes.
    pub fn new(mut indels: Vec<Indel>) -> Result<Self, OverlappingEdits> {
        indels.sort_by_key(|it| (it.delete.start(), it.delete.end()));
        for pair in indels.windows(2) {
            if pair[0].delete.end() > pair[1].delete.start() {
                return Err(OverlappingEdits(pair[0].delete, pair[1].delete));
            }
        }
        Ok(Self { indels })
    }

    /// The smallest single change that turns one text into the other.
    pub fn diff(before: &str, after: &str) -> Self {
        let start = before.bytes().zip(after.bytes()).take_while(|(a, b)| a == b).count();
        let start = floor_boundary(before, after, start);
        let (old, new) = (&before[start..], &after[start..]);
        let same = old.bytes().rev().zip(new.bytes().rev()).take_while(|(a, b)| a == b).count();
        let mut same = same;
        while !old.is_char_boundary(old.len() - same) || !new.is_char_boundary(new.len() - same) {
            same -= 1;
        }
        let delete = TextRange::new(TextSize::new(start as u32), TextSize::new((before.len() - same) as u32));
        let insert = new[..new.len() - same].to_owned();
        let indels = if delete.is_empty() && insert.is_empty() { Vec::new() } else { vec![Indel { delete, insert }] };
        Self { indels }
    }

    pub fn is_empty(&self) -> bool {
        self.indels.is_empty()
    }

    pub fn iter(&self) -> std::slice::Iter<'_, Indel> {
        self.indels.iter()
    }

    /// The text after the changes; `None` if a range is outside the text or inside a character.
    pub fn apply(&self, text: &str) -> Option<String> {
        let added: usize = self.indels.iter().map(|it| it.insert.len()).sum();
        let mut out = String::with_capacity(text.len() + added);
        let mut done = 0;
        for indel in &self.indels {
            out.push_str(text.get(done..usize::from(indel.delete.start()))?);
            out.push_str(&indel.insert);
            done = usize::from(indel.delete.end());
            text.get(usize::from(indel.delete.start())..done)?;
        }
        out.push_str(text.get(done..)?);
        Some(out)
    }

    /// Where an offset of the text before is in the text after; `None` if its text was deleted.
    pub fn map_offset(&self, offset: TextSize) -> Option<TextSize> {
        let mut mapped = i64::from(u32::from(offset));
        for indel in &self.indels {
            if indel.delete.start() >= offset {
                break;
            }
            if indel.delete.end() > offset {
                return None;
            }
            mapped += indel.insert.len() as i64 - i64::from(u32::from(indel.delete.len()));
        }
        u32::try_from(mapped).ok().map(TextSize::new)
    }
}

/// The last place at or before `at` that is a character's start in both texts.
fn floor_boundary(a: &str, b: &str, mut at: usize) -> usize {
    while !a.is_char_boundary(at) || !b.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(start: u32, end: u32) -> TextRange {
        TextRange::new(start.into(), end.into())
    }

    #[test]
    fn changes_are_applied_in_the_order_of_the_text() {
        let edit = TextEdit::new(vec![Indel::insert(6.into(), "!"), Indel::replace(range(0, 1), "J")]).unwrap();
        assert_eq!(edit.apply("hello ").as_deref(), Some("Jello !"));
        assert_eq!(edit.map_offset(5.into()), Some(5.into()));
    }

    #[test]
    fn overlapping_changes_are_refused() {
        let edits = vec![Indel::delete(range(0, 3)), Indel::delete(range(2, 4))];
        assert_eq!(TextEdit::new(edits), Err(OverlappingEdits(range(0, 3), range(2, 4))));
    }

    #[test]
    fn the_difference_of_two_texts_turns_one_into_the_other() {
        for (before, after) in [("", ""), ("aXc", "abc"), ("é", "è"), ("aa", "a"), ("x😀y", "x😃y"), ("", "new")]
        {
            assert_eq!(TextEdit::diff(before, after).apply(before).as_deref(), Some(after));
        }
    }

    #[test]
    fn a_range_outside_the_text_changes_nothing() {
        let edit = TextEdit::new(vec![Indel::delete(range(2, 9))]).unwrap();
        assert_eq!(edit.apply("abc"), None);
    }
}
