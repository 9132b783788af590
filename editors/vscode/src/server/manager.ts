// Keeps one language server: finds it, starts it, starts it anew, says what became of it.

import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import { type Connection, sentence } from "../context";
import type { ServerStatus } from "../protocol";
import { createClient, SELECTOR, State } from "./client";
import { type Attempt, discover, failureReport, failureSummary, type Server } from "./discovery";

export class ServerManager implements Connection, vscode.Disposable {
    private running: LanguageClient | undefined;
    private server: Server | undefined;
    private starting: Promise<LanguageClient | undefined> | undefined;
    private attempts: Attempt[] = [];
    private readonly started = new vscode.EventEmitter<LanguageClient>();
    private readonly stopped = new vscode.EventEmitter<void>();
    readonly onStarted = this.started.event;
    readonly onStopped = this.stopped.event;
    private readonly output = vscode.window.createOutputChannel("Danaide", { log: true });
    private readonly trace = vscode.window.createOutputChannel("Danaide Trace", { log: true });
    private readonly status = vscode.languages.createLanguageStatusItem("danaide.server", SELECTOR);
    private readonly parts: vscode.Disposable[];

    /** Says whether a title is that of a run; set by what knows the runs. */
    isRun: (title: string) => boolean = () => false;

    constructor(private readonly context: vscode.ExtensionContext) {
        this.status.name = "Dana language server";
        this.parts = [
            this.output,
            this.trace,
            this.status,
            this.started,
            this.stopped,
            vscode.workspace.onDidGrantWorkspaceTrust(() => void this.restart()),
            vscode.workspace.onDidChangeConfiguration(it => {
                if (it.affectsConfiguration("danaide.server")) void this.restart();
            }),
        ];
    }

    async dispose(): Promise<void> {
        for (const it of this.parts) it.dispose();
        await this.stop();
    }

    get client(): LanguageClient | undefined {
        return this.running?.state === State.Running ? this.running : undefined;
    }

    get command(): string | undefined {
        return this.server?.command;
    }

    get version(): string | undefined {
        return this.server?.version;
    }

    async ready(): Promise<LanguageClient | undefined> {
        const client = this.client ?? (await this.start());
        if (client !== undefined) return client;
        this.tellFailure();
        return undefined;
    }

    /** Starts a server unless one runs or is just starting. */
    start(): Promise<LanguageClient | undefined> {
        if (this.running?.state === State.Running) return Promise.resolve(this.running);
        this.starting ??= this.launch().finally(() => {
            this.starting = undefined;
        });
        return this.starting;
    }

    private async launch(): Promise<LanguageClient | undefined> {
        await this.stop();
        this.show("busy");
        const configuration = vscode.workspace.getConfiguration("danaide");
        const { server, attempts } = await discover({
            setting: configuration.get("server.path", ""),
            extension: this.context.extensionPath,
            workspace: vscode.workspace.workspaceFolders?.[0]?.uri.fsPath,
            environment: process.env,
            platform: process.platform,
            timeoutMs: 1000 * configuration.get("server.probeSeconds", 5),
        });
        this.attempts = attempts;
        this.server = server;
        if (server === undefined) {
            this.output.error(failureReport(attempts));
            this.show("missing");
            return undefined;
        }
        for (const it of attempts) this.output.info(`not used: ${it.command}: ${it.problem}`);
        this.output.info(`starting ${server.command} ${server.version} (${server.origin})`);
        const gaveUp = (message: string) => this.failed(message);
        const isRun = (title: string) => this.isRun(title);
        const client = createClient(server, { output: this.output, trace: this.trace, gaveUp, isRun });
        this.running = client;
        let wasRunning = false;
        client.onDidChangeState(({ newState }) => {
            if (this.running !== client) return;
            if (newState === State.Running) {
                // Also after a server that ended was started anew.
                wasRunning = true;
                this.show("running");
                this.started.fire(client);
            } else if (wasRunning) {
                wasRunning = false;
                this.show("busy");
                this.stopped.fire();
            }
        });
        try {
            await client.start();
            return client;
        } catch (error) {
            this.attempts = [
                ...attempts,
                { origin: server.origin, command: `${server.command} lsp`, problem: sentence(error) },
            ];
            this.failed(failureReport(this.attempts));
            return undefined;
        }
    }

