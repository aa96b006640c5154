//! The machine and the moment, for a run's manifest.

use std::time::SystemTime;

use burnwright_run::Machine;

/// This process on a device of this name.
pub(crate) fn machine(device: &str) -> Machine {
    Machine {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        device: device.to_owned(),
        threads: threads(),
        isa: isa(),
    }
}

/// The words of the command, without the one that this program adds for itself.
pub(crate) fn command() -> Vec<String> {
    let words = std::env::args_os().filter(|word| word != "--detached");
    words.map(|word| word.to_string_lossy().into_owned()).collect()
}

/// Threads that this program may use.
pub(crate) fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Architecture, and the vector extensions by which matrix products differ in their last bits.
pub(crate) fn isa() -> String {
    let mut isa = std::env::consts::ARCH.to_owned();
    #[cfg(target_arch = "x86_64")]
    for (name, present) in [
        ("avx2", std::arch::is_x86_feature_detected!("avx2")),
        ("fma", std::arch::is_x86_feature_detected!("fma")),
        ("avx512f", std::arch::is_x86_feature_detected!("avx512f")),
    ] {
        if present {
            isa = format!("{isa}+{name}");
        }
    }
    isa
}

/// Now, RFC 3339 in UTC.
pub(crate) fn now() -> String {
    humantime::format_rfc3339_seconds(SystemTime::now()).to_string()
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
