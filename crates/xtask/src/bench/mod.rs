//! Ours and PyTorch's in turn on this machine, medians and ratios out: `cargo xtask bench`.

mod build;
mod catalogue;
mod data;
mod machine;
mod memory;
mod ours;
mod pairs;
mod peer;
mod pictures;
mod table;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use clap::Parser;
use serde_json::json;

use self::catalogue::{Case, Goal, Peer, catalogue};
use self::machine::Machine;
use self::pairs::{HEADING, measure};

/// What a measurement fails with: a program that does not run, or does not say what it should.
type Trouble = Box<dyn std::error::Error>;

/// Times ours against PyTorch, in turn, on this machine.
#[derive(Debug, Parser)]
#[command(name = "bench")]
pub(crate) struct Arguments {
    /// Benches to run; all of them, if left out
    names: Vec<String>,
    /// A Python with torch, torchvision and safetensors; without it, only ours is measured
    #[arg(long, value_name = "PROGRAM")]
    python: Option<PathBuf>,
    /// Pairs after the one that warms up
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..), value_name = "N")]
    pairs: u32,
    /// Only cases with this in their name
    #[arg(long, value_name = "TEXT")]
    case: Option<String>,
    /// A folder of pictures in folders of their classes, for the bench `folder`
    #[arg(long, value_name = "FOLDER")]
    pictures: Option<PathBuf>,
    /// A table, for the bench `table`
    #[arg(long, value_name = "FILE", requires = "target")]
    table: Option<PathBuf>,
    /// The column of the table that is learned, which has classes
    #[arg(long, value_name = "COLUMN", requires = "table")]
    target: Option<String>,
    /// Where the result is written as JSON
    #[arg(long, default_value = "bench.json", value_name = "FILE")]
    output: PathBuf,
    /// A document whose table, between two marks, is replaced; of all benches
    #[arg(long, value_name = "FILE", conflicts_with_all = ["names", "case"])]
    readme: Option<PathBuf>,
    /// A `burnwright` that is built already, in place of a release build
    #[arg(long, value_name = "PROGRAM")]
    program: Option<PathBuf>,
}

/// What the measurements need.
pub(crate) struct Ground {
    /// The `burnwright` that is measured.
    program: PathBuf,
    /// The Python of the peer.
    python: Option<PathBuf>,
    /// Folder of the peer's scripts.
    scripts: PathBuf,
    /// Pictures of the user's.
    pictures: Option<PathBuf>,
    /// A table of the user's, and the column that is learned.
    table: Option<(PathBuf, String)>,
    /// Scratch: data and runs.
    folder: tempfile::TempDir,
}

/// Builds, unpacks, measures.
pub(crate) fn run(words: &[&str]) -> ExitCode {
    let result = match words {
        ["build", more @ ..] => parsed("cargo xtask bench build", more).map(build::bench),
        _ => parsed("cargo xtask bench", words).map(|arguments| bench(&arguments)),
    };
    match result {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(trouble)) => {
            eprintln!("error: {trouble}");
            ExitCode::from(super::FAILURE)
        }
        Err(refused) => refused,
    }
}

/// What was asked for; where it cannot be read, that is said.
fn parsed<T: Parser>(command: &'static str, words: &[&str]) -> Result<T, ExitCode> {
    T::try_parse_from([&[command], words].concat()).map_err(|error| {
        let _ = error.print();
        u8::try_from(error.exit_code()).unwrap_or(super::USAGE_ERROR).into()
    })
}

fn bench(arguments: &Arguments) -> Result<(), Trouble> {
    let cases = chosen(arguments)?;
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let ground = Ground {
        program: arguments.program.clone().map_or_else(|| release(&root.join("../..")), Ok)?,
        python: arguments.python.clone(),
        scripts: root.join("bench"),
        pictures: arguments.pictures.clone(),
        table: arguments.table.clone().zip(arguments.target.clone()),
        folder: tempfile::tempdir()?,
    };
    data::unpack(&root.join("../data/bundled"), &ground.data())?;
    let machine = Machine::describe(&ground);
    println!("{}", machine.line());
    if ground.python.is_none() {
        println!("no --python: only ours is measured");
    }
    println!("{}", table::line(&HEADING));
    let (mut rows, mut lines) = (Vec::new(), Vec::new());
    for case in cases {
        if let Some(flag) = ground.lacks(&case) {
            println!("no {flag}: {} is left out", case.bench);
            continue;
        }
        let pairs = measure(&case, &ground, arguments.pairs)?;
        let cells = pairs.cells(&case);
        println!("{}", table::line(&cells));
        lines.push(cells);
        rows.push(pairs.json(&case));
        // After each: a bench that is stopped keeps what it measured.
        let report = json!({ "machine": machine.json(), "benches": rows });
        std::fs::write(&arguments.output, serde_json::to_string_pretty(&report)? + "\n")?;
    }
    match &arguments.readme {
        Some(readme) => table::into_document(readme, &machine.line(), &lines),
        None => Ok(()),
    }
}

fn chosen(arguments: &Arguments) -> Result<Vec<Case>, Trouble> {
    let all = catalogue();
    if let Some(unknown) =
        arguments.names.iter().find(|name| all.iter().all(|case| case.bench != **name))
    {
        let mut names: Vec<&str> = all.iter().map(|case| case.bench).collect();
        names.dedup();
        return Err(format!("no bench {unknown:?}; there are {}", names.join(", ")).into());
    }
    let named = |case: &Case| {
        arguments.names.is_empty() || arguments.names.iter().any(|name| name == case.bench)
    };
    let matching =
        |case: &Case| arguments.case.as_deref().is_none_or(|text| case.name.contains(text));
    Ok(all.into_iter().filter(|case| named(case) && matching(case)).collect())
}

/// The release build with both of the processor's backends.
fn release(root: &Path) -> Result<PathBuf, Trouble> {
    let words = [
        "build",
        "--release",
        "--features",
        "ndarray",
        "--bin",
        "burnwright",
        "--message-format=json",
    ];
    let output = Command::new(env!("CARGO"))
        .args(words)
        .current_dir(root)
        .stderr(std::process::Stdio::inherit())
        .output()?;
    let messages = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut executables = messages.lines().filter_map(|line| {
        let message: serde_json::Value = serde_json::from_str(line).ok()?;
        message["executable"].as_str().map(PathBuf::from)
    });
    let program = executables.next_back().filter(|_| output.status.success());
    program.ok_or_else(|| "the release build failed".into())
}

impl Ground {
    /// What must be given for a case, and was not.
    fn lacks(&self, case: &Case) -> Option<&'static str> {
        match case.bench {
            "folder" if self.pictures.is_none() => Some("--pictures"),
            "table" if self.table.is_none() => Some("--table"),
            _ => None,
        }
    }

    fn pictures(&self) -> Result<&Path, Trouble> {
        Ok(self.pictures.as_deref().ok_or("no --pictures")?)
    }

    /// The table's path, and the column that is learned.
    fn table(&self) -> Result<[&str; 2], Trouble> {
        let (path, target) = self.table.as_ref().ok_or("no --table")?;
        Ok([path.to_str().ok_or("a path that is not UTF-8")?, target])
    }

    /// The four IDX files, in `MNIST/raw` below it.
    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }
}
