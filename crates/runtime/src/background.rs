//! Requests that are answered over the network, on threads of their own.

use std::collections::HashMap;
use std::io;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, unbounded};
use danaide_interpreter::RequestId;
use tokio::runtime::{Builder, Runtime};
use tokio::task::AbortHandle;

/// Runs futures beside the program and hands their results back. `T` is what they result in.
///
/// No thread is started before the first of them; dropping this ends all of them.
pub(crate) struct Background<T> {
    runtime: Option<Runtime>,
    running: HashMap<RequestId, AbortHandle>,
    done: Sender<(RequestId, T)>,
    results: Receiver<(RequestId, T)>,
}

/// How long the end of a run waits for what it stops.
const LONGEST_END: Duration = Duration::from_secs(1);

impl<T: Send + 'static> Background<T> {
    pub(crate) fn new() -> Background<T> {
        let (done, results) = unbounded();
        Background { runtime: None, running: HashMap::new(), done, results }
    }

    /// Fails if the system gives no thread.
    pub(crate) fn start(
        &mut self,
        id: RequestId,
        future: impl Future<Output = T> + Send + 'static,
    ) -> Result<(), io::Error> {
        let runtime = match &mut self.runtime {
            Some(runtime) => runtime,
            empty => {
                let runtime =
                    Builder::new_multi_thread().worker_threads(1).thread_name("danaide-net").enable_all().build()?;
                empty.insert(runtime)
            }
        };
        let done = self.done.clone();
        let task = runtime.spawn(async move {
            let result = future.await;
            // Nobody waits once the run is over.
            let _ = done.send((id, result));
        });
        self.running.insert(id, task.abort_handle());
        Ok(())
    }

    /// Where results arrive; each is to be given to [`Background::finish`].
    pub(crate) fn results(&self) -> &Receiver<(RequestId, T)> {
        &self.results
    }

    /// Stops a request, if it is under way.
    pub(crate) fn cancel(&mut self, id: RequestId) {
        if let Some(task) = self.running.remove(&id) {
            task.abort();
        }
    }

    /// Forgets a request whose result has arrived. False if it had been stopped before.
    pub(crate) fn finish(&mut self, id: RequestId) -> bool {
        self.running.remove(&id).is_some()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.running.is_empty()
    }
}

impl<T> Drop for Background<T> {
    fn drop(&mut self) {
        for (_, task) in self.running.drain() {
            task.abort();
        }
        if let Some(runtime) = self.runtime.take() {
            // What is dropped ends the processes that it has started; that takes no time unless something hangs.
            runtime.shutdown_timeout(LONGEST_END);
        }
    }
}
