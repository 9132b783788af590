// Places the nodes of a task graph: in layers from top to bottom, so that a task stands below all that it waits for.
// Loops are boxes around their bodies. Pure: knows nothing of the editor or of what things look like.

export interface LayoutNode {
    id: string;
    /** The box that the node is in. */
    parent: string | null;
    width: number;
    height: number;
}

export interface LayoutEdge {
    from: string;
    to: string;
    /** Leads to the next turn of a loop: does not count for the layers and is drawn at the side. */
    nextTurn: boolean;
}

export interface Point {
    x: number;
    y: number;
}

export interface Rectangle extends Point {
    width: number;
    height: number;
}

export interface PlacedNode extends Rectangle {
    id: string;
    isBox: boolean;
    /** How many boxes are around it. */
    depth: number;
}

export interface PlacedEdge {
    /** Which of the edges that were given. */
    index: number;
    /** From border to border, with the places that it passes on the way. */
    points: Point[];
    isTurn: boolean;
}

export interface Layout {
    width: number;
    height: number;
    nodes: PlacedNode[];
    edges: PlacedEdge[];
}

export const SPACING = { layer: 40, node: 24, padding: 14, header: 30, turn: 30 } as const;

/** A node, a box with its content, or a place that a long edge passes. */
interface Item {
    id: string;
    width: number;
    height: number;
    layer: number;
    /** The centre. */
    x: number;
    y: number;
    isBend: boolean;
    content: Group | undefined;
}

interface Link {
    from: Item;
    to: Item;
}

interface Route {
    index: number;
    from: Item;
    to: Item;
    bends: Item[];
    isTurn: boolean;
}

interface Group {
    items: Item[];
    routes: Route[];
    width: number;
    height: number;
}

export function layout(nodes: readonly LayoutNode[], edges: readonly LayoutEdge[]): Layout {
    const known = new Map(nodes.map(node => [node.id, node]));
    const group = arrange(null, nodes, edges, known);
    const result: Layout = { width: group.width, height: group.height, nodes: [], edges: [] };
    collect(group, { x: 0, y: 0 }, 0, result);
    return result;
}

/** The node itself or the box around it that stands directly in `parent`. */
function within(
    id: string,
    parent: string | null,
    known: ReadonlyMap<string, LayoutNode>,
): string | undefined {
    const seen = new Set<string>();
    for (let at = known.get(id); at !== undefined && !seen.has(at.id); ) {
        const around = parentOf(at, known);
        if (around === parent) return at.id;
        seen.add(at.id);
        at = around === null ? undefined : known.get(around);
    }
    return undefined;
}

/** A parent that is not there does not count. */
function parentOf(node: LayoutNode, known: ReadonlyMap<string, LayoutNode>): string | null {
    return node.parent !== null && node.parent !== node.id && known.has(node.parent) ? node.parent : null;
}

function arrange(
    parent: string | null,
    nodes: readonly LayoutNode[],
    edges: readonly LayoutEdge[],
    known: ReadonlyMap<string, LayoutNode>,
): Group {
    const items = new Map<string, Item>();
    for (const node of nodes) {
        if (parentOf(node, known) === parent) items.set(node.id, itemOf(node, nodes, edges, known));
    }
    const routes: Route[] = [];
    edges.forEach((edge, index) => {
        const from = items.get(within(edge.from, parent, known) ?? "");
        const to = items.get(within(edge.to, parent, known) ?? "");
        if (from === undefined || to === undefined) return;
        // Inside of one box it is drawn there; only a loop around one node is an edge from it to itself.
        if (from === to && !(edge.nextTurn && edge.from === edge.to && from.id === edge.from)) return;
        routes.push({ index, from, to, bends: [], isTurn: edge.nextTurn });
    });
    const all = [...items.values()];
    const links = unique(routes.filter(it => !it.isTurn));
    layer(all, links);
    // What a cycle left pointing upwards is drawn at the side, as what leads to the next turn is.
    for (const route of routes) if (route.from.layer >= route.to.layer) route.isTurn = true;
    const bends = bend(routes.filter(it => !it.isTurn));
    const rows = order([...all, ...bends.items], bends.links);
    return place(rows, bends.links, routes);
}

function itemOf(
    node: LayoutNode,
    nodes: readonly LayoutNode[],
    edges: readonly LayoutEdge[],
    known: ReadonlyMap<string, LayoutNode>,
): Item {
    const isBox = nodes.some(it => it.id !== node.id && it.parent === node.id);
    const content = isBox ? arrange(node.id, nodes, edges, known) : undefined;
    const width = content ? Math.max(node.width, content.width + 2 * SPACING.padding) : node.width;
    const height = content ? content.height + SPACING.header + SPACING.padding : node.height;
    return { id: node.id, width, height, layer: 0, x: 0, y: 0, isBend: false, content };
}

function unique(routes: readonly Route[]): Link[] {
    const seen = new Set<string>();
    return routes.filter(({ from, to }) => {
        const key = `${from.id}\n${to.id}`;
        return !seen.has(key) && seen.add(key);
    });
}

