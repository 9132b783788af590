import assert from "node:assert/strict";
import { test } from "node:test";
import { completeTarget, parametersOf, readValue, testsOf } from "../../src/runs/target";

const here = { uri: "file:///here.na", languageId: "dana" };

test("a lens says everything", () => {
    const lens = { uri: "file:///a.na", function: "load" };
    assert.deepEqual(completeTarget(lens, here), lens);
    assert.deepEqual(completeTarget({ ...lens, arguments: { x: 1 } }, undefined), {
        ...lens,
        arguments: { x: 1 },
    });
});

test("to run __main__ is to run the file", () => {
    assert.deepEqual(completeTarget({ uri: "file:///a.na", function: "__main__" }, here), {
        uri: "file:///a.na",
    });
});

test("the palette means the document of the editor", () => {
    assert.deepEqual(completeTarget(undefined, here), { uri: "file:///here.na" });
    assert.equal(completeTarget(undefined, undefined), "Open a Dana file first.");
    assert.match(String(completeTarget(undefined, { ...here, languageId: "python" })), /not a Dana file/);
});

test("the explorer gives a URI", () => {
    const uri = { scheme: "file", path: "/b.na", toString: () => "file:///b.na" };
    assert.deepEqual(completeTarget(uri, here), { uri: "file:///b.na" });
});

test("other arguments do not matter", () => {
    for (const given of [null, 3, "x", {}, { uri: 3 }]) {
        assert.deepEqual(completeTarget(given, here), { uri: "file:///here.na" });
    }
});

const TEXT = `
def load(name: str, # a comment, with (brackets
         sizes: dict[str, int] = {"a": 1, "b": [2, 3]},
         pattern = "),=:", *rest, limit: int = 3, **more) -> list:
    pass

workflow Handle(request: dict) = receive | reply
def __main__(): pass
sync def wait(seconds): pass
def process(folder: str) = fetch | store
`;

test("parameters of functions, workflows and pipelines", () => {
    assert.deepEqual(parametersOf(TEXT, "load"), [
        { name: "name", type: "str", isRequired: true },
        { name: "sizes", type: "dict[str, int]", isRequired: false },
        { name: "pattern", type: undefined, isRequired: false },
        { name: "limit", type: "int", isRequired: false },
    ]);
    const names = (name: string) => parametersOf(TEXT, name).map(it => it.name);
    assert.deepEqual(names("Handle"), ["request"]);
    assert.deepEqual(names("wait"), ["seconds"]);
    assert.deepEqual(names("process"), ["folder"]);
    assert.deepEqual(names("__main__"), []);
    assert.deepEqual(names("nobody"), []);
    assert.deepEqual(
        parametersOf("def f(a, b", "f").map(it => it.name),
        ["a", "b"],
    );
});

test("values are JSON if they can be, and text for a parameter that is text", () => {
    assert.equal(readValue("3", "int"), 3);
    assert.equal(readValue("3", "str"), "3");
    assert.deepEqual(readValue("[1, 2]", undefined), [1, 2]);
    assert.equal(readValue("hello", undefined), "hello");
});

test("tests are the functions that need nothing", () => {
    const text =
        "def test_a(): pass\n\nsync def test_b(n = 1):\n    pass\ndef test_c(n): pass\n    def test_d(): pass\ndef test_a(): pass\n";
    assert.deepEqual(testsOf(text), [
        { name: "test_a", line: 0 },
        { name: "test_b", line: 2 },
    ]);
});
