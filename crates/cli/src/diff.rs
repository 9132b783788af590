//! Changes to a text as a unified diff.

use std::fmt::Write;
use std::ops::Range;

use danaide_syntax::TextEdit;

/// How many lines are shown around a change.
const CONTEXT: usize = 3;

/// Lines that go, and the lines that come instead.
struct Change<'t> {
    old: Range<usize>,
    new: Vec<&'t str>,
}

/// The changes with the lines around them, in the format that `patch` reads; nothing without changes.
pub fn render(name: &str, before: &str, edit: &TextEdit) -> String {
    let old: Vec<&str> = before.split_inclusive('\n').collect();
    let texts = changed_lines(before, &old, edit);
    let changes: Vec<Change<'_>> = texts.iter().filter_map(|(range, new)| trimmed(&old, range, new)).collect();
    let mut out = String::new();
    if !changes.is_empty() {
        let _ = writeln!(out, "--- {name}\n+++ {name}");
    }
    // How many more lines there are after the changes so far.
    let mut added = 0_isize;
    for hunk in changes.chunk_by(|one, two| one.old.end + 2 * CONTEXT >= two.old.start) {
        write_hunk(&mut out, &old, hunk, &mut added);
    }
    out
}

/// The lines that each change touches, with their text after the change. Changes to one line are one.
fn changed_lines(before: &str, old: &[&str], edit: &TextEdit) -> Vec<(Range<usize>, String)> {
    let mut starts = Vec::with_capacity(old.len() + 1);
    starts.push(0);
    starts.extend(old.iter().scan(0, |at, line| {
        *at += line.len();
        Some(*at)
    }));
    // The end of a text is behind its last line end, or on its last line.
    let most = if before.is_empty() || before.ends_with('\n') { old.len() } else { old.len() - 1 };
    let line_of = |offset: usize| (starts.partition_point(|start| *start <= offset) - 1).min(most);
    let mut found: Vec<(Range<usize>, String)> = Vec::new();
    // Where the text of the last change ends in the text before.
    let mut done = 0;
    for indel in edit.iter() {
        let (start, end) = (usize::from(indel.delete.start()), usize::from(indel.delete.end()));
        let (first, last) = (line_of(start), line_of(end));
        let joins = found.last().is_some_and(|(lines, _)| first < lines.end);
        if !joins {
            if let Some((lines, text)) = found.last_mut() {
                text.push_str(&before[done..starts[lines.end.min(old.len())]]);
            }
            done = starts[first];
            found.push((first..first, String::new()));
        }
        if let Some((lines, text)) = found.last_mut() {
            text.push_str(&before[done..start]);
            text.push_str(&indel.insert);
            lines.end = lines.end.max(last + 1).min(old.len().max(first));
        }
        done = end;
    }
    if let Some((lines, text)) = found.last_mut() {
        text.push_str(&before[done..starts[lines.end.min(old.len())]]);
    }
    found
}

/// A change without the lines that stay at its start and end.
fn trimmed<'t>(old: &[&str], range: &Range<usize>, new: &'t str) -> Option<Change<'t>> {
    let mut new: Vec<&str> = new.split_inclusive('\n').collect();
    let lines = &old[range.clone()];
    let same = lines.iter().zip(&new).take_while(|(one, two)| one == two).count();
    let rest = lines[same..].iter().rev().zip(new[same..].iter().rev());
    let same_end = rest.take_while(|(one, two)| one == two).count();
    new.truncate(new.len() - same_end);
    new.drain(..same);
    let old = range.start + same..range.end - same_end;
    (!old.is_empty() || !new.is_empty()).then_some(Change { old, new })
}

