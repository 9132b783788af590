// Draws a task graph as SVG text. Pure; colours come from the style sheet beside it.
import type { Graph, GraphNode } from "../protocol";
import { type Layout, type LayoutEdge, type LayoutNode, layout, path } from "./layout";
import { type Activity, activityText, details, isBox, subtitle, why } from "./text";

export type Measure = (text: string, style: "name" | "small") => number;

const MARGIN = 16;

export function escapeXml(text: string): string {
    return text.replace(/[&<>"']/g, it => `&#${it.charCodeAt(0)};`);
}

/** Long names are cut; the whole name is in the tooltip. */
function cut(text: string, length = 40): string {
    return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}

function caption(node: GraphNode): string {
    const doubt = node.certain || isBox(node) ? "" : " ?";
    return cut(`${node.name}${doubt}${node.opens === null ? "" : " ↗"}`);
}

function box(node: GraphNode, measure: Measure): LayoutNode {
    const widest = Math.max(measure(caption(node), "name"), measure(subtitle(node), "small"), 84);
    const width = Math.ceil(widest) + 28;
    return { id: node.id, parent: node.parent, width, height: 50 };
}

export function place(graph: Graph, measure: Measure): Layout {
    const nodes = graph.nodes.map(it => box(it, measure));
    const edges: LayoutEdge[] = graph.edges.map(it => ({ from: it.from, to: it.to, nextTurn: it.next_turn }));
    return layout(nodes, edges);
}

/** What a reader of the screen says. */
function label(graph: Graph, node: GraphNode, activity: Activity | undefined): string {
    const parts = [`${isBox(node) ? "loop" : "task"} ${node.name}`, ...details(graph, node)];
    if (activity !== undefined) parts.push(`${activity.state}, ${activityText(activity)}`);
    return parts.join("; ");
}

export function draw(graph: Graph, placed: Layout, activity: ReadonlyMap<string, Activity>): string {
    const known = new Map(graph.nodes.map(it => [it.id, it]));
    const width = Math.ceil(placed.width + 2 * MARGIN);
    const height = Math.ceil(placed.height + 2 * MARGIN);
    const parts: string[] = [
        `<svg xmlns="http://www.w3.org/2000/svg" class="graph" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="group" aria-label="${escapeXml(`Task graph of ${graph.name}`)}">`,
        '<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path class="arrow" d="M 0 0.5 L 7.5 4 L 0 7.5 z"/></marker></defs>',
        `<g transform="translate(${MARGIN} ${MARGIN})">`,
    ];
    // Boxes first, then edges, then nodes: an edge is never hidden by a box.
    const boxes = placed.nodes.filter(it => it.isBox).sort((a, b) => a.depth - b.depth);
    const node = (id: string) => known.get(id);
    for (const it of boxes) parts.push(shape(graph, node(it.id), it, activity.get(it.id)));
    for (const it of placed.edges) {
        const edge = graph.edges[it.index];
        if (edge === undefined) continue;
        const ends = [node(edge.from), node(edge.to)];
        const names = ["edge", edge.kind];
        if (!edge.certain) names.push("uncertain");
        if (it.isTurn) names.push("turn");
        if (!it.isTurn && ends.every(end => end?.on_critical_path)) names.push("critical");
        const title = `${ends[1]?.name ?? edge.to} after ${ends[0]?.name ?? edge.from} (${why(edge)})`;
        parts.push(
            `<g class="${names.join(" ")}"><title>${escapeXml(title)}</title><path class="hit" d="${path(it)}"/><path class="line" marker-end="url(#arrow)" d="${path(it)}"/></g>`,
        );
    }
    for (const it of placed.nodes)
        if (!it.isBox) parts.push(shape(graph, node(it.id), it, activity.get(it.id)));
    parts.push("</g></svg>");
    return parts.join("");
}

function shape(
    graph: Graph,
    node: GraphNode | undefined,
    at: { x: number; y: number; width: number; height: number; isBox: boolean },
    activity: Activity | undefined,
): string {
    if (node === undefined) return "";
    const names = ["node", at.isBox ? "box" : node.kind];
    if (node.on_critical_path) names.push("critical");
    if (!node.certain && !at.isBox) names.push("uncertain");
    if (activity !== undefined) names.push(`is-${activity.state}`);
    const { x, y, width, height } = at;
    const text = activity === undefined ? subtitle(node) : activityText(activity);
    const where = at.isBox
        ? `<text class="name" x="${x + 12}" y="${y + 19}">${escapeXml(caption(node))}</text><text class="small" x="${x + width - 10}" y="${y + 19}" text-anchor="end">${escapeXml(width > 190 || activity ? text : "")}</text>`
        : `<text class="name" x="${x + width / 2}" y="${y + (text === "" ? 30 : 21)}" text-anchor="middle">${escapeXml(caption(node))}</text><text class="small" x="${x + width / 2}" y="${y + 38}" text-anchor="middle">${escapeXml(text)}</text>`;
    const title = [node.name, ...details(graph, node)].join("\n");
    return `<g class="${names.join(" ")}" data-id="${escapeXml(node.id)}" tabindex="-1" role="button" aria-label="${escapeXml(label(graph, node, activity))}"><title>${escapeXml(title)}</title><rect x="${x}" y="${y}" width="${width}" height="${height}" rx="6"/>${where}</g>`;
}
