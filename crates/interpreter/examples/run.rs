//! Runs a Dana file with the plainest of hosts: `cargo run --release -p danaide-interpreter --example run FILE`.
//!
//! For trying and measuring the interpreter alone. Modules come from the folder of the importing file, sleeping takes no
//! time, files are read and written, a language model is asked in vain.

use std::collections::HashMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use danaide_interpreter::{
    Budget, CodeModule, Data, ExceptionKind, Failure, Host, Limits, LoadError, Loader, LogLevel, ModuleRequest,
    Outcome, Request, RequestId, Started, Vm, lower,
};

struct Terminal {
    out: std::io::BufWriter<std::io::Stdout>,
}

impl Host for Terminal {
    fn print(&mut self, text: &str) {
        // A closed pipe has no reader to tell.
        let _ = self.out.write_all(text.as_bytes());
    }

    fn log(&mut self, level: LogLevel, message: &str) {
        let _ = writeln!(std::io::stderr(), "{}: {message}", level.name());
    }

    fn now(&mut self) -> f64 {
        std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0.0, |time| time.as_secs_f64())
    }

    fn random(&mut self) -> u64 {
        0x9E37_79B9_7F4A_7C15
    }

    fn start(&mut self, _id: RequestId, request: Request) -> Started {
        let io = |error: std::io::Error| Failure::new(ExceptionKind::OSError, error.to_string());
        Started::Done(match request {
            Request::Sleep { .. } => Ok(Data::None),
            Request::ReadText { path } => std::fs::read_to_string(path).map(Data::Str).map_err(io),
            Request::WriteText { path, text, append } => std::fs::OpenOptions::new()
                .create(true)
                .write(true)
                .append(append)
                .truncate(!append)
                .open(path)
                .and_then(|mut file| file.write_all(text.as_bytes()))
                .map(|()| Data::None)
                .map_err(io),
            Request::Exists { path } => Ok(Data::Bool(Path::new(&path).exists())),
            Request::IsFile { path } => Ok(Data::Bool(Path::new(&path).is_file())),
            Request::IsFolder { path } => Ok(Data::Bool(Path::new(&path).is_dir())),
            Request::FileSize { path } => std::fs::metadata(path).map(|file| Data::Int(file.len() as i64)).map_err(io),
            Request::ListFolder { path } => std::fs::read_dir(path)
                .and_then(|entries| {
                    entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
                })
                .map(|mut names: Vec<String>| {
                    names.sort();
                    Data::List(names.into_iter().map(Data::Str).collect())
                })
                .map_err(io),
            Request::Service { .. } => {
                Err(Failure::new(ExceptionKind::ResourceError, "this host has no processes, stores or servers"))
            }
            Request::Http { .. } => Err(Failure::new(ExceptionKind::PermissionError, "this host has no network")),
            Request::Ask { .. } | Request::Approve { .. } => {
                Err(Failure::new(ExceptionKind::ResourceError, "this host has no person to ask"))
            }
            Request::Llm { .. } => Err(Failure::new(ExceptionKind::ResourceError, "this host knows no language model")),
        })
    }
}

#[derive(Default)]
struct Folder {
    loaded: HashMap<PathBuf, Arc<CodeModule>>,
}

impl Loader for Folder {
    fn load(&mut self, importer: &str, request: &ModuleRequest) -> Result<Arc<CodeModule>, LoadError> {
        let mut folder = Path::new(importer).parent().unwrap_or(Path::new("")).to_path_buf();
        for _ in 1..request.dots {
            folder.pop();
        }
        folder.extend(&request.path);
        let candidates = [folder.with_extension("na"), folder.join("__init__.na")];
        let path = candidates.into_iter().find(|path| path.is_file()).ok_or(LoadError::NotFound)?;
        if let Some(module) = self.loaded.get(&path) {
            return Ok(module.clone());
        }
        let module = compile(&path, &request.path.join(".")).map_err(LoadError::Broken)?;
        self.loaded.insert(path, module.clone());
        Ok(module)
    }
}

fn compile(path: &Path, name: &str) -> Result<Arc<CodeModule>, String> {
    let source = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let parse = danaide_syntax::parse(&source);
    if let Some(error) = parse.errors().first() {
        return Err(format!("{}: {error:?}", path.display()));
    }
    lower::lower(&path.display().to_string(), name, &source, &parse.tree())
        .map(Arc::new)
        .map_err(|errors| format!("{}: {errors:?}", path.display()))
}

fn main() -> ExitCode {
    let Some(path) = std::env::args().nth(1) else { return ExitCode::from(2) };
    let mut stderr = std::io::stderr();
    let module = match compile(Path::new(&path), "__main__") {
        Ok(module) => module,
        Err(message) => {
            let _ = writeln!(stderr, "{message}");
            return ExitCode::from(3);
        }
    };
    let mut vm = Vm::new(module, Box::new(Folder::default()), Limits::default());
    let mut host = Terminal { out: std::io::BufWriter::new(std::io::stdout()) };
    let mut outcome = vm.run(&mut host, Budget::UNLIMITED);
    if matches!(outcome, Outcome::Finished(_)) && vm.call_main(&[]) {
        outcome = vm.run(&mut host, Budget::UNLIMITED);
    }
    let _ = host.out.flush();
    match outcome {
        Outcome::Finished(_) => ExitCode::SUCCESS,
        Outcome::Failed(report) => {
            let _ = writeln!(stderr, "{report}");
            ExitCode::FAILURE
        }
        other => {
            let _ = writeln!(stderr, "{other:?}");
            ExitCode::FAILURE
        }
    }
}
