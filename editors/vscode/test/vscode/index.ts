// Runs Mocha in the extension host. Which suite, the session says.
import Mocha from "mocha";
import { commands } from "./commands";
import { main } from "./main";
import { missing } from "./missing";
import { notebooks } from "./notebooks";
import { runs } from "./runs";
import { log } from "./screen";
import { untrusted } from "./untrusted";

const SUITES: Record<string, () => void> = { main, commands, notebooks, runs, untrusted, missing };

export function run(): Promise<void> {
    // The editor's console is not the script's terminal.
    (Mocha.reporters.Base as unknown as { consoleLog: typeof log }).consoleLog = log;
    const mocha = new Mocha({ ui: "bdd", timeout: 30_000, slow: 5000, color: false, bail: false });
    const grep = process.env.DANAIDE_GREP ?? "";
    if (grep !== "") mocha.grep(grep);
    mocha.suite.emit("pre-require", globalThis, "", mocha);
    const session = process.env.DANAIDE_SESSION ?? "main";
    const suite = SUITES[session];
    if (suite === undefined) throw new Error(`no suite ${session}`);
    suite();
    return new Promise((done, failed) => {
        mocha.run(failures => {
            // What was said last is on its way still.
            setTimeout(() => (failures > 0 ? failed(new Error(`${failures} tests failed`)) : done()), 500);
        });
    });
}
