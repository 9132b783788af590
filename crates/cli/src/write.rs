//! Replacing the text of a file so that there is the old one or the new one at any time.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

/// Replaces the text of a file; where the path is a link, of the file that it leads to. Permissions stay.
///
/// # Errors
/// A sentence, if the file cannot be written or does not hold `before` any more; then it is as it was.
pub fn replace(path: &Path, before: &str, after: &str) -> Result<(), String> {
    let fail = |error: io::Error| format!("cannot write {}: {error}", path.display());
    let target = path.canonicalize().map_err(fail)?;
    if fs::read(&target).map_err(fail)? != before.as_bytes() {
        return Err(format!("{} changed while it was checked, and was left as it is", path.display()));
    }
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    let beside = target.with_file_name(format!(".{name}.{}.tmp", std::process::id()));
    let written = write_beside(&beside, &target, after).and_then(|()| fs::rename(&beside, &target));
    written.map_err(|error| {
        // What is left of it is of no use; that it cannot be removed changes nothing.
        let _ = fs::remove_file(&beside);
        fail(error)
    })
}

fn write_beside(beside: &Path, target: &Path, text: &str) -> io::Result<()> {
    let mut file = File::create_new(beside)?;
    file.write_all(text.as_bytes())?;
    file.set_permissions(fs::metadata(target)?.permissions())?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_changed_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.na");
        fs::write(&path, "newer").unwrap();
        assert!(
            replace(&path, "old", "new").unwrap_err().ends_with("changed while it was checked, and was left as it is")
        );
        assert_eq!(fs::read_to_string(&path).unwrap(), "newer");

        replace(&path, "newer", "new").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
        assert!(replace(&folder.path().join("none.na"), "", "x").is_err());
    }

    #[cfg(unix)]
    #[test]
    fn links_and_permissions_stay() {
        use std::os::unix::fs::{PermissionsExt, symlink};

        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("a.na"), folder.path().join("link.na"));
        fs::write(&file, "old").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o750)).unwrap();
        symlink(&file, &link).unwrap();
        replace(&link, "old", "new").unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "new");
        assert!(link.symlink_metadata().unwrap().is_symlink());
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o750);
    }
}
