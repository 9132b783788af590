// Packs the extension, with a server for one platform or with none.
// usage: node scripts/package.mjs [--target linux-x64 --server PATH] [--out FILE]
// Targets are those of `vsce package --target`. Without a target the package looks for the server on the PATH.
import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const { values } = parseArgs({
    options: { target: { type: "string" }, server: { type: "string" }, out: { type: "string" } },
});

const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const folder = join(root, "server");
rmSync(folder, { recursive: true, force: true });

if ((values.target === undefined) !== (values.server === undefined)) {
    console.error("error: --target and --server belong together");
    process.exit(2);
}
if (values.server !== undefined) {
    const name = values.target.startsWith("win32") ? "danaide.exe" : "danaide";
    mkdirSync(folder);
    copyFileSync(resolve(values.server), join(folder, name));
    chmodSync(join(folder, name), 0o755);
}

/** The README for users: with the pictures inside of the package, and without links that lead out of it. */
const pictures = join(root, "images/screens");
const readme = join(root, "PACKAGE.md");
rmSync(pictures, { recursive: true, force: true });
mkdirSync(pictures, { recursive: true });
const shown = readFileSync(join(root, "README.md"), "utf8")
    .replace(/\(\.\.\/\.\.\/docs\/images\/([\w-]+\.png)\)/g, (_, name) => {
        copyFileSync(join(root, "../../docs/images", name), join(pictures, name));
        return `(images/screens/${name})`;
    })
    .replace(/\[([^\]]+)\]\(\.\.\/\.\.\/[^)]+\)/g, "$1");
writeFileSync(readme, shown);

const suffix = values.target === undefined ? "" : `-${values.target}`;
const out = resolve(values.out ?? join(root, `danaide${suffix}-${version}.vsix`));
mkdirSync(dirname(out), { recursive: true });
const node = (...args) => execFileSync(process.execPath, args, { cwd: root, stdio: "inherit" });
node("scripts/build.mjs");
const args = [
    "package",
    "--no-dependencies",
    "--allow-missing-repository",
    "--skip-license",
    "--no-rewrite-relative-links",
    "--readme-path",
    "PACKAGE.md",
    "--out",
    out,
];
if (values.target !== undefined) args.push("--target", values.target);
try {
    node("node_modules/@vscode/vsce/vsce", ...args);
} finally {
    rmSync(folder, { recursive: true, force: true });
    rmSync(pictures, { recursive: true, force: true });
    rmSync(readme, { force: true });
}
const size = path => `${(statSync(path).size / 1024).toFixed(0)} KB`;
console.log(
    `extension.js ${size(join(root, "dist/extension.js"))}, graph.js ${size(join(root, "dist/graph.js"))}, package ${size(out)}`,
);
