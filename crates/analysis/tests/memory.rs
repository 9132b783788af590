//! Memory after many edits: nothing that an edit made stays when a later one replaced it.

use std::sync::Arc;

use danaide_analysis::{AnalysisHost, Change, FilePath, MemoryFileSystem, file_diagnostics, file_symbols};
use peak_alloc::PeakAlloc;

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// A file that another one imports. Each number gives other names, types and lengths.
fn text(number: usize) -> String {
    let ty = ["int", "str", "list[int]"][number % 3];
    format!(
        "import other\n\nstruct Order{}:\n    size: {ty}\n\ndef first(x: {ty}) -> {ty}:\n    name_{number} = x\n    \
         return name_{number}\n\ndef added_{number}():\n    for it in [1, 2, {number}]:\n        print(it, missing_{number})\n    \
         return other.shared(\"text {number}\")\n\n{}value_{number} = added_{number}()\n",
        number % 50,
        "# a comment\n".repeat(number % 7),
    )
}

/// The bytes in use after each thousand of ten thousand edits.
fn in_use_after_edits(keeps_little: bool) -> Vec<usize> {
    let other = "import edited\n\ndef shared(text: str) -> str:\n    return text.upper()\n\ndef use():\n    return edited.first(1)\n";
    let user = "from edited import first\n\nprint(first(2))\n";
    let files = MemoryFileSystem::from_files([("/w/other.na", other), ("/w/user.na", user), ("/w/edited.na", "")]);
    let mut host = AnalysisHost::new(files);
    if keeps_little {
        host.keep_little();
    }
    let path = FilePath::disk("/w/edited.na");
    let all = ["/w/other.na", "/w/user.na", "/w/edited.na"].map(|it| host.file(&FilePath::disk(it)));
    let mut in_use = Vec::new();
    for round in 0..10 {
        for number in 1..=1000 {
            // Names that were never there before, but at the moments of comparison: there the text is the same.
            let number = if number == 1000 { 0 } else { round * 1000 + number };
            let text: Arc<str> = text(number).into();
            host.apply_change(Change::Open { path: path.clone(), text });
            for file in all {
                assert!(file_diagnostics(host.db(), file).len() < 20);
                file_symbols(host.db(), file);
            }
        }
        in_use.push(ALLOCATOR.current_usage());
    }
    in_use
}

/// One test: both parts count the memory of the whole process.
#[test]
fn ten_thousand_edits_leave_nothing_behind() {
    let in_use = in_use_after_edits(true);
    assert!(in_use[9] <= in_use[0] + in_use[0] / 20, "bytes in use after each thousand edits: {in_use:?}");
    // A server keeps what it knows of 8,192 definitions; until so many were asked for, lists of them grow.
    let in_use = in_use_after_edits(false);
    assert!(in_use[9] <= in_use[4] + in_use[4] / 100, "bytes in use after each thousand edits: {in_use:?}");
    assert!(in_use[9] <= in_use[0] + 1_000_000, "bytes in use after each thousand edits: {in_use:?}");
}
