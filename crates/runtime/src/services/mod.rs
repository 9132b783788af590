//! The services of the host behind modules of the library: processes, stores, servers of tools, Python.

mod json;
mod mcp;
mod process;
pub(crate) mod python;
mod store;

use danaide_interpreter::{Data, ExceptionKind, Failure};
use futures::future::BoxFuture;

use self::json::{from_json, to_json};
use self::mcp::Mcp;
use self::process::Processes;
use self::python::Python;
use self::store::Stores;
use crate::Grants;
use crate::files::Files;

type Answer = Result<Data, Failure>;

/// What becomes of a call of a service.
pub(crate) type Served = Result<BoxFuture<'static, Answer>, Failure>;

/// All services of a run.
pub(crate) struct Services {
    processes: Processes,
    stores: Stores,
    mcp: Mcp,
    python: Python,
}

impl Services {
    pub(crate) fn new(grants: &Grants) -> Services {
        Services {
            processes: Processes::new(grants),
            stores: Stores::default(),
            mcp: Mcp::new(grants),
            python: Python::new(grants),
        }
    }

    /// Begins an operation of a service. A refusal comes at once.
    pub(crate) fn serve(&mut self, service: &str, operation: &str, arguments: &Data, files: &Files) -> Served {
        match service {
            "process" => self.processes.serve(arguments, files),
            "store" => self.stores.serve(operation, arguments, files),
            "mcp" => self.mcp.serve(operation, arguments),
            "python" => self.python.serve(operation, arguments, files),
            _ => Err(Failure::new(ExceptionKind::ResourceError, format!("there is no service '{service}' here"))),
        }
    }
}

/// The text of an argument.
fn text<'a>(arguments: &'a Data, name: &str) -> Result<&'a str, Failure> {
    arguments.get(name).and_then(Data::as_str).ok_or_else(|| type_error(format!("{name} takes text")))
}

fn type_error(message: impl Into<String>) -> Failure {
    Failure::new(ExceptionKind::TypeError, message)
}

fn resource_error(message: impl Into<String>) -> Failure {
    Failure::new(ExceptionKind::ResourceError, message)
}
