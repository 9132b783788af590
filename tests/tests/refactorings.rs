//! Refactorings change the text of a program and not what it does: each golden program is reworked at some places, and
//! must print what it printed before.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use danaide_analysis::occurrence::Symbol;
use danaide_analysis::{AnalysisHost, Db, File, FilePath, OsFileSystem, parse};
use danaide_ide::{ActionKind, code_actions, rename};
use danaide_syntax::{SyntaxKind, TextRange};
use danaide_tests::{command, danaide, root, run};

/// So many of a kind are tried in a program, unless the variable `DANAIDE_REFACTORINGS` has another number.
const MOST: usize = 4;

type Edits = Vec<(TextRange, String)>;

#[test]
fn programs_do_the_same_afterwards() {
    let (count, mut failures) = over_programs(|program| check(program, refactorings, false));
    failures.sort();
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
    assert!(count > 300, "only {count} refactorings were tried");
}

/// `sync(…)`, `sync def` and `@retry` are chosen for what they change: where an exception is raised, what is done until then, and
/// what a failure is. `refactorings.txt` lists the programs that show it, with the first line that is another one; all others do
/// the same as before. `BLESS=1` writes it.
#[test]
fn what_is_chosen_for_what_it_changes_changes_nothing_else() {
    let (count, mut differences) = over_programs(|program| check(program, chosen_changes, true));
    differences.sort();
    let listed = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/refactorings.txt");
    let found = differences.join("\n") + "\n";
    if std::env::var_os("BLESS").is_some() {
        fs::write(&listed, &found).expect("the list can be written");
    }
    assert_eq!(found, fs::read_to_string(&listed).unwrap_or_default(), "BLESS=1 writes {}", listed.display());
    assert!(count > 100, "only {count} refactorings were tried");
}

/// How many refactorings were tried in all programs, and what is said of them.
fn over_programs(check: impl Fn(&Path) -> (usize, Vec<String>) + Sync) -> (usize, Vec<String>) {
    let mut programs = Vec::new();
    collect(&root().join("tests/programs"), &mut programs);
    // One that prints where it stands, or fails, shows that its lines have moved.
    programs.retain(|it| !it.with_extension("err").exists() && !it.ends_with("tasks/deadlock.na"));
    // Its plan names parameters in texts.
    programs.retain(|it| !it.ends_with("tasks/plans.na"));
    assert!(programs.len() >= 100, "only {} programs", programs.len());
    danaide();
    let (next, count) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let said = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                while let Some(program) = programs.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let (tried, mut of_program) = check(program);
                    count.fetch_add(tried, Ordering::Relaxed);
                    said.lock().unwrap_or_else(PoisonError::into_inner).append(&mut of_program);
                }
            });
        }
    });
    (count.into_inner(), said.into_inner().unwrap_or_else(PoisonError::into_inner))
}

fn collect(folder: &Path, out: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).expect("the folder can be listed").flatten().map(|it| it.path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            if !path.ends_with("modules") {
                collect(&path, out);
            }
        } else if path.extension().is_some_and(|it| it == "na") {
            out.push(path);
        }
    }
}

/// What is tried in a program, with titles.
type Tried = fn(&dyn Db, File, &str, &str) -> Vec<(String, Edits)>;

/// How many refactorings were tried, and what the program did otherwise after some of them; in one line if it `is_listed`.
fn check(program: &Path, tried: Tried, is_listed: bool) -> (usize, Vec<String>) {
    let path = program.to_str().expect("names of programs are UTF-8");
    let host = AnalysisHost::new(Arc::new(OsFileSystem));
    let db = host.db();
    let file = host.file(&FilePath::disk(path));
    let text = file.text(db).to_string();
    let expected = fs::read_to_string(program.with_extension("out")).unwrap_or_default();
    let folder = copy(program.parent().expect("a program is in a folder"));
    let name = program.file_name().expect("a program has a name");
    let mut failed = Vec::new();
    // That a program prints what is expected as it stands is the matter of another test.
    let runs = |name: &str| run(command(".", &["run", name, "--virtual-clock"]).current_dir(folder.path()));
    if runs(&name.to_string_lossy()).stdout != expected {
        return (0, failed);
    }
    let all = tried(db, file, &text, &expected);
    for (title, edits) in &all {
        let after = apply(&text, edits);
        fs::write(folder.path().join(name), &after).expect("a file can be written");
        let name = name.to_str().expect("names of programs are UTF-8");
        let ran = runs(name);
        let is_same = if says_when(title) {
            without_times(&ran.stdout) == without_times(&expected)
        } else {
            ran.stdout == expected
        };
        if is_listed && (ran.code != Some(0) || !is_same) {
            let program = program.strip_prefix(root()).unwrap_or(program).display();
            let mut what = first_difference(&expected, &ran.stdout);
            if what.is_empty() {
                let said = ran.stderr.lines().find(|it| it.contains("error")).unwrap_or_default();
                what = format!("{} lines, ends with {:?} {said}", ran.stdout.lines().count(), ran.code);
            }
            failed.push(format!("{program}: {title}: {what}"));
        } else if ran.code != Some(0) || !is_same {
            let change = first_difference(&text, &after);
            failed.push(format!("{path}: {title}: {change}\n{}", ran.stderr));
        }
    }
    (all.len(), failed)
}

