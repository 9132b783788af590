//! What happens at each place of some code.

use std::sync::Arc;

use super::local::{CodeFacts, Facts, Site, facts};
use super::solve::{Call, Joiner};
use super::values::RootKind;
use super::{Callee, CodeId, Effects, Waits, effects_of};
use crate::{Db, Definition};

/// What happens at one place, from the view of the code that it is in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SiteEffects {
    pub effects: Effects,
    /// What is called.
    pub callees: Vec<Callee>,
    /// Functions that may wait and that are given to what is called, which calls them.
    pub members: Vec<Callee>,
    /// What may be changed in place, of what is passed; is that certain?
    pub changed: Vec<(RootKind, bool)>,
    /// All that is passed and can be changed.
    pub passed: Vec<RootKind>,
}

/// The places of some code where something happens: calls, stages, and reads and writes of state. There may be thousands, so what
/// happens at one is worked out when it is asked for.
pub struct Sites<'db> {
    db: &'db dyn Db,
    facts: Arc<Facts>,
    node: Callee,
    /// Where the facts of the code are.
    own: usize,
    /// Which facts are about a place; sorted by the places, then in the order of the facts.
    places: Vec<(Site, Fact)>,
}

/// A fact by its index in a list of [`CodeFacts`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fact {
    Seed(usize),
    Touch(usize),
    Called(usize),
    Changed(usize),
    Call(usize),
}

/// The places of some code.
pub fn sites<'db>(db: &'db dyn Db, definition: Definition<'db>, code: CodeId) -> Sites<'db> {
    let facts = facts(db, definition);
    let node = Callee { file: definition.file(db), owner: definition.owner(db).clone(), code };
    let mut places: Vec<(Site, Fact)> = Vec::new();
    let own = facts.codes.iter().position(|it| it.0 == code);
    if let Some(own) = own.map(|it| &facts.codes[it].1) {
        places.extend(own.seeds.iter().enumerate().map(|(at, it)| (it.site, Fact::Seed(at))));
        places.extend(own.touches.iter().enumerate().map(|(at, it)| (it.site, Fact::Touch(at))));
        places.extend(own.called.iter().enumerate().map(|(at, it)| (it.1, Fact::Called(at))));
        places.extend(own.changed.iter().enumerate().map(|(at, it)| (it.2, Fact::Changed(at))));
        places.extend(own.calls.iter().enumerate().map(|(at, it)| (it.site, Fact::Call(at))));
        places.sort_unstable();
    }
    Sites { db, facts, node, own: own.unwrap_or_default(), places }
}

impl Sites<'_> {
    /// What happens at a place; none if nothing does.
    pub fn get(&self, site: Site) -> Option<SiteEffects> {
        let start = self.places.partition_point(|it| it.0 < site);
        let of_site = &self.places[start..];
        let of_site = &of_site[..of_site.partition_point(|it| it.0 == site)];
        (!of_site.is_empty()).then(|| self.at(of_site))
    }

    /// May something at a place wait?
    pub fn waits(&self, site: Site) -> Waits {
        self.get(site).map_or(Waits::No, |it| it.effects.waits())
    }

    /// The places where something may wait, in the order of their numbers.
    pub fn waiting(&self) -> impl Iterator<Item = (Site, Waits)> + '_ {
        let of_sites = self.places.chunk_by(|one, next| one.0 == next.0);
        of_sites
            .map(|it| {
                self.db.unwind_if_revision_cancelled();
                (it[0].0, self.at(it).effects.waits())
            })
            .filter(|it| it.1 != Waits::No)
    }

    fn at(&self, of_site: &[(Site, Fact)]) -> SiteEffects {
        let mut at = SiteEffects::default();
        let own = &self.facts.codes[self.own].1;
        for (_, fact) in of_site {
            match *fact {
                Fact::Seed(index) => at.effects.set.insert(own.seeds[index].effect),
                Fact::Touch(index) => {
                    let touch = &own.touches[index];
                    at.effects.touch(touch.place.clone(), touch.access);
                }
                Fact::Called(index) => {
                    at.effects.called.insert(own.called[index].0);
                }
                Fact::Changed(index) => {
                    let (param, is_sure, _) = own.changed[index];
                    at.changed.push((RootKind::Param(param), is_sure));
                }
                Fact::Call(index) => self.call(own, index, &mut at),
            }
        }
        at
    }

    fn call(&self, own: &CodeFacts, index: usize, at: &mut SiteEffects) {
        let lookup = |callee: &Callee| effects_of(self.db, callee);
        let parent = |code| self.facts.get(code).and_then(|it| it.parent);
        let joiner = Joiner { node: &self.node, parent: &parent, lookup: &lookup };
        let call = &own.calls[index];
        let effects = lookup(&call.callee);
        let passed = Call { passes: &call.passes, is_open: call.is_open };
        joiner.apply(&mut at.effects, &call.callee, &effects, Some(passed));
        if !at.callees.contains(&call.callee) {
            at.callees.push(call.callee.clone());
        }
        for pass in &call.passes {
            if effects.calls_param(pass.param) {
                for function in &pass.value.functions {
                    if lookup(function).waits() != Waits::No && !at.members.contains(function) {
                        at.members.push(function.clone());
                    }
                }
            }
            for root in &pass.value.roots {
                if !at.passed.contains(&root.kind) {
                    at.passed.push(root.kind.clone());
                }
                if let Some(is_sure) = effects.changes(pass.param) {
                    let is_sure = is_sure && root.is_direct;
                    match at.changed.iter_mut().find(|it| it.0 == root.kind) {
                        Some(known) => known.1 |= is_sure,
                        None => at.changed.push((root.kind.clone(), is_sure)),
                    }
                }
            }
        }
    }
}
