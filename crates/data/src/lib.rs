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
mod class_order;
mod compressed;
mod config;
mod emnist;
mod error;
mod folder;
mod idx;
mod loader;
mod manifest;
pub mod mnist;
pub mod named;
mod opening;
mod order;
mod parts;
mod picture_config;
mod preparation;
mod preprocess;
mod rows;
mod scale;
mod shape;
mod source;
mod split;
mod splits;
mod table;
mod target;
mod transform;
mod transforms;
mod wanted;

pub use assembly::{Assembly, Batched, Items, Pictures};
pub use augment::AugmentConfig;
pub use batch::Batch;
pub use burn_loader::BurnLoader;
pub use burnwright_pictures::is_manifest;
pub use cifar::{CifarForm, CifarImages, parse_cifar};
pub use config::{DataConfig, TableConfig};
pub use emnist::{letter_classes, transposed};
pub use error::DataError;
pub use folder::{FolderLook, look_at_folder, mean_and_std};
pub use idx::{IdxImages, IdxLabels, parse_images, parse_labels};
pub use loader::{Batches, Loader, LoaderConfig};
pub use manifest::{ManifestLook, look_at_manifest};
pub use order::Order;
pub use parts::MOST_HASHED;
pub use picture_config::PictureConfig;
pub use preparation::Preparation;
pub use preprocess::Preprocess;
pub use rows::Rows;
pub use scale::Scale;
pub use shape::ImageShape;
pub use source::{Content, FromDataset, Images, Sample, Source, Subset, check_targets};
pub use split::stratified_split;
pub use splits::Splits;
pub use table::{TableLook, look_at_table};
pub use target::{Target, TargetTensor, Targets};
pub use transform::Normalize;
pub use transforms::{
    ColorJitterConfig, FlipConfig, RandAugmentConfig, RandomErasingConfig, RandomResizedCropConfig,
    RotationConfig, TrivialAugmentWideConfig,
};
pub use wanted::Wanted;
