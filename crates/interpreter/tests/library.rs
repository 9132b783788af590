//! The declarations of the library are true: natives take the parameters that they declare, and the examples in
//! docstrings give what stands below them.

mod support;

use danaide_analysis::library::{Declaration, DeclarationKind, LibraryKind, library};
use danaide_syntax::ast::ParamKind;

use support::output;

fn imports() -> String {
    // The function of this name is hidden by the module.
    let imports = library().modules().map(|unit| format!("import {}\n", unit.file.name));
    std::iter::once("by_chance = random\n".to_owned()).chain(imports).collect()
}

/// How a program calls what is declared.
fn callee(it: &Declaration) -> String {
    let receiver = match (it.owner.as_deref(), it.kind) {
        (Some(owner), DeclarationKind::ClassMethod) if it.file.kind == LibraryKind::Module => {
            return format!("{}.{owner}.{}", it.file.name, it.name);
        }
        (Some(owner), DeclarationKind::ClassMethod) => owner,
        (Some("str"), _) => "\"\"",
        (Some("bytes"), _) => "b\"\"",
        (Some("list"), _) => "[]",
        (Some("Task"), _) => "spawn(len, \"\")",
        (Some("tuple"), _) => "()",
        (Some("range"), _) => "range(3)",
        (Some("slice"), _) => "slice(3)",
        (Some("dict"), _) => "{}",
        (Some("set"), _) => "set()",
        (Some("frozenset"), _) => "frozenset()",
        (Some("BaseException"), _) => "ValueError()",
        (Some("int"), _) => "(5)",
        (Some("float"), _) => "(1.5)",
        (Some("Pattern"), _) => "re.compile(\"\")",
        (Some("Match"), _) => "re.search(\"\", \"\")",
        (Some("Random"), _) => "random.Random(1)",
        (Some("date"), _) => "datetime.date(2024, 2, 29)",
        (Some("datetime"), _) => "datetime.datetime(2024, 2, 29)",
        (Some("time"), _) => "datetime.time()",
        (Some("timedelta"), _) => "datetime.timedelta()",
        (Some("timezone"), _) => "datetime.timezone.utc",
        (Some(owner), _) => owner,
        (None, _) if it.file.kind == LibraryKind::Module => it.file.name,
        (None, _) if it.name == "random" => return "by_chance".to_owned(),
        (None, _) => return it.name.to_string(),
    };
    format!("{receiver}.{}", it.name)
}

/// The parameters of a native, by how they can be given.
#[derive(Default)]
struct Shape {
    places_only: Vec<String>,
    either: Vec<String>,
    names_only: Vec<String>,
    /// How many of those that can be given by place must be given.
    required: usize,
    rest: bool,
    named: bool,
}

fn shape(it: &Declaration) -> Shape {
    let mut shape = Shape::default();
    let mut names_only = false;
    for param in &it.params {
        match param.kind {
            ParamKind::Mark if param.name == "/" => shape.places_only = std::mem::take(&mut shape.either),
            ParamKind::Mark => names_only = true,
            ParamKind::Rest => (shape.rest, names_only) = (true, true),
            ParamKind::Named => shape.named = true,
            ParamKind::Normal if names_only => shape.names_only.push(param.name.to_string()),
            ParamKind::Normal => {
                shape.required += usize::from(param.default.is_none());
                shape.either.push(param.name.to_string());
            }
        }
    }
    shape
}

fn nones(count: usize) -> String {
    vec!["None"; count].join(", ")
}

/// What must come of a call.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Expected {
    /// A `TypeError` about the number of arguments.
    Count,
    /// A `TypeError` about an argument by name.
    Keyword,
    /// Neither.
    Fits,
}

fn verdict(result: &str) -> Expected {
    let Some(message) = result.strip_prefix("TypeError: ") else { return Expected::Fits };
    let about = |words: &[&str]| words.iter().any(|word| message.contains(word));
    if about(&["keyword argument", "by name"]) {
        Expected::Keyword
    } else if about(&["takes exactly", "takes no ", "takes at ", "expected at ", "missing "])
        || (about(&["expected "])
            && message.split_once(", got ").is_some_and(|(_, got)| got.starts_with(|c: char| c.is_ascii_digit())))
    {
        Expected::Count
    } else {
        Expected::Fits
    }
}

