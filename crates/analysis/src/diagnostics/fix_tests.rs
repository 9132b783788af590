//! Fixes as texts: what each changes, with tabs, line ends of Windows, and comments around.

use danaide_syntax::{Indel, TextEdit};

use super::*;
use crate::{AnalysisHost, FilePath, MemoryFileSystem};

/// Applies the first fix of the first finding of a code.
fn fixed(code: DiagnosticCode, text: &str) -> Option<String> {
    let others = [("/tools.na", "def run():\n    pass\n\ndef stop():\n    pass\n")];
    let files = [("/main.na", text)].into_iter().chain(others);
    let host = AnalysisHost::new(MemoryFileSystem::from_files(files));
    let file = host.file(&FilePath::disk("/main.na"));
    let found = file_diagnostics(host.db(), file);
    let fix = found.iter().find(|it| it.code == code)?.fixes.first()?.clone();
    let edits = fix.edits.iter().map(|it| Indel::replace(it.range, it.text.clone())).collect();
    TextEdit::new(edits).ok()?.apply(text)
}

#[track_caller]
fn check(code: DiagnosticCode, before: &str, after: &str) {
    assert_eq!(fixed(code, before).as_deref(), Some(after), "{before:?}");
}

#[test]
fn imports_go_with_their_lines() {
    let check = |before, after| check(DiagnosticCode::UnusedImport, before, after);
    check("import math\nprint(1)\n", "print(1)\n");
    check("import math\r\nprint(1)\r\n", "print(1)\r\n");
    check("print(1)\nimport math", "print(1)\n");
    check("import math  # sums\nprint(1)\n", "  # sums\nprint(1)\n");
    check("import math as m\nprint(1)\n", "print(1)\n");
    check("import tools\nprint(1)\n", "print(1)\n");
    check("from math import pi\nprint(1)\n", "print(1)\n");
    check("from math import (\n    pi,\n)\nprint(1)\n", "print(1)\n");
    check("def f():\n\tfrom math import pi\n\treturn 1\n", "def f():\n\treturn 1\n");
    check("def f():\r\n\timport math\r\n\treturn 1\r\n", "def f():\r\n\treturn 1\r\n");
    check("def f():\n    import math\n", "def f():\n    pass\n");
    check("if true:\n    import math\nprint(1)\n", "if true:\n    pass\nprint(1)\n");
}

#[test]
fn names_go_with_their_commas() {
    let check = |before, after| check(DiagnosticCode::UnusedImport, before, after);
    check("from math import pi, e\nprint(e)\n", "from math import e\nprint(e)\n");
    check("from math import e, pi\nprint(e)\n", "from math import e\nprint(e)\n");
    check("from math import e, pi as p\nprint(e)\n", "from math import e\nprint(e)\n");
    check("from math import pi as p, e\nprint(e)\n", "from math import e\nprint(e)\n");
    check("from math import e, pi, tau\nprint(e, tau)\n", "from math import e, tau\nprint(e, tau)\n");
    check("from math import (\n    e,\n    pi,\n)\nprint(e)\n", "from math import (\n    e,\n)\nprint(e)\n");
}

#[test]
fn several_modules_in_a_statement_have_no_fix() {
    assert_eq!(fixed(DiagnosticCode::UnusedImport, "import math, json\nprint(json)\n"), None);
    assert_eq!(fixed(DiagnosticCode::UnusedImport, "import json, math\nprint(json)\n"), None);
}

#[test]
fn comparisons() {
    let check = |before, after| check(DiagnosticCode::NoneComparison, before, after);
    check("def f(x):\n\treturn x == None\n", "def f(x):\n\treturn x is None\n");
    check("def f(x):\r\n    return (x) != none\r\n", "def f(x):\r\n    return (x) is not none\r\n");
    check("def f(x):\n    return x==None\n", "def f(x):\n    return x is None\n");
    check("def f(x):\n    return None==(x)\n", "def f(x):\n    return None is(x)\n");
    let check = |before, after| self::check(DiagnosticCode::LiteralIdentity, before, after);
    check("def f(x):\n    return x is 'a'\n", "def f(x):\n    return x == 'a'\n");
    check("def f(x):\n    return x is  not 5\n", "def f(x):\n    return x != 5\n");
}

#[test]
fn old_forms() {
    check(DiagnosticCode::DeprecatedLambda, "f = lambda x: x + 1\n", "f = lambda x :: x + 1\n");
    check(DiagnosticCode::DeprecatedLambda, "f = lambda x, y=1: (x)\n", "f = lambda x, y=1 :: (x)\n");
    check(DiagnosticCode::DeprecatedAgent, "agent A:\r\n\tx: int = 1\r\n", "agent_blueprint A:\r\n\tx: int = 1\r\n");
    check(DiagnosticCode::FstringWithoutField, "x = rf'a'\n", "x = r'a'\n");
    check(DiagnosticCode::FstringWithoutField, "x = f\"\"\"a\r\nb\"\"\"\r\n", "x = \"\"\"a\r\nb\"\"\"\r\n");
}

#[test]
fn what_is_new_is_not_old() {
    for text in ["f = lambda x: int :: x\n", "f = lambda :: 1\n", "x = f'{{}}'\n", "agent A:\n    x = 1\n"] {
        for code in
            [DiagnosticCode::DeprecatedLambda, DiagnosticCode::FstringWithoutField, DiagnosticCode::DeprecatedAgent]
        {
            assert_eq!(fixed(code, text), None, "{text}");
        }
    }
}
