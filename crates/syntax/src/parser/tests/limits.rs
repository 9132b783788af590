//! Texts that no person writes: huge, deep, or nothing but one sign. A rule that reads the same text again and again
//! does not end in the time a test suite has, and a recursion without a limit overflows the stack of a test's thread.

use crate::{ast, parse};

/// Long enough that anything quadratic takes minutes.
const LEN: usize = 1_000_000;

#[test]
fn one_sign_a_million_times() {
    for sign in [
        "(",
        "[",
        "{",
        ")",
        "\"",
        "'",
        "\"'",
        "not ",
        "-",
        "~",
        "\t",
        "\n",
        "\r",
        "\r\n",
        "#",
        ",",
        ":",
        "::",
        ";",
        ".",
        "=",
        "@",
        "*",
        "$$",
        "?",
        "a?",
        "\0",
        "é",
        "😀",
        "\\\n",
        "{(",
        "(a,",
        "([{",
        "f\"{",
        "f\"\"\"{",
        "f\"}",
        "\"a\" ",
        "\"a\n\\",
        "\"\"\"\ndef f():\n\\",
        "x = \"\n",
        "x = \"abc\ny = \"def\"\n",
        "\"\"a",
        "\"\"\n",
        "x |\n",
        "\"\"\"a\"\"\n",
        "def ",
        "def f(",
        "lambda ",
        "lambda x:",
        "lambda (x: ",
        "lambda::{",
        "x = lambda :: {x\n\n\n\nor y\n",
        "x if y else ",
        "x = ",
        "if x:",
        "for x in ",
        "workflow a(",
        "@a\n",
        "elif x:\n y\n",
        "(\n#\n",
        "(\nx\n",
        "x = (\n",
        "x: list[",
        "import a.",
        "x.\n",
        "agent A(\n",
    ] {
        let text = sign.repeat(LEN / sign.len());
        let parse = parse(&text);
        assert_eq!(usize::from(parse.syntax_node().text_range().len()), text.len(), "{sign:?}");
        assert!(parse.errors().len() <= 2000, "{sign:?}");
    }
}

#[test]
fn half_triple_quotes_before_a_whole_one() {
    let text = format!("{}\"\"\"", "\"\"a".repeat(LEN / 3));
    assert_eq!(parse(&text).errors().len(), 1);
}

#[test]
fn one_operand_with_a_million_operators() {
    for (first, rest) in
        [("x", "+x"), ("x", "**x"), ("x", "<x"), ("x", "|x"), ("x", ".a"), ("x", "()"), ("x", "[0]"), ("x", "(")]
    {
        let text = format!("{first}{}", rest.repeat(LEN / rest.len()));
        assert_eq!(usize::from(parse(&text).syntax_node().text_range().len()), text.len());
    }
}

#[test]
fn blocks_in_blocks() {
    let mut text = String::new();
    for depth in 0..1500 {
        text.push_str(&" ".repeat(depth));
        text.push_str("if x:\n");
    }
    text.push_str("y = 1\n");
    let parse = parse(&text);
    assert!(parse.errors()[0].message.contains("levels deep"), "{:?}", parse.errors());
    assert!(matches!(parse.tree().stmts().last(), Some(ast::Stmt::AssignStmt(_))), "what follows is intact");
}

#[test]
fn nesting_that_people_write_is_no_error() {
    let depth = 150;
    let text = format!("x = {}1{}\n", "(".repeat(depth), ")".repeat(depth));
    assert_eq!(&**parse(&text).errors(), []);
    let chain = format!("x = a{}\n", ".b(1)".repeat(90));
    assert_eq!(&**parse(&chain).errors(), []);
    let sum = format!("x = {}1\n", "1 + ".repeat(100_000));
    assert_eq!(&**parse(&sum).errors(), []);
}

#[test]
fn nesting_beyond_the_limit_is_one_error_and_the_next_line_is_intact() {
    let text = format!("x = {}1{}\ndef f():\n    pass\n", "(".repeat(300), ")".repeat(300));
    let parse = parse(&text);
    assert_eq!(parse.errors().len(), 1, "{:?}", parse.errors());
    assert!(matches!(parse.tree().stmts().last(), Some(ast::Stmt::FunctionDef(_))));
}

#[test]
fn comprehensions_inside_the_clauses_of_others_count_as_nested() {
    for open in ["[x for x in ", "[x for x in y if "] {
        let parse = parse(&format!("x = {}\ndef f():\n    pass\n", open.repeat(20_000)));
        assert!(parse.errors().iter().any(|it| it.message.contains("levels deep")), "{:?}", parse.errors());
        assert!(matches!(parse.tree().stmts().last(), Some(ast::Stmt::FunctionDef(_))));
    }
}
