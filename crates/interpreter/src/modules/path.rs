//! The module `path`: paths as texts, in the form of POSIX, and what the host says of files.

use crate::builtins::{Builtin, CallArgs, by_name, by_place, by_vm, pure};
use crate::exception_kind::{Raise, Res};
use crate::heap::Heap;
use crate::ops;
use crate::value::Value;
use crate::vm_builtins::VmBuiltin;

pub(super) const FUNCTIONS: &[Builtin] = &[
    pure("basename", basename),
    pure("commonpath", commonpath),
    pure("commonprefix", commonprefix),
    pure("dirname", dirname),
    by_vm("exists", VmBuiltin::FileExists),
    by_vm("getsize", VmBuiltin::FileSize),
    pure("isabs", isabs),
    by_vm("isdir", VmBuiltin::IsFolder),
    by_vm("isfile", VmBuiltin::IsFile),
    pure("join", join),
    pure("normcase", normcase),
    pure("normpath", normpath),
    pure("relpath", relpath),
    pure("split", split),
    pure("splitdrive", splitdrive),
    pure("splitext", splitext),
];

/// The names of the module that are no functions.
pub(super) fn members(heap: &mut Heap) -> Vec<(&'static str, Value)> {
    [("sep", "/"), ("curdir", "."), ("pardir", ".."), ("extsep", "."), ("pathsep", ":")]
        .into_iter()
        .map(|(name, text)| (name, heap.new_str(text)))
        .collect()
}

fn path(heap: &Heap, value: Value) -> Res<&str> {
    heap.as_str(value).ok_or_else(|| {
        Raise::type_error(format!("expected str, bytes or os.PathLike object, not {}", value.type_name(heap)))
    })
}

fn only(heap: &Heap, args: &CallArgs<'_>, function: &str, name: &'static str) -> Res<String> {
    let [value] = args.bind(heap, function, [by_name(name)], 1)?;
    path(heap, value.unwrap_or(Value::None)).map(str::to_owned)
}

/// The head without closing separators, unless it is the root, and the tail.
fn parts(path: &str) -> (&str, &str) {
    let at = path.rfind('/').map_or(0, |at| at + 1);
    let (head, tail) = path.split_at(at);
    let short = head.trim_end_matches('/');
    (if short.is_empty() { head } else { short }, tail)
}

fn basename(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    let path = only(heap, args, "basename", "p")?;
    Ok(heap.new_str(parts(&path).1))
}

fn dirname(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    let path = only(heap, args, "dirname", "p")?;
    Ok(heap.new_str(parts(&path).0))
}

fn pair(heap: &mut Heap, first: &str, second: &str) -> Value {
    let (first, second) = (heap.new_str(first), heap.new_str(second));
    heap.new_tuple([first, second])
}

fn split(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    let path = only(heap, args, "split", "p")?;
    let (head, tail) = parts(&path);
    Ok(pair(heap, head, tail))
}

fn splitdrive(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    let path = only(heap, args, "splitdrive", "p")?;
    Ok(pair(heap, "", &path))
}

fn splitext(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    let path = only(heap, args, "splitext", "p")?;
    let name_at = path.rfind('/').map_or(0, |at| at + 1);
    let name = &path[name_at..];
    // Dots at the start of a name begin no extension.
    let body = name.len() - name.trim_start_matches('.').len();
    let at = match name[body..].rfind('.') {
        Some(at) => name_at + body + at,
        None => path.len(),
    };
    Ok(pair(heap, &path[..at], &path[at..]))
}

fn isabs(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    let path = only(heap, args, "isabs", "s")?;
    Ok(Value::bool(path.starts_with('/')))
}

fn normcase(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    let path = only(heap, args, "normcase", "s")?;
    Ok(heap.new_str(path))
}

