//! Parses an edited text by way of the tree of the text before: only the statements around the edit are parsed, the
//! others are taken over.
//!
//! What is taken over must be what a parse of the whole text gives. A statement at the start of a line is parsed the same
//! wherever it stands, as long as nothing before it is left open and it does not go on with what is before (`else:`). The
//! same holds inside a block. What cannot be told from the statements around the edit alone is parsed as a whole: texts with
//! errors, and edits that bring or take a triple quote, which a string further down may answer.

mod blocks;

use rowan::{GreenNode, GreenNodeData, GreenToken, NodeOrToken, TextSize};

use crate::{Parse, SyntaxKind, parse_with_pulse};

/// A statement that begins a line.
#[derive(Clone, Copy)]
struct Start {
    /// In bytes.
    at: usize,
    /// How many of them stand before it in its line.
    indent: usize,
    /// Which child of its parent it is.
    child: usize,
}

impl Start {
    /// Where its line begins.
    fn line(self) -> usize {
        self.at - self.indent
    }
}

/// What differs between two texts.
struct Edit<'a> {
    old: &'a str,
    new: &'a str,
    /// Where the old text begins to differ, and where that ends.
    start: usize,
    end: usize,
}

impl Edit<'_> {
    /// A place of the old text behind the edit, in the new one.
    fn shifted(&self, at: usize) -> usize {
        at + self.new.len() - self.old.len()
    }

    /// Does it leave the first line of a statement alone? What that begins with may go on with the statement before
    /// (`else:`), which then is parsed again too.
    fn is_behind_line_of(&self, start: Start) -> bool {
        self.old[start.at..].find('\n').map_or(self.old.len(), |it| start.at + it + 1) <= self.start
    }
}

/// Stands for the statement behind the edit.
const NEXT: &str = "next\n";

/// Parses `text`, with the tree of a text that is much like it. Gives what [`parse`](crate::parse) gives.
pub fn reparse(old: &Parse, old_text: &str, text: &str) -> Parse {
    reparse_with_pulse(old, old_text, text, &|| {})
}

/// Like [`reparse`], and calls `pulse` after every few thousand steps: it may unwind to give up.
pub fn reparse_with_pulse(old: &Parse, old_text: &str, text: &str, pulse: &dyn Fn()) -> Parse {
    spliced(old, old_text, text, pulse).unwrap_or_else(|| parse_with_pulse(text, pulse))
}

fn spliced(old: &Parse, old_text: &str, text: &str, pulse: &dyn Fn()) -> Option<Parse> {
    let root = old.green();
    if !old.errors().is_empty() || root.text_len() != TextSize::of(old_text) || text.len() > crate::MAX_TEXT_LEN {
        return None;
    }
    let (prefix, suffix) = common_ends(old_text.as_bytes(), text.as_bytes());
    if prefix == old_text.len() && prefix == text.len() {
        return Some(old.clone());
    }
    let edit_end = old_text.len() - suffix;
    let edit = Edit { old: old_text, new: text, start: prefix, end: edit_end };
    let starts = starts(root, 0, old_text);

    let touched = starts.partition_point(|it| it.at < prefix).checked_sub(1);
    if let Some(start) = touched.map(|it| starts[it])
        && let Some(NodeOrToken::Node(node)) = root.children().nth(start.child)
        && let Some(node) = blocks::spliced(node, start.at, &edit, &blocks::Heads::default(), pulse)
    {
        return Some(Parse::new(root.replace_child(start.child, NodeOrToken::Node(node)), Vec::new()));
    }
    let first = touched.and_then(|it| if edit.is_behind_line_of(starts[it]) { Some(it) } else { it.checked_sub(1) });
    let first = first.map_or(Start { at: 0, indent: 0, child: 0 }, |it| starts[it]);
    // The first statement that is wholly behind the edit goes on in the same way if any other statement would.
    let next = starts.partition_point(|it| it.at <= edit_end);
    let resumes = starts.get(next).copied();
    let old_end = resumes.map_or(old_text.len(), |it| it.at);
    let end = edit.shifted(old_end);
    if end.saturating_sub(first.at) > text.len() / 4 * 3 {
        return None;
    }
    let (old_part, part) = (&old_text[first.at..old_end], &text[first.at..end]);
    if !is_same_in_quotes(old_part, part) {
        return None;
    }

    let mut children: Vec<_> = root.children().take(first.child).map(|it| it.to_owned()).collect();
    let Some(resumes) = resumes else {
        let parsed = parse_with_pulse(part, pulse);
        if !parsed.errors().is_empty() {
            return None;
        }
        children.extend(parsed.green().children().map(|it| it.to_owned()));
        return Some(Parse::new(GreenNode::new(SyntaxKind::SOURCE_FILE.into(), children), Vec::new()));
    };
    let parsed = parse_with_pulse(&[part, NEXT].concat(), pulse);
    if !parsed.errors().is_empty() {
        return None;
    }
    children.extend(children_between(parsed.green(), 0, 0, part.len())?);
    children.extend(root.children().skip(resumes.child).map(|it| it.to_owned()));
    Some(Parse::new(GreenNode::new(SyntaxKind::SOURCE_FILE.into(), children), Vec::new()))
}

