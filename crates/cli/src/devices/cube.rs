//! CUDA, ROCm and CubeCL's own processor backend.

use burn::tensor::{Device, DeviceType};

use super::{Found, Kind};

/// The devices of a kind, in the order of their numbers.
pub(crate) fn find(kind: Kind) -> Vec<Found> {
    let found = devices(kind);
    found.iter().enumerate().map(|(index, device)| describe(kind, index, device)).collect()
}

/// The device of a number.
pub(crate) fn device(kind: Kind, index: usize) -> Result<Device, String> {
    devices(kind).into_iter().nth(index).ok_or_else(|| "the device has gone".to_owned())
}

fn devices(kind: Kind) -> Vec<Device> {
    let wanted = match kind {
        #[cfg(feature = "cuda")]
        Kind::Cuda => DeviceType::Cuda,
        #[cfg(feature = "rocm")]
        Kind::Rocm => DeviceType::Rocm,
        #[cfg(feature = "cpu")]
        Kind::Cpu => DeviceType::Cpu,
        _ => return Vec::new(),
    };
    Device::enumerate(wanted).into_vec()
}

fn describe(kind: Kind, index: usize, device: &Device) -> Found {
    let identity = device.identity();
    let (adapter, driver) = identity.map_or_else(
        || ("unknown".to_owned(), "unknown".to_owned()),
        |identity| (identity.name, identity.fingerprint),
    );
    let processor = kind == Kind::Cpu;
    Found {
        device: if processor { kind.name().to_owned() } else { format!("{}:{index}", kind.name()) },
        adapter,
        kind: if processor { "processor" } else { "discrete GPU" }.to_owned(),
        api: match kind {
            Kind::Cuda => "CUDA",
            Kind::Rocm => "ROCm",
            _ => "CubeCL",
        }
        .to_owned(),
        driver,
        software: false,
        rejected: None,
    }
}
