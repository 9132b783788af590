//! Numbers, strings and f-strings.

use danaide_syntax::ast::{self, AstNode, Expr};
use danaide_syntax::{NodeOrToken, SyntaxKind, SyntaxToken, literal};
use num_bigint::BigInt;

use super::Lowerer;
use super::expr::CHUNK;
use crate::bytecode::{Constant, Op, Reg};

/// A literal that is the same every time.
pub(super) enum Value {
    None,
    Bool(bool),
    Constant(u32),
}

impl Lowerer<'_> {
    pub(super) fn literal(&mut self, literal: &ast::Literal, dst: Reg) {
        match self.literal_value(literal) {
            Some(Value::None) => self.emit(Op::LoadNone { dst }),
            Some(Value::Bool(value)) => self.emit(Op::LoadBool { dst, value }),
            Some(Value::Constant(constant)) => self.emit(Op::LoadConst { dst, constant }),
            None => {}
        }
    }

    pub(super) fn literal_value(&mut self, node: &ast::Literal) -> Option<Value> {
        let Some(token) = node.token() else {
            self.missing(node.syntax());
            return None;
        };
        let text = token.text();
        Some(match token.kind() {
            SyntaxKind::INT_NUMBER => Value::Constant(match int_value(text) {
                Some(value) => self.b().int(value),
                None => match big_int_value(text) {
                    Some(value) => self.b().other_constant(Constant::BigInt(value)),
                    None => {
                        self.error(format!("`{text}` is not a number"), token.text_range());
                        return None;
                    }
                },
            }),
            SyntaxKind::FLOAT_NUMBER => match text.replace('_', "").parse() {
                Ok(value) => Value::Constant(self.b().float(value)),
                Err(_) => {
                    self.error(format!("`{text}` is not a number"), token.text_range());
                    return None;
                }
            },
            SyntaxKind::IMAGINARY_NUMBER => {
                self.error("complex numbers are not part of the language", token.text_range());
                return None;
            }
            SyntaxKind::STRING => Value::Constant(self.b().str(&literal::string_value(text))),
            SyntaxKind::BYTES => {
                let bytes = Constant::Bytes(literal::bytes_value(text).into());
                Value::Constant(self.b().other_constant(bytes))
            }
            SyntaxKind::TRUE_KW => Value::Bool(true),
            SyntaxKind::FALSE_KW => Value::Bool(false),
            // `...` stands for a body to be written.
            _ => Value::None,
        })
    }

    pub(super) fn string_concat(&mut self, strings: &ast::StringConcat, dst: Reg) {
        let parts: Vec<Expr> = strings.parts().collect();
        if let Some(constant) = constant_strings(&parts) {
            let constant = match constant {
                Concat::Str(text) => self.b().str(&text),
                Concat::Bytes(bytes) => self.b().other_constant(Constant::Bytes(bytes.into())),
            };
            return self.emit(Op::LoadConst { dst, constant });
        }
        let mut pieces = Vec::new();
        for part in &parts {
            match part {
                Expr::FString(fstring) => pieces.extend(fstring_pieces(fstring)),
                Expr::Literal(literal) => match literal.token() {
                    Some(token) if token.kind() == SyntaxKind::STRING => {
                        pieces.push(Piece::Text(literal::string_value(token.text())));
                    }
                    _ => self.error("bytes and text cannot stand side by side", literal.range()),
                },
                other => self.missing(other.syntax()),
            }
        }
        self.pieces(&pieces, dst);
    }

    pub(super) fn fstring(&mut self, fstring: &ast::FString, dst: Reg) {
        let pieces: Vec<Piece> = fstring_pieces(fstring).collect();
        self.pieces(&pieces, dst);
    }

    /// Joins texts and fields to one string.
    fn pieces(&mut self, pieces: &[Piece], dst: Reg) {
        match pieces {
            [] => {
                let constant = self.b().str("");
                return self.emit(Op::LoadConst { dst, constant });
            }
            [single] => return self.piece(single, dst),
            _ => {}
        }
        if pieces.len() > CHUNK {
            let groups = pieces.len().div_ceil(CHUNK);
            let size = pieces.len().div_ceil(groups.min(CHUNK));
            let first = self.b().in_use() as Reg;
            for group in pieces.chunks(size) {
                let part = self.temp();
                self.scoped(|it| it.pieces(group, part));
            }
            let count = pieces.len().div_ceil(size) as u16;
            return self.emit(Op::BuildString { dst, first, count });
        }
        let first = self.b().in_use() as Reg;
        for piece in pieces {
            let part = self.temp();
            self.scoped(|it| it.piece(piece, part));
        }
        self.emit(Op::BuildString { dst, first, count: pieces.len() as u16 });
    }

    fn piece(&mut self, piece: &Piece, dst: Reg) {
        match piece {
            Piece::Text(text) => {
                let constant = self.b().str(text);
                self.emit(Op::LoadConst { dst, constant });
            }
            Piece::Field(field) => self.at(field.range(), |it| it.field(field, dst)),
        }
    }

    fn field(&mut self, field: &ast::FStringField, dst: Reg) {
        let Some(expr) = field.expr() else {
            // `{}` has nothing to show but itself.
            let constant = self.b().str(&field.syntax().text().to_string());
            return self.emit(Op::LoadConst { dst, constant });
        };
        let mut conversion = match field.conversion().and_then(|it| it.ident_token()) {
            None => 0,
            Some(token) => match token.text() {
                "r" => b'r',
                "s" => b's',
                "a" => b'a',
                other => {
                    let message = format!("the conversion `!{other}` does not exist: use `!r`, `!s` or `!a`");
                    return self.error(message, token.text_range());
                }
            },
        };
        let spec = field.format_spec();
        let debug = field.debug().is_some();
        if debug && conversion == 0 && spec.is_none() {
            conversion = b'r';
        }
        let first = self.b().in_use() as Reg;
        if debug {
            let text = self.temp();
            let constant = self.b().str(&debug_text(field));
            self.emit(Op::LoadConst { dst: text, constant });
        }
        let value = self.temp();
        self.scoped(|it| {
            let src = it.operand(&expr);
            let spec_reg = it.temp();
            match &spec {
                None => it.emit(Op::LoadNone { dst: spec_reg }),
                Some(spec) => {
                    let pieces: Vec<Piece> = spec
                        .parts()
                        .map(|part| match part {
                            NodeOrToken::Node(field) => Piece::Field(field),
                            NodeOrToken::Token(token) => Piece::Text(literal::fstring_text_value(token.text(), false)),
                        })
                        .collect();
                    it.scoped(|it| it.pieces(&pieces, spec_reg));
                }
            }
            it.emit(Op::Format { dst: value, src, spec: spec_reg, conversion });
        });
        self.emit(if debug { Op::BuildString { dst, first, count: 2 } } else { Op::Move { dst, src: value } });
    }
}