/// Are there as many triple quotes of each kind in two texts?
fn is_same_in_quotes(old: &str, new: &str) -> bool {
    [b"\"\"\"", b"'''"].into_iter().all(|quotes| {
        let count = |text: &str| memchr::memmem::find_iter(text.as_bytes(), quotes).count();
        count(old) == count(new)
    })
}

/// The statements among the children of a node at a place that begin a line.
fn starts(node: &GreenNodeData, mut at: usize, text: &str) -> Vec<Start> {
    let mut starts = Vec::new();
    for (child, it) in node.children().enumerate() {
        if matches!(it, NodeOrToken::Node(_))
            && let Some(indent) = indent_before(text, at)
        {
            starts.push(Start { at, indent: indent.len(), child });
        }
        at += length(&it);
    }
    starts
}

/// The white space between the start of a line and a place in it; none if something else stands there.
fn indent_before(text: &str, at: usize) -> Option<&str> {
    // Looked at from behind: lines may be very long.
    let before = text[..at].trim_end_matches([' ', '\t']);
    (before.is_empty() || before.ends_with('\n')).then(|| &text[before.len()..at])
}

/// The children of a node at a place that stand from one place to another; none if one of them goes over an end.
fn children_between(
    node: &GreenNodeData,
    mut at: usize,
    from: usize,
    to: usize,
) -> Option<Vec<NodeOrToken<GreenNode, GreenToken>>> {
    let mut found = Vec::new();
    for child in node.children() {
        let end = at + length(&child);
        if at >= to {
            break;
        }
        if at >= from {
            found.push(child.to_owned());
        } else if end > from {
            return None;
        }
        at = end;
    }
    (at == to).then_some(found)
}

fn length(child: &NodeOrToken<&GreenNodeData, &rowan::GreenTokenData>) -> usize {
    usize::from(match child {
        NodeOrToken::Node(it) => it.text_len(),
        NodeOrToken::Token(it) => it.text_len(),
    })
}

/// How many bytes at the start and at the end are the same, cut to whole characters.
fn common_ends(old: &[u8], new: &[u8]) -> (usize, usize) {
    let most = old.len().min(new.len());
    let mut prefix = equal_from_start(&old[..most], &new[..most]);
    let is_inside = |bytes: &[u8], at: usize| bytes.get(at).is_some_and(|it| it & 0b1100_0000 == 0b1000_0000);
    while prefix > 0 && (is_inside(old, prefix) || is_inside(new, prefix)) {
        prefix -= 1;
    }
    let most = most - prefix;
    let mut suffix = equal_from_end(&old[old.len() - most..], &new[new.len() - most..]);
    while suffix > 0 && is_inside(old, old.len() - suffix) {
        suffix -= 1;
    }
    (prefix, suffix)
}

/// Whole blocks are compared at once, which the standard library does many bytes at a time.
const BLOCK: usize = 256;

fn equal_from_start(a: &[u8], b: &[u8]) -> usize {
    let blocks = a.chunks(BLOCK).zip(b.chunks(BLOCK)).take_while(|(a, b)| a == b).count();
    let from = (blocks * BLOCK).min(a.len());
    from + a[from..].iter().zip(&b[from..]).take_while(|(a, b)| a == b).count()
}

