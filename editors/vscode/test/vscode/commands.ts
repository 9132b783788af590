// Editing with the keys, and the commands that are in no other suite, with the real server.
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import * as vscode from "vscode";
import { api, closeAll, file, find, folder, open, screen, until } from "./screen";

async function untitled(content: string): Promise<vscode.TextEditor> {
    const document = await vscode.workspace.openTextDocument({ language: "dana", content });
    return vscode.window.showTextDocument(document);
}

export function commands(): void {
    describe("editing with the keys", () => {
        before(async () => {
            await until("the server runs", async () => (await api()).server());
        });
        afterEach(closeAll);

        it("F2 renames in all files, the ones that are not open too", async () => {
            const editor = await open("prices.na");
            const { document } = editor;
            const at = find(document, "price_of");
            await until("the server answers", async () => {
                const found = await vscode.commands.executeCommand<vscode.Location[]>(
                    "vscode.executeReferenceProvider",
                    document.uri,
                    at,
                );
                return found.length === 3;
            });
            editor.selection = new vscode.Selection(at, at);
            await vscode.commands.executeCommand("workbench.action.focusActiveEditorGroup");
            await screen("press", { key: "F2" });
            await until("the box for the new name is open", async () => {
                const classes = await screen<string[]>("attributes", {
                    selector: ".rename-box .rename-input",
                    attribute: "class",
                });
                return classes.length === 1;
            });
            await screen("fill", { selector: ".rename-box .rename-input", text: "cost_of" });
            await until("it has its new name", () => document.getText().includes("def cost_of"));
            const shop = await vscode.workspace.openTextDocument(file("shop.na"));
            assert.match(shop.getText(), /from prices import cost_of[\s\S]*cost_of\(name\)/);
            await vscode.window.showTextDocument(shop);
            await vscode.commands.executeCommand("workbench.action.files.revert");
            await vscode.window.showTextDocument(document);
            await vscode.commands.executeCommand("workbench.action.files.revert");
        });

        it("formats the document", async () => {
            const { document } = await untitled("def f( a,b ):\n  return a+b\nx=f( 1,2 )\nprint( x )\n");
            await until("it is formatted", async () => {
                await vscode.commands.executeCommand("editor.action.formatDocument");
                return document.getText().includes("x = f(1, 2)");
            });
            assert.equal(document.getText(), "def f(a, b):\n    return a + b\n\n\nx = f(1, 2)\nprint(x)\n");
        });

        it("fixes all that can be fixed without asking", async () => {
            const { document } = await untitled(
                "x = 1  # danaide: ignore\nprivate.y = 2\nprint(x, private:y)\n",
            );
            await until("what is wrong is gone", async () => {
                await vscode.commands.executeCommand("editor.action.fixAll");
                return document.getText() === "x = 1\nprivate:y = 2\nprint(x, private:y)\n";
            });
        });
    });

    describe("commands", () => {
        afterEach(closeAll);

        it("a new file is one of Dana", async () => {
            await vscode.commands.executeCommand("danaide.newFile");
            const document = vscode.window.activeTextEditor?.document;
            assert.equal(document?.languageId, "dana");
            assert.equal(document.isUntitled, true);
        });

        it("the task graph is copied as Mermaid", async () => {
            const { document } = await open("trip.na");
            await vscode.commands.executeCommand("workbench.action.focusActiveEditorGroup");
            await vscode.env.clipboard.writeText("");
            await vscode.commands.executeCommand("danaide.graph.copyMermaid");
            const copied = await until("it is in the clipboard", () => vscode.env.clipboard.readText());
            assert.match(copied, /^flowchart|^graph/m);
            for (const name of ["weather", "hotel", "flights"]) assert.ok(copied.includes(name), copied);
            assert.equal(document.isDirty, false);
        });

        it("the logs tell which server was started", async () => {
            await vscode.commands.executeCommand("danaide.server.logs");
            const text = await until("the log is on the screen", () => {
                const log = vscode.workspace.textDocuments.find(
                    it => it.uri.scheme === "output" && it.uri.path.includes("danaide.danaide"),
                );
                const content = log?.getText() ?? "";
                return content.includes("danaide") && content;
            });
            const { command } = (await api()).server() ?? assert.fail();
            assert.ok(text.includes(command), text);
            await vscode.commands.executeCommand("workbench.action.closePanel");
        });

        it("the walkthrough leads through the first steps", async () => {
            await vscode.commands.executeCommand("workbench.action.openWalkthrough", "danaide.danaide#start");
            const steps = await until("its steps are on the screen", async () => {
                const found = await screen<string[]>("texts", { selector: ".getting-started-step h3" });
                return found.length === 5 && found;
            });
            assert.deepEqual(steps, [
                "Write a program",
                "See what waits for what",
                "Look at the task graph",
                "Run it",
                "When something is wrong",
            ]);
            await screen("screenshot", { name: "vscode-walkthrough" });
        });

        it("a task of tasks.json runs a program", async () => {
            mkdirSync(vscode.Uri.joinPath(folder(), ".vscode").fsPath, { recursive: true });
            const written = {
                version: "2.0.0",
                tasks: [
                    {
                        label: "the saga",
                        type: "danaide",
                        command: "run",
                        path: "examples/saga/booking.na",
                        arguments: ["--virtual-clock"],
                    },
                ],
            };
            writeFileSync(file(".vscode/tasks.json").fsPath, JSON.stringify(written));
            const task = await until("the task is known", async () =>
                (await vscode.tasks.fetchTasks()).find(it => it.name === "the saga"),
            );
            const ended = new Promise<number | undefined>(done => {
                const over = vscode.tasks.onDidEndTaskProcess(it => {
                    if (it.execution.task.name !== "the saga") return;
                    over.dispose();
                    done(it.exitCode);
                });
            });
            await vscode.tasks.executeTask(task);
            assert.equal(await ended, 0);
            await vscode.commands.executeCommand("workbench.action.closePanel");
        });
    });
}
