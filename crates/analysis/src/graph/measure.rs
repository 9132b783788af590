//! How long the longest chain of tasks is, and how many can run at the same time.

use rustc_hash::FxHashMap;

use super::TaskGraph;
use super::bits::Bits;
use crate::effects::Site;

/// How many tasks can run at the same time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Width {
    /// The largest number of tasks of which none waits for another and that are not on different ways of one decision. A task
    /// in a loop counts once.
    pub tasks: usize,
    /// Turns of a loop overlap: as many as there are items.
    pub is_unbounded: bool,
    /// Graphs with many decisions or tasks are not searched to the end: there can be fewer, or with many tasks more.
    pub is_exact: bool,
}

/// More combinations of ways are not looked at.
const MOST_WAYS: usize = 64;
/// In graphs with more tasks, those at the same depth are counted.
const MOST_TASKS: usize = 500;

/// The critical path, and the width. An edge to the next turn of a loop does not count: a path is one turn long. It calls `pulse`
/// again and again, which may unwind.
pub fn measure(graph: &TaskGraph, pulse: &dyn Fn()) -> (Vec<usize>, Width) {
    let tasks: Vec<usize> = graph.tasks().collect();
    if tasks.is_empty() {
        return (Vec::new(), Width { is_exact: true, ..Width::default() });
    }
    let mut before: Vec<Vec<usize>> = vec![Vec::new(); graph.nodes.len()];
    for edge in graph.edges.iter().filter(|it| !it.is_carried && it.from < it.to) {
        before[edge.to].push(edge.from);
    }
    // Edges lead from earlier nodes to later ones, so the order of the nodes is a topological one.
    let mut longest: Vec<(usize, Option<usize>)> = vec![(0, None); graph.nodes.len()];
    for &task in &tasks {
        pulse();
        let best =
            before[task].iter().map(|from| (longest[*from].0, *from)).max_by_key(|it| (it.0, std::cmp::Reverse(it.1)));
        longest[task] = match best {
            Some((length, from)) => (length + 1, Some(from)),
            None => (1, None),
        };
    }
    let last = tasks.iter().copied().max_by_key(|it| (longest[*it].0, std::cmp::Reverse(*it)));
    let mut path = Vec::new();
    let mut at = last;
    while let Some(task) = at {
        path.push(task);
        at = longest[task].1;
    }
    path.reverse();

    let is_unbounded = graph
        .nodes
        .iter()
        .enumerate()
        .any(|(loop_node, node)| node.is_repeated && tasks.iter().any(|it| is_inside(graph, *it, loop_node)));
    let (count, is_exact) = if tasks.len() > MOST_TASKS {
        let mut levels: FxHashMap<usize, usize> = FxHashMap::default();
        tasks.iter().for_each(|it| *levels.entry(longest[*it].0).or_default() += 1);
        (levels.values().copied().max().unwrap_or(0), false)
    } else {
        width(graph, &tasks, &before, pulse)
    };
    (path, Width { tasks: count, is_unbounded, is_exact })
}

fn is_inside(graph: &TaskGraph, node: usize, loop_node: usize) -> bool {
    let mut at = graph.nodes[node].parent;
    while let Some(parent) = at {
        if parent == loop_node {
            return true;
        }
        at = graph.nodes[parent].parent;
    }
    false
}

/// The largest set of tasks without a way between any two, over all combinations of decisions.
fn width(graph: &TaskGraph, tasks: &[usize], before: &[Vec<usize>], pulse: &dyn Fn()) -> (usize, bool) {
    let mut ancestors: Vec<Bits> = vec![Bits::default(); graph.nodes.len()];
    for &task in tasks {
        pulse();
        let mut all = Bits::default();
        for &from in &before[task] {
            all.insert(from);
            all.add(&ancestors[from]);
        }
        ancestors[task] = all;
    }
    let mut decisions: Vec<(Site, u32)> = Vec::new();
    for (site, way) in tasks.iter().flat_map(|it| &graph.nodes[*it].branches) {
        match decisions.iter_mut().find(|it| it.0 == *site) {
            Some(known) => known.1 = known.1.max(*way),
            None => decisions.push((*site, *way)),
        }
    }
    let combinations = decisions.iter().try_fold(1_usize, |all, it| {
        let all = all.checked_mul(it.1 as usize + 1)?;
        (all <= MOST_WAYS).then_some(all)
    });
    let Some(combinations) = combinations else {
        return (antichain(tasks, &ancestors, pulse), false);
    };
    let mut best = 0;
    for number in 0..combinations {
        let mut rest = number;
        let mut taken: Vec<(Site, u32)> = Vec::with_capacity(decisions.len());
        for (site, last) in &decisions {
            let ways = *last as usize + 1;
            taken.push((*site, u32::try_from(rest % ways).unwrap_or(0)));
            rest /= ways;
        }
        let running: Vec<usize> = tasks
            .iter()
            .copied()
            .filter(|it| graph.nodes[*it].branches.iter().all(|branch| taken.contains(branch)))
            .collect();
        best = best.max(antichain(&running, &ancestors, pulse));
    }
    (best, true)
}

/// By Dilworth's theorem: as many as there are chains in the smallest set of chains that holds all tasks, which a matching of
/// tasks with later ones gives.
fn antichain(tasks: &[usize], ancestors: &[Bits], pulse: &dyn Fn()) -> usize {
    let count = tasks.len();
    let later: Vec<Vec<usize>> =
        tasks.iter().map(|from| (0..count).filter(|to| ancestors[tasks[*to]].contains(*from)).collect()).collect();
    let mut matched: Vec<Option<usize>> = vec![None; count];
    let mut pairs = 0;
    for start in 0..count {
        pulse();
        if augment(start, &later, &mut matched) {
            pairs += 1;
        }
    }
    count - pairs
}

/// Finds a way to match one more task, trying others on the way; with a stack of its own.
fn augment(start: usize, later: &[Vec<usize>], matched: &mut [Option<usize>]) -> bool {
    let mut seen = vec![false; matched.len()];
    // The tasks on the way, each with the place in its list where the search goes on, and the partner it was reached by.
    let mut way: Vec<(usize, usize)> = vec![(start, 0)];
    let mut partners: Vec<usize> = Vec::new();
    while let Some((task, next)) = way.last_mut() {
        let Some(&partner) = later[*task].get(*next) else {
            way.pop();
            partners.pop();
            continue;
        };
        *next += 1;
        if std::mem::replace(&mut seen[partner], true) {
            continue;
        }
        partners.push(partner);
        match matched[partner] {
            Some(other) => way.push((other, 0)),
            None => {
                for ((task, _), partner) in way.iter().zip(&partners) {
                    matched[*partner] = Some(*task);
                }
                return true;
            }
        }
    }
    false
}
