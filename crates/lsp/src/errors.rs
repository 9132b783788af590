//! Errors of the protocol that this version of tower-lsp does not name.

use tower_lsp::jsonrpc::{Error, ErrorCode};

/// A request that cannot be carried out, with the reason for a person.
pub(crate) const REQUEST_FAILED: ErrorCode = ErrorCode::ServerError(-32803);

/// In answers: the client should ask again.
pub(crate) const SERVER_CANCELLED: ErrorCode = ErrorCode::ServerError(-32802);

pub(crate) fn request_failed(message: String) -> Error {
    Error { code: REQUEST_FAILED, message: message.into(), data: None }
}
