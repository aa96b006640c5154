//! A name becomes a device, or an error that says what there is.

mod cpu;
#[cfg(any(feature = "cuda", feature = "rocm", feature = "cpu"))]
mod cube;
mod name;
#[cfg(any(feature = "wgpu", feature = "vulkan", feature = "metal"))]
mod wgpu;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use burn::tensor::{Device, Tensor};
use burnwright_session::Surroundings;
use schemars::JsonSchema;
use serde::Serialize;

pub(crate) use name::{DeviceName, Kind};

use crate::escaping::escaped;
use crate::failure::{Failure, status};
use crate::machine;
use crate::output::say;

/// A device that was found: it can be used, or there is a reason why not.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Device")]
pub(crate) struct Found {
    /// What `--device` calls it.
    pub(crate) device: String,
    /// What it calls itself.
    pub(crate) adapter: String,
    /// `processor`, `discrete GPU`, `software`, ...
    pub(crate) kind: String,
    /// `Vulkan`, `CUDA`, ...
    pub(crate) api: String,
    /// The driver and its version.
    pub(crate) driver: String,
    /// Whether it computes on the processor while pretending to be a GPU.
    pub(crate) software: bool,
    /// Why `auto` passes over it.
    pub(crate) rejected: Option<String>,
}

/// A device, with the name that the run's manifest keeps.
pub(crate) struct Selected {
    pub(crate) name: String,
    pub(crate) device: Device,
}

impl Selected {
    /// Where a run is trained by this process.
    pub(crate) fn surroundings(&self) -> Surroundings {
        Surroundings {
            device: self.device.clone(),
            machine: machine::machine(&self.name),
            command: machine::command(),
            clock: machine::now,
        }
    }
}

/// No driver is trusted to answer.
const PROBE_TIME: Duration = Duration::from_secs(5);

/// All devices that were found for a kind that is compiled in.
pub(crate) fn find(kind: Kind) -> Result<Vec<Found>, String> {
    within_time(move || search(kind))
}

fn search(kind: Kind) -> Result<Vec<Found>, String> {
    match kind {
        Kind::Flex | Kind::NdArray => Ok(vec![cpu::describe(kind)]),
        #[cfg(any(feature = "wgpu", feature = "vulkan", feature = "metal"))]
        Kind::Wgpu | Kind::Vulkan | Kind::Metal => Ok(wgpu::find(kind)),
        #[cfg(any(feature = "cuda", feature = "rocm", feature = "cpu"))]
        Kind::Cuda | Kind::Rocm | Kind::Cpu => Ok(cube::find(kind)),
        #[allow(unreachable_patterns, reason = "reachable with some sets of features only")]
        _ => Err("it is not compiled in".to_owned()),
    }
}

/// The device of a name. What was named is never replaced by another.
pub(crate) fn select(name: &DeviceName) -> Result<Selected, Failure> {
    match name {
        DeviceName::Auto => Ok(automatic()),
        DeviceName::Named { kind, index } => named(*kind, *index),
    }
}

/// The best hardware that answers, else the processor.
fn automatic() -> Selected {
    for kind in Kind::COMPILED.iter().copied().filter(|kind| kind.is_accelerator()) {
        let found = match find(kind) {
            Ok(found) => found,
            Err(why) => {
                say(&format!("passing over {}: {}", kind.name(), escaped(&why)));
                continue;
            }
        };
        for (index, adapter) in found.iter().enumerate() {
            if let Some(reason) = &adapter.rejected {
                let name = escaped(&adapter.adapter);
                say(&format!("passing over {} ({name}): {reason}", adapter.device));
            } else {
                match named(kind, Some(index)) {
                    Ok(selected) => return selected,
                    Err(failure) => {
                        let why = escaped(&failure.message);
                        say(&format!("passing over {}: {why}", adapter.device));
                    }
                }
            }
        }
    }
    let kind = if cfg!(feature = "ndarray") { Kind::NdArray } else { Kind::Flex };
    Selected { name: kind.name().to_owned(), device: cpu::device(kind) }
}

fn named(kind: Kind, index: Option<usize>) -> Result<Selected, Failure> {
    if !Kind::COMPILED.contains(&kind) {
        return Err(not_compiled(kind));
    }
    let name = index.map_or_else(|| kind.name().to_owned(), |n| format!("{}:{n}", kind.name()));
    let unavailable = |why: &str| {
        Failure::new(status::DEVICE, format!("the device \"{name}\" is unavailable: {why}"))
            .with_hint("`burnwright devices` lists what was found; --device flex always works")
    };
    let device = within_time(move || {
        // default: a name without a number is the first of its kind.
        let (found, index) = (search(kind)?.len(), index.unwrap_or(0));
        match found {
            0 => Err("no adapter was found".to_owned()),
            _ if index >= found => Err(format!("there are {found} of its kind, counted from 0")),
            _ => open(kind, index),
        }
    });
    let device = device.map_err(|why| unavailable(&why))?;
    Ok(Selected { name, device })
}

fn open(kind: Kind, index: usize) -> Result<Device, String> {
    let device = match kind {
        Kind::Flex | Kind::NdArray => cpu::device(kind),
        #[cfg(any(feature = "wgpu", feature = "vulkan", feature = "metal"))]
        Kind::Wgpu | Kind::Vulkan | Kind::Metal => wgpu::device(kind, index)?,
        #[cfg(any(feature = "cuda", feature = "rocm", feature = "cpu"))]
        Kind::Cuda | Kind::Rocm | Kind::Cpu => cube::device(kind, index)?,
        #[allow(unreachable_patterns, reason = "reachable with some sets of features only")]
        _ => return Err(format!("number {index} of {} is not compiled in", kind.name())),
    };
    // Opening is lazy: one operation shows whether the device works (cubecl-wgpu 0.11.3, runtime.rs:51 panics if not).
    let one = Tensor::<1>::ones([1], &device).add_scalar(1.0).try_into_vec_as::<f32>();
    match one.as_deref() {
        Ok([2.0]) => Ok(device),
        Ok(other) => Err(format!("1 + 1 gave {other:?}")),
        Err(error) => Err(error.to_string()),
    }
}

/// Runs something of a driver's that may panic or never end.
fn within_time<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, String> + Send + 'static,
) -> Result<T, String> {
    let (sender, receiver) = channel();
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    std::thread::spawn(move || {
        let result = catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|payload| {
            let text = payload.downcast_ref::<&str>().map(ToString::to_string);
            let message = text.or_else(|| payload.downcast_ref::<String>().cloned());
            Err(message.unwrap_or_else(|| "the driver panicked".to_owned()))
        });
        let _ = sender.send(result);
    });
    let result = receiver.recv_timeout(PROBE_TIME).unwrap_or_else(|error| {
        Err(match error {
            RecvTimeoutError::Timeout => "the driver did not answer within 5 seconds".to_owned(),
            RecvTimeoutError::Disconnected => "the driver ended its thread".to_owned(),
        })
    });
    std::panic::set_hook(hook);
    result
}

fn not_compiled(kind: Kind) -> Failure {
    let compiled = Kind::COMPILED.iter().map(|kind| kind.name()).collect::<Vec<_>>().join(", ");
    Failure::new(
        status::DEVICE,
        format!("the device \"{}\" is not compiled in; compiled in: {compiled}", kind.name()),
    )
    .with_hint(format!("cargo run --features {}", kind.name()))
}
