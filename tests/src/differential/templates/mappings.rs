//! Expressions that give a dict or a set.

pub const COUNTS: &[&str] = &[
    "{<C>: <I>, <C>: <I>}",
    "{<S>: <I>}",
    "{**<DSI>, <C>: <I>}",
    "(<DSI> | <@DSI>)",
    "dict(<LT>)",
    "dict(zip(<LS>, <LI>))",
    "dict(a=<I>, b=<I>)",
    "dict(<DSI>, z=<I>)",
    "dict.fromkeys(<LS>, <I>)",
    "<DSI>.copy()",
    "<=DSI>",
    "<=DSI>",
    "<COMP>",
    "<COMP>",
    "{}",
    "json.loads(json.dumps(<DSI>))",
    "dict(sorted(<DSI>.items()))",
];

pub const NAMES: &[&str] = &[
    "{<I>: <S>, <I>: <S>}",
    "{<K>: <C>, <K>: <C>, <K>: <C>}",
    "dict(enumerate(<S>))",
    "dict(enumerate(<LS>, <K>))",
    "dict(zip(<LI>, <LS>))",
    "<DIS>.copy()",
    "(<DIS> | <@DIS>)",
    "<=DIS>",
    "<COMP>",
    "dict.fromkeys(<LI>, <C>)",
    "{True: <S>, <K>: <S>}",
];

pub const GROUPS: &[&str] = &[
    "{<C>: <LI>, <C>: <LI>}",
    "{<C>: <LI>}",
    "{**<DSL>, <C>: <LI>}",
    "<=DSL>",
    "<=DSL>",
    "<COMP>",
    "dict.fromkeys(<LS>, [<I>])",
    "dict(zip(<S>, <LL>))",
    "json.loads(json.dumps(<DSL>))",
];

pub const INT_SET: &[&str] = &[
    "{<I>, <I>}",
    "{<K>, <K>, <K>}",
    "set(<LI>)",
    "set(<R>)",
    "set()",
    "(<ZI> & <ZI>)",
    "(<ZI> | <@ZI>)",
    "(<ZI> - <ZI>)",
    "(<ZI> ^ <ZI>)",
    "<ZI>.union(<LI>)",
    "<ZI>.intersection(<LI>, <R>)",
    "<ZI>.difference(<TI>)",
    "<ZI>.symmetric_difference(<LI>)",
    "<ZI>.copy()",
    "{*<LI>, <I>}",
    "<=ZI>",
    "(<DIS>.keys() & <ZI>)",
    "(<DIS>.keys() - <LI>)",
    "<COMP>",
];

pub const STR_SET: &[&str] = &[
    "{<S>, <C>}",
    "set(<S>)",
    "set(<LS>)",
    "set(<DSI>)",
    "(<DSI>.keys() & <DSI>.keys())",
    "(<ZS> | <@ZS>)",
    "(<ZS> - set(<LS>))",
    "(<ZS> ^ <ZS>)",
    "<=ZS>",
    "<COMP>",
];
