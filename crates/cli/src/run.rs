//! `danaide run`: checks a program, runs it, and says how it ended.

use std::mem::ManuallyDrop;
use std::sync::Arc;
use std::time::Duration;

use camino::{Utf8Path, Utf8PathBuf};
use danaide_analysis::{AnalysisHost, Change, File, FilePath, OsFileSystem, item_tree};
use danaide_interpreter::lower::LowerError;
use danaide_interpreter::{AnalysisLoader, CodeModule, Data, ExceptionKind, Limits, LogLevel, Vm};
use danaide_runtime::{
    Ending, Environment, Grants, Interrupter, LocalHost, Model, Person, Secrets, StateFile, interrupt, run_to_end,
};

use crate::args::{ErrorFormat, RunOptions};
use crate::finding::{Place, Source, text_findings};
use crate::{exit, human, json, paths, progress, settings, traceback};

/// Gives the exit code.
pub fn run(options: &RunOptions) -> i32 {
    match prepare(options) {
        Ok(Prepared::Ready(program)) => start(*program),
        Ok(Prepared::Faulty(text)) => {
            exit::write_error(&text);
            exit::FINDINGS
        }
        Err(message) => {
            exit::complain(&message);
            exit::USAGE
        }
    }
}

/// A program with everything that was said about its run.
struct Program {
    code: Arc<CodeModule>,
    loader: AnalysisLoader,
    arguments: Vec<(String, Data)>,
    host: LocalHost,
    state: Option<StateFile>,
    secrets: Secrets,
    limits: Limits,
    max_concurrency: Option<usize>,
    log_level: LogLevel,
    time_limit: Option<Duration>,
    here: Option<Utf8PathBuf>,
    format: ErrorFormat,
}

enum Prepared {
    Ready(Box<Program>),
    /// With the findings, rendered.
    Faulty(String),
}

/// Reads the options and the program; fails with a sentence about what the user has to change.
fn prepare(options: &RunOptions) -> Result<Prepared, String> {
    let grants = Grants::parse(options.allow.iter().map(String::as_str)).map_err(|error| error.to_string())?;
    let environment = environment(options)?;
    let model = model(options, environment.clone())?;
    let log_level = options.log_level.as_deref().map_or(Ok(LogLevel::Warning), settings::log_level)?;
    let time_limit = options.time_limit.map(settings::time_limit).transpose()?;
    let mut limits = Limits::default();
    if let Some(size) = &options.memory_limit {
        limits.memory = settings::size(size)?;
    }
    if let Some(size) = &options.max_output {
        limits.output = settings::size(size)?;
    }
    limits.depth = options.max_depth.map_or(limits.depth, |depth| depth as usize);
    limits.steps = options.max_steps.unwrap_or(limits.steps);

    let here = paths::current_folder();
    let path = program_path(options, here.as_deref())?;
    let analysis = analysis(path.parent(), here.as_deref());
    let name = FilePath::disk(&path);
    let (file, db) = (analysis.file(&name), analysis.db());
    let show = |other: &str| paths::shown(other, here.as_deref()).to_owned();
    let found = text_findings(db, file, &show);
    if !found.is_empty() {
        let text = match options.format {
            ErrorFormat::Human => found.iter().map(human::render).collect::<Vec<_>>().join("\n"),
            ErrorFormat::Json => found.iter().map(|finding| json::render(finding) + "\n").collect(),
        };
        return Ok(Prepared::Faulty(text));
    }
    let arguments = arguments(&analysis, file, options)?;
    let mut loader = AnalysisLoader::new(analysis);
    let code = match loader.compile(&name) {
        Ok(code) => code,
        Err(errors) => return Ok(Prepared::Faulty(render_all(&errors, &Source::new(loader.host().db(), file, &show)))),
    };
    let folder = path.parent().unwrap_or(Utf8Path::new("."));
    let mut host = LocalHost::new(folder.as_std_path(), &grants).with_model(model).with_environment(&environment);
    if let Some(answers) = &options.answers {
        host = host.with_person(Person::prepared(answers).map_err(|error| error.to_string())?);
    }
    if options.virtual_clock {
        host = host.with_virtual_clock();
    }
    if let Some(trace) = &options.trace {
        host = host.with_trace(trace).map_err(|error| format!("cannot write {}: {error}", trace.display()))?;
    }
    if let Some(collector) = &options.otel {
        host = host.with_otel(collector)?;
    }
    if let Some(progress) = progress::progress(options.progress) {
        host = host.with_progress(progress);
    }
    let state = options.state.as_deref().map(StateFile::open).transpose().map_err(|error| error.to_string())?;
    let max_concurrency = options.max_concurrency.map(|most| most as usize);
    let program = Program {
        code,
        loader,
        arguments,
        host,
        state,
        secrets: environment.secrets(),
        limits,
        max_concurrency,
        log_level,
        time_limit,
        here,
        format: options.format,
    };
    Ok(Prepared::Ready(Box::new(program)))
}

/// The variables of the run, and which of them are secret.
fn environment(options: &RunOptions) -> Result<Environment, String> {
    let mut environment = Environment::of_process();
    for file in &options.secrets {
        environment.add_secrets(file).map_err(|error| error.to_string())?;
    }
    for name in &options.secret {
        environment.mark_secret(name).map_err(|error| error.to_string())?;
    }
    Ok(environment)
}

