//! The table of all rules: a module and a line each, both in the order of the alphabet.

mod broken_escape;
mod builtin_shadowed;
mod case_without_fallback;
mod deprecated_agent;
mod deprecated_lambda;
mod deprecated_scope;
mod duplicate_argument;
mod duplicate_definition;
mod duplicate_field;
mod duplicate_key;
mod duplicate_parameter;
mod endless_loop;
mod endless_pipeline;
mod fstring_without_field;
mod import_cycle;
mod interface_not_satisfied;
mod invalid_literal;
mod invalid_plan;
mod invalid_policy;
mod invalid_receiver;
pub(super) mod invalid_setting;
mod invalid_suppression;
mod invalid_target;
mod invalid_utf8;
mod literal_identity;
mod lost_update;
mod misplaced_capture;
mod misplaced_placeholder;
mod misplaced_spread;
mod misplaced_star_import;
mod missing_field;
mod mutable_default;
mod no_matching_overload;
mod none_comparison;
mod not_a_context;
mod not_callable;
mod not_exported;
mod not_indexable;
mod not_iterable;
mod not_raisable;
mod parameter_order;
mod possibly_unbound_name;
mod private_import;
mod read_only_scope;
mod repeated_effect;
mod revealed_type;
mod self_assignment;
mod serialising_wait;
mod stage_mismatch;
mod sync_in_loop;
mod syntax_error;
mod unbound_name;
mod undefined_name;
mod undefined_type;
mod unhandled_failure;
mod unknown_argument;
mod unknown_attribute;
mod unknown_code;
mod unknown_field;
mod unknown_module_member;
mod unknown_nonlocal;
mod unordered_access;
mod unreachable_code;
mod unreachable_handler;
mod unreachable_stage;
mod unreadable_file;
mod unresolved_import;
mod unsupported_operator;
mod unused_import;
mod unused_parameter;
mod unused_result;
pub(super) mod unused_suppression;
mod unused_task;
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
    BrokenEscape: broken_escape,
    BuiltinShadowed: builtin_shadowed,
    CaseWithoutFallback: case_without_fallback,
    DeprecatedAgent: deprecated_agent,
    DeprecatedLambda: deprecated_lambda,
    DeprecatedScope: deprecated_scope,
    DuplicateArgument: duplicate_argument,
    DuplicateDefinition: duplicate_definition,
    DuplicateField: duplicate_field,
    DuplicateKey: duplicate_key,
    DuplicateParameter: duplicate_parameter,
    EndlessLoop: endless_loop,
    EndlessPipeline: endless_pipeline,
    FstringWithoutField: fstring_without_field,
    ImportCycle: import_cycle,
    InterfaceNotSatisfied: interface_not_satisfied,
    InvalidLiteral: invalid_literal,
    InvalidPlan: invalid_plan,
    InvalidPolicy: invalid_policy,
    InvalidReceiver: invalid_receiver,
    InvalidSetting: invalid_setting,
    InvalidSuppression: invalid_suppression,
    InvalidTarget: invalid_target,
    InvalidUtf8: invalid_utf8,
    LiteralIdentity: literal_identity,
    LostUpdate: lost_update,
    MisplacedCapture: misplaced_capture,
    MisplacedPlaceholder: misplaced_placeholder,
    MisplacedSpread: misplaced_spread,
    MisplacedStarImport: misplaced_star_import,
    MissingField: missing_field,
    MutableDefault: mutable_default,
    NoMatchingOverload: no_matching_overload,
    NoneComparison: none_comparison,
    NotAContext: not_a_context,
    NotCallable: not_callable,
    NotExported: not_exported,
    NotIndexable: not_indexable,
    NotIterable: not_iterable,
    NotRaisable: not_raisable,
    ParameterOrder: parameter_order,
    PossiblyUnboundName: possibly_unbound_name,
    PrivateImport: private_import,
    ReadOnlyScope: read_only_scope,
    RepeatedEffect: repeated_effect,
    RevealedType: revealed_type,
    SelfAssignment: self_assignment,
    SerialisingWait: serialising_wait,
    StageMismatch: stage_mismatch,
    SyncInLoop: sync_in_loop,
    SyntaxError: syntax_error,
    UnboundName: unbound_name,
    UndefinedName: undefined_name,
    UndefinedType: undefined_type,
    UnhandledFailure: unhandled_failure,
    UnknownArgument: unknown_argument,
    UnknownAttribute: unknown_attribute,
    UnknownCode: unknown_code,
    UnknownField: unknown_field,
    UnknownModuleMember: unknown_module_member,
    UnknownNonlocal: unknown_nonlocal,
    UnorderedAccess: unordered_access,
    UnreachableCode: unreachable_code,
    UnreachableHandler: unreachable_handler,
    UnreachableStage: unreachable_stage,
    UnreadableFile: unreadable_file,
    UnresolvedImport: unresolved_import,
    UnsupportedOperator: unsupported_operator,
    UnusedImport: unused_import,
    UnusedParameter: unused_parameter,
    UnusedResult: unused_result,
    UnusedSuppression: unused_suppression,
    UnusedTask: unused_task,
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
