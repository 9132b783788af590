//! The modules of the standard library that are written in Rust.

pub(crate) mod datetime;
pub(crate) mod itertools;
mod json;
mod json_read;
mod json_write;
mod math;
mod math_bits;
mod math_gamma;
mod math_int;
pub(crate) mod native;
mod path;
pub(crate) mod random;
pub(crate) mod re;
mod slice;
pub(crate) mod time;

pub(crate) use self::json_read::error_part as json_error_part;
use crate::builtins::{Builtin, BuiltinId, by_vm, pure};
use crate::exception_kind::ExceptionKind;
use crate::heap::Heap;
use crate::value::Value;
use crate::vm_builtins::VmBuiltin;

/// A module: its functions, and constants as made by [`members`].
pub struct ModuleTable {
    pub name: &'static str,
    pub functions: &'static [Builtin],
    /// Constants that are floats.
    pub floats: &'static [(&'static str, f64)],
}

/// Every module, in the order that [`BuiltinId`] counts them.
pub static MODULES: &[ModuleTable] = &[
    ModuleTable { name: "math", functions: math::FUNCTIONS, floats: math::CONSTANTS },
    ModuleTable { name: "json", functions: json::FUNCTIONS, floats: &[] },
    ModuleTable { name: "files", functions: FILES, floats: &[] },
    ModuleTable { name: "time", functions: time::FUNCTIONS, floats: &[] },
    ModuleTable { name: "random", functions: random::FUNCTIONS, floats: &[] },
    ModuleTable { name: "re", functions: re::FUNCTIONS, floats: &[] },
    ModuleTable { name: "datetime", functions: datetime::FUNCTIONS, floats: &[] },
    ModuleTable { name: "itertools", functions: itertools::FUNCTIONS, floats: &[] },
    ModuleTable { name: "path", functions: path::FUNCTIONS, floats: &[] },
    ModuleTable { name: "http", functions: HTTP, floats: &[] },
    ModuleTable { name: "plans", functions: PLANS, floats: &[] },
    ModuleTable { name: "process", functions: PROCESS, floats: &[] },
    ModuleTable { name: "mcp", functions: MCP, floats: &[] },
    ModuleTable { name: "python", functions: PYTHON, floats: &[] },
    ModuleTable { name: "store", functions: STORE, floats: &[] },
    ModuleTable { name: "env", functions: ENV, floats: &[] },
];

const FILES: &[Builtin] = &[
    by_vm("append_text", VmBuiltin::AppendText),
    by_vm("exists", VmBuiltin::FileExists),
    by_vm("list", VmBuiltin::ListFolder),
    by_vm("read_text", VmBuiltin::ReadText),
    by_vm("write_text", VmBuiltin::WriteText),
];

/// What the functions of `http.na` are made of.
const HTTP: &[Builtin] =
    &[pure("_dumps", json::dumps), pure("_loads", json::loads), by_vm("_send", VmBuiltin::HttpSend)];

const PLANS: &[Builtin] =
    &[pure("_dumps", json::dumps), pure("_loads", json::loads), by_vm("_parameters", VmBuiltin::Parameters)];

const PROCESS: &[Builtin] = &[by_vm("_serve", VmBuiltin::Service("process"))];

const ENV: &[Builtin] = &[by_vm("_serve", VmBuiltin::Service("env"))];

const MCP: &[Builtin] = &[by_vm("_serve", VmBuiltin::Service("mcp"))];

const PYTHON: &[Builtin] = &[by_vm("_serve", VmBuiltin::Service("python"))];

const STORE: &[Builtin] =
    &[pure("_dumps", json::dumps), pure("_loads", json::loads), by_vm("_serve", VmBuiltin::Service("store"))];

/// The names of a module with their values; none if there is no such module.
pub fn members(heap: &mut Heap, name: &str) -> Option<Vec<(&'static str, Value)>> {
    let index = MODULES.iter().position(|module| module.name == name)?;
    let module = &MODULES[index];
    // Table 0 holds the functions that need no module.
    let table = u8::try_from(index + 1).ok()?;
    let mut members = Vec::new();
    for (row, function) in module.functions.iter().enumerate() {
        members.push((function.name, Value::Builtin(BuiltinId::new(table, u8::try_from(row).ok()?))));
    }
    members.extend(module.floats.iter().map(|(name, float)| (*name, Value::float(*float))));
    match name {
        "json" => members.push(("JSONDecodeError", Value::ExceptionType(ExceptionKind::JSONDecodeError))),
        "time" => members.extend(time::members()),
        "re" => members.extend(re::members()),
        "datetime" => members.extend(datetime::members(heap)),
        "itertools" => members.extend(itertools::members()),
        "path" => members.extend(path::members(heap)),
        _ => {}
    }
    heap.charge(members.len() * size_of::<Value>());
    Some(members)
}
