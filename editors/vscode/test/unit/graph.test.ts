import assert from "node:assert/strict";
import { test } from "node:test";
import { draw, place } from "../../src/graph/svg";
import { activities, activityText, details, duration, subtitle, summary } from "../../src/graph/text";
import type { Graph, GraphEdge, GraphNode, RunTask } from "../../src/protocol";
import { nearest } from "../../src/webview/keys";

function node(id: string, line: number, some: Partial<GraphNode> = {}): GraphNode {
    return {
        id: `f/${id}`,
        name: id,
        kind: "call",
        range: { start: { line, character: 4 }, end: { line, character: 20 } },
        callees: [id],
        effects: ["llm"],
        certain: true,
        reason: null,
        parent: null,
        level: 1,
        branches: [],
        waited: false,
        opens: null,
        retry: null,
        timeout: null,
        carries: [],
        turns_overlap: false,
        on_critical_path: false,
        ...some,
    };
}

function edge(from: string, to: string, some: Partial<GraphEdge> = {}): GraphEdge {
    const rest = {
        kind: "data" as const,
        cause: "uses `x`",
        range: null,
        certain: true,
        reason: null,
        next_turn: false,
    };
    return { from: `f/${from}`, to: `f/${to}`, ...rest, ...some };
}

function graph(nodes: GraphNode[], edges: GraphEdge[]): Graph {
    return {
        name: "f",
        kind: "function",
        range: null,
        effects: ["llm"],
        nodes,
        edges,
        critical_path: [],
        depth: 2,
        width: 1,
        width_is_unbounded: false,
        width_is_exact: true,
    };
}

const two = graph(
    [node("a", 3), node("b", 4, { opens: "b", certain: false, reason: "it depends" })],
    [edge("a", "b")],
);

test("durations are as short as they can be", () => {
    const texts = [0, 0.4, 7.4, 999, 1234, 12_345, 61_000].map(duration);
    assert.deepEqual(texts, ["0 ms", "0 ms", "7 ms", "999 ms", "1.23 s", "12.3 s", "1 min 1 s"]);
});

test("a graph in a line", () => {
    assert.equal(summary(two), "2 tasks · 2 one after the other · 1 at a time · llm");
    const wide = { ...two, width_is_unbounded: true, effects: [] };
    assert.equal(summary(wide), "2 tasks · 2 one after the other · any number at a time");
});

test("a node says what it waits for, and why", () => {
    const [, b] = two.nodes;
    assert.ok(b);
    assert.deepEqual(details(two, b), [
        "line 5",
        "does llm",
        "may be a task: it depends",
        "after a (data: uses `x`)",
        "press o to open b",
    ]);
    assert.equal(subtitle(node("x", 1, { effects: ["fs", "log"], timeout: 3 })), "fs · timeout");
    assert.equal(subtitle(node("x", 1, { kind: "for", turns_overlap: true })), "turns overlap");
});

test("the drawing is well formed, and texts are escaped", () => {
    const odd = graph([node('<a & "b">', 1)], []);
    const svg = draw(
        odd,
        place(odd, text => text.length * 7),
        new Map(),
    );
    assert.ok(svg.includes("&#60;a &#38; &#34;b&#34;&#62;"));
    assert.ok(!svg.includes("<a &"));
    assert.equal(svg.split("<g").length, svg.split("</g>").length);
    assert.ok(!/style=|onclick|<script/.test(svg));
});

test("edges and nodes carry what the style sheet and the keyboard need", () => {
    const svg = draw(
        two,
        place(two, text => text.length * 7),
        new Map([["f/a", { state: "done", tasks: 1, attempts: 2, milliseconds: 1500 }]]),
    );
    assert.ok(svg.includes('class="node call is-done" data-id="f/a" tabindex="-1" role="button"'), svg);
    assert.ok(svg.includes('class="node call uncertain" data-id="f/b"'), svg);
    assert.ok(svg.includes('class="edge data"'), svg);
    assert.ok(svg.includes("b after a (data: uses `x`)"), svg);
    assert.ok(svg.includes("✓ 1.50 s 2 attempts"), svg);
});

function task(name: string, line: number, some: Partial<RunTask> = {}): RunTask {
    return {
        id: `${name}@${line}`,
        parent: null,
        name,
        uri: "file:///a.na",
        range: { start: { line, character: 4 }, end: { line, character: 20 } },
        state: "done",
        attempts: 1,
        startedMs: 0,
        durationMs: 10,
        waitingMs: 0,
        ...some,
    };
}

test("tasks of a run light up the nodes of their calls", () => {
    const tasks = [
        task("a", 3),
        task("a", 3, { id: "again", state: "running", durationMs: 30 }),
        task("b", 4, {
            range: { start: { line: 4, character: 0 }, end: { line: 4, character: 9 } },
            attempts: 3,
        }),
        task("a", 3, { id: "elsewhere", uri: "file:///b.na", state: "failed" }),
        task("c", 9),
    ];
    const found = activities(two, "file:///a.na", tasks);
    assert.deepEqual([...found.keys()], ["f/a", "f/b"]);
    assert.deepEqual(found.get("f/a"), { state: "running", tasks: 2, attempts: 1, milliseconds: 30 });
    assert.equal(activityText(found.get("f/b") ?? assert.fail()), "✓ 10 ms 3 attempts");
});

test("arrow keys lead to the nearest node in their direction", () => {
    const at = (name: string, left: number, top: number) => ({
        name,
        getBoundingClientRect: () => ({ left, top, width: 10, height: 10 }),
    });
    const [top, left, right, low] = [
        at("top", 50, 0),
        at("left", 0, 50),
        at("right", 100, 50),
        at("low", 0, 100),
    ];
    const all = [top, left, right, low];
    const go = (from: typeof top, key: string) => nearest(from, all, key)?.name;
    assert.equal(go(left, "ArrowRight"), "right");
    assert.equal(go(left, "ArrowDown"), "low");
    assert.equal(go(left, "ArrowUp"), "top");
    assert.equal(go(low, "ArrowUp"), "left");
    assert.equal(go(top, "ArrowUp"), undefined);
});
