// The language features, the graph and the server's life in a trusted workspace, with the real server.
import assert from "node:assert/strict";
import * as vscode from "vscode";
import {
    api,
    clearNotifications,
    closeAll,
    codeOf,
    diagnostics,
    file,
    find,
    folder,
    notifications,
    open,
    pause,
    screen,
    until,
} from "./screen";

const text = (it: vscode.MarkdownString | vscode.MarkedString) => (typeof it === "string" ? it : it.value);

/** The answer of the server about the whole document. */
async function hints(document: vscode.TextDocument): Promise<vscode.InlayHint[]> {
    const whole = new vscode.Range(0, 0, document.lineCount, 0);
    return vscode.commands.executeCommand("vscode.executeInlayHintProvider", document.uri, whole);
}

const label = (it: vscode.InlayHint) =>
    typeof it.label === "string" ? it.label : it.label.map(part => part.value).join("");

export function main(): void {
    describe("language features", () => {
        before(async () => {
            await api();
            await until("the server runs", async () => (await api()).server());
        });
        afterEach(closeAll);

        it("is installed from its package, with the server that it brings", async () => {
            const extension = vscode.extensions.getExtension("danaide.danaide");
            assert.ok(extension);
            const { command, version } = (await api()).server() ?? assert.fail();
            assert.ok(
                extension.extensionPath.includes("/extensions/danaide.danaide-"),
                extension.extensionPath,
            );
            assert.equal(command, `${extension.extensionPath}/server/danaide`);
            assert.match(version, /^\d+\.\d+\.\d+/);
        });

        it("shows colours before and after the server has spoken", async () => {
            const { document } = await open("trip.na");
            assert.equal(document.languageId, "dana");
            const tokens = await until("there are semantic tokens", () =>
                vscode.commands.executeCommand<vscode.SemanticTokens>(
                    "vscode.provideDocumentSemanticTokens",
                    document.uri,
                ),
            );
            assert.ok(tokens.data.length > 100);
            const colours = await until("keywords have another colour than names", async () => {
                const found = await screen<string[]>("styles", {
                    selector: ".view-line span span",
                    property: "color",
                });
                return new Set(found).size >= 4 && found;
            });
            assert.ok(colours.length > 20);
        });

        it("shows diagnostics while there is something wrong", async () => {
            const { document } = await open("broken.na");
            const found = await until("a finding appears", () => {
                const all = diagnostics(document.uri);
                return all.length > 0 && all;
            });
            assert.deepEqual(found, ["2 undefined-name `nmae` is not defined; did you mean `name`?"]);
            const edit = new vscode.WorkspaceEdit();
            const start = find(document, "nmae");
            edit.replace(document.uri, new vscode.Range(start, start.translate(0, 4)), "name");
            await vscode.workspace.applyEdit(edit);
            await until("the finding is gone", () => diagnostics(document.uri).length === 0);
        });

        it("applies a quick fix", async () => {
            const { document } = await open("broken.na");
            await until("a finding appears", () => diagnostics(document.uri).length > 0);
            const at = find(document, "nmae");
            const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
                "vscode.executeCodeActionProvider",
                document.uri,
                new vscode.Range(at, at.translate(0, 4)),
                vscode.CodeActionKind.QuickFix.value,
            );
            const fix = actions.find(it => it.title.includes("`name`")) ?? actions[0];
            assert.ok(fix, "there is a fix");
            // As a person does: the light bulb's key, then the first entry.
            const editor = await open("broken.na");
            editor.selection = new vscode.Selection(at, at);
            await vscode.commands.executeCommand("editor.action.quickFix");
            await until("the menu of fixes is open", async () => {
                const found = await screen<string[]>("texts", {
                    selector: ".action-widget .action-list-item-title, .action-widget .title",
                });
                return found.some(it => it.includes("name")) && found;
            });
            await pause(400);
            await screen("screenshot", { name: "vscode-quick-fix", inImages: true });
            await screen("press", { key: "Enter" });
            await until("the fix is applied", () => document.getText().includes("{name}"));
            await until("the finding is gone", () => diagnostics(document.uri).length === 0);
        });

        it("hovers", async () => {
            const { document } = await open("shop.na");
            const at = find(document, "price_of", 2).translate(0, 2);
            const found = await until("there is a hover", async () => {
                const all = await vscode.commands.executeCommand<vscode.Hover[]>(
                    "vscode.executeHoverProvider",
                    document.uri,
                    at,
                );
                return all.length > 0 && all;
            });
            const shown = found.flatMap(it => it.contents.map(text)).join("\n");
            assert.match(shown, /price_of\(name: str\)/);
            assert.match(shown, /What one of them costs\./);
        });

        it("completes, and the entry that is chosen is inserted", async () => {
            const editor = await open("shop.na");
            const { document } = editor;
            await until("the server answers", async () => {
                const found = await vscode.commands.executeCommand<vscode.CompletionList>(
                    "vscode.executeCompletionItemProvider",
                    document.uri,
                    find(document, "price_of", 2),
                );
                return found.items.some(
                    it => it.label === "price_of" || (it.label as { label: string }).label === "price_of",
                );
            });
            const end = document.lineAt(document.lineCount - 1).range.end;
            await editor.edit(it => it.insert(end, "\nprint(pri"));
            const cursor = document.lineAt(document.lineCount - 1).range.end;
            editor.selection = new vscode.Selection(cursor, cursor);
            await vscode.commands.executeCommand("workbench.action.focusActiveEditorGroup");
            await vscode.commands.executeCommand("editor.action.triggerSuggest");
            await until("the list shows it", async () => {
                const rows = await screen<string[]>("texts", {
                    selector: ".suggest-widget.visible .monaco-list-row",
                });
                return rows.some(it => it.includes("price_of")) && rows;
            });
            await pause(500);
            await screen("screenshot", { name: "vscode-completion", inImages: true });
            await screen("click", {
                selector: ".suggest-widget.visible .monaco-list-row .label-name",
                text: "price_of",
            });
            await until("it is inserted", () =>
                /print\(price_of/.test(document.lineAt(document.lineCount - 1).text),
            );
        });

        it("renames across files", async () => {
            const { document } = await open("prices.na");
            const at = find(document, "price_of");
            const edit = await until("the server answers", () =>
                vscode.commands.executeCommand<vscode.WorkspaceEdit>(
                    "vscode.executeDocumentRenameProvider",
                    document.uri,
                    at,
                    "cost_of",
                ),
            );
            const touched = edit.entries().map(([uri]) => uri.path.split("/").at(-1));
            assert.deepEqual(touched.sort(), ["prices.na", "shop.na"]);
            await vscode.workspace.applyEdit(edit);
            const shop = await vscode.workspace.openTextDocument(file("shop.na"));
            assert.match(shop.getText(), /from prices import cost_of[\s\S]*cost_of\(name\)/);
            assert.match(document.getText(), /def cost_of/);
            for (const uri of [shop.uri, document.uri]) {
                await vscode.window.showTextDocument(uri);
                await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
            }
        });

        it("says no to a rename that cannot be, with the reason", async () => {
            const { document } = await open("prices.na");
            await assert.rejects(
                async () =>
                    vscode.commands.executeCommand(
                        "vscode.executeDocumentRenameProvider",
                        document.uri,
                        find(document, "price_of"),
                        "for",
                    ),
                /keyword|cannot|`for`/,
            );
        });

        it("shows what tasks wait for, on their lines", async () => {
            const { document } = await open("trip.na");
            const found = await until("there are hints", async () => {
                const all = (await hints(document)).map(it => `${it.position.line + 1} ${label(it)}`);
                return all.some(it => /waits for|after|beside/.test(it)) && all;
            });
            assert.ok(
                found.some(it => it.startsWith("18 ")),
                found.join("\n"),
            );
            // On the screen a space of a hint is one that does not break.
            await until("a hint is on the screen", async () => {
                const lines = await screen<string[]>("texts", { selector: ".view-line" });
                return (
                    lines.some(it => /hotel\(city\).*(beside|with|while)/.test(it.replace(/\u00a0/g, " "))) &&
                    lines
                );
            });
            await pause(500);
            await screen("screenshot", { name: "vscode-task-hints", inImages: true });
        });

        it("opens the library, which cannot be written", async () => {
            const { document } = await open("asks.na");
            const at = find(document, "print").translate(0, 1);
            const found = await until("the definition is found", async () => {
                const all = await vscode.commands.executeCommand<(vscode.Location | vscode.LocationLink)[]>(
                    "vscode.executeDefinitionProvider",
                    document.uri,
                    at,
                );
                return all[0];
            });
            const uri = "targetUri" in found ? found.targetUri : found.uri;
            assert.equal(uri.scheme, "danaide");
            const library = await vscode.workspace.openTextDocument(uri);
            assert.match(library.getText(), /def print/);
            assert.equal(library.languageId, "dana");
        });

        it("counts references, and shows them", async () => {
            const { document } = await open("prices.na");
            const lenses = await until("there are lenses", async () => {
                const all = await vscode.commands.executeCommand<vscode.CodeLens[]>(
                    "vscode.executeCodeLensProvider",
                    document.uri,
                    20,
                );
                return all.length > 0 && all;
            });
            const lens = lenses.find(it => it.command?.command === "danaide.showReferences");
            assert.match(lens?.command?.title ?? "", /reference/);
            await vscode.commands.executeCommand(
                "danaide.showReferences",
                ...(lens?.command?.arguments ?? []),
            );
            await until("the places are shown", async () => {
                const found = await screen<string[]>("texts", {
                    selector: ".reference-zone-widget",
                });
                return found.some(it => it.includes("shop.na")) && found;
            });
        });

        it("indents as Dana is written", async () => {
            const document = await vscode.workspace.openTextDocument({ language: "dana", content: "" });
            await vscode.window.showTextDocument(document);
            await vscode.commands.executeCommand("workbench.action.focusActiveEditorGroup");
            for (const line of ["def f(x):", "if x:", "return 1"]) {
                await vscode.commands.executeCommand("type", { text: line });
                await vscode.commands.executeCommand("type", { text: "\n" });
            }
            await vscode.commands.executeCommand("hideSuggestWidget");
            await vscode.commands.executeCommand("type", { text: "z" });
            assert.deepEqual(document.getText().split("\n"), [
                "def f(x):",
                "    if x:",
                "        return 1",
                "    z",
            ]);
        });

        it("inserts snippets", async () => {
            const document = await vscode.workspace.openTextDocument({ language: "dana", content: "" });
            const editor = await vscode.window.showTextDocument(document);
            await vscode.commands.executeCommand("editor.action.insertSnippet", {
                langId: "dana",
                name: "Retry",
            });
            assert.match(editor.document.getText(), /^@retry\(attempts=3, initial=1, backoff=2\)\ndef call/);
        });
    });

    describe("the task graph", () => {
        afterEach(closeAll);

        it("opens beside the code; a click on a task moves the cursor", async () => {
            const editor = await open("trip.na");
            const { document } = editor;
            const lenses = await until("there is a lens for it", async () => {
                const all = await vscode.commands.executeCommand<vscode.CodeLens[]>(
                    "vscode.executeCodeLensProvider",
                    document.uri,
                );
                return all.find(it => it.command?.command === "danaide.graph");
            });
            assert.equal(lenses.command?.title, "Graph");
            await vscode.commands.executeCommand("danaide.graph", {
                uri: document.uri.toString(),
                function: "plan",
            });
            const names = await until("the tasks are drawn", async () => {
                const found = await screen<string[]>("texts", { selector: "g.node .name", webview: true });
                return found.length === 3 && found;
            });
            assert.deepEqual(names.map(it => it.replace(/ .*/, "")).sort(), ["flights", "hotel", "weather"]);
            await screen("click", { selector: "g.node", text: "flights", webview: true });
            await until(
                "the cursor is on the line",
                () => editor.selection.active.line === find(document, "flight = ").line,
            );
            assert.deepEqual(editor.selection.active, find(document, "flights(city, sky)"));
            await pause(300);
            await screen("screenshot", { name: "vscode-task-graph", inImages: true });
        });

        it("can be used with the keyboard", async () => {
            const editor = await open("trip.na");
            const { document } = editor;
            await vscode.commands.executeCommand("danaide.graph", {
                uri: document.uri.toString(),
                function: "plan",
            });
            await until("the tasks are drawn", async () => {
                const found = await screen<string[]>("texts", { selector: "g.node .name", webview: true });
                return found.length === 3;
            });
            const tabs = await screen<string[]>("attributes", {
                selector: "g.node",
                attribute: "tabindex",
                webview: true,
            });
            assert.deepEqual(tabs.sort(), ["-1", "-1", "0"]);
            await screen("focus", { selector: "g.node[data-id='plan/weather']", webview: true });
            await screen("press", { key: "ArrowDown" });
            await until("the next task has the focus", async () => {
                const [id] = await screen<string[]>("attributes", {
                    selector: "g.node:focus",
                    attribute: "data-id",
                    webview: true,
                });
                return id === "plan/flights";
            });
            await screen("press", { key: "Space" });
            await until(
                "the cursor is there",
                () => editor.selection.active.line === find(document, "flight = ").line,
            );
            await screen("press", { key: "o" });
            await until("the graph of what it calls is open", async () => {
                const found = await screen<string[]>("texts", { selector: "g.node .name", webview: true });
                return found.join() === "sleep";
            });
            const [spoken] = await screen<string[]>("attributes", {
                selector: "g.node",
                attribute: "aria-label",
                webview: true,
            });
            assert.match(spoken ?? "", /^task sleep; line 12; does time/);
        });

        it("follows edits", async () => {
            const editor = await open("trip.na");
            const { document } = editor;
            await vscode.commands.executeCommand("danaide.graph", {
                uri: document.uri.toString(),
                function: "plan",
            });
            const count = async () =>
                (await screen<string[]>("texts", { selector: "g.node", webview: true })).length;
            await until("the tasks are drawn", async () => (await count()) === 3);
            await editor.edit(it => it.insert(find(document, "    flight = "), "    more = hotel(sky)\n"));
            await until("the new task is drawn", async () => (await count()) === 4);
        });

        it("is exported as a picture that needs nothing else", async () => {
            const { document } = await open("trip.na");
            await vscode.commands.executeCommand("danaide.graph", {
                uri: document.uri.toString(),
                function: "plan",
            });
            await until("the tasks are drawn", async () => {
                return (await screen<string[]>("texts", { selector: "g.node", webview: true })).length === 3;
            });
            const target = vscode.Uri.joinPath(folder(), "plan.svg");
            await vscode.commands.executeCommand("danaide.graph.exportSvg", target);
            const svg = Buffer.from(await vscode.workspace.fs.readFile(target)).toString("utf8");
            assert.match(svg, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
            assert.ok(svg.includes("flights") && svg.includes("</svg>"));
            assert.ok(!svg.includes("var(--"), "colours are written out");
            assert.match(svg, /fill: ?#[0-9a-fA-F]{3,8}|fill: ?rgb/);
        });

        it("follows the theme, and reaches no network", async () => {
            const { document } = await open("trip.na");
            await vscode.commands.executeCommand("danaide.graph", {
                uri: document.uri.toString(),
                function: "plan",
            });
            const fill = async () =>
                (
                    await screen<string[]>("styles", {
                        selector: "g.node rect",
                        property: "fill",
                        webview: true,
                    })
                )[0];
            const dark = await until("the tasks are drawn", fill);
            const settings = vscode.workspace.getConfiguration("workbench");
            await settings.update("colorTheme", "Default Light Modern", vscode.ConfigurationTarget.Global);
            await until("the colours change", async () => (await fill()) !== dark);
            await pause(500);
            await screen("screenshot", { name: "vscode-task-graph-light" });
            await settings.update("colorTheme", "Default Dark Modern", vscode.ConfigurationTarget.Global);
            const outside = await screen<string[]>("outside");
            assert.deepEqual(
                outside.filter(it => it.includes("danaide")),
                [],
            );
        });
    });

    describe("the server", () => {
        afterEach(closeAll);

        it("starts again after it was killed, and works", async () => {
            const { document } = await open("broken.na");
            const { pid } = await until("the server runs", async () => (await api()).server());
            assert.ok(pid, "the process is known");
            process.kill(pid, "SIGKILL");
            const next = await until("there is another process", async () => {
                const now = (await api()).server()?.pid;
                return now !== undefined && now !== pid && now;
            });
            assert.notEqual(next, pid);
            await until("it answers", async () => {
                const all = await vscode.commands.executeCommand<vscode.Hover[]>(
                    "vscode.executeHoverProvider",
                    document.uri,
                    find(document, "greet"),
                );
                return all.length > 0;
            });
            await until("its findings are there", () => diagnostics(document.uri).length > 0);
            assert.deepEqual(await notifications(), [], "nobody is bothered");
        });

        it("is restarted by a command", async () => {
            const { pid } = await until("the server runs", async () => (await api()).server());
            assert.equal(await vscode.commands.executeCommand("danaide.server.restart"), true);
            assert.notEqual((await api()).server()?.pid, pid);
        });

        it("tells its version and where it is", async () => {
            const told = await vscode.commands.executeCommand<string>("danaide.server.version");
            const { version, command } = (await api()).server() ?? assert.fail();
            assert.ok(told.includes(version) && told.includes(command) && told.includes("bundled"), told);
            await until("it is on the screen", async () =>
                (await notifications()).some(it => it.includes(version)),
            );
            await clearNotifications();
        });

        it("shows its state beside the language", async () => {
            await open("trip.na");
            await screen("click", { selector: "#status\\.languageStatus" });
            const shown = await until("the state is shown", async () => {
                const found = await screen<string[]>("texts", { selector: ".hover-language-status" });
                return found.some(it => it.includes("Danaide")) && found;
            });
            assert.match(shown.join("\n"), /Danaide \d+\.\d+\.\d+/);
            await screen("press", { key: "Escape" });
        });
    });

    describe("tasks", () => {
        it("check is a build task whose output becomes problems", async () => {
            const tasks = await vscode.tasks.fetchTasks({ type: "danaide" });
            const check = tasks.find(
                it => it.definition.command === "check" && it.definition.path === undefined,
            );
            assert.ok(check, tasks.map(it => it.name).join());
            assert.equal(check.group, vscode.TaskGroup.Build);
            const ended = new Promise<number | undefined>(done => {
                const over = vscode.tasks.onDidEndTaskProcess(it => {
                    if (it.execution.task.definition.command !== "check") return;
                    over.dispose();
                    done(it.exitCode);
                });
            });
            await vscode.tasks.executeTask(check);
            assert.equal(await ended, 3);
            const found = await until("the problem is there", () =>
                vscode.languages
                    .getDiagnostics(file("broken.na"))
                    .find(it => codeOf(it) === "undefined-name" && it.message.includes("nmae")),
            );
            assert.equal(found.range.start.line, 1);
            assert.equal(found.range.start.character, 21);
            await vscode.commands.executeCommand("workbench.action.closePanel");
        });
    });
}
