//! The call around an offset: what it calls, with what signature, and which argument is being written.

use danaide_analysis::infer::{CallInfo, Target, infer};
use danaide_analysis::occurrence::{Symbol, field_symbol, parameter_symbol};
use danaide_analysis::record::all_fields;
use danaide_analysis::scope::builtin_def;
use danaide_analysis::signature::{parameters, signature};
use danaide_analysis::ty::{DefRef, Parameter, ParameterKind, Type};
use danaide_analysis::{Db, File, ItemData, body_of, definitions, item_tree};
use danaide_syntax::ast::{self, AstNode};
use danaide_syntax::{NodeOrToken, SyntaxKind, SyntaxNode, TextSize};
use smol_str::SmolStr;

use crate::render::{item_documentation, result_type, typed_parameter};
use crate::semantics::{expr_of_range, type_of_range};

/// A call whose arguments are being written.
#[derive(Debug, Clone)]
pub(crate) struct ActiveCall {
    pub(crate) info: CallInfo,
    /// The names of keyword arguments that are there already, but for the one at the offset.
    pub(crate) keywords: Vec<SmolStr>,
    /// How many positional arguments stand before the offset.
    pub(crate) positional: usize,
    /// The name of the keyword argument at the offset.
    pub(crate) keyword: Option<SmolStr>,
}

/// The innermost call whose parentheses are around an offset.
pub(crate) fn active_call(db: &dyn Db, file: File, root: &SyntaxNode, offset: TextSize) -> Option<ActiveCall> {
    let mut token = root.token_at_offset(offset).left_biased()?;
    // Where a bracket is not closed yet, the white space behind it is outside of the call.
    while token.kind().is_trivia() || token.text_range().start() == offset {
        token = token.prev_token()?;
    }
    for node in token.parent_ancestors() {
        match node.kind() {
            // A body is not part of the arguments.
            SyntaxKind::BLOCK | SyntaxKind::FUNCTION_DEF => return None,
            SyntaxKind::LAMBDA_EXPR
                if ast::LambdaExpr::cast(node.clone()).is_some_and(|it| it.separator().is_none()) =>
            {
                return None;
            }
            SyntaxKind::CALL_EXPR => {}
            _ => continue,
        }
        let call = ast::CallExpr::cast(node)?;
        let Some(list) = call.arg_list() else { continue };
        let range = list.syntax().text_range();
        let is_closed = list.syntax().last_token().is_some_and(|it| it.kind() == SyntaxKind::R_PAREN);
        if offset <= range.start() || (is_closed && offset >= range.end()) {
            continue;
        }
        return arguments(db, file, &call, &list, offset);
    }
    None
}

fn arguments(
    db: &dyn Db,
    file: File,
    call: &ast::CallExpr,
    list: &ast::ArgList,
    offset: TextSize,
) -> Option<ActiveCall> {
    let info = call_info(db, file, call)?;
    // Arguments are told apart by the commas between them, since half-typed ones may be missing.
    let mut keywords = Vec::new();
    let (mut positional, mut keyword) = (0, None);
    let mut is_past = false;
    let mut current: Option<SmolStr> = None;
    for element in list.syntax().children_with_tokens() {
        match element {
            NodeOrToken::Token(token) if token.kind() == SyntaxKind::COMMA => {
                if token.text_range().start() >= offset {
                    is_past = true;
                } else {
                    positional += usize::from(current.is_none());
                    keyword = None;
                }
                keywords.extend(current.take());
            }
            NodeOrToken::Node(node) => {
                let name =
                    ast::KeywordArg::cast(node.clone()).and_then(|it| it.name()).map(|it| SmolStr::new(it.text()));
                if !is_past {
                    keyword = name.clone();
                }
                current = name;
            }
            NodeOrToken::Token(_) => {}
        }
    }
    keywords.extend(current);
    if let Some(keyword) = &keyword {
        keywords.retain(|it| it != keyword);
    }
    // A keyword argument before the one being written is not the active one.
    Some(ActiveCall { info, keywords, positional, keyword })
}

/// What a call calls; by the type of its callee where no way leads to the call.
fn call_info(db: &dyn Db, file: File, call: &ast::CallExpr) -> Option<CallInfo> {
    if let Some(at) = expr_of_range(db, file, call.range())
        && let Some(info) = infer(db, at.definition).calls.get(&at.expr)
    {
        return Some(info.clone());
    }
    let ty = type_of_range(db, file, call.callee()?.range())?;
    let targets: Vec<Target> = ty.members().iter().filter_map(target_of).collect();
    (!targets.is_empty()).then_some(CallInfo { targets, is_piped: false, is_call: true, result: Type::Any })
}

fn target_of(ty: &Type) -> Option<Target> {
    Some(match ty {
        Type::Function(def) => Target::Def(def.clone()),
        Type::Method(it) => Target::Def(it.1.clone()),
        Type::RecordType(def) => Target::Constructor(def.clone()),
        Type::BuiltinType(name) => Target::BuiltinType(name.clone()),
        Type::Closure(it) => Target::Closure { file: it.file, owner: it.owner.clone(), function: it.function },
        _ => return None,
    })
}

