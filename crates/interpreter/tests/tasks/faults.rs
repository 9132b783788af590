//! What becomes of a program when one of its requests goes wrong: how it ends, and what it prints then.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use danaide_interpreter::{Limits, NoModules, Outcome, TaskEvent, TaskEventKind, Vm};

use crate::services::Services;
use crate::world::{FAULTS, Fault, World, code};

/// How many of the lines that differ are shown.
const SHOWN: usize = 4;

fn here() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn programs_in(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .expect("the folder of programs can be listed")
        .map(|entry| entry.expect("the folder can be read").path())
        .filter(|path| path.extension().is_some_and(|it| it == "na"))
        .collect();
    paths.sort();
    paths
}

/// The programs of the headings of the page on tasks, those that ask for more than a real host does in tests, and the
/// examples that need no host but this world.
fn programs() -> Vec<PathBuf> {
    let root = here().join("../..");
    let mut paths = programs_in(&root.join("tests/programs/tasks"));
    paths.extend(programs_in(&here().join("tests/tasks/programs")));
    for example in ["data_pipeline", "human_approval", "map_reduce", "retry_fallback", "router", "saga"] {
        paths.extend(programs_in(&root.join("examples").join(example)));
    }
    paths
}

/// How a run ended, in a word.
pub fn ending(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Finished(_) => "finished".to_owned(),
        Outcome::Failed(report) => report.kind.name().to_owned(),
        Outcome::Cancelled => "cancelled".to_owned(),
        other => format!("{other:?}"),
    }
}

/// Every task that was started has come to one end, and nothing happens to it afterwards.
fn check_ends(events: &[TaskEvent]) {
    let mut open: BTreeMap<u64, &str> = BTreeMap::new();
    let mut ended: BTreeMap<u64, &str> = BTreeMap::new();
    for TaskEvent { task, identity, kind } in events {
        assert!(!ended.contains_key(task), "{identity} has ended and then there is: {kind:?}");
        match kind {
            TaskEventKind::Started { .. } => {
                assert!(open.insert(*task, identity).is_none(), "{identity} starts twice");
            }
            TaskEventKind::Finished | TaskEventKind::Failed { .. } | TaskEventKind::Cancelled => {
                open.remove(task);
                ended.insert(*task, identity);
            }
            TaskEventKind::Attempt { .. } | TaskEventKind::Waiting { .. } | TaskEventKind::Resumed => {}
        }
    }
    assert!(open.is_empty(), "these never ended: {open:?}");
}

/// Runs a program in a world; gives how it ended.
fn run(source: &str, world: &mut World) -> String {
    world.is_tracing = true;
    let mut vm = Vm::new(code(source), Box::new(NoModules), Limits::default());
    let mut outcome = world.run(&mut vm);
    check_ends(&world.events);
    if matches!(outcome, Outcome::Finished(_)) && vm.call_main(&[]) {
        world.events.clear();
        outcome = world.run(&mut vm);
        check_ends(&world.events);
    }
    assert_eq!(vm.open_tasks(), 0, "tasks are left");
    ending(&outcome)
}

/// What an output has in place of the one without a fault, in short.
fn difference(clean: &str, output: &str) -> String {
    let (before, after): (Vec<&str>, Vec<&str>) = (clean.lines().collect(), output.lines().collect());
    let same = before.iter().zip(&after).take_while(|(a, b)| a == b).count();
    if same == before.len() && same == after.len() {
        return "    prints the same\n".to_owned();
    }
    if same == after.len() {
        return format!("    prints {same} of {} lines\n", before.len());
    }
    // Lines that are there later are no news.
    let mut known: BTreeMap<&str, usize> = BTreeMap::new();
    before[same..].iter().for_each(|line| *known.entry(line).or_default() += 1);
    let mut is_new = |line: &&&str| match known.get_mut(**line) {
        Some(count) if *count > 0 => {
            *count -= 1;
            false
        }
        _ => true,
    };
    let new: Vec<&str> = after[same..].iter().filter(&mut is_new).copied().collect();
    let then = if new.is_empty() { "of those after them" } else { "others" };
    let mut text = format!("    prints {same} of {} lines, then {} {then}\n", before.len(), after.len() - same);
    for line in new.iter().take(SHOWN) {
        let _ = writeln!(text, "    + {line}");
    }
    if new.len() > SHOWN {
        let _ = writeln!(text, "    + {} more, {:016x}", new.len() - SHOWN, fingerprint(output));
    }
    text
}

