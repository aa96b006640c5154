//! The words of `predict`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::devices::DeviceName;

/// How answers are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// One line a picture: path, classes, per cents
    Table,
    /// One row a picture: `path,label,probability,error`; with --top K also `label_2,probability_2` up to K. A text that a spreadsheet
    /// would take for a formula has a `'` before it
    Csv,
    /// One object a picture, with the keys of --json; of a file that failed, path and error
    Jsonl,
}

const AFTER_PREDICT: &str = "\
Answers come in the order of the files, as they are made. A file that fails is reported on stderr, and in CSV and JSON lines \
also in its place; the rest is done. The exit status then is the gravest of 70 internal, 74 unreadable, 65 no picture or a \
damaged one, 66 missing.

Examples:
  burnwright predict digit.png --top 3
  burnwright predict course-001 scans --format csv > answers.csv
  find scans -newer last-time -name '*.png' | burnwright predict - --format jsonl
  burnwright predict scans --annotate sheets";

#[derive(Debug, Args)]
#[command(after_help = AFTER_PREDICT)]
pub(crate) struct PredictFlags {
    /// A run's name or folder first, if not the newest finished run is meant; then image files and folders. `-` reads paths
    /// from stdin
    #[arg(required = true, value_names = ["[RUN] FILE"])]
    pub(crate) files: Vec<PathBuf>,
    /// How many classes to name, most probable first
    #[arg(long, default_value_t = 1, value_name = "K")]
    pub(crate) top: usize,
    /// How answers are printed
    #[arg(long, value_enum, default_value_t = Format::Table, conflicts_with = "json")]
    pub(crate) format: Format,
    /// Also write contact sheets, sheet-001.png and so on, to a new folder: each picture as the model saw it with what it said;
    /// red where a file failed, or where its folder has the name of another class
    #[arg(long, value_name = "FOLDER")]
    pub(crate) annotate: Option<PathBuf>,
    /// Where to compute
    #[arg(long, default_value = "auto", value_name = "DEVICE")]
    pub(crate) device: DeviceName,
    /// The folder of all runs
    #[arg(long, default_value = "artifacts", value_name = "FOLDER")]
    pub(crate) artifacts: PathBuf,
    /// Print one JSON object on stdout
    #[arg(long)]
    pub(crate) json: bool,
}
