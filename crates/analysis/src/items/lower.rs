//! From the syntax tree to the item tree.

use danaide_syntax::ast::{self, AstNode, ParamKind, Stmt};
use danaide_syntax::{NodeOrToken, SyntaxKind, SyntaxNode, SyntaxNodePtr, SyntaxToken, literal};
use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::{SmolStr, SmolStrBuilder};

use super::{
    Agent, Assigned, Callable, CallableForm, Field, Import, Imported, ImportedName, Item, ItemData, ItemId, ItemIdData,
    ItemKind, ItemSourceMap, ItemTree, Parameter, Record, RecordKind, is_blueprint,
};
use crate::Db;

pub(super) fn lower(db: &dyn Db, file: &ast::SourceFile) -> (ItemTree, ItemSourceMap) {
    let mut lowering = Lowering {
        db,
        tree: ItemTree::default(),
        map: ItemSourceMap::default(),
        counts: FxHashMap::default(),
        assigned: FxHashSet::default(),
    };
    lowering.statements(file.stmts());
    (lowering.tree, lowering.map)
}

struct Lowering<'db> {
    db: &'db dyn Db,
    tree: ItemTree,
    map: ItemSourceMap,
    /// How many items of a parent, kind and name there are so far.
    counts: FxHashMap<(Option<ItemId>, ItemKind, SmolStr), u32>,
    assigned: FxHashSet<SmolStr>,
}

