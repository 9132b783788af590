// What commands are to act on: completes what a lens, the palette, a menu or a key binding gave them. Pure.
import type { Target } from "../protocol";

/** The editor that has the focus. */
export interface Place {
    uri: string;
    languageId: string;
}

/** A target from whatever a command was called with; else the document of the editor. A sentence if there is none. */
export function completeTarget(given: unknown, place: Place | undefined): Target | string {
    if (isTarget(given)) return withoutMain(given);
    const uri = uriOf(given);
    if (uri !== undefined) return { uri };
    if (place === undefined) return "Open a Dana file first.";
    if (place.languageId !== "dana") return "The file in the editor is not a Dana file.";
    return { uri: place.uri };
}

/** Menus of the explorer and of titles give a URI. */
function uriOf(given: unknown): string | undefined {
    if (typeof given !== "object" || given === null) return undefined;
    return "scheme" in given && "path" in given ? String(given) : undefined;
}

function isTarget(given: unknown): given is Target {
    return typeof given === "object" && given !== null && "uri" in given && typeof given.uri === "string";
}

/** `__main__` is what running the whole file ends with. */
function withoutMain(target: Target): Target {
    const { function: name, ...rest } = target;
    return name === undefined || name === "__main__" ? rest : { ...rest, function: name };
}

export interface Parameter {
    name: string;
    type: string | undefined;
    isRequired: boolean;
}

/** The parameters of a function of the text, as far as they can be told from its head; none if it is not found. */
export function parametersOf(text: string, name: string): Parameter[] {
    const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    const head = new RegExp(`^[ \\t]*(?:(?:sync[ \\t]+)?def|workflow)[ \\t]+${escaped}[ \\t]*\\(`, "m").exec(
        text,
    );
    if (head === null) return [];
    return split(inside(text, head.index + head[0].length))
        .filter(part => part !== "" && !part.startsWith("*") && part !== "/")
        .map(part => {
            const [left, value] = cutAt(part, "=");
            const [parameter, type] = cutAt(left, ":");
            return { name: parameter, type, isRequired: value === undefined };
        })
        .filter(it => /^[\p{L}_][\p{L}\p{N}_]*$/u.test(it.name) && it.name !== "self");
}

/** The text up to the bracket that closes one before `start`, without comments. */
function inside(text: string, start: number): string {
    let out = "";
    let depth = 0;
    for (let i = start; i < text.length; ) {
        const end = token(text, i);
        const part = text.slice(i, end);
        if ("([{".includes(part)) depth += 1;
        if (")]}".includes(part)) depth -= 1;
        if (depth < 0) return out;
        out += part.startsWith("#") ? " " : part;
        i = end;
    }
    return out;
}

/** The end of the string, the comment or the character at a place. */
function token(text: string, at: number): number {
    const rest = text.slice(at);
    const found =
        /^(?:"""[\s\S]*?(?:"""|$)|'''[\s\S]*?(?:'''|$)|"(?:\\.|[^"\\])*"?|'(?:\\.|[^'\\])*'?|#[^\n]*)/.exec(
            rest,
        );
    return at + (found?.[0].length ?? 1);
}

function split(text: string): string[] {
    const parts = [""];
    let depth = 0;
    for (let i = 0; i < text.length; ) {
        const end = token(text, i);
        const part = text.slice(i, end);
        if ("([{".includes(part)) depth += 1;
        if (")]}".includes(part)) depth -= 1;
        if (part === "," && depth === 0) parts.push("");
        else parts[parts.length - 1] += part;
        i = end;
    }
    return parts.map(it => it.trim());
}

/** The text before and after the first such character outside of brackets and strings. */
function cutAt(text: string, character: string): [string, string | undefined] {
    let depth = 0;
    for (let i = 0; i < text.length; ) {
        const end = token(text, i);
        const part = text.slice(i, end);
        if ("([{".includes(part)) depth += 1;
        if (")]}".includes(part)) depth -= 1;
        if (part === character && depth === 0) return [text.slice(0, i).trim(), text.slice(end).trim()];
        i = end;
    }
    return [text.trim(), undefined];
}

/** A value as it is typed: JSON if it is that, else text. A parameter declared as `str` always gets text. */
export function readValue(text: string, type: string | undefined): unknown {
    if (type === "str") return text;
    try {
        return JSON.parse(text);
    } catch {
        return text;
    }
}

/** The tests of a file that can be run by themselves, with their lines. */
export function testsOf(text: string): { name: string; line: number }[] {
    const found: { name: string; line: number }[] = [];
    text.split(/\r?\n/).forEach((content, line) => {
        const name = /^(?:sync\s+)?def\s+(test_[\p{L}\p{N}_]*)/u.exec(content)?.[1];
        if (name === undefined || found.some(it => it.name === name)) return;
        if (parametersOf(text, name).every(it => !it.isRequired)) found.push({ name, line });
    });
    return found;
}
