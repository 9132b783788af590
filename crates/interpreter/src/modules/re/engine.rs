//! Compiled patterns and the search for matches, by the crate `fancy-regex`.

use std::sync::{Arc, LazyLock, Mutex, OnceLock};

use fancy_regex::{Regex, RegexBuilder};
use rustc_hash::FxHashMap;

use super::syntax;
use crate::exception_kind::{ExceptionKind, Raise, Res};

/// Where the groups of a match start and end, in bytes.
pub(super) type Spans = Vec<Option<(usize, usize)>>;

/// How often the engine may go back in one search.
const BACKTRACKS: usize = 5_000_000;

/// How many patterns are kept compiled, as in CPython.
const CACHED: usize = 512;

/// A pattern made ready for searching.
#[derive(Debug)]
pub struct Compiled {
    pattern: String,
    search: Regex,
    /// Matches only where the search starts.
    here: OnceLock<Option<Regex>>,
    /// Matches only a whole text.
    whole: OnceLock<Option<Regex>>,
    /// Matches only at the start of a text, and not the empty text.
    further: OnceLock<Option<Regex>>,
    pub flags: u32,
    pub names: Vec<(String, usize)>,
    parents: Vec<usize>,
    can_be_empty: bool,
}

/// Where a match has to lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    Anywhere,
    Start,
    Both,
}

/// Compiled patterns by source and flags.
type Cache = FxHashMap<(String, u32), Arc<Compiled>>;

static CACHE: LazyLock<Mutex<Cache>> = LazyLock::new(Mutex::default);

fn build(pattern: &str) -> Res<Regex> {
    RegexBuilder::new(pattern).backtrack_limit(BACKTRACKS).build().map_err(|error| {
        Raise::new(ExceptionKind::PatternError, format!("the engine does not take the pattern: {error}"))
    })
}

fn stopped() -> Raise {
    Raise::new(
        ExceptionKind::RuntimeError,
        format!("the search went back more than {BACKTRACKS} times: the pattern has too many ways to match this text"),
    )
}

/// Compiles a pattern, or finds it compiled.
pub(super) fn compile(source: &str, flags: u32) -> Res<Arc<Compiled>> {
    let key = (source.to_owned(), flags);
    if let Ok(cache) = CACHE.lock()
        && let Some(found) = cache.get(&key)
    {
        return Ok(Arc::clone(found));
    }
    let syntax::Translated { pattern, flags: all, names, parents, can_be_empty } = syntax::translate(source, flags)?;
    let search = build(&pattern)?;
    let compiled = Arc::new(Compiled {
        pattern,
        search,
        here: OnceLock::new(),
        whole: OnceLock::new(),
        further: OnceLock::new(),
        flags: all,
        names,
        parents,
        can_be_empty,
    });
    if let Ok(mut cache) = CACHE.lock() {
        if cache.len() >= CACHED {
            cache.clear();
        }
        cache.insert(key, Arc::clone(&compiled));
    }
    Ok(compiled)
}

/// Forgets the compiled patterns.
pub(super) fn purge() {
    if let Ok(mut cache) = CACHE.lock() {
        cache.clear();
    }
}

impl Compiled {
    /// How many groups there are, the whole match not counted.
    pub fn groups(&self) -> usize {
        self.parents.len() - 1
    }

    /// Approximate memory, in bytes.
    pub fn bytes(&self) -> usize {
        1024 + self.pattern.len() * 64
    }

    fn variant<'a>(&self, slot: &'a OnceLock<Option<Regex>>, before: &str, after: &str) -> Res<&'a Regex> {
        slot.get_or_init(|| build(&format!("{before}(?:{}){after}", self.pattern)).ok())
            .as_ref()
            .ok_or_else(|| Raise::new(ExceptionKind::PatternError, "the engine does not take the pattern"))
    }

    fn spans(&self, regex: &Regex, text: &str, from: usize) -> Res<Option<Spans>> {
        let Some(found) = regex.captures_from_pos(text, from).map_err(|_| stopped())? else { return Ok(None) };
        Ok(Some((0..self.parents.len()).map(|group| found.get(group).map(|it| (it.start(), it.end()))).collect()))
    }

    /// The first match from a position on. One that `must_advance` is not empty at that very position.
    pub(super) fn find(&self, text: &str, mut from: usize, anchor: Anchor, must_advance: bool) -> Res<Option<Spans>> {
        match anchor {
            Anchor::Start => return self.spans(self.variant(&self.here, r"\G", "")?, text, from),
            Anchor::Both => return self.spans(self.variant(&self.whole, r"\G", r"\z")?, text, from),
            Anchor::Anywhere => {}
        }
        if must_advance && self.can_be_empty {
            let further = self.variant(&self.further, r"\A", r"(?!\A)")?;
            if let Some(spans) = self.spans(further, &text[from..], 0)? {
                return Ok(Some(
                    spans.into_iter().map(|it| it.map(|(start, end)| (start + from, end + from))).collect(),
                ));
            }
            match text[from..].chars().next() {
                Some(c) => from += c.len_utf8(),
                None => return Ok(None),
            }
        }
        self.spans(&self.search, text, from)
    }

    /// All matches from a position on, at most so many, each given to `each`.
    pub(super) fn find_all(
        &self,
        text: &str,
        mut from: usize,
        most: usize,
        mut each: impl FnMut(Spans) -> Res<()>,
    ) -> Res<()> {
        let mut must_advance = false;
        for _ in 0..most {
            let Some(spans) = self.find(text, from, Anchor::Anywhere, must_advance)? else { return Ok(()) };
            let Some(Some((start, end))) = spans.first().copied() else { return Ok(()) };
            must_advance = start == end;
            from = end;
            each(spans)?;
        }
        Ok(())
    }

    /// The group that closed last.
    pub(super) fn last_group(&self, spans: &Spans) -> Option<usize> {
        let inside = |mut inner: usize, outer: usize| {
            while inner != 0 {
                inner = self.parents[inner];
                if inner == outer {
                    return true;
                }
            }
            false
        };
        let mut last: Option<(usize, usize)> = None;
        for (group, span) in spans.iter().enumerate().skip(1) {
            let Some((_, end)) = *span else { continue };
            last = match last {
                Some((best, best_end)) if end < best_end || (end == best_end && inside(group, best)) => {
                    Some((best, best_end))
                }
                _ => Some((group, end)),
            };
        }
        last.map(|(group, _)| group)
    }
}
