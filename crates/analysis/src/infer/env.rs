//! The types of variables along one way through a function.
//!
//! A branch is walked on the one environment and then taken back: a journal holds what each write replaced. So a branch
//! costs what it writes, not what there is.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::VariableId;
use crate::ty::Type;

/// Does a variable have a value?
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bound {
    No,
    /// On some ways.
    Maybe,
    Yes,
}

#[derive(Debug, Clone)]
pub(super) struct State {
    pub ty: Type,
    pub bound: Bound,
    /// The length of the journal when the variable was given this: a loop whose turn began later brought it in. Where ways
    /// meet, the least of theirs.
    pub since: usize,
    /// What is asked on this way holds for no value that the variable has: nobody gets here, or what is known of the variable
    /// is not all. Its type is unknown then, and says nothing where ways meet.
    pub is_ruled_out: bool,
}

impl State {
    const UNBOUND: State = State { ty: Type::Never, bound: Bound::No, since: 0, is_ruled_out: false };

    pub(super) fn join(&self, other: &State) -> State {
        let bound = if self.bound == other.bound { self.bound } else { Bound::Maybe };
        let ty = match (self.is_ruled_out, other.is_ruled_out) {
            (true, false) => other.ty.clone(),
            (false, true) => self.ty.clone(),
            _ => self.ty.or(&other.ty),
        };
        let is_ruled_out = self.is_ruled_out && other.is_ruled_out;
        State { ty, bound, since: self.since.min(other.since), is_ruled_out }
    }

    /// Is the same known of the variable?
    pub(super) fn says(&self, other: &State) -> bool {
        self.bound == other.bound && self.ty == other.ty && self.is_ruled_out == other.is_ruled_out
    }
}

/// A loop that is being walked: the ends of the ways that leave it.
#[derive(Debug)]
pub(super) struct Loop {
    pub mark: usize,
    pub breaks: Vec<Branch>,
    pub continues: Vec<Branch>,
}

/// What a branch changed, and whether its end can be reached.
#[derive(Debug)]
pub(super) struct Branch {
    pub reachable: bool,
    pub changes: FxHashMap<VariableId, State>,
}

/// What a variable is where branches meet, as far as they have been looked at.
struct Join {
    state: State,
    /// How many branches changed it.
    branches: usize,
    /// Has what it was before them been joined, for a branch that left it alone?
    has_base: bool,
}

/// A turn of a loop that is being walked.
#[derive(Debug)]
struct Turn {
    mark: usize,
    /// The variables that were read with what they held when the turn began.
    entered: FxHashSet<VariableId>,
}

#[derive(Debug)]
pub(super) struct Env {
    states: Vec<State>,
    journal: Vec<(VariableId, State)>,
    /// From the outermost to the innermost.
    turns: Vec<Turn>,
    pub reachable: bool,
}

fn index(variable: VariableId) -> usize {
    variable.into_raw().into_u32() as usize
}

impl Env {
    pub(super) fn new(variables: usize) -> Env {
        Env { states: vec![State::UNBOUND; variables], journal: Vec::new(), turns: Vec::new(), reachable: true }
    }

    pub(super) fn get(&self, variable: VariableId) -> &State {
        self.states.get(index(variable)).unwrap_or(&State::UNBOUND)
    }

    /// What a variable holds, for something that depends on it.
    pub(super) fn read(&mut self, variable: VariableId) -> &State {
        let state = self.states.get(index(variable)).unwrap_or(&State::UNBOUND);
        for turn in self.turns.iter_mut().rev().take_while(|it| state.since <= it.mark) {
            turn.entered.insert(variable);
        }
        state
    }

    /// A turn of a loop begins.
    pub(super) fn begin_turn(&mut self) {
        self.turns.push(Turn { mark: self.mark(), entered: FxHashSet::default() });
    }

    /// Ends a turn, and gives the variables that were read with what they held when it began.
    pub(super) fn end_turn(&mut self) -> FxHashSet<VariableId> {
        self.turns.pop().map(|it| it.entered).unwrap_or_default()
    }

