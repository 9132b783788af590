//! What typing a character does to the line: a new line gets its indentation, and `else:` goes below its `if`.

use danaide_analysis::{Db, File, FilePath, parse};
use danaide_syntax::{Parse, Step, SyntaxKind, SyntaxKind::*, TextEdit, TextSize};

/// The characters after which [`on_type`] has something to say.
pub const ON_TYPE: [char; 2] = ['\n', ':'];

/// A level of indentation.
const LEVEL: &str = "    ";

/// The change that typing the character before `offset` leads to.
pub fn on_type(db: &dyn Db, file: File, offset: TextSize, typed: char) -> TextEdit {
    let text = file.text(db);
    let offset = usize::from(offset);
    if matches!(file.path(db), FilePath::Library(_)) || !text.is_char_boundary(offset) {
        return TextEdit::default();
    }
    let start = line_start(text, offset);
    let parse = parse(db, file);
    let wanted = match typed {
        '\n' => new_line(text, &parse, start, offset),
        ':' => clause(text, &parse, start, offset),
        _ => None,
    };
    let Some(wanted) = wanted else { return TextEdit::default() };
    let rest = &text[start..];
    let blank = rest.len() - rest.trim_start_matches([' ', '\t']).len();
    let change = TextEdit::diff(&rest[..blank], &wanted);
    // The change is one of the line; it is moved to where the line is.
    let moved = change.iter().map(|it| {
        let mut it = it.clone();
        it.delete += TextSize::new(u32::try_from(start).unwrap_or(u32::MAX));
        it
    });
    TextEdit::new(moved.collect()).unwrap_or_default()
}

/// A line that counts: where it starts, and its first word.
#[derive(Debug, Clone, Copy)]
struct Line {
    start: usize,
    first: SyntaxKind,
}

/// A bracket that is open.
#[derive(Debug, Clone, Copy)]
struct Bracket {
    start: usize,
    /// Does it hold the statements of a lambda?
    holds_lines: bool,
    /// How many lines there are above it, with its own.
    lines: usize,
}

/// What stands above a line.
#[derive(Debug, Default)]
struct Above {
    /// The lines that count, down to the one that the line belongs to or follows.
    lines: Vec<Line>,
    /// The brackets that are open at its start.
    open: Vec<Bracket>,
    /// The last token above, and the node that it stands in.
    last: Option<(SyntaxKind, SyntaxKind)>,
    /// Where the last token that is no comment starts.
    last_start: usize,
    /// Is the start of the line inside a text?
    in_text: bool,
}

impl Above {
    /// Goes over the tokens in front of `end`.
    fn new(parse: &Parse, end: usize) -> Self {
        let mut above = Above::default();
        let mut nodes: Vec<SyntaxKind> = Vec::new();
        let mut in_fstring = 0_usize;
        let mut at = 0;
        // A line that counts has ended, and no token came since.
        let mut ended = true;
        for step in parse.steps() {
            match step {
                Step::Enter(kind) => {
                    if in_fstring > 0 || kind == FSTRING {
                        in_fstring += 1;
                    }
                    nodes.push(kind);
                }
                Step::Leave => {
                    in_fstring = in_fstring.saturating_sub(1);
                    nodes.pop();
                }
                Step::Token(kind, text) => {
                    let start = at;
                    at += text.len();
                    if start >= end {
                        break;
                    }
                    let is_text = in_fstring > 0 || matches!(kind, STRING | BYTES);
                    above.in_text = is_text && at > end;
                    match kind {
                        WHITESPACE | COMMENT | INDENT | DEDENT => {}
                        NEWLINE => ended = true,
                        _ => {
                            if std::mem::take(&mut ended) && kind != R_BRACE {
                                above.end_line();
                                above.lines.push(Line { start, first: kind });
                            }
                            let node = nodes.last().copied().unwrap_or(SOURCE_FILE);
                            above.last = Some((kind, node));
                            above.last_start = start;
                            if in_fstring == 0 {
                                // The first statement of a lambda follows its brace.
                                ended = above.bracket(kind, node, start);
                            }
                        }
                    }
                }
            }
        }
        above
    }

    /// Brackets that the line left open are closed where it ends; a lambda's block goes on.
    fn end_line(&mut self) {
        let kept = self.open.iter().rposition(|it| it.holds_lines).map_or(0, |it| it + 1);
        self.open.truncate(kept);
    }

    /// Counts a bracket. Does a line that counts begin after it?
    fn bracket(&mut self, kind: SyntaxKind, node: SyntaxKind, start: usize) -> bool {
        match kind {
            L_PAREN | L_BRACK | L_BRACE => {
                let holds_lines = kind == L_BRACE && node == LAMBDA_EXPR;
                self.open.push(Bracket { start, holds_lines, lines: self.lines.len() });
                holds_lines
            }
            R_PAREN | R_BRACK | R_BRACE => {
                if let Some(bracket) = self.open.pop() {
                    // The line goes on that the lambda stands in.
                    self.lines.truncate(bracket.lines);
                }
                false
            }
            _ => false,
        }
    }
}

