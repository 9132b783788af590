// The task graph beside the code: asks the server for it, follows edits, the cursor and runs.
import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import { activeDana, type Connection, reveal, sentence } from "../context";
import type { Graph, TaskGraphAnswer, TaskGraphParams } from "../protocol";
import type { Runner } from "../runs/runner";
import { completeTarget } from "../runs/target";
import type { FromView, ToView } from "./messages";
import { activities } from "./text";

/** How long after an edit the graph is asked for again. */
const PAUSE_MS = 300;

export class GraphPanel implements vscode.Disposable {
    private panel: vscode.WebviewPanel | undefined;
    private uri: string | undefined;
    private shown: string | null = null;
    private graphs: Graph[] = [];
    private isReady = false;
    private pause: NodeJS.Timeout | undefined;
    private asked = 0;
    private readonly parts: vscode.Disposable[];
    private saveTo: ((svg: string) => void) | undefined;

    constructor(
        private readonly connection: Connection,
        private readonly runner: Runner,
        private readonly extension: vscode.Uri,
    ) {
        this.parts = [
            vscode.workspace.onDidChangeTextDocument(it => this.edited(it.document)),
            vscode.window.onDidChangeTextEditorSelection(it => this.moved(it.textEditor)),
            runner.onChanged(() => this.sendActivity()),
            connection.onStarted(() => this.refresh()),
        ];
    }

    dispose(): void {
        clearTimeout(this.pause);
        this.panel?.dispose();
        for (const it of this.parts) it.dispose();
    }

    /** Shows the graph of a function, or of what the cursor is in. */
    async show(given: unknown): Promise<void> {
        const editor = activeDana();
        const place = editor && {
            uri: editor.document.uri.toString(),
            languageId: editor.document.languageId,
        };
        const target = completeTarget(given, place);
        if (typeof target === "string") {
            void vscode.window.showInformationMessage(target);
            return;
        }
        if ((await this.connection.ready()) === undefined) return;
        this.uri = target.uri;
        // What a lens asks for is named; else it is what the cursor is in.
        const named = functionOf(given);
        this.shown =
            named ?? (editor?.document.uri.toString() === target.uri ? await this.around(editor) : null);
        this.open();
        await this.refresh();
    }

    private open(): void {
        if (this.panel !== undefined) {
            this.panel.reveal(this.panel.viewColumn ?? vscode.ViewColumn.Beside, true);
            return;
        }
        const show = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
        const roots = [
            vscode.Uri.joinPath(this.extension, "dist"),
            vscode.Uri.joinPath(this.extension, "media"),
        ];
        const panel = vscode.window.createWebviewPanel("danaide.graph", "Task Graph", show, {
            enableScripts: true,
            localResourceRoots: roots,
            retainContextWhenHidden: true,
        });
        const at = (name: string) => vscode.Uri.joinPath(this.extension, "media", name);
        panel.iconPath = { light: at("graph-light.svg"), dark: at("graph-dark.svg") };
        this.isReady = false;
        panel.webview.onDidReceiveMessage((it: FromView) => this.receive(it));
        panel.onDidDispose(() => {
            this.panel = undefined;
            this.isReady = false;
        });
        panel.webview.html = page(panel.webview, this.extension);
        this.panel = panel;
    }

    private async around(editor: vscode.TextEditor): Promise<string | null> {
        const { line, character } = editor.selection.active;
        const document = await this.ask({
            textDocument: { uri: editor.document.uri.toString() },
            position: { line, character },
        });
        return document?.[0]?.name ?? null;
    }

    private async ask(params: TaskGraphParams): Promise<Graph[] | undefined> {
        const client = this.connection.client;
        if (client === undefined) return undefined;
        const answer: TaskGraphAnswer = await client.sendRequest("danaide/taskGraph", params);
        return typeof answer.graph === "string" ? [] : answer.graph.graphs;
    }

    private async refresh(): Promise<void> {
        if (this.panel === undefined || this.uri === undefined) return;
        this.asked += 1;
        const turn = this.asked;
        let problem: string | null = null;
        try {
            const graphs = await this.ask({ textDocument: { uri: this.uri } });
            if (turn !== this.asked || graphs === undefined) return;
            this.graphs = graphs;
        } catch (error) {
            if (turn !== this.asked) return;
            problem = sentence(error);
        }
        const file = vscode.Uri.parse(this.uri).path.split("/").at(-1) ?? "";
        if (this.panel !== undefined) this.panel.title = `Graph: ${file}`;
        const shown = this.graphs.some(it => it.name === this.shown) ? this.shown : largest(this.graphs);
        this.send({ type: "graphs", uri: this.uri, file, graphs: this.graphs, shown, problem });
        this.sendActivity();
    }

    private send(message: ToView): void {
        if (this.isReady) void this.panel?.webview.postMessage(message);
    }

    private edited(document: vscode.TextDocument): void {
        if (document.uri.toString() !== this.uri || this.panel === undefined) return;
        clearTimeout(this.pause);
        this.pause = setTimeout(() => void this.refresh(), PAUSE_MS);
    }

