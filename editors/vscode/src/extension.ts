// Starts the extension: the language server and its client, commands, views, tasks and tests.
import * as vscode from "vscode";
import { activeDana, reveal, sentence } from "./context";
import { GraphPanel } from "./graph/panel";
import { registerLibrary } from "./library";
import type { TaskGraphAnswer } from "./protocol";
import { Runner } from "./runs/runner";
import { RunTree } from "./runs/tree";
import { ServerManager } from "./server/manager";
import { registerTasks } from "./tasks";
import { Tests } from "./tests";

/** What other extensions, and the tests of this one, can reach. */
export interface Api {
    /** The version and the path of the server, once it runs. */
    server(): { version: string; command: string; pid: number | undefined } | undefined;
    /** The runs, the latest first. */
    runs(): {
        id: string;
        title: string;
        outcome: string | undefined;
        tasks: { name: string; state: string }[];
    }[];
}

export async function activate(context: vscode.ExtensionContext): Promise<Api> {
    const server = new ServerManager(context);
    const runner = new Runner(server, context.workspaceState);
    server.isRun = title => runner.runs.active.some(it => it.title === title);
    const graph = new GraphPanel(server, runner, context.extensionUri);
    context.subscriptions.push(server, runner, graph, new RunTree(runner), new Tests(runner));
    context.subscriptions.push(registerLibrary(server), registerTasks(server));

    const command = (name: string, act: (...parameters: unknown[]) => unknown) =>
        context.subscriptions.push(vscode.commands.registerCommand(name, act));
    command("danaide.run", it => runner.run(it));
    command("danaide.runWithArguments", it => runner.runWithArguments(it));
    command("danaide.runSelection", () => runner.runSelection());
    command("danaide.test", it => runner.test(it));
    command("danaide.cancel", it => runner.cancel(it));
    command("danaide.showOutput", () => runner.showOutput());
    command("danaide.clearRuns", () => runner.clear());
    command("danaide.graph", it => graph.show(it));
    command("danaide.graph.exportSvg", it => graph.exportSvg(it));
    command("danaide.graph.copyMermaid", () => copyMermaid(server));
    command("danaide.reveal", it => openPlace(it));
    command("danaide.showReferences", (uri, position, places) =>
        showReferences(server, uri, position, places),
    );
    command("danaide.server.restart", () => server.restart());
    command("danaide.server.logs", () => server.showLogs());
    command("danaide.server.version", () => server.tellVersion());
    command("danaide.newFile", () => newFile());

    // Highlighting and snippets need no server: that one is missing is told once, and does not fail the extension.
    void server.start().then(client => {
        if (client === undefined) server.tellFailure();
    });

    return {
        server() {
            const { client, command: path, version } = server;
            if (client === undefined || path === undefined || version === undefined) return undefined;
            // The client has no word for the process that it started.
            const { _serverProcess: child } = client as unknown as { _serverProcess?: { pid?: number } };
            return { version, command: path, pid: child?.pid };
        },
        runs: () =>
            runner.runs.all.map(run => ({
                id: run.id,
                title: run.title,
                outcome: run.outcome,
                tasks: [...run.tasks.values()].map(task => ({ name: task.name, state: run.stateOf(task) })),
            })),
    };
}

async function newFile(): Promise<void> {
    const document = await vscode.workspace.openTextDocument({ language: "dana", content: "" });
    await vscode.window.showTextDocument(document);
}

async function openPlace(given: unknown): Promise<void> {
    const { uri, range } = given as { uri: string; range: Parameters<typeof reveal>[1] };
    await reveal(uri, range, { focus: false });
}

/** A lens gives places as the protocol has them; the editor's own command takes its own objects. */
async function showReferences(
    server: ServerManager,
    uri: unknown,
    position: unknown,
    places: unknown,
): Promise<void> {
    const { client } = server;
    if (client === undefined || typeof uri !== "string") return;
    const { protocol2CodeConverter: convert } = client;
    const at = convert.asPosition(position as { line: number; character: number });
    const found = (places as Parameters<typeof convert.asLocation>[0][]).map(it => convert.asLocation(it));
    await vscode.commands.executeCommand("editor.action.showReferences", vscode.Uri.parse(uri), at, found);
}

async function copyMermaid(server: ServerManager): Promise<void> {
    const editor = activeDana();
    const client = editor && (await server.ready());
    if (client === undefined) return;
    try {
        const textDocument = { uri: editor?.document.uri.toString() };
        const answer: TaskGraphAnswer = await client.sendRequest("danaide/taskGraph", {
            textDocument,
            format: "mermaid",
        });
        await vscode.env.clipboard.writeText(String(answer.graph));
        void vscode.window.setStatusBarMessage("The task graph is in the clipboard, as Mermaid.", 4000);
    } catch (error) {
        void vscode.window.showErrorMessage(sentence(error));
    }
}
