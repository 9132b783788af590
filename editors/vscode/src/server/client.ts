// The client of the language server: with what it says it can do beyond the protocol, and how failures are told.

import * as vscode from "vscode";
import {
    type CancellationToken,
    CloseAction,
    type DynamicFeature,
    ErrorAction,
    type ErrorHandler,
    type InitializeParams,
    LanguageClient,
    type LanguageClientOptions,
    type MessageSignature,
    type ServerOptions,
    State,
    type StaticFeature,
    TransportKind,
} from "vscode-languageclient/node";
import type { Server } from "./discovery";
import { forServer } from "./settings";

/** Documents of the library come from the server, with this scheme. */
export const LIBRARY_SCHEME = "danaide";

export const SELECTOR = [
    { scheme: "file", language: "dana" },
    { scheme: "untitled", language: "dana" },
    { scheme: "vscode-notebook-cell", language: "dana" },
    { scheme: LIBRARY_SCHEME, language: "dana" },
    { scheme: "file", pattern: "**/danaide.toml" },
];

/** Commands of lenses. Without trust nothing runs, so there are no lenses that would. */
function lensCommands(trusted: boolean): string[] {
    const always = ["danaide.graph", "danaide.showReferences"];
    return trusted ? ["danaide.run", "danaide.test", ...always] : always;
}

/** The commands of this extension are there before the server is, so those of the server are not registered again. */
class Client extends LanguageClient {
    override registerFeature(feature: StaticFeature | DynamicFeature<never>): void {
        const type = "registrationType" in feature ? feature.registrationType : undefined;
        if (type?.method === "workspace/executeCommand") return;
        super.registerFeature(feature as StaticFeature);
    }

    /** A request that fails is in the log; a pop-up for each would only be in the way, above all when a server ends. */
    override handleFailedRequest<T>(
        type: MessageSignature,
        token: CancellationToken | undefined,
        error: unknown,
        fallback: T,
        _tell?: boolean,
        throwOnCancel?: boolean,
    ): T {
        return super.handleFailedRequest(type, token, error, fallback, false, throwOnCancel);
    }
}

/** Starts a server that ended anew, but gives up on one that ends again and again. */
export class Restarts implements ErrorHandler {
    private ends: number[] = [];

    constructor(
        private readonly gaveUp: (message: string) => void,
        private readonly now: () => number = Date.now,
    ) {}

    error() {
        return { action: ErrorAction.Continue, handled: true };
    }

    closed() {
        const now = this.now();
        this.ends = [...this.ends.filter(it => now - it < 180_000), now];
        if (this.ends.length < 5) return { action: CloseAction.Restart };
        const message =
            "The Danaide language server ended five times within three minutes and is not started again.";
        this.gaveUp(message);
        return { action: CloseAction.DoNotRestart, message, handled: true };
    }
}

export interface ClientParts {
    output: vscode.LogOutputChannel;
    trace: vscode.LogOutputChannel;
    gaveUp(message: string): void;
    /** Whether a title is that of a run: its progress is shown otherwise. */
    isRun(title: string): boolean;
}

/** The settings in the form that the server takes, at the start and whenever they change. */
function settings(): Record<string, unknown> {
    return forServer(vscode.workspace.getConfiguration("danaide")) as Record<string, unknown>;
}

export function createClient(server: Server, parts: ClientParts): LanguageClient {
    const configuration = vscode.workspace.getConfiguration("danaide");
    const extra = configuration.get<string[]>("server.arguments", []);
    const environment = configuration.get<Record<string, string>>("server.environment", {});
    const run = {
        command: server.command,
        args: ["lsp", ...extra],
        transport: TransportKind.stdio,
        options: { env: { ...process.env, ...environment } },
    };
    const serverOptions: ServerOptions = { run, debug: run };
    const trusted = vscode.workspace.isTrusted;
    const hidden = new Set<string | number>();
    const options: LanguageClientOptions = {
        documentSelector: SELECTOR,
        outputChannel: parts.output,
        traceOutputChannel: parts.trace,
        errorHandler: new Restarts(parts.gaveUp),
        initializationOptions: { danaide: { ...settings(), trusted } },
        synchronize: { configurationSection: "danaide" },
        middleware: {
            handleWorkDoneProgress(token, params, next) {
                if (params.kind === "begin" && parts.isRun(params.title)) hidden.add(token);
                if (!hidden.has(token)) next(token, params);
                else if (params.kind === "end") hidden.delete(token);
            },
            workspace: {
                // The server asks for them, or is told when they change: both times without what is not its own.
                async configuration(params, token, next) {
                    const sections = await next(params, token);
                    return Array.isArray(sections)
                        ? sections.map((it, index) =>
                              params.items[index]?.section === "danaide" ? forServer(it) : it,
                          )
                        : sections;
                },
                didChangeConfiguration: () =>
                    client.sendNotification("workspace/didChangeConfiguration", {
                        settings: { danaide: settings() },
                    }),
            },
        },
        markdown: { supportHtml: false },
        diagnosticPullOptions: { onChange: true, onSave: true, onTabs: true },
        diagnosticCollectionName: "danaide",
    };
    const client = new Client("danaide", "Danaide", serverOptions, options);
    client.registerFeature({
        fillClientCapabilities(capabilities) {
            const danaide = {
                virtualLibrary: true,
                commands: lensCommands(trusted),
                runs: trusted,
                ask: trusted,
            };
            const experimental = (capabilities.experimental as object | undefined) ?? {};
            capabilities.experimental = { ...experimental, danaide };
        },
        fillInitializeParams(_params: InitializeParams) {},
        initialize() {},
        getState: () => ({ kind: "static" }),
        clear() {},
    });
    return client;
}

export { State };
