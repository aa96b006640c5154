//! The machine and the moment, for a run's manifest.

pub(crate) use burnwright_session::{isa, machine, now, threads};

/// The words of the command, without the one that this program adds for itself.
pub(crate) fn command() -> Vec<String> {
    let words = std::env::args_os().filter(|word| word != "--detached");
    words.map(|word| word.to_string_lossy().into_owned()).collect()
}

/// The processor, as it calls itself; its architecture where that is not known.
pub(crate) fn processor() -> String {
    // default: without this file, which Linux alone has, the processor is not known by name.
    let information = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = information.lines().find_map(|line| line.strip_prefix("model name"));
    model.map_or_else(
        || std::env::consts::ARCH.to_owned(),
        |rest| rest.trim_start_matches([' ', '\t', ':']).to_owned(),
    )
}
