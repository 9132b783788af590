// The view of runs: their tasks as a tree that changes while they run. A click leads to the line.
import * as vscode from "vscode";
import type { RunTask, TaskState } from "../protocol";
import { type Run, runDescription, taskDescription } from "./model";
import type { Runner } from "./runner";

type Node = { run: Run; task: RunTask | undefined };

const ICONS: Record<TaskState, [string, string | undefined]> = {
    running: ["sync~spin", "charts.blue"],
    waiting: ["watch", "charts.yellow"],
    done: ["pass", "testing.iconPassed"],
    failed: ["error", "testing.iconFailed"],
    cancelled: ["circle-slash", undefined],
};

function icon(state: TaskState): vscode.ThemeIcon {
    const [name, colour] = ICONS[state];
    return new vscode.ThemeIcon(name, colour === undefined ? undefined : new vscode.ThemeColor(colour));
}

function stateOf(run: Run): TaskState {
    const { outcome } = run;
    if (outcome === undefined) return "running";
    return outcome === "limit" ? "failed" : outcome;
}

/** How often times of what runs are counted on, and how often a changed tree is drawn at most. */
const TICK_MS = 1000;
const DRAW_MS = 150;

export class RunTree implements vscode.TreeDataProvider<Node>, vscode.Disposable {
    private readonly changed = new vscode.EventEmitter<undefined>();
    readonly onDidChangeTreeData = this.changed.event;
    private readonly view: vscode.TreeView<Node>;
    private readonly parts: vscode.Disposable[];
    private drawing: NodeJS.Timeout | undefined;
    private ticking: NodeJS.Timeout | undefined;

    constructor(private readonly runner: Runner) {
        this.view = vscode.window.createTreeView("danaide.runs", {
            treeDataProvider: this,
            showCollapseAll: true,
        });
        this.parts = [
            this.view,
            this.changed,
            runner.onChanged(() => this.draw()),
            this.view.onDidChangeVisibility(() => this.draw()),
        ];
    }

    dispose(): void {
        clearTimeout(this.drawing);
        clearInterval(this.ticking);
        for (const it of this.parts) it.dispose();
    }

    private draw(): void {
        const { active } = this.runner.runs;
        this.view.badge =
            active.length === 0 ? undefined : { value: active.length, tooltip: `${active.length} running` };
        if (active.length > 0 && this.view.visible) {
            this.ticking ??= setInterval(() => this.draw(), TICK_MS);
        } else {
            clearInterval(this.ticking);
            this.ticking = undefined;
        }
        if (this.drawing !== undefined) return;
        this.drawing = setTimeout(() => {
            this.drawing = undefined;
            this.changed.fire(undefined);
        }, DRAW_MS);
    }

    getChildren(node?: Node): Node[] {
        if (node === undefined) return this.runner.runs.all.map(run => ({ run, task: undefined }));
        return node.run.inside(node.task?.id ?? null).map(task => ({ run: node.run, task }));
    }

    getTreeItem({ run, task }: Node): vscode.TreeItem {
        return task === undefined ? runItem(run) : taskItem(run, task);
    }
}

/** The editor keeps an item without parts closed when it gets some, unless it is another item. */
function makeItem(id: string, label: string, hasParts: boolean): vscode.TreeItem {
    const { Expanded, None } = vscode.TreeItemCollapsibleState;
    const item = new vscode.TreeItem(label, hasParts ? Expanded : None);
    item.id = hasParts ? `${id}\n+` : id;
    return item;
}

function runItem(run: Run): vscode.TreeItem {
    const item = makeItem(run.id, run.title, run.size > 0);
    item.description = runDescription(run, Date.now());
    item.iconPath = icon(stateOf(run));
    item.contextValue = run.finished === undefined ? "run-active" : "run-ended";
    item.tooltip = run.finished?.error?.message ?? run.title;
    const at = run.finished?.error;
    item.command = openCommand(at?.uri ?? run.uri, at?.range ?? null);
    item.accessibilityInformation = { label: `run ${run.title}, ${item.description}` };
    return item;
}

function taskItem(run: Run, task: RunTask): vscode.TreeItem {
    const item = makeItem(`${run.id}\n${task.id}`, task.name, run.hasInside(task.id));
    item.description = taskDescription(run, task, Date.now());
    item.iconPath = icon(run.stateOf(task));
    item.contextValue = "task";
    const line = task.range === null ? "" : `, line ${task.range.start.line + 1}`;
    item.tooltip = `${task.id}${line}`;
    item.command = openCommand(task.uri, task.range);
    item.accessibilityInformation = { label: `task ${task.name}, ${item.description}` };
    return item;
}

function openCommand(uri: string, range: RunTask["range"]): vscode.Command {
    return { command: "danaide.reveal", title: "Go to Line", arguments: [{ uri, range }] };
}