fn join(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    args.no_keywords("join")?;
    let Some((first, rest)) = args.positional.split_first() else {
        return Err(Raise::type_error("join() missing 1 required positional argument: 'a'"));
    };
    let mut out = path(heap, *first)?.to_owned();
    for part in rest {
        let part = match heap.as_str(*part) {
            Some(part) => part,
            None => {
                return Err(Raise::type_error(format!(
                    "join() argument must be str, bytes, or os.PathLike object, not '{}'",
                    part.type_name(heap)
                )));
            }
        };
        if part.starts_with('/') {
            out.clear();
        } else if !out.is_empty() && !out.ends_with('/') {
            out.push('/');
        }
        out.push_str(part);
        heap.ensure(out.len())?;
    }
    Ok(heap.new_str(out))
}

fn normal(path: &str) -> String {
    if path.is_empty() {
        return ".".to_owned();
    }
    // Two slashes at the start, but not three, are a root of their own.
    let root = match path.len() - path.trim_start_matches('/').len() {
        0 => "",
        2 => "//",
        _ => "/",
    };
    let mut kept: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => match kept.last() {
                None if !root.is_empty() => {}
                None | Some(&"..") => kept.push(part),
                Some(_) => {
                    kept.pop();
                }
            },
            part => kept.push(part),
        }
    }
    let joined = format!("{root}{}", kept.join("/"));
    if joined.is_empty() { ".".to_owned() } else { joined }
}

fn normpath(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    let path = only(heap, args, "normpath", "path")?;
    Ok(heap.new_str(normal(&path)))
}

fn relpath(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    let [to, from] = args.bind(heap, "relpath", [by_name("path"), by_name("start")], 1)?;
    let to = path(heap, to.unwrap_or(Value::None))?;
    let from = from.map_or(Ok("."), |from| path(heap, from))?;
    if to.is_empty() {
        return Err(Raise::value_error("no path specified"));
    }
    let (to, from) = (normal(to), normal(from));
    if to.starts_with('/') != from.starts_with('/') {
        // Where the program runs is for the host alone to know.
        return Err(Raise::value_error("relpath() needs two absolute or two relative paths"));
    }
    let names = |path: &str| {
        path.split('/').filter(|part| !part.is_empty() && *part != ".").map(str::to_owned).collect::<Vec<_>>()
    };
    let (to, from) = (names(&to), names(&from));
    let shared = to.iter().zip(&from).take_while(|(a, b)| a == b).count();
    if from[shared..].iter().any(|part| part == "..") {
        return Err(Raise::value_error("relpath() cannot tell the way from above the starting folder"));
    }
    let up = vec!["..".to_owned(); from.len() - shared];
    let way = [&up[..], &to[shared..]].concat().join("/");
    Ok(heap.new_str(if way.is_empty() { ".".to_owned() } else { way }))
}

fn texts(heap: &mut Heap, value: Value) -> Res<Vec<String>> {
    let items = ops::collect(heap, value)?;
    items.into_iter().map(|item| path(heap, item).map(str::to_owned)).collect()
}

fn commonprefix(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    let [items] = args.bind(heap, "commonprefix", [by_place("list")], 1)?;
    let texts = texts(heap, items.unwrap_or(Value::None))?;
    let Some(first) = texts.first() else { return Ok(heap.new_str("")) };
    let mut common = first.as_str();
    for text in &texts {
        let same = common.chars().zip(text.chars()).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum();
        common = &common[..same];
    }
    Ok(heap.new_str(common))
}

fn commonpath(heap: &mut Heap, args: &CallArgs<'_>) -> Res<Value> {
    let [items] = args.bind(heap, "commonpath", [by_name("paths")], 1)?;
    let texts = texts(heap, items.unwrap_or(Value::None))?;
    let Some(first) = texts.first() else { return Err(Raise::value_error("commonpath() arg is an empty sequence")) };
    let root = first.starts_with('/');
    if texts.iter().any(|text| text.starts_with('/') != root) {
        return Err(Raise::value_error("Can't mix absolute and relative paths"));
    }
    let names = |text: &str| {
        text.split('/').filter(|part| !part.is_empty() && *part != ".").map(str::to_owned).collect::<Vec<_>>()
    };
    let mut common = names(first);
    for text in &texts {
        let names = names(text);
        let same = common.iter().zip(&names).take_while(|(a, b)| a == b).count();
        common.truncate(same);
    }
    let joined = common.join("/");
    Ok(heap.new_str(if root { format!("/{joined}") } else { joined }))
}
