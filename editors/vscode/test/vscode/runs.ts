// Running from the editor. The first part plays scripted runs, so that each notification of the protocol is seen; the
// second runs programs with the real server, if it can run them.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as vscode from "vscode";
import {
    api,
    clearNotifications,
    closeAll,
    codeOf,
    find,
    folder,
    notifications,
    open,
    pause,
    screen,
    until,
} from "./screen";

/** What the channel with the output holds. */
function output(): string {
    const channel = vscode.workspace.textDocuments.find(
        it => it.uri.scheme === "output" && it.uri.path.includes("Dana Run"),
    );
    return channel?.getText() ?? "";
}

async function ended(count: number): Promise<string | undefined> {
    const runs = await until("the run has ended", async () => {
        const all = (await api()).runs();
        return all.length >= count && all[0]?.outcome !== undefined && all;
    });
    return runs[0]?.outcome;
}

const count = async () => (await api()).runs().length;

async function lens(document: vscode.TextDocument, command: string, name: string): Promise<vscode.Command> {
    const found = await until(`there is a lens ${command}`, async () => {
        const all = await vscode.commands.executeCommand<vscode.CodeLens[]>(
            "vscode.executeCodeLensProvider",
            document.uri,
        );
        return all.find(
            it => it.command?.command === command && it.command.arguments?.[0]?.function === name,
        );
    });
    assert.ok(found.command);
    return found.command;
}

/** The rows of the view of runs, with what stands beside the names. */
const rows = () => screen<string[]>("texts", { selector: ".pane-body .monaco-list-row .monaco-tl-contents" });

/** Answers in the input box. */
async function answer(text: string): Promise<void> {
    await screen("fill", { selector: ".quick-input-widget input[type=text]", text });
}

async function useServer(path: string): Promise<void> {
    const settings = vscode.workspace.getConfiguration("danaide");
    await settings.update("server.path", path, vscode.ConfigurationTarget.Global);
    await until("that server runs", async () => (await api()).server()?.command === path, 20_000);
}

