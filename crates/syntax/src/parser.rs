//! Tokens to events to a tree. Grammar rules call [`Parser`], which records events; [`build`] makes the tree of them.

mod build;
mod definitions;
mod expressions;
mod imports;
mod literals;
mod statements;
mod targets;
mod types;

use rowan::{GreenNode, TextRange, TextSize};

use crate::SyntaxKind::{self, *};
use crate::lexer::{self, Lexed};
use crate::{Related, SyntaxError, T};

/// How deep brackets, blocks, unary operators and the like may nest. CPython stops at 200 brackets and 100 blocks.
const MAX_NESTING: u32 = 200;

/// How many calls, attributes and indices may follow one another: each makes the tree one level deeper.
const MAX_POSTFIX: u32 = 200;

/// Parameters and arguments beyond this number are not compared with those before.
const MAX_UNIQUE_NAMES: usize = 256;

/// Errors beyond this number are not recorded.
const MAX_ERRORS: usize = 1000;

/// What the parser records: the tree in the order of the text.
#[derive(Debug, Clone, Copy)]
enum Event {
    /// Opens a node. `parent` is the distance to a later event that opens a node around this one, or 0.
    /// EOF stands for a node that was given up.
    Open {
        kind: SyntaxKind,
        parent: u32,
    },
    Close,
    /// The next token, as this kind.
    Token(SyntaxKind),
}

/// An open node.
struct Marker {
    event: u32,
    /// The index of its first significant token.
    first: u32,
}

/// A finished node.
#[derive(Debug, Clone, Copy)]
struct Completed {
    event: u32,
    kind: SyntaxKind,
    /// The index of its first significant token.
    first: u32,
}

/// The tree of a text and what is wrong with it.
pub(crate) fn parse(text: &str, pulse: &dyn Fn()) -> (GreenNode, Vec<SyntaxError>) {
    if text.len() > crate::MAX_TEXT_LEN {
        let message = format!("this file is larger than {} bytes, the most that can be read", crate::MAX_TEXT_LEN);
        let error = SyntaxError { message, range: TextRange::empty(TextSize::new(0)), related: None };
        return (GreenNode::new(SOURCE_FILE.into(), std::iter::empty()), vec![error]);
    }
    let lexed = lexer::lex(text, pulse);
    let mut parser = Parser::new(text, &lexed, pulse);
    statements::source_file(&mut parser);
    let Parser { events, mut errors, unclosed_fstrings, misplaced, .. } = parser;
    let green = match build::build(text, &lexed.tokens, &events, pulse) {
        Some(green) => green,
        None => {
            let message = "this file nests too deeply to be understood; split its longest expressions".to_owned();
            errors.push(SyntaxError { message, range: TextRange::empty(TextSize::new(0)), related: None });
            build::flat(text, &lexed.tokens)
        }
    };
    let mut unclosed = lexed.unclosed.clone();
    unclosed.extend(unclosed_fstrings.iter().map(|it| it.0));
    unclosed.sort_unstable();
    drop_consequences(text, &lexed, &unclosed, &mut errors);
    errors.extend(unclosed_fstrings.into_iter().map(|it| it.1));
    errors.extend(lexed.errors.iter().cloned());
    if errors.is_empty() {
        errors = misplaced;
    }
    errors.sort_by_key(|it| (it.range.start(), it.range.end()));
    (green, errors)
}

/// Where a string is not closed, what the parser found odd from the start of that line to the end of the statement is
/// most often its doing: the quote that is missing is an earlier one, or it took brackets and commas with it.
fn drop_consequences(text: &str, lexed: &Lexed, unclosed: &[u32], errors: &mut Vec<SyntaxError>) {
    if unclosed.is_empty() || errors.is_empty() {
        return;
    }
    errors.sort_by_key(|it| it.range.start());
    let mut statement_end = lexed.significant.len();
    for &token in unclosed.iter().rev() {
        let at = lexed.significant.partition_point(|&it| it < token);
        if let Some(newline) = lexed.significant[at..statement_end.max(at)]
            .iter()
            .position(|&it| lexed.tokens[it as usize].kind == NEWLINE)
        {
            statement_end = at + newline;
        }
        let quote = lexed.tokens[token as usize].start as usize;
        let end =
            lexed.significant.get(statement_end).map_or(text.len(), |&it| lexed.tokens[it as usize].start as usize);
        let line = memchr::memrchr(b'\n', &text.as_bytes()[..quote]).map_or(0, |at| at + 1);
        let from = errors.partition_point(|it| usize::from(it.range.start()) < line);
        let to = errors.partition_point(|it| usize::from(it.range.start()) <= end);
        errors.drain(from..to.max(from));
        statement_end = at;
    }
}

