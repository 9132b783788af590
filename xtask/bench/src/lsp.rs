//! What an editor asks a server, over standard input and output: ours beside `ty server` and `pyright-langserver`, on the
//! same workspace as Dana and as Python.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::Args;
use serde_json::{Value, json};

use crate::analysis::edits::Edits;
use crate::analysis::server::Client;
use crate::analysis::{check, ms, spread};

#[derive(Args)]
pub struct Options {
    /// The `danaide` to measure.
    binary: PathBuf,
    /// The `ty` to measure.
    ty: PathBuf,
    /// The `pyright-langserver` to measure; without it only the other two.
    pyright: Option<PathBuf>,
    /// Files of the workspace.
    #[arg(long, default_value_t = 300)]
    files: usize,
    /// Lines of each file.
    #[arg(long, default_value_t = 400)]
    lines: usize,
    /// How often each thing is asked.
    #[arg(long, default_value_t = 30)]
    rounds: usize,
}

/// A server of the comparison.
struct Side {
    name: &'static str,
    program: PathBuf,
    args: &'static [&'static str],
    language: &'static str,
    extension: &'static str,
    folder: PathBuf,
}

/// What was measured of a server, in the order of the table; nothing for what it does not do.
type Column = Vec<Option<f64>>;

const ROWS: [&str; 14] = [
    "start to first diagnostics, ms",
    "edit to diagnostics, ms",
    "  95 of 100",
    "completion, ms",
    "hover, ms",
    "references, ms",
    "rename, ms",
    "inlay hints, ms",
    "semantic tokens, ms",
    "semantic tokens, delta, ms",
    "edit to semantic tokens, ms",
    "peak memory, MB",
    "10,000 lines: start, ms",
    "10,000 lines: edit, ms",
];

pub fn run(options: &Options) -> Result<(), String> {
    let folder = tempfile::tempdir().map_err(|e| format!("cannot make a folder: {e}"))?;
    let root = folder.path().canonicalize().map_err(|e| e.to_string())?;
    check::write(&root, options.files, options.lines)?;
    let mut sides = vec![
        Side {
            name: "danaide",
            program: options.binary.clone(),
            args: &["lsp"],
            language: "dana",
            extension: "na",
            folder: root.join("dana"),
        },
        Side {
            name: "ty",
            program: options.ty.clone(),
            args: &["server"],
            language: "python",
            extension: "py",
            folder: root.join("python"),
        },
    ];
    if let Some(pyright) = &options.pyright {
        sides.push(Side {
            name: "pyright",
            program: pyright.clone(),
            args: &["--stdio"],
            language: "python",
            extension: "py",
            folder: root.join("python"),
        });
    }
    let columns: Vec<Column> = sides.iter().map(|it| measure(it, options)).collect::<Result<_, _>>()?;
    let mut names: String = sides.iter().map(|it| format!("{:>10}", it.name)).collect();
    // How many times ours the value of another server is: more than 1 is worse.
    names.extend(sides.iter().skip(1).map(|it| format!("{:>14}", format!("{} ÷ ours", it.name))));
    println!("{:<34}{names}", format!("{} files of {} lines", options.files, options.lines));
    for (number, row) in ROWS.iter().enumerate() {
        let cell = |column: &Column| match column.get(number).copied().flatten() {
            Some(value) => format!("{value:>10.2}"),
            None => format!("{:>10}", "-"),
        };
        let own = columns.first().and_then(|it| it.get(number).copied().flatten());
        let ratio = |column: &Column| match (own, column.get(number).copied().flatten()) {
            (Some(own), Some(value)) if own > 0.0 => format!("{:>14}", format!("{:.1} ×", value / own)),
            _ => format!("{:>14}", "-"),
        };
        let ratios: String = columns.iter().skip(1).map(ratio).collect();
        println!("{row:<34}{}{ratios}", columns.iter().map(cell).collect::<String>());
    }
    println!();
    Ok(())
}

