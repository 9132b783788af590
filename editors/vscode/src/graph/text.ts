// What the view of the task graph says in words. Pure.
import type { Graph, GraphEdge, GraphNode, RunTask, TaskState } from "../protocol";

export function duration(milliseconds: number): string {
    if (milliseconds < 1) return "0 ms";
    if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
    if (milliseconds < 60_000) return `${(milliseconds / 1000).toFixed(milliseconds < 10_000 ? 2 : 1)} s`;
    const seconds = Math.round(milliseconds / 1000);
    return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

export function plural(count: number, one: string, many = `${one}s`): string {
    return `${count} ${count === 1 ? one : many}`;
}

/** Of a graph in a line: how large it is and what it does. */
export function summary(graph: Graph): string {
    const tasks = graph.nodes.filter(it => !isBox(it)).length;
    const width = graph.width_is_unbounded
        ? "any number"
        : `${graph.width_is_exact ? "" : "about "}${graph.width}`;
    const parts = [plural(tasks, "task"), `${graph.depth} one after the other`, `${width} at a time`];
    if (graph.effects.length > 0) parts.push(graph.effects.join(", "));
    return parts.join(" · ");
}

export function isBox(node: GraphNode): boolean {
    return node.kind === "for" || node.kind === "while" || node.kind === "comprehension";
}

/** The line below the name of a node. */
export function subtitle(node: GraphNode): string {
    if (isBox(node)) return node.turns_overlap ? "turns overlap" : "one turn after the other";
    const parts = [...node.effects.filter(it => !["log", "clock", "random"].includes(it))];
    if (node.retry !== null) parts.push("retry");
    if (node.timeout !== null && node.timeout !== undefined) parts.push("timeout");
    return parts.join(" · ");
}

/** Everything that is known of a node, one statement an entry. */
export function details(graph: Graph, node: GraphNode): string[] {
    const names = new Map(graph.nodes.map(it => [it.id, it.name]));
    const lines = [`line ${node.range.start.line + 1}`];
    if (node.effects.length > 0) lines.push(`does ${node.effects.join(", ")}`);
    if (!node.certain) lines.push(`may be a task: ${node.reason ?? "it is not known what it calls"}`);
    for (const edge of graph.edges.filter(it => it.to === node.id)) {
        lines.push(
            `after ${names.get(edge.from) ?? edge.from}${edge.next_turn ? " of the turn before" : ""} (${why(edge)})`,
        );
    }
    if (node.waited) lines.push("the function goes on when it is done");
    if (node.on_critical_path) lines.push("on the longest chain");
    if (node.retry !== null) {
        const said = Object.entries(node.retry).filter(([, value]) => value !== null && value !== undefined);
        lines.push(`retry: ${said.map(([name, value]) => `${name} ${String(value)}`).join(", ")}`);
    }
    if (node.timeout !== null && node.timeout !== undefined)
        lines.push(`time limit ${String(node.timeout)} s`);
    for (const cause of node.carries) lines.push(`a turn needs the one before: ${cause}`);
    if (node.opens !== null) lines.push(`press o to open ${node.opens}`);
    return lines;
}

export function why(edge: GraphEdge): string {
    const doubt = edge.certain ? "" : ", not certain";
    return `${edge.kind}: ${edge.cause}${doubt}`;
}

/** What happened to a node during a run; a node in a loop stands for several tasks. */
export interface Activity {
    state: TaskState;
    tasks: number;
    attempts: number;
    milliseconds: number;
}

const WORST: TaskState[] = ["running", "waiting", "failed", "cancelled", "done"];

/** What tasks of a run say about the nodes of a graph. A task belongs to the node of its call. */
export function activities(graph: Graph, uri: string, tasks: Iterable<RunTask>): Map<string, Activity> {
    const byPlace = new Map(
        graph.nodes.map(it => [`${it.range.start.line}:${it.range.start.character}`, it]),
    );
    const byLine = new Map(graph.nodes.map(it => [`${it.range.start.line}:${lastName(it.name)}`, it]));
    const found = new Map<string, Activity>();
    for (const task of tasks) {
        if (task.uri !== uri || task.range === null) continue;
        const { line, character } = task.range.start;
        const node = byPlace.get(`${line}:${character}`) ?? byLine.get(`${line}:${lastName(task.name)}`);
        if (node === undefined) continue;
        const so = found.get(node.id);
        const milliseconds = task.durationMs ?? 0;
        found.set(node.id, {
            state: so === undefined ? task.state : worse(so.state, task.state),
            tasks: (so?.tasks ?? 0) + 1,
            attempts: Math.max(so?.attempts ?? 0, task.attempts),
            milliseconds: Math.max(so?.milliseconds ?? 0, milliseconds),
        });
    }
    return found;
}

/** `read_text` of `files.read_text#2`. */
function lastName(name: string): string {
    return name.replace(/#\d+$/, "").split(/[./]/).at(-1) ?? name;
}

function worse(a: TaskState, b: TaskState): TaskState {
    return WORST.indexOf(a) <= WORST.indexOf(b) ? a : b;
}

const SIGNS: Record<TaskState, string> = {
    running: "▶",
    waiting: "…",
    done: "✓",
    failed: "✗",
    cancelled: "⊘",
};

export function activityText(activity: Activity): string {
    const parts = [SIGNS[activity.state]];
    if (activity.milliseconds > 0 || activity.state === "done") parts.push(duration(activity.milliseconds));
    if (activity.tasks > 1) parts.push(`${activity.tasks}×`);
    if (activity.attempts > 1) parts.push(plural(activity.attempts, "attempt"));
    return parts.join(" ");
}
