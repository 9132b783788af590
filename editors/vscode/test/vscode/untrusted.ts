// A workspace that is not trusted: the language features work, nothing runs.
import assert from "node:assert/strict";
import * as vscode from "vscode";
import { api, diagnostics, notifications, open, screen, until } from "./screen";

export function untrusted(): void {
    describe("in a workspace that is not trusted", () => {
        before(() => assert.equal(vscode.workspace.isTrusted, false));

        it("language features work", async () => {
            const { document } = await open("broken.na");
            await until("the server runs", async () => (await api()).server());
            await until("its findings are there", () => diagnostics(document.uri).length > 0);
        });

        it("there are no lenses that run something", async () => {
            const { document } = await open("trip.na");
            const lenses = await until("there are lenses", async () => {
                const all = await vscode.commands.executeCommand<vscode.CodeLens[]>(
                    "vscode.executeCodeLensProvider",
                    document.uri,
                );
                return all.length > 0 && all;
            });
            const commands = new Set(lenses.map(it => it.command?.command));
            assert.ok(commands.has("danaide.graph"));
            assert.ok(!commands.has("danaide.run") && !commands.has("danaide.test"), [...commands].join());
        });

        it("nothing runs, and a message says why", async () => {
            await open("trip.na");
            assert.equal(await vscode.commands.executeCommand("danaide.run"), undefined);
            await until("the message is on the screen", async () => {
                return (await notifications()).some(it => it.includes("that you have not trusted"));
            });
            for (const name of ["danaide.runSelection", "danaide.test"])
                assert.equal(await vscode.commands.executeCommand(name), undefined, name);
            assert.deepEqual((await api()).runs(), []);
            await screen("screenshot", { name: "vscode-untrusted" });
        });

        it("the server's path of the workspace does not count", async () => {
            const extension = vscode.extensions.getExtension("danaide.danaide");
            const restricted =
                extension?.packageJSON.capabilities.untrustedWorkspaces.restrictedConfigurations;
            assert.ok(restricted.includes("danaide.server.path"));
            const { command } = (await api()).server() ?? assert.fail();
            const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? assert.fail();
            assert.ok(!command.startsWith(folder), command);
        });
    });
}