    private moved(editor: vscode.TextEditor): void {
        if (editor.document.uri.toString() !== this.uri) return;
        this.send({ type: "cursor", line: editor.selection.active.line });
    }

    /** What the latest run of the document did, until the text changes. */
    private sendActivity(): void {
        if (this.panel === undefined || this.uri === undefined) return;
        const uri = this.uri;
        const run = this.runner.runs.all.find(it => [...it.tasks.values()].some(task => task.uri === uri));
        const activity: Record<
            string,
            [string, ReturnType<typeof activities> extends Map<string, infer A> ? A : never][]
        > = {};
        if (run !== undefined) {
            const busy = run.busy();
            const tasks = [...run.tasks.values()].map(it => {
                const state = run.stateOf(it);
                return {
                    ...it,
                    state: state === "waiting" && busy.has(it.id) ? ("running" as const) : state,
                };
            });
            for (const graph of this.graphs) activity[graph.name] = [...activities(graph, uri, tasks)];
        }
        this.send({ type: "activity", activity });
    }

    private async receive(message: FromView): Promise<void> {
        switch (message.type) {
            case "ready":
                this.isReady = true;
                await this.refresh();
                break;
            case "shown":
                this.shown = message.name;
                break;
            case "open": {
                if (this.uri === undefined) return;
                const start = { line: message.line, character: message.character };
                const end = { line: message.endLine, character: message.endCharacter };
                await reveal(this.uri, { start, end }, { focus: message.focus });
                break;
            }
            case "svg":
                if (this.saveTo !== undefined) {
                    this.saveTo(message.text);
                    this.saveTo = undefined;
                } else {
                    await this.save(message.name, message.text);
                }
                break;
        }
    }

    private async save(name: string, text: string): Promise<void> {
        const base = this.uri === undefined ? undefined : vscode.Uri.parse(this.uri);
        const file = `${name.replace(/[^\w.-]+/g, "_").replace(/^_(file)_$/, "$1")}.svg`;
        const options: vscode.SaveDialogOptions = {
            filters: { "SVG picture": ["svg"] },
            title: "Export Task Graph",
        };
        if (base?.scheme === "file") options.defaultUri = vscode.Uri.joinPath(base, "..", file);
        const target = await vscode.window.showSaveDialog(options);
        if (target === undefined) return;
        await vscode.workspace.fs.writeFile(target, Buffer.from(text, "utf8"));
        const choice = await vscode.window.showInformationMessage(
            `The task graph is in ${target.fsPath}.`,
            "Open",
        );
        if (choice === "Open") await vscode.commands.executeCommand("vscode.open", target);
    }

    /** Writes the picture to a file, after asking where if no file is given. */
    async exportSvg(target?: unknown): Promise<void> {
        if (this.panel === undefined) await this.show(undefined);
        if (this.panel === undefined) return;
        if (!(target instanceof vscode.Uri)) {
            this.send({ type: "export" });
            return;
        }
        const text = await new Promise<string>(done => {
            this.saveTo = done;
            this.send({ type: "export" });
        });
        await vscode.workspace.fs.writeFile(target, Buffer.from(text, "utf8"));
    }
}

function functionOf(given: unknown): string | null {
    if (typeof given !== "object" || given === null || !("function" in given)) return null;
    return typeof given.function === "string" ? given.function : null;
}

/** If nothing was asked for, the graph with the most to see. */
function largest(graphs: readonly Graph[]): string | null {
    const sorted = [...graphs].sort(
        (a, b) => b.nodes.length + b.edges.length - (a.nodes.length + a.edges.length),
    );
    return sorted[0]?.name ?? null;
}

/** The page has one script, of this extension, and reaches nothing else. */
function page(webview: vscode.Webview, extension: vscode.Uri): string {
    const nonce = randomBytes(18).toString("base64");
    const script = webview.asWebviewUri(vscode.Uri.joinPath(extension, "dist", "graph.js")).toString();
    const style = webview.asWebviewUri(vscode.Uri.joinPath(extension, "media", "view.css")).toString();
    const policy = `default-src 'none'; script-src 'nonce-${nonce}'; style-src ${webview.cspSource};`;
    return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${style}">
<title>Task Graph</title>
</head>
<body>
<header>
<select id="graphs" aria-label="Which function"></select>
<span id="summary"></span>
<button id="out" title="Smaller (-)" aria-label="Smaller">−</button>
<button id="in" title="Larger (+)" aria-label="Larger">+</button>
<button id="fit" title="All of it (0)">Fit</button>
<button id="export" title="Save the picture as a file">Export SVG</button>
</header>
<main id="canvas" aria-label="Task graph. Arrow keys move between tasks, Enter goes to the line, o opens what a task calls."></main>
<footer>
<div id="about" role="status"></div>
<div class="legend" aria-hidden="true"><div><i class="data"></i>value</div><div><i class="order"></i>order, waits</div><div><i class="control"></i>decision</div><div><i class="critical"></i>longest chain</div></div>
</footer>
<script nonce="${nonce}" src="${script}"></script>
</body>
</html>`;
}
