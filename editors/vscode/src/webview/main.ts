// The view of the task graph: shows one graph, follows runs and the cursor, and sends clicks to the editor.
import type { FromView, ToView } from "../graph/messages";
import { draw, escapeXml, type Measure, place } from "../graph/svg";
import { type Activity, details, summary } from "../graph/text";
import type { Graph, GraphNode } from "../protocol";
import css from "./graph.css";
import { nearest } from "./keys";

const editor = acquireVsCodeApi();
const send = (message: FromView) => editor.postMessage(message);

function element<T extends HTMLElement>(id: string): T {
    const found = document.getElementById(id);
    if (found === null) throw new Error(`the page has no #${id}`);
    return found as T;
}

const canvas = element<HTMLDivElement>("canvas");
const select = element<HTMLSelectElement>("graphs");
const summaryLine = element<HTMLSpanElement>("summary");
const about = element<HTMLElement>("about");

const sheet = new CSSStyleSheet();
sheet.replaceSync(css);
document.adoptedStyleSheets = [sheet];

let graphs: Graph[] = [];
let shown: Graph | undefined;
let activity = new Map<string, Map<string, Activity>>();
let problem: string | null = null;
let zoom = 1;
let current: string | undefined;

const context = document.createElement("canvas").getContext("2d");
const measure: Measure = (text, style) => {
    if (context === null) return text.length * 8;
    const family = getComputedStyle(document.body).fontFamily;
    context.font = `${style === "name" ? 13 : 11}px ${family}`;
    return context.measureText(text).width;
};

function nodes(): SVGGElement[] {
    return [...canvas.querySelectorAll<SVGGElement>("g.node")];
}

function nodeOf(id: string | undefined): GraphNode | undefined {
    return shown?.nodes.find(it => it.id === id);
}

function render(): void {
    const hadFocus = canvas.contains(document.activeElement);
    if (shown === undefined || shown.nodes.length === 0) {
        const text =
            problem ?? "No task here: nothing waits for a model, a file, the network, a clock or a person.";
        canvas.innerHTML = `<p class="empty">${escapeXml(text)}</p>`;
        summaryLine.textContent = "";
        about.textContent = "";
        return;
    }
    canvas.innerHTML = draw(shown, place(shown, measure), activity.get(shown.name) ?? new Map());
    summaryLine.textContent = summary(shown);
    summaryLine.title = summary(shown);
    scale();
    const all = nodes();
    const kept = all.find(it => it.dataset.id === current) ?? all[0];
    if (kept !== undefined) choose(kept, hadFocus);
}

function scale(): void {
    const svg = canvas.querySelector("svg");
    const box = svg?.viewBox.baseVal;
    if (!svg || !box) return;
    svg.setAttribute("width", String(box.width * zoom));
    svg.setAttribute("height", String(box.height * zoom));
}

function setZoom(value: number): void {
    zoom = Math.min(3, Math.max(0.2, value));
    scale();
}

function zoomToFit(): void {
    const box = canvas.querySelector("svg")?.viewBox.baseVal;
    if (!box) return;
    setZoom(Math.min(1, (canvas.clientWidth - 4) / box.width, (canvas.clientHeight - 4) / box.height));
}

/** Makes a node the one that the keyboard acts on. */
function choose(node: SVGGElement, focus: boolean): void {
    for (const it of nodes()) {
        const chosen = it === node;
        it.setAttribute("tabindex", chosen ? "0" : "-1");
        it.classList.toggle("current", chosen);
    }
    current = node.dataset.id;
    if (focus) node.focus();
    tell();
}

function tell(): void {
    const node = nodeOf(current);
    if (shown === undefined || node === undefined) return;
    const name = document.createElement("strong");
    name.textContent = node.name;
    const facts = details(shown, node).map(text => {
        const span = document.createElement("span");
        span.textContent = text;
        return span;
    });
    about.replaceChildren(name, ...facts);
}

function go(id: string | undefined, focus: boolean): void {
    const node = nodeOf(id);
    if (node === undefined) return;
    const { start, end } = node.range;
    const to = {
        line: start.line,
        character: start.character,
        endLine: end.line,
        endCharacter: end.character,
    };
    send({ type: "open", ...to, focus });
}

function show(name: string | null): void {
    shown = graphs.find(it => it.name === name) ?? shown ?? graphs[0];
    if (shown !== undefined && !graphs.includes(shown)) {
        const { name: old } = shown;
        shown = graphs.find(it => it.name === old) ?? graphs[0];
    }
    select.replaceChildren(
        ...graphs.map(it => {
            const option = document.createElement("option");
            option.value = it.name;
            option.textContent = it.name === "(file)" ? "the file" : it.name;
            option.selected = it === shown;
            return option;
        }),
    );
    select.hidden = graphs.length < 2;
    render();
}

