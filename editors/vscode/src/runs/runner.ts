// Runs programs in the server: sends the commands, follows the notifications, shows the output.

import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import { activeDana, type Connection, reveal, sentence } from "../context";
import { duration } from "../graph/text";
import type { Ask, RunFinished, RunOutput, RunStarted, RunTasks, Target } from "../protocol";
import { ending, type Run, Runs } from "./model";
import { completeTarget, parametersOf, readValue } from "./target";

export class Runner implements vscode.Disposable {
    readonly runs = new Runs();
    private readonly changed = new vscode.EventEmitter<Run | undefined>();
    private readonly ended = new vscode.EventEmitter<Run>();
    readonly onChanged = this.changed.event;
    readonly onEnded = this.ended.event;
    private readonly output = vscode.window.createOutputChannel("Dana Run");
    private readonly item = vscode.window.createStatusBarItem(
        "danaide.run",
        vscode.StatusBarAlignment.Left,
        5,
    );
    private readonly parts: vscode.Disposable[] = [this.output, this.item, this.changed, this.ended];
    private open: vscode.Disposable[] = [];
    private lastRun: string | undefined;

    constructor(
        private readonly connection: Connection,
        private readonly memory: vscode.Memento,
    ) {
        this.item.name = "Dana: Runs";
        this.item.command = "danaide.cancel";
        this.parts.push(
            connection.onStarted(client => this.listen(client)),
            connection.onStopped(() => this.lose()),
        );
    }

    dispose(): void {
        for (const it of [...this.open, ...this.parts]) it.dispose();
    }

    private listen(client: LanguageClient): void {
        for (const it of this.open) it.dispose();
        this.open = [
            client.onNotification("danaide/runStarted", (it: RunStarted) => this.started(it)),
            client.onNotification("danaide/runOutput", (it: RunOutput) => this.wrote(it)),
            client.onNotification("danaide/runTasks", (it: RunTasks) => this.tasks(it)),
            client.onNotification("danaide/runFinished", (it: RunFinished) => this.finished(it)),
            client.onRequest("danaide/ask", (it: Ask) => this.ask(it)),
        ];
    }

    /** The server ended: what ran in it did too. */
    private lose(): void {
        for (const run of this.runs.lost()) {
            this.line("stopped: the language server ended");
            this.ended.fire(run);
        }
        this.update(undefined);
    }

    private started(message: RunStarted): void {
        const run = this.runs.start(message, Date.now());
        if (this.runs.active.length === 1) this.output.clear();
        this.line(`── ${run.title} ──`);
        this.lastRun = run.id;
        const show = vscode.workspace.getConfiguration("danaide").get<string>("run.show", "output");
        if (show === "output") this.output.show(true);
        if (show === "tasks")
            void vscode.commands.executeCommand("danaide.runs.focus", { preserveFocus: true });
        this.update(run);
    }

    private wrote({ run, text }: RunOutput): void {
        // Output of several runs at once: say whose it is when it changes.
        if (this.lastRun !== run && this.runs.active.length > 1) {
            this.line(`── ${this.runs.find(run)?.title ?? run} ──`);
        }
        this.lastRun = run;
        this.atStart = text.endsWith("\n");
        this.output.append(text);
    }

    private atStart = true;

    private line(text: string): void {
        this.output.appendLine(this.atStart ? text : `\n${text}`);
        this.atStart = true;
    }

    private tasks({ run: id, tasks }: RunTasks): void {
        const run = this.runs.find(id);
        if (run === undefined) return;
        run.apply(tasks);
        this.update(run);
    }

    private finished(message: RunFinished): void {
        const run = this.runs.find(message.run);
        if (run === undefined) return;
        run.finished = message;
        this.line(ending(message));
        this.update(run);
        this.ended.fire(run);
        if (message.error !== null && message.outcome !== "cancelled") this.tell(run, message);
    }

    private async tell(run: Run, { error, tests }: RunFinished): Promise<void> {
        if (error === null) return;
        const { uri, range } = error;
        const first = error.message.split("\n", 1)[0] ?? "";
        const text = tests && tests.length > 0 ? `${run.title}: tests failed` : `${run.title}: ${first}`;
        const choices = uri !== null && range !== null ? ["Go to Line", "Show Output"] : ["Show Output"];
        const choice = await vscode.window.showErrorMessage(text, ...choices);
        if (choice === "Go to Line" && uri !== null) await reveal(uri, range, { focus: true });
        if (choice === "Show Output") this.output.show(false);
    }

    private async ask({ run, question, default: preset }: Ask): Promise<{ answer: string | null }> {
        const options: vscode.InputBoxOptions = {
            title: this.runs.find(run)?.title ?? "Dana",
            prompt: question,
            ignoreFocusOut: true,
        };
        if (preset !== null) options.value = preset;
        const cancel = new vscode.CancellationTokenSource();
        const over = this.onEnded(it => it.id === run && cancel.cancel());
        try {
            const answer = await vscode.window.showInputBox(options, cancel.token);
            return { answer: answer ?? null };
        } finally {
            over.dispose();
            cancel.dispose();
        }
    }

    private update(run: Run | undefined): void {
        const { active } = this.runs;
        void vscode.commands.executeCommand("setContext", "danaide.running", active.length > 0);
        void vscode.commands.executeCommand("setContext", "danaide.hasRuns", this.runs.all.length > 0);
        const [first] = active;
        if (first === undefined) {
            this.item.hide();
        } else {
            const what = active.length === 1 ? first.title : `${active.length} runs`;
            this.item.text = `$(sync~spin) ${what}`;
            this.item.tooltip = `Running for ${duration(Date.now() - first.began)}. Click to cancel.`;
            this.item.show();
        }
        this.changed.fire(run);
    }

