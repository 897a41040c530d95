//! Folders that are removed with the test that made them.

use std::{
    fs,
    path::{Path, PathBuf},
    process,
};

/// An empty folder, removed when it is dropped.
#[derive(Debug)]
pub struct Folder(PathBuf);

impl Folder {
    /// Creates a folder. The name has to be another one in each test.
    ///
    /// # Panics
    ///
    /// If the folder can't be created.
    pub fn new(name: &str) -> Self {
        let name = format!("nanonets-agents-{}-{name}", process::id());
        let path = std::env::temp_dir().join(name);
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).expect("a folder");
        Self(path)
    }

    /// Returns where the folder is.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Returns the path of a file in the folder.
    pub fn file(&self, name: impl AsRef<Path>) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