    private failed(message: string): void {
        this.output.error(message);
        this.show("failed");
        this.stopped.fire();
        const again = "Restart";
        const logs = "Show Logs";
        void vscode.window
            .showErrorMessage(message.split("\n", 1)[0] ?? message, again, logs)
            .then(choice => {
                if (choice === again) void this.restart();
                if (choice === logs) this.showLogs();
            });
    }

    /** Says which files were tried; more of it is in the log. */
    tellFailure(): void {
        if (this.attempts.length === 0) return;
        const settings = "Open Settings";
        const logs = "Show Details";
        const again = "Try Again";
        void vscode.window
            .showErrorMessage(failureSummary(this.attempts), settings, again, logs)
            .then(choice => {
                if (choice === settings) {
                    void vscode.commands.executeCommand(
                        "workbench.action.openSettings",
                        "danaide.server.path",
                    );
                }
                if (choice === again) void this.restart();
                if (choice === logs) this.showLogs();
            });
    }

    private async stop(): Promise<void> {
        const client = this.running;
        this.running = undefined;
        if (client === undefined) return;
        try {
            if (client.state !== State.Stopped) await client.stop(3000);
        } catch (error) {
            this.output.warn(`the language server did not stop in order: ${sentence(error)}`);
        }
        try {
            await client.dispose(1000);
        } catch {
            // It is gone in any case.
        }
        this.stopped.fire();
    }

    async restart(): Promise<boolean> {
        // A start that is under way reads the settings of before.
        await this.starting;
        await this.stop();
        const client = await this.start();
        if (client === undefined) this.tellFailure();
        return client !== undefined;
    }

    showLogs(): void {
        this.output.show(false);
    }

    private show(state: "busy" | "running" | "missing" | "failed"): void {
        const { status } = this;
        status.busy = state === "busy";
        status.severity =
            state === "missing" || state === "failed"
                ? vscode.LanguageStatusSeverity.Error
                : vscode.LanguageStatusSeverity.Information;
        const limited = vscode.workspace.isTrusted ? "" : ", limited";
        const texts = {
            busy: "Danaide starts…",
            running: `Danaide ${this.server?.version ?? ""}${limited}`,
            missing: "Danaide not found",
            failed: "Danaide ended",
        };
        status.text = texts[state];
        status.detail =
            state === "running"
                ? vscode.workspace.isTrusted
                    ? "language server"
                    : "language server; programs do not run, since the workspace is not trusted"
                : "language server";
        status.command =
            state === "missing" || state === "failed"
                ? { command: "danaide.server.restart", title: "Try Again" }
                : { command: "danaide.server.version", title: "Details" };
    }

    /** Tells the version, where the server is, and what it is doing, and gives the same as text. */
    async tellVersion(): Promise<string | undefined> {
        const client = await this.ready();
        if (client === undefined || this.server === undefined) return undefined;
        const lines = [`Danaide ${this.server.version}, ${this.server.command} (${this.server.origin})`];
        try {
            const status: ServerStatus = await client.sendRequest("danaide/status", {});
            lines.push(`running for ${Math.round(status.uptimeSeconds)} s, ${status.files} files`);
            if (status.memoryBytes) lines.push(`${Math.round(status.memoryBytes / 1e6)} MB of memory`);
            if (status.indexing) lines.push(`indexing: ${status.indexing.done} of ${status.indexing.total}`);
            this.output.info(JSON.stringify(status, null, 2));
        } catch {
            // A server without this request still has a version.
        }
        lines.push(
            `extension ${this.context.extension.packageJSON.version}, Visual Studio Code ${vscode.version}`,
        );
        const text = lines.join("; ");
        const copy = "Copy";
        const logs = "Show Logs";
        const again = "Restart";
        void vscode.window.showInformationMessage(text, copy, logs, again).then(choice => {
            if (choice === copy) void vscode.env.clipboard.writeText(text);
            if (choice === logs) this.showLogs();
            if (choice === again) void this.restart();
        });
        return text;
    }
}