/// FNV-1a: a number that changes with the text.
fn fingerprint(text: &str) -> u64 {
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3);
    text.bytes().fold(0xCBF2_9CE4_8422_2325, step)
}

/// What happens to a program under each fault of each of its requests. Those that come out the same stand together.
fn outcomes(path: &Path) -> String {
    let source = fs::read_to_string(path).expect("the program can be read");
    let mut services = Services::default();
    services.add_files(path.parent().unwrap_or(path));
    let mut clean = World { services: services.clone(), ..World::default() };
    let end = run(&source, &mut clean);
    let folder = path.parent().and_then(Path::file_name).unwrap_or_default().display();
    let name = path.file_stem().unwrap_or_default().display();
    let asked: Vec<String> = clean.asked.iter().map(|(name, count)| format!("{name} {count}")).collect();
    let asked = if asked.is_empty() { "nothing".to_owned() } else { asked.join(", ") };
    let mut found = format!(
        "== {folder}/{name}: {end}, {} lines {:016x}, asks for {asked}\n",
        clean.output.lines().count(),
        fingerprint(&clean.output)
    );
    for fault in FAULTS {
        // In the order of their first request.
        let mut groups: Vec<(String, Vec<String>)> = Vec::new();
        for number in 0..clean.started {
            let mut world = World { fault: Some((number, fault)), services: services.clone(), ..World::default() };
            let end = run(&source, &mut world);
            let outcome = format!("{end}\n{}", difference(&clean.output, &world.output));
            match groups.iter_mut().find(|(known, _)| *known == outcome) {
                Some((_, numbers)) => numbers.push(number.to_string()),
                None => groups.push((outcome, vec![number.to_string()])),
            }
        }
        for (outcome, numbers) in groups {
            let _ = write!(found, "  {fault:?} {}: {outcome}", numbers.join(" "));
        }
    }
    found
}

/// Each request of each program in turn is delayed, fails, times out, or is under way when the run is cancelled. Whatever
/// happens, the program comes to an end, no task and no request is left, and it ends and prints what `faults.txt` says.
#[test]
fn every_fault_has_an_end() {
    let found: String = programs().iter().map(|path| outcomes(path)).collect();
    let golden = here().join("tests/tasks/faults.txt");
    if std::env::var_os("BLESS").is_some() {
        fs::write(&golden, &found).expect("the golden file can be written");
    }
    let expected = fs::read_to_string(&golden).unwrap_or_default();
    for (number, (found, expected)) in found.lines().zip(expected.lines()).enumerate() {
        assert_eq!(found, expected, "line {}; set BLESS=1 to accept what was found", number + 1);
    }
    assert_eq!(found.lines().count(), expected.lines().count(), "set BLESS=1 to accept what was found");
}

/// How often each program runs: all together a thousand times and more.
const TURNS: usize = 40;

#[test]
fn every_program_has_one_trace() {
    let programs = programs();
    assert!(programs.len() * TURNS >= 1_000, "only {} programs", programs.len());
    for path in programs {
        let source = fs::read_to_string(&path).expect("the program can be read");
        let mut services = Services::default();
        services.add_files(path.parent().unwrap_or(&path));
        let world = || World { services: services.clone(), ..World::default() };
        let mut first = world();
        let end = run(&source, &mut first);
        for _ in 1..TURNS {
            let mut again = world();
            assert_eq!(run(&source, &mut again), end, "{}", path.display());
            assert_eq!(again.output, first.output, "{}", path.display());
            assert!(again.events == first.events, "{}: another trace", path.display());
        }
    }
}

/// A request that is delayed changes when a program prints what, but a program without clock and timeouts prints the same.
#[test]
fn a_delay_changes_no_result() {
    let source = "\
def ask(n):
    return reason(f\"question {n}\")

print(gather(ask(1), ask(2)), [ask(n) for n in range(3)], pmap(ask, [1, 2, 3], limit=2))
";
    let mut clean = World::default();
    clean.run(&mut crate::world::machine(source));
    assert_eq!(clean.started, 8);
    for number in 0..clean.started {
        let mut world = World { fault: Some((number, Fault::Delayed)), ..World::default() };
        world.run(&mut crate::world::machine(source));
        assert_eq!(world.output, clean.output);
    }
}
