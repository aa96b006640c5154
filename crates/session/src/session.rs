//! A run in the hands of a process.

use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use burn::tensor::Device;
use burn::train::Interrupter;
use burnwright_data::{DataConfig, DataError, Splits};
use burnwright_model::{Architecture, Layers, ModelConfig};
use burnwright_run::{
    EventSink, Identity, JournalPosition, MANIFEST_SCHEMA, Manifest, RunDirectory, SplitRecord,
    content_hash,
};
use burnwright_training::recipe::{by_first_keys, changed_settings};
use burnwright_training::{Job, Outcome, Recipe, Recording, train};

use crate::SessionError;
use crate::check::{Learned, check};
use crate::error::internal;
use crate::exports::{Exports, Fault};
use crate::finish::{Finish, Trained};
use crate::judging::parts;
use crate::model::Initial;
use crate::opening::open;
use crate::split_record::split_record;
use crate::surroundings::{Clock, Surroundings};

/// What a new run is begun with; its model is of the architecture `A`, by default one that a recipe can name.
#[derive(Debug)]
pub struct Request<'a, A = ModelConfig> {
    /// The folder of all runs.
    pub artifacts: &'a Path,
    /// The run's name; without it, the recipe's with the next number.
    pub name: Option<&'a str>,
    /// The recipe's name.
    pub recipe_name: &'a str,
    /// All settings.
    pub recipe: &'a Recipe<A>,
    /// The data of a recipe whose `data.source` is `own:` and a name; in place of those that are read by the recipe.
    pub data: Option<&'a Splits>,
    /// The content of a safetensors file to begin from, in place of weights made from the seed.
    pub initial_weights: Option<&'a [u8]>,
}

impl<'a, A> Request<'a, A> {
    /// A run with the next number, on the data that the recipe names, from weights made from the seed.
    pub fn new(artifacts: &'a Path, recipe_name: &'a str, recipe: &'a Recipe<A>) -> Self {
        Self { artifacts, name: None, recipe_name, recipe, data: None, initial_weights: None }
    }
}

// A derive would ask the same of `A`.
impl<A> Clone for Request<'_, A> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<A> Copy for Request<'_, A> {}

/// Who is told of a training while it goes on, and how it is stopped.
pub struct Observers {
    /// Who is told what happens, besides the run's own log.
    pub sinks: Vec<Box<dyn EventSink>>,
    /// The wire by which training is asked to stop.
    pub interrupter: Interrupter,
    /// Whether a file for TensorBoard is written, too. A run that has one goes on with it.
    pub tensorboard: bool,
}

impl Default for Observers {
    /// Nothing is shown, and nobody stops it.
    fn default() -> Self {
        Self { sinks: Vec::new(), interrupter: Interrupter::new(), tensorboard: false }
    }
}

/// A run in the hands of this process: it holds the run's lock.
pub struct Session<A: Architecture = ModelConfig> {
    pub(crate) run: RunDirectory,
    pub(crate) recipe: Recipe<A>,
    pub(crate) splits: Splits,
    pub(crate) learned: Learned,
    pub(crate) initial: Initial<A>,
    pub(crate) device: Device,
    pub(crate) recording: Recording,
    pub(crate) loading: Duration,
    /// Seconds that the run was trained by processes before this one.
    pub(crate) seconds_before: f64,
    /// `train` or `resume`.
    pub(crate) command: &'static str,
    pub(crate) clock: Clock,
}

impl<A: Architecture> Session<A> {
    /// Begins a new run: reads the data, makes the model, makes the run's folder and locks it.
    pub fn begin(
        request: Request<'_, A>,
        surroundings: &Surroundings,
    ) -> Result<Self, SessionError> {
        let Request { artifacts, name, recipe_name, recipe, data, initial_weights } = request;
        let mut kept = recipe.clone();
        make_absolute(&mut kept.data)?;
        // Settings that cannot be written down, or not read back, are refused before anything is made.
        kept.to_toml()?;
        let loading = Instant::now();
        let splits = open(recipe, data)?;
        let loading = loading.elapsed();
        kept.model.fit(&splits.train.preparation().categories());
        let (recipe, text) = (&kept, kept.to_toml()?);
        let learned = check(recipe, &splits)?;
        let fingerprints = Fingerprints::beside(&splits);
        let autodiff = surroundings.device.clone().autodiff();
        let initial = Initial::new(recipe, splits.train.as_ref(), initial_weights, &autodiff)?;

        let split = split_record(&parts(recipe, &splits.train)?, &splits.test);
        let [data_fingerprint, test_fingerprint] = fingerprints.join()?;
        let identity = Identity {
            settings_hash: settings_hash(recipe),
            data_fingerprint,
            seed: recipe.training.seed,
            initial_weights: initial.digest.clone(),
        };
        let run = RunDirectory::create(artifacts, recipe_name, name)?;
        run.reserve(COPIES_OF_WEIGHTS * size_of::<f32>() * initial.layers.parameters())?;
        let manifest = Manifest {
            schema: MANIFEST_SCHEMA,
            run: run.name(),
            recipe: recipe_name.to_owned(),
            settings: kept.settings(),
            identity: identity.clone(),
            test_fingerprint: Some(test_fingerprint),
            split_digest: split.as_ref().map(SplitRecord::digest),
            machine: surroundings.machine.clone(),
            command: surroundings.command.clone(),
            started: (surroundings.clock)(),
        };
        let written = write_down(&run, &manifest, &text, initial_weights, split.as_ref())
            .and_then(|()| read_back(&run, &kept))
            .and_then(|()| Ok(run.journal(JournalPosition::default())?));
        let journal = match written {
            Ok(journal) => journal,
            // What was never begun leaves nothing.
            Err(error) => {
                run.discard();
                return Err(error);
            }
        };
        let recording = Recording {
            journal,
            checkpoints: run.checkpoints(),
            identity,
            machine: surroundings.machine.clone(),
            from: None,
        };
        Ok(Self {
            run,
            recipe: kept.clone(),
            splits,
            learned,
            initial,
            device: surroundings.device.clone(),
            recording,
            loading,
            seconds_before: 0.0,
            command: "train",
            clock: surroundings.clock,
        })
    }