    /** The channel with what programs write. */
    showOutput(): void {
        this.output.show(false);
    }

    clear(): void {
        this.runs.clear();
        this.update(undefined);
    }

    /** Sends a command of the server; tells the person what it refuses. The id of the run is the answer. */
    async send(command: string, ...parameters: unknown[]): Promise<string | undefined> {
        if (!vscode.workspace.isTrusted) {
            const manage = "Manage Workspace Trust";
            const text = "Programs do not run in a workspace that you have not trusted.";
            void vscode.window.showWarningMessage(text, manage).then(choice => {
                if (choice === manage) void vscode.commands.executeCommand("workbench.trust.manage");
            });
            return undefined;
        }
        const client = await this.connection.ready();
        if (client === undefined) return undefined;
        try {
            const request = { command, arguments: parameters };
            const answer: { run?: unknown } | null = await client.sendRequest(
                "workspace/executeCommand",
                request,
            );
            return typeof answer?.run === "string" ? answer.run : undefined;
        } catch (error) {
            const known = client.initializeResult?.capabilities.executeCommandProvider?.commands ?? [];
            const text = known.includes(command)
                ? sentence(error)
                : `This language server cannot run programs; it needs a newer Danaide. (${sentence(error)})`;
            void vscode.window.showErrorMessage(text);
            return undefined;
        }
    }

    private target(given: unknown): Target | undefined {
        const editor = activeDana();
        const place = editor && {
            uri: editor.document.uri.toString(),
            languageId: editor.document.languageId,
        };
        const target = completeTarget(given, place);
        if (typeof target !== "string") return target;
        void vscode.window.showInformationMessage(target);
        return undefined;
    }

    async run(given: unknown): Promise<string | undefined> {
        const target = this.target(given);
        if (target === undefined) return undefined;
        const complete = target.function === undefined ? target : await this.askArguments(target, false);
        return complete && this.send("danaide.run", complete);
    }

    /** Asks for all parameters, also for those that have defaults. */
    async runWithArguments(given: unknown): Promise<string | undefined> {
        const target = this.target(given);
        const complete = target && (await this.askArguments(target, true));
        return complete && this.send("danaide.run", complete);
    }

    /** The target with values for the parameters; undefined if the person changed her mind. */
    private async askArguments(target: Target, all: boolean): Promise<Target | undefined> {
        if (target.arguments !== undefined) return target;
        const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(target.uri));
        const name = target.function ?? "__main__";
        const parameters = parametersOf(document.getText(), name).filter(it => all || it.isRequired);
        const values: Record<string, unknown> = {};
        for (const [index, { name: parameter, type, isRequired }] of parameters.entries()) {
            const key = `arguments:${target.uri}:${name}:${parameter}`;
            const text = await vscode.window.showInputBox({
                title: `${name === "__main__" ? "Run" : name} (${index + 1} of ${parameters.length})`,
                prompt: `${parameter}${type === undefined ? "" : `: ${type}`}`,
                placeHolder: isRequired ? "JSON, or text" : "JSON, or text; empty for the default",
                value: this.memory.get(key, ""),
                ignoreFocusOut: true,
            });
            if (text === undefined) return undefined;
            await this.memory.update(key, text);
            if (text !== "" || isRequired) values[parameter] = readValue(text, type);
        }
        return parameters.length === 0 ? target : { ...target, arguments: values };
    }

    async runSelection(): Promise<string | undefined> {
        const editor = activeDana();
        if (editor === undefined) {
            void vscode.window.showInformationMessage("Open a Dana file first.");
            return undefined;
        }
        const { selection, document } = editor;
        // Without a selection the line of the cursor.
        const chosen = selection.isEmpty ? document.lineAt(selection.active.line).range : selection;
        const at = ({ line, character }: vscode.Position) => ({ line, character });
        const range = { start: at(chosen.start), end: at(chosen.end) };
        return this.send("danaide.runSelection", { uri: document.uri.toString(), range });
    }

    async test(given: unknown): Promise<string | undefined> {
        const target = this.target(given);
        return target && this.send("danaide.test", target);
    }

    async cancel(given: unknown): Promise<void> {
        const { active } = this.runs;
        let id = idOf(given);
        if (id === undefined && active.length > 1) {
            const every = { label: "All of them", id: undefined };
            const items = active.map(it => ({
                label: it.title,
                description: duration(Date.now() - it.began),
                id: it.id,
            }));
            const choice = await vscode.window.showQuickPick([every, ...items], {
                title: "Which run is to be cancelled?",
            });
            if (choice === undefined) return;
            id = choice.id;
        }
        const client = this.connection.client;
        if (client === undefined || active.length === 0) {
            void vscode.window.showInformationMessage("Nothing is running.");
            return;
        }
        try {
            const request = { command: "danaide.cancel", arguments: [id === undefined ? {} : { run: id }] };
            await client.sendRequest("workspace/executeCommand", request);
        } catch (error) {
            void vscode.window.showErrorMessage(sentence(error));
        }
    }

    /** Waits for the end of a run. */
    whenEnded(id: string): Promise<RunFinished> {
        const known = this.runs.find(id)?.finished;
        if (known !== undefined) return Promise.resolve(known);
        return new Promise(done => {
            const over = this.onEnded(run => {
                if (run.id !== id || run.finished === undefined) return;
                over.dispose();
                done(run.finished);
            });
        });
    }
}

/** Cancel is called with nothing, with a run of the tree, or with an id. */
function idOf(given: unknown): string | undefined {
    if (typeof given !== "object" || given === null || !("run" in given)) return undefined;
    const { run } = given;
    if (typeof run === "string") return run;
    return typeof run === "object" && run !== null && "id" in run ? String(run.id) : undefined;
}
