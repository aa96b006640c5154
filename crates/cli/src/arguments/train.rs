//! The words of `train` and `resume`.

use std::path::PathBuf;

use burnwright_training::RecipeError;
use burnwright_training::recipe::Override;
use clap::{Args, ValueEnum};

use crate::devices::DeviceName;

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(crate) struct TrainFlags {
    /// A built-in recipe's name, a TOML file, or data: a folder or a list of pictures, a table
    #[arg(default_value = "course", value_name = "RECIPE or DATA")]
    pub(crate) recipe: String,
    #[command(flatten)]
    pub(crate) data: DataFlags,
    /// Change a setting, such as training.epochs=10; may be given many times
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub(crate) set: Vec<String>,
    /// `auto` or a backend, with the number of its device after a colon: flex, ndarray, wgpu:0, vulkan, metal, cuda, rocm, cpu
    #[arg(long, default_value = "auto", value_name = "DEVICE")]
    pub(crate) device: DeviceName,
    /// The run's name; without it, the recipe's with the next number
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// The folder of all runs
    #[arg(long, default_value = "artifacts", value_name = "FOLDER")]
    pub(crate) artifacts: PathBuf,
    /// Train a set: so many runs, each with the next seed, called NAME-seed-SEED
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(2..=10_000))]
    pub(crate) seeds: Option<u64>,
    /// Also write an event file for TensorBoard into the run's folder
    #[arg(long)]
    pub(crate) tensorboard: bool,
    /// Start from the weights of a safetensors file in PyTorch's names and layout
    #[arg(long, value_name = "FILE")]
    pub(crate) init_from: Option<PathBuf>,
    /// What is shown while it trains
    #[arg(long, value_enum, default_value_t = View::Auto)]
    pub(crate) view: View,
    /// Train in the background, where no terminal ends it; `burnwright watch` shows it
    #[arg(long, conflicts_with_all = ["seeds", "view"])]
    pub(crate) detach: bool,
    /// This is the process in the background
    #[arg(long, hide = true)]
    pub(crate) detached: bool,
    /// Print one JSON object on stdout, last
    #[arg(long)]
    pub(crate) json: bool,
}

impl TrainFlags {
    /// `burnwright` alone.
    pub(super) fn course() -> Self {
        Self {
            recipe: "course".to_owned(),
            data: DataFlags::default(),
            set: Vec::new(),
            device: DeviceName::Auto,
            name: None,
            artifacts: PathBuf::from("artifacts"),
            seeds: None,
            tensorboard: false,
            init_from: None,
            view: View::Auto,
            detach: false,
            detached: false,
            json: false,
        }
    }

    /// The settings changed by `--set`.
    pub(crate) fn overrides(&self) -> Result<Vec<Override>, RecipeError> {
        overrides(&self.set)
    }
}

/// What data alone do not say.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct DataFlags {
    /// The column that is learned, of a table or of a list of pictures
    #[arg(long, value_name = "COLUMN")]
    pub(crate) target: Option<String>,
    /// A table of test rows; without it, a share of the rows is held out
    #[arg(long, value_name = "FILE")]
    pub(crate) test: Option<PathBuf>,
    /// The order of the classes of pictures: `sorted` by bytes, `natural` with 2 before 10, or a file with a class a line
    #[arg(long, value_name = "ORDER or FILE")]
    pub(crate) class_order: Option<PathBuf>,
    /// Leave out pictures that cannot be read; without it, they are all listed and nothing is trained
    #[arg(long)]
    pub(crate) skip_bad: bool,
}

impl DataFlags {
    /// The flags as they are typed after the data, with their values.
    pub(crate) fn words(&self) -> Vec<String> {
        let path = |path: &Option<PathBuf>| Some(path.as_ref()?.to_string_lossy().into_owned());
        let valued = [
            ("--target", self.target.clone()),
            ("--test", path(&self.test)),
            ("--class-order", path(&self.class_order)),
        ];
        let typed = valued.into_iter().filter_map(|(flag, value)| Some([flag.to_owned(), value?]));
        typed.flatten().chain(self.skip_bad.then(|| "--skip-bad".to_owned())).collect()
    }

    /// The first of these flags that was typed.
    pub(crate) fn first(&self) -> Option<&'static str> {
        let typed = [
            ("--target", self.target.is_some()),
            ("--test", self.test.is_some()),
            ("--class-order", self.class_order.is_some()),
            ("--skip-bad", self.skip_bad),
        ];
        typed.into_iter().find(|(_, is_typed)| *is_typed).map(|(flag, _)| flag)
    }
}

#[derive(Debug, Args)]
pub(crate) struct InitFlags {
    /// A folder or a list of pictures, or a table
    pub(crate) path: PathBuf,
    #[command(flatten)]
    pub(crate) data: DataFlags,
    /// The recipe's file; without it, the recipe is printed
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct ResumeFlags {
    /// A run's name or folder; without it, the newest unfinished run
    pub(crate) run: Option<String>,
    /// Change a setting that no finished step depends on, such as training.epochs=10 or data.workers=4
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub(crate) set: Vec<String>,
    /// Where to compute; without it, where the run was begun
    #[arg(long, value_name = "DEVICE")]
    pub(crate) device: Option<DeviceName>,
    /// The folder of all runs
    #[arg(long, default_value = "artifacts", value_name = "FOLDER")]
    pub(crate) artifacts: PathBuf,
    /// What is shown while it trains
    #[arg(long, value_enum, default_value_t = View::Auto)]
    pub(crate) view: View,
    /// Print one JSON object on stdout, last
    #[arg(long)]
    pub(crate) json: bool,
}

/// What `--set` changes.
pub(crate) fn overrides(set: &[String]) -> Result<Vec<Override>, RecipeError> {
    set.iter().map(|typed| typed.parse()).collect()
}

/// What is shown while a model trains.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum View {
    /// The dashboard on a terminal, lines elsewhere
    Auto,
    /// Burn's dashboard
    Dashboard,
    /// One line an epoch
    Plain,
    /// Nothing but errors
    Quiet,
}