fn equal_from_end(a: &[u8], b: &[u8]) -> usize {
    let blocks = a.rchunks(BLOCK).zip(b.rchunks(BLOCK)).take_while(|(a, b)| a == b).count();
    let done = (blocks * BLOCK).min(a.len());
    let (a, b) = (&a[..a.len() - done], &b[..b.len() - done]);
    done + a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse;

    const TEXT: &str = "import a\n\ndef f(x):\n    # first\n    return x\n\n# about g\ndef g():\n    if 1:\n        return 2\n    # end\n\nif x:\n    y = 1\n\nz = f(\n    1,\n)\nw = 2; v = 3\ndef h():\n    \"\"\"Text.\"\"\"\n    return z\n\ndef i():\n    return 1\n";

    /// Does the edit give the tree of a whole parse? True if statements were taken over.
    fn check(from: &str, to: &str) -> bool {
        let old = parse(from);
        let (expected, found) = (parse(to), reparse(&old, from, to));
        assert_eq!(found, expected, "{to}");
        spliced(&old, from, to, &|| {}).is_some()
    }

    #[test]
    fn an_edit_in_a_body_takes_the_rest_over() {
        assert!(check(TEXT, &TEXT.replace("return 2", "return 2 + 3")));
        assert!(check(TEXT, &TEXT.replace("    # first\n", "")));
        let (old, new) = (parse(TEXT), TEXT.replace("return z", "return z.y"));
        let found = reparse(&old, TEXT, &new);
        let first = |it: &Parse| it.syntax_node().children().nth(1).map(|it| it.green().into_owned());
        let (a, b) = (first(&old), first(&found));
        assert!(a.zip(b).is_some_and(|(a, b)| std::ptr::eq(&*a, &*b)), "the same tree, not an equal one");
    }

    #[test]
    fn what_goes_on_with_a_statement_is_seen() {
        check(TEXT, &TEXT.replace("z = f(", "else:\n    y = 2\nz = f("));
        check(TEXT, &TEXT.replace("z = f(", "elif z = f("));
        check(TEXT, &TEXT.replace("    # end\n", "# end\n"));
        check(TEXT, &TEXT.replace("z = f(", "z = \\\n"));
        check(TEXT, &TEXT.replace("y = 1", "y = \"\"\""));
        check(TEXT, &TEXT.replace("def g", "@d\ndef g"));
        check(TEXT, &TEXT.replace("\n# about g", " + \\"));
        check(&TEXT.replace("y = 1", "elsa = 1"), &TEXT.replace("y = 1", "else = 1"));
    }

    /// Blocks in blocks: functions, loops, records, clauses, comments between statements, strings over lines.
    const NESTED: &str = "struct S:\n    x: int = 1\n    y: int\n\n    def m(self):\n        a = 1\n        # about b\n        b = 2\n\n        return a\n    z: str\n\ndef f(x):\n    \"\"\"Doc.\"\"\"\n    for i in x:\n        if i:\n            continue\n        elif x:\n            y = (1,\n    2)\n            w = 3; v = 4\n            u = 5\n        else:\n            t = \"\"\"a\n  b\"\"\"\n            s = 1\n        # end\n        q = 1\n        break\n    try:\n        g()\n        h()\n    except E as e:\n        p = lambda :: 1\n        raise\n    finally:\n\tk = 1\n\tl = 2\n    n = 1\n    return n\nf(1)\n";

    #[test]
    fn an_edit_in_a_block_takes_the_rest_of_the_function_over() {
        let cases = ["w = 3", "s = 1", "q = 1", "h()", "p = lambda :: 1", "l = 2", "a = 1", "b = 2"];
        for line in cases {
            assert!(check(NESTED, &NESTED.replacen(line, &format!("{line} + 1"), 1)), "{line}");
        }
        let (old, new) = (parse(NESTED), NESTED.replace("s = 1", "s = 1 + 2"));
        let (found, expected) = (reparse(&old, NESTED, &new), parse(&new));
        assert_eq!(found, expected);
        // The statements of the same function are the same, not equal ones.
        let tried = |it: &Parse| {
            let node = it.syntax_node().descendants().find(|it| it.kind() == SyntaxKind::TRY_STMT);
            node.map(|it| it.green().into_owned())
        };
        assert!(tried(&old).zip(tried(&found)).is_some_and(|(a, b)| std::ptr::eq(&*a, &*b)));
    }

    #[test]
    fn every_small_edit_in_blocks_gives_the_tree_of_a_whole_parse() {
        every_small_edit(NESTED, 2_000);
    }

    #[test]
    fn every_small_edit_gives_the_tree_of_a_whole_parse() {
        every_small_edit(TEXT, 1_000);
    }

    fn every_small_edit(text: &str, least: usize) {
        let mut taken_over = 0;
        for at in (0..=text.len()).filter(|at| text.is_char_boundary(*at)) {
            for added in [
                "x",
                "\n",
                " ",
                "\n    ",
                "\n        x\n",
                "\t",
                "\"",
                "'''",
                "(",
                ")",
                "#",
                "\\\n",
                ";",
                ":",
                "é",
                "\nelse:\n    pass\n",
                "continue",
                "return 1",
                "\ndef f():\n    while 1:\n        if 1:\n",
            ] {
                taken_over += usize::from(check(text, &format!("{}{added}{}", &text[..at], &text[at..])));
            }
            for removed in 1..12 {
                if let Some(rest) = text.get(at + removed..) {
                    taken_over += usize::from(check(text, &format!("{}{rest}", &text[..at])));
                }
            }
        }
        assert!(taken_over > least, "{taken_over}");
    }
}
