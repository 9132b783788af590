//! Files of a program: reading below its own folder, reading and writing below granted folders, nothing else.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::path::{Component, Path, PathBuf};

use danaide_interpreter::{Data, ExceptionKind, Failure};

use crate::Grants;

/// The largest file that a program can read at once, in bytes.
pub const MAX_FILE_BYTES: u64 = 256 * 1024 * 1024;

/// The program's view of the file system.
#[derive(Debug)]
pub(crate) struct Files {
    /// Relative paths start here: the program's folder, without symbolic links.
    base: PathBuf,
    /// Without symbolic links as far as they exist.
    granted: Vec<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Access {
    Read,
    Write,
}

type Answer = Result<Data, Failure>;

impl Files {
    /// Grants are relative to the folder of the process, a program's paths to `program_folder`.
    pub(crate) fn new(program_folder: &Path, grants: &Grants) -> Files {
        let here = std::env::current_dir().unwrap_or_default();
        let real =
            |path: &Path| follow_links(&normalize(&here.join(path))).unwrap_or_else(|_| normalize(&here.join(path)));
        Files { base: real(program_folder), granted: grants.files().map(real).collect() }
    }

    pub(crate) fn read_text(&self, path: &str) -> Answer {
        let file = self.check(path, Access::Read)?;
        let wrong = |error: std::io::Error| failure(path, &error);
        let metadata = fs::metadata(&file).map_err(wrong)?;
        if metadata.is_dir() {
            return Err(failure(path, &ErrorKind::IsADirectory.into()));
        }
        if !metadata.is_file() {
            return Err(os_error(format!("'{path}' is not a regular file")));
        }
        let mut bytes = Vec::new();
        File::open(&file).and_then(|file| file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes)).map_err(wrong)?;
        if bytes.len() as u64 > MAX_FILE_BYTES {
            return Err(os_error(format!(
                "'{path}' is larger than {} MB, the most that is read at once",
                MAX_FILE_BYTES >> 20
            )));
        }
        match String::from_utf8(bytes) {
            // A byte order mark is not part of the text.
            Ok(text) => Ok(Data::Str(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))),
            Err(error) => {
                let offset = error.utf8_error().valid_up_to();
                Err(Failure::new(
                    ExceptionKind::UnicodeDecodeError,
                    format!("'{path}' is not UTF-8 text: see its byte {offset}"),
                ))
            }
        }
    }

    /// Makes missing folders below a granted one.
    pub(crate) fn write_text(&self, path: &str, text: &str, append: bool) -> Answer {
        let file = self.check(path, Access::Write)?;
        let wrong = |error: std::io::Error| failure(path, &error);
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder).map_err(wrong)?;
        }
        let mut options = OpenOptions::new();
        options.create(true);
        if append {
            options.append(true);
        } else {
            options.write(true).truncate(true);
        }
        options.open(&file).and_then(|mut file| file.write_all(text.as_bytes())).map_err(wrong)?;
        Ok(Data::None)
    }

    pub(crate) fn list(&self, path: &str) -> Answer {
        let folder = self.check(path, Access::Read)?;
        let wrong = |error: std::io::Error| failure(path, &error);
        let mut names = Vec::new();
        for entry in fs::read_dir(folder).map_err(wrong)? {
            names.push(entry.map_err(wrong)?.file_name().to_string_lossy().into_owned());
        }
        names.sort();
        Ok(Data::List(names.into_iter().map(Data::Str).collect()))
    }

    pub(crate) fn exists(&self, path: &str) -> Answer {
        Ok(Data::Bool(self.check(path, Access::Read)?.exists()))
    }

    pub(crate) fn is_file(&self, path: &str) -> Answer {
        Ok(Data::Bool(self.check(path, Access::Read)?.is_file()))
    }

    pub(crate) fn is_folder(&self, path: &str) -> Answer {
        Ok(Data::Bool(self.check(path, Access::Read)?.is_dir()))
    }

    /// How many bytes a file has.
    pub(crate) fn size(&self, path: &str) -> Answer {
        let file = self.check(path, Access::Read)?.metadata().map_err(|error| failure(path, &error))?;
        Ok(Data::Int(i64::try_from(file.len()).unwrap_or(i64::MAX)))
    }

    /// The real path of a file that the program wants to write, with the folder for it.
    pub(crate) fn writable(&self, path: &str) -> Result<PathBuf, Failure> {
        let file = self.check(path, Access::Write)?;
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder).map_err(|error| failure(path, &error))?;
        }
        Ok(file)
    }

    /// The real path of a folder that the program may read; its own if it names none.
    pub(crate) fn folder(&self, path: Option<&str>) -> Result<PathBuf, Failure> {
        let Some(path) = path else { return Ok(self.base.clone()) };
        let folder = self.check(path, Access::Read)?;
        if folder.is_dir() { Ok(folder) } else { Err(failure(path, &ErrorKind::NotADirectory.into())) }
    }

    /// The real path, if the program may use it so.
    fn check(&self, path: &str, access: Access) -> Result<PathBuf, Failure> {
        if path.is_empty() || path.contains('\0') {
            return Err(Failure::new(ExceptionKind::ValueError, format!("{path:?} is not a path")));
        }
        let wanted = follow_links(&normalize(&self.base.join(path))).map_err(|error| failure(path, &error))?;
        let own = (access == Access::Read).then_some(&self.base);
        if own.into_iter().chain(&self.granted).any(|folder| wanted.starts_with(folder)) {
            return Ok(wanted);
        }
        let folder = if wanted.is_dir() { Some(wanted.as_path()) } else { wanted.parent() };
        let verb = if access == Access::Read { "reading" } else { "writing" };
        let grant = folder.unwrap_or(&wanted).display();
        let message = format!("{verb} '{path}' is not granted; run with --allow fs={grant} to allow it");
        Err(Failure::new(ExceptionKind::PermissionError, message))
    }
}

