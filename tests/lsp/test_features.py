"""Every feature once, driven by a client that is not ours, with the capabilities of VS Code and of Neovim.

`cargo xtask ci --only lsp` runs it; `DANAIDE_BIN` is the server.
"""

import asyncio
import os
import pathlib

import pytest
import pytest_lsp
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities

SERVER = os.environ.get("DANAIDE_BIN", "danaide")

MAIN = """from helper import shared, Point

def fetch(n: int):
    sleep(0.01)
    return shared(n)

def flow(text: str) = str | len

def test_fetch():
    assert fetch(1)

interface Shape:
    area(self: Shape) -> float

a = fetch(1)
b = fetch(2)
point = Point(x=a, y="😀")
print(a, b, point.x)
"""

HELPER = """struct Point:
    x: int
    y: str

def shared(n: int) -> int:
    \"\"\"Doubles it.\"\"\"
    return n * 2
"""


@pytest_lsp.fixture(
    params=["visual_studio_code", "neovim"],
    config=ClientServerConfig(server_command=[SERVER, "lsp"]),
)
async def client(request, lsp_client: LanguageClient, tmp_path: pathlib.Path):
    (tmp_path / "main.na").write_text(MAIN)
    (tmp_path / "helper.na").write_text(HELPER)
    lsp_client.root = tmp_path
    capabilities = client_capabilities(request.param)
    lsp_client.has_notebooks = request.param == "visual_studio_code"
    if lsp_client.has_notebooks:
        # The recorded capabilities are older than that.
        capabilities.notebook_document = types.NotebookDocumentClientCapabilities(
            synchronization=types.NotebookDocumentSyncClientCapabilities(execution_summary_support=True)
        )
    if capabilities.workspace:
        # Nobody answers for a user in this test.
        capabilities.workspace.configuration = False
    for method in (
        types.CLIENT_REGISTER_CAPABILITY,
        types.WORKSPACE_DIAGNOSTIC_REFRESH,
        types.WORKSPACE_SEMANTIC_TOKENS_REFRESH,
        types.WORKSPACE_INLAY_HINT_REFRESH,
        types.WORKSPACE_CODE_LENS_REFRESH,
    ):
        if method not in lsp_client.protocol.fm.features:
            lsp_client.feature(method)(lambda *_: None)
    result = await lsp_client.initialize_session(
        types.InitializeParams(
            capabilities=capabilities,
            workspace_folders=[types.WorkspaceFolder(uri=tmp_path.as_uri(), name="w")],
        )
    )
    lsp_client.server_capabilities = result.capabilities
    for name, text in (("main.na", MAIN), ("helper.na", HELPER)):
        lsp_client.text_document_did_open(
            types.DidOpenTextDocumentParams(
                text_document=types.TextDocumentItem(uri=(tmp_path / name).as_uri(), language_id="dana", version=1, text=text)
            )
        )
    yield lsp_client
    await lsp_client.shutdown_session()


def main(client):
    return types.TextDocumentIdentifier(uri=(client.root / "main.na").as_uri())


def at(text, offset=0, of=MAIN):
    """The position of a part of the text; all before it in its line is ASCII."""
    start = of.index(text) + offset
    line = of.count("\n", 0, start)
    return types.Position(line=line, character=start - (of.rfind("\n", 0, start) + 1))


def here(client, text, offset=0):
    return {"text_document": main(client), "position": at(text, offset)}


WHOLE = types.Range(start=types.Position(0, 0), end=types.Position(MAIN.count("\n"), 0))


async def replace(client, text, version=2):
    client.text_document_did_change(
        types.DidChangeTextDocumentParams(
            text_document=types.VersionedTextDocumentIdentifier(uri=main(client).uri, version=version),
            content_changes=[types.TextDocumentContentChangeWholeDocument(text=text)],
        )
    )


