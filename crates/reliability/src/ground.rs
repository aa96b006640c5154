//! A tiny real data set, small models, and runs on them.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use burn::tensor::Device;
use burnwright_data::{DataError, Images, Source, Splits, Target, Targets, mnist};
use burnwright_run::{Machine, RunDirectory, Summary};
use burnwright_session::{Observers, Request, Session, SessionError, Surroundings};
use burnwright_training::Recipe;
use burnwright_training::recipe::Override;

use crate::own_files;

/// Whatever keeps a check from being made.
pub(crate) type Trouble = Box<dyn std::error::Error>;

/// A folder for everything, with a data set of real digits.
pub(crate) struct Ground {
    folder: tempfile::TempDir,
}

/// A model that is trained in a fraction of a second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Model {
    /// 784-8-10.
    Mlp,
    /// With batch normalisation, dropout, augmentation, early stopping and a cosine schedule.
    Cnn,
    /// How large a digit is, as a number.
    Regression,
    /// Whether a digit is even, and whether it is above four.
    MultiLabel,
    /// Pictures in folders, of several sizes, varied, none of which is kept decoded.
    Folder,
    /// A column of a table that is a class.
    TableClass,
    /// A column of a table that is a number.
    TableNumber,
}

/// Training images: with a quarter held out, 9 steps of 8 images an epoch.
const TRAIN: usize = 96;
const TEST: usize = 32;
/// Steps of a run.
pub(crate) const STEPS: usize = 18;

impl Model {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Mlp => "mlp",
            Self::Cnn => "cnn",
            Self::Regression => "regression",
            Self::MultiLabel => "multi-label",
            Self::Folder => "folder",
            Self::TableClass => "table-class",
            Self::TableNumber => "table-number",
        }
    }

    pub(crate) fn of(name: &str) -> Self {
        if name == "cnn" { Self::Cnn } else { Self::Mlp }
    }

    /// Where its data are; nowhere, where a program brings them.
    fn paths(self, data: &Path) -> Vec<String> {
        let set = |key: &str, path: PathBuf| format!("data.{key}={:?}", path.display().to_string());
        match self {
            Self::Mlp | Self::Cnn => vec![set("path", data.to_owned())],
            Self::Regression | Self::MultiLabel => Vec::new(),
            Self::Folder => vec![set("path", data.join(own_files::PICTURES))],
            Self::TableClass | Self::TableNumber => vec![
                set("path", data.join(own_files::ROWS)),
                set("test_path", data.join(own_files::TEST_ROWS)),
            ],
        }
    }

    fn settings(self) -> &'static [&'static str] {
        match self {
            Self::Mlp => &["model.kind=mlp", "model.hidden=[8]"],
            Self::Cnn => &[
                "model.kind=cnn",
                "model.channels=[2, 2]",
                "model.hidden=8",
                "model.dropout=0.25",
                "data.augment.shift=2",
                "schedule.kind=cosine",
                "early_stopping.patience=9",
            ],
            Self::Regression => &[
                "task.kind=regression",
                "data.source=own:regression",
                "model.kind=mlp",
                "model.hidden=[8]",
                "early_stopping.monitor=rmse",
                "early_stopping.patience=9",
            ],
            Self::MultiLabel => &[
                "task.kind=multi-label",
                "data.source=own:multi-label",
                "model.kind=mlp",
                "model.hidden=[8]",
            ],
            Self::Folder => &[
                "data.source=folder",
                "data.image.resize=8",
                "data.image.crop=8",
                "data.image.cache_mib=0",
                "data.augment.shift=1",
                "data.augment.random_horizontal_flip.p=0.5",
                "data.augment.mixup=0.2",
                "model.kind=convnet",
                "model.channels=[2, 3]",
                "model.dropout=0.25",
                "schedule.kind=one-cycle",
                "early_stopping.patience=9",
            ],
            Self::TableClass => &[
                "data.source=table",
                "data.target=sold",
                "model.kind=tabular",
                "model.hidden=[8]",
                "model.dropout=0.25",
            ],
            Self::TableNumber => &[
                "task.kind=regression",
                "data.source=table",
                "loss.kind=mse",
                "data.target=price",
                "data.table.quantiles=true",
                "model.kind=tabular",
                "model.hidden=[8]",
                "early_stopping.monitor=rmse",
                "early_stopping.patience=9",
            ],
        }
    }
}

impl Ground {
    pub(crate) fn new() -> Result<Self, Trouble> {
        let ground = Self { folder: tempfile::tempdir()? };
        let data = ground.data();
        std::fs::create_dir(&data)?;
        let splits = mnist::bundled()?;
        write_idx(&data, "train", splits.train.as_ref(), TRAIN)?;
        write_idx(&data, "t10k", splits.test.as_ref(), TEST)?;
        own_files::write(&data)?;
        Ok(ground)
    }

    /// The folder with the data set's files.
    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// A new folder for runs.
    pub(crate) fn artifacts(&self, name: &str) -> Result<PathBuf, Trouble> {
        let path = self.folder.path().join(name);
        if path.exists() {
            std::fs::remove_dir_all(&path)?;
        }
        std::fs::create_dir(&path)?;
        Ok(path)
    }

    /// The settings of a tiny run, as `--set` takes them.
    pub(crate) fn settings(&self, model: Model, more: &[&str]) -> Vec<String> {
        settings(&self.data(), model, more)
    }

    /// The recipe of a tiny run.
    pub(crate) fn recipe(&self, model: Model, more: &[&str]) -> Result<Recipe, Trouble> {
        recipe(&self.data(), model, more)
    }
}

