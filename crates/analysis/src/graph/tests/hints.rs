//! What editors show of a graph, and where the interpreter may wait.

use super::*;

#[test]
fn hints_and_suspension_points() {
    let text_of_file = format!(
        "{TOOLS}def bump():\n    public:n = reason(\"n\")\n\ndef f():\n    a = bump()\n    b = bump()\n    c = fetch(1)\n    print(c)\n    return [a, b]\n"
    );
    let host = AnalysisHost::new(MemoryFileSystem::from_files([("/main.na", text_of_file.clone())]));
    let file = host.file(&FilePath::disk("/main.na"));
    let mut out = String::new();
    let (tasks, waits) = task_hints(host.db(), file);
    for it in tasks {
        let (after, beside) = (it.after, it.beside);
        writeln!(out, "{}: after {after:?}, beside {beside:?}", it.name).unwrap();
    }
    for it in waits {
        writeln!(out, "{:?} waits for {:?}: {}", &text_of_file[it.range], it.tasks, it.cause).unwrap();
    }
    for function in suspension_points(host.db(), file) {
        writeln!(out, "{} {:?}", function.name, function.waits()).unwrap();
        for it in function.points {
            writeln!(out, "    {} {:?} after {:?}", it.label, &text_of_file[it.range], it.after).unwrap();
        }
    }
    expect![[r#"
        reason: after [], beside []
        reason: after [], beside []
        bump: after [], beside []
        bump#2: after [("bump", 11, Order)], beside [("fetch", 13)]
        fetch: after [("bump", 11, Sync)], beside [("bump#2", 12)]
        "bump()" waits for [("bump", 11)]: it touches `public:n` too
        "print(c)" waits for [("fetch", 13)]: its value is needed
        "[a, b]" waits for [("bump#2", 12)]: all parts are needed together
        (file) No
        fetch Yes
            reason "reason(url)" after []
        plain No
        bump Yes
            reason "reason(\"n\")" after []
        f Yes
            bump "bump()" after []
            bump#2 "bump()" after ["bump"]
            fetch "fetch(1)" after []
    "#]]
    .assert_eq(&out);
}
