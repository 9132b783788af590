import assert from "node:assert/strict";
import { test } from "node:test";
import type { RunTask } from "../../src/protocol";
import { ending, type Run, Runs, runDescription, taskDescription } from "../../src/runs/model";

function task(id: string, some: Partial<RunTask> = {}): RunTask {
    return {
        id,
        parent: null,
        name: id,
        uri: "file:///a.na",
        range: null,
        state: "running",
        attempts: 1,
        startedMs: 0,
        durationMs: null,
        waitingMs: null,
        ...some,
    };
}

function start(): { runs: Runs; run: Run } {
    const runs = new Runs();
    return { runs, run: runs.start({ run: "1", uri: "file:///a.na", version: 1, title: "a.na" }, 1000) };
}

test("tasks are a tree, in the order in which they were started", () => {
    const { run } = start();
    run.apply([task("b", { startedMs: 5 }), task("a", { startedMs: 1 }), task("a/c", { parent: "a" })]);
    assert.deepEqual(
        run.inside(null).map(it => it.id),
        ["a", "b"],
    );
    assert.deepEqual(
        run.inside("a").map(it => it.id),
        ["a/c"],
    );
    assert.ok(run.hasInside("a") && !run.hasInside("b"));
});

test("a task that is told of before its parent is not lost", () => {
    const { run } = start();
    run.apply([task("a/c", { parent: "a" })]);
    assert.deepEqual(
        run.inside(null).map(it => it.id),
        ["a/c"],
    );
    run.apply([task("a")]);
    assert.deepEqual(
        run.inside(null).map(it => it.id),
        ["a"],
    );
});

test("a change of a task does not show it twice", () => {
    const { run } = start();
    run.apply([task("a")]);
    run.apply([task("a", { state: "done", durationMs: 7 })]);
    assert.deepEqual(
        run.inside(null).map(it => it.state),
        ["done"],
    );
    run.apply([task("a", { parent: "z" }), task("z")]);
    assert.deepEqual(
        run.inside(null).map(it => it.id),
        ["z"],
    );
});

test("what stands beside tasks and runs", () => {
    const { run } = start();
    run.apply([
        task("a", { startedMs: 200 }),
        task("b", { state: "failed", durationMs: 40, attempts: 3, waitingMs: 30 }),
    ]);
    const [a, b] = ["a", "b"].map(id => run.tasks.get(id) ?? assert.fail());
    assert.ok(a && b);
    assert.equal(taskDescription(run, a, 2000), "800 ms · running");
    assert.equal(taskDescription(run, b, 2000), "40 ms · failed · 3 attempts · waited 30 ms");
    assert.equal(runDescription(run, 2000), "1.00 s · 1 of 2 tasks done");
    run.finished = { run: "1", outcome: "cancelled", milliseconds: 1500, error: null };
    assert.equal(runDescription(run, 9000), "cancelled · 1.50 s · 2 tasks");
    assert.equal(run.stateOf(a), "cancelled");
    assert.equal(run.stateOf(b), "failed");
});

test("ended runs are forgotten when there are many, running ones never", () => {
    const runs = new Runs();
    for (let i = 0; i < 30; i += 1) {
        const run = runs.start({ run: String(i), uri: "u", version: null, title: "t" }, 0);
        if (i > 0) run.finished = { run: run.id, outcome: "done", milliseconds: 1, error: null };
    }
    assert.equal(runs.all.length, 21);
    assert.equal(runs.active.length, 1);
    runs.clear();
    assert.deepEqual(
        runs.all.map(it => it.id),
        ["0"],
    );
    assert.equal(runs.lost().length, 1);
    assert.equal(runs.active.length, 0);
});

test("the program itself is the run, not a task of it", () => {
    const { run } = start();
    run.apply([
        task("0", { startedMs: 0 }),
        task("a", { parent: "0" }),
        task("b", { parent: "a", state: "done" }),
    ]);
    assert.deepEqual(
        run.inside(null).map(it => it.id),
        ["a"],
    );
    assert.equal(runDescription(run, 1500), "500 ms · 1 of 2 tasks done");
});

test("a task that waits for what runs inside of it is busy", () => {
    const { run } = start();
    const waiting = { state: "waiting" as const };
    run.apply([task("0", waiting), task("a", { parent: "0", ...waiting }), task("b", { parent: "a" })]);
    run.apply([task("c", { parent: "0", ...waiting }), task("d", { parent: "c", ...waiting })]);
    assert.deepEqual([...run.busy()].sort(), ["0", "a"]);
});

test("the end of the output tells the error and the value", () => {
    const range = { start: { line: 1, character: 4 }, end: { line: 1, character: 9 } };
    const frames = [
        {
            function: "<module>",
            uri: "file:///w/a.na",
            range: { ...range, start: { line: 5, character: 0 } },
            text: "f(0)",
        },
        { function: "f", uri: "file:///w/a.na", range, text: "return 1 / x" },
    ];
    const error = {
        code: "ZeroDivisionError",
        message: "division by zero",
        uri: "u",
        range,
        traceback: frames,
    };
    assert.equal(
        ending({ run: "1", outcome: "failed", milliseconds: 3, error }),
        "  a.na:6 in <module>: f(0)\n  a.na:2 in f: return 1 / x\nZeroDivisionError: division by zero\nfailed after 3 ms",
    );
    assert.equal(
        ending({ run: "1", outcome: "done", milliseconds: 3, error: null, value: "7" }),
        "→ 7\ndone after 3 ms",
    );
});

test("the end of the output has the tests and the time", () => {
    const failed = {
        name: "test_b",
        uri: "u",
        range: null,
        outcome: "failed" as const,
        message: "1 is not 2",
        milliseconds: 3,
    };
    const passed = { ...failed, name: "test_a", outcome: "passed" as const, message: null };
    const text = ending({
        run: "1",
        outcome: "failed",
        milliseconds: 12,
        error: null,
        tests: [passed, failed],
    });
    assert.equal(text, "  passed  test_a (3 ms)\n  FAILED  test_b (3 ms): 1 is not 2\nfailed after 12 ms");
});
