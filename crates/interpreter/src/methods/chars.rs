//! Properties and mappings of characters as the methods of `str` see them.

use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

/// Whether `str.isspace` holds for the character, and `strip` and `split` cut at it.
pub(crate) fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\x1c'..='\x1f')
}

/// Whether `str.splitlines` cuts at the character.
pub(super) fn is_line_break(c: char) -> bool {
    matches!(c, '\n'..='\r' | '\x1c'..='\x1e' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// The text without white space at its ends.
pub(crate) fn trim(text: &str) -> &str {
    text.trim_matches(is_space)
}

/// Whether `repr` shows the character as it is.
pub(crate) fn is_printable(c: char) -> bool {
    if c.is_ascii() {
        return matches!(c, ' '..='~');
    }
    use GeneralCategory::*;
    c == ' '
        || !matches!(
            c.general_category(),
            Control
                | Format
                | Surrogate
                | PrivateUse
                | Unassigned
                | LineSeparator
                | ParagraphSeparator
                | SpaceSeparator
        )
}

pub(super) fn is_alpha(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphabetic();
    }
    use GeneralCategory::*;
    matches!(c.general_category(), UppercaseLetter | LowercaseLetter | TitlecaseLetter | ModifierLetter | OtherLetter)
}

fn is_decimal(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_digit();
    }
    c.general_category() == GeneralCategory::DecimalNumber
}

/// The value of a decimal digit of any script.
pub(crate) fn decimal_value(c: char) -> Option<u32> {
    if c.is_ascii() {
        return c.to_digit(10);
    }
    if !is_decimal(c) {
        return None;
    }
    // Digits of a script are ten characters in a row, and rows that touch start anew after each ten.
    let mut before = 0;
    while before < 60 && char::from_u32(u32::from(c) - before - 1).is_some_and(is_decimal) {
        before += 1;
    }
    Some(before % 10)
}

/// Whether `str.isdigit` holds: decimal digits, and digits in circles, raised or lowered.
pub(super) fn is_digit(c: char) -> bool {
    is_decimal(c)
        || matches!(u32::from(c),
            0xB2 | 0xB3 | 0xB9 | 0x1369..=0x1371 | 0x19DA | 0x2070 | 0x2074..=0x2079 | 0x2080..=0x2089
            | 0x2460..=0x2468 | 0x2474..=0x247C | 0x2488..=0x2490 | 0x24EA | 0x24F5..=0x24FD | 0x24FF
            | 0x2776..=0x277E | 0x2780..=0x2788 | 0x278A..=0x2792 | 0x10A40..=0x10A43 | 0x10E60..=0x10E68
            | 0x11052..=0x1105A | 0x1F100..=0x1F10A)
}

/// Whether `str.isnumeric` holds: also fractions, Roman numerals and the like.
pub(super) fn is_numeric(c: char) -> bool {
    c.is_numeric()
        || matches!(
            c,
            '一' | '二'
                | '三'
                | '四'
                | '五'
                | '六'
                | '七'
                | '八'
                | '九'
                | '十'
                | '百'
                | '千'
                | '万'
                | '億'
                | '零'
                | '〇'
        )
}

pub(super) fn is_decimal_digit(c: char) -> bool {
    is_decimal(c)
}

/// Whether the character has a case.
pub(super) fn is_cased(c: char) -> bool {
    c.is_uppercase() || c.is_lowercase() || is_title(c)
}

pub(super) fn is_title(c: char) -> bool {
    c.general_category() == GeneralCategory::TitlecaseLetter
}

/// Appends the character as it stands at the start of a word in title case.
pub(super) fn push_title(c: char, out: &mut String) {
    let code = u32::from(c);
    let single = match code {
        // Digraphs have a form with only the first part large.
        0x1C4..=0x1C6 => Some('\u{1C5}'),
        0x1C7..=0x1C9 => Some('\u{1C8}'),
        0x1CA..=0x1CC => Some('\u{1CB}'),
        0x1F1..=0x1F3 => Some('\u{1F2}'),
        // Georgian has large letters, but not for titles.
        0x10D0..=0x10FA | 0x10FD..=0x10FF => Some(c),
        0x1F80..=0x1FAF => char::from_u32(code | 8),
        0x1FB3 | 0x1FBC => Some('\u{1FBC}'),
        0x1FC3 | 0x1FCC => Some('\u{1FCC}'),
        0x1FF3 | 0x1FFC => Some('\u{1FFC}'),
        0x149 => {
            out.push_str("\u{2BC}N");
            return;
        }
        _ => None,
    };
    match single {
        Some(title) => out.push(title),
        None => {
            let mut upper = c.to_uppercase();
            out.extend(upper.next());
            out.extend(upper.flat_map(char::to_lowercase));
        }
    }
}

/// Appends the small form of the character at byte `at` of the text.
pub(super) fn push_lower(text: &str, at: usize, c: char, out: &mut String) {
    // Sigma has a form of its own at the end of a word.
    let ends_word = c == 'Σ'
        && text[..at].chars().next_back().is_some_and(is_cased)
        && !text[at + c.len_utf8()..].chars().next().is_some_and(is_cased);
    if ends_word {
        out.push('ς');
    } else {
        out.extend(c.to_lowercase());
    }
}

/// Appends the character as `str.casefold` maps it.
pub(super) fn push_folded(c: char, out: &mut String) {
    match u32::from(c) {
        // Dotless i stays, and Cherokee folds to its older, large letters.
        0x131 | 0x13A0..=0x13F5 => out.push(c),
        0x13F8..=0x13FD | 0xAB70..=0xABBF => out.extend(c.to_uppercase()),
        _ => {
            if c.is_uppercase() || !c.to_uppercase().eq([c]) {
                let upper: Vec<char> = c.to_uppercase().collect();
                if upper == [c] {
                    out.extend(c.to_lowercase());
                } else {
                    out.extend(upper.into_iter().flat_map(char::to_lowercase));
                }
            } else {
                out.extend(c.to_lowercase());
            }
        }
    }
}

/// The text with everything beyond ASCII escaped, as `ascii()` shows it.
pub(crate) fn ascii_only(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match u32::from(c) {
            0..=0x7F => out.push(c),
            code @ 0x80..=0xFF => out.push_str(&format!("\\x{code:02x}")),
            code @ 0x100..=0xFFFF => out.push_str(&format!("\\u{code:04x}")),
            code => out.push_str(&format!("\\U{code:08x}")),
        }
    }
    out
}
