//! What is known of a published data set before anything of it is there.

/// A data set that can be fetched by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DataSet {
    /// The name it is asked for by, which is also the name of its folder in the cache.
    pub name: &'static str,
    /// Its name in full.
    pub title: &'static str,
    /// The page of those who made it.
    pub page: &'static str,
    /// On which terms it may be used, as its page says.
    pub terms: &'static str,
    /// The files that are fetched, in this order.
    pub remotes: &'static [Remote],
}

impl DataSet {
    /// The names of the unpacked files in the cache.
    pub fn file_names(&self) -> impl Iterator<Item = &'static str> {
        self.remotes.iter().flat_map(|remote| remote.members).map(|member| member.name)
    }

    /// Bytes of all that is fetched.
    pub fn bytes(&self) -> u64 {
        self.remotes.iter().map(|remote| remote.bytes).sum()
    }
}

/// A published file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Remote {
    /// Its name in the cache, should it be put there by hand.
    pub name: &'static str,
    /// Where it is published; they are asked in this order.
    pub addresses: &'static [&'static str],
    /// Its length in bytes. No more is ever taken from a server.
    pub bytes: u64,
    /// Its SHA-256, in lower-case hexadecimal digits.
    pub sha256: &'static str,
    /// How it is packed.
    pub packing: Packing,
    /// What of it is unpacked; all else in it is passed over.
    pub members: &'static [Member],
}

/// How a published file is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packing {
    /// One member, compressed by gzip.
    Gzip,
    /// A tar archive, compressed by gzip.
    TarGzip,
    /// A zip archive whose members are themselves compressed by gzip.
    ZipOfGzip,
}

/// A file inside a published one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Member {
    /// Its path inside the archive; it is compared, and never used as a path on the disk. Of no meaning with [`Packing::Gzip`].
    pub path: &'static str,
    /// Its name in the cache.
    pub name: &'static str,
    /// Its length in bytes, unpacked. No more is ever unpacked.
    pub bytes: u64,
    /// Its SHA-256, in lower-case hexadecimal digits, where its content was at hand when the table was written. Otherwise it is
    /// trusted because the file it came from has the published hash, and what it hashed to then is kept in the cache.
    pub sha256: Option<&'static str>,
}
