//! Which queries run after an edit, and how writers and readers get along.

use std::sync::Arc;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use expect_test::{Expect, expect};
use parking_lot::Mutex;

use crate::{
    AnalysisHost, Cancelled, Change, Db, File, FilePath, MemoryFileSystem, PARSE_CACHE, file_diagnostics, file_symbols,
    item_source_map, item_tree, parse,
};

/// Stands for everything that is built on item signatures.
#[salsa::tracked(returns(copy))]
fn item_count(db: &dyn Db, file: File) -> usize {
    item_tree(db, file).items.len()
}

/// A host that writes down the name of each query it runs.
struct Recorder {
    host: AnalysisHost,
    executed: Arc<Mutex<Vec<String>>>,
}

impl Recorder {
    fn new(files: &[(&str, &str)]) -> Self {
        let executed = Arc::new(Mutex::new(Vec::new()));
        let log = executed.clone();
        let on_event = move |event: salsa::Event| {
            if let salsa::EventKind::WillExecute { database_key } = event.kind {
                let key = format!("{database_key:?}");
                let name = key.split('(').next().unwrap_or_default();
                log.lock().push(name.to_owned());
            }
        };
        let host =
            AnalysisHost::with_events(MemoryFileSystem::from_files(files.iter().copied()), Some(Box::new(on_event)));
        Self { host, executed }
    }

    fn file(&self, path: &str) -> File {
        self.host.file(&FilePath::disk(path))
    }

    fn open(&mut self, path: &str, text: &str) -> bool {
        self.host.apply_change(Change::Open { path: FilePath::disk(path), text: text.into() })
    }

    fn ask_all(&self, file: File) {
        let db = self.host.db();
        item_count(db, file);
        file_diagnostics(db, file);
        file_symbols(db, file);
    }

    /// What ran so far is of no interest.
    fn forget(&self) {
        self.executed.lock().clear();
    }

    /// How often queries about definitions ran since the last call.
    fn executed_about_definitions(&self, expected: Expect) {
        let all = std::mem::take(&mut *self.executed.lock());
        let count = |name: &str| all.iter().filter(|it| *it == name).count();
        let names = ["lower_body", "body_of", "signature_of", "infer", "definition_findings"];
        let counts: Vec<String> = names.map(|name| format!("{name}: {}", count(name))).into();
        expected.assert_eq(&counts.join(", "));
    }

    /// How often queries about effects ran since the last call.
    fn executed_about_effects(&self, expected: Expect) {
        let all = std::mem::take(&mut *self.executed.lock());
        let count = |name: &str| all.iter().filter(|it| *it == name).count();
        let names = ["facts", "solve_file", "effects"];
        let counts: Vec<String> = names.map(|name| format!("{name}: {}", count(name))).into();
        expected.assert_eq(&counts.join(", "));
    }

    /// The queries that ran since the last call, in order.
    fn executed(&self, expected: Expect) {
        expected.assert_eq(&std::mem::take(&mut *self.executed.lock()).join(" "));
    }
}

const PROGRAM: &str = "def f(a: int):\n    return a\n\nstruct P:\n    x: int = 0\n";

#[test]
fn an_edit_in_a_body_stops_at_the_item_tree() {
    let mut recorder = Recorder::new(&[("/a.na", PROGRAM)]);
    recorder.open("/a.na", PROGRAM);
    let file = recorder.file("/a.na");
    recorder.ask_all(file);
    recorder.forget();
    let before = item_tree(recorder.host.db(), file);

    assert!(recorder.open("/a.na", &PROGRAM.replace("return a", "b = a * 2\n    return b")));
    recorder.ask_all(file);
    recorder.executed(expect![
        "parse lower_items item_tree suppressions first_replacement syntax_errors reason split item_source_map definitions definition_syntax definition_syntax lower_body body_of signature_of facts infer definition_syntax definition_findings body_source_map task_graphs policies file_symbols"
    ]);
    assert_eq!(item_tree(recorder.host.db(), file), before);
}

