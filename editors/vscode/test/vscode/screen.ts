// What the tests do on the screen, through the script that drives the browser, and how they wait.
import assert from "node:assert/strict";
import { format } from "node:util";
import * as vscode from "vscode";
import type { Api } from "../../src/extension";

export async function screen<T = null>(action: string, options: Record<string, unknown> = {}): Promise<T> {
    const address = process.env.DANAIDE_DRIVER;
    assert.ok(address, "the tests are run by run.mjs");
    const body = JSON.stringify({ action, ...options });
    const response = await fetch(address, { method: "POST", body });
    const answer = (await response.json()) as { result?: T; error?: string };
    if (answer.error !== undefined) throw new Error(`${action}: ${answer.error}`);
    return answer.result as T;
}

let said = Promise.resolve<unknown>(null);

/** Writes a line to the terminal of the script, in order. */
export function log(...parts: unknown[]): void {
    const text = format(...parts);
    said = said.then(() => screen("log", { text })).catch(() => null);
}

export const pause = (milliseconds: number) => new Promise(done => setTimeout(done, milliseconds));

/** Waits until there is something that is neither false nor undefined. */
export async function until<T>(
    what: string,
    ask: () => T | PromiseLike<T>,
    limitMs = 15_000,
): Promise<Exclude<T, false | null | undefined>> {
    const end = Date.now() + limitMs;
    for (;;) {
        const found = await ask();
        if (found !== undefined && found !== null && found !== false)
            return found as Exclude<T, false | null | undefined>;
        if (Date.now() > end) {
            // What was on the screen says more than a sentence.
            await screen("screenshot", { name: `failed-${what.replace(/\W+/g, "-")}` });
            throw new Error(`waited in vain until ${what}`);
        }
        await pause(100);
    }
}

export function folder(): vscode.Uri {
    const [first] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(first, "a folder is open");
    return first.uri;
}

export const file = (path: string) => vscode.Uri.joinPath(folder(), ...path.split("/"));

export async function open(path: string): Promise<vscode.TextEditor> {
    const document = await vscode.workspace.openTextDocument(file(path));
    return vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.One, preview: false });
}

export async function closeAll(): Promise<void> {
    await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
}

/** The place of a text in a document; `at` says which, from 1. */
export function find(document: vscode.TextDocument, text: string, at = 1): vscode.Position {
    let index = -1;
    for (let i = 0; i < at; i += 1) index = document.getText().indexOf(text, index + 1);
    assert.ok(index >= 0, `there is no ${text}`);
    return document.positionAt(index);
}

export function diagnostics(uri: vscode.Uri): string[] {
    return vscode.languages
        .getDiagnostics(uri)
        .filter(it => it.severity <= vscode.DiagnosticSeverity.Warning)
        .map(it => `${it.range.start.line + 1} ${codeOf(it)} ${it.message}`);
}

export function codeOf(it: vscode.Diagnostic): string {
    return typeof it.code === "object" ? String(it.code.value) : String(it.code ?? "");
}

export async function api(): Promise<Api> {
    const extension = vscode.extensions.getExtension<Api>("danaide.danaide");
    assert.ok(extension, "the extension is installed");
    return extension.activate();
}

/** The texts of pop-ups. */
export async function notifications(): Promise<string[]> {
    return screen<string[]>("texts", { selector: ".notification-list-item-message" });
}

export async function clearNotifications(): Promise<void> {
    await vscode.commands.executeCommand("notifications.clearAll");
}
