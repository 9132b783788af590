//! What the client can do, and what the server offers it.

use lsp_types::{
    CallHierarchyServerCapability, ClientCapabilities, CodeActionOptions, CodeActionProviderCapability,
    CodeLensOptions, CompletionClientCapabilities, CompletionItemKind, CompletionOptions,
    CompletionOptionsCompletionItem, DeclarationCapability, DiagnosticOptions, DiagnosticServerCapabilities,
    DiagnosticTag, DocumentLinkOptions, DocumentOnTypeFormattingOptions, ExecuteCommandOptions, FileOperationFilter,
    FileOperationPattern, FileOperationPatternKind, FileOperationRegistrationOptions, FoldingRangeProviderCapability,
    GotoCapability, HoverProviderCapability, ImplementationProviderCapability, InlayHintOptions,
    InlayHintServerCapabilities, LinkedEditingRangeServerCapabilities, MarkupKind, OneOf, PositionEncodingKind,
    RenameOptions, SelectionRangeProviderCapability, SemanticTokensFullOptions, SemanticTokensOptions,
    ServerCapabilities, SignatureHelpClientCapabilities, SignatureHelpOptions, SymbolKind, TextDocumentSyncCapability,
    TextDocumentSyncKind, TextDocumentSyncOptions, TypeDefinitionProviderCapability, WorkDoneProgressOptions,
    WorkspaceFileOperationsServerCapabilities, WorkspaceFoldersServerCapabilities, WorkspaceServerCapabilities,
};

use crate::convert::Encoding;
use crate::handlers::{actions, commands, semantic_tokens};
use crate::push::Refreshes;

/// The kinds that the first version of the protocol did not have, of those that the server uses.
const LATER_SYMBOL_KINDS: [SymbolKind; 2] = [SymbolKind::OBJECT, SymbolKind::STRUCT];

/// The capabilities of a client that change what the server does.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    pub(crate) encoding: Encoding,
    /// It asks for diagnostics; otherwise they are sent to it.
    pub(crate) pulls_diagnostics: bool,
    /// What it asks for again when it is told to.
    pub(crate) refreshes: Refreshes,
    pub(crate) related_information: bool,
    /// It shows links from diagnostics to their explanations.
    pub(crate) code_descriptions: bool,
    /// The tags of diagnostics that it draws.
    diagnostic_tags: Vec<DiagnosticTag>,
    pub(crate) nested_symbols: bool,
    /// `None` if it names no kinds: then it knows those of the first version of the protocol.
    symbol_kinds: Option<Vec<SymbolKind>>,
    pub(crate) line_folding_only: bool,
    /// It asks what typing a character does to the line.
    formats_on_type: bool,
    /// How many folds it takes.
    pub(crate) fold_limit: usize,
    pub(crate) registers_watchers: bool,
    /// It opens `danaide:library/…` by asking for the text.
    pub(crate) virtual_library: bool,
    pub(crate) markdown_hover: bool,
    /// It takes links, which say more than locations, from definition, declaration, type definition, implementation.
    pub(crate) definition_links: bool,
    pub(crate) declaration_links: bool,
    pub(crate) type_definition_links: bool,
    pub(crate) implementation_links: bool,
    /// It asks whether there is something to rename.
    pub(crate) prepares_rename: bool,
    /// It compares the versions of documents before it edits them.
    pub(crate) versioned_edits: bool,
    /// It asks before it renames files.
    renames_files: bool,
    pub(crate) completion: CompletionClient,
    pub(crate) signature: SignatureClient,
    /// It takes semantic tokens that go over several lines.
    pub(crate) multiline_tokens: bool,
    /// It takes code actions with edits.
    pub(crate) action_literals: bool,
    /// It asks for the edits of a code action when it is chosen.
    pub(crate) resolves_actions: bool,
    /// It carries out edits that the server asks for.
    pub(crate) applies_edits: bool,
    /// It takes a server for type hierarchies that registers later; others are told at once.
    pub(crate) registers_type_hierarchy: bool,
    /// It takes notifications about runs.
    pub(crate) takes_runs: bool,
    /// It lets its user type the answer to a question of a program.
    pub(crate) asks: bool,
    /// It shows progress of work that the server began.
    pub(crate) shows_progress: bool,
    /// It tells its settings when it is asked.
    pub(crate) tells_settings: bool,
    /// It takes a server that wants to hear of changed settings later.
    pub(crate) registers_settings: bool,
    /// The commands for lenses that it has.
    commands: Vec<String>,
}