/// The settings of a tiny run on the data in a folder.
pub(crate) fn settings(data: &Path, model: Model, more: &[&str]) -> Vec<String> {
    let common = [
        "data.batch_size=8",
        "data.validation=0.25",
        "training.epochs=2",
        "training.seed=42",
        "optimizer.kind=adam",
        "optimizer.learning_rate=0.01",
    ];
    let mut settings = model.paths(data);
    settings.extend(common.iter().chain(model.settings()).chain(more).map(ToString::to_string));
    settings
}

/// The recipe of a tiny run on the data in a folder.
pub(crate) fn recipe(data: &Path, model: Model, more: &[&str]) -> Result<Recipe, Trouble> {
    let changes = settings(data, model, more);
    let changes =
        changes.iter().map(|typed| typed.parse()).collect::<Result<Vec<Override>, _>>()?;
    Ok(Recipe::parse("tiny", "", &changes)?)
}

#[cfg(feature = "ndarray")]
#[expect(deprecated, reason = "ndarray leaves Burn with 0.23; until then it is one of ours")]
fn ndarray() -> Device {
    Device::ndarray()
}

/// Where a run is trained.
pub(crate) fn surroundings(device: &str) -> Surroundings {
    let chosen = match device {
        #[cfg(feature = "ndarray")]
        "ndarray" => ndarray(),
        _ => Device::flex(),
    };
    let machine = Machine {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        device: device.to_owned(),
        threads: 1,
        isa: String::new(),
    };
    Surroundings { device: chosen, machine, command: Vec::new(), clock: String::new }
}

/// Begins a run of a recipe.
pub(crate) fn begin(
    artifacts: &Path,
    name: &str,
    recipe: &Recipe,
    device: &str,
) -> Result<Session, SessionError> {
    let data = own_data(recipe)?;
    let data = data.as_ref();
    let request = Request { name: Some(name), data, ..Request::new(artifacts, "tiny", recipe) };
    Session::begin(request, &surroundings(device))
}

/// Trains a run to its end, shown to nobody; a run without the files beside it has not come to its end here.
pub(crate) fn finish(session: Session) -> Result<Summary, SessionError> {
    let trained = session.train(Observers::default(), Instant::now())?;
    trained.beside.into_iter().next().map_or(Ok(trained.summary), Err)
}

/// Begins and trains a run.
pub(crate) fn train(
    artifacts: &Path,
    name: &str,
    recipe: &Recipe,
    device: &str,
) -> Result<Summary, SessionError> {
    finish(begin(artifacts, name, recipe, device)?)
}

/// Takes up a run and trains it to its end; where it was finished already, how it was.
pub(crate) fn resume(run: &Path, device: &str) -> Result<Summary, SessionError> {
    let directory = RunDirectory::open_for_training(run)?;
    if let Some(summary) = directory.summary()? {
        return Ok(summary);
    }
    let place = directory.recipe_path().display().to_string();
    let data = own_data(&Recipe::parse(&place, &directory.recipe()?, &[])?)?;
    finish(Session::resume(directory, &[], data.as_ref(), &surroundings(device))?.session)
}

/// What a program says of the first digits inside the binary, where the recipe wants that.
fn own_data(recipe: &Recipe) -> Result<Option<Splits>, DataError> {
    let Some(kind) = recipe.data.source.strip_prefix("own:") else { return Ok(None) };
    let targets = match kind {
        "regression" => Targets::Number("digit".to_owned()),
        _ => Targets::Labels(["even", "above four"].map(str::to_owned).to_vec()),
    };
    let splits = mnist::bundled()?;
    let of = |source: &dyn Source, count: usize| -> Result<Arc<dyn Source>, DataError> {
        let size = source.shape().pixel_count();
        let (mut pixels, mut truth) = (vec![0; count * size], Vec::new());
        for (index, pixels) in pixels.chunks_exact_mut(size).enumerate() {
            // default: MNIST's targets are classes.
            let digit = source.read(index, pixels)?.class().unwrap_or(0);
            truth.push(match targets {
                Targets::Number(_) => Target::Number(f64::from(digit)),
                _ => Target::Labels([digit % 2 == 0, digit > 4].into()),
            });
        }
        let (shape, targets) = (source.shape(), targets.clone());
        Ok(Arc::new(Images::with_targets(shape, targets, pixels, truth, "the digits")?))
    };
    let (train, test) = (of(splits.train.as_ref(), TRAIN)?, of(splits.test.as_ref(), TEST)?);
    Ok(Some(Splits { train, test }))
}

/// Copies a run, without its lock.
pub(crate) fn copy(from: &Path, to: &Path) -> Result<(), Trouble> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else if entry.file_name() != "lock" {
            std::fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

/// Whether two digests are the same, as the result of a case.
pub(crate) fn same(what: &str, got: &str, expected: &str) -> Result<(), String> {
    if got == expected {
        return Ok(());
    }
    Err(format!("{what}: weights {got:.16}, expected {expected:.16}"))
}

fn write_idx(
    folder: &Path,
    prefix: &str,
    source: &dyn Source,
    count: usize,
) -> Result<(), Trouble> {
    let header = |magic: u32, sizes: &[u32]| {
        let sizes = sizes.iter().flat_map(|size| size.to_be_bytes());
        magic.to_be_bytes().into_iter().chain(sizes).collect::<Vec<u8>>()
    };
    let number = u32::try_from(count)?;
    let mut images = header(0x0803, &[number, 28, 28]);
    let mut labels = header(0x0801, &[number]);
    let mut pixels = vec![0; 784];
    for index in 0..count {
        labels.push(u8::try_from(source.read(index, &mut pixels)?.class().ok_or("no class")?)?);
        images.extend(&pixels);
    }
    std::fs::write(folder.join(format!("{prefix}-images-idx3-ubyte")), images)?;
    std::fs::write(folder.join(format!("{prefix}-labels-idx1-ubyte")), labels)?;
    Ok(())
}
