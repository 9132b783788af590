//! The handlers of requests.

use std::sync::Arc;
use std::time::Duration;

use danaide_analysis::SETTINGS_FILE;
use lsp_types::notification::{DidChangeConfiguration, DidChangeWatchedFiles, Notification as _};
use lsp_types::request::{
    GotoDeclarationParams, GotoDeclarationResponse, GotoImplementationParams, GotoImplementationResponse,
    GotoTypeDefinitionParams, GotoTypeDefinitionResponse, Request as _, TypeHierarchyPrepare,
};
use lsp_types::{
    CallHierarchyIncomingCall, CallHierarchyIncomingCallsParams, CallHierarchyItem, CallHierarchyOutgoingCall,
    CallHierarchyOutgoingCallsParams, CallHierarchyPrepareParams, CodeAction, CodeActionParams, CodeActionResponse,
    CodeLens, CodeLensParams, CompletionItem, CompletionParams, CompletionResponse, DidChangeConfigurationParams,
    DidChangeWatchedFilesRegistrationOptions, DocumentDiagnosticParams, DocumentDiagnosticReport,
    DocumentDiagnosticReportResult, DocumentFormattingParams, DocumentHighlight, DocumentHighlightParams, DocumentLink,
    DocumentLinkParams, DocumentOnTypeFormattingParams, DocumentRangeFormattingParams, DocumentSymbolParams,
    DocumentSymbolResponse, ExecuteCommandParams, FileSystemWatcher, FoldingRange, FoldingRangeParams,
    FullDocumentDiagnosticReport, GlobPattern, GotoDefinitionParams, GotoDefinitionResponse, Hover, HoverParams,
    InitializeParams, InitializeResult, InitializedParams, InlayHint, InlayHintParams, LinkedEditingRangeParams,
    LinkedEditingRanges, Location, PrepareRenameResponse, ReferenceParams, Registration,
    RelatedFullDocumentDiagnosticReport, RelatedUnchangedDocumentDiagnosticReport, RenameFilesParams, RenameParams,
    SelectionRange, SelectionRangeParams, SemanticTokensDeltaParams, SemanticTokensFullDeltaResult,
    SemanticTokensParams, SemanticTokensRangeParams, SemanticTokensRangeResult, SemanticTokensResult, ServerInfo,
    SignatureHelp, SignatureHelpParams, SymbolInformation, TextDocumentPositionParams, TextEdit, TypeHierarchyItem,
    TypeHierarchyPrepareParams, TypeHierarchySubtypesParams, TypeHierarchySupertypesParams,
    UnchangedDocumentDiagnosticReport, WorkspaceDiagnosticParams, WorkspaceDiagnosticReportResult, WorkspaceEdit,
    WorkspaceSymbolParams,
};
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::{ClientSocket, LanguageServer, LspService};

use crate::convert::{self, Lines};
use crate::errors::SERVER_CANCELLED;
use crate::query::{Failure, ask};
use crate::session::{Phase, Session};
use crate::writer::Job;
use crate::{capabilities, configuration, handlers, index, parent, poll, push};

/// How long the client may take to answer a request of the server, which goes on meanwhile.
pub(crate) const CLIENT_ANSWER_LIMIT: Duration = Duration::from_secs(10);

#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) client: tower_lsp::Client,
    pub(crate) session: Arc<Session>,
}

/// The router with its handlers, and the way for messages to the client.
pub(crate) fn build(session: &Arc<Session>) -> (LspService<Server>, ClientSocket) {
    let builder = LspService::build(|client| Server { client, session: session.clone() })
        .custom_method("danaide/text", Server::text)
        .custom_method("danaide/taskGraph", handlers::task_graph::task_graph)
        .custom_method("danaide/status", handlers::status::status);
    #[cfg(test)]
    let builder = builder
        .custom_method("test/text", crate::tests::handlers::text)
        .custom_method("test/spin", crate::tests::handlers::spin)
        .custom_method("test/panic", crate::tests::handlers::panic);
    builder.finish()
}