#[test]
fn an_edit_of_a_signature_goes_through() {
    let mut recorder = Recorder::new(&[("/a.na", PROGRAM)]);
    recorder.open("/a.na", PROGRAM);
    let file = recorder.file("/a.na");
    recorder.ask_all(file);
    recorder.forget();

    recorder.open("/a.na", &PROGRAM.replace("a: int", "a: str"));
    recorder.ask_all(file);
    recorder.executed(expect![
        "parse lower_items item_tree item_count suppressions first_replacement syntax_errors reason split item_source_map definitions definition_syntax definition_syntax lower_body body_of signature_of infer direct_imports facts infer definition_syntax definition_findings body_source_map task_graphs policies file_symbols"
    ]);
}

#[test]
fn an_edit_of_a_comment_re_runs_what_reads_the_tree_and_nothing_else() {
    let mut recorder = Recorder::new(&[("/a.na", PROGRAM)]);
    recorder.open("/a.na", PROGRAM);
    let file = recorder.file("/a.na");
    let db = recorder.host.db();
    item_count(db, file);
    file_diagnostics(db, file);
    recorder.forget();

    recorder.open("/a.na", &format!("{PROGRAM}# a comment\n"));
    let db = recorder.host.db();
    item_count(db, file);
    file_diagnostics(db, file);
    recorder.executed(expect!["parse lower_items item_tree suppressions first_replacement syntax_errors reason split item_source_map definitions definition_syntax definition_syntax definition_syntax"]);
}

/// Three functions, one of which calls another, and a second file that calls it too.
const CALLED: &str =
    "def f(a: int) -> int:\n    return a\n\ndef g() -> int:\n    return f(1)\n\ndef h():\n    return 2\n";
const CALLER: &str = "from a import f\n\ndef k():\n    return f(3)\n\ndef l():\n    return 4\n";

fn two_files() -> (Recorder, File, File) {
    let mut recorder = Recorder::new(&[("/a.na", CALLED), ("/b.na", CALLER)]);
    recorder.open("/a.na", CALLED);
    let files = (recorder.file("/a.na"), recorder.file("/b.na"));
    for file in [files.0, files.1] {
        file_diagnostics(recorder.host.db(), file);
    }
    recorder.forget();
    (recorder, files.0, files.1)
}

#[test]
fn an_edit_in_a_body_infers_that_body_only() {
    let (mut recorder, a, b) = two_files();
    recorder.open("/a.na", &CALLED.replace("return a", "b = a * 2\n    return b"));
    file_diagnostics(recorder.host.db(), a);
    recorder.executed_about_definitions(expect![[
        "lower_body: 1, body_of: 1, signature_of: 1, infer: 1, definition_findings: 1"
    ]]);
    file_diagnostics(recorder.host.db(), b);
    recorder.executed_about_definitions(expect![
        "lower_body: 0, body_of: 0, signature_of: 0, infer: 0, definition_findings: 0"
    ]);
}

#[test]
fn an_edit_in_a_body_that_gets_a_list_infers_that_body_only() {
    let text = "def f(items: list) -> int:\n    a = 1\n    return a\n\ndef g() -> int:\n    all = [1]\n    f(all)\n    return all[0]\n";
    let mut recorder = Recorder::new(&[("/a.na", text)]);
    recorder.open("/a.na", text);
    let file = recorder.file("/a.na");
    file_diagnostics(recorder.host.db(), file);
    recorder.forget();

    recorder.open("/a.na", &text.replace("a = 1", "a = 2"));
    file_diagnostics(recorder.host.db(), file);
    recorder.executed_about_definitions(expect![[
        "lower_body: 1, body_of: 1, signature_of: 1, infer: 1, definition_findings: 1"
    ]]);
    // Now what `g` has in its list may be another one afterwards. The declaration of `append` is read, too.
    recorder.forget();
    recorder.open("/a.na", &text.replace("a = 1", "items.append(1)"));
    file_diagnostics(recorder.host.db(), file);
    recorder.executed_about_definitions(expect![
        "lower_body: 2, body_of: 2, signature_of: 2, infer: 2, definition_findings: 2"
    ]);
}