/// What a client takes in completion.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct CompletionClient {
    pub(crate) snippets: bool,
    pub(crate) label_details: bool,
    pub(crate) insert_replace: bool,
    /// It asks for the edits that import a name when the item is taken.
    pub(crate) resolves_edits: bool,
    pub(crate) markdown: bool,
    /// It knows kinds that the first version of the protocol did not have.
    pub(crate) constants: bool,
    pub(crate) structs: bool,
}

/// What a client takes in signature help.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct SignatureClient {
    pub(crate) label_offsets: bool,
    /// Each signature may say which of its parameters is active.
    pub(crate) active_parameter: bool,
    pub(crate) markdown: bool,
}

impl Default for Client {
    fn default() -> Self {
        Self::new(&ClientCapabilities::default())
    }
}

impl Client {
    pub(crate) fn new(capabilities: &ClientCapabilities) -> Self {
        let document = capabilities.text_document.as_ref();
        // What is said of diagnostics that are sent holds for those that are asked for too.
        let diagnostics = document.and_then(|it| it.publish_diagnostics.as_ref());
        let symbols = document.and_then(|it| it.document_symbol.as_ref());
        let folds = document.and_then(|it| it.folding_range.as_ref());
        let extensions = extensions(capabilities);
        let watchers = capabilities.workspace.as_ref().and_then(|it| it.did_change_watched_files.as_ref());
        Self {
            encoding: encoding(capabilities),
            pulls_diagnostics: document.is_some_and(|it| it.diagnostic.is_some()),
            refreshes: refreshes(capabilities),
            related_information: diagnostics.and_then(|it| it.related_information).unwrap_or(false),
            code_descriptions: diagnostics.and_then(|it| it.code_description_support).unwrap_or(false),
            diagnostic_tags: diagnostics
                .and_then(|it| it.tag_support.as_ref())
                .map(|it| it.value_set.clone())
                .unwrap_or_default(),
            nested_symbols: symbols.and_then(|it| it.hierarchical_document_symbol_support).unwrap_or(false),
            symbol_kinds: symbols.and_then(|it| it.symbol_kind.as_ref()).and_then(|it| it.value_set.clone()),
            formats_on_type: document.is_some_and(|it| it.on_type_formatting.is_some()),
            line_folding_only: folds.and_then(|it| it.line_folding_only).unwrap_or(false),
            fold_limit: folds.and_then(|it| it.range_limit).map_or(usize::MAX, |it| it as usize),
            registers_watchers: watchers.and_then(|it| it.dynamic_registration).unwrap_or(false),
            virtual_library: extensions.virtual_library.unwrap_or(false),
            markdown_hover: document
                .and_then(|it| it.hover.as_ref())
                .and_then(|it| it.content_format.as_ref())
                .is_some_and(|it| it.contains(&MarkupKind::Markdown)),
            definition_links: links(document.and_then(|it| it.definition.as_ref())),
            declaration_links: links(document.and_then(|it| it.declaration.as_ref())),
            type_definition_links: links(document.and_then(|it| it.type_definition.as_ref())),
            implementation_links: links(document.and_then(|it| it.implementation.as_ref())),
            prepares_rename: document
                .and_then(|it| it.rename.as_ref())
                .and_then(|it| it.prepare_support)
                .unwrap_or(false),
            versioned_edits: capabilities
                .workspace
                .as_ref()
                .and_then(|it| it.workspace_edit.as_ref())
                .and_then(|it| it.document_changes)
                .unwrap_or(false),
            renames_files: capabilities
                .workspace
                .as_ref()
                .and_then(|it| it.file_operations.as_ref())
                .and_then(|it| it.will_rename)
                .unwrap_or(false),
            completion: completion(document.and_then(|it| it.completion.as_ref())),
            signature: signature(document.and_then(|it| it.signature_help.as_ref())),
            multiline_tokens: document
                .and_then(|it| it.semantic_tokens.as_ref())
                .and_then(|it| it.multiline_token_support)
                .unwrap_or(false),
            action_literals: document
                .and_then(|it| it.code_action.as_ref())
                .is_some_and(|it| it.code_action_literal_support.is_some()),
            resolves_actions: document.and_then(|it| it.code_action.as_ref()).is_some_and(|it| {
                let resolved = it.resolve_support.as_ref();
                it.data_support == Some(true) && resolved.is_some_and(|it| it.properties.iter().any(|it| it == "edit"))
            }),
            applies_edits: capabilities.workspace.as_ref().and_then(|it| it.apply_edit).unwrap_or(false),
            registers_type_hierarchy: document
                .and_then(|it| it.type_hierarchy.as_ref())
                .and_then(|it| it.dynamic_registration)
                .unwrap_or(false),
            takes_runs: extensions.runs.unwrap_or(false),
            asks: extensions.ask.unwrap_or(false),
            shows_progress: capabilities.window.as_ref().and_then(|it| it.work_done_progress).unwrap_or(false),
            tells_settings: capabilities.workspace.as_ref().and_then(|it| it.configuration).unwrap_or(false),
            registers_settings: capabilities
                .workspace
                .as_ref()
                .and_then(|it| it.did_change_configuration.as_ref())
                .and_then(|it| it.dynamic_registration)
                .unwrap_or(false),
            commands: extensions.commands.unwrap_or_default(),
        }
    }