/// What can be called, as it is shown beside a call.
#[derive(Debug, Clone)]
pub(crate) struct CallSignature {
    pub(crate) name: SmolStr,
    /// Marks (`/`, `*`) included.
    pub(crate) params: Vec<ShownParameter>,
    pub(crate) result: Option<String>,
    pub(crate) documentation: String,
    /// The piped value is the first argument.
    pub(crate) is_piped: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct ShownParameter {
    /// Empty for a mark.
    pub(crate) name: SmolStr,
    pub(crate) label: String,
    pub(crate) kind: Option<ParameterKind>,
    pub(crate) ty: Type,
    pub(crate) has_default: bool,
    pub(crate) symbol: Option<Symbol>,
}

/// The signatures of what is called.
pub(crate) fn signatures(db: &dyn Db, info: &CallInfo) -> Vec<CallSignature> {
    let mut out = Vec::new();
    for target in &info.targets {
        let mut signature = match target {
            Target::Def(def) => def_signature(db, def),
            Target::BuiltinType(name) => builtin_def(db, name).and_then(|it| def_signature(db, &it)),
            Target::Constructor(def) => Some(constructor(db, def)),
            Target::Closure { file, owner, function } => definitions(db, *file).get(owner).map(|of| {
                let body = body_of(db, of);
                let function = &body.functions[*function];
                let params = parameters(db, *file, &body, function);
                CallSignature {
                    name: if function.name.is_empty() { "lambda".into() } else { function.name.clone() },
                    params: params.iter().map(|it| shown(db, it, None)).collect(),
                    result: None,
                    documentation: String::new(),
                    is_piped: false,
                }
            }),
            Target::Unknown(_) => None,
        };
        if let Some(signature) = &mut signature {
            signature.is_piped = info.is_piped;
        }
        out.extend(signature);
    }
    out
}

fn shown(db: &dyn Db, it: &Parameter, symbol: Option<Symbol>) -> ShownParameter {
    ShownParameter {
        name: it.name.clone(),
        label: typed_parameter(db, it),
        kind: Some(it.kind),
        ty: it.ty.clone(),
        has_default: it.has_default,
        symbol,
    }
}

/// The signature of a function, with its parameters as they are written.
pub(crate) fn def_signature(db: &dyn Db, def: &DefRef) -> Option<CallSignature> {
    let signature = signature(db, def)?;
    let tree = item_tree(db, def.file);
    let ItemData::Callable(callable) = &tree.get(&def.item)?.data else { return None };
    // What `obj.f(x)` passes itself is not written.
    let written: Vec<_> = callable.params.iter().collect();
    let known = |name: &SmolStr| signature.params.iter().find(|it| it.name == *name);
    let params = written
        .iter()
        .filter(|it| it.kind == ast::ParamKind::Mark || known(&it.name).is_some())
        .map(|it| match known(&it.name).filter(|_| it.kind != ast::ParamKind::Mark) {
            Some(param) => {
                ShownParameter { label: it.to_string(), ..shown(db, param, parameter_symbol(db, def, &it.name)) }
            }
            None => ShownParameter {
                name: SmolStr::default(),
                label: it.name.to_string(),
                kind: None,
                ty: Type::Any,
                has_default: true,
                symbol: None,
            },
        })
        .collect();
    Some(CallSignature {
        name: def.item.name().clone(),
        params,
        result: match &callable.return_type {
            Some(ty) => Some(ty.to_string()),
            None => result_type(db, def).map(|it| it.display(db).to_string()),
        },
        documentation: item_documentation(db, def),
        is_piped: false,
    })
}

fn constructor(db: &dyn Db, def: &DefRef) -> CallSignature {
    let params = all_fields(db, def)
        .iter()
        .map(|field| {
            let param = Parameter {
                name: field.name.clone(),
                kind: ParameterKind::Normal,
                ty: field.ty.clone(),
                has_default: field.has_default,
            };
            shown(db, &param, field_symbol(db, def, &field.name))
        })
        .collect();
    CallSignature {
        name: def.item.name().clone(),
        params,
        result: None,
        documentation: item_documentation(db, def),
        is_piped: false,
    }
}

/// Which of the parameters of a signature the argument being written is for.
pub(crate) fn active_parameter(signature: &CallSignature, call: &ActiveCall) -> Option<usize> {
    if let Some(keyword) = &call.keyword {
        let named = signature.params.iter().position(|it| it.name == *keyword);
        return named.or_else(|| signature.params.iter().position(|it| it.kind == Some(ParameterKind::Named)));
    }
    let at = call.positional + usize::from(signature.is_piped);
    let takes = |it: &ShownParameter| matches!(it.kind, Some(ParameterKind::PositionalOnly | ParameterKind::Normal));
    let positional = signature.params.iter().enumerate().filter(|(_, it)| takes(it)).nth(at);
    positional
        .filter(|(_, it)| !call.keywords.contains(&it.name))
        .map(|it| it.0)
        .or_else(|| signature.params.iter().position(|it| it.kind == Some(ParameterKind::Rest)))
        .or_else(|| {
            let is_free = |it: &ShownParameter| it.kind.is_some() && !call.keywords.contains(&it.name);
            signature.params.iter().enumerate().filter(|(_, it)| is_free(it)).map(|it| it.0).find(|it| *it >= at)
        })
}
