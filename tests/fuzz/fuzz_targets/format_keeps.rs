//! A formatted text says what it said before, and formatting it again changes nothing.

#![no_main]

use danaide_format::{FormatOptions, format_text};

libfuzzer_sys::fuzz_target!(|text: &str| {
    for line_width in [20, 120] {
        let options = FormatOptions { line_width, range: None };
        let once = format_text(text, &options);
        let is_layout = |it: &char| it.is_whitespace() || matches!(it, ',' | '\\');
        let words = |text: &str| -> String { text.chars().filter(|it| !is_layout(it)).collect() };
        assert_eq!(words(text), words(&once));
        assert_eq!(format_text(&once, &options), once);
    }
});
