//! The table of all rules: a module and a line each, both in the order of the alphabet.

mod deprecated_scope;
mod duplicate_argument;
pub(super) mod invalid_setting;
mod invalid_suppression;
mod invalid_utf8;
mod missing_field;
mod not_callable;
mod not_indexable;
mod not_iterable;
mod possibly_unbound_name;
mod revealed_type;
mod stage_mismatch;
mod syntax_error;
mod unbound_name;
mod undefined_name;
mod unknown_argument;
mod unknown_attribute;
mod unknown_code;
mod unknown_field;
mod unknown_module_member;
mod unreachable_code;
mod unreadable_file;
mod unresolved_import;
mod unsupported_operator;
pub(super) mod unused_suppression;
mod unused_variable;
mod wrong_argument_count;
mod wrong_argument_type;
mod wrong_assignment_type;
mod wrong_field_type;
mod wrong_return_type;
mod wrong_unpack_count;

use super::finding::BodyCheck;
use super::rule::{Check, FileCheck, Rule};

/// Makes [`DiagnosticCode`] from lines `Variant: module,`. The module has a `RULE`.
macro_rules! rules {
    ($($variant:ident: $module:ident,)*) => {
        /// What kind of finding a diagnostic is. In the order of the names.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum DiagnosticCode {
            $($variant,)*
        }

        impl DiagnosticCode {
            /// Every code, sorted by name.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// What is known about it.
            pub const fn rule(self) -> &'static Rule {
                match self {
                    $(Self::$variant => &$module::RULE,)*
                }
            }
        }
    };
}

rules! {
    DeprecatedScope: deprecated_scope,
    DuplicateArgument: duplicate_argument,
    InvalidSetting: invalid_setting,
    InvalidSuppression: invalid_suppression,
    InvalidUtf8: invalid_utf8,
    MissingField: missing_field,
    NotCallable: not_callable,
    NotIndexable: not_indexable,
    NotIterable: not_iterable,
    PossiblyUnboundName: possibly_unbound_name,
    RevealedType: revealed_type,
    StageMismatch: stage_mismatch,
    SyntaxError: syntax_error,
    UnboundName: unbound_name,
    UndefinedName: undefined_name,
    UnknownArgument: unknown_argument,
    UnknownAttribute: unknown_attribute,
    UnknownCode: unknown_code,
    UnknownField: unknown_field,
    UnknownModuleMember: unknown_module_member,
    UnreachableCode: unreachable_code,
    UnreadableFile: unreadable_file,
    UnresolvedImport: unresolved_import,
    UnsupportedOperator: unsupported_operator,
    UnusedSuppression: unused_suppression,
    UnusedVariable: unused_variable,
    WrongArgumentCount: wrong_argument_count,
    WrongArgumentType: wrong_argument_type,
    WrongAssignmentType: wrong_assignment_type,
    WrongFieldType: wrong_field_type,
    WrongReturnType: wrong_return_type,
    WrongUnpackCount: wrong_unpack_count,
}

impl DiagnosticCode {
    /// The name, such as `syntax-error`. It never changes: settings and suppressions use it.
    pub const fn as_str(self) -> &'static str {
        self.rule().name
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|it| it.as_str() == name)
    }

    /// The code that was probably meant by an unknown name.
    pub fn nearest(name: &str) -> Option<Self> {
        Self::from_name(crate::nearest(name, Self::ALL.iter().map(|it| it.as_str()))?)
    }

    /// Where the code is explained: a section of `docs/diagnostics.md`.
    pub fn url(self) -> String {
        format!("{DOCUMENTATION}#{}", self.as_str())
    }
}

/// The page that explains all codes.
pub const DOCUMENTATION: &str = "https://github.com/danaide/danaide/blob/main/docs/diagnostics.md";

/// Lets every rule that is on look at the file.
pub(super) fn run(check: &mut FileCheck<'_>, is_on: impl Fn(DiagnosticCode) -> bool) {
    for &code in DiagnosticCode::ALL {
        if let Check::File(run) = code.rule().check
            && is_on(code)
        {
            check.db.unwind_if_revision_cancelled();
            run(check);
        }
    }
}

/// Lets every rule about definitions look at one.
pub(super) fn run_body(check: &mut BodyCheck<'_>) {
    for &code in DiagnosticCode::ALL {
        if let Check::Body(run) = code.rule().check {
            check.db.unwind_if_revision_cancelled();
            run(check);
        }
    }
}
