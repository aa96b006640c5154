//! A data set in, its verified files in the cache out: what is missing is asked of the network.

use crate::cache::{Cache, Fault, Files, missing, unpack_and_note, unpack_archive};
use crate::store::{Lock, Part, create_folder};
use crate::{DataSet, DownloadError, Event, Network, Remote, Sink};

impl Cache {
    /// The files of `set`, each compared with its hash; what is missing or damaged is fetched first. What came in before an error
    /// or a stop is kept, and continued the next time. While another process fetches the same data set, it is waited for.
    pub fn fetch(
        &self,
        set: &'static DataSet,
        network: &Network,
        sink: &mut Sink<'_>,
    ) -> Result<Files, DownloadError> {
        let folder = self.folder(set);
        if missing(set, &folder)?.is_empty() {
            return Ok(Files { folder });
        }
        create_folder(&folder)?;
        let Some(_lock) = Lock::take(&folder, sink)? else {
            return Err(stopped(&set.remotes[0], 0));
        };
        // Again, as another process may just have fetched them.
        for mut missing in missing(set, &folder)? {
            let remote = missing.remote;
            if unpack_archive(&mut missing, &folder)? {
                continue;
            }
            for Fault { name, what } in &missing.faults {
                if sink(&Event::Damaged { name, fault: what }).is_break() {
                    return Err(stopped(remote, 0));
                }
            }
            let path = folder.join(format!("{}.part", remote.name));
            let part = network.fetch(remote, Part::open(path.clone(), remote.bytes)?, sink)?;
            if sink(&Event::Unpacking { file: remote.name }).is_break() {
                return Err(stopped(remote, part.length()));
            }
            // The part keeps its name: were this process killed before the end, the next one would find it whole.
            unpack_and_note(remote, &path, &folder)?;
            part.discard()?;
        }
        Ok(Files { folder })
    }
}

fn stopped(remote: &Remote, got: u64) -> DownloadError {
    DownloadError::Stopped { file: remote.name, got, expected: remote.bytes }
}