/** Each item one layer below the lowest that it waits for. Links that close a circle are left out. */
function layer(items: readonly Item[], links: readonly Link[]): void {
    const next = new Map<Item, Item[]>(items.map(it => [it, []]));
    for (const { from, to } of links) next.get(from)?.push(to);
    const state = new Map<Item, "open" | "done">();
    const sorted: Item[] = [];
    const forward = new Map<Item, Item[]>(items.map(it => [it, []]));
    for (const start of items) {
        // Without recursion: graphs can be long chains.
        const stack: { item: Item; rest: Item[] }[] = [];
        const enter = (item: Item) => {
            state.set(item, "open");
            stack.push({ item, rest: [...(next.get(item) ?? [])] });
        };
        if (!state.has(start)) enter(start);
        for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
            const to = top.rest.shift();
            if (to === undefined) {
                state.set(top.item, "done");
                sorted.push(top.item);
                stack.pop();
            } else if (state.get(to) !== "open") {
                forward.get(top.item)?.push(to);
                if (!state.has(to)) enter(to);
            }
        }
    }
    for (const item of sorted.reverse()) {
        for (const to of forward.get(item) ?? []) to.layer = Math.max(to.layer, item.layer + 1);
    }
}

/** Cuts edges that pass layers into links from one layer to the next. */
function bend(routes: readonly Route[]): { items: Item[]; links: Link[] } {
    const items: Item[] = [];
    const links: Link[] = [];
    const known = new Map<string, Item[]>();
    for (const route of routes) {
        const key = `${route.from.id}\n${route.to.id}`;
        const before = known.get(key);
        if (before !== undefined) {
            route.bends = before;
            continue;
        }
        let from = route.from;
        for (let at = route.from.layer + 1; at < route.to.layer; at += 1) {
            const id = `${key}\n${at}`;
            const item: Item = {
                id,
                width: 8,
                height: 0,
                layer: at,
                x: 0,
                y: 0,
                isBend: true,
                content: undefined,
            };
            items.push(item);
            route.bends.push(item);
            links.push({ from, to: item });
            from = item;
        }
        links.push({ from, to: route.to });
        known.set(key, route.bends);
    }
    return { items, links };
}

function neighbours(links: readonly Link[]): { above: Map<Item, Item[]>; below: Map<Item, Item[]> } {
    const above = new Map<Item, Item[]>();
    const below = new Map<Item, Item[]>();
    const add = (map: Map<Item, Item[]>, key: Item, value: Item) => {
        const list = map.get(key);
        if (list) list.push(value);
        else map.set(key, [value]);
    };
    for (const { from, to } of links) {
        add(below, from, to);
        add(above, to, from);
    }
    return { above, below };
}

/** The layers, each ordered so that few edges cross; the order of the text where it does not matter. */
function order(items: readonly Item[], links: readonly Link[]): Item[][] {
    const rows: Item[][] = [];
    for (const item of items) {
        const row = rows[item.layer] ?? [];
        rows[item.layer] = row;
        row.push(item);
    }
    const { above, below } = neighbours(links);
    let best = rows.map(row => [...row]);
    let fewest = crossings(best, below);
    let current = best.map(row => [...row]);
    for (let sweep = 0; sweep < 12 && fewest > 0; sweep += 1) {
        const down = sweep % 2 === 0;
        current = current.map(row => [...row]);
        const indices = current.map((_, index) => index);
        for (const index of down ? indices : indices.reverse()) {
            const fixed = current[index + (down ? -1 : 1)];
            const row = current[index];
            if (fixed === undefined || row === undefined) continue;
            const places = new Map(fixed.map((item, place) => [item, place]));
            const toward = down ? above : below;
            const middle = new Map(
                row.map((item, place) => [item, barycentre(toward.get(item), places) ?? place]),
            );
            row.sort((a, b) => (middle.get(a) ?? 0) - (middle.get(b) ?? 0));
        }
        const count = crossings(current, below);
        if (count < fewest) {
            fewest = count;
            best = current;
        }
    }
    return best;
}

function barycentre(
    items: readonly Item[] | undefined,
    places: ReadonlyMap<Item, number>,
): number | undefined {
    if (items === undefined || items.length === 0) return undefined;
    return items.reduce((sum, it) => sum + (places.get(it) ?? 0), 0) / items.length;
}

/** How often edges between neighbouring layers cross. */
function crossings(rows: readonly Item[][], below: ReadonlyMap<Item, Item[]>): number {
    let count = 0;
    rows.forEach((row, index) => {
        const next = rows[index + 1];
        if (next === undefined) return;
        const places = new Map(next.map((item, place) => [item, place]));
        const ends = row.flatMap(item =>
            (below.get(item) ?? []).map(it => places.get(it) ?? 0).sort((a, b) => a - b),
        );
        for (let i = 0; i < ends.length; i += 1) {
            for (let j = i + 1; j < ends.length; j += 1) if ((ends[i] ?? 0) > (ends[j] ?? 0)) count += 1;
        }
    });
    return count;
}

