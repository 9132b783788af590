// The test explorer: `test_…` functions of the workspace's files, run in the server, with results on their lines.
import * as vscode from "vscode";
import type { TestOutcome } from "./protocol";
import type { Runner } from "./runs/runner";
import { testsOf } from "./runs/target";

/** More files than these are not searched. */
const MOST_FILES = 2000;

export class Tests implements vscode.Disposable {
    private readonly controller = vscode.tests.createTestController("danaide", "Dana");
    private readonly parts: vscode.Disposable[];

    constructor(private readonly runner: Runner) {
        const { controller } = this;
        controller.createRunProfile(
            "Run",
            vscode.TestRunProfileKind.Run,
            (it, token) => this.run(it, token),
            true,
        );
        controller.resolveHandler = item => (item === undefined ? this.discover() : undefined);
        controller.refreshHandler = () => this.discover();
        const watcher = vscode.workspace.createFileSystemWatcher("**/*.na");
        this.parts = [
            controller,
            watcher,
            watcher.onDidCreate(it => this.read(it)),
            watcher.onDidChange(it => this.read(it)),
            watcher.onDidDelete(it => controller.items.delete(it.toString())),
            vscode.workspace.onDidOpenTextDocument(it => this.update(it)),
            vscode.workspace.onDidChangeTextDocument(it => this.update(it.document)),
        ];
        for (const it of vscode.workspace.textDocuments) this.update(it);
    }

    dispose(): void {
        for (const it of this.parts) it.dispose();
    }

    private async discover(): Promise<void> {
        const files = await vscode.workspace.findFiles("**/*.na", undefined, MOST_FILES);
        for (const file of files) await this.read(file);
    }

    private async read(uri: vscode.Uri): Promise<void> {
        const open = vscode.workspace.textDocuments.find(it => it.uri.toString() === uri.toString());
        if (open !== undefined) {
            this.update(open);
            return;
        }
        try {
            this.set(uri, Buffer.from(await vscode.workspace.fs.readFile(uri)).toString("utf8"));
        } catch {
            this.controller.items.delete(uri.toString());
        }
    }

    private update(document: vscode.TextDocument): void {
        const { scheme } = document.uri;
        if (document.languageId !== "dana" || (scheme !== "file" && scheme !== "untitled")) return;
        this.set(document.uri, document.getText());
    }

    private set(uri: vscode.Uri, text: string): void {
        const id = uri.toString();
        const tests = testsOf(text);
        if (tests.length === 0) {
            this.controller.items.delete(id);
            return;
        }
        const file =
            this.controller.items.get(id) ??
            this.controller.createTestItem(id, vscode.workspace.asRelativePath(uri), uri);
        this.controller.items.add(file);
        const items = tests.map(({ name, line }) => {
            const test = file.children.get(name) ?? this.controller.createTestItem(name, name, uri);
            test.range = new vscode.Range(line, 0, line, 0);
            return test;
        });
        file.children.replace(items);
    }

    /** A file is one run; single tests of it are a run each. */
    private async run(request: vscode.TestRunRequest, token: vscode.CancellationToken): Promise<void> {
        const run = this.controller.createTestRun(request);
        const wanted: vscode.TestItem[] = [];
        if (request.include === undefined) for (const [, it] of this.controller.items) wanted.push(it);
        else wanted.push(...request.include);
        for (const item of wanted) {
            if (token.isCancellationRequested) break;
            await this.runItem(item, run, token, new Set(request.exclude));
        }
        run.end();
    }

    private async runItem(
        item: vscode.TestItem,
        run: vscode.TestRun,
        token: vscode.CancellationToken,
        excluded: ReadonlySet<vscode.TestItem>,
    ): Promise<void> {
        if (item.uri === undefined || excluded.has(item)) return;
        const single = item.parent !== undefined;
        const tests: vscode.TestItem[] = [];
        if (single) tests.push(item);
        else for (const [, it] of item.children) tests.push(it);
        for (const test of tests) run.started(test);
        const uri = item.uri.toString();
        const id = await this.runner.send("danaide.test", single ? { uri, function: item.id } : { uri });
        if (id === undefined) {
            for (const test of tests)
                run.errored(test, new vscode.TestMessage("The test could not be started."));
            return;
        }
        const stop = token.onCancellationRequested(() => void this.runner.cancel({ run: id }));
        const finished = await this.runner.whenEnded(id);
        stop.dispose();
        for (const test of tests) {
            const result = finished.tests?.find(it => it.name === test.id);
            if (result !== undefined) report(run, test, result);
            else if (finished.outcome === "cancelled") run.skipped(test);
            else
                run.errored(test, new vscode.TestMessage(finished.error?.message ?? "The test did not run."));
        }
    }
}

function report(run: vscode.TestRun, test: vscode.TestItem, result: TestOutcome): void {
    if (result.outcome === "passed") {
        run.passed(test, result.milliseconds);
        return;
    }
    const message = new vscode.TestMessage(result.message ?? "The test failed.");
    // Where it failed says more than where the test begins.
    const range = result.error?.range ?? result.range;
    if (range !== null) {
        const { start, end } = range;
        message.location = new vscode.Location(
            vscode.Uri.parse(result.error?.uri ?? result.uri),
            new vscode.Range(start.line, start.character, end.line, end.character),
        );
    }
    run.failed(test, message, result.milliseconds);
}
