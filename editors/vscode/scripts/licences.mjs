// Lists the licences of what is bundled into THIRD-PARTY.md, and refuses those that are not free to use. With --check, says
// whether the list is up to date.
// usage: node scripts/licences.mjs [--check]
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const ALLOWED = ["MIT", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "BlueOak-1.0.0", "0BSD"];

const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ["src/extension.ts", "src/webview/main.ts"],
    bundle: true,
    write: false,
    metafile: true,
    outdir: "out",
    platform: "node",
    external: ["vscode"],
    loader: { ".css": "text" },
    logLevel: "silent",
});

const names = new Set();
for (const file of Object.keys(metafile.inputs)) {
    const name = /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file);
    if (name) names.add(name[0]);
}
const rows = [];
for (const folder of [...names].sort()) {
    const { name, version, license } = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
    if (!ALLOWED.includes(license)) throw new Error(`${name} has the licence ${license}`);
    rows.push(`| ${name} ${version} | ${license} |`);
}
const text = `# Third-party software\n\nWhat is bundled into the extension, beside its own code:\n\n| package | licence |\n| --- | --- |\n${rows.sort().join("\n")}\n`;
const file = join(root, "THIRD-PARTY.md");
if (process.argv.includes("--check")) {
    if (readFileSync(file, "utf8") !== text) {
        console.error("error: THIRD-PARTY.md is out of date; run `npm run licences`");
        process.exit(1);
    }
} else {
    writeFileSync(file, text);
}
