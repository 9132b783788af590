// Runs the suites in a real editor: packs the extension, installs the package into clean profiles of Visual Studio Code,
// opens copies of the test workspace in headless Chromium, and runs Mocha in the extension host. A small server of this
// script lets the tests see and use the screen.
// usage: node test/vscode/run.mjs [SESSION…] [--grep TEXT] [--server PATH] [--old] [--keep] [--verbose]
import { execFileSync, spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { NEWEST, OLDEST, places, setup } from "./setup.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../..");
const repository = join(root, "../..");
const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
        grep: { type: "string" },
        server: { type: "string", default: process.env.DANAIDE_BIN },
        old: { type: "boolean", default: false },
        verbose: { type: "boolean", default: false },
        keep: { type: "boolean", default: false },
        port: { type: "string", default: "8124" },
    },
});

/** What differs between the sessions: the package, the trust, the settings. */
const SESSIONS = {
    main: { target: "linux-x64", trusted: true, settings: {} },
    commands: { target: "linux-x64", trusted: true, settings: {} },
    notebooks: { target: "linux-x64", trusted: true, settings: {} },
    runs: { target: "linux-x64", trusted: true, settings: {} },
    untrusted: { target: "linux-x64", trusted: false, settings: {} },
    missing: { target: undefined, trusted: true, settings: {}, path: "/usr/bin:/bin" },
};

/** Longer than this no session takes. */
const LIMIT_MS = 240_000;

const cache = process.env.DANAIDE_EDITORS_CACHE ?? join(repository, ".cache/editors");
const version = values.old ? OLDEST : NEWEST;
const { program, entry, home } = places(cache, version);
const images = join(repository, "docs/images");

function danaide() {
    const path = values.server;
    if (path === undefined || !existsSync(path)) {
        console.error("error: name the server with --server PATH or DANAIDE_BIN");
        process.exit(2);
    }
    return resolve(path);
}

const packages = new Map();

/** The package for a platform, made once. */
function pack(target) {
    const known = packages.get(target);
    if (known !== undefined) return known;
    const out = join(cache, `danaide${target === undefined ? "" : `-${target}`}.vsix`);
    const args = target === undefined ? [] : ["--target", target, "--server", danaide()];
    const options = { cwd: root, stdio: ["ignore", "ignore", "inherit"] };
    execFileSync(process.execPath, ["scripts/package.mjs", "--out", out, ...args], options);
    packages.set(target, out);
    return out;
}

const USER_SETTINGS = {
    "security.workspace.trust.startupPrompt": "never",
    "security.workspace.trust.banner": "always",
    "workbench.startupEditor": "none",
    "workbench.tips.enabled": false,
    "workbench.colorTheme": "Default Dark Modern",
    "workbench.secondarySideBar.defaultVisibility": "hidden",
    "chat.disableAIFeatures": true,
    "chat.commandCenter.enabled": false,
    "window.commandCenter": false,
    "window.menuBarVisibility": "compact",
    "editor.minimap.enabled": false,
    "editor.cursorBlinking": "solid",
    "editor.fontSize": 14,
    "telemetry.telemetryLevel": "off",
    "extensions.autoUpdate": false,
    "files.autoSave": "off",
    "git.enabled": false,
    "task.allowAutomaticTasks": "off",
};

/** Each session has its own port: that of the one before may still be taken. */
let port = Number(values.port);

