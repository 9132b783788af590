// Serves a GGUF model in the OpenAI chat protocol: node serve.mjs MODEL. Prints its address once it listens on a free port.
//
// It answers one question after the other, streams if it is asked to, and keeps to a JSON schema by a grammar.

import { createServer } from "node:http";
import { getLlama, LlamaChatSession } from "node-llama-cpp";

const MOST_TOKENS = 200;

const llama = await getLlama({ gpu: false, build: "never", logLevel: "error" });
const model = await llama.loadModel({ modelPath: process.argv[2] });
// One thread: more than there are free cores wait for each other most of the time.
const context = await model.createContext({ contextSize: 2048, threads: 1 });
const sequence = context.getSequence();

let last = Promise.resolve();

/** Runs after everything that was asked before. */
function inTurn(ask) {
    const answer = last.then(ask);
    last = answer.catch(() => {});
    return answer;
}

const tokens = (text) => model.tokenize(text).length;

function history(messages) {
    return messages.map(({ role, content }) => {
        if (role === "system") return { type: "system", text: content };
        if (role === "assistant") return { type: "model", response: [content] };
        return { type: "user", text: content };
    });
}

async function complete(question, signal, onTextChunk) {
    signal.throwIfAborted();
    const messages = question.messages;
    const prompt = messages.at(-1).content;
    const before = history(messages.slice(0, -1));
    await sequence.clearHistory();
    const session = new LlamaChatSession({ contextSequence: sequence, autoDisposeSequence: false });
    session.setChatHistory(before);
    const schema = question.response_format?.json_schema?.schema;
    const grammar = schema && (await llama.createGrammarForJsonSchema(schema));
    const text = await session.prompt(prompt, {
        maxTokens: question.max_tokens ?? question.max_completion_tokens ?? MOST_TOKENS,
        temperature: question.temperature ?? 0,
        seed: question.seed,
        grammar,
        signal,
        onTextChunk,
    });
    session.dispose();
    const asked = messages.map((it) => tokens(it.content)).reduce((a, b) => a + b, 0);
    const answered = tokens(text);
    return { text, usage: { prompt_tokens: asked, completion_tokens: answered, total_tokens: asked + answered } };
}

async function body(request) {
    const parts = [];
    for await (const part of request) parts.push(part);
    return JSON.parse(Buffer.concat(parts).toString("utf8"));
}

function answer(response, status, value) {
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(value));
}

async function chat(request, response) {
    const question = await body(request);
    const gone = new AbortController();
    response.on("close", () => gone.abort());
    const chunk = (delta, rest = {}) => ({ object: "chat.completion.chunk", choices: [{ index: 0, delta, ...rest }] });
    if (!question.stream) {
        const { text, usage } = await inTurn(() => complete(question, gone.signal));
        const message = { role: "assistant", content: text };
        answer(response, 200, { object: "chat.completion", choices: [{ index: 0, message, finish_reason: "stop" }], usage });
        return;
    }
    response.writeHead(200, { "content-type": "text/event-stream" });
    const send = (value) => response.write(`data: ${value}\n\n`);
    const { usage } = await inTurn(() =>
        complete(question, gone.signal, (text) => send(JSON.stringify(chunk({ content: text })))),
    );
    send(JSON.stringify({ ...chunk({}, { finish_reason: "stop" }), usage }));
    send("[DONE]");
    response.end();
}

const server = createServer((request, response) => {
    if (request.method === "GET" && request.url === "/v1/models") {
        answer(response, 200, { object: "list", data: [{ id: "smollm2", object: "model" }] });
    } else if (request.method === "POST" && request.url === "/v1/chat/completions") {
        chat(request, response).catch((error) => {
            console.error(error);
            if (response.headersSent) response.destroy();
            else answer(response, 500, { error: { message: String(error) } });
        });
    } else {
        answer(response, 404, { error: { message: `there is no ${request.url}` } });
    }
});
server.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}/v1`));