/** Gives everything its place; the left upper corner of the group is 0, 0. */
function place(rows: readonly Item[][], links: readonly Link[], routes: Route[]): Group {
    let y = 0;
    for (const row of rows) {
        const height = Math.max(0, ...row.map(it => it.height));
        for (const item of row) item.y = y + height / 2;
        y += height + SPACING.layer;
        spread(
            row,
            row.map(() => 0),
        );
    }
    const { above, below } = neighbours(links);
    for (let pass = 0; pass < 16; pass += 1) {
        const down = pass % 2 === 0;
        for (const row of down ? rows : [...rows].reverse()) {
            const toward = down ? above : below;
            spread(
                row,
                row.map(it => mean(toward.get(it) ?? below.get(it) ?? above.get(it)) ?? it.x),
            );
        }
    }
    const items = rows.flat();
    const left = Math.min(0, ...items.map(it => it.x - it.width / 2));
    const start = items.length === 0 ? 0 : Math.min(...items.map(it => it.x - it.width / 2));
    for (const item of items) item.x -= items.length === 0 ? left : start;
    const right = Math.max(0, ...items.map(it => it.x + it.width / 2));
    const turns = routes.some(it => it.isTurn) ? SPACING.turn : 0;
    return { items, routes, width: right + turns, height: Math.max(0, y - SPACING.layer) };
}

function mean(items: readonly Item[] | undefined): number | undefined {
    if (items === undefined || items.length === 0) return undefined;
    return items.reduce((sum, it) => sum + it.x, 0) / items.length;
}

/** Moves the items of a row as near as possible to where they want to be, in their order and without touching. */
function spread(row: readonly Item[], wishes: readonly number[]): void {
    // Without the space that the items before them take, this is a regression to values that never fall.
    const offsets: number[] = [];
    row.forEach((item, index) => {
        const before = row[index - 1];
        const gap = before === undefined ? 0 : (before.width + item.width) / 2 + SPACING.node;
        offsets.push((offsets[index - 1] ?? 0) + gap);
    });
    const blocks: { sum: number; count: number }[] = [];
    row.forEach((_, index) => {
        blocks.push({ sum: (wishes[index] ?? 0) - (offsets[index] ?? 0), count: 1 });
        for (
            let last = blocks.at(-1), prior = blocks.at(-2);
            last && prior;
            last = blocks.at(-1), prior = blocks.at(-2)
        ) {
            if (prior.sum / prior.count <= last.sum / last.count) break;
            prior.sum += last.sum;
            prior.count += last.count;
            blocks.pop();
        }
    });
    let index = 0;
    for (const block of blocks) {
        for (let n = 0; n < block.count; n += 1, index += 1) {
            const item = row[index];
            if (item !== undefined) item.x = block.sum / block.count + (offsets[index] ?? 0);
        }
    }
}

function collect(group: Group, at: Point, depth: number, result: Layout): void {
    const corner = (item: Item): Rectangle => ({
        x: at.x + item.x - item.width / 2,
        y: at.y + item.y - item.height / 2,
        width: item.width,
        height: item.height,
    });
    for (const item of group.items) {
        if (item.isBend) continue;
        const rectangle = corner(item);
        result.nodes.push({ ...rectangle, id: item.id, isBox: item.content !== undefined, depth });
        if (item.content === undefined) continue;
        const inner = (item.width - item.content.width) / 2;
        collect(item.content, { x: rectangle.x + inner, y: rectangle.y + SPACING.header }, depth + 1, result);
    }
    for (const route of group.routes) {
        const from = corner(route.from);
        const to = corner(route.to);
        const points = route.isTurn
            ? [
                  { x: from.x + from.width, y: from.y + from.height * 0.7 },
                  { x: to.x + to.width, y: to.y + to.height * 0.3 },
              ]
            : [
                  { x: from.x + from.width / 2, y: from.y + from.height },
                  ...route.bends.map(it => ({ x: at.x + it.x, y: at.y + it.y })),
                  { x: to.x + to.width / 2, y: to.y },
              ];
        result.edges.push({ index: route.index, points, isTurn: route.isTurn });
    }
}

/** An SVG path through the points: vertical at both ends, round in between. */
export function path(edge: PlacedEdge): string {
    const [first, ...rest] = edge.points;
    if (first === undefined) return "";
    const at = (x: number, y: number) => `${round(x)} ${round(y)}`;
    let text = `M ${at(first.x, first.y)}`;
    let before = first;
    for (const point of rest) {
        if (edge.isTurn) {
            const out = Math.max(before.x, point.x) + SPACING.turn * 0.9;
            text += ` C ${at(out, before.y)} ${at(out, point.y)} ${at(point.x, point.y)}`;
        } else {
            const half = (point.y - before.y) / 2;
            text += ` C ${at(before.x, before.y + half)} ${at(point.x, point.y - half)} ${at(point.x, point.y)}`;
        }
        before = point;
    }
    return text;
}

function round(value: number): number {
    return Math.round(value * 10) / 10;
}