    pub(crate) fn has_command(&self, command: &str) -> bool {
        self.commands.iter().any(|it| it == command)
    }

    pub(crate) fn knows_diagnostic_tag(&self, tag: &DiagnosticTag) -> bool {
        self.diagnostic_tags.contains(tag)
    }

    pub(crate) fn knows_symbol_kind(&self, kind: SymbolKind) -> bool {
        match &self.symbol_kinds {
            Some(kinds) => kinds.contains(&kind),
            None => !LATER_SYMBOL_KINDS.contains(&kind),
        }
    }

    /// What the server offers this client.
    pub(crate) fn offer(&self) -> ServerCapabilities {
        ServerCapabilities {
            position_encoding: Some(self.encoding.kind()),
            text_document_sync: Some(TextDocumentSyncCapability::Options(TextDocumentSyncOptions {
                open_close: Some(true),
                change: Some(TextDocumentSyncKind::INCREMENTAL),
                ..TextDocumentSyncOptions::default()
            })),
            document_symbol_provider: Some(OneOf::Left(true)),
            definition_provider: Some(OneOf::Left(true)),
            declaration_provider: Some(DeclarationCapability::Simple(true)),
            type_definition_provider: Some(TypeDefinitionProviderCapability::Simple(true)),
            implementation_provider: Some(ImplementationProviderCapability::Simple(true)),
            references_provider: Some(OneOf::Left(true)),
            document_highlight_provider: Some(OneOf::Left(true)),
            linked_editing_range_provider: Some(LinkedEditingRangeServerCapabilities::Simple(true)),
            hover_provider: Some(HoverProviderCapability::Simple(true)),
            rename_provider: Some(if self.prepares_rename {
                OneOf::Right(RenameOptions {
                    prepare_provider: Some(true),
                    work_done_progress_options: WorkDoneProgressOptions::default(),
                })
            } else {
                OneOf::Left(true)
            }),
            completion_provider: Some(CompletionOptions {
                resolve_provider: Some(true),
                trigger_characters: Some([".", ":", "@", "|", "("].map(str::to_owned).to_vec()),
                completion_item: Some(CompletionOptionsCompletionItem { label_details_support: Some(true) }),
                ..CompletionOptions::default()
            }),
            signature_help_provider: Some(SignatureHelpOptions {
                trigger_characters: Some(["(", ","].map(str::to_owned).to_vec()),
                retrigger_characters: Some([")", "="].map(str::to_owned).to_vec()),
                work_done_progress_options: WorkDoneProgressOptions::default(),
            }),
            semantic_tokens_provider: Some(
                SemanticTokensOptions {
                    legend: semantic_tokens::legend(),
                    range: Some(true),
                    full: Some(SemanticTokensFullOptions::Delta { delta: Some(true) }),
                    ..SemanticTokensOptions::default()
                }
                .into(),
            ),
            inlay_hint_provider: Some(OneOf::Right(InlayHintServerCapabilities::Options(InlayHintOptions {
                resolve_provider: Some(true),
                ..InlayHintOptions::default()
            }))),
            workspace_symbol_provider: Some(OneOf::Left(true)),
            selection_range_provider: Some(SelectionRangeProviderCapability::Simple(true)),
            document_formatting_provider: Some(OneOf::Left(true)),
            document_range_formatting_provider: Some(OneOf::Left(true)),
            document_on_type_formatting_provider: self.formats_on_type.then(|| {
                let [first, more @ ..] = danaide_ide::ON_TYPE.map(String::from);
                DocumentOnTypeFormattingOptions {
                    first_trigger_character: first,
                    more_trigger_character: Some(more.to_vec()),
                }
            }),
            code_lens_provider: Some(CodeLensOptions { resolve_provider: Some(true) }),
            execute_command_provider: Some(ExecuteCommandOptions {
                commands: commands::ALL.map(str::to_owned).to_vec(),
                ..ExecuteCommandOptions::default()
            }),
            call_hierarchy_provider: Some(CallHierarchyServerCapability::Simple(true)),
            document_link_provider: Some(DocumentLinkOptions {
                resolve_provider: Some(false),
                work_done_progress_options: WorkDoneProgressOptions::default(),
            }),
            code_action_provider: if self.action_literals {
                Some(CodeActionProviderCapability::Options(CodeActionOptions {
                    code_action_kinds: Some(actions::kinds()),
                    resolve_provider: self.resolves_actions.then_some(true),
                    ..CodeActionOptions::default()
                }))
            } else {
                self.applies_edits.then_some(CodeActionProviderCapability::Simple(true))
            },
            folding_range_provider: Some(FoldingRangeProviderCapability::Simple(true)),
            diagnostic_provider: self.pulls_diagnostics.then(|| {
                DiagnosticServerCapabilities::Options(DiagnosticOptions {
                    identifier: Some("danaide".to_owned()),
                    // What is wrong in a file can depend on what it imports.
                    inter_file_dependencies: true,
                    workspace_diagnostics: true,
                    work_done_progress_options: WorkDoneProgressOptions { work_done_progress: Some(true) },
                })
            }),
            workspace: Some(WorkspaceServerCapabilities {
                workspace_folders: Some(WorkspaceFoldersServerCapabilities {
                    supported: Some(true),
                    change_notifications: Some(OneOf::Left(true)),
                }),
                file_operations: self.renames_files.then(|| WorkspaceFileOperationsServerCapabilities {
                    will_rename: Some(FileOperationRegistrationOptions {
                        filters: [
                            ("**/*.na", FileOperationPatternKind::File),
                            ("**", FileOperationPatternKind::Folder),
                        ]
                        .into_iter()
                        .map(|(glob, matches)| FileOperationFilter {
                            scheme: Some("file".to_owned()),
                            pattern: FileOperationPattern {
                                glob: glob.to_owned(),
                                matches: Some(matches),
                                options: None,
                            },
                        })
                        .collect(),
                    }),
                    ..WorkspaceFileOperationsServerCapabilities::default()
                }),
            }),
            ..ServerCapabilities::default()
        }
    }
}

