// Tasks for tasks.json and the menu: `danaide check`, `danaide run`, `danaide graph`, with problems from their output.
import * as vscode from "vscode";
import type { Connection } from "./context";

const TYPE = "danaide";

interface Definition extends vscode.TaskDefinition {
    command: "check" | "run" | "graph";
    path?: string;
    arguments?: string[];
}

function isDefinition(definition: vscode.TaskDefinition): definition is Definition {
    return definition.type === TYPE && ["check", "run", "graph"].includes(String(definition.command));
}

function make(
    definition: Definition,
    scope: vscode.WorkspaceFolder | vscode.TaskScope,
    server: string,
): vscode.Task {
    const path = definition.path ?? ".";
    const args = [definition.command, path, ...(definition.arguments ?? [])];
    const folder = typeof scope === "object" ? scope.uri.fsPath : undefined;
    const execution = new vscode.ProcessExecution(server, args, folder === undefined ? {} : { cwd: folder });
    const name = definition.path === undefined ? definition.command : `${definition.command} ${path}`;
    const task = new vscode.Task(definition, scope, name, "danaide", execution, ["$danaide"]);
    if (definition.command === "check") task.group = vscode.TaskGroup.Build;
    task.presentationOptions = { reveal: vscode.TaskRevealKind.Always, clear: true };
    return task;
}

export function registerTasks(connection: Connection): vscode.Disposable {
    const server = () => connection.command ?? "danaide";
    return vscode.tasks.registerTaskProvider(TYPE, {
        provideTasks() {
            const tasks: vscode.Task[] = [];
            for (const folder of vscode.workspace.workspaceFolders ?? []) {
                tasks.push(make({ type: TYPE, command: "check" }, folder, server()));
                const document = vscode.window.activeTextEditor?.document;
                if (document?.languageId !== "dana" || document.uri.scheme !== "file") continue;
                if (vscode.workspace.getWorkspaceFolder(document.uri) !== folder) continue;
                const path = vscode.workspace.asRelativePath(document.uri, false);
                for (const command of ["run", "check", "graph"] as const) {
                    tasks.push(make({ type: TYPE, command, path }, folder, server()));
                }
            }
            return tasks;
        },
        resolveTask(task) {
            const { definition, scope } = task;
            // A resolved task has to keep the definition object that it was asked for with.
            return isDefinition(definition)
                ? make(definition, scope ?? vscode.TaskScope.Workspace, server())
                : undefined;
        },
    });
}
