// Documents of the library, which the server holds: `danaide:library/math.na`.
import * as vscode from "vscode";
import type { Connection } from "./context";
import { LIBRARY_SCHEME } from "./server/client";

export function registerLibrary(connection: Connection): vscode.Disposable {
    return vscode.workspace.registerTextDocumentContentProvider(LIBRARY_SCHEME, {
        async provideTextDocumentContent(uri, token) {
            const client = await connection.ready();
            if (client === undefined) return null;
            const text: string = await client.sendRequest(
                "danaide/text",
                { textDocument: { uri: uri.toString() } },
                token,
            );
            return text;
        },
    });
}
