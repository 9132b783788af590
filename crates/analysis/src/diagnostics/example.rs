//! Programs in one text: the examples of rules.

/// One file of an example.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExampleFile<'a> {
    /// Such as `/tools.na`.
    pub path: &'a str,
    pub text: &'a str,
}

/// Cuts an example at its headings `//- /tools.na`. Text without a heading is `/main.na`.
pub fn example_files(example: &str) -> Vec<ExampleFile<'_>> {
    const HEADING: &str = "//- ";
    let mut files = Vec::new();
    let mut rest = example;
    if !rest.is_empty() && !rest.starts_with(HEADING) {
        let end = rest.find("\n//- ").map_or(rest.len(), |at| at + 1);
        files.push(ExampleFile { path: "/main.na", text: &rest[..end] });
        rest = &rest[end..];
    }
    while let Some(section) = rest.strip_prefix(HEADING) {
        let (path, text) = section.split_once('\n').unwrap_or((section, ""));
        let end = if text.starts_with(HEADING) { 0 } else { text.find("\n//- ").map_or(text.len(), |at| at + 1) };
        files.push(ExampleFile { path: path.trim(), text: &text[..end] });
        rest = &text[end..];
    }
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_part_files() {
        let files = |text| example_files(text).into_iter().map(|it| (it.path, it.text)).collect::<Vec<_>>();
        assert_eq!(files(""), []);
        assert_eq!(files("x = 1\n"), [("/main.na", "x = 1\n")]);
        assert_eq!(
            files("//- /a.na\nx = 1\n\n//- /b.na\n//- /c.na\ny = 2\n"),
            [("/a.na", "x = 1\n\n"), ("/b.na", ""), ("/c.na", "y = 2\n")]
        );
        assert_eq!(files("import a\n//- /a.na\nx = 1\n"), [("/main.na", "import a\n"), ("/a.na", "x = 1\n")]);
    }
}
