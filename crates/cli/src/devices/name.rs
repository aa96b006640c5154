//! `wgpu:1` and its like.

use std::str::FromStr;

/// What `--device` was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum DeviceName {
    /// The best there is.
    Auto,
    /// This one and no other.
    Named {
        /// Which backend.
        kind: Kind,
        /// Which of its devices, from 0.
        index: Option<usize>,
    },
}

/// A backend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Flex,
    NdArray,
    Wgpu,
    Vulkan,
    Metal,
    Cuda,
    Rocm,
    Cpu,
}

impl Kind {
    const ALL: [Self; 8] = [
        Self::Cuda,
        Self::Rocm,
        Self::Metal,
        Self::Vulkan,
        Self::Wgpu,
        Self::Cpu,
        Self::Flex,
        Self::NdArray,
    ];

    /// Those in this build, the ones that `auto` tries first in front.
    pub(crate) const COMPILED: &'static [Self] = &[
        #[cfg(feature = "cuda")]
        Self::Cuda,
        #[cfg(feature = "rocm")]
        Self::Rocm,
        #[cfg(feature = "metal")]
        Self::Metal,
        #[cfg(feature = "vulkan")]
        Self::Vulkan,
        #[cfg(feature = "wgpu")]
        Self::Wgpu,
        #[cfg(feature = "cpu")]
        Self::Cpu,
        #[cfg(feature = "ndarray")]
        Self::NdArray,
        Self::Flex,
    ];

    /// What `--device` and `--features` call it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Flex => "flex",
            Self::NdArray => "ndarray",
            Self::Wgpu => "wgpu",
            Self::Vulkan => "vulkan",
            Self::Metal => "metal",
            Self::Cuda => "cuda",
            Self::Rocm => "rocm",
            Self::Cpu => "cpu",
        }
    }

    /// Whether it is something better than the processor's own backends.
    pub(crate) const fn is_accelerator(self) -> bool {
        matches!(self, Self::Cuda | Self::Rocm | Self::Metal | Self::Vulkan | Self::Wgpu)
    }
}

impl FromStr for DeviceName {
    type Err = String;

    fn from_str(typed: &str) -> Result<Self, String> {
        if typed == "auto" {
            return Ok(Self::Auto);
        }
        let (name, index) = match typed.split_once(':') {
            Some((name, index)) => (name, Some(index)),
            None => (typed, None),
        };
        let Some(kind) = Kind::ALL.into_iter().find(|kind| kind.name() == name) else {
            let names = std::iter::once("auto").chain(Kind::ALL.iter().map(|kind| kind.name()));
            let nearest = names
                .map(|known| (strsim::jaro_winkler(name, known), known))
                .max_by(|a, b| a.0.total_cmp(&b.0))
                .filter(|(likeness, _)| *likeness >= 0.7)
                .map_or_else(String::new, |(_, known)| format!("; did you mean \"{known}\"?"));
            return Err(format!("there is no such device{nearest}"));
        };
        match index.map(str::parse) {
            None => Ok(Self::Named { kind, index: None }),
            Some(_) if matches!(kind, Kind::Flex | Kind::NdArray | Kind::Cpu) => {
                Err(format!("{name} has no number: there is one processor"))
            }
            Some(Ok(index)) => Ok(Self::Named { kind, index: Some(index) }),
            Some(Err(_)) => Err(format!("expected a number after \"{name}:\"")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_may_have_a_number() {
        let named = |kind, index| Ok(DeviceName::Named { kind, index });
        assert_eq!("auto".parse(), Ok(DeviceName::Auto));
        assert_eq!("flex".parse(), named(Kind::Flex, None));
        assert_eq!("wgpu:2".parse(), named(Kind::Wgpu, Some(2)));
    }

    #[test]
    fn wrong_names_suggest_the_nearest() {
        let error = |typed: &str| typed.parse::<DeviceName>().unwrap_err();
        assert_eq!(error("flx"), "there is no such device; did you mean \"flex\"?");
        assert_eq!(error("gpu"), "there is no such device; did you mean \"wgpu\"?");
        assert_eq!(error("xyzzy"), "there is no such device");
        assert_eq!(error("flex:1"), "flex has no number: there is one processor");
        assert_eq!(error("wgpu:x"), "expected a number after \"wgpu:\"");
    }
}
