import assert from "node:assert/strict";
import { test } from "node:test";
import {
    type Layout,
    type LayoutEdge,
    type LayoutNode,
    layout,
    type PlacedNode,
    path,
    SPACING,
} from "../../src/graph/layout";

/** `a b c` are nodes, `box/d` is a node in a box, `a>b` an edge, `a~b` one to the next turn. */
function graph(text: string): { nodes: LayoutNode[]; edges: LayoutEdge[]; result: Layout } {
    const nodes: LayoutNode[] = [];
    const edges: LayoutEdge[] = [];
    for (const word of text.split(/\s+/).filter(it => it !== "")) {
        const edge = /^(\w+)([>~])(\w+)$/.exec(word);
        if (edge) edges.push({ from: edge[1] ?? "", to: edge[3] ?? "", nextTurn: edge[2] === "~" });
        else {
            const [parent, id] = word.includes("/") ? word.split("/") : [null, word];
            nodes.push({ id: id ?? "", parent: parent ?? null, width: 80, height: 40 });
        }
    }
    return { nodes, edges, result: layout(nodes, edges) };
}

function at(result: Layout, id: string): PlacedNode {
    const found = result.nodes.find(it => it.id === id);
    assert.ok(found, `no node ${id}`);
    return found;
}

const centre = (it: PlacedNode) => it.x + it.width / 2;
const overlap = (a: PlacedNode, b: PlacedNode) =>
    a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
const holds = (outer: PlacedNode, inner: PlacedNode) =>
    outer.x <= inner.x &&
    outer.y <= inner.y &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + inner.height <= outer.y + outer.height;

test("nothing takes no space", () => {
    assert.deepEqual(layout([], []), { width: 0, height: 0, nodes: [], edges: [] });
});

test("what waits stands below, what runs beside stands beside", () => {
    const { result } = graph("a b c d a>b a>c b>d c>d");
    assert.deepEqual(
        ["a", "b", "c", "d"].map(id => at(result, id).y),
        [0, 80, 80, 160],
    );
    assert.equal(centre(at(result, "a")), centre(at(result, "d")));
    assert.equal(at(result, "c").x - at(result, "b").x, 80 + SPACING.node);
    assert.equal(result.width, 160 + SPACING.node);
    assert.equal(result.height, 200);
});

test("tasks that nothing connects are in one row, in the order of the text", () => {
    const { result } = graph("a b c");
    const xs = ["a", "b", "c"].map(id => at(result, id).x);
    assert.deepEqual(xs, [0, 104, 208]);
});

test("edges that pass a layer go around what is in it", () => {
    const { result } = graph("a b c a>b b>c a>c");
    const long = result.edges[2];
    assert.equal(long?.points.length, 3);
    const bend = long?.points[1];
    const middle = at(result, "b");
    assert.ok(bend && (bend.x < middle.x || bend.x > middle.x + middle.width), "it crosses b");
});

test("the order of a layer avoids crossings", () => {
    const { result } = graph("a b x y a>y b>x");
    assert.ok(at(result, "y").x < at(result, "x").x);
});

test("a loop is a box around its body", () => {
    const { result } = graph("a loop loop/b loop/c z a>b b>c c>z");
    const box = at(result, "loop");
    assert.ok(box.isBox);
    for (const id of ["b", "c"]) {
        assert.ok(holds(box, at(result, id)), id);
        assert.equal(at(result, id).depth, 1);
    }
    assert.ok(at(result, "a").y + 40 < box.y);
    assert.ok(at(result, "z").y > box.y + box.height);
    assert.equal(result.edges.length, 3);
});

test("loops in loops hold each other", () => {
    const { result } = graph("one one/two two/three");
    assert.ok(holds(at(result, "one"), at(result, "two")));
    assert.ok(holds(at(result, "two"), at(result, "three")));
    assert.equal(at(result, "three").depth, 2);
});

test("an edge to the next turn does not count for the layers", () => {
    const { result } = graph("loop loop/a loop/b a>b b~a a~a");
    assert.ok(at(result, "a").y < at(result, "b").y);
    assert.deepEqual(
        result.edges.map(it => it.isTurn),
        [false, true, true],
    );
});

test("circles and unknown nodes do no harm", () => {
    const { result } = graph("a b c a>b b>c c>a a>nobody nobody>b a>a");
    assert.deepEqual(
        ["a", "b", "c"].map(id => at(result, id).y),
        [0, 80, 160],
    );
    assert.equal(result.edges.filter(it => it.isTurn).length, 1);
    const own = layout([{ id: "a", parent: "a", width: 1, height: 1 }], []);
    assert.equal(own.nodes.length, 1);
    const lost = layout([{ id: "a", parent: "gone", width: 1, height: 1 }], []);
    assert.equal(lost.nodes.length, 1);
});

test("nodes of random graphs never overlap, and all have their place", () => {
    let seed = 1;
    const random = (below: number) => {
        seed = (seed * 48271) % 2147483647;
        return seed % below;
    };
    for (let round = 0; round < 60; round += 1) {
        const count = 2 + random(24);
        const nodes: LayoutNode[] = [];
        for (let i = 0; i < count; i += 1) {
            const parent = i > 2 && random(4) === 0 ? `n${random(i)}` : null;
            nodes.push({ id: `n${i}`, parent, width: 40 + random(120), height: 40 });
        }
        const edges: LayoutEdge[] = [];
        for (let i = 0; i < count * 2; i += 1) {
            edges.push({ from: `n${random(count)}`, to: `n${random(count)}`, nextTurn: random(8) === 0 });
        }
        const result = layout(nodes, edges);
        assert.equal(result.nodes.length, count);
        const parents = new Map(nodes.map(it => [it.id, it.parent]));
        for (const a of result.nodes) {
            assert.ok(a.x >= -0.01 && a.x + a.width <= result.width + 0.01, `${a.id} is outside`);
            for (const b of result.nodes) {
                if (a.id < b.id && parents.get(a.id) === parents.get(b.id)) {
                    assert.ok(!overlap(a, b), `round ${round}: ${a.id} and ${b.id} overlap`);
                }
            }
            const parent = parents.get(a.id);
            if (parent)
                assert.ok(holds(at(result, parent), a), `round ${round}: ${a.id} is not in ${parent}`);
        }
    }
});

test("a long chain is no problem", () => {
    const names = Array.from({ length: 3000 }, (_, i) => `n${i}`);
    const nodes = names.map(id => ({ id, parent: null, width: 10, height: 10 }));
    const edges = names.slice(1).map((to, i) => ({ from: names[i] ?? "", to, nextTurn: false }));
    assert.equal(layout(nodes, edges).nodes.at(-1)?.y, 2999 * 50);
});

test("paths go from border to border", () => {
    const { result } = graph("a b a>b");
    assert.equal(path(result.edges[0] ?? assert.fail()), "M 40 40 C 40 60 40 60 40 80");
    assert.equal(path({ index: 0, points: [], isTurn: false }), "");
});
