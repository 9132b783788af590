//! Texts that nobody would write: pieces of Dana in any order. Nothing is lost, and formatting twice changes nothing.

mod common;

use danaide_format::{FormatOptions, format_text};
use proptest::prelude::*;

/// Pieces that fit together often enough to make statements.
const PIECES: &[&str] = &[
    "x",
    "f",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "x = ",
    "f(",
    "a, ",
    ",",
    "\n",
    "\n",
    "\n    ",
    "\n    ",
    "\n        ",
    "\n\n\n",
    "\t",
    "  ",
    ":",
    " | ",
    "|",
    "\n    | ",
    "if x:",
    "else:",
    "def f(a, b=1):",
    "def p(x) = ",
    "struct P:",
    "lambda x :: ",
    "lambda :: {",
    "\"text\"",
    "'''a\nb'''",
    "f'{x + 1}'",
    "'",
    "# why",
    "# fmt: off\n",
    "# fmt: on\n",
    "# fmt: skip",
    "\\\n",
    "return ",
    "1",
    " + ",
    " and ",
    "for x in y",
    " if x else ",
    "**",
    "-",
    "private:x",
    "$$",
    " as y",
    "@d\n",
    "import a\n",
    ";",
    "é",
    "\r\n",
    "::",
    "not ",
    ".",
    "try:",
    "except E:",
    "with (a as b, c):",
    "from a import (b, c)",
    "?",
    "\u{feff}",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn pieces_in_any_order_are_kept(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..40), width in 1_u32..60) {
        let text: String = pieces.concat();
        let options = FormatOptions { line_width: width, range: None };
        let checked = common::check(&text, &options);
        prop_assert!(checked.is_ok(), "{}", checked.unwrap_err());
    }
}

#[test]
fn deep_nesting_is_no_problem() {
    for (open, close) in
        [("(", ")"), ("[", "]"), ("f(", ")"), ("{1: ", "}"), ("not ", ""), ("x if y else ", ""), ("-", "")]
    {
        let text = format!("x = {}1{}\n", open.repeat(100_000), close.repeat(100_000));
        assert!(!format_text(&text, &FormatOptions::default()).is_empty());
    }
    let blocks: String = (0..2_000).map(|depth| format!("{}if x:\n", " ".repeat(depth))).collect();
    format_text(&blocks, &FormatOptions::default());
}