/// Is it made to change when tasks run?
fn says_when(title: &str) -> bool {
    title.starts_with("Run at the same time")
}

/// An output without numbers, which may be times.
fn without_times(output: &str) -> String {
    output.replace(|c: char| c.is_ascii_digit(), "")
}

/// A copy of a folder with the modules below it.
fn copy(folder: &Path) -> tempfile::TempDir {
    fn files(from: &Path, to: &Path) {
        for entry in fs::read_dir(from).expect("the folder can be listed").flatten() {
            let target = to.join(entry.file_name());
            if entry.path().is_dir() {
                fs::create_dir_all(&target).expect("a folder can be made");
                files(&entry.path(), &target);
            } else {
                fs::copy(entry.path(), target).expect("a file can be copied");
            }
        }
    }
    let copied = tempfile::tempdir().expect("a temporary folder");
    files(folder, copied.path());
    copied
}

fn apply(text: &str, edits: &Edits) -> String {
    let mut edits = edits.clone();
    edits.sort_by_key(|it| (it.0.start(), it.0.end()));
    let mut out = text.to_owned();
    for (range, new) in edits.iter().rev() {
        out.replace_range(std::ops::Range::<usize>::from(*range), new);
    }
    out
}

fn first_difference(before: &str, after: &str) -> String {
    let found = before.lines().zip(after.lines()).enumerate().find(|(_, (before, after))| before != after);
    found.map_or_else(String::new, |(number, (before, after))| format!("line {}: {before} → {after}", number + 1))
}

