//! The tokens of Dana: their spelling in the grammar and their kind.

/// Punctuation, longest first where one is a prefix of another.
pub const PUNCTUATION: &[(&str, &str)] = &[
    ("**=", "STAR2_EQ"),
    ("//=", "SLASH2_EQ"),
    ("<<=", "SHL_EQ"),
    (">>=", "SHR_EQ"),
    ("...", "ELLIPSIS"),
    ("::", "COLON2"),
    ("->", "ARROW"),
    ("$$", "DOLLAR2"),
    ("**", "STAR2"),
    ("//", "SLASH2"),
    ("<<", "SHL"),
    (">>", "SHR"),
    ("==", "EQ2"),
    ("!=", "NEQ"),
    ("<=", "LE"),
    (">=", "GE"),
    ("+=", "PLUS_EQ"),
    ("-=", "MINUS_EQ"),
    ("*=", "STAR_EQ"),
    ("/=", "SLASH_EQ"),
    ("%=", "PERCENT_EQ"),
    ("|=", "PIPE_EQ"),
    ("&=", "AMP_EQ"),
    ("^=", "CARET_EQ"),
    ("(", "L_PAREN"),
    (")", "R_PAREN"),
    ("[", "L_BRACK"),
    ("]", "R_BRACK"),
    ("{", "L_BRACE"),
    ("}", "R_BRACE"),
    (",", "COMMA"),
    (".", "DOT"),
    (":", "COLON"),
    (";", "SEMICOLON"),
    ("=", "EQ"),
    ("<", "LT"),
    (">", "GT"),
    ("+", "PLUS"),
    ("-", "MINUS"),
    ("*", "STAR"),
    ("/", "SLASH"),
    ("%", "PERCENT"),
    ("|", "PIPE"),
    ("&", "AMP"),
    ("^", "CARET"),
    ("~", "TILDE"),
    ("@", "AT"),
    ("!", "BANG"),
];

/// Words that are never names.
pub const HARD_KEYWORDS: &[&str] = &[
    "and", "as", "assert", "break", "continue", "def", "del", "elif", "else", "except", "finally", "for", "from",
    "global", "if", "import", "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while",
    "with",
];

/// Words that are keywords only where the grammar expects them, and names elsewhere.
pub const SOFT_KEYWORDS: &[&str] = &[
    "agent",
    "agent_blueprint",
    "async",
    "catch",
    "deliver",
    "export",
    "interface",
    "local",
    "private",
    "public",
    "resource",
    "struct",
    "sync",
    "system",
    "workflow",
];

/// Tokens whose text varies: the name in the grammar, the kind, and what a person calls it.
pub const CLASSES: &[(&str, &str, &str)] = &[
    ("ident", "IDENT", "a name"),
    ("int_number", "INT_NUMBER", "a number"),
    ("float_number", "FLOAT_NUMBER", "a number"),
    ("imaginary_number", "IMAGINARY_NUMBER", "a number"),
    ("string", "STRING", "a string"),
    ("bytes", "BYTES", "a byte string"),
    ("true", "TRUE_KW", "`True`"),
    ("false", "FALSE_KW", "`False`"),
    ("none", "NONE_KW", "`None`"),
    ("fstring_start", "FSTRING_START", "an f-string"),
    ("fstring_text", "FSTRING_TEXT", "text of an f-string"),
    ("fstring_end", "FSTRING_END", "the end of the f-string"),
];

/// Tokens the grammar page does not mention.
pub const LAYOUT: &[(&str, &str)] = &[
    ("NEWLINE", "the end of the line"),
    ("INDENT", "an indented block"),
    ("DEDENT", "the end of the block"),
    ("WHITESPACE", "white space"),
    ("COMMENT", "a comment"),
    ("ERROR_TOKEN", "an unknown character"),
    ("EOF", "the end of the file"),
];

/// The kind of a token as the grammar spells it.
pub fn kind(spelling: &str) -> Result<String, String> {
    if let Some((_, kind)) = PUNCTUATION.iter().find(|(text, _)| *text == spelling) {
        return Ok((*kind).into());
    }
    if let Some((_, kind, _)) = CLASSES.iter().find(|(name, _, _)| *name == spelling) {
        return Ok((*kind).into());
    }
    if HARD_KEYWORDS.contains(&spelling) || SOFT_KEYWORDS.contains(&spelling) {
        return Ok(format!("{}_KW", spelling.to_uppercase()));
    }
    Err(format!("the grammar uses the token '{spelling}', which xtask/src/codegen/tokens.rs does not list"))
}

/// The accessor of a token that has no label.
pub fn accessor(spelling: &str) -> Result<String, String> {
    Ok(match spelling {
        "..." => "ellipsis_token".into(),
        text if text.chars().all(|c| c.is_ascii_lowercase() || c == '_') => format!("{text}_token"),
        text => format!("{}_token", kind(text)?.to_lowercase()),
    })
}
