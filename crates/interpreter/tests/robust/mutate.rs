//! Programs with words taken out, put in, exchanged, doubled, and parts of other programs put between them.

use std::path::Path;

use super::dice::Dice;

/// The words of a program: names, numbers and single other characters.
fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut kind = ' ';
    for c in text.chars() {
        let next = if c.is_alphanumeric() || c == '_' { 'a' } else { c };
        match words.last_mut() {
            Some(word) if next == kind && (next == 'a' || next == ' ') => word.push(c),
            _ => words.push(c.to_string()),
        }
        kind = next;
    }
    words
}

/// The programs that mutations are made of.
pub struct Seeds(Vec<Vec<String>>);

impl Seeds {
    /// The given program, the golden programs and the examples.
    pub fn new(first: &str) -> Seeds {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let mut seeds = vec![words(first)];
        let mut folders = vec![root.join("tests/programs"), root.join("examples")];
        let mut files = Vec::new();
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(&folder).expect("the folder is there").flatten() {
                let path = entry.path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|it| it == "na") {
                    files.push(path);
                }
            }
        }
        // The order of a folder differs between machines.
        files.sort();
        for file in files {
            seeds.push(words(&std::fs::read_to_string(file).expect("a program is text")));
        }
        Seeds(seeds)
    }

    pub fn mutate(&self, dice: &mut Dice) -> String {
        // The first program has everything in it: half of the mutations are of it.
        let seed = if dice.roll(2) == 0 { &self.0[0] } else { dice.pick(&self.0) };
        let other = if dice.roll(2) == 0 { seed } else { dice.pick(&self.0) };
        let mut words = seed.clone();
        for _ in 0..=dice.roll(4) {
            if words.is_empty() || other.is_empty() {
                break;
            }
            let (at, from) = (dice.roll(words.len()), dice.roll(other.len()));
            match dice.roll(6) {
                0 => {
                    words.remove(at);
                }
                1 => words[at].clone_from(&other[from]),
                2 => words.insert(at, other[from].clone()),
                3 => {
                    let to = dice.roll(words.len());
                    words.swap(at, to);
                }
                4 => lines(&mut words, other, dice),
                _ => {
                    let length = dice.roll(20).min(words.len() - at);
                    let part: Vec<String> = words[at..at + length].to_vec();
                    let to = dice.roll(words.len());
                    words.splice(to..to, part);
                }
            }
        }
        words.concat()
    }
}

/// Puts some lines of one program between two lines of another.
fn lines(words: &mut Vec<String>, other: &[String], dice: &mut Dice) {
    let starts = |words: &[String]| -> Vec<usize> {
        let ends = words.iter().enumerate().filter(|(_, word)| *word == "\n");
        std::iter::once(0).chain(ends.map(|(at, _)| at + 1)).collect()
    };
    let (ours, theirs) = (starts(words), starts(other));
    let first = dice.roll(theirs.len());
    let last = (first + 1 + dice.roll(3)).min(theirs.len() - 1);
    let part: Vec<String> = other[theirs[first]..theirs[last].max(theirs[first])].to_vec();
    let to = *dice.pick(&ours);
    words.splice(to..to, part);
}
