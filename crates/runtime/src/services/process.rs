//! Other programs that a program runs, as far as its grants reach.

use std::collections::HashMap;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use danaide_interpreter::{Data, ExceptionKind, Failure};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};

use super::{Answer, Served, Variables, text, type_error};
use crate::Grants;
use crate::files::Files;

/// The most that a process may write to one of its outputs, in bytes.
const MAX_OUTPUT_BYTES: u64 = 64 << 20;

pub(super) struct Processes {
    grants: Grants,
}

/// A command, looked through.
struct Call {
    command: Vec<String>,
    input: Option<String>,
    timeout: Option<Duration>,
    folder: PathBuf,
    /// Those that it has in addition.
    variables: HashMap<String, String>,
}

impl Processes {
    pub(super) fn new(grants: &Grants) -> Processes {
        Processes { grants: grants.clone() }
    }

    pub(super) fn serve(&self, arguments: &Data, files: &Files, variables: &Variables) -> Served {
        let call = Call::read(arguments, files)?;
        if let Some(refusal) = self.grants.process_refusal(&call.command[0]) {
            return Err(Failure::new(ExceptionKind::PermissionError, refusal));
        }
        Ok(Box::pin(call.run(variables.clone())))
    }
}

impl Call {
    fn read(arguments: &Data, files: &Files) -> Result<Call, Failure> {
        let command = words(arguments.get("command"), "command")?;
        if command.first().is_none_or(String::is_empty) {
            return Err(Failure::new(ExceptionKind::ValueError, "command names no program"));
        }
        let optional = |name: &str| match arguments.get(name) {
            None | Some(Data::None) => Ok(None),
            Some(_) => text(arguments, name).map(Some),
        };
        let timeout = match arguments.get("timeout") {
            None | Some(Data::None) => None,
            Some(seconds) => {
                let seconds = seconds.as_float().ok_or_else(|| type_error("timeout takes a number of seconds"))?;
                // A time too long to count is no limit.
                (seconds < 1e9).then(|| Duration::from_secs_f64(seconds.max(0.0)))
            }
        };
        let variables = match arguments.get("env") {
            None | Some(Data::None) => HashMap::new(),
            Some(Data::Dict(entries)) => entries
                .iter()
                .map(|(name, value)| Some((name.as_str()?.to_owned(), value.as_str()?.to_owned())))
                .collect::<Option<_>>()
                .ok_or_else(|| type_error("env takes texts as names and values"))?,
            Some(_) => return Err(type_error("env takes a dict")),
        };
        Ok(Call {
            command,
            input: optional("input")?.map(str::to_owned),
            timeout,
            folder: files.folder(optional("cwd")?)?,
            variables,
        })
    }

    async fn run(self, variables: Variables) -> Answer {
        let shown = self.command[0].clone();
        let mut command = command(&self.command, &variables);
        command.current_dir(&self.folder).envs(&self.variables);
        command.stdin(if self.input.is_some() { Stdio::piped() } else { Stdio::null() });
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|error| unstartable(&shown, &error))?;
        let group = Group::of(&child);
        let input = self.input.unwrap_or_default();
        let stdin = child.stdin.take();
        let write = async {
            // A process that does not read all of it is its own affair.
            if let Some(mut stdin) = stdin {
                let _ = stdin.write_all(input.as_bytes()).await;
            }
            Ok(())
        };
        let (out, err) = (child.stdout.take(), child.stderr.take());
        let all = async {
            tokio::try_join!(write, read(out, &shown), read(err, &shown), async {
                child.wait().await.map_err(|error| os_error(format!("'{shown}' is lost: {error}")))
            })
        };
        let done = match self.timeout {
            None => all.await,
            Some(timeout) => tokio::time::timeout(timeout, all).await.unwrap_or_else(|_| {
                let seconds = timeout.as_secs_f64();
                Err(Failure::new(ExceptionKind::TimeoutError, format!("'{shown}' took longer than {seconds} seconds")))
            }),
        };
        // What is still running of it ends with the guard.
        let ((), out, err, status) = done?;
        group.release();
        let answer = [("code", Data::Int(exit_code(status))), ("out", Data::Str(out)), ("err", Data::Str(err))];
        Ok(answer.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }
}

/// The words of a command.
pub(super) fn words(command: Option<&Data>, name: &str) -> Result<Vec<String>, Failure> {
    let wrong = || type_error(format!("{name} takes a list of texts: the program and its arguments"));
    let words = command.and_then(Data::as_list).ok_or_else(wrong)?;
    words.iter().map(|word| word.as_str().map(str::to_owned).ok_or_else(wrong)).collect()
}

/// A command in a group of its own, with these variables and no others of the environment.
pub(super) fn command(words: &[String], variables: &Variables) -> Command {
    let mut command = Command::new(&words[0]);
    command.args(&words[1..]).kill_on_drop(true);
    command.env_clear().envs(variables.iter().map(|(name, value)| (name, value)));
    #[cfg(unix)]
    command.process_group(0);
    command
}

pub(super) fn unstartable(program: &str, error: &std::io::Error) -> Failure {
    match error.kind() {
        ErrorKind::NotFound => Failure::new(
            ExceptionKind::FileNotFoundError,
            format!("there is no program '{program}' on this machine; install it, or give its path"),
        ),
        ErrorKind::PermissionDenied => {
            Failure::new(ExceptionKind::PermissionError, format!("'{program}' cannot be run as a program"))
        }
        _ => os_error(format!("'{program}' cannot be started: {error}")),
    }
}

async fn read(stream: Option<impl AsyncRead + Unpin>, program: &str) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    if let Some(stream) = stream {
        let broken = |error| os_error(format!("the output of '{program}' cannot be read: {error}"));
        stream.take(MAX_OUTPUT_BYTES + 1).read_to_end(&mut bytes).await.map_err(broken)?;
    }
    if bytes.len() as u64 > MAX_OUTPUT_BYTES {
        let most = MAX_OUTPUT_BYTES >> 20;
        return Err(os_error(format!("'{program}' wrote more than {most} MB, the most that is read")));
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn exit_code(status: std::process::ExitStatus) -> i64 {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return -i64::from(signal);
    }
    status.code().map_or(-1, i64::from)
}

fn os_error(message: String) -> Failure {
    Failure::new(ExceptionKind::OSError, message)
}

/// Kills a process and those that it started, unless it is released.
pub(super) struct Group {
    #[cfg(unix)]
    leader: Option<rustix::process::Pid>,
}

impl Group {
    pub(super) fn of(child: &Child) -> Group {
        Group::of_id(child.id().unwrap_or_default())
    }

    #[cfg(unix)]
    pub(super) fn of_id(id: u32) -> Group {
        Group { leader: i32::try_from(id).ok().and_then(rustix::process::Pid::from_raw) }
    }

    #[cfg(not(unix))]
    pub(super) fn of_id(_id: u32) -> Group {
        Group {}
    }

    /// The process has ended by itself.
    #[cfg(unix)]
    pub(super) fn release(mut self) {
        self.leader = None;
    }

    #[cfg(not(unix))]
    pub(super) fn release(self) {}
}

#[cfg(unix)]
impl Drop for Group {
    fn drop(&mut self) {
        if let Some(leader) = self.leader {
            // It may have ended meanwhile.
            let _ = rustix::process::kill_process_group(leader, rustix::process::Signal::KILL);
        }
    }
}
