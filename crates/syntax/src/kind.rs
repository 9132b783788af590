//! What tokens and nodes are called.

mod generated;

pub use generated::SyntaxKind;

impl SyntaxKind {
    /// White space and comments: the parser does not see them.
    #[inline]
    pub const fn is_trivia(self) -> bool {
        matches!(self, SyntaxKind::WHITESPACE | SyntaxKind::COMMENT)
    }

    /// Any keyword, hard or soft, but not `True`, `False` and `None`.
    pub const fn is_keyword(self) -> bool {
        self as u8 >= SyntaxKind::AND_KW as u8 && self as u8 <= SyntaxKind::WORKFLOW_KW as u8
    }

    /// Does every token of this kind have the same text? The kinds stand in a row, from signs to keywords.
    #[inline]
    pub(crate) const fn has_fixed_text(self) -> bool {
        self as u8 >= SyntaxKind::STAR2_EQ as u8 && self as u8 <= SyntaxKind::WORKFLOW_KW as u8
    }

    /// The kind that stands in a green tree.
    pub const fn from_raw(raw: rowan::SyntaxKind) -> SyntaxKind {
        Self::ALL[raw.0 as usize]
    }
}

impl From<SyntaxKind> for rowan::SyntaxKind {
    fn from(kind: SyntaxKind) -> Self {
        rowan::SyntaxKind(kind as u16)
    }
}