async function session(name) {
    port += 1;
    const { target, trusted, settings, path } = SESSIONS[name];
    const scratch = mkdtempSync(join(tmpdir(), `danaide-vscode-${name}-`));
    const profile = join(scratch, "profile");
    const extensions = join(scratch, "extensions");
    const workspace = join(scratch, "workspace");
    cpSync(join(here, "workspace"), workspace, { recursive: true });
    cpSync(join(repository, "examples"), join(workspace, "examples"), { recursive: true });
    mkdirSync(join(profile, "User"), { recursive: true });
    writeFileSync(join(profile, "User/settings.json"), JSON.stringify({ ...USER_SETTINGS, ...settings }));
    writeFileSync(join(scratch, "config.yaml"), `bind-addr: 127.0.0.1:${port}\nauth: none\ncert: false\n`);
    const common = [
        "--config",
        join(scratch, "config.yaml"),
        "--user-data-dir",
        profile,
        "--extensions-dir",
        extensions,
    ];
    const control = await driver(name);
    const env = {
        ...process.env,
        ...(path === undefined ? {} : { PATH: path }),
        XDG_DATA_HOME: join(scratch, "data"),
        XDG_CONFIG_HOME: join(scratch, "config"),
        XDG_CACHE_HOME: join(scratch, "cache"),
        DANAIDE_DRIVER: control.address,
        DANAIDE_SESSION: name,
        DANAIDE_GREP: values.grep ?? "",
        DANAIDE_FAKE_SERVER: join(here, "fake-server.mjs"),
        DANAIDE_NODE: process.execPath,
        DANAIDE_REAL_SERVER: danaide(),
    };
    const log = openSync(join(scratch, "editor.log"), "a");
    const start = (...args) => [entry, ...common, ...args];
    execFileSync(program, start("--install-extension", pack(target)), { env, stdio: ["ignore", log, log] });
    const flags = ["--disable-telemetry", "--disable-update-check", "--disable-file-downloads"];
    if (trusted) flags.push("--disable-workspace-trust");
    const editor = spawn(program, start(...flags), { env, stdio: ["ignore", log, log], detached: true });
    let passed = false;
    try {
        await listening(port);
        passed = await control.open(workspace);
    } finally {
        await control.close();
        try {
            process.kill(-editor.pid, "SIGTERM");
        } catch {
            // It has ended by itself.
        }
        await Promise.race([new Promise(done => editor.once("exit", done)), wait(5000)]);
    }
    if (passed && !values.keep) rmSync(scratch, { recursive: true, force: true });
    else console.log(`the profile of the session is in ${scratch}`);
    return passed;
}

const wait = milliseconds => new Promise(done => setTimeout(done, milliseconds));

async function listening(port) {
    for (let i = 0; i < 1200; i += 1) {
        const there = await new Promise(done => {
            const socket = connect(port, "127.0.0.1", () => done(true) || socket.destroy());
            socket.on("error", () => done(false));
        });
        if (there) return;
        await wait(100);
    }
    throw new Error("the editor does not listen");
}

/** What tests can ask of the screen; they run in the extension host and cannot see it. */
const ACTIONS = {
    async screenshot({ page }, { name, inImages }) {
        const folder = inImages && !values.old ? images : join(cache, "pictures");
        mkdirSync(folder, { recursive: true });
        await page.mouse.move(700, 5);
        await page.screenshot({ path: join(folder, `${name}.png`) });
    },
    async press({ page }, { key }) {
        await page.keyboard.press(key);
    },
    async type({ page }, { text, delay }) {
        await page.keyboard.type(text, { delay: delay ?? 20 });
    },
    async click({ page }, { selector, text, webview, button, double }) {
        const place = webview ? await graphFrame(page) : page;
        const all = place.locator(selector);
        const found = text === undefined ? all.first() : all.filter({ hasText: text }).first();
        const options = { timeout: 10_000, button: button ?? "left", force: webview ?? false };
        await (double ? found.dblclick(options) : found.click(options));
    },
    async hover({ page }, { selector, text }) {
        await page.locator(selector).filter({ hasText: text }).first().hover({ timeout: 10_000 });
    },
    async texts({ page }, { selector, webview }) {
        const place = webview ? await graphFrame(page) : page;
        return place.locator(selector).evaluateAll(all => all.map(it => it.textContent));
    },
    /** An attribute of everything that the selector finds. */
    async attributes({ page }, { selector, attribute, webview }) {
        const place = webview ? await graphFrame(page) : page;
        return place
            .locator(selector)
            .evaluateAll((all, name) => all.map(it => it.getAttribute(name)), attribute);
    },
    async styles({ page }, { selector, property, webview }) {
        const place = webview ? await graphFrame(page) : page;
        return place
            .locator(selector)
            .evaluateAll((all, name) => all.map(it => getComputedStyle(it).getPropertyValue(name)), property);
    },
    async focus({ page }, { selector, webview }) {
        const place = webview ? await graphFrame(page) : page;
        await place.locator(selector).first().focus();
    },
    async log(_, { text }) {
        console.log(text);
    },
    /** Fills an input and confirms it, whatever has the focus. */
    async fill({ page }, { selector, text }) {
        const input = page.locator(selector).first();
        await input.fill(text);
        await input.press("Enter");
    },
    async size({ page }, { width, height }) {
        await page.setViewportSize({ width, height });
    },
    async moveMouse({ page }, { x, y }) {
        await page.mouse.move(x, y);
    },
    /** Requests of the page that left this machine. */
    async outside({ outside }) {
        return outside;
    },
};

