// What is known of the runs: their tasks as a tree, their output's end, and what to say about them. Pure.
import { duration, plural } from "../graph/text";
import type { Outcome, RunError, RunFinished, RunStarted, RunTask, TaskState } from "../protocol";

/** The task that stands for the program itself. */
const PROGRAM = "0";

export class Run {
    readonly id: string;
    readonly uri: string;
    readonly title: string;
    readonly began: number;
    readonly tasks = new Map<string, RunTask>();
    finished: RunFinished | undefined;
    private readonly children = new Map<string | null, string[]>();

    constructor(started: RunStarted, now: number) {
        this.id = started.run;
        this.uri = started.uri;
        this.title = started.title;
        this.began = now;
    }

    get outcome(): Outcome | undefined {
        return this.finished?.outcome;
    }

    /** How many tasks there are, without the program itself. */
    get size(): number {
        return this.tasks.size - (this.tasks.has(PROGRAM) ? 1 : 0);
    }

    /** Takes what changed. A task may be told of before the one that it is part of. */
    apply(tasks: readonly RunTask[]): void {
        for (const task of tasks) {
            const known = this.tasks.get(task.id);
            this.tasks.set(task.id, task);
            if (known !== undefined && known.parent === task.parent) continue;
            if (known !== undefined) {
                const before = this.children.get(known.parent) ?? [];
                this.children.set(
                    known.parent,
                    before.filter(it => it !== task.id),
                );
            }
            const siblings = this.children.get(task.parent);
            if (siblings) siblings.push(task.id);
            else this.children.set(task.parent, [task.id]);
        }
    }

    /** The tasks inside a task, or the outermost, in the order in which they were started. */
    inside(parent: string | null): RunTask[] {
        // The program itself is the run.
        if (parent === null && this.tasks.has(PROGRAM)) return this.inside(PROGRAM);
        const ids = [...(this.children.get(parent) ?? [])];
        if (parent === null) {
            for (const [id, orphans] of this.children)
                if (id !== null && !this.tasks.has(id)) ids.push(...orphans);
        }
        const tasks = ids.map(id => this.tasks.get(id)).filter(it => it !== undefined);
        return tasks.sort((a, b) => a.startedMs - b.startedMs);
    }

    hasInside(parent: string): boolean {
        return (this.children.get(parent)?.length ?? 0) > 0;
    }

    /** What a task that did not end when the run did is shown as. */
    stateOf(task: RunTask): TaskState {
        if (this.finished === undefined || (task.state !== "running" && task.state !== "waiting"))
            return task.state;
        return this.finished.outcome === "done" ? "done" : "cancelled";
    }

    /** Tasks that only wait for what runs inside of them: seen from outside they run. */
    busy(): Set<string> {
        const found = new Set<string>();
        for (const task of this.tasks.values()) {
            if (this.stateOf(task) !== "running") continue;
            for (
                let id = task.parent;
                id !== null && !found.has(id);
                id = this.tasks.get(id)?.parent ?? null
            ) {
                found.add(id);
            }
        }
        return found;
    }

    count(state: TaskState): number {
        return [...this.tasks.values()].filter(it => it.id !== PROGRAM && this.stateOf(it) === state).length;
    }
}

/** How many runs are kept. */
const KEPT = 20;

/** All runs, the latest first. */
export class Runs {
    private list: Run[] = [];

    get all(): readonly Run[] {
        return this.list;
    }

    get active(): Run[] {
        return this.list.filter(it => it.finished === undefined);
    }

    find(id: string): Run | undefined {
        return this.list.find(it => it.id === id);
    }

    start(started: RunStarted, now: number): Run {
        const run = new Run(started, now);
        const others = this.list.filter(it => it.id !== run.id);
        const kept = [run, ...others];
        this.list = kept.filter((it, index) => index < KEPT || it.finished === undefined);
        return run;
    }

    /** Forgets what has ended. */
    clear(): void {
        this.list = this.active;
    }

    /** The server is gone, and its runs with it. */
    lost(): Run[] {
        const lost = this.active;
        for (const run of lost) {
            const error = {
                code: null,
                message: "the language server ended",
                uri: null,
                range: null,
                traceback: [],
            };
            run.finished = { run: run.id, outcome: "failed", milliseconds: 0, error };
        }
        return lost;
    }
}

/** What stands beside the name of a task. */
export function taskDescription(run: Run, task: RunTask, now: number): string {
    const state = run.stateOf(task);
    const isOpen = state === "running" || state === "waiting";
    const parts: string[] = [];
    const took = isOpen ? Math.max(task.durationMs ?? 0, now - run.began - task.startedMs) : task.durationMs;
    if (took !== null) parts.push(duration(took));
    if (isOpen || state !== "done") parts.push(state);
    if (task.attempts > 1) parts.push(plural(task.attempts, "attempt"));
    if ((task.waitingMs ?? 0) >= 1 && !isOpen) parts.push(`waited ${duration(task.waitingMs ?? 0)}`);
    return parts.join(" · ");
}

export function runDescription(run: Run, now: number): string {
    if (run.finished === undefined) {
        const parts = [duration(now - run.began)];
        const open = run.count("running") + run.count("waiting");
        if (run.size > 0) parts.push(`${run.size - open} of ${plural(run.size, "task")} done`);
        return parts.join(" · ");
    }
    const parts = [OUTCOMES[run.finished.outcome]];
    if (run.finished.milliseconds > 0) parts.push(duration(run.finished.milliseconds));
    if (run.size > 0) parts.push(plural(run.size, "task"));
    return parts.join(" · ");
}

export const OUTCOMES: Record<Outcome, string> = {
    done: "done",
    failed: "failed",
    cancelled: "cancelled",
    limit: "stopped at a limit",
};

/** The last lines of the output of a run. */
export function ending(finished: RunFinished): string {
    const lines: string[] = [];
    for (const test of finished.tests ?? []) {
        const mark = test.outcome === "passed" ? "passed" : "FAILED";
        const what = test.message === null ? "" : `: ${test.message}`;
        lines.push(`  ${mark}  ${test.name} (${duration(test.milliseconds)})${what}`);
    }
    if (finished.error !== null) lines.push(...report(finished.error));
    if (finished.value !== null && finished.value !== undefined) lines.push(`→ ${finished.value}`);
    const took = finished.milliseconds > 0 ? ` after ${duration(finished.milliseconds)}` : "";
    lines.push(`${OUTCOMES[finished.outcome]}${took}`);
    return lines.join("\n");
}

/** An error as the command line tells it: the way to it first. */
function report(error: RunError): string[] {
    const lines = error.traceback.map(it => {
        const file = it.uri?.split("/").at(-1) ?? "";
        const place = it.range === null ? file : `${file}:${it.range.start.line + 1}`;
        return `  ${place} in ${it.function}: ${it.text}`;
    });
    const kind = error.code === null ? "" : `${error.code}: `;
    const message = error.message.startsWith(kind) ? error.message : `${kind}${error.message}`;
    return [...lines, message];
}