/// What a client has beyond the protocol, in `experimental.danaide`. `docs/protocol.md` describes it.
#[derive(Debug, Default, serde::Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct ClientExtensions {
    virtual_library: Option<bool>,
    commands: Option<Vec<String>>,
    runs: Option<bool>,
    ask: Option<bool>,
}

fn extensions(capabilities: &ClientCapabilities) -> ClientExtensions {
    let ours = capabilities.experimental.as_ref().and_then(|it| it.get("danaide")).cloned();
    // A client that says something else there says nothing.
    ours.and_then(|it| serde_json::from_value(it).ok()).unwrap_or_default()
}

fn refreshes(capabilities: &ClientCapabilities) -> Refreshes {
    let pulls = capabilities.text_document.as_ref().is_some_and(|it| it.diagnostic.is_some());
    let Some(workspace) = &capabilities.workspace else { return Refreshes::default() };
    Refreshes {
        diagnostics: pulls && workspace.diagnostic.as_ref().and_then(|it| it.refresh_support).unwrap_or(false),
        tokens: workspace.semantic_tokens.as_ref().and_then(|it| it.refresh_support).unwrap_or(false),
        hints: workspace.inlay_hint.as_ref().and_then(|it| it.refresh_support).unwrap_or(false),
        lenses: workspace.code_lens.as_ref().and_then(|it| it.refresh_support).unwrap_or(false),
    }
}

