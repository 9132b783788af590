//! Workspaces in a text, for tests: `//- /a.na` begins a file, `$0` is the caret.

use std::fmt::Write as _;

use danaide_analysis::{AnalysisHost, Change, Db, File, FilePath, MemoryFileSystem};
use danaide_syntax::{TextRange, TextSize};

use crate::navigation::Target;

pub(crate) struct Fixture {
    pub(crate) host: AnalysisHost,
    pub(crate) files: Vec<File>,
    pub(crate) file: File,
    pub(crate) offset: TextSize,
}

impl Fixture {
    /// A text without a header is `/main.na`.
    pub(crate) fn new(text: &str) -> Self {
        let mut texts: Vec<(String, String)> = Vec::new();
        for line in text.split_inclusive('\n') {
            match line.strip_prefix("//- ") {
                Some(path) => texts.push((path.trim().to_owned(), String::new())),
                None => {
                    if texts.is_empty() {
                        texts.push(("/main.na".to_owned(), String::new()));
                    }
                    texts.last_mut().unwrap().1.push_str(line);
                }
            }
        }
        let mut marks: Vec<(usize, usize)> = Vec::new();
        for (index, (_, text)) in texts.iter_mut().enumerate() {
            while let Some(at) = text.find("$0") {
                text.replace_range(at..at + 2, "");
                marks.push((index, at));
            }
        }
        let mut host = AnalysisHost::new(MemoryFileSystem::from_files(texts.iter().map(|(path, text)| (path, text))));
        host.apply_change(Change::Roots { workspace: vec!["/".into()], search_path: Vec::new() });
        let files: Vec<File> = texts.iter().map(|(path, _)| host.file(&FilePath::disk(path))).collect();
        let (at, offset) = marks.first().copied().unwrap_or_default();
        let size = |it: usize| TextSize::new(it as u32);
        let file = files[at];
        Self { host, files, file, offset: size(offset) }
    }

    pub(crate) fn db(&self) -> &dyn Db {
        self.host.db()
    }

    /// `/a.na 1:5 «name»`, lines from 1, with the line.
    pub(crate) fn place(&self, file: File, range: TextRange) -> String {
        let text = file.text(self.db());
        let (start, end) = (usize::from(range.start()), usize::from(range.end()));
        let line = text[..start].matches('\n').count() + 1;
        let begin = text[..start].rfind('\n').map_or(0, |it| it + 1);
        let finish = text[end..].find('\n').map_or(text.len(), |it| end + it);
        format!("{}:{line} {}«{}»{}", file.path(self.db()), &text[begin..start], &text[start..end], &text[end..finish])
    }

    pub(crate) fn targets(&self, targets: &[Target]) -> String {
        let mut out = String::new();
        for it in targets {
            assert!(it.range.contains_range(it.name_range));
            let is_library = matches!(it.file.path(self.db()), FilePath::Library(_));
            let place = if is_library {
                format!(
                    "{} {}",
                    it.file.path(self.db()),
                    &it.file.text(self.db())[std::ops::Range::<usize>::from(it.name_range)]
                )
            } else {
                self.place(it.file, it.name_range)
            };
            writeln!(out, "{place}").unwrap();
        }
        out
    }

    /// The text after edits of one file.
    pub(crate) fn apply(&self, file: File, edits: &[(TextRange, String)]) -> String {
        let mut edits = edits.to_vec();
        edits.sort_by_key(|it| (it.0.start(), it.0.end()));
        let mut text = file.text(self.db()).to_string();
        for (range, new) in edits.iter().rev() {
            text.replace_range(std::ops::Range::<usize>::from(*range), new);
        }
        text
    }
}