#[test]
fn an_edit_in_a_pipeline_without_parameters_infers_that_pipeline_only() {
    let text = "def f(a: int) -> int:\n    return a\n\ndef p() -> int = f | f\n\ndef g() -> int:\n    return p(1)\n";
    let mut recorder = Recorder::new(&[("/a.na", text)]);
    recorder.open("/a.na", text);
    let file = recorder.file("/a.na");
    file_diagnostics(recorder.host.db(), file);
    recorder.forget();

    recorder.open("/a.na", &text.replace("f | f", "f | f | f"));
    file_diagnostics(recorder.host.db(), file);
    recorder.executed_about_definitions(expect![[
        "lower_body: 1, body_of: 1, signature_of: 1, infer: 1, definition_findings: 1"
    ]]);
    // Now another function gets what `g` gives to the pipeline. Its declaration in the library is read, too.
    recorder.forget();
    recorder.open("/a.na", &text.replace("f | f", "str | f"));
    file_diagnostics(recorder.host.db(), file);
    recorder.executed_about_definitions(expect![
        "lower_body: 2, body_of: 2, signature_of: 2, infer: 3, definition_findings: 1"
    ]);
}

#[test]
fn a_comment_in_a_body_moves_its_findings_and_infers_nothing() {
    let (mut recorder, a, b) = two_files();
    recorder.open("/a.na", &CALLED.replace("    return a", "    # the same\n    return a"));
    file_diagnostics(recorder.host.db(), a);
    file_diagnostics(recorder.host.db(), b);
    recorder.executed_about_definitions(expect![
        "lower_body: 1, body_of: 1, signature_of: 0, infer: 0, definition_findings: 1"
    ]);
}

#[test]
fn lines_above_a_definition_run_nothing_about_it() {
    let (mut recorder, a, b) = two_files();
    recorder.open("/a.na", &format!("# moved\n\n\n{CALLED}"));
    file_diagnostics(recorder.host.db(), a);
    file_diagnostics(recorder.host.db(), b);
    recorder.executed_about_definitions(expect![
        "lower_body: 0, body_of: 0, signature_of: 0, infer: 0, definition_findings: 0"
    ]);
}

#[test]
fn a_signature_runs_those_who_use_it() {
    let (mut recorder, a, b) = two_files();
    recorder.open("/a.na", &CALLED.replace("(a: int)", "(a: str)"));
    file_diagnostics(recorder.host.db(), a);
    // `f` itself, `g`, which calls it, and the statements of the file, where its name gets it; not `h`. Nothing new is
    // found out about the latter two.
    recorder.executed_about_definitions(expect![
        "lower_body: 1, body_of: 1, signature_of: 1, infer: 3, definition_findings: 1"
    ]);
    file_diagnostics(recorder.host.db(), b);
    // `k`, which calls it, and the statements of the file, which import it; not `l`.
    recorder.executed_about_definitions(expect![
        "lower_body: 0, body_of: 0, signature_of: 0, infer: 2, definition_findings: 0"
    ]);
}

/// A chain of calls over two files, and one that waits at its end.
const WAITING: &str = "def f():\n    sleep(1)\n\ndef g():\n    return f()\n\ndef h():\n    return 2\n";
const USER: &str = "from a import g\n\ndef k():\n    return g()\n\ndef l():\n    return 4\n";

fn all_effects(recorder: &Recorder, file: File) -> Vec<String> {
    let db = recorder.host.db();
    crate::definitions(db, file).iter().map(|it| crate::effects::effects(db, it).set.to_string()).collect()
}

#[test]
fn effects_run_again_only_where_they_may_change() {
    let mut recorder = Recorder::new(&[("/a.na", WAITING), ("/b.na", USER)]);
    recorder.open("/a.na", WAITING);
    let (a, b) = (recorder.file("/a.na"), recorder.file("/b.na"));
    assert_eq!(all_effects(&recorder, b), ["", "time", ""]);
    recorder.forget();

    // Another number: the effects of `f` are the same, and nothing of the other file runs.
    recorder.open("/a.na", &WAITING.replace("return 2", "return 1 + 1"));
    all_effects(&recorder, b);
    recorder.executed_about_effects(expect!["facts: 1, solve_file: 0, effects: 0"]);

    // `f` does not wait any more: those who call it get another set; bodies are not looked at again.
    recorder.open("/a.na", &WAITING.replace("sleep(1)", "log(1)"));
    assert_eq!(all_effects(&recorder, b), ["", "log", ""]);
    recorder.executed_about_effects(expect!["facts: 2, solve_file: 2, effects: 6"]);
    assert_eq!(all_effects(&recorder, a), ["", "log", "log", ""]);
}

