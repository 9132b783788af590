//! What `danaide run` shows of tasks while they go on, at a terminal that `python3` pretends to be.
#![cfg(unix)]

use danaide_tests::{Run, command, danaide, folder, run, run_in};

/// Runs a command at a terminal, answers the texts that it is told to wait for, and prints what the terminal got.
const TERMINAL: &str = r#"
import fcntl, os, pty, struct, sys, termios, time
answers = sys.argv[1].split("|") if sys.argv[1] else []
pid, terminal = pty.fork()
if pid == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    os.execv(sys.argv[2], sys.argv[2:])
seen = b""
while True:
    try:
        piece = os.read(terminal, 65536)
    except OSError:
        break
    if not piece:
        break
    seen += piece
    if answers and seen.endswith(answers[0].encode()):
        time.sleep(1)
        os.write(terminal, answers[1].encode() + b"\n")
        answers = answers[2:]
sys.stdout.buffer.write(seen)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
"#;

/// What a terminal gets from a program. `answers` are texts to wait for, each followed by what is typed a second later.
fn at_a_terminal(program: &str, options: &[&str], answers: &str) -> String {
    let folder = folder(&[("a.na", program)]);
    let mut python = std::process::Command::new("python3");
    python.current_dir(folder.path()).args(["-c", TERMINAL, answers]).arg(danaide()).args(["run", "a.na"]);
    let Run { code, stdout, stderr } = run(python.args(options).env("TERM", "xterm-256color"));
    assert_eq!((code, stderr.as_str()), (Some(0), ""), "{stdout}");
    stdout
}

/// How many columns the terminal has.
const WIDTH: usize = 80;

/// The lines that are left on a screen after it got a text.
fn screen(text: &str) -> Vec<String> {
    let mut lines: Vec<Vec<char>> = vec![Vec::new()];
    let (mut row, mut column) = (0_usize, 0_usize);
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        match c {
            '\r' => column = 0,
            '\n' => row += 1,
            '\x1b' => {
                assert_eq!(rest.next(), Some('['), "{text:?}");
                let mut number = String::new();
                let kind = loop {
                    match rest.next() {
                        Some(digit) if digit.is_ascii_digit() => number.push(digit),
                        other => break other,
                    }
                };
                let count = number.parse().unwrap_or(1);
                match kind {
                    Some('A') => row = row.saturating_sub(count),
                    Some('B') => row += count,
                    Some('C') => column += count,
                    Some('D') => column = column.saturating_sub(count),
                    Some('K') if number == "2" => lines[row].clear(),
                    Some('K') if number.is_empty() => lines[row].truncate(column),
                    Some('m') => {}
                    other => panic!("an unknown sequence {other:?} in {text:?}"),
                }
            }
            c => {
                if column == WIDTH {
                    (row, column) = (row + 1, 0);
                    lines.resize(lines.len().max(row + 1), Vec::new());
                }
                let line = &mut lines[row];
                line.resize(line.len().max(column + 1), ' ');
                line[column] = c;
                column += 1;
            }
        }
        lines.resize(lines.len().max(row + 1), Vec::new());
    }
    let lines = lines.into_iter().map(|line| line.into_iter().collect::<String>().trim_end().to_owned());
    let mut lines: Vec<String> = lines.collect();
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines
}

const PROGRAM: &str = "\
@retry(attempts=3, initial=0.1, jitter=false)
def fetch(n):
    sleep(n)
    if n > 0.6:
        raise ResourceError('gone')
    return n

print('one')
a, b = fetch(0.7), fetch(0.6)
print('half', end=' ')
print('two', b)
log('a line of the log', 'warning')
try:
    print(a)
except RetryExhausted as e:
    print(e.__cause__)
";

#[test]
fn tasks_are_shown_while_they_go_on_and_what_is_printed_stays_whole() {
    let text = at_a_terminal(PROGRAM, &[], "");
    assert!(text.contains("tasks under way") && text.contains("attempt 2 of 3"), "{text:?}");
    assert!(text.contains("sleep, waits 0.5 s"), "{text:?}");
    assert_eq!(screen(&text), ["one", "half two 0.6", "WARNING: a line of the log", "gone"], "{text:?}");
}

#[test]
fn nothing_is_shown_of_short_runs_or_if_it_is_not_wanted() {
    let short = "print('one')\nsleep(0.2)\nprint('two')\n";
    assert_eq!(at_a_terminal(short, &[], ""), "one\r\ntwo\r\n");
    let text = at_a_terminal("sleep(0.8)\nprint('two')\n", &["--progress", "never"], "");
    assert_eq!(text, "two\r\n");
    // What is computed is no task.
    let computes = "x = 0\nfor i in range(10000000):\n    x += i\nprint(x)\n";
    assert_eq!(at_a_terminal(computes, &[], ""), "49999995000000\r\n");
}

#[test]
fn a_question_is_left_alone() {
    let program = "a = spawn(sleep, 2.2)\nname = ask('Your name?')\nprint('hello', name)\na.result()\n";
    let text = at_a_terminal(program, &[], "Your name? |Ada");
    let (before, after) = text.split_once("Your name? ").unwrap_or_else(|| panic!("{text:?}"));
    assert_eq!(before, "");
    assert!(after.starts_with("Ada\r\nhello Ada\r\n"), "{text:?}");
    assert!(after.contains("sleep, waits"), "{text:?}");
    assert_eq!(screen(&text), ["Your name? Ada", "hello Ada"]);
}

#[test]
fn elsewhere_it_is_shown_only_if_it_is_asked_for() {
    let folder = folder(&[("a.na", "sleep(0.8)\nprint('two')\n")]);
    let Run { stdout, stderr, .. } = run_in(folder.path(), &["run", "a.na"]);
    assert_eq!((stdout.as_str(), stderr.as_str()), ("two\n", ""));
    let always = run(command(".", &["run", "a.na", "--progress", "always"]).current_dir(folder.path()));
    assert_eq!(always.stdout, "two\n");
    assert!(always.stderr.contains("1 tasks under way, 1 waiting"), "{}", always.stderr);
}
