// Bundles the extension and the view of the task graph into `dist`, and tests into `out`.
// usage: node scripts/build.mjs [--watch] [--unit] [--vscode]
import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, context } from "esbuild";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const flags = new Set(process.argv.slice(2));

/** Node 20 is what Visual Studio Code 1.91 runs extensions with. */
const shared = {
    absWorkingDir: root,
    bundle: true,
    logLevel: "warning",
    legalComments: "none",
};

const node = { ...shared, platform: "node", format: "cjs", target: "node20", external: ["vscode"] };

const extension = {
    ...node,
    entryPoints: ["src/extension.ts"],
    outfile: "dist/extension.js",
    minify: true,
    conditions: ["node"],
    mainFields: ["module", "main"],
};

const view = {
    ...shared,
    platform: "browser",
    format: "iife",
    target: "es2022",
    entryPoints: ["src/webview/main.ts"],
    loader: { ".css": "text" },
    outfile: "dist/graph.js",
    minify: true,
};

function tests(folder, extra = {}) {
    const files = readdirSync(join(root, "test", folder)).filter(name => name.endsWith(".test.ts"));
    return {
        ...node,
        entryPoints: files.map(name => join("test", folder, name)),
        outdir: `out/${folder}`,
        sourcemap: "inline",
        ...extra,
    };
}

const wanted = [];
if (flags.has("--unit")) wanted.push(tests("unit"));
if (flags.has("--vscode")) {
    wanted.push({
        ...node,
        entryPoints: ["test/vscode/index.ts"],
        outfile: "out/vscode/index.js",
        external: ["vscode", "mocha"],
        sourcemap: "inline",
    });
}
if (wanted.length === 0) wanted.push(extension, view);

if (flags.has("--watch")) {
    for (const options of wanted)
        await (await context({ ...options, minify: false, sourcemap: true })).watch();
} else {
    await Promise.all(wanted.map(options => build(options)));
}
