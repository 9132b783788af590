//! The services of the host behind modules of the library: processes, stores, servers of tools, the environment, Python.

mod json;
mod mcp;
mod process;
pub(crate) mod python;
mod schema;
mod store;

use std::ffi::OsString;
use std::sync::{Arc, OnceLock};

use danaide_interpreter::{Data, ExceptionKind, Failure};
use futures::future::BoxFuture;

use self::json::{from_json, to_json};
use self::mcp::Mcp;
use self::process::Processes;
use self::python::Python;
use self::store::Stores;
use crate::files::Files;
use crate::{Environment, Grants};

type Answer = Result<Data, Failure>;

/// What becomes of a call of a service.
pub(crate) type Served = Result<BoxFuture<'static, Answer>, Failure>;

/// The variables that processes get which the program starts.
type Variables = Arc<[(OsString, OsString)]>;

/// All services of a run.
pub(crate) struct Services {
    grants: Grants,
    /// Of the process, if nobody gave another.
    environment: OnceLock<Environment>,
    variables: OnceLock<Variables>,
    processes: Processes,
    stores: Stores,
    mcp: Mcp,
    python: Python,
}

impl Services {
    pub(crate) fn new(grants: &Grants) -> Services {
        Services {
            grants: grants.clone(),
            environment: OnceLock::new(),
            variables: OnceLock::new(),
            processes: Processes::new(grants),
            stores: Stores::default(),
            mcp: Mcp::new(grants),
            python: Python::new(grants),
        }
    }

    /// Takes the variables of the program from here instead of from the process.
    pub(crate) fn set_environment(&mut self, environment: &Environment) {
        (self.environment, self.variables) = (environment.clone().into(), OnceLock::new());
    }

    fn environment(&self) -> &Environment {
        self.environment.get_or_init(Environment::of_process)
    }

    fn variables(&self) -> Variables {
        self.variables.get_or_init(|| self.environment().granted(self.grants.environment()).into()).clone()
    }

    /// Begins an operation of a service. A refusal comes at once.
    pub(crate) fn serve(&mut self, service: &str, operation: &str, arguments: &Data, files: &Files) -> Served {
        match service {
            "process" => self.processes.serve(arguments, files, &self.variables()),
            "env" => {
                let value = self.environment().read(text(arguments, "name")?, self.grants.environment());
                let refused = |refusal| Failure::new(ExceptionKind::PermissionError, refusal);
                let value = Data::from(value.map_err(refused)?);
                Ok(Box::pin(async { Ok(value) }))
            }
            "store" => self.stores.serve(operation, arguments, files),
            "mcp" => {
                let variables = self.variables();
                self.mcp.serve(operation, arguments, &variables)
            }
            "python" => self.python.serve(operation, arguments, files, &self.variables()),
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