fn measure(side: &Side, options: &Options) -> Result<Column, String> {
    let of = |error: String| format!("{}: {error}", side.name);
    let mut column = workspace(side, options).map_err(of)?;
    let of = |error: String| format!("{}, one large file: {error}", side.name);
    column.extend(large_file(side, options).map_err(of)?);
    Ok(column)
}

/// The last file of the workspace imports others: it is the one that is edited.
fn workspace(side: &Side, options: &Options) -> Result<Column, String> {
    let failed = |e: std::io::Error| format!("cannot read the workspace: {e}");
    let mut files: Vec<PathBuf> = std::fs::read_dir(&side.folder)
        .map_err(failed)?
        .filter_map(|it| Some(it.ok()?.path()))
        .filter(|it| it.extension().is_some_and(|it| it == side.extension))
        .collect();
    files.sort();
    let mut main = None;
    for path in files.iter().rev() {
        let text = std::fs::read_to_string(path).map_err(failed)?;
        if let Some(place) = imported_name(&text) {
            main = Some((path.clone(), text, place));
            break;
        }
    }
    let (path, text, (line, column)) = main.ok_or("no file imports another")?;

    let began = Instant::now();
    let mut client = Client::start(&side.program, side.args, &side.folder, &path)?;
    client.open(side.language, &text)?;
    let start = ms(began.elapsed());

    let end = text.lines().count();
    let mut times = Vec::new();
    for version in 1..=options.rounds {
        times.push(type_line(&mut client, version, end, version > 1)?);
    }
    let (median, p95, _) = spread(times);
    let mut column_of_side = vec![Some(start), Some(ms(median)), Some(ms(p95))];

    let document = json!({ "uri": client.uri });
    let position = json!({ "line": line, "character": column });
    let here = json!({ "textDocument": document, "position": position });
    let whole = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": end, "character": 0 } });
    let references =
        json!({ "textDocument": document, "position": position, "context": { "includeDeclaration": true } });
    let rename = json!({ "textDocument": document, "position": position, "newName": "renamed_by_the_bench" });
    for (capability, method, params) in [
        ("completionProvider", "textDocument/completion", here.clone()),
        ("hoverProvider", "textDocument/hover", here),
        ("referencesProvider", "textDocument/references", references),
        ("renameProvider", "textDocument/rename", rename),
        ("inlayHintProvider", "textDocument/inlayHint", json!({ "textDocument": document, "range": whole })),
        ("semanticTokensProvider", "textDocument/semanticTokens/full", json!({ "textDocument": document })),
    ] {
        column_of_side.push(asked(&mut client, capability, method, &params, options.rounds)?);
    }
    column_of_side.push(delta(&mut client, &document, options.rounds)?);
    column_of_side.push(tokens_of_edits(&mut client, &document, options.rounds, end)?);
    column_of_side.push(peak(client.child.id()));
    client.stop();
    Ok(column_of_side)
}

/// The first name that a file imports from another one: line and column.
fn imported_name(text: &str) -> Option<(usize, usize)> {
    text.lines().enumerate().find_map(|(number, line)| {
        let rest = line.strip_prefix("from ")?;
        let at = rest.find(" import ")?;
        Some((number, "from ".len() + at + " import ".len()))
    })
}

/// Types a line at the end of the text, in the place of the one before; gives the time to its diagnostics.
fn type_line(client: &mut Client, version: usize, line: usize, replaces: bool) -> Result<Duration, String> {
    let last = line + usize::from(replaces);
    let change = json!({
        "textDocument": { "uri": client.uri, "version": version },
        "contentChanges": [{
            "range": { "start": { "line": line, "character": 0 }, "end": { "line": last, "character": 0 } },
            "text": format!("value_{version} = missing_{version} + {version}\n"),
        }],
    });
    let began = Instant::now();
    client.tell("textDocument/didChange", change)?;
    client.diagnostics()?;
    Ok(began.elapsed())
}

