//! A file that is written in several lives of a program.

use std::{
    fs::{File, OpenOptions},
    io::{self, BufWriter, Seek, SeekFrom, Write},
    path::Path,
};

/// A file that can be cut back to a length that it had, and appended to.
pub struct ResumableFile {
    file: BufWriter<File>,
    length: u64,
}

impl ResumableFile {
    /// Opens the file and cuts it back to this length. A file that isn't there has the length 0.
    ///
    /// # Errors
    ///
    /// If the file is shorter, which means that it isn't the one that was written.
    pub fn open(path: &Path, length: u64) -> io::Result<Self> {
        let mut file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(path)?;
        if file.metadata()?.len() < length {
            return Err(io::Error::other("the file is shorter than it was"));
        }
        file.set_len(length)?;
        file.seek(SeekFrom::End(0))?;
        let file = BufWriter::new(file);
        Ok(Self { file, length })
    }

    /// Appends to the file, which may reach the disk later.
    pub fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.length += bytes.len() as u64;
        self.file.write_all(bytes)
    }

    /// Waits until the disk has everything, and returns the length of the file.
    pub fn sync(&mut self) -> io::Result<u64> {
        self.file.flush()?;
        self.file.get_ref().sync_data()?;
        Ok(self.length)
    }
}
