//! From text to tree: the queries that everything else stands on.

use std::sync::Arc;

use danaide_syntax::{LineIndex, Parse, SyntaxError};

use crate::{Db, File};

/// How many trees (and line indices) are kept between two writes; the others are made again when asked for.
pub const PARSE_CACHE: usize = 128;

/// The tree of a file and its syntax errors. A file that cannot be read has the tree of an empty text.
///
/// Every edit changes the tree, so trees are not compared: ask for a smaller thing ([`syntax_errors`],
/// [`item_tree`](crate::item_tree)) where it is enough, and an edit that keeps it equal stops there.
#[salsa::tracked(no_eq, returns(clone), lru = 128)]
pub fn parse(db: &dyn Db, file: File) -> Parse {
    danaide_syntax::parse(file.text(db))
}

/// The syntax errors of a file in the order of the text.
#[salsa::tracked(returns(clone))]
pub fn syntax_errors(db: &dyn Db, file: File) -> Arc<[SyntaxError]> {
    parse(db, file).errors().clone()
}

/// The lines of a file, to translate offsets to lines and columns.
#[salsa::tracked(no_eq, returns(clone), lru = 128)]
pub fn line_index(db: &dyn Db, file: File) -> Arc<LineIndex> {
    Arc::new(LineIndex::new(file.text(db)))
}
