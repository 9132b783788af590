//! A text many times over takes time in proportion: run with `-timeout=5`, which anything quadratic exceeds.

#![no_main]

/// A quarter of a megabyte parses in a hundredth of a second; a quadratic rule needs minutes for it.
const LEN: usize = 256 * 1024;

libfuzzer_sys::fuzz_target!(|text: &str| {
    if !text.is_empty() {
        let text = text.repeat(LEN / text.len().min(LEN));
        std::hint::black_box(danaide_syntax::parse(&text));
    }
});
