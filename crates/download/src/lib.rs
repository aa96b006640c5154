//! The name of a data set in, verified files in a cache out.
//!
//! A [`DataSet`] says where its files are published, how long they are and which hashes they have. A [`Cache`] is a folder of the
//! caller's: [`Cache::open`] gives the files of a data set that are there, each compared with its hash, and [`Cache::fetch`] gets what
//! is missing first. What is not whole, or not what was published, never gets a file's name.
//!
//! This is the one library that asks the network. It knows no formats, no pictures and no training.

mod cache;
mod digest;
mod error;
mod event;
#[cfg(feature = "network")]
mod fetch;
#[cfg(feature = "network")]
mod network;
mod registry;
mod set;
mod store;
mod unpack;

pub use cache::{Cache, Files};
pub use error::{DownloadError, Wanted};
pub use event::{Event, Sink};
#[cfg(feature = "network")]
pub use network::Network;
pub use registry::{data_sets, find};
pub use set::{DataSet, Member, Packing, Remote};