fn completion(capability: Option<&CompletionClientCapabilities>) -> CompletionClient {
    let kinds = capability.and_then(|it| it.completion_item_kind.as_ref()).and_then(|it| it.value_set.as_ref());
    let knows = |kind: CompletionItemKind| kinds.is_some_and(|it| it.contains(&kind));
    let (constants, structs) = (knows(CompletionItemKind::CONSTANT), knows(CompletionItemKind::STRUCT));
    let Some(item) = capability.and_then(|it| it.completion_item.as_ref()) else {
        return CompletionClient { constants, structs, ..CompletionClient::default() };
    };
    let resolves =
        |name: &str| item.resolve_support.as_ref().is_some_and(|it| it.properties.iter().any(|it| it == name));
    CompletionClient {
        snippets: item.snippet_support.unwrap_or(false),
        label_details: item.label_details_support.unwrap_or(false),
        insert_replace: item.insert_replace_support.unwrap_or(false),
        resolves_edits: resolves("additionalTextEdits"),
        markdown: item.documentation_format.as_ref().is_some_and(|it| it.contains(&MarkupKind::Markdown)),
        constants,
        structs,
    }
}

fn signature(capability: Option<&SignatureHelpClientCapabilities>) -> SignatureClient {
    let Some(info) = capability.and_then(|it| it.signature_information.as_ref()) else {
        return SignatureClient::default();
    };
    SignatureClient {
        label_offsets: info.parameter_information.as_ref().and_then(|it| it.label_offset_support).unwrap_or(false),
        active_parameter: info.active_parameter_support.unwrap_or(false),
        markdown: info.documentation_format.as_ref().is_some_and(|it| it.contains(&MarkupKind::Markdown)),
    }
}

fn links(capability: Option<&GotoCapability>) -> bool {
    capability.and_then(|it| it.link_support).unwrap_or(false)
}

/// UTF-8 if the client knows it, since it costs nothing; else what the client likes best; UTF-16 if it says nothing.
fn encoding(capabilities: &ClientCapabilities) -> Encoding {
    let offered = capabilities.general.as_ref().and_then(|it| it.position_encodings.as_deref()).unwrap_or_default();
    if offered.contains(&PositionEncodingKind::UTF8) {
        return Encoding::Utf8;
    }
    let first_known = offered.iter().find_map(|it| match it.as_str() {
        "utf-16" => Some(Encoding::Utf16),
        "utf-32" => Some(Encoding::Utf32),
        _ => None,
    });
    first_known.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use lsp_types::GeneralClientCapabilities;

    use super::*;

    #[test]
    fn encodings_are_negotiated() {
        let chosen = |offered: Option<&[&'static str]>| {
            let position_encodings = offered.map(|it| it.iter().map(|it| PositionEncodingKind::new(it)).collect());
            let general = GeneralClientCapabilities { position_encodings, ..GeneralClientCapabilities::default() };
            Client::new(&ClientCapabilities { general: Some(general), ..ClientCapabilities::default() }).encoding
        };
        assert_eq!(chosen(None), Encoding::Utf16);
        assert_eq!(chosen(Some(&["utf-16"])), Encoding::Utf16);
        assert_eq!(chosen(Some(&["utf-16", "utf-8"])), Encoding::Utf8);
        assert_eq!(chosen(Some(&["utf-32", "utf-16"])), Encoding::Utf32);
        assert_eq!(chosen(Some(&["ebcdic"])), Encoding::Utf16);
    }

    #[test]
    fn old_clients_know_the_first_symbol_kinds() {
        let client = Client::default();
        assert!(client.knows_symbol_kind(SymbolKind::FUNCTION));
        assert!(!client.knows_symbol_kind(SymbolKind::STRUCT));
    }
}