fn model(options: &RunOptions, environment: Environment) -> Result<Model, String> {
    Model::parse(&options.llm, Arc::new(move |name: &str| environment.get(name))).map_err(|error| error.to_string())
}

/// The absolute path of the program, by which its imports are found.
fn program_path(options: &RunOptions, here: Option<&Utf8Path>) -> Result<Utf8PathBuf, String> {
    let shown = options.file.display();
    match options.file.metadata() {
        Err(error) => return Err(paths::unreadable(&options.file, &error)),
        Ok(metadata) if metadata.is_dir() => return Err(format!("cannot read {shown}: it is a folder")),
        Ok(_) => {}
    }
    let path =
        Utf8Path::from_path(&options.file).ok_or_else(|| format!("cannot read {shown}: its name is not UTF-8"))?;
    Ok(here.map_or_else(|| path.to_owned(), |here| here.join(path)))
}

/// Modules are searched in the program's own folder too, whoever imports them, as in Python.
fn analysis(program: Option<&Utf8Path>, here: Option<&Utf8Path>) -> AnalysisHost {
    let mut analysis = AnalysisHost::new(Arc::new(OsFileSystem));
    let workspace = here.into_iter().map(Utf8Path::to_owned).collect();
    analysis.apply_change(Change::Roots { workspace, search_path: paths::search_path() });
    analysis.apply_change(Change::Program(program.map(Utf8Path::to_owned)));
    analysis
}

fn arguments(analysis: &AnalysisHost, file: File, options: &RunOptions) -> Result<Vec<(String, Data)>, String> {
    let items = item_tree(analysis.db(), file);
    settings::arguments(&options.args, settings::main_parameters(&items), &options.file.display().to_string())
}

fn render_all(errors: &[LowerError], source: &Source) -> String {
    let render = |error: &LowerError| {
        let place = Place { source: source.clone(), range: error.range };
        human::render_error(&error.message, &place)
    };
    errors.iter().map(render).collect::<Vec<_>>().join("\n")
}

fn start(program: Program) -> i32 {
    let Program { code, loader, arguments, mut host, state, secrets, limits, .. } = program;
    let Program { max_concurrency, log_level, time_limit, here, format, .. } = program;
    let (interrupter, mut interrupt) = interrupt();
    listen_to_ctrl_c(interrupter);
    // The process ends with the program: the system takes the memory of all objects back at once.
    let mut vm = ManuallyDrop::new(Vm::new(code, Box::new(loader), limits));
    vm.set_log_level(log_level);
    vm.set_max_concurrency(max_concurrency);
    if let Some(state) = &state
        && let Err(error) = state.give(&mut vm)
    {
        exit::complain(&error.to_string());
        return exit::USAGE;
    }
    let ending = run_to_end(&mut vm, &mut host, &mut interrupt, time_limit, &arguments);
    let kept = state.is_none_or(|state| keep(&state, &vm, &secrets));
    match ending {
        Ending::Finished if !kept => exit::FAILED,
        // Whoever stops reading has seen enough.
        Ending::Finished | Ending::OutputClosed => exit::SUCCESS,
        Ending::Failed(report) => {
            if let Some(code) = report.exit_code {
                return code;
            }
            if report.kind == ExceptionKind::SystemExit {
                exit::write_error(&host.hide_secrets(format!("{}\n", report.message)));
                return exit::FAILED;
            }
            let text = match format {
                ErrorFormat::Human => traceback::render(&report, here.as_deref()),
                ErrorFormat::Json => traceback::render_json(&report, here.as_deref()),
            };
            exit::write_error(&host.hide_secrets(text));
            exit::FAILED
        }
        Ending::TimeLimit => {
            let seconds = time_limit.unwrap_or_default().as_secs_f64();
            exit::complain(&format!("the program reached its time limit of {seconds} seconds; --time-limit sets it"));
            exit::TIME_LIMIT
        }
        Ending::Interrupted => exit::INTERRUPTED,
        Ending::OutputBroken(why) => {
            exit::complain(&format!("the output cannot be written: {why}"));
            exit::FAILED
        }
        Ending::Stuck => {
            exit::complain("the program waits for something that cannot come");
            exit::FAILED
        }
    }
}

/// Keeps the state of a run, however it ended; false if that is not possible.
fn keep(state: &StateFile, vm: &Vm, secrets: &Secrets) -> bool {
    match state.keep(vm, secrets) {
        Ok(left_out) => {
            left_out.iter().for_each(|message| exit::complain(message));
            true
        }
        Err(error) => {
            exit::complain(&error.to_string());
            false
        }
    }
}

/// The first Ctrl-C ends the program, the second one ends the command. What asks a process to end (`SIGTERM`, `SIGHUP`) does the
/// same, so that `finally` runs and what the program has started ends with it.
fn listen_to_ctrl_c(interrupter: Interrupter) {
    let mut asked = false;
    let handler = move || {
        if asked {
            std::process::exit(exit::INTERRUPTED);
        }
        asked = true;
        interrupter.interrupt();
    };
    // Without a handler Ctrl-C still ends the command, only less politely.
    let _ = ctrlc::set_handler(handler);
}
