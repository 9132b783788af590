//! `import` and `from … import`.

use super::Parser;
use crate::SyntaxKind::*;
use crate::T;

pub(super) fn import(p: &mut Parser<'_>) {
    let m = p.start();
    p.bump();
    loop {
        let alias = p.start();
        module_path(p, true);
        if p.eat(T![as]) {
            p.name("a name for the module");
        }
        p.complete(alias, IMPORT_ALIAS);
        if !p.eat(T![',']) {
            break;
        }
    }
    p.complete(m, IMPORT_STMT);
}

pub(super) fn from_import(p: &mut Parser<'_>) {
    let m = p.start();
    p.bump();
    module_path(p, false);
    if p.expect(T![import]) {
        if p.at(T!['(']) {
            let opener = p.open_bracket();
            import_names(p);
            p.close_bracket(opener);
        } else if !p.eat(T!['*']) {
            import_names(p);
        }
    }
    p.complete(m, FROM_IMPORT_STMT);
}

fn import_names(p: &mut Parser<'_>) {
    loop {
        let m = p.start();
        let found = p.name("a name to import");
        if p.eat(T![as]) {
            p.name("a name for it");
        }
        if found {
            p.complete(m, IMPORT_NAME);
        } else {
            p.abandon(m);
            return;
        }
        if !p.eat(T![',']) || p.at(T![')']) {
            return;
        }
    }
}

/// `a.b`, `..a`, `.`; `needs_name` says that dots alone are not enough.
fn module_path(p: &mut Parser<'_>, needs_name: bool) {
    let m = p.start();
    let mut dots = false;
    while p.at(T!['.']) || p.at(T!["..."]) {
        p.bump();
        dots = true;
    }
    if dots && !needs_name && p.at(T![import]) {
        p.complete(m, MODULE_PATH);
        return;
    }
    p.name("the name of a module");
    while p.eat(T!['.']) {
        if !p.name("a name after `.`") {
            break;
        }
    }
    p.complete(m, MODULE_PATH);
}