/// What a statement stands in: it decides where `break` and `return` make sense.
#[derive(Debug, Clone, Copy, Default)]
struct Context {
    function: bool,
    /// In a loop of this function.
    in_loop: bool,
}

struct Parser<'t> {
    text: &'t str,
    /// Called every now and then.
    pulse: &'t dyn Fn(),
    lexed: &'t Lexed,
    /// The kinds of the significant tokens, so that looking ahead is one load.
    kinds: Vec<SyntaxKind>,
    /// The index of the current significant token.
    pos: usize,
    events: Vec<Event>,
    errors: Vec<SyntaxError>,
    nesting: u32,
    /// The token at which the last error was reported: one is enough.
    error_at: Option<usize>,
    /// How many errors there were before the current statement.
    errors_before_statement: usize,
    /// f-strings without an end: the first token of each, and its error.
    unclosed_fstrings: Vec<(u32, SyntaxError)>,
    context: Context,
    /// What stands where it makes no sense. Only a text without other errors has them: a broken head would make its
    /// body stand in the wrong place.
    misplaced: Vec<SyntaxError>,
    /// How many of each kind of bracket are open in the rules above, to know whose a closing one is.
    open: [u32; 3],
}

impl<'t> Parser<'t> {
    fn new(text: &'t str, lexed: &'t Lexed, pulse: &'t dyn Fn()) -> Self {
        let kinds: Vec<SyntaxKind> = lexed.significant.iter().map(|&index| lexed.tokens[index as usize].kind).collect();
        let events = Vec::with_capacity(kinds.len() * 3);
        Parser {
            text,
            pulse,
            lexed,
            kinds,
            pos: 0,
            events,
            errors: Vec::new(),
            nesting: 0,
            error_at: None,
            errors_before_statement: 0,
            unclosed_fstrings: Vec::new(),
            context: Context::default(),
            misplaced: Vec::new(),
            open: [0; 3],
        }
    }

    #[inline]
    fn current(&self) -> SyntaxKind {
        self.kinds[self.pos]
    }

    #[inline]
    fn nth(&self, n: usize) -> SyntaxKind {
        self.kinds.get(self.pos + n).copied().unwrap_or(EOF)
    }

    #[inline]
    fn at(&self, kind: SyntaxKind) -> bool {
        self.current() == kind
    }

    /// A name, or a soft keyword where a name is expected.
    #[inline]
    fn at_name(&self) -> bool {
        is_name(self.current())
    }

    /// At the end of a line, or of what holds the lines.
    fn at_line_end(&self) -> bool {
        matches!(self.current(), NEWLINE | EOF | DEDENT | INDENT)
    }

    /// At a colon that ends its line.
    fn at_final_colon(&self) -> bool {
        self.at(T![':']) && self.nth(1) == NEWLINE
    }

    #[inline]
    fn bump(&mut self) {
        self.bump_as(self.current());
    }

    #[inline]
    fn bump_as(&mut self, kind: SyntaxKind) {
        if self.current() != EOF {
            self.events.push(Event::Token(kind));
            self.pos += 1;
            if self.pos.is_multiple_of(crate::PULSE) {
                (self.pulse)();
            }
        }
    }

    #[inline]
    fn eat(&mut self, kind: SyntaxKind) -> bool {
        let at = self.at(kind);
        if at {
            self.bump();
        }
        at
    }

    /// Takes the token, or reports that it is missing after the one before.
    fn expect(&mut self, kind: SyntaxKind) -> bool {
        let found = self.eat(kind);
        if !found {
            self.error_expected(kind.describe());
        }
        found
    }

    /// Takes a name, or reports that `what` is missing.
    fn name(&mut self, what: &str) -> bool {
        if self.at_name() {
            self.bump_as(IDENT);
            return true;
        }
        if self.current().is_keyword() && !self.previous_line_ended() {
            let word = self.current_text();
            self.error_here(format!("expected {what}; `{word}` is a keyword and cannot be a name"));
            // Where the keyword clearly stands for the name, it is taken as such.
            if matches!(self.nth(1), L_PAREN | EQ | COLON | NEWLINE | COMMA | R_PAREN) {
                let marker = self.start();
                self.bump();
                self.complete(marker, ERROR);
            }
            return false;
        }
        self.error_expected(what);
        false
    }

    fn previous_line_ended(&self) -> bool {
        self.pos > 0 && matches!(self.kinds[self.pos - 1], NEWLINE | INDENT | DEDENT)
    }

    #[inline]
    fn start(&mut self) -> Marker {
        let event = self.events.len() as u32;
        self.events.push(Event::Open { kind: EOF, parent: 0 });
        Marker { event, first: self.pos as u32 }
    }