    /// A variable gets a value.
    pub(super) fn set(&mut self, variable: VariableId, ty: Type, bound: Bound) {
        let since = self.journal.len() + 1;
        self.put(variable, State { ty, bound, since, is_ruled_out: false });
    }

    /// Something else is known of a variable from now on; it counts as given when the state says.
    pub(super) fn put(&mut self, variable: VariableId, state: State) {
        let begin = self.turns.last().map_or(0, |it| it.mark);
        if let Some(place) = self.states.get_mut(index(variable))
            // Of what a turn gives, even the same again, nothing came in from the turn before.
            && (!place.says(&state) || (place.since <= begin) != (state.since <= begin))
        {
            self.journal.push((variable, std::mem::replace(place, state)));
        }
    }

    pub(super) fn unset(&mut self, variable: VariableId) {
        self.set(variable, Type::Never, Bound::No);
    }

    /// Where a branch begins.
    pub(super) fn mark(&self) -> usize {
        self.journal.len()
    }

    /// What changed since a mark; everything stays.
    pub(super) fn changes(&self, mark: usize) -> FxHashMap<VariableId, State> {
        self.journal[mark..].iter().map(|(variable, _)| (*variable, self.get(*variable).clone())).collect()
    }

    /// What the current way changed since a mark, as the end of a branch.
    pub(super) fn branch(&self, mark: usize) -> Branch {
        Branch { reachable: self.reachable, changes: self.changes(mark) }
    }

    /// Ends a branch: what it changed is given back and undone.
    pub(super) fn take(&mut self, mark: usize) -> Branch {
        let branch = self.branch(mark);
        self.undo(mark);
        branch
    }

    pub(super) fn undo(&mut self, mark: usize) {
        while self.journal.len() > mark {
            if let Some((variable, state)) = self.journal.pop() {
                self.states[index(variable)] = state;
            }
        }
    }

    /// What each variable held at any moment since a mark, for a handler that any of these moments leads to.
    pub(super) fn any_moment(&self, mark: usize) -> FxHashMap<VariableId, State> {
        let mut all = self.changes(mark);
        for (variable, before) in &self.journal[mark..] {
            if let Some(state) = all.get_mut(variable) {
                *state = state.join(before);
            }
        }
        all
    }

    pub(super) fn apply(&mut self, changes: &FxHashMap<VariableId, State>) {
        for (variable, state) in changes {
            self.put(*variable, state.clone());
        }
    }

    /// Goes on from where branches meet.
    pub(super) fn join(&mut self, branches: &[Branch]) {
        let mut reachable = branches.iter().filter(|it| it.reachable);
        let Some(first) = reachable.next() else {
            self.reachable = false;
            return;
        };
        self.reachable = true;
        let rest: Vec<&Branch> = reachable.collect();
        if rest.is_empty() {
            self.apply(&first.changes);
            return;
        }
        // Each branch costs what it changed: a chain of thousands of them changes thousands of variables.
        let mut joins: FxHashMap<VariableId, Join> = FxHashMap::default();
        for (number, branch) in std::iter::once(first).chain(rest.iter().copied()).enumerate() {
            for (variable, state) in &branch.changes {
                match joins.get_mut(variable) {
                    Some(join) => {
                        if join.branches < number && !join.has_base {
                            join.state = join.state.join(self.get(*variable));
                            join.has_base = true;
                        }
                        join.state = join.state.join(state);
                        join.branches += 1;
                    }
                    None => {
                        let has_base = number > 0;
                        let state = if has_base { self.get(*variable).join(state) } else { state.clone() };
                        joins.insert(*variable, Join { state, branches: 1, has_base });
                    }
                }
            }
        }
        let branches = rest.len() + 1;
        let mut joins: Vec<(VariableId, Join)> = joins.into_iter().collect();
        joins.sort_by_key(|(it, _)| it.into_raw().into_u32());
        for (variable, join) in joins {
            let is_complete = join.has_base || join.branches == branches;
            let joined = if is_complete { join.state } else { join.state.join(self.get(variable)) };
            self.put(variable, joined);
        }
    }
}