#[tower_lsp::async_trait]
impl LanguageServer for Server {
    async fn initialize(&self, params: InitializeParams) -> Result<InitializeResult> {
        let client = capabilities::Client::new(&params.capabilities);
        self.session.writer.send(Job::Encoding(client.encoding));
        self.session
            .writer
            .send(Job::Roots { workspace: workspace_folders(&params), search_path: self.session.search_path.clone() });
        if let Some(id) = params.process_id {
            self.session.spawn(parent::watch(id, self.session.clone()));
        }
        self.session.spawn(push::diagnostics(self.client.clone(), self.session.clone(), !client.pulls_diagnostics));
        if client.refreshes.any() {
            let (session, what) = (self.session.clone(), client.refreshes);
            self.session.spawn(push::refresh(self.client.clone(), session, what, CLIENT_ANSWER_LIMIT));
        }
        if let Some(warnings) = self.session.warnings.lock().take() {
            self.session.spawn(push::warnings(self.client.clone(), warnings));
        }
        let capabilities = client.offer();
        self.session.set_client(client);
        configuration::begin(&self.session, params.initialization_options.as_ref());
        self.session.advance(Phase::Running);
        Ok(InitializeResult {
            capabilities,
            server_info: Some(ServerInfo {
                name: "danaide".to_owned(),
                version: Some(env!("CARGO_PKG_VERSION").to_owned()),
            }),
        })
    }

    async fn initialized(&self, _: InitializedParams) {
        let known = self.session.client();
        let mut registrations = Vec::new();
        self.session.spawn(index::keep(self.session.clone(), self.client.clone()));
        self.session.bells.folders.notify_one();
        if !known.registers_watchers {
            self.session.spawn(poll::watch(self.session.clone(), self.session.poll_interval));
        }
        if known.tells_settings {
            self.session.spawn(configuration::pull(self.session.clone(), self.client.clone()));
        }
        if known.registers_settings {
            registrations.push(Registration {
                id: "danaide-settings".to_owned(),
                method: DidChangeConfiguration::METHOD.to_owned(),
                register_options: Some(serde_json::json!({ "section": configuration::SECTION })),
            });
        }
        if known.registers_watchers {
            let watchers = DidChangeWatchedFilesRegistrationOptions {
                watchers: ["**/*.na".to_owned(), format!("**/{SETTINGS_FILE}")]
                    .into_iter()
                    .map(|it| FileSystemWatcher { glob_pattern: GlobPattern::String(it), kind: None })
                    .collect(),
            };
            registrations.push(Registration {
                id: "danaide-files".to_owned(),
                method: DidChangeWatchedFiles::METHOD.to_owned(),
                register_options: serde_json::to_value(watchers).ok(),
            });
        }
        if known.registers_type_hierarchy {
            registrations.push(Registration {
                id: "danaide-types".to_owned(),
                method: TypeHierarchyPrepare::METHOD.to_owned(),
                register_options: Some(serde_json::json!({ "documentSelector": [{ "pattern": "**/*.na" }] })),
            });
        }
        if registrations.is_empty() {
            return;
        }
        let client = self.client.clone();
        // Not awaited: a handler that waits for the client keeps others from running. A client that refuses or does
        // not answer has no watcher, which it is free to do.
        self.session.spawn(async move {
            let _ = tokio::time::timeout(CLIENT_ANSWER_LIMIT, client.register_capability(registrations)).await;
        });
    }

    async fn did_change_configuration(&self, params: DidChangeConfigurationParams) {
        if self.session.client().tells_settings {
            self.session.spawn(configuration::pull(self.session.clone(), self.client.clone()));
        } else {
            configuration::apply(&self.session, params.settings.get(configuration::SECTION));
        }
    }

    async fn shutdown(&self) -> Result<()> {
        self.session.advance(Phase::ShutDown);
        Ok(())
    }

    async fn diagnostic(&self, params: DocumentDiagnosticParams) -> Result<DocumentDiagnosticReportResult> {
        let client = self.session.client();
        let items = ask(&self.session, params.text_document.uri, move |it| convert::diagnostics(it, &client)).await;
        let items = items.map_err(|failure| match failure {
            Failure::Outdated => Error {
                code: SERVER_CANCELLED,
                message: "the text changed".into(),
                data: Some(serde_json::json!({ "retriggerRequest": true })),
            },
            failure => failure.into(),
        })?;
        let result_id = convert::result_id(&items);
        let report = if params.previous_result_id.as_ref() == Some(&result_id) {
            DocumentDiagnosticReport::Unchanged(RelatedUnchangedDocumentDiagnosticReport {
                related_documents: None,
                unchanged_document_diagnostic_report: UnchangedDocumentDiagnosticReport { result_id },
            })
        } else {
            DocumentDiagnosticReport::Full(RelatedFullDocumentDiagnosticReport {
                related_documents: None,
                full_document_diagnostic_report: FullDocumentDiagnosticReport { result_id: Some(result_id), items },
            })
        };
        Ok(report.into())
    }

    async fn workspace_diagnostic(&self, params: WorkspaceDiagnosticParams) -> Result<WorkspaceDiagnosticReportResult> {
        handlers::workspace_diagnostics::diagnostics(self, params).await
    }

