//! The processor: flex, always there, and ndarray, where it is compiled in.

use burn::tensor::Device;

use super::{Found, Kind};

/// The device of one of the two kinds.
pub(crate) fn device(kind: Kind) -> Device {
    match kind {
        #[cfg(feature = "ndarray")]
        Kind::NdArray => ndarray(),
        _ => Device::flex(),
    }
}

#[cfg(feature = "ndarray")]
#[expect(deprecated, reason = "ndarray leaves Burn with 0.23; until then it is one of ours")]
fn ndarray() -> Device {
    Device::ndarray()
}

/// How the list shows it.
pub(crate) fn describe(kind: Kind) -> Found {
    Found {
        device: kind.name().to_owned(),
        adapter: crate::machine::processor(),
        kind: "processor".to_owned(),
        api: format!("{} threads, {}", crate::machine::threads(), crate::machine::isa()),
        driver: format!("burn-{}", kind.name()),
        software: false,
        rejected: None,
    }
}