/** Another graph of the same file, such as that of what a node calls. */
function open(name: string): void {
    if (!graphs.some(it => it.name === name)) return;
    current = undefined;
    show(name);
    send({ type: "shown", name });
}

/** The drawing as a file: the colours of the theme are written into it, since outside there are no such variables. */
function picture(): string {
    if (shown === undefined) return "";
    const style = getComputedStyle(document.documentElement);
    const value = (_: string, name: string, fallback?: string) =>
        style.getPropertyValue(name).trim() || resolve(fallback);
    const resolve = (text: string | undefined): string =>
        text === undefined ? "#888888" : replace(text.trim());
    const replace = (text: string): string =>
        text.replace(/var\((--[\w-]+)(?:,\s*((?:[^()]|\([^()]*\))*))?\)/g, value);
    const background = style.getPropertyValue("--vscode-editor-background").trim() || "#ffffff";
    const text = draw(shown, place(shown, measure), activity.get(shown.name) ?? new Map());
    const start = text.indexOf(">") + 1;
    const fill = `<rect width="100%" height="100%" fill="${escapeXml(background)}" stroke="none"/>`;
    return `${text.slice(0, start)}<style>${replace(css).replace(/\.graph rect \{/, ".graph g > rect {")}</style>${fill}${text.slice(start)}\n`;
}

function exportPicture(): void {
    if (shown !== undefined) send({ type: "svg", name: shown.name, text: picture() });
}

window.addEventListener("message", (event: MessageEvent<ToView>) => {
    const message = event.data;
    switch (message.type) {
        case "graphs":
            graphs = message.graphs;
            problem = message.problem;
            show(message.shown);
            editor.setState({ uri: message.uri, shown: shown?.name ?? null });
            break;
        case "activity":
            activity = new Map(Object.entries(message.activity).map(([name, all]) => [name, new Map(all)]));
            render();
            break;
        case "cursor": {
            if (canvas.contains(document.activeElement)) break;
            const inside = shown?.nodes.filter(
                it => it.range.start.line <= message.line && message.line <= it.range.end.line,
            );
            const smallest = inside?.sort(
                (a, b) => a.range.end.line - a.range.start.line - (b.range.end.line - b.range.start.line),
            )[0];
            const node = nodes().find(it => it.dataset.id === smallest?.id);
            if (node !== undefined) choose(node, false);
            break;
        }
        case "export":
            exportPicture();
            break;
    }
});

canvas.addEventListener("click", event => {
    const node = (event.target as Element).closest<SVGGElement>("g.node");
    if (node === null) return;
    choose(node, true);
    go(node.dataset.id, false);
});

canvas.addEventListener("dblclick", event => {
    const node = (event.target as Element).closest<SVGGElement>("g.node");
    const opens = nodeOf(node?.dataset.id)?.opens;
    if (opens) open(opens);
});

document.addEventListener("keydown", event => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target instanceof HTMLSelectElement) return;
    const focused = document.activeElement?.closest<SVGGElement>("g.node") ?? undefined;
    switch (event.key) {
        case "ArrowUp":
        case "ArrowDown":
        case "ArrowLeft":
        case "ArrowRight": {
            const from = focused ?? nodes().find(it => it.dataset.id === current);
            const next = from && nearest(from, nodes(), event.key);
            if (next) choose(next, true);
            next?.scrollIntoView({ block: "nearest", inline: "nearest" });
            break;
        }
        case "Home":
        case "End": {
            const target = nodes().at(event.key === "Home" ? 0 : -1);
            if (target) choose(target, true);
            break;
        }
        case "Enter":
        case " ":
            if (focused === undefined) return;
            go(focused.dataset.id, event.key === "Enter");
            break;
        case "o": {
            const opens = nodeOf(focused?.dataset.id ?? current)?.opens;
            if (opens) open(opens);
            break;
        }
        case "+":
        case "=":
            setZoom(zoom * 1.25);
            break;
        case "-":
            setZoom(zoom / 1.25);
            break;
        case "0":
            zoomToFit();
            break;
        default:
            return;
    }
    event.preventDefault();
});

select.addEventListener("change", () => open(select.value));
element("in").addEventListener("click", () => setZoom(zoom * 1.25));
element("out").addEventListener("click", () => setZoom(zoom / 1.25));
element("fit").addEventListener("click", zoomToFit);
element("export").addEventListener("click", exportPicture);

// Another theme may have another font.
new MutationObserver(render).observe(document.body, { attributes: true, attributeFilter: ["class"] });

send({ type: "ready" });