    async fn document_symbol(&self, params: DocumentSymbolParams) -> Result<Option<DocumentSymbolResponse>> {
        let client = self.session.client();
        let symbols = ask(&self.session, params.text_document.uri, move |it| {
            let symbols = it.analysis.file_symbols(it.file)?;
            let text = it.analysis.text(it.file)?;
            let lines = Lines::with_index(&text, it.analysis.line_index(it.file)?, it.encoding);
            Ok(if client.nested_symbols {
                DocumentSymbolResponse::Nested(convert::nested_symbols(&symbols, &lines, &client))
            } else {
                DocumentSymbolResponse::Flat(convert::flat_symbols(&symbols, it.uri, &lines, &client))
            })
        });
        Ok(Some(symbols.await?))
    }

    async fn goto_definition(&self, params: GotoDefinitionParams) -> Result<Option<GotoDefinitionResponse>> {
        let links = self.session.client().definition_links;
        handlers::goto::goto(self, params, danaide_ide::goto_definition, links).await
    }

    async fn goto_declaration(&self, params: GotoDeclarationParams) -> Result<Option<GotoDeclarationResponse>> {
        let links = self.session.client().declaration_links;
        handlers::goto::goto(self, params, danaide_ide::goto_declaration, links).await
    }

    async fn goto_type_definition(
        &self,
        params: GotoTypeDefinitionParams,
    ) -> Result<Option<GotoTypeDefinitionResponse>> {
        let links = self.session.client().type_definition_links;
        handlers::goto::goto(self, params, danaide_ide::goto_type_definition, links).await
    }

    async fn goto_implementation(
        &self,
        params: GotoImplementationParams,
    ) -> Result<Option<GotoImplementationResponse>> {
        let links = self.session.client().implementation_links;
        handlers::goto::goto(self, params, danaide_ide::goto_implementation, links).await
    }

    async fn references(&self, params: ReferenceParams) -> Result<Option<Vec<Location>>> {
        handlers::references::references(self, params).await
    }

    async fn document_highlight(&self, params: DocumentHighlightParams) -> Result<Option<Vec<DocumentHighlight>>> {
        handlers::references::highlights(self, params).await
    }

    async fn linked_editing_range(&self, params: LinkedEditingRangeParams) -> Result<Option<LinkedEditingRanges>> {
        handlers::references::linked(self, params).await
    }

    async fn hover(&self, params: HoverParams) -> Result<Option<Hover>> {
        handlers::hover::hover(self, params).await
    }

    async fn prepare_rename(&self, params: TextDocumentPositionParams) -> Result<Option<PrepareRenameResponse>> {
        handlers::rename::prepare(self, params).await
    }

    async fn rename(&self, params: RenameParams) -> Result<Option<WorkspaceEdit>> {
        handlers::rename::rename(self, params).await
    }

    async fn completion(&self, params: CompletionParams) -> Result<Option<CompletionResponse>> {
        handlers::completion::completion(self, params).await
    }

    async fn completion_resolve(&self, item: CompletionItem) -> Result<CompletionItem> {
        handlers::completion::resolve(self, item).await
    }

    async fn signature_help(&self, params: SignatureHelpParams) -> Result<Option<SignatureHelp>> {
        handlers::signature_help::signature_help(self, params).await
    }

    async fn semantic_tokens_full(&self, params: SemanticTokensParams) -> Result<Option<SemanticTokensResult>> {
        handlers::semantic_tokens::full(self, params).await
    }

    async fn semantic_tokens_full_delta(
        &self,
        params: SemanticTokensDeltaParams,
    ) -> Result<Option<SemanticTokensFullDeltaResult>> {
        handlers::semantic_tokens::delta(self, params).await
    }

    async fn semantic_tokens_range(
        &self,
        params: SemanticTokensRangeParams,
    ) -> Result<Option<SemanticTokensRangeResult>> {
        handlers::semantic_tokens::range(self, params).await
    }

    async fn inlay_hint(&self, params: InlayHintParams) -> Result<Option<Vec<InlayHint>>> {
        handlers::inlay_hints::inlay_hints(self, params).await
    }

    async fn inlay_hint_resolve(&self, hint: InlayHint) -> Result<InlayHint> {
        handlers::inlay_hints::resolve(self, hint).await
    }

    async fn symbol(&self, params: WorkspaceSymbolParams) -> Result<Option<Vec<SymbolInformation>>> {
        handlers::symbols::workspace_symbols(self, params).await
    }

