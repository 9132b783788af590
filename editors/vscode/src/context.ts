// The parts of the extension that others use.

import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";

/** What gives the client, once a server runs. */
export interface Connection {
    /** The client of a running server, or undefined after telling the person why there is none. */
    ready(): Promise<LanguageClient | undefined>;
    /** The same without a word. */
    readonly client: LanguageClient | undefined;
    /** A server was started; the client is new. */
    readonly onStarted: vscode.Event<LanguageClient>;
    /** There is no server any more. */
    readonly onStopped: vscode.Event<void>;
    /** The path of the server, as it was found. */
    readonly command: string | undefined;
}

/** The Dana document that the person works with. */
export function activeDana(): vscode.TextEditor | undefined {
    const active = vscode.window.activeTextEditor;
    if (active?.document.languageId === "dana") return active;
    // A view such as the graph may have the focus.
    const shown = vscode.window.visibleTextEditors.filter(it => it.document.languageId === "dana");
    return active === undefined || active.document.uri.scheme === "output" ? shown[0] : undefined;
}

/** What an error of a request says; those of the protocol are sentences already. */
export function sentence(error: unknown): string {
    const text = error instanceof Error ? error.message : String(error);
    return text === "" ? "The language server refused without a reason." : text;
}

/** Shows a place. */
export async function reveal(
    uri: string,
    range: { start: { line: number; character: number }; end: { line: number; character: number } } | null,
    options: { focus: boolean; column?: vscode.ViewColumn },
): Promise<void> {
    const target = vscode.Uri.parse(uri);
    const open = vscode.window.visibleTextEditors.find(
        it => it.document.uri.toString() === target.toString(),
    );
    const column = open?.viewColumn ?? options.column ?? vscode.ViewColumn.One;
    const document = await vscode.workspace.openTextDocument(target);
    const show: vscode.TextDocumentShowOptions = { preserveFocus: !options.focus, viewColumn: column };
    if (range !== null) {
        const start = new vscode.Position(range.start.line, range.start.character);
        show.selection = new vscode.Range(start, start);
    }
    const editor = await vscode.window.showTextDocument(document, show);
    if (range !== null) {
        const { start, end } = range;
        const whole = new vscode.Range(start.line, start.character, end.line, end.character);
        editor.revealRange(whole, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
    }
}
