//! Memory of a process that runs many programs: nothing of one stays when the next one runs.

mod support;

use danaide_interpreter::{Budget, Outcome};
use peak_alloc::PeakAlloc;
use support::{Recorder, machine};

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// Circles of values, closures, tasks, exceptions with their context, and names that no other program has.
fn source(number: usize) -> String {
    format!(
        r#"
import math
import json

struct Node{number}:
    name: str
    next: any = None

def ring_{number}(size: int):
    first = Node{number}("first {number}")
    node = first
    for index in range(size):
        node = Node{number}(f"{{index}} of {number}", node)
    first.next = node
    return lambda :: node

@retry(attempts=2)
def shaky(text: str):
    sleep(1)
    if text == "x":
        raise ValueError(f"bad {number}")
    return json.dumps({{"key_{number}": [text, math.pi]}})

kept = [ring_{number}(20) for _ in range(3)]
kept.append(kept)
try:
    shaky("x")
except Exception as error:
    kept.append(error)
print(len([shaky(text) for text in ["a", "b", "c"]]), kept[0]().name)
if {number} % 5 == 0:
    missing_{number}()
"#
    )
}

#[test]
fn many_programs_in_one_process_leave_nothing_behind() {
    let mut in_use = Vec::new();
    let mut number = 0;
    for _ in 0..4 {
        for _ in 0..250 {
            number += 1;
            let mut host = Recorder::default();
            let outcome = machine(&source(number)).run(&mut host, Budget::UNLIMITED);
            assert_eq!(matches!(outcome, Outcome::Failed(_)), number % 5 == 0, "{outcome:?}");
            assert!(host.out.contains(&format!("3 19 of {number}\n")), "{}", host.out);
        }
        in_use.push(ALLOCATOR.current_usage());
    }
    // What is made once for all programs, such as the code of the library, is there after the first of them.
    assert!(in_use[3] <= in_use[0] + 50_000, "bytes in use after 250, 500, 750 and 1000 programs: {in_use:?}");
}