#[test]
fn ids_outlive_edits_before_them() {
    let mut recorder = Recorder::new(&[("/a.na", PROGRAM)]);
    let file = recorder.file("/a.na");
    let item = item_tree(recorder.host.db(), file).items[1].clone();

    recorder.open("/a.na", &format!("# moved\ndef g(): pass\n{PROGRAM}"));
    let db = recorder.host.db();
    let node = item_source_map(db, file).node(&item.id, &parse(db, file)).expect("the record is still there");
    assert!(node.text().to_string().starts_with("struct P:"), "{node:?}");
    assert_eq!(item_tree(db, file).get(&item.id), Some(&item));
}

#[test]
fn an_edit_elsewhere_runs_nothing_here() {
    let mut recorder = Recorder::new(&[("/a.na", PROGRAM), ("/b.na", PROGRAM)]);
    let (a, b) = (recorder.file("/a.na"), recorder.file("/b.na"));
    recorder.ask_all(a);
    recorder.ask_all(b);
    recorder.executed.lock().clear();

    recorder.open("/b.na", "x = 1\n");
    recorder.ask_all(a);
    recorder.executed(expect![[""]]);
}

#[test]
fn a_write_that_changes_nothing_is_no_write() {
    let mut recorder = Recorder::new(&[("/a.na", PROGRAM)]);
    let file = recorder.file("/a.na");
    recorder.open("/a.na", PROGRAM);
    recorder.ask_all(file);
    recorder.executed.lock().clear();
    // A write would wait for this snapshot, which nobody drops.
    let snapshot = recorder.host.analysis();

    assert!(!recorder.open("/a.na", PROGRAM));
    assert!(!recorder.host.apply_change(Change::Close { path: FilePath::disk("/never opened.na") }));
    assert!(!recorder.host.apply_change(Change::MaxDiagnostics(1000)));
    assert!(!recorder.host.apply_change(Change::Roots { workspace: Vec::new(), search_path: Vec::new() }));
    drop(snapshot);
    recorder.ask_all(file);
    recorder.executed(expect![[""]]);
}

#[test]
fn a_buffer_hides_the_disk_until_it_is_closed() {
    let files = MemoryFileSystem::from_files([("/a.na", "disk")]);
    let mut host = AnalysisHost::new(files.clone());
    let path = FilePath::disk("/a.na");
    let file = host.file(&path);
    host.apply_change(Change::Open { path: path.clone(), text: "buffer".into() });
    files.write("/a.na", "newer disk");
    assert!(!host.apply_change(Change::Disk { paths: vec!["/a.na".into()] }));
    assert_eq!(&**file.text(host.db()), "buffer");

    assert!(host.apply_change(Change::Close { path: path.clone() }));
    assert_eq!(&**file.text(host.db()), "newer disk");

    files.remove("/a.na");
    assert!(host.apply_change(Change::Disk { paths: vec!["/a.na".into()] }));
    assert!(!file.exists(host.db()));
    assert_eq!(host.file(&path), file, "the input stays when the file goes");
}

#[test]
fn a_write_ends_a_long_query() {
    let mut host = AnalysisHost::new(MemoryFileSystem::from_files([("/a.na", PROGRAM)]));
    let path = FilePath::disk("/a.na");
    host.file(&path);
    let analysis = host.analysis();
    let (started, start) = mpsc::channel();
    let reader = std::thread::spawn(move || {
        analysis.with_db(|db| {
            started.send(()).expect("the test waits");
            loop {
                db.unwind_if_revision_cancelled();
                std::thread::yield_now();
            }
        })
    });
    start.recv().expect("the query started");

    let before = Instant::now();
    host.apply_change(Change::Open { path, text: "x = 1\n".into() });
    let waited = before.elapsed();
    assert_eq!(reader.join().expect("no panic"), Err::<(), _>(Cancelled::Outdated));
    assert!(waited < Duration::from_millis(50), "the write waited {waited:?}");
}

