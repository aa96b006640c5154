//! File in, deterministic batch out.
//!
//! A [`Source`] hands out samples (pixels and a label), a [`Loader`] turns them into numbered [`Batch`]es. What is in batch
//! `i` of epoch `e`, augmentation included, is a function of (data, settings, seed, `e`, `i`) alone. This crate knows no model, no training and
//! no terminal.

mod assembly;
mod augment;
mod batch;
mod burn_loader;
mod cifar;
mod compressed;
mod config;
mod emnist;
mod error;
mod idx;
mod loader;
pub mod mnist;
pub mod named;
mod order;
mod preprocess;
mod scale;
mod source;
mod split;
mod splits;
mod target;
mod transform;

pub use assembly::{Assembly, Batched, Items, Pictures};
pub use augment::AugmentConfig;
pub use batch::Batch;
pub use burn_loader::BurnLoader;
pub use cifar::{CifarForm, CifarImages, parse_cifar};
pub use config::DataConfig;
pub use emnist::{letter_classes, transposed};
pub use error::DataError;
pub use idx::{IdxImages, IdxLabels, parse_images, parse_labels};
pub use loader::{Batches, Loader, LoaderConfig};
pub use order::Order;
pub use preprocess::Preprocess;
pub use scale::Scale;
pub use source::{FromDataset, ImageShape, Images, Sample, Source, Subset, check_targets};
pub use split::stratified_split;
pub use splits::Splits;
pub use target::{Target, TargetTensor, Targets};
pub use transform::Normalize;
