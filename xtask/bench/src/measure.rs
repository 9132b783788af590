//! Timing that two contestants share.

use std::time::{Duration, Instant};

/// The medians of two contestants that take turns, so that both see the same machine. What they give is dropped after
/// the clock stopped.
pub fn in_turns<A, B>(
    rounds: usize,
    mut ours: impl FnMut() -> A,
    mut theirs: impl FnMut() -> B,
) -> (Duration, Duration) {
    let mut times = (Vec::with_capacity(rounds), Vec::with_capacity(rounds));
    // The first round warms caches and is not counted.
    for round in 0..=rounds {
        let a = timed(&mut ours);
        let b = timed(&mut theirs);
        if round > 0 {
            times.0.push(a);
            times.1.push(b);
        }
    }
    (median(times.0), median(times.1))
}

fn timed<R>(run: &mut impl FnMut() -> R) -> Duration {
    let start = Instant::now();
    let result = std::hint::black_box(run());
    let time = start.elapsed();
    drop(result);
    time
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}