    #[inline]
    fn complete(&mut self, marker: Marker, kind: SyntaxKind) -> Completed {
        if let Event::Open { kind: slot, .. } = &mut self.events[marker.event as usize] {
            *slot = kind;
        }
        self.events.push(Event::Close);
        Completed { event: marker.event, kind, first: marker.first }
    }

    /// Gives a node up: what is in it belongs to the node around it.
    fn abandon(&mut self, marker: Marker) {
        if marker.event as usize + 1 == self.events.len() {
            self.events.pop();
        }
    }

    /// Opens a node around a finished one.
    #[inline]
    fn precede(&mut self, inner: Completed) -> Marker {
        let marker = Marker { first: inner.first, ..self.start() };
        if let Event::Open { parent, .. } = &mut self.events[inner.event as usize] {
            *parent = marker.event - inner.event;
        }
        marker
    }

    /// Runs a rule for what stands in another context.
    fn within(&mut self, context: Context, rule: impl FnOnce(&mut Self)) {
        let outer = std::mem::replace(&mut self.context, context);
        rule(self);
        self.context = outer;
    }

    /// Reports that the current keyword does not stand in what it needs.
    fn misplaced(&mut self, needs: &str) {
        if self.misplaced.len() < MAX_ERRORS {
            let message = format!("`{}` stands in {needs}, and there is none here", self.current_text());
            self.misplaced.push(SyntaxError { message, range: self.range_of(self.pos), related: None });
        }
    }

    /// Reports the name at `token` if it is among those before, and adds it to them.
    fn unique_name(&mut self, names: &mut Vec<&'t str>, token: usize, what: &str) {
        let range = self.range_of(token);
        let name = &self.text[range];
        if names.contains(&name) {
            self.add_error(format!("{what} `{name}` is there twice"), range, None);
        } else if names.len() < MAX_UNIQUE_NAMES {
            names.push(name);
        }
    }

    /// Runs a rule one level deeper; beyond the limit, reports it once and skips to the end of the line instead.
    #[inline]
    fn nested<R>(&mut self, rule: impl FnOnce(&mut Self) -> R) -> Option<R> {
        if self.nesting >= MAX_NESTING {
            self.too_deep();
            return None;
        }
        self.nesting += 1;
        let result = rule(self);
        self.nesting -= 1;
        Some(result)
    }

    /// Reports that the nesting is too deep and takes the rest of the logical line, flat.
    fn too_deep(&mut self) {
        self.error_here(format!(
            "this nests more than {MAX_NESTING} levels deep; give a name to an inner part and use the name"
        ));
        let marker = self.start();
        while !self.at_line_end() {
            self.bump();
        }
        self.complete(marker, ERROR);
        // What is missing around it is a consequence.
        self.error_at = Some(self.pos);
    }

    /// The range of a finished node that ends before the current token.
    fn range_of_node(&self, node: Completed) -> TextRange {
        let start = self.range_of(node.first as usize).start();
        let end = self.range_of(self.pos.saturating_sub(1)).end();
        TextRange::new(start, end.max(start))
    }

    /// The range of a significant token in bytes.
    fn range_of(&self, token: usize) -> TextRange {
        let index = self.lexed.significant.get(token).map_or(self.lexed.tokens.len() - 1, |&it| it as usize);
        let start = self.lexed.tokens[index].start;
        let end = self.lexed.tokens.get(index + 1).map_or(self.text.len() as u32, |next| next.start);
        TextRange::new(start.into(), end.into())
    }

