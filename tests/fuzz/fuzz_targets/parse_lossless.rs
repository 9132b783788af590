//! The tree of any text gives the text back, and every error lies in the text at a character's boundary.

#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    let parse = danaide_syntax::parse(text);
    assert_eq!(parse.syntax_node().text().to_string(), text);
    for error in parse.errors().iter() {
        for offset in [error.range.start(), error.range.end()] {
            assert!(text.is_char_boundary(offset.into()), "{error:?}");
        }
    }
});