/// Takes `.` and `..` out of an absolute path.
fn normalize(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                normal.pop();
            }
            _ => normal.push(component),
        }
    }
    normal
}

/// Follows the symbolic links in the part of an absolute path that exists, so that no link leads out of a grant.
fn follow_links(path: &Path) -> std::io::Result<PathBuf> {
    let mut missing = Vec::new();
    let mut existing = path;
    loop {
        match existing.canonicalize() {
            Ok(real) => {
                let rest = missing.iter().rev();
                return Ok(rest.fold(real, |path, name| path.join(name)));
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {
                // A link to nothing would be followed when the file is made.
                if existing.is_symlink() {
                    return Err(error);
                }
                let (Some(name), Some(parent)) = (existing.file_name(), existing.parent()) else { return Err(error) };
                missing.push(name);
                existing = parent;
            }
            Err(error) => return Err(error),
        }
    }
}

fn os_error(message: String) -> Failure {
    Failure::new(ExceptionKind::OSError, message)
}

/// What the system said, in Python's words.
fn failure(path: &str, error: &std::io::Error) -> Failure {
    let (kind, text) = match error.kind() {
        ErrorKind::NotFound => (ExceptionKind::FileNotFoundError, "[Errno 2] No such file or directory".to_owned()),
        ErrorKind::PermissionDenied => (ExceptionKind::PermissionError, "[Errno 13] Permission denied".to_owned()),
        ErrorKind::IsADirectory => (ExceptionKind::IsADirectoryError, "[Errno 21] Is a directory".to_owned()),
        ErrorKind::NotADirectory => (ExceptionKind::NotADirectoryError, "[Errno 20] Not a directory".to_owned()),
        _ => (ExceptionKind::OSError, error.to_string()),
    };
    Failure::new(kind, format!("{text}: '{path}'"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(answer: Answer) -> Result<String, (ExceptionKind, String)> {
        match answer {
            Ok(Data::Str(text)) => Ok(text),
            Ok(other) => Ok(format!("{other:?}")),
            Err(failure) => Err((failure.kind, failure.message)),
        }
    }

    fn kind(answer: Answer) -> ExceptionKind {
        answer.unwrap_err().kind
    }

    #[test]
    fn a_program_reads_below_its_folder_and_nothing_else() {
        let root = tempfile::tempdir().unwrap();
        let program = root.path().join("program");
        fs::create_dir_all(program.join("data")).unwrap();
        fs::write(program.join("data/a.txt"), "\u{feff}héllo").unwrap();
        fs::write(root.path().join("secret.txt"), "secret").unwrap();
        let files = Files::new(&program, &Grants::default());

        assert_eq!(text(files.read_text("data/a.txt")), Ok("héllo".into()));
        assert_eq!(text(files.read_text("data/../data/./a.txt")), Ok("héllo".into()));
        assert_eq!(files.list("."), Ok(Data::List(vec![Data::Str("data".into())])));
        assert_eq!(files.exists("data/b.txt"), Ok(Data::Bool(false)));
        assert_eq!(kind(files.read_text("data/b.txt")), ExceptionKind::FileNotFoundError);
        assert_eq!(
            text(files.read_text("data")),
            Err((ExceptionKind::IsADirectoryError, "[Errno 21] Is a directory: 'data'".into()))
        );

        let folder = root.path().canonicalize().unwrap();
        assert_eq!(
            text(files.read_text("../secret.txt")),
            Err((
                ExceptionKind::PermissionError,
                format!("reading '../secret.txt' is not granted; run with --allow fs={} to allow it", folder.display())
            ))
        );
        assert_eq!(kind(files.write_text("data/a.txt", "", false)), ExceptionKind::PermissionError);
        assert_eq!(kind(files.exists("/etc/passwd")), ExceptionKind::PermissionError);
        assert_eq!(kind(files.read_text("")), ExceptionKind::ValueError);
        assert_eq!(kind(files.read_text("a\0b")), ExceptionKind::ValueError);
    }

    #[test]
    fn a_granted_folder_can_be_written_and_read() {
        let root = tempfile::tempdir().unwrap();
        let out = root.path().join("out");
        let grants = Grants::parse([format!("fs={}", out.display()).as_str()]).unwrap();
        let files = Files::new(&root.path().join("program"), &grants);
        let path = out.join("deep/er/report.txt");
        let path = path.to_str().unwrap();

        assert_eq!(files.write_text(path, "one\n", false), Ok(Data::None));
        assert_eq!(files.write_text(path, "two\n", true), Ok(Data::None));
        assert_eq!(text(files.read_text(path)), Ok("one\ntwo\n".into()));
        assert_eq!(files.write_text(path, "three\n", false), Ok(Data::None));
        assert_eq!(text(files.read_text(path)), Ok("three\n".into()));
        let beside = root.path().join("outside.txt");
        assert_eq!(kind(files.write_text(beside.to_str().unwrap(), "", false)), ExceptionKind::PermissionError);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_does_not_lead_out() {
        let root = tempfile::tempdir().unwrap();
        let program = root.path().join("program");
        fs::create_dir(&program).unwrap();
        fs::write(root.path().join("secret.txt"), "secret").unwrap();
        std::os::unix::fs::symlink(root.path().join("secret.txt"), program.join("link.txt")).unwrap();
        std::os::unix::fs::symlink(root.path().join("new.txt"), program.join("dangling.txt")).unwrap();
        let grants = Grants::parse([format!("fs={}", program.display()).as_str()]).unwrap();
        let files = Files::new(&program, &grants);

        assert_eq!(kind(files.read_text("link.txt")), ExceptionKind::PermissionError);
        assert_eq!(kind(files.write_text("link.txt", "x", false)), ExceptionKind::PermissionError);
        assert_eq!(kind(files.write_text("dangling.txt", "x", false)), ExceptionKind::FileNotFoundError);
        assert!(!root.path().join("new.txt").exists());
    }

    #[test]
    fn text_is_utf8() {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("latin.txt"), b"caf\xe9").unwrap();
        let files = Files::new(root.path(), &Grants::default());
        assert_eq!(
            text(files.read_text("latin.txt")),
            Err((ExceptionKind::UnicodeDecodeError, "'latin.txt' is not UTF-8 text: see its byte 3".into()))
        );
    }
}