    fn current_text(&self) -> &'t str {
        &self.text[self.range_of(self.pos)]
    }

    /// Does the current token follow the one before without a space?
    fn adjacent(&self, ahead: usize) -> bool {
        let indices = &self.lexed.significant;
        match (indices.get(self.pos + ahead), indices.get((self.pos + ahead).wrapping_sub(1))) {
            (Some(this), Some(before)) => *this == before + 1,
            _ => false,
        }
    }

    /// The name before the current token, if that is one.
    fn previous_word(&self) -> Option<&str> {
        let before = self.pos.checked_sub(1)?;
        (*self.kinds.get(before)? == IDENT).then(|| &self.text[self.range_of(before)])
    }

    /// Are the two tokens before the current one the same sign, side by side?
    fn is_doubled_sign(&self) -> bool {
        self.pos >= 2
            && self.kinds[self.pos - 1] == self.kinds[self.pos - 2]
            && self.range_of(self.pos - 1).start() == self.range_of(self.pos - 2).end()
    }

    /// Where something is missing: right after the token before.
    fn missing_range(&self) -> TextRange {
        let mut before = self.pos;
        while before > 0 {
            before -= 1;
            if !matches!(self.kinds[before], NEWLINE | INDENT | DEDENT) {
                return TextRange::empty(self.range_of(before).end());
            }
        }
        TextRange::empty(TextSize::new(0))
    }

    /// Reports that something is missing before the current token.
    fn error_expected(&mut self, what: &str) {
        if self.error_at == Some(self.pos) {
            return;
        }
        let message = match self.found() {
            Some(found) => format!("expected {what}, found {found}"),
            None => format!("expected {what}"),
        };
        // On the same line the token found is what a person looks at; otherwise the end of the line before.
        let range = if self.at_line_end() { self.missing_range() } else { self.range_of(self.pos) };
        self.error(message, range, None);
    }

    /// What stands here, as a person calls it; nothing where a line ends.
    fn found(&self) -> Option<String> {
        match self.current() {
            NEWLINE | EOF | DEDENT | INDENT => None,
            kind if kind.text().is_some() => Some(kind.describe().to_owned()),
            STRING | BYTES | FSTRING_START => Some(self.current().describe().to_owned()),
            _ => {
                let text = self.current_text();
                match text.char_indices().nth(24) {
                    Some((end, _)) => Some(format!("`{}…`", &text[..end])),
                    None => Some(format!("`{text}`")),
                }
            }
        }
    }

    fn error_here(&mut self, message: String) {
        self.error(message, self.range_of(self.pos), None);
    }

    /// Records an error, unless it is a consequence of the one before: at the same token, after an unclosed string,
    /// or after characters that have no meaning.
    fn error(&mut self, message: String, range: TextRange, related: Option<Related>) {
        if self.error_at == Some(self.pos) || self.follows_lexical_error() {
            self.error_at = Some(self.pos);
            return;
        }
        self.error_at = Some(self.pos);
        self.add_error(message, range, related);
    }

    fn add_error(&mut self, message: String, range: TextRange, related: Option<Related>) {
        if self.errors.len() < MAX_ERRORS {
            self.errors.push(SyntaxError { message, range, related });
        }
    }

    /// Was an error reported in the current statement? What is odd at its end is then a consequence.
    fn statement_is_broken(&self) -> bool {
        self.errors.len() > self.errors_before_statement
    }

    fn follows_lexical_error(&self) -> bool {
        let Some(&here) = self.lexed.significant.get(self.pos) else { return false };
        let Some(before) = self.pos.checked_sub(1).map(|it| self.lexed.significant[it]) else {
            return self.lexed.tokens[..here as usize].iter().any(|it| it.kind == ERROR_TOKEN);
        };
        self.lexed.unclosed.binary_search(&before).is_ok()
            || self.lexed.tokens[before as usize + 1..here as usize].iter().any(|it| it.kind == ERROR_TOKEN)
    }

    /// Opens a bracket that a rule is responsible for.
    fn open_bracket(&mut self) -> usize {
        let token = self.pos;
        self.open[bracket_index(self.current())] += 1;
        self.bump();
        token
    }

    /// Closes the bracket that was opened at `opener`; if its partner is missing, says so and shows the opener.
    fn close_bracket(&mut self, opener: usize) {
        let index = bracket_index(self.kinds[opener]);
        self.open[index] -= 1;
        let wanted = [R_PAREN, R_BRACK, R_BRACE][index];
        if self.eat(wanted) {
            return;
        }
        let open = self.kinds[opener].text().unwrap_or_default();
        let close = wanted.text().unwrap_or_default();
        let related = Some(Related { message: "this bracket is open", range: self.range_of(opener) });
        if self.at_line_end() {
            self.error(format!("expected `{close}`: `{open}` is never closed"), self.missing_range(), related);
        } else {
            let message = if self.at(T![':']) && self.nth(1) == T!['='] && self.adjacent(1) {
                "`:=` has no meaning here; assign on a line of its own".to_owned()
            } else {
                format!("expected `{close}` to close `{open}`, found {}", self.found().unwrap_or_default())
            };
            self.error(message, self.range_of(self.pos), related);
            // A closing bracket of another kind that belongs to nobody was meant for this one.
            if self.at_foreign_closer() {
                let marker = self.start();
                self.bump();
                self.complete(marker, ERROR);
            }
        }
    }

    /// At a closing bracket that closes nothing open.
    fn at_foreign_closer(&self) -> bool {
        match self.current() {
            R_PAREN | R_BRACK | R_BRACE => self.open[bracket_index(self.current())] == 0,
            _ => false,
        }
    }

    /// Takes the current token as an error that was already reported.
    fn skip_one(&mut self) {
        let marker = self.start();
        self.bump();
        self.complete(marker, ERROR);
    }
}

#[inline]
fn is_name(kind: SyntaxKind) -> bool {
    kind == IDENT || kind.is_soft_keyword()
}

fn bracket_index(kind: SyntaxKind) -> usize {
    match kind {
        L_PAREN | R_PAREN => 0,
        L_BRACK | R_BRACK => 1,
        _ => 2,
    }
}

#[cfg(test)]
mod tests;
