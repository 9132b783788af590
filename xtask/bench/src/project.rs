//! Projects to measure with: files that import each other, valid in Dana and in Python, the same for the same seed.
//!
//! A walk over types writes them, so that no function is a copy of another: it keeps what variables are known and what
//! they are, and fills statements and expressions with what fits. What it writes has declared types and no mistakes.

mod random;
mod words;
mod writer;

use random::Random;
use writer::Writer;

/// A file of a project: its name without an extension, and its text.
#[derive(Debug, Clone)]
pub struct Module {
    pub name: String,
    pub text: String,
}

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Int,
    Float,
    Str,
    Bool,
    Ints,
    Words,
    Counts,
}

impl Kind {
    const ALL: [Kind; 7] = [Kind::Int, Kind::Float, Kind::Str, Kind::Bool, Kind::Ints, Kind::Words, Kind::Counts];

    fn annotation(self) -> &'static str {
        match self {
            Kind::Int => "int",
            Kind::Float => "float",
            Kind::Str => "str",
            Kind::Bool => "bool",
            Kind::Ints => "list[int]",
            Kind::Words => "list[str]",
            Kind::Counts => "dict[str, int]",
        }
    }
}

/// A function that others may call.
#[derive(Debug, Clone)]
struct Function {
    name: String,
    params: Vec<(String, Kind)>,
    result: Kind,
}

/// As many files, each of about as many lines. Later ones import earlier ones.
pub fn project(files: usize, lines: usize, seed: u64) -> Vec<Module> {
    let mut random = Random::new(seed);
    let mut known: Vec<(String, Vec<Function>)> = Vec::new();
    let mut modules = Vec::with_capacity(files);
    for number in 0..files {
        let name = format!("{}_{number}", random.pick(words::NOUNS));
        let mut imported: Vec<(String, Vec<Function>)> = Vec::new();
        for _ in 0..3.min(known.len()) {
            let (module, functions) = &known[random.below(known.len())];
            // Each name has one meaning.
            let is_new =
                |it: &&Function| !imported.iter().any(|(_, all)| all.iter().any(|other| other.name == it.name));
            let functions: Vec<Function> = functions.iter().filter(is_new).cloned().collect();
            if !imported.iter().any(|(it, _)| it == module) {
                imported.push((module.clone(), functions));
            }
        }
        let (text, functions) = Writer::new(random.split(), imported).module(&name, lines);
        known.push((name.clone(), functions));
        modules.push(Module { name, text });
    }
    modules
}

/// One file without imports of others.
pub fn file(lines: usize, seed: u64) -> String {
    project(1, lines, seed).swap_remove(0).text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_one_project_of_the_asked_size_without_syntax_errors() {
        let modules = project(6, 250, 7);
        for (module, again) in modules.iter().zip(project(6, 250, 7)) {
            assert_eq!(module.text, again.text);
            let lines = module.text.lines().count();
            assert!((240..300).contains(&lines), "{} has {lines} lines", module.name);
            let parse = danaide_syntax::parse(&module.text);
            assert!(parse.errors().is_empty(), "{:?}\n{}", parse.errors(), module.text);
        }
        assert!(modules.iter().any(|it| it.text.contains("\nfrom ")), "files import each other");
    }
}
