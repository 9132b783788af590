// Writes the settings into package.json: those of the extension from settings/client.json, those of the server from the
// schema that the server writes. With --check, says whether they are up to date.
// usage: node scripts/settings.mjs [--check]
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const read = path => JSON.parse(readFileSync(path, "utf8"));

/** The server's schema, which its tests keep up to date with the Rust types. */
const generated = join(root, "..", "..", "docs", "danaide.settings.schema.json");

/** A schema with objects inside objects becomes settings with dots in their names, as the editor has them. */
export function flatten(schema, prefix, definitions = schema.$defs ?? {}) {
    const settings = {};
    for (const [name, property] of Object.entries(schema.properties ?? {})) {
        const value = resolve(property, definitions);
        const key = `${prefix}.${name}`;
        // An object that is empty by default, such as levels by code, is one setting.
        if (value.properties !== undefined && Object.keys(value.default ?? {}).length > 0)
            Object.assign(settings, flatten(value, key, definitions));
        else settings[key] = setting(value, definitions);
    }
    return settings;
}

function resolve(schema, definitions) {
    if (schema.allOf?.length === 1)
        return resolve({ ...schema, allOf: undefined, ...schema.allOf[0] }, definitions);
    const name = schema.$ref?.replace(/^#\/(?:\$defs|definitions)\//, "");
    if (name === undefined) return schema;
    const { $ref, ...own } = schema;
    return { ...resolve(definitions[name] ?? {}, definitions), ...own };
}

/** The editor knows neither references nor formats of numbers, and shows Markdown. */
function setting(schema, definitions) {
    const { description, markdownDescription, format, $ref, $comment, ...rest } = resolve(
        schema,
        definitions,
    );
    const inlined = JSON.parse(
        JSON.stringify(rest, (_, value) => (value?.$ref ? resolve(value, definitions) : value)),
    );
    return {
        ...inlined,
        scope: schema.scope ?? "resource",
        markdownDescription: markdownDescription ?? description ?? "",
    };
}

function properties() {
    const client = read(join(root, "settings", "client.json"));
    const server = flatten(read(generated), "danaide");
    return { ...client, ...Object.fromEntries(Object.entries(server).filter(([name]) => !(name in client))) };
}

const file = join(root, "package.json");
const manifest = read(file);
const before = JSON.stringify(manifest);
const all = properties();
manifest.contributes.configuration = { title: "Dana", properties: all };
const restricted = Object.keys(all).filter(
    it => it.startsWith("danaide.server.") || it.startsWith("danaide.run."),
);
// Programs are started by these: a workspace that is not trusted cannot change them.
manifest.capabilities.untrustedWorkspaces.restrictedConfigurations = restricted.filter(
    it => it !== "danaide.run.show",
);

if (process.argv.includes("--check")) {
    if (JSON.stringify(manifest) !== before) {
        console.error("error: the settings in package.json are out of date; run `npm run settings`");
        process.exit(1);
    }
} else {
    writeFileSync(file, `${JSON.stringify(manifest, null, 2)}\n`);
}