/// What is tried: names of variables, variables inlined, expressions and statements extracted.
fn refactorings(db: &dyn Db, file: File, text: &str, output: &str) -> Vec<(String, Edits)> {
    let mut out = Vec::new();
    let word = |range: TextRange| text[std::ops::Range::<usize>::from(range)].to_owned();
    let own = |edits: Vec<(File, TextRange, String)>| {
        let is_own = edits.iter().all(|it| it.0 == file);
        is_own.then(|| edits.into_iter().map(|it| (it.1, it.2)).collect::<Edits>())
    };

    let names = danaide_ide::semantics::names(db, file);
    let mut seen = Vec::new();
    for name in &names {
        let is_variable = matches!(name.symbol, Symbol::Local { .. } | Symbol::Variable { .. });
        // What is printed by its name cannot be renamed without a trace.
        if is_variable && !seen.contains(&&name.symbol) && !output.contains(&word(name.range)) {
            seen.push(&name.symbol);
            if let Ok(renamed) = rename(db, file, name.range.start(), "renamed_here") {
                let edits = renamed.edits.into_iter().map(|it| (it.0, it.1, renamed.new_name.clone())).collect();
                out.extend(own(edits).map(|it| (format!("rename `{}`", word(name.range)), it)));
            }
        }
    }
    thin(&mut out, 0);

    let from = out.len();
    for name in names.iter().filter(|it| matches!(it.symbol, Symbol::Local { .. }) && !it.is_definition) {
        for action in code_actions(db, file, TextRange::empty(name.range.start()), |it| it == ActionKind::Inline) {
            let edits = own(action.edits).map(|it| (action.title, it));
            out.extend(edits.filter(|it| !out[from..].iter().any(|known| known.1 == it.1)));
        }
    }
    thin(&mut out, from);

    let from = out.len();
    let root = parse(db, file).syntax_node();
    for node in root.descendants().filter(|it| matches!(it.kind(), SyntaxKind::BINARY_EXPR | SyntaxKind::CALL_EXPR)) {
        for action in code_actions(db, file, node.text_range(), |it| it == ActionKind::Extract) {
            if action.title.contains("variable") {
                out.extend(own(action.edits).map(|it| (format!("{}: {}", action.title, word(node.text_range())), it)));
            }
        }
    }
    thin(&mut out, from);

    let from = out.len();
    let blocks = root.descendants().filter(|it| matches!(it.kind(), SyntaxKind::BLOCK | SyntaxKind::SOURCE_FILE));
    for block in blocks {
        let statements: Vec<_> = block.children().collect();
        for pair in statements.windows(2) {
            let range = pair[0].text_range().cover(pair[1].text_range());
            for action in code_actions(db, file, range, |it| it == ActionKind::Extract) {
                if action.title.contains("function") {
                    let line = word(range).lines().next().unwrap_or_default().to_owned();
                    out.extend(own(action.edits).map(|it| (format!("{}: {line}", action.title), it)));
                }
            }
        }
    }
    thin(&mut out, from);

    let from = out.len();
    let mut reworked = |range: TextRange, kind: ActionKind, is_tried: fn(&str) -> bool| {
        for action in code_actions(db, file, range, |it| it == kind) {
            if is_tried(&action.title) {
                let line = word(range).lines().next().unwrap_or_default().to_owned();
                let edits = own(action.edits).map(|it| (format!("{}: {line}", action.title), it));
                out.extend(edits.filter(|it| !out[from..].iter().any(|known| known.1 == it.1)));
            }
        }
    };
    for node in root.descendants() {
        match node.kind() {
            SyntaxKind::CALL_EXPR => reworked(node.text_range(), ActionKind::Extract, |it| it.contains("pipeline")),
            SyntaxKind::FUNCTION_DEF | SyntaxKind::WORKFLOW_DEF => {
                let head = node.children_with_tokens().filter_map(|it| it.into_token());
                let keyword =
                    head.into_iter().find(|it| matches!(it.kind(), SyntaxKind::DEF_KW | SyntaxKind::WORKFLOW_KW));
                if let Some(keyword) = keyword {
                    reworked(TextRange::empty(keyword.text_range().start()), ActionKind::Rewrite, |it| !is_chosen(it));
                }
            }
            SyntaxKind::BLOCK | SyntaxKind::SOURCE_FILE => {
                let statements: Vec<_> = node.children().collect();
                for (size, all) in
                    [2, 3].into_iter().flat_map(|size| statements.windows(size).map(move |it| (size, it)))
                {
                    let range = all[0].text_range().cover(all[size - 1].text_range());
                    reworked(range, ActionKind::Extract, |it| it.contains("pipeline"));
                    reworked(range, ActionKind::Rewrite, |it| it.contains("same time"));
                }
            }
            _ => {}
        }
    }
    thin(&mut out, from);
    out
}

/// Is it chosen for what it changes?
fn is_chosen(title: &str) -> bool {
    ["sync def", "run as tasks", "@retry", "(`sync`)"].iter().any(|it| title.contains(it))
}

/// Waiting where a value is needed or at every call, not doing so any more, and trying again: all that are offered.
fn chosen_changes(db: &dyn Db, file: File, text: &str, _: &str) -> Vec<(String, Edits)> {
    let mut out: Vec<(String, Edits)> = Vec::new();
    let root = parse(db, file).syntax_node();
    let tokens = root.descendants_with_tokens().filter_map(|it| it.into_token());
    for token in tokens.filter(|it| matches!(it.kind(), SyntaxKind::DEF_KW | SyntaxKind::IDENT)) {
        let at = token.text_range().start();
        for action in code_actions(db, file, TextRange::empty(at), |it| it == ActionKind::Rewrite) {
            let edits: Edits = action.edits.into_iter().map(|it| (it.1, it.2)).collect();
            if is_chosen(&action.title) && !out.iter().any(|known| known.1 == edits) {
                let line = text[..usize::from(at)].matches('\n').count() + 1;
                out.push((format!("line {line}: {}", action.title), edits));
            }
        }
    }
    out
}

/// Leaves a few of those from an index on, spread over the program.
fn thin(all: &mut Vec<(String, Edits)>, from: usize) {
    let most = std::env::var("DANAIDE_REFACTORINGS").ok().and_then(|it| it.parse().ok()).unwrap_or(MOST);
    let count = all.len() - from;
    let step = count.div_ceil(most).max(1);
    let mut at = 0;
    all.retain(|_| {
        let index = at;
        at += 1;
        index < from || (index - from).is_multiple_of(step)
    });
}
