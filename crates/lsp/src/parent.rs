//! Watches the process that started the server: when it dies, so does the server.

use std::sync::Arc;
use std::time::Duration;

use crate::session::Session;

/// How often the process is looked at.
const INTERVAL: Duration = Duration::from_millis(500);

/// Ends the session when the process `id` is no more. Where the system cannot tell, the end of the input has to do.
pub(crate) async fn watch(id: u32, session: Arc<Session>) {
    let process = Process::new(id);
    while process.is_alive() {
        tokio::time::sleep(INTERVAL).await;
    }
    session.end();
}

#[cfg(unix)]
struct Process {
    id: Option<rustix::process::Pid>,
    /// It is the direct parent: then the server gets another parent when it dies, even while the dead process still
    /// has its entry in the process table.
    is_parent: bool,
}

#[cfg(unix)]
impl Process {
    fn new(id: u32) -> Self {
        let id = i32::try_from(id).ok().and_then(rustix::process::Pid::from_raw);
        Self { id, is_parent: id.is_some() && id == rustix::process::getppid() }
    }

    fn is_alive(&self) -> bool {
        if self.is_parent && rustix::process::getppid() != self.id {
            return false;
        }
        // Not being allowed to signal a process means that it is there.
        self.id.is_none_or(|id| rustix::process::test_kill_process(id) != Err(rustix::io::Errno::SRCH))
    }
}

#[cfg(not(unix))]
struct Process;

#[cfg(not(unix))]
impl Process {
    fn new(_id: u32) -> Self {
        Self
    }

    fn is_alive(&self) -> bool {
        true
    }
}