/// The indentation of a line that was just begun; `None` if what the editor gave it shall stay.
fn new_line(text: &str, parse: &Parse, start: usize, offset: usize) -> Option<String> {
    let is_blank = |text: &str| text.trim().is_empty();
    let before = &text[..start];
    let before = before.strip_suffix('\n').unwrap_or(before).trim_end_matches('\r');
    let previous = &before[line_start(before, before.len())..];
    // After a blank line, the indentation is what its author chose.
    if start == 0 || !is_blank(&text[start..offset]) || is_blank(previous) {
        return None;
    }
    let above = Above::new(parse, start);
    if above.in_text {
        return None;
    }
    if previous.trim_start().starts_with('#') {
        return Some(indentation(previous).to_owned());
    }
    let line = above.lines.last()?;
    let own = indentation(&text[line_start(text, line.start)..]);
    let rest = text[offset..].lines().next().unwrap_or_default().trim_start();
    if let Some(bracket) = above.open.last()
        && (!bracket.holds_lines || bracket.start == above.last_start || rest.starts_with('}'))
    {
        let outer = indentation(&text[line_start(text, bracket.start)..]);
        return Some(if rest.starts_with([')', ']', '}']) { outer.to_owned() } else { deeper(outer) });
    }
    let goes_on = match above.last? {
        // What `lambda x:` stands for goes on anyway, and so does a slice.
        (COLON, node) => node != LAMBDA_EXPR,
        (EQ | PIPE, _) => true,
        _ => previous.ends_with('\\'),
    };
    if goes_on {
        return Some(deeper(own));
    }
    if matches!(line.first, RETURN_KW | DELIVER_KW | RAISE_KW | BREAK_KW | CONTINUE_KW | PASS_KW) {
        // Nothing that follows in this block would run.
        let outer = above.lines.iter().rev().map(|it| indentation(&text[line_start(text, it.start)..]));
        return outer.into_iter().find(|it| width(it) < width(own)).map(ToOwned::to_owned);
    }
    Some(own.to_owned())
}

/// The indentation of a line with `else:` and the like: that of the statement which it goes on.
fn clause(text: &str, parse: &Parse, start: usize, offset: usize) -> Option<String> {
    let line = text[start..].lines().next().unwrap_or_default();
    let word = line.trim_start().split(|it: char| !it.is_alphanumeric() && it != '_').next().unwrap_or_default();
    let openers: &[SyntaxKind] = match word {
        "elif" => &[IF_KW, ELIF_KW],
        "else" => &[IF_KW, ELIF_KW, FOR_KW, WHILE_KW, EXCEPT_KW, CATCH_KW],
        "except" | "catch" => &[TRY_KW, EXCEPT_KW, CATCH_KW],
        "finally" => &[TRY_KW, EXCEPT_KW, CATCH_KW, ELSE_KW],
        _ => return None,
    };
    // The colon that was typed ends the line.
    if start + line.trim_end().len() != offset {
        return None;
    }
    let own = indentation(line);
    let above = Above::new(parse, start);
    if above.in_text {
        return None;
    }
    // Going up, only lines further left than all lines below them can be around this one.
    let mut least = u32::MAX;
    for line in above.lines.iter().rev() {
        let indentation = indentation(&text[line_start(text, line.start)..]);
        let columns = width(indentation);
        if columns >= least {
            continue;
        }
        least = columns;
        if openers.contains(&line.first) && columns <= width(own) {
            return Some(indentation.to_owned());
        }
    }
    None
}

fn line_start(text: &str, offset: usize) -> usize {
    text[..offset].rfind('\n').map_or(0, |it| it + 1)
}

/// The white space that a text starts with.
fn indentation(text: &str) -> &str {
    &text[..text.len() - text.trim_start_matches([' ', '\t']).len()]
}

/// One level further right, in the white space of the level.
fn deeper(indentation: &str) -> String {
    let level = if indentation.contains('\t') { "\t" } else { LEVEL };
    format!("{indentation}{level}")
}

