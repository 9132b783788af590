//! What a program may do beyond computing, as its user grants it.

use std::path::{Path, PathBuf};

use reqwest::Url;
use thiserror::Error;

/// Folders, files and hosts that a program may use.
///
/// A program may always read below its own folder; everything else is granted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Grants {
    /// Reading and writing below these, as the user wrote them.
    files: Vec<PathBuf>,
    net: NetGrants,
    /// Programs that may be started, by the name or path with which a program starts them; `*` is every program.
    processes: Vec<String>,
    environment: EnvironmentGrants,
    python: bool,
}

/// The variables of the environment that a program gets.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct EnvironmentGrants {
    /// All but the secret ones.
    all: bool,
    /// By name; `SHOP_*` is every variable that starts so.
    names: Vec<String>,
}

/// The hosts that a program may reach.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct NetGrants {
    hosts: Vec<HostGrant>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct HostGrant {
    /// In lower case; `*` is every host, `*.example.com` those below `example.com`.
    name: String,
    /// Without one, every port.
    port: Option<u16>,
}

/// A grant that cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum GrantError {
    #[error(
        "`{0}` is not a grant; write fs=PATH to let the program read and write below PATH, net=HOST to let it reach \
         HOST, process=NAME to let it start the program NAME, env=NAME to let it read the variable NAME of the environment, or \
         python to let it use modules of Python"
    )]
    Unknown(String),
    #[error("the grant `{0}` names nothing; write {0}{1}")]
    Empty(String, &'static str),
    #[error(
        "`{0}` names no host; write net=HOST, as in net=api.example.com, net=localhost:8080, net=*.example.com, or net=* \
         for all"
    )]
    NoHost(String),
}

impl Grants {
    /// Reads grants as the command line has them: `fs=PATH`, `net=HOST`, `net=HOST:PORT`, `process=NAME`, `env`, `env=NAME,NAME`, `python`.
    pub fn parse<'a>(texts: impl IntoIterator<Item = &'a str>) -> Result<Grants, GrantError> {
        let mut grants = Grants::default();
        for text in texts {
            match text.split_once('=') {
                Some(("fs", "")) => return Err(GrantError::Empty(text.to_owned(), "PATH")),
                Some(("fs", path)) => grants.files.push(PathBuf::from(path)),
                Some(("net", "")) => return Err(GrantError::Empty(text.to_owned(), "HOST")),
                Some(("net", host)) => {
                    let host = HostGrant::parse(host).ok_or_else(|| GrantError::NoHost(text.to_owned()))?;
                    grants.net.hosts.push(host);
                }
                Some(("process", "")) => return Err(GrantError::Empty(text.to_owned(), "NAME")),
                Some(("process", name)) => grants.processes.push(name.to_owned()),
                Some(("env", names)) => {
                    let names: Vec<&str> = names.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
                    if names.is_empty() {
                        return Err(GrantError::Empty(text.to_owned(), "NAME"));
                    }
                    grants.environment.names.extend(names.into_iter().map(str::to_owned));
                }
                None if text == "env" => grants.environment.all = true,
                None if text == "python" => grants.python = true,
                _ => return Err(GrantError::Unknown(text.to_owned())),
            }
        }
        Ok(grants)
    }

    /// Where the program may read and write.
    pub fn files(&self) -> impl Iterator<Item = &Path> {
        self.files.iter().map(PathBuf::as_path)
    }

    pub(crate) fn net(&self) -> &NetGrants {
        &self.net
    }

    /// Why a program may not be started, with the grant that would allow it; none if it may.
    pub(crate) fn process_refusal(&self, program: &str) -> Option<String> {
        if self.processes.iter().any(|granted| granted == "*" || granted == program) {
            return None;
        }
        Some(format!("starting '{program}' is not granted; run with --allow process={program} to allow it"))
    }

    pub(crate) fn environment(&self) -> &EnvironmentGrants {
        &self.environment
    }

    /// May modules of Python be used?
    pub(crate) fn python(&self) -> bool {
        self.python
    }
}

impl EnvironmentGrants {
    /// Does a grant name this variable?
    pub(crate) fn names(&self, name: &str) -> bool {
        self.names.iter().any(|granted| granted == name)
    }

    /// May this variable be read, if it is not secret?
    pub(crate) fn covers(&self, name: &str) -> bool {
        let starts = |granted: &String| granted.strip_suffix('*').is_some_and(|start| name.starts_with(start));
        self.all || self.names(name) || self.names.iter().any(starts)
    }
}

