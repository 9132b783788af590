//! Generated programs do in Danaide what they do in CPython. `cargo xtask differential` runs many more of them.

use danaide_tests::differential::{Difference, run};

#[test]
fn generated_programs_end_as_in_cpython() {
    let summary = run(0, 300, 5).unwrap_or_else(|error| panic!("{error}"));
    let differing: Vec<String> = summary.findings.iter().map(|finding| finding.show()).collect();
    assert!(differing.is_empty(), "\n{}", differing.join("\n"));
    assert_eq!(summary.count(Difference::Message), 0);
    // The programs must stay worth running.
    assert!(
        summary.lines > 20_000
            && summary.caught > 300
            && summary.uncaught > 30
            && summary.ran_out < 5
            && summary.uncommon < 5
    );
}