/// A tab goes to the next multiple of eight.
fn width(indentation: &str) -> u32 {
    indentation.bytes().fold(0, |width, it| if it == b'\t' { (width / 8 + 1) * 8 } else { width + 1 })
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::fixture::Fixture;

    /// The text after typing what stands before the caret. The change is at most one.
    fn check(text: &str, expected: Expect) {
        let fixture = Fixture::new(text);
        let text = fixture.file.text(fixture.db());
        let offset = usize::from(fixture.offset);
        // An editor indents the new line before it asks.
        let typed = if text[..offset].ends_with(':') { ':' } else { '\n' };
        let edit = on_type(fixture.db(), fixture.file, fixture.offset, typed);
        assert!(edit.iter().len() <= 1);
        expected.assert_eq(&edit.apply(text).unwrap().replace("    ", "····").replace('\r', "␍"));
    }

    #[test]
    fn a_line_after_a_colon_is_one_level_further_right() {
        check(
            "def f():\n$0",
            expect![[r#"
            def f():
            ····"#]],
        );
        check(
            "if x:\n    for y in z:  # all\n  $0\nw\n",
            expect![[r#"
            if x:
            ····for y in z:  # all
            ········
            w
        "#]],
        );
        check(
            "if x:\r\n$0\r\n",
            expect![[r#"
            if x:␍
            ····␍
        "#]],
        );
        check(
            "def f(\n    a,\n):\n$0",
            expect![[r#"
            def f(
            ····a,
            ):
            ····"#]],
        );
    }

    #[test]
    fn a_line_after_a_statement_is_below_it() {
        check(
            "if x:\n    y\n$0",
            expect![[r#"
            if x:
            ····y
            ····"#]],
        );
        check(
            "if x: y\n    $0",
            expect![[r#"
            if x: y
        "#]],
        );
        check(
            "if x:\n    # why\n$0",
            expect![[r#"
            if x:
            ····# why
            ····"#]],
        );
        check(
            "x = f(1,\n      2)\n$0",
            expect![[r#"
            x = f(1,
            ····  2)
        "#]],
        );
        check(
            "if x:\n\ty:\n$0",
            expect![[r#"
            if x:
            	y:
		"#]],
        );
    }

    #[test]
    fn nothing_follows_a_return() {
        check(
            "def f():\n    if x:\n        return 1\n        $0\n",
            expect![[r#"
            def f():
            ····if x:
            ········return 1
            ····
        "#]],
        );
        check(
            "while x:\n    break\n    $0y\n",
            expect![[r#"
            while x:
            ····break
            y
        "#]],
        );
        check(
            "return\n$0",
            expect![[r#"
            return
        "#]],
        );
    }

    #[test]
    fn a_line_in_brackets() {
        check(
            "x = f(\n$0",
            expect![[r#"
            x = f(
            ····"#]],
        );
        check(
            "x = f(\n$0)\n",
            expect![[r#"
            x = f(
            )
        "#]],
        );
        check(
            "if x:\n    y = f(a, [\n$0\n    z = 1\n",
            expect![[r#"
            if x:
            ····y = f(a, [
            ········
            ····z = 1
        "#]],
        );
        check(
            "x = [\n    1,\n$0\n]\n",
            expect![[r#"
            x = [
            ····1,
            ····
            ]
        "#]],
        );
        check(
            "f = lambda x :: {\n$0}\n",
            expect![[r#"
            f = lambda x :: {
            }
        "#]],
        );
        check(
            "f = lambda x :: {\n    y = 1\n$0\n}\n",
            expect![[r#"
            f = lambda x :: {
            ····y = 1
            ····
            }
        "#]],
        );
        check(
            "f = apply(lambda x :: {\n    y = 1\n}, [\n$0\n])\n",
            expect![[r#"
            f = apply(lambda x :: {
            ····y = 1
            }, [
            ····
            ])
        "#]],
        );
        check(
            "f = lambda x :: {\n    y = 1\n$0}\n",
            expect![[r#"
            f = lambda x :: {
            ····y = 1
            }
        "#]],
        );
    }

    #[test]
    fn a_line_that_goes_on() {
        check(
            "workflow w =\n$0",
            expect![[r#"
            workflow w =
            ····"#]],
        );
        check(
            "x = a |\n$0",
            expect![[r#"
            x = a |
            ····"#]],
        );
        check(
            "x = a + \\\n$0",
            expect![[r#"
            x = a + \
            ····"#]],
        );
    }

    #[test]
    fn lines_of_texts_and_lines_after_blank_ones_stay() {
        check(
            "if x:\n    y = '''a\n$0\n'''\n",
            expect![[r#"
            if x:
            ····y = '''a

            '''
        "#]],
        );
        check(
            "if x:\n    y\n\n$0",
            expect![[r#"
            if x:
            ····y

        "#]],
        );
        check("$0", expect![[""]]);
    }

    #[test]
    fn clauses_go_below_their_statements() {
        check(
            "if a:\n    if b:\n        c\n        else:$0\n",
            expect![[r#"
            if a:
            ····if b:
            ········c
            ····else:
        "#]],
        );
        check(
            "if a:\n    x\nelse:$0\n",
            expect![[r#"
            if a:
            ····x
            else:
        "#]],
        );
        check(
            "try:\n    x\n    except E:$0\n",
            expect![[r#"
            try:
            ····x
            except E:
        "#]],
        );
        check(
            "try:\n    for x in y:\n        z\n        finally:$0\n",
            expect![[r#"
            try:
            ····for x in y:
            ········z
            finally:
        "#]],
        );
        check(
            "if a:\n    while b:\n        c\n    elif d:$0\n",
            expect![[r#"
            if a:
            ····while b:
            ········c
            elif d:
        "#]],
        );
    }

    #[test]
    fn other_colons_change_nothing() {
        check(
            "if a:\n    b\n    x:$0 int\n",
            expect![[r#"
            if a:
            ····b
            ····x: int
        "#]],
        );
        check(
            "x\n    else:$0\n",
            expect![[r#"
            x
            ····else:
        "#]],
        );
        check(
            "if a:\n    b\n    else:$0 c\n",
            expect![[r#"
            if a:
            ····b
            ····else: c
        "#]],
        );
    }
}
