//! A folder with a tiny MNIST, and the program run in it.
#![allow(dead_code, reason = "each test file uses its part")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use burnwright_data::{Source, mnist};

/// A folder of its own for each test; real MNIST digits, few of them.
pub(crate) struct Workplace {
    folder: tempfile::TempDir,
}

const TRAIN: usize = 640;
const TEST: usize = 200;

impl Workplace {
    pub(crate) fn new() -> Self {
        let workplace = Self { folder: tempfile::tempdir().unwrap() };
        let data = workplace.path("data");
        std::fs::create_dir(&data).unwrap();
        let splits = mnist::bundled().unwrap();
        write_idx(&data, "train", splits.train.as_ref(), TRAIN);
        write_idx(&data, "t10k", splits.test.as_ref(), TEST);
        workplace
    }

    /// A folder with nothing in it.
    pub(crate) fn empty() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs the program in the folder.
    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        let output = self.command(arguments).output().unwrap();
        Run { output, folder: self.folder.path().display().to_string() }
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_burnwright"));
        command.args(arguments).current_dir(self.folder.path());
        command.env_remove("NO_COLOR").env("CI", "true").env("COLUMNS", "100");
        command
    }

    /// Trains on the tiny MNIST.
    pub(crate) fn train(&self, more: &[&str]) -> Run {
        let common = ["train", "course", "--device", "flex", "--set", "data.path=data"];
        self.run(&[&common[..], more].concat())
    }

    /// Writes the pixels of a test image as a PNG.
    pub(crate) fn write_digit(&self, name: &str, index: usize, change: impl Fn(u8) -> u8) -> u32 {
        let test = mnist::bundled_test().unwrap();
        let mut pixels = vec![0; 784];
        let label = test.read(index, &mut pixels).unwrap().class().unwrap();
        let pixels = pixels.into_iter().map(change).collect();
        image::GrayImage::from_raw(28, 28, pixels).unwrap().save(self.path(name)).unwrap();
        label
    }
}

fn write_idx(folder: &Path, prefix: &str, source: &dyn Source, count: usize) {
    let header = |magic: u32, sizes: &[usize]| {
        let sizes = sizes.iter().flat_map(|&size| u32::try_from(size).unwrap().to_be_bytes());
        magic.to_be_bytes().into_iter().chain(sizes).collect::<Vec<u8>>()
    };
    let mut images = header(0x0803, &[count, 28, 28]);
    let mut labels = header(0x0801, &[count]);
    let mut pixels = vec![0; 784];
    for index in 0..count {
        labels
            .push(u8::try_from(source.read(index, &mut pixels).unwrap().class().unwrap()).unwrap());
        images.extend(&pixels);
    }
    std::fs::write(folder.join(format!("{prefix}-images-idx3-ubyte")), images).unwrap();
    std::fs::write(folder.join(format!("{prefix}-labels-idx1-ubyte")), labels).unwrap();
}

/// What a run of the program left.
pub(crate) struct Run {
    output: Output,
    folder: String,
}

impl Run {
    pub(crate) fn status(&self) -> i32 {
        self.output.status.code().unwrap_or(-1)
    }

    pub(crate) fn stdout(&self) -> String {
        String::from_utf8(self.output.stdout.clone()).unwrap()
    }

    pub(crate) fn stderr(&self) -> String {
        String::from_utf8(self.output.stderr.clone()).unwrap().replace(&self.folder, "FOLDER")
    }

    /// The JSON object on stdout, which must be the only thing there.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout())
            .unwrap_or_else(|error| panic!("{error}: {} {}", self.stdout(), self.stderr()))
    }

    /// Status and stderr, for a snapshot.
    pub(crate) fn failure(&self) -> String {
        assert_eq!(self.stdout(), "", "a failure prints nothing on stdout");
        format!("exit {}\n{}", self.status(), self.stderr().trim_end())
    }
}