impl Lowering<'_> {
    fn statements(&mut self, statements: impl Iterator<Item = Stmt>) {
        for statement in statements {
            self.db.unwind_if_revision_cancelled();
            self.statement(&statement);
        }
    }

    fn statement(&mut self, statement: &Stmt) {
        match statement {
            Stmt::FunctionDef(def) => self.function(def, None),
            Stmt::WorkflowDef(def) => self.workflow(def),
            Stmt::RecordDef(def) => self.record(def),
            Stmt::AgentDef(def) => self.agent(def),
            Stmt::ImportStmt(import) => self.import(import),
            Stmt::FromImportStmt(import) => self.import_from(import),
            Stmt::ExportStmt(export) => self.tree.exports.extend(export.idents().map(|it| text(&it))),
            Stmt::AssignStmt(assign) => {
                self.tree.exports.extend(listed_exports(assign));
                for target in assign.targets() {
                    self.bind(&target, assign.ty().map(|it| source_text(it.syntax())));
                }
            }
            Stmt::ForStmt(stmt) => {
                if let Some(target) = stmt.target() {
                    self.bind(&target, None);
                }
                self.inner_statements(stmt.syntax());
            }
            Stmt::WithStmt(stmt) => {
                for target in stmt.with_items().filter_map(|it| it.target()) {
                    self.bind(&target, None);
                }
                self.inner_statements(stmt.syntax());
            }
            Stmt::IfStmt(stmt) => self.inner_statements(stmt.syntax()),
            Stmt::WhileStmt(stmt) => self.inner_statements(stmt.syntax()),
            Stmt::TryStmt(stmt) => self.inner_statements(stmt.syntax()),
            _ => {}
        }
    }

    fn inner_statements(&mut self, statement: &SyntaxNode) {
        for block in control_flow_blocks(statement) {
            self.statements(block.stmts());
        }
    }

    fn id(&mut self, parent: Option<&ItemId>, kind: ItemKind, name: Option<SyntaxToken>, node: &SyntaxNode) -> ItemId {
        let name = name.map(|it| text(&it)).unwrap_or_default();
        let count = self.counts.entry((parent.cloned(), kind, name.clone())).or_default();
        let id = ItemId(std::sync::Arc::new(ItemIdData { parent: parent.cloned(), kind, name, disambiguator: *count }));
        *count += 1;
        self.map.nodes.insert(id.clone(), SyntaxNodePtr::new(node));
        id
    }

    fn push(&mut self, id: ItemId, data: ItemData) {
        self.tree.items.push(Item { id, data });
    }

    fn function(&mut self, def: &ast::FunctionDef, parent: Option<&ItemId>) {
        let id = self.id(parent, ItemKind::Function, def.name(), def.syntax());
        let callable = Callable {
            form: if def.eq_token().is_some() { CallableForm::Pipeline } else { CallableForm::Block },
            is_sync: def.sync_token().is_some(),
            receiver: def.receiver().and_then(|it| it.param()).map(|it| parameter(&it)),
            params: parameters(def.param_list()),
            return_type: def.return_type().map(|it| source_text(it.syntax())),
            decorators: decorators(def.decorators()),
        };
        self.push(id, ItemData::Callable(callable));
    }

    fn workflow(&mut self, def: &ast::WorkflowDef) {
        let id = self.id(None, ItemKind::Workflow, def.name(), def.syntax());
        let callable = Callable {
            form: CallableForm::Pipeline,
            is_sync: false,
            receiver: None,
            params: parameters(def.param_list()),
            return_type: def.return_type().map(|it| source_text(it.syntax())),
            decorators: decorators(def.decorators()),
        };
        self.push(id, ItemData::Callable(callable));
    }

    fn record(&mut self, def: &ast::RecordDef) {
        let kind = RecordKind::of(def);
        let embeds = match (kind, def.block()) {
            (RecordKind::Interface, Some(block)) => block
                .stmts()
                .filter_map(|it| match it {
                    Stmt::ExprStmt(it) => it.expr(),
                    _ => None,
                })
                .filter(|it| matches!(it, ast::Expr::NameExpr(_) | ast::Expr::AttributeExpr(_)))
                .map(|it| source_text(it.syntax()))
                .collect(),
            _ => Vec::new(),
        };
        let id = self.id(None, ItemKind::Record, def.name(), def.syntax());
        let record = Record { kind, bases: bases(def.base_list()), embeds, decorators: decorators(def.decorators()) };
        self.push(id.clone(), ItemData::Record(record));
        self.members(def.block(), &id);
    }

    fn agent(&mut self, def: &ast::AgentDef) {
        let id = self.id(None, ItemKind::Agent, def.name(), def.syntax());
        let agent = Agent {
            bases: bases(def.base_list()),
            is_blueprint: is_blueprint(def),
            decorators: decorators(def.decorators()),
        };
        self.push(id.clone(), ItemData::Agent(agent));
        self.members(def.block(), &id);
    }

    fn members(&mut self, block: Option<ast::Block>, parent: &ItemId) {
        for statement in block.iter().flat_map(ast::Block::stmts) {
            match statement {
                Stmt::Field(field) => {
                    let id = self.id(Some(parent), ItemKind::Field, field.name(), field.syntax());
                    let data = Field {
                        ty: field.ty().map(|it| source_text(it.syntax())),
                        default: field.default().map(|it| source_text(it.syntax())),
                    };
                    self.push(id.clone(), ItemData::Field(data));
                    self.members(field.block(), &id);
                }
                Stmt::FunctionDef(def) => self.function(&def, Some(parent)),
                Stmt::MethodSig(sig) => {
                    let id = self.id(Some(parent), ItemKind::Function, sig.name(), sig.syntax());
                    let callable = Callable {
                        form: CallableForm::Signature,
                        is_sync: false,
                        receiver: None,
                        params: without_self(parameters(sig.param_list())),
                        return_type: sig.return_type().map(|it| source_text(it.syntax())),
                        decorators: Vec::new(),
                    };
                    self.push(id, ItemData::Callable(callable));
                }
                _ => {}
            }
        }
    }

    fn import(&mut self, import: &ast::ImportStmt) {
        for alias in import.import_aliases() {
            let (dots, path) = module_path(alias.module_path());
            let imported = Imported::Module { alias: alias.alias().map(|it| text(&it)) };
            self.tree.imports.push(Import { dots, path, imported });
        }
    }

    fn import_from(&mut self, import: &ast::FromImportStmt) {
        let (dots, path) = module_path(import.module_path());
        let imported = if import.star().is_some() {
            Imported::All
        } else {
            let names = import
                .import_names()
                .filter_map(|it| Some(ImportedName { name: text(&it.name()?), alias: it.alias().map(|it| text(&it)) }));
            Imported::Names(names.collect())
        };
        self.tree.imports.push(Import { dots, path, imported });
    }

    /// Notes the names of a target; `private:x`, `a.b` and `a[0]` bind none.
    fn bind(&mut self, target: &ast::Expr, ty: Option<SmolStr>) {
        for name in target_names(target) {
            let name = text(&name);
            if self.assigned.insert(name.clone()) {
                self.tree.assigned.push(Assigned { name, ty: ty.clone() });
            }
        }
    }
}

