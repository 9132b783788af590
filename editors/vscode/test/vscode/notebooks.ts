// Cells in Dana of a Jupyter notebook: one module, whose answers are in the cells.
import assert from "node:assert/strict";
import * as vscode from "vscode";
import { api, diagnostics, file, find, pause, screen, until } from "./screen";

export function notebooks(): void {
    describe("notebooks", () => {
        it("cells see what is defined above, and show what is wrong in them", async () => {
            await until("the server runs", async () => (await api()).server());
            const notebook = await vscode.workspace.openNotebookDocument(file("notes.ipynb"));
            await vscode.window.showNotebookDocument(notebook);
            const [first, , last] = notebook.getCells().map(it => it.document);
            assert.ok(first !== undefined && last !== undefined);
            assert.deepEqual([first.languageId, last.languageId], ["dana", "dana"]);
            const found = await until("a finding appears", () => {
                const all = diagnostics(last.uri);
                return all.length > 0 && all;
            });
            assert.deepEqual(found, ["2 undefined-name `sice` is not defined; did you mean `size`?"]);
            assert.deepEqual(diagnostics(first.uri), []);

            const definitions = await vscode.commands.executeCommand<
                (vscode.Location | vscode.LocationLink)[]
            >("vscode.executeDefinitionProvider", last.uri, find(last, "area"));
            const [definition] = definitions;
            assert.ok(definition);
            const target = "targetUri" in definition ? definition.targetUri : definition.uri;
            assert.equal(target.toString(), first.uri.toString());
            const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
                "vscode.executeHoverProvider",
                last.uri,
                find(last, "area"),
            );
            assert.equal(hovers[0]?.range?.start.line, 0);
            const hints = await vscode.commands.executeCommand<vscode.InlayHint[]>(
                "vscode.executeInlayHintProvider",
                last.uri,
                new vscode.Range(0, 0, last.lineCount, 0),
            );
            assert.ok(
                hints.some(it => it.position.line === 0),
                "a hint of a type",
            );
            await pause(500);
            await screen("screenshot", { name: "vscode-notebook" });

            const edit = new vscode.WorkspaceEdit();
            const at = find(last, "sice");
            edit.replace(last.uri, new vscode.Range(at, at.translate(0, 4)), "size");
            await vscode.workspace.applyEdit(edit);
            await until("the finding is gone", () => diagnostics(last.uri).length === 0);
            await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
        });
    });
}