export function runs(): void {
    describe("scripted runs", () => {
        before(async () => {
            await api();
            const path = join(folder().fsPath, "fake-danaide");
            writeFileSync(path, '#!/bin/sh\nexec "$DANAIDE_NODE" "$DANAIDE_FAKE_SERVER" "$@"\n', {
                mode: 0o755,
            });
            await useServer(path);
        });
        beforeEach(clearNotifications);
        afterEach(async () => {
            await vscode.workspace.getConfiguration("danaide").update("run.show", undefined, true);
            await vscode.commands.executeCommand("danaide.clearRuns");
            await closeAll();
        });

        it("output streams, tasks are shown while they run, a click leads to their lines", async () => {
            const editor = await open("scripted/trip.na");
            await vscode.workspace.getConfiguration("danaide").update("run.show", "tasks", true);
            // To open it the first time takes as long as some of the tasks.
            await vscode.commands.executeCommand("danaide.runs.focus", { preserveFocus: true });
            await pause(1000);
            await vscode.commands.executeCommand("danaide.run");
            await until("a task runs", async () => (await rows()).some(it => /hotel.*running/.test(it)));
            assert.equal((await api()).runs()[0]?.outcome, undefined);
            assert.equal(await ended(1), "done");
            const shown = await until("the end is shown", async () => {
                const found = await rows();
                return found.some(it => /trip\.nadone · /.test(it)) && found;
            });
            assert.ok(
                shown.some(it => /flights.*ms.*2 attempts/.test(it)),
                shown.join("\n"),
            );
            await screen("click", { selector: ".pane-body .monaco-list-row .label-name", text: "flights" });
            await until("the cursor is on the line", () => editor.selection.active.line === 10);
            await vscode.commands.executeCommand("danaide.showOutput");
            await until("the output is there", () =>
                /Planning Oslo \.\.\.\nA room in Oslo\ndone after/.test(output()),
            );
        });

        it("the graph lights up", async () => {
            const { document } = await open("scripted/trip.na");
            const uri = document.uri.toString();
            await vscode.commands.executeCommand("danaide.graph", { uri, function: "(file)" });
            await until("the tasks are drawn", async () => {
                const found = await screen<string[]>("texts", { selector: "g.node .name", webview: true });
                return found.some(it => it.startsWith("hotel"));
            });
            await vscode.commands.executeCommand("danaide.run", { uri });
            const state = async (name: string) =>
                screen<string[]>("texts", { selector: `g.node.is-${name} .name`, webview: true });
            await until("a task is lit", async () =>
                (await state("running")).some(it => it.startsWith("hotel")),
            );
            assert.equal(await ended(1), "done");
            await until("all are done", async () => (await state("done")).length === 3);
        });

        it("asks for arguments that are missing", async () => {
            const { document } = await open("scripted/trip.na");
            const uri = document.uri.toString();
            const run = vscode.commands.executeCommand("danaide.run", { uri, function: "greet" });
            for (const [prompt, value] of [
                ["name: str", "3"],
                ["times: int", "4"],
            ] as const) {
                await until(`${prompt} is asked for`, async () => {
                    const found = await screen<string[]>("texts", {
                        selector: ".quick-input-widget .quick-input-message",
                    });
                    return found.some(it => it.includes(prompt));
                });
                await answer(value);
            }
            await run;
            await ended(1);
            assert.equal((await api()).runs()[0]?.title, 'greet {"name":"3","times":4}');
        });

        it("answers questions of the program", async () => {
            await open("scripted/asks.na");
            await vscode.commands.executeCommand("danaide.run");
            await until("the question is on the screen", async () => {
                const found = await screen<string[]>("texts", {
                    selector: ".quick-input-widget .quick-input-message",
                });
                return found.some(it => it.includes("What is your name?"));
            });
            await pause(300);
            await screen("screenshot", { name: "vscode-question" });
            await answer("Ada");
            assert.equal(await ended(1), "done");
            await until("the answer arrived", () => output().includes("Hello, Ada"));
        });

        it("runs the selection, or the line of the cursor", async () => {
            const editor = await open("scripted/trip.na");
            editor.selection = new vscode.Selection(7, 0, 9, 4);
            await vscode.commands.executeCommand("danaide.runSelection");
            await ended(1);
            assert.equal((await api()).runs()[0]?.title, "trip.na lines 8–10");
        });
    });

    describe("runs of the real server", () => {
        before(async () => {
            await useServer(process.env.DANAIDE_REAL_SERVER ?? assert.fail());
        });
        beforeEach(clearNotifications);
        afterEach(async () => {
            await vscode.workspace.getConfiguration("danaide").update("run.show", undefined, true);
            await vscode.commands.executeCommand("danaide.clearRuns");
            await closeAll();
        });

        it("the lens Run streams output and shows tasks", async () => {
            const editor = await open("trip.na");
            const { document } = editor;
            await vscode.commands.executeCommand("workbench.action.closeSidebar");
            const run = await lens(document, "danaide.run", "__main__");
            assert.equal(run.title, "Run");
            const before = await count();
            await vscode.commands.executeCommand("danaide.graph", {
                uri: document.uri.toString(),
                function: "plan",
            });
            await until("the graph is drawn", async () => {
                return (await screen<string[]>("texts", { selector: "g.node", webview: true })).length === 3;
            });
            await vscode.workspace.getConfiguration("danaide").update("run.show", "tasks", true);
            // To open it the first time takes as long as some of the tasks.
            await vscode.commands.executeCommand("danaide.runs.focus", { preserveFocus: true });
            await pause(1000);
            await vscode.commands.executeCommand(run.command, ...(run.arguments ?? []));
            await until("a task runs", async () =>
                (await rows()).some(it => /(hotel|weather).*(running|waiting)/.test(it)),
            );
            assert.equal((await api()).runs()[0]?.outcome, undefined);
            const line = find(document, "    flight = ").line;
            editor.revealRange(new vscode.Range(line - 5, 0, line + 4, 0), vscode.TextEditorRevealType.AtTop);
            await pause(250);
            await screen("screenshot", { name: "vscode-run", inImages: true });
            assert.equal(await ended(before + 1), "done");
            await vscode.commands.executeCommand("workbench.view.explorer");
            await vscode.commands.executeCommand("danaide.showOutput");
            await until("the output is there", () => /Planning Oslo \.\.\.\nSun In Oslo/.test(output()));
        });

        it("Cancel stops a long run", async () => {
            await open("long.na");
            const before = await count();
            await vscode.commands.executeCommand("danaide.run");
            await until("output streams while it runs", () => /tick 0\ntick 1/.test(output()));
            assert.equal((await api()).runs()[0]?.outcome, undefined);
            await vscode.commands.executeCommand("danaide.cancel");
            assert.equal(await ended(before + 1), "cancelled");
        });

        it("a failing run marks its line, until the text changes", async () => {
            const editor = await open("fails.na");
            const { document } = editor;
            const before = await count();
            await vscode.commands.executeCommand("danaide.run");
            assert.equal(await ended(before + 1), "failed");
            const mark = await until("the line is marked", () =>
                vscode.languages.getDiagnostics(document.uri).find(it => it.source === "danaide run"),
            );
            assert.equal(mark.range.start.line, 1);
            assert.match(`${codeOf(mark)} ${mark.message}`, /division by zero/);
            assert.ok((mark.relatedInformation?.length ?? 0) > 0, "the way to it is there");
            await until("the message is on the screen", async () => {
                return (await notifications()).some(it => it.includes("division by zero"));
            });
            await vscode.commands.executeCommand("workbench.action.closePanel");
            await vscode.commands.executeCommand("editor.action.marker.next");
            await pause(700);
            await screen("screenshot", { name: "vscode-failure", inImages: true });
            await editor.edit(it => it.insert(new vscode.Position(0, 0), "# changed\n"));
            await until("the mark is gone", () =>
                vscode.languages.getDiagnostics(document.uri).every(it => it.source !== "danaide run"),
            );
        });

        it("runs the buffer as it is, saved or not", async () => {
            const document = await vscode.workspace.openTextDocument({
                language: "dana",
                content: 'print("unsaved")',
            });
            await vscode.window.showTextDocument(document);
            const before = await count();
            await vscode.commands.executeCommand("danaide.run");
            assert.equal(await ended(before + 1), "done");
            await until("the output is there", () => output().includes("unsaved"));
        });

        it("runs the selection", async () => {
            const editor = await open("fails.na");
            const at = find(editor.document, 'print("before")');
            editor.selection = new vscode.Selection(at, at.translate(0, 15));
            const before = await count();
            await vscode.commands.executeCommand("danaide.runSelection");
            assert.equal(await ended(before + 1), "done");
            await until("the output is there", () => output().includes("before"));
        });

        it("tests run from their lens, with results", async () => {
            const { document } = await open("trip.na");
            const test = await lens(document, "danaide.test", "test_weather");
            const before = await count();
            await vscode.commands.executeCommand(test.command, ...(test.arguments ?? []));
            assert.equal(await ended(before + 1), "done");
            await until("the result is there", () => /passed\s+test_weather/.test(output()));
            await vscode.commands.executeCommand("danaide.test", { uri: document.uri.toString() });
            await ended(before + 2);
            await until("all results are there", () => /FAILED\s+test_room/.test(output()));
        });

        it("tests run in the test explorer", async () => {
            await open("trip.na");
            const before = await count();
            await vscode.commands.executeCommand("workbench.view.testing.focus");
            await vscode.commands.executeCommand("testing.runAll");
            await until("the runs have ended", async () => {
                const all = (await api()).runs();
                return all.length > before && all.every(it => it.outcome !== undefined);
            });
            await until("the results are in the tree", async () => {
                const icons = await screen<string[]>("attributes", {
                    selector: ".test-explorer .monaco-list-row .computed-state",
                    attribute: "class",
                });
                return (
                    icons.some(it => it.includes("testing-failed")) || icons.some(it => it.includes("failed"))
                );
            });
            await vscode.commands.executeCommand("workbench.view.explorer");
        });

        it("a program asks and gets its answer", async () => {
            await open("asks.na");
            const before = await count();
            await vscode.commands.executeCommand("danaide.run");
            await until("the question is on the screen", async () => {
                const found = await screen<string[]>("texts", {
                    selector: ".quick-input-widget .quick-input-message",
                });
                return found.some(it => it.includes("What is your name?"));
            });
            await answer("Ada");
            assert.equal(await ended(before + 1), "done");
            await until("the answer arrived", () => output().includes("Hello, Ada"));
        });

        it("a program waits for an approval and a choice, as buttons", async () => {
            await open("approves.na");
            const before = await count();
            await vscode.commands.executeCommand("danaide.run");
            for (const [question, choice] of [
                ["Send the mail?", "Yes"],
                ["Which size?", "large"],
            ] as const) {
                await until(`${question} is asked`, async () =>
                    (await notifications()).some(it => it.includes(question)),
                );
                await screen("click", { selector: ".notification-list-item .monaco-button", text: choice });
            }
            assert.equal(await ended(before + 1), "done");
            await until("the answers arrived", () => output().includes("True large"));
        });

        it("asks for all arguments when it is told to", async () => {
            await open("trip.na");
            const before = await count();
            const run = vscode.commands.executeCommand("danaide.runWithArguments");
            await until("the parameter with a default is asked for", async () => {
                const found = await screen<string[]>("texts", {
                    selector: ".quick-input-widget .quick-input-message",
                });
                return found.some(it => it.includes("city: str"));
            });
            await answer("Rome");
            await run;
            assert.equal(await ended(before + 1), "done");
            await until("the argument arrived", () => output().includes("Planning Rome ..."));
        });
    });
}
