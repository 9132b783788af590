import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { after, before, test } from "node:test";
import {
    candidates,
    discover,
    expand,
    failureReport,
    failureSummary,
    type Places,
    searchFolders,
} from "../../src/server/discovery";

let folder = "";

before(() => {
    folder = mkdtempSync(join(tmpdir(), "danaide-discovery-"));
});

after(() => rmSync(folder, { recursive: true, force: true }));

/** A program of the shell; the tests below are not for Windows. */
function program(path: string, body: string, mode = 0o755): string {
    const file = join(folder, path);
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(file, `#!/bin/sh\n${body}\n`);
    chmodSync(file, mode);
    return file;
}

function places(some: Partial<Places> = {}): Places {
    const extension = join(folder, "extension");
    const environment = { PATH: "" };
    const rest = { setting: "", workspace: undefined, platform: "linux" as const, timeoutMs: 2000 };
    return { extension, environment, ...rest, ...some };
}

test("the server that comes with the extension is tried before the PATH", () => {
    const found = candidates(places({ environment: { PATH: ["/a", "/b", "/a"].join(delimiter) } }));
    assert.deepEqual(found, [
        { origin: "bundled", command: join(folder, "extension/server/danaide") },
        { origin: "path", command: "/a/danaide" },
        { origin: "path", command: "/b/danaide" },
    ]);
});

test("a path in the setting is the only one", () => {
    const environment = { PATH: "/a", HOME: "/home/ada", TOOLS: "/opt" };
    const of = (setting: string) =>
        candidates(places({ setting, environment, workspace: "/work" })).map(it => it.command);
    assert.deepEqual(of("/x/danaide"), ["/x/danaide"]);
    assert.deepEqual(of("~/bin/danaide"), ["/home/ada/bin/danaide"]);
    assert.deepEqual(of("${workspaceFolder}/danaide"), ["/work/danaide"]);
    assert.deepEqual(of("${env:TOOLS}/danaide"), ["/opt/danaide"]);
    assert.deepEqual(of("bin/danaide"), ["/work/bin/danaide"]);
});

test("a name in the setting is looked for on the PATH", () => {
    assert.deepEqual(candidates(places({ setting: "danaide-next", environment: { PATH: "/a" } })), [
        { origin: "setting", command: "/a/danaide-next" },
    ]);
});

test("Windows has other names", () => {
    const found = candidates(places({ platform: "win32", environment: { Path: "/a" } }));
    assert.equal(found[1]?.command, join("/a", "danaide.exe"));
});

test("an empty PATH has no folders", () => {
    assert.deepEqual(searchFolders({}), []);
    assert.deepEqual(searchFolders({ PATH: `${delimiter}/a${delimiter}` }), ["/a"]);
});

test("a variable that is not there is empty", () => {
    assert.equal(expand("${env:NOTHING}/x", { workspace: undefined, environment: {} }), "/x");
});

test("the first that tells a version is used, and what was tried before is kept", async () => {
    const old = program("extension/server/danaide", "echo 'something else 3'");
    const good = program("one/danaide", "echo 'danaide 1.2.3-rc.1'");
    const environment = { PATH: [join(folder, "none"), join(folder, "one")].join(delimiter) };
    const { server, attempts } = await discover(places({ environment }));
    assert.deepEqual(server, { command: good, origin: "path", version: "1.2.3-rc.1" });
    assert.deepEqual(attempts, [
        { origin: "bundled", command: old, problem: "not Danaide: --version says “something else 3”" },
    ]);
    rmSync(old);
});

test("each way of failing has its reason", async () => {
    const cases: [string, string, number, string][] = [
        ["fails/danaide", "echo 'no libc' >&2; exit 127", 0o755, "--version ended with 127: no libc"],
        ["slow/danaide", "sleep 20", 0o755, "no answer to --version within 0.3 s"],
        ["dead/danaide", "kill -9 $$", 0o755, "--version was ended by SIGKILL"],
        ["plain/danaide", "echo", 0o644, "not executable"],
    ];
    for (const [path, body, mode, problem] of cases) {
        const setting = program(path, body, mode);
        const { server, attempts } = await discover(places({ setting, timeoutMs: 300 }));
        assert.equal(server, undefined);
        assert.deepEqual(attempts, [{ origin: "setting", command: setting, problem }]);
    }
    const setting = join(folder, "nothing/danaide");
    assert.deepEqual((await discover(places({ setting }))).attempts, [
        { origin: "setting", command: setting, problem: "no such file" },
    ]);
    assert.equal((await discover(places({ setting: folder }))).attempts[0]?.problem, "not a file");
});

test("a file that is no program cannot be started", async () => {
    const setting = join(folder, "data");
    writeFileSync(setting, Buffer.from([0, 1, 2, 3]), { mode: 0o755 });
    const { attempts } = await discover(places({ setting }));
    assert.match(attempts[0]?.problem ?? "", /^(cannot be started \(\w+\)|--version ended with \d+)/);
});

test("the report names every file that was tried", async () => {
    const environment = { PATH: ["/nowhere/one", "/nowhere/two"].join(delimiter) };
    const { attempts } = await discover(places({ environment }));
    const report = failureReport(attempts);
    const bundled = join(folder, "extension/server/danaide");
    assert.ok(report.includes(`${bundled} (with the extension): no such file`), report);
    assert.ok(report.includes("/nowhere/one/danaide (PATH): no such file"), report);
    assert.ok(report.includes("/nowhere/two/danaide (PATH): no such file"), report);
    assert.ok(report.includes("danaide.server.path"), report);
    assert.ok(failureSummary(attempts).includes("/nowhere/two/danaide (PATH): no such file"));
});

test("without a PATH the report says so", async () => {
    const { attempts } = await discover(places());
    assert.deepEqual(attempts.at(-1), { origin: "path", command: "PATH", problem: "no folders in it" });
});
