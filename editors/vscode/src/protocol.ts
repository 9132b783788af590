// The messages that Danaide's server has beyond the protocol, as docs/protocol.md describes them.
import type { Position, Range } from "vscode-languageserver-protocol";

export type TaskState = "running" | "waiting" | "done" | "failed" | "cancelled";

/** A task of a run, as `danaide/runTasks` tells of it: only those that changed are sent. */
export interface RunTask {
    id: string;
    parent: string | null;
    name: string;
    uri: string;
    range: Range | null;
    state: TaskState;
    attempts: number;
    /** Milliseconds since the run began. */
    startedMs: number;
    durationMs: number | null;
    waitingMs: number | null;
}

export interface RunStarted {
    run: string;
    uri: string;
    version: number | null;
    title: string;
}

export interface RunOutput {
    run: string;
    channel: "stdout" | "stderr";
    text: string;
}

export interface RunTasks {
    run: string;
    tasks: RunTask[];
}

export interface RunFrame {
    /** `<module>` for the statements of a file. */
    function: string;
    uri: string | null;
    range: Range | null;
    /** The line, without its indentation. */
    text: string;
}

export interface RunError {
    code: string | null;
    message: string;
    /** The innermost place that can be opened. */
    uri: string | null;
    range: Range | null;
    /** The outermost call first. */
    traceback: RunFrame[];
}

export interface TestOutcome {
    name: string;
    uri: string;
    range: Range | null;
    outcome: "passed" | "failed";
    message: string | null;
    milliseconds: number;
    error?: RunError | null;
}

export type Outcome = "done" | "failed" | "cancelled" | "limit";

export interface RunFinished {
    run: string;
    outcome: Outcome;
    milliseconds: number;
    /** What the function gave, or the value of a selected expression. */
    value?: string | null;
    error: RunError | null;
    tests?: TestOutcome[] | null;
}

/** A question with a free answer; questions with options come as `window/showMessageRequest`. */
export interface Ask {
    run: string;
    question: string;
    default: string | null;
}

export interface ServerStatus {
    version: string;
    uptimeSeconds: number;
    memoryBytes: number | null;
    files: number;
    indexing: { done: number; total: number } | null;
    runs: { run: string; title: string; milliseconds: number }[];
    requests?: { method: string; count: number; medianMs: number; p95Ms: number }[];
}

export interface GraphNode {
    id: string;
    name: string;
    kind: "call" | "stage" | "member" | "for" | "while" | "comprehension";
    range: Range;
    callees: string[];
    effects: string[];
    certain: boolean;
    reason: string | null;
    parent: string | null;
    level: number;
    branches: string[];
    waited: boolean;
    opens: string | null;
    retry: Record<string, unknown> | null;
    timeout: unknown;
    carries: string[];
    turns_overlap: boolean;
    on_critical_path: boolean;
}

export interface GraphEdge {
    from: string;
    to: string;
    kind: "data" | "control" | "order" | "sync" | "stage";
    cause: string;
    range: Range | null;
    certain: boolean;
    reason: string | null;
    next_turn: boolean;
}

export interface Graph {
    name: string;
    kind: "function" | "workflow" | "file";
    range: Range | null;
    effects: string[];
    nodes: GraphNode[];
    edges: GraphEdge[];
    critical_path: string[];
    depth: number;
    width: number;
    width_is_unbounded: boolean;
    width_is_exact: boolean;
}

export interface GraphDocument {
    version: number;
    uri: string;
    graphs: Graph[];
}

export interface TaskGraphAnswer {
    format: string;
    version: number | null;
    graph: GraphDocument | string;
}

export interface TaskGraphParams {
    textDocument: { uri: string };
    format?: "json" | "mermaid" | "dot" | "text";
    function?: string;
    position?: Position;
}

/** The arguments of the commands of code lenses, and of `danaide.run` and `danaide.test`. */
export interface Target {
    uri: string;
    function?: string;
    arguments?: Record<string, unknown>;
}