/// The median time of a request; nothing if the server does not know it.
fn asked(
    client: &mut Client,
    capability: &str,
    method: &str,
    params: &Value,
    rounds: usize,
) -> Result<Option<f64>, String> {
    if client.offered[capability].is_null() {
        return Ok(None);
    }
    let mut times = Vec::new();
    for _ in 0..rounds {
        let began = Instant::now();
        client.ask(method, params.clone())?;
        times.push(began.elapsed());
    }
    Ok(Some(ms(spread(times).0)))
}

fn delta(client: &mut Client, document: &Value, rounds: usize) -> Result<Option<f64>, String> {
    if client.offered["semanticTokensProvider"]["full"]["delta"] != true {
        return Ok(None);
    }
    let full = client.ask("textDocument/semanticTokens/full", json!({ "textDocument": document }))?;
    let mut id = full["resultId"].clone();
    let mut times = Vec::new();
    for _ in 0..rounds {
        let began = Instant::now();
        let params = json!({ "textDocument": document, "previousResultId": id });
        let answer = client.ask("textDocument/semanticTokens/full/delta", params)?;
        times.push(began.elapsed());
        id = answer["resultId"].clone();
    }
    Ok(Some(ms(spread(times).0)))
}

/// The time from an edit to the tokens of the text after it: what is different where the server says that, else all.
fn tokens_of_edits(client: &mut Client, document: &Value, rounds: usize, line: usize) -> Result<Option<f64>, String> {
    let offered = &client.offered["semanticTokensProvider"];
    if offered.is_null() {
        return Ok(None);
    }
    let has_delta = offered["full"]["delta"] == true;
    let full = client.ask("textDocument/semanticTokens/full", json!({ "textDocument": document }))?;
    let mut id = full["resultId"].clone();
    let mut times = Vec::new();
    for round in 1..=rounds {
        let version = rounds + round;
        let change = json!({
            "textDocument": { "uri": client.uri, "version": version },
            "contentChanges": [{
                "range": { "start": { "line": line, "character": 0 }, "end": { "line": line + 1, "character": 0 } },
                "text": format!("value_{version} = missing_{version} + {version}\n"),
            }],
        });
        let began = Instant::now();
        client.tell("textDocument/didChange", change)?;
        let answer = if has_delta {
            let params = json!({ "textDocument": document, "previousResultId": id });
            client.ask("textDocument/semanticTokens/full/delta", params)?
        } else {
            client.ask("textDocument/semanticTokens/full", json!({ "textDocument": document }))?
        };
        times.push(began.elapsed());
        id = answer["resultId"].clone();
    }
    Ok(Some(ms(spread(times).0)))
}

/// The most memory that a process and those it started had, in megabytes; nothing where the system does not say it.
fn peak(process: u32) -> Option<f64> {
    let of = |process: u32| {
        let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
        let line = status.lines().find_map(|it| it.strip_prefix("VmHWM:"))?;
        line.trim().trim_end_matches("kB").trim().parse::<f64>().ok()
    };
    let children = std::fs::read_to_string(format!("/proc/{process}/task/{process}/children")).unwrap_or_default();
    let children = children.split_whitespace().filter_map(|it| it.parse().ok()).filter_map(of);
    Some((of(process)? + children.sum::<f64>()) / 1024.0)
}

fn large_file(side: &Side, options: &Options) -> Result<Column, String> {
    let folder = tempfile::tempdir().map_err(|e| format!("cannot make a folder: {e}"))?;
    let folder = folder.path().canonicalize().map_err(|e| e.to_string())?;
    let mut edits = Edits::new(10_000);
    let path: &Path = &folder.join(format!("main.{}", side.extension));
    std::fs::write(path, edits.text()).map_err(|e| format!("cannot write {}: {e}", path.display()))?;
    let began = Instant::now();
    let mut client = Client::start(&side.program, side.args, &folder, path)?;
    client.open(side.language, edits.text())?;
    let start = ms(began.elapsed());
    let mut times = Vec::new();
    for version in 1..=options.rounds {
        let edit = edits.next();
        let line = edits.text()[..edit.at].matches('\n').count();
        times.push(client.edit(version, line, &edit)?);
    }
    client.stop();
    Ok(vec![Some(start), Some(ms(spread(times).0))])
}
