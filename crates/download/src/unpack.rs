//! A published archive in, its wanted members out, each under its own name.
//!
//! Paths inside an archive are compared with those of the table and never used on the disk. No more than the table's lengths is
//! unpacked, whatever the archive says.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use flate2::read::MultiGzDecoder;
use rawzip::{CompressionMethod, RECOMMENDED_BUFFER_SIZE, ZipArchive};

use crate::digest::{PIECE, read_piece};
use crate::store::Part;
use crate::{DownloadError, Member, Packing, Remote};

/// What a tar archive may hold besides the wanted members.
const OTHER_MEMBERS: u64 = 16 << 20;

/// The hash of each unpacked file, by its name.
pub(crate) type Hashes = BTreeMap<&'static str, String>;

/// An archive, and the folder that its members are written to.
struct Archive<'a> {
    path: &'a Path,
    folder: &'a Path,
    remote: &'a Remote,
}

/// Unpacks the members of `remote` from `file`, which is at `path`, into `folder`.
pub(crate) fn unpack(
    remote: &Remote,
    file: File,
    path: &Path,
    folder: &Path,
) -> Result<Hashes, DownloadError> {
    let archive = Archive { path, folder, remote };
    match remote.packing {
        Packing::Gzip => archive.gzip(file),
        Packing::TarGzip => archive.tar(file),
        Packing::ZipOfGzip => archive.zip(file),
    }
}

impl Archive<'_> {
    /// What is wrong with a file: a member, or the archive itself.
    fn fault(&self, file: &'static str, reason: &impl Display) -> DownloadError {
        DownloadError::Unpack { file, reason: reason.to_string(), path: self.path.to_owned() }
    }

    fn gzip(&self, file: File) -> Result<Hashes, DownloadError> {
        let mut hashes = Hashes::new();
        if let Some(member) = self.remote.members.first() {
            let reader = MultiGzDecoder::new(BufReader::new(file));
            hashes.insert(member.name, self.write(member, reader)?);
        }
        self.complete(hashes)
    }

    fn tar(&self, file: File) -> Result<Hashes, DownloadError> {
        let wanted =
            self.remote.members.iter().fold(0, |sum: u64, member| sum.saturating_add(member.bytes));
        let reader =
            MultiGzDecoder::new(BufReader::new(file)).take(wanted.saturating_add(OTHER_MEMBERS));
        let mut archive = tar::Archive::new(reader);
        let mut hashes = Hashes::new();
        let entries = archive.entries().map_err(|error| self.fault(self.remote.name, &error))?;
        for entry in entries {
            let entry = entry.map_err(|error| self.fault(self.remote.name, &error))?;
            let path = entry.path_bytes();
            let path = path.strip_prefix(b"./").unwrap_or_else(|| &path); // default: archives made in "." name it, others do not
            let mut members = self.remote.members.iter();
            let Some(member) = members.find(|member| member.path.as_bytes() == path) else {
                continue;
            };
            if !entry.header().entry_type().is_file() {
                return Err(self.fault(member.name, &"it is not a regular file in the archive"));
            }
            hashes.insert(member.name, self.write(member, entry)?);
        }
        self.complete(hashes)
    }

    fn zip(&self, file: File) -> Result<Hashes, DownloadError> {
        let mut buffer = vec![0; RECOMMENDED_BUFFER_SIZE];
        let archive = ZipArchive::from_file(file, &mut buffer);
        let archive = archive.map_err(|error| self.fault(self.remote.name, &error))?;
        let mut entries = archive.entries(&mut buffer);
        let mut hashes = Hashes::new();
        while let Some(entry) =
            entries.next_entry().map_err(|error| self.fault(self.remote.name, &error))?
        {
            let path = entry.file_path();
            let mut members = self.remote.members.iter();
            let Some(member) = members.find(|member| member.path.as_bytes() == path.as_bytes())
            else {
                continue;
            };
            let method = entry.compression_method();
            let found = archive.get_entry(entry.wayfinder());
            let found = found.map_err(|error| self.fault(member.name, &error))?;
            // The data inside are compressed by gzip, whose checksum is verified; so is their length, and at last their hash.
            let hash = match method {
                CompressionMethod::STORE => {
                    self.write(member, MultiGzDecoder::new(BufReader::new(found.reader())))?
                }
                CompressionMethod::DEFLATE => {
                    let inflated = flate2::read::DeflateDecoder::new(found.reader());
                    self.write(member, MultiGzDecoder::new(inflated))?
                }
                other => {
                    let reason = format!("compression method {other:?}, expected store or deflate");
                    return Err(self.fault(member.name, &reason));
                }
            };
            hashes.insert(member.name, hash);
        }
        self.complete(hashes)
    }

    fn complete(&self, hashes: Hashes) -> Result<Hashes, DownloadError> {
        let missing = |member: &&Member| !hashes.contains_key(member.name);
        match self.remote.members.iter().find(missing) {
            None => Ok(hashes),
            Some(member) => {
                Err(self.fault(member.name, &format!("the archive has no member {}", member.path)))
            }
        }
    }

    /// Writes a member under its name if its length and hash are those of the table.
    fn write(&self, member: &Member, reader: impl Read) -> Result<String, DownloadError> {
        let mut part = Part::create(self.folder.join(format!("{}.part", member.name)))?;
        let mut reader = reader.take(member.bytes.saturating_add(1));
        let mut buffer = vec![0; PIECE];
        loop {
            match read_piece(&mut reader, &mut buffer) {
                Ok([]) => break,
                Ok(bytes) => part.append(bytes)?,
                Err(error) => {
                    part.discard()?;
                    return Err(self.fault(member.name, &error));
                }
            }
        }
        let (length, got) = (part.length(), part.hash());
        if length != member.bytes {
            part.discard()?;
            let more = if length > member.bytes { "at least " } else { "" };
            let reason = format!("it has {more}{length} bytes, expected {}", member.bytes);
            return Err(self.fault(member.name, &reason));
        }
        if let Some(expected) = member.sha256.filter(|&expected| expected != got) {
            part.discard()?;
            let (member, path) = (member.name, self.path.to_owned());
            return Err(DownloadError::MemberHash { member, got, expected, path });
        }
        part.finish(&self.folder.join(member.name))?;
        Ok(got)
    }
}
