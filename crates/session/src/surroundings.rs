//! Where, when and by whom a run is trained.

use std::time::SystemTime;

use burn::tensor::Device;
use burnwright_run::Machine;

/// Where and by whom a run is trained.
#[derive(Clone, Debug)]
pub struct Surroundings {
    /// The device, without autodiff.
    pub device: Device,
    /// The device's name, the processor, the program.
    pub machine: Machine,
    /// The command line.
    pub command: Vec<String>,
    /// What time it is.
    pub clock: Clock,
}

impl Surroundings {
    /// This process, on a device of this name; a run does not say by which command it was begun.
    pub fn new(device: Device, name: &str) -> Self {
        Self { device, machine: machine(name), command: Vec::new(), clock: now }
    }
}

/// What time it is, RFC 3339 in UTC.
pub type Clock = fn() -> String;

/// This process, on a device of this name.
pub fn machine(device: &str) -> Machine {
    Machine {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        device: device.to_owned(),
        threads: threads(),
        isa: isa(),
    }
}

/// Threads that this program may use.
pub fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Architecture, and the vector extensions by which matrix products differ in their last bits.
pub fn isa() -> String {
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

/// Now, RFC 3339 in UTC: the clock of programs that have no other.
#[expect(clippy::disallowed_methods, reason = "nothing here reads it but through `Surroundings`")]
pub fn now() -> String {
    humantime::format_rfc3339_seconds(SystemTime::now()).to_string()
}
