// Which of the settings are the server's. Pure.
import own from "../../settings/client.json";

/** Settings that only the extension reads; the server would say that it does not know them. `trace` is known to it. */
const OWN = Object.keys(own)
    .filter(it => !it.startsWith("danaide.trace."))
    .map(it => it.split(".").slice(1));

type Section = { [name: string]: unknown };

function isSection(value: unknown): value is Section {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The section `danaide` without what is not for the server. */
export function forServer(section: unknown): unknown {
    if (!isSection(section)) return section;
    // The editor's object cannot be written, and has functions in it.
    const copy = JSON.parse(JSON.stringify(section)) as Section;
    for (const path of OWN) {
        const groups = path.slice(0, -1);
        let group: unknown = copy;
        for (const name of groups) group = isSection(group) ? group[name] : undefined;
        if (isSection(group)) delete group[path.at(-1) ?? ""];
        const [first] = groups;
        if (
            groups.length === 1 &&
            first !== undefined &&
            isSection(group) &&
            Object.keys(group).length === 0
        ) {
            delete copy[first];
        }
    }
    return copy;
}
