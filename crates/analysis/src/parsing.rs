//! From text to tree: the queries that everything else stands on.

use std::sync::Arc;

use danaide_syntax::{LineIndex, Parse, SyntaxError};
use parking_lot::Mutex;
use rustc_hash::FxHashMap;

use crate::{Db, File};

/// How many trees (and line indices) are kept between two writes; the others are made again when asked for.
pub const PARSE_CACHE: usize = 128;

/// The tree of a file and its syntax errors. A file that cannot be read has the tree of an empty text.
///
/// Every edit changes the tree, so trees are not compared: ask for a smaller thing ([`syntax_errors`],
/// [`item_tree`](crate::item_tree)) where it is enough, and an edit that keeps it equal stops there.
#[salsa::tracked(no_eq, returns(clone), lru = 128)]
pub fn parse(db: &dyn Db, file: File) -> Parse {
    let text = file.text(db);
    let pulse = || db.unwind_if_revision_cancelled();
    // What an edit left alone is taken over from the tree before it, which gives the same as a parse of the whole.
    let parse = match db.edited_trees().last(file) {
        Some((old_text, old)) => danaide_syntax::reparse_with_pulse(&old, &old_text, text, &pulse),
        None => danaide_syntax::parse_with_pulse(text, &pulse),
    };
    db.edited_trees().keep(file, text, &parse);
    parse
}

/// How many files keep their trees and lines.
pub(crate) fn keep_trees(db: &mut dyn Db, files: usize) {
    parse::set_lru_capacity(db, files);
    line_index::set_lru_capacity(db, files);
}

/// How many open files keep their last tree.
const MOST_EDITED: usize = 32;

/// A text with its tree.
type Parsed = (Arc<str>, Parse);

/// The last tree of each file that is open in an editor, with its text, for the parse after the next edit. Only makes
/// that faster: no answer depends on what is here.
#[derive(Debug, Default)]
pub struct EditedTrees(Mutex<FxHashMap<File, Option<Parsed>>>);

impl EditedTrees {
    /// From now on the file's trees are kept.
    pub(crate) fn open(&self, file: File) {
        let mut trees = self.0.lock();
        if trees.len() < MOST_EDITED {
            trees.entry(file).or_default();
        }
    }

    pub(crate) fn close(&self, file: File) {
        self.0.lock().remove(&file);
    }

    fn last(&self, file: File) -> Option<Parsed> {
        self.0.lock().get(&file)?.clone()
    }

    fn keep(&self, file: File, text: &Arc<str>, parse: &Parse) {
        if let Some(place) = self.0.lock().get_mut(&file) {
            *place = Some((text.clone(), parse.clone()));
        }
    }
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