enum Piece {
    Text(String),
    Field(ast::FStringField),
}

fn fstring_pieces(fstring: &ast::FString) -> impl Iterator<Item = Piece> + use<> {
    let raw = fstring.fstring_start_token().is_some_and(|token| literal::is_raw(token.text()));
    fstring.parts().map(move |part| match part {
        NodeOrToken::Node(field) => Piece::Field(field),
        NodeOrToken::Token(token) => Piece::Text(literal::fstring_text_value(token.text(), raw)),
    })
}

/// The text between `{` and the `=` of a debug field, `=` and white space included.
fn debug_text(field: &ast::FStringField) -> String {
    let mut text = String::new();
    let mut past_eq = false;
    let tokens = field.syntax().descendants_with_tokens().filter_map(NodeOrToken::into_token).skip(1);
    let eq = field.debug();
    for token in tokens {
        if past_eq && token.kind() != SyntaxKind::WHITESPACE {
            break;
        }
        text.push_str(token.text());
        past_eq |= eq.as_ref() == Some(&token);
    }
    text
}

enum Concat {
    Str(String),
    Bytes(Vec<u8>),
}

/// The strings side by side as one, if none of them is an f-string.
fn constant_strings(parts: &[Expr]) -> Option<Concat> {
    let tokens: Vec<SyntaxToken> = parts
        .iter()
        .map(|part| match part {
            Expr::Literal(literal) => literal.token(),
            _ => None,
        })
        .collect::<Option<_>>()?;
    if tokens.iter().all(|token| token.kind() == SyntaxKind::STRING) {
        Some(Concat::Str(tokens.iter().map(|token| literal::string_value(token.text())).collect()))
    } else if tokens.iter().all(|token| token.kind() == SyntaxKind::BYTES) {
        Some(Concat::Bytes(tokens.iter().flat_map(|token| literal::bytes_value(token.text())).collect()))
    } else {
        None
    }
}

/// The text of a string literal or of several side by side.
pub(super) fn constant_text(expr: &Expr) -> Option<String> {
    let parts = match expr {
        Expr::StringConcat(strings) => strings.parts().collect(),
        other => vec![other.clone()],
    };
    match constant_strings(&parts)? {
        Concat::Str(text) => Some(text),
        Concat::Bytes(_) => None,
    }
}

fn digits(text: &str) -> (String, u32) {
    let text = text.replace('_', "");
    match text.get(..2).map(str::to_ascii_lowercase).as_deref() {
        Some("0x") => (text[2..].to_owned(), 16),
        Some("0o") => (text[2..].to_owned(), 8),
        Some("0b") => (text[2..].to_owned(), 2),
        _ => (text, 10),
    }
}

/// The value of an integer token that fits 64 bits.
pub(super) fn int_value(text: &str) -> Option<i64> {
    let (digits, radix) = digits(text);
    i64::from_str_radix(&digits, radix).ok()
}

fn big_int_value(text: &str) -> Option<BigInt> {
    let (digits, radix) = digits(text);
    BigInt::parse_bytes(digits.as_bytes(), radix)
}