async def diagnostics(client):
    """Some that were asked for, or sent, as the client has it. Those of the text before the last change may come first: they are empty."""
    uri = main(client).uri
    if client.server_capabilities.diagnostic_provider:
        report = await client.text_document_diagnostic_async(types.DocumentDiagnosticParams(text_document=main(client)))
        return report.items
    for _ in range(200):
        if client.diagnostics.get(uri):
            return client.diagnostics[uri]
        await client.wait_for_notification(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    raise AssertionError("no diagnostics came")


async def test_diagnostics_and_a_fix(client):
    await replace(client, "impotr math\n")
    found = await diagnostics(client)
    assert found and found[0].severity == types.DiagnosticSeverity.Error
    await replace(client, "print(shared(1))\n", 3)
    client.diagnostics.pop(main(client).uri, None)
    found = [it for it in await diagnostics(client) if "shared" in it.message]
    actions = await client.text_document_code_action_async(
        types.CodeActionParams(
            text_document=main(client),
            range=types.Range(types.Position(0, 6), types.Position(0, 12)),
            context=types.CodeActionContext(diagnostics=found),
        )
    )
    assert any("import" in it.title.lower() for it in actions or []), actions


async def test_refactorings(client):
    start, end = at("shared(n)\n"), at("shared(n)\n", len("shared(n)"))
    actions = await client.text_document_code_action_async(
        types.CodeActionParams(
            text_document=main(client),
            range=types.Range(start, end),
            context=types.CodeActionContext(diagnostics=[], only=[types.CodeActionKind.Refactor]),
        )
    )
    [action, *_] = [it for it in actions if it.kind == types.CodeActionKind.RefactorExtract]
    # Visual Studio Code and Neovim ask for the edit of what is chosen.
    assert action.edit is None
    resolved = await client.code_action_resolve_async(action)
    assert resolved.edit.document_changes or resolved.edit.changes


async def test_tasks_at_the_same_time(client):
    await replace(client, MAIN + "print(fetch(3))\nprint(fetch(4))\n")
    line = MAIN.count("\n")
    actions = await client.text_document_code_action_async(
        types.CodeActionParams(
            text_document=main(client),
            range=types.Range(types.Position(line, 0), types.Position(line + 2, 0)),
            context=types.CodeActionContext(diagnostics=[], only=[types.CodeActionKind.RefactorRewrite]),
        )
    )
    assert "Run at the same time" in [it.title for it in actions]


async def test_hover_of_a_task(client):
    hover = await client.text_document_hover_async(types.HoverParams(**here(client, "fetch(2)")))
    assert "task `fetch#2`" in hover.contents.value, hover.contents.value


async def test_linked_editing(client):
    await replace(client, MAIN + "def local():\n    total = 1\n    return total\n")
    position = types.Position(line=MAIN.count("\n") + 1, character=5)
    params = types.LinkedEditingRangeParams(text_document=main(client), position=position)
    assert len((await client.text_document_linked_editing_range_async(params)).ranges) == 2


async def test_hover(client):
    hover = await client.text_document_hover_async(types.HoverParams(**here(client, "shared(n)")))
    assert "Doubles it." in hover.contents.value


async def test_completion_and_resolve(client):
    await replace(client, MAIN + "point.\n")
    position = types.Position(line=MAIN.count("\n"), character=6)
    found = await client.text_document_completion_async(
        types.CompletionParams(text_document=main(client), position=position)
    )
    items = found if isinstance(found, list) else found.items
    labels = [it.label for it in items]
    assert labels[:2] == ["x", "y"], labels
    await client.completion_item_resolve_async(items[0])


async def test_signature_help(client):
    help = await client.text_document_signature_help_async(
        types.SignatureHelpParams(
            **here(client, "shared(n)\n", len("shared(")),
            context=types.SignatureHelpContext(trigger_kind=types.SignatureHelpTriggerKind.Invoked, is_retrigger=False),
        )
    )
    assert "n: int" in help.signatures[0].label


async def test_going_to_places(client):
    helper = (client.root / "helper.na").as_uri()

    def uris(found):
        found = found if isinstance(found, list) else [found]
        return [getattr(it, "target_uri", None) or it.uri for it in found]

    found = await client.text_document_definition_async(types.DefinitionParams(**here(client, "shared(n)")))
    assert uris(found) == [helper]
    found = await client.text_document_declaration_async(types.DeclarationParams(**here(client, "shared(n)")))
    assert found
    found = await client.text_document_type_definition_async(types.TypeDefinitionParams(**here(client, "point =")))
    assert uris(found) == [helper]
    await client.text_document_implementation_async(types.ImplementationParams(**here(client, "Shape:")))
    found = await client.text_document_references_async(
        types.ReferenceParams(**here(client, "shared(n)"), context=types.ReferenceContext(include_declaration=True))
    )
    assert len(found) == 3
    found = await client.text_document_document_highlight_async(types.DocumentHighlightParams(**here(client, "a = fetch")))
    assert {it.kind for it in found} == {types.DocumentHighlightKind.Read, types.DocumentHighlightKind.Write}


async def test_rename(client):
    found = await client.text_document_prepare_rename_async(types.PrepareRenameParams(**here(client, "shared(n)")))
    assert found
    edit = await client.text_document_rename_async(types.RenameParams(**here(client, "shared(n)"), new_name="other"))
    changes = edit.document_changes or edit.changes
    assert len(changes) == 2


async def test_symbols(client):
    found = await client.text_document_document_symbol_async(types.DocumentSymbolParams(text_document=main(client)))
    assert {"fetch", "flow", "test_fetch", "Shape"} <= {it.name for it in found}
    found = await client.workspace_symbol_async(types.WorkspaceSymbolParams(query="shrd"))
    assert [it.name for it in found] == ["shared"]


async def test_semantic_tokens(client):
    full = await client.text_document_semantic_tokens_full_async(types.SemanticTokensParams(text_document=main(client)))
    assert full.data and len(full.data) % 5 == 0
    part = await client.text_document_semantic_tokens_range_async(
        types.SemanticTokensRangeParams(text_document=main(client), range=types.Range(types.Position(0, 0), types.Position(1, 0)))
    )
    assert 0 < len(part.data) < len(full.data)
    await replace(client, "x = 1\n" + MAIN)
    delta = await client.text_document_semantic_tokens_full_delta_async(
        types.SemanticTokensDeltaParams(text_document=main(client), previous_result_id=full.result_id)
    )
    assert delta.result_id != full.result_id


async def test_inlay_hints(client):
    found = await client.text_document_inlay_hint_async(types.InlayHintParams(text_document=main(client), range=WHOLE))
    labels = ["".join(part.value for part in it.label) if isinstance(it.label, list) else it.label for it in found]
    assert any(it.startswith("beside ") for it in labels), labels
    await client.inlay_hint_resolve_async(found[0])


async def test_code_lenses_run_on_the_server(client):
    lenses = await client.text_document_code_lens_async(types.CodeLensParams(text_document=main(client)))
    commands = {it.command.command for it in lenses if it.command}
    assert {"danaide.run", "danaide.test"} <= commands, commands
    assert commands <= set(client.server_capabilities.execute_command_provider.commands)
    unresolved = next(it for it in lenses if not it.command)
    resolved = await client.code_lens_resolve_async(unresolved)
    assert resolved.command.title.endswith(("reference", "references"))


async def test_hierarchies(client):
    [item] = await client.text_document_prepare_call_hierarchy_async(types.CallHierarchyPrepareParams(**here(client, "fetch(n")))
    calls = await client.call_hierarchy_incoming_calls_async(types.CallHierarchyIncomingCallsParams(item=item))
    assert calls
    calls = await client.call_hierarchy_outgoing_calls_async(types.CallHierarchyOutgoingCallsParams(item=item))
    assert "shared" in {it.to.name for it in calls}
    [item] = await client.text_document_prepare_type_hierarchy_async(types.TypeHierarchyPrepareParams(**here(client, "Shape:")))
    await client.type_hierarchy_supertypes_async(types.TypeHierarchySupertypesParams(item=item))
    await client.type_hierarchy_subtypes_async(types.TypeHierarchySubtypesParams(item=item))


async def test_folding_selection_links(client):
    folds = await client.text_document_folding_range_async(types.FoldingRangeParams(text_document=main(client)))
    assert folds
    [selection] = await client.text_document_selection_range_async(
        types.SelectionRangeParams(text_document=main(client), positions=[at("shared(n)")])
    )
    assert selection.parent
    links = await client.text_document_document_link_async(types.DocumentLinkParams(text_document=main(client)))
    assert links[0].target.endswith("helper.na")


async def test_formatting(client):
    options = types.FormattingOptions(tab_size=4, insert_spaces=True)
    edits = await client.text_document_formatting_async(
        types.DocumentFormattingParams(text_document=main(client), options=options)
    )
    # Two blank lines before each of four definitions, and after the last one.
    assert edits and all(not it.new_text.strip() for it in edits), edits
    body = types.Range(start=types.Position(line=3, character=0), end=types.Position(line=4, character=0))
    assert not await client.text_document_range_formatting_async(
        types.DocumentRangeFormattingParams(text_document=main(client), range=body, options=options)
    )
    provider = client.server_capabilities.document_on_type_formatting_provider
    assert (provider is not None) == (client.capabilities.text_document.on_type_formatting is not None)
    assert not await client.text_document_on_type_formatting_async(
        types.DocumentOnTypeFormattingParams(
            text_document=main(client), position=at("a = fetch(1)"), ch="\n", options=options
        )
    )


async def test_renamed_files(client):
    edit = await client.workspace_will_rename_files_async(
        types.RenameFilesParams(
            files=[
                types.FileRename(
                    old_uri=(client.root / "helper.na").as_uri(), new_uri=(client.root / "tools.na").as_uri()
                )
            ]
        )
    )
    changes = edit.document_changes or edit.changes
    assert len(changes) == 1


async def test_modules_move(client):
    old, new = (client.root / "helper.na").as_uri(), (client.root / "tools" / "helper.na").as_uri()
    files = [types.FileRename(old_uri=old, new_uri=new)]
    edit = await client.workspace_will_rename_files_async(types.RenameFilesParams(files=files))
    changes = edit.document_changes or edit.changes
    [[change]] = [it.edits for it in changes] if edit.document_changes else changes.values()
    assert change.new_text == "tools.helper"


async def test_programs_run(client):
    answer = await client.workspace_execute_command_async(
        types.ExecuteCommandParams(command="danaide.run", arguments=[{"uri": main(client).uri}])
    )
    assert (answer["run"] if isinstance(answer, dict) else answer.run) == "1"
    for _ in range(100):
        if any("done in" in it.message for it in client.messages):
            break
        await asyncio.sleep(0.1)
    said = [it.message for it in client.log_messages]
    assert any("2 4 2" in it for it in said), said
    assert any("Run main.na: done in" in it.message for it in client.messages), client.messages


async def test_cells_of_a_notebook(client):
    if client.has_notebooks:
        assert client.server_capabilities.notebook_document_sync
    else:
        # Neovim has none, and is offered nothing for them.
        assert client.server_capabilities.notebook_document_sync is None
        return
    notebook = (client.root / "notes.ipynb").as_uri()
    texts = ["def area(width: int) -> int:\n    return width * width", "size = area(3)\nprint(sice)"]
    cells = [f"vscode-notebook-cell:{client.root}/notes.ipynb#W{number}" for number in range(len(texts))]
    client.notebook_document_did_open(
        types.DidOpenNotebookDocumentParams(
            notebook_document=types.NotebookDocument(
                uri=notebook,
                notebook_type="jupyter-notebook",
                version=1,
                cells=[types.NotebookCell(kind=types.NotebookCellKind.Code, document=it) for it in cells],
            ),
            cell_text_documents=[
                types.TextDocumentItem(uri=uri, language_id="dana", version=1, text=text) for uri, text in zip(cells, texts)
            ],
        )
    )
    second = types.TextDocumentIdentifier(uri=cells[1])
    report = await client.text_document_diagnostic_async(types.DocumentDiagnosticParams(text_document=second))
    assert [(it.range.start.line, it.code) for it in report.items] == [(1, "undefined-name")], report
    at_call = {"text_document": second, "position": at("area", of=texts[1])}
    definition = await client.text_document_definition_async(types.DefinitionParams(**at_call))
    [found] = definition if isinstance(definition, list) else [definition]
    uri = found.target_uri if isinstance(found, types.LocationLink) else found.uri
    assert uri == cells[0], found
    edit = await client.text_document_rename_async(types.RenameParams(new_name="square", **at_call))
    changed = [it.text_document.uri for it in edit.document_changes] if edit.document_changes else list(edit.changes)
    assert sorted(changed) == cells, edit
    client.notebook_document_did_close(
        types.DidCloseNotebookDocumentParams(
            notebook_document=types.NotebookDocumentIdentifier(uri=notebook),
            cell_text_documents=[types.TextDocumentIdentifier(uri=it) for it in cells],
        )
    )


async def test_own_requests(client):
    def call(method, params):
        return client.protocol.send_request_async(method, params)

    graph = await call("danaide/taskGraph", {"textDocument": {"uri": main(client).uri}, "format": "mermaid"})
    assert "fetch" in str(graph)
    status = await call("danaide/status", {})
    assert "version" in str(status)
    text = await call("danaide/text", {"textDocument": {"uri": "danaide:library/math.na"}})
    assert "def" in str(text)
