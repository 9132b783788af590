//! What holds for every graph: generated programs, edits elsewhere, long files.

use super::*;

/// Numbers that look random and are the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % most
    }
}

/// Straight-line functions: for each task, the tasks whose values reach its arguments are followed by hand, by the
/// rule that a call of a task gives a value of its own and anything else gives a value of what is in it.
#[test]
fn no_data_edge_of_straight_lines_is_missing_or_made_up() {
    for seed in 0..150 {
        let mut numbers = Numbers(seed);
        let mut program = "def f():\n    v0 = 0\n".to_owned();
        let mut sources: Vec<Vec<usize>> = vec![Vec::new()];
        let mut expected: Vec<(usize, usize)> = Vec::new();
        let mut tasks = 0;
        for line in 1..12 {
            let a = numbers.below(line);
            let b = numbers.below(line);
            let both = || {
                let mut all = [sources[a].clone(), sources[b].clone()].concat();
                all.sort_unstable();
                all.dedup();
                all
            };
            let (text, is_task, from) = match numbers.below(9) {
                0 => (format!("fetch(v{a})"), true, sources[a].clone()),
                1 => (format!("fetch([v{a}, v{b}])"), true, both()),
                2 => (format!("fetch({{\"k\": v{a}}})"), true, sources[a].clone()),
                3 => (format!("reason(f\"{{v{a}}} {{v{b}}}\")"), true, both()),
                4 => (format!("v{a} | fetch"), true, sources[a].clone()),
                5 => (format!("plain(v{a})"), false, sources[a].clone()),
                6 => (format!("[v{a}, v{b}]"), false, both()),
                7 => (format!("str(v{a})"), false, sources[a].clone()),
                _ => (format!("(v{a}, v{b})"), false, both()),
            };
            writeln!(program, "    v{line} = {text}").unwrap();
            if is_task {
                expected.extend(from.iter().map(|it| (*it, tasks)));
                sources.push(vec![tasks]);
                tasks += 1;
            } else {
                sources.push(from);
            }
        }
        program.push_str("    return v11\n");
        let text_of_file = format!("{TOOLS}{program}");
        let host = AnalysisHost::new(MemoryFileSystem::from_files([("/main.na", text_of_file)]));
        let file = host.file(&FilePath::disk("/main.na"));
        let definition = crate::definitions(host.db(), file)
            .iter()
            .find(|it| matches!(it.owner(host.db()), crate::Owner::Item(item) if item.name() == "f"))
            .unwrap();
        let graph = task_graph(host.db(), definition);
        assert_eq!(graph.tasks().count(), tasks, "{program}");
        let mut found: Vec<(usize, usize)> = graph
            .edges
            .iter()
            .filter(|it| matches!(it.kind, EdgeKind::Data | EdgeKind::Stage))
            .map(|it| (it.from, it.to))
            .collect();
        found.sort_unstable();
        found.dedup();
        expected.sort_unstable();
        expected.dedup();
        assert_eq!(found, expected, "{program}");
    }
}

#[test]
fn an_edit_elsewhere_leaves_the_graph_and_its_names() {
    let program = "def f(url):\n    a = fetch(url)\n    return fetch(a)\n";
    let names = |text: &str| {
        let host = AnalysisHost::new(MemoryFileSystem::from_files([("/main.na", text)]));
        let file = host.file(&FilePath::disk("/main.na"));
        let graphs = file_graphs(host.db(), file, false);
        let f = graphs.graphs.iter().find(|it| it.name == "f").unwrap();
        f.nodes.iter().map(|it| it.id.clone()).collect::<Vec<_>>()
    };
    let before = names(&format!("{TOOLS}{program}"));
    assert_eq!(before, ["f/fetch", "f/fetch#2"]);
    assert_eq!(names(&format!("# moved\n\n{TOOLS}\ndef other():\n    return fetch(1)\n{program}")), before);
}

#[test]
fn a_long_file_is_soon_drawn() {
    let mut text_of_file = TOOLS.to_owned();
    for number in 0..300 {
        writeln!(
            text_of_file,
            "def work{number}(x):\n    a = fetch(x)\n    b = plain(a)\n    if b:\n        a = fetch(b)\n    for it in [1, 2]:\n        \
             a = fetch(it)\n    public:n{number} = a\n    return a\n"
        )
        .unwrap();
    }
    let host = AnalysisHost::new(MemoryFileSystem::from_files([("/main.na", text_of_file)]));
    let file = host.file(&FilePath::disk("/main.na"));
    let started = std::time::Instant::now();
    let graphs = file_graphs(host.db(), file, false);
    assert_eq!(graphs.graphs.len(), 301);
    // A hundredth of it is usual; a mistake that makes it quadratic takes more.
    assert!(started.elapsed() < std::time::Duration::from_secs(20), "{:?}", started.elapsed());
}