/** The innermost frame of the task graph. */
async function graphFrame(page) {
    for (let i = 0; i < 100; i += 1) {
        for (const frame of page.frames()) {
            if (
                (await frame
                    .locator("#canvas")
                    .count()
                    .catch(() => 0)) > 0
            )
                return frame;
        }
        await wait(100);
    }
    throw new Error("there is no task graph on the screen");
}

async function driver(name) {
    const require = createRequire(join(home, "server/package.json"));
    const { chromium } = require("playwright-core");
    const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
    const browser = await chromium.launch({ executablePath, headless: true, args: ["--no-sandbox"] });
    const viewport = { width: 1280, height: 760 };
    const page = await browser.newPage({ viewport, permissions: ["clipboard-read", "clipboard-write"] });
    const outside = [];
    page.on("request", request => {
        const { protocol, hostname } = new URL(request.url());
        // Resources of webviews have a name that a service worker answers; nothing is asked on the network.
        const isLocal = hostname === "127.0.0.1" || hostname.endsWith(".vscode-resource.vscode-cdn.net");
        if (protocol.startsWith("http") && !isLocal) outside.push(request.url());
    });
    const server = createServer(async (request, response) => {
        let body = "";
        for await (const part of request) body += part;
        try {
            const { action, ...options } = JSON.parse(body);
            const result = await ACTIONS[action]({ page, outside }, options);
            response.end(JSON.stringify({ result: result ?? null }));
        } catch (error) {
            response.end(JSON.stringify({ error: String(error) }));
        }
    });
    await new Promise(done => server.listen(0, "127.0.0.1", done));
    const remote = path => ({
        $mid: 1,
        scheme: "vscode-remote",
        authority: `127.0.0.1:${port}`,
        path,
    });
    // The workbench reads its options from an attribute of an element; the tests are added to them there.
    await page.addInitScript(
        options => {
            const getAttribute = Element.prototype.getAttribute;
            Element.prototype.getAttribute = function (attribute) {
                const value = getAttribute.call(this, attribute);
                if (this.id !== "vscode-workbench-web-configuration" || attribute !== "data-settings")
                    return value;
                const settings = JSON.parse(value);
                settings.developmentOptions = { ...settings.developmentOptions, ...options };
                return JSON.stringify(settings);
            };
        },
        {
            extensions: [remote(join(here, "host"))],
            extensionTestsPath: remote(join(root, "out/vscode/index.js")),
        },
    );
    await page.exposeFunction("codeAutomationLog", (_type, args) => values.verbose && console.log(...args));
    let finish;
    const exit = new Promise(done => {
        finish = done;
    });
    await page.exposeFunction("codeAutomationExit", code => finish(code));
    return {
        address: `http://127.0.0.1:${server.address().port}`,
        async open(workspace) {
            await page.goto(`http://127.0.0.1:${port}/?folder=${workspace}`);
            const code = await Promise.race([exit, wait(LIMIT_MS).then(() => "timed out")]);
            if (code !== 0) {
                mkdirSync(join(cache, "pictures"), { recursive: true });
                await page.screenshot({ path: join(cache, "pictures", `failed-${name}.png`) });
                console.log(
                    `session ${name} failed (${code}); the screen is in .cache/editors/pictures/failed-${name}.png`,
                );
            }
            return code === 0;
        },
        async close() {
            server.closeAllConnections();
            server.close();
            await browser.close();
        },
    };
}

const started = Date.now();
setup(cache, version);
execFileSync(process.execPath, ["scripts/build.mjs", "--vscode"], { cwd: root, stdio: "inherit" });
const wanted = positionals.length > 0 ? positionals : Object.keys(SESSIONS);
const failed = [];
for (const name of wanted) {
    const start = Date.now();
    console.log(`\n=== ${name}`);
    if (!(await session(name))) failed.push(name);
    console.log(`${name}: ${((Date.now() - start) / 1000).toFixed(0)} s`);
}
console.log(
    `\nVisual Studio Code ${version.replace(/^4/, "1")}: ${((Date.now() - started) / 1000).toFixed(0)} s in all`,
);
if (failed.length > 0) console.log(`failed: ${failed.join(", ")}`);
process.exit(failed.length > 0 ? 1 : 0);
