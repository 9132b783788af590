// A package without a server, and none on the PATH: what is told, and what still works.
import assert from "node:assert/strict";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as vscode from "vscode";
import { api, clearNotifications, diagnostics, folder, notifications, open, screen, until } from "./screen";

export function missing(): void {
    describe("without a server", () => {
        it("says which files were tried", async () => {
            await open("trip.na");
            await api();
            const extension = vscode.extensions.getExtension("danaide.danaide") ?? assert.fail();
            // It may have come, and hidden behind the bell, before the tests began.
            await vscode.commands.executeCommand("notifications.showList");
            const told = await until("a message is on the screen", async () => {
                const all = await notifications();
                return all.find(it => it.includes("No Danaide language server could be started"));
            });
            assert.ok(
                told.includes(`${extension.extensionPath}/server/danaide (with the extension): no such file`),
                told,
            );
            for (const path of (process.env.PATH ?? "").split(":")) {
                if (path !== "")
                    assert.ok(told.includes(`${path}/danaide (PATH): no such file`), `${path} in ${told}`);
            }
            await screen("screenshot", { name: "vscode-missing-server" });
            await vscode.commands.executeCommand("notifications.hideList");
        });

        it("says it of the setting too, and does not fall back", async () => {
            await clearNotifications();
            const path = join(folder().fsPath, "no-server");
            writeFileSync(path, "#!/bin/sh\necho 'something 1.0'\n", { mode: 0o755 });
            const settings = vscode.workspace.getConfiguration("danaide");
            await settings.update("server.path", path, vscode.ConfigurationTarget.Global);
            const told = await until("a message is on the screen", async () => {
                return (await notifications()).find(it => it.includes(path));
            });
            assert.ok(
                told.includes("(setting danaide.server.path): not Danaide: --version says “something 1.0”"),
                told,
            );
            assert.ok(!told.includes("(PATH)"), told);
        });

        it("still has colours and snippets, and its state says what is wrong", async () => {
            await open("trip.na");
            await until("keywords have another colour than names", async () => {
                const found = await screen<string[]>("styles", {
                    selector: ".view-line span span",
                    property: "color",
                });
                return new Set(found).size >= 4;
            });
            await screen("click", { selector: "#status\\.languageStatus" });
            await until("the state is shown", async () => {
                const found = await screen<string[]>("texts", { selector: ".hover-language-status" });
                return found.some(it => it.includes("Danaide not found"));
            });
            await screen("press", { key: "Escape" });
        });

        it("works as soon as the setting leads to a server", async () => {
            await clearNotifications();
            const real = process.env.DANAIDE_REAL_SERVER ?? assert.fail();
            const there = join(folder().fsPath, "there");
            mkdirSync(there, { recursive: true });
            symlinkSync(real, join(there, "danaide"));
            const settings = vscode.workspace.getConfiguration("danaide");
            await settings.update(
                "server.path",
                "${workspaceFolder}/there/danaide",
                vscode.ConfigurationTarget.Global,
            );
            await until("the server runs", async () => (await api()).server());
            const { document } = await open("broken.na");
            await until("its findings are there", () => diagnostics(document.uri).length > 0);
        });
    });
}