    async fn selection_range(&self, params: SelectionRangeParams) -> Result<Option<Vec<SelectionRange>>> {
        handlers::symbols::selection_ranges(self, params).await
    }

    async fn formatting(&self, params: DocumentFormattingParams) -> Result<Option<Vec<TextEdit>>> {
        handlers::formatting::document(self, params).await
    }

    async fn range_formatting(&self, params: DocumentRangeFormattingParams) -> Result<Option<Vec<TextEdit>>> {
        handlers::formatting::range(self, params).await
    }

    async fn on_type_formatting(&self, params: DocumentOnTypeFormattingParams) -> Result<Option<Vec<TextEdit>>> {
        handlers::formatting::on_type(self, params).await
    }

    async fn document_link(&self, params: DocumentLinkParams) -> Result<Option<Vec<DocumentLink>>> {
        handlers::symbols::document_links(self, params).await
    }

    async fn code_lens(&self, params: CodeLensParams) -> Result<Option<Vec<CodeLens>>> {
        handlers::lens::code_lenses(self, params).await
    }

    async fn code_lens_resolve(&self, lens: CodeLens) -> Result<CodeLens> {
        handlers::lens::resolve(self, lens).await
    }

    async fn code_action(&self, params: CodeActionParams) -> Result<Option<CodeActionResponse>> {
        handlers::actions::code_actions(self, params).await
    }

    async fn code_action_resolve(&self, action: CodeAction) -> Result<CodeAction> {
        handlers::actions::resolve(self, action).await
    }

    async fn execute_command(&self, params: ExecuteCommandParams) -> Result<Option<serde_json::Value>> {
        handlers::commands::execute(self, params).await
    }

    async fn prepare_call_hierarchy(
        &self,
        params: CallHierarchyPrepareParams,
    ) -> Result<Option<Vec<CallHierarchyItem>>> {
        handlers::hierarchy::prepare_calls(self, params).await
    }

    async fn incoming_calls(
        &self,
        params: CallHierarchyIncomingCallsParams,
    ) -> Result<Option<Vec<CallHierarchyIncomingCall>>> {
        handlers::hierarchy::incoming(self, params).await
    }

    async fn outgoing_calls(
        &self,
        params: CallHierarchyOutgoingCallsParams,
    ) -> Result<Option<Vec<CallHierarchyOutgoingCall>>> {
        handlers::hierarchy::outgoing(self, params).await
    }

    async fn prepare_type_hierarchy(
        &self,
        params: TypeHierarchyPrepareParams,
    ) -> Result<Option<Vec<TypeHierarchyItem>>> {
        handlers::hierarchy::prepare_types(self, params).await
    }

    async fn supertypes(&self, params: TypeHierarchySupertypesParams) -> Result<Option<Vec<TypeHierarchyItem>>> {
        handlers::hierarchy::supertypes(self, params).await
    }

    async fn subtypes(&self, params: TypeHierarchySubtypesParams) -> Result<Option<Vec<TypeHierarchyItem>>> {
        handlers::hierarchy::subtypes(self, params).await
    }

    async fn will_rename_files(&self, params: RenameFilesParams) -> Result<Option<WorkspaceEdit>> {
        handlers::rename::files(self, params).await
    }

    async fn folding_range(&self, params: FoldingRangeParams) -> Result<Option<Vec<FoldingRange>>> {
        let client = self.session.client();
        let folds = ask(&self.session, params.text_document.uri, move |it| {
            let folds = it.analysis.folding_ranges(it.file)?;
            let text = it.analysis.text(it.file)?;
            let lines = Lines::with_index(&text, it.analysis.line_index(it.file)?, it.encoding);
            Ok(convert::folding_ranges(&folds, &lines, &client))
        });
        Ok(Some(folds.await?))
    }
}

impl Server {
    /// `danaide/text`: the text of a document, for clients that show files of the library as virtual documents.
    async fn text(&self, params: TextParams) -> Result<String> {
        Ok(ask(&self.session, params.text_document.uri, |it| it.analysis.text(it.file)).await?.to_string())
    }
}

/// The parameters of `danaide/text`.
#[derive(Debug, serde::Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct TextParams {
    #[cfg_attr(test, schemars(with = "serde_json::Value"))]
    text_document: lsp_types::TextDocumentIdentifier,
}

/// The folders the client has open; older clients name one root.
fn workspace_folders(params: &InitializeParams) -> Vec<camino::Utf8PathBuf> {
    match &params.workspace_folders {
        Some(folders) => convert::disk_paths(folders.iter().map(|it| &it.uri)),
        None => convert::disk_paths(params.root_uri.iter()),
    }
}
