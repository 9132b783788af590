//! The programs of `examples/` run in a copy of their folder: what they print and what they write is compared with
//! their `expected.txt`.

use std::fs;
use std::path::Path;

use danaide_tests::{Run, command, golden, root, run};

#[test]
fn the_data_pipeline_cleans_transforms_and_stores() {
    check("data_pipeline", &["run", "pipeline.na", "--allow", "fs=output"], "output");
}

#[test]
fn the_support_agent_answers_with_a_scripted_model() {
    check("support_agent", &["run", "agent.na", "--llm", "script=answers.json", "--allow", "fs=outbox"], "outbox");
}

#[test]
fn words_are_counted_file_by_file() {
    check("map_reduce", &["run", "count.na"], "output");
}

#[test]
fn messages_go_to_who_deals_with_them() {
    check("router", &["run", "router.na", "--llm", "script=answers.json"], "output");
}

#[test]
fn a_service_that_stays_down_is_replaced() {
    check("retry_fallback", &["run", "weather.na", "--virtual-clock"], "output");
}

#[test]
fn a_trip_is_booked_as_a_whole_or_not_at_all() {
    check("saga", &["run", "booking.na", "--virtual-clock"], "output");
}

#[test]
fn a_person_approves_what_matters() {
    check("human_approval", &["run", "refunds.na", "--answers", "answers.json"], "output");
}

#[test]
fn a_model_makes_the_plan_of_a_run() {
    check("planner", &["run", "planner.na", "--llm", "script=answers.json"], "output");
}

#[test]
fn two_agents_work_on_a_text_until_they_agree() {
    check("two_agents", &["run", "review.na", "--llm", "script=answers.json"], "output");
}

/// Whoever opens one and formats it sees no change; nor does a finding that needs doing await them.
#[test]
fn they_have_the_one_layout_and_nothing_is_wrong_with_them() {
    for arguments in [["fmt", "--check", "examples"], ["check", "examples", "--output=json"]] {
        let ran = run(command(".", &arguments).current_dir(root()));
        assert_eq!(ran.code, Some(0), "{arguments:?}: {}{}", ran.stdout, ran.stderr);
        let is_wrong = |it: &str| it.contains("\"severity\":\"error\"") || it.contains("\"severity\":\"warning\"");
        assert!(!ran.stdout.lines().any(is_wrong), "{}", ran.stdout);
    }
}

#[test]
fn the_data_pipeline_may_not_write_without_a_grant() {
    let copy = tempfile::tempdir().expect("a temporary folder");
    copy_folder(&root().join("examples/data_pipeline"), copy.path());
    let Run { code, stderr, .. } = run(command(".", &["run", "pipeline.na"]).current_dir(copy.path()));
    assert_eq!(code, Some(1));
    assert!(
        stderr.contains("PermissionError: writing 'output/summary.json' is not granted; run with --allow fs="),
        "{stderr}"
    );
    assert!(!copy.path().join("output").exists());
}

#[test]
fn nothing_in_the_examples_is_an_error() {
    let Run { code, stdout, stderr } = run(&mut command(".", &["check", "examples"]));
    assert_eq!(code, Some(0), "{stdout}{stderr}");
    let examples = sorted_files(&root().join("examples")).len();
    let (_, checked) = stdout.rsplit_once("checked ").expect("a last line");
    let files: usize = checked.split(' ').next().and_then(|it| it.parse().ok()).expect("a number of files");
    assert!(examples >= 10 && files >= examples, "{stdout}{stderr}");
}

fn check(name: &str, args: &[&str], written: &str) {
    let example = root().join("examples").join(name);
    let copy = tempfile::tempdir().expect("a temporary folder");
    copy_folder(&example, copy.path());
    let Run { code, stdout, stderr } = run(command(".", args).current_dir(copy.path()));

    assert_eq!(code, Some(0), "{stderr}");
    let mut text = format!("$ danaide {}\n{stdout}", args.join(" "));
    if !stderr.is_empty() {
        text += &format!("\n=== standard error output\n{stderr}");
    }
    for file in sorted_files(&copy.path().join(written)) {
        let content = fs::read_to_string(copy.path().join(written).join(&file)).expect("programs write text");
        text += &format!("\n=== {written}/{file}\n{content}");
    }
    if let Err(difference) = golden(&example.join("expected.txt"), &text) {
        panic!("{difference}\n{stderr}");
    }
}

/// None for a program that writes nothing.
fn sorted_files(folder: &Path) -> Vec<String> {
    if !folder.exists() {
        return Vec::new();
    }
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// Without what earlier runs have left there.
fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder can be made");
    for entry in fs::read_dir(from).expect("the example can be listed") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("an entry has a name");
        if path.is_dir() {
            if !["output", "outbox"].iter().any(|left| name == *left) {
                copy_folder(&path, &to.join(name));
            }
        } else {
            fs::copy(&path, to.join(name)).expect("a file can be copied");
        }
    }
}
