//! Graphics processors through wgpu, and the software that pretends to be one.

use burn::tensor::{Device, DeviceType};
use wgpu::{AdapterInfo, Backends, DeviceType as AdapterType, Instance, InstanceDescriptor};

use super::{Found, Kind};

/// The adapters of a kind, in the order of their numbers.
pub(crate) fn find(kind: Kind) -> Vec<Found> {
    let described = adapters(kind);
    let devices = devices(kind);
    (0..devices.len()).map(|index| describe(kind, index, described.get(index))).collect()
}

/// The device of a number.
pub(crate) fn device(kind: Kind, index: usize) -> Result<Device, String> {
    devices(kind).into_iter().nth(index).ok_or_else(|| "the adapter has gone".to_owned())
}

/// Burn's devices, sorted as the adapters are: discrete, integrated, virtual, software.
fn devices(kind: Kind) -> Vec<Device> {
    let wanted = match kind {
        #[cfg(feature = "vulkan")]
        Kind::Vulkan => DeviceType::Vulkan,
        #[cfg(feature = "metal")]
        Kind::Metal => DeviceType::Metal,
        #[cfg(feature = "wgpu")]
        Kind::Wgpu => DeviceType::Wgpu,
        _ => return Vec::new(),
    };
    Device::enumerate(wanted).into_vec()
}

/// What wgpu says of the adapters that Burn's devices stand for. Where no modern API has one, Burn falls back to OpenGL.
fn adapters(kind: Kind) -> Vec<AdapterInfo> {
    match kind {
        Kind::Vulkan => adapters_on(Backends::VULKAN),
        Kind::Metal => adapters_on(Backends::METAL),
        _ => {
            let modern = adapters_on(Backends::PRIMARY);
            if modern.is_empty() { adapters_on(Backends::GL) } else { modern }
        }
    }
}

fn adapters_on(backends: Backends) -> Vec<AdapterInfo> {
    let instance = Instance::new(InstanceDescriptor {
        backends,
        ..InstanceDescriptor::new_without_display_handle()
    });
    let adapters = pollster::block_on(instance.enumerate_adapters(backends));
    let mut found: Vec<AdapterInfo> = adapters.iter().map(wgpu::Adapter::get_info).collect();
    found.sort_by_key(|adapter| rank(adapter.device_type));
    found
}

fn rank(kind: AdapterType) -> u8 {
    match kind {
        AdapterType::DiscreteGpu => 0,
        AdapterType::IntegratedGpu => 1,
        AdapterType::VirtualGpu => 2,
        AdapterType::Cpu => 3,
        AdapterType::Other => 4,
    }
}

fn describe(kind: Kind, index: usize, adapter: Option<&AdapterInfo>) -> Found {
    let device = format!("{}:{index}", kind.name());
    let Some(adapter) = adapter else {
        let unknown = "unknown".to_owned();
        let [name, sort, api, driver] = std::array::from_fn(|_| unknown.clone());
        return Found {
            device,
            adapter: name,
            kind: sort,
            api,
            driver,
            software: false,
            rejected: None,
        };
    };
    let software = adapter.device_type == AdapterType::Cpu;
    let driver = [adapter.driver.as_str(), adapter.driver_info.as_str()];
    Found {
        device,
        adapter: adapter.name.clone(),
        kind: match adapter.device_type {
            AdapterType::DiscreteGpu => "discrete GPU",
            AdapterType::IntegratedGpu => "integrated GPU",
            AdapterType::VirtualGpu => "virtual GPU",
            AdapterType::Cpu => "software",
            AdapterType::Other => "other",
        }
        .to_owned(),
        api: format!("{:?}", adapter.backend),
        driver: driver.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" "),
        software,
        rejected: software
            .then(|| "it is software; the processor's own backends are faster".to_owned()),
    }
}
