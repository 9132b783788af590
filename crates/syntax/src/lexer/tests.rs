//! Tokens of small texts: layout, strings, numbers.

use expect_test::{Expect, expect};

use super::lex;

/// The significant tokens, one word each: the kind, and the text unless the kind says it.
fn check(text: &str, expected: Expect) {
    let lexed = lex(text, &|| {});
    let end = |index: usize| lexed.tokens.get(index + 1).map_or(text.len(), |next| next.start as usize);
    let words: Vec<String> = lexed
        .significant
        .iter()
        .map(|&index| {
            let token = lexed.tokens[index as usize];
            let spelling = &text[token.start as usize..end(index as usize)];
            match token.kind.text() {
                Some(sign) => sign.to_owned(),
                None if spelling.trim().is_empty() => format!("{:?}", token.kind),
                None => format!("{:?}({})", token.kind, spelling.escape_debug()),
            }
        })
        .collect();
    let mut out = words.join(" ");
    for error in &lexed.errors {
        out.push_str(&format!("\n{:?} {}", error.range, error.message));
    }
    expected.assert_eq(&out);
}

#[test]
fn indentation_is_a_stack_of_columns() {
    check(
        "if a:\n  b\n    \n\tc\nd\n",
        expect![
            "if IDENT(a) : NEWLINE INDENT IDENT(b) NEWLINE INDENT IDENT(c) NEWLINE DEDENT DEDENT IDENT(d) NEWLINE EOF"
        ],
    );
    check("a\n  # comment\nb", expect!["IDENT(a) NEWLINE IDENT(b) NEWLINE EOF"]);
}

#[test]
fn lines_do_not_count_in_brackets_and_after_a_backslash() {
    check(
        "f(a,\n  b)\nx = 1 + \\\n 2\n",
        expect!["IDENT(f) ( IDENT(a) , IDENT(b) ) NEWLINE IDENT(x) = INT_NUMBER(1) + INT_NUMBER(2) NEWLINE EOF"],
    );
}

#[test]
fn numbers_are_pythons() {
    check(
        "1_000 0xFf 0b10 1.5e-3 .5 1. 2j 1..x",
        expect![
            "INT_NUMBER(1_000) INT_NUMBER(0xFf) INT_NUMBER(0b10) FLOAT_NUMBER(1.5e-3) FLOAT_NUMBER(.5) FLOAT_NUMBER(1.) IMAGINARY_NUMBER(2j) INT_NUMBER(1) . . IDENT(x) NEWLINE EOF"
        ],
    );
    check(
        "1__0 0x 09 0b12 1_",
        expect![[r#"
        INT_NUMBER(1__0) INT_NUMBER(0x) INT_NUMBER(09) INT_NUMBER(0b12) INT_NUMBER(1_) NEWLINE EOF
        0..4 `_` stands between two digits of a number, one at a time
        5..7 this number is not complete, or has a digit that its base lacks
        8..10 a number does not start with 0; write `0o` for an octal one
        11..15 this number is not complete, or has a digit that its base lacks
        16..18 `_` stands between two digits of a number, one at a time"#]],
    );
}

#[test]
fn f_strings_come_in_pieces() {
    check(
        "f'a{x!r:>{w}}b' + rb'\\x'",
        expect![[
            r#"FSTRING_START(f\') FSTRING_TEXT(a) { IDENT(x) ! IDENT(r) : FSTRING_TEXT(>) { IDENT(w) } } FSTRING_TEXT(b) FSTRING_END(\') + BYTES(rb\'\\x\') NEWLINE EOF"#
        ]],
    );
    check(
        "f\"{a[\"k\"]}{{}}\\N{BULLET}\"",
        expect![[
            r#"FSTRING_START(f\") { IDENT(a) [ STRING(\"k\") ] } FSTRING_TEXT({{}}\\N{BULLET}) FSTRING_END(\") NEWLINE EOF"#
        ]],
    );
}

#[test]
fn names_may_use_any_script() {
    check(
        "größe = 変数 + x²y?!",
        expect![[r#"
        IDENT(größe) = IDENT(変数) + IDENT(x) IDENT(y) NEWLINE EOF
        20..22 `²` has no meaning here; remove it
        23..25 `?!` has no meaning here; remove it"#]],
    );
}