fn write_hunk(out: &mut String, old: &[&str], changes: &[Change<'_>], added: &mut isize) {
    let (Some(first), Some(last)) = (changes.first(), changes.last()) else { return };
    let range = first.old.start.saturating_sub(CONTEXT)..(last.old.end + CONTEXT).min(old.len());
    let more: isize = changes.iter().map(|it| it.new.len() as isize - it.old.len() as isize).sum();
    let new_start = range.start.saturating_add_signed(*added);
    let new_len = range.len().saturating_add_signed(more);
    let _ = writeln!(out, "@@ -{} +{} @@", place(range.start, range.len()), place(new_start, new_len));
    let mut at = range.start;
    for change in changes {
        write_lines(out, ' ', &old[at..change.old.start]);
        write_lines(out, '-', &old[change.old.clone()]);
        write_lines(out, '+', &change.new);
        at = change.old.end;
    }
    write_lines(out, ' ', &old[at..range.end]);
    *added += more;
}

/// `12,3`. Of no lines the line before is named.
fn place(start: usize, len: usize) -> String {
    match len {
        0 => format!("{start},0"),
        1 => format!("{}", start + 1),
        _ => format!("{},{len}", start + 1),
    }
}

fn write_lines(out: &mut String, mark: char, lines: &[&str]) {
    for line in lines {
        out.push(mark);
        out.push_str(line);
        if !line.ends_with('\n') {
            out.push_str("\n\\ No newline at end of file\n");
        }
    }
}

#[cfg(test)]
mod tests {
    use danaide_syntax::Indel;

    use super::*;

    /// The diff of a text in which each `[old|new]` is a change.
    fn diff(marked: &str) -> String {
        let (mut before, mut indels) = (String::new(), Vec::new());
        let mut rest = marked;
        while let Some((text, (old, (new, after)))) = rest.split_once('[').and_then(|(text, it)| {
            let (old, it) = it.split_once('|')?;
            Some((text, (old, it.split_once(']')?)))
        }) {
            before.push_str(text);
            let start = before.len() as u32;
            before.push_str(old);
            indels
                .push(Indel::replace(danaide_syntax::TextRange::new(start.into(), (before.len() as u32).into()), new));
            rest = after;
        }
        before.push_str(rest);
        render("a.na", &before, &TextEdit::new(indels).unwrap())
    }

    #[test]
    fn a_line_that_changes_twice_is_one_change() {
        assert_eq!(diff("x[| ]=[| ]1\ny\n"), "--- a.na\n+++ a.na\n@@ -1,2 +1,2 @@\n-x=1\n+x = 1\n y\n");
    }

    #[test]
    fn lines_come_and_go() {
        assert_eq!(diff("a\n[|\n]b\n"), "--- a.na\n+++ a.na\n@@ -1,2 +1,3 @@\n a\n+\n b\n");
        assert_eq!(diff("a\n[\n\n|]b\n"), "--- a.na\n+++ a.na\n@@ -1,4 +1,2 @@\n a\n-\n-\n b\n");
        assert_eq!(diff("a,[ |\n]b[\n|]c\n"), "--- a.na\n+++ a.na\n@@ -1,2 +1,2 @@\n-a, b\n-c\n+a,\n+bc\n");
    }

    #[test]
    fn changes_far_apart_are_shown_apart() {
        assert_eq!(
            diff("a[|b]\n1\n2\n3\n4\n5\n6\n7\nc[\nd|]\n"),
            "--- a.na\n+++ a.na\n@@ -1,4 +1,4 @@\n-a\n+ab\n 1\n 2\n 3\n@@ -7,4 +7,3 @@\n 6\n 7\n c\n-d\n"
        );
    }

    #[test]
    fn the_end_of_the_text_is_told() {
        assert_eq!(diff("a[|\n]"), "--- a.na\n+++ a.na\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n");
        assert_eq!(diff("a\n[\n|]"), "--- a.na\n+++ a.na\n@@ -1,2 +1 @@\n a\n-\n");
        assert_eq!(diff("[|a\n]"), "--- a.na\n+++ a.na\n@@ -0,0 +1 @@\n+a\n");
        assert_eq!(diff("[\n|]"), "--- a.na\n+++ a.na\n@@ -1 +0,0 @@\n-\n");
        assert_eq!(diff("a\n"), "");
    }
}
