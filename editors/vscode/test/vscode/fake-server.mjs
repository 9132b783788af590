// A language server for tests: the real one, with scripted runs in front of it. What a program would do is read from its
// comments: `# run: out TEXT`, `# run: task NAME LINE MS`, `# run: ask QUESTION`, `# run: fail LINE MESSAGE`,
// `# run: forever`. Everything else goes to the real server and back.
// usage: DANAIDE_REAL_SERVER=PATH node fake-server.mjs lsp
import { execFileSync, spawn } from "node:child_process";

const real = process.env.DANAIDE_REAL_SERVER;
const args = process.argv.slice(2);

if (args.includes("--version")) {
    process.stdout.write(execFileSync(real, ["--version"]));
    process.exit(0);
}

const COMMANDS = ["danaide.run", "danaide.runSelection", "danaide.test", "danaide.cancel"];
const server = spawn(real, args, { stdio: ["pipe", "pipe", "inherit"] });
server.on("exit", code => process.exit(code ?? 1));

const texts = new Map();
const runs = new Map();
const asked = new Map();
let initialize;
let count = 0;

function write(stream, message) {
    const body = Buffer.from(JSON.stringify({ jsonrpc: "2.0", ...message }));
    stream.write(`Content-Length: ${body.length}\r\n\r\n`);
    stream.write(body);
}

function messages(stream, take) {
    let rest = Buffer.alloc(0);
    stream.on("data", part => {
        rest = Buffer.concat([rest, part]);
        for (;;) {
            const end = rest.indexOf("\r\n\r\n");
            if (end < 0) return;
            const length = Number(/content-length: (\d+)/i.exec(rest.subarray(0, end).toString())[1]);
            if (rest.length < end + 4 + length) return;
            const body = rest.subarray(end + 4, end + 4 + length).toString();
            rest = rest.subarray(end + 4 + length);
            take(JSON.parse(body));
        }
    });
}

const notify = (method, params) => write(process.stdout, { method, params });
const wait = milliseconds => new Promise(done => setTimeout(done, milliseconds));

function lineRange(text, line) {
    const content = text.split("\n")[line] ?? "";
    const start = content.length - content.trimStart().length;
    return { start: { line, character: start }, end: { line, character: content.length } };
}

async function play(run, uri, text, title, tests) {
    const began = Date.now();
    const state = { cancelled: false, tasks: new Map() };
    runs.set(run, state);
    notify("danaide/runStarted", { run, uri, version: 1, title });
    let error = null;
    for (const [, what] of text.matchAll(/^\s*# run: (.*)$/gm)) {
        if (state.cancelled || error !== null) break;
        const [word, ...others] = what.split(" ");
        if (word === "out")
            notify("danaide/runOutput", { run, channel: "stdout", text: `${others.join(" ")}\n` });
        if (word === "task") {
            const [name, line, milliseconds] = others;
            const range = lineRange(text, Number(line) - 1);
            const startedMs = Date.now() - began;
            const task = {
                id: `${name}#${line}`,
                parent: null,
                name,
                uri,
                range,
                attempts: 1,
                startedMs,
                waitingMs: 0,
            };
            notify("danaide/runTasks", { run, tasks: [{ ...task, state: "running", durationMs: null }] });
            await wait(Number(milliseconds));
            const durationMs = Date.now() - began - startedMs;
            notify("danaide/runTasks", { run, tasks: [{ ...task, state: "done", attempts: 2, durationMs }] });
        }
        if (word === "ask") {
            count += 1;
            const id = `ask-${count}`;
            const answer = new Promise(done => asked.set(id, done));
            write(process.stdout, {
                id,
                method: "danaide/ask",
                params: { run, question: others.join(" "), default: null },
            });
            const result = await answer;
            notify("danaide/runOutput", {
                run,
                channel: "stdout",
                text: `Hello, ${result?.answer ?? "nobody"}\n`,
            });
        }
        if (word === "fail") {
            const [line, ...message] = others;
            const range = lineRange(text, Number(line) - 1);
            error = { code: "ZeroDivisionError", message: message.join(" "), uri, range, traceback: [] };
        }
        if (word === "forever") {
            for (let n = 0; !state.cancelled; n += 1) {
                notify("danaide/runOutput", { run, channel: "stdout", text: `tick ${n}\n` });
                await wait(200);
            }
        }
    }
    runs.delete(run);
    const outcome = state.cancelled ? "cancelled" : error === null ? "done" : "failed";
    notify("danaide/runFinished", { run, outcome, milliseconds: Date.now() - began, error, tests });
}

function execute({ command, arguments: [first] = [] }) {
    if (command === "danaide.cancel") {
        const chosen = [...runs].filter(([id]) => first?.run === undefined || first.run === id);
        for (const [, state] of chosen) state.cancelled = true;
        return { cancelled: chosen.length };
    }
    count += 1;
    const run = `run-${count}`;
    const text = texts.get(first.uri) ?? "";
    const name = first.uri.split("/").at(-1);
    const all = [...text.matchAll(/^def (test_\w+)/gm)].map(it => it[1]);
    const tests = (command === "danaide.test" ? all : [])
        .filter(it => first.function === undefined || it === first.function)
        .map(it => {
            const line = text.slice(0, text.indexOf(`def ${it}`)).split("\n").length;
            const passed = !it.includes("room");
            const message = passed ? null : "AssertionError: a room in Rome is not no room";
            const outcome = passed ? "passed" : "failed";
            return {
                name: it,
                uri: first.uri,
                range: lineRange(text, line),
                outcome,
                message,
                milliseconds: 7,
            };
        });
    const given = first.arguments === undefined ? "" : ` ${JSON.stringify(first.arguments)}`;
    const lines =
        first.range === undefined ? "" : ` lines ${first.range.start.line + 1}–${first.range.end.line + 1}`;
    void play(run, first.uri, text, `${first.function ?? name}${lines}${given}`, tests);
    return { run };
}

messages(process.stdin, message => {
    const { method, id, params } = message;
    if (method === "initialize") initialize = id;
    if (method === "textDocument/didOpen") texts.set(params.textDocument.uri, params.textDocument.text);
    if (method === "workspace/executeCommand" && COMMANDS.includes(params.command)) {
        write(process.stdout, { id, result: execute(params) });
    } else if (method === undefined && asked.has(id)) {
        asked.get(id)(message.result);
        asked.delete(id);
    } else {
        write(server.stdin, message);
    }
});

messages(server.stdout, message => {
    if (message.id === initialize && message.result?.capabilities) {
        message.result.capabilities.executeCommandProvider = { commands: COMMANDS };
    }
    write(process.stdout, message);
});
