//! No node is empty but the root, every pointer finds its node, and positions go there and back.

#![no_main]

use danaide_syntax::{ColumnEncoding, LineIndex, SyntaxNodePtr, parse};

libfuzzer_sys::fuzz_target!(|text: &str| {
    let root = parse(text).syntax_node();
    let index = LineIndex::new(text);
    for node in root.descendants() {
        let range = node.text_range();
        assert!(!range.is_empty() || node == root);
        let found = SyntaxNodePtr::new(&node).to_node(&root).map(|it| it.text_range());
        assert_eq!(found, Some(range));
        for encoding in [ColumnEncoding::Utf8, ColumnEncoding::Utf16, ColumnEncoding::Utf32] {
            let position = index.line_col(range.start(), encoding);
            assert_eq!(index.offset(position, encoding), Some(range.start()));
        }
    }
});
