//! The data folder: who may read it, who holds it, how much room is left.

use std::{
    fs::{self, DirBuilder, File, OpenOptions, TryLockError},
    io::Write,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use crate::start_error::StartError;

/// The mode of every file: its owner alone.
pub(crate) const FILE_MODE: u32 = 0o600;
/// The mode of the folder.
const FOLDER_MODE: u32 = 0o700;
/// What others must not have.
const OTHERS: u32 = 0o077;

/// The folder, held for this process alone until it is dropped.
#[derive(Debug)]
pub(crate) struct DataDir {
    path: PathBuf,
    _lock: File,
}

impl DataDir {
    /// Opens the folder, making it when it is missing.
    ///
    /// # Errors
    /// When it, or a file in it, is open to others, or when another server holds it.
    pub(crate) fn open(path: &Path) -> Result<Self, StartError> {
        DirBuilder::new()
            .recursive(true)
            .mode(FOLDER_MODE)
            .create(path)
            .map_err(|source| StartError::io("make the data folder", path, source))?;
        refuse_wide(path)?;
        let entries = fs::read_dir(path).map_err(|source| StartError::io("read", path, source))?;
        for entry in entries {
            let entry = entry.map_err(|source| StartError::io("read", path, source))?;
            refuse_wide(&entry.path())?;
        }
        let lock = lock(path)?;
        Ok(Self {
            path: path.to_owned(),
            _lock: lock,
        })
    }

    /// A file in the folder.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Bytes that the disk has left for this user.
    pub(crate) fn free_bytes(&self) -> Option<u64> {
        let disk = rustix::fs::statvfs(&self.path).ok()?;
        disk.f_bavail.checked_mul(disk.f_frsize)
    }

    /// Writes a new file as a whole: a crash leaves the old state or the new one.
    ///
    /// # Errors
    /// When the disk does not take it.
    pub(crate) fn write_new(&self, name: &str, contents: &[u8]) -> Result<(), StartError> {
        let path = self.file(name);
        let draft = self.file(&format!("{name}.new"));
        let written = (|| {
            let mut file = OpenOptions::new()
                .write(true)
                .create(true)
                .truncate(true)
                .mode(FILE_MODE)
                .open(&draft)?;
            file.write_all(contents)?;
            file.sync_all()?;
            fs::rename(&draft, &path)?;
            File::open(&self.path)?.sync_all()
        })();
        written.map_err(|source| StartError::io("write", &path, source))
    }
}

/// Refuses a path that its group or others may use. A missing one is fine.
///
/// # Errors
/// Names the path and the command that closes it.
pub(crate) fn refuse_wide(path: &Path) -> Result<(), StartError> {
    let metadata = match fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(source) => return Err(StartError::io("look at", path, source)),
    };
    if metadata.permissions().mode() & OTHERS == 0 {
        return Ok(());
    }
    let mode = if metadata.is_dir() {
        FOLDER_MODE
    } else {
        FILE_MODE
    };
    Err(StartError::TooOpen {
        path: path.to_owned(),
        mode,
    })
}

/// An advisory lock that the system lets go when the process ends, however it ends.
fn lock(folder: &Path) -> Result<File, StartError> {
    let path = folder.join("lock");
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(FILE_MODE)
        .open(&path)
        .map_err(|source| StartError::io("write", &path, source))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StartError::DataInUse {
            path: folder.to_owned(),
        }),
        Err(TryLockError::Error(source)) => Err(StartError::io("lock", &path, source)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set_mode(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn what_others_can_read_is_refused_with_the_command_to_type() {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("data");
        let data = DataDir::open(&folder).unwrap();
        assert_eq!(
            fs::metadata(&folder).unwrap().permissions().mode() & 0o777,
            0o700
        );
        data.write_new("secrets", b"x").unwrap();
        drop(data);
        for mode in [0o640, 0o604, 0o644, 0o660, 0o610] {
            set_mode(&folder.join("secrets"), mode);
            let said = DataDir::open(&folder).unwrap_err().to_string();
            assert!(said.contains("chmod 600"), "{said}");
            assert!(said.contains("secrets"), "{said}");
        }
        set_mode(&folder.join("secrets"), 0o600);
        set_mode(&folder, 0o750);
        let said = DataDir::open(&folder).unwrap_err().to_string();
        assert!(said.contains("chmod 700"), "{said}");
        set_mode(&folder, 0o700);
        DataDir::open(&folder).unwrap();
    }

    #[test]
    fn one_server_at_a_time() {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("data");
        let first = DataDir::open(&folder).unwrap();
        assert!(matches!(
            DataDir::open(&folder),
            Err(StartError::DataInUse { .. })
        ));
        drop(first);
        DataDir::open(&folder).unwrap();
    }

    #[test]
    fn files_are_made_for_their_owner_alone() {
        let parent = tempfile::tempdir().unwrap();
        let data = DataDir::open(&parent.path().join("data")).unwrap();
        data.write_new("a", b"x").unwrap();
        for name in ["a", "lock"] {
            let mode = fs::metadata(data.file(name)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{name}");
        }
        assert!(data.free_bytes().unwrap() > 0);
    }
}
