import assert from "node:assert/strict";
import { test } from "node:test";
import { forServer } from "../../src/server/settings";

test("the server gets its settings, and no others", () => {
    const section = {
        server: { path: "", arguments: [], environment: {}, probeSeconds: 5 },
        run: { show: "output", llm: "mock", limits: { seconds: 1 } },
        trace: { server: "off" },
        lens: { run: false },
    };
    assert.deepEqual(forServer(section), {
        run: { llm: "mock", limits: { seconds: 1 } },
        trace: { server: "off" },
        lens: { run: false },
    });
    assert.deepEqual(section.run.show, "output");
});

test("what is not there does no harm", () => {
    assert.equal(forServer(null), null);
    assert.deepEqual(forServer({}), {});
    assert.deepEqual(forServer({ run: 3 }), { run: 3 });
});
