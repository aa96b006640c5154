//! The front door: one dependency and one `use` for who trains, judges and ships models with Burn.
//!
//! The course, a perceptron on MNIST, from its recipe to its accuracy on the test images:
//!
//! ```no_run
//! use burnwright::prelude::*;
//!
//! fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let recipe: Recipe = Recipe::default();
//!     let device = Device::flex();
//!     let training = device.clone().autodiff();
//!     let data = recipe.data.open()?;
//!     let model = recipe.model.init([1, 28, 28], 10, recipe.training.seed, &training);
//!     let mut job = Job::new(model, recipe, &data.train, training)?;
//!     job.sinks.push(on_event(|event| println!("{event:?}")));
//!     let (preprocess, task) = preprocess_and_task(&job.recipe, data.train.as_ref())?;
//!     let outcome = train(job)?;
//!     let scores = score_images(&outcome.model, data.test, &preprocess, task.as_ref(), &device)?;
//!     println!("{} steps: {scores:?}", outcome.steps);
//!     Ok(())
//! }
//! ```
//!
//! [`prelude`] holds what such programs name; each crate is whole in a module. What a job is made of may be the user's own: a model
//! ([`Model`](model::Model)), data ([`Source`](data::Source), or any Burn `Dataset` in [`Items`](data::Items)), loss and metrics
//! (a [`Task`](task::Task) that asks another for the rest), the optimizer ([`Job::optimizer`](training::Job::optimizer)), and who is told
//! what happens ([`Job::sinks`](training::Job::sinks)). A [`Session`](session::Session) writes a run down, and takes it up after a crash.
//!
//! # Features
//!
//! - `cli` (default): the program `burnwright`. A library leaves it out: `default-features = false`.
//! - `bundled-mnist` (default): MNIST inside the binary.
//! - `flex` (default), `ndarray`, `wgpu`, `vulkan`, `metal`, `cuda`, `rocm`, `cpu`: the backends.

pub mod prelude;
mod score;
mod sink;

pub use burn;
pub use burnwright_data as data;
pub use burnwright_inference as inference;
pub use burnwright_metrics as metrics;
pub use burnwright_model as model;
pub use burnwright_recipe as recipe;
pub use burnwright_run as run;
pub use burnwright_session as session;
pub use burnwright_task as task;
pub use burnwright_training as training;
pub use burnwright_view as view;
pub use score::{score, score_images};
pub use sink::on_event;
