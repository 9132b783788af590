//! What a file or folder that gets another name in its folder means for those who import it.

use camino::Utf8Path;
use danaide_analysis::occurrence::Symbol;
use danaide_analysis::ty::ModuleType;
use danaide_analysis::{Db, File, FilePath};
use danaide_syntax::TextRange;

use crate::search::usages;

/// The edits that go with renaming a module `old.na`, or a folder of modules, in its folder. None if the new name is not
/// one that can be imported, or if it moves elsewhere. Looks at the whole workspace.
pub(crate) fn module_renamed(db: &dyn Db, old: &Utf8Path, new: &Utf8Path) -> Vec<(File, TextRange, String)> {
    if old.parent() != new.parent() {
        return Vec::new();
    }
    let (module, old_name, new_name) = if old.extension() == Some("na") {
        if new.extension() != Some("na") {
            return Vec::new();
        }
        (ModuleType::File(db.file(&FilePath::disk(old))), old.file_stem(), new.file_stem())
    } else {
        let init = db.file(&FilePath::Disk(old.join("__init__.na")));
        let init = init.exists(db).then_some(init);
        (ModuleType::Package { folder: old.to_owned(), init }, old.file_name(), new.file_name())
    };
    let (Some(old_name), Some(new_name)) = (old_name, new_name) else { return Vec::new() };
    if old_name == new_name || !is_name(new_name) {
        return Vec::new();
    }
    let is_old = |file: File, range: TextRange| {
        file.text(db).get(std::ops::Range::<usize>::from(range)).is_some_and(|it| it == old_name)
    };
    let found = usages(db, &Symbol::Module(module)).into_iter().filter(|it| is_old(it.file, it.range));
    found.map(|it| (it.file, it.range, new_name.to_owned())).collect()
}

/// Can something be imported by this name?
pub(crate) fn is_name(text: &str) -> bool {
    let mut letters = text.chars();
    letters.next().is_some_and(|it| it == '_' || it.is_alphabetic())
        && letters.all(|it| it == '_' || it.is_alphanumeric())
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use expect_test::{Expect, expect};

    use super::*;
    use crate::fixture::Fixture;

    fn check(old: &str, new: &str, expected: Expect) {
        let fixture = Fixture::new(
            "//- /lib/util.na\nx = 1\n//- /lib/other.na\nfrom .util import x\n//- /main.na\nimport lib.util\nimport lib.util as util\nfrom lib import util as u\nprint(lib.util.x, util.x, u.x)\n",
        );
        let mut out = String::new();
        let edits = module_renamed(fixture.db(), Utf8Path::new(old), Utf8Path::new(new));
        for file in &fixture.files {
            let own: Vec<_> = edits.iter().filter(|it| it.0 == *file).map(|it| (it.1, it.2.clone())).collect();
            if !own.is_empty() {
                writeln!(out, "//- {}\n{}", file.path(fixture.db()), fixture.apply(*file, &own)).unwrap();
            }
        }
        expected.assert_eq(&out);
    }

    #[test]
    fn files_and_folders() {
        check(
            "/lib/util.na",
            "/lib/tools.na",
            expect![[r#"
            //- /lib/other.na
            from .tools import x

            //- /main.na
            import lib.tools
            import lib.tools as tools
            from lib import tools as u
            print(lib.tools.x, tools.x, u.x)

        "#]],
        );
        check(
            "/lib",
            "/library",
            expect![[r#"
            //- /main.na
            import library.util
            import library.util as util
            from library import util as u
            print(library.util.x, util.x, u.x)

        "#]],
        );
        check("/lib/util.na", "/lib/two words.na", expect![[""]]);
        check("/lib/util.na", "/util.na", expect![[""]]);
    }
}
