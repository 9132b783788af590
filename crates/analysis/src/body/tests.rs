//! Bodies of small programs.

use crate::{AnalysisHost, FilePath, MemoryFileSystem, Owner, body_of, definitions};

#[test]
fn names_are_variables_or_free() {
    let text = "def f(a):\n    b = a + c\n    return [b for b in d if b]\n";
    let host = AnalysisHost::new(MemoryFileSystem::from_files([("/a.na", text)]));
    let file = host.file(&FilePath::disk("/a.na"));
    let db = host.db();
    let definition = definitions(db, file).iter().find(|it| *it.owner(db) != Owner::Module).unwrap();
    let body = body_of(db, definition);
    let names: Vec<&str> = body.variables.iter().map(|(_, it)| it.name.as_str()).collect();
    assert_eq!(names, ["a", "b", "b"]);
}