impl NetGrants {
    /// Why an address may not be reached, with the grant that would allow it; none if it may.
    pub(crate) fn refusal(&self, url: &Url) -> Option<String> {
        let host = url.host_str().unwrap_or_default().to_ascii_lowercase();
        let port = url.port_or_known_default();
        if self.hosts.iter().any(|grant| grant.covers(&host, port)) {
            return None;
        }
        Some(format!("reaching '{host}' is not granted; run with --allow net={host} to allow it"))
    }
}

impl HostGrant {
    fn parse(text: &str) -> Option<HostGrant> {
        // An address of IPv6 stands in brackets, as in a URL.
        let (name, port) = match text.rsplit_once(':') {
            Some((name, port)) if !port.contains(']') => (name, Some(port.parse().ok()?)),
            _ => (text, None),
        };
        let plain = name.strip_prefix("*.").unwrap_or(name);
        let is_host = name == "*"
            || name.starts_with('[') && name.ends_with(']')
            || !plain.is_empty() && plain.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_'));
        is_host.then(|| HostGrant { name: name.to_ascii_lowercase(), port })
    }

    fn covers(&self, host: &str, port: Option<u16>) -> bool {
        if self.port.is_some() && self.port != port {
            return false;
        }
        match self.name.strip_prefix('*') {
            Some("") => true,
            Some(below) => host.ends_with(below),
            None => self.name == host,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grant_names_its_kind_and_its_object() {
        let grants = Grants::parse(["fs=out", "fs=/tmp/a=b"]).unwrap();
        assert_eq!(grants.files().collect::<Vec<_>>(), [Path::new("out"), Path::new("/tmp/a=b")]);
    }

    #[test]
    fn hosts_are_granted_by_name_port_and_domain() {
        let reaches =
            |grant: &str, url: &str| Grants::parse([grant]).unwrap().net().refusal(&Url::parse(url).unwrap()).is_none();
        assert!(reaches("net=api.example.com", "https://API.example.com/x"));
        assert!(!reaches("net=api.example.com", "https://example.com/"));
        assert!(!reaches("net=example.com", "https://example.com.evil.org/"));
        assert!(!reaches("net=example.com", "https://evil.org/example.com"));
        assert!(reaches("net=*.example.com", "https://api.example.com/"));
        assert!(!reaches("net=*.example.com", "https://badexample.com/"));
        assert!(reaches("net=localhost:8080", "http://localhost:8080/"));
        assert!(!reaches("net=localhost:8080", "http://localhost:9/"));
        assert!(reaches("net=example.com:443", "https://example.com/"));
        assert!(reaches("net=[::1]:80", "http://[::1]/"));
        assert!(reaches("net=*", "https://anything.example/"));
    }

    #[test]
    fn what_is_not_a_grant_is_refused_with_the_form() {
        let message = |text| Grants::parse([text]).unwrap_err().to_string();
        assert!(message("out").starts_with("`out` is not a grant; write fs=PATH to let the program"));
        assert!(message("cpu=x").starts_with("`cpu=x` is not a grant"));
        assert_eq!(message("fs="), "the grant `fs=` names nothing; write fs=PATH");
        assert_eq!(message("net="), "the grant `net=` names nothing; write net=HOST");
        assert!(message("net=https://x").starts_with("`net=https://x` names no host"));
        assert!(message("net=x:port").starts_with("`net=x:port` names no host"));
    }

    #[test]
    fn programs_are_granted_by_the_name_they_are_started_with() {
        let refusal = |grant: &str, program: &str| Grants::parse([grant]).unwrap().process_refusal(program);
        assert_eq!(refusal("process=git", "git"), None);
        assert_eq!(refusal("process=*", "./anything"), None);
        assert_eq!(refusal("process=/bin/ls", "/bin/ls"), None);
        let refused = "starting './git' is not granted; run with --allow process=./git to allow it";
        assert_eq!(refusal("process=git", "./git").unwrap(), refused);
        assert!(Grants::parse(["python"]).unwrap().python() && !Grants::default().python());
    }

    #[test]
    fn a_refusal_names_the_grant() {
        let url = Url::parse("https://example.com/a").unwrap();
        assert_eq!(
            NetGrants::default().refusal(&url).unwrap(),
            "reaching 'example.com' is not granted; run with --allow net=example.com to allow it"
        );
    }
}