#[test]
fn natives_take_the_parameters_that_they_declare() {
    let units = library().units().iter().filter(|unit| unit.file.kind != LibraryKind::Internal);
    let natives = units.flat_map(|unit| &unit.declarations).filter(|it| {
        it.is_native
            && !matches!(it.kind, DeclarationKind::Record | DeclarationKind::Constant)
            && !it.doc.starts_with("Refused ")
    });
    let mut calls = Vec::new();
    for it in natives {
        let callee = callee(it);
        let Shape { places_only, either, names_only, required, rest, named } = shape(it);
        let places = places_only.len() + either.len();
        // `max()` and the like need a value, which has no name.
        let values = if rest && places == 0 { "[1, 2]".to_owned() } else { nones(required) };
        let mut call = |args: &[String], expected| {
            let args: Vec<&str> = args.iter().map(String::as_str).filter(|arg| !arg.is_empty()).collect();
            calls.push((format!("{callee}({})", args.join(", ")), expected));
        };
        call(&[if rest { values.clone() } else { nones(places) }], Expected::Fits);
        if !rest {
            call(&[nones(places + 1)], Expected::Count);
        }
        if required > 0 {
            call(&[nones(required - 1)], Expected::Count);
        }
        if !named {
            call(&[values.clone(), "unknown_=None".to_owned()], Expected::Keyword);
            for param in &places_only {
                call(&[format!("{param}=None")], Expected::Keyword);
            }
        }
        let mut by_name = vec![if rest && places == 0 { values.clone() } else { nones(places_only.len()) }];
        by_name.extend(either.iter().chain(&names_only).map(|name| format!("{name}=None")));
        call(&by_name, Expected::Fits);
        for param in &names_only {
            call(&[values.clone(), format!("{param}=None")], Expected::Fits);
        }
    }
    assert!(calls.len() > 700, "{}", calls.len());
    let mut program = imports();
    for (call, _) in &calls {
        program += &format!(
            "try:\n    {call}\n    print(\"\\n@@ok\")\nexcept BaseException as error:\n    \
             print(f\"\\n@@{{type(error).__name__}}: {{error}}\")\n"
        );
    }
    let out = output(&program);
    let results: Vec<&str> = out.lines().filter_map(|line| line.strip_prefix("@@")).collect();
    assert_eq!(results.len(), calls.len(), "{out}");
    let wrong: Vec<String> = calls
        .iter()
        .zip(results)
        .filter(|((_, expected), result)| verdict(result) != *expected)
        .map(|((call, expected), result)| format!("{call} should give {expected:?}: {result}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The expressions after `>>>`, each with the lines below it.
fn examples(doc: &str) -> Vec<(String, String)> {
    let mut examples: Vec<(String, String)> = Vec::new();
    let mut open = false;
    for line in doc.lines() {
        if let Some(source) = line.strip_prefix(">>> ") {
            examples.push((source.to_owned(), String::new()));
            open = true;
        } else if line.is_empty() {
            open = false;
        } else if let Some((_, expected)) = examples.last_mut().filter(|_| open) {
            expected.push_str(line);
            expected.push('\n');
        }
    }
    examples
}

#[test]
fn examples_in_docstrings_give_what_they_say() {
    let mut count = 0;
    for it in library().units().iter().flat_map(|unit| &unit.declarations) {
        for (source, expected) in examples(&it.doc) {
            let program = if source.starts_with("print(") {
                format!("{}{source}\n", imports())
            } else {
                format!("{}print(repr(({source})))\n", imports())
            };
            let out = output(&program);
            assert_eq!(out.trim_end(), expected.trim_end(), "{}: {source}", it.name);
            count += 1;
        }
    }
    assert!(count > 60, "{count}");
}

#[test]
fn a_module_brings_the_parts_of_the_library_that_it_names() {
    let main = "values = [[n] for n in range(3)]\nimport shapes\nprint(values, shapes.names, shapes.machine().current_state)\n";
    let shapes = "names = map(lambda n :: f\"shape {n}\", range(2))\ndef machine():\n    return FSM()\n";
    let out = support::output_of_files(&[("main.na", main), ("shapes.na", shapes)]);
    assert_eq!(out, "[[0], [1], [2]] ['shape 0', 'shape 1'] START\n");
}