/// Computes until a write comes.
#[salsa::tracked(returns(copy))]
fn until_a_write(db: &dyn Db, file: File) -> usize {
    file.text(db);
    loop {
        db.unwind_if_revision_cancelled();
        std::thread::yield_now();
    }
}

#[test]
fn a_write_is_no_failure_for_those_who_wait_for_the_query_that_it_ends() {
    let (news, reported) = mpsc::channel();
    let on_event = move |event: salsa::Event| match event.kind {
        salsa::EventKind::WillExecute { database_key } if format!("{database_key:?}").starts_with("until_a_write") => {
            news.send("runs").expect("the test waits");
        }
        salsa::EventKind::WillBlockOn { .. } => news.send("waits").expect("the test waits"),
        _ => {}
    };
    let files = MemoryFileSystem::from_files([("/a.na", PROGRAM)]);
    let mut host = AnalysisHost::with_events(files, Some(Box::new(on_event)));
    let path = FilePath::disk("/a.na");
    let file = host.file(&path);
    let [one, other] = ["runs", "waits"].map(|expected| {
        let analysis = host.analysis();
        let reader = std::thread::spawn(move || analysis.with_db(|db| until_a_write(db, file)));
        assert_eq!(reported.recv(), Ok(expected));
        reader
    });
    host.apply_change(Change::Open { path, text: "x = 1\n".into() });
    for reader in [one, other] {
        assert_eq!(reader.join().expect("no panic"), Err(Cancelled::Outdated));
    }
}

#[test]
fn a_token_ends_the_query_of_its_snapshot_only() {
    let host = AnalysisHost::new(MemoryFileSystem::from_files([("/a.na", PROGRAM)]));
    let file = host.file(&FilePath::disk("/a.na"));
    let (one, other) = (host.analysis(), host.analysis());
    one.cancel_token().cancel();
    assert_eq!(one.diagnostics(file), Err(Cancelled::Requested));
    assert!(other.diagnostics(file).is_ok());
}

#[test]
fn readers_see_writes_in_their_order() {
    let mut host = AnalysisHost::new(MemoryFileSystem::from_files([("/a.na", "")]));
    let path = FilePath::disk("/a.na");
    let file = host.file(&path);
    let mut readers = Vec::new();
    for number in 1..=6_usize {
        host.apply_change(Change::Open { path: path.clone(), text: "x".repeat(number).into() });
        let analysis = host.analysis();
        // Each reader sees its own write, or notices that it is outdated; never an older or a newer text.
        readers.push((number, std::thread::spawn(move || analysis.text(file))));
    }
    for (number, reader) in readers {
        match reader.join().expect("no panic") {
            Ok(text) => assert_eq!(text.len(), number),
            Err(cancelled) => assert_eq!(cancelled, Cancelled::Outdated),
        }
    }
    assert_eq!(&**file.text(host.db()), "xxxxxx");
}

#[test]
fn few_trees_are_kept() {
    let extra = 40;
    let paths: Vec<String> = (0..PARSE_CACHE + extra).map(|it| format!("/{it}.na")).collect();
    let files: Vec<(&str, &str)> = paths.iter().map(|it| (it.as_str(), PROGRAM)).collect();
    let mut recorder = Recorder::new(&files);
    let files: Vec<File> = paths.iter().map(|it| recorder.file(it)).collect();
    let parse_all = |recorder: &Recorder| {
        for &file in &files {
            parse(recorder.host.db(), file);
        }
        std::mem::take(&mut *recorder.executed.lock()).len()
    };
    assert_eq!(parse_all(&recorder), PARSE_CACHE + extra);
    assert_eq!(parse_all(&recorder), 0, "nothing is dropped before a write");
    recorder.open("/other.na", "x = 1\n");
    recorder.open("/other.na", "x = 2\n");
    assert_eq!(parse_all(&recorder), extra, "the oldest were dropped");
}
