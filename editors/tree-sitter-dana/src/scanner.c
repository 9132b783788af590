// The part of Dana's grammar that no table can hold: lines and their indentation, strings with fields inside strings, the
// braces of lambdas that hold statements, and words that are keywords only because of what follows them.
//
// Tokens for lines have no width: the white space stays between the tokens. All that is open (blocks, lambdas' braces, strings and
// their fields) is one stack, so each part can hold each other.

#include "tree_sitter/array.h"
#include "tree_sitter/parser.h"

#include <string.h>

// In the order of `externals` in grammar.js.
enum TokenType {
  NEWLINE,
  INDENT,
  DEDENT,
  STRING_START,
  STRING_CONTENT,
  ESCAPE_SEQUENCE,
  STRING_END,
  FIELD_OPEN,
  FIELD_CLOSE,
  FORMAT_COLON,
  BLOCK_OPEN,
  BLOCK_CLOSE,
  ANNOTATION_COLON,
  SCOPE,
  KW_STRUCT,
  KW_RESOURCE,
  KW_AGENT_BLUEPRINT,
  KW_INTERFACE,
  KW_WORKFLOW_RECORD,
  KW_WORKFLOW_PIPELINE,
  KW_AGENT,
  KW_SYNC,
  KW_ASYNC,
  KW_EXPORT,
  KW_DELIVER,
  KW_CATCH,
  ERROR_SENTINEL,
};

// What is open.
enum FrameKind {
  LEVEL,   // a block at an indentation; the file itself is at the bottom
  BLOCK,   // the braces of a lambda with statements
  STRING,  // a string; its text is read
  FIELD,   // a field of an f-string; code is read
  SPEC,    // the format specification of the field below; text is read
};

typedef struct {
  uint8_t kind;
  // A column for LEVEL and BLOCK, flags for STRING.
  uint16_t value;
} Frame;

enum {
  DOUBLE_QUOTE = 1,
  TRIPLE = 2,
  RAW = 4,
  FORMAT = 8,
  MULTILINE = 16,
};

// The column of a lambda's braces until their first line is seen.
#define UNSET 0xFFFF
#define TAB 8
// How far to look ahead, in characters.
#define LOOKAHEAD 4096
#define STRING_LOOKAHEAD 16384
#define MAX_FRAMES ((TREE_SITTER_SERIALIZATION_BUFFER_SIZE) / 3)
#define WORD_SIZE 16

typedef struct {
  Array(Frame) frames;
} Scanner;

static inline void advance(TSLexer *lexer) { lexer->advance(lexer, false); }

static inline void skip(TSLexer *lexer) { lexer->advance(lexer, true); }