/// The names that `__exports__ = ["a", "b"]` lists.
fn listed_exports(assign: &ast::AssignStmt) -> Vec<SmolStr> {
    let targets = assign.targets();
    let [ast::Expr::NameExpr(name)] = targets.as_slice() else { return Vec::new() };
    if name.ident_token().is_none_or(|it| it.text() != "__exports__") {
        return Vec::new();
    }
    let items: Vec<ast::Expr> = match assign.value() {
        Some(ast::Expr::ListExpr(it)) => it.exprs().collect(),
        Some(ast::Expr::TupleExpr(it)) => it.exprs().collect(),
        _ => Vec::new(),
    };
    let text = |it: ast::Expr| match it {
        ast::Expr::Literal(it) => {
            let token = it.token().filter(|it| it.kind() == SyntaxKind::STRING)?;
            Some(literal::string_value(token.text()).into())
        }
        _ => None,
    };
    items.into_iter().filter_map(text).collect()
}

/// The blocks of an `if`, `for`, `while`, `try` or `with` statement, those of its clauses included.
pub(crate) fn control_flow_blocks(statement: &SyntaxNode) -> impl Iterator<Item = ast::Block> + use<> {
    statement.children().filter_map(|child| match child.kind() {
        SyntaxKind::BLOCK => ast::Block::cast(child),
        SyntaxKind::ELIF_CLAUSE | SyntaxKind::ELSE_CLAUSE | SyntaxKind::EXCEPT_CLAUSE | SyntaxKind::FINALLY_CLAUSE => {
            child.children().find_map(ast::Block::cast)
        }
        _ => None,
    })
}

/// The names that an assignment to `target` binds.
pub(crate) fn target_names(target: &ast::Expr) -> Vec<SyntaxToken> {
    let mut names = Vec::new();
    let mut rest = vec![target.clone()];
    while let Some(target) = rest.pop() {
        let from = rest.len();
        match target {
            ast::Expr::NameExpr(name) => names.extend(name.ident_token()),
            ast::Expr::TupleExpr(tuple) => rest.extend(tuple.exprs()),
            ast::Expr::ListExpr(list) => rest.extend(list.exprs()),
            ast::Expr::ParenExpr(paren) => rest.extend(paren.expr()),
            ast::Expr::SpreadExpr(spread) => rest.extend(spread.expr()),
            _ => {}
        }
        rest[from..].reverse();
    }
    names
}

fn module_path(path: Option<ast::ModulePath>) -> (usize, Vec<SmolStr>) {
    path.map(|it| (it.leading_dots(), it.idents().map(|it| text(&it)).collect())).unwrap_or_default()
}

fn parameters(list: Option<ast::ParamList>) -> Vec<Parameter> {
    list.iter().flat_map(ast::ParamList::params).map(|it| parameter(&it)).collect()
}

/// The parameters of a signature that may or may not name its receiver.
fn without_self(mut params: Vec<Parameter>) -> Vec<Parameter> {
    if params.first().is_some_and(|first| first.name == "self") {
        params.remove(0);
    }
    params
}

fn parameter(param: &ast::Param) -> Parameter {
    let kind = param.kind();
    let name = if kind == ParamKind::Mark { param.prefix() } else { param.name() };
    Parameter {
        name: name.map(|it| text(&it)).unwrap_or_default(),
        kind,
        ty: param.ty().map(|it| source_text(it.syntax())),
        default: param.default().map(|it| source_text(it.syntax())),
    }
}

fn bases(list: Option<ast::BaseList>) -> Vec<SmolStr> {
    list.iter().flat_map(ast::BaseList::types).map(|it| source_text(it.syntax())).collect()
}

fn decorators(decorators: impl Iterator<Item = ast::Decorator>) -> Vec<SmolStr> {
    decorators.filter_map(|it| it.expr()).map(|it| source_text(it.syntax())).collect()
}

fn text(token: &SyntaxToken) -> SmolStr {
    SmolStr::new(token.text())
}

/// The text of a node, with white space, line ends and comments reduced to single spaces.
pub(crate) fn source_text(node: &SyntaxNode) -> SmolStr {
    let mut out = SmolStrBuilder::new();
    let mut is_empty = true;
    let mut gap = false;
    // The green tree is enough for texts, and nothing is made of it on the way.
    let green = node.green();
    let mut pending = vec![green.children()];
    while let Some(children) = pending.last_mut() {
        let token = match children.next() {
            None => {
                pending.pop();
                continue;
            }
            Some(NodeOrToken::Node(node)) => {
                pending.push(node.children());
                continue;
            }
            Some(NodeOrToken::Token(token)) => token,
        };
        let kind = SyntaxKind::from_raw(token.kind());
        if kind.is_trivia() || kind == SyntaxKind::NEWLINE {
            gap = true;
            continue;
        }
        if gap && !is_empty {
            out.push(' ');
        }
        out.push_str(token.text());
        is_empty = false;
        gap = false;
    }
    out.finish()
}
