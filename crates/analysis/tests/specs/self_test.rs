//! The runner of pages is tested itself: a page with mistakes has to fail for each of them.

use libtest_mimic::{Failed, Trial};

use crate::run;

/// A page, and what has to be said about it.
const PAGES: &[(&str, &str, &[&str])] = &[
    ("a_page_that_holds", "# One\n\n```dana\nx = )  # error: [syntax-error] \"expected a value\"\n```\n", &[]),
    ("expectations_above", "```dana\n# error: [syntax-error]\n\n# a note\nx = )\n```\n", &[]),
    ("expectations_on_a_comment", "```dana\n# danaide: ingore # warning: [invalid-suppression]\nx = 1\n```\n", &[]),
    (
        "what_is_not_found",
        "```dana\nx = 1  # error: [syntax-error]\ny = )  # warning: [syntax-error]\n```\n",
        &[
            "2: not found: error: [syntax-error]",
            "3: not expected: error: [syntax-error] \"expected a value, found `)`\"",
            "3: not found: warning: [syntax-error]",
        ],
    ),
    (
        "messages_are_compared",
        "```dana\nx = )  # error: [syntax-error] \"weather\"\n```\n",
        &[
            "2: not expected: error: [syntax-error] \"expected a value, found `)`\"",
            "2: not found: error: [syntax-error] \"weather\"",
        ],
    ),
    (
        "hints_count_where_one_is_expected",
        "```dana\nx = 1  # danaide: ignore\ny = 1  # danaide: ignore # hint: \"weather\"\n\
         z = 1  # danaide: ignore # hint: [unused-suppression]\n```\n",
        &[
            "3: not expected: hint: [unused-suppression] \"this comment suppresses nothing\"",
            "3: not found: hint: \"weather\"",
        ],
    ),
    (
        "sections_are_projects",
        "```dana\nx = )  # error: [syntax-error]\n```\n\n# Two\n\nProse.\n\n```dana\ny = 1\n```\n\nMore.\n\n```dana\nz = )\n```\n",
        &["16: not expected: error: [syntax-error] \"expected a value, found `)`\""],
    ),
    (
        "fences_that_are_wrong",
        "```dana nam=a.na\n```\n```dana name=/a.na\n```\n```text\n# error: here is prose\n```\n```dana\nx = 1\n",
        &[
            "1: `nam=a.na` is not known here; write name=FILE, with a path below the project",
            "3: `name=/a.na` is not known here; write name=FILE, with a path below the project",
            "8: this fence is never closed",
        ],
    ),
    (
        "comments_that_are_wrong",
        "```dana\nx = 1  # error: weather\ny = 1  # error:\nz = 1  # error: [weather]\nw = '# error: in a string'\n# revealed:\n# revealed: int\n```\n",
        &[
            "2: write `# error: [code] \"part of the message\"`; one of the two may be missing",
            "3: write `# error: [code] \"part of the message\"`; one of the two may be missing",
            "4: there is no code `weather`",
            "6: expected a type after `revealed:`",
            "7: this expectation stands above no line of code",
        ],
    ),
    (
        "effects_that_are_wrong",
        "```dana\ndef f():  # effects: llm\n    return 1\n\ndef g():  # effects: log\n    print(1)\n\nx = 1  # effects: log\n# effects:\ny = 1\n```\n",
        &[
            "2: not found: effects: llm; the effects of `f` are none",
            "8: no function begins on this line",
            "9: expected effects after `effects:`, or `none`",
        ],
    ),
    (
        "graphs_that_are_wrong",
        "```dana\ndef f(x):\n    a = reason(x)\n    b = reason(a)\n    c = reason(x)\n    return [b, c]\n```\n\n```graph f\n\
         tasks: reason, reason#2\nreason -> reason#2: data\nreason -> reason#3: data\nlongest: reason\n\
         longest: reason -> reason#2\n```\n\n```graph g\ntasks: none\n```\n\n```graph f other\n```\n",
        &[
            "9: not expected: reason -> reason#3: sync",
            "9: not expected: tasks: reason, reason#2, reason#3",
            "10: not found: tasks: reason, reason#2",
            "12: not found: reason -> reason#3: data",
            "13: found instead: longest: reason -> reason#2",
            "13: not found: longest: reason",
            "17: there is no function `g`",
            "21: write graph FUNCTION, or graph FUNCTION name=FILE",
        ],
    ),
    ("an_empty_page", "# Nothing\n", &["1: the page has no fence with Dana"]),
];

pub fn trials() -> Vec<Trial> {
    let trial = |(name, page, expected): &(&str, &'static str, &'static [&str])| {
        let (page, expected) = (*page, *expected);
        Trial::test(format!("runner::{name}"), move || {
            let problems: Vec<String> =
                run::page(page).iter().map(|it| format!("{}: {}", it.line, it.message)).collect();
            if problems == expected {
                return Ok(());
            }
            Err(Failed::from(format!("expected {expected:#?}\nfound {problems:#?}")))
        })
    };
    PAGES.iter().map(trial).collect()
}
