//! What Dana programs mean: an incremental database of files, items, names and diagnostics.
//!
//! Everything derived is a [salsa](https://docs.rs/salsa) query over three inputs: [`File`]s, [`Roots`] and [`Config`].
//! A query gives a value, never a `Result`: half-typed text keeps its tree, its outline and its items, and what is
//! wrong with it stands in [`file_diagnostics`].
//!
//! There is one writer, [`AnalysisHost`], and any number of readers:
//!
//! - A program that reads files once (a command, an interpreter) keeps the host and asks queries on [`AnalysisHost::db`]:
//!
//!   ```
//!   use danaide_analysis::{AnalysisHost, FilePath, MemoryFileSystem, file_diagnostics, parse};
//!
//!   let files = MemoryFileSystem::from_files([("/main.na", "x = 1\n")]);
//!   let host = AnalysisHost::new(files);
//!   let file = host.file(&FilePath::disk("/main.na"));
//!   assert_eq!(parse(host.db(), file).syntax_node().text().to_string(), "x = 1\n");
//!   assert!(file_diagnostics(host.db(), file).is_empty());
//!   ```
//!
//! - A server takes an [`Analysis`] per request, a snapshot that can go to another thread. A write waits until all
//!   snapshots are dropped and makes their queries end early, so every method of a snapshot is [`Cancellable`].
//!
//! Offsets are bytes. Nothing here reads a disk but through the [`FileSystem`] trait.

mod body;
mod config;
mod db;
mod definition;
mod diagnostics;
pub mod effects;
mod file;
mod folding;
pub mod graph;
mod host;
pub mod infer;
mod items;
pub mod library;
mod listing;
mod memory_fs;
mod modules;
pub mod occurrence;
mod parsing;
mod path;
mod python_modules;
pub mod record;
pub mod scope;
mod settings;
pub mod signature;
mod suggest;
mod symbols;
pub mod ty;
pub mod uses;
mod vfs;
mod workspace;

#[cfg(test)]
mod incremental_tests;
#[cfg(test)]
mod scale_tests;

pub use body::{
    Arg, BinaryOp, Binding, BindingId, BindingKind, BlockPlace, Body, BodySourceMap, Call, Clause, CompareOp,
    Comprehension, ComprehensionKind, ContextScope, Expr, ExprId, FieldBody, Function, FunctionBody, FunctionId,
    FunctionKind, Handler, Literal, ModuleRef, NameRef, Nested, Param, PartStarts, PathId, Place, RecordBody, Stmt,
    StmtId, SyntaxProblem, TypeRef, TypeRefId, UnaryOp, Variable, VariableId, WRITABLE_SYSTEM_NAMES, body_of,
    body_source_map,
};
pub use config::{Config, Roots};
pub use db::{Db, RootDatabase};
pub use definition::{
    Definition, DefinitionOffsets, DefinitionSyntax, Definitions, Owner, Part, definition, definition_offsets,
    definitions,
};
pub use diagnostics::{
    Applicability, Category, DOCUMENTATION, Diagnostic, DiagnosticCode, DiagnosticTag, ExampleFile, FileEdit, Fix,
    FixBy, FixedFile, Level, RelatedInformation, Rule, Severity, diagnostics_page, example_files, file_diagnostics,
    fix_all, item_name_range, text_diagnostics,
};
pub use file::{File, FileContents, Folder};
pub use folding::{Fold, FoldKind, folding_ranges};
pub use host::{Analysis, AnalysisHost, CancelToken, Cancellable, Cancelled, Change, QueryCounts};
pub use items::{
    Agent, Assigned, Callable, CallableForm, Field, Import, Imported, ImportedName, Item, ItemData, ItemId, ItemKind,
    ItemSourceMap, ItemTree, Parameter, Record, RecordKind, item_source_map, item_tree,
};
pub use memory_fs::MemoryFileSystem;
pub use modules::{ResolvedModule, resolve_module};
pub use parsing::{EditedTrees, PARSE_CACHE, line_index, parse, syntax_errors};
pub use path::{FilePath, normalize};
pub use settings::{
    CheckSettings, FileSettings, Glob, ImportSettings, Levels, Override, PathSettings, RuleSelector, RuleTable,
    SETTINGS_FILE, SettingsFile, UnresolvedPython, file_settings, is_excluded, settings_file,
};
pub use suggest::nearest;
pub use symbols::{FileSymbol, SymbolKind, file_symbols};
pub use vfs::{EntryKind, FileSystem, FolderEntry, Metadata, OsFileSystem};
pub use workspace::{MOST_FILES, list_folders, workspace_files, workspace_is_cut, workspace_paths};
