//! What a program may do beyond computing, as its user grants it.

use std::path::{Path, PathBuf};

use thiserror::Error;

/// Folders and files that a program may use.
///
/// A program may always read below its own folder; everything else is granted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Grants {
    /// Reading and writing below these, as the user wrote them.
    files: Vec<PathBuf>,
}

/// A grant that cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum GrantError {
    #[error("`{0}` is not a grant; write fs=PATH to let the program read and write below PATH")]
    Unknown(String),
    #[error("the grant `{0}` names nothing; write {0}PATH")]
    Empty(String),
}

impl Grants {
    /// Reads grants as the command line has them: `fs=PATH`.
    pub fn parse<'a>(texts: impl IntoIterator<Item = &'a str>) -> Result<Grants, GrantError> {
        let mut grants = Grants::default();
        for text in texts {
            match text.split_once('=') {
                Some(("fs", "")) => return Err(GrantError::Empty(text.to_owned())),
                Some(("fs", path)) => grants.files.push(PathBuf::from(path)),
                _ => return Err(GrantError::Unknown(text.to_owned())),
            }
        }
        Ok(grants)
    }

    /// Where the program may read and write.
    pub fn files(&self) -> impl Iterator<Item = &Path> {
        self.files.iter().map(PathBuf::as_path)
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
    fn what_is_not_a_grant_is_refused_with_the_form() {
        let message = |text| Grants::parse([text]).unwrap_err().to_string();
        assert_eq!(message("out"), "`out` is not a grant; write fs=PATH to let the program read and write below PATH");
        assert_eq!(
            message("net=x"),
            "`net=x` is not a grant; write fs=PATH to let the program read and write below PATH"
        );
        assert_eq!(message("fs="), "the grant `fs=` names nothing; write fs=PATH");
    }
}
