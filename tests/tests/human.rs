//! A person at a terminal answers what programs ask.

use std::process::Command;

use danaide_tests::{Run, danaide, folder, run, run_in};

/// Runs a program at a terminal of its own, where these lines are typed, each when the terminal shows the text before it.
fn at_a_terminal(program: &str, dialogue: &[(&str, &str)]) -> Run {
    const TERMINAL: &str = r#"
import json, os, pty, sys
command, dialogue = json.loads(sys.argv[1]), json.loads(sys.argv[2])
child, terminal = pty.fork()
if child == 0:
    os.execv(command[0], command)
shown, at = b"", 0
while True:
    try:
        data = os.read(terminal, 4096)
    except OSError:
        break
    if not data:
        break
    shown += data
    while at < len(dialogue) and dialogue[at][0].encode() in shown:
        shown = shown.split(dialogue[at][0].encode(), 1)[1]
        os.write(terminal, dialogue[at][1].encode())
        at += 1
    sys.stdout.buffer.write(data)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"#;
    let folder = folder(&[("a.na", program)]);
    let command = serde_json::json!([danaide(), "run", "a.na"]).to_string();
    let dialogue = serde_json::json!(dialogue).to_string();
    run(Command::new("python3").args(["-c", TERMINAL, &command, &dialogue]).current_dir(folder.path()))
}

#[test]
fn questions_are_asked_one_after_the_other() {
    let program = r#"
colour = ask("Colour?", options=["red", "green"])
sure = approve("Sure?")
print(f"<{colour} {sure}>")
"#;
    let dialogue = [("> ", "blue\n"), ("from 1 to 2: ", "2\n"), ("Sure? [y/N] ", "y\n")];
    let Run { code, stdout, .. } = at_a_terminal(program, &dialogue);
    assert!(stdout.contains("<green True>"), "{stdout}");
    assert_eq!(code, Some(0), "{stdout}");
}

#[test]
fn a_question_that_took_too_long_gives_way_to_the_next() {
    let program = r#"
@timeout(0.3)
def quick() -> str:
    return ask("Quick?")

try:
    print(quick())
except TimeoutError as error:
    print("<too late>")
print("<" + ask("Slow?") + ">")
"#;
    let Run { code, stdout, .. } = at_a_terminal(program, &[("Slow? ", "an answer\n")]);
    assert!(stdout.contains("<too late>") && stdout.contains("<an answer>"), "{stdout}");
    assert_eq!(code, Some(0), "{stdout}");
}

#[test]
fn the_end_of_the_input_is_no_answer() {
    let program = r#"
try:
    approve("Go on?")
except ResourceError as error:
    print(f"<{error.code}>")
"#;
    let Run { stdout, .. } = at_a_terminal(program, &[("[y/N] ", "\x04")]);
    assert!(stdout.contains("<no-answer>"), "{stdout}");
}

#[test]
fn ctrl_c_at_a_question_ends_the_program() {
    let program = "try:\n    ask('Stay?')\nfinally:\n    print('<bye>')\n";
    let Run { code, stdout, .. } = at_a_terminal(program, &[("Stay? ", "\x03")]);
    assert!(stdout.contains("<bye>"), "{stdout}");
    assert_eq!(code, Some(130), "{stdout}");
}

#[test]
fn answers_that_cannot_be_used_are_bad_usage() {
    let folder = folder(&[("a.na", "print(1)\n"), ("answers.json", "[1]")]);
    let Run { code, stderr, .. } = run_in(folder.path(), &["run", "a.na", "--answers", "none.json"]);
    assert_eq!(code, Some(2));
    assert!(stderr.contains("cannot use the answers in none.json: cannot read it"), "{stderr}");
    let Run { code, stderr, .. } = run_in(folder.path(), &["run", "a.na", "--answers", "answers.json"]);
    assert_eq!(code, Some(2));
    assert!(stderr.contains("answers.json does not hold answers: the answer of entry 1"), "{stderr}");
}
