// Finds the language server: the one of the settings, else the one that came with the extension, else one of the
// PATH. Each is asked for its version first; what was tried is kept for the message when none works.
import { execFile } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, isAbsolute, join, resolve } from "node:path";

export type Origin = "setting" | "bundled" | "path";

export interface Server {
    command: string;
    version: string;
    origin: Origin;
}

export interface Attempt {
    origin: Origin;
    /** The file that was tried, or what was looked for. */
    command: string;
    /** Why it cannot be used. */
    problem: string;
}

export type Discovery = { server: Server; attempts: Attempt[] } | { server: undefined; attempts: Attempt[] };

export interface Places {
    /** The setting `danaide.server.path`; empty if there is none. */
    setting: string;
    /** The folder of the extension. */
    extension: string;
    /** For paths in the setting that are relative: the first folder of the workspace. */
    workspace: string | undefined;
    environment: Record<string, string | undefined>;
    platform: NodeJS.Platform;
    /** How long a server may take to tell its version. */
    timeoutMs: number;
}

export interface Candidate {
    origin: Origin;
    command: string;
}

export function executableName(platform: NodeJS.Platform): string {
    return platform === "win32" ? "danaide.exe" : "danaide";
}

/** `~`, `${workspaceFolder}` and `${env:NAME}` in a path of the settings. */
export function expand(path: string, places: Pick<Places, "workspace" | "environment">): string {
    const home = places.environment.HOME ?? places.environment.USERPROFILE ?? homedir();
    const text = path
        .trim()
        .replace(/^~(?=$|[/\\])/, () => home)
        .replace(/\$\{workspaceFolder\}/g, () => places.workspace ?? "")
        .replace(/\$\{env:([^}]+)\}/g, (_, name: string) => places.environment[name] ?? "");
    return isAbsolute(text) || places.workspace === undefined ? text : resolve(places.workspace, text);
}

/** The folders of the PATH, in order, each once. */
export function searchFolders(environment: Places["environment"]): string[] {
    const name = Object.keys(environment).find(it => it.toUpperCase() === "PATH") ?? "PATH";
    const folders = (environment[name] ?? "").split(delimiter).filter(it => it !== "");
    return [...new Set(folders)];
}

/** A command of the setting without a folder is one of the PATH, everything else a file. */
function isBareName(setting: string): boolean {
    return !/[/\\]/.test(setting) && !setting.startsWith("~") && !setting.includes("${");
}

/** What to try, in this order. A setting that is there is the only one: to fall back would hide a slip in it. */
export function candidates(places: Places): Candidate[] {
    const setting = places.setting.trim();
    if (setting !== "" && !isBareName(setting))
        return [{ origin: "setting", command: expand(setting, places) }];
    const name = setting === "" ? executableName(places.platform) : setting;
    const origin: Origin = setting === "" ? "path" : "setting";
    const found: Candidate[] = [];
    if (setting === "") found.push({ origin: "bundled", command: join(places.extension, "server", name) });
    for (const folder of searchFolders(places.environment))
        found.push({ origin, command: join(folder, name) });
    return found;
}

/** Why a file cannot be started at all, if so. */
export function unusable(path: string, platform: NodeJS.Platform): string | undefined {
    try {
        if (!statSync(path).isFile()) return "not a file";
    } catch {
        return "no such file";
    }
    if (platform === "win32") return undefined;
    try {
        accessSync(path, constants.X_OK);
    } catch {
        return "not executable";
    }
    return undefined;
}

const VERSION = /^danaide\s+(\d+\.\d+\.\d+\S*)/;

/** The version that a program gives for `--version`; throws with the reason if it is not a Danaide. */
export function probe(command: string, timeoutMs: number): Promise<string> {
    return new Promise((done, failed) => {
        const options = {
            timeout: timeoutMs,
            killSignal: "SIGKILL",
            windowsHide: true,
            encoding: "utf8",
        } as const;
        const child = execFile(command, ["--version"], options, (error, stdout, stderr) => {
            const version = VERSION.exec(stdout)?.[1];
            if (error?.killed) failed(new Error(`no answer to --version within ${timeoutMs / 1000} s`));
            else if (error) failed(new Error(reason(error, stderr)));
            else if (version === undefined)
                failed(new Error(`not Danaide: --version says “${firstLine(stdout)}”`));
            else done(version);
        });
        child.stdin?.end();
    });
}

function reason(
    error: Error & { code?: string | number | null; signal?: string | null },
    stderr: string,
): string {
    if (typeof error.code === "string") return `cannot be started (${error.code})`;
    const how = error.signal ? `was ended by ${error.signal}` : `ended with ${error.code}`;
    const said = firstLine(stderr);
    return said === "" ? `--version ${how}` : `--version ${how}: ${said}`;
}

function firstLine(text: string): string {
    const line = text.trim().split(/\r?\n/, 1)[0] ?? "";
    return line.length > 120 ? `${line.slice(0, 120)}…` : line;
}

/** Tries one after the other. Folders of the PATH without the program are told of together, not one by one. */
export async function discover(places: Places): Promise<Discovery> {
    const attempts: Attempt[] = [];
    const empty: string[] = [];
    for (const { origin, command } of candidates(places)) {
        const problem = unusable(command, places.platform);
        const isFile = !isBareName(places.setting) || origin === "bundled";
        if (problem === "no such file" && !isFile) {
            empty.push(command);
            continue;
        }
        if (problem !== undefined) {
            attempts.push({ origin, command, problem });
            continue;
        }
        try {
            return { server: { command, origin, version: await probe(command, places.timeoutMs) }, attempts };
        } catch (error) {
            attempts.push({
                origin,
                command,
                problem: error instanceof Error ? error.message : String(error),
            });
        }
    }
    const origin: Origin = places.setting.trim() === "" ? "path" : "setting";
    for (const command of empty) attempts.push({ origin, command, problem: "no such file" });
    if (isBareName(places.setting) && searchFolders(places.environment).length === 0) {
        attempts.push({ origin, command: "PATH", problem: "no folders in it" });
    }
    return { server: undefined, attempts };
}

const ORIGINS: Record<Origin, string> = {
    setting: "setting danaide.server.path",
    bundled: "with the extension",
    path: "PATH",
};

/** What to tell when no server was found: every file that was tried and why it was not used, and what to do. */
export function failureReport(attempts: Attempt[]): string {
    const lines = ["No Danaide language server could be started. Tried, in this order:"];
    for (const { origin, command, problem } of attempts)
        lines.push(`  ${command} (${ORIGINS[origin]}): ${problem}`);
    lines.push(
        "Install it with `cargo install --path crates/cli` in a checkout of Danaide, or set danaide.server.path to",
        "the executable, then run “Dana: Restart Language Server”.",
    );
    return lines.join("\n");
}

/** The same for a pop-up, which is one paragraph. */
export function failureSummary(attempts: Attempt[]): string {
    const tried = attempts.map(it => `${it.command} (${ORIGINS[it.origin]}): ${it.problem}`);
    return `No Danaide language server could be started. Tried: ${tried.join("; ")}.`;
}