    /// The run.
    pub fn run(&self) -> &RunDirectory {
        &self.run
    }

    /// All settings.
    pub fn recipe(&self) -> &Recipe<A> {
        &self.recipe
    }

    /// Layers, shapes and parameters of the model.
    pub fn layers(&self) -> &Layers {
        &self.initial.layers
    }

    /// The names of the model's parameters and buffers.
    pub fn parameter_names(&self) -> &[String] {
        &self.initial.names
    }

    /// Trains the model, judges it by the test images, and writes it down. `started` is when the program was.
    pub fn train(self, observers: Observers, started: Instant) -> Result<Trained, SessionError> {
        let Observers { mut sinks, interrupter, tensorboard } = observers;
        let exports_fault = Fault::default();
        let mut beside = Vec::new();
        let metrics = self.learned.task.metrics();
        match Exports::begin(&self.run, &metrics, tensorboard, exports_fault.clone()) {
            Ok(exports) => sinks.push(Box::new(exports)),
            Err(error) => beside.push(error),
        }
        let Self {
            run,
            recipe,
            splits,
            learned: Learned { preprocess, task },
            initial,
            device,
            recording,
            loading,
            seconds_before,
            command,
            clock,
        } = self;
        let machine = recording.machine.clone();
        let autodiff = device.clone().autodiff();
        let mut job = Job::new(initial.model, recipe.clone(), &splits.train, autodiff)?;
        job.recording = Some(recording);
        job.sinks = sinks;
        job.interrupter = interrupter;
        let outcome: Outcome<A::Model> = train(job)?;
        let finish = Finish {
            run,
            recipe,
            splits,
            preprocess,
            task,
            device,
            machine,
            started,
            loading,
            seconds_before,
            command,
            clock,
        };
        let mut trained = finish.finish(outcome)?;
        beside.extend(exports_fault.take().map(SessionError::from));
        trained.beside.splice(0..0, beside);
        Ok(trained)
    }
}

fn write_down(
    run: &RunDirectory,
    manifest: &Manifest,
    recipe: &str,
    initial_weights: Option<&[u8]>,
    split: Option<&SplitRecord>,
) -> Result<(), SessionError> {
    if let Some(bytes) = initial_weights {
        run.write_initial_weights(bytes)?;
    }
    if let Some(split) = split {
        run.write_split(split)?;
    }
    Ok(run.write_manifest(manifest, recipe)?)
}

/// Reads what a new run begins with as `resume` and `evaluate` will: where they could not, the run is refused before its first step.
fn read_back<A: Architecture>(run: &RunDirectory, kept: &Recipe<A>) -> Result<(), SessionError> {
    let path = run.recipe_path().display().to_string();
    let read: Recipe<A> = Recipe::parse(&path, &run.recipe()?, &[])?;
    let changed =
        changed_settings::<Recipe<A>>(&run.manifest()?.settings, &read.settings_as_read());
    if read == *kept && changed.is_empty() {
        return Ok(());
    }
    Err(internal(format!("what was written reads back as other settings: {path}")))
}

/// The weights, and a checkpoint with them and two moments of each: without room for these, a run is not begun. Where the disk fills
/// later, the last checkpoint stays.
const COPIES_OF_WEIGHTS: usize = 4;

pub(crate) fn settings_hash<A: Architecture>(recipe: &Recipe<A>) -> String {
    // By the keys of the first version, so that its runs still fit their checkpoints.
    content_hash(by_first_keys::<Recipe<A>>(&recipe.fixed_settings()).to_string().as_bytes())
}

/// The fingerprints of a data set. Hashing 55 MB takes as long as making the model; it is done at the same time, in threads of its own.
pub(crate) struct Fingerprints {
    train: JoinHandle<Result<String, DataError>>,
    test: JoinHandle<Result<String, DataError>>,
}

impl Fingerprints {
    pub(crate) fn beside(splits: &Splits) -> Self {
        let [train, test] = [&splits.train, &splits.test].map(|source| {
            let source = Arc::clone(source);
            std::thread::spawn(move || source.fingerprint())
        });
        Self { train, test }
    }

    /// Of the training and of the test samples.
    pub(crate) fn join(self) -> Result<[String; 2], SessionError> {
        let made = |thread: JoinHandle<Result<String, DataError>>| {
            let made = thread.join();
            made.map_err(|_| internal("the fingerprint of the data could not be made"))
        };
        Ok([made(self.train)??, made(self.test)??])
    }
}

/// A run must find its data from any folder.
pub(crate) fn make_absolute(data: &mut DataConfig) -> Result<(), SessionError> {
    for (_, path) in data.paths() {
        let absolute = std::path::absolute(&*path);
        *path = absolute.map_err(|source| DataError::Io { path: path.clone(), source })?;
    }
    Ok(())
}