static inline bool is_word_char(int32_t c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static inline bool is_digit(int32_t c) { return c >= '0' && c <= '9'; }

// Can a name start with this character? Any character beyond ASCII counts.
static inline bool is_name_start(int32_t c) { return (is_word_char(c) && !is_digit(c)) || c >= 128; }

static inline bool is_blank(int32_t c) { return c == ' ' || c == '\t'; }

static inline bool is_space(int32_t c) { return is_blank(c) || c == '\n' || c == '\r' || c == '\f'; }

static bool one_of(const char *word, const char *const *words) {
  for (; *words; words++) {
    if (strcmp(word, *words) == 0) return true;
  }
  return false;
}

// ----- the stack

static Frame top(const Scanner *scanner) {
  if (scanner->frames.size == 0) return (Frame){LEVEL, 0};
  return *array_back(&scanner->frames);
}

static bool push(Scanner *scanner, uint8_t kind, uint16_t value) {
  if (scanner->frames.size >= MAX_FRAMES) return false;
  array_push(&scanner->frames, ((Frame){kind, value}));
  return true;
}

static void pop(Scanner *scanner) {
  if (scanner->frames.size > 0) (void)array_pop(&scanner->frames);
}

// The innermost frame that is not a block at an indentation: what a closing brace can belong to.
static Frame container(const Scanner *scanner) {
  for (uint32_t i = scanner->frames.size; i > 0; i--) {
    Frame frame = *array_get(&scanner->frames, i - 1);
    if (frame.kind != LEVEL) return frame;
  }
  return (Frame){LEVEL, 0};
}

// The flags of the string whose field or specification is on top.
static uint16_t enclosing_string(const Scanner *scanner) {
  for (uint32_t i = scanner->frames.size; i > 0; i--) {
    Frame frame = *array_get(&scanner->frames, i - 1);
    if (frame.kind == STRING) return frame.value;
  }
  return 0;
}

static inline int32_t quote_of(uint16_t flags) { return (flags & DOUBLE_QUOTE) ? '"' : '\''; }

static bool emit(TSLexer *lexer, enum TokenType token) {
  lexer->result_symbol = token;
  return true;
}

// ----- looking ahead

// Copies characters up to `limit`, those beyond ASCII as one byte each. The token must have been ended before.
static uint32_t read_ahead(TSLexer *lexer, uint8_t *buffer, uint32_t limit) {
  uint32_t size = 0;
  while (size < limit && !lexer->eof(lexer)) {
    buffer[size++] = lexer->lookahead < 128 ? (uint8_t)lexer->lookahead : 128;
    advance(lexer);
  }
  return size;
}

// Reads a word of ASCII characters; one that is too long, or goes on beyond ASCII, gives an empty one.
static void read_word(TSLexer *lexer, char *word) {
  uint32_t size = 0;
  while (is_word_char(lexer->lookahead)) {
    if (size < WORD_SIZE - 1) word[size] = (char)lexer->lookahead;
    size++;
    advance(lexer);
  }
  word[size < WORD_SIZE && lexer->lookahead < 128 ? size : 0] = 0;
}

static uint32_t word_in(const uint8_t *text, uint32_t at, uint32_t size, char *word) {
  uint32_t length = 0;
  while (at + length < size && is_word_char(text[at + length])) {
    if (length < WORD_SIZE - 1) word[length] = (char)text[at + length];
    length++;
  }
  word[length < WORD_SIZE ? length : 0] = 0;
  return length;
}

static uint32_t skip_blanks(const uint8_t *text, uint32_t at, uint32_t size) {
  while (at < size && is_blank(text[at])) at++;
  return at;
}

// Skips white space, line breaks and comments.
static uint32_t skip_layout(const uint8_t *text, uint32_t at, uint32_t size) {
  while (at < size) {
    if (text[at] == '#') {
      while (at < size && text[at] != '\n') at++;
    } else if (is_space(text[at])) {
      at++;
    } else {
      break;
    }
  }
  return at;
}

static const char *const OPERATOR_WORDS[] = {"and", "or", "in", "is", "as", "if", "else", "for", NULL};

// ----- strings

// Does a line start here that can only be a definition?
static bool is_definition_line(const uint8_t *text, uint32_t at, uint32_t size) {
  static const char *const RECORDS[] = {"struct", "resource", "agent_blueprint", "interface", "workflow", "agent", NULL};
  char first[WORD_SIZE], second[WORD_SIZE];
  at = skip_blanks(text, at, size);
  at += word_in(text, at, size, first);
  if (at >= size || text[at] != ' ') return false;
  at = skip_blanks(text, at, size);
  uint32_t length = word_in(text, at, size, second);
  at = skip_blanks(text, at + length, size);
  uint8_t next = at < size ? text[at] : 0;
  if (strcmp(first, "def") == 0) return next == '(' || (length > 0 && next == '=');
  if (strcmp(first, "sync") == 0) return strcmp(second, "def") == 0;
  return one_of(first, RECORDS) && length > 0 && (next == ':' || next == '(' || next == '=');
}

// Does the quote, which would close a string of several lines, rather open one?
static bool looks_like_opener(const uint8_t *text, uint32_t quote, uint32_t size) {
  uint8_t mark = text[quote];
  if (quote + 2 < size && text[quote + 1] == mark && text[quote + 2] == mark) return true;
  uint8_t before = quote > 0 ? text[quote - 1] : 0;
  uint8_t further = quote > 1 ? text[quote - 2] : 0;
  if (before && strchr("fFrRbB", before)) {
    if (!is_word_char(further)) before = further;
  } else if (before == ' ' && further && strchr("=,(+:", further)) {
    return true;
  }
  return before && strchr("([{=", before) != NULL;
}

// After a string of several lines: are the strings in the rest of its last line closed?
static bool line_is_sensible(const uint8_t *text, uint32_t at, uint32_t size, uint8_t mark) {
  uint8_t last = 0;
  while (at < size && text[at] != '\n') {
    uint8_t c = text[at++];
    if (c == '#') return true;
    if (c == '"' || c == '\'') {
      while (at < size && text[at] != '\n' && text[at] != c) at += text[at] == '\\' ? 2 : 1;
      if (at >= size || text[at] == '\n') return c != mark && last && strchr("+,([{=|:", last);
      at++;
    }
    if (!is_space(c)) last = c;
  }
  return true;
}

// May the text of the string that starts here go past the end of the line? An ordinary string may, but then its end has to
// make sense: a quote that is forgotten while typing would turn the file inside out.
static bool spans_lines(TSLexer *lexer, uint8_t mark) {
  while (!lexer->eof(lexer) && lexer->lookahead != '\n') {
    if (lexer->lookahead == mark) return false;
    if (lexer->lookahead == '\\') {
      advance(lexer);
      if (lexer->lookahead == '\r') advance(lexer);
      if (lexer->eof(lexer)) break;
    }
    advance(lexer);
  }
  if (lexer->eof(lexer)) return false;
  static const uint32_t LIMIT = STRING_LOOKAHEAD;
  uint8_t text[STRING_LOOKAHEAD];
  uint32_t size = read_ahead(lexer, text, LIMIT);
  for (uint32_t at = 0; at < size; at++) {
    uint8_t c = text[at];
    if (c == '\\') {
      at += at + 1 < size && text[at + 1] == '\r' ? 2 : 1;
    } else if (c == '\n') {
      if (is_definition_line(text, at + 1, size)) return false;
    } else if (c == mark) {
      return !looks_like_opener(text, at, size) && line_is_sensible(text, at + 1, size, mark);
    }
  }
  return false;
}

// At the quote that starts a string.
static bool scan_string_start(Scanner *scanner, TSLexer *lexer, uint16_t flags) {
  int32_t mark = lexer->lookahead;
  if (mark == '"') flags |= DOUBLE_QUOTE;
  advance(lexer);
  lexer->mark_end(lexer);
  if (lexer->lookahead == mark) {
    advance(lexer);
    if (lexer->lookahead == mark) {
      advance(lexer);
      lexer->mark_end(lexer);
      flags |= TRIPLE;
    }
  } else if (spans_lines(lexer, (uint8_t)mark)) {
    flags |= MULTILINE;
  }
  return push(scanner, STRING, flags) && emit(lexer, STRING_START);
}

static bool is_string_prefix(const char *word, uint16_t *flags) {
  static const char *const PREFIXES[] = {"f", "r", "b", "u", "fr", "rf", "br", "rb", NULL};
  char lower[3] = {0};
  for (uint32_t i = 0; word[i]; i++) {
    if (i == 2) return false;
    lower[i] = (char)(word[i] | 0x20);
  }
  if (!one_of(lower, PREFIXES)) return false;
  *flags = (strchr(lower, 'f') ? FORMAT : 0) | (strchr(lower, 'r') ? RAW : 0);
  return true;
}

// An escape sequence whose backslash was read.
static void scan_escape(TSLexer *lexer) {
  int32_t c = lexer->lookahead;
  uint32_t digits = 0;
  if (lexer->eof(lexer)) return;
  advance(lexer);
  switch (c) {
    case '\r':
      if (lexer->lookahead == '\n') advance(lexer);
      return;
    case 'x': digits = 2; break;
    case 'u': digits = 4; break;
    case 'U': digits = 8; break;
    case 'N':
      if (lexer->lookahead != '{') return;
      while (!lexer->eof(lexer) && lexer->lookahead != '\n' && lexer->lookahead != '}') advance(lexer);
      if (lexer->lookahead == '}') advance(lexer);
      return;
    default: return;
  }
  for (; digits > 0; digits--) {
    int32_t d = lexer->lookahead;
    if (!is_digit(d) && !((d | 0x20) >= 'a' && (d | 0x20) <= 'f')) return;
    advance(lexer);
  }
}

// A piece of a string: text, an escape sequence, the start of a field, or the end.
static bool scan_string_text(Scanner *scanner, TSLexer *lexer) {
  uint16_t flags = top(scanner).value;
  int32_t mark = quote_of(flags);
  bool content = false;
  for (;;) {
    lexer->mark_end(lexer);
    int32_t c = lexer->lookahead;
    bool ends = lexer->eof(lexer) || (c == '\n' && !(flags & (MULTILINE | TRIPLE)));
    if (ends) {
      // A string that is not closed ends with its line.
      if (content) return emit(lexer, STRING_CONTENT);
      pop(scanner);
      return emit(lexer, STRING_END);
    }
    if (c == mark) {
      advance(lexer);
      if (flags & TRIPLE) {
        uint32_t count = 1;
        for (; count < 3 && lexer->lookahead == mark; count++) advance(lexer);
        if (count < 3) {
          content = true;
          continue;
        }
      }
      if (content) return emit(lexer, STRING_CONTENT);
      lexer->mark_end(lexer);
      pop(scanner);
      return emit(lexer, STRING_END);
    }
    if (c == '\\') {
      if (flags & RAW) {
        advance(lexer);
        if (lexer->lookahead == mark || lexer->lookahead == '\\') advance(lexer);
        content = true;
        continue;
      }
      if (content) return emit(lexer, STRING_CONTENT);
      advance(lexer);
      if ((flags & FORMAT) && (lexer->lookahead == '{' || lexer->lookahead == '}')) {
        // A backslash and a field.
        content = true;
        continue;
      }
      scan_escape(lexer);
      lexer->mark_end(lexer);
      return emit(lexer, ESCAPE_SEQUENCE);
    }
    if ((flags & FORMAT) && (c == '{' || c == '}')) {
      if (c == '{' && content) return emit(lexer, STRING_CONTENT);
      advance(lexer);
      if (lexer->lookahead == c) {
        if (content) return emit(lexer, STRING_CONTENT);
        advance(lexer);
        lexer->mark_end(lexer);
        return emit(lexer, ESCAPE_SEQUENCE);
      }
      if (c == '{') {
        lexer->mark_end(lexer);
        return push(scanner, FIELD, 0) && emit(lexer, FIELD_OPEN);
      }
      content = true;
      continue;
    }
    advance(lexer);
    content = true;
  }
}

// A piece of a format specification: text, the start of a field, or the end of it and of its field.
static bool scan_spec_text(Scanner *scanner, TSLexer *lexer) {
  uint16_t flags = enclosing_string(scanner);
  bool content = false;
  for (;;) {
    lexer->mark_end(lexer);
    int32_t c = lexer->lookahead;
    bool broken = lexer->eof(lexer) || c == quote_of(flags) || (c == '\n' && !(flags & (MULTILINE | TRIPLE)));
    if (c == '{' || c == '}' || broken) {
      if (content) return emit(lexer, STRING_CONTENT);
      if (!broken) {
        advance(lexer);
        lexer->mark_end(lexer);
      }
      if (c == '{') return push(scanner, FIELD, 0) && emit(lexer, FIELD_OPEN);
      pop(scanner);
      pop(scanner);
      return emit(lexer, FIELD_CLOSE);
    }
    advance(lexer);
    content = true;
  }
}

// In a field: is the quote here the one that ends the f-string around it, the brace being forgotten?
static bool closes_enclosing_string(const Scanner *scanner, TSLexer *lexer) {
  uint16_t flags = enclosing_string(scanner);
  int32_t mark = quote_of(flags);
  if (lexer->lookahead != mark) return false;
  advance(lexer);
  if (flags & TRIPLE) {
    if (lexer->lookahead != mark) return false;
    advance(lexer);
    return lexer->lookahead == mark;
  }
  while (!lexer->eof(lexer) && lexer->lookahead != '\n') {
    if (lexer->lookahead == mark) return false;
    advance(lexer);
  }
  return true;
}

// ----- the braces of a lambda

static bool is_statement_start(const uint8_t *text, uint32_t at, uint32_t size) {
  static const char *const STATEMENTS[] = {
      "return", "if",  "for", "while",  "pass",     "raise",  "try",  "with",  "assert",
      "del",    "def", "global", "nonlocal", "import", "from", "break", "continue", NULL,
  };
  char word[WORD_SIZE];
  uint32_t length = word_in(text, at, size, word);
  if (one_of(word, STATEMENTS)) return true;
  uint32_t end = at + length;
  if (strcmp(word, "deliver") == 0 && end < size && text[end] == ' ') return true;
  // An assignment: to a name, or to names with `.` or `:` between them.
  if (length == 0) return false;
  while (end + 1 < size && (text[end] == '.' || text[end] == ':') && is_name_start(text[end + 1])) {
    end += 1 + word_in(text, end + 1, size, word);
  }
  end = skip_blanks(text, end, size);
  if (end < size && strchr("+-*/%|", text[end]) && text[end]) {
    return end + 1 < size && text[end + 1] == '=';
  }
  return end < size && text[end] == '=' && (end + 1 >= size || text[end + 1] != '=');
}

static bool is_operator_word(const uint8_t *text, uint32_t at, uint32_t size) {
  static const char *const WORDS[] = {"and", "or", "in", "is", "as", NULL};
  char word[WORD_SIZE];
  uint32_t length = word_in(text, at, size, word);
  if (strcmp(word, "else") == 0) {
    at = skip_blanks(text, at + length, size);
    return at >= size || text[at] != ':';
  }
  return one_of(word, WORDS);
}

// Do statements stand in the brace, and not the items of a set or a dict? They do if a statement's keyword or an assignment
// comes first, or if a second line starts where no expression could go on.
static bool holds_statements(const uint8_t *text, uint32_t size) {
  uint32_t at = skip_layout(text, 0, size);
  if (is_statement_start(text, at, size)) return true;
  uint32_t depth = 0;
  bool operand = false;
  while (at < size) {
    uint8_t c = text[at];
    if (c == '"' || c == '\'') {
      for (at++; at < size && text[at] != c; at++) {
        if (text[at] == '\\') at++;
      }
      operand = true;
    } else if (c == '(' || c == '[' || c == '{') {
      depth++;
      operand = false;
    } else if (c == ')' || c == ']' || c == '}') {
      if (depth == 0) return false;
      depth--;
      operand = true;
    } else if (c == ';' && depth == 0) {
      return true;
    } else if ((c == '\n' || c == '#') && depth == 0) {
      at = skip_layout(text, at, size);
      bool starts = at < size && is_name_start(text[at]) && !is_operator_word(text, at, size);
      if (operand && starts) return true;
      continue;
    } else if (!is_space(c)) {
      operand = is_word_char(c) || c >= 128;
    }
    at++;
  }
  return false;
}

// At the `{` after `::`.
static bool scan_block_open(Scanner *scanner, TSLexer *lexer) {
  advance(lexer);
  lexer->mark_end(lexer);
  uint8_t text[LOOKAHEAD];
  uint32_t size = read_ahead(lexer, text, LOOKAHEAD);
  if (!holds_statements(text, size)) return false;
  // The column of the first line inside, if it is a line of its own.
  uint32_t column = UNSET;
  for (uint32_t at = 0; at < size && (is_space(text[at]) || text[at] == '#'); at++) {
    if (text[at] == '#') {
      while (at + 1 < size && text[at + 1] != '\n') at++;
    } else if (text[at] == '\n') {
      column = 0;
    } else if (column != UNSET && text[at] != '\r') {
      column = text[at] == '\t' ? (column / TAB + 1) * TAB : column + 1;
    }
  }
  return push(scanner, BLOCK, (uint16_t)column) && emit(lexer, BLOCK_OPEN);
}

// ----- words

// After `workflow name`: is it the head of a record (`:` follows, perhaps after bases)?
static bool workflow_is_record(TSLexer *lexer) {
  while (is_word_char(lexer->lookahead) || lexer->lookahead >= 128) advance(lexer);
  while (is_blank(lexer->lookahead)) advance(lexer);
  if (lexer->lookahead == '(') {
    uint32_t depth = 0;
    for (uint32_t count = 0; count < LOOKAHEAD && !lexer->eof(lexer); count++) {
      int32_t c = lexer->lookahead;
      advance(lexer);
      if (c == '(' || c == '[' || c == '{') depth++;
      if (c == ')' || c == ']' || c == '}') depth--;
      if (depth == 0) break;
    }
    while (is_blank(lexer->lookahead)) advance(lexer);
  }
  return lexer->lookahead == ':';
}

// `agent (Blueprint):` after the word.
static bool is_unnamed_agent(TSLexer *lexer) {
  if (lexer->lookahead != '(') return false;
  advance(lexer);
  while (is_word_char(lexer->lookahead) || is_blank(lexer->lookahead)) advance(lexer);
  if (lexer->lookahead != ')') return false;
  advance(lexer);
  while (is_blank(lexer->lookahead)) advance(lexer);
  return lexer->lookahead == ':';
}

// Can an expression start with this character? `word` is the word that stands there, if any.
static bool expression_starts(int32_t c, const char *word) {
  static const char *const NOT_OPERANDS[] = {"and", "or", "in", "is", "as", "if", "else", "for", "from", "import", NULL};
  if (is_name_start(c)) return !one_of(word, NOT_OPERANDS);
  return is_digit(c) || (c < 128 && c > 0 && strchr("\"'({[-+~$.", (char)c) != NULL);
}

// At the end of a word: is it a keyword, by what it is and by what follows?
static bool scan_word(TSLexer *lexer, const bool *valid, const char *word) {
  static const struct {
    const char *word;
    enum TokenType token;
  } RECORDS[] = {
      {"struct", KW_STRUCT},       {"resource", KW_RESOURCE}, {"agent_blueprint", KW_AGENT_BLUEPRINT},
      {"interface", KW_INTERFACE}, {"export", KW_EXPORT},
  };
  static const char *const SCOPES[] = {"private", "public", "system", "local", NULL};

  lexer->mark_end(lexer);
  if (valid[SCOPE] && lexer->lookahead == ':' && one_of(word, SCOPES)) {
    advance(lexer);
    return is_name_start(lexer->lookahead) && emit(lexer, SCOPE);
  }
  bool adjacent = !is_blank(lexer->lookahead);
  while (is_blank(lexer->lookahead)) advance(lexer);
  int32_t next = lexer->lookahead;
  char following[WORD_SIZE] = {0};

  for (uint32_t i = 0; i < sizeof RECORDS / sizeof *RECORDS; i++) {
    if (valid[RECORDS[i].token] && strcmp(word, RECORDS[i].word) == 0) {
      if (!is_name_start(next)) return false;
      read_word(lexer, following);
      return !one_of(following, OPERATOR_WORDS) && emit(lexer, RECORDS[i].token);
    }
  }
  if (valid[KW_WORKFLOW_RECORD] && strcmp(word, "workflow") == 0) {
    if (!is_name_start(next)) return false;
    read_word(lexer, following);
    if (one_of(following, OPERATOR_WORDS)) return false;
    return emit(lexer, workflow_is_record(lexer) ? KW_WORKFLOW_RECORD : KW_WORKFLOW_PIPELINE);
  }
  if (valid[KW_AGENT] && strcmp(word, "agent") == 0) {
    if (!is_name_start(next)) return is_unnamed_agent(lexer) && emit(lexer, KW_AGENT);
    read_word(lexer, following);
    return !one_of(following, OPERATOR_WORDS) && emit(lexer, KW_AGENT);
  }
  if ((valid[KW_SYNC] && strcmp(word, "sync") == 0) || (valid[KW_ASYNC] && strcmp(word, "async") == 0)) {
    read_word(lexer, following);
    return strcmp(following, "def") == 0 && emit(lexer, word[0] == 's' ? KW_SYNC : KW_ASYNC);
  }
  if (valid[KW_DELIVER] && strcmp(word, "deliver") == 0) {
    if (lexer->eof(lexer) || next == '\n' || next == '\r' || next == '#' || next == '}') return emit(lexer, KW_DELIVER);
    if (next == '[' && adjacent) return false;
    if (next == '.') {
      // `.5` and `...` are values, `.name` is not.
      advance(lexer);
      return (is_digit(lexer->lookahead) || lexer->lookahead == '.') && emit(lexer, KW_DELIVER);
    }
    if (next == '-' || next == '+') {
      advance(lexer);
      return lexer->lookahead != '=' && emit(lexer, KW_DELIVER);
    }
    if (is_name_start(next)) read_word(lexer, following);
    return expression_starts(next, following) && emit(lexer, KW_DELIVER);
  }
  if (valid[KW_CATCH] && strcmp(word, "catch") == 0) {
    if (next == ':') return emit(lexer, KW_CATCH);
    if (adjacent || next == '.') return false;
    if (is_name_start(next)) read_word(lexer, following);
    if (strcmp(following, "as") == 0) return emit(lexer, KW_CATCH);
    return expression_starts(next, following) && emit(lexer, KW_CATCH);
  }
  return false;
}

// At the colon after the name of a lambda's parameter: is it that of a type? It is if `::` follows in the same brackets.
static bool scan_annotation_colon(TSLexer *lexer) {
  advance(lexer);
  lexer->mark_end(lexer);
  if (lexer->lookahead == ':') return false;
  uint32_t depth = 0;
  for (uint32_t count = 0; count < LOOKAHEAD && !lexer->eof(lexer); count++) {
    int32_t c = lexer->lookahead;
    if (c == '(' || c == '[' || c == '{') depth++;
    if (c == ')' || c == ']' || c == '}') {
      if (depth == 0) return false;
      depth--;
    }
    if (depth == 0 && (c == '\n' || c == '#')) return false;
    if (is_name_start(c)) {
      char word[WORD_SIZE];
      read_word(lexer, word);
      if (strcmp(word, "lambda") == 0) return false;
      while (lexer->lookahead >= 128) advance(lexer);
      continue;
    }
    advance(lexer);
    if (c == ':' && lexer->lookahead == ':' && depth == 0) return emit(lexer, ANNOTATION_COLON);
  }
  return false;
}

// ----- all of it

static bool scan(Scanner *scanner, TSLexer *lexer, const bool *valid) {
  bool recovering = valid[ERROR_SENTINEL];
  uint8_t kind = top(scanner).kind;
  if (kind == STRING || kind == SPEC) {
    if (valid[STRING_CONTENT] && (kind == STRING ? valid[STRING_END] : valid[FIELD_CLOSE])) {
      return kind == STRING ? scan_string_text(scanner, lexer) : scan_spec_text(scanner, lexer);
    }
    // The parser has given up the string.
    while (top(scanner).kind == STRING || top(scanner).kind == SPEC || top(scanner).kind == FIELD) pop(scanner);
    kind = top(scanner).kind;
  }

  // White space. `line` is set if a line break is in it.
  lexer->mark_end(lexer);
  bool lines = valid[NEWLINE] || valid[INDENT] || valid[DEDENT];
  bool line = false;
  uint32_t column = 0;
  int32_t comment_column = -1;
  for (;;) {
    int32_t c = lexer->lookahead;
    if (c == '\n') {
      line = true;
      column = 0;
      skip(lexer);
    } else if (c == ' ') {
      column++;
      skip(lexer);
    } else if (c == '\t') {
      column = (column / TAB + 1) * TAB;
      skip(lexer);
    } else if (c == '\f') {
      column = 0;
      skip(lexer);
    } else if (c == '\r' || c == 0xFEFF) {
      skip(lexer);
    } else if (c == '\\') {
      skip(lexer);
      if (lexer->lookahead == '\r') skip(lexer);
      if (lexer->lookahead != '\n') return false;
      skip(lexer);
    } else if (c == '#' && lines && line) {
      if (comment_column < 0) comment_column = (int32_t)column;
      while (!lexer->eof(lexer) && lexer->lookahead != '\n') skip(lexer);
    } else {
      break;
    }
  }
  int32_t c = lexer->lookahead;
  bool ended = lexer->eof(lexer);
  if (ended) {
    line = true;
    column = 0;
  }

  // A string that is not triple quoted ends with its line, and its fields do.
  if (kind == FIELD && line && valid[FIELD_CLOSE] && (ended || !(enclosing_string(scanner) & (MULTILINE | TRIPLE)))) {
    pop(scanner);
    return emit(lexer, FIELD_CLOSE);
  }

  if (lines && line && kind != FIELD) {
    Frame current = top(scanner);
    if (current.kind == BLOCK && current.value == UNSET && !ended && c != '}') {
      array_back(&scanner->frames)->value = (uint16_t)(column < UNSET ? column : UNSET - 1);
      current.value = (uint16_t)column;
    }
    if (column >= UNSET) column = UNSET - 1;
    if (valid[INDENT] && column > current.value && !ended) {
      return push(scanner, LEVEL, (uint16_t)column) && emit(lexer, INDENT);
    }
    if (valid[NEWLINE] && !recovering) {
      bool in_block = container(scanner).kind == BLOCK;
      // A pipeline may go on in a line that is indented further.
      if (!ended && c == '|' && (column > current.value || in_block)) return false;
      if (!ended && in_block && !valid[INDENT]) {
        static const char *const GOES_ON[] = {"and", "or", "in", "is", "as", NULL};
        if (c == '.') return false;
        char word[WORD_SIZE];
        read_word(lexer, word);
        if (one_of(word, GOES_ON)) return false;
        if (strcmp(word, "else") == 0) {
          while (is_blank(lexer->lookahead)) advance(lexer);
          if (lexer->lookahead != ':') return false;
        }
      }
      return emit(lexer, NEWLINE);
    }
    // A comment that is indented like the block is a part of it.
    bool after_block = comment_column < 0 || comment_column < current.value;
    if (valid[DEDENT] && current.kind == LEVEL && scanner->frames.size > 0 && column < current.value && after_block) {
      pop(scanner);
      return emit(lexer, DEDENT);
    }
  }
  if (comment_column >= 0 || ended) return false;

  // The end of a lambda's braces ends the lines in them.
  if (c == '}') {
    if (kind == FIELD && valid[FIELD_CLOSE]) {
      advance(lexer);
      lexer->mark_end(lexer);
      pop(scanner);
      return emit(lexer, FIELD_CLOSE);
    }
    if (container(scanner).kind == BLOCK) {
      if (valid[NEWLINE] && !recovering) return emit(lexer, NEWLINE);
      if (valid[DEDENT] && kind == LEVEL) {
        pop(scanner);
        return emit(lexer, DEDENT);
      }
      if (valid[BLOCK_CLOSE] && kind == BLOCK) {
        advance(lexer);
        lexer->mark_end(lexer);
        pop(scanner);
        return emit(lexer, BLOCK_CLOSE);
      }
    }
    return false;
  }
  if (c == '{') return valid[BLOCK_OPEN] && scan_block_open(scanner, lexer);
  if (c == ':') {
    if (kind == FIELD && valid[FORMAT_COLON]) {
      advance(lexer);
      lexer->mark_end(lexer);
      return push(scanner, SPEC, 0) && emit(lexer, FORMAT_COLON);
    }
    return valid[ANNOTATION_COLON] && scan_annotation_colon(lexer);
  }
  if (c == '"' || c == '\'') {
    if (kind == FIELD && quote_of(enclosing_string(scanner)) == c) {
      // To look at the line would move past the quote, and then no string could start at it.
      if (valid[FIELD_CLOSE] && !valid[STRING_START]) {
        if (!closes_enclosing_string(scanner, lexer)) return false;
        pop(scanner);
        return emit(lexer, FIELD_CLOSE);
      }
      if (recovering) {
        pop(scanner);
        return emit(lexer, FIELD_CLOSE);
      }
    }
    return valid[STRING_START] && scan_string_start(scanner, lexer, 0);
  }
  if (is_word_char(c) && !is_digit(c)) {
    char word[WORD_SIZE];
    uint16_t flags = 0;
    read_word(lexer, word);
    if (valid[STRING_START] && (lexer->lookahead == '"' || lexer->lookahead == '\'') && is_string_prefix(word, &flags)) {
      return scan_string_start(scanner, lexer, flags);
    }
    return word[0] && scan_word(lexer, valid, word);
  }
  return false;
}

// ----- what tree-sitter calls

void *tree_sitter_dana_external_scanner_create(void) {
  Scanner *scanner = ts_calloc(1, sizeof(Scanner));
  array_init(&scanner->frames);
  return scanner;
}

void tree_sitter_dana_external_scanner_destroy(void *payload) {
  Scanner *scanner = payload;
  array_delete(&scanner->frames);
  ts_free(scanner);
}

bool tree_sitter_dana_external_scanner_scan(void *payload, TSLexer *lexer, const bool *valid_symbols) {
  return scan(payload, lexer, valid_symbols);
}

unsigned tree_sitter_dana_external_scanner_serialize(void *payload, char *buffer) {
  Scanner *scanner = payload;
  unsigned size = 0;
  for (uint32_t i = 0; i < scanner->frames.size && i < MAX_FRAMES; i++) {
    Frame frame = *array_get(&scanner->frames, i);
    buffer[size++] = (char)frame.kind;
    buffer[size++] = (char)(frame.value & 0xFF);
    buffer[size++] = (char)(frame.value >> 8);
  }
  return size;
}

void tree_sitter_dana_external_scanner_deserialize(void *payload, const char *buffer, unsigned length) {
  Scanner *scanner = payload;
  array_clear(&scanner->frames);
  for (unsigned at = 0; at + 2 < length; at += 3) {
    Frame frame = {(uint8_t)buffer[at], (uint16_t)((uint8_t)buffer[at + 1] | ((uint8_t)buffer[at + 2] << 8))};
    array_push(&scanner->frames, frame);
  }
}
