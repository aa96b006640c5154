//! `burnwright data fetch`: a published data set by its name, verified, in a cache.

use std::ops::ControlFlow;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use burnwright_download::{Cache, DataSet, DownloadError, Event, Files, Network};

use crate::arguments::FetchFlags;
use crate::cache::{cache, whole};
use crate::failure::{Failure, status};
use crate::input;
use crate::output::{self, say};

/// Progress is said this often.
const PAUSE: Duration = Duration::from_secs(2);

pub(super) fn run(flags: &FetchFlags) -> Result<ExitCode, Failure> {
    let cache = cache(flags.cache.as_deref())?;
    let set = burnwright_download::find(&flags.name)?;
    let files = if flags.offline { cache.open(set) } else { fetched(&cache, set, &network()?) };
    let files = whole(files)?;
    output::line(&files.folder.display().to_string())?;
    Ok(ExitCode::SUCCESS)
}

/// How servers are asked: by the proxy and the authorities that the environment names, as curl does.
fn network() -> Result<Network, Failure> {
    let set =
        |names: [&str; 2]| names.iter().find_map(std::env::var_os).filter(|set| !set.is_empty());
    let proxy = set(["https_proxy", "HTTPS_PROXY"]).or_else(|| set(["all_proxy", "ALL_PROXY"]));
    let authorities = set(["SSL_CERT_FILE", "CURL_CA_BUNDLE"]).map(|path| {
        let path = Path::new(&path);
        input::read(path, input::AUTHORITIES).map_err(|error| {
            let message =
                format!("cannot read the authorities' certificates ({error}): {}", path.display());
            Failure::new(status::INPUT_OUTPUT, message).with_hint(
                "SSL_CERT_FILE names the file; unset it to trust those that Mozilla trusts",
            )
        })
    });
    Ok(Network {
        proxy: proxy.map(|proxy| proxy.to_string_lossy().into_owned()),
        authorities: authorities.transpose()?,
        ..Network::default()
    })
}

fn fetched(
    cache: &Cache,
    set: &'static DataSet,
    network: &Network,
) -> Result<Files, DownloadError> {
    let mut said: Option<Instant> = None;
    cache.fetch(set, network, &mut |event| {
        match event {
            Event::Waiting => say("another process fetches it; waiting"),
            Event::Damaged { name, fault } => say(&format!("{name} {fault}; it is fetched anew")),
            Event::Asking { file, address, from: 0 } => say(&format!("{file}: {address}")),
            Event::Asking { file, address, from } => {
                say(&format!("{file}: {address}, from byte {from} on"));
            }
            Event::Received { file, bytes, total }
                if said.is_none_or(|said| said.elapsed() >= PAUSE) =>
            {
                said = Some(Instant::now());
                say(&format!("{file}: {bytes} of {total} bytes"));
            }
            Event::Failed(error) => say(&format!("failed: {error}")),
            Event::Pausing(pause) => {
                say(&format!("all servers failed; again in {} s", pause.as_secs()));
            }
            Event::Unpacking { file } => say(&format!("{file}: verified; unpacking")),
            _ => {}
        }
        ControlFlow::Continue(())
    })
}
