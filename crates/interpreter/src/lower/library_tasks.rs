//! Which functions of the library that are written in Dana wait. What the analysis says of them, kept here so that no run
//! has to find it out again; a test compares the two.

/// The name of the file, and of the function.
pub(super) const WAITING: &[(&str, &str)] = &[
    ("resilience", "wrapper"),
    ("tasks", "pmap"),
    ("tasks", "run_plan"),
    ("tasks", "__result_or_cancel__"),
    ("tasks", "wrapper"),
    ("env", "get"),
    ("http", "request"),
    ("http", "get"),
    ("http", "head"),
    ("http", "post"),
    ("http", "put"),
    ("http", "patch"),
    ("http", "delete"),
    ("mcp", "close"),
    ("mcp", "exit_context"),
    ("mcp", "connect"),
    ("mcp", "run"),
    ("plans", "make"),
    ("process", "run"),
    ("store", "get"),
    ("store", "set"),
    ("store", "update"),
    ("store", "has"),
    ("store", "remove"),
    ("store", "keys"),
    ("store", "all"),
    ("store", "close"),
    ("store", "exit_context"),
    ("store", "open"),
    ("internal", "__agent_reason__"),
    ("internal", "__agent_llm__"),
    ("internal", "__agent_chat__"),
    ("internal", "__agent_plan__"),
    ("internal", "__agent_solve__"),
    ("internal", "__use_mcp__"),
];

#[cfg(test)]
mod tests {
    use danaide_analysis::effects::Waits;
    use danaide_analysis::graph::suspension_points;
    use danaide_analysis::library::FILES;
    use danaide_analysis::{AnalysisHost, FilePath, MemoryFileSystem};

    use super::*;

    #[test]
    fn the_table_is_what_the_analysis_says() {
        let host = AnalysisHost::new(std::sync::Arc::new(MemoryFileSystem::default()));
        let mut found = Vec::new();
        for file in FILES {
            // Operators and `import` need the value of Python at once.
            if file.name == "python" {
                continue;
            }
            for code in suspension_points(host.db(), host.file(&FilePath::Library(file.path))) {
                // What the interpreter holds has no calls in it.
                if code.effects.set.waits() == Waits::Yes
                    && !code.waiting.is_empty()
                    && code.range.is_some()
                    && code.name != "__import_python__"
                {
                    found.push((file.name, code.name));
                }
            }
        }
        let found: Vec<(&str, &str)> =
            found.iter().map(|(file, name)| (*file, name.rsplit('.').next().unwrap_or(name))).collect();
        assert_eq!(found, WAITING);
    }
}
